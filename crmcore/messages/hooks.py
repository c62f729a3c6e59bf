"""What services tell us: receipts of messages they carried, and what customers wrote back.

Each shop and channel has an address of its own, which follows from the shop and a key that only this installation has.
Everything that comes is signed by the service, and may come twice or in the wrong order: told again, it changes
nothing.
"""

import base64
import binascii
import hmac
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import notifications, people, timeline
from crmcore.customer_numbers import REMINDER_PHONES
from crmcore.database.gate import Shop, ShopSession, keeper, new_id, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.messages import consent, outbox, providers, sending
from crmcore.messages.carriers import twilio, whatsapp_cloud
from crmcore.messages.consent import CHANNELS, SMS, WHATSAPP
from crmcore.messages.preparing import FAILED
from crmcore.models import Customer, Membership, Message, MessageReceipt, MessageReply
from crmcore.settings import secret_key

LONGEST_BODY = 262_144  # bytes of what a service tells at once
LONGEST_REPLY = 4096

# A message of this word alone ends everything on its channel: in English, and as people write it elsewhere. Words
# that mean "no" or "wait" too are not among them.
_STOP = """
    stop stopall unsubscribe cancel end quit optout opt-out revoke बंद रोकें band थांबवा நிறுத்து বন্ধ ఆపు
    arret arreter alto parar pare cancelar stopp simama
"""
STOP_WORDS = frozenset(_STOP.split())

_SIGNS_OF_RECEIPT = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}
_OF_TWILIO = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}


@dataclass(frozen=True)
class Receipt:
    """What became of a message. `at`: None for now. `message_id`: our own id of it, where the service hands it back."""

    provider_message_id: str
    status: str
    at: datetime | None
    error: str | None = None
    asks_to_stop: bool = False
    message_id: UUID | None = None


@dataclass(frozen=True)
class Reply:
    """What somebody wrote. `answers`: the service's id of the message they answer."""

    provider_message_id: str
    address: str
    body: str
    at: datetime | None
    answers: str | None = None


def token_of(shop_id: UUID, channel: str) -> str:
    """The part of the address that says whose it is; nobody can make one up."""
    return base64.urlsafe_b64encode(shop_id.bytes + _mark(shop_id, channel)).decode().rstrip("=")


def shop_of(token: str, channel: str) -> Shop:
    """The shop whose address this is. Raises NotFound, alike for addresses made up and shops that are gone."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        shop_id = UUID(bytes=whole[:16])
    except (binascii.Error, ValueError):
        raise NotFound("There is no such address.") from None
    shop = people.shop_with_id(shop_id) if hmac.compare_digest(whole[16:], _mark(shop_id, channel)) else None
    if shop is None:
        raise NotFound("There is no such address.")
    return shop


def verify_token(shop_id: UUID) -> str:
    """The word that WhatsApp says when it asks whether an address is the shop's."""
    return hmac.digest(secret_key(), b"verify token " + shop_id.bytes, "sha256").hex()[:32]


def challenged(shop: Shop, query: Mapping[str, str]) -> str:
    """What to answer when WhatsApp asks whether the address is ours. Raises NotAllowed for a wrong word."""
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(
        given.encode(), verify_token(shop.id).encode()
    ):
        raise NotAllowed("The verify token is another one.")
    return query.get("hub.challenge", "")


def take_from_whatsapp(shop: Shop, body: bytes, signature: str) -> None:
    """Write down what WhatsApp tells. Raises NotAllowed for a wrong signature, BadInput for what nobody understands."""
    settings, secrets = _opened(shop, WHATSAPP)
    wanted = "sha256=" + hmac.digest(secrets["app_secret"].encode(), body, "sha256").hex()
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise NotAllowed("The signature is wrong.")
    try:
        told = list(_told_by_whatsapp(json.loads(body), settings["phone_number_id"]))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadInput("body", "This can't be understood.") from error
    _write_down(shop, WHATSAPP, told)


def take_from_sms(shop: Shop, url: str, form: Mapping[str, str], signature: str, message_id: str | None) -> None:
    """Write down what the SMS service tells. `url`: as the service called it. Raises as `take_from_whatsapp` does."""
    _, secrets = _opened(shop, SMS)
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    wanted = base64.b64encode(hmac.digest(secrets["auth_token"].encode(), signed.encode(), "sha1"))
    if not hmac.compare_digest(wanted, signature.encode()):
        raise NotAllowed("The signature is wrong.")
    _write_down(shop, SMS, list(_told_by_sms(form, message_id)))


def asks_to_stop(body: str) -> bool:
    """Whether somebody wrote nothing but a word that means stop."""
    plain = unicodedata.normalize("NFC", body).strip().strip(".!?\"'“”। ").casefold()
    without_accents = "".join(
        sign for sign in unicodedata.normalize("NFD", plain) if not "\u0300" <= sign <= "\u036f"
    )
    return plain in STOP_WORDS or without_accents in STOP_WORDS


def take_receipt(shop: ShopSession, channel: str, receipt: Receipt) -> bool:
    """Write down what became of a message, and move it on if that is news; False when it was told before."""
    at = receipt.at or shop.now
    kept = upsert(MessageReceipt).values(
        shop_id=shop.id,
        channel=channel,
        provider_message_id=receipt.provider_message_id,
        status=receipt.status,
        at=at,
        error=receipt.error,
    )
    if shop.scalar(kept.on_conflict_do_nothing().returning(MessageReceipt.status)) is None:
        return False
    this = _message_of(shop, channel, receipt)
    if this is None:
        return True  # it came before we wrote down that the message went: sending looks for it then
    after = outbox.advanced(this["status"], receipt.status)
    values: dict[str, Any] = sending.moment_of(receipt.status, at)
    values |= {"provider_message_id": receipt.provider_message_id, "updated_at": shop.now}
    if after != this["status"]:
        values |= {"status": after, "error": receipt.error if after == FAILED else None, "next_try_at": None}
    if after in outbox.ARRIVED and this["status"] not in outbox.ARRIVED:
        values = {"sent_at": at} | values
        outbox.note_sent(shop, this)
    shop.execute(update(Message).where(Message.shop_id == shop.id, Message.id == this["id"]).values(**values))
    if after == FAILED and this["status"] != FAILED:
        sending.note_failed(shop, this["id"], this["customer_id"], channel, receipt.error or "")
    if receipt.asks_to_stop and this["customer_id"] is not None:
        consent.stop(shop, this["customer_id"], channel, f"{CHANNELS[channel]} told us")
    return True


def take_reply(shop: ShopSession, channel: str, reply: Reply) -> bool:
    """Write down what somebody wrote: on their timeline, to whoever looks after them; a stop ends all messages on this
    channel, to everybody whose reminders go to this number. False when it was told before."""
    those = _who_is_at(shop, reply.address)
    customer = those[0] if those else None
    stops, reply_id = asks_to_stop(reply.body), new_id()
    kept = upsert(MessageReply).values(
        shop_id=shop.id,
        id=reply_id,
        channel=channel,
        provider_message_id=reply.provider_message_id,
        address=reply.address,
        customer_id=customer.id if customer else None,
        answers_message_id=_answered(shop, channel, reply.answers),
        body=reply.body,
        asks_to_stop=stops,
        received_at=reply.at or shop.now,
        created_at=shop.now,
    )
    if shop.scalar(kept.on_conflict_do_nothing().returning(MessageReply.id)) is None:
        return False
    customer_id = customer.id if customer else None
    timeline.note(
        shop, "reply received", "message", reply_id, customer_id=customer_id, channel=channel, body=reply.body
    )
    for one in those if stops else ():
        consent.stop(shop, one.id, channel, f"Wrote “{reply.body.strip()[:40]}”")
    name = (customer.name if customer else None) or reply.address
    told = f"{name} wrote on {CHANNELS[channel]}: {reply.body}"
    _tell_somebody(shop, customer_id, customer.rep_id if customer else None, told)
    return True


def _who_is_at(shop: ShopSession, address: str) -> Sequence[Row[Any]]:
    """The customer whose own number this is, first, and everybody who chose it for reminders."""
    reminded = select(REMINDER_PHONES.c.customer_id).where(
        REMINDER_PHONES.c.shop_id == shop.id, REMINDER_PHONES.c.phone == address
    )
    query = select(Customer.id, Customer.name, Customer.rep_id).where(
        Customer.shop_id == shop.id,
        Customer.hidden_at.is_(None),
        or_(Customer.phone == address, Customer.id.in_(reminded)),
    )
    return shop.execute(query.order_by((Customer.phone == address).is_not(True), Customer.id)).all()


def _mark(shop_id: UUID, channel: str) -> bytes:
    return hmac.digest(secret_key(), f"webhook {channel} ".encode() + shop_id.bytes, "sha256")[:16]


def _opened(shop: Shop, channel: str) -> tuple[dict[str, str], dict[str, str]]:
    with shop_session(keeper(shop)) as session:
        _, settings, secrets = providers.opened(session, channel)
    return settings, secrets


def _write_down(shop: Shop, channel: str, told: list[Receipt | Reply]) -> None:
    if not told:
        return
    with shop_session(keeper(shop, via=CHANNELS[channel]), writes=True) as session:
        for one in told:
            if isinstance(one, Receipt):
                take_receipt(session, channel, one)
            else:
                take_reply(session, channel, one)


