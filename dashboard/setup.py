"""The first page of an empty Regulars: its one-time address makes the owner and the shop in one go."""

import json
import re
import unicodedata
from functools import cache

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crmcore import countries, people, setup, sign_in
from crmcore.database.gate import OWNER
from crmcore.errors import BadInput, Conflict, NotFound, NotSignedIn, TooManyTries
from crmcore.people import NewMember, NewShop
from dashboard import plain_page
from dashboard.gatekeeper import is_ours
from dashboard.plain_page import Html
from dashboard.sign_in import check_in, welcome

_FIELDS = ["owner", "login", "password", "name", "kind", "region", "currency", "timezone", "start"]
_KIND_NOTES = {
    "showroom": "visits, follow-ups and orders",
    "counter": "contact lists, bills and calls",
    "storefront": "links, campaigns and orders",
    "pharmacy": "bills, medicines and refill reminders",
    "business": "leads, opportunities and companies",
}


def invitation() -> str:
    """A new set-up address, from its first slash on."""
    return f"/auth/setup/{setup.invite()}"


async def form(request: Request) -> Response:
    """GET: the form, while the address is good."""
    try:
        await to_thread.run_sync(setup.check, request.path_params["token"])
    except Conflict as done:
        return RedirectResponse("/", 303) if sign_in.COOKIE in request.cookies else _over(str(done))
    except NotFound as gone:
        return _over(str(gone))
    return _form(request, {"region": _country_of(request), "start": "demo"})


async def open_shop(request: Request) -> Response:
    """POST: open the shop, sign its owner in."""
    if not is_ours(request):
        return plain_page.foreign()
    typed = await plain_page.read_form(request)
    if not plain_page.form_is_ours(request):
        return _form(request, typed, "", "This page was open for too long. Please press the button again.", 403)
    try:
        token = await to_thread.run_sync(_open, request, typed)
    except BadInput as refusal:
        return _form(request, typed, refusal.field, str(refusal), 422)
    except (Conflict, NotFound, NotSignedIn, TooManyTries) as gone:
        return _over(str(gone))
    return welcome(request, token, keep=True, next_page="/")


def _open(request: Request, typed: dict[str, str]) -> str:
    """The token of the owner's session. Pressed twice, the second time signs in with what the first one made."""
    value = {name: typed.get(name, "") for name in _FIELDS}
    token, login = request.path_params["token"], value["login"].strip().lower()
    try:
        setup.check(token)
        shop, owner = _checked(value, login)
        who = setup.open_first_shop(token, shop, owner)
    except Conflict:
        try:
            return check_in(login, value["password"], request, keep=True)
        except NotSignedIn:
            raise Conflict(setup.USED) from None
    assert who.staff_id is not None
    first_seen = setup.look_around(who) if value["start"] == "demo" else who.shop
    return sign_in.open_session(who.staff_id, first_seen.id, keep=True)


def _checked(value: dict[str, str], login: str) -> tuple[NewShop, NewMember]:
    """What was filled in, with what is usual in the country where nothing was chosen. Raises BadInput."""
    from dashboard.rules import RULES

    region = value["region"]
    if region not in countries.countries():
        raise BadInput("region", "Choose the country of your shop.")
    if "@" in login and not RULES.validate_email(login):
        raise BadInput("login", "This e-mail address is not complete. Use a plain name if you like, such as meera.")
    owner = NewMember(login, value["owner"], OWNER, value["password"], sells=True)
    shop = NewShop(
        slug=_short_name(value["name"]),
        name=value["name"],
        kind=value["kind"],
        currency=value["currency"] or countries.usual_currency(region),
        region=region,
        timezone=value["timezone"] or countries.usual_zone(region),
    )
    for field, part in (("owner", owner), ("name", shop)):
        try:
            part.check()
        except BadInput as refusal:
            raise BadInput(field if refusal.field in ("name", "slug") else refusal.field, str(refusal)) from None
    return shop, owner


def _form(request: Request, typed: dict[str, str], field: str = "", trouble: str = "", status: int = 200) -> Response:
    chosen = {name: typed.get(name, "") for name in _FIELDS}
    usual = {code: [countries.usual_currency(code), countries.usual_zone(code)] for code in countries.countries()}
    return plain_page.page(
        request,
        "setup",
        status,
        title="Open your shop",
        trouble=trouble,
        owner=chosen["owner"],
        login=chosen["login"],
        name=chosen["name"],
        kinds=plain_page.options(_kinds(), chosen["kind"] or "counter"),
        countries=plain_page.options([("", "Choose…"), *countries.countries().items()], chosen["region"]),
        currencies=plain_page.options([("", "The country’s own"), *_currencies()], chosen["currency"]),
        zones=plain_page.options([("", "The country’s own"), *_zones()], chosen["timezone"]),
        first=Html("" if field else "autofocus"),
        demo=Html("checked" if chosen["start"] != "empty" else ""),
        empty=Html("checked" if chosen["start"] == "empty" else ""),
        usual=Html(json.dumps(usual, separators=(",", ":"))),
        **{f"bad_{name}": Html('aria-invalid="true" autofocus' if name == field else "") for name in _FIELDS},
    )


def _over(sentence: str) -> Response:
    return plain_page.message("This address has done its work", sentence, 410)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, f"{label}: {_KIND_NOTES[kind]}") for kind, label in people.KINDS.items()]


@cache
def _currencies() -> list[tuple[str, str]]:
    return [(code, f"{name} ({code})") for code, name in countries.currencies().items()]


@cache
def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in countries.zones()]


def _country_of(request: Request) -> str:
    """The country the browser's language names, as a first guess: en-IN is India."""
    found = re.search(r"-([A-Z]{2})\b", request.headers.get("accept-language", ""))
    return found[1] if found and found[1] in countries.countries() else ""


def _short_name(name: str) -> str:
    """The shop's name as the command line writes it: Meera Home & Care -> meera-home-care."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "shop"
