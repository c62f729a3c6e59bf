"""Segments: made in a form with a preview, kept from a filter, opened as a list, written to."""

import pytest

from crmcore import customer_list, customers, segments, tags
from crmcore.customer_list import Filters
from crmcore.database.gate import shop_session

PUNE = {"all": [{"field": "city", "operator": "one_of", "value": ["Pune"]}]}


@pytest.fixture
def two(owner):
    """Asha of Pune and Bilal of Mumbai."""
    with shop_session(owner, alone=True) as shop:
        return [
            customers.create(shop, {"name": name, "city": city, "email": f"{name}@example.org".lower()})
            for name, city in (("Asha", "Pune"), ("Bilal", "Mumbai"))
        ]


def kept(who):
    with shop_session(who) as shop:
        return {row["name"]: row for row in segments.all_of(shop)}


def keep(who, name="From Pune", rule=PUNE):
    with shop_session(who, writes=True) as shop:
        return segments.create(shop, segments.NewSegment(name, rule))


def by_key(page, ending):
    kinds = (page.selectbox, page.multiselect, page.number_input, page.text_input)
    return next(one for kind in kinds for one in kind if str(one.key).endswith(ending))


def links(page):
    return [link.proto.label.replace("\\", "") for link in page.get("page_link")]


def test_a_segment_is_told_row_by_row_seen_at_once_and_saved(owner, two, open_page, hands):
    page = open_page("segments", owner, new="dynamic")
    assert not page.exception
    assert "**0 customers** of 2 on file" in hands.read(page)
    page = by_key(page, "row-0-field").select("city").run()
    assert "City: choose at least one." in hands.read(page)
    page = by_key(page, "row-0-city-one_of").select("Pune").run()
    assert "**1 customer** of 2 on file" in hands.read(page)
    assert any(label.startswith("Asha") for label in links(page))
    page = hands.press(page, "Add a row")
    page = by_key(page, "row-1-field").select("has_email").run()
    assert "**1 customer** of 2 on file" in hands.read(page)
    hands.type(page, Name="From Pune")
    page = hands.press(page, "Save segment")
    assert not page.exception and not page.error
    rule = kept(owner)["From Pune"]["rule"]
    assert rule == {"all": [*PUNE["all"], {"field": "has_email", "operator": "yes"}]}
    assert "City is one of Pune; and Has an e-mail address: yes" in hands.read(page)


def test_groups_within_a_rule_are_added_filled_kept_changed_and_taken_out(owner, two, open_page, hands):
    page = open_page("segments", owner, new="dynamic")
    page = by_key(page, "row-0-field").select("has_email").run()
    page = hands.press(page, "Add a group")
    page = by_key(page, "row-2-field").select("city").run()
    page = by_key(page, "row-2-city-one_of").select("Pune").run()
    page = next(one for one in page.button if str(one.key).endswith("-group-1-add")).click().run()
    page = by_key(page, "row-3-field").select("name").run()
    page = by_key(page, "row-3-name-contains").input("bil").run()
    assert not page.exception and "**2 customers** of 2 on file" in hands.read(page)
    hands.type(page, Name="Either")
    page = hands.press(page, "Save segment")
    city, name = PUNE["all"][0], {"field": "name", "operator": "contains", "value": "bil"}
    has_email = {"field": "has_email", "operator": "yes"}
    assert kept(owner)["Either"]["rule"] == {"all": [has_email, {"any": [city, name]}]}
    assert "Has an e-mail address: yes; and (City is one of Pune; or Name contains “bil”)" in hands.read(page)

    page = open_page("segments", owner, edit=kept(owner)["Either"]["id"])
    next(one for one in page.button_group if str(one.key).endswith("-group-1-match")).set_value("all")
    page = page.run()
    assert "**0 customers** of 2 on file" in hands.read(page)
    page = hands.press(page, "Take the group out")
    assert "**2 customers** of 2 on file" in hands.read(page)
    page = hands.press(page, "Save changes")
    assert kept(owner)["Either"]["rule"] == {"all": [has_email]}


