"""Importing a large order file against reading it and copying its raw rows; and what counting adds."""

import csv
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from benchmarks.timing import Ratio, seconds
from crmcore import imports, people
from crmcore.database import server
from crmcore.database.gate import Who, engine, keeper, new_id

HEADERS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
START = datetime(2025, 12, 1, 8, 26)  # noqa: DTZ001 - written into the file without a zone, as shops do


def run(shops: list[Who]) -> list[Ratio]:
    """Line files of invoices; half a million lines when the shops are large."""
    lines = 540_000 if len(shops) >= 200 else 60_000
    with tempfile.TemporaryDirectory() as folder:
        as_csv, as_xlsx, single = (Path(folder) / name for name in ("orders.csv", "orders.xlsx", "single.csv"))
        _write_csv(as_csv, _lines(lines, per_order=20))
        _write_xlsx(as_xlsx, _lines(lines, per_order=20))
        _write_csv(single, _lines(100_000, per_order=1))
        return [
            _against_raw_rows("csv", as_csv, lines, _read_csv),
            _against_raw_rows("xlsx", as_xlsx, lines, _read_xlsx),
            _with_counters(single),
        ]


def _against_raw_rows(kind: str, file: Path, lines: int, read: Callable[[Path], Iterable[Sequence[Any]]]) -> Ratio:
    raw = min(seconds(lambda: _copy_raw(file, read)) for _ in range(2))
    ours = min(seconds(lambda: _import(file)) for _ in range(2))
    return Ratio(f"import of {lines:,} lines ({kind}) against reading and copying raw rows", ours / raw, "<= 3",
                 f"{ours:.1f} s against {raw:.1f} s")


def _with_counters(file: Path) -> Ratio:
    """An import of 100,000 orders of one line each; the statements that count are timed apart."""
    counting: list[float] = []

    def begun(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        context.begun = time.perf_counter()

    def ended(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if "take_off(" in statement or "put_on(" in statement:
            counting.append(time.perf_counter() - context.begun)

    event.listen(engine(), "before_cursor_execute", begun)
    event.listen(engine(), "after_cursor_execute", ended)
    whole = seconds(lambda: _import(file))
    event.remove(engine(), "before_cursor_execute", begun)
    event.remove(engine(), "after_cursor_execute", ended)
    if len(counting) != 2:
        raise AssertionError(f"Expected to see the rollups taken off and put on, saw {len(counting)} statements")
    return Ratio("import of 100,000 orders with counters and rollups against without", whole / (whole - sum(counting)),
                 "<= 2", f"{whole:.1f} s, {sum(counting):.1f} s of it for counting")


def _import(file: Path) -> None:
    shop = people.open_shop(
        people.NewShop(f"import-{new_id().hex[-12:]}", "Import", "counter", "GBP", "GB", "Europe/London", is_demo=True)
    )
    result = imports.run(keeper(shop), "orders", file)
    if result.created != result.rows:
        raise AssertionError(f"{result.rejected} of {result.rows} rows were refused")


def _copy_raw(file: Path, read: Callable[[Path], Iterable[Sequence[Any]]]) -> None:
    columns = ", ".join(f"{header.lower()} text" for header in HEADERS)
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        connection.execute("drop table if exists raw_rows")
        connection.execute(f"create table raw_rows ({columns})")
        with connection.cursor().copy("copy raw_rows from stdin") as copy:
            for row in read(file):
                copy.write_row(row)
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        connection.execute("drop table raw_rows")


def _read_csv(file: Path) -> Iterable[Sequence[Any]]:
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        yield from rows


def _read_xlsx(file: Path) -> Iterable[Sequence[Any]]:
    rows = iter(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).iter_rows())
    next(rows)
    yield from rows


def _lines(count: int, per_order: int) -> Iterable[tuple[Any, ...]]:
    dice = random.Random(7)
    customers = max(10, count // per_order // 5)
    for number in range(count):
        order = number // per_order
        yield (
            str(536365 + order),
            f"S{dice.randrange(4000):05d}",
            f"THING NUMBER {dice.randrange(4000)}",
            dice.randint(1, 24),
            f"{START + timedelta(minutes=order * 5 % 480_000):%Y-%m-%d %H:%M:%S}",
            round(dice.uniform(0.4, 20), 2),
            f"{12000 + order * 7919 % customers}.0" if order % 4 else "",
            "United Kingdom",
        )


def _write_csv(file: Path, lines: Iterable[tuple[Any, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow(HEADERS)
        out.writerows(lines)


def _write_xlsx(file: Path, lines: Iterable[tuple[Any, ...]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADERS)
    for line in lines:
        sheet.append(line)
    book.save(file)
