"""Files of customers, handed out to whoever is signed in and may see the customer; to be saved, never to be shown."""

from urllib.parse import quote
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from crmcore import attachments
from crmcore.attachments import File
from crmcore.database.gate import Who, shop_session
from crmcore.errors import NotAllowed, NotFound
from dashboard import plain_page
from dashboard.gatekeeper import signed_in

ADDRESS = "/files"


async def hand_out(request: Request) -> Response:
    """One file. What is of another shop, hidden or gone is answered the same way."""
    try:
        file = await to_thread.run_sync(_find, signed_in(request), request.path_params["attachment_id"])
    except (NotFound, NotAllowed) as refusal:
        return plain_page.message("This file is not here", str(refusal), 404)
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": _to_be_saved_as(file.name),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def _find(who: Who, asked: str) -> File:
    try:
        attachment_id = UUID(asked)
    except ValueError:
        raise NotFound("There is no such file.") from None
    with shop_session(who) as shop:
        return attachments.hand_out(shop, attachment_id)


def _to_be_saved_as(name: str) -> str:
    """The header that makes a browser save the file, under its name in any script."""
    plain = "".join(mark if mark.isascii() and mark.isprintable() and mark not in '"\\%' else "_" for mark in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
