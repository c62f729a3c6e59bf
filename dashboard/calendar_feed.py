"""A person's calendar, for programs that have no sign-in. A wrong address and one that is over look alike."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from crmcore import calendar_feeds

FOLDER = "/calendar/"
_ENDING = ".ics"


async def show(request: Request) -> Response:
    name: str = request.path_params["name"]
    found = None
    if name.endswith(_ENDING):
        found = await to_thread.run_sync(calendar_feeds.of_token, name.removesuffix(_ENDING))
    kept_by_nobody = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    if found is None:
        return PlainTextResponse("Not found", 404, kept_by_nobody)
    shown_as = {"Content-Disposition": 'inline; filename="my-day.ics"'}
    return Response(found, media_type="text/calendar; charset=utf-8", headers={**kept_by_nobody, **shown_as})


def address_of(token: str, base: str) -> str:
    """The address to hand to a calendar program; `base`: where people reach Regulars."""
    return f"{base}{FOLDER}{token}{_ENDING}"
