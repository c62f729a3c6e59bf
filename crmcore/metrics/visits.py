"""Everything the Visits page shows, from one statement, however many visits there are.

Of all visits it reads daily sums (sql/visits/figures.sql); of those of one sales rep, or about one product, the visits
themselves (sql/visits/figures_of_some.sql). A test holds each figure equal to its own file in sql/metrics.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.metrics.measure import Measure, measure, of_numbers
from crmcore.periods import Period, in_steps, last_days, step_days

LAST_DAYS, LAST_WEEKS = 14, 8  # in the courses of visits today and of the last 7 days
FIGURES = ("visits_today", "visits_week", "revisit_rate", "returning_visitors", "visit_conversion", "reviews")
STAGES = ("visited", "interested", "quoted", "purchased")


@dataclass(frozen=True)
class Step:
    """A step of a line: its days and their visits."""

    period: Period
    visits: int


@dataclass(frozen=True)
class VisitFigures:
    """What the Visits page shows for a period; the Measures are those of the catalogue.

    `by_type`, `by_purpose`, `by_interest`: visits by the keys of visits.VISIT_TYPES, PURPOSES and INTERESTS, and by
    None where nobody said. `by_hour`: visits by (weekday, hour), Monday 1. `funnel`: visitors by the STAGES.
    """

    today: date
    period: Period
    compared: Period | None  # None: there is nothing before all time
    now: dict[str, Measure]
    earlier: dict[str, Measure]
    courses: dict[str, list[float]]
    line: list[Step]
    earlier_line: list[Step]
    visits: int
    earlier_visits: int
    by_hour: dict[tuple[int, int], int]
    by_type: dict[str | None, int]
    by_purpose: dict[str | None, int]
    by_interest: dict[str | None, int]
    funnel: dict[str, int]

    @property
    def step_days(self) -> int:
        """Length of a step: 1, 7 or 28 days."""
        return step_days(self.period)

    @property
    def is_open(self) -> bool:
        """Whether the period's last day is not over yet."""
        return self.period.last >= self.today


class _Sums:
    """The daily sums cut at some days: visits, visitors and revisitors before each of them."""

    def __init__(self, cuts: list[date], rows: list[dict[str, int]]) -> None:
        parts = {row["span"]: (row["visits"], row["visitors"], row["revisitors"]) for row in rows}
        in_order = (parts.get(span, (0, 0, 0)) for span in range(len(cuts) + 1))
        so_far = accumulate(in_order, lambda before, part: tuple(map(sum, zip(before, part, strict=True))))
        self._before = dict(zip(cuts, so_far, strict=False))

    def visits(self, period: Period) -> int:
        return int(self._before[period.until][0] - self._before[period.since][0])

    def revisit_rate(self, period: Period) -> Measure:
        _, visitors, revisitors = self._before[period.until]
        return of_numbers("revisit_rate", period, {"part": revisitors, "whole": visitors})


def has_visits(shop: ShopSession) -> bool:
    """Whether there is any visit yet."""
    return last_visit_day(shop) is not None


def last_visit_day(shop: ShopSession) -> date | None:
    """The day of the latest visit."""
    shop.who.must("see figures")
    found: date | None = shop.run("visits/last_day").scalar()
    return found