def _told_by_whatsapp(payload: Mapping[str, Any], phone_number_id: str) -> Iterator[Receipt | Reply]:
    """What an event holds that concerns this number; an account may have others."""
    for entry in payload["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            if change.get("field") != "messages" or value["metadata"]["phone_number_id"] != phone_number_id:
                continue
            for status in value.get("statuses", ()):
                if status["status"] in _SIGNS_OF_RECEIPT:
                    yield _receipt_of_whatsapp(status)
            for message in value.get("messages", ()):
                yield Reply(
                    provider_message_id=str(message["id"]),
                    address=f"+{int(message['from'])}",
                    body=_clean(_words_of(message)) or "(nothing)",
                    at=_moment(message["timestamp"]),
                    answers=message.get("context", {}).get("id"),
                )


def _receipt_of_whatsapp(status: Mapping[str, Any]) -> Receipt:
    codes = [int(error["code"]) for error in status.get("errors", ())]
    return Receipt(
        provider_message_id=str(status["id"]),
        status=_SIGNS_OF_RECEIPT[status["status"]],
        at=_moment(status["timestamp"]),
        error=whatsapp_cloud.words_of(codes[0]) if codes else None,
        asks_to_stop=any(whatsapp_cloud.asks_to_stop(code) for code in codes),
        message_id=_uuid(status.get("biz_opaque_callback_data")),
    )


def _words_of(message: Mapping[str, Any]) -> str:
    """What somebody wrote, or what kind of thing they sent."""
    kind = message["type"]
    content = message.get(kind, {})
    if kind == "text":
        return str(content["body"])
    if kind == "button":
        return str(content["text"])
    if kind == "interactive":
        return str(content[content["type"]].get("title", "(an answer)"))
    if kind == "reaction":
        return str(content.get("emoji") or "(reaction taken back)")
    caption = content.get("caption") if isinstance(content, Mapping) else None
    return f"({kind}) {caption}" if caption else f"({kind})"


def _told_by_sms(form: Mapping[str, str], message_id: str | None) -> Iterator[Receipt | Reply]:
    status = _OF_TWILIO.get(form.get("MessageStatus", ""))
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if status and sid:
        code = int(form["ErrorCode"]) if form.get("ErrorCode", "").isdigit() else 0
        error = twilio.words_of(code) if code else None
        yield Receipt(sid, status, None, error, twilio.asks_to_stop(code), _uuid(message_id))
    elif sid and "Body" in form and form.get("From", "").startswith("+"):
        pictures = f"({form['NumMedia']} pictures)" if form.get("NumMedia", "0") not in ("", "0") else "(nothing)"
        yield Reply(sid, form["From"], _clean(form["Body"]) or pictures, None)


def _clean(written: str) -> str:
    """What somebody wrote, without what no database keeps."""
    return written.replace("\0", "").encode(errors="replace").decode().strip()[:LONGEST_REPLY]


def _message_of(shop: ShopSession, channel: str, receipt: Receipt) -> RowMapping | None:
    """The message a receipt is about: by the service's id, or by ours where its answer never reached us."""
    of_channel = select(Message).where(Message.shop_id == shop.id, Message.channel == channel).with_for_update()
    known = of_channel.where(Message.provider_message_id == receipt.provider_message_id)
    row = shop.execute(known).mappings().one_or_none()
    if row is None and receipt.message_id is not None:
        by_our_id = of_channel.where(Message.id == receipt.message_id, Message.provider_message_id.is_(None))
        row = shop.execute(by_our_id).mappings().one_or_none()
    return row


def _answered(shop: ShopSession, channel: str, provider_message_id: str | None) -> UUID | None:
    if provider_message_id is None:
        return None
    found: UUID | None = shop.scalar(
        select(Message.id).where(
            Message.shop_id == shop.id,
            Message.channel == channel,
            Message.provider_message_id == provider_message_id,
        )
    )
    return found


def _tell_somebody(shop: ShopSession, customer_id: UUID | None, rep_id: UUID | None, told: str) -> None:
    """Tell whoever looks after the customer, else whoever wrote to them last, else the owners."""
    wrote_last = (
        select(Message.sent_by)
        .where(Message.shop_id == shop.id, Message.customer_id == customer_id, Message.sent_by.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    )
    who = rep_id or (shop.scalar(wrote_last) if customer_id else None)
    is_here = who and shop.scalar(
        select(Membership.is_active).where(Membership.shop_id == shop.id, Membership.staff_id == who)
    )
    if who and is_here:
        notifications.tell(shop, who, "reply received", told, subject="message", customer_id=customer_id)
    else:
        sending.tell_keepers(shop, "reply received", told, customer_id)


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
