"""The figures of a shop: their catalogue, one function each (figures), and all the Overview shows (overview)."""

from collections.abc import Iterable
from datetime import date, timedelta

from crmcore.database.gate import ShopSession
from crmcore.metrics.catalogue import CATALOGUE, KEYS, Metric, metric, of_shop
from crmcore.metrics.figures import MEASURES
from crmcore.metrics.measure import Measure
from crmcore.periods import BEGINNING, Period, between

__all__ = ["CATALOGUE", "KEYS", "MEASURES", "Measure", "Metric", "asked_period", "measure_all", "metric", "of_shop"]


def measure_all(shop: ShopSession, keys: Iterable[str] | None, period: Period) -> list[Measure]:
    """These figures, or all of them, for the period. Raises BadInput for a key that is none."""
    wanted = CATALOGUE if keys is None else [metric(key) for key in keys]
    return [MEASURES[known.key](shop, period) for known in wanted]


def asked_period(shop: ShopSession, first: date | None = None, last: date | None = None) -> Period:
    """The days from `first` to `last`; without them from the beginning of the books, and up to the shop's today."""
    last = shop.today if last is None else last
    return Period(min(BEGINNING, last), last + timedelta(days=1)) if first is None else between(first, last)
