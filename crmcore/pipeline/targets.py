"""What is to be won in a month, by the shop or by one sales rep; forecasts and results stand beside it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import people, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Membership, Target
from crmcore.pipeline.opportunity import amount


def listed(shop: ShopSession, since: date | None = None) -> list[RowMapping]:
    """The targets, by month, the shop's before those of reps: month, rep_id (None: the shop's), rep_name, value."""
    shop.who.must("see opportunities")
    query = (
        select(Target.month, Target.rep_id, Membership.name.label("rep_name"), Target.value)
        .outerjoin(Membership, (Membership.shop_id == Target.shop_id) & (Membership.staff_id == Target.rep_id))
        .where(Target.shop_id == shop.id)
    )
    if since is not None:
        query = query.where(Target.month >= since)
    order = (Target.month, Target.rep_id.is_not(None), Membership.name)
    return list(shop.execute(query.order_by(*order)).mappings())


def put(shop: ShopSession, month: date, value: Decimal | None, rep_id: UUID | None = None) -> None:
    """Set what is to be won in the month `month` lies in, by a rep or by the shop; None takes the target away.

    Raises BadInput for an amount that is none, and for somebody who does not sell.
    """
    shop.who.must("manage the pipeline")
    people.must_sell(shop, rep_id, "rep_id")
    first = month.replace(day=1)
    wanted = amount("value", "The target", value)
    before = shop.scalar(select(Target.value).where(*_this(shop, first, rep_id)))
    if before == wanted:
        return
    if wanted is None:
        shop.execute(delete(Target).where(*_this(shop, first, rep_id)))
    else:
        stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
        made = {"shop_id": shop.id, "id": new_id(), "month": first, "rep_id": rep_id}
        row = upsert(Target).values(**made, value=wanted, created_at=shop.now, created_by=shop.who.staff_id, **stamp)
        shop.execute(row.on_conflict_do_update(constraint="targets_once", set_={"value": wanted, **stamp}))
    change = timeline.changes({"target": before}, {"target": wanted})
    timeline.note(shop, "target set", "target", rep_id, month=first, **change)


def copy_on(shop: ShopSession, month: date, months: int) -> int:
    """Set the targets of this month for so many months after it too, where none are set; return how many were."""
    shop.who.must("manage the pipeline")
    if not 1 <= months <= 24:
        raise BadInput("months", f"Copy the targets to between 1 and 24 months, not {months:,}.")
    first = month.replace(day=1)
    rows = [row for row in listed(shop, first) if row["month"] == first]
    there = {(row["month"], row["rep_id"]) for row in listed(shop, first)}
    done = 0
    for nth in range(1, months + 1):
        later = date(first.year + (first.month - 1 + nth) // 12, (first.month - 1 + nth) % 12 + 1, 1)
        for row in rows:
            if (later, row["rep_id"]) not in there:
                put(shop, later, row["value"], row["rep_id"])
                done += 1
    return done


def _this(shop: ShopSession, month: date, rep_id: UUID | None) -> tuple[Any, ...]:
    return Target.shop_id == shop.id, Target.month == month, Target.rep_id.is_not_distinct_from(rep_id)
