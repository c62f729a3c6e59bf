from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crmcore import customer_figures, customers, orders
from crmcore.database.gate import STAFF, keeper, shop_session


def sell(shop, customer_id, amount, days_ago=0):
    sale = orders.NewOrder(
        amount=Decimal(amount), customer_id=customer_id, ordered_at=shop.now - timedelta(days=days_ago)
    )
    return orders.record(shop, sale)


@pytest.mark.parametrize(
    ("last", "purchases", "every"),
    [(date(2026, 3, 2), 3, Decimal(30)), (date(2026, 1, 1), 2, Decimal(0)), (date(2026, 1, 1), 1, None)],
)
def test_every_how_many_days_somebody_buys(last, purchases, every):
    assert customer_figures.every_days(date(2026, 1, 1), last, purchases) == every
    assert customer_figures.every_days(None, None, 0) is None


def test_a_customers_average_order_stands_beside_the_shops_and_leaves_returns_out(shop):
    asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
    sell(shop, asha, 300, 60)
    back = sell(shop, asha, 100, 30)
    sell(shop, bilal, 800)
    orders.take_back(shop, back)
    figures = customer_figures.figures(shop, customers.get(shop, asha))
    assert figures == customer_figures.CustomerFigures(
        every_days=Decimal(30), average_order=Decimal(200), shop_average=Decimal(400), returned=Decimal(100)
    )


def test_the_average_of_the_shop_is_for_who_may_see_figures(shop):
    asha = customers.create(shop, {"name": "Asha"})
    sell(shop, asha, 300)
    staff = replace(shop, who=replace(shop.who, role=STAFF))
    figures = customer_figures.figures(staff, customers.get(shop, asha))
    assert (figures.average_order, figures.shop_average) == (Decimal(300), None)


def test_in_an_empty_shop_there_is_nothing_to_divide(shop):
    asha = customers.get(shop, customers.create(shop, {"name": "Asha"}))
    figures = customer_figures.figures(shop, asha)
    assert (figures.every_days, figures.average_order, figures.shop_average, figures.returned) == (None, None, None, 0)


def test_customers_around_a_place_are_those_within_about_5_km_who_are_not_hidden(shop, new_shop):
    here = {"latitude": "18.5074", "longitude": "73.8077"}
    asha = customers.create(shop, {"name": "Asha", **here})
    near = customers.create(shop, {"name": "Near", "latitude": "18.5400", "longitude": "73.8100"})
    customers.create(shop, {"name": "Far", "latitude": "18.9000", "longitude": "73.8100"})
    customers.create(shop, {"name": "East", "latitude": "18.5074", "longitude": "73.9000"})
    customers.hide(shop, customers.create(shop, {"name": "Hidden", **here}))
    with shop_session(keeper(new_shop()), writes=True) as other:
        customers.create(other, {"name": "Theirs", **here})
    assert [row["id"] for row in customer_figures.around(shop, customers.get(shop, asha))] == [near]
    nowhere = customers.get(shop, customers.create(shop, {"name": "Nowhere"}))
    assert customer_figures.around(shop, nowhere) == []
