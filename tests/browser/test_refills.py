"""A pharmacy's day in the browser: a bill that converts a contact, somebody who did not buy, refills, a profile."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import settle
from crmcore import contacts, customers, medical, orders, products, refills
from crmcore.contacts import NewContact
from crmcore.database.gate import keeper, shop_session
from crmcore.messages import consent
from crmcore.orders import Item, NewOrder
from crmcore.products import NewProduct

METFORMIN = Item("Metformin 500", Decimal(1), Decimal(180), medicine_days=30)


@pytest.fixture
def pharmacy(new_shop):
    shop = new_shop(kind="pharmacy")
    with shop_session(keeper(shop), writes=True) as opened:
        products.create(opened, NewProduct("Metformin 500", price=Decimal(180)))
    return shop


@pytest.fixture
def ravi(member, pharmacy):
    return member("staff", pharmacy, name="Ravi Kale", sells=True)


def needing(pharmacy, name, phone, ago=25, said=None, medicines=("Metformin 500",)):
    with shop_session(keeper(pharmacy), writes=True) as shop:
        customer_id = customers.create(shop, {"name": name, "phone": phone})
        lines = [Item(one, Decimal(1), Decimal(180), medicine_days=30) for one in medicines]
        moment = datetime.now(UTC) - timedelta(days=ago)
        orders.record(shop, NewOrder(items=lines, customer_id=customer_id, ordered_at=moment))
        if said:
            consent.record(shop, customer_id, "whatsapp", "reminders", said, "Said so in the shop")
    return customer_id


def find_by_phone(page: Page, typed: str) -> None:
    field = page.get_by_label("Phone number or name")
    field.fill(typed)
    field.press("Enter")
    settle(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_contact_buys_medicine_and_is_reminded_in_time(pharmacy, ravi, signed_in_page, visit, screenshot, width):
    """J9: found by the phone in any format, contacted before, 30 days; converted, on file, reminder in 25 days."""
    with shop_session(ravi, writes=True) as shop:
        contact_id = contacts.record(shop, NewContact("98811 20456", "Asha"))
    page = signed_in_page(ravi, width=width)
    visit(page, "/sell")
    find_by_phone(page, "+91 (0)98811-20456")
    expect(page.get_by_text("Contacted before?")).to_be_visible()
    expect(page.get_by_label("Add an item")).to_have_count(1)
    page.get_by_label("Add an item").fill("metf")
    page.get_by_role("button", name="Metformin 500").click()
    settle(page)
    days = page.get_by_label("Lasts (days)")
    days.fill("30")
    days.press("Tab")
    settle(page)
    screenshot(page, f"bill-{width}")
    page.get_by_role("button", name="Save sale of ₹180").click()
    expect(page.get_by_text("They were on a contact sheet, and count as converted.")).to_be_visible()
    expect(page.get_by_text("Refill of Metformin 500: reminder on")).to_be_visible()
    screenshot(page, f"bill-saved-{width}")
    with shop_session(ravi) as shop:
        contact = contacts.get(shop, contact_id)
        assert (contact["status"], contact["value"]) == ("converted", 180)
        asha = customers.get(shop, contact["customer_id"])
        assert (asha["order_count"], asha["total_spent"], asha["category"]) == (1, 180, "contact_sheet")
        (reminder,) = refills.of_customer(shop, asha["id"])
        assert reminder["due_on"] == shop.today + timedelta(days=25)


@pytest.mark.parametrize("width", [1280, 390])
def test_somebody_came_but_did_not_buy(ravi, signed_in_page, visit, screenshot, width):
    """J10: marked so with one press, and still convertible by a later bill."""
    with shop_session(ravi, writes=True) as shop:
        contact_id = contacts.record(shop, NewContact("98811 20456", "Asha"))
    page = signed_in_page(ravi, width=width)
    visit(page, "/sell")
    find_by_phone(page, "98811 20456")
    page.get_by_role("button", name="Visited, did not buy").click()
    expect(page.get_by_text("Marked: visited, did not buy")).to_be_visible()
    screenshot(page, f"did-not-buy-{width}")
    with shop_session(ravi, writes=True) as shop:
        assert contacts.get(shop, contact_id)["status"] == "yellow"
        orders.record(shop, NewOrder(items=[METFORMIN], phone="98811 20456"))
        assert contacts.get(shop, contact_id)["status"] == "converted"


@pytest.mark.parametrize("width", [1280, 390])
def test_refills_of_the_day_are_worked_off(pharmacy, ravi, signed_in_page, visit, screenshot, width):
    """J11: grouped by customer, a message ready where it may go, marked, answered, closed by the next bill."""
    asha = needing(pharmacy, "Asha Rao", "98811 20001", 28, medicines=("Metformin 500", "Amlodipine 5"))
    needing(pharmacy, "Bilal Khan", "98811 20002", 27, said=consent.DECLINED)
    others = [needing(pharmacy, f"Customer {nth}", f"98811 2001{nth}") for nth in range(2)]
    page = signed_in_page(ravi, width=width)
    visit(page, "/refills")
    expect(page.get_by_text("4 customers to remind now")).to_be_visible()
    first = page.locator(f".st-key-refill-{asha}")
    expect(first.get_by_text("Amlodipine 5 until")).to_be_visible()
    expect(first.get_by_role("link", name="Open WhatsApp")).to_have_attribute(
        "href", re.compile(r"^https://wa\.me/919881120001\?text=Hello%20Asha%20Rao")
    )
    expect(page.get_by_role("link", name="Open WhatsApp")).to_have_count(1)
    expect(page.get_by_text("This customer declined WhatsApp reminders")).to_be_visible()
    screenshot(page, f"refills-{width}")
    first.get_by_role("button", name="Mark sent").click()
    expect(page.get_by_text("Reminded:")).to_be_visible()
    expect(first).to_have_count(0)
    said = page.get_by_label("What did they say?")
    said.fill("will come Friday")
    said.press("Enter")
    expect(page.get_by_text("Written down")).to_be_visible()
    with shop_session(ravi) as shop:
        rows = refills.of_customer(shop, asha)
    assert {(row["sent_channel"], row["sent_by"], row["response"]) for row in rows} == {
        ("whatsapp", ravi.staff_id, "will come Friday")
    }

    page.get_by_text("Today · 2").click()
    expect(page.locator(f".st-key-refill-{others[0]}")).to_be_visible()
    expect(page.get_by_text("This customer declined WhatsApp reminders")).to_have_count(0)
    settle(page)
    page.locator(f".st-key-choose-refill-{others[0]} label").click()
    page.get_by_role("button", name="Choose all shown").click()
    page.get_by_role("button", name="Mark 2 customers reminded").click()
    page.get_by_text("By Call").click()
    expect(page.get_by_text("2 customers marked as reminded")).to_be_visible()
    with shop_session(ravi, writes=True) as shop:
        assert {refills.of_customer(shop, one)[0]["sent_channel"] for one in others} == {"call"}
        orders.record(shop, NewOrder(items=[METFORMIN], customer_id=asha))
        states = {(row["medicine"], row["status"]) for row in refills.of_customer(shop, asha)}
        assert states == {("Metformin 500", "due"), ("Metformin 500", "refilled"), ("Amlodipine 5", "sent")}
    page.get_by_text("Reminded · 3").click()
    expect(page.locator(f".st-key-answer-{asha} input")).to_have_value("will come Friday")
    screenshot(page, f"refills-reminded-{width}")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_patients_page_tells_everything_to_who_may_see_it(
    pharmacy, ravi, member, signed_in_page, visit, screenshot, width
):
    """J12: history, days covered, generics for all; allergies, conditions and doctor for who has the right alone."""
    asha = needing(pharmacy, "Asha Rao", "98811 20001", 50)
    pharmacist = member("staff", pharmacy, name="Meera Joshi", medical=True)
    with shop_session(pharmacist, writes=True) as shop:
        orders.record(shop, NewOrder(items=[METFORMIN], customer_id=asha))
        customers.change(shop, asha, {"generic_preference": "generic"})
        medical.change(shop, asha, {"allergies": "Penicillin", "conditions": "Diabetes", "doctor": "Dr Kulkarni"})
    page = signed_in_page(pharmacist, width=width)
    visit(page, f"/customer?id={asha}&show=Medicines")
    expect(page.get_by_text("Prefers generics", exact=True)).to_be_visible()
    expect(page.get_by_text("with gaps")).to_be_visible()
    expect(page.get_by_text("Penicillin")).to_have_count(0)
    page.get_by_role("button", name="Open medical data").click()
    settle(page)
    expect(page.get_by_label("Allergies")).to_have_value("Penicillin")
    expect(page.get_by_label("Doctor")).to_have_value("Dr Kulkarni")
    screenshot(page, f"medicines-{width}")
    page = signed_in_page(ravi, width=width)
    visit(page, f"/customer?id={asha}")
    expect(page.get_by_text("Prefers generics", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Open medical data")).to_have_count(0)
    assert "Penicillin" not in page.content()
