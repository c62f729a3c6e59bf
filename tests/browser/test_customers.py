"""Customers in a real browser: finding, opening, changing, adding, taking the list away; wide and on a phone."""

import re
from decimal import Decimal

import openpyxl
import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import customer_list, customers, orders, tags
from crmcore.customer_list import Filters
from crmcore.database.gate import shop_session

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


@pytest.fixture
def anita(who):
    """A shop of thirty customers, ten of them in Pune; returns the id of Anita, who bought most."""
    with shop_session(who, alone=True) as shop:
        for number in range(29):
            city = "Pune" if number < 9 else "Nashik"
            customers.create(shop, {"name": f"Customer {number:02}", "city": city, "phone": f"98220 100{number:02}"})
        fields = {
            "name": "Anita Deshpande",
            "phone": "98811 20456",
            "email": "anita@example.org",
            "city": "Pune",
            "latitude": "18.5074",
            "longitude": "73.8077",
        }
        anita = customers.create(shop, fields)
        tags.add(shop, anita, "diabetes-care")
        for amount in (190, 570, 320, 45):
            items = [orders.Item("Dettol 500 ml", Decimal(1), Decimal(amount))]
            orders.record(shop, orders.NewOrder(items=items, customer_id=anita, payment_method="UPI"))
    return anita


@WIDTHS
def test_somebody_is_found_by_a_few_letters_and_opened(who, anita, signed_in_page, visit, screenshot, width):
    page = signed_in_page("staff", width=width)
    visit(page, "/customers")
    screenshot(page, f"customers-{width}")
    page.get_by_placeholder("Name, phone, e-mail or reference").press_sequentially("desh an")
    expect(page.get_by_text("1 customer", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=desh\+an$"))
    if width == 390:
        page.get_by_role("link", name=re.compile("Anita Deshpande")).click()
    else:
        table = page.get_by_test_id("stDataFrame").bounding_box()
        page.mouse.click(table["x"] + 60, table["y"] + 56)
    expect(page.get_by_role("heading", name="Anita Deshpande")).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("₹1,125")
    expect(page.get_by_test_id("stMain")).to_contain_text("Bought for ₹45")
    screenshot(page, f"customer-{width}")
    page.go_back()
    expect(page.get_by_text("1 customer", exact=True)).to_be_visible()
    page.go_forward()
    settle(page)
    page.get_by_test_id("stMain").get_by_role("link", name="Customers", exact=True).click()
    expect(page.get_by_text("1 customer", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [390])
def test_the_list_is_filtered_leafed_through_and_shared_by_its_address(
    who, anita, signed_in_page, visit, screenshot, width
):
    page = signed_in_page("owner", width=width)
    visit(page, "/customers")
    expect(page.get_by_text("1–25 of 30")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("26–30 of 30")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Filters").click()
    settle(page)
    page.get_by_role("combobox", name=re.compile("City")).click()
    page.get_by_role("option", name="Pune").click()
    expect(page.get_by_text("10 customers", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?city=Pune$"))
    page.keyboard.press("Escape")
    screenshot(page, f"customers-filtered-{width}")
    visit(page, page.url)
    expect(page.get_by_text("10 customers", exact=True)).to_be_visible()
    page.get_by_role("button", name="City: Pune").click()
    expect(page.get_by_text("1–25 of 30")).to_be_visible()


def test_the_filtered_list_is_taken_away_with_the_same_count(who, anita, signed_in_page, visit, tmp_path):
    page = signed_in_page("manager")
    visit(page, "/customers?city=Pune")
    expect(page.get_by_text("10 customers", exact=True)).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as pressed:
        page.get_by_role("button", name="Excel workbook").click()
    file = tmp_path / "customers.xlsx"
    pressed.value.save_as(file)
    header, *rows = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    with shop_session(who) as shop:
        assert len(rows) == customer_list.count(shop, Filters(city="Pune")) == 10
    assert rows[0][header.index("Phone")] == "+919881120456"


@pytest.mark.parametrize("width", [1280])
def test_a_customer_is_changed_and_the_change_stands_on_the_timeline(
    who, anita, signed_in_page, visit, screenshot, width
):
    page = signed_in_page("staff", width=width)
    visit(page, f"/customer?id={anita}")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("heading", name="Change Anita Deshpande")).to_be_visible()
    settle(page)
    screenshot(page, f"customer-edit-{width}")
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_label("E-mail").press("Tab")
    expect(page.get_by_text("is not an e-mail address")).to_be_visible()
    page.get_by_label("E-mail").fill("anita.d@example.org")
    page.get_by_label("E-mail").press("Tab")
    expect(page.get_by_text("is not an e-mail address")).to_have_count(0)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Changes saved")).to_be_visible()
    expect(page.get_by_text("E-mail: anita@example.org → anita.d@example.org")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="anita.d@example.org").first).to_be_visible()


def test_who_is_not_found_is_added_and_a_double_is_noticed(who, anita, signed_in_page, visit):
    page = signed_in_page("staff", width=390)
    visit(page, "/customers")
    page.get_by_placeholder("Name, phone, e-mail or reference").press_sequentially("98111 22333")
    expect(page.get_by_text("Nobody matches")).to_be_visible()
    assert "98111" not in page.url
    page.get_by_role("button", name="Add a customer").click()
    expect(page.get_by_label("Phone", exact=True)).to_have_value("98111 22333")
    settle(page)
    page.get_by_label("E-mail").fill("ANITA@example.org")
    page.get_by_label("E-mail").press("Tab")
    expect(page.get_by_text("Already on file?")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Anita Deshpande"))).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Diya Deshpande")
    page.get_by_label("Name", exact=True).press("Tab")
    settle(page)
    page.get_by_role("button", name="Add customer").click()
    expect(page.get_by_role("heading", name="Diya Deshpande")).to_be_visible()
    with shop_session(who) as shop:
        assert customers.by_phone(shop, "9811122333")["name"] == "Diya Deshpande"


def test_hiding_says_what_it_does_and_can_be_undone(who, anita, signed_in_page, visit):
    page = signed_in_page("manager")
    visit(page, f"/customer?id={anita}")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_text("Their orders and the money stay")).to_be_visible()
    page.get_by_role("button", name="Hide Anita Deshpande").click()
    expect(page.get_by_text("Anita Deshpande is hidden")).to_be_visible()
    expect(page.get_by_role("button", name="Sell")).to_have_count(0)
    settle(page)
    bring_back = page.get_by_role("button", name="Bring Anita Deshpande back")
    if not bring_back.is_visible():
        page.get_by_role("button", name="More").click()
    bring_back.click()
    expect(page.get_by_role("button", name="Sell")).to_be_visible()
