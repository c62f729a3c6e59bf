"""What comes back: never more than was bought, every cent accounted for, and no return without its sale."""

from datetime import timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from truth import assert_counters_true

from crmcore import customers, orders
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput
from crmcore.orders import Item, NewOrder, OrderChange


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha", "phone": "98811 20456"})


@pytest.fixture(autouse=True)
def counters_stay_true(shop):
    yield
    assert_counters_true(shop)


def a_sale(shop, asha=None, **fields):
    lines = [Item("Rice", Decimal(2), Decimal(100)), Item("Soap", Decimal(1), Decimal(40))]
    sold_on = NOW - timedelta(days=3)
    return orders.record(shop, NewOrder(**{"items": lines, "customer_id": asha, "ordered_at": sold_on, **fields}))


def test_a_whole_sale_comes_back_today(shop, asha):
    sale = a_sale(shop, asha, number="A-1", payment_method="UPI")
    back = orders.get(shop, orders.take_back(shop, sale, note="wrong size"))
    assert (back["total"], back["quantity"], back["number"]) == (-240, -3, "A-1-R1")
    assert (back["is_return"], back["ordered_on"], back["returns_order_id"]) == (True, shop.today, sale)
    assert (back["payment_method"], back["note"]) == ("UPI", "wrong size")
    row = customers.get(shop, asha)
    assert (row["order_count"], row["return_count"], row["total_spent"]) == (1, 1, 0)
    assert orders.get(shop, sale)["status"] == "completed"


def test_a_part_comes_back_by_item(shop, asha):
    sale = a_sale(shop, asha)
    orders.take_back(shop, sale, {1: Decimal(1)})
    assert customers.get(shop, asha)["total_spent"] == 140
    assert [(line.position, line.left, line.money_left) for line in orders.returnable(shop, sale)] == [
        (1, 1, 100),
        (2, 1, 40),
    ]
    orders.take_back(shop, sale)  # the rest
    assert customers.get(shop, asha)["total_spent"] == 0
    assert [row["number"][-3:] for row in orders.returns_of(shop, sale)] == ["-R1", "-R2"]


def test_never_more_comes_back_than_was_bought(shop):
    sale = a_sale(shop)
    orders.take_back(shop, sale, {1: Decimal(1)})
    with pytest.raises(BadInput, match="Of Rice 1 can still come back, not 2") as refused:
        orders.take_back(shop, sale, {1: Decimal(2)})
    assert refused.value.field == "quantity"
    with pytest.raises(BadInput, match="not -1"):
        orders.take_back(shop, sale, {1: Decimal(-1)})
    with pytest.raises(BadInput, match="not part of the sale"):
        orders.take_back(shop, sale, {7: Decimal(1)})
    orders.take_back(shop, sale)
    with pytest.raises(BadInput, match="came back already"):
        orders.take_back(shop, sale)


def test_choosing_nothing_returns_nothing(shop):
    sale = a_sale(shop)
    for nothing in ({}, {1: Decimal(0)}):
        with pytest.raises(BadInput, match="Choose what came back"):
            orders.take_back(shop, sale, nothing)


def test_a_sale_of_one_amount_comes_back_once(shop, asha):
    sale = a_sale(shop, asha, items=(), amount=Decimal(75))
    orders.take_back(shop, sale)
    assert customers.get(shop, asha)["total_spent"] == 0
    with pytest.raises(BadInput, match="came back already"):
        orders.take_back(shop, sale)


def test_something_given_away_free_comes_back_for_nothing(shop, asha):
    sale = a_sale(shop, asha, items=[Item("Sample")])
    back = orders.get(shop, orders.take_back(shop, sale))
    assert (back["total"], back["quantity"], back["is_return"]) == (0, -1, True)


def test_a_discount_on_the_whole_comes_off_what_is_given_back(shop, asha):
    sale = a_sale(shop, asha, amount=Decimal("215.99"))
    first = orders.take_back(shop, sale, {2: Decimal(1)})
    assert orders.get(shop, first)["total"] == Decimal("-36.00")
    orders.take_back(shop, sale)
    assert customers.get(shop, asha)["total_spent"] == 0


def test_what_was_exchanged_within_the_sale_does_not_come_back_again(shop):
    lines = [Item("Lamp", Decimal(1), Decimal(100)), Item("Old lamp", Decimal(-1), Decimal(30))]
    sale = a_sale(shop, items=lines)
    assert [line.name for line in orders.returnable(shop, sale)] == ["Lamp"]
    assert orders.get(shop, orders.take_back(shop, sale))["total"] == -100


prices = st.decimals("0", "99.99", places=2)
pieces = st.integers(1, 7)


