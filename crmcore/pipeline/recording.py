"""Writing an opportunity down: the deal, what is offered, and the first line of its history."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from crmcore import customers, reps, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Opportunity, OpportunityItem, StageChange
from crmcore.pipeline import counting, reasons, stages
from crmcore.pipeline.opportunity import (
    FIELDS,
    LOST,
    OPEN,
    WON,
    Item,
    NewOpportunity,
    check_begun,
    check_closed,
    check_lead,
    checked,
    checked_items,
)
from crmcore.texts import paragraph


def create(shop: ShopSession, new: NewOpportunity, items: Sequence[Item] = ()) -> UUID:
    """Write an opportunity down; return its id. Without a sales rep it is the writer's, if they sell.

    Raises BadInput for what can't be used: a probability that is none, a stage of another shop, an expected close
    before the deal began, a lost one without a reason; NotFound for a customer or lead who is not on file.
    """
    shop.who.must("edit opportunities")
    stages.begin(shop)
    stage = stages.first_open(shop) if new.stage_id is None else stages.get(shop, new.stage_id)
    created_on = new.created_on or shop.today
    check_begun(shop, created_on)
    values = checked(shop, {name: getattr(new, name) for name in FIELDS}, {"created_on": created_on})
    if values["rep_id"] is None and shop.who.sells:
        values["rep_id"] = shop.who.staff_id
    reps.must_be_allowed(shop, None, values["rep_id"])
    check_lead(shop, new.lead_id)
    values |= ending(shop, stage, created_on, new.closed_on, new.reason_id, new.reason_note)
    began_on = created_on if values["closed_on"] is None else values["closed_on"]
    began = shop.now if began_on == shop.today else noon_of(shop, began_on)
    rows = checked_items(shop, items)
    if values["value"] is None and rows and all(row["total"] is not None for row in rows):
        values["value"] = sum(row["total"] for row in rows)
    opportunity_id = new_id()
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    shop.execute(
        insert(Opportunity).values(
            shop_id=shop.id,
            id=opportunity_id,
            lead_id=new.lead_id,
            stage_id=stage["id"],
            stage_since=began,
            stage_since_on=began_on,
            created_on=created_on,
            **values,
            **stamp,
        )
    )
    insert_items(shop, opportunity_id, rows)
    shop.execute(
        insert(StageChange).values(
            shop_id=shop.id,
            id=new_id(),
            opportunity_id=opportunity_id,
            to_stage_id=stage["id"],
            happened_at=began,
            happened_on=began_on,
            staff_id=shop.who.staff_id,
            reason_id=values["reason_id"],
            note=values["reason_note"],
        )
    )
    counting.count(shop, [opportunity_id])
    timeline.note(
        shop,
        "opportunity added",
        "opportunity",
        opportunity_id,
        customer_id=values["customer_id"],
        name=values["name"],
        stage=stage["name"],
        value=values["value"],
    )
    if values["status"] == WON and values["customer_id"] is not None:
        customers.becomes_active(shop, values["customer_id"])
    return opportunity_id


def ending(
    shop: ShopSession, stage: Any, created_on: Any, closed_on: Any, reason_id: UUID | None, note: str | None
) -> dict[str, Any]:
    """What being in this stage makes of an opportunity: status, closed_on, reason_id, reason_note.

    Raises BadInput for a lost one without a reason, a reason of another outcome, or a closing day that can't be.
    """
    outcome = stage["outcome"]
    if outcome is None:
        return {"status": OPEN, "closed_on": None, "reason_id": None, "reason_note": None}
    if reason_id is None and outcome == LOST:
        raise BadInput("reason_id", "Say why it is lost: choose a reason, so that reasons can be counted.")
    if reason_id is not None:
        reasons.get(shop, reason_id, outcome)
    day = closed_on or shop.today
    check_closed(shop, day, created_on)
    told = paragraph("reason_note", "The note", note, 2_000)
    return {"status": outcome, "closed_on": day, "reason_id": reason_id, "reason_note": told}


def insert_items(shop: ShopSession, opportunity_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Write these rows of `checked_items`."""
    if rows:
        shop.execute(
            insert(OpportunityItem), [{"shop_id": shop.id, "opportunity_id": opportunity_id, **row} for row in rows]
        )


def noon_of(shop: ShopSession, day: Any) -> datetime:
    """A moment of a day of which nobody knows the time."""
    return datetime.combine(day, time(12), shop.zone).astimezone(UTC)
