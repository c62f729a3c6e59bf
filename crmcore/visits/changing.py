"""Changing or removing a visit afterwards: everything it counted for is counted again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select, update

from crmcore import counters, follow_ups, timeline
from crmcore.books import local_day
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.models import Attachment, FollowUp, Review, Visit, VisitProduct
from crmcore.visits.reading import get, of_day
from crmcore.visits.recording import (
    answer_follow_ups,
    handler_of,
    insert_products,
    make_follow_up,
    product_names,
    visitor_on_file,
)
from crmcore.visits.visit import NewVisit, check_follow_up, check_visited_at

KEEP: Any = ...
_KEPT_BESIDE = ("product_ids", "follow_up_on", "follow_up_about", "follow_up_by", "answers")


@dataclass(frozen=True)
class VisitChange:
    """What to change on a visit, field by field as in NewVisit; what is left alone stays.

    `product_ids` and `categories` replace all there were. A follow-up given here is made beside the earlier ones.
    """

    visit_type: str = field(default=KEEP)
    purpose: str | None = field(default=KEEP)
    interest: str | None = field(default=KEEP)
    product_ids: Sequence[UUID] = field(default=KEEP)
    categories: Sequence[str] = field(default=KEEP)
    outcome: str | None = field(default=KEEP)
    estimated_value: Decimal | None = field(default=KEEP)
    notes: str | None = field(default=KEEP)
    visited_at: datetime = field(default=KEEP)
    handled_by: UUID | None = field(default=KEEP)
    follow_up_on: date | None = None
    follow_up_about: str | None = None
    follow_up_by: UUID | None = None
    answers: Sequence[UUID] = ()


def change(shop: ShopSession, visit_id: UUID, to: VisitChange, *, seen_at: datetime | None = None) -> None:
    """Change a visit, its day included. Needs a gate opened alone; counters follow.

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict instead of overwriting.
    Raises NotFound, and BadInput as `record` does, or when the customer has a visit on the new day already.
    """
    shop.who.must("record visits")
    before = get(shop, visit_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this visit meanwhile. Look at what it says now, then save again.")
    visitor_on_file(shop, before["customer_id"])
    new = _as_it_shall_be(before, to).checked(shop)
    values = _values(shop, before, new)
    check_follow_up(new, values["visited_on"])
    names = product_names(shop, new.product_ids)
    changed = timeline.changes(dict(before), values)
    if set(new.product_ids) != set(before["product_ids"]):
        changed["before"]["products"], changed["after"]["products"] = before["products"], list(names.values())
    if changed["after"]:
        with counters.recounting(shop, [before["customer_id"]]):
            _write(shop, before, values)
        if "products" in changed["after"]:
            shop.execute(delete(VisitProduct).where(VisitProduct.shop_id == shop.id, VisitProduct.visit_id == visit_id))
            insert_products(shop, visit_id, names)
        timeline.note(
            shop,
            "visit changed",
            "visit",
            visit_id,
            customer_id=before["customer_id"],
            visited_on=values["visited_on"],
            **changed,
        )
    answer_follow_ups(shop, visit_id, new)
    make_follow_up(shop, visit_id, new, values["visited_on"], values["handled_by"])


def remove(shop: ShopSession, visit_id: UUID) -> None:
    """Take a visit off the file as if it had never been. Needs a gate opened alone; counters follow.

    What was to be done because of it is dropped, and what it did is to be done again. Reviews and files stay with the
    customer. Raises NotFound.
    """
    shop.who.must("remove visits")
    before = get(shop, visit_id)
    _let_go_of_follow_ups(shop, visit_id)
    for table in (Review, Attachment):
        shop.execute(update(table).where(table.shop_id == shop.id, table.visit_id == visit_id).values(visit_id=None))
    with counters.recounting(shop, [before["customer_id"]]):
        shop.execute(delete(Visit).where(Visit.shop_id == shop.id, Visit.id == visit_id))
    told = {key: before[key] for key in ("visit_type", "purpose", "interest", "outcome", "notes", "handled_by")}
    timeline.note(
        shop,
        "visit removed",
        "visit",
        visit_id,
        customer_id=before["customer_id"],
        important=True,
        visited_on=before["visited_on"],
        before={key: value for key, value in told.items() if value is not None},
    )


def _as_it_shall_be(before: RowMapping, to: VisitChange) -> NewVisit:
    given = {one.name: getattr(to, one.name) for one in fields(to)}
    kept = {name: before[name] if value is KEEP else value for name, value in given.items()}
    return NewVisit(customer_id=before["customer_id"], **kept)


def _values(shop: ShopSession, before: RowMapping, new: NewVisit) -> dict[str, Any]:
    """The columns of the visit as they shall be; day, and who handled it, checked when they are others than before."""
    values = {name: value for name, value in vars(new).items() if name not in _KEPT_BESIDE}
    values |= {"categories": list(new.categories), "visited_on": before["visited_on"]}
    if new.visited_at is not None and new.visited_at != before["visited_at"]:
        check_visited_at(shop, new.visited_at)
        values["visited_on"] = local_day(shop, new.visited_at)
        _check_new_day(shop, before, values["visited_on"])
    if new.handled_by is not None and new.handled_by != before["handled_by"]:
        values["handled_by"], _ = handler_of(shop, new.handled_by)
    return values


def _check_new_day(shop: ShopSession, before: RowMapping, day: date) -> None:
    """Raise BadInput when the customer has another visit on that day, or a follow-up of this one would be before it."""
    there = of_day(shop, before["customer_id"], day)
    if there is not None and there["id"] != before["id"]:
        raise BadInput("visited_at", f"There is a visit of {day:%-d %B %Y} already. Open that one instead.")
    earliest = select(func.min(FollowUp.due_on)).where(
        FollowUp.shop_id == shop.id, FollowUp.visit_id == before["id"], FollowUp.closed_at.is_(None)
    )
    due_on = shop.scalar(earliest)
    if due_on is not None and due_on < day:
        raise BadInput("visited_at", f"Its follow-up of {due_on:%-d %B} would be before it. Move the follow-up first.")


def _write(shop: ShopSession, before: RowMapping, values: dict[str, Any]) -> None:
    """Write the visit; whoever changes one that was taken from a sale vouches for it."""
    shop.execute(
        update(Visit)
        .where(Visit.shop_id == shop.id, Visit.id == before["id"])
        .values(**values, from_sales=False, updated_at=shop.now, updated_by=shop.who.staff_id)
    )


def _let_go_of_follow_ups(shop: ShopSession, visit_id: UUID) -> None:
    """Drop what was to be done because of the visit, open again what it did, and unlink both."""
    made = (FollowUp.shop_id == shop.id, FollowUp.visit_id == visit_id)
    for follow_up_id in shop.execute(select(FollowUp.id).where(*made, FollowUp.closed_at.is_(None))).scalars().all():
        follow_ups.drop(shop, follow_up_id)
    shop.execute(update(FollowUp).where(*made).values(visit_id=None))
    answered = (FollowUp.shop_id == shop.id, FollowUp.answered_by_visit == visit_id)
    for follow_up_id in shop.execute(select(FollowUp.id).where(*answered)).scalars().all():
        follow_ups.reopen(shop, follow_up_id)
