"""A segment in a real browser: told row by row, seen at once, saved, opened as a list; wide and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import customers, segments, tags
from crmcore.database.gate import shop_session


@pytest.fixture
def pune(who):
    """Three customers, two of them in Pune, one of these tagged."""
    with shop_session(who, alone=True) as shop:
        asha = customers.create(shop, {"name": "Asha Rao", "city": "Pune"})
        customers.create(shop, {"name": "Bilal Khan", "city": "Pune"})
        customers.create(shop, {"name": "Chitra Iyer", "city": "Mumbai"})
        tags.add(shop, asha, "VIP")


@pytest.mark.parametrize("width", [390])
def test_an_owner_tells_a_segment_and_opens_it_as_a_list(who, pune, signed_in_page, visit, screenshot, width):
    page = signed_in_page("owner", width=width)
    visit(page, "/segments")
    screenshot(page, f"segments-empty-{width}")
    page.get_by_role("button", name="New segment").click()
    expect(page.get_by_label("Name")).to_be_visible()
    settle(page)
    page.get_by_label("Name").fill("People of Pune")
    page.get_by_label("Name").press("Tab")
    settle(page)
    choose(page, "What", "Who they are: City")
    page.get_by_role("combobox", name=re.compile("Which")).click()
    page.get_by_role("option", name="Pune").click()
    settle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stMain")).to_contain_text("2 customers of 3 on file")
    settle(page)
    page.get_by_role("button", name="Add a row").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("Tags: choose at least one.")
    settle(page)
    which = page.get_by_role("combobox", name=re.compile("Which")).nth(1)
    which.evaluate("field => field.scrollIntoView({block: 'center'})")  # on a phone it stands below the screen's edge
    which.click()
    page.get_by_role("option", name="VIP").click()
    settle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stMain")).to_contain_text("1 customer of 3 on file")
    settle(page)
    page.get_by_role("button", name="Add a group").click()
    expect(page.get_by_text("A group, in which")).to_be_visible()
    settle(page)
    choose(page, "What", "Who they are: Has a phone number", nth=2)
    page.get_by_role("button", name="Add a row").first.click()
    settle(page)
    choose(page, "What", "Purchases: Number of purchases", nth=3)
    number = page.get_by_role("spinbutton", name="Number")
    number.fill("0")
    number.press("Enter")
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("1 customer of 3 on file")
    screenshot(page, f"segment-form-{width}")
    page.get_by_role("button", name="Save segment").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("City is one of Pune; and Tags any of VIP; and (Has a phone")
    screenshot(page, f"segments-{width}")
    page.get_by_role("link", name="1 customer").click()
    expect(page.get_by_role("button", name="Segment: People of Pune")).to_be_visible()
    settle(page)
    with shop_session(who) as shop:
        (kept,) = segments.all_of(shop)
        assert segments.counts(shop, [kept]) == {kept["id"]: 1}


def choose(page, label, option, nth=0):
    """Choose one of a select field's options by typing how it begins."""
    field = page.get_by_role("combobox", name=re.compile(label)).nth(nth)
    field.evaluate("field => field.scrollIntoView({block: 'center'})")
    field.click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option).first.click()
    settle(page)
