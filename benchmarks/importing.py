"""Importing large files: against reading and copying their raw rows, in memory, on the progress bar; and counting."""

import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from benchmarks.timing import Ratio, in_turn, seconds
from crmcore import imports, people
from crmcore.database import server
from crmcore.database.gate import Who, engine, keeper, new_id

HEADERS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
VISIT_HEADERS = ("Visit Date", "Customer ID", "Type", "Interest", "Remarks")
START = datetime(2025, 12, 1, 8, 26)  # noqa: DTZ001 - written into the file without a zone, as shops do
_TELL_MEMORY = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(shops: list[Who]) -> list[Ratio]:
    """Line files of invoices; half a million lines when the shops are large."""
    lines = 540_000 if len(shops) >= 200 else 60_000
    with tempfile.TemporaryDirectory() as folder:
        as_csv, as_xlsx, single, visits = (
            Path(folder) / name for name in ("orders.csv", "orders.xlsx", "single.csv", "visits.csv")
        )
        _write_csv(as_csv, HEADERS, _lines(lines, per_order=20))
        _write_xlsx(as_xlsx, HEADERS, _lines(lines, per_order=20))
        _write_csv(single, HEADERS, _lines(100_000, per_order=1))
        _write_csv(visits, VISIT_HEADERS, _visits(100_000))
        return [
            _against_raw_rows("csv", as_csv, lines, _read_csv),
            _against_raw_rows("xlsx", as_xlsx, lines, _read_xlsx),
            _memory("csv", as_csv, lines),
            _memory("xlsx", as_xlsx, lines),
            _progress(as_csv, lines),
            _with_counters("orders", single),
            _with_counters("visits", visits),
        ]


def _against_raw_rows(kind: str, file: Path, lines: int, read: Callable[[Path], Iterable[Sequence[Any]]]) -> Ratio:
    raw, ours = in_turn(lambda: _copy_raw(file, read), lambda: _import("orders", file), rounds=3)
    return Ratio(f"import of {lines:,} lines ({kind}) against reading and copying raw rows", ours / raw, "<= 3",
                 f"{ours:.1f} s against {raw:.1f} s")


def _memory(kind: str, file: Path, lines: int) -> Ratio:
    """The most memory that the process that imports, or the one that reads the file for it, ever held."""
    command = [sys.executable, "-m", "crmcore", "import", _open_shop().slug, "orders", str(file), "--json"]
    # Told by a process between: until it runs its own program, a process counts the memory of the one that starts it.
    told = subprocess.run([sys.executable, "-c", _TELL_MEMORY, *command], stdout=subprocess.PIPE, check=True)
    most = int(told.stdout) * (1 if sys.platform == "darwin" else 1024) / 1e6
    return Ratio(f"most memory while importing {lines:,} lines ({kind}), MB", most, "<= 500",
                 f"a file of {file.stat().st_size / 1e6:.0f} MB")


def _progress(file: Path, lines: int) -> Ratio:
    """How far the progress bar is from the share of the time that has passed."""
    started = time.perf_counter()
    shown: list[tuple[float, float]] = []
    _import("orders", file, lambda part: shown.append((time.perf_counter() - started, part)))
    whole = time.perf_counter() - started
    furthest = max(abs(part - passed / whole) for passed, part in shown)
    standstill = max(later - earlier for (earlier, _), (later, _) in pairwise([(0.0, 0.0), *shown, (whole, 1.0)]))
    return Ratio(f"progress bar of {lines:,} lines (csv), furthest from the share of the time, %", furthest * 100,
                 "<= 20", f"stands still for {standstill:.1f} of {whole:.1f} s at most")


def _with_counters(noun: str, file: Path) -> Ratio:
    """An import of 100,000 rows, each an order or a visit of its own; the statements that count are timed apart."""
    counting: list[float] = []

    def begun(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        context.begun = time.perf_counter()

    def ended(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if "take_off(" in statement or "put_on(" in statement:
            counting.append(time.perf_counter() - context.begun)

    rounds = []
    event.listen(engine(), "before_cursor_execute", begun)
    event.listen(engine(), "after_cursor_execute", ended)
    for _ in range(3):
        counting.clear()
        whole = seconds(lambda: _import(noun, file))
        if len(counting) != 2:
            raise AssertionError(f"Expected to see the rollups taken off and put on, saw {len(counting)} statements")
        rounds.append((sum(counting), whole - sum(counting)))
    event.remove(engine(), "before_cursor_execute", begun)
    event.remove(engine(), "after_cursor_execute", ended)
    added, without = (min(times) for times in zip(*rounds, strict=True))
    return Ratio(f"import of 100,000 {noun} with counters and rollups against without", 1 + added / without,
                 "<= 2", f"{without:.1f} s and {added:.1f} s for counting")


def _open_shop() -> people.Shop:
    return people.open_shop(
        people.NewShop(f"import-{new_id().hex[-12:]}", "Import", "counter", "GBP", "GB", "Europe/London", is_demo=True)
    )


def _import(noun: str, file: Path, progress: Callable[[float], None] | None = None) -> None:
    result = imports.run(keeper(_open_shop()), noun, file, progress=progress)
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
        product = dice.randrange(4000)
        yield (
            str(536365 + order),
            f"S{product:05d}",
            f"THING NUMBER {product}",
            dice.randint(1, 24),
            f"{START + timedelta(minutes=order * 5 % 480_000):%Y-%m-%d %H:%M:%S}",
            round(dice.uniform(0.4, 20), 2),
            f"{12000 + order * 7919 % customers}.0" if order % 4 else "",
            "United Kingdom",
        )


def _visits(count: int) -> Iterable[tuple[Any, ...]]:
    """Each customer comes every few weeks, never twice a day."""
    dice = random.Random(7)
    customers = count // 5
    for number in range(count):
        yield (
            f"{START - timedelta(days=number // customers * 23 + number % 20):%Y-%m-%d}",
            f"C{number % customers:06d}",
            dice.choice(("Walk-in", "Appointment", "Revisit")),
            dice.choice(("High", "Medium", "Low", "")),
            f"asked for thing number {dice.randrange(4000)}",
        )


def _write_csv(file: Path, headers: Sequence[str], lines: Iterable[tuple[Any, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow(headers)
        out.writerows(lines)


def _write_xlsx(file: Path, headers: Sequence[str], lines: Iterable[tuple[Any, ...]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headers)
    for line in lines:
        sheet.append(line)
    book.save(file)
