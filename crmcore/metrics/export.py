"""The figures of a period as a table to take away: what each is made of, what it was before, what it means."""

from collections.abc import Callable
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.exports import Table
from crmcore.metrics import measure_all
from crmcore.metrics.catalogue import MONEY, PERCENT, ROWS, of_shop
from crmcore.metrics.measure import Measure, Number, measure_before
from crmcore.metrics.visits import rep_results
from crmcore.periods import Period


def figures_table(shop: ShopSession, period: Period) -> Table:
    """One row for each figure of the shop that is no list; `Before` is the period this one is compared with."""
    keys = [known.key for known in of_shop(shop.shop) if known.unit != ROWS]
    now = measure_all(shop, keys, period)
    before = [measure_before(shop, key, period) for key in keys]
    units = {MONEY: shop.shop.currency, PERCENT: "%"}
    rows = [
        {
            "Figure": measure.label,
            "Value": _rounded(measure),
            "Unit": units.get(measure.metric.unit, measure.metric.unit),
            "Part": measure.part,
            "Whole": measure.whole,
            "Before": _rounded(earlier) if earlier else None,
            "First day": measure.period.since,
            "Last day": measure.period.last,
            "Before: first day": earlier.period.since if earlier else None,
            "Before: last day": earlier.period.last if earlier else None,
            "Meaning": measure.metric.means,
        }
        for measure, earlier in zip(now, before, strict=True)
    ]
    columns = [(header, itemgetter(header)) for header in rows[0]]
    return Table("figures", columns, rows, {"from": str(period.since), "to": str(period.last)})


def reps_table(shop: ShopSession, period: Period, *, rep: UUID | None = None, product: UUID | None = None) -> Table:
    """The sales reps of a period, each with customers handled, visits, purchases, revenue and conversion."""
    rows = rep_results(shop, period, rep=rep, product=product).rows
    columns: list[tuple[str, Callable[[Any], Any]]] = [
        ("Sales rep", itemgetter("name")),
        ("Customers handled", itemgetter("customers")),
        ("Visits", itemgetter("visits")),
        ("Purchases", itemgetter("purchases")),
        (f"Revenue ({shop.shop.currency})", itemgetter("revenue")),
        ("Customers who bought after a visit", itemgetter("converted")),
        ("Visit-to-purchase conversion (%)", itemgetter("visit_conversion")),
    ]
    return Table("sales reps", columns, rows, {"from": str(period.since), "to": str(period.last)})


def _rounded(measure: Measure) -> Number | None:
    """Rates and averages with four decimals."""
    return round(measure.value, 4) if isinstance(measure.value, Decimal) and measure.whole else measure.value
