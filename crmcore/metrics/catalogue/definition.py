"""What is told of a figure, and the words for it."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from crmcore.periods import Period

MONEY, COUNT, PERCENT, NUMBER, DAYS, ROWS = "money", "count", "percent", "number", "days", "rows"
UNITS = (MONEY, COUNT, PERCENT, NUMBER, DAYS, ROWS)
UP, DOWN, NEITHER = "up", "down", "none"


@dataclass(frozen=True)
class Metric:
    """What a figure is called, what it means, and how to show it.

    unit: money, count, percent, number (a plain average), days, or rows (a list or a line instead of one figure).
    better: up, down, or none. formula: how it is worked out, with {part}, {whole} where the numbers go; they are
    amounts of money where `part_is` or `whole_is` says so. customers: the ?query of the customer list that shows who
    stands behind it, with {since} and {last} for the period's first and last day; else orders, visits,
    contacts, leads or opportunities: that of the list of these. today: it tells of so many days up to the shop's today,
    whatever the period. module: it means something only where this module is switched on.
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
OWN_GROUP = "Your own figures"  # those that are a file alone
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
    OWN_GROUP,
)
