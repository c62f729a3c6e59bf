from datetime import timedelta
from decimal import Decimal

from conftest import NOW
from sqlalchemy import select
from truth import assert_counters_true

from crmcore import counters, customers, orders, people, visits
from crmcore.database.gate import shop_session
from crmcore.models import CohortMonth, RecencyDay, RepDay, ShopDay


def test_days_that_are_over_become_one_row_each_and_say_the_same(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        buyers = [customers.create(shop, {"name": name}) for name in ("Asha", "Bilal")]
        ravi = people.NewMember(f"ravi-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True)
        rep = people.add_member(shop, ravi)
    for ago in (70, 40, 40, 3, 3, 0):  # connections of the pool differ, so several slots are written
        with shop_session(who, writes=True, now=NOW) as one, shop_session(who, writes=True, now=NOW) as other:
            for shop, buyer in ((one, buyers[0]), (other, buyers[1])):
                sale = orders.NewOrder(
                    amount=Decimal("12.50"), customer_id=buyer, ordered_at=NOW - timedelta(days=ago)
                )
                orders.record(shop, sale)
                visit = visits.NewVisit(buyer, visited_at=NOW - timedelta(days=ago), handled_by=rep)
                visits.record(shop, visit)
    with shop_session(who, alone=True, now=NOW) as shop:
        counters.fold(shop)
        assert_counters_true(shop)
        for days in (ShopDay, RepDay, RecencyDay):
            past = select(days.slot).where(days.shop_id == shop.id, days.day < shop.today)
            assert set(shop.execute(past).scalars()) == {0}
        months = select(CohortMonth.slot).where(CohortMonth.month < shop.today.replace(day=1))
        assert set(shop.execute(months).scalars()) == {0}
