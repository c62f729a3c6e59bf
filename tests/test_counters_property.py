"""Whatever happens to orders, visits and customers, in whatever order: counters equal a recount of the raw rows."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from truth import assert_counters_true

from crmcore import customers, orders, people, shop_settings, visits
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import CrmError

ZONE = ZoneInfo("Asia/Kolkata")
FIRST_DAY = date(2026, 8, 25)

days = st.integers(0, 87).map(lambda offset: FIRST_DAY + timedelta(days=offset))
amounts = st.decimals("-50", "200", places=2)
who_bought = st.integers(0, 3)

steps = st.one_of(
    st.tuples(st.just("sell"), who_bought, days, amounts, st.sampled_from(list(orders.STATUSES)), st.booleans()),
    st.tuples(st.just("change amount"), st.integers(0, 30), amounts),
    st.tuples(st.just("change day"), st.integers(0, 30), days),
    st.tuples(st.just("change customer"), st.integers(0, 30), who_bought),
    st.tuples(st.just("change status"), st.integers(0, 30), st.sampled_from(list(orders.STATUSES))),
    st.tuples(st.just("take back"), st.integers(0, 30)),
    st.tuples(st.just("hide"), st.integers(1, 3)),
    st.tuples(st.just("bring back"), st.integers(1, 3)),
    st.tuples(st.just("active days"), st.sampled_from([1, 10, 90])),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=1, max_size=25))
def test_counters_equal_a_recount_after_anything(new_shop, history):
    who = keeper(new_shop())
    with shop_session(who, alone=True, now=NOW) as shop:
        ravi = people.NewMember(f"rep-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True)
        rep = people.add_member(shop, ravi)
        buyers = [None] + [customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra")]
        placed = []
        for step in history:
            _take(shop, step, buyers, placed, rep)
        assert_counters_true(shop)


def _take(shop, step, buyers, placed, rep):
    """One step; a step the shop refuses (selling to somebody hidden, returning twice) must leave counters true too."""
    what, *given = step
    try:
        with shop.connection.begin_nested():
            if what == "sell":
                buyer, day, amount, status, by_rep = given
                sale = orders.NewOrder(
                    amount=amount, customer_id=buyers[buyer], status=status, rep_id=rep if by_rep else None,
                    ordered_at=_at(day),
                )
                placed.append(orders.record(shop, sale))
            elif what == "active days":
                shop_settings.change_counting(shop, shop_settings.Counting(active_days=given[0]))
            elif what in ("hide", "bring back"):
                (customers.hide if what == "hide" else customers.unhide)(shop, buyers[given[0]])
            elif placed:
                order = placed[given[0] % len(placed)]
                if what == "change amount":
                    orders.change(shop, order, orders.OrderChange(amount=given[1]))
                elif what == "change day":
                    orders.change(shop, order, orders.OrderChange(ordered_at=_at(given[1])))
                elif what == "change customer":
                    orders.change(shop, order, orders.OrderChange(customer_id=buyers[given[1]]))
                elif what == "change status":
                    orders.change(shop, order, orders.OrderChange(status=given[1]))
                else:
                    placed.append(orders.take_back(shop, order))
    except CrmError:
        pass


few_days = st.integers(0, 9).map(lambda offset: FIRST_DAY + timedelta(days=offset))
which = st.integers(0, 20)

interests = st.sampled_from([None, *visits.INTERESTS])
outcomes = st.sampled_from([None, *visits.OUTCOMES])

visit_steps = st.one_of(
    st.tuples(st.just("visit"), st.integers(0, 2), few_days, st.booleans(), interests, outcomes),
    st.tuples(st.just("visit"), st.integers(0, 2), few_days, st.booleans(), interests, outcomes),
    st.tuples(st.just("go on"), which, interests, outcomes),
    st.tuples(st.just("convert within"), st.integers(0, 5)),
    st.tuples(st.just("take back"), which),
    st.tuples(st.just("buy later"), which, few_days),
    st.tuples(st.just("move"), which, few_days),
    st.tuples(st.just("hand over"), which, st.booleans()),
    st.tuples(st.just("remove"), which),
    st.tuples(st.just("sell"), st.integers(0, 2), few_days),
    st.tuples(st.just("hide"), st.integers(0, 2)),
    st.tuples(st.just("bring back"), st.integers(0, 2)),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(visit_steps, min_size=1, max_size=25))
def test_counters_of_visits_equal_a_recount_after_anything(new_shop, history):
    with shop_session(keeper(new_shop()), alone=True, now=NOW) as shop:
        ravi = people.NewMember(f"rep-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True)
        rep = people.add_member(shop, ravi)
        visitors = [customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra")]
        made, sold = [], []
        for step in history:
            _go(shop, step, visitors, made, sold, rep)
        assert_counters_true(shop)


def _go(shop, step, visitors, made, sold, rep):
    what, number, *given = step
    try:
        with shop.connection.begin_nested():
            if what == "visit":
                day, by_rep, interest, outcome = given
                new = visits.NewVisit(
                    visitors[number], visited_at=_at(day), handled_by=rep if by_rep else None, interest=interest,
                    outcome=outcome,
                )
                made.append(visits.record(shop, new).visit_id)
            elif what == "convert within":
                shop_settings.change_counting(shop, shop_settings.Counting(conversion_days=number))
            elif what == "sell":
                sale = orders.NewOrder(amount=Decimal(9), customer_id=visitors[number], ordered_at=_at(given[0]))
                sold.append(orders.record(shop, sale))
            elif what in ("hide", "bring back"):
                (customers.hide if what == "hide" else customers.unhide)(shop, visitors[number])
            elif what == "take back" and sold:
                sold.append(orders.take_back(shop, sold[number % len(sold)]))
            elif what == "buy later" and sold:
                orders.change(shop, sold[number % len(sold)], orders.OrderChange(ordered_at=_at(given[0])))
            elif made:
                visit_id = made[number % len(made)]
                if what == "go on":
                    visits.change(shop, visit_id, visits.VisitChange(interest=given[0], outcome=given[1]))
                elif what == "move":
                    visits.change(shop, visit_id, visits.VisitChange(visited_at=_at(given[0])))
                elif what == "hand over":
                    visits.change(shop, visit_id, visits.VisitChange(handled_by=rep if given[0] else None))
                elif what == "remove":
                    visits.remove(shop, visit_id)
    except CrmError:
        pass


def _at(day):
    return datetime.combine(day, time(11, 0), ZONE)


def test_an_earlier_purchase_moves_the_first_day(shop):
    asha = customers.create(shop, {"name": "Asha"})
    for day, amount in (("2026-11-10", 100), ("2026-11-12", 50), ("2026-10-30", 70)):
        moment = datetime.fromisoformat(f"{day}T11:00:00+05:30")
        orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=asha, ordered_at=moment))
    row = customers.get(shop, asha)
    assert (row["order_count"], row["total_spent"]) == (3, Decimal(220))
    assert (str(row["first_purchase_on"]), str(row["second_purchase_on"])) == ("2026-10-30", "2026-11-10")
    assert_counters_true(shop)


def test_an_earlier_visit_moves_the_first_day_and_two_entries_on_one_day_are_one_visit(shop):
    asha = customers.create(shop, {"name": "Asha"})
    told = []
    for day in ("2026-11-10", "2026-11-12", "2026-11-12", "2026-10-30"):
        visits.record(shop, visits.NewVisit(asha, visited_at=datetime.fromisoformat(f"{day}T11:00:00+05:30")))
        row = customers.get(shop, asha)
        told.append((row["visit_count"], *(str(row[f"{nth}_visit_on"])[5:] for nth in ("first", "second", "last"))))
        assert_counters_true(shop)
    assert told == [
        (1, "11-10", "", "11-10"),
        (2, "11-10", "11-12", "11-12"),
        (2, "11-10", "11-12", "11-12"),
        (3, "10-30", "11-10", "11-12"),
    ]
