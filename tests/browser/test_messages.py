"""Messages in a real browser: asked, written from the customer's page, noted as sent, and found again."""

import re
from datetime import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import customers
from crmcore.database.gate import shop_session
from crmcore.messages import hooks, rules
from crmcore.messages.consent import WHATSAPP
from crmcore.messages.rules import Rules

WIDTHS = pytest.mark.parametrize("width", [390])


@pytest.fixture
def asha(who):
    """A customer who was not asked yet, in a shop that knows no quiet hours."""
    with shop_session(who, writes=True) as shop:
        rules.change(shop, Rules(quiet_from=time(0), quiet_until=time(0)), [])
        return customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})


@WIDTHS
def test_a_customer_agrees_gets_a_message_and_writes_back(who, asha, signed_in_page, visit, screenshot, width):
    page = signed_in_page("owner", width=width)
    visit(page, f"/customer?id={asha}")
    page.get_by_role("button", name="Record what they said").click()
    popover = page.get_by_test_id("stPopoverBody")
    popover.get_by_role("button", name="Offers and news").click()
    popover.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Offers and news: accepted").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Message", exact=True).click()
    page.get_by_role("radio", name="Offer", exact=True).click()
    settle(page)
    page.get_by_label("What you offer").fill("10 % off sofas & lamps")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Open WhatsApp")
    expect(link).to_be_visible()
    settle(page)
    opened = urlsplit(link.get_attribute("href"))
    assert (opened.netloc, opened.path) == ("wa.me", "/919881120456")
    assert "10 % off sofas & lamps" in parse_qs(opened.query)["text"][0]
    screenshot(page, f"customer-message-{width}")
    page.get_by_role("button", name="Mark sent").click()
    expect(page.get_by_text(re.compile("WhatsApp sent: offer"))).to_be_visible()
    with shop_session(who, writes=True) as shop:
        hooks.take_reply(shop, WHATSAPP, hooks.Reply("1", "+919881120456", "I will come on Friday", None))
    visit(page, "/messages?show=sent")
    expect(page.get_by_text("Asha Rao", exact=True)).to_be_visible()
    screenshot(page, f"messages-outbox-{width}")
    page.get_by_role("radio", name="Replies").click()
    expect(page.get_by_text("I will come on Friday")).to_be_visible()
    settle(page)
    screenshot(page, f"messages-replies-{width}")
    for part in ("Texts", "Services"):
        page.get_by_role("radio", name=part).click()
        settle(page)
        screenshot(page, f"messages-{part.lower()}-{width}")
