"""What came of contacts: by upload, by person, for a period of uploads; and when people pick up the phone."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.exports import Table
from crmcore.periods import Period

ENOUGH = 50  # calls; with fewer a best time would be chance
ENOUGH_AT_ONCE = 10  # calls in an hour, or on a weekday, that is compared with others

BY_HAND, NOBODY = "Added by hand", "Nobody yet"


@dataclass(frozen=True)
class Result:
    """One line of the report. `key`: of an upload or a person, None for neither. `value`: of the converting orders, as
    they are now."""

    key: UUID | None
    name: str
    at: datetime | None
    uploaded: int
    pending: int
    contacted: int
    yellow: int
    converted: int
    value: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Converted of all, in percent."""
        return 100 * Decimal(self.converted) / self.uploaded if self.uploaded else None

    @property
    def average(self) -> Decimal | None:
        """What a converted one brought in."""
        return self.value / self.converted if self.converted else None


@dataclass(frozen=True)
class When:
    """How many of so many calls were answered. `at`: an hour from 0, or a weekday from 1, Monday."""

    at: int
    calls: int
    answered: int


@dataclass(frozen=True)
class Answering:
    """When people pick up: by hour and by weekday, in their order. `best_hour`, `best_weekday`: None without enough
    calls to tell."""

    calls: int
    by_hour: list[When]
    by_weekday: list[When]
    best_hour: When | None
    best_weekday: When | None


def by_upload(
    shop: ShopSession, period: Period, *, upload: UUID | None = None, assigned_to: UUID | None = None
) -> list[Result]:
    """What came of each upload of the period, newest first; of one upload or one person only, if they are given."""
    return _results(shop, "contacts/results_by_upload", BY_HAND, period, upload, assigned_to)


def by_person(
    shop: ShopSession, period: Period, *, upload: UUID | None = None, assigned_to: UUID | None = None
) -> list[Result]:
    """What came of the contacts of the period with whom they are now, by name; as `by_upload`."""
    return _results(shop, "contacts/results_by_staff", NOBODY, period, upload, assigned_to)


def in_all(results: Iterable[Result]) -> Result:
    """The sum of these lines."""
    lines = list(results)
    counts = {name: sum(getattr(one, name) for one in lines) for name in _COUNTS}
    return Result(None, "In all", None, **counts, value=sum((one.value for one in lines), Decimal(0)))


def answering(shop: ShopSession, period: Period) -> Answering:
    """When the calls of the period were answered, by the shop's own clock: those with an outcome, to whomever."""
    shop.who.must("see figures")
    days = {"since": period.since, "until": period.until}
    rows = shop.rows("contacts/answered_calls", **days, zone=shop.shop.timezone)
    by_hour, by_weekday = _summed(rows, "hour"), _summed(rows, "weekday")
    calls = sum(row["calls"] for row in rows)
    is_enough = calls >= ENOUGH
    return Answering(
        calls, by_hour, by_weekday, _best(by_hour) if is_enough else None, _best(by_weekday) if is_enough else None
    )


def results_table(
    shop: ShopSession, period: Period, *, upload: UUID | None = None, assigned_to: UUID | None = None
) -> Table:
    """The report to take away: by upload, then by person, each with its sum."""
    uploads = by_upload(shop, period, upload=upload, assigned_to=assigned_to)
    people = by_person(shop, period, upload=upload, assigned_to=assigned_to)
    rows = [
        {"of": of, "line": line}
        for of, lines in (("Upload", uploads), ("Person", people))
        for line in (*lines, in_all(lines))
    ]

    def cell(read: Callable[[Result], Any]) -> Callable[[Any], Any]:
        return lambda row: read(row["line"])

    columns: list[tuple[str, Callable[[Any], Any]]] = [
        ("By", itemgetter("of")),
        ("Name", cell(lambda one: one.name)),
        ("Uploaded", cell(lambda one: one.uploaded)),
        ("Pending", cell(lambda one: one.pending)),
        ("Contacted", cell(lambda one: one.contacted)),
        ("Visited, did not buy", cell(lambda one: one.yellow)),
        ("Converted", cell(lambda one: one.converted)),
        ("Conversion (%)", cell(lambda one: None if one.rate is None else round(one.rate, 2))),
        (f"Value ({shop.shop.currency})", cell(lambda one: one.value)),
        (f"Average ({shop.shop.currency})", cell(lambda one: None if one.average is None else round(one.average, 2))),
    ]
    return Table("contact results", columns, rows, {"from": str(period.since), "to": str(period.last)})


_COUNTS = ("uploaded", "pending", "contacted", "yellow", "converted")


def _results(
    shop: ShopSession, file: str, unnamed: str, period: Period, upload: UUID | None, assigned_to: UUID | None
) -> list[Result]:
    shop.who.must("see figures")
    days = {"since": period.since, "until": period.until}
    rows = shop.rows(file, **days, upload=upload, assigned_to=assigned_to)
    return [Result(**{**row, "name": row["name"] or unnamed}) for row in rows]


def _summed(rows: Iterable[RowMapping], key: str) -> list[When]:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        sums[row[key]][0] += row["calls"]
        sums[row[key]][1] += row["answered"]
    return [When(at, *sums[at]) for at in sorted(sums)]


def _best(times: Iterable[When]) -> When | None:
    """The one with the largest share answered, among those with enough calls; of two alike the one with more calls."""
    known = [one for one in times if one.calls >= ENOUGH_AT_ONCE]
    return max(known, key=lambda one: (one.answered / one.calls, one.calls), default=None)
