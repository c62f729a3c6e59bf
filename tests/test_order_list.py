"""The list of orders: filters, sorting, pages, and sums that say what the list comes to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from conftest import NOW
from sqlalchemy import create_engine, event, insert, text
from sqlalchemy.pool import NullPool

from crmcore import customers, order_list, orders, payments, people
from crmcore.database import server
from crmcore.database.gate import STAFF, keeper, new_id, shop_session
from crmcore.errors import BadInput
from crmcore.models import Order
from crmcore.order_list import Filters
from crmcore.orders import Item, NewOrder
from crmcore.periods import between, named


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha", "phone": "98811 20456"})


@pytest.fixture
def ravi(shop):
    return people.add_member(shop, people.NewMember(f"ravi-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True))


@pytest.fixture
def month(shop, asha, ravi):
    """Five orders of November and one of October."""
    lines = [Item("Rice", unit_price=Decimal(100)), Item("Soap")]
    sales = (
        ("A-1", 0, NewOrder(items=lines, customer_id=asha, rep_id=ravi)),
        ("A-2", 1, NewOrder(amount=Decimal(50), payment_method="UPI")),
        ("A-3", 2, NewOrder(amount=Decimal(70), payment_method="Cash", status="draft")),
        ("A-4", 3, NewOrder(amount=Decimal(80), status="cancelled", phone="98811 20456")),
        ("B-5", 4, NewOrder(amount=Decimal("-20"), customer_id=asha)),
        ("B-6", 40, NewOrder(amount=Decimal(500), payment_method="UPI")),
    )
    for number, days_ago, sale in sales:
        orders.record(shop, replace(sale, number=number, ordered_at=NOW - timedelta(days=days_ago)))
    return named("month", shop.today)


def numbers(page):
    return [row["number"] for row in page.rows]


def sums(page):
    return page.orders, page.counted, page.money


def test_a_month_is_listed_newest_first_with_what_it_comes_to(shop, month):
    page = order_list.page_of(shop, month)
    assert numbers(page) == ["A-1", "A-2", "A-3", "A-4", "B-5"]
    assert sums(page) == (5, 3, Decimal(130))


def test_who_may_not_see_figures_is_not_told_what_the_orders_come_to(shop, month):
    staff = replace(shop, who=replace(shop.who, role=STAFF))
    assert sums(order_list.page_of(staff, month)) == (5, 3, None)
    assert sums(order_list.page_of(staff, month, Filters(paid="UPI"))) == (1, 1, None)


def test_a_row_says_who_bought_what_from_whom(shop, month, asha):
    customers.change(shop, asha, {"name": "Asha Rao"})
    first = order_list.page_of(shop, month).rows[0]
    assert (first["customer_name"], first["rep_name"], first["bought"]) == ("Asha Rao", "Ravi", "Rice, Soap")
    assert first["came_back"] is False
    orders.take_back(shop, first["id"], {1: Decimal(1)})
    assert [row["came_back"] for row in order_list.page_of(shop, month, Filters(q="A-1")).rows] == [False, True]


@pytest.mark.parametrize(
    ("filters", "found", "comes_to"),
    [
        (Filters(status="draft"), ["A-3"], (1, 0, 0)),
        (Filters(status="completed"), ["A-1", "A-2", "B-5"], (3, 3, 130)),
        (Filters(returns=True), ["B-5"], (1, 1, -20)),
        (Filters(paid="UPI"), ["A-2"], (1, 1, 50)),
        (Filters(paid="UPI", status="draft"), [], (0, 0, 0)),
        (Filters(q="b-"), ["B-5", "B-6"], (2, 2, 480)),
        (Filters(q=" A-3 "), ["A-3"], (1, 0, 0)),
        (Filters(q="A-%"), [], (0, 0, 0)),
    ],
)
def test_filters_must_all_hold_and_the_sums_are_of_what_is_listed(shop, month, filters, found, comes_to):
    page = order_list.page_of(shop, month, filters)
    assert (numbers(page), sums(page)) == (found, comes_to)


def test_it_is_filtered_by_rep_and_by_customer(shop, month, asha, ravi):
    assert numbers(order_list.page_of(shop, month, Filters(rep=ravi))) == ["A-1"]
    assert numbers(order_list.page_of(shop, month, Filters(customer=asha))) == ["A-1", "A-4", "B-5"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [("day", "B-5"), ("total", "B-5"), ("-total", "A-1"), ("-number", "B-5"), ("customer", "A-1"), ("-paid", "A-2")],
)
def test_it_is_sorted_both_ways(shop, month, sort, first):
    assert numbers(order_list.page_of(shop, month, sort=sort))[0] == first


def test_it_is_not_sorted_by_anything_else(shop, month):
    with pytest.raises(BadInput, match="can't be sorted by “total; drop”"):
        order_list.page_of(shop, month, sort="total; drop")


def test_pages_follow_one_another_without_gap_or_repetition(shop, month):
    seen = [numbers(order_list.page_of(shop, month, page=page, size=2)) for page in (1, 2, 3, 4)]
    assert seen == [["A-1", "A-2"], ["A-3", "A-4"], ["B-5"], []]


def test_a_period_holds_its_first_and_last_day(shop, month):
    days = between(date(2026, 11, 17), date(2026, 11, 19))
    assert numbers(order_list.page_of(shop, days)) == ["A-2", "A-3", "A-4"]


def test_filters_stand_in_the_address_and_come_back_from_it(asha):
    filters = Filters(q="A-1", status="draft", customer=asha, paid="UPI", returns=True)
    assert Filters.of_address(filters.address()) == filters
    assert Filters().address() == {}
    assert Filters.of_address({"status": "paid", "rep": "me", "returns": "maybe", "other": "x"}) == Filters()


def test_what_the_database_can_not_take_is_left_out_of_an_address(shop, month):
    filters = Filters.of_address({"q": "A\x00-1", "paid": "U\x00PI\ud800"})
    assert (filters.q, filters.paid) == ("A-1", "UPI")
    assert numbers(order_list.page_of(shop, month, filters)) == []


def test_the_list_is_of_one_shop(shop, month, new_shop):
    with shop_session(replace(shop.who, shop=new_shop()), now=NOW) as other:
        assert sums(order_list.page_of(other, month)) == (0, 0, Decimal(0))


@pytest.mark.parametrize(
    ("currency", "methods"),
    [
        ("INR", ["Cash", "UPI", "Card", "Later"]),
        ("GHS", ["Cash", "Mobile money", "Card", "Later"]),
        ("EUR", ["Cash", "Bank transfer", "Card", "Later"]),
        ("USD", ["Cash", "Card", "Later"]),
    ],
)
def test_a_shop_offers_what_its_country_pays_with(who, currency, methods):
    assert payments.methods_of(replace(who.shop, currency=currency)) == methods


def test_other_ways_to_pay_are_found_again(shop):
    orders.record(shop, NewOrder(amount=Decimal(5), payment_method="Paystack"))
    assert payments.methods_in_use(shop) == ["Cash", "UPI", "Card", "Later", "Paystack"]


DAYS = between(date(2026, 1, 1), date(2026, 11, 20))


@pytest.fixture(scope="module")
def busy_shop(home):
    """A shop with 20,000 orders, none of which came back, and a database that knows how many there are."""
    slug = f"busy-{uuid4().hex[:12]}"
    who = keeper(people.open_shop(people.NewShop(slug, "Busy", "counter", "INR", "IN", "Asia/Kolkata")))
    with shop_session(who, alone=True, now=NOW) as shop:
        row = {"shop_id": shop.id, "status": "completed", "ordered_at": NOW}
        days = [shop.today - timedelta(days=n) for n in range(200)]
        rows = [
            {**row, "id": new_id(), "number": f"A-{n}", "ordered_on": days[n % 200], "total": n * 7919 % 1000 + 1}
            for n in range(20_000)
        ]
        shop.execute(insert(Order), rows)
    with create_engine(server.owner_url(), poolclass=NullPool).begin() as connection:
        connection.execute(text("analyze orders"))
    return who


def rows_read(plan):
    """How many rows the tables gave in all, by the plan of a query that ran."""
    own = plan["Actual Rows"] * plan["Actual Loops"] if "Relation Name" in plan else 0
    return own + sum(rows_read(part) for part in plan.get("Plans", []))


def test_a_page_of_the_newest_orders_reads_not_many_more_than_it_shows(busy_shop):
    with shop_session(busy_shop, now=NOW) as shop:
        asked = []
        event.listen(shop.connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        page = order_list.page_of(shop, DAYS, Filters(status="completed"))
        statement, values = asked[-1]
        explained = shop.connection.exec_driver_sql(f"explain (analyze, format json) {statement}", values)
        assert rows_read(explained.scalar()[0]["Plan"]) < 500
    assert len(page.rows) == 50


def test_nobody_leafs_further_than_two_hundred_pages(busy_shop):
    completed = Filters(status="completed")
    with shop_session(busy_shop, now=NOW) as shop:
        assert len(order_list.page_of(shop, DAYS, completed, "-total", page=200, size=10).rows) == 10
        assert order_list.page_of(shop, DAYS, completed, "-total", page=201, size=10).rows == []
