"""One function a figure, named by its key. What each means stands in the catalogue and opens its SQL file."""

from collections.abc import Callable

from crmcore.database.gate import ShopSession
from crmcore.metrics.catalogue import CATALOGUE, WRITTEN
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


def visits(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "visits", period)


def visits_today(shop: ShopSession, period: Period) -> Measure:
    """Of the shop's today, whatever the period."""
    return measure(shop, "visits_today", period)


def visits_week(shop: ShopSession, period: Period) -> Measure:
    """Of the last 7 days, today included, whatever the period."""
    return measure(shop, "visits_week", period)


def revisit_rate(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "revisit_rate", period)


def returning_visitors(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "returning_visitors", period)


def visit_conversion(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "visit_conversion", period)


def reviews(shop: ShopSession, period: Period) -> Measure:
    """The response rate. `rows`: one, with requested, answered (of those), given (in the period), average_rating."""
    return measure(shop, "reviews", period)


def rep_results(shop: ShopSession, period: Period) -> Measure:
    """`rows`: rep_id, name, customers, visits, purchases, revenue, converted, visit_conversion (percent, or None)."""
    return measure(shop, "rep_results", period)


def visit_funnel(shop: ShopSession, period: Period) -> Measure:
    """`rows`: stage (visited, interested, quoted, purchased) and how many visitors got as far."""
    return measure(shop, "visit_funnel", period)


def visits_by_day(shop: ShopSession, period: Period) -> Measure:
    """`rows`: day, visits."""
    return measure(shop, "visits_by_day", period)


def visits_by_hour(shop: ShopSession, period: Period) -> Measure:
    """`rows`: weekday (1 is Monday), hour (0 to 23), visits."""
    return measure(shop, "visits_by_hour", period)


def visits_by_type(shop: ShopSession, period: Period) -> Measure:
    """`rows`: visit_type, visits; every type has its row."""
    return measure(shop, "visits_by_type", period)


def visits_by_interest(shop: ShopSession, period: Period) -> Measure:
    """`rows`: interest (None: nobody said), visits; every level has its row."""
    return measure(shop, "visits_by_interest", period)


def visits_by_purpose(shop: ShopSession, period: Period) -> Measure:
    """`rows`: purpose (None: nobody said), visits; every purpose has its row."""
    return measure(shop, "visits_by_purpose", period)


def refills_due(shop: ShopSession, period: Period) -> Measure:
    """As of the shop's today, whatever the period."""
    return measure(shop, "refills_due", period)


def refill_response(shop: ShopSession, period: Period) -> Measure:
    """`rows`: one, with due, reminded, answered, refilled and lost."""
    return measure(shop, "refill_response", period)


def adherence(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "adherence", period)


def customers_by_category(shop: ShopSession, period: Period) -> Measure:
    """`rows`: category (None: none), people, customers, total_spent; as of now, whatever the period."""
    return measure(shop, "customers_by_category", period)


def customer_groups(shop: ShopSession, period: Period) -> Measure:
    """`rows`: customer_group, customers, total_spent; every group has its row; as of now, whatever the period."""
    return measure(shop, "customer_groups", period)


def health_distribution(shop: ShopSession, period: Period) -> Measure:
    """`rows`: level (green, watch, red), customers; none before the first day that was measured."""
    return measure(shop, "health_distribution", period)


def contact_conversion(shop: ShopSession, period: Period) -> Measure:
    """`rows`: one, with uploaded, contacted (all but the pending) and converted."""
    return measure(shop, "contact_conversion", period)


def conversion_value(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "conversion_value", period)


def average_conversion_value(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "average_conversion_value", period)


def contacts_by_status(shop: ShopSession, period: Period) -> Measure:
    """`rows`: status, contacts; every status has its row."""
    return measure(shop, "contacts_by_status", period)


def open_opportunities(shop: ShopSession, period: Period) -> Measure:
    """As of now, whatever the period; so are pipeline_value, weighted_pipeline and average_open_deal."""
    return measure(shop, "open_opportunities", period)


