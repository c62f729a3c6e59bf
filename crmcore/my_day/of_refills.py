"""Refills on the work list: one item a customer who is to be reminded, however many medicines it is about.

They are for who looks after the customer, and, where nobody does, for whoever comes first.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import customer_numbers, refills
from crmcore.database.gate import ShopSession
from crmcore.errors import Conflict, NotFound
from crmcore.messages.consent import CALL
from crmcore.my_day.item import DONE, Source, Wanted, WorkItem

NAME = "refill"


def items(shop: ShopSession, wanted: Wanted) -> list[WorkItem]:
    if not shop.shop.has("refills"):
        return []
    found = refills.calls_between(shop, wanted.since, wanted.until, staff_id=wanted.staff_id, limit=wanted.most)
    uncalled = refills.declined_calls(shop, [one.customer_id for one in found])
    return [_item(one.reminders, None if one.customer_id in uncalled else one.phone) for one in found]


def count(shop: ShopSession, wanted: Wanted) -> int:
    if not shop.shop.has("refills"):
        return 0
    return refills.count_between(shop, wanted.since, wanted.until, staff_id=wanted.staff_id, most=wanted.most)


def done_on(shop: ShopSession, staff_id: UUID, day: date, most: int) -> list[WorkItem]:
    if not shop.shop.has("refills"):
        return []
    by_call: dict[tuple[UUID, object], list[RowMapping]] = {}
    for row in shop.rows("my_day/done_refills", staff_id=staff_id, day=day, most=most):
        by_call.setdefault((row["customer_id"], row["sent_at"]), []).append(row)
    chosen = customer_numbers.for_reminders(shop, [customer_id for customer_id, _ in by_call])
    return [_item(rows, chosen.get(customer_id) or rows[0]["phone"]) for (customer_id, _), rows in by_call.items()]


def _done(shop: ShopSession, reminder_id: UUID) -> None:
    """They were called, about everything that is one call with it."""
    row = refills.get(shop, reminder_id)
    call = refills.call_of(shop, row["customer_id"])
    if row["status"] != refills.DUE or call is None:
        raise Conflict("Somebody else saw to this meanwhile. Look at the list again.")
    refills.mark_sent(shop, call.ids if reminder_id in call.ids else [reminder_id], CALL)


def _reopen(shop: ShopSession, reminder_id: UUID) -> None:
    row = refills.get(shop, reminder_id)
    if row["sent_at"] is None:
        raise NotFound("This is not on the list any more.")
    together = [
        one["id"]
        for one in refills.of_customer(shop, row["customer_id"], limit=200)
        if one["sent_at"] == row["sent_at"] and one["status"] == refills.SENT
    ]
    refills.take_back(shop, together or [reminder_id])


def _item(reminders: Sequence[RowMapping], phone: str | None) -> WorkItem:
    """Those of one call, the first that is due first. The title tells no medicine: it goes into mails and calendars.

    `phone`: what to call, if they may be called.
    """
    first = reminders[0]
    medicines = list(dict.fromkeys(one["medicine"] for one in reminders))
    runs_out = min(one["runs_out_on"] for one in reminders)
    return WorkItem(
        key=f"{NAME}:{first['id']}",
        kind=NAME,
        title="Remind of a refill" if len(medicines) == 1 else f"Remind of {len(medicines)} refills",
        due_on=first["due_on"],
        why=f"{', '.join(medicines)} · runs out on {runs_out:%-d %b}",
        customer_id=first["customer_id"],
        customer_name=first["customer_name"],
        phone=phone,
        actions=frozenset({DONE}),
    )


SOURCE = Source(NAME, items, count, done_on, done=_done, reopen=_reopen)