@settings(max_examples=25, deadline=None)
@given(
    lines=st.lists(st.tuples(pieces, prices), min_size=1, max_size=4),
    discount=st.one_of(st.none(), st.decimals("0", "500", places=2)),
    order_of_returns=st.randoms(use_true_random=False),
)
def test_piece_by_piece_exactly_what_was_paid_is_given_back(home, refunding, lines, discount, order_of_returns):
    with shop_session(refunding, alone=True, now=NOW) as shop:
        items = [Item(f"Item {n}", Decimal(pieces), price) for n, (pieces, price) in enumerate(lines)]
        sale = orders.record(shop, NewOrder(items=items, amount=discount))
        paid, given_back = orders.get(shop, sale)["total"], Decimal(0)
        while left := orders.returnable(shop, sale):
            line = order_of_returns.choice(left)
            quantity = Decimal(order_of_returns.randint(1, int(line.left)))
            back = orders.get(shop, orders.take_back(shop, sale, {line.position: quantity}))
            assert back["total"] <= 0
            given_back -= back["total"]
        assert given_back == paid


@pytest.fixture(scope="module")
def refunding(home):
    from crmcore import people

    return keeper(people.open_shop(people.NewShop("refunding", "Refunds", "counter", "INR", "IN", "Asia/Kolkata")))


def test_what_would_come_back_is_told_before(shop):
    sale = a_sale(shop)
    would_be = orders.return_of(shop, sale, {1: Decimal(2)})
    assert (would_be.total, would_be.quantity) == (-200, -2)
    assert orders.returns_of(shop, sale) == []


def test_the_same_return_sent_twice_is_one(shop):
    sale = a_sale(shop)
    first = orders.take_back(shop, sale, {1: Decimal(1)}, idempotency_key="back 1")
    assert orders.take_back(shop, sale, {1: Decimal(1)}, idempotency_key="back 1") == first
    assert len(orders.returns_of(shop, sale)) == 1


@pytest.mark.parametrize("status", ["draft", "cancelled", "returned"])
def test_only_a_completed_sale_can_come_back(shop, status):
    with pytest.raises(BadInput, match="Only a completed sale"):
        orders.take_back(shop, a_sale(shop, status=status))


def test_a_return_cant_come_back(shop):
    back = orders.take_back(shop, a_sale(shop))
    with pytest.raises(BadInput, match="Only a completed sale"):
        orders.take_back(shop, back)


def test_a_sale_with_a_return_keeps_its_money_until_the_return_is_cancelled(shop, asha):
    sale = a_sale(shop, asha, number="A-1")
    back = orders.take_back(shop, sale, {1: Decimal(1)})
    for to in (OrderChange(status=orders.CANCELLED), OrderChange(amount=Decimal(5)), OrderChange(items=[Item("Ghee")])):
        with pytest.raises(BadInput, match="Some of this sale came back as A-1-R1"):
            orders.change(shop, sale, to)
    orders.change(shop, sale, OrderChange(note="a note is fine", payment_method="Card"))
    orders.cancel(shop, back)
    orders.cancel(shop, sale)
    assert customers.get(shop, asha)["total_spent"] == 0


def test_a_cancelled_return_gives_the_pieces_free_again(shop, asha):
    sale = a_sale(shop, asha)
    back = orders.take_back(shop, sale)
    orders.cancel(shop, back)
    assert customers.get(shop, asha)["total_spent"] == 240
    again = orders.take_back(shop, sale)
    with pytest.raises(BadInput, match="came back another time"):
        orders.change(shop, back, OrderChange(status=orders.COMPLETED))
    orders.cancel(shop, again)
    orders.change(shop, back, OrderChange(status=orders.COMPLETED))
    assert customers.get(shop, asha)["total_spent"] == 0


def test_a_return_of_one_amount_is_not_reopened_beside_another(shop):
    sale = a_sale(shop, items=(), amount=Decimal(75))
    back = orders.take_back(shop, sale)
    orders.cancel(shop, back)
    orders.take_back(shop, sale)
    with pytest.raises(BadInput, match="came back another time"):
        orders.change(shop, back, OrderChange(status=orders.COMPLETED))


def test_a_return_is_not_reopened_when_its_sale_does_not_count(shop):
    sale = a_sale(shop)
    back = orders.take_back(shop, sale)
    orders.cancel(shop, back)
    orders.cancel(shop, sale)
    with pytest.raises(BadInput, match="does not count"):
        orders.change(shop, back, OrderChange(status=orders.COMPLETED))


def test_what_came_back_is_not_edited_but_cancelled(shop, asha):
    back = orders.take_back(shop, a_sale(shop, asha))
    for to in (OrderChange(amount=Decimal(-5)), OrderChange(items=[Item("Ghee")])):
        with pytest.raises(BadInput, match="Cancel this return and record another"):
            orders.change(shop, back, to)
    with pytest.raises(BadInput, match="belongs to the customer of its sale"):
        orders.change(shop, back, OrderChange(customer_id=None))


def test_the_returns_of_a_sale_move_with_it_to_another_customer(shop, asha):
    bilal = customers.create(shop, {"name": "Bilal"})
    sale = a_sale(shop, asha)
    back = orders.take_back(shop, sale, {1: Decimal(1)})
    orders.change(shop, sale, OrderChange(customer_id=bilal))
    assert orders.get(shop, back)["customer_id"] == bilal
    assert (customers.get(shop, asha)["total_spent"], customers.get(shop, bilal)["total_spent"]) == (0, 140)
    orders.change(shop, sale, OrderChange(customer_id=None))
    assert customers.get(shop, bilal)["return_count"] == 0
