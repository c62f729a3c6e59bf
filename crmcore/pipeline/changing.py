"""Changing an opportunity, moving it from stage to stage, opening it again, taking it off the file."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, update

from crmcore import counters, customers, follow_ups, reps, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import FollowUp, Interaction, Note, Opportunity, OpportunityItem, Stage, StageChange
from crmcore.pipeline import stages
from crmcore.pipeline.counting import counting, moving, uncount
from crmcore.pipeline.opportunity import OPEN, WON, Item, checked, checked_items
from crmcore.pipeline.recording import ending, insert_items, noon_of
from crmcore.texts import paragraph


def change(
    shop: ShopSession, opportunity_id: UUID, fields: Mapping[str, Any], *, seen_at: datetime | None = None
) -> None:
    """Change what is given in `fields` (keys of FIELDS; None or "" empties a field).

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises NotFound, and BadInput as `create` does.
    """
    shop.who.must("edit opportunities")
    before = _locked(shop, opportunity_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this opportunity meanwhile. Look at what it says now, then save again.")
    changed = timeline.changes(dict(before), checked(shop, fields, dict(before)))
    if not changed["after"]:
        return
    if "rep_id" in changed["after"]:
        reps.must_be_allowed(shop, before["rep_id"], changed["after"]["rep_id"])
    with counting(shop, opportunity_id):
        _write(shop, opportunity_id, changed["after"])
    if "customer_id" in changed["after"]:
        _take_along(shop, opportunity_id, before["customer_id"], changed["after"]["customer_id"])
    customer_id = changed["after"].get("customer_id", before["customer_id"])
    timeline.note(
        shop,
        "opportunity changed",
        "opportunity",
        opportunity_id,
        customer_id=customer_id,
        name=before["name"],
        **changed,
    )
    if "customer_id" in changed["after"] and customer_id is not None and before["status"] == WON:
        customers.becomes_active(shop, customer_id)


def change_items(shop: ShopSession, opportunity_id: UUID, items: Sequence[Item], *, take_value: bool = False) -> None:
    """Offer these items from now on. `take_value`: the opportunity is worth what they come to.

    Raises NotFound, and BadInput for an item that can't be used.
    """
    shop.who.must("edit opportunities")
    before = _locked(shop, opportunity_id)
    rows = checked_items(shop, items)
    names = [row["product_name"] for row in rows]
    old = (OpportunityItem.shop_id == shop.id, OpportunityItem.opportunity_id == opportunity_id)
    said = list(
        shop.execute(select(OpportunityItem.product_name).where(*old).order_by(OpportunityItem.position)).scalars()
    )
    before_change: dict[str, Any] = {"items": said}
    after: dict[str, Any] = {"items": names}
    totals = [row["total"] for row in rows]
    values = {}
    if take_value and rows and None not in totals:
        values = {"value": sum(totals)}
        before_change["value"], after["value"] = before["value"], values["value"]
    with counting(shop, opportunity_id):
        shop.execute(delete(OpportunityItem).where(*old))
        insert_items(shop, opportunity_id, rows)
        _write(shop, opportunity_id, values)
    timeline.note(
        shop,
        "opportunity changed",
        "opportunity",
        opportunity_id,
        customer_id=before["customer_id"],
        name=before["name"],
        **timeline.changes(before_change, after),
    )


def move(
    shop: ShopSession,
    opportunity_id: UUID,
    stage_id: UUID,
    *,
    seen_stage_id: UUID | None = None,
    reason_id: UUID | None = None,
    note: str | None = None,
    closed_on: date | None = None,
) -> None:
    """Move an opportunity to another stage, with its line of history; nothing happens if it is there already.

    `seen_stage_id`: the stage the person saw it in; if somebody moved it in between, raises Conflict. To a lost stage
    it needs a reason, to a won one it may have one; `closed_on`: the day it ended, today unless it is said. To an open
    stage it is open again. Raises NotFound, and BadInput for a stage or reason of another shop.
    """
    shop.who.must("edit opportunities")
    before = _locked(shop, opportunity_id)
    if seen_stage_id is not None and before["stage_id"] != seen_stage_id:
        now = shop.scalar(select(Stage.name).where(Stage.shop_id == shop.id, Stage.id == before["stage_id"]))
        raise Conflict(f"Somebody moved this to “{now}” meanwhile. Look at it again, then move it on from there.")
    if before["stage_id"] == stage_id:
        return
    stage = stages.get(shop, stage_id)
    values = ending(shop, stage, before["created_on"], closed_on, reason_id, note)
    on = values["closed_on"] or shop.today
    told = paragraph("note", "The note", note, 2_000)
    _step(shop, before, stage, values, on, told)


def reopen(shop: ShopSession, opportunity_id: UUID, stage_id: UUID | None = None, *, note: str | None = None) -> None:
    """Open a won or lost opportunity again, in the stage it came from last or in `stage_id`; its history stays.

    Raises NotFound, Conflict for one that is open, BadInput for a stage that is not an open one.
    """
    shop.who.must("edit opportunities")
    before = _locked(shop, opportunity_id)
    if before["status"] == OPEN:
        raise Conflict("This opportunity is open already. Look at what it says now.")
    stage = _came_from(shop, opportunity_id) if stage_id is None else stages.get(shop, stage_id)
    if stage["outcome"] is not None:
        raise BadInput("stage_id", f"“{stage['name']}” is not an open stage. Choose one that is.")
    values = ending(shop, stage, before["created_on"], None, None, None)
    _step(shop, before, stage, values, shop.today, paragraph("note", "The note", note, 2_000))


def remove(shop: ShopSession, opportunity_id: UUID) -> None:
    """Take an opportunity off the file with its history, as if it had never been. Needs the gate alone.

    What was said stays with its customer or lead; what was to be done about it is dropped. Raises NotFound.
    """
    shop.who.must("remove opportunities")
    shop.must_be_alone()
    before = _locked(shop, opportunity_id)
    open_ones = select(FollowUp.id).where(
        FollowUp.shop_id == shop.id, FollowUp.opportunity_id == opportunity_id, FollowUp.closed_at.is_(None)
    )
    for follow_up_id in shop.execute(open_ones).scalars().all():
        follow_ups.drop(shop, follow_up_id)
    for table in (FollowUp, Interaction, Note):
        about = (table.shop_id == shop.id, table.opportunity_id == opportunity_id)
        shop.execute(delete(table).where(*about, table.customer_id.is_(None), table.lead_id.is_(None)))
        shop.execute(update(table).where(*about).values(opportunity_id=None))
    uncount(shop, [opportunity_id])
    shop.execute(
        delete(StageChange).where(StageChange.shop_id == shop.id, StageChange.opportunity_id == opportunity_id)
    )
    shop.execute(delete(Opportunity).where(Opportunity.shop_id == shop.id, Opportunity.id == opportunity_id))
    told = ("ref", "name", "value", "status", "created_on", "closed_on")
    timeline.note(
        shop,
        "opportunity removed",
        "opportunity",
        opportunity_id,
        customer_id=before["customer_id"],
        important=True,
        name=before["name"],
        before={key: before[key] for key in told if before[key] is not None},
    )


def _step(
    shop: ShopSession, before: RowMapping, stage: RowMapping, values: dict[str, Any], on: date, note: str | None
) -> None:
    """Write one move: its line of history, and what the opportunity is from then on."""
    at = shop.now if on == shop.today else noon_of(shop, on)
    change_id = new_id()
    with moving(shop, before["id"], change_id):
        shop.execute(
            insert(StageChange).values(
                shop_id=shop.id,
                id=change_id,
                opportunity_id=before["id"],
                from_stage_id=before["stage_id"],
                to_stage_id=stage["id"],
                happened_at=at,
                happened_on=on,
                staff_id=shop.who.staff_id,
                reason_id=values["reason_id"],
                note=note,
                days=max((on - before["stage_since_on"]).days, 0),
            )
        )
        _write(shop, before["id"], {**values, "stage_id": stage["id"], "stage_since": at, "stage_since_on": on})
    name_of = select(Stage.name).where(Stage.shop_id == shop.id, Stage.id == before["stage_id"])
    timeline.note(
        shop,
        "opportunity moved" if values["status"] == OPEN else f"opportunity {values['status']}",
        "opportunity",
        before["id"],
        customer_id=before["customer_id"],
        important=values["status"] != OPEN,
        name=before["name"],
        note=note,
        value=before["value"],
        before={"stage": shop.scalar(name_of)},
        after={"stage": stage["name"]},
    )
    if values["status"] == WON and before["customer_id"] is not None:
        customers.becomes_active(shop, before["customer_id"])


def _came_from(shop: ShopSession, opportunity_id: UUID) -> RowMapping:
    """The open stage it was in last, if that is still in use; else the first one."""
    query = (
        select(Stage)
        .join(StageChange, (StageChange.shop_id == Stage.shop_id) & (StageChange.from_stage_id == Stage.id))
        .where(
            Stage.shop_id == shop.id,
            StageChange.opportunity_id == opportunity_id,
            Stage.outcome.is_(None),
            Stage.retired_at.is_(None),
        )
        .order_by(StageChange.id.desc())
        .limit(1)
    )
    return shop.execute(query).mappings().one_or_none() or stages.first_open(shop)


def _take_along(shop: ShopSession, opportunity_id: UUID, before: UUID | None, customer_id: UUID | None) -> None:
    """What was said and planned about an opportunity is its customer's."""
    if customer_id is None:
        return
    for table in (FollowUp, Interaction, Note):
        about = (table.shop_id == shop.id, table.opportunity_id == opportunity_id)
        shop.execute(update(table).where(*about).values(customer_id=customer_id))
    counters.recount_talk(shop, [before, customer_id])


def _locked(shop: ShopSession, opportunity_id: UUID) -> RowMapping:
    """The opportunity, to change it; nobody else does meanwhile. Raises NotFound."""
    query = select(Opportunity).where(Opportunity.shop_id == shop.id, Opportunity.id == opportunity_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound("This opportunity is not on file in your shop any more.")
    return row


def _write(shop: ShopSession, opportunity_id: UUID, values: Mapping[str, Any]) -> None:
    shop.execute(
        update(Opportunity)
        .where(Opportunity.shop_id == shop.id, Opportunity.id == opportunity_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )
