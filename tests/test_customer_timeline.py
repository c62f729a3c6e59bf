from datetime import timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from sqlalchemy import insert, select, update

from crmcore import custom_fields, customer_timeline, customers, orders, people, products, tags, timeline, visits
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.models import Customer, Import, Order, OrderItem, Visit


@pytest.fixture
def at(who):
    """Opens the gate at a time: with at(hours=2) as shop."""

    def opened(**later):
        return shop_session(who, alone=True, now=NOW + timedelta(**later))

    return opened


def told(shop, customer_id, part="all", **page):
    """The titles of the timeline, newest first."""
    return [line.title for line in customer_timeline.of_customer(shop, customer_id, part, **page).lines]


def test_everything_that_happens_to_a_customer_stands_on_the_timeline_newest_first(at):
    with at() as shop:
        asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456", "status": "active"})
    with at(hours=1) as shop:
        items = [orders.Item("Dettol 500 ml", Decimal(1), Decimal("190")), orders.Item("Soap", Decimal(2), Decimal(30))]
        orders.record(shop, orders.NewOrder(items=items, customer_id=asha, payment_method="UPI"))
    with at(hours=2) as shop:
        customers.change(shop, asha, {"city": "Pune"})
    with at(hours=3) as shop:
        tags.add(shop, asha, "VIP")
    with at(hours=4) as shop:
        customers.hide(shop, asha)
    with at(hours=5) as shop:
        customers.unhide(shop, asha)
    with at(hours=6) as shop:
        assert told(shop, asha) == [
            "Brought back",
            "Hidden",
            "Tagged “VIP”",
            "Changed",
            "Bought for ₹250",
            "Added to Regulars",
        ]
        line = customer_timeline.of_customer(shop, asha, "sales").lines[0]
        assert (line.kind, line.at, line.by) == ("sale", NOW + timedelta(hours=1), "command line")
        assert line.details == ("Dettol 500 ml, Soap · paid by UPI",)
        assert told(shop, asha, "sales") == ["Bought for ₹250"]
        assert told(shop, asha, "changes") == [
            "Brought back",
            "Hidden",
            "Tagged “VIP”",
            "Changed",
            "Added to Regulars",
        ]


def test_a_change_says_what_it_was_before_and_is_after_in_words(shop):
    member = people.NewMember(f"ravi-{new_id().hex[-12:]}", "Ravi Kale", "staff", "a long password 9", sells=True)
    ravi = people.add_member(shop, member)
    custom_fields.add(shop, "Shoe size", "number")
    asha = customers.create(shop, {"name": "Asha", "city": "Pune", "birth_day": 6, "birth_month": 2})
    fields = {
        "city": "Mumbai",
        "phone": "098811 20456",
        "rep_id": ravi,
        "status": "active",
        "birth_year": 1968,
        "custom": {"shoe_size": 42},
        "notes": "likes tea",
    }
    customers.change(shop, asha, fields)
    line = customer_timeline.of_customer(shop, asha).lines[0]
    assert set(line.details) == {
        "City: Pune → Mumbai",
        "Phone: – → +91 98811 20456",
        "Sales rep: – → Ravi Kale",
        "Status: Lead → Active",
        "Birthday: 6 February → 6 February 1968",
        "Shoe size: – → 42",
        "Notes: – → likes tea",
    }


def test_a_sale_entered_late_stands_at_the_time_it_was_made(shop):
    asha = customers.create(shop, {"name": "Asha", "status": "active"})
    orders.record(shop, orders.NewOrder(amount=Decimal(5), customer_id=asha, ordered_at=shop.now - timedelta(days=30)))
    orders.record(shop, orders.NewOrder(amount=Decimal(7), customer_id=asha, ordered_at=shop.now - timedelta(days=3)))
    assert told(shop, asha) == ["Added to Regulars", "Bought for ₹7", "Bought for ₹5"]


def test_a_cancelled_or_returned_sale_says_so(at):
    with at() as shop:
        asha = customers.create(shop, {"name": "Asha", "status": "active"})
        first = orders.record(shop, orders.NewOrder(amount=Decimal(5), customer_id=asha, number="A-1"))
        second = orders.record(shop, orders.NewOrder(amount=Decimal(7), customer_id=asha, number="A-2"))
    with at(hours=1) as shop:
        orders.cancel(shop, first)
    with at(hours=2) as shop:
        orders.take_back(shop, second)
    with at(hours=3) as shop:
        lines = customer_timeline.of_customer(shop, asha, "sales").lines
        assert [(line.title, line.kind) for line in lines[:2]] == [
            ("Returned for ₹7", "return"),
            ("Order A-1 cancelled", "cancelled"),
        ]
        bought = next(line for line in lines if line.title == "Bought for ₹5")
        assert bought.details == ("Cancelled",)


def test_an_order_moved_to_someone_else_is_told_on_both_timelines(at):
    with at() as shop:
        asha = customers.create(shop, {"name": "Asha", "status": "active"})
        bilal = customers.create(shop, {"name": "Bilal", "status": "active"})
        order = orders.record(shop, orders.NewOrder(amount=Decimal(5), customer_id=asha, number="A-1"))
    with at(hours=1) as shop:
        orders.change(shop, order, orders.OrderChange(customer_id=bilal))
    with at(hours=2) as shop:
        assert told(shop, asha)[0] == "Order A-1 moved to someone else"
        assert told(shop, bilal, "sales") == ["Order A-1 changed", "Bought for ₹5"]
        assert customer_timeline.of_customer(shop, bilal).lines[0].details[0] == "Moved here from someone else"


def imported(shop, **order):
    """A customer and an order as an import puts them there: without lines of their own."""
    import_id, customer_id, order_id = new_id(), new_id(), new_id()
    shop.execute(insert(Import).values(shop_id=shop.id, id=import_id, noun="orders", file_name="clinic-list.xlsx"))
    row = {"shop_id": shop.id, "id": customer_id, "name": "Asha", "created_on": shop.today, "created_at": shop.now}
    shop.execute(insert(Customer).values(**row, import_id=import_id))
    sold = {"number": "B-1", "status": "completed", "total": Decimal(190), "ordered_at": shop.now - timedelta(days=90)}
    shop.execute(
        insert(Order).values(
            **{**sold, **order},
            shop_id=shop.id,
            id=order_id,
            customer_id=customer_id,
            ordered_on=shop.today - timedelta(days=90),
            import_id=import_id,
        )
    )
    shop.execute(
        insert(OrderItem).values(
            shop_id=shop.id, order_id=order_id, position=1, product_name="Dettol", quantity=1, total=Decimal(190)
        )
    )
    return customer_id, order_id


def test_orders_and_customers_from_a_file_are_told_from_their_own_rows(shop):
    asha, order_id = imported(shop)
    added, bought = customer_timeline.of_customer(shop, asha).lines
    assert (added.title, added.by) == ("Added to Regulars", "import “clinic-list.xlsx”")
    assert (bought.title, bought.details, bought.order_id) == ("Bought for ₹190", ("Dettol",), order_id)
    assert bought.at == shop.now - timedelta(days=90)


def test_a_visit_is_told_at_its_time_with_what_it_was_about_as_it_is_now(at):
    with at() as shop:
        asha = customers.create(shop, {"name": "Asha", "status": "active"})
        sofa = products.create(shop, products.NewProduct(name="Teal sofa"))
        earlier = shop.now - timedelta(days=2)
        told = {"interest": "high", "product_ids": [sofa], "notes": "Brings her daughter"}
        visit_id = visits.record(shop, visits.NewVisit(asha, visited_at=earlier, **told)).visit_id
    with at(hours=1) as shop:
        visits.change(shop, visit_id, visits.VisitChange(outcome="quote_given", estimated_value=Decimal(42000)))
        changed, visited = customer_timeline.of_customer(shop, asha, "visits").lines
    assert (visited.title, visited.kind, visited.at) == ("Visited, high interest", "visit", earlier)
    assert visited.details == ("Looked at Teal sofa · Quote given · worth about ₹42,000", "Brings her daughter")
    assert changed.title == "Visit of 18 Nov changed"
    assert set(changed.details) == {"Outcome: – → Quote given", "Worth about: – → ₹42,000"}
    with at(hours=2) as shop:
        visits.remove(shop, visit_id)
        removed, _, visited = customer_timeline.of_customer(shop, asha, "visits").lines
    assert (removed.title, removed.is_important) == ("Visit of 18 Nov removed", True)
    assert visited.title == "Visited, high interest"


def test_visits_from_a_file_are_told_from_their_own_rows(shop):
    asha, _ = imported(shop)
    import_id = shop.scalar(select(Customer.import_id).where(Customer.id == asha))
    visit = {"shop_id": shop.id, "id": new_id(), "customer_id": asha, "import_id": import_id, "interest": "low"}
    day = shop.today - timedelta(days=9)
    shop.execute(insert(Visit).values(**visit, visited_at=shop.now - timedelta(days=9), visited_on=day))
    [visited] = customer_timeline.of_customer(shop, asha, "visits").lines
    assert (visited.title, visited.by) == ("Visited, low interest", "import “clinic-list.xlsx”")


def test_what_happened_lately_in_the_shop_is_told_newest_first_without_hidden_customers(at):
    with at() as shop:
        asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
        tags.add(shop, bilal, "VIP")
    with at(hours=1) as shop:
        orders.record(shop, orders.NewOrder(amount=Decimal(7), customer_id=asha))
        opened, *lately = customer_timeline.of_shop(shop)
        assert opened.line.title == "Shop opened"  # by the clock on the wall, which is past the tests' own day
        assert [(one.line.title, one.customer["name"]) for one in lately[:3]] == [
            ("Changed", "Asha"),
            ("Bought for ₹7", "Asha"),
            ("Tagged “VIP”", "Bilal"),
        ]
        assert [one.line.title for one in customer_timeline.of_shop(shop, "sales")] == ["Bought for ₹7"]
        assert len(customer_timeline.of_shop(shop, limit=2)) == 2
        customers.hide(shop, bilal)
        assert bilal not in [one.customer_id for one in customer_timeline.of_shop(shop)]


def test_an_amount_corrected_later_is_told_as_it_is_now(shop):
    asha, order_id = imported(shop)
    shop.execute(update(Order).where(Order.shop_id == shop.id, Order.id == order_id).values(total=Decimal(200)))
    assert told(shop, asha, "sales") == ["Bought for ₹200"]


def test_pages_follow_each_other_and_say_whether_more_is_older(shop):
    asha = customers.create(shop, {"name": "Asha"})
    for number in range(24):
        tags.add(shop, asha, f"tag {number}")
    first = customer_timeline.of_customer(shop, asha)
    second = customer_timeline.of_customer(shop, asha, offset=20)
    assert (len(first.lines), first.has_older, len(second.lines), second.has_older) == (20, True, 5, False)
    assert second.lines[-1].title == "Added to Regulars"


def test_a_customer_of_another_shop_has_no_timeline_here(shop, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = customers.create(other, {"name": "Asha"})
    assert told(shop, theirs) == []


def test_what_happened_lately_is_told_by_when_it_happened(who):
    """Also where it was written down in another order, as by the demo shops."""
    for ago in (3, 0, 7):
        with shop_session(who, alone=True, now=NOW - timedelta(days=ago)) as shop:
            customers.create(shop, {"name": f"{ago} days ago"})
    with shop_session(who, now=NOW) as shop:
        days = [one.line.at for one in customer_timeline.of_shop(shop) if one.customer_id]
    assert days == [NOW - timedelta(days=ago) for ago in (0, 3, 7)]


def test_numbers_of_a_line_are_grouped(shop):
    timeline.note(shop, "health measured", "health", customers=99707, turned_red=1200)
    titles = [one.line.title for one in customer_timeline.of_shop(shop)]
    assert "Health of 99,707 customers measured, 1,200 turned red" in titles
