"""What each figure of visits comes to: cases one can work out by hand, and random shops recounted in plain Python."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from till import Till

from crmcore import (
    counters,
    customer_list,
    order_list,
    orders,
    people,
    products,
    reviews,
    shop_settings,
    visit_list,
    visits,
)
from crmcore.customer_list import Filters
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.metrics import KEYS, MEASURES, asked_period, measure_all, metric
from crmcore.metrics.figures import (
    rep_results,
    returning_visitors,
    revisit_rate,
    visit_conversion,
    visit_funnel,
    visits_by_day,
    visits_by_hour,
    visits_by_interest,
    visits_by_purpose,
    visits_by_type,
    visits_today,
    visits_week,
)
from crmcore.metrics.measure import Measure, measure_before
from crmcore.metrics.visits import FIGURES, has_visits, visit_figures
from crmcore.metrics.visits import rep_results as rep_results_of
from crmcore.models import Customer, Membership, Order, Review, Visit
from crmcore.periods import NAMES, between, named

OCTOBER = between(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = between(date(2026, 11, 1), date(2026, 11, 20))


@pytest.fixture
def till(shop):
    return Till(shop)


def counted(rate):
    return rate.part, rate.whole


def rows(measure):
    return [tuple(row.values()) for row in measure.rows]


def stages(shop, period):
    return [row["visitors"] for row in visit_funnel(shop, period).rows]


def test_two_entries_on_one_day_are_no_revisit(shop, till):
    till.visit("Asha", "2026-11-10", "10:00")
    till.visit("Asha", "2026-11-10", "18:00")
    till.visit("Bilal", "2026-11-10")
    assert MEASURES["visits"](shop, NOVEMBER).value == 2
    assert counted(revisit_rate(shop, NOVEMBER)) == (0, 2)
    till.visit("Asha", "2026-11-11")
    assert counted(revisit_rate(shop, NOVEMBER)) == (1, 2)
    assert revisit_rate(shop, NOVEMBER).shown(shop.shop) == "50.0\u202f%"


def test_today_and_the_last_seven_days_hold_no_day_more_whatever_the_period(shop, till):
    for day in ("2026-11-20", "2026-11-19", "2026-11-14", "2026-11-13", "2026-10-01"):
        till.visit(f"Customer of {day}", day)
    _visit_of_the_future(shop, till.customer("Asha"), date(2026, 11, 21))
    for period in (OCTOBER, NOVEMBER, asked_period(shop)):
        assert (visits_today(shop, period).value, visits_week(shop, period).value) == (1, 3)
    assert measure_before(shop, "visits_today", OCTOBER).value == 1  # yesterday
    assert measure_before(shop, "visits_week", OCTOBER).value == 1  # 7 to 13 November


def test_nothing_of_nothing_is_a_dash(shop):
    for key in ("revisit_rate", "returning_visitors", "visit_conversion", "reviews"):
        measure = MEASURES[key](shop, NOVEMBER)
        assert (measure.value, measure.shown(shop.shop)) == (None, "–")
    assert [visits_today(shop, NOVEMBER).value, visits_week(shop, NOVEMBER).value] == [0, 0]
    assert stages(shop, NOVEMBER) == [0, 0, 0, 0]
    assert rows(rep_results(shop, NOVEMBER)) == rows(visits_by_day(shop, NOVEMBER)) == []
    assert [row["visits"] for row in visits_by_type(shop, NOVEMBER).rows] == [0, 0, 0, 0]


def test_revisits_count_since_the_beginning_up_to_the_periods_end(shop, till):
    till.visit("Asha", "2026-10-05")
    till.visit("Bilal", "2026-10-06")
    till.visit("Asha", "2026-11-06")
    till.customer("Chitra")  # never came: no part of the population
    assert counted(revisit_rate(shop, OCTOBER)) == (0, 2)
    assert counted(revisit_rate(shop, NOVEMBER)) == (1, 2)


def test_of_the_periods_visitors_those_return_who_had_been_before(shop, till):
    till.visit("Asha", "2026-10-05")
    till.visit("Asha", "2026-11-05")
    till.visit("Bilal", "2026-11-06")
    till.visit("Bilal", "2026-11-07")
    till.visit("Chitra", "2026-11-06")
    till.visit("Dev", "2026-10-06")
    assert counted(returning_visitors(shop, NOVEMBER)) == (2, 3)
    assert counted(returning_visitors(shop, OCTOBER)) == (0, 2)
    assert counted(returning_visitors(shop, between(date(2026, 11, 6), date(2026, 11, 6)))) == (0, 2)


def test_a_purchase_counts_for_a_visit_on_its_day_and_within_30_days_after(shop, till):
    till.visit("Asha", "2026-10-05")
    till.sell("Asha", 100, "2026-11-04")  # the thirtieth day
    till.visit("Bilal", "2026-10-05")
    till.sell("Bilal", 100, "2026-11-05")  # a day too late
    till.visit("Chitra", "2026-10-05", "18:00")
    till.sell("Chitra", 100, "2026-10-05", "09:00")
    till.visit("Dev", "2026-10-05")
    till.sell("Dev", 100, "2026-10-04")  # before the visit
    till.visit("Esha", "2026-10-05")
    till.sell("Esha", -10, "2026-10-06")  # a return
    till.visit("Farhan", "2026-10-05")
    till.sell("Farhan", 10, "2026-10-06", status="draft")
    assert counted(visit_conversion(shop, OCTOBER)) == (2, 6)
    shop_settings.change_counting(shop, shop_settings.Counting(conversion_days=31))
    assert counted(visit_conversion(shop, OCTOBER)) == (3, 6)
    shop_settings.change_counting(shop, shop_settings.Counting(conversion_days=0))
    assert counted(visit_conversion(shop, OCTOBER)) == (1, 6)


def test_a_visitor_counts_once_however_often_they_come(shop, till):
    for day in ("2026-11-03", "2026-11-05", "2026-11-09"):
        till.visit("Asha", day)
    till.sell("Asha", 100, "2026-11-04")
    till.sell("Asha", 100, "2026-11-10")
    assert counted(visit_conversion(shop, NOVEMBER)) == (1, 1)
    assert counted(returning_visitors(shop, NOVEMBER)) == (1, 1)
    assert counted(visit_conversion(shop, between(date(2026, 11, 4), date(2026, 11, 8)))) == (1, 1)


def test_the_funnel_never_grows(shop, till):
    till.visit("Asha", "2026-11-03", interest="high")
    till.visit("Asha", "2026-11-05", interest="low", outcome="quote_given")
    till.visit("Bilal", "2026-11-03", interest="medium")
    till.visit("Chitra", "2026-11-03", interest="low")
    till.visit("Dev", "2026-11-03", interest="not_interested", outcome="purchase")  # bought all the same
    till.visit("Esha", "2026-11-03")
    till.sell("Esha", 50, "2026-11-19")  # nobody wrote down how interested she was
    assert stages(shop, NOVEMBER) == [5, 4, 3, 2]
    assert stages(shop, between(date(2026, 11, 3), date(2026, 11, 3))) == [5, 4, 2, 2]
    assert [row["stage"] for row in visit_funnel(shop, NOVEMBER).rows] == [
        "visited", "interested", "quoted", "purchased",
    ]  # fmt: skip


def test_three_visits_and_two_orders_of_a_rep_are_three_and_two(shop, till):
    for day in ("2026-11-03", "2026-11-04", "2026-11-05"):
        till.visit("Asha", day, by="Ravi")
    till.sell("Asha", 100, "2026-11-05", by="Ravi")
    till.sell("Asha", 50, "2026-11-06", by="Ravi")
    till.sell("Asha", 40, "2026-11-06", status="draft", by="Ravi")
    till.sell("Asha", 30, "2026-11-06", status="cancelled", by="Ravi")
    till.sell("Asha", -20, "2026-11-07", by="Ravi")
    (ravi,) = rep_results(shop, NOVEMBER).rows
    assert ravi == {
        "rep_id": till.reps["Ravi"],
        "name": "Ravi",
        "customers": 1,
        "visits": 3,
        "purchases": 2,
        "revenue": 130,
        "converted": 1,
        "visit_conversion": 100,
    }


def test_reps_stand_by_purchases_then_visits_then_name_those_with_nothing_last(shop, till):
    for name in ("Zoya", "Amit", "Ravi", "Sana", "Gone"):
        till.rep(name)
    till.visit("Asha", "2026-11-03", by="Sana")
    till.visit("Asha", "2026-11-04", by="Sana")
    till.visit("Bilal", "2026-11-03", by="Ravi")
    till.sell("Bilal", 10, "2026-11-05", by="Ravi")
    till.visit("Chitra", "2026-11-03", by="Gone")
    for name in ("Gone", "Zoya"):
        people.change_member(
            shop, till.reps[name], name=name, role="staff", sells=False, medical=False, is_active=name != "Gone"
        )
    found = rep_results(shop, NOVEMBER).rows
    assert [(row["name"], row["purchases"], row["visits"]) for row in found] == [
        ("Ravi", 1, 1),
        ("Sana", 0, 2),
        ("Gone", 0, 1),  # works here no more, yet handled a visit in these days
        ("Amit", 0, 0),
    ]
    assert [row["visit_conversion"] for row in found] == [100, 0, 0, None]


def test_a_reps_conversion_is_of_the_visits_they_handled(shop, till):
    till.visit("Asha", "2026-11-03", by="Ravi")
    till.visit("Asha", "2026-11-10", by="Sana")
    till.sell("Asha", 10, "2026-11-05", by="Sana")  # between the two visits, sold by the other
    results = {row["name"]: (row["customers"], row["converted"]) for row in rep_results(shop, NOVEMBER).rows}
    assert results == {"Ravi": (1, 1), "Sana": (1, 0)}


def test_visits_are_told_by_day_hour_type_interest_and_purpose(shop, till):
    till.visit("Asha", "2026-11-02", "10:59", visit_type="scheduled", interest="high", purpose="service")  # a Monday
    till.visit("Bilal", "2026-11-02", "11:00", interest="low", purpose="browsing")
    till.visit("Chitra", "2026-11-08", "11:30", visit_type="delivery")  # a Sunday
    assert rows(visits_by_day(shop, NOVEMBER)) == [(date(2026, 11, 2), 2), (date(2026, 11, 8), 1)]
    assert rows(visits_by_hour(shop, NOVEMBER)) == [(1, 10, 1), (1, 11, 1), (7, 11, 1)]
    assert rows(visits_by_type(shop, NOVEMBER)) == [
        ("walk-in", 1), ("scheduled", 1), ("follow-up", 0), ("delivery", 1),
    ]  # fmt: skip
    assert rows(visits_by_interest(shop, NOVEMBER)) == [
        ("high", 1), ("medium", 0), ("low", 1), ("not_interested", 0), (None, 1),
    ]  # fmt: skip
    assert rows(visits_by_purpose(shop, NOVEMBER)) == [
        ("browsing", 1), ("purchase_intent", 0), ("complaint", 0), ("service", 1), (None, 1),
    ]  # fmt: skip


def test_reviews_are_answered_of_those_asked_for_and_rated_of_those_given(shop, till):
    asha, bilal, chitra, dev = (till.customer(name) for name in ("Asha", "Bilal", "Chitra", "Dev"))
    reviews.ask(shop, asha, "whatsapp")
    reviews.give(shop, asha, reviews.Given(5))
    reviews.ask(shop, bilal, "email")
    reviews.give(shop, chitra, reviews.Given(2))  # nobody asked
    reviews.ask(shop, dev, "call")
    till.hide("Dev")
    measure = MEASURES["reviews"](shop, NOVEMBER)
    assert counted(measure) == (1, 2)
    assert measure.rows == [{"requested": 2, "answered": 1, "given": 2, "average_rating": 3.5}]
    assert counted(MEASURES["reviews"](shop, OCTOBER)) == (0, 0)


def test_hidden_customers_leave_every_rate_but_their_visits_were_visits(shop, till):
    for name in ("Asha", "Bilal"):
        till.visit(name, "2026-11-03", by="Ravi", outcome="purchase")
        till.visit(name, "2026-11-04", by="Ravi")
        till.sell(name, 10, "2026-11-04", by="Ravi")
    till.hide("Bilal")
    assert MEASURES["visits"](shop, NOVEMBER).value == 4
    for rate in (revisit_rate, returning_visitors, visit_conversion):
        assert counted(rate(shop, NOVEMBER)) == (1, 1)
    assert stages(shop, NOVEMBER) == [1, 1, 1, 1]
    (ravi,) = rep_results(shop, NOVEMBER).rows
    assert (ravi["customers"], ravi["visits"], ravi["purchases"], ravi["converted"]) == (1, 4, 2, 1)


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER, between(date(2026, 11, 4), date(2026, 11, 6))])
def test_behind_each_figure_stand_exactly_those_it_counts(shop, till, period):
    for name, days in {
        "Asha": ["2026-10-05", "2026-11-05"],
        "Bilal": ["2026-11-05"],
        "Chitra": ["2026-10-06", "2026-10-30"],
        "Dev": ["2026-11-03", "2026-11-04"],
        "Esha": ["2026-11-06"],
    }.items():
        for day in days:
            till.visit(name, day, by="Ravi" if name in ("Asha", "Esha") else "Sana")
    till.sell("Asha", 10, "2026-11-04", by="Ravi")
    till.sell("Dev", 10, "2026-11-05", by="Sana")
    till.sell("Dev", -1, "2026-11-05", by="Sana")
    till.sell("Chitra", 10, "2026-10-30", by="Sana")
    till.hide("Esha")
    for key in ("revisit_rate", "returning_visitors", "visit_conversion"):
        listed = customer_list.count(shop, Filters.of_address(metric(key).behind(period)))
        assert listed == MEASURES[key](shop, period).part, key
    assert visit_list.count(shop, period) == MEASURES["visits"](shop, period).value
    days = {"visited_from": period.since, "visited_to": period.last}
    for row in visit_funnel(shop, period).rows:
        stage = {} if row["stage"] == "visited" else {"visit": row["stage"]}
        assert customer_list.count(shop, Filters(**days, **stage)) == row["visitors"]
    for row in rep_results(shop, period).rows:
        rep = row["rep_id"]
        days = {"visited_from": period.since, "visited_to": period.last, "handled_by": rep}
        assert customer_list.count(shop, Filters(**days)) == row["customers"]
        assert customer_list.count(shop, Filters(**days, visit="bought")) == row["converted"]
        assert visit_list.count(shop, period, visit_list.Filters(rep=rep)) == row["visits"]
        assert order_list.page_of(shop, period, order_list.Filters(rep=rep, purchases=True)).orders == row["purchases"]
        sold = order_list.page_of(shop, period, order_list.Filters(rep=rep, status="completed"))
        assert sold.money == row["revenue"]


def test_the_page_of_a_product_holds_the_visits_about_it_and_its_sales(shop, till):
    sofa, lamp = (products.create(shop, products.NewProduct(name=name)) for name in ("Sofa", "Lamp"))
    till.visit("Asha", "2026-10-05", by="Ravi", product_ids=[lamp])
    first = till.visit("Asha", "2026-11-03", "10:00", by="Ravi", product_ids=[sofa, lamp], interest="high")
    till.visit("Bilal", "2026-11-03", "10:30", by="Ravi", product_ids=[sofa])
    till.visit("Chitra", "2026-11-03", by="Sana", product_ids=[lamp])
    lines = [orders.Item("Sofa", unit_price=Decimal(90), product_id=sofa), orders.Item("Lamp", unit_price=Decimal(10))]
    asha, ravi = till.people["Asha"], till.reps["Ravi"]
    at = visits.moment_on(shop, date(2026, 11, 5))
    orders.record(shop, orders.NewOrder(items=lines, customer_id=asha, rep_id=ravi, ordered_at=at))
    till.sell("Bilal", 5, "2026-11-06", by="Ravi")  # not of the sofa, but it came after that visit
    reviews.ask(shop, asha, "whatsapp", visit_id=first)
    reviews.ask(shop, till.people["Chitra"], "whatsapp")
    shown = visit_figures(shop, NOVEMBER, product=sofa)
    assert (shown.visits, shown.earlier_visits) == (2, 0)
    assert {key: counted(shown.now[key]) for key in FIGURES[2:]} == {
        "revisit_rate": (1, 2),
        "returning_visitors": (1, 2),
        "visit_conversion": (2, 2),
        "reviews": (0, 1),
    }
    assert list(shown.funnel.values()) == [2, 2, 2, 2]
    assert shown.by_hour == {(2, 10): 2}
    rows_of = {row["name"]: row for row in rep_results_of(shop, NOVEMBER, product=sofa).rows}
    assert [rows_of["Ravi"][key] for key in ("customers", "visits", "purchases", "revenue", "converted")] == [
        2, 2, 1, 90, 2,
    ]  # fmt: skip
    assert [rows_of["Sana"][key] for key in ("visits", "purchases", "revenue")] == [0, 0, 0]
    behind = {"visited_from": NOVEMBER.since, "visited_to": NOVEMBER.last, "about": sofa}
    assert customer_list.count(shop, Filters(**behind)) == 2
    assert customer_list.count(shop, Filters(**behind, visit="returned")) == 1
    assert visit_list.count(shop, NOVEMBER, visit_list.Filters(product=sofa)) == 2


def test_the_page_of_a_shop_without_visits_has_nothing_to_show(shop, till):
    till.sell("Asha", 10, "2026-11-03")
    shown = visit_figures(shop, named("all", shop.today))
    assert not has_visits(shop)
    assert (shown.visits, shown.compared, shown.by_hour) == (0, None, {})
    assert [measure.value for measure in shown.now.values()] == [0, 0, None, None, None, None]
    till.visit("Asha", "2026-11-03")
    assert has_visits(shop)
    assert visit_figures(shop, named("all", shop.today)).period.since == date(2026, 11, 3)


# India has a half hour; London and Auckland change their clocks in opposite directions (29 March, 5 April 2026).
ZONES = {"Asia/Kolkata": ("IN", "INR"), "Europe/London": ("GB", "GBP"), "Pacific/Auckland": ("NZ", "NZD")}
FIRST_DAY, DAYS = date(2026, 2, 20), 80
NOW = datetime(2026, 5, 11, 11, 30, tzinfo=UTC)  # 11 May in the first two, 23:30 of it in Auckland
NAMES_ON_FILE = ("Asha", "Bilal", "Chitra", "Dev")
REPS = ("Ravi", "Sana", None)

offsets = st.integers(0, DAYS + 3)  # the last three days are still to come
came = st.lists(
    st.tuples(
        st.sampled_from(NAMES_ON_FILE),
        offsets,
        st.sampled_from(["23:30", "00:30", "11:00", "17:45"]),
        st.sampled_from(REPS),
        st.sampled_from(list(visits.VISIT_TYPES)),
        st.sampled_from([None, *visits.PURPOSES]),
        st.sampled_from([None, *visits.INTERESTS]),
        st.sampled_from([None, *visits.OUTCOMES]),
    ),
    max_size=30,
)
sales = st.lists(
    st.tuples(
        st.sampled_from([*NAMES_ON_FILE, None]),
        st.integers(0, DAYS),
        st.sampled_from(["0", "19.99", "-5"]),
        st.sampled_from(["completed", "completed", "draft"]),
        st.sampled_from(REPS),
    ),
    max_size=12,
)
asked_and_given = st.lists(
    st.tuples(
        st.sampled_from(NAMES_ON_FILE),
        st.one_of(st.none(), st.integers(0, DAYS)),
        st.one_of(st.none(), st.tuples(st.integers(0, DAYS), st.integers(1, 5))),
    ).filter(lambda review: review[1] is not None or review[2] is not None),
    max_size=6,
)
periods = st.one_of(st.sampled_from(list(NAMES)), st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(list(ZONES)),
    came=came,
    sold=sales,
    said=asked_and_given,
    hidden=st.sets(st.sampled_from(NAMES_ON_FILE), max_size=2),
    days=st.sampled_from([30, 30, 0, 7]),
    asked=periods,
)
def test_every_figure_equals_a_recount(new_shop, zone, came, sold, said, hidden, days, asked):
    region, currency = ZONES[zone]
    who = keeper(new_shop(timezone=zone, region=region, currency=currency))
    with shop_session(who, alone=True, now=NOW) as shop:
        till = Till(shop)
        if days != 30:
            shop_settings.change_counting(shop, shop_settings.Counting(conversion_days=days))
        for name, offset, at, by, visit_type, purpose, interest, outcome in came:
            day, handler = FIRST_DAY + timedelta(days=offset), till.rep(by) if by else None
            kinds = {"visit_type": visit_type, "purpose": purpose, "interest": interest, "outcome": outcome}
            _come(shop, till.customer(name), datetime.combine(day, time.fromisoformat(at), shop.zone), handler, kinds)
        for name, offset, amount, status, by in sold:
            till.sell(name, amount, min(FIRST_DAY + timedelta(days=offset), shop.today), "00:10", status, by)
        for review in said:
            _review(shop, till, *review)
        for name in hidden & till.people.keys():
            till.hide(name)
        period = _period(asked, shop.today)
        raw = _Raw(shop, days)
        itself: dict[str, list[Measure]] = {}
        for key in RECOUNTED:
            itself[key] = [MEASURES[key](shop, period), measure_before(shop, key, period)]
            for measure in filter(None, itself[key]):
                assert _told(measure) == raw.recount(key, measure.period), (key, measure.period)
                assert rows(measure) == raw.rows(key, measure.period), (key, measure.period)
        _page_says_the_same(shop, period, itself)
        for rep in till.reps.values():
            _page_of_a_rep_says_the_same(shop, period, raw, rep)


def _page_says_the_same(shop, period, itself):
    """The one statement of the page against each figure's own."""
    shown = visit_figures(shop, period)
    assert shown.compared == period.compared()
    for key in FIGURES:
        now, before = itself[key]
        assert _told(shown.now[key]) == _told(now), key
        assert (shown.earlier.get(key) and _told(shown.earlier[key])) == (before and _told(before)), key
    assert (shown.visits, shown.earlier_visits) == (
        itself["visits"][0].value, itself["visits"][1].value if itself["visits"][1] else 0
    )  # fmt: skip
    assert sum(step.visits for step in shown.line) == shown.visits
    assert sum(step.visits for step in shown.earlier_line) == shown.earlier_visits
    assert [(*key, number) for key, number in sorted(shown.by_hour.items())] == rows(itself["visits_by_hour"][0])
    for key, told in (("type", shown.by_type), ("interest", shown.by_interest), ("purpose", shown.by_purpose)):
        assert list(told.items()) == rows(itself[f"visits_by_{key}"][0]), key
    assert list(shown.funnel.items()) == rows(itself["visit_funnel"][0])
    assert shown.now["reviews"].rows[0]["given"] == itself["reviews"][0].rows[0]["given"]


