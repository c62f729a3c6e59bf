"""Settings: what an owner changes about the shop, what stays once there are orders, and how a shop ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from tables import TENANT_TABLES

from crmcore import books, custom_fields, customers, digests, orders, people, shop_settings, sign_in, visits
from crmcore.database.gate import global_session, keeper, shop_session
from crmcore.errors import BadInput, NotAllowed
from crmcore.models import Activity, Base


def sell(who) -> None:
    with shop_session(who, writes=True) as shop:
        orders.record(shop, orders.NewOrder(amount=Decimal("250.00")))


def box(page, label):
    return next(box for box in page.selectbox if box.label == label)


def test_an_owner_renames_the_shop_and_sees_it_at_once(owner, open_page, hands):
    page = open_page("settings", owner)
    hands.type(page, **{"Name of the shop": "Meera & Daughters"})
    page = hands.press(page, "Save changes")
    assert not page.exception
    assert "Settings saved" in hands.read(page)
    assert people.find_shop(owner.shop.slug).name == "Meera & Daughters"
    assert "Meera & Daughters" in hands.read(page)


def test_every_change_of_the_shop_is_on_record(owner, open_page, hands):
    page = open_page("settings", owner)
    box(page, "Kind of shop").set_value("pharmacy")
    hands.press(page, "Save changes")
    with shop_session(owner) as shop:
        changed = select(Activity.detail).where(Activity.shop_id == shop.id, Activity.what == "shop changed")
        detail = shop.scalar(changed)
    assert detail == {
        "before": {"kind": "counter", "modules": ["loyalty"]},
        "after": {"kind": "pharmacy", "modules": ["contacts", "refills", "loyalty"]},
    }


def test_before_the_first_order_currency_and_time_zone_can_change(owner, open_page, hands):
    page = open_page("settings", owner)
    box(page, "Currency").set_value("GHS")
    box(page, "Time zone").set_value("Africa/Accra")
    page = hands.press(page, "Save changes")
    shop = people.find_shop(owner.shop.slug)
    assert (shop.currency, shop.timezone) == ("GHS", "Africa/Accra")


def test_after_the_first_order_currency_and_time_zone_stay_and_the_page_says_why(owner, open_page, hands):
    sell(owner)
    page = open_page("settings", owner)
    assert box(page, "Currency").disabled
    assert box(page, "Time zone").disabled
    assert "can’t change any more" in hands.read(page)


def test_the_first_visit_fixes_the_clock_and_an_estimate_the_currency(owner):
    with shop_session(owner, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        assert shop_settings.fixed(shop) == shop_settings.Fixed(currency=False, timezone=False)
        visits.record(shop, visits.NewVisit(asha, visited_at=shop.now - timedelta(days=3)))
        assert shop_settings.fixed(shop) == shop_settings.Fixed(currency=False, timezone=True)
        visits.record(shop, visits.NewVisit(asha, estimated_value=Decimal(900)))
        assert shop_settings.fixed(shop) == shop_settings.Fixed(currency=True, timezone=True)


@pytest.mark.parametrize("changed", [{"currency": "USD"}, {"timezone": "Europe/Paris"}])
def test_no_way_around_the_page_changes_them_either(owner, changed):
    sell(owner)
    as_it_is = {"name": "Meera", "kind": "counter", "region": "IN", "currency": "INR", "timezone": "Asia/Kolkata"}
    with pytest.raises(Exception, match="can't change any more"), shop_session(owner, alone=True) as shop:
        shop_settings.change_shop(shop, **{**as_it_is, **changed})


def test_active_days_are_90_until_the_owner_says_otherwise(owner, open_page, hands):
    page = open_page("settings", owner, part="Figures")
    assert page.number_input[0].value == 90
    page.number_input[0].set_value(60)
    page = hands.press(page, "Save changes")
    assert not page.exception
    with shop_session(owner) as shop:
        assert shop_settings.counting(shop).active_days == 60
        assert shop.row("metrics/active_customers", since=shop.today, until=shop.today)["value"] == 0


def test_the_owner_says_when_the_books_open(owner, open_page, hands):
    page = open_page("settings", owner, part="Figures")
    page.date_input[0].set_value(date(2026, 4, 1))
    page = hands.press(page, "Save changes")
    assert not page.exception
    with shop_session(owner) as shop:
        assert books.open_on(shop) == date(2026, 4, 1)
        assert shop_settings.counting(shop).active_days == 90
    page = open_page("settings", owner, part="Figures")
    assert page.date_input[0].value == date(2026, 4, 1)
    page.date_input[0].set_value(None)
    page = hands.press(page, "Save changes")
    with shop_session(owner) as shop:
        assert books.open_on(shop) is None


def test_the_owner_decides_that_staff_see_their_own_customers_only(owner, join, open_page, hands):
    ravi = join("staff", owner.shop, name="Ravi Kale", sells=True)
    with shop_session(owner, writes=True) as shop:
        customers.create(shop, {"name": "Anita", "rep_id": join("manager", owner.shop, sells=True).staff_id})
        customers.create(shop, {"name": "Bilal", "rep_id": ravi.staff_id})
    assert "2 on file" in hands.read(open_page("customers", ravi))
    page = open_page("settings", owner, part="Access")
    page.toggle(key="own-records-only").set_value(True)
    page = hands.press(page, "Save changes")
    assert not page.exception
    assert page.toggle(key="own-records-only").value
    assert "1 on file" in hands.read(open_page("customers", ravi))
    assert "2 on file" in hands.read(open_page("customers", owner))


def test_absurd_active_days_are_refused():
    with pytest.raises(BadInput, match="between 1 and 3,650"):
        shop_settings.Counting(active_days=0).check()


def test_a_field_of_the_shops_own_is_added_renamed_and_removed(owner, open_page, hands):
    page = open_page("settings", owner, part="Customer fields")
    assert "No fields of your own yet" in hands.read(page)
    hands.type(page, Name="Shoe size")
    page.pills[0].set_value("number").run()
    page = hands.press(page, "Add field")
    assert not page.exception
    with shop_session(owner) as shop:
        assert [(field["key"], field["kind"]) for field in custom_fields.fields(shop)] == [("shoe_size", "number")]
    page.text_input(key="rename-shoe_size").input("Size of shoes")
    page = hands.press(page, "Save field")
    with shop_session(owner) as shop:
        assert [field["label"] for field in custom_fields.fields(shop)] == ["Size of shoes"]
    page = hands.press(page, "Remove")
    with shop_session(owner) as shop:
        assert custom_fields.fields(shop) == []


def test_a_field_with_choices_needs_two_of_them(owner, open_page, hands):
    page = open_page("settings", owner, part="Customer fields")
    hands.type(page, Name="Favourite room")
    page.pills[0].set_value("choice").run()
    page.text_area[0].input("Kitchen")
    page = hands.press(page, "Add field")
    assert [error.value for error in page.error] == [r"Give 2 to 100 different choices\, one a line\."]
    page.text_area[0].input("Kitchen\nHall")
    page = hands.press(page, "Add field")
    with shop_session(owner) as shop:
        assert custom_fields.fields(shop)[0]["choices"] == ["Kitchen", "Hall"]


def test_a_shop_is_not_deleted_by_another_name(owner, open_page, hands):
    page = open_page("settings", owner, part="Delete")
    hands.type(page, **{page.text_input[0].label: "Meera", "Your password": "correct horse"})
    page = hands.press(page, "Delete this shop")
    assert "Type the name of the shop" in page.error[0].value
    assert people.find_shop(owner.shop.slug)


def test_a_till_left_open_is_not_enough_to_delete_the_shop(owner, open_page, hands):
    page = open_page("settings", owner, part="Delete")
    for password in ("", "a guess"):
        hands.type(page, **{page.text_input[0].label: owner.shop.name, "Your password": password})
        page = hands.press(page, "Delete this shop")
        assert "password is wrong" in page.error[0].value
    assert people.find_shop(owner.shop.slug)


def test_only_an_owner_deletes_a_shop(join):
    manager = join("manager")
    with pytest.raises(NotAllowed), shop_session(manager, alone=True) as shop:
        people.delete_shop(shop, manager.shop.name)


def test_deleting_a_shop_leaves_nothing_of_it_and_everything_of_the_others(owner, join, open_page, hands):
    other = join("owner")
    for who in (owner, other):
        sell(who)
        with shop_session(who, alone=True) as shop:
            custom_fields.add(shop, "Shoe size", "number")
            shop_settings.change_counting(shop, shop_settings.Counting(active_days=30))
    kept = rows_of(other)
    page = open_page("settings", owner, part="Delete")
    token = page.session_state["sign_in_token"]
    hands.type(page, **{page.text_input[0].label: owner.shop.name, "Your password": "correct horse"})
    page = hands.press(page, "Delete this shop")
    assert not page.exception
    assert sign_in.who_has(token) is None
    assert set(rows_of(owner).values()) == {0}
    assert rows_of(other) == kept
    assert kept["orders"] == kept["custom_fields"] == kept["memberships"] == 1
    with global_session() as connection:
        assert connection.scalar(text("select count(*) from shops where id = :id"), {"id": owner.shop.id}) == 0
        assert connection.scalar(text("select count(*) from staff where id = :id"), {"id": owner.staff_id}) == 0
        assert connection.scalar(text("select count(*) from staff where id = :id"), {"id": other.staff_id}) == 1


def test_without_a_shop_named_nothing_is_deleted():
    with pytest.raises(DBAPIError, match="no shop is named"), global_session() as connection:
        connection.execute(text("select delete_shop()"))


def test_only_the_applications_role_may_delete_a_shop():
    with global_session() as connection:
        granted = connection.scalar(
            text("select array_to_string(proacl, ' ') from pg_proc where proname = 'delete_shop'")
        )
    assert "regulars_app=X/" in granted
    assert not any(grant.startswith("=") for grant in granted.split())


def rows_of(who) -> dict[str, int]:
    """How many rows each tenant table has of this shop."""
    with shop_session(keeper(who.shop)) as shop:
        tables = (Base.metadata.tables[name] for name in TENANT_TABLES)
        return {table.name: shop.scalar(select(func.count()).where(table.c.shop_id == shop.id)) for table in tables}


def test_the_hour_of_the_morning_e_mail_is_the_owners_to_choose(owner, open_page, hands):
    page = open_page("settings", owner, part="My day")
    page.selectbox[0].select("7")
    page = hands.press(page, "Save changes")
    with shop_session(owner) as shop:
        assert digests.hour_of(shop) == 7
