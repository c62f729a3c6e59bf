"""E-mails in a real browser: files taken in, one that finds its customer, those that wait and are put with somebody."""

import pytest
from playwright.sync_api import Page, expect
from test_mail_in import mail

from browser.conftest import settle
from crmcore import customers, interactions, leads, modules
from crmcore.database.gate import keeper, shop_session
from crmcore.leads import NewLead


@pytest.mark.parametrize("width", [390])
def test_files_find_their_customer_wait_are_sorted_and_count_once(who, signed_in_page, visit, screenshot, width):
    with shop_session(keeper(who.shop), alone=True) as shop:
        modules.switch(shop, [*shop.shop.modules, "pipeline"])
        asha = customers.create(shop, {"name": "Asha Rao", "email": "asha@firm.example"})
        bilal = leads.record(shop, NewLead("Bilal Khan", company="Khan Interiors", email="info@khan.example"))
    page = signed_in_page("owner", width=width)
    visit(page, "/mails")
    screenshot(page, f"mails-empty-{width}")
    letters = {
        "known.eml": mail("Asha <asha@firm.example>", subject="The desks"),
        "colleague.eml": mail("Ravi <ravi@firm.example>", subject="Delivery next week"),
        "lead.eml": mail("Bilal Khan <bilal@khan.example>", subject="Chairs for the office"),
    }
    take_in(page, letters)
    expect(page.get_by_text("“The desks” is in the history of Asha Rao.")).to_be_visible()
    expect(page.get_by_test_id("stMain")).to_contain_text("2 e-mails of nobody on file")
    screenshot(page, f"mails-{width}")
    page.get_by_role("button", name="With Asha Rao").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("1 e-mail of nobody on file")
    page.get_by_role("button", name="With Bilal Khan").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("Every e-mail has found its place")
    take_in(page, letters)
    expect(page.get_by_text("“The desks” was here already.")).to_be_visible()
    settle(page)
    screenshot(page, f"mails-again-{width}")
    with shop_session(who) as shop:
        assert {one["subject"] for one in interactions.of_customer(shop, asha)} == {"The desks", "Delivery next week"}
        assert [one["subject"] for one in interactions.of_lead(shop, bilal)] == ["Chairs for the office"]


def take_in(page: Page, letters: dict[str, bytes]) -> None:
    page.get_by_role("button", name="Take e-mails in").click()
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "message/rfc822", "buffer": content} for name, content in letters.items()]
    )
    page.get_by_role("button", name=f"Take in {len(letters)} e-mails").click()
    settle(page)
