"""Whatever a shop sold, wherever it is: every figure equals a recount of the raw rows in plain Python."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from test_contact_metrics import RECOUNTED as OF_CONTACTS
from test_customer_metrics import RECOUNTED as OF_CUSTOMERS
from test_lead_metrics import RECOUNTED as OF_LEADS
from test_pipeline_metrics import RECOUNTED as OF_PIPELINE
from test_refill_metrics import RECOUNTED as OF_REFILLS
from test_visit_metrics import RECOUNTED as OF_VISITS
from till import Till

from crmcore import orders, shop_settings
from crmcore.database.gate import keeper, shop_session
from crmcore.metrics import KEYS, measure_all
from crmcore.metrics.overview import FROM_SUMS, overview
from crmcore.models import Customer, Order, Visit
from crmcore.periods import NAMES, between, named

# India has a half hour, New York and Auckland change their clocks on opposite halves of the year.
ZONES = {"Asia/Kolkata": ("IN", "INR"), "America/New_York": ("US", "USD"), "Pacific/Auckland": ("NZ", "NZD")}
FIRST_DAY, DAYS = date(2026, 2, 20), 80  # both clock changes of spring 2026 (8 March, 5 April) lie within
NOW = datetime(2026, 5, 11, 11, 30, tzinfo=UTC)  # 11 May in the first two, 23:30 of it in Auckland

sales = st.lists(
    st.tuples(
        st.sampled_from(["Asha", "Bilal", "Chitra", "Dev", None]),
        st.integers(0, DAYS),
        st.sampled_from(["23:30", "00:30", "02:30", "11:00"]),
        st.sampled_from(["0", "0.01", "19.99", "100", "250.50", "-19.99", "-100"]),
        st.sampled_from([orders.COMPLETED] * 5 + [orders.DRAFT, orders.CANCELLED]),
    ),
    max_size=30,
)
periods = st.one_of(
    st.sampled_from(list(NAMES)),
    st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(list(ZONES)),
    sold=sales,
    hidden=st.sets(st.sampled_from(["Asha", "Bilal"])),
    asked=periods,
    active_days=st.sampled_from([1, 7, 20, 90]),
    came=st.lists(st.tuples(st.sampled_from(["Asha", "Bilal", "Esha"]), st.integers(0, DAYS)), max_size=8),
)
def test_every_figure_equals_a_recount(new_shop, zone, sold, hidden, asked, active_days, came):
    region, currency = ZONES[zone]
    who = keeper(new_shop(timezone=zone, region=region, currency=currency))
    with shop_session(who, alone=True, now=NOW) as shop:
        till = Till(shop)
        shop_settings.change_counting(shop, shop_settings.Counting(active_days=active_days))
        for name, offset, at, amount, status in sold:
            till.sell(name, amount, min(FIRST_DAY + timedelta(days=offset), shop.today), _not_later(at, shop), status)
        for name, offset in came:
            till.visit(name, min(FIRST_DAY + timedelta(days=offset), shop.today))
        for name in hidden & till.people.keys():
            till.hide(name)
        period = _period(asked, shop.today)
        raw = _Raw(shop, active_days)
        for measure in measure_all(shop, RECOUNTED, period):
            told = (_number(measure.value), _number(measure.part), _number(measure.whole))
            assert told == raw.recount(measure.key, period), (measure.key, period)
            assert [tuple(row.values()) for row in measure.rows] == raw.rows(measure.key, period), measure.key
        shown = overview(shop, period)
        for key in FROM_SUMS:
            for span in (shown.now, *shown.line, *shown.months, shown.this_month, shown.last_30_days):
                measure = span.measure(key)
                told = (_number(measure.value), _number(measure.part), _number(measure.whole))
                assert told == raw.recount(key, span.period), (key, span.period)


def _period(asked, today):
    if isinstance(asked, str):
        return named(asked, today)
    first, last = (min(FIRST_DAY + timedelta(days=offset), today) for offset in sorted(asked))
    return between(first, last)


def _not_later(at, shop):
    """The time of day, or one o'clock in the night where the clock jumps over it."""
    return "01:00" if at == "02:30" and shop.shop.timezone == "America/New_York" else at


def _number(value):
    return None if value is None else round(float(value), 6)