def visit_figures(
    shop: ShopSession, asked: Period, *, rep: UUID | None = None, product: UUID | None = None
) -> VisitFigures:
    """All of the Visits page for a period, fresh: of all visits, or of those a sales rep handled, or about a product.

    Raises NotAllowed unless the person may see figures.
    """
    shop.who.must("see figures")
    compared, period, today = asked.compared(), _kept_to_the_books(shop, asked), shop.today
    earlier = compared or Period(period.since - timedelta(days=1), period.since)
    days, weeks = list(_last(today, 1, LAST_DAYS)), list(_last(today, 7, LAST_WEEKS))
    line, earlier_line = list(in_steps(period)), list(in_steps(compared)) if compared else []
    spoken_of = [period, earlier, *days, *weeks, *line, *earlier_line]
    cuts = sorted({cut for span in spoken_of for cut in (span.since, span.until)})
    bounds = {
        "cuts": "{" + ",".join(map(str, cuts)) + "}",
        "since": asked.since,
        "until": asked.until,
        "earlier_since": earlier.since if compared else asked.since,
        "earlier_until": earlier.until if compared else asked.since,
    }
    if rep is None and product is None:
        told = shop.row("visits/figures", **bounds)
    else:
        told = shop.row("visits/figures_of_some", **bounds, rep=rep, product=product)
    sums = _Sums(cuts, _json(told["spans"]) or [])
    now = {
        "visits_today": of_numbers("visits_today", days[-1], {"value": sums.visits(days[-1])}),
        "visits_week": of_numbers("visits_week", weeks[-1], {"value": sums.visits(weeks[-1])}),
        "revisit_rate": sums.revisit_rate(period),
        **_rates(period, _json(told["funnel"]), _json(told["reviews"])),
    }
    before = {
        "visits_today": of_numbers("visits_today", days[-2], {"value": sums.visits(days[-2])}),
        "visits_week": of_numbers("visits_week", weeks[-2], {"value": sums.visits(weeks[-2])}),
    }
    if compared:
        before["revisit_rate"] = sums.revisit_rate(compared)
        before |= _rates(compared, _json(told["earlier"]), _json(told["earlier_reviews"]))
    visitors = _json(told["days"]) or []
    hours = _json(told["hours"]) or []
    return VisitFigures(
        today=today,
        period=period,
        compared=compared,
        now=now,
        earlier=before,
        courses={
            "visits_today": [sums.visits(day) for day in days],
            "visits_week": [sums.visits(week) for week in weeks],
            "revisit_rate": _known(sums.revisit_rate(step) for step in line),
            "returning_visitors": [100 * day["returned"] / day["visitors"] for day in visitors],
            "visit_conversion": [100 * day["bought"] / day["visitors"] for day in visitors],
        },
        line=[Step(step, sums.visits(step)) for step in line],
        earlier_line=[Step(step, sums.visits(step)) for step in earlier_line],
        visits=sums.visits(period),
        earlier_visits=sums.visits(compared) if compared else 0,
        by_hour={(row["weekday"], row["hour"]): row["visits"] for row in hours},
        by_type=_by(hours, ("walk-in", "scheduled", "follow-up", "delivery")),
        by_purpose=_by(hours, ("browsing", "purchase_intent", "complaint", "service")),
        by_interest=_by(hours, ("high", "medium", "low", "not_interested")),
        funnel={stage: int(_json(told["funnel"])[stage]) for stage in STAGES},
    )


def rep_results(
    shop: ShopSession, period: Period, *, rep: UUID | None = None, product: UUID | None = None
) -> Measure:
    """As metrics.figures.rep_results, or of one sales rep, or of one product: visits about it, sales that hold it."""
    if rep is None and product is None:
        return measure(shop, "rep_results", period)
    shop.who.must("see figures")
    given = {"since": period.since, "until": period.until, "rep": rep, "product": product}
    return Measure("rep_results", period, rows=[dict(row) for row in shop.rows("visits/rep_results_of_some", **given)])


def _rates(period: Period, visitors: Mapping[str, int], reviews: Mapping[str, Any]) -> dict[str, Measure]:
    """The figures of a period's visitors and reviews."""
    whole = visitors["visited"]
    return {
        "returning_visitors": of_numbers(
            "returning_visitors", period, {"part": visitors["returned"], "whole": whole}
        ),
        "visit_conversion": of_numbers("visit_conversion", period, {"part": visitors["bought"], "whole": whole}),
        "reviews": of_numbers(
            "reviews", period, {"part": reviews["answered"], "whole": reviews["requested"], "rows": [reviews]}
        ),
    }


def _by(hours: list[dict[str, int]], known: tuple[str, ...]) -> dict[str | None, int]:
    """Visits by each of the known words, and by None where nobody said."""
    found: dict[str | None, int] = {word: sum(row[word.replace("-", "_")] for row in hours) for word in known}
    found[None] = sum(row["visits"] for row in hours) - sum(found.values())
    return found if found[None] else {word: visits for word, visits in found.items() if word is not None}


def _known(rates: Iterator[Measure]) -> list[float]:
    return [float(rate.value) for rate in rates if rate.value is not None]


def _last(today: date, days: int, times: int) -> Iterator[Period]:
    """The last so many days up to today, and those before them, so many times, oldest first."""
    for ago in range(times - 1, -1, -1):
        yield last_days(today - timedelta(days=days * ago), days)


def _kept_to_the_books(shop: ShopSession, period: Period) -> Period:
    """The period without the years before the first visit."""
    if not period.is_all_time:
        return period
    first_day = shop.run("visits/first_day").scalar()
    return Period(min(max(first_day or shop.today, period.since), period.last), period.until, period.name)


def _json(text: str | None) -> Any:
    return json.loads(text, parse_float=Decimal) if text else None
