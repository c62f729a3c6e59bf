"""The catalogue's page: who sees it, who may change it, and finding in it."""

from decimal import Decimal

import pytest

from crmcore import products
from crmcore.database.gate import keeper, shop_session
from crmcore.products import NewProduct


@pytest.fixture
def stocked(owner):
    with shop_session(keeper(owner.shop), writes=True) as shop:
        for name, sku, category, price in (
            ("Basmati Rice 5 kg", "R-5", "Food", "640"),
            ("Rice cooker", "K-12", "Kitchen", "2499.50"),
            ("Gift wrapping", None, None, None),
        ):
            products.create(shop, NewProduct(name, sku, category, None if price is None else Decimal(price)))
        products.switch_off(shop, products.find(shop, "gift")[0][0]["id"])
    return owner


def listed(page):
    return list(page.dataframe[0].value["name"])


def test_the_catalogue_shows_what_is_on_offer(stocked, open_page, hands):
    page = open_page("products", stocked)
    assert not page.exception
    assert listed(page) == ["Basmati Rice 5 kg", "Rice cooker"]
    assert "2 products on offer" in hands.read(page)


def test_it_is_searched_filtered_and_shows_what_is_switched_off(stocked, open_page):
    page = open_page("products", stocked)
    search = next(field for field in page.text_input if field.label == "Name or code")
    assert listed(search.input("k-1").run()) == ["Rice cooker"]
    page = open_page("products", stocked)
    category = next(field for field in page.selectbox if field.label == "Category")
    assert listed(category.set_value("Food").run()) == ["Basmati Rice 5 kg"]
    page = open_page("products", stocked)
    assert listed(page.button_group[0].set_value("Switched off").run()) == ["Gift wrapping"]
    assert len(listed(page.button_group[0].set_value("All").run())) == 3


def test_staff_look_but_find_no_way_to_change_it(stocked, join, open_page, hands):
    page = open_page("products", join("staff", stocked.shop))
    assert "A manager or the owner can change the catalogue." in hands.read(page)
    assert not page.button


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_managers_and_owners_may_add_and_change(stocked, join, open_page, role):
    page = open_page("products", join(role, stocked.shop))
    assert "Add a product" in {button.label for button in page.button}
    assert sum(button.label.startswith("**") for button in page.button) == 2


def test_an_empty_catalogue_says_what_it_is_for(owner, open_page, hands):
    assert "No products yet" in hands.read(open_page("products", owner))


def test_nothing_that_fits_says_so(stocked, open_page, hands):
    page = open_page("products", stocked)
    search = next(field for field in page.text_input if field.label == "Name or code")
    assert "No product fits" in hands.read(search.input("zebra").run())
