"""Periods: whole days in the shop's time zone, and the days they are compared with.

A period begins with the day `since` and ends before the day `until`; people see its first and last day. Windows that
are compared always have the same number of days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crmcore.errors import BadInput

# Names a period goes by, and what people read.
NAMES = {
    "week": "7 days",
    "month": "This month",
    "last-month": "Last month",
    "year": "This year",
    "all": "All time",
}
DEFAULT = "month"

# No order may lie before this day (orders.record refuses it), so "all time" begins here.
BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days from `since` up to, but not including, `until`. `name`: a key of NAMES, or "" for any other days."""

    since: date
    until: date
    name: str = ""

    def __post_init__(self) -> None:
        if self.until <= self.since:
            raise BadInput("period", "The period ends before it begins. Swap its first and last day.")

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.until - timedelta(days=1)

    @property
    def is_all_time(self) -> bool:
        return self.name == "all" or self.since <= BEGINNING

    def previous(self) -> "Period":
        """The period of equal length just before this one."""
        length = min(self.days, (self.since - date.min).days)
        return Period(self.since - timedelta(days=max(length, 1)), self.since)

    def compared(self) -> "Period | None":
        """The days a page shows this period beside; None for all time, which has nothing before it.

        A month or year so far stands beside the same number of first days of the month or year before; where that has
        fewer days, and for every other period, beside the period of equal length just before.
        """
        if self.is_all_time:
            return None
        if self.name in ("month", "year"):
            first = (self.since - timedelta(days=1)).replace(day=1)
            if self.name == "year":
                first = first.replace(month=1)
            if first + timedelta(days=self.days) <= self.since:
                return Period(first, first + timedelta(days=self.days))
        return self.previous()

    def in_words(self, today: date, *, short: bool = False) -> str:
        """Like 1–20 November, 28 October – 3 November, 1–31 December 2025; `short` shortens the months."""
        month = "%b" if short else "%B"
        if self.is_all_time:
            return "all time" if self.last >= today else f"all time up to {_day(self.last, month, today.year)}"
        if self.days == 1:
            return _day(self.since, month, today.year)
        end = _day(self.last, month, today.year)
        if (self.since.year, self.since.month) == (self.last.year, self.last.month):
            return f"{self.since.day}–{end}"
        return f"{_day(self.since, month, self.last.year)} – {end}"


def named(name: str, today: date) -> Period:
    """The period that goes by `name`, a key of NAMES, on the shop's `today`; it never reaches past today."""
    tomorrow = today + timedelta(days=1)
    month = today.replace(day=1)
    if name == "week":
        return Period(tomorrow - timedelta(days=7), tomorrow, name)
    if name == "month":
        return Period(month, tomorrow, name)
    if name == "last-month":
        return Period((month - timedelta(days=1)).replace(day=1), month, name)
    if name == "year":
        return Period(today.replace(month=1, day=1), tomorrow, name)
    if name == "all":
        return Period(BEGINNING, tomorrow, name)
    raise BadInput("period", f"“{name}” is not a period. Use one of: {', '.join(NAMES)}.")


def between(first: date, last: date) -> Period:
    """The days from `first` to `last`, both included. Raises BadInput if they are the wrong way round."""
    if last < first:
        raise BadInput("period", f"The period ends on {last}, before it begins on {first}. Swap the two days.")
    return Period(first, last + timedelta(days=1))


def last_days(today: date, days: int) -> Period:
    """The last so many days, today included."""
    return Period(today - timedelta(days=days - 1), today + timedelta(days=1))


def calendar_month(day: date) -> Period:
    """The whole calendar month `day` lies in."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))


def step_days(period: Period) -> int:
    """Days in one step of a line: few enough steps to read, and the same for the period it is compared with."""
    if period.days <= 62:
        return 1
    return 7 if period.days <= 731 else 28


def in_steps(period: Period) -> Iterator[Period]:
    """Steps that end with the period; the first is what is left over, so that the newest are whole."""
    days = step_days(period)
    since = period.since
    while since < period.until:
        until = period.until - timedelta(days=((period.until - since).days - 1) // days * days)
        yield Period(since, until)
        since = until


def _day(day: date, month: str, year_taken_for_granted: int) -> str:
    year = "" if day.year == year_taken_for_granted else f" {day.year}"
    return f"{day.day} {day.strftime(month)}{year}"
