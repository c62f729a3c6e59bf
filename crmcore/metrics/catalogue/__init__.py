"""Every figure Regulars shows, defined once. Pages, exports, the command line and the docs read from here.

`means` also opens the metric's file, sql/metrics/<key>.sql; a file that nobody wrote down here is a figure all the same
(of_files). A figure is measured within the period, or, where `so_far`
is set, from the beginning of the books up to the period's last day.
"""

from crmcore.database.gate import Shop
from crmcore.database.sql import SQL_HOME
from crmcore.errors import BadInput
from crmcore.metrics.catalogue import contacts, customers, leads, pipeline, refills, sales, visits
from crmcore.metrics.catalogue.definition import (
    COUNT,
    DAYS,
    DOWN,
    GROUPS,
    MONEY,
    NEITHER,
    NUMBER,
    PERCENT,
    ROWS,
    UP,
    Metric,
)
from crmcore.metrics.catalogue.of_files import of_files

__all__ = [
    "CATALOGUE",
    "COUNT",
    "DAYS",
    "DOWN",
    "GROUPS",
    "KEYS",
    "MONEY",
    "NEITHER",
    "NUMBER",
    "PERCENT",
    "ROWS",
    "UP",
    "WRITTEN",
    "Metric",
    "metric",
    "of_shop",
]

WRITTEN = (
    *sales.FIGURES,
    *customers.FIGURES,
    *visits.FIGURES,
    *contacts.FIGURES,
    *refills.FIGURES,
    *leads.FIGURES,
    *pipeline.FIGURES,
)
CATALOGUE = (*WRITTEN, *of_files(SQL_HOME / "metrics", {metric.key for metric in WRITTEN}))

KEYS = tuple(metric.key for metric in CATALOGUE)
_BY_KEY = {metric.key: metric for metric in CATALOGUE}


def of_shop(shop: Shop) -> list[Metric]:
    """The figures that mean something in this shop: those of modules it has not switched on do not."""
    return [known for known in CATALOGUE if known.module is None or shop.has(known.module)]


def metric(key: str) -> Metric:
    """The catalogue's entry under this key. Raises BadInput for a key it does not have."""
    try:
        return _BY_KEY[key]
    except KeyError:
        raise BadInput("key", f"“{key}” is not a figure. Use one of: {', '.join(KEYS)}.") from None
