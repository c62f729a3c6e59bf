"""Preparing a message: the text in the customer's language, checked against consent, window, hours and number.

A prepared message waits for a person to press Sent; a queued one is handed to the connected service by the worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customer_numbers, texts, timeline, wake_ups
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, CrmError, NotFound
from crmcore.messages import consent, languages, providers, rules
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.messages.purposes import PURPOSES, REFILL
from crmcore.messages.rules import LINK, TEMPLATE, TEXT
from crmcore.messages.templates import Shelf, Template, fill
from crmcore.models import Customer, Message, MessageReply
from crmcore.phones import chat_address

PREPARED, QUEUED, SENDING, SENT, DELIVERED, READ, FAILED, UNKNOWN, CANCELLED = (
    "prepared", "queued", "sending", "sent", "delivered", "read", "failed", "unknown", "cancelled",
)  # fmt: skip

SLICE = 1000  # messages one statement writes
LONGEST = 4000  # characters of a message

Values = Mapping[str, str | date]


@dataclass(frozen=True)
class Wanted:
    """A message to one customer. `values`: for the placeholders; days are written in the customer's language.

    `key` is what it is about ("refill:<reminder id>:<day>"): a second message with the same key is never made.
    """

    customer_id: UUID
    values: Values = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True)
class Ready:
    """A message as it would go. `refusal`: why it may not go by hand, `refused_service`: why not by the service.

    `way`: how the service would carry it. `link` opens the customer's chat, the messages or the mail program with the
    text in it; None when refused.
    """

    channel: str
    purpose: str
    language: str
    address: str
    body: str
    subject: str | None
    parameters: tuple[str, ...]
    template: Template
    way: str
    link: str | None
    refusal: str | None
    refused_service: str | None
    is_unreachable: bool = False  # no address, or one that takes no such message


@dataclass
class Prepared:
    """What came of preparing many. `refused`: by customer, why nothing was prepared; `already`: made before."""

    message_ids: list[UUID] = field(default_factory=list)
    queued: int = 0
    already: int = 0
    refused: dict[UUID, str] = field(default_factory=dict)


def ready(
    shop: ShopSession, customer_id: UUID, purpose: str, channel: str = WHATSAPP, values: Values | None = None
) -> Ready:
    """The message as it would go to this customer now; nothing is written. Raises NotFound, and BadInput for a
    placeholder without a value."""
    shop.who.must("see messages")
    desk = _Desk(shop, purpose, channel, [customer_id])
    return desk.ready(desk.customer(customer_id), values or {})


def ready_many(shop: ShopSession, purpose: str, channel: str, wanted: Sequence[Wanted]) -> dict[UUID, Ready]:
    """The messages as they would go to these customers now, by customer; who is not on file any more is left out."""
    shop.who.must("see messages")
    desk = _Desk(shop, purpose, channel, [one.customer_id for one in wanted])
    return {
        one.customer_id: desk.ready(desk.customer(one.customer_id), one.values)
        for one in wanted
        if desk.knows(one.customer_id)
    }


def prepare(
    shop: ShopSession,
    customer_id: UUID,
    purpose: str,
    channel: str = WHATSAPP,
    values: Values | None = None,
    *,
    body: str | None = None,
    by_service: bool = False,
    key: str | None = None,
) -> UUID:
    """Put a message to one customer into the outbox; return its id. `body`: the text as a person changed it.

    `by_service`: hand it to the connected service instead of sending it by hand. Raises NotFound, BadInput with the
    reason why it may not go, and Conflict when this very message was made before.
    """
    shop.who.must("send messages")
    desk = _Desk(shop, purpose, channel, [customer_id])
    customer = desk.customer(customer_id)
    text = desk.ready(customer, values or {}, body)
    refusal = text.refused_service if by_service else text.refusal
    if refusal:
        raise BadInput("message", refusal)
    if hour := rules.refused_by_hour(channel, desk.rules, shop.now, shop.zone):
        raise BadInput("message", hour)
    _not_twice(shop, customer_id, text)
    row = desk.row(customer, text, by_service=by_service, key=key)
    made = _insert(shop, [row])
    if not made:
        raise Conflict("This message was prepared before: look for it in the outbox.")
    if by_service:
        wake_ups.send_messages(shop, 1)
    timeline.note(
        shop,
        "message queued" if by_service else "message prepared",
        "message",
        made[0],
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        body=text.body,
    )
    return made[0]


def prepare_many(
    shop: ShopSession,
    purpose: str,
    wanted: Sequence[Wanted],
    channels: Sequence[str] = (WHATSAPP, SMS, EMAIL),
    *,
    automatic: bool = False,
    by_hand: bool = True,
) -> Prepared:
    """Put messages to many customers into the outbox, each on the first of `channels` on which it may go.

    `automatic`: hand those to the connected services that may go that way; the others wait for a person to send them,
    or, without `by_hand`, are not made.
    Somebody to whom nothing may go is refused with the reason; a key that was used before makes nothing.
    """
    shop.who.must("send messages")
    done = Prepared()
    left = list(wanted)
    ways = [by_service for by_service, wanted_so in ((True, automatic), (False, by_hand)) if wanted_so]
    for by_service in ways:
        for channel in channels:
            if not left:
                break
            desk = _Desk(shop, purpose, channel, [one.customer_id for one in left])
            left = desk.put_many(left, done, by_service=by_service)
    if done.queued:
        wake_ups.send_messages(shop, done.queued)
    if done.message_ids:
        timeline.note(
            shop, "messages prepared", "message", purpose=purpose, count=len(done.message_ids), queued=done.queued
        )
    return done


def link_to(channel: str, address: str, body: str, subject: str | None = None) -> str:
    """What opens the customer's chat with the text ready: wa.me, the phone's messages, or the mail program."""
    if channel == WHATSAPP:
        return chat_address(address, body)
    text = quote(body, safe="")
    if channel == SMS:
        return f"sms:{address}?body={text}"
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject or '', safe='')}&body={text}"


def window_is_open(shop: ShopSession, address: str, channel: str = WHATSAPP) -> bool:
    """Whether somebody at this address wrote within the last 24 hours, so that WhatsApp takes free text."""
    return address in _wrote_lately(shop, channel, [address])


@dataclass(frozen=True)
class _Person:
    """A customer to write to. `phone`: the number that messages of this purpose go to."""

    id: UUID
    name: str | None
    phone: str | None
    email: str | None
    language: str | None


def refused_now(shop: ShopSession, message: RowMapping | Mapping[str, Any], way: str) -> str | None:
    """Why a message of the outbox may not go any more, in one sentence: what was true when it was made may be over."""
    if message["customer_id"] is None:
        return None
    channel, purpose = message["channel"], message["purpose"]
    query = select(Customer.phone, Customer.email, Customer.hidden_at).where(
        Customer.shop_id == shop.id, Customer.id == message["customer_id"]
    )
    own, email, hidden_at = shop.execute(query).one()
    phone = _phones_for(shop, purpose, {message["customer_id"]: own})[message["customer_id"]]
    if hidden_at is not None:
        return "The customer was hidden meanwhile."
    if message["address"] != (email if channel == EMAIL else phone):
        return "The customer's number or address has changed since: drop this message and make a new one."
    if unreachable := rules.refused_by_address(channel, phone, email):
        return unreachable
    needs = PURPOSES[purpose].consent
    said = consent.states_of(shop, [message["customer_id"]]).get((message["customer_id"], channel, needs))
    state = said or (consent.DECLINED if said_stop(shop, channel, [message["address"]]) else consent.NOT_ASKED)
    return rules.refused_by_consent(channel, needs, state, way, window_is_open(shop, message["address"], channel))


def _phones_for(shop: ShopSession, purpose: str, own: Mapping[UUID, str | None]) -> dict[UUID, str | None]:
    """Which number a message of this purpose goes to, by customer: their own, or of refills the one they chose."""
    chosen = customer_numbers.for_reminders(shop, list(own)) if purpose == REFILL else {}
    return {**own, **chosen}


class _Desk:
    """What is needed to prepare messages of one purpose on one channel, looked up once for all customers."""

    def __init__(self, shop: ShopSession, purpose: str, channel: str, customer_ids: Sequence[UUID]) -> None:
        self.shop, self.purpose, self.channel = shop, purpose, channel
        self.rules = rules.of_shop(shop)
        self._shelf = Shelf(shop, purpose, channel, self.rules.language)
        self._needs = PURPOSES[purpose].consent
        query = select(Customer.id, Customer.name, Customer.phone, Customer.email, Customer.language).where(
            Customer.shop_id == shop.id, Customer.id.in_(customer_ids), Customer.hidden_at.is_(None)
        )
        rows = shop.execute(query).all()
        phones_for = _phones_for(shop, purpose, {row.id: row.phone for row in rows})
        self._customers = {
            row.id: _Person(row.id, row.name, phones_for[row.id], row.email, row.language) for row in rows
        }
        self._consents = consent.states_of(shop, customer_ids)
        phones = [one.phone for one in self._customers.values() if one.phone]
        self._open = _wrote_lately(shop, channel, phones) if channel == WHATSAPP else set()
        self._stopped = said_stop(shop, channel, phones)
        self._provider = providers.all_of(shop).get(channel)

    def knows(self, customer_id: UUID) -> bool:
        return customer_id in self._customers

    def customer(self, customer_id: UUID) -> _Person:
        row = self._customers.get(customer_id)
        if row is None:
            raise NotFound("This customer is not on file in your shop any more.")
        return row

    def ready(self, customer: _Person, values: Values, body: str | None = None) -> Ready:
        template = self._shelf.text_in(languages.code_of(customer.language))
        text = fill(template, self._values(customer, values, template.language))
        tidy = texts.paragraph("body", "The message", body, LONGEST)
        is_own = tidy is not None and tidy != text.body
        address = (customer.email if self.channel == EMAIL else customer.phone) or ""
        unreachable = rules.refused_by_address(self.channel, customer.phone, customer.email)
        final = tidy if is_own and tidy else text.body
        refusal = unreachable or self._refused(customer, LINK)
        # An approved template can't be changed: other words go as free text.
        way = TEMPLATE if self.channel == WHATSAPP and template.provider_name and not is_own else TEXT
        return Ready(
            channel=self.channel,
            purpose=self.purpose,
            language=template.language,
            address=address,
            body=final,
            subject=text.subject,
            parameters=() if is_own else text.parameters,
            template=template,
            way=way,
            link=None if refusal else link_to(self.channel, address, final, text.subject),
            refusal=refusal,
            refused_service=unreachable or self._no_service() or self._refused(customer, way),
            is_unreachable=unreachable is not None,
        )

    def put_many(self, wanted: Sequence[Wanted], done: Prepared, *, by_service: bool) -> list[Wanted]:
        """Write those that may go this way; return the others. Why somebody gets nothing by hand is remembered."""
        rows, left = [], []
        for one in wanted:
            try:
                customer = self.customer(one.customer_id)
                text = self.ready(customer, one.values)
            except CrmError as error:
                reason: str | None = str(error)
            else:
                reason = text.refused_service if by_service else text.refusal
            if reason:
                left.append(one)
                if not by_service:
                    done.refused.setdefault(one.customer_id, reason)
            else:
                done.refused.pop(one.customer_id, None)
                rows.append(self.row(customer, text, by_service=by_service, key=one.key))
        made = _insert(self.shop, rows)
        done.message_ids += made
        done.already += len(rows) - len(made)
        done.queued += len(made) if by_service else 0
        return left

    def row(
        self, customer: _Person, text: Ready, *, by_service: bool, key: str | None
    ) -> dict[str, object]:
        shop, way = self.shop, text.way if by_service else LINK
        return {
            "shop_id": shop.id,
            "id": new_id(),
            "customer_id": customer.id,
            "channel": self.channel,
            "purpose": self.purpose,
            "way": way,
            "template_id": text.template.id,
            "template_name": text.template.provider_name if text.way == TEMPLATE else None,
            "language": text.language,
            "address": text.address,
            "subject": text.subject,
            "body": text.body,
            "parameters": list(text.parameters),
            "provider": self._provider.kind if by_service and self._provider else "link",
            "status": QUEUED if by_service else PREPARED,
            "next_try_at": rules.goes_at(self.channel, self.rules, shop.now, shop.zone) if by_service else None,
            "dedupe_key": key,
            "created_on": shop.today,
            "created_at": shop.now,
            "created_by": shop.who.staff_id,
            "updated_at": shop.now,
            "updated_by": shop.who.staff_id,
        }

    def _no_service(self) -> str | None:
        if self._provider is None or not self._provider.is_active:
            return f"No service for {CHANNELS[self.channel]} is connected: send it by hand."
        return None

    def _refused(self, customer: _Person, way: str) -> str | None:
        said = self._consents.get((customer.id, self.channel, self._needs))
        state = said or (consent.DECLINED if customer.phone in self._stopped else consent.NOT_ASKED)
        is_open = customer.phone in self._open
        return rules.refused_by_consent(self.channel, self._needs, state, way, is_open)

    def _values(
        self, customer: _Person, given: Values, language: str
    ) -> dict[str, str]:
        values = {"name": customer.name or "", "shop": self.shop.shop.name, "staff": self._sender()}
        for name, value in given.items():
            values[name] = languages.day_in(value, language) if isinstance(value, date) else value
        return values

    def _sender(self) -> str:
        return self.shop.who.name if self.shop.who.staff_id else self.shop.shop.name


def _wrote_lately(shop: ShopSession, channel: str, addresses: Sequence[str]) -> set[str]:
    if not addresses:
        return set()
    query = (
        select(MessageReply.address)
        .where(
            MessageReply.shop_id == shop.id,
            MessageReply.channel == channel,
            MessageReply.address.in_(addresses),
            MessageReply.received_at > shop.now - rules.WINDOW,
        )
        .distinct()
    )
    return set(shop.execute(query).scalars())


def said_stop(shop: ShopSession, channel: str, addresses: Sequence[str]) -> set[str]:
    """Who wrote STOP before they were on file, so that it stands on no customer; whoever asks, it holds."""
    if not addresses or channel == EMAIL:
        return set()
    rows = shop.rows_as_the_shop("messages/said_stop", channel=channel, addresses=list(addresses))
    return {row["address"] for row in rows}


def _not_twice(shop: ShopSession, customer_id: UUID, text: Ready) -> None:
    """A double press, or two people with the same idea: the same words to the same person on one day are too many."""
    query = select(func.max(Message.created_at)).where(
        Message.shop_id == shop.id,
        Message.customer_id == customer_id,
        Message.channel == text.channel,
        Message.body == text.body,
        Message.created_on == shop.today,
        Message.status.not_in((FAILED, CANCELLED)),
    )
    before: datetime | None = shop.scalar(query)
    if before is not None:
        raise Conflict(f"This very message was made today at {before.astimezone(shop.zone):%H:%M} already.")


def _insert(shop: ShopSession, rows: Sequence[dict[str, object]]) -> list[UUID]:
    """The ids of those that were written; a key used before writes nothing."""
    made: list[UUID] = []
    for start in range(0, len(rows), SLICE):
        statement = upsert(Message).on_conflict_do_nothing().returning(Message.id)
        made += shop.execute(statement, list(rows[start : start + SLICE])).scalars()
    return made
