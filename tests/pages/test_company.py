"""A company on its page: its people, what is known of it, how it is doing; and the Health page."""

import pytest

from crmcore import companies, contact_people, health, modules, people
from crmcore.contact_people import NewPerson, NewPhone
from crmcore.database.gate import MANAGER, STAFF, keeper, shop_session


@pytest.fixture
def where(new_shop):
    shop = new_shop(kind="business")
    with shop_session(keeper(shop), alone=True) as opened:
        modules.switch(opened, ["pipeline"])
    return people.find_shop(shop.slug)


@pytest.fixture
def acme(where):
    """Acme Traders with Asha, who decides; its health is written down."""
    with shop_session(keeper(where), alone=True) as shop:
        customer_id, _ = companies.find_or_create(shop, "Acme Traders")
        companies.change(shop, customer_id, {"employees": 40, "website": "acme.example"})
        asha = NewPerson("Asha Rao", "Head of buying", "decision_maker", phones=[NewPhone("98811 20456")])
        contact_people.add(shop, customer_id, asha)
        health.record(shop, customer_id, engagement=30, satisfaction=40)
    return customer_id


def by_label(page, label):
    return next(field for field in page.text_input if field.label == label)


def names(who, customer_id):
    with shop_session(who) as shop:
        return [person["name"] for person in contact_people.of_customer(shop, customer_id)]


def test_people_company_and_health_stand_on_the_page(where, acme, join, open_page, hands):
    page = open_page("customer", join(MANAGER, shop=where), id=acme, show="People")
    assert not page.exception
    told = hands.read(page)
    for words in ("Asha Rao", "Decision maker", "First to turn to", "+91 98811 20456", "acme.example", "Red 35"):
        assert words in told, words
    assert "Activity left out" in told


def test_somebody_is_added_changed_and_leaves(where, acme, join, open_page, hands):
    who = join(STAFF, shop=where)
    page = open_page("customer", who, id=acme, show="People")
    page = hands.press(page, "Add a person")
    by_label(page, "Name").input("Bilal Khan")
    by_label(page, "Phone").input("98220 11111").run()
    by_label(page, "E-mail").input("bilal@acme.example").run()
    page = hands.press(page, "Add person")
    assert not page.exception and not page.error
    assert names(who, acme) == ["Asha Rao", "Bilal Khan"]
    page = hands.press(page, "Turn to first")
    assert names(who, acme) == ["Bilal Khan", "Asha Rao"]
    page = hands.press(page, "They left")
    assert not page.exception
    assert names(who, acme) == ["Asha Rao", "Bilal Khan"]
    page = hands.press(page, "Change")
    by_label(page, "Job title").input("Director")
    page = hands.press(page, "Save person")
    assert not page.exception and not page.error
    with shop_session(who) as shop:
        asha = contact_people.of_customer(shop, acme)[0]
    assert (asha["job_title"], [one["number"] for one in asha["phones"]]) == ("Director", ["+919881120456"])


def test_a_number_that_can_not_be_keeps_the_form_and_says_so(where, acme, join, open_page, hands):
    who = join(STAFF, shop=where)
    page = open_page("customer", who, id=acme, show="People")
    page = hands.press(page, "Add a person")
    by_label(page, "Name").input("Bilal Khan")
    by_label(page, "Phone").input("98220").run()
    page = hands.press(page, "Add person")
    assert page.error and by_label(page, "Name").value == "Bilal Khan"
    assert names(who, acme) == ["Asha Rao"]


def test_a_talk_is_written_down_with_one_of_the_people(where, acme, join, open_page, hands):
    who = join(STAFF, shop=where)
    page = open_page("customer", who, id=acme, talk="new")
    with_whom = next(field for field in page.selectbox if field.label == "With")
    with shop_session(who) as shop:
        asha = contact_people.of_customer(shop, acme)[0]["id"]
    with_whom.select(asha)
    page = hands.press(page, "Save")
    assert not page.exception and not page.error
    with shop_session(who) as shop:
        assert contact_people.get(shop, asha)["last_talk_on"] == shop.today


def test_the_health_page_lists_who_is_at_risk_with_what_to_do(where, acme, join, open_page, hands):
    page = open_page("at_risk", join(MANAGER, shop=where))
    assert not page.exception
    told = hands.read(page)
    assert "Red 35" in told and "Keep in touch more closely" in told and "100.0" in told
    assert "Call before you write" in told
    staff = open_page("at_risk", join(STAFF, shop=where))
    assert "Red 35" in hands.read(staff) and "100.0" not in hands.read(staff)


def test_where_nobody_is_at_risk_the_health_page_says_how_it_is_measured(where, join, open_page, hands):
    assert "Nobody is at risk" in hands.read(open_page("at_risk", join(MANAGER, shop=where)))
