"""Follow-ups, tasks and next steps on the work list."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import follow_ups
from crmcore.database.gate import ShopSession
from crmcore.my_day.item import CHANGE, DONE, DROP, MOVE, REASSIGN, Source, Wanted, WorkItem

NAME = "follow-up"


def items(shop: ShopSession, wanted: Wanted) -> list[WorkItem]:
    return [_item(shop, row) for row in shop.rows("my_day/follow_ups", **vars(wanted))]


def count(shop: ShopSession, wanted: Wanted) -> int:
    found: int = shop.row("my_day/count_follow_ups", **vars(wanted))["found"]
    return found


def done_on(shop: ShopSession, staff_id: UUID, day: date, most: int) -> list[WorkItem]:
    rows = shop.rows("my_day/done_follow_ups", staff_id=staff_id, day=day, most=most)
    return [_item(shop, row) for row in rows]


def of_customer(shop: ShopSession, customer_id: UUID) -> list[WorkItem]:
    """What is still to be done for one customer, the next first."""
    return [_item(shop, row) for row in follow_ups.open_of_customer(shop, customer_id)]


def _change(shop: ShopSession, follow_up_id: UUID, **to: Any) -> None:
    follow_ups.change(shop, follow_up_id, **{"about" if name == "title" else name: to[name] for name in to})


def _item(shop: ShopSession, row: RowMapping) -> WorkItem:
    theirs = {MOVE, REASSIGN, CHANGE, DROP} if follow_ups.may_change(shop, row) else set()
    return WorkItem(
        key=f"{NAME}:{row['id']}",
        kind=row["kind"],
        title=row["about"],
        due_on=row["due_on"],
        due_time=row["due_time"],
        customer_id=row["customer_id"],
        contact_id=row["contact_id"],
        lead_id=row["lead_id"],
        opportunity_id=row["opportunity_id"],
        customer_name=row["customer_name"],
        phone=row["phone"],
        assigned_to=row["assigned_to"],
        assignee=row["assignee"],
        actions=frozenset({DONE} | theirs),
    )


SOURCE = Source(
    NAME,
    items,
    count,
    done_on,
    done=follow_ups.done,
    reopen=follow_ups.reopen,
    move=follow_ups.move,
    reassign=follow_ups.reassign,
    change=_change,
    drop=follow_ups.drop,
)
