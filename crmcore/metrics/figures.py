"""One function a figure, named by its key. What each means stands in the catalogue and opens its SQL file."""

from crmcore.database.gate import ShopSession
from crmcore.metrics.measure import Measure, measure
from crmcore.periods import Period


def revenue(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "revenue", period)


def orders(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "orders", period)


def average_order(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "average_order", period)


def anonymous_share(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "anonymous_share", period)


def returns(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "returns", period)


def people_on_file(shop: ShopSession, period: Period) -> Measure:
    """As of now, whatever the period."""
    return measure(shop, "people_on_file", period)


def customers(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "customers", period)


def repeat_customers(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "repeat_customers", period)


def repeat_rate(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "repeat_rate", period)


def new_customers(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "new_customers", period)


def active_customers(shop: ShopSession, period: Period) -> Measure:
    """`whole`: all customers at that time."""
    return measure(shop, "active_customers", period)


def average_ltv(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "average_ltv", period)


def purchase_frequency(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "purchase_frequency", period)


def days_since_last_purchase(shop: ShopSession, period: Period) -> Measure:
    """`rows`: from_days, to_days (None: no end) and how many customers wait that long."""
    return measure(shop, "days_since_last_purchase", period)


def retention_rate(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "retention_rate", period)


def revenue_by_day(shop: ShopSession, period: Period) -> Measure:
    """`rows`: day, revenue, purchases."""
    return measure(shop, "revenue_by_day", period)


def customers_by_month(shop: ShopSession, period: Period) -> Measure:
    """`rows`: month (its first day), customers, repeat_customers."""
    return measure(shop, "customers_by_month", period)


def new_by_month(shop: ShopSession, period: Period) -> Measure:
    """`rows`: month, customers."""
    return measure(shop, "new_by_month", period)


def new_and_returning_by_month(shop: ShopSession, period: Period) -> Measure:
    """`rows`: month, new_revenue, returning_revenue."""
    return measure(shop, "new_and_returning_by_month", period)


def top_customers(shop: ShopSession, period: Period) -> Measure:
    """`rows`: customer_id, name, external_ref, total_spent, purchases; as of now, whatever the period."""
    return measure(shop, "top_customers", period)


def cohorts(shop: ShopSession, period: Period) -> Measure:
    """`rows`: cohort (a month), months_later, part (who bought then), whole (who first bought in the cohort)."""
    return measure(shop, "cohorts", period)


MEASURES = {
    function.__name__: function
    for function in (
        revenue,
        orders,
        average_order,
        anonymous_share,
        returns,
        people_on_file,
        customers,
        repeat_customers,
        repeat_rate,
        new_customers,
        active_customers,
        average_ltv,
        purchase_frequency,
        days_since_last_purchase,
        retention_rate,
        revenue_by_day,
        customers_by_month,
        new_by_month,
        new_and_returning_by_month,
        top_customers,
        cohorts,
    )
}
