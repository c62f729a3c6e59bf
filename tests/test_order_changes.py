"""Editing, moving, cancelling and completing a sale: counted again for everybody concerned."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from truth import assert_counters_true

from crmcore import customers, orders, people
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.orders import Item, NewOrder, OrderChange


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha", "phone": "98811 20456", "address": "1 Main Road"})


@pytest.fixture
def bilal(shop):
    return customers.create(shop, {"name": "Bilal"})


@pytest.fixture
def order(shop, asha):
    lines = [Item("Rice", Decimal(2), Decimal(100)), Item("Soap", Decimal(1), Decimal(40))]
    return orders.record(shop, NewOrder(items=lines, customer_id=asha))


@pytest.fixture(autouse=True)
def counters_stay_true(shop):
    yield
    assert_counters_true(shop)


def spent(shop, customer):
    row = customers.get(shop, customer)
    return row["order_count"], row["total_spent"]


def test_other_items_give_another_total(shop, asha, order):
    orders.change(shop, order, OrderChange(items=[Item("Rice", Decimal(3), Decimal(100))]))
    assert spent(shop, asha) == (1, 300)
    assert [line["product_name"] for line in orders.items(shop, order)] == ["Rice"]
    latest = orders.history(shop, order)[0]
    assert latest["detail"]["before"]["items"] == "Rice × 2, Soap"
    assert latest["detail"]["after"]["items"] == "Rice × 3"


def test_another_amount_leaves_the_items_as_they_are(shop, asha, order):
    orders.change(shop, order, OrderChange(amount=Decimal(200)))
    changed = orders.get(shop, order)
    assert (changed["total"], changed["quantity"]) == (200, 3)
    assert len(orders.items(shop, order)) == 2
    assert spent(shop, asha) == (1, 200)


def test_the_same_items_again_leave_a_discount_alone(shop, order):
    orders.change(shop, order, OrderChange(amount=Decimal(200)))
    same = [Item("Rice", Decimal(2), Decimal(100)), Item("Soap", Decimal(1), Decimal(40))]
    orders.change(shop, order, OrderChange(items=same, note="nothing else"))
    assert orders.get(shop, order)["total"] == 200


def test_an_order_keeps_at_least_an_item_or_an_amount(shop, order):
    with pytest.raises(BadInput, match="Add at least one item"):
        orders.change(shop, order, OrderChange(items=[]))
    orders.change(shop, order, OrderChange(items=[], amount=Decimal(70)))
    assert orders.items(shop, order) == []


def test_another_day_moves_the_first_purchase(shop, asha, order):
    day = date(2026, 10, 2)
    moment = orders.on_day(shop, day, orders.get(shop, order)["ordered_at"])
    orders.change(shop, order, OrderChange(ordered_at=moment))
    assert customers.get(shop, asha)["first_purchase_on"] == day
    assert orders.get(shop, order)["ordered_on"] == day
    with pytest.raises(BadInput, match="future"):
        orders.change(shop, order, OrderChange(ordered_at=NOW + timedelta(days=2)))


def test_moved_to_another_customer_both_are_counted_again(shop, asha, bilal, order):
    orders.change(shop, order, OrderChange(customer_id=bilal))
    assert (spent(shop, asha), spent(shop, bilal)) == ((0, 0), (1, 240))
    moved = orders.get(shop, order)
    assert (moved["customer_name"], moved["customer_phone"], moved["customer_address"]) == ("Bilal", None, None)
    assert customers.get(shop, bilal)["status"] == "active"


def test_moved_to_a_phone_it_finds_its_owner_or_puts_them_on_file(shop, asha, order):
    orders.change(shop, order, OrderChange(phone="098811 20999", name="Chitra"))
    chitra = customers.by_phone(shop, "9881120999")
    assert (chitra["name"], chitra["order_count"], chitra["status"]) == ("Chitra", 1, "active")
    orders.change(shop, order, OrderChange(phone="98811 20456", name="Somebody"))
    assert (spent(shop, asha), spent(shop, chitra["id"])) == ((1, 240), (0, 0))


def test_made_a_walk_ins_it_forgets_the_name(shop, asha, order):
    orders.change(shop, order, OrderChange(customer_id=None))
    assert spent(shop, asha) == (0, 0)
    moved = orders.get(shop, order)
    assert (moved["customer_name"], moved["customer_phone"], moved["customer_address"]) == (None, None, None)


def test_it_cant_be_moved_to_somebody_hidden(shop, bilal, order):
    customers.hide(shop, bilal)
    with pytest.raises(BadInput, match="hidden"):
        orders.change(shop, order, OrderChange(customer_id=bilal))


def test_a_rep_who_left_may_keep_old_sales_but_gets_no_more(shop, order):
    ravi = people.add_member(shop, people.NewMember(f"ravi-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True))
    orders.change(shop, order, OrderChange(rep_id=ravi))
    people.change_member(shop, ravi, name="Ravi", role="staff", sells=False, medical=False, is_active=False)
    orders.change(shop, order, OrderChange(rep_id=ravi, note="kept"))
    orders.change(shop, order, OrderChange(rep_id=None))
    with pytest.raises(BadInput, match="switched off"):
        orders.change(shop, order, OrderChange(rep_id=ravi))


def test_cancelled_it_counts_for_nothing_and_can_be_reopened(shop, asha, order):
    orders.cancel(shop, order)
    assert spent(shop, asha) == (0, 0)
    orders.change(shop, order, OrderChange(status=orders.COMPLETED))
    assert spent(shop, asha) == (1, 240)
    what = [line["what"] for line in orders.history(shop, order)]
    assert what == ["order completed", "order cancelled", "sale recorded"]


def test_a_change_of_nothing_leaves_no_trace(shop, order):
    before = orders.get(shop, order)
    orders.change(shop, order, OrderChange(note=None, payment_method=None, status=orders.COMPLETED))
    assert orders.get(shop, order) == before
    assert len(orders.history(shop, order)) == 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(new_shop):
    who = keeper(new_shop())
    with shop_session(who, writes=True, now=NOW) as shop:
        order = orders.record(shop, NewOrder(amount=Decimal(50)))
        seen = orders.get(shop, order)["updated_at"]
    later = NOW + timedelta(seconds=5)
    with shop_session(who, alone=True, now=later) as shop:
        orders.change(shop, order, OrderChange(amount=Decimal(60)), seen_at=seen)
    with pytest.raises(Conflict, match="meanwhile"), shop_session(who, alone=True, now=later) as shop:
        orders.change(shop, order, OrderChange(amount=Decimal(70)), seen_at=seen)
    with pytest.raises(Conflict, match="meanwhile"), shop_session(who, alone=True, now=later) as shop:
        orders.cancel(shop, order, seen_at=seen)
    with shop_session(who, now=later) as shop:
        changed = orders.get(shop, order)
        assert (changed["total"], changed["updated_at"], changed["status"]) == (60, later, "completed")


@pytest.mark.parametrize(
    "to",
    [
        OrderChange(status="paid"),
        OrderChange(amount=Decimal("1e15")),
        OrderChange(items=[Item("Soap", unit_price=Decimal(-1))]),
        OrderChange(note="x" * 3000),
        OrderChange(payment_method="x" * 61),
    ],
)
def test_what_cant_be_is_refused_and_changes_nothing(shop, order, to):
    before = orders.get(shop, order)
    with pytest.raises(BadInput):
        orders.change(shop, order, to)
    assert orders.get(shop, order) == before


def test_staff_see_an_order_but_change_nothing(new_shop):
    who = keeper(new_shop())
    with shop_session(who, writes=True, now=NOW) as shop:
        order = orders.record(shop, NewOrder(amount=Decimal(50)))
    with shop_session(replace(who, role="staff"), alone=True, now=NOW) as shop:
        assert orders.get(shop, order)["total"] == 50
        for forbidden in (
            lambda: orders.change(shop, order, OrderChange(amount=Decimal(1))),
            lambda: orders.cancel(shop, order),
            lambda: orders.take_back(shop, order),
        ):
            with pytest.raises(NotAllowed, match="may not change orders"):
                forbidden()


def test_a_manager_may_change_orders(new_shop):
    who = keeper(new_shop())
    with shop_session(replace(who, role="manager"), alone=True, now=NOW) as shop:
        order = orders.record(shop, NewOrder(amount=Decimal(50)))
        orders.cancel(shop, order)
        assert orders.get(shop, order)["status"] == "cancelled"


def test_an_order_that_is_not_there_cant_be_changed(shop):
    with pytest.raises(NotFound):
        orders.change(shop, shop.id, OrderChange(amount=Decimal(1)))
