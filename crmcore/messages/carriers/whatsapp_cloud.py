"""WhatsApp Cloud API: approved templates at any time, free text within 24 hours after the customer wrote."""

from collections.abc import Mapping
from typing import Any

import httpx

from crmcore.messages.carriers.answers import (
    BROKEN,
    LATER,
    REFUSED,
    SENT,
    UNKNOWN,
    Answer,
    Outgoing,
    no_answer,
    wait_of,
)

BASE = "https://graph.facebook.com"
VERSION = "v23.0"
SERVICE = "WhatsApp"

# The API's error codes: what each means for the message, and for a person. The code counts more than the HTTP status.
_RATE = "WhatsApp asked to send more slowly."
_ACCESS = "WhatsApp refused the access token or its rights: connect WhatsApp again."
_TOO_MANY = {4, 80007, 130429, 131048, 131056, 133016}
_BROKEN = {
    0: _ACCESS,
    3: _ACCESS,
    10: _ACCESS,
    190: _ACCESS,
    368: "WhatsApp has blocked this account for a while: look into the WhatsApp Manager.",
    131005: _ACCESS,
    131031: "WhatsApp has locked this account: look into the WhatsApp Manager.",
    131037: "WhatsApp wants the name of this number approved first: look into the WhatsApp Manager.",
    131042: "WhatsApp wants its bill paid or a way to pay: look into the WhatsApp Manager.",
    131045: "This number is not fully set up at WhatsApp: look into the WhatsApp Manager.",
    133010: "This number is not registered at WhatsApp: look into the WhatsApp Manager.",
}
_REFUSED = {
    100: "WhatsApp did not understand the message: check the template's name and language.",
    130472: "WhatsApp does not deliver offers to this number at present.",
    131008: "WhatsApp did not understand the message: something needed is missing.",
    131009: "WhatsApp did not understand the message: check the template's placeholders.",
    131021: "A number can't write to itself.",
    131026: "This number can't be reached on WhatsApp.",
    131030: "This number is not on the list of test numbers at WhatsApp.",
    131047: "More than 24 hours have passed since the customer wrote: use an approved template.",
    131049: "WhatsApp holds this offer back, so that the customer does not get too many.",
    131050: "The customer wants no offers on WhatsApp.",
    131051: "WhatsApp does not carry this kind of message.",
    132000: "The approved template at WhatsApp has another number of placeholders.",
    132001: "WhatsApp knows no approved template of this name in this language.",
    132005: "The text is too long for the approved template.",
    132007: "The template breaks WhatsApp's rules: look into the WhatsApp Manager.",
    132012: "The placeholders don't fit the approved template.",
    132015: "WhatsApp has paused this template.",
    132016: "WhatsApp has switched this template off.",
}
_WANTS_NO_OFFERS = 131050
_ITS_OWN_TROUBLE = {1, 2, 131000, 131016, 133004, 135000}


def carry(settings: Mapping[str, str], secrets: Mapping[str, str], message: Outgoing, client: httpx.Client) -> Answer:
    """Hand a message to WhatsApp."""
    address = f"{settings.get('base') or BASE}/{VERSION}/{settings['phone_number_id']}/messages"
    try:
        response = client.post(
            address, json=_request(message), headers={"Authorization": f"Bearer {secrets['access_token']}"}
        )
    except httpx.HTTPError as error:
        return no_answer(error, SERVICE)
    if response.is_success:
        return _taken(response)
    return _refusal(response)


def words_of(code: int) -> str:
    """What an error code of the API means, in words."""
    return _BROKEN.get(code) or _REFUSED.get(code) or (_RATE if code in _TOO_MANY else f"WhatsApp refused it ({code}).")


def asks_to_stop(code: int) -> bool:
    return code == _WANTS_NO_OFFERS


def _request(message: Outgoing) -> dict[str, Any]:
    common = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.to.removeprefix("+"),
        "biz_opaque_callback_data": str(message.id),  # comes back with each receipt, even if its id never reached us
    }
    if message.template_name is None:
        return common | {"type": "text", "text": {"body": message.body, "preview_url": False}}
    template: dict[str, Any] = {"name": message.template_name, "language": {"code": message.language}}
    if message.parameters:
        values = [{"type": "text", "text": value} for value in message.parameters]
        template["components"] = [{"type": "body", "parameters": values}]
    return common | {"type": "template", "template": template}


def _taken(response: httpx.Response) -> Answer:
    try:
        return Answer(SENT, id=str(response.json()["messages"][0]["id"]))
    except (ValueError, LookupError, TypeError):
        return Answer(UNKNOWN, words="WhatsApp answered in a way that does not say whether it took the message.")


def _refusal(response: httpx.Response) -> Answer:
    code = _code_in(response)
    if response.status_code == 429 or code in _TOO_MANY:
        return Answer(LATER, words=_RATE, wait=wait_of(response))
    if code in _BROKEN or response.status_code in (401, 403) or (code is not None and 200 <= code < 300):
        return Answer(BROKEN, words=_BROKEN.get(code or 0, _ACCESS))
    if code in _REFUSED:
        return Answer(REFUSED, words=_REFUSED[code], asks_to_stop=asks_to_stop(code))
    if response.status_code == 504:
        return Answer(UNKNOWN, words="WhatsApp did not say in time whether it took the message.")
    if response.status_code >= 500 or code in _ITS_OWN_TROUBLE:
        wait = wait_of(response) if "retry-after" in response.headers else None
        return Answer(LATER, words="WhatsApp has trouble of its own.", wait=wait)
    if response.status_code == 404:
        return Answer(BROKEN, words="WhatsApp does not know this phone number id: connect WhatsApp again.")
    words = words_of(code) if code is not None else f"WhatsApp refused it ({response.status_code})."
    return Answer(REFUSED, words=words)


def _code_in(response: httpx.Response) -> int | None:
    try:
        return int(response.json()["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return None