class _Raw:
    """The shop's orders and customers as they stand in the tables, counted in the simplest way there is."""

    def __init__(self, shop, active_days):
        self.active_days = active_days
        zone = ZoneInfo(shop.shop.timezone)
        self.on_file = {row.id: row for row in shop.execute(select(Customer)) if row.hidden_at is None}
        self.orders = [
            (order.customer_id, order.ordered_at.astimezone(zone).date(), order.total, order.total < 0)
            for order in shop.execute(select(Order).order_by(Order.ordered_at))
            if order.status == "completed"
        ]

        self.visits = shop.execute(select(Visit.customer_id, Visit.visited_on)).all()

    def recount(self, key, period):
        """(value, part, whole) of a figure."""
        return getattr(self, f"_{key}", lambda period: (None, None, None))(period)

    def rows(self, key, period):
        return getattr(self, f"_{key}_rows", lambda period: [])(period)

    def within(self, period):
        return [order for order in self.orders if period.since <= order[1] < period.until]

    def purchases_of(self, until):
        """The purchase days of everybody who bought before `until` and is not hidden."""
        found = defaultdict(list)
        for customer, day, _, is_return in self.orders:
            if customer in self.on_file and not is_return and day < until:
                found[customer].append(day)
        return found

    def spend_of(self, customers, until):
        return sum(total for customer, day, total, _ in self.orders if customer in customers and day < until)

    def _revenue(self, period):
        return _number(sum(order[2] for order in self.within(period))), None, None

    def _orders(self, period):
        return sum(not order[3] for order in self.within(period)), None, None

    def _returns(self, period):
        return sum(order[3] for order in self.within(period)), None, None

    def _average_order(self, period):
        bought = [order[2] for order in self.within(period) if not order[3]]
        return _rate(sum(bought), len(bought))

    def _anonymous_share(self, period):
        sold = self.within(period)
        return _rate(sum(order[2] for order in sold if order[0] is None), sum(order[2] for order in sold), 100)

    def _people_on_file(self, period):
        return len(self.on_file), None, None

    def _customers(self, period):
        return len(self.purchases_of(period.until)), None, None

    def _repeat_customers(self, period):
        return sum(len(days) > 1 for days in self.purchases_of(period.until).values()), None, None

    def _repeat_rate(self, period):
        return _rate(self._repeat_customers(period)[0], self._customers(period)[0], 100)

    def _new_customers(self, period):
        return sum(min(days) >= period.since for days in self.purchases_of(period.until).values()), None, None

    def _active_customers(self, period):
        recently = period.until - timedelta(days=self.active_days)
        bought = self.purchases_of(period.until)
        active = {customer for customer, days in bought.items() if max(days) >= recently}
        active |= {customer for customer, day in self.visits if recently <= day < period.until}
        return len(active & self.on_file.keys()), None, len(bought)

    def _average_ltv(self, period):
        bought = self.purchases_of(period.until)
        return _rate(self.spend_of(bought, period.until), len(bought))

    def _purchase_frequency(self, period):
        bought = self.purchases_of(period.until)
        return _rate(sum(map(len, bought.values())), len(bought))

    def _waits(self, period):
        return [(period.last - max(days)).days for days in self.purchases_of(period.until).values()]

    def _days_since_last_purchase(self, period):
        waits = self._waits(period)
        return _number(median(waits)) if waits else None, None, len(waits)

    def _days_since_last_purchase_rows(self, period):
        spans = [(0, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None)]
        return [(low, high, sum(low <= wait <= (high or 10**6) for wait in self._waits(period))) for low, high in spans]

    def _retention_rate(self, period):
        def buyers(span):
            return {order[0] for order in self.within(span) if not order[3]} & self.on_file.keys()

        before = buyers(period.previous())
        return _rate(len(before & buyers(period)), len(before), 100)

    def _revenue_by_day_rows(self, period):
        days = defaultdict(lambda: [0, 0])
        for _, day, total, is_return in self.within(period):
            days[day][0] += total
            days[day][1] += not is_return
        return [(day, *days[day]) for day in sorted(days)]

    def _months(self, period):
        return sorted({order[1].replace(day=1) for order in self.within(period)})

    def _customers_by_month_rows(self, period):
        found = []
        for month in sorted({order[1].replace(day=1) for order in self.orders if order[1] < period.until}):
            bought = self.purchases_of(min((month + timedelta(days=31)).replace(day=1), period.until))
            named_or_sold = any(
                order[1].replace(day=1) == month and not order[3] and order[1] < period.until for order in self.orders
            )
            if month >= period.since.replace(day=1) and named_or_sold:
                found.append((month, len(bought), sum(len(days) > 1 for days in bought.values())))
        return found

    def _new_by_month_rows(self, period):
        months = defaultdict(int)
        for days in self.purchases_of(date.max).values():
            if period.since <= min(days) < period.until:
                months[min(days).replace(day=1)] += 1
        return sorted(months.items())

    def _new_and_returning_by_month_rows(self, period):
        """A return before the first purchase counts on the day of the first purchase."""
        first = {customer: min(days) for customer, days in self.purchases_of(date.max).items()}
        months = defaultdict(lambda: [0, 0, 0])
        for customer, day, total, is_return in self.orders:
            if customer not in first:
                continue
            day = max(day, first[customer])
            if period.since <= day < period.until:
                is_new = (day.year, day.month) == (first[customer].year, first[customer].month)
                months[day.replace(day=1)][not is_new] += total
                months[day.replace(day=1)][2] += not is_return
        return [
            (month, new, returning)
            for month, (new, returning, bought) in sorted(months.items())
            if bought or new + returning
        ]

    def _top_customers_rows(self, period):
        bought = self.purchases_of(date.max)
        spent = [(self.spend_of({customer}, date.max), customer) for customer in bought]
        return [
            (customer, self.on_file[customer].name, None, total, len(bought[customer]))
            for total, customer in sorted(spent, key=lambda pair: (-pair[0], pair[1]))[:5]
        ]

    def _cohorts_rows(self, period):
        cells = defaultdict(int)
        for days in self.purchases_of(date.max).values():
            first = min(days).replace(day=1)
            for month in {day.replace(day=1) for day in days}:
                if first >= period.since.replace(day=1) and month < period.until:
                    cells[first, (month.year - first.year) * 12 + month.month - first.month] += 1
        return [(cohort, later, cells[cohort, later], cells[cohort, 0]) for cohort, later in sorted(cells)]


