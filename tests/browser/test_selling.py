"""At the counter, in a real browser: find or make the customer, sell, take back, cancel; wide and on a phone."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from browser.conftest import settle
from crmcore import customers, orders, products
from crmcore.database.gate import shop_session
from crmcore.models import Customer, Order
from crmcore.orders import Item, NewOrder
from crmcore.products import NewProduct

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


@pytest.fixture
def stocked(who):
    """A shop with two products and Anita, who bought one of them; returns her id."""
    with shop_session(who, writes=True) as shop:
        soap = products.create(shop, NewProduct("Dettol 500 ml", "D-500", "Care", Decimal(190)))
        products.create(shop, NewProduct("Metformin 500", "MET-500", "Medicine", Decimal(180)))
        anita = customers.create(shop, {"name": "Anita Deshpande", "phone": "98811 20456"})
        line = Item(None, Decimal(1), Decimal(190), product_id=soap)
        for _ in range(2):
            orders.record(shop, NewOrder(items=[line], customer_id=anita, payment_method="UPI"))
    return anita


def counts(who):
    """How many customers and orders the shop has."""
    with shop_session(who) as shop:
        return tuple(shop.scalar(select(func.count()).select_from(table)) for table in (Customer, Order))


def type_into(page, label, text):
    page.get_by_label(label).fill(text)
    page.get_by_label(label).press("Tab")
    settle(page)


@WIDTHS
def test_a_regular_is_found_by_phone_and_buys(who, stocked, signed_in_page, visit, screenshot, width):
    page = signed_in_page("staff", width=width)
    visit(page, "/sell")
    screenshot(page, f"sell-{width}")
    page.get_by_label("Phone number or name").fill("+91 (0) 98811-20456")
    expect(page.get_by_text("2 purchases")).to_be_visible()
    expect(page.get_by_test_id("stMain")).to_contain_text("Regular")
    settle(page)
    page.get_by_role("button", name="Dettol 500 ml").click()
    page.get_by_label("Add an item").fill("met")
    page.get_by_role("button", name=re.compile("Metformin 500 · MET-500")).click()
    expect(page.get_by_label("Quantity")).to_have_count(2)
    page.get_by_label("Quantity").last.fill("2")
    page.get_by_label("Quantity").last.press("Tab")
    page.get_by_role("radio", name="UPI").or_(page.get_by_role("button", name="UPI")).click()
    save = page.get_by_role("button", name="Save sale of ₹550")
    expect(save).to_be_enabled()
    settle(page)
    screenshot(page, f"sell-filled-{width}")
    save.click()
    expect(page.get_by_role("heading", name="Sale of ₹550 saved")).to_be_visible()
    expect(page.get_by_text("Anita Deshpande has now bought 3 times, for ₹930 in all.")).to_be_visible()
    screenshot(page, f"sell-saved-{width}")
    assert counts(who) == (1, 3)

    page.reload()
    expect(page.get_by_role("heading", name="Sale of ₹550 saved")).to_be_visible()
    page.get_by_role("button", name="Next sale").click()
    expect(page.get_by_role("heading", name="Sell", exact=True)).to_be_visible()
    assert counts(who) == (1, 3)
    with shop_session(who) as shop:
        anita = customers.get(shop, stocked)
        last = orders.of_customer(shop, stocked, limit=1)[0]
    assert (anita["order_count"], anita["total_spent"]) == (3, 930)
    assert (last["payment_method"], last["total"]) == ("UPI", 550)


@pytest.mark.parametrize("width", [390])
def test_somebody_new_is_put_on_file_and_a_double_press_sells_once(who, signed_in_page, visit, screenshot, width):
    page = signed_in_page("staff", width=width)
    visit(page, "/sell")
    page.get_by_label("Phone number or name").fill("098200 11111")
    expect(page.get_by_text("Saving the sale puts +91 98200 11111 on file.")).to_be_visible()
    type_into(page, "Name, if they tell it", "Zoya Khan")
    type_into(page, "Or just an amount", "1250.5")
    save = page.get_by_role("button", name="Save sale of ₹1,250.50")
    expect(save).to_be_enabled()
    screenshot(page, f"sell-new-{width}")
    save.dblclick()
    expect(page.get_by_role("heading", name="Sale of ₹1,250.50 saved")).to_be_visible()
    expect(page.get_by_text("The first purchase of Zoya Khan.")).to_be_visible()
    settle(page)
    assert counts(who) == (1, 1)


def test_a_sale_without_a_name_on_a_phone_in_the_dark(who, signed_in_page, visit, screenshot):
    page = signed_in_page("staff", width=390, dark=True)
    visit(page, "/sell")
    page.get_by_role("button", name="Sell without a name").click()
    expect(page.get_by_text("Counts as a sale, but for no customer")).to_be_visible()
    settle(page)
    type_into(page, "Or just an amount", "60")
    screenshot(page, "sell-walk-in-dark")
    page.get_by_role("button", name="Save sale of ₹60").click()
    expect(page.get_by_text("it counts as a sale of today, for no customer")).to_be_visible()
    assert counts(who) == (0, 1)


@pytest.mark.parametrize("width", [1280])
def test_a_sale_is_opened_from_the_list_and_partly_taken_back(who, signed_in_page, visit, screenshot, width):
    with shop_session(who, writes=True) as shop:
        lines = [Item("Rice", Decimal(2), Decimal(100)), Item("Soap", Decimal(1), Decimal(40))]
        sale = orders.record(shop, NewOrder(items=lines, phone="98811 20456", name="Anita"))
    page = signed_in_page("manager", width=width)
    visit(page, "/orders")
    screenshot(page, f"orders-{width}")
    if width == 390:
        page.get_by_role("link", name="Anita").click()
    else:
        table = page.get_by_test_id("stDataFrame").bounding_box()
        page.mouse.click(table["x"] + 60, table["y"] + 60)
    expect(page).to_have_url(re.compile(f"/order.id={sale}"))
    expect(page.get_by_role("heading", name="Sale of ₹240")).to_be_visible()
    settle(page)
    screenshot(page, f"order-{width}")

    page.get_by_role("button", name="Return", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Give the quantity that came back.")).to_be_visible()
    dialog.get_by_label("Rice").fill("1")
    dialog.get_by_label("Rice").press("Tab")
    expect(dialog.get_by_text("₹100 is given back today")).to_be_visible()
    screenshot(page, f"order-return-{width}")
    dialog.get_by_role("button", name="Take it back for ₹100").click()
    expect(page.get_by_text("Return of ₹100 recorded")).to_be_visible()
    expect(page.get_by_text("Some came back")).to_be_visible()
    with shop_session(who) as shop:
        assert customers.by_phone(shop, "98811 20456")["total_spent"] == 140
        assert [back["total"] for back in orders.returns_of(shop, sale)] == [-100]


def test_cancelling_says_what_it_does_before_the_press(who, stocked, signed_in_page, visit, screenshot):
    with shop_session(who) as shop:
        sale = orders.of_customer(shop, stocked, limit=1)[0]["id"]
    page = signed_in_page("owner")
    visit(page, f"/order?id={sale}")
    page.get_by_role("button", name="Cancel", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("What Anita Deshpande spent goes from ₹380 to ₹190.")).to_be_visible()
    screenshot(page, "order-cancel")
    dialog.get_by_role("button", name="Cancel the sale of ₹190").click()
    expect(page.get_by_text("Cancelled: does not count")).to_be_visible()
    with shop_session(who) as shop:
        assert customers.get(shop, stocked)["total_spent"] == 190
    page.get_by_role("button", name="Complete it").click()
    expect(page.get_by_text("The order counts now")).to_be_visible()


@pytest.mark.parametrize("width", [390])
def test_a_product_is_added_changed_and_switched_off(who, signed_in_page, visit, screenshot, width):
    page = signed_in_page("manager", width=width)
    visit(page, "/products")
    expect(page.get_by_text("No products yet")).to_be_visible()
    page.get_by_role("button", name="Add a product").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add the product").click()
    expect(dialog.get_by_text("Give the product a name.")).to_be_visible()
    dialog.get_by_label("Name").fill("Bath soap")
    dialog.get_by_label("Price").fill("40")
    dialog.get_by_label("Code").fill("S-1")
    dialog.get_by_label("Code").press("Tab")
    screenshot(page, f"product-add-{width}")
    dialog.get_by_role("button", name="Add the product").click()
    expect(page.get_by_text("Bath soap is on offer")).to_be_visible()
    expect(page.get_by_text("1 product on offer")).to_be_visible()
    settle(page)
    screenshot(page, f"products-{width}")
    open_first_product(page, width)
    dialog.get_by_label("Price").fill("45.50")
    dialog.get_by_label("Price").press("Tab")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Product changed")).to_be_visible()
    settle(page)
    open_first_product(page, width)
    dialog.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("No longer offered; old orders keep it")).to_be_visible()
    with shop_session(who) as shop:
        [soap], _ = products.find(shop, is_active=None)
    assert (soap["name"], soap["price"], soap["is_active"]) == ("Bath soap", Decimal("45.50"), False)


def open_first_product(page, width):
    if width == 390:
        page.get_by_role("button", name="Bath soap").click()
    else:
        table = page.get_by_test_id("stDataFrame").bounding_box()
        page.mouse.click(table["x"] + 60, table["y"] + 60)
    expect(page.get_by_role("dialog").get_by_text("Change a product")).to_be_visible()
