"""The list of orders and an order's page: what each shows, whom it lets change what, and that changes are saved."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crmcore import customers, orders, segments
from crmcore.database.gate import keeper, shop_session
from crmcore.orders import Item, NewOrder


@pytest.fixture
def sana(join):
    return join("manager", name="Sana Khan", sells=True)


@pytest.fixture
def booked(sana):
    """Three orders of today and one of long ago; ids by number."""
    with shop_session(keeper(sana.shop), writes=True) as shop:
        lines = [Item("Rice", Decimal(2), Decimal(100)), Item("Soap", Decimal(1), Decimal(40))]
        sales = (
            NewOrder(items=lines, phone="98811 20456", name="Anita *D*", number="A-1", rep_id=sana.staff_id),
            NewOrder(amount=Decimal(75), number="A-2", payment_method="UPI"),
            NewOrder(amount=Decimal(500), number="A-3", status="draft"),
            NewOrder(amount=Decimal(9), number="B-4", ordered_at=shop.now - timedelta(days=400)),
        )
        return {sale.number: orders.record(shop, sale) for sale in sales}


def listed(page):
    """The numbers in the table, from the top."""
    return list(page.dataframe[0].value["number"])


def widget(kind, label):
    return next(one for one in kind if one.label.startswith(label))


def stored(who, order_id):
    with shop_session(who) as shop:
        return orders.get(shop, order_id)


@pytest.mark.parametrize("role", ["staff", "manager", "owner"])
def test_everybody_sees_the_orders_of_this_month_and_who_may_see_figures_what_they_come_to(
    booked, sana, join, open_page, hands, role
):
    page = open_page("orders", join(role, sana.shop))
    assert not page.exception
    assert sorted(listed(page)) == ["A-1", "A-2", "A-3"]
    text = hands.read(page)
    assert "**3** orders" in text
    assert ("together **₹315**" in text) == (role != "staff")
    assert "₹315" not in text or role != "staff"
    assert "1 draft or cancelled one counts for nothing" in text


def test_filters_stand_in_the_address_and_come_from_it(booked, sana, open_page):
    page = open_page("orders", sana)
    page = widget(page.selectbox, "Status").set_value("draft").run()
    assert listed(page) == ["A-3"]
    assert page.query_params["status"] == "draft"
    assert listed(open_page("orders", sana, status="draft")) == ["A-3"]
    page = widget(page.selectbox, "Status").set_value("").run()
    assert "status" not in page.query_params


def test_it_narrows_by_payment_rep_customer_and_number(booked, sana, open_page, hands):
    anita = stored(sana, booked["A-1"])["customer_id"]
    assert listed(open_page("orders", sana, paid="UPI")) == ["A-2"]
    assert listed(open_page("orders", sana, rep=sana.staff_id)) == ["A-1"]
    assert listed(open_page("orders", sana, q="b-")) == ["B-4"]
    of_anita = open_page("orders", sana, customer=anita)
    assert listed(of_anita) == ["A-1"]
    assert "Only Anita *D*" in hands.read(of_anita)
    assert len(listed(hands.press(of_anita, "Everybody"))) == 3


def test_it_narrows_to_the_customers_of_a_segment(booked, sana, open_page, hands):
    assert "Customers in" not in [box.label for box in open_page("orders", sana).selectbox]
    with shop_session(keeper(sana.shop), writes=True) as shop:
        anitas = segments.create(shop, segments.NewSegment("Anitas", {"all": [
            {"field": "name", "operator": "starts_with", "value": "anita"}]}))  # fmt: skip
    page = widget(open_page("orders", sana).selectbox, "Customers in").set_value(str(anitas)).run()
    assert listed(page) == ["A-1"] and page.query_params["segment"] == str(anitas)
    with shop_session(keeper(sana.shop), writes=True) as shop:
        segments.remove(shop, anitas)
    assert "not there any more" in hands.read(open_page("orders", sana, segment=anitas))


def test_only_returns(booked, sana, open_page):
    with shop_session(keeper(sana.shop), alone=True) as shop:
        orders.take_back(shop, booked["A-2"])
    page = widget(open_page("orders", sana).toggle, "Only returns").set_value(True).run()
    assert listed(page) == ["A-2-R1"]
    assert page.query_params["returns"] == "yes"


def test_it_is_sorted_as_chosen(booked, sana, open_page):
    page = widget(open_page("orders", sana).selectbox, "Sorted").set_value("-total").run()
    assert listed(page) == ["A-3", "A-1", "A-2"]


def test_an_empty_shop_is_told_what_to_do_and_a_filter_without_match_too(join, sana, booked, open_page, hands):
    assert "No orders yet" in hands.read(open_page("orders", join("owner")))
    assert "No order fits" in hands.read(open_page("orders", sana, status="cancelled"))


def test_an_address_with_nonsense_in_it_filters_nothing(booked, sana, open_page):
    page = open_page("orders", sana, status="paid", rep="me", sort="x;drop", customer="7")
    assert not page.exception
    assert len(listed(page)) == 3


def test_an_order_says_who_bought_what_and_what_happened(booked, sana, open_page, hands):
    page = open_page("order", sana, id=booked["A-1"])
    assert not page.exception
    assert "Sale of ₹240" in hands.read(page)
    text = hands.read(page)
    for part in ("A-1", "Anita *D*", "+91 98811 20456", "Sana Khan", "Completed", "₹240 · Rice × 2, Soap"):
        assert part in text
    receipt = "".join(html.proto.body for html in page.get("html"))
    assert "2 × ₹100" in receipt and "Soap" in receipt


def test_staff_look_at_an_order_but_find_no_way_to_change_it(booked, join, sana, open_page, hands):
    page = open_page("order", join("staff", sana.shop), id=booked["A-1"])
    assert "Only a manager or the owner can change an order." in hands.read(page)
    assert not {"Edit", "Cancel", "Return", "Complete it"} & {button.label for button in page.button}


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_an_order_is_edited_and_its_history_tells(booked, join, sana, open_page, hands, role):
    page = hands.press(open_page("order", join(role, sana.shop, name="Meera"), id=booked["A-1"]), "Edit")
    page = widget(page.number_input, "Quantity").set_value(3).run()
    widget(page.text_area, "Note").input("three after all")
    page = hands.press(page.run(), "Save as a sale of ₹340")
    assert not page.exception
    order = stored(sana, booked["A-1"])
    assert (order["total"], order["note"]) == (340, "three after all")
    text = hands.read(page)
    assert "Sale of ₹340" in text
    assert "Items: Rice × 2, Soap → Rice × 3, Soap" in text and "Total: ₹240 → ₹340" in text
    with shop_session(sana) as shop:
        assert customers.get(shop, order["customer_id"])["total_spent"] == 340


def test_an_order_is_moved_to_somebody_else_another_day_and_rep(booked, sana, open_page, hands):
    page = hands.press(open_page("order", sana, id=booked["A-1"]), "Edit")
    page = hands.press(page, "Someone else")
    page = widget(page.text_input, "Phone number or name").input("98200 11111").run()
    hands.type(page, **{"Name, if they tell it": "Zoya"})
    day = stored(sana, booked["A-1"])["ordered_on"] - timedelta(days=3)
    page = widget(page.date_input, "Day").set_value(day).run()
    page = widget(page.selectbox, "Sales rep").set_value("").run()
    page = hands.press(page, "Save as a sale")
    assert not page.exception
    order = stored(sana, booked["A-1"])
    assert (order["customer_name"], order["ordered_on"], order["rep_id"]) == ("Zoya", day, None)
    text = hands.read(page)
    assert "Customer: Anita *D* → Zoya" in text and "Sold by: Sana Khan → –" in text


def test_leaving_an_order_as_it_was_changes_nothing(booked, sana, open_page, hands):
    page = hands.press(open_page("order", sana, id=booked["A-2"]), "Edit")
    page = widget(page.number_input, "Or just an amount").set_value(5).run()
    page = hands.press(page, "Leave it as it was")
    assert "Sale of ₹75" in hands.read(page)
    assert stored(sana, booked["A-2"])["total"] == 75


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(booked, sana, open_page, hands):
    page = hands.press(open_page("order", sana, id=booked["A-2"]), "Edit")
    with shop_session(keeper(sana.shop), alone=True) as shop:
        orders.change(shop, booked["A-2"], orders.OrderChange(amount=Decimal(80)))
    page = widget(page.number_input, "Or just an amount").set_value(5).run()
    page = hands.press(page, "Save as a sale")
    assert "Someone else changed this order meanwhile" in hands.read(page)
    assert stored(sana, booked["A-2"])["total"] == 80


def test_a_draft_is_completed(booked, sana, open_page, hands):
    page = open_page("order", sana, id=booked["A-3"])
    assert "Draft: does not count" in hands.read(page)
    page = hands.press(page, "Complete it")
    assert stored(sana, booked["A-3"])["status"] == "completed"
    assert "Completed" in hands.read(page)


def test_a_return_leads_to_its_sale_and_the_sale_to_it(booked, sana, open_page, hands):
    with shop_session(keeper(sana.shop), alone=True, now=None) as shop:
        back = orders.take_back(shop, booked["A-1"], {2: Decimal(1)})
    sale = open_page("order", sana, id=booked["A-1"])
    assert "Some came back" in hands.read(sale)
    page = open_page("order", sana, id=back)
    assert "Return of ₹40" in hands.read(page)
    assert "Edit" not in {button.label for button in page.button}


@pytest.mark.parametrize("order_id", ["", "x", "01890000-0000-7000-8000-000000000000"])
def test_an_order_that_is_not_there_says_so(sana, open_page, hands, order_id):
    page = open_page("order", sana, id=order_id)
    assert not page.exception
    assert "This order is not on file" in hands.read(page)


def test_an_order_of_another_shop_is_not_on_file(booked, join, open_page, hands):
    page = open_page("order", join("owner"), id=booked["A-1"])
    assert "This order is not on file" in hands.read(page)
    assert "Anita" not in hands.read(page)
