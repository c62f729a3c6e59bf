"""What a report says: a measure, what it is broken down by, which rows count, and of which days. Kept as JSON.

    {"take": "sum", "of": "orders", "column": "revenue", "by": "city", "where": {"kind": ["purchase"]},
     "segment": "0199a2b4-…", "period": "last-90-days"}
    {"take": "figure", "figure": "win_rate", "by": "month", "period": ["2026-01-01", "2026-06-30"]}

A relative period is worked out anew whenever the report is opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from crmcore import metrics, periods, texts
from crmcore.database.gate import Shop
from crmcore.errors import BadInput
from crmcore.metrics.catalogue import ROWS
from crmcore.periods import Period
from crmcore.reports.sources import DAY, MONEY, NUMBER, SOURCES, TEXT, Source

FIGURE, COUNT, SUM, AVERAGE = "figure", "count", "sum", "average"
TAKES = {FIGURE: "A figure", COUNT: "How many", SUM: "Sum", AVERAGE: "Average"}
STEPS = {"day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
PERIODS = {
    "week": "7 days",
    "last-30-days": "Last 30 days",
    "last-90-days": "Last 90 days",
    "month": "This month",
    "last-month": "Last month",
    "last-12-months": "Last 12 months",
    "year": "This year",
    "all": "All time",
}
MOST_STEPS = 120
_LAST_DAYS = {"last-30-days": 30, "last-90-days": 90}


@dataclass(frozen=True)
class Definition:
    """A report, checked. `period`: a key of PERIODS, or the first and last day. `by`: a step of STEPS, a text column,
    or None for one number. `day`: which day of a row places it in time. `where`: for a column, the values that count;
    None stands for rows that say nothing there. `segment`: only rows of customers who are in it when it is opened."""

    take: str
    of: str | None = None
    column: str | None = None
    figure: str | None = None
    by: str | None = None
    day: str | None = None
    where: Mapping[str, list[str | None]] = field(default_factory=dict)
    period: str | tuple[date, date] = "last-12-months"
    segment: UUID | None = None

    @property
    def source(self) -> Source:
        return SOURCES[self.of or ""]

    def days(self, today: date) -> Period:
        """The days it tells of, on the shop's `today`."""
        if not isinstance(self.period, str):
            return periods.between(*self.period)
        if self.period in _LAST_DAYS:
            return periods.last_days(today, _LAST_DAYS[self.period])
        if self.period == "last-12-months":  # whole ones, this one so far included
            last_year = today.replace(day=1) - timedelta(days=330)
            return Period(last_year.replace(day=1), today + timedelta(days=1))
        return periods.named(self.period, today)

    def as_json(self) -> dict[str, Any]:
        """As it is kept; what is not said is left out."""
        said: dict[str, Any] = {
            "take": self.take, "of": self.of, "column": self.column, "figure": self.figure, "by": self.by,
            "day": self.day, "where": dict(self.where) or None, "segment": str(self.segment) if self.segment else None,
            "period": self.period if isinstance(self.period, str) else [one.isoformat() for one in self.period],
        }  # fmt: skip
        return {key: value for key, value in said.items() if value is not None}


def checked(shop: Shop, given: Mapping[str, Any]) -> Definition:
    """The definition `given` as JSON says it. Raises BadInput for what is not there (any more), naming the field."""
    if not isinstance(given, Mapping):
        raise BadInput("report", "This report can't be read. Make it anew.")
    take, period = given.get("take"), _period(given.get("period", "last-12-months"))
    if take == FIGURE:
        return _of_a_figure(shop, given, period)
    if take not in TAKES:
        raise BadInput("take", f"Choose what to show: {', '.join(TAKES.values())}.")
    source = SOURCES.get(given.get("of", ""))
    if source is None:
        raise BadInput("of", "Choose what to count: " + ", ".join(one.label.lower() for one in SOURCES.values()) + ".")
    if source.module is not None and not shop.has(source.module):
        raise BadInput(
            "of", f"{source.label} are switched off in this shop. Switch them on in Settings, or choose others."
        )
    column = None
    if take != COUNT:
        column = source.column(str(given.get("column")), MONEY, NUMBER, field="column").key
    by = given.get("by")
    if by is not None and by not in STEPS:
        by = source.column(str(by), TEXT, field="by").key
    day = source.column(str(given.get("day") or next(iter(source.of_kind(DAY)))), DAY, field="day").key
    where, segment = _where(source, given.get("where") or {}), _segment(source, given.get("segment"))
    return Definition(take, source.key, column, None, by, day, where, period, segment)


def _of_a_figure(shop: Shop, given: Mapping[str, Any], period: str | tuple[date, date]) -> Definition:
    known = {one.key: one for one in metrics.of_shop(shop)}.get(given.get("figure", ""))
    if known is None:
        raise BadInput("figure", f"There is no figure “{given.get('figure')}” in this shop any more. Choose another.")
    by = given.get("by")
    if by is not None and (by not in STEPS or known.unit == ROWS or known.today is not None):
        raise BadInput(
            "by", f"“{known.label}” can't be broken down that way. Leave it whole, or choose another figure."
        )
    if given.get("where") or given.get("segment"):
        raise BadInput("where", "A figure counts all it is defined by. To leave something out, count or add up rows.")
    return Definition(FIGURE, figure=known.key, by=by, period=period)


def _period(given: Any) -> str | tuple[date, date]:
    if isinstance(given, str) and given in PERIODS:
        return given
    try:
        first, last = (date.fromisoformat(str(one)) for one in given)
    except (TypeError, ValueError):
        raise BadInput(
            "period", f"Choose the days: {', '.join(PERIODS.values())}, or a first and a last day."
        ) from None
    periods.between(first, last)
    return first, last


def _where(source: Source, given: Any) -> dict[str, list[str | None]]:
    if not isinstance(given, Mapping):
        raise BadInput("where", "These filters can't be read. Choose them anew.")
    where: dict[str, list[str | None]] = {}
    for key, values in given.items():
        source.column(str(key), TEXT, field="where")
        if not isinstance(values, list) or not all(value is None or _is_text(value) for value in values):
            raise BadInput("where", "These filters can't be read. Choose them anew.")
        if values:
            where[key] = values
    return where


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and texts.can_be_asked_for(value)


def _segment(source: Source, given: Any) -> UUID | None:
    if not given:
        return None
    if not source.is_of_customers:
        raise BadInput("segment", f"{source.label} are in no segment: segments are made of customers. Take it out.")
    try:
        return UUID(str(given))
    except ValueError:
        raise BadInput("segment", "This segment can't be read. Choose it anew.") from None


def steps(period: Period, step: str) -> list[Period]:
    """The period cut into days, weeks (from Monday), months, quarters or years; the first and last may be cut short.

    Raises BadInput(by) when these are too many to read.
    """
    found: list[Period] = []
    since = period.since
    while since < period.until:
        if len(found) == MOST_STEPS:
            raise BadInput("by", f"That is more than {MOST_STEPS} steps. Choose larger ones, or fewer days.")
        until = min(_next(since, step), period.until)
        found.append(Period(since, until))
        since = until
    return found


def beginning(day: date, step: str) -> date:
    """The first day of the step this day lies in."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    if step == "month":
        return day.replace(day=1)
    if step == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if step == "year" else day


def _next(day: date, step: str) -> date:
    first = beginning(day, step)
    length = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[step]
    return beginning(first + timedelta(days=length), step)
