"""Every figure Regulars shows, defined once. Pages, exports, the command line and the docs read from here.

`means` also opens the metric's file, sql/metrics/<key>.sql. A figure is measured within the period, or, where `so_far`
is set, from the beginning of the books up to the period's last day.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from crmcore.database.gate import Shop
from crmcore.errors import BadInput
from crmcore.periods import Period

MONEY, COUNT, PERCENT, NUMBER, DAYS, ROWS = "money", "count", "percent", "number", "days", "rows"
UP, DOWN, NEITHER = "up", "down", "none"


@dataclass(frozen=True)
class Metric:
    """What a figure is called, what it means, and how to show it.

    unit: money, count, percent, number (a plain average), days, or rows (a list or a line instead of one figure).
    better: up, down, or none. formula: how it is worked out, with {part}, {whole} where the numbers go; they are
    amounts of money where `part_is` or `whole_is` says so. customers: the ?query of the customer list that shows who
    stands behind it, with {since} and {last} for the period's first and last day; else orders or visits: that of the
    order list, of the list of visits or of
    that of contacts or of leads. today: it tells of so many days up to the shop's today, whatever the period.
    opportunities: the ?query of the pipeline's table.
    module: it means something only where this module is switched on.
    """

    key: str
    label: str
    means: str
    formula: str
    unit: str
    group: str
    better: str = UP
    so_far: bool = False
    part_is: str = COUNT
    whole_is: str = COUNT
    customers: str | None = None
    orders: str | None = None
    visits: str | None = None
    contacts: str | None = None
    leads: str | None = None
    opportunities: str | None = None
    today: int | None = None
    module: str | None = None

    def behind(self, period: Period, active_days: int = 90) -> dict[str, str] | None:
        """The ?query of the customer list that shows exactly the customers behind this figure; None if it can't."""
        if self.customers is None:
            return None
        active_since = period.until - timedelta(days=active_days)
        return dict(parse_qsl(self.customers.format(since=period.since, last=period.last, active_since=active_since)))


MONEY_GROUP, CUSTOMERS_GROUP, VISITS_GROUP, LISTS_GROUP = "Money", "Customers", "Visits", "Lists and charts"
REFILLS_GROUP, CONTACTS_GROUP, LEADS_GROUP, PIPELINE_GROUP = "Refills", "Contacts", "Leads", "Pipeline"
GROUPS = (
    MONEY_GROUP,
    CUSTOMERS_GROUP,
    VISITS_GROUP,
    CONTACTS_GROUP,
    REFILLS_GROUP,
    LEADS_GROUP,
    PIPELINE_GROUP,
    LISTS_GROUP,
)

