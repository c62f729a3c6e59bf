"""Eight writers at once, some recording, some changing, some giving up half-way: nothing drifts, nothing deadlocks."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

from conftest import NOW
from sqlalchemy import func, select
from truth import assert_counters_true

from crmcore import customers, orders, visits
from crmcore.database.gate import shop_session
from crmcore.errors import BadInput
from crmcore.models import Customer, Order, Visit

WRITERS, STEPS, BUYERS = 8, 60, 12


class GaveUp(Exception):
    """A writer changed its mind inside the transaction."""


def test_eight_writers_leave_no_difference(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        buyers = [customers.create(shop, {"name": f"Buyer {n}"}) for n in range(BUYERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(lambda seed: _write(who, buyers, random.Random(seed)), range(WRITERS)))
    with shop_session(who, now=NOW) as shop:
        assert shop.scalar(select(func.count()).select_from(Order)) >= sum(done) > WRITERS * STEPS / 2
        assert_counters_true(shop)


def _write(who, buyers, dice):
    recorded = 0
    for step in range(STEPS):
        changes = dice.random() < 0.3
        try:
            with shop_session(who, writes=True, alone=changes, now=NOW) as shop:
                if changes:
                    _change_something(shop, buyers, dice)
                else:
                    orders.record(shop, _a_sale(buyers, dice))
                if dice.random() < 0.1:
                    raise GaveUp(step)
                recorded += not changes
        except GaveUp:
            pass
    return recorded


def test_eight_writers_of_visits_and_sales_leave_no_difference(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        visitors = [customers.create(shop, {"name": f"Visitor {n}"}) for n in range(BUYERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(lambda seed: _come_and_go(who, visitors, random.Random(seed)), range(WRITERS)))
    with shop_session(who, now=NOW) as shop:
        assert shop.scalar(select(func.count()).select_from(Visit)) > 0
        assert sum(made) > WRITERS * STEPS / 10
        assert_counters_true(shop)


def _come_and_go(who, visitors, dice):
    made = 0
    for step in range(STEPS // 2):
        changes = dice.random() < 0.3
        try:
            with shop_session(who, writes=True, alone=changes, now=NOW) as shop:
                if changes:
                    _change_some_visit(shop, dice)
                    is_new = False
                elif dice.random() < 0.3:
                    orders.record(shop, _a_sale(visitors, dice))
                    is_new = False
                else:
                    new = visits.NewVisit(dice.choice(visitors), visited_at=_some_day(dice))
                    _, is_new = visits.record(shop, new)
                if dice.random() < 0.1:
                    raise GaveUp(step)
                made += is_new
        except (GaveUp, BadInput):  # also a day that is taken
            pass
    return made


def _change_some_visit(shop, dice):
    visit_id = shop.scalar(select(Visit.id).order_by(func.random()).limit(1))
    if visit_id is None:
        return
    if dice.random() < 0.6:
        visits.remove(shop, visit_id)
    else:
        visits.change(shop, visit_id, visits.VisitChange(visited_at=_some_day(dice)))


def _a_sale(buyers, dice):
    return orders.NewOrder(
        amount=Decimal(dice.randint(-2000, 9000)) / 100,
        customer_id=dice.choice([None, *buyers]),
        status=dice.choice([orders.COMPLETED, orders.COMPLETED, orders.DRAFT]),
        ordered_at=_some_day(dice),
    )


def _change_something(shop, buyers, dice):
    order = shop.scalar(select(Order.id).order_by(func.random()).limit(1))
    if order is None:
        return
    orders.change(
        shop,
        order,
        orders.OrderChange(
            amount=Decimal(dice.randint(1, 9000)) / 100,
            customer_id=dice.choice([None, *buyers]),
            ordered_at=_some_day(dice),
            status=dice.choice(list(orders.STATUSES)),
        ),
    )


def _some_day(dice):
    return datetime.fromisoformat("2026-11-20T11:00:00+05:30") - timedelta(days=dice.choice([0, 0, 0, 1, 20, 45, 70]))


def test_two_tills_with_the_same_new_phone_make_one_customer(who):
    def sell(amount):
        with shop_session(who, writes=True, now=NOW) as shop:
            orders.record(shop, orders.NewOrder(amount=Decimal(amount), phone="98811 20456"))

    with ThreadPoolExecutor(8) as tills:
        list(tills.map(sell, range(1, 17)))
    with shop_session(who, now=NOW) as shop:
        [row] = shop.execute(select(Customer.order_count, Customer.total_spent)).all()
        assert row == (16, Decimal(sum(range(1, 17))))
        assert_counters_true(shop)


def test_new_customers_with_older_sales_and_second_purchases_never_stop_each_other(who):
    """The one touches today before yesterday, the other yesterday before today: in different slots, so nobody waits."""
    yesterday = NOW - timedelta(days=1)
    with shop_session(who, alone=True, now=NOW) as shop:
        came_yesterday = [
            orders.record(shop, orders.NewOrder(amount=Decimal(5), phone=f"98811 3{n:04}", ordered_at=yesterday))
            for n in range(STEPS)
        ]

    def sell(turn):
        new = turn % 2
        phone = f"98811 {4 if new else 3}{turn // 2:04}"
        sale = orders.NewOrder(amount=Decimal(1), phone=phone, ordered_at=yesterday if new else NOW)
        with shop_session(who, writes=True, now=NOW) as shop:
            return orders.record(shop, sale)

    with ThreadPoolExecutor(2 * WRITERS) as tills:
        sold = list(tills.map(sell, range(2 * STEPS)))
    with shop_session(who, now=NOW) as shop:
        assert len(set(sold)) == 2 * STEPS == shop.scalar(select(func.count()).select_from(Order)) - len(came_yesterday)
        assert_counters_true(shop)
