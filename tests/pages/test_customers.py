"""The list of customers: finding, filtering, leafing through, and what each role sees of it."""

from decimal import Decimal

import pytest

from crmcore import customer_list, customers, orders, people, reps
from crmcore.database.gate import keeper, shop_session
from crmcore.lists import NOBODY


@pytest.fixture
def three(owner):
    """Asha bought twice, Bilal once, and someone without a name never; returns their ids."""
    with shop_session(owner, alone=True) as shop:
        asha = {"name": "Asha Rao", "phone": "98811 20456", "email": "asha@example.org", "city": "Pune"}
        ids = [customers.create(shop, one) for one in (asha, {"name": "Bilal Khan"}, {"phone": "98220 11111"})]
        for who, amount in ((0, 300), (0, 200), (1, 900)):
            orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=ids[who]))
    return ids


def shown(page):
    """The rows of the table."""
    return page.dataframe[0].value.to_dict("records") if page.dataframe else []


def names(page):
    return [row["name"] for row in shown(page)]


def label(button):
    return button.label.replace("\\", "")


def address_of(page):
    """The ?query the page stands at."""
    return {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}


def field(page, key):
    kinds = (page.text_input, page.selectbox, page.button_group, page.date_input)
    return next(one for kind in kinds for one in kind if one.key == key)


def test_the_list_shows_who_bought_how_much_and_when(owner, three, open_page, hands):
    page = open_page("customers", owner)
    assert not page.exception
    assert names(page) == ["Bilal Khan", "Asha Rao", "+91 98220 11111"]
    asha = shown(page)[1]
    assert (asha["phone"], asha["email"], asha["city"]) == ("+91 98811 20456", "asha@example.org", "Pune")
    assert (asha["purchases"], asha["spent"]) == (2, 500)
    assert "3 on file · 2 bought · 1 came back" in hands.read(page)


def test_typing_a_name_or_digits_finds_and_a_shared_view_shows_the_same(owner, three, open_page):
    page = open_page("customers", owner)
    field(page, "find-q").input("rao").run()
    assert names(page) == ["Asha Rao"]
    assert address_of(page) == {"q": "rao"}
    assert names(open_page("customers", owner, q="rao")) == ["Asha Rao"]
    field(page, "find-q").input("0456").run()
    assert names(page) == ["Asha Rao"]


@pytest.mark.parametrize("typed", ["98811 20456", "asha@example.org"])
def test_a_phone_number_or_e_mail_that_was_typed_is_found_and_stays_out_of_the_address(owner, three, open_page, typed):
    page = open_page("customers", owner)
    field(page, "find-q").input(typed).run()
    assert names(page) == ["Asha Rao"]
    assert address_of(page) == {}
    field(page, "find-sort").select("name").run()
    assert names(page) == ["Asha Rao"]
    assert address_of(page) == {"sort": "name"}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"kind": "customers"}, ["Bilal Khan", "Asha Rao"]),
        ({"kind": "repeat"}, ["Asha Rao"]),
        ({"kind": "never"}, ["+91 98220 11111"]),
        ({"city": "Pune"}, ["Asha Rao"]),
        ({"within": "30"}, ["Bilal Khan", "Asha Rao"]),
        ({"lapsed": "30"}, []),
        ({"sort": "spent", "kind": "customers"}, ["Asha Rao", "Bilal Khan"]),
        ({"new_from": "2020-01-01", "new_to": "2020-12-31"}, []),
        ({"kind": "nonsense", "sort": "nonsense", "page": "x"}, ["Bilal Khan", "Asha Rao", "+91 98220 11111"]),
        ({"page": "7"}, ["Bilal Khan", "Asha Rao", "+91 98220 11111"]),
    ],
)
def test_an_address_opens_its_view(owner, three, open_page, address, found):
    page = open_page("customers", owner, **address)
    assert not page.exception
    assert names(page) == found


def test_each_filter_can_be_taken_off_and_all_at_once(owner, three, open_page, hands):
    page = open_page("customers", owner, city="Pune", within="30", kind="repeat")
    assert {"City: Pune", "Bought in the last 30 days"} <= {label(button) for button in page.button}
    page = hands.press(page, "City")
    assert address_of(page) == {"within": "30", "kind": "repeat"}
    page = open_page("customers", owner, city="Nowhere", within="30")
    assert "Nobody matches" in hands.read(page)
    page = hands.press(page, "Clear filters")
    assert len(names(page)) == 3
    assert address_of(page) == {}


def test_a_misspelt_name_offers_who_was_meant(owner, three, open_page, hands):
    page = open_page("customers", owner, q="Ashaa")
    assert "Did you mean" in hands.read(page)
    assert [link.label for link in page.get("page_link") if "Asha" in link.label]


def test_who_is_not_found_can_be_added_with_what_was_typed(owner, three, open_page, hands):
    page = open_page("customers", owner, q="Zoya Naik")
    page = hands.press(page, "Add a customer")
    assert page.session_state["new-customer"] == {"name": "Zoya Naik"}


