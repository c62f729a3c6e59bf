"""Running an import: in earnest, or as a preview that is rolled back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, update

from crmcore import timeline
from crmcore.database.gate import ShopSession, Who, new_id, shop_session
from crmcore.errors import BadInput
from crmcore.imports import contacts, customers, leads, opportunities, orders, products, visits
from crmcore.imports.answers import Answers
from crmcore.imports.job import Job
from crmcore.imports.plan import Plan, guess, prepare
from crmcore.imports.record import write_rejected
from crmcore.imports.staging import Progress, copy_rows
from crmcore.models import Import
from crmcore.sheets.columns import suggested
from crmcore.sheets.fields import Field
from crmcore.sheets.sheet import open_sheet

MANY = 2_000  # rows of a file that is worth reading whole tables for
SHOWN = 100  # refused rows in a preview

_NOUNS = {
    "orders": orders,
    "customers": customers,
    "contacts": contacts,
    "products": products,
    "visits": visits,
    "leads": leads,
    "opportunities": opportunities,
}


@dataclass(frozen=True)
class RefusedRow:
    """Why a row can't be used: its number in the file, the column and value at fault, one sentence."""

    row: int
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class ImportResult:
    """What an import did; created + updated + unchanged + rejected = rows. `import_id` is None for a dry run."""

    import_id: UUID | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    columns: Mapping[str, str] = field(default_factory=dict)
    remarks: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        found: dict[str, Any] = timeline.plain(asdict(self))
        return found


@dataclass(frozen=True)
class Preview(ImportResult):
    """What an import would do: the same counts, the first rows that can be used, the first refused rows."""

    first_rows: Sequence[Mapping[str, str | None]] = ()
    refused_rows: Sequence[RefusedRow] = ()


def preview(
    shop: ShopSession, plan: Plan, progress: Progress | None = None, rejected_to: Path | None = None
) -> Preview:
    """Do the whole import, look at what came of it, and roll it back. Needs a gate opened alone."""
    _may_import(shop)
    savepoint = shop.connection.begin_nested()
    try:
        counts, remarks, job = _put_in(shop, plan, progress)
        first = [{field.key: _understood(row, field) for field, _ in plan.fields} for row in job.rows("first_rows")]
        if rejected_to is not None:
            _keep_refused(job)
            _write_rejected_to(job, rejected_to)
        return Preview(
            import_id=None,
            **counts,
            columns=plan.columns,
            remarks=remarks,
            first_rows=first,
            refused_rows=[
                RefusedRow(row["row_number"], plan.header(row["field"]), row["value"], row["reason"])
                for row in shop.rows("imports/first_refused", most=SHOWN)
            ],
        )
    finally:
        savepoint.rollback()


def commit(
    shop: ShopSession, plan: Plan, progress: Progress | None = None, rejected_to: Path | None = None
) -> ImportResult:
    """Import the sheet, wholly or not at all. Needs a gate opened alone; raises BadInput when it can't be read."""
    _may_import(shop)
    counts, remarks, job = _put_in(shop, plan, progress)
    _keep_refused(job)
    shop.execute(
        update(Import).where(Import.shop_id == shop.id, Import.id == job.import_id).values(status="done", **counts)
    )
    timeline.note(
        shop, f"{plan.noun} imported", "import", job.import_id, important=True, file=plan.sheet.file_name, counts=counts
    )
    job.run("drop")
    if rejected_to is not None:
        _write_rejected_to(job, rejected_to)
    if counts["created"] + counts["updated"] > MANY:
        shop.run("imports/gather_statistics", loaded=counts["created"] + counts["updated"])
    if progress:
        progress(1.0)
    return ImportResult(job.import_id, **counts, columns=plan.columns, remarks=remarks)


def run(
    who: Who,
    noun: str,
    file: Path,
    *,
    columns: Mapping[str, str] | None = None,
    header: bool = True,
    sheet: str | None = None,
    answers: Answers = Answers(),
    dry_run: bool = False,
    rejected_to: Path | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Import a file in one go: columns named in `columns` are taken as said, the others as they are recognised.

    `answers`: what a person says of words that could mean several things; without it these are asked about.
    `rejected_to`: where the refused rows go as csv. Raises BadInput and imports nothing when the file can't be read.
    """
    who.must("import")
    with open_sheet(file, sheet=sheet, header=header) as opened, shop_session(who, alone=True) as shop:
        named = dict(columns or {})
        taken = {opened.place(title) for title in named.values()}
        guessed = {
            key: title
            for key, title in suggested(guess(shop, noun, opened), without=named).items()
            if key not in named and opened.place(title) not in taken
        }
        plan = prepare(shop, noun, opened, {**guessed, **named}, answers)
        if dry_run:
            return preview(shop, plan, progress, rejected_to)
        return commit(shop, plan, progress, rejected_to)


def _understood(row: RowMapping, field: Field) -> str | None:
    """What a row says of a field, of the shop's own ones too."""
    if not field.own:
        said: str | None = row[field.key]
        return said
    value = (row["custom"] or {}).get(field.own)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else None if value is None else str(value)


def _may_import(shop: ShopSession) -> None:
    shop.who.must("import")
    if not shop.alone:
        raise RuntimeError("Imports need shop_session(who, alone=True)")


def _put_in(shop: ShopSession, plan: Plan, progress: Progress | None) -> tuple[dict[str, int], list[str], Job]:
    """Do the import up to its record: the counts, remarks on how the sheet was read, and the job with its tables."""
    job = Job(shop, plan, new_id(), progress or (lambda part: None))
    shop.execute(
        insert(Import).values(
            shop_id=shop.id,
            id=job.import_id,
            noun=plan.noun,
            file_name=plan.sheet.file_name,
            file_hash=plan.sheet.digest(),
            columns={"fields": dict(plan.columns), "headers": plan.sheet.titles},
            created_at=shop.now,
            created_by=shop.who.staff_id,
        )
    )
    shop.run("imports/allow_memory")
    if plan.sheet.expected_rows > MANY:
        shop.run("imports/expect_many")
    shop.run("imports/stage_refused")
    remarks = _NOUNS[plan.noun].put_in(job)
    counts = {"rows": plan.sheet.rows, **job.rows("count")[0]}
    refused = job.run("list_refused").rowcount if counts["rejected"] else 0
    if refused != counts["rejected"] or sum(counts.values()) != 2 * counts["rows"]:
        raise RuntimeError(f"The counts of the import don't add up: {counts}, {refused} refused rows")
    return counts, remarks, job


def _keep_refused(job: Job) -> None:
    """The refused rows with their cells as they were read, to be downloaded, put right and imported again."""
    numbers = set(job.shop.run("imports/refused_numbers").scalars())
    if not numbers:
        return
    job.shop.run("imports/stage_cells")
    cells = ((number, json.dumps(found)) for number, found in job.plan.sheet.cells(numbers))
    copy_rows(job.shop, "sheet_cells", ("row_number", "cells"), cells)
    headers = json.dumps(dict(job.plan.columns))
    job.shop.run("imports/insert_refused", import_id=job.import_id, headers=headers)


def _write_rejected_to(job: Job, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            write_rejected(job.shop, job.import_id, out)
    except OSError as error:
        raise BadInput("rejected", f"{path} can't be written: {error.strerror}. Nothing was saved.") from error
