"""The sign-in form, signing out, and going from one shop to another: plain pages, plain routes."""

from html import escape

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crmcore import people, sign_in, tries
from crmcore.errors import NotSignedIn, TooManyTries
from dashboard import plain_page
from dashboard.gatekeeper import find, is_ours, safe_next, signed_in
from dashboard.plain_page import Html

# The server decides when a session ends; a cookie that is to be kept lives as long as browsers allow.
_COOKIE_LIVES = 400 * 24 * 60 * 60

_TOO_LATE = "This page was open for too long. Please sign in now."
_NOT_SET_UP = (
    "No shop has been opened here yet. Use the set-up address that Regulars printed when it was started, "
    "or start it again to get a new one."
)


async def form(request: Request) -> Response:
    """GET: the form; whoever is signed in already goes straight on."""
    if await find(request):
        return RedirectResponse(safe_next(request.query_params.get("next")), 303)
    if await to_thread.run_sync(people.is_empty):
        return plain_page.message("Almost there", _NOT_SET_UP)
    return _form(request, next_page=safe_next(request.query_params.get("next")))


async def enter(request: Request) -> Response:
    """POST: check name and password, start a session."""
    if not is_ours(request):
        return plain_page.foreign()
    typed = await plain_page.read_form(request)
    login, password, keep = typed.get("login", ""), typed.get("password", ""), typed.get("keep") == "yes"
    next_page = safe_next(typed.get("next"))
    if not plain_page.form_is_ours(request):
        return _form(request, 403, _TOO_LATE, login, next_page, keep)
    try:
        token = await to_thread.run_sync(check_in, login, password, request, keep)
    except TooManyTries as wait:
        answer = _form(request, 429, str(wait), login, next_page, keep)
        answer.headers["Retry-After"] = str(wait.seconds)
        return answer
    except NotSignedIn as refusal:
        return _form(request, 422, str(refusal), login, next_page, keep)
    await _end(request)
    response = welcome(request, token, keep, next_page)
    _remember(request, response, login, await to_thread.run_sync(sign_in.mark_of, login))
    return response


async def leave(request: Request) -> Response:
    """POST: end this session, in every tab of the browser."""
    if not is_ours(request):
        return plain_page.foreign()
    await _end(request)
    response = RedirectResponse("/auth/sign-in", 303, {"Cache-Control": "no-store"})
    response.delete_cookie(sign_in.COOKIE)
    return response


async def ask_to_leave(request: Request) -> Response:
    """GET: nobody is signed out by a mere link."""
    return plain_page.page(request, "sign-out", title="Sign out")


async def shops(request: Request) -> Response:
    """GET: the shops of this person, to choose another."""
    who = signed_in(request)
    assert who.staff_id is not None
    homes = await to_thread.run_sync(sign_in.shops_of, who.staff_id)
    buttons = (
        f'<button type="submit" class="plain" name="shop" value="{home.shop.id}">{escape(home.shop.name)}'
        f"{' (you are here)' if home.shop.id == who.shop.id else ''}</button>"
        for home in homes
    )
    return plain_page.page(request, "switch", title="Your shops", shops=Html("".join(buttons)))


async def switch(request: Request) -> Response:
    """POST: go on in another shop, with a new session."""
    if not is_ours(request):
        return plain_page.foreign()
    chosen = (await plain_page.read_form(request)).get("shop", "")
    who, old = signed_in(request), request.cookies[sign_in.COOKIE]
    assert who.staff_id is not None
    homes = await to_thread.run_sync(sign_in.shops_of, who.staff_id)
    shop = next((home.shop for home in homes if str(home.shop.id) == chosen), None)
    if shop is None or not plain_page.form_is_ours(request):
        return RedirectResponse("/auth/switch", 303)
    token, kept = await to_thread.run_sync(sign_in.switch_shop, old, shop.id)
    return welcome(request, token, kept, next_page="/")


def check_in(login: str, password: str, request: Request, keep: bool) -> str:
    """The token of a new session. Takes a quarter of a second on purpose: run it in a thread."""
    from streamlit_authenticator.utilities.hasher import Hasher

    mark = request.cookies.get(mark_cookie(login), "")
    return sign_in.sign_in(
        login, password, check=Hasher.check_pw, address=address_of(request), mark=mark, keep=keep
    )


def _remember(request: Request, response: Response, login: str, mark: str) -> None:
    """Let the browser keep that this person has signed in here: strangers' guesses don't make them wait."""
    response.set_cookie(
        mark_cookie(login),
        mark,
        max_age=_COOKIE_LIVES,
        path="/auth",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def mark_cookie(login: str) -> str:
    """One for each person at a shared till."""
    return tries.key("regulars_known", login.strip().lower()).replace(" ", "_")[:32]


def welcome(request: Request, token: str, keep: bool, next_page: str) -> Response:
    """Hand the browser its token and send it on."""
    response = RedirectResponse(next_page, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        sign_in.COOKIE,
        token,
        max_age=_COOKIE_LIVES if keep else None,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def address_of(request: Request) -> str:
    """Where the request came from; behind a trusted proxy, what the proxy says."""
    return request.client.host if request.client else ""


def _form(
    request: Request, status: int = 200, trouble: str = "", login: str = "", next_page: str = "/", keep: bool = True
) -> Response:
    focus = Html("autofocus")
    return plain_page.page(
        request,
        "sign-in",
        status,
        title="Welcome back",
        trouble=trouble,
        login=login,
        next=next_page,
        keep=Html("checked" if keep else ""),
        focus_login=Html("") if login else focus,
        focus_password=focus if login else Html(""),
    )


async def _end(request: Request) -> None:
    token = request.cookies.get(sign_in.COOKIE)
    if token:
        await to_thread.run_sync(sign_in.sign_out, token)