def _rate(part, whole, times=1):
    is_nonsense = times == 100 and not 0 <= part <= whole
    value = None if not whole or is_nonsense else _number(float(part) / float(whole) * times)
    return value, _number(part), _number(whole)


RECOUNTED = [key for key in KEYS if hasattr(_Raw, f"_{key}") or hasattr(_Raw, f"_{key}_rows")]


def test_every_figure_is_recounted_here_or_beside_those_of_visits():
    known = {*RECOUNTED, *OF_VISITS, *OF_REFILLS, *OF_CONTACTS, *OF_CUSTOMERS, *OF_PIPELINE, *OF_LEADS}
    assert set(KEYS) == known


def test_a_sale_at_half_past_eleven_at_night_belongs_to_the_shops_own_day(new_shop):
    for zone, (region, currency) in ZONES.items():
        who = keeper(new_shop(timezone=zone, region=region, currency=currency))
        with shop_session(who, alone=True, now=NOW) as shop:
            till = Till(shop)
            changes = [date(2026, 3, 8), date(2026, 4, 5)]  # clocks change in New York and in Auckland
            for day in changes:
                till.sell("Asha", 1, day - timedelta(days=1), "23:30")
                till.sell("Asha", 10, day, "00:30")
                till.sell("Asha", 100, day, "23:30")
                till.sell("Asha", 1000, day + timedelta(days=1), "00:30")
            for day in changes:
                (measure,) = measure_all(shop, ["revenue"], between(day, day))
                assert measure.value == 110, zone


def test_today_ends_at_midnight_on_the_shops_clock(new_shop):
    who = keeper(new_shop(timezone="Pacific/Auckland", region="NZ", currency="NZD"))
    auckland = ZoneInfo("Pacific/Auckland")
    for at, expected in ((time(23, 30), date(2026, 4, 5)), (time(0, 30), date(2026, 4, 5))):
        with shop_session(who, now=datetime.combine(date(2026, 4, 5), at, auckland)) as shop:
            assert named("week", shop.today).last == expected
