"""The outbox: what was prepared, what is on its way, what became of it, and what a person has to decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, func, select, update

from crmcore import reviews, timeline, wake_ups
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.messages import preparing, providers, rules
from crmcore.messages.consent import WHATSAPP
from crmcore.messages.preparing import (
    CANCELLED,
    DELIVERED,
    FAILED,
    PREPARED,
    QUEUED,
    READ,
    SENDING,
    SENT,
    UNKNOWN,
)
from crmcore.messages.purposes import REVIEW
from crmcore.messages.rules import LINK, TEMPLATE, TEXT
from crmcore.models import Customer, Membership, Message, MessageReply, MessageTemplate
from crmcore.refills.marking import message_went

STATUSES = {
    PREPARED: "Ready to send",
    QUEUED: "Waiting",
    SENDING: "Going out",
    SENT: "Sent",
    DELIVERED: "Delivered",
    READ: "Read",
    FAILED: "Failed",
    UNKNOWN: "Unknown",
    CANCELLED: "Dropped",
}
TO_DECIDE = (UNKNOWN, FAILED)
ARRIVED = (SENT, DELIVERED, READ)  # at the service, at least
STALE_AFTER = timedelta(days=14)

# What the service tells last, in the order in which it happens.
_RANK = {QUEUED: 0, SENDING: 0, UNKNOWN: 0, FAILED: 0, SENT: 1, DELIVERED: 2, READ: 3}


# Statuses that mean the same to whoever looks at the outbox.
GROUPS = {
    "ready": ("Ready to send", (PREPARED,)),
    "waiting": ("Waiting", (QUEUED, SENDING)),
    "unknown": ("To decide", (UNKNOWN,)),
    "failed": ("Failed", (FAILED,)),
    "sent": ("Sent", (SENT, DELIVERED, READ)),
    "dropped": ("Dropped", (CANCELLED,)),
}


@dataclass(frozen=True)
class Filters:
    """Which messages to show; empty means any. `group`: a key of GROUPS."""

    group: str = ""
    channel: str = ""
    customer_id: UUID | None = None


def page_of(shop: ShopSession, filters: Filters, *, limit: int = 25, before: UUID | None = None) -> list[RowMapping]:
    """Messages newest first, with the customer's name and by whom. `before`: the id of the last one seen."""
    shop.who.must("see messages")
    query = (
        select(Message, Customer.name.label("customer_name"), Membership.name.label("by"))
        .outerjoin(Customer, (Customer.shop_id == Message.shop_id) & (Customer.id == Message.customer_id))
        .outerjoin(
            Membership,
            (Membership.shop_id == Message.shop_id)
            & (Membership.staff_id == func.coalesce(Message.sent_by, Message.created_by)),
        )
        .where(Message.shop_id == shop.id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    if filters.group:
        query = query.where(Message.status.in_(GROUPS[filters.group][1]))
    if filters.channel:
        query = query.where(Message.channel == filters.channel)
    if filters.customer_id is not None:
        query = query.where(Message.customer_id == filters.customer_id)
    if before is not None:
        query = query.where(Message.id < before)
    return list(shop.execute(query).mappings())


def counts(shop: ShopSession) -> dict[str, int]:
    """How many messages wait for somebody or something, by the keys of GROUPS; those that are over are not counted."""
    shop.who.must("see messages")
    query = (
        select(Message.status, func.count())
        .where(Message.shop_id == shop.id, Message.status.in_((PREPARED, QUEUED, SENDING, *TO_DECIDE)))
        .group_by(Message.status)
    )
    found = {row[0]: row[1] for row in shop.execute(query)}
    return {group: sum(found.get(status, 0) for status in statuses) for group, (_, statuses) in GROUPS.items()}


def has_any(shop: ShopSession) -> bool:
    """Whether there was ever a message."""
    return bool(shop.scalar(select(exists().where(Message.shop_id == shop.id))))


def drop_stale(shop: ShopSession) -> None:
    """Messages that nobody sent for two weeks are dropped: what they say is over. A part of every morning."""
    stale = (
        Message.shop_id == shop.id,
        Message.status == PREPARED,
        Message.created_at < shop.now - STALE_AFTER,
    )
    values = {"status": CANCELLED, "error": "Nobody sent it within two weeks.", "updated_at": shop.now}
    dropped = shop.execute(update(Message).where(*stale).values(**values)).rowcount
    if dropped:
        timeline.note(shop, "messages dropped unsent", "message", count=dropped)


def get(shop: ShopSession, message_id: UUID) -> RowMapping:
    """One message. Raises NotFound."""
    shop.who.must("see messages")
    query = select(Message).where(Message.shop_id == shop.id, Message.id == message_id)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This message is not in your outbox any more.")
    return row


def link_of(message: RowMapping | Mapping[str, Any]) -> str:
    """What opens the customer's chat with this message ready."""
    return preparing.link_to(message["channel"], message["address"], message["body"], message["subject"])


def mark_sent(shop: ShopSession, message_id: UUID) -> None:
    """A person sent it by hand, or says that an unknown one arrived. Nothing happens if that is known already.

    Raises NotFound, BadInput when consent was withdrawn meanwhile, and Conflict when it stands otherwise by now.
    """
    shop.who.must("send messages")
    before = _locked(shop, message_id)
    if before["status"] in ARRIVED:
        return
    if before["status"] not in (PREPARED, UNKNOWN):
        raise _stands_otherwise(before)
    if before["status"] == PREPARED:
        _must_be_allowed(shop, before, LINK)
    _set(shop, message_id, status=SENT, sent_at=shop.now, sent_by=shop.who.staff_id, error=None, claim=None)
    note_sent(shop, before)


def send_again(shop: ShopSession, message_id: UUID) -> None:
    """A person decided that a failed or unknown message shall go once more.

    Raises NotFound, BadInput with the reason when it may not go now, Conflict when it stands otherwise by now.
    """
    shop.who.must("send messages")
    before = _locked(shop, message_id)
    if before["status"] not in TO_DECIDE:
        raise _stands_otherwise(before)
    decided = {"error": None, "claim": None, "claimed_at": None, "attempts": 0, "provider_message_id": None}
    if before["provider"] == "link":
        _must_be_allowed(shop, before, LINK)
        _set(shop, message_id, status=PREPARED, next_try_at=None, **decided)
    else:
        provider = providers.all_of(shop).get(before["channel"])
        if provider is None or not provider.is_active:
            raise BadInput("message", "The service that carried it is not connected any more: connect one first.")
        # What WhatsApp calls the template may have been mended since.
        name = _approved_name(shop, before)
        _must_be_allowed(shop, before, TEMPLATE if name else TEXT)
        goes_at = rules.goes_at(before["channel"], rules.of_shop(shop), shop.now, shop.zone)
        way = TEMPLATE if name else TEXT
        _set(
            shop, message_id, status=QUEUED, next_try_at=goes_at, template_name=name, way=way, provider=provider.kind,
            **decided,
        )  # fmt: skip
        wake_ups.send_messages(shop, 1)
    _note(shop, "message to go again", before)


def queue(shop: ShopSession, message_id: UUID) -> None:
    """Hand a prepared message to the connected service instead of sending it by hand.

    Raises NotFound, BadInput with the reason when that may not be, Conflict when it stands otherwise by now.
    """
    shop.who.must("send messages")
    before = _locked(shop, message_id)
    if before["status"] != PREPARED:
        raise _stands_otherwise(before)
    provider = providers.all_of(shop).get(before["channel"])
    if provider is None or not provider.is_active:
        raise BadInput("message", "No service is connected for this: send it by hand.")
    name = _approved_name(shop, before)
    way = TEMPLATE if name else TEXT
    _must_be_allowed(shop, before, way)
    goes_at = rules.goes_at(before["channel"], rules.of_shop(shop), shop.now, shop.zone)
    _set(
        shop, message_id, status=QUEUED, next_try_at=goes_at, way=way, template_name=name, provider=provider.kind
    )
    wake_ups.send_messages(shop, 1)
    _note(shop, "message queued", before)


def drop(shop: ShopSession, message_id: UUID) -> None:
    """It shall not go, or not any more. Raises NotFound, and Conflict when it is on its way or has gone."""
    shop.who.must("send messages")
    before = _locked(shop, message_id)
    if before["status"] == CANCELLED:
        return
    if before["status"] not in (PREPARED, QUEUED, *TO_DECIDE):
        raise _stands_otherwise(before)
    _set(shop, message_id, status=CANCELLED, next_try_at=None)
    _note(shop, "message dropped", before)


def replies(shop: ShopSession, *, limit: int = 25, before: UUID | None = None) -> list[RowMapping]:
    """What customers wrote, newest first, with their names. `before`: the id of the last one seen."""
    shop.who.must("see messages")
    query = (
        select(MessageReply, Customer.name.label("customer_name"))
        .outerjoin(Customer, (Customer.shop_id == MessageReply.shop_id) & (Customer.id == MessageReply.customer_id))
        .where(MessageReply.shop_id == shop.id)
        .order_by(MessageReply.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(MessageReply.id < before)
    return list(shop.execute(query).mappings())


def advanced(before: str, told: str) -> str:
    """The status after the service told something: only ever further, and no failure after an arrival."""
    if told == FAILED:
        return FAILED if before in (QUEUED, SENDING, UNKNOWN, SENT) else before
    if before not in _RANK:
        return before
    return told if _RANK[told] > _RANK[before] else before


def note_sent(shop: ShopSession, message: RowMapping | Mapping[str, Any]) -> None:
    """Put a message that went on the customer's timeline, and mark what it reminds of, or asks for, as said."""
    _note(shop, "message sent", message, body=message["body"])
    if message["purpose"] == "refill":
        message_went(shop, message)
    if message["purpose"] == REVIEW and message["customer_id"] is not None:
        reviews.asked_by_message(shop, message["customer_id"], message["channel"], message["created_by"])


def _note(shop: ShopSession, what: str, message: RowMapping | Mapping[str, Any], **detail: Any) -> None:
    timeline.note(
        shop,
        what,
        "message",
        message["id"],
        customer_id=message["customer_id"],
        channel=message["channel"],
        purpose=message["purpose"],
        **detail,
    )


def _locked(shop: ShopSession, message_id: UUID) -> RowMapping:
    query = select(Message).where(Message.shop_id == shop.id, Message.id == message_id)
    row = shop.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("This message is not in your outbox any more.")
    return row


def _set(shop: ShopSession, message_id: UUID, **values: Any) -> None:
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    this = (Message.shop_id == shop.id, Message.id == message_id)
    shop.execute(update(Message).where(*this).values(**values, **stamp))


def _must_be_allowed(shop: ShopSession, message: RowMapping, way: str) -> None:
    refusal = preparing.refused_now(shop, message, way)
    if refusal:
        raise BadInput("message", refusal)


def _approved_name(shop: ShopSession, message: RowMapping) -> str | None:
    """What WhatsApp calls the message's template by now; None when it is free text."""
    if message["channel"] != WHATSAPP or message["template_id"] is None or not _is_as_written(message):
        return None
    query = select(MessageTemplate.provider_name).where(
        MessageTemplate.shop_id == shop.id, MessageTemplate.id == message["template_id"]
    )
    name: str | None = shop.scalar(query)
    return name


def _is_as_written(message: RowMapping) -> bool:
    """Whether the words are the template's: a person's own words carry no parameters."""
    return bool(message["parameters"]) or message["template_name"] is not None


def _stands_otherwise(message: RowMapping) -> Conflict:
    return Conflict(f"This message is “{STATUSES[message['status']].lower()}” by now. Look at it again.")
