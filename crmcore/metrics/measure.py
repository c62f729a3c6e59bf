"""Measuring one figure: run its file, keep a rate as its two numbers, say it in words or as plain data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from crmcore.database.gate import Shop, ShopSession
from crmcore.metrics.catalogue import DAYS, MONEY, NUMBER, PERCENT, ROWS, Metric, metric
from crmcore.money import format_money
from crmcore.periods import Period, last_days

NOTHING = "–"  # what stands where 0 of 0, or a part that is none of its whole, leaves nothing to say

Number = int | float | Decimal


@dataclass(frozen=True)
class Measure:
    """What a figure came to. `value` is part / whole (in percent for a share), None for 0 of 0; lists have `rows`."""

    key: str
    period: Period
    value: Number | None = None
    part: Number | None = None
    whole: Number | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def metric(self) -> Metric:
        return metric(self.key)

    @property
    def label(self) -> str:
        return self.metric.label

    def shown(self, shop: Shop) -> str:
        """The value as people read it: ₹12,48,560, 26.7 %, 1,168; "–" when there is none."""
        if self.metric.unit == ROWS:
            return "1 row" if len(self.rows) == 1 else f"{len(self.rows):,} rows"
        return in_unit(self.value, self.metric.unit, shop)

    def basis(self, shop: Shop) -> str:
        """How it was worked out, with its numbers: "312 repeat customers / 1,168 customers"."""
        known = self.metric
        return known.formula.format(
            part=in_unit(self.part, known.part_is, shop), whole=in_unit(self.whole, known.whole_is, shop)
        )

    def as_dict(self) -> dict[str, Any]:
        """The measure as JSON can hold it: numbers as numbers, days as ISO."""
        return {
            "value": _plain(self.value),
            "part": _plain(self.part),
            "whole": _plain(self.whole),
            "rows": [{name: _plain(value) for name, value in row.items()} for row in self.rows],
        }


@dataclass(frozen=True)
class Some:
    """What figures of the pipeline are narrowed to: a sales rep, a territory, a source, a product. None: all."""

    rep: UUID | None = None
    territory: UUID | None = None
    source: str | None = None
    product: UUID | None = None

    def told(self, shop: ShopSession) -> dict[str, Any]:
        """The parameters of SQL that reads `open_sums` and its like (sql/functions/pipeline_figures.sql).

        Sums know a rep and one of territory, source and product beside it, but not who looks at them: what is narrowed
        further, and whoever sees their own records only, is told from the opportunities themselves.
        """
        given = {key: str(value) for key, value in asdict(self).items() if value is not None}
        from_deals = len(given.keys() - {"rep"}) > 1 or shop.who.sees_own_only
        return {"rep": self.rep, "these": json.dumps({**given, "from_deals": from_deals})}


ALL = Some()


def measure(shop: ShopSession, key: str, period: Period, some: Some = ALL) -> Measure:
    """Run sql/metrics/<key>.sql for the period. Raises NotAllowed unless the person may see figures."""
    return _measure(shop, key, _told_of(shop, key, period), some)


def measure_before(shop: ShopSession, key: str, period: Period, some: Some = ALL) -> Measure | None:
    """The figure in the period that this one stands beside; None for all time, which has nothing before it."""
    told_of = _told_of(shop, key, period)
    compared = told_of.compared()
    return None if compared is None else _measure(shop, key, compared, some)


def _told_of(shop: ShopSession, key: str, period: Period) -> Period:
    """The days a figure tells of: those of the period, or the last few up to today."""
    days = metric(key).today
    return period if days is None else last_days(shop.today, days)


def _measure(shop: ShopSession, key: str, period: Period, some: Some) -> Measure:
    shop.who.must("see figures")
    days = {"since": period.since, "until": period.until, "earlier_since": period.previous().since}
    found = shop.rows(f"metrics/{key}", **days, tomorrow=shop.today + timedelta(days=1), **some.told(shop))
    if metric(key).unit == ROWS:
        return Measure(key, period, rows=[dict(row) for row in found])
    return of_numbers(key, period, found[0])


def of_numbers(key: str, period: Period, numbers: Mapping[Any, Any]) -> Measure:
    """A Measure from its `value`, or its `part` and `whole`."""
    part, whole = numbers.get("part"), numbers.get("whole")
    if "value" in numbers:
        value = numbers["value"]
    elif metric(key).unit == PERCENT:
        value = _share(part or 0, whole or 0)
    else:
        value = Decimal(part or 0) / Decimal(whole) if whole else None
    return Measure(key, period, value, part, whole, list(numbers.get("rows") or ()))


def _share(part: Number, whole: Number) -> Decimal | None:
    """The part in percent of the whole; None where it is no part of it, as when more money came back than came in."""
    return Decimal(part) / Decimal(whole) * 100 if 0 <= part <= whole and whole > 0 else None


def in_unit(value: Number | None, unit: str, shop: Shop) -> str:
    """A number as people read it, by a unit of the catalogue."""
    if value is None:
        return NOTHING
    if unit == MONEY:
        return format_money(value if isinstance(value, Decimal | int) else Decimal(str(value)), shop.currency)
    if unit == PERCENT:
        return f"{value:.1f}\u202f%"
    if unit == NUMBER:
        return f"{value:,.1f}"
    if unit == DAYS:
        return "1 day" if value == 1 else f"{value:,.0f} days"
    return f"{value:,}"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
