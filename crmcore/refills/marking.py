"""What people do with reminders: send them, write the answer down, say what came of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, update

from crmcore import texts, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.messages.consent import CHANNELS
from crmcore.models import RefillReminder
from crmcore.refills.making import drop_messages

TOGETHER = timedelta(days=3)  # what a customer needs within so many days is one call

DUE, SENT, REFILLED, LOST, CANCELLED = "due", "sent", "refilled", "lost", "cancelled"
STATUSES = {
    DUE: "Due",
    SENT: "Reminded",
    REFILLED: "Refilled",
    LOST: "Lost",
    CANCELLED: "Bill taken back",
}


def mark_sent(shop: ShopSession, reminder_ids: Sequence[UUID], channel: str) -> int:
    """The customers were reminded of these by WhatsApp, SMS, e-mail or call; return how many were not yet.

    One that somebody marked before stays as it was. Raises BadInput for another channel or no reminder, NotFound.
    """
    shop.who.must("send messages")
    if channel not in CHANNELS:
        raise BadInput("channel", f"“{channel}” is no way to remind. Use one of: {', '.join(CHANNELS)}.")
    rows = _locked(shop, reminder_ids)
    due = [row for row in rows if row["status"] == DUE]
    _write(
        shop, due, sent_channel=channel, sent_at=shop.now, sent_on=shop.today, sent_by=shop.who.staff_id
    )
    _drop_messages(shop, due)
    _note(shop, "refill reminded", due, channel=channel)
    return len(due)


def take_back(shop: ShopSession, reminder_ids: Sequence[UUID]) -> None:
    """They were not reminded after all: due again. Raises NotFound."""
    shop.who.must("send messages")
    sent = [row for row in _locked(shop, reminder_ids) if row["status"] == SENT]
    _write(shop, sent, sent_channel=None, sent_at=None, sent_on=None, sent_by=None)
    _note(shop, "refill reminder taken back", sent)


def respond(shop: ShopSession, reminder_ids: Sequence[UUID], response: str) -> None:
    """Write down what the customer answered, such as “will come Friday”. Raises BadInput and NotFound."""
    shop.who.must("send messages")
    said = texts.one_line("response", "An answer", response, 1000)
    if said is None:
        raise BadInput("response", "Write down what the customer said, such as “will come Friday”.")
    rows = [row for row in _locked(shop, reminder_ids) if row["response"] != said]
    _write(shop, rows, response=said, response_at=shop.now, response_by=shop.who.staff_id)
    _note(shop, "refill answered", rows, response=said)


def close(shop: ShopSession, reminder_ids: Sequence[UUID], how: str) -> None:
    """Say that they were `refilled` without a bill here that says so, or are `lost`. A bill does the first by itself.

    Raises BadInput for another word, NotFound, and Conflict for one whose bill was taken back.
    """
    shop.who.must("send messages")
    if how not in (REFILLED, LOST):
        raise BadInput("how", f"“{how}” is not what can come of a reminder. Use refilled or lost.")
    rows = [row for row in _locked(shop, reminder_ids) if row["status"] != how]
    if any(row["status"] == CANCELLED for row in rows):
        raise Conflict("The bill of this reminder was taken back meanwhile: there is nothing left to say about it.")
    rows = [row for row in rows if row["status"] != REFILLED]  # the bill that did it says so already
    _write(shop, rows, closed_as=how, closed_at=shop.now, closed_by=shop.who.staff_id)
    _drop_messages(shop, rows)
    _note(shop, f"refill {how}", rows)


def reopen(shop: ShopSession, reminder_ids: Sequence[UUID]) -> None:
    """What somebody said came of them is not so. Raises NotFound."""
    shop.who.must("send messages")
    rows = [row for row in _locked(shop, reminder_ids) if row["closed_as"] is not None]
    _write(shop, rows, closed_as=None, closed_at=None, closed_by=None)
    _note(shop, "refill reopened", rows)


def message_went(shop: ShopSession, message: RowMapping | Mapping[str, Any]) -> None:
    """A refill message went out: what it was made of was reminded of, and what is due by now and it names.

    On the timeline it stands as the message.
    """
    names_it = func.strpos(func.lower(message["body"]), func.lower(RefillReminder.medicine)) > 0
    is_due = (RefillReminder.status == DUE) & (RefillReminder.due_on <= shop.today + TOGETHER)
    theirs = (RefillReminder.customer_id == message["customer_id"]) & is_due & names_it
    this = (RefillReminder.shop_id == shop.id, (RefillReminder.message_id == message["id"]) | theirs)
    values = {"sent_channel": message["channel"], "sent_at": shop.now, "sent_on": shop.today}
    by = {"sent_by": shop.who.staff_id, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    shop.execute(update(RefillReminder).where(*this, RefillReminder.sent_at.is_(None)).values(**values, **by))


def _locked(shop: ShopSession, reminder_ids: Sequence[UUID]) -> list[RowMapping]:
    """The reminders, in one order so that two people never wait for each other. Raises BadInput and NotFound."""
    wanted = set(reminder_ids)
    if not wanted:
        raise BadInput("reminders", "Choose at least one reminder.")
    query = (
        select(RefillReminder)
        .where(RefillReminder.shop_id == shop.id, RefillReminder.id.in_(wanted))
        .order_by(RefillReminder.id)
        .with_for_update()
    )
    rows = list(shop.execute(query).mappings())
    if len(rows) < len(wanted):
        raise NotFound("This reminder is gone: its bill was changed or taken back. Look at the list again.")
    return rows


def _write(shop: ShopSession, rows: Sequence[RowMapping], **values: Any) -> None:
    if rows:
        these = RefillReminder.id.in_([row["id"] for row in rows])
        stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
        shop.execute(update(RefillReminder).where(RefillReminder.shop_id == shop.id, these).values(**values, **stamp))


def _drop_messages(shop: ShopSession, rows: Sequence[RowMapping]) -> None:
    """What was made to remind of them and did not go yet, is needless now."""
    customer_ids = {row["customer_id"] for row in rows if row["message_id"] is not None}
    if customer_ids:
        drop_messages(shop, customer_ids)


def _note(shop: ShopSession, what: str, rows: Sequence[RowMapping], **detail: Any) -> None:
    """One line for each customer, naming the medicines."""
    by_customer: dict[UUID, list[RowMapping]] = {}
    for row in rows:
        by_customer.setdefault(row["customer_id"], []).append(row)
    lines = [
        timeline.line(
            shop,
            what,
            "refill",
            theirs[0]["id"],
            customer_id=customer_id,
            medicines=[row["medicine"] for row in theirs],
            **detail,
        )
        for customer_id, theirs in by_customer.items()
    ]
    if lines:
        timeline.write(shop, lines)
