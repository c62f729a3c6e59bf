"""The counter of a pharmacy: contacted before, category, how long a medicine lasts, what is early, who did not buy."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crmcore import contact_people, contacts, customers, medical, orders, products, refills
from crmcore.contact_people import NewPerson, NewPhone
from crmcore.contacts import NewContact
from crmcore.database.gate import keeper, shop_session
from crmcore.models import Order
from crmcore.orders import Item, NewOrder
from crmcore.products import NewProduct


@pytest.fixture
def pharmacy(new_shop):
    shop = new_shop(kind="pharmacy")
    with shop_session(keeper(shop), writes=True) as opened:
        products.create(opened, NewProduct("Metformin 500", price=Decimal(180)))
    return shop


@pytest.fixture
def ravi(join, pharmacy):
    return join("staff", shop=pharmacy, name="Ravi Kale", sells=True)


def find(page, typed):
    return next(field for field in page.text_input if field.label == "Phone number or name").input(typed).run()


def add_metformin(page, hands):
    field = next(field for field in page.text_input if field.label == "Add an item")
    return hands.press(field.input("Metformin").run(), "Metformin 500")


def number(page, label):
    return next(field for field in page.number_input if field.label.startswith(label))


def choice(page, label):
    """What is chosen by pills or segments."""
    return next(group for group in page.button_group if group.label == label)


def save(page):
    return next(button for button in page.button if button.label.startswith("Save sale")).click().run()


def recorded(who):
    with shop_session(who) as shop:
        return list(shop.execute(select(Order).where(Order.shop_id == shop.id).order_by(Order.id)).mappings())


def test_a_contact_is_greeted_as_contacted_before_and_becomes_a_customer(ravi, open_page, hands):
    with shop_session(ravi, writes=True) as shop:
        contact_id = contacts.record(shop, NewContact("98811 20456", "Asha"))
    page = find(open_page("sell", ravi), "+91 (0)98811-20456")
    assert "Asha · On a contact sheet of" in hands.read(page)
    assert choice(page, "Contacted before?").value == "Yes"
    page = add_metformin(page, hands)
    asks = "Ask how many days each medicine lasts"
    assert asks in hands.read(page)
    page = number(page, "Lasts (days)").set_value(30).run()
    assert asks not in hands.read(page)
    page = save(page)
    assert not page.exception and not page.error
    text = hands.read(page)
    assert "They were on a contact sheet, and count as converted." in text
    assert "Refill of Metformin 500: reminder on" in text
    (sale,) = recorded(ravi)
    assert (sale["customer_category"], sale["was_contacted_before"]) == ("contact_sheet", True)
    with shop_session(ravi) as shop:
        assert contacts.get(shop, contact_id)["status"] == "converted"
        (reminder,) = refills.of_customer(shop, sale["customer_id"])
        assert reminder["due_on"] == shop.today + timedelta(days=25)


def test_the_second_number_of_a_contact_finds_the_customer_and_one_that_two_have_asks_who_it_is(ravi, open_page, hands):
    shared = "020 2567 8901"
    with shop_session(ravi, writes=True) as shop:
        for nth, name in enumerate(("Asha Rao", "Bilal Khan")):
            customers.create(shop, {"name": name, "phone": f"98811 2045{nth}"})
        contacts.record(shop, NewContact("98811 20450 / 98220 12345", "Asha"))
        acme = customers.create(shop, {"name": "Acme Traders"})
        contact_people.add(shop, acme, NewPerson("Chitra", phones=[NewPhone(shared)]))
        contacts.record(shop, NewContact(f"98811 20451 / {shared}", "Bilal"))
    page = find(open_page("sell", ravi), "98220 12345")
    assert "Asha Rao" in hands.read(page) and "Contacted before?" in [group.label for group in page.button_group]
    page = hands.press(page, "Someone else")
    page = find(page, shared)
    assert "Several have this number beside their own. Who is it?" in hands.read(page)
    page = hands.press(page, "Bilal Khan")
    assert "no purchase so far" in hands.read(page)


def test_answering_no_offers_the_three_other_categories(ravi, open_page, hands):
    with shop_session(ravi, writes=True) as shop:
        contacts.record(shop, NewContact("98811 20456"))
    page = find(open_page("sell", ravi), "98811 20456")
    page = choice(page, "Contacted before?").set_value("No").run()
    assert choice(page, "Category").options == ["First prescription", "Regular, branded", "Knows generics"]
    page = choice(page, "Category").set_value("regular_branded").run()
    page = choice(page, "Generic medicines").set_value("branded").run()
    page = save(add_metformin(page, hands))
    (sale,) = recorded(ravi)
    with shop_session(ravi) as shop:
        asha = customers.get(shop, sale["customer_id"])
    assert (asha["category"], asha["generic_preference"]) == ("regular_branded", "branded")
    assert sale["was_contacted_before"] is False


def test_the_last_bill_suggests_how_long_it_lasts_and_warns_of_an_early_refill(ravi, open_page, hands):
    with shop_session(ravi, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})
        (product,) = products.find(shop, "Metformin 500", limit=1)[0]
        line = Item("Metformin 500", Decimal(1), Decimal(180), product_id=product["id"], medicine_days=60)
        moment = datetime.now(UTC) - timedelta(days=10)
        orders.record(shop, NewOrder(items=[line], customer_id=asha, ordered_at=moment))
    page = add_metformin(find(open_page("sell", ravi), "98811 20456"), hands)
    assert number(page, "Lasts (days)").value == 60
    assert "Early: bought 10 days ago for 60 days, about 50 days left" in hands.read(page)


@pytest.mark.parametrize("days", [0, -5, 4000])
def test_a_duration_that_cant_be_is_refused_and_the_bill_stays_as_typed(ravi, open_page, hands, days):
    page = add_metformin(find(open_page("sell", ravi), "98811 20456"), hands)
    page = save(number(page, "Lasts (days)").set_value(days).run())
    (error,) = page.error
    assert error.value.replace("\\", "") == f"Metformin 500 lasts {days} days; use 1 to 3650."
    assert number(page, "Lasts (days)").value == days
    assert recorded(ravi) == []


def test_a_bill_without_medicines_cant_be_saved(ravi, open_page, hands):
    page = find(open_page("sell", ravi), "98811 20456")
    assert next(button for button in page.button if button.label.startswith("Save sale")).disabled
    assert "Add at least one medicine." in hands.read(page)
    assert not [field for field in page.number_input if field.label.startswith("Or just an amount")]


def test_visited_but_did_not_buy(ravi, open_page, hands):
    with shop_session(ravi, writes=True) as shop:
        contact_id = contacts.record(shop, NewContact("98811 20456"))
    page = hands.press(find(open_page("sell", ravi), "98811 20456"), "Visited, did not buy")
    assert not page.exception
    assert "Marked: visited, did not buy" in hands.read(page)
    with shop_session(ravi) as shop:
        assert contacts.get(shop, contact_id)["status"] == "yellow"


def test_only_who_has_the_medical_right_is_asked_for_the_doctor(ravi, join, pharmacy, open_page, hands):
    def asked(page):
        return [field for field in page.text_input if field.label == "Doctor"]

    page = find(open_page("sell", ravi), "98811 20456")
    assert asked(page) == []
    pharmacist = join("staff", shop=pharmacy, medical=True)
    page = add_metformin(find(open_page("sell", pharmacist), "98811 20456"), hands)
    page = save(asked(page)[0].input("Dr Kulkarni").run())
    with shop_session(pharmacist, writes=True) as shop:
        assert medical.read(shop, recorded(pharmacist)[0]["customer_id"])["doctor"] == "Dr Kulkarni"


def test_an_old_bill_is_edited_with_its_days_and_the_reminder_follows(pharmacy, join, open_page, hands):
    manager = join("manager", shop=pharmacy)
    with shop_session(manager, writes=True) as shop:
        line = Item("Metformin 500", Decimal(1), Decimal(180), medicine_days=30)
        order_id = orders.record(shop, NewOrder(items=[line], phone="98811 20456"))
    page = hands.press(open_page("order", manager, id=order_id), "Edit")
    page = number(page, "Lasts (days)").set_value(60).run()
    page = hands.press(page, "Save")
    assert not page.exception and not page.error
    with shop_session(manager) as shop:
        assert [row["days"] for row in refills.of_order(shop, order_id)] == [60]
