"""The stages of the pipeline: what they are called, in which order, how likely each is to lead to a sale.

Opportunities and their history hold a stage's id, so a new name is everywhere at once. There is always at least one
open stage, one for what is won and one for what is lost. Changing stages concerns every opportunity: it needs the gate
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from crmcore import timeline
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import LostReason, Opportunity, Stage, StageChange
from crmcore.pipeline.opportunity import LOST, OPEN, STATUSES, WON, percent
from crmcore.texts import one_line

MOST = 20  # more of them no board can show
KEEP: Any = ...

# What a shop begins with: name, probability, days expected there, what it makes of the opportunity.
FIRST_STAGES = (
    ("New", 10, 7, None),
    ("Qualified", 25, 14, None),
    ("Proposal", 50, 14, None),
    ("Negotiation", 75, 10, None),
    ("Won", 100, None, WON),
    ("Lost", 0, None, LOST),
)
FIRST_REASONS = {
    WON: ("Price", "Quality", "Quick answer", "Knows us already"),
    LOST: ("Too expensive", "Chose a competitor", "No budget", "Not now", "No answer any more"),
}


@dataclass(frozen=True)
class NewStage:
    """A stage to be added. `outcome`: None while an opportunity there is open, else WON or LOST; it stays so."""

    name: str
    probability: int | None = None
    expected_days: int | None = None
    outcome: str | None = None


def begin(shop: ShopSession) -> None:
    """Give a shop that has no stages yet those it begins with, and the usual reasons; another one keeps its own."""
    has_stages = select(Stage.id).where(Stage.shop_id == shop.id).limit(1)
    if shop.scalar(has_stages) is not None:
        return
    shop.one_at_a_time("first stages")
    if shop.scalar(has_stages) is not None:  # a colleague was faster
        return
    stamp = _stamp(shop)
    stages = [
        {"position": nth, "name": name, "probability": probability, "expected_days": days, "outcome": outcome}
        for nth, (name, probability, days, outcome) in enumerate(FIRST_STAGES, 1)
    ]
    reasons = [
        {"position": nth, "name": name, "outcome": outcome}
        for outcome, names in FIRST_REASONS.items()
        for nth, name in enumerate(names, 1)
    ]
    for table, rows in ((Stage, stages), (LostReason, reasons)):
        shop.execute(insert(table), [{"shop_id": shop.id, "id": new_id(), **row, **stamp} for row in rows])


def listed(shop: ShopSession, *, retired: bool = False) -> list[RowMapping]:
    """The stages in their order, open ones first, then won, then lost; `retired`: those out of use too, last."""
    shop.who.must("see opportunities")
    query = select(Stage).where(Stage.shop_id == shop.id)
    if not retired:
        query = query.where(Stage.retired_at.is_(None))
    open_first = case({WON: 1, LOST: 2}, value=Stage.outcome, else_=0)
    order = (Stage.retired_at.is_not(None), open_first, Stage.position, Stage.id)
    return list(shop.execute(query.order_by(*order)).mappings())


def get(shop: ShopSession, stage_id: UUID, field: str = "stage_id") -> RowMapping:
    """A stage that is in use. Raises BadInput(field) for one of another shop, or out of use."""
    query = select(Stage).where(Stage.shop_id == shop.id, Stage.id == stage_id, Stage.retired_at.is_(None))
    found = shop.execute(query).mappings().one_or_none()
    if found is None:
        raise BadInput(field, "This stage is not in your pipeline. Choose one from the list.")
    return found


def first_open(shop: ShopSession) -> RowMapping:
    """Where an opportunity begins when nobody says otherwise. Raises BadInput in a shop that has no stages yet."""
    found = next((stage for stage in listed(shop) if stage["outcome"] is None), None)
    if found is None:
        raise BadInput("stage_id", "Your pipeline has no stages yet. The owner can switch it on in Settings.")
    return found


def add(shop: ShopSession, new: NewStage) -> UUID:
    """Add a stage behind the others of its outcome; return its id. Raises BadInput for a name that is taken."""
    shop.who.must("manage the pipeline")
    shop.must_be_alone()
    if new.outcome not in (None, WON, LOST):
        raise BadInput("outcome", f"“{new.outcome}” is not known here. Use won or lost, or nothing while it is open.")
    there = listed(shop)
    if len(there) >= MOST:
        raise BadInput("name", f"A pipeline can have {MOST} stages at most. Remove one first.")
    stage_id = new_id()
    position = max((stage["position"] for stage in there), default=0) + 1
    name = _name(new.name)
    values = {
        "name": name,
        "probability": _probability(new.probability, new.outcome),
        "expected_days": _days(new.expected_days) if new.outcome is None else None,
        "outcome": new.outcome,
        "position": position,
    }
    _once(shop, name, lambda: insert(Stage).values(shop_id=shop.id, id=stage_id, **values, **_stamp(shop)))
    timeline.note(shop, "stage added", "stage", stage_id, name=name, after=values)
    return stage_id


def change(
    shop: ShopSession,
    stage_id: UUID,
    *,
    name: str = KEEP,
    probability: int | None = KEEP,
    expected_days: int | None = KEEP,
) -> None:
    """Change what is given of a stage. The probability of a won or lost one is fixed. Raises BadInput as `add` does."""
    shop.who.must("manage the pipeline")
    shop.must_be_alone()
    before = get(shop, stage_id)
    values: dict[str, Any] = {}
    if name is not KEEP:
        values["name"] = _name(name)
    if probability is not KEEP and before["outcome"] is None:
        values["probability"] = _probability(probability, None)
    if expected_days is not KEEP and before["outcome"] is None:
        values["expected_days"] = _days(expected_days)
    changed = timeline.changes(dict(before), values)
    if changed["after"]:
        stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
        this = (Stage.shop_id == shop.id, Stage.id == stage_id)
        _once(
            shop,
            str(values.get("name", before["name"])),
            lambda: update(Stage).where(*this).values(**changed["after"], **stamp),
        )
        timeline.note(shop, "stage changed", "stage", stage_id, name=before["name"], **changed)


def reorder(shop: ShopSession, stage_ids: Sequence[UUID]) -> None:
    """Put the stages into this order. Raises BadInput unless it names each stage in use once."""
    shop.who.must("manage the pipeline")
    shop.must_be_alone()
    before = [stage["id"] for stage in listed(shop)]
    if sorted(before) != sorted(stage_ids):
        raise BadInput("stages", "The order must name each stage once. Open the list again and try once more.")
    for position, stage_id in enumerate(stage_ids, 1):
        shop.execute(update(Stage).where(Stage.shop_id == shop.id, Stage.id == stage_id).values(position=position))
    if list(stage_ids) != before:
        timeline.note(shop, "stages reordered", "shop", shop.id, after=list(stage_ids))


def remove(shop: ShopSession, stage_id: UUID) -> None:
    """Take a stage out of the pipeline. One that only history names is kept for that, out of use.

    Raises Conflict while opportunities are in it, and when it is the last one of its outcome.
    """
    shop.who.must("manage the pipeline")
    shop.must_be_alone()
    stage = get(shop, stage_id)
    there = shop.scalar(select(func.count()).where(Opportunity.shop_id == shop.id, Opportunity.stage_id == stage_id))
    if there:
        told, them = ("1 opportunity is", "it") if there == 1 else (f"{there:,} opportunities are", "them")
        raise Conflict(f"{told} in “{stage['name']}”. Move {them} to another stage first.")
    alike = [other for other in listed(shop) if other["outcome"] == stage["outcome"]]
    if len(alike) == 1:
        kind = STATUSES[stage["outcome"] or OPEN].lower()
        raise Conflict(f"“{stage['name']}” is the only stage for what is {kind}. Add another one first.")
    named = select(StageChange.id).where(
        StageChange.shop_id == shop.id,
        or_(StageChange.to_stage_id == stage_id, StageChange.from_stage_id == stage_id),
    )
    this = (Stage.shop_id == shop.id, Stage.id == stage_id)
    if shop.scalar(named.limit(1)) is None:
        shop.execute(delete(Stage).where(*this))
    else:
        stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
        shop.execute(update(Stage).where(*this).values(retired_at=shop.now, **stamp))
    timeline.note(shop, "stage removed", "stage", stage_id, name=stage["name"])


def find(shop: ShopSession, name: str) -> RowMapping:
    """The stage in use that is called so, in whatever letters. Raises NotFound naming those there are."""
    there = listed(shop)
    wanted = " ".join(name.split()).casefold()
    for stage in there:
        if stage["name"].casefold() == wanted:
            return stage
    raise NotFound(f"There is no stage “{name}”. Use one of: {', '.join(stage['name'] for stage in there)}.")


def _once(shop: ShopSession, name: str, statement: Any) -> None:
    try:
        with shop.connection.begin_nested():
            shop.execute(statement())
    except IntegrityError as error:
        if broken_constraint(error).startswith("stages_name_once"):
            raise BadInput("name", f"There is a stage “{name}” already. Choose another name.") from error
        raise


def _name(typed: str) -> str:
    name = one_line("name", "The name of a stage", typed, 60)
    if name is None:
        raise BadInput("name", "Give the stage a name.")
    return name


def _probability(typed: int | None, outcome: str | None) -> int:
    if outcome is not None:
        return 100 if outcome == WON else 0
    found = percent("probability", typed)
    if found is None:
        raise BadInput("probability", "Say how likely a sale is from this stage, from 0 to 100 percent.")
    return found


def _days(typed: int | None) -> int | None:
    if typed is None:
        return None
    if not 1 <= typed <= 3650 or typed % 1:
        raise BadInput("expected_days", f"Expect a whole number of days in a stage, from 1 to 3,650, not {typed:,}.")
    return int(typed)


def _stamp(shop: ShopSession) -> dict[str, Any]:
    me = shop.who.staff_id
    return {"created_at": shop.now, "created_by": me, "updated_at": shop.now, "updated_by": me}
