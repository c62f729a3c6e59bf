"""SMS through Twilio, or through a service that speaks as Twilio does."""

from collections.abc import Mapping
from urllib.parse import quote

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
from crmcore.messages.carriers.reach import may_be_asked

BASE = "https://api.twilio.com"
SERVICE = "The SMS service"

_REFUSED = {
    21211: "This is no phone number that the SMS service knows.",
    21212: "The sender is no number of yours at the SMS service.",
    21408: "The SMS service may not send to this country: allow it in its console.",
    21610: "The customer answered STOP: the SMS service sends nothing to this number.",
    21612: "The SMS service can't reach this number from yours.",
    21614: "This number takes no SMS.",
    21617: "The text is too long for an SMS.",
    30003: "The phone is switched off or out of reach.",
    30004: "The phone's company blocked the message.",
    30005: "This number is not in use.",
    30006: "This is a landline, or a company that takes no SMS.",
    30007: "The phone's company took the message for spam.",
    30008: "The phone's company did not say why it refused the message.",
}
_BROKEN = {
    20003: "The SMS service refused the account or its token: connect SMS again.",
    20404: "The SMS service does not know this account: connect SMS again.",
    21606: "The sender is no number of yours at the SMS service: connect SMS again.",
    21608: "A trial account sends to confirmed numbers only: upgrade it at the SMS service.",
    30002: "The SMS service has suspended the account: look into its console.",
}
_STOPPED = 21610
_TOO_MANY = {14107, 20429}


def carry(settings: Mapping[str, str], secrets: Mapping[str, str], message: Outgoing, client: httpx.Client) -> Answer:
    """Hand a message to the SMS service."""
    base, account = settings.get("base") or BASE, settings["account_sid"]
    form = {"To": message.to, "Body": message.body} | _sender(settings["sender"])
    if settings.get("receipts"):
        form["StatusCallback"] = f"{settings['receipts']}?message={quote(str(message.id))}"
    address = f"{base}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
    if not may_be_asked(base):
        return Answer(BROKEN, words="The SMS service must have a public address that begins with https.")
    try:
        response = client.post(address, data=form, auth=(account, secrets["auth_token"]))
    except httpx.HTTPError as error:
        return no_answer(error, SERVICE)
    if response.is_success:
        return _taken(response)
    return _refusal(response)


def words_of(code: int) -> str:
    """What an error code means, in words."""
    return _BROKEN.get(code) or _REFUSED.get(code) or f"The SMS service refused it ({code})."


def asks_to_stop(code: int) -> bool:
    return code == _STOPPED


def _sender(sender: str) -> dict[str, str]:
    """A number or a name sends by itself, a messaging service (MG…) chooses one of its numbers."""
    return {"MessagingServiceSid": sender} if sender.startswith("MG") and len(sender) == 34 else {"From": sender}


def _taken(response: httpx.Response) -> Answer:
    try:
        return Answer(SENT, id=str(response.json()["sid"]))
    except (ValueError, LookupError, TypeError):
        return Answer(UNKNOWN, words="The SMS service answered in a way that does not say whether it took the message.")


def _refusal(response: httpx.Response) -> Answer:
    code = _code_in(response)
    if response.status_code == 429 or code in _TOO_MANY:
        return Answer(LATER, words="The SMS service asked to send more slowly.", wait=wait_of(response))
    if code in _BROKEN or response.status_code in (401, 403, 404):
        return Answer(BROKEN, words=_BROKEN.get(code or 20003, _BROKEN[20003]))
    if response.status_code == 504:
        return Answer(UNKNOWN, words="The SMS service did not say in time whether it took the message.")
    if response.status_code >= 500:
        return Answer(LATER, words="The SMS service has trouble of its own.")
    words = words_of(code) if code else f"The SMS service refused it ({response.status_code})."
    return Answer(REFUSED, words=words, asks_to_stop=code == _STOPPED)


def _code_in(response: httpx.Response) -> int | None:
    try:
        return int(response.json()["code"])
    except (ValueError, LookupError, TypeError):
        return None
