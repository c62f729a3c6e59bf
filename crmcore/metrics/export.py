"""The figures of a period as a table to take away: what each is made of, what it was before, what it means."""

from decimal import Decimal
from operator import itemgetter

from crmcore.database.gate import ShopSession
from crmcore.exports import Table
from crmcore.metrics import measure_all
from crmcore.metrics.catalogue import CATALOGUE, MONEY, PERCENT, ROWS
from crmcore.metrics.measure import Measure, Number, measure_before
from crmcore.periods import Period


def figures_table(shop: ShopSession, period: Period) -> Table:
    """One row for each figure of the catalogue that is no list; `Before` is the period this one is compared with."""
    keys = [known.key for known in CATALOGUE if known.unit != ROWS]
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


def _rounded(measure: Measure) -> Number | None:
    """Rates and averages with four decimals."""
    return round(measure.value, 4) if isinstance(measure.value, Decimal) and measure.whole else measure.value
