"""Which row names the columns: the first that looks like names and not like data."""

import re
import unicodedata
from collections.abc import Sequence
from statistics import median

LOOK_AT = 60  # rows a header is judged by
LATEST = 20  # the header is one of the first so many rows that hold anything

_DATA = re.compile(
    r"""
    \s*[-+(]?\s*[^\w\s]?\s*[0-9][0-9\s.,'()/%:-]*      # number, amount, phone, date, time
    | [0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*                 # moment
    | \+[0-9 ()-]{6,}
    | [^@\s]+@[^@\s]+\.[^@\s]+
    | true | false | yes | no
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def squeeze(header: str) -> str:
    """A header as it is compared: "Mobile No." and "mobileNo" are both mobileno."""
    plain = unicodedata.normalize("NFKD", header)
    return "".join(mark for mark in plain if mark.isalnum()).casefold()


def tidy(header: str) -> str:
    """A header as it is shown: one line, single blanks."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in header).split())


def find_header(rows: Sequence[Sequence[str]], known: frozenset[str]) -> int | None:
    """Index of the header among the first rows (blank ones left out), or None if none looks like one.

    `known`: squeezed names of fields; a row that holds two of them wins over an earlier row that holds none,
    such as a title, a line of settings, or group names above the real header.
    """
    best, best_known = None, 1
    seen_data = False
    for index, row in enumerate(rows[:LATEST]):
        names = [cell.strip() for cell in row if cell.strip()]
        hits = len({squeeze(name) for name in names} & known)
        data = any(_DATA.fullmatch(name) for name in names)
        wide = len(names) >= 0.5 * _usual_width(rows[index + 1 :] or rows[index:])
        if hits > best_known and not data:
            best, best_known = index, hits
        elif best is None and wide and not data and not seen_data:
            best = index
        seen_data = seen_data or (data and wide)
    return best


def _usual_width(rows: Sequence[Sequence[str]]) -> float:
    widths = [width for row in rows[:LOOK_AT] if (width := sum(bool(cell.strip()) for cell in row))]
    return median(widths) if widths else 1
