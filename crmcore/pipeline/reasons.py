"""Why opportunities are won or lost: a list the shop keeps, so that answers can be counted."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from crmcore import timeline
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput
from crmcore.models import LostReason
from crmcore.pipeline.opportunity import LOST, WON
from crmcore.texts import one_line

_OUTCOMES = (WON, LOST)


def listed(shop: ShopSession, outcome: str | None = None) -> list[RowMapping]:
    """The reasons in use, those for lost ones first; of one outcome only, if it is given."""
    shop.who.must("see opportunities")
    query = select(LostReason).where(LostReason.shop_id == shop.id, LostReason.retired_at.is_(None))
    if outcome is not None:
        query = query.where(LostReason.outcome == outcome)
    return list(shop.execute(query.order_by(LostReason.outcome, LostReason.position, LostReason.id)).mappings())


def get(shop: ShopSession, reason_id: UUID, outcome: str) -> RowMapping:
    """A reason in use for this outcome. Raises BadInput("reason_id") for another."""
    found = next((one for one in listed(shop, outcome) if one["id"] == reason_id), None)
    if found is None:
        raise BadInput("reason_id", f"This is not a reason for what is {outcome}. Choose one from the list.")
    return found


def add(shop: ShopSession, outcome: str, name: str) -> UUID:
    """Add a reason, the last of its outcome; return its id. Raises BadInput for a name that is there already."""
    shop.who.must("manage the pipeline")
    if outcome not in _OUTCOMES:
        raise BadInput("outcome", f"“{outcome}” is not known here. Use won or lost.")
    reason_id, tidied = new_id(), _name(name)
    last = select(func.coalesce(func.max(LostReason.position), 0)).where(
        LostReason.shop_id == shop.id, LostReason.outcome == outcome
    )
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    values = {"name": tidied, "outcome": outcome, "position": shop.scalar(last) + 1}
    _once(shop, tidied, insert(LostReason).values(shop_id=shop.id, id=reason_id, **values, **stamp))
    timeline.note(shop, "reason added", "reason", reason_id, name=tidied, outcome=outcome)
    return reason_id


def rename(shop: ShopSession, reason_id: UUID, name: str) -> None:
    """Call a reason otherwise, wherever it was given."""
    shop.who.must("manage the pipeline")
    before, tidied = _any(shop, reason_id), _name(name)
    if before["name"] == tidied:
        return
    _once(shop, tidied, _update(shop, reason_id, {"name": tidied}))
    change = timeline.changes({"name": before["name"]}, {"name": tidied})
    timeline.note(shop, "reason changed", "reason", reason_id, name=before["name"], **change)


def remove(shop: ShopSession, reason_id: UUID) -> None:
    """Offer a reason no more; where it was given it stays."""
    shop.who.must("manage the pipeline")
    before = _any(shop, reason_id)
    shop.execute(_update(shop, reason_id, {"retired_at": shop.now}))
    timeline.note(shop, "reason removed", "reason", reason_id, name=before["name"])


def _any(shop: ShopSession, reason_id: UUID) -> RowMapping:
    found = next((one for one in listed(shop) if one["id"] == reason_id), None)
    if found is None:
        raise BadInput("reason_id", "This reason is not on your list any more. Open the list again.")
    return found


def _update(shop: ShopSession, reason_id: UUID, values: dict[str, Any]) -> Any:
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    this = (LostReason.shop_id == shop.id, LostReason.id == reason_id)
    return update(LostReason).where(*this).values(**values, **stamp)


def _once(shop: ShopSession, name: str, statement: Any) -> None:
    try:
        with shop.connection.begin_nested():
            shop.execute(statement)
    except IntegrityError as error:
        if broken_constraint(error).startswith("lost_reasons_name_once"):
            raise BadInput("name", f"There is a reason “{name}” already. Choose another name.") from error
        raise


def _name(typed: str) -> str:
    name = one_line("name", "A reason", typed, 100)
    if name is None:
        raise BadInput("name", "Write the reason in a few words.")
    return name
