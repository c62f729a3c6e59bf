"""Everything the Overview shows, from a few statements, however many orders there are.

One scan of the daily sums, folded into spans of days (sql/overview/spans.sql), answers for every figure, its earlier
value and every line; a test holds each figure equal to its own file in sql/metrics.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import add, sub
from typing import Any, NamedTuple

from crmcore.database.gate import ShopSession
from crmcore.metrics.figures import cohorts, top_customers
from crmcore.metrics.measure import Measure, of_numbers
from crmcore.periods import BEGINNING, Period, named

MONTHS = 12  # in the lines by month
COHORTS = 7  # months of first purchase in the cohort map, this one included


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


@dataclass(frozen=True)
class Span:
    """Some days of the books: what happened `within` them, and all that had happened `so_far` at their end."""

    period: Period
    within: Sums
    so_far: Sums
    everything: Sums
    is_open: bool  # the last day is not over yet

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
    "people_on_file": lambda span: {"value": span.everything.people},
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
    """What the Overview shows for the period of `now`, beside `earlier` (None: there is nothing before all time)."""

    now: Span
    earlier: Span | None
    line: list[Span]  # the period in equal steps, the last one maybe shorter
    earlier_line: list[Span]
    step_days: int  # length of a step: 1, 7 or 28 days
    months: list[Span]  # the last months up to the period's end
    this_month: Span  # the calendar month so far, whatever the period
    month_before: Span  # as many days of the month before
    last_30_days: Span
    in_all: Span  # from the beginning up to today
    top: list[dict[str, Any]]
    cohorts: list[dict[str, Any]]

    @property
    def is_empty(self) -> bool:
        """Whether the shop has sold nothing yet."""
        return not (self.in_all.within.purchases or self.in_all.within.returns)


def overview(shop: ShopSession, asked: Period) -> Overview:
    """All of the Overview for a period, fresh. Raises NotAllowed unless the person may see figures."""
    shop.who.must("see figures")
    tomorrow = shop.today + timedelta(days=1)
    compared = asked.compared()
    period = _kept_to_the_books(shop, asked)
    step_days = _step_days(period)
    spans = {
        "now": [period],
        "earlier": [compared] if compared else [],
        "line": list(_steps(period, step_days)),
        "earlier_line": list(_steps(compared, step_days)) if compared else [],
        "months": list(_months(period)),
        "this_month": [named("month", shop.today)],
        "month_before": [named("month", shop.today).compared() or period],
        "last_30_days": [Period(tomorrow - timedelta(days=30), tomorrow)],
        "in_all": [Period(BEGINNING, tomorrow)],
    }
    read = _read(shop, [span for several in spans.values() for span in several])
    told = {name: [read(span) for span in several] for name, several in spans.items()}
    return Overview(
        now=told["now"][0],
        earlier=told["earlier"][0] if compared else None,
        line=told["line"],
        earlier_line=told["earlier_line"],
        step_days=step_days,
        months=_from_the_first_customer(told["months"]),
        this_month=told["this_month"][0],
        month_before=told["month_before"][0],
        last_30_days=told["last_30_days"][0],
        in_all=told["in_all"][0],
        top=top_customers(shop, period).rows,
        cohorts=cohorts(shop, Period(_month_start(period.last, COHORTS - 1), period.until)).rows,
    )


def _read(shop: ShopSession, spans: Iterable[Period]) -> Callable[[Period], Span]:
    """Read the daily sums once, cut at the ends of these spans; returns what tells of each of them."""
    cuts = sorted({cut for span in spans for cut in (span.since, span.until)})
    found = {row[0]: Sums(*row[1:]) for row in shop.run("overview/spans", starts=cuts)}
    running = [found.get(0, Sums())]
    for position in range(1, len(cuts) + 1):
        running.append(_together(add, running[-1], found[position]) if position in found else running[-1])

    def before(day: date) -> Sums:
        return running[bisect_left(cuts, day)]

    def told(span: Period) -> Span:
        within = _together(sub, before(span.until), before(span.since))
        return Span(span, within, before(span.until), running[-1], is_open=span.last >= shop.today)

    return told


def _together(operation: Callable[[Any, Any], Any], left: Sums, right: Sums) -> Sums:
    return Sums(*map(operation, left, right))


def _kept_to_the_books(shop: ShopSession, period: Period) -> Period:
    """The period without the years before the shop's first day."""
    if not period.is_all_time:
        return period
    first_day = shop.run("overview/first_day").scalar()
    return Period(min(max(first_day or shop.today, period.since), period.last), period.until, period.name)


def _step_days(period: Period) -> int:
    """Days in one step of a line: few enough steps to read, and the same for the period it is compared with."""
    if period.days <= 62:
        return 1
    return 7 if period.days <= 731 else 28


def _steps(period: Period, days: int) -> Iterator[Period]:
    since = period.since
    while since < period.until:
        until = min(since + timedelta(days=days), period.until)
        yield Period(since, until)
        since = until


def _months(period: Period) -> Iterator[Period]:
    """The last calendar months up to the period's end; the last of them ends with the period."""
    for ago in range(MONTHS - 1, -1, -1):
        since = _month_start(period.last, ago)
        yield Period(since, min(_month_start(period.last, ago - 1), period.until))


def _month_start(day: date, months_ago: int) -> date:
    months = day.year * 12 + day.month - 1 - months_ago
    return date(months // 12, months % 12 + 1, 1)


def _from_the_first_customer(months: list[Span]) -> list[Span]:
    """Without the months before anything was sold."""
    sold = [bool(month.so_far.purchases or month.so_far.returns) for month in months]
    return months[sold.index(True) :] if True in sold else months[-1:]
