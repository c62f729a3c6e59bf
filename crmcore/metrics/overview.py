"""Everything the Overview shows, from one statement, however many orders there are.

It folds the daily sums into spans of days (sql/overview/overview.sql), which answer for every figure, its earlier value
and every line; a test holds each equal to its own file in sql/metrics. Nothing is added up before a page asks for it.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from operator import add, sub
from typing import Any, NamedTuple
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.metrics.measure import Measure, of_numbers
from crmcore.periods import Period, in_steps, last_days, named, step_days

MONTHS = 12  # in the lines by month, at most
COHORTS = 7  # months of first purchase in the cohort map, the last one included


class Sums(NamedTuple):
    """Sums over some days; sql/views/truth.sql says what each means."""

    people: Any = 0
    purchases: Any = 0
    returns: Any = 0
    revenue: Any = 0
    purchase_revenue: Any = 0
    anonymous_revenue: Any = 0
    customer_purchases: Any = 0
    customer_revenue: Any = 0
    new_revenue: Any = 0
    buyers: Any = 0
    became_repeat: Any = 0


class Books:
    """The daily sums cut at some days: all that happened before each of them."""

    def __init__(self, cuts: list[date], spans: str | None) -> None:
        self._cuts, self._spans = cuts, spans

    @cached_property
    def _so_far(self) -> list[Sums]:
        """All sums before the first cut, before the second, and so on; the last holds everything."""
        parts = {row.pop("span"): Sums(**row) for row in _rows(self._spans)}
        in_order = (parts.get(span, Sums()) for span in range(len(self._cuts) + 1))
        return list(accumulate(in_order, lambda before, part: Sums(*map(add, before, part))))

    def before(self, cut: date) -> Sums:
        return self._so_far[bisect_left(self._cuts, cut)]

    @property
    def everything(self) -> Sums:
        return self._so_far[-1]


@dataclass(frozen=True)
class Span:
    """Some days of the books."""

    period: Period
    books: Books
    is_open: bool  # the last of these days is not over yet

    @cached_property
    def within(self) -> Sums:
        """What happened in these days."""
        return Sums(*map(sub, self.so_far, self.books.before(self.period.since)))

    @property
    def so_far(self) -> Sums:
        """All that had happened at their end."""
        return self.books.before(self.period.until)

    def measure(self, key: str) -> Measure:
        """A figure of the catalogue, if it is one that daily sums give."""
        return of_numbers(key, self.period, _NUMBERS[key](self))

    @property
    def returning_revenue(self) -> Any:
        """What customers spent after the month of their first purchase."""
        return self.within.customer_revenue - self.within.new_revenue

    @property
    def given_back(self) -> Any:
        """Money that left with returns."""
        return self.within.purchase_revenue - self.within.revenue


# What each figure is made of: the same sums as in sql/metrics/<key>.sql.
_NUMBERS: dict[str, Callable[[Span], Mapping[str, Any]]] = {
    "revenue": lambda span: {"value": span.within.revenue},
    "orders": lambda span: {"value": span.within.purchases},
    "average_order": lambda span: {"part": span.within.purchase_revenue, "whole": span.within.purchases},
    "anonymous_share": lambda span: {"part": span.within.anonymous_revenue, "whole": span.within.revenue},
    "returns": lambda span: {"value": span.within.returns},
    "people_on_file": lambda span: {"value": span.books.everything.people},
    "customers": lambda span: {"value": span.so_far.buyers},
    "repeat_customers": lambda span: {"value": span.so_far.became_repeat},
    "repeat_rate": lambda span: {"part": span.so_far.became_repeat, "whole": span.so_far.buyers},
    "new_customers": lambda span: {"value": span.within.buyers},
    "average_ltv": lambda span: {"part": span.so_far.customer_revenue, "whole": span.so_far.buyers},
    "purchase_frequency": lambda span: {"part": span.so_far.customer_purchases, "whole": span.so_far.buyers},
}
FROM_SUMS = tuple(_NUMBERS)


@dataclass(frozen=True)
class Overview:
    """What the Overview shows for a period; every span of it reads the same books."""

    today: date
    period: Period
    compared: Period | None  # None: there is nothing before all time
    books: Books
    _top: str | None
    _cohorts: str | None

    @cached_property
    def now(self) -> Span:
        return self._span(self.period)

    @cached_property
    def earlier(self) -> Span | None:
        return self._span(self.compared) if self.compared else None

    @cached_property
    def line(self) -> list[Span]:
        """The period in steps of equal length; the first one may be shorter."""
        return [self._span(step) for step in in_steps(self.period)]

    @cached_property
    def earlier_line(self) -> list[Span]:
        return [self._span(step) for step in in_steps(self.compared)] if self.compared else []

    @property
    def step_days(self) -> int:
        """Length of a step: 1, 7 or 28 days."""
        return step_days(self.period)

    @cached_property
    def months(self) -> list[Span]:
        """The last months up to the period's end, without those before anything was sold."""
        months = [self._span(month) for month in _months(self.period)]
        sold = [bool(month.so_far.purchases or month.so_far.returns) for month in months]
        return months[sold.index(True) :] if True in sold else months[-1:]

    @cached_property
    def this_month(self) -> Span:
        """The calendar month so far, whatever the period."""
        return self._span(named("month", self.today))

    @cached_property
    def month_before(self) -> Span:
        """As many days of the month before."""
        return self._span(_month_before(self.today))

    @cached_property
    def last_30_days(self) -> Span:
        return self._span(last_days(self.today, 30))

    @cached_property
    def in_all(self) -> Span:
        """From the beginning of the books up to today."""
        return self._span(named("all", self.today))

    @cached_property
    def top(self) -> list[dict[str, Any]]:
        """As metrics.figures.top_customers."""
        return [{**row, "customer_id": UUID(row["customer_id"])} for row in _rows(self._top)]

    @cached_property
    def cohorts(self) -> dict[date, dict[date, int]]:
        """For each of the last months, how many of its new customers bought in it and in each later month."""
        found: dict[date, dict[date, int]] = {}
        for row in _rows(self._cohorts):
            months = found.setdefault(date.fromisoformat(row["cohort"]), {})
            months[date.fromisoformat(row["month"])] = row["buyers"]
        return found

    @property
    def has_sales(self) -> bool:
        """Whether there is anything to see in the period, and in the months up to its end."""
        sold = any(month.within.purchases or month.within.returns for month in self.months)
        return sold and bool(self.now.within.purchases or self.now.within.returns)

    def _span(self, period: Period) -> Span:
        return Span(period, self.books, is_open=period.last >= self.today)