def test_what_can_not_be_saved_says_why_and_keeps_what_was_typed(owner, two, open_page, hands):
    page = open_page("segments", owner, new="dynamic")
    page = hands.press(page, "Save segment")
    assert "Give the segment a name." in hands.read(page)
    assert kept(owner) == {}


def test_the_list_says_whom_each_finds_how_many_and_what_is_broken(owner, two, open_page, hands):
    keep(owner)
    with shop_session(owner, alone=True) as shop:
        vip = tags.add(shop, two[0], "VIP")
    keep(owner, "VIPs", {"all": [{"field": "tag", "operator": "any_of", "value": [str(vip)]}]})
    with shop_session(owner, alone=True) as shop:
        tags.drop(shop, vip)
    page = open_page("segments", owner)
    assert not page.exception
    told = hands.read(page)
    assert "City is one of Pune" in told and "a tag of this row is not there any more" in told
    assert links(page).count("1 customer") == 1


def test_a_segment_is_changed_and_removed(owner, two, open_page, hands):
    segment_id = keep(owner)
    page = open_page("segments", owner, edit=segment_id)
    hands.type(page, Name="Pune people")
    page = hands.press(page, "Save changes")
    assert list(kept(owner)) == ["Pune people"]
    page = hands.press(page, "Remove Pune people")
    assert not page.exception and kept(owner) == {}


def test_a_filter_of_the_customers_is_kept_and_a_segment_filters_them(owner, two, open_page, hands):
    page = open_page("customers", owner, city="Mumbai")
    by_key(page, "keep-filter-name").input("Mumbai people")
    page = hands.press(page, "Keep as a segment")
    assert not page.exception
    segment = kept(owner)["Mumbai people"]
    page = open_page("customers", owner, segment=segment["id"])
    assert [row["name"] for row in page.dataframe[0].value.to_dict("records")] == ["Bilal"]
    assert any("Segment: Mumbai people" in button.label.replace("\\", "") for button in page.button)


def test_a_segment_that_is_gone_or_broken_is_told_in_the_list_of_customers(owner, two, open_page, hands):
    page = open_page("customers", owner, segment=two[0])
    assert not page.exception
    assert "not there any more" in hands.read(page)


def test_customers_found_are_put_on_a_list(owner, two, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        fair = segments.create(shop, segments.NewSegment("Met at the fair"))
    page = open_page("customers", owner, city="Pune")
    page = by_key(page, "put-on-list").select(fair).run()
    page = hands.press(page, "Put 1 customer on it")
    assert not page.exception
    with shop_session(owner) as shop:
        assert [row["name"] for row in customer_list.page_of(shop, Filters(segment=fair)).rows] == ["Asha"]


def test_a_message_to_a_segment_tells_who_gets_none(owner, two, open_page, hands):
    segment_id = keep(owner)
    page = open_page("segments", owner, message=segment_id)
    assert not page.exception
    by_key(page, "segment-offer").input("10 % off").run()
    page = hands.press(page, "Prepare messages for 1 customer")
    assert not page.exception
    told = hands.read(page)
    assert "ready to send" in told


def test_staff_look_and_do_not_change(owner, two, join, open_page, hands):
    keep(owner)
    page = open_page("segments", join("staff", shop=owner.shop))
    assert not page.exception
    labels = [button.label for button in page.button]
    assert "New segment" not in labels and "Change" not in labels
    assert "City is one of Pune" in hands.read(page)
    page = open_page("segments", join("staff", shop=owner.shop), new="dynamic")
    assert not any(button.label == "Save segment" for button in page.button)


def test_another_shops_segment_is_not_there(owner, two, join, open_page, hands):
    segment_id = keep(owner)
    page = open_page("segments", join("owner"), edit=segment_id)
    assert "not there any more" in hands.read(page)
