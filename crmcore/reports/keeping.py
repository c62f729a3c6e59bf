"""Reports a person keeps: their own, or shared with everybody in the shop who may see figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import texts, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Membership, Report
from crmcore.reports.definition import checked
from crmcore.reports.working import segment_of

MOST_REPORTS = 200


@dataclass(frozen=True)
class NewReport:
    """A report to keep. `definition`: see crmcore/reports/definition.py. `id`: made by a form, so that pressing twice
    makes one."""

    name: str
    definition: Mapping[str, Any]
    is_shared: bool = False
    id: UUID | None = None


def keep(shop: ShopSession, new: NewReport) -> UUID:
    """Keep a report; return its id. Raises BadInput for a name or a definition that can't be."""
    values = _checked(shop, new)
    if shop.scalar(select(func.count()).select_from(Report).where(Report.shop_id == shop.id)) >= MOST_REPORTS:
        raise BadInput("name", f"There are {MOST_REPORTS} reports already. Remove one that is not used.")
    stamps = {"created_at": shop.now, "created_by": shop.who.staff_id, "updated_at": shop.now}
    row = {**values, **stamps, "updated_by": shop.who.staff_id, "shop_id": shop.id, "id": new.id or new_id()}
    made = shop.scalar(
        upsert(Report).values(row).on_conflict_do_nothing(index_elements=["shop_id", "id"]).returning(Report.id)
    )
    if made is not None:
        timeline.note(shop, "report kept", "report", made, **values)
    report_id: UUID = row["id"]
    return report_id


def change(shop: ShopSession, report_id: UUID, to: NewReport, *, seen_at: datetime | None = None) -> None:
    """Give a report another name or definition, share it or keep it to oneself.

    `seen_at`: the `updated_at` the editor saw; if somebody saved in between, raises Conflict. Raises NotFound, BadInput
    as `keep` does, and NotAllowed for what somebody else made.
    """
    this = (Report.shop_id == shop.id, Report.id == report_id)
    shop.execute(select(Report.id).where(*this).with_for_update())
    before = get(shop, report_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this report meanwhile. Look at what it says now, then save again.")
    values = _checked(shop, to)
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    shop.execute(update(Report).where(*this).values(**values, updated_at=shop.now, updated_by=shop.who.staff_id))
    timeline.note(shop, "report changed", "report", report_id, name=before["name"], **changed)


def remove(shop: ShopSession, report_id: UUID) -> None:
    """Forget a report; what it counted stays. Raises NotFound, and NotAllowed for what somebody else made."""
    before = get(shop, report_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    shop.execute(delete(Report).where(Report.shop_id == shop.id, Report.id == report_id))
    timeline.note(shop, "report removed", "report", report_id, name=before["name"], definition=before["definition"])


def get(shop: ShopSession, report_id: UUID) -> RowMapping:
    """One report, own or shared. Raises NotFound."""
    shop.who.must("see figures")
    query = _visible(shop).where(Report.id == report_id)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This report is not there any more, or its owner keeps it to themselves.")
    return row


def all_of(shop: ShopSession) -> list[RowMapping]:
    """The reports this person may open, by name: their own and the shared ones; `made_by`: who made it."""
    shop.who.must("see figures")
    return list(shop.execute(_visible(shop).order_by(func.lower(Report.name), Report.id)).mappings())


def _visible(shop: ShopSession) -> Any:
    mine = Report.created_by == shop.who.staff_id if shop.who.staff_id else Report.created_by.is_(None)
    return (
        select(Report, Membership.name.label("made_by"))
        .outerjoin(Membership, (Membership.shop_id == Report.shop_id) & (Membership.staff_id == Report.created_by))
        .where(Report.shop_id == shop.id, or_(Report.is_shared, mine))
    )


def _checked(shop: ShopSession, given: NewReport) -> dict[str, Any]:
    shop.who.must("see figures")
    name = texts.one_line("name", "The name of a report", given.name, 100)
    if name is None:
        raise BadInput("name", "Give the report a name.")
    definition = checked(shop.shop, given.definition)
    if definition.segment is not None:
        segment_of(shop, definition.segment)
    return {"name": name, "definition": definition.as_json(), "is_shared": given.is_shared}