CATALOGUE = (
    Metric(
        key="revenue",
        label="Revenue",
        means="Completed sales minus returns, in the period.",
        formula="Sum of completed orders and returns",
        unit=MONEY,
        group=MONEY_GROUP,
        customers="bought_from={since}&bought_to={last}",
    ),
    Metric(
        key="orders",
        label="Purchases",
        means="Completed purchases in the period.",
        formula="Number of completed orders that are no returns",
        unit=COUNT,
        group=MONEY_GROUP,
        customers="bought_from={since}&bought_to={last}",
    ),
    Metric(
        key="average_order",
        label="Average order",
        means="What one purchase in the period came to, on average.",
        formula="{part} from purchases / {whole} purchases",
        unit=MONEY,
        part_is=MONEY,
        group=MONEY_GROUP,
        customers="bought_from={since}&bought_to={last}",
    ),
    Metric(
        key="anonymous_share",
        label="Sales without a name",
        means="Of the period's revenue, the share sold without a customer's name.",
        formula="{part} without a name / {whole} revenue",
        unit=PERCENT,
        part_is=MONEY,
        whole_is=MONEY,
        better=DOWN,
        group=MONEY_GROUP,
        orders="",
    ),
    Metric(
        key="returns",
        label="Returns",
        means="Times goods came back in the period.",
        formula="Number of completed orders below zero, or of zero with more pieces back than out",
        unit=COUNT,
        better=DOWN,
        group=MONEY_GROUP,
        orders="returns=yes",
    ),
    Metric(
        key="people_on_file",
        label="People on file",
        means="People and companies on file who are not hidden, whether they bought or not.",
        formula="Number of customer records, as of now",
        unit=COUNT,
        group=CUSTOMERS_GROUP,
        customers="kind=all",
    ),
    Metric(
        key="customers",
        label="Customers",
        means="People and companies with at least one purchase, up to the last day of the period.",
        formula="Number of people who bought once or more",
        unit=COUNT,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="new_to={last}",
    ),
    Metric(
        key="repeat_customers",
        label="Repeat customers",
        means="Customers who bought two times or more, up to the last day of the period.",
        formula="Number of people who bought twice or more",
        unit=COUNT,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="second_to={last}",
    ),
    Metric(
        key="repeat_rate",
        label="Repeat rate",
        means="Of all customers, the share who bought two times or more.",
        formula="{part} repeat customers / {whole} customers",
        unit=PERCENT,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="second_to={last}",
    ),
    Metric(
        key="new_customers",
        label="New customers",
        means="Customers whose first purchase was in the period.",
        formula="Number of first purchases",
        unit=COUNT,
        group=CUSTOMERS_GROUP,
        customers="new_from={since}&new_to={last}",
    ),
    Metric(
        key="active_customers",
        label="Active customers",
        means="Customers who bought or came by within the last 90 days of the period, or as many days as the shop has"
        " set.",
        formula="Number of people who bought or came by in those days, beside {whole} customers",
        unit=COUNT,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="seen_from={active_since}&seen_to={last}",
    ),
    Metric(
        key="average_ltv",
        label="Average lifetime value",
        means="What one customer has spent so far, on average, returns taken off.",
        formula="{part} net spend / {whole} customers",
        unit=MONEY,
        part_is=MONEY,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="new_to={last}",
    ),
    Metric(
        key="purchase_frequency",
        label="Purchases per customer",
        means="How many times one customer has bought so far, on average.",
        formula="{part} purchases / {whole} customers",
        unit=NUMBER,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="new_to={last}",
    ),
    Metric(
        key="days_since_last_purchase",
        label="Days since last purchase",
        means="How long ago customers last bought: half of them waited fewer days than this, half of them more.",
        formula="Middle of the waiting times of {whole} customers",
        unit=DAYS,
        better=DOWN,
        so_far=True,
        group=CUSTOMERS_GROUP,
        customers="new_to={last}",
    ),
    Metric(
        key="retention_rate",
        label="Retention rate",
        means="Of the customers who bought in the period just before, the share who bought in this one too.",
        formula="{part} who bought again / {whole} who bought in the period before",
        unit=PERCENT,
        group=CUSTOMERS_GROUP,
    ),
    Metric(
        key="visits",
        label="Visits",
        means="Visits in the period, one a customer and day.",
        formula="Number of visits",
        unit=COUNT,
        group=VISITS_GROUP,
        visits="",
        module="visits",
    ),
    Metric(
        key="visits_today",
        label="Visits today",
        means="Visits whose day is the shop's today, whatever the period.",
        formula="Number of visits today",
        unit=COUNT,
        group=VISITS_GROUP,
        visits="",
        better=NEITHER,  # the day is not over, so it is nearly always behind the day before
        today=1,
        module="visits",
    ),
    Metric(
        key="visits_week",
        label="Visits, last 7 days",
        means="Visits of the last 7 days of the shop, today included, whatever the period.",
        formula="Number of visits in 7 days",
        unit=COUNT,
        group=VISITS_GROUP,
        visits="",
        today=7,
        module="visits",
    ),
    Metric(
        key="revisit_rate",
        label="Revisit rate",
        means="Of the customers who visited at least once, the share who visited on two days or more.",
        formula="{part} who came again / {whole} visitors",
        unit=PERCENT,
        so_far=True,
        group=VISITS_GROUP,
        customers="revisit_to={last}",
        module="visits",
    ),
    Metric(
        key="returning_visitors",
        label="Returning visitors",
        means="Of the customers who visited in the period, the share who had visited before.",
        formula="{part} who had been before / {whole} visitors",
        unit=PERCENT,
        group=VISITS_GROUP,
        customers="visited_from={since}&visited_to={last}&visit=returned",
        module="visits",
    ),
    Metric(
        key="visit_conversion",
        label="Visit-to-purchase conversion",
        means="Of the customers who visited in the period, the share who bought on the day of the visit or within the"
        " 30 days after it, or as many days as the shop has set.",
        formula="{part} who bought / {whole} visitors",
        unit=PERCENT,
        group=VISITS_GROUP,
        customers="visited_from={since}&visited_to={last}&visit=bought",
        module="visits",
    ),
    Metric(
        key="reviews",
        label="Reviews",
        means="Of the reviews asked for in the period, the share that was given; beside it how many were given in the"
        " period, asked for or not, and their average rating.",
        formula="{part} given / {whole} asked for",
        unit=PERCENT,
        group=VISITS_GROUP,
        module="visits",
    ),
    Metric(
        key="refills_due",
        label="Refills due",
        means="Medicines of which a customer is to be reminded today, or should have been before and was not.",
        formula="Number of open reminders up to today",
        unit=COUNT,
        group=REFILLS_GROUP,
        better=DOWN,
        today=1,
        module="refills",
    ),
    Metric(
        key="refill_response",
        label="Refilled",
        means="Of the refills that were due in the period, the share that was bought again; beside it how many"
        " customers were reminded of, how many of them answered, and how many were lost.",
        formula="{part} refilled / {whole} due",
        unit=PERCENT,
        group=REFILLS_GROUP,
        module="refills",
    ),
    Metric(
        key="adherence",
        label="Days covered",
        means="Of the days since a customer first bought a medicine in the period, the share on which they had it at"
        " hand.",
        formula="{part} days covered / {whole} days",
        unit=PERCENT,
        group=REFILLS_GROUP,
        module="refills",
    ),
    Metric(
        key="revenue_by_day",
        label="Revenue by day",
        means="Completed sales minus returns, and the number of purchases, on each day of the period that had any.",
        formula="Sum of completed orders and returns, day by day",
        unit=ROWS,
        group=LISTS_GROUP,
    ),
    Metric(
        key="customers_by_month",
        label="Customers over time",
        means="How many customers, and how many of them repeat customers, the shop had at the end of each month of the"
        " period.",
        formula="Number of people who bought once or more, and twice or more, by then",
        unit=ROWS,
        group=LISTS_GROUP,
    ),
    Metric(
        key="new_by_month",
        label="New customers by month",
        means="Customers by the month of their first purchase, within the period.",
        formula="Number of first purchases, month by month",
        unit=ROWS,
        group=LISTS_GROUP,
    ),
    Metric(
        key="new_and_returning_by_month",
        label="New against returning",
        means="What customers spent in each month of the period, parted into the month of their first purchase and all"
        " later ones.",
        formula="Net spend in the month of the first purchase; net spend in later months",
        unit=ROWS,
        group=LISTS_GROUP,
    ),
    Metric(
        key="top_customers",
        label="Top customers",
        means="The five customers who spent most so far, returns taken off.",
        formula="Customers by net spend, largest first",
        unit=ROWS,
        so_far=True,
        group=LISTS_GROUP,
        customers="kind=customers",
    ),
    Metric(
        key="customers_by_category",
        label="Customers by category",
        means="Customers by their category, and how many of them bought and what they spent so far; those without one"
        " last.",
        formula="Number of customers, category by category",
        unit=ROWS,
        group=LISTS_GROUP,
        so_far=True,
    ),
    Metric(
        key="customer_groups",
        label="Customer groups",
        means="Customers by how lately and how often they bought, and how much they spent: best, loyal, at risk, lost"
        " and the like.",
        formula="Number of customers, group by group",
        unit=ROWS,
        group=LISTS_GROUP,
        so_far=True,
    ),
    Metric(
        key="health_distribution",
        label="Health of customers",
        means="Customers by how they are doing: green from 75, to watch from 50, red below.",
        formula="Number of customers, level by level, as last measured within the period",
        unit=ROWS,
        group=LISTS_GROUP,
        module="pipeline",
    ),
    Metric(
        key="cohorts",
        label="Do new customers come back?",
        means="Of the customers who first bought in a month, how many bought again in each month after it.",
        formula="Customers who bought in that month / customers who first bought in the first one",
        unit=ROWS,
        group=LISTS_GROUP,
    ),
    Metric(
        key="contact_conversion",
        label="Contact conversion",
        means="Of the contacts uploaded in the period, the share who bought since; beside it of those somebody was in"
        " touch with.",
        formula="{part} converted / {whole} uploaded",
        unit=PERCENT,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="conversion_value",
        label="Conversion value",
        means="What the converting orders of the contacts uploaded in the period come to now.",
        formula="Sum of the first order of each converted contact",
        unit=MONEY,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="average_conversion_value",
        label="Average conversion value",
        means="What a converted contact of those uploaded in the period brought in with the converting order, on"
        " average.",
        formula="{part} of converting orders / {whole} converted",
        unit=MONEY,
        part_is=MONEY,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="contacts_by_status",
        label="Contacts by status",
        means="Contacts uploaded in the period, by where they stand now: pending, contacted, visited without buying,"
        " converted.",
        formula="Number of contacts, status by status",
        unit=ROWS,
        group=LISTS_GROUP,
        contacts="uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="lead_conversion",
        label="Lead conversion",
        means="Of the leads that came up in the period, the share that became customers since; and source by source,"
        " where nobody wrote it down “unknown”.",
        formula="{part} converted / {whole} leads",
        unit=PERCENT,
        group=LEADS_GROUP,
        leads="status=converted&created_from={since}&created_to={last}",
        module="pipeline",
    ),
    Metric(
        key="active_leads",
        label="Active leads",
        means="Leads that may still become customers: new, contacted or qualified, as of now.",
        formula="Number of leads that are new, contacted or qualified",
        unit=COUNT,
        group=LEADS_GROUP,
        leads="status=active",
        module="pipeline",
    ),
    Metric(
        key="leads_by_status",
        label="Leads by status",
        means="Leads that came up in the period, by where they stand now: new, contacted, qualified, not qualified,"
        " converted.",
        formula="Number of leads, status by status",
        unit=ROWS,
        group=LISTS_GROUP,
        leads="created_from={since}&created_to={last}",
        module="pipeline",
    ),
    Metric(
        key="leads_by_source",
        label="Leads by source",
        means="Leads that came up in the period, by where they came from; where nobody wrote it down “unknown”.",
        formula="Number of leads, source by source",
        unit=ROWS,
        group=LISTS_GROUP,
        leads="created_from={since}&created_to={last}",
        module="pipeline",
    ),
    Metric(
        key="rep_results",
        label="Results by sales rep",
        means="For each sales rep, in the period: customers whose visits they handled, these visits, their purchases"
        " and revenue, and how many of those customers bought after the visit.",
        formula="Visits by who handled them, sales by who sold; each counted apart",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visit_funnel",
        label="From visit to purchase",
        means="How far the customers who visited in the period got: visited, interested, quoted, purchased.",
        formula="Number of visitors who got as far or further",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visits_by_day",
        label="Visits by day",
        means="Visits on each day of the period that had any.",
        formula="Number of visits, day by day",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visits_by_hour",
        label="Visits by hour and weekday",
        means="Visits of the period by weekday, Monday first, and by the hour of the shop's clock in which they began.",
        formula="Number of visits, hour by hour",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visits_by_type",
        label="Visits by type",
        means="Visits of the period by their type.",
        formula="Number of visits, type by type",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visits_by_interest",
        label="Visits by interest",
        means="Visits of the period by how interested the customer was.",
        formula="Number of visits, level by level",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="visits_by_purpose",
        label="Visits by purpose",
        means="Visits of the period by what the customer came for.",
        formula="Number of visits, purpose by purpose",
        unit=ROWS,
        group=LISTS_GROUP,
        module="visits",
    ),
    Metric(
        key="open_opportunities",
        label="Open opportunities",
        means="Opportunities that are open now.",
        formula="Number of opportunities in an open stage",
        unit=COUNT,
        group=PIPELINE_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="pipeline_value",
        label="Pipeline value",
        means="What all open opportunities are worth together.",
        formula="Sum of the values of open opportunities",
        unit=MONEY,
        group=PIPELINE_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="weighted_pipeline",
        label="Weighted pipeline",
        means="What open opportunities are worth together, each times its probability.",
        formula="Sum of value x probability of open opportunities",
        unit=MONEY,
        group=PIPELINE_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="win_rate",
        label="Win rate",
        means="Of the opportunities that closed in the period, the share that was won.",
        formula="{part} won / {whole} won or lost",
        unit=PERCENT,
        group=PIPELINE_GROUP,
        opportunities="status=closed&closed_from={since}&closed_to={last}",
        module="pipeline",
    ),
    Metric(
        key="average_deal",
        label="Average deal",
        means="What an opportunity won in the period brought, on average.",
        formula="{part} won / {whole} won",
        unit=MONEY,
        part_is=MONEY,
        group=PIPELINE_GROUP,
        opportunities="status=won&closed_from={since}&closed_to={last}",
        module="pipeline",
    ),
    Metric(
        key="average_open_deal",
        label="Average open deal",
        means="What an open opportunity is worth on average.",
        formula="{part} / {whole} open opportunities",
        unit=MONEY,
        part_is=MONEY,
        group=PIPELINE_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="sales_cycle",
        label="Sales cycle",
        means="Days from the beginning of an opportunity to its sale, on average of those won in the period.",
        formula="{part} days / {whole} won",
        unit=DAYS,
        better=DOWN,
        group=PIPELINE_GROUP,
        opportunities="status=won&closed_from={since}&closed_to={last}",
        module="pipeline",
    ),
    Metric(
        key="pipeline_velocity",
        label="Pipeline velocity",
        means="What the pipeline brings in a day: open opportunities x win rate x average deal / sales cycle, and how"
        " fast it moves.",
        formula="Open opportunities x win rate x average deal / sales cycle",
        unit=MONEY,
        group=PIPELINE_GROUP,
        module="pipeline",
    ),
    Metric(
        key="pipeline_by_stage",
        label="Pipeline by stage",
        means="Open opportunities in each open stage, in the order of the stages: how many, what they are worth, and"
        " weighted.",
        formula="Number, value, and value x probability, stage by stage",
        unit=ROWS,
        group=LISTS_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="time_in_stage",
        label="Time in stage",
        means="For each open stage: how many opportunities left it in the period, after how many days on average, and"
        " how many stand there now; of these, how many for longer than the stage expects.",
        formula="Days from coming to a stage to leaving it, on average of those that left",
        unit=ROWS,
        group=LISTS_GROUP,
        module="pipeline",
    ),
    Metric(
        key="lost_reasons",
        label="Why opportunities are lost",
        means="Why the opportunities that were lost in the period were lost: how many, and what they were worth, by"
        " reason.",
        formula="Number and value of lost opportunities, reason by reason",
        unit=ROWS,
        group=LISTS_GROUP,
        opportunities="status=lost&closed_from={since}&closed_to={last}",
        module="pipeline",
    ),
    Metric(
        key="forecast",
        label="Forecast",
        means="What open opportunities are expected to bring, by the month they should close in, beside what was won"
        " and the target.",
        formula="Value x probability by expected month; won value by month; targets",
        unit=ROWS,
        group=LISTS_GROUP,
        opportunities="status=open",
        module="pipeline",
    ),
    Metric(
        key="deal_results",
        label="Deals by sales rep",
        means="For each sales rep: opportunities open now and what they are worth, and those won and lost in the"
        " period, with the value won, win rate, average deal and days to the sale.",
        formula="Opportunities by their sales rep",
        unit=ROWS,
        group=LISTS_GROUP,
        opportunities="",
        module="pipeline",
    ),
)

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
