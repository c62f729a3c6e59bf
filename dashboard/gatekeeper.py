"""The gatekeeper: what stands between a request and everything else.

Without a good session a page address leads to the sign-in form before any script runs, and anything else is refused.
The live connection passes: the script asks who is there on every run, and sends the browser to the form itself.
"""

from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crmcore import sign_in
from crmcore.database.gate import Who
from crmcore.errors import CrmError, Unavailable
from dashboard import calendar_feed, content_policy, plain_page, trouble

_OPEN = {"/auth/sign-in", "/auth/sign-out", "/health", "/favicon.svg", "/favicon.png", "/favicon.ico", "/manifest.json"}
_OPEN_FOLDERS = ("/auth/setup/", "/api/", "/static/", "/webhooks/", calendar_feed.FOLDER)
_OPEN_ENDS = ("/_stcore/health", "/_stcore/host-config")
_CLOSED = "/_stcore/agent"  # Streamlit's way for programs to drive pages; ours is /api

MARK = "X-Regulars-Sign-In"  # for Streamlit's server.trustedUserHeaders

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Headers:
    """The outermost layer: security headers on every answer, and one calm page for whatever breaks inside."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, begun = Request(scope), False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = _with_headers(request, message["headers"])
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            answer = _answer_to(error)
            if not begun:
                await answer(scope, receive, send_with_headers)


class Gate:
    """Lets requests with a good session through and writes down whose they are, for `signed_in`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            scope = _marked(scope)
        if scope["type"] != "http" or _is_open(path):
            await self.app(scope, receive, send)
            return
        if _CLOSED in path:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        request = Request(scope)
        who = await find(request)
        if who is None:
            await _refusal(request)(scope, receive, send)
            return
        request.state.who = who
        await self.app(scope, receive, send)


async def find(request: HTTPConnection) -> Who | None:
    """Whoever the request's cookie belongs to at this moment."""
    token = request.cookies.get(sign_in.COOKIE)
    return await to_thread.run_sync(sign_in.who_has, token) if token else None


def signed_in(request: HTTPConnection) -> Who:
    """Whose request this is; for routes behind the gate."""
    who = request.state.who
    assert isinstance(who, Who)
    return who


def is_ours(request: Request) -> bool:
    """Whether a form was sent from one of our own pages, as far as the browser says."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def safe_next(address: str | None) -> str:
    """Where to go after signing in: a page of this site, or the start for anything else."""
    good = (
        address is not None
        and address.startswith("/")
        and not address.startswith(("//", "/auth/"))
        and "\\" not in address
        and all(character > " " for character in address)
        and len(address) <= 2000
    )
    return address if good and address else "/"


def _marked(scope: Scope) -> Scope:
    """The live connection with whose it is: Streamlit resumes a page's state for the same mark only."""
    token = HTTPConnection(scope).cookies.get(sign_in.COOKIE, "")
    mark = (MARK.lower().encode(), sign_in.token_hash(token).hex().encode())
    return {**scope, "headers": [*(header for header in scope["headers"] if header[0] != mark[0]), mark]}


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_FOLDERS) or path.endswith(_OPEN_ENDS)


def _refusal(request: Request) -> Response:
    """The form for a page that was opened, a short refusal for whatever a page would load."""
    mode = request.headers.get("sec-fetch-mode")
    opened = mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
    if request.method not in ("GET", "HEAD") or not opened:
        return PlainTextResponse("Please sign in again.", 401, {"Cache-Control": "no-store"})
    asked = request.scope["raw_path"].decode("latin-1") + (f"?{request.url.query}" if request.url.query else "")
    to = "" if asked == "/" else f"?next={quote(asked, safe='')}"
    return RedirectResponse(f"/auth/sign-in{to}", 303, {"Cache-Control": "no-store"})


def _answer_to(error: Exception) -> Response:
    if isinstance(error, CrmError):
        status = 503 if isinstance(error, Unavailable) else 400
        return plain_page.message("Regulars is resting" if status == 503 else "That did not work", str(error), status)
    return plain_page.message("That did not work", trouble.sentence(trouble.remember(error)), 500)


def _with_headers(request: Request, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    wanted = dict(_ALWAYS)
    wanted["Content-Security-Policy"] = content_policy.for_the_dashboard(request.headers.get("host", ""))
    if request.url.scheme == "https":
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    added = [(name.encode(), value.encode()) for name, value in wanted.items() if name.lower().encode() not in present]
    return [*headers, *added]
