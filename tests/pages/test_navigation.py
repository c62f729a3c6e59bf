"""Each role sees the pages it may; the address of any other says so and shows nothing."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from crmcore import modules, people, sign_in
from crmcore.database.gate import ROLES, keeper, shop_session
from dashboard.navigation import ENTRIES, home_of, menu_for

OF_EVERYBODY = {"my_day", "customers", "segments", "messages", "sell", "orders", "products"}
OF_MANAGERS = OF_EVERYBODY | {"overview", "mails", "reports", "tags", "activity", "imports", "team", "definitions"}
MENUS = {"staff": OF_EVERYBODY, "manager": OF_MANAGERS, "owner": OF_MANAGERS | {"settings"}}

# Pages outside the menu, and who may open them.
BESIDE = {
    "customer": set(ROLES),
    "order": set(ROLES),
    "notifications": set(ROLES),
    "account": set(ROLES),
    "member": {"owner"},
    "contact": set(ROLES),
    "lead": set(ROLES),
    "opportunity": set(ROLES),
}


# Pages of a module, and who may open them while it is on.
OF_MODULES = {
    "visits": {"visit": set(ROLES), "visits": {"owner", "manager"}},
    "refills": {"refills": set(ROLES)},
    "contacts": {"contacts": set(ROLES)},
    "pipeline": {"leads": set(ROLES), "pipeline": set(ROLES), "at_risk": set(ROLES)},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_own_menu(join, role):
    assert {entry.noun for entry in menu_for(join(role))} == MENUS[role]


def test_every_page_is_in_the_menu_or_opens_from_one():
    of_modules = {noun for pages in OF_MODULES.values() for noun in pages}
    assert {entry.noun for entry in ENTRIES} == MENUS["owner"] | set(BESIDE) | of_modules


@pytest.mark.parametrize("module", OF_MODULES)
@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_module_are_in_the_menu_while_it_is_on(join, new_shop, role, module):
    shop = new_shop()
    with shop_session(keeper(shop), alone=True) as opened:
        modules.switch(opened, [module])
    added = {noun for noun, roles in OF_MODULES[module].items() if role in roles}
    assert {entry.noun for entry in menu_for(join(role, people.find_shop(shop.slug)))} == MENUS[role] | added


@pytest.mark.parametrize(
    ("role", "noun"),
    [
        (role, entry.noun)
        for role in ROLES
        for entry in ENTRIES
        if entry.noun not in MENUS[role] and role not in BESIDE.get(entry.noun, ()) and entry.module is None
    ],
)
def test_an_address_that_is_not_for_a_role_says_so_and_shows_nothing(join, open_page, hands, role, noun):
    page = open_page(noun, join(role))
    assert not page.exception
    assert "not part of your account" in hands.read(page)
    assert not page.title


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.module], ids=lambda entry: entry.noun)
def test_a_page_of_a_module_that_is_off_says_who_can_switch_it_on(join, new_shop, open_page, hands, entry):
    shop = new_shop()
    with shop_session(keeper(shop), alone=True) as opened:
        modules.switch(opened, [])
    for role, told in (("owner", "You can switch it on in Settings"), ("staff", "The owner can switch it on")):
        page = open_page(entry.noun, join(role, shop))
        assert not page.exception
        if entry.right is None or join(role, shop).may(entry.right):
            assert told in hands.read(page)
        else:
            assert "not part of your account" in hands.read(page)
        assert not page.title


def test_staff_start_with_their_day_and_owners_with_the_overview(join):
    assert {role: home_of(join(role)) for role in ROLES} == {
        "owner": "overview",
        "manager": "overview",
        "staff": "my_day",
    }


@pytest.mark.parametrize("token", ["", "made-up"])
def test_without_a_good_sign_in_there_is_nothing_to_see(open_page, owner, hands, token):
    page = open_page("team", owner)
    page.session_state["sign_in_token"] = token
    page = page.run()
    assert not page.exception
    assert hands.read(page) == ""


def test_a_sign_out_elsewhere_counts_from_the_next_press_on(owner, open_page, hands):
    page = open_page("settings", owner)
    sign_in.sign_out(page.session_state["sign_in_token"])
    page = hands.press(page, "Save changes")
    assert hands.read(page) == ""


def test_the_shop_and_the_person_stand_beside_every_page(owner, open_page, hands):
    page: AppTest = open_page("team", owner)
    beside = "\n".join(line.value for line in page.sidebar.markdown).replace("\\", "")
    assert owner.shop.name in beside
    assert "Demo shop" not in beside


def test_a_demo_shop_says_that_nothing_in_it_is_real(join, new_shop, open_page):
    page = open_page("team", join("owner", new_shop(is_demo=True)))
    assert "nothing here is real" in "\n".join(line.value for line in page.sidebar.markdown)


def test_the_first_page_answers_at_its_own_address_too(owner, open_page, hands):
    """A link to /overview or /customers?q=… works for everybody, whatever page they start on."""
    page = open_page("team", owner)
    page._page_hash = calc_hash("overview")
    assert page.run()._finished_page_script_hash == calc_hash("overview")
