"""Exports: customers, contacts, leads, orders and visits as csv or xlsx, in columns that the importer reads back.

- A row of the orders export is a line of an order (`regulars import … orders` groups lines by the order number); an
  order without lines is one row with its total.
- Text that a spreadsheet would take for a formula (it begins with = + - @ or a tab) gets an apostrophe in front in csv;
  the importer takes it away again. In xlsx such text stands in cells marked as text. `raw` leaves both out.
- Phones are E.164 text: "+919881120456" in xlsx, "'+919881120456" in csv, where the apostrophe keeps a spreadsheet from
  making a number of it (and of that 9.19E+11).
- Rows are fetched and written as they come: memory does not grow with their number.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from sqlalchemy import RowMapping, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from crmcore import (
    companies,
    contacts,
    custom_fields,
    customer_list,
    follow_ups,
    leads,
    order_list,
    pipeline,
    refills,
    segments,
    timeline,
    visit_list,
)
from crmcore.customer_fields import PREFERENCES, STATUSES
from crmcore.customer_search import Query
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import BadInput
from crmcore.leads import rules
from crmcore.messages.consent import CHANNELS
from crmcore.models import Company, Customer, Membership, Order, OrderItem, Tag, Tagging
from crmcore.orders import STATUSES as ORDER_STATUSES
from crmcore.periods import Period
from crmcore.pipeline import listing
from crmcore.sheets.dates import MONTH_FIRST, habit
from crmcore.sheets.fields import FIELDS, OWN_FIELD, Field, own_fields
from crmcore.sheets.headers import squeeze
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES

KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
XLSX_ROWS = 1_048_576  # of a sheet, its header included

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_FETCHED = 1000  # rows at a time

Value = str | Decimal | int | float | datetime | Any | None


@dataclass(frozen=True)
class Table:
    """What is exported: `columns` are headers with what stands below them in a row of `query`, or in rows at hand."""

    noun: str
    columns: Sequence[tuple[str, Callable[[Any], Value]]]
    query: Query | Sequence[Mapping[str, Any]]
    about: dict[str, str] = field(default_factory=dict)


def export(who: Who, noun: str, path: Path, raw: bool = False, segment: str | None = None) -> int:
    """Write all rows of a noun (a key of TABLES) to `path`, csv or xlsx by its ending; return the number of rows.

    `segment`: the name of one, whose customers' rows alone are written (a noun of OF_SEGMENT). See `hand_out`. The file
    appears whole or not at all. Raises BadInput for another noun, segment or ending, or a place that can't be written.
    """
    who.must("export")
    if noun not in TABLES:
        raise BadInput("noun", f"{noun} can't be exported: choose one of {', '.join(TABLES)}.")
    if segment is not None and noun not in OF_SEGMENT:
        raise BadInput("segment", f"{noun} can't be narrowed to a segment: only {', '.join(OF_SEGMENT)} can.")
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise BadInput("file", f"{path.name} must end in .csv or .xlsx, which says what kind of file it becomes.")
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            table_of = TABLES[noun] if segment is None else partial(_of_segment, noun, segment)
            rows = hand_out(who, table_of, file, kind, raw=raw)
        draft.replace(path)
    except OSError as error:
        raise BadInput("file", f"{path} can't be written ({error.strerror}): choose another place.") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return rows


def hand_out(
    who: Who, table_of: Callable[[ShopSession], Table], file: BinaryIO, kind: str, *, raw: bool = False
) -> int:
    """Write a table to an open file as "csv" or "xlsx", and to the audit record who took how many rows; return them.

    The file is written in a gate for reading, so that nobody's sale waits for it; the line follows in a gate of its
    own. Raises BadInput when an xlsx can't hold all rows.
    """
    with shop_session(who) as shop:
        table = table_of(shop)
        rows = write(shop, table, file, kind, raw=raw)
    about: dict[str, Any] = {"noun": table.noun, "rows": rows, "file": kind, **table.about}
    with shop_session(who, writes=True) as shop:
        timeline.note(shop, f"{table.noun} exported", "export", important=True, **about)
    return rows


def write(shop: ShopSession, table: Table, file: BinaryIO, kind: str, *, raw: bool = False) -> int:
    """Write a table to an open file, without a line in the record: `hand_out` is for what leaves the shop."""
    shop.who.must("export")
    return write_rows(kind, file, [header for header, _ in table.columns], _streamed(shop, table), raw=raw)


def write_rows(
    kind: str, file: BinaryIO, headers: Sequence[str], rows: Iterable[list[Value]], *, raw: bool = False
) -> int:
    """Write a header and rows to an open file as "csv" or "xlsx"; return the number of rows."""
    return (_write_csv if kind == "csv" else _write_xlsx)(file, headers, rows, raw)


def customers_table(
    shop: ShopSession,
    filters: customer_list.Filters = customer_list.Filters(),
    sort: str = customer_list.DEFAULT_SORT,
) -> Table:
    """The customers a list shows under these filters, in its order, with everything on file about them."""
    tags = (
        select(func.string_agg(Tag.name, aggregate_order_by(literal(", "), Tag.name)))
        .join(Tagging, (Tagging.shop_id == Tag.shop_id) & (Tagging.tag_id == Tag.id))
        .where(Tagging.shop_id == shop.id, Tagging.customer_id == Customer.id)
        .scalar_subquery()
    )
    more = (getattr(Customer, key) for key in _MORE_OF_CUSTOMERS)
    company = (getattr(Company, key) for key in companies.FIELDS)
    query = (
        customer_list.listed(shop, filters, sort)
        .add_columns(*more, tags.label("tags"), Company.customer_id.is_not(None).label("is_company"), *company)
        .outerjoin(Company, (Company.shop_id == Customer.shop_id) & (Company.customer_id == Customer.id))
    )
    month_first = habit(shop.shop.region) == MONTH_FIRST
    read: dict[str, Callable[[RowMapping], Value]] = {
        "ref": _cell("external_ref"),
        "birthday": lambda row: _birthday(row, month_first),
        "company": _cell("company_name"),
        "is_company": lambda row: "yes" if row["is_company"] else "no",
        "status": lambda row: STATUSES[row["status"]],
        "generic_preference": lambda row: PREFERENCES.get(row["generic_preference"]),
        "sales_rep": _cell("rep_name"),
    }
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        *((one.label, read.get(one.key, _cell(one.key))) for one in _kept("customers")),
        ("Purchases", _cell("order_count")),
        ("Returns", _cell("return_count")),
        (f"Spent ({shop.shop.currency})", _cell("total_spent")),
        ("First purchase", _cell("first_purchase_on")),
        ("Last purchase", _cell("last_purchase_on")),
        ("On file since", _cell("created_on")),
    ]
    headers = {squeeze(header) for header, _ in columns}
    for one in own_fields(map(dict, custom_fields.fields(shop))):
        header = OWN_FIELD.format(one.label) if squeeze(one.label) in headers else one.label
        columns.append((header, _own(one.own)))
    return Table("customers", columns, query, filters.address())


def orders_table(
    shop: ShopSession, period: Period | None = None, filters: order_list.Filters = order_list.Filters()
) -> Table:
    """The orders of a period (None: all) under these filters, line by line, the oldest first."""
    query = (
        select(
            Order.number,
            Order.ordered_at,
            func.coalesce(Customer.phone, Order.customer_phone).label("phone"),
            Customer.external_ref,
            func.coalesce(Customer.name, Order.customer_name).label("name"),
            Customer.email,
            OrderItem.product_name,
            OrderItem.sku,
            OrderItem.category,
            func.coalesce(OrderItem.quantity, Order.quantity).label("quantity"),
            OrderItem.unit_price,
            OrderItem.total.label("line_total"),
            Order.total,
            Order.status,
            Order.payment_method,
            Membership.name.label("rep_name"),
            Order.source_slug,
            OrderItem.medicine_days,
        )
        .outerjoin(OrderItem, (OrderItem.shop_id == Order.shop_id) & (OrderItem.order_id == Order.id))
        .outerjoin(Customer, (Customer.shop_id == Order.shop_id) & (Customer.id == Order.customer_id))
        .outerjoin(Membership, (Membership.shop_id == Order.shop_id) & (Membership.staff_id == Order.rep_id))
        .where(Order.shop_id == shop.id)
        .order_by(Order.ordered_on, Order.id, OrderItem.position)
    )
    if period is not None:
        listed = order_list.listed(shop, period, filters).order_by(None).subquery()
        query = query.where(Order.id.in_(select(listed.c.id)))
    read: dict[str, Callable[[RowMapping], Value]] = {
        "order_number": lambda row: row["number"],
        "ordered_at": lambda row: row["ordered_at"].astimezone(shop.zone).replace(tzinfo=None, microsecond=0),
        "customer_phone": lambda row: row["phone"],
        "customer_ref": lambda row: row["external_ref"],
        "customer_name": lambda row: row["name"],
        "customer_email": lambda row: row["email"],
        "product": lambda row: row["product_name"],
        "sku": lambda row: row["sku"],
        "category": lambda row: row["category"],
        "quantity": lambda row: row["quantity"],
        "unit_price": lambda row: row["unit_price"],
        "line_total": lambda row: row["line_total"],
        "total": lambda row: row["total"],
        "status": lambda row: ORDER_STATUSES[row["status"]],
        "payment_method": lambda row: row["payment_method"],
        "sales_rep": lambda row: row["rep_name"],
        "link": lambda row: row["source_slug"],
        "medicine_days": lambda row: row["medicine_days"],
    }
    columns = [(one.label, read[one.key]) for one in FIELDS["orders"]]
    about = {} if period is None else {"from": str(period.since), "to": str(period.last), **filters.address()}
    return Table("orders", columns, query, about)


def visits_table(
    shop: ShopSession, period: Period | None = None, filters: visit_list.Filters = visit_list.Filters()
) -> Table:
    """The visits of a period (None: all) under these filters, the oldest first. Who is hidden stays unnamed."""
    query = visit_list.listed(shop, period or Period(date.min, date.max), filters, "day")
    read: dict[str, Callable[[RowMapping], Value]] = {
        "visited_on": lambda row: row["visited_at"].astimezone(shop.zone).replace(tzinfo=None, microsecond=0),
        "customer_phone": _cell("phone"),
        "customer_ref": _cell("external_ref"),
        "customer_name": lambda row: row["name"] or row["company_name"],
        "handled_by": _cell("rep_name"),
        "visit_type": lambda row: VISIT_TYPES[row["visit_type"]],
        "purpose": lambda row: PURPOSES.get(row["purpose"]),
        "interest": lambda row: INTERESTS.get(row["interest"]),
        "outcome": lambda row: OUTCOMES.get(row["outcome"]),
        "estimated_value": _cell("estimated_value"),
        "notes": _cell("notes"),
    }
    columns = [
        *((one.label, read[one.key]) for one in FIELDS["visits"]),
        ("Products talked about", _cell("products")),
        ("Categories", lambda row: ", ".join(row["categories"])),
    ]
    about = {} if period is None else {"from": str(period.since), "to": str(period.last), **filters.address()}
    return Table("visits", columns, query, about)


def contacts_table(
    shop: ShopSession,
    filters: contacts.Filters = contacts.Filters(),
    sort: str = contacts.listing.DEFAULT_SORT,
) -> Table:
    """The contacts of a list, each with where it stands and what came of it."""
    read: dict[str, Callable[[RowMapping], Value]] = {
        "phone": _cell("phone"),
        "other_phone": lambda row: " / ".join(row["other_phones"]),
        "name": _cell("name"),
        "email": _cell("email"),
        "notes": _cell("notes"),
        "tags": lambda row: ", ".join(row["tags"]),
    }
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        *((one.label, read[one.key]) for one in FIELDS["contacts"]),
        ("Status", lambda row: contacts.STATUSES[row["status"]]),
        ("WhatsApp", lambda row: contacts.WHATSAPP[row["whatsapp"]]),
        ("For", _cell("assignee")),
        ("Times in touch", _cell("touches")),
        ("Last in touch", lambda row: row["last_touched_at"] and row["last_touched_at"].astimezone(shop.zone).date()),
        ("Uploaded on", _cell("uploaded_on")),
        ("Upload", _cell("file_name")),
        ("Customer", _cell("customer_name")),
        ("Converted on", _cell("converted_on")),
        ("Order", _cell("order_number")),
        ("Value", _cell("value")),
    ]
    return Table("contacts", columns, contacts.listed(shop, filters, sort), filters.address())


def leads_table(
    shop: ShopSession,
    filters: leads.Filters = leads.Filters(),
    sort: str = leads.listing.DEFAULT_SORT,
) -> Table:
    """The leads of a list, each with its score, where it stands and what came of it."""
    ours = rules.of_shop(shop)
    read: dict[str, Callable[[RowMapping], Value]] = {
        "status": lambda row: leads.STATUSES[row["status"]],
        "quality": lambda row: leads.QUALITIES.get(row["quality"]),
        "assigned_to": _cell("assignee"),
    }
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        *((one.label, read.get(one.key, _cell(one.key))) for one in _kept("leads")),
        ("Score", _cell("score")),
        ("Grade", lambda row: ours.grade(row["score"])),
        ("Engagement", _cell("engagement")),
        ("Fit", _cell("fit")),
        ("Activity", _cell("activity")),
        ("Territory", _cell("territory")),
        ("Next follow-up", _cell("next_follow_up_on")),
        ("Customer", _cell("customer_name")),
    ]
    return Table("leads", columns, leads.listed(shop, filters, sort), filters.address())


def follow_ups_table(shop: ShopSession, assigned_to: UUID | None = None) -> Table:
    """What is still to be done, in the whole shop or by one person, the longest due first."""
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        ("Due", lambda row: row["due_on"]),
        ("Customer", _cell("customer_name")),
        ("Phone", _cell("phone")),
        ("What", _cell("about")),
        ("Whose", _cell("assignee")),
        ("Since", lambda row: row["created_at"].astimezone(shop.zone).date()),
    ]
    return Table("follow-ups", columns, follow_ups.open_list(shop, assigned_to))


def refills_table(shop: ShopSession) -> Table:
    """Every medicine that runs out: whom to remind of it, or who was reminded and has not bought since."""
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        ("Due", _cell("due_on")),
        ("Customer", _cell("customer_name")),
        ("Phone", _cell("phone")),
        ("Medicine", _cell("medicine")),
        ("Bought on", _cell("purchased_on")),
        ("Lasts (days)", _cell("days")),
        ("Runs out on", _cell("runs_out_on")),
        ("Status", lambda row: refills.STATUSES[row["status"]]),
        ("Reminded on", _cell("sent_on")),
        ("Reminded by", lambda row: CHANNELS.get(row["sent_channel"] or "")),
        ("Answer", _cell("response")),
    ]
    return Table("refills", columns, refills.listed(shop))


def opportunities_table(
    shop: ShopSession, filters: listing.Filters = listing.Filters(), sort: str = listing.DEFAULT_SORT
) -> Table:
    """The opportunities of a list, each with its stage, value, days and whose it is."""
    read = {
        **{one.key: _cell(one.key) for one in FIELDS["opportunities"]},
        "customer": _cell("customer_name"),
        "currency": lambda row: shop.shop.currency,
        "stage": _cell("stage_name"),
        "status": lambda row: pipeline.STATUSES[row["status"]],
        "rep": _cell("rep_name"),
        "reason": _cell("reason_name"),
    }
    columns: list[tuple[str, Callable[[RowMapping], Value]]] = [
        *((one.label, read[one.key]) for one in FIELDS["opportunities"]),
        ("Weighted value", _cell("weighted")),
        ("Days in stage", _cell("days_in_stage")),
        ("Days open", _cell("days_open")),
    ]
    return Table("opportunities", columns, listing.with_more(shop, filters, sort), filters.address())


def _of_segment(noun: str, name: str, shop: ShopSession) -> Table:
    segment = segments.named(shop, name)
    table = OF_SEGMENT[noun](shop, segment["id"])
    return replace(table, about={**table.about, "segment": segment["name"]})


OF_SEGMENT: dict[str, Callable[[ShopSession, UUID], Table]] = {
    "customers": lambda shop, segment: customers_table(shop, customer_list.Filters(segment=segment)),
    "orders": lambda shop, segment: orders_table(shop, filters=order_list.Filters(segment=segment)),
    "visits": lambda shop, segment: visits_table(shop, filters=visit_list.Filters(segment=segment)),
    "opportunities": lambda shop, segment: opportunities_table(shop, listing.Filters(segment=segment)),
}

TABLES: dict[str, Callable[[ShopSession], Table]] = {
    "customers": customers_table,
    "contacts": contacts_table,
    "leads": leads_table,
    "orders": orders_table,
    "visits": visits_table,
    "refills": refills_table,
    "opportunities": opportunities_table,
}

_MORE_OF_CUSTOMERS = (
    *("birth_day", "birth_month", "birth_year", "gender", "language", "address", "floor", "state", "postcode"),
    *("latitude", "longitude", "formatted_address", "category", "industry", "segment", "lifecycle_stage"),
    *("engagement_level", "preferred_network", "generic_preference", "notes", "return_count", "custom"),
)


def _kept(noun: str) -> list[Field]:
    """The fields of a sheet but for those that go into another one."""
    return [one for one in FIELDS[noun] if one.key not in ("last_name", "second_phone")]


def _cell(key: str) -> Callable[[RowMapping], Value]:
    return lambda row: row[key]


def _own(key: str) -> Callable[[RowMapping], Value]:
    def value(row: RowMapping) -> Value:
        held = row["custom"].get(key)
        return {True: "yes", False: "no"}[held] if isinstance(held, bool) else held

    return value


def _birthday(row: RowMapping, month_first: bool) -> str | None:
    """1968-02-06; without a year as the shop's country writes it, 06/02 or 02/06; a year alone as it is."""
    day, month, year = row["birth_day"], row["birth_month"], row["birth_year"]
    if day and month and year:
        return f"{year:04}-{month:02}-{day:02}"
    if day and month:
        return f"{month:02}/{day:02}" if month_first else f"{day:02}/{month:02}"
    return str(year) if year else None


