"""A report of one's own in a browser: made, kept, shared, opened again, changed, taken away; wide and on a phone."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from till import Till

from browser.conftest import settle
from crmcore import customers, reports
from crmcore.database.gate import keeper, shop_session
from crmcore.models import Report


@pytest.fixture
def sold(who):
    """Sales of three towns in two months."""
    with shop_session(keeper(who.shop), alone=True) as shop:
        till = Till(shop)
        for name, city, amount in (("Asha", "Pune", "240"), ("Bilal", "Nashik", "120"), ("Chitra", "Mumbai", "90")):
            customers.change(shop, till.customer(name), {"city": city})
            till.sell(name, amount, shop.today)
        till.sell("Asha", "60", shop.today.replace(day=1))


@pytest.mark.parametrize("width", [390])
def test_a_report_is_made_kept_shared_changed_and_taken_away(
    who, sold, signed_in_page, visit, screenshot, width, tmp_path
):
    page = signed_in_page("owner", width=width)
    visit(page, "/reports")
    screenshot(page, f"reports-empty-{width}")
    page.get_by_role("button", name="Revenue by month").click()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("₹510")
    settle(page)
    choose(page, "Broken down by", "City")
    expect(main).to_contain_text("Revenue by city")
    settle(page)
    field = page.get_by_label("Name", exact=True)
    field.fill("Where they live")
    field.press("Enter")
    settle(page)
    page.get_by_text("Shared in the shop").click()
    settle(page)
    screenshot(page, f"report-form-{width}")
    page.get_by_role("button", name="Keep report").click()
    expect(page.get_by_role("heading", name="Where they live")).to_be_visible()
    settle(page)
    screenshot(page, f"report-{width}")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV file").click()
    download.value.save_as(tmp_path / "report.csv")
    rows = list(csv.DictReader((tmp_path / "report.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["City"], float(row["Revenue"])) for row in rows] == [("Pune", 300), ("Nashik", 120), ("Mumbai", 90)]
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("heading", name="Change the report")).to_be_visible()
    settle(page)
    choose(page, "Broken down by", "One number")
    expect(page.get_by_test_id("stMetricValue")).to_contain_text("₹510")
    page.get_by_role("button", name="Keep report").click()
    expect(page.get_by_role("heading", name="Where they live")).to_be_visible()
    settle(page)
    screenshot(page, f"report-one-number-{width}")

    with shop_session(keeper(who.shop), alone=True) as shop:
        (kept,) = reports.all_of(shop)
        gone = {**kept["definition"], "by": "shoe_size"}
        shop.execute(update(Report).where(Report.shop_id == shop.id, Report.id == kept["id"]).values(definition=gone))
    visit(page, "/reports")
    expect(main).to_contain_text("Can't be worked out any more")
    screenshot(page, f"reports-{width}")
    page.get_by_role("button", name=re.compile("Where they live")).click()
    expect(main).to_contain_text("Orders have no “shoe_size” any more")
    settle(page)
    screenshot(page, f"report-broken-{width}")


def choose(page: Page, label: str, option: str) -> None:
    """Choose one of a select field's options by typing how it begins."""
    field = page.get_by_role("combobox", name=re.compile(label)).first
    field.evaluate("field => field.scrollIntoView({block: 'center', behavior: 'instant'})")
    field.fill(option)
    expect(page.get_by_role("option", name=option).first).to_be_visible()
    field.press("Enter")
    settle(page)
