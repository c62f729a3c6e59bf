"""An owner reads the figures: other days, what a figure means, who is behind it, and a file to take away (J2)."""

import csv
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from till import Till

from browser.conftest import settle
from crmcore.database.gate import keeper, shop_session


@pytest.fixture
def sold(who):
    """Ten customers of two months, four of whom came back this month; the shop's today."""
    today = datetime.now(who.shop.zone).date()
    last_month = today.replace(day=1) - timedelta(days=1)
    with shop_session(keeper(who.shop), alone=True) as shop:
        till = Till(shop)
        for number in range(10):
            till.sell(f"Customer {number}", 100, last_month, "00:00")
        for number in range(4):
            till.sell(f"Customer {number}", 50, today, "00:00")
        till.sell("Newcomer", 30, today, "00:00")
        till.sell(None, 20, today, "00:00")
    return today


@pytest.mark.parametrize("width", [1280, 390])
def test_the_owner_picks_other_days_and_finds_who_is_behind_a_figure(sold, signed_in_page, visit, screenshot, width):
    page = signed_in_page(width=width)
    visit(page, "/")
    card = page.locator(".st-key-kpi-revenue")
    expect(card).to_contain_text("₹250")
    expect(page.get_by_text("compared with")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)
    screenshot(page, f"overview-{width}")

    page.get_by_role("radio", name="Last month").click()
    settle(page)
    expect(card).to_contain_text("₹1,000")
    expect(page).to_have_url(re.compile(r"period=Last\+month"))
    page.reload()
    settle(page)
    expect(card).to_contain_text("₹1,000")

    page.get_by_role("radio", name="This month").click()
    settle(page)
    page.get_by_role("button", name="4 of 11 customers").click()
    meaning = page.get_by_test_id("stPopoverBody")
    expect(meaning).to_contain_text("Of all customers, the share who bought two times or more.")
    expect(meaning).to_contain_text("4 repeat customers / 11 customers, up to today")
    expect(meaning).to_contain_text("sum(became_repeat)")
    screenshot(page, f"overview-meaning-{width}")
    meaning.get_by_role("link", name="The customers behind it").click()
    settle(page)
    expect(page.get_by_role("heading", name="Customers", exact=True, level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(f"second_to={sold}"))


def test_the_figures_come_as_a_file(sold, signed_in_page, visit):
    page = signed_in_page()
    visit(page, "/")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV file").click()
    with waiting.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Figure"]: row for row in csv.DictReader(file)}
    assert rows["Revenue"]["Value"] == "250"
    assert rows["Repeat rate"]["Value"] == "36.3636"


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (390, False)])
def test_an_empty_shop_is_led_to_its_first_sale(signed_in_page, visit, screenshot, width, dark):
    page = signed_in_page(width=width, dark=dark)
    visit(page, "/")
    expect(page.get_by_role("heading", name="Welcome, Meera")).to_be_visible()
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    screenshot(page, f"overview-empty-{width}{'-dark' if dark else ''}")
    page.get_by_role("button", name="Record a sale").click()
    settle(page)
    expect(page).to_have_url(re.compile("/sell$"))


@pytest.mark.parametrize("width", [390])
def test_definitions_are_found_by_a_word(sold, signed_in_page, visit, screenshot, width):
    page = signed_in_page(width=width)
    visit(page, "/definitions")
    screenshot(page, f"definitions-{width}")
    page.get_by_placeholder("Find a figure").fill("twice")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Average order", exact=True)).to_have_count(0)
    expect(page.get_by_text("Repeat customers", exact=True)).to_have_count(1)
