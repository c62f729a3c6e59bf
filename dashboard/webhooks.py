"""Where WhatsApp and SMS services tell what became of messages, and what customers wrote. No sign-in: they sign."""

from urllib.parse import parse_qsl

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from crmcore.errors import BadInput, NotAllowed, NotFound, Unavailable
from crmcore.messages import hooks
from crmcore.messages.consent import SMS, WHATSAPP

_NO_ANSWER = "<Response/>"  # what an SMS service asks for when nothing shall be sent back


async def challenge(request: Request) -> Response:
    """WhatsApp asks whether the address is the shop's."""
    try:
        shop = await to_thread.run_sync(hooks.shop_of, request.path_params["token"], WHATSAPP)
        return PlainTextResponse(hooks.challenged(shop, request.query_params))
    except (NotFound, NotAllowed) as refusal:
        return _refused(refusal)


async def from_whatsapp(request: Request) -> Response:
    try:
        shop = await to_thread.run_sync(hooks.shop_of, request.path_params["token"], WHATSAPP)
        body, signature = await _read(request), request.headers.get("x-hub-signature-256", "")
        await to_thread.run_sync(hooks.take_from_whatsapp, shop, body, signature)
    except (NotFound, NotAllowed, BadInput, Unavailable) as refusal:
        return _refused(refusal)
    return PlainTextResponse("ok")


async def from_sms(request: Request) -> Response:
    try:
        shop = await to_thread.run_sync(hooks.shop_of, request.path_params["token"], SMS)
        form = dict(parse_qsl((await _read(request)).decode(errors="replace"), keep_blank_values=True))
        signature, about = request.headers.get("x-twilio-signature", ""), request.query_params.get("message")
        await to_thread.run_sync(hooks.take_from_sms, shop, str(request.url), form, signature, about)
    except (NotFound, NotAllowed, BadInput, Unavailable) as refusal:
        return _refused(refusal)
    return Response(_NO_ANSWER, media_type="text/xml")


def _refused(refusal: Exception) -> Response:
    """Services look at the number alone; a busy shop is told again later."""
    status = {NotFound: 404, NotAllowed: 403, BadInput: 400}.get(type(refusal), 503)
    return PlainTextResponse(str(refusal), status)


async def _read(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > hooks.LONGEST_BODY:
            raise HTTPException(413)
    return body