def _streamed(shop: ShopSession, table: Table) -> Iterator[list[Value]]:
    """The rows as they come from the server, a few at a time."""
    readers = [read for _, read in table.columns]
    if isinstance(table.query, Sequence):
        yield from ([read(row) for read in readers] for row in table.query)
        return
    result = shop.connection.execute(
        table.query, execution_options={"stream_results": True, "max_row_buffer": _FETCHED, "yield_per": _FETCHED}
    )
    for row in result.mappings():
        yield [read(row) for read in readers]


def _write_csv(file: BinaryIO, headers: Sequence[str], rows: Iterable[list[Value]], raw: bool) -> int:
    """UTF-8 with a byte order mark, by which Excel knows it."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(lines)
    written = 0
    writer.writerow([_csv_cell(header, raw) for header in headers])
    for row in rows:
        writer.writerow([_csv_cell(value, raw) for value in row])
        written += 1
    lines.flush()
    lines.detach()
    return written


def _csv_cell(value: Value, raw: bool) -> Value:
    if isinstance(value, str):
        return f"'{value}" if not raw and value.startswith(_FORMULA_STARTS) else value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, Decimal):
        return _number(value)
    return value


def _number(value: Decimal) -> str:
    """Without needless zeros, and never with three decimals, which some countries read as thousands."""
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals.rstrip("0")
    decimals += "0" if len(decimals) in (1, 3) else ""
    return f"{whole}.{decimals}" if decimals else whole


def _write_xlsx(file: BinaryIO, headers: Sequence[str], rows: Iterable[list[Value]], raw: bool) -> int:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Regulars")
    sheet.freeze_panes = "A2"
    for place, header in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(12, len(header) + 2)
    written = 0
    try:
        sheet.append([_xlsx_cell(sheet, header, raw) for header in headers])
        for row in rows:
            written += 1
            if written >= XLSX_ROWS:
                raise BadInput(
                    "file",
                    f"A sheet holds {XLSX_ROWS - 1:,} rows and there are more. Choose csv, or fewer by a filter.",
                )
            sheet.append([_xlsx_cell(sheet, value, raw) for value in row])
    finally:
        sheet.close()
    book.save(file)
    return written


def _xlsx_cell(sheet: Any, value: Value, raw: bool) -> Any:
    """Text that could be taken for something else stands in a cell marked as text."""
    if not isinstance(value, str) or not value:
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith((*_FORMULA_STARTS, "#")):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if not raw:
        cell.quotePrefix = True
    return cell
