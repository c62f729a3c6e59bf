"""Each role sees the pages it may; the address of any other says so and shows nothing."""

import pytest

from dashboard.navigation import menu_for

OF_EVERYBODY = {"customers", "sell", "orders", "products"}
OF_MANAGERS = OF_EVERYBODY | {"overview", "imports", "team", "definitions"}


@pytest.mark.parametrize(
    ("role", "pages"),
    [("staff", OF_EVERYBODY), ("manager", OF_MANAGERS), ("owner", OF_MANAGERS | {"settings"})],
)
def test_each_role_has_its_own_menu(join, role, pages):
    assert {entry.noun for entry in menu_for(join(role))} == pages


@pytest.mark.parametrize("noun", ["overview", "imports", "team", "settings", "definitions"])
def test_an_address_that_is_not_for_staff_says_so_and_shows_nothing(join, open_page, noun):
    page = open_page(noun, join("staff"))
    assert not page.exception
    assert [line.value for line in page.markdown if "not part of your account" in line.value]
    assert not page.title
