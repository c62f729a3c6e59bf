"""One customer's page: what it shows to whom, adding, changing, tagging, hiding."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crmcore import custom_fields, customer_list, customers, orders, people, reps, tags
from crmcore.database.gate import keeper, new_id, shop_session


@pytest.fixture
def asha(owner, join):
    """A customer with everything on file, looked after by someone who sells; returns the id."""
    ravi = join("staff", owner.shop, name="Ravi Kale", sells=True)
    with shop_session(owner, alone=True) as shop:
        custom_fields.add(shop, "Shoe size", "number")
        fields = {
            "name": "Asha Rao",
            "phone": "98811 20456",
            "email": "asha@example.org",
            "city": "Pune",
            "birth_day": 6,
            "birth_month": 2,
            "rep_id": ravi.staff_id,
            "custom": {"shoe_size": 42},
        }
        return customers.create(shop, fields)


def sell(owner, customer_id, *sales):
    """Sales as (days ago, amount)."""
    with shop_session(owner, alone=True) as shop:
        return [
            orders.record(
                shop,
                orders.NewOrder(
                    items=[orders.Item("Dettol", Decimal(1), Decimal(amount))],
                    customer_id=customer_id,
                    ordered_at=shop.now - timedelta(days=days),
                ),
            )
            for days, amount in sales
        ]


def row(owner, customer_id):
    with shop_session(owner) as shop:
        return customers.get(shop, customer_id)


def field(page, key):
    kinds = (page.text_input, page.text_area, page.selectbox, page.multiselect)
    return next(one for kind in kinds for one in kind if str(one.key).endswith(key))


# Looking


def test_the_page_tells_who_it_is_and_what_they_bought(owner, asha, open_page, hands):
    first, *_ = sell(owner, asha, (60, 300), (30, 500), (0, 100))
    with shop_session(owner, alone=True) as shop:
        orders.take_back(shop, first)
        tags.add(shop, asha, "VIP")
    page = open_page("customer", owner, id=asha)
    assert not page.exception
    text = hands.read(page)
    for told in (
        "Asha Rao",
        "+91 98811 20456",
        "looked after by Ravi Kale",
        "Regular",
        "VIP",
        "₹600",
        "1 return taken off",
        "every 30 days",
        "₹300 given back",
        "6 February",
        "Shoe size",
        "42",
    ):
        assert told in text
    steps = [box.label.replace("\\", "") for box in page.expander]
    assert any(step.startswith("**Returned for ₹300**") for step in steps)
    assert any(step.startswith("**Bought for ₹500**") for step in steps)


def test_somebody_who_never_bought_has_dashes_and_no_orders(owner, asha, open_page, hands):
    text = hands.read(open_page("customer", owner, id=asha, show="Orders"))
    assert "No purchase yet" in text
    assert "No order yet" in text
    assert "**–**" in text


@pytest.mark.parametrize("asked", ["", "nonsense", "01a1fc38-0234-7061-b253-a2851c30355f"])
def test_an_unknown_id_is_answered_calmly(owner, open_page, hands, asked):
    page = open_page("customer", owner, id=asked)
    assert not page.exception
    assert "This customer is not on file" in hands.read(page)


def test_a_customer_of_another_shop_is_not_on_file(owner, new_shop, open_page, hands):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = customers.create(other, {"name": "Theirs"})
    for address in ({"id": theirs}, {"id": theirs, "edit": "yes"}):
        text = hands.read(open_page("customer", owner, **address))
        assert "not on file" in text
        assert "Theirs" not in text


def test_staff_see_the_whole_page_of_one_customer_but_can_not_hide_them(asha, owner, join, open_page, hands):
    sell(owner, asha, (60, 300), (30, 500))
    assert "shop: ₹400" in hands.read(open_page("customer", owner, id=asha))
    page = open_page("customer", join("staff", owner.shop), id=asha)
    assert "+91 98811 20456" in hands.read(page)
    assert "shop: " not in hands.read(page)
    labels = {button.label for button in page.button}
    assert {"Sell", "Edit"} <= labels
    assert not any(label.startswith("Hide") for label in labels)


def test_the_timeline_can_be_narrowed_to_sales_and_leafed_back(owner, asha, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        for number in range(22):
            tags.add(shop, asha, f"tag {number}")
    sell(owner, asha, (0, 100))
    page = open_page("customer", owner, id=asha)
    assert sum("Tagged" in box.label for box in page.expander) < 22
    page = hands.press(page, "Show older")
    assert sum("Tagged" in box.label for box in page.expander) == 22
    page.button_group[0].set_value("sales").run()
    assert not any("Tagged" in box.label for box in page.expander)


def test_what_was_typed_is_shown_as_it_is(owner, open_page):
    with shop_session(owner, writes=True) as shop:
        evil = customers.create(shop, {"name": "*Asha* [x](http://evil.example)", "notes": "# big <b>"})
    page = open_page("customer", owner, id=evil)
    assert page.title[0].value.startswith(r"\*Asha\* \[x\]")


# Adding


def test_a_customer_is_added_with_every_field(owner, asha, open_page, hands):
    page = open_page("customer", owner)
    field(page, "-name").input("Zoya Naik")
    field(page, "-phone").input("098220-11111")
    field(page, "-email").input("Zoya@Example.org")
    field(page, "-birth_day").select(29)
    field(page, "-birth_month").select(2)
    field(page, "-postcode").input("411038")
    field(page, "-own-shoe_size").input("38")
    page = hands.press(page, "Add customer")
    assert not page.exception
    assert not page.error
    with shop_session(owner) as shop:
        zoya = customers.get(shop, customer_list.search(shop, "zoya")[0]["id"])
    assert (zoya["phone"], zoya["email"]) == ("+919822011111", "zoya@example.org")
    assert (zoya["birth_day"], zoya["birth_month"], zoya["birth_year"]) == (29, 2, None)
    assert (zoya["postcode"], zoya["custom"], zoya["status"]) == ("411038", {"shoe_size": 38}, "lead")


def test_what_can_not_be_used_is_told_beside_its_field_and_nothing_is_saved(owner, asha, open_page, hands):
    page = open_page("customer", owner)
    field(page, "-name").input("Zoya")
    field(page, "-email").input("zoya.example.org")
    field(page, "-birth_day").select(30)
    field(page, "-birth_month").select(2)
    field(page, "-own-shoe_size").input("big")
    page = hands.press(page, "Add customer")
    text = hands.read(page)
    assert "is not an e-mail address" in text
    assert "There is no 30 February" in text
    assert "Shoe size must be a number" in text
    assert len(page.error) == 1
    with shop_session(owner) as shop:
        assert customer_list.search(shop, "zoya") == []


def test_while_typing_somebody_with_the_same_phone_or_e_mail_is_shown(owner, asha, open_page, hands):
    page = open_page("customer", owner)
    field(page, "-email").input("Asha@Example.org")
    page.run()
    assert "Already on file?" in hands.read(page)
    assert any("Asha Rao" in link.label for link in page.get("page_link"))
    field(page, "-name").input("Diya Rao")
    page = hands.press(page, "Add customer")
    assert not page.error
    with shop_session(owner) as shop:
        assert len(customer_list.search(shop, "asha@example.org")) == 2


def test_a_phone_of_somebody_else_is_refused_with_their_name(owner, asha, open_page, hands):
    page = open_page("customer", owner)
    field(page, "-name").input("Zoya")
    field(page, "-phone").input("98811 20456")
    page = hands.press(page, "Add customer")
    assert "already belongs to Asha Rao" in hands.read(page)


# Changing


def test_an_edit_changes_what_was_changed_and_stands_on_the_timeline(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, edit="yes")
    field(page, "-name").input("Asha Kale")
    field(page, "-rep_id").select_index(0)
    page = hands.press(page, "Save changes")
    assert not page.exception
    assert not page.error
    after = row(owner, asha)
    assert (after["name"], after["rep_id"], after["phone"]) == ("Asha Kale", None, "+919881120456")
    text = hands.read(open_page("customer", owner, id=asha))
    assert "Name: Asha Rao → Asha Kale" in text
    assert "Sales rep: Ravi Kale → –" in text


def test_only_people_who_sell_are_offered_as_sales_rep(owner, asha, join, open_page):
    join("staff", owner.shop, name="Nobody Sells", sells=False)
    page = open_page("customer", owner, id=asha, edit="yes")
    assert field(page, "-rep_id").options == ["Nobody in particular", "Ravi Kale"]


def test_staff_take_a_customer_nobody_looks_after_and_give_none_away(owner, asha, join, open_page, hands):
    sana = join("staff", owner.shop, name="Sana Khan", sells=True)
    page = open_page("customer", sana, id=asha)
    assert "Looked after by Ravi Kale" in hands.read(page)
    assert field(open_page("customer", sana, id=asha, edit="yes"), "-rep_id").options == ["Ravi Kale"]
    with shop_session(owner, writes=True) as shop:
        reps.assign(shop, [asha], None)
    page = hands.press(open_page("customer", sana, id=asha), "Look after them")
    assert not page.exception
    assert "Looked after by Sana Khan" in hands.read(page)
    assert row(owner, asha)["rep_id"] == sana.staff_id


def test_a_rep_who_no_longer_sells_stays_until_changed(owner, asha, open_page, hands):
    rep = row(owner, asha)["rep_id"]
    with shop_session(owner, alone=True) as shop:
        people.change_member(shop, rep, name="Ravi Kale", role="staff", sells=False, medical=False, is_active=False)
    page = open_page("customer", owner, id=asha, edit="yes")
    assert "Ravi Kale (no longer sells)" in field(page, "-rep_id").options
    field(page, "-postcode").input("411038")
    page = hands.press(page, "Save changes")
    assert not page.error
    assert (row(owner, asha)["rep_id"], row(owner, asha)["postcode"]) == (rep, "411038")


def test_a_stale_edit_is_told_and_overwrites_nothing(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, edit="yes")
    with shop_session(owner, writes=True) as shop:
        customers.change(shop, asha, {"city": "Mumbai"})
    field(page, "-name").input("Asha Kale")
    page = hands.press(page, "Save changes")
    assert "changed this customer meanwhile" in hands.read(page)
    assert (row(owner, asha)["name"], row(owner, asha)["city"]) == ("Asha Rao", "Mumbai")
    page = hands.press(page, "Show what it says now")
    assert field(page, "-city").value == "Mumbai"
    field(page, "-name").input("Asha Kale")
    page = hands.press(page, "Save changes")
    assert not page.error
    assert row(owner, asha)["name"] == "Asha Kale"


def test_what_was_kept_as_another_kind_of_field_stops_no_edit_and_stays(owner, asha, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        keys = {kind: custom_fields.add(shop, f"Own {kind}", "text") for kind in ("date", "number", "yes_no")}
        customers.change(shop, asha, {"custom": dict.fromkeys(keys.values(), "soon")})
        for kind, key in keys.items():
            custom_fields.remove(shop, key)
            assert custom_fields.add(shop, f"Own {kind}", kind) == key
    page = open_page("customer", owner, id=asha, edit="yes")
    assert not page.exception
    field(page, "own-own_number").input("7")
    page = hands.press(page, "Save changes")
    assert not page.exception
    assert row(owner, asha)["custom"] == {"shoe_size": 42, "own_date": "soon", "own_number": 7, "own_yes_no": "soon"}


def test_a_cancelled_edit_changes_nothing(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, edit="yes")
    field(page, "-name").input("Asha Kale")
    page = hands.press(page, "Cancel")
    assert page.title[0].value == "Asha Rao"
    assert row(owner, asha)["name"] == "Asha Rao"


def test_tags_are_saved_as_they_are_put_on_and_taken_off(owner, asha, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        tags.add(shop, asha, "VIP")
        tags.add(shop, customers.create(shop, {"name": "Bilal"}), "diabetes care")
    page = open_page("customer", owner, id=asha)
    box = page.multiselect[0]
    assert (box.value, set(box.options)) == (["VIP"], {"VIP", "diabetes care"})
    box.set_value(["diabetes care"]).run()
    with shop_session(owner) as shop:
        assert [tag["name"] for tag in tags.of_customer(shop, asha)] == ["diabetes care"]


# Hiding


def test_hiding_and_bringing_back(owner, asha, join, open_page, hands):
    page = hands.press(open_page("customer", owner, id=asha), "Hide Asha Rao")
    assert not page.exception
    assert "Hidden" in hands.read(page)
    assert "not on file" in hands.read(open_page("customer", join("staff", owner.shop), id=asha))
    labels = {button.label for button in page.button}
    assert not {"Sell", "Edit"} & labels
    page = hands.press(page, "Bring Asha Rao back")
    assert row(owner, asha)["hidden_at"] is None


def test_bringing_back_somebody_whose_phone_is_taken_says_whose_it_is(owner, asha, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        customers.hide(shop, asha)
        customers.create(shop, {"name": "Bilal", "phone": "98811 20456"})
    page = hands.press(open_page("customer", owner, id=asha), "Bring Asha Rao back")
    assert "already belongs to Bilal" in hands.read(page)
    assert row(owner, asha)["hidden_at"] is not None


def test_a_place_is_drawn_with_the_customers_around_it(owner, asha, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        customers.change(shop, asha, {"latitude": "18.5074", "longitude": "73.8077"})
        for name, latitude in (("Near", "18.5170"), ("Far", "18.9")):
            customers.create(shop, {"name": name, "latitude": latitude, "longitude": "73.81"})
    page = open_page("customer", owner, id=asha)
    assert not page.exception
    assert "1 other customer within about 5 km" in hands.read(page)
    assert "Place" not in hands.read(open_page("customer", owner, id=new_id()))