def _page_of_a_rep_says_the_same(shop, period, raw, rep):
    """Only visits one rep handled, but a visitor comes back, or buys, whoever handled the rest."""
    shown = visit_figures(shop, period, rep=rep)
    for key, measure in [*shown.now.items(), *shown.earlier.items()]:
        if key != "reviews":
            assert _told(measure) == raw.recount(key, measure.period, rep), (key, measure.period)
    assert shown.visits == raw.recount("visits", period, rep)[0]
    assert sum(shown.by_hour.values()) == sum(shown.by_type.values()) == shown.visits
    assert list(shown.funnel.items()) == raw._visit_funnel_rows(period, rep)
    (row,) = rep_results_of(shop, period, rep=rep).rows or [None]
    assert [tuple(row.values())] == [known for known in raw._rep_results_rows(period) if known[0] == rep]


def _come(shop, customer_id, moment, handler, kinds):
    """A visit as people record it; one that is still to come is planted, as no form lets it through."""
    if moment <= shop.now:
        visits.record(shop, visits.NewVisit(customer_id, visited_at=moment, handled_by=handler, **kinds))
    else:
        _plant(shop, customer_id, moment, handled_by=handler, **kinds)


def _visit_of_the_future(shop, customer_id, day):
    _plant(shop, customer_id, datetime.combine(day, time(11), shop.zone))