def test_long_lists_are_shown_page_by_page(owner, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        for number in range(30):
            customers.create(shop, {"name": f"Customer {number:02}"})
    first = open_page("customers", owner, sort="name")
    second = open_page("customers", owner, sort="name", page="2")
    assert (len(names(first)), names(second)) == (25, [f"Customer {number}" for number in range(25, 30)])
    assert "26–30 of 30" in hands.read(second)


# What each role sees


def test_staff_see_masked_contact_details_in_the_list_and_do_not_export(owner, three, join, open_page, hands):
    staff = join("staff", owner.shop)
    page = open_page("customers", staff)
    assert names(page) == ["Bilal Khan", "Asha Rao", "••• 111"]
    asha = shown(page)[1]
    assert (asha["phone"], asha["email"]) == ("••• 456", "a•••@example.org")
    assert "3 on file" in hands.read(page)
    assert "bought" not in hands.read(page)
    everything = str(page.get("page_link")) + str([card.label for card in page.get("page_link")])
    assert "20456" not in everything
    assert not page.get("download_button")


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_owner_and_manager_see_whole_details_and_export_the_list_as_filtered(owner, three, join, open_page, role):
    page = open_page("customers", join(role, owner.shop), kind="repeat")
    assert shown(page)[0]["phone"] == "+91 98811 20456"
    assert {button.label for button in page.get("download_button")} == {"Excel workbook", "CSV file"}


def test_only_owner_and_manager_see_who_is_hidden(owner, three, join, open_page):
    with shop_session(owner, alone=True) as shop:
        customers.hide(shop, three[0])
    assert names(open_page("customers", owner, kind="hidden")) == ["Asha Rao"]
    as_staff = open_page("customers", join("staff", owner.shop), kind="hidden")
    assert names(as_staff) == ["Bilal Khan", "••• 111"]


# Nothing there


@pytest.mark.parametrize(("role", "offer"), [("owner", "Upload a sheet"), ("staff", "Sell")])
def test_an_empty_shop_says_what_to_do_first(owner, join, open_page, hands, role, offer):
    page = open_page("customers", join(role, owner.shop))
    assert "No customers yet" in hands.read(page)
    assert offer in {button.label for button in page.button}


def test_when_all_are_hidden_they_can_still_be_found(owner, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        customers.hide(shop, customers.create(shop, {"name": "Asha"}))
    page = open_page("customers", owner)
    assert "No customers yet" not in hands.read(page)
    assert names(open_page("customers", owner, kind="hidden")) == ["Asha"]


def test_nothing_of_another_shop_is_listed(owner, three, new_shop, open_page):
    with shop_session(keeper(new_shop()), writes=True) as other:
        customers.create(other, {"name": "Asha Theirs", "city": "Elsewhere"})
    page = open_page("customers", owner, q="asha")
    assert names(page) == ["Asha Rao"]
    assert all("Elsewhere" not in str(box.options) for box in page.selectbox)


def test_a_name_with_markdown_in_it_is_shown_as_it_is(owner, open_page):
    with shop_session(owner, alone=True) as shop:
        customers.create(shop, {"name": "*Asha* [x](http://evil.example)"})
        assert customer_list.count(shop) == 1
    page = open_page("customers", owner)
    card = next(link for link in page.get("page_link") if "Asha" in link.label)
    assert r"\*Asha\* \[x\]" in card.label


# Sales reps


def test_all_that_a_filter_finds_are_assigned_and_how_many_is_told_before_the_press(
    owner, three, join, open_page, hands
):
    ravi = join("staff", owner.shop, name="Ravi Kale", sells=True)
    join("staff", owner.shop, name="Sana Khan")
    page = open_page("customers", join("manager", owner.shop), kind="customers")
    to = field(page, "assign-to")
    assert to.options == ["Ravi Kale", "Nobody in particular"]
    page = to.set_value(ravi.staff_id).run()
    page = hands.press(page, "Assign 2 customers to Ravi Kale")
    assert not page.exception
    assert "2 customers went to Ravi Kale" in hands.read(page)
    assert len(names(open_page("customers", owner, rep=ravi.staff_id))) == 2
    assert names(open_page("customers", owner, rep=NOBODY)) == ["+91 98220 11111"]


def test_staff_assign_nobody_in_the_list(owner, three, join, open_page):
    page = open_page("customers", join("staff", owner.shop, sells=True))
    assert not any(box.key == "assign-to" for box in page.selectbox)


def test_a_rep_who_left_can_be_filtered_by_while_they_have_customers(owner, three, join, open_page):
    ravi = join("staff", owner.shop, name="Ravi Kale", sells=True)
    with shop_session(owner, alone=True) as shop:
        reps.assign(shop, three[:1], ravi.staff_id)
        people.change_member(
            shop, ravi.staff_id, name="Ravi Kale", role="staff", sells=False, medical=False, is_active=False
        )
    page = open_page("customers", owner)
    assert field(page, "find-rep").options == ["Nobody in particular", "Ravi Kale (no longer sells)"]
    assert field(page, "assign-to").options == ["Nobody in particular"]
