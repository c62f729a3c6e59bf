"""A pharmacy's bill: one press finds or makes the customer, converts the contact, makes the reminder; or nothing."""

from datetime import date
from decimal import Decimal

import pytest
from conftest import NOW
from sqlalchemy import func, select

from crmcore import bills, contacts, customer_list, customers, medical, orders, people, refills, shop_settings
from crmcore.bills import NewBill
from crmcore.contacts import NewContact
from crmcore.customer_list import Filters
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed
from crmcore.models import Customer, MedicalProfile, Order
from crmcore.orders import Item, NewOrder

METFORMIN = Item("Metformin 500", Decimal(1), Decimal(360), medicine_days=30)


@pytest.fixture
def shop(new_shop):
    with shop_session(keeper(new_shop(kind="pharmacy")), alone=True, now=NOW) as opened:
        yield opened


def bill(*items, preference=None, doctor=None, **fields):
    return NewBill(NewOrder(items=items or (METFORMIN,), phone="98811 20456", **fields), preference, doctor)


def test_a_bill_of_a_contact_does_everything_at_once(shop):
    contact_id = contacts.record(shop, NewContact("+91 98811-20456", "Asha"))
    order_id = bills.record(shop, bill(was_contacted_before=True, preference="generic"))
    order = orders.get(shop, order_id)
    asha = customers.get(shop, order["customer_id"])
    assert (order["customer_category"], order["was_contacted_before"]) == ("contact_sheet", True)
    assert (asha["category"], asha["generic_preference"]) == ("contact_sheet", "generic")
    assert asha["name"] == "Asha", "as on the sheet, when nobody asked"
    assert (asha["order_count"], asha["total_spent"]) == (1, 360)
    contact = contacts.get(shop, contact_id)
    assert (contact["status"], contact["value"]) == ("converted", 360)
    (reminder,) = refills.of_order(shop, order_id)
    assert reminder["due_on"] == date(2026, 12, 15)


def test_sent_twice_it_is_one_bill(shop):
    first = bills.record(shop, bill(idempotency_key="till 1"))
    assert bills.record(shop, bill(idempotency_key="till 1")) == first
    assert shop.scalar(select(func.count()).select_from(Order).where(Order.shop_id == shop.id)) == 1


def test_a_contact_is_converted_though_nobody_asked(shop):
    contact_id = contacts.record(shop, NewContact("98811 20456"))
    bills.record(shop, bill())
    assert contacts.get(shop, contact_id)["status"] == "converted"


def refused(shop, given):
    with pytest.raises(BadInput) as error:
        bills.record(shop, given)
    assert shop.scalar(select(func.count()).select_from(Order).where(Order.shop_id == shop.id)) == 0
    return error.value.field, str(error.value)


def test_what_cant_be_a_bill_is_refused_in_one_sentence(shop):
    amount_alone = NewBill(NewOrder(amount=Decimal(100), phone="98811 20456"))
    assert refused(shop, amount_alone) == ("items", "Add at least one medicine: a bill can't be an amount alone.")
    assert refused(shop, bill(customer_category="vip"))[0] == "category"
    assert "No contact sheet has this number" in refused(shop, bill(was_contacted_before=True))[1]
    assert "No contact sheet has this number" in refused(shop, bill(customer_category="contact_sheet"))[1]
    contacts.record(shop, NewContact("98811 20456"))
    contradiction = bill(was_contacted_before=True, customer_category="regular_branded")
    assert "contacted before is of a contact sheet" in refused(shop, contradiction)[1]
    contradiction = bill(was_contacted_before=False, customer_category="contact_sheet")
    assert "not contacted before" in refused(shop, contradiction)[1]


def test_an_unknown_preference_saves_nothing(new_shop):
    who = keeper(new_shop(kind="pharmacy"))
    with pytest.raises(BadInput, match="homeopathic"), shop_session(who, writes=True) as shop:
        bills.record(shop, bill(preference="homeopathic"))
    with shop_session(who) as shop:
        assert shop.scalar(select(func.count()).select_from(Order).where(Order.shop_id == shop.id)) == 0
        assert shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)) == 0


def test_visited_and_did_not_buy(shop):
    contact_id = contacts.record(shop, NewContact("98811 20456"))
    assert bills.visited_without_buying(shop, "+91 98811 20456") == contact_id
    assert contacts.get(shop, contact_id)["status"] == "yellow"
    new = bills.visited_without_buying(shop, "98811 20457", "Bilal")
    assert contacts.get(shop, new)["name"] == "Bilal"
    bills.record(shop, bill())
    assert contacts.get(shop, contact_id)["status"] == "converted"
    with pytest.raises(Conflict, match="bought already"):
        bills.visited_without_buying(shop, "98811 20456")


def test_customers_are_listed_by_category(shop):
    bills.record(shop, bill(customer_category="regular_branded"))
    customers.create(shop, {"name": "Bilal"})
    assert customer_list.page_of(shop, Filters(category="regular_branded")).total == 1
    assert customer_list.choices(shop, "category") == ["regular_branded"]


def test_the_doctor_is_written_down_by_who_may_see_medical_data(new_shop, join):
    pharmacy = new_shop(kind="pharmacy")
    pharmacist, ravi = join("staff", shop=pharmacy, medical=True), join("staff", shop=pharmacy)
    with shop_session(pharmacist, writes=True) as shop:
        order_id = bills.record(shop, bill(doctor="Dr Kulkarni"))
        customer_id = orders.get(shop, order_id)["customer_id"]
        assert medical.read(shop, customer_id)["doctor"] == "Dr Kulkarni"
    with pytest.raises(NotAllowed), shop_session(ravi, writes=True) as shop:
        bills.record(shop, bill(doctor="Dr Rao"))
    with shop_session(keeper(pharmacy)) as shop:
        assert shop.scalar(select(func.count()).select_from(MedicalProfile)) == 1
        assert shop.scalar(select(func.count()).select_from(Order).where(Order.shop_id == shop.id)) == 1


def test_staff_who_see_their_own_customers_only_sell_and_remind_them_too(new_shop, join):
    pharmacy = new_shop(kind="pharmacy")
    with shop_session(keeper(pharmacy), alone=True) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
    ravi = join("staff", shop=people.find_shop(pharmacy.slug), sells=True)
    assert ravi.sees_own_only
    with shop_session(ravi, writes=True, now=NOW) as shop:
        order_id = bills.record(shop, bill(rep_id=ravi.staff_id, preference="generic"))
        (reminder,) = refills.of_order(shop, order_id)
        refills.mark_sent(shop, [reminder["id"]], "call")
        assert refills.counts(shop)["sent"] == 1