def _plant(shop, customer_id, moment, **fields):
    day = moment.astimezone(shop.zone).date()
    there = select(func.count()).where(
        Visit.shop_id == shop.id, Visit.customer_id == customer_id, Visit.visited_on == day
    )
    if shop.scalar(there):
        return
    visit_id = new_id()
    row = {"customer_id": customer_id, "visited_at": moment, "visited_on": day, **fields}
    shop.execute(insert(Visit).values(shop_id=shop.id, id=visit_id, **row))
    counters.count_visit(shop, visit_id)


def _review(shop, till, name, asked, given):
    row = {"shop_id": shop.id, "id": new_id(), "customer_id": till.customer(name)}
    for prefix, offset in (("requested", asked), ("given", given and given[0])):
        if offset is not None:
            day = FIRST_DAY + timedelta(days=offset)
            row |= {f"{prefix}_on": day, f"{prefix}_at": datetime.combine(day, time(9), shop.zone)}
    if given:
        row["rating"] = given[1]
    shop.execute(insert(Review).values(**row))


def _period(asked, today):
    if isinstance(asked, str):
        return named(asked, today)
    first, last = (FIRST_DAY + timedelta(days=offset) for offset in sorted(asked))
    return between(first, last)


def _told(measure):
    return _number(measure.value), _number(measure.part), _number(measure.whole)


