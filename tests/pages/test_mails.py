"""The page of e-mails: what waits is put with somebody or dropped; and taking one in on a customer's page."""

import pytest
from test_mail_in import mail

from crmcore import customers, interactions, mail_in
from crmcore.database.gate import keeper, shop_session


@pytest.fixture
def asha(owner):
    with shop_session(keeper(owner.shop), alone=True) as shop:
        asha = customers.create(shop, {"name": "Asha Rao", "email": "asha@firm.example"})
        mail_in.take_in(shop, mail("Ravi <ravi@firm.example>", subject="A *bold* quote"))
        return asha


def test_what_waits_is_put_with_who_it_could_be(owner, asha, open_page, hands):
    page = open_page("mails", owner)
    said = hands.read(page)
    assert "1 e-mail of nobody on file" in said and "A *bold* quote" in said
    page = hands.press(page, "With Asha Rao")
    assert "Every e-mail has found its place" in hands.read(page)
    with shop_session(owner) as shop:
        assert interactions.of_customer(shop, asha)[0]["subject"] == "A *bold* quote"


def test_what_is_nobodys_is_dropped(owner, asha, open_page, hands):
    page = hands.press(open_page("mails", owner), "Drop")
    assert "Every e-mail has found its place" in hands.read(page)
    with shop_session(owner) as shop:
        assert interactions.of_customer(shop, asha) == []


def test_an_owner_tells_the_address_for_bcc(owner, open_page, hands):
    page = open_page("mails", owner)
    hands.type(page, **{"Address for BCC": "crm@shop.example"})
    page = hands.press(page, "Save address")
    assert "crm@shop.example" in hands.read(page)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("manager", True), ("staff", False)])
def test_sorting_is_for_owners_and_managers(join, open_page, hands, role, may):
    assert ("not part of your account" in hands.read(open_page("mails", join(role)))) is not may


def test_on_a_customers_page_an_e_mail_is_taken_in(owner, asha, open_page):
    page = open_page("customer", owner, id=asha, show="Talk")
    assert not page.exception
    (chooser,) = [field for field in page.file_uploader if field.label == "E-mails"]
    page = chooser.upload("quote.eml", mail(), "message/rfc822").run()
    page = next(button for button in page.button if button.label == "Take in 1 e-mail").click().run()
    assert not page.exception
    with shop_session(owner) as shop:
        assert interactions.of_customer(shop, asha)[0]["subject"] == "The desks"
