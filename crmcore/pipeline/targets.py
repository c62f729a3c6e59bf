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

MOST_MONTHS = 24  # set at once


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


def put(shop: ShopSession, month: date, value: Decimal | None, rep_id: UUID | None = None, *, months: int = 1) -> None:
    """Set what is to be won in the month `month` lies in, by a rep or by the shop, and in so many `months` from it on.
    None takes targets away, also those of somebody who sells no more.

    Raises BadInput for an amount that is none, for more than 24 months, and for somebody who does not sell.
    """
    shop.who.must("manage the pipeline")
    if not 1 <= months <= MOST_MONTHS:
        raise BadInput("months", f"Set targets for between 1 and {MOST_MONTHS} months, not {months:,}.")
    wanted = amount("value", "The target", value)
    if wanted is not None:
        people.must_sell(shop, rep_id, "rep_id")
    for nth in range(months):
        _put(shop, month_after(month, nth), wanted, rep_id)


def month_after(month: date, nth: int) -> date:
    """The first day of the nth month after that of this day; 0 is its own."""
    months = month.year * 12 + month.month - 1 + nth
    return date(months // 12, months % 12 + 1, 1)


def _put(shop: ShopSession, first: date, wanted: Decimal | None, rep_id: UUID | None) -> None:
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


def _this(shop: ShopSession, month: date, rep_id: UUID | None) -> tuple[Any, ...]:
    return Target.shop_id == shop.id, Target.month == month, Target.rep_id.is_not_distinct_from(rep_id)
