"""csv, tsv, txt and whatever else separates cells by a mark: encoding, separator, quotes, line ends."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crmcore.sheets.kinds import Limits

BLANKS = " "
_MARKS = (",", ";", "\t", "|", "¬", "^", "~")
_SAMPLE_LINES = 60
_SAMPLE_SIZE = 2**18


def rows_of(path: Path, limits: Limits) -> tuple[int, int, Iterator[list[str]]]:
    """The number of the first row as a spreadsheet program counts, about how many there are, and the rows.

    The csv module's own Error comes out of the iteration; `why` puts it into words.
    """
    csv.field_size_limit(limits.cell)
    file = path.open(encoding=encoding_of(path), newline="", errors="replace")
    sample = file.read(_SAMPLE_SIZE)
    file.seek(0)
    mark = separator_of(sample)
    lines = max(sample.count("\n"), sample.count("\r"), 1)
    expected = lines * path.stat().st_size // max(len(sample.encode(errors="replace")), 1)
    first = 1
    if sample[:4].lower() == "sep=":
        file.readline()
        first = 2
    if mark == BLANKS:
        return first, expected, map(str.split, file)
    return first, expected, csv.reader(file, delimiter=mark)


def why(error: csv.Error) -> str:
    if "field limit" in str(error):
        return 'a quote (") is opened there and never closed.'
    return f"{error}."


def encoding_of(path: Path) -> str:
    """utf-8 when all of it is, utf-16 by its mark or its zeros, else the western code page."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start:
            return "utf-16-be" if start[0::2].count(0) > start[1::2].count(0) else "utf-16-le"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(2**20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "regulars-western"
    return "utf-8-sig"


def _western(name: str) -> codecs.CodecInfo | None:
    """cp1252 where it is defined; its five holes are read as latin-1, so that every byte means something."""
    if name != "regulars_western":
        return None
    table = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))

    class Decoder(codecs.IncrementalDecoder):
        def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]
            return codecs.charmap_decode(data, self.errors, table)[0]

    return codecs.CodecInfo(
        encode=codecs.lookup("cp1252").encode,
        decode=lambda data, errors="strict": codecs.charmap_decode(bytes(data), errors, table),
        incrementalencoder=codecs.lookup("cp1252").incrementalencoder,
        incrementaldecoder=Decoder,
        name="regulars-western",
    )


codecs.register(_western)


def separator_of(sample: str) -> str:
    """The mark that cuts the first lines into equally many cells; BLANKS for columns lined up by spaces."""
    first = sample.partition("\n")[0]
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4]
    best, best_score = ",", 0.0
    for mark in _MARKS:
        widths = [len(row) for row in _first_rows(sample, mark) if any(row)]
        score = _evenness(widths)
        if score > best_score:
            best, best_score = mark, score
    if best_score:
        return best
    lines = [line.split() for line in sample.splitlines()[:_SAMPLE_LINES] if line.strip()]
    if lines and (_is_word(lines[0]) or all(map(_is_one_number, lines))):
        return ","  # one column, of phone numbers written with blanks
    even = Counter(len(line) for line in lines).most_common(1)
    numbers = sum(bool(re.fullmatch(r"[-0-9.,/:]+", cell)) for line in lines for cell in line)
    if even and even[0][0] > 1 and even[0][1] >= 0.9 * len(lines) and numbers > 0.3 * sum(map(len, lines)):
        return BLANKS
    return ","


def _is_word(cells: list[str]) -> bool:
    return len(cells) == 1 and cells[0].isalpha()


def _is_one_number(cells: list[str]) -> bool:
    """Whether a line is one phone number: so many digits, and a + or 0 in front, or groups of four and more."""
    digits = sum(map(len, cells))
    plain = all(cell.lstrip("+").isdigit() for cell in cells)
    return plain and 9 <= digits <= 14 and (cells[0][0] in "+0" or min(map(len, cells)) >= 4)


def _first_rows(sample: str, mark: str) -> list[list[str]]:
    lines = sample.splitlines(keepends=True)
    if len(sample) >= _SAMPLE_SIZE:
        lines.pop()
    reader = csv.reader(lines, delimiter=mark)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == _SAMPLE_LINES:
                break
    except csv.Error:
        return rows
    return rows


def _evenness(widths: list[int]) -> float:
    """How well a separator fits: lines of the usual width, more when the first lines are such, more when wide."""
    if not widths:
        return 0.0
    usual, count = Counter(widths).most_common(1)[0]
    if usual < 2:
        wide = [width for width in widths if width > 1]
        usual, count = Counter(wide).most_common(1)[0] if wide else (1, 0)
    if usual < 2:
        return 0.0
    return count / len(widths) + (0.3 if widths[0] == usual else 0.0) + min(usual, 30) / 1000
