"""What became of each import: the history, and the refused rows as a file to put right and import again."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO
from uuid import UUID

from sqlalchemy import select

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.models import Import, ImportRow, Membership
from crmcore.sheets.sheet import REFUSED_FILE


@dataclass(frozen=True)
class ImportRecord:
    """One uploaded file. `columns`: field -> header; `undo_report`: what undoing kept, once it was undone."""

    id: UUID
    noun: str
    file_name: str
    status: str
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    columns: Mapping[str, str]
    created_at: datetime
    created_by: str | None
    undone_at: datetime | None
    undo_report: Mapping[str, Any] | None


def history(shop: ShopSession, *, limit: int = 50, offset: int = 0) -> list[ImportRecord]:
    """The shop's imports, newest first, with the name of who made each (None for the command line)."""
    shop.who.must("import")
    query = (
        select(
            Import.id, Import.noun, Import.file_name, Import.status, Import.rows, Import.created, Import.updated,
            Import.unchanged, Import.rejected, Import.columns["fields"], Import.created_at, Membership.name,
            Import.undone_at, Import.undo_report,
        )
        .outerjoin(Membership, (Membership.shop_id == Import.shop_id) & (Membership.staff_id == Import.created_by))
        .where(Import.shop_id == shop.id)
        .order_by(Import.id.desc())
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [ImportRecord(*row) for row in shop.execute(query)]


def rejected_csv(shop: ShopSession, import_id: UUID) -> str:
    """The refused rows of an import as csv text, see `write_rejected`."""
    out = io.StringIO(newline="")
    write_rejected(shop, import_id, out)
    return out.getvalue()


def write_rejected(shop: ShopSession, import_id: UUID, out: TextIO) -> int:
    """Write the refused rows: row, column, value, reason, then the cells under their own headers; return how many.

    Put right, the same file can be imported again: its own four columns are then left out. A cell that a
    spreadsheet program would run as a formula gets an apostrophe in front.
    """
    shop.who.must("import")
    headers = _headers(shop, import_id)
    query = (
        select(ImportRow.row_number, ImportRow.column_name, ImportRow.value, ImportRow.reason, ImportRow.cells)
        .where(ImportRow.shop_id == shop.id, ImportRow.import_id == import_id, ImportRow.outcome == "rejected")
        .order_by(ImportRow.row_number)
        .execution_options(yield_per=1_000)
    )
    writer = csv.writer(out)
    writer.writerow([*REFUSED_FILE, *headers])
    written = 0
    for number, column, value, reason, cells in shop.execute(query):
        row = [number, column or "", value or "", reason, *(cells.get(header, "") for header in headers)]
        writer.writerow([_harmless(cell) for cell in row])
        written += 1
    return written


def _headers(shop: ShopSession, import_id: UUID) -> Sequence[str]:
    columns = shop.scalar(select(Import.columns).where(Import.shop_id == shop.id, Import.id == import_id))
    if columns is None:
        raise NotFound("There is no such import in this shop.")
    return list(columns["headers"])


def _harmless(cell: Any) -> Any:
    """A text that begins like a formula and is no number gets an apostrophe, which the importer takes off again."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not cell[1:2].isdigit():
        return "'" + cell
    return cell