def pipeline_value(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "pipeline_value", period)


def weighted_pipeline(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "weighted_pipeline", period)


def average_open_deal(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "average_open_deal", period)


def win_rate(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "win_rate", period)


def average_deal(shop: ShopSession, period: Period) -> Measure:
    return measure(shop, "average_deal", period)


def sales_cycle(shop: ShopSession, period: Period) -> Measure:
    """`rows`: one, with lost and lost_days (all of them together)."""
    return measure(shop, "sales_cycle", period)


def pipeline_velocity(shop: ShopSession, period: Period) -> Measure:
    """`rows`: one, with open, moves, moves_per_week and days_per_stage (None: nothing moved)."""
    return measure(shop, "pipeline_velocity", period)


def pipeline_by_stage(shop: ShopSession, period: Period) -> Measure:
    """`rows`: stage_id, stage, probability, opportunities, value, weighted, without_value; as of now."""
    return measure(shop, "pipeline_by_stage", period)


def time_in_stage(shop: ShopSession, period: Period) -> Measure:
    """`rows`: stage_id, stage, expected_days, moved_on, days (None: none left), standing and stuck (now)."""
    return measure(shop, "time_in_stage", period)


def lost_reasons(shop: ShopSession, period: Period) -> Measure:
    """`rows`: reason_id, reason (None: no reason was given), opportunities, value."""
    return measure(shop, "lost_reasons", period)


def forecast(shop: ShopSession, period: Period) -> Measure:
    """`rows`: kind (overdue, month, later, undated), month, opportunities, value, weighted, without_value, won,
    won_value, target; as of now, whatever the period."""
    return measure(shop, "forecast", period)


def deal_results(shop: ShopSession, period: Period) -> Measure:
    """`rows`: rep_id, name (both None: nobody's), opportunities and open_value (now), won, lost, won_value, win_rate,
    average_deal, sales_cycle."""
    return measure(shop, "deal_results", period)


def lead_conversion(shop: ShopSession, period: Period) -> Measure:
    """`rows`: source ("unknown" where nobody wrote it down), converted, leads, rate (percent)."""
    return measure(shop, "lead_conversion", period)


def active_leads(shop: ShopSession, period: Period) -> Measure:
    """As of now, whatever the period."""
    return measure(shop, "active_leads", period)


def leads_by_status(shop: ShopSession, period: Period) -> Measure:
    """`rows`: status, leads; every status has its row."""
    return measure(shop, "leads_by_status", period)


def leads_by_source(shop: ShopSession, period: Period) -> Measure:
    """`rows`: source ("unknown" where nobody wrote it down), leads, converted; the most frequent first."""
    return measure(shop, "leads_by_source", period)


MEASURES: dict[str, Callable[[ShopSession, Period], Measure]] = {
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
        visits,
        visits_today,
        visits_week,
        revisit_rate,
        returning_visitors,
        visit_conversion,
        reviews,
        refills_due,
        refill_response,
        adherence,
        revenue_by_day,
        customers_by_month,
        new_by_month,
        new_and_returning_by_month,
        top_customers,
        customers_by_category,
        customer_groups,
        health_distribution,
        cohorts,
        contact_conversion,
        conversion_value,
        average_conversion_value,
        contacts_by_status,
        lead_conversion,
        active_leads,
        leads_by_status,
        leads_by_source,
        rep_results,
        visit_funnel,
        visits_by_day,
        visits_by_hour,
        visits_by_type,
        visits_by_interest,
        visits_by_purpose,
        open_opportunities,
        pipeline_value,
        weighted_pipeline,
        win_rate,
        average_deal,
        average_open_deal,
        sales_cycle,
        pipeline_velocity,
        pipeline_by_stage,
        time_in_stage,
        lost_reasons,
        forecast,
        deal_results,
    )
}


def _of_file(key: str) -> Callable[[ShopSession, Period], Measure]:
    return lambda shop, period: measure(shop, key, period)


MEASURES |= {known.key: _of_file(known.key) for known in CATALOGUE[len(WRITTEN) :]}