def _number(value):
    return None if value is None else round(float(value), 6)


class _Raw:
    """The shop's rows as they stand in the tables, counted in the simplest way there is."""

    def __init__(self, shop, conversion_days):
        zone = ZoneInfo(shop.shop.timezone)
        self.today, self.within_days = shop.now.astimezone(zone).date(), conversion_days
        self.on_file = {row.id for row in shop.execute(select(Customer)) if row.hidden_at is None}
        self.reps = {row.staff_id: row.name for row in shop.execute(select(Membership)) if row.sells}
        self.visits = list(shop.execute(select(Visit)))
        self.local = {visit.id: visit.visited_at.astimezone(zone) for visit in self.visits}
        self.orders = [
            (order.customer_id, order.ordered_at.astimezone(zone).date(), order.rep_id, order.total)
            for order in shop.execute(select(Order))
            if order.status == "completed"
        ]
        self.reviews = [row for row in shop.execute(select(Review)) if row.customer_id in self.on_file]

    def recount(self, key, period, *rep):
        return getattr(self, f"_{key}", lambda period: (None, None, None))(period, *rep)

    def rows(self, key, period):
        return getattr(self, f"_{key}_rows", lambda period: [])(period)

    def day(self, visit):
        return self.local[visit.id].date()

    def of(self, period, rep=None):
        return [
            visit
            for visit in self.visits
            if period.since <= self.day(visit) < period.until and rep in (None, visit.handled_by)
        ]

    def visitors(self, period, rep=None):
        """Customers who are not hidden -> their visits of the period."""
        found = defaultdict(list)
        for visit in self.of(period, rep):
            if visit.customer_id in self.on_file:
                found[visit.customer_id].append(visit)
        return found

    def led_to_a_purchase(self, visit):
        return any(
            customer == visit.customer_id and total >= 0 and 0 <= (day - self.day(visit)).days <= self.within_days
            for customer, day, _, total in self.orders
        )

    def stage(self, visit):
        if visit.outcome == "purchase" or self.led_to_a_purchase(visit):
            return 3
        return 2 if visit.outcome == "quote_given" else int(visit.interest in ("high", "medium"))

    def _visits(self, period, rep=None):
        return len(self.of(period, rep)), None, None

    _visits_today = _visits_week = _visits

    def _revisit_rate(self, period, rep=None):
        so_far = between(date(1900, 1, 1), period.last)
        days = {customer: {self.day(visit) for visit in theirs} for customer, theirs in self.visitors(so_far).items()}
        visitors = self.visitors(so_far, rep)
        return _rate(sum(len(days[customer]) > 1 for customer in visitors), len(visitors))

    def _returning_visitors(self, period, rep=None):
        ever = self.visitors(between(date(1900, 1, 1), date(2100, 1, 1)))
        visitors = self.visitors(period, rep)
        returned = [
            customer
            for customer, theirs in visitors.items()
            if max(map(self.day, theirs)) > min(map(self.day, ever[customer]))
        ]
        return _rate(len(returned), len(visitors))

    def _visit_conversion(self, period, rep=None):
        visitors = self.visitors(period, rep)
        return _rate(sum(any(map(self.led_to_a_purchase, theirs)) for theirs in visitors.values()), len(visitors))

    def _visit_funnel_rows(self, period, rep=None):
        reached = [max(map(self.stage, theirs)) for theirs in self.visitors(period, rep).values()]
        names = ("visited", "interested", "quoted", "purchased")
        return [(name, sum(stage >= nth for stage in reached)) for nth, name in enumerate(names)]

    def _rep_results_rows(self, period):
        found = []
        for rep, name in self.reps.items():
            theirs = self.visitors(period, rep)
            converted = sum(any(map(self.led_to_a_purchase, visits)) for visits in theirs.values())
            totals = [order[3] for order in self.orders if order[2] == rep and period.since <= order[1] < period.until]
            handled = len(self.of(period, rep))
            share = round(Decimal(100 * converted) / len(theirs), 4) if theirs else None
            bought = sum(total >= 0 for total in totals)
            found.append((rep, name, len(theirs), handled, bought, sum(totals), converted, share))
        return sorted(found, key=lambda row: (-row[4], -row[3], row[1]))

    def _reviews(self, period):
        asked = self._asked(period)
        return _rate(sum(review.given_at is not None for review in asked), len(asked))

    def _reviews_rows(self, period):
        given = [row.rating for row in self.reviews if row.given_on and period.since <= row.given_on < period.until]
        asked = self._asked(period)
        answered = sum(review.given_at is not None for review in asked)
        return [(len(asked), answered, len(given), round(sum(given) / len(given), 4) if given else None)]

    def _asked(self, period):
        return [row for row in self.reviews if row.requested_on and period.since <= row.requested_on < period.until]

    def _visits_by_day_rows(self, period):
        return sorted(Counter(map(self.day, self.of(period))).items())

    def _visits_by_hour_rows(self, period):
        moments = (self.local[visit.id] for visit in self.of(period))
        hours = Counter((moment.isoweekday(), moment.hour) for moment in moments)
        return [(*key, hours[key]) for key in sorted(hours)]

    def _by(self, period, column, known):
        told = Counter(getattr(visit, column) for visit in self.of(period))
        return [(value, told[value]) for value in (*known, None) if value is not None or told[None]]

    def _visits_by_type_rows(self, period):
        return self._by(period, "visit_type", visits.VISIT_TYPES)

    def _visits_by_interest_rows(self, period):
        return self._by(period, "interest", visits.INTERESTS)

    def _visits_by_purpose_rows(self, period):
        return self._by(period, "purpose", visits.PURPOSES)


def _rate(part, whole):
    return _number(100 * part / whole) if whole else None, part, whole


RECOUNTED = [key for key in KEYS if hasattr(_Raw, f"_{key}") or hasattr(_Raw, f"_{key}_rows")]


def test_a_visit_at_half_past_eleven_at_night_belongs_to_the_shops_own_day(new_shop):
    for zone, (region, currency) in ZONES.items():
        who = keeper(new_shop(timezone=zone, region=region, currency=currency))
        with shop_session(who, alone=True, now=NOW) as shop:
            till = Till(shop)
            for change in (date(2026, 3, 29), date(2026, 4, 5)):  # clocks change in London and in Auckland
                till.visit("Asha", change - timedelta(days=1), "23:30")
                till.visit("Bilal", change, "00:30")
                till.visit("Chitra", change, "23:30")
                till.visit("Dev", change + timedelta(days=1), "00:30")
                (measure,) = measure_all(shop, ["visits"], between(change, change))
                assert measure.value == 2, zone
                assert [row[1] for row in rows(visits_by_hour(shop, between(change, change)))] == [0, 23], zone
