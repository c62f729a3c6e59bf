"""The parent's side of reading: starts the child, keeps its rows on disk, hands them out while they still arrive."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from crmcore.errors import BadInput, Unavailable
from crmcore.sheets import batches, child
from crmcore.sheets.batches import Batch
from crmcore.sheets.fields import KNOWN_NAMES
from crmcore.sheets.kinds import Limits

LIMITS = Limits()
# What the file of refused rows has in front of the cells. Its own columns are no data when it is put right and read.
REFUSED_FILE = ("row", "column", "value", "reason")
_CODE = Path(__file__).resolve().parents[2]


def open_sheet(
    source: Path | str | bytes,
    file_name: str | None = None,
    sheet: str | None = None,
    header: bool = True,
    limits: Limits = LIMITS,
) -> "Sheet":
    """Open any spreadsheet, by its path or its bytes; returns once the header and the first rows are known.

    The rest is read meanwhile and may still turn out to be unreadable. Close it, or use it in a `with`.
    Raises BadInput("file" or "sheet") with one sentence.
    """
    if isinstance(source, bytes):
        name = file_name or "The file"
        _check_size(len(source), name, limits)
        draft = tempfile.NamedTemporaryFile(prefix="regulars-upload-")  # noqa: SIM115
        draft.write(source)
        draft.flush()
        return Sheet(Path(draft.name), name, sheet, header, limits, keep=draft)
    path = Path(source)
    name = file_name or path.name
    try:
        if path.is_dir():
            raise BadInput("file", f"{name} is a folder, not a spreadsheet.")
        _check_size(path.stat().st_size, name, limits)
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise BadInput("file", f"There is no file {path}.") from error
    except OSError as error:
        raise BadInput("file", f"{path} can't be opened: {error.strerror}.") from error
    return Sheet(path.resolve(), name, sheet, header, limits)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.size:
        raise BadInput(
            "file",
            f"{name} has {size / 2**20:,.0f} MB, the limit is {limits.size / 2**20:,.0f} MB: split it.",
        )


class Sheet:
    """One sheet of a file: its columns, and its rows in batches. Use `open_sheet`.

    file_name   as the person knows it
    kind        "text", "xlsx", "xlsb", "xls" or "ods"
    sheets      names of the workbook's sheets, those in sight first; empty for text
    name        the sheet that is read; None for text
    header_row  row number of the header, None when the file has none
    headers     titles of the columns; "1", "2", … without a header, "column 3" where one has no title
    """

    def __init__(
        self,
        path: Path,
        file_name: str,
        sheet: str | None,
        header: bool,
        limits: Limits,
        keep: IO[bytes] | None = None,
    ) -> None:
        self.file_name = file_name
        self._path = path
        self._keep = keep
        self._spool = tempfile.TemporaryFile(prefix="regulars-sheet-")  # noqa: SIM115
        self._places: list[tuple[int, int]] = []
        self._rows: int | None = None
        self._failure: Exception | None = None
        self._about: dict[str, Any] | None = None
        self._news = threading.Condition()
        self._child = _start(child.request(path, file_name, sheet, header, KNOWN_NAMES, limits))
        self._end = weakref.finalize(self, _put_away, self._child, self._spool, keep)
        reader = threading.Thread(
            target=_read_child,
            args=(weakref.ref(self), self._child, os.dup(self._spool.fileno())),
            daemon=True,
        )
        reader.start()
        with self._news:
            self._news.wait_for(lambda: self._places or self._rows is not None or self._failure)
        if self._about is None:
            self.close()
            assert self._failure is not None
            raise self._failure
        self.kind: str = self._about["kind"]
        self.sheets: list[str] = self._about["sheets"]
        self.name: str | None = self._about["sheet"]
        self.header_row: int | None = self._about["header_row"]
        headers: list[str] = self._about["headers"]
        self._not_data: int = len(REFUSED_FILE) if tuple(headers[: len(REFUSED_FILE)]) == REFUSED_FILE else 0
        self.headers: list[str] = headers[self._not_data :]
        self._expected: int = self._about["expected_rows"]

    @property
    def titles(self) -> list[str]:
        """The headers, the second of two alike marked (2), so that each names one column."""
        seen: Counter[str] = Counter()
        titles = []
        for header in self.headers:
            seen[header] += 1
            titles.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
        return titles

    @property
    def rows(self) -> int:
        """How many rows hold data; waits until all are read. Raises BadInput when the rest can't be read."""
        with self._news:
            self._news.wait_for(lambda: self._rows is not None or self._failure)
        if self._failure:
            raise self._failure
        assert self._rows is not None
        return self._rows

    @property
    def expected_rows(self) -> int:
        """About how many rows there are, for a progress bar; the true number once all are read."""
        return self._expected if self._rows is None else self._rows

    def batches(self) -> Iterator[Batch]:
        """All rows, from the first; waits for those still being read. Raises BadInput when they can't be."""
        index = 0
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: index < len(self._places) or self._rows is not None or self._failure  # noqa: B023
                )
                if index >= len(self._places):
                    if self._failure:
                        raise self._failure
                    return
                start, length = self._places[index]
            batch = batches.unpack(os.pread(self._spool.fileno(), length, start))
            yield batch.without_first(self._not_data) if self._not_data else batch
            index += 1

    def first(self) -> Batch | None:
        """The first rows, for guesses and samples; None when the sheet has a header and nothing below it."""
        return next(self.batches(), None)

    def place(self, header: str) -> int:
        """Index of the column with this title; BadInput("column") when there is none, or two alike."""
        wanted = header.strip().casefold()
        found = [place for place, title in enumerate(self.headers) if title == header.strip()]
        found = found or [place for place, title in enumerate(self.headers) if title.casefold() == wanted]
        if len(found) > 1:
            places = " and ".join(str(place + 1) for place in found)
            raise BadInput("column", f"Columns {places} of {self.file_name} are both headed {header}: rename one.")
        if not found:
            known = ", ".join(self.headers)
            raise BadInput("column", f"{self.file_name} has no column {header}: its columns are {known}.")
        return found[0]

    def cells(self, rows: set[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """The cells of these rows as they were read, by header; empty ones left out."""
        titles = self.titles
        for batch in self.batches():
            numbers = list(map(int, batch.numbers))
            wanted = [index for index, number in enumerate(numbers) if number in rows]
            columns = [batch.column(place) for place in range(batch.width)] if wanted else []
            for index in wanted:
                cells = zip(titles, (column[index] for column in columns), strict=True)
                yield numbers[index], {title: cell for title, cell in cells if cell}

    def digest(self) -> bytes:
        """SHA-256 of the file."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    def close(self) -> None:
        """End the child if it still reads, and forget the rows."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, **news: Any) -> None:
        with self._news:
            if "place" in news:
                self._places.append(news["place"])
            self._about = news.get("about", self._about)
            self._failure = news.get("failure", self._failure)
            self._rows = news.get("rows", self._rows)
            self._news.notify_all()


def _start(request: str) -> "subprocess.Popen[bytes]":
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "crmcore.sheets.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(_CODE)},
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"The spreadsheet can't be read right now: {error.strerror}.") from error
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(request.encode())
    return process


def _put_away(process: "subprocess.Popen[bytes]", spool: IO[bytes], keep: IO[bytes] | None) -> None:
    process.kill()  # a child that has ended is not harmed
    process.wait()
    spool.close()
    if keep is not None:
        keep.close()


def _read_child(to: "weakref.ref[Sheet]", process: "subprocess.Popen[bytes]", spool: int) -> None:
    """Runs in a thread: moves frames from the child to the spool (its own handle on it) and tells the sheet.

    Holds the sheet only weakly, so that one nobody closed is put away all the same.
    """

    def tell(**news: Any) -> None:
        if (sheet := to()) is not None:
            sheet._tell(**news)

    assert process.stdout is not None
    assert process.stderr is not None
    written = 0
    finished = False
    try:
        for kind, body in batches.read_frames(process.stdout):
            if kind == batches.BATCH:
                os.pwrite(spool, body, written)
                tell(place=(written, len(body)))
                written += len(body)
            elif kind == batches.REFUSED:
                tell(failure=BadInput(*json.loads(body)))
                finished = True
            else:
                answer = json.loads(body)
                finished = "rows" in answer
                tell(**({"rows": answer["rows"]} if finished else {"about": answer}))
        complaint = process.stderr.read().decode(errors="replace")
        code = process.wait()
    except (OSError, ValueError) as error:  # the sheet was closed, or the disk is full
        tell(failure=Unavailable(f"The spreadsheet can't be kept while it is read: {error}."))
        return
    finally:
        os.close(spool)
        process.stdout.close()
        process.stderr.close()
    if not finished:
        tell(failure=_why_it_died(code, complaint))


def _why_it_died(code: int, complaint: str) -> Exception:
    import signal

    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return BadInput("file", "The file takes too long to read: split it, or save it as csv.")
    if code in (child.OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV) or "MemoryError" in complaint:
        return BadInput("file", "The file needs too much memory to read: split it, or save it as csv.")
    if "PanicException" in complaint:
        return BadInput("file", "The file is damaged: open it, save it again and retry.")
    return RuntimeError(f"The reader of spreadsheets ended with {code}:\n{complaint}")