def has_sold(shop: ShopSession) -> bool:
    """Whether there is anything to show yet."""
    shop.who.must("see figures")
    return bool(shop.run("overview/has_sold").scalar())


def last_day(shop: ShopSession) -> date | None:
    """The last day on which anything was sold or came back."""
    shop.who.must("see figures")
    found: date | None = shop.run("overview/last_day").scalar()
    return found


def overview(shop: ShopSession, asked: Period) -> Overview:
    """All of the Overview for a period, fresh. Raises NotAllowed unless the person may see figures."""
    shop.who.must("see figures")
    compared, today = asked.compared(), shop.today
    period = _kept_to_the_books(shop, asked)
    spoken_of = [
        *in_steps(period),
        *(in_steps(compared) if compared else ()),
        *_months(period),
        named("month", today),
        _month_before(today),
        last_days(today, 30),
        named("all", today),
    ]
    cuts = sorted({cut for span in spoken_of for cut in (span.since, span.until)})
    spans, top, cohorts = shop.run(
        "overview/overview",
        cuts="{" + ",".join(map(str, cuts)) + "}",
        cohorts_since=_month_start(period.last, COHORTS - 1),
        until=period.until,
    ).one()
    return Overview(today, period, compared, Books(cuts, spans), top, cohorts)


def _rows(text: str | None) -> list[dict[str, Any]]:
    """A list the statement gave as JSON, its amounts exact."""
    rows: list[dict[str, Any]] = json.loads(text, parse_float=Decimal) if text else []
    return rows


def _kept_to_the_books(shop: ShopSession, period: Period) -> Period:
    """The period without the years before the shop's first day."""
    if not period.is_all_time:
        return period
    first_day = shop.run("overview/first_day").scalar()
    return Period(min(max(first_day or shop.today, period.since), period.last), period.until, period.name)


def _months(period: Period) -> Iterator[Period]:
    """The last calendar months up to the period's end; the last of them ends with the period."""
    for ago in range(MONTHS - 1, -1, -1):
        since = _month_start(period.last, ago)
        yield Period(since, min(_month_start(period.last, ago - 1), period.until))


def _month_start(day: date, months_ago: int) -> date:
    months = day.year * 12 + day.month - 1 - months_ago
    return date(months // 12, months % 12 + 1, 1)


def _month_before(today: date) -> Period:
    """As many days of the month before as this one has so far."""
    this_month = named("month", today)
    return this_month.compared() or this_month.previous()
