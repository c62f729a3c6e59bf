"""Recording a sale: what it holds, who bought, once only, what is refused, and that it is counted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from threading import Barrier

import pytest
from conftest import NOW
from sqlalchemy import func, select
from truth import assert_counters_true

from crmcore import customers, orders, people, products
from crmcore.database import gate
from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.models import Activity, Customer, Order
from crmcore.money import parse_amount
from crmcore.orders import Item, NewOrder


def sale_of(amount, **fields):
    return NewOrder(amount=Decimal(amount), **fields)


def told(shop, order_id):
    return [line["what"] for line in orders.history(shop, order_id)]


@pytest.fixture
def rep(shop):
    return people.add_member(shop, people.NewMember(f"ravi-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True))


def test_a_sale_of_items_costs_what_they_cost_together(shop):
    lines = [Item("Rice 5 kg", Decimal(2), Decimal("240.50")), Item("Ghee", Decimal("0.25"), Decimal("610"))]
    order = orders.get(shop, orders.record(shop, NewOrder(items=lines)))
    assert (order["total"], order["quantity"], order["status"]) == (Decimal("633.50"), Decimal("2.25"), "completed")
    assert [line["total"] for line in orders.items(shop, order["id"])] == [Decimal("481.00"), Decimal("152.50")]
    assert_counters_true(shop)


def test_each_line_is_rounded_to_the_cent_and_the_total_is_their_sum(shop):
    lines = [Item("Nails", Decimal(3), Decimal("0.3350")), Item("Screws", Decimal(3), Decimal("0.3350"))]
    assert orders.get(shop, orders.record(shop, NewOrder(items=lines)))["total"] == Decimal("2.02")


def test_a_sale_may_be_one_amount_without_items(shop):
    order_id = orders.record(shop, sale_of("760"))
    assert orders.get(shop, order_id)["total"] == Decimal(760)
    assert orders.items(shop, order_id) == []


def test_items_may_be_sold_for_another_sum(shop):
    order = orders.get(shop, orders.record(shop, sale_of("90", items=[Item("Lamp", unit_price=Decimal(100))])))
    assert (order["total"], order["quantity"]) == (Decimal(90), Decimal(1))


def test_an_item_from_the_catalogue_takes_its_name_code_and_category_along(shop):
    soap = products.create(shop, products.NewProduct("Soap", sku="S-1", category="Care", price=Decimal(40)))
    order_id = orders.record(shop, NewOrder(items=[Item(None, Decimal(2), Decimal(40), product_id=soap)]))
    [line] = orders.items(shop, order_id)
    assert (line["product_name"], line["sku"], line["category"]) == ("Soap", "S-1", "Care")


def test_a_product_that_is_not_on_the_catalogue_is_refused(shop):
    with pytest.raises(BadInput, match="not in your catalogue"):
        orders.record(shop, NewOrder(items=[Item("Soap", product_id=shop.id)]))


def test_a_walk_in_buys_without_a_name(shop):
    order = orders.get(shop, orders.record(shop, sale_of("50")))
    assert (order["customer_id"], order["customer_name"], order["customer_phone"]) == (None, None, None)
    assert_counters_true(shop)


def test_the_customer_is_put_on_file_by_their_phone(shop):
    first = orders.get(shop, orders.record(shop, sale_of("50", phone="098811 20456", name="Anita Deshpande")))
    again = orders.get(shop, orders.record(shop, sale_of("70", phone="+91-98811-20456", name="Somebody Else")))
    assert first["customer_id"] == again["customer_id"]
    anita = customers.get(shop, first["customer_id"])
    assert (anita["name"], anita["phone"]) == ("Anita Deshpande", "+919881120456")
    assert (anita["order_count"], anita["total_spent"]) == (2, Decimal(120))
    assert_counters_true(shop)


def test_somebody_found_gets_the_name_they_lacked(shop):
    order = orders.record(shop, sale_of("50", phone="98811 20456"))
    orders.record(shop, sale_of("50", phone="98811 20456", name="Anita", email="anita@example.org"))
    anita = customers.get(shop, orders.get(shop, order)["customer_id"])
    assert (anita["name"], anita["email"]) == ("Anita", "anita@example.org")


def test_the_order_keeps_who_bought_beside_the_link(shop):
    anita = customers.create(shop, {"name": "Anita", "phone": "98811 20456", "address": "14 Paud Road"})
    order_id = orders.record(shop, sale_of("50", customer_id=anita))
    customers.change(shop, anita, {"name": "Anita D", "address": "Elsewhere"})
    order = orders.get(shop, order_id)
    assert (order["customer_name"], order["customer_phone"]) == ("Anita", "+919881120456")
    assert order["customer_address"] == "14 Paud Road"


def test_the_link_that_brought_somebody_first_is_kept_for_good(shop):
    order = orders.get(shop, orders.record(shop, sale_of("50", phone="98811 20456", source_slug="diwali")))
    orders.record(shop, sale_of("50", phone="98811 20456", source_slug="newyear"))
    assert customers.get(shop, order["customer_id"])["first_source_slug"] == "diwali"


def test_a_lead_becomes_active_with_the_first_purchase(shop):
    bilal = customers.create(shop, {"name": "Bilal"})
    orders.record(shop, sale_of("50", customer_id=bilal, status=orders.DRAFT))
    assert customers.get(shop, bilal)["status"] == "lead"
    orders.record(shop, sale_of("50", customer_id=bilal))
    assert customers.get(shop, bilal)["status"] == "active"
    changed = shop.scalar(select(Activity.detail).where(Activity.what == "customer changed"))
    assert changed == {"before": {"status": "lead"}, "after": {"status": "active"}}


def test_a_return_alone_makes_no_lead_active(shop):
    bilal = customers.create(shop, {"name": "Bilal"})
    orders.record(shop, sale_of("-50", customer_id=bilal))
    assert customers.get(shop, bilal)["status"] == "lead"
    assert_counters_true(shop)


def test_nothing_is_sold_to_somebody_hidden(shop):
    bilal = customers.create(shop, {"name": "Bilal"})
    customers.hide(shop, bilal)
    with pytest.raises(BadInput, match="hidden"):
        orders.record(shop, sale_of("50", customer_id=bilal))


@pytest.mark.parametrize("paid_by", ["wallet", "Paystack", "UPI", "Cash", "M-Pesa 07…", None])
def test_any_way_to_pay_is_kept_as_it_is_called(shop, paid_by):
    order_id = orders.record(shop, sale_of("50", phone="98811 20456", payment_method=paid_by))
    assert orders.get(shop, order_id)["payment_method"] == paid_by
    assert_counters_true(shop)


def test_a_payment_that_failed_changes_nothing_about_anybody(shop):
    asha = customers.create(shop, {"phone": "98811 20456"})
    before = dict(customers.get(shop, asha))
    for phone in ("98811 20456", "98811 20999"):
        failed = sale_of("900", phone=phone, name="Asha", status=orders.CANCELLED, payment_method="Paystack")
        order = orders.get(shop, orders.record(shop, failed))
    assert dict(customers.get(shop, asha)) == before
    assert (order["customer_id"], order["customer_phone"]) == (None, "+919881120999")
    assert shop.scalar(select(func.count()).select_from(Customer)) == 1
    assert_counters_true(shop)


def test_a_draft_counts_once_it_is_completed(shop):
    order_id = orders.record(shop, sale_of("90", phone="98811 20456", name="Asha", status=orders.DRAFT))
    assert shop.scalar(select(func.count()).select_from(Customer)) == 0
    orders.change(shop, order_id, orders.OrderChange(status=orders.COMPLETED))
    asha = customers.get(shop, orders.get(shop, order_id)["customer_id"])
    assert (asha["name"], asha["order_count"], asha["total_spent"], asha["status"]) == ("Asha", 1, 90, "active")
    orders.cancel(shop, order_id)
    assert customers.get(shop, asha["id"])["total_spent"] == 0
    assert told(shop, order_id) == ["order cancelled", "order completed", "sale recorded"]
    assert_counters_true(shop)


def test_the_same_key_again_gives_the_first_order(shop):
    first = orders.record(shop, sale_of("50", idempotency_key="till-1/17"))
    assert orders.record(shop, sale_of("999", idempotency_key="till-1/17")) == first
    assert shop.scalar(select(func.count()).select_from(Order)) == 1


def test_a_repeated_sale_is_answered_even_when_its_rep_has_left(shop, rep):
    first = orders.record(shop, sale_of("50", rep_id=rep, idempotency_key="17"))
    people.change_member(shop, rep, name="Ravi", role="staff", sells=True, medical=False, is_active=False)
    assert orders.record(shop, sale_of("50", rep_id=rep, idempotency_key="17")) == first


def test_a_thousand_sales_sent_up_to_five_times_each_are_a_thousand_rows(who):
    dice = Random(7)
    sent = [key for key in range(1000) for _ in range(dice.choice([1, 1, 1, 2, 2, 3, 4, 5]))]
    dice.shuffle(sent)

    def send(key):
        buyer = {"phone": f"98811 {20000 + key % 40}"} if key % 3 else {}
        with shop_session(who, writes=True, now=NOW) as shop:
            return key, orders.record(shop, sale_of(key + 1, idempotency_key=f"key {key}", **buyer))

    with ThreadPoolExecutor(8) as tills:
        answers = list(tills.map(send, sent))
    with shop_session(who, now=NOW) as shop:
        rows, money = shop.execute(select(func.count(), func.sum(Order.total))).one()
        assert (rows, money) == (1000, sum(range(1, 1001)))
        assert shop.scalar(select(func.count()).select_from(Customer)) == 40
        assert_counters_true(shop)
    assert len(set(answers)) == 1000  # every sender of a key was told the same order


def test_two_tills_selling_to_the_same_new_phone_at_once_make_one_customer(who):
    def sell(typed):
        with shop_session(who, writes=True, now=NOW) as shop:
            orders.record(shop, sale_of("10", phone=typed, name="Anita"))

    with ThreadPoolExecutor(6) as tills:
        list(tills.map(sell, ["98811 20456", "+91 98811-20456", "098811 20456"] * 4))
    with shop_session(who, now=NOW) as shop:
        assert shop.execute(select(Customer.order_count, Customer.total_spent)).all() == [(12, Decimal(120))]
        assert_counters_true(shop)


def test_two_tills_selling_to_the_same_new_e_mail_address_at_once_make_one_customer(who):
    together = Barrier(6)

    def sell(till):
        for round in range(8):
            together.wait(60)
            with shop_session(who, writes=True, now=NOW) as shop:
                orders.record(shop, sale_of("10", email=f"Anita{round}@example.org", name="Anita"))

    with ThreadPoolExecutor(6) as tills:
        list(tills.map(sell, range(6)))
    with shop_session(who, now=NOW) as shop:
        assert shop.execute(select(Customer.email, Customer.order_count).order_by(Customer.email)).all() == [
            (f"anita{round}@example.org", 6) for round in range(8)
        ]
        assert_counters_true(shop)


def test_sales_of_earlier_days_to_newcomers_never_wait_for_one_another_in_a_circle(who, monkeypatch):
    monkeypatch.setattr(gate, "LONGEST_WAIT", 600.0)  # a slow machine is no circle: that one the database finds

    def write_up(seed):
        dice = Random(seed)
        for _ in range(40):
            sale = sale_of("10", phone=f"98811 {20000 + dice.randint(0, 300)}")
            moment = NOW - timedelta(days=dice.choice([0, 0, 1, 2, 3]))
            with shop_session(who, writes=True, now=NOW) as shop:
                orders.record(shop, replace(sale, ordered_at=moment))

    with ThreadPoolExecutor(16) as tills:
        list(tills.map(write_up, range(16)))
    with shop_session(who, now=NOW) as shop:
        assert shop.scalar(select(func.count()).select_from(Order)) == 640
        assert_counters_true(shop)


def test_an_order_number_that_is_taken_is_refused_in_words(shop):
    orders.record(shop, sale_of("50", number="A-17"))
    with pytest.raises(BadInput, match="an order A-17 already") as refused:
        orders.record(shop, sale_of("50", number=" A-17 "))
    assert refused.value.field == "number"


def test_a_number_given_here_is_never_one_that_is_taken(shop, monkeypatch):
    letters = iter("AAAAAAAAAABBBBB")
    monkeypatch.setattr("crmcore.orders.recording.secrets.choice", lambda _: next(letters))
    numbers = [orders.get(shop, orders.record(shop, sale_of("5")))["number"] for _ in range(2)]
    assert numbers == ["261120-AAAAA", "261120-BBBBB"]


def test_the_day_of_a_sale_is_the_day_in_the_shop(shop):
    late = datetime(2026, 11, 19, 18, 31, tzinfo=UTC)  # one minute past midnight in India
    assert str(orders.get(shop, orders.record(shop, sale_of("5", ordered_at=late)))["ordered_on"]) == "2026-11-20"
    assert_counters_true(shop)


def test_the_sales_rep_must_be_in_the_team_active_and_selling(shop, rep):
    clerk = people.add_member(shop, people.NewMember(f"sana-{shop.id.hex}", "Sana", "staff", "long enough"))
    orders.record(shop, sale_of("50", rep_id=rep))
    with pytest.raises(BadInput, match="Sana is not marked as selling"):
        orders.record(shop, sale_of("50", rep_id=clerk))
    with pytest.raises(BadInput, match="not in your team"):
        orders.record(shop, sale_of("50", rep_id=shop.id))
    people.change_member(shop, rep, name="Ravi", role="staff", sells=True, medical=False, is_active=False)
    with pytest.raises(BadInput, match="Ravi's account is switched off"):
        orders.record(shop, sale_of("50", rep_id=rep))
    assert_counters_true(shop)


REFUSED = [
    (NewOrder(), "items", "Add at least one item, or an amount."),
    (NewOrder(items=[Item("  ")]), "product", "Item 1 needs a product or a name."),
    (NewOrder(items=[Item("Soap", Decimal(0))]), "quantity", "Soap has no quantity. Give at least 1, or remove it."),
    (NewOrder(items=[Item("Soap", Decimal("0.0001"))]), "quantity", "Soap: a quantity has at most three decimals"),
    (NewOrder(items=[Item("Soap", Decimal("NaN"))]), "quantity", "Soap: a quantity can be up to 9,999,999."),
    (NewOrder(items=[Item("Soap", Decimal("1e30"))]), "quantity", "Soap: a quantity can be up to 9,999,999."),
    (NewOrder(items=[Item("Soap", unit_price=Decimal(-1))]), "unit_price", "Soap has a negative price."),
    (NewOrder(items=[Item("Soap", unit_price=Decimal("1e40"))]), "unit_price", "a price can be up to ₹9,99,99,999.99"),
    (NewOrder(items=[Item("Soap", unit_price=Decimal("0.00001"))]), "unit_price", "at most four decimals"),
    (NewOrder(items=[Item("Gold", Decimal(9999), Decimal(99999))]), "total", "Gold comes to more than ₹9,99,99,999.99"),
    (NewOrder(items=[Item("Gold", unit_price=Decimal(99999999))] * 2), "total", "more than an order can hold"),
    (NewOrder(items=[Item("Soap", medicine_days=4000)]), "medicine_days", "Soap lasts 4000 days; use 1 to 3650."),
    (NewOrder(items=[Item("Soap")] * 501), "items", "up to 500 items; this has 501"),
    (NewOrder(items=[Item("x" * 301)]), "product", "may have at most 300 characters; this has 301"),
    (sale_of("1e12"), "total", "more than an order can hold"),
    (sale_of("Infinity"), "total", "more than an order can hold"),
    (sale_of("5", status="paid"), "status", "“paid” is not a status"),
    (sale_of("5", note="x" * 2001), "note", "at most 2,000 characters"),
    (sale_of("5", number="9" * 101), "number", "at most 100 characters"),
    (sale_of("5", phone="12345"), "phone", "12345"),
    (sale_of("5", ordered_at=NOW + timedelta(days=1)), "ordered_at", "can't lie in the future"),
    (sale_of("5", ordered_at=datetime(1026, 1, 1, tzinfo=UTC)), "ordered_at", "The year 1026 can't be right"),
]


@pytest.mark.parametrize(("new", "field", "sentence"), REFUSED, ids=[sentence[:40] for _, _, sentence in REFUSED])
def test_what_cant_be_a_sale_is_refused_in_one_sentence(shop, new, field, sentence):
    with pytest.raises(BadInput) as refused:
        orders.record(shop, new)
    assert sentence in str(refused.value)
    assert refused.value.field == field
    assert shop.scalar(select(func.count()).select_from(Order)) == 0


def test_a_sale_that_is_refused_half_way_leaves_nothing(who):
    with pytest.raises(BadInput), shop_session(who, writes=True, now=NOW) as shop:
        orders.record(shop, sale_of("50", number="A-1"))
        orders.record(shop, sale_of("50", number="A-1", phone="98811 20456"))
    with shop_session(who, now=NOW) as shop:
        for table in (Order, Customer, Activity):
            left = select(func.count()).select_from(table)
            assert shop.scalar(left if table is not Activity else left.where(Activity.subject == "order")) == 0
        assert_counters_true(shop)


def test_what_the_till_knew_of_the_customer_is_kept_on_the_order(shop):
    order_id = orders.record(
        shop, sale_of("5", customer_category="patient", was_contacted_before=True, visited_but_no_purchase=False)
    )
    order = orders.get(shop, order_id)
    assert (order["customer_category"], order["was_contacted_before"]) == ("patient", True)
    assert order["visited_but_no_purchase"] is False


def test_control_characters_from_a_copied_text_are_not_kept(shop):
    order_id = orders.record(shop, NewOrder(items=[Item("So\x00ap\n bar")], note=" gift\x00\r\nwrap it "))
    assert orders.items(shop, order_id)[0]["product_name"] == "Soap bar"
    assert orders.get(shop, order_id)["note"] == "gift\nwrap it"


def test_an_order_is_in_its_shops_currency(new_shop):
    accra = new_shop(currency="GHS", region="GH", timezone="Africa/Accra")
    assert parse_amount("GH₵ 1,250.50", accra.currency) == Decimal("1250.50")
    with pytest.raises(BadInput, match="another currency"):
        parse_amount("$1,250.50", accra.currency)


def test_selling_is_for_everybody_giving_money_back_is_not(who):
    staff = replace(who, role="staff")
    with shop_session(staff, writes=True, now=NOW) as shop:
        orders.record(shop, sale_of("50"))
        with pytest.raises(NotAllowed, match="may not change orders"):
            orders.record(shop, sale_of("-50"))
        assert_counters_true(shop)


def test_an_order_of_another_shop_is_not_on_file(shop, new_shop):
    order_id = orders.record(shop, sale_of("50"))
    shop.connection.commit()
    with shop_session(replace(shop.who, shop=new_shop())) as other, pytest.raises(NotFound):
        orders.get(other, order_id)


def test_who_recorded_a_sale_and_what_was_in_it_stands_in_its_history(shop):
    order_id = orders.record(shop, NewOrder(items=[Item("Soap", Decimal(2)), Item("Rice", Decimal("0.5"))]))
    [line] = orders.history(shop, order_id)
    assert (line["what"], line["via"]) == ("sale recorded", "command line")
    assert line["detail"]["items"] == "Soap × 2, Rice × 0.5"
    order = orders.get(shop, order_id)
    assert (order["created_at"], order["updated_at"]) == (NOW, NOW)


def test_the_latest_purchases_of_a_customer_come_with_what_was_bought(shop):
    asha = customers.create(shop, {"name": "Asha"})
    for days, name in ((9, "Rice"), (2, "Soap"), (5, "Ghee"), (1, "Lamp")):
        orders.record(shop, NewOrder(items=[Item(name)], customer_id=asha, ordered_at=NOW - timedelta(days=days)))
    orders.record(shop, sale_of("5", customer_id=asha, status=orders.DRAFT))
    assert [order["bought"] for order in orders.latest(shop, asha)] == ["Lamp", "Soap", "Ghee"]
    assert len(orders.of_customer(shop, asha)) == 5
