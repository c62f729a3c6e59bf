"""Taking an import back: what it created goes, what it changed is restored, what was touched since stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from crmcore import health, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import Conflict, NotFound
from crmcore.imports.writing import write_words
from crmcore.leads import words
from crmcore.models import Import
from crmcore.pipeline import counting
from crmcore.refills.making import remake

_REPORTED = 200  # names of what was kept, in the history


@dataclass(frozen=True)
class Kept:
    """Something the import created or changed that stays: what ("order"), its name, and why."""

    what: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what.capitalize()} {self.name}: {self.reason}"


@dataclass(frozen=True)
class UndoResult:
    """What undoing did: how many records went, how many say again what they said before, and what stays."""

    removed: int
    restored: int
    kept: list[Kept]

    def as_dict(self) -> dict[str, Any]:
        return {"removed": self.removed, "restored": self.restored, "kept": list(map(str, self.kept))}


def undo(shop: ShopSession, import_id: UUID) -> UndoResult:
    """Take an import back, wholly or not at all; figures are exact afterwards. Needs a gate opened alone.

    Kept and listed: what a person or a later import touched since, sales that were returned since or that somebody was
    reminded of, visits that something was noted on, contacts, leads and deals people have worked on, and customers and
    products that other orders, visits, deals or messages need. Raises NotFound, and Conflict when it was undone before.
    """
    shop.who.must("import")
    if not shop.alone:
        raise RuntimeError("Undoing an import needs shop_session(who, alone=True)")
    record = shop.execute(
        select(Import.noun, Import.file_name, Import.status, Import.rows).where(
            Import.shop_id == shop.id, Import.id == import_id
        )
    ).one_or_none()
    if record is None:
        raise NotFound("There is no such import in this shop.")
    if record.status != "done":
        raise Conflict(f"The import of {record.file_name} was undone already.")
    result = _take_back(shop, import_id)
    report = result.as_dict() | {"kept": list(map(str, result.kept[:_REPORTED])), "kept_count": len(result.kept)}
    shop.execute(
        update(Import)
        .where(Import.shop_id == shop.id, Import.id == import_id)
        .values(status="undone", undone_at=shop.now, undone_by=shop.who.staff_id, undo_report=report)
    )
    timeline.note(
        shop,
        "import undone",
        "import",
        import_id,
        important=True,
        file=record.file_name,
        removed=result.removed,
        restored=result.restored,
        kept=len(result.kept),
    )
    return result


def _take_back(shop: ShopSession, import_id: UUID) -> UndoResult:
    parameters: Mapping[str, Any] = {"import_id": import_id, "now": shop.now, "staff_id": shop.who.staff_id}

    def step(name: str) -> Any:
        return shop.run(f"imports/undo/{name}", **parameters)

    shop.run("imports/allow_memory")
    shop.run("imports/expect_many")
    for name in (
        "stage", "stage_affected", "list_subjects", "analyze", "keep_touched", "keep_returned", "keep_reminded",
        "keep_visited", "keep_worked_on", "keep_leads", "keep_deals", "list_affected", "take_off", "remove_items",
        "release_conversions", "remove_orders", "restore_orders", "remove_visits", "restore_visits",
    ):  # fmt: skip
        step(name)
    deals = list(step("deal_ids").scalars())
    counting.uncount(shop, deals)
    for name in ("remove_moves", "remove_deals", "restore_deals"):
        step(name)
    counting.count(shop, deals)
    step("keep_buyers")
    step("keep_known")
    step("unlink_contacts")
    step("remove_customers")
    health.recount(shop)
    write_words(shop, list(step("restore_customers").mappings()))
    for name in (
        "remove_companies",
        "restore_companies",
        "remove_tags",
        "keep_sold",
        "keep_shown",
        "keep_offered",
        "remove_products",
        "restore_products",
        "restore_items",
        "remove_contacts",
        "restore_contacts",
        "remove_leads",
        "put_on",
    ):
        step(name)
    words.write(shop, [(row.id, row.name) for row in step("restore_sales_leads")])
    step("restore_leads")
    for name in ("remove_stages", "remove_reasons", "retire_reps"):
        step(name)
    remake(shop, step("affected_customers").scalars())
    counts = list(step("count").mappings())
    kept = [Kept(row["subject"], row["name"], row["reason"]) for row in step("list_kept").mappings()]
    step("drop")
    return UndoResult(sum(row["removed"] for row in counts), sum(row["restored"] for row in counts), kept)
