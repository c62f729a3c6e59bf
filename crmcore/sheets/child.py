"""Reads one file in a process of its own, under limits, and writes what it holds to standard output in frames.

Started as `python -m crmcore.sheets.child` with one JSON object on standard input. A file made to do harm can at
worst end this process.
"""

import csv
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO, Any

from crmcore.errors import BadInput
from crmcore.sheets import batches, headers, texts
from crmcore.sheets.kinds import Limits, kind_of

Row = list[Any]
AsText = Callable[[tuple[Any, ...]], tuple[str, ...]]
OUT_OF_MEMORY = 75


def main() -> None:
    request = json.load(sys.stdin)
    out = sys.stdout.buffer
    limits = Limits(**request.pop("limits"))
    _limit(limits)
    try:
        _read(out=out, limits=limits, path=Path(request.pop("path")), **request)
    except BadInput as refused:
        batches.write_frame(out, batches.REFUSED, json.dumps([refused.field, str(refused)]).encode())
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    out.flush()


def _limit(limits: Limits) -> None:
    with suppress(ImportError):
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(
    *,
    out: IO[bytes],
    limits: Limits,
    path: Path,
    file_name: str,
    sheet: str | None,
    header: bool,
    known: list[str],
) -> None:
    kind = kind_of(path, file_name, limits)
    names: list[str] = []
    number = 1  # of the row that comes next
    as_text: AsText = _as_it_is
    if kind == "text":
        if sheet is not None:
            raise BadInput("sheet", f"{file_name} is a text file and has no sheets.")
        number, expected, rows = texts.rows_of(path, limits)
    else:
        from crmcore.sheets import workbooks  # here, because the library costs a third of the start

        book = workbooks.open_book(path, file_name)
        names = workbooks.sheet_names(book)
        sheet, expected, rows = workbooks.rows_of(book, file_name, sheet, limits.rows, limits.columns)
        as_text = workbooks.as_text
    sent = 0
    try:
        head = list(islice(rows, batches.ROWS))
        titles, above = _titles(head, file_name, header, frozenset(known), as_text)
        if len(titles) > limits.columns:
            raise BadInput("file", f"{file_name} has {len(titles)} columns, the limit is {limits.columns}.")
        header_row = number + above - 1 if above else None
        about = {
            "kind": kind,
            "sheets": names,
            "sheet": sheet,
            "header_row": header_row,
            "headers": titles,
            "expected_rows": expected,
        }
        batches.write_frame(out, batches.ANSWER, json.dumps(about).encode())
        batch, number = head[above:], number + above
        while batch:
            sent += _send(out, number, batch, len(titles), as_text)
            if sent > limits.rows:
                raise BadInput("file", f"{file_name} has more than {limits.rows:,} rows, the limit: split it.")
            number += len(batch)
            batch = list(islice(rows, batches.ROWS))
    except csv.Error as error:
        raise BadInput("file", f"{file_name} can't be read after row {number + sent}: {texts.why(error)}") from error
    batches.write_frame(out, batches.ANSWER, json.dumps({"rows": sent}).encode())


def _as_it_is(cells: tuple[Any, ...]) -> tuple[str, ...]:
    return cells


def _titles(
    head: list[Row], file_name: str, header: bool, known: frozenset[str], as_text: AsText
) -> tuple[list[str], int]:
    """The column titles, and how many rows of the head stand above the data."""
    places = [place for place, cells in enumerate(head) if not _blank(cells)][: headers.LOOK_AT]
    shown = [as_text(tuple(head[place])) for place in places]
    if not shown:
        raise BadInput("file", f"{file_name} is empty.")
    if not header:
        return [str(column) for column in range(1, max(map(len, shown)) + 1)], 0
    found = headers.find_header(shown, known)
    if found is None:
        raise BadInput(
            "file",
            f"No row of headers was found in the first {headers.LATEST} rows of {file_name}. If it has none, say so "
            "(--no-header): its columns are then called 1, 2, 3 and so on.",
        )
    titles = [headers.tidy(title) or f"column {column}" for column, title in enumerate(shown[found], 1)]
    return titles, places[found] + 1


def _send(out: IO[bytes], number: int, rows: list[Row], width: int, as_text: AsText) -> int:
    """Send the rows that hold anything as one batch; return how many they were. The first has this row number."""
    numbers: Sequence[int] = range(number, number + len(rows))
    if blank := {place for place, cells in enumerate(rows) if _starts_blank(cells) and _blank(cells)}:
        numbers = [row for place, row in enumerate(numbers) if place not in blank]
        rows = [cells for place, cells in enumerate(rows) if place not in blank]
    if not rows:
        return 0
    columns = [as_text(column) for column in zip_longest(*rows, fillvalue="")]
    columns += [("",) * len(rows)] * (width - len(columns))
    beyond = columns[width:]
    overflow = [" ".join(filter(None, cells)) for cells in zip(*beyond, strict=True)] if beyond else [""]
    batches.write_frame(out, batches.BATCH, batches.pack(numbers, columns[:width], overflow))
    out.flush()
    return len(rows)


def _starts_blank(cells: Row) -> bool:
    return not cells or not cells[0] or (type(cells[0]) is str and cells[0].isspace())


def _blank(cells: Row) -> bool:
    return all(cell == "" or cell is None or (isinstance(cell, str) and cell.isspace()) for cell in cells)


def request(path: Path, file_name: str, sheet: str | None, header: bool, known: frozenset[str], limits: Limits) -> str:
    """What the parent writes to the child's standard input."""
    return json.dumps(
        {
            "path": str(path),
            "file_name": file_name,
            "sheet": sheet,
            "header": header,
            "known": sorted(known),
            "limits": asdict(limits),
        }
    )


if __name__ == "__main__":
    main()
