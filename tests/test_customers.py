from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from conftest import NOW
from sqlalchemy import func, select

from crmcore import custom_fields, customer_list, customers, orders, people
from crmcore.customer_timeline import of_customer as timeline_of
from crmcore.database.gate import MANAGER, STAFF, Who, keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import Activity, Customer, CustomerWord, ShopDay

ASHA = {"name": "Asha Rao", "phone": "98811 20456"}


@pytest.fixture
def colleague(shop):
    """Someone of the team who sells."""
    new = people.NewMember(f"ravi-{new_id().hex[-12:]}", "Ravi Kale", STAFF, "a long password 9", sells=True)
    staff_id = people.add_member(shop, new)
    return Who(shop=shop.shop, staff_id=staff_id, name="Ravi Kale", role=STAFF, sells=True)


def on_file(shop):
    return shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id))


def activities(shop, customer_id):
    query = select(Activity).where(Activity.shop_id == shop.id, Activity.customer_id == customer_id)
    return list(shop.execute(query.order_by(Activity.id)))


# Coming on file


def test_a_name_alone_or_a_phone_alone_is_enough(shop):
    customers.create(shop, {"name": "Asha"})
    customers.create(shop, {"phone": "98811 20456"})
    with pytest.raises(BadInput, match="name or a phone") as refused:
        customers.create(shop, {"email": "asha@example.org"})
    assert refused.value.field == "name"


def test_the_phone_is_kept_in_one_form_beside_what_was_typed(shop):
    asha = customers.get(shop, customers.create(shop, {"name": "Asha", "phone": " 098811-20456 "}))
    assert (asha["phone"], asha["phone_typed"]) == ("+919881120456", "098811-20456")


@pytest.mark.parametrize(
    "typed", ["9881120456", "+91 98811 20456", "098811 20456", "0091 9881120456", "98811-20456", "9881120456.0"]
)
def test_a_phone_in_any_format_finds_its_customer(shop, typed):
    asha = customers.create(shop, ASHA)
    assert customers.by_phone(shop, typed)["id"] == asha
    assert customers.find_or_create(shop, {"phone": typed}) == (asha, False)
    with pytest.raises(BadInput, match="belongs to Asha Rao") as refused:
        customers.create(shop, {"name": "Someone", "phone": typed})
    assert refused.value.field == "phone"
    assert on_file(shop) == 1


def test_who_made_and_who_changed_a_customer_and_when_is_on_the_record(shop, colleague):
    asha = customers.create(shop, ASHA)
    with_colleague = type(shop)(shop.connection, colleague, NOW + timedelta(hours=1), writes=True)
    customers.change(with_colleague, asha, {"city": "Pune"})
    row = customers.get(shop, asha)
    assert (row["created_at"], row["created_by"]) == (NOW, None)
    assert (row["updated_at"], row["updated_by"]) == (NOW + timedelta(hours=1), colleague.staff_id)
    added, changed = activities(shop, asha)
    assert (added.what, added.via, added.detail["after"]["name"]) == ("customer added", "command line", "Asha Rao")
    assert (changed.what, changed.staff_id) == ("customer changed", colleague.staff_id)
    assert changed.detail == {"before": {"city": None}, "after": {"city": "Pune"}}


def test_two_customers_may_share_an_e_mail_address_and_the_other_one_is_shown(shop):
    mother = customers.create(shop, {"name": "Asha Rao", "email": "Rao@Example.org"})
    customers.create(shop, {"name": "Diya Rao", "email": "rao@example.org"})
    look_alikes = customer_list.look_alikes(shop, {"email": "RAO@example.org "})
    assert {row["name"] for row in look_alikes} == {"Asha Rao", "Diya Rao"}
    assert [row["name"] for row in customer_list.look_alikes(shop, {"email": "rao@example.org"}, besides=mother)] == [
        "Diya Rao"
    ]


# Found or created


def test_two_tills_at_once_make_one_row(who):
    tills = 8
    ready = Barrier(tills)

    def ring_up(till):
        with shop_session(who, writes=True) as shop:
            ready.wait()
            return customers.find_or_create(shop, {"phone": "98811 20456", "name": f"Till {till}"})

    with ThreadPoolExecutor(tills) as pool:
        answers = list(pool.map(ring_up, range(tills)))
    assert len({customer_id for customer_id, _ in answers}) == 1
    assert [created for _, created in answers].count(True) == 1
    with shop_session(who) as shop:
        assert on_file(shop) == 1
        assert shop.scalar(select(func.sum(ShopDay.people)).where(ShopDay.shop_id == shop.id)) == 1


def test_somebody_found_gets_the_name_and_e_mail_they_lacked_and_nothing_else_changes(shop):
    asha = customers.create(shop, {"phone": "98811 20456", "city": "Pune"})
    customers.find_or_create(shop, {"phone": "98811 20456", "name": "Asha", "city": "Mumbai"})
    customers.find_or_create(shop, {"phone": "98811 20456", "name": "Aasha", "email": "asha@example.org"})
    row = customers.get(shop, asha)
    assert (row["name"], row["email"], row["city"]) == ("Asha", "asha@example.org", "Pune")


def test_found_by_phone_first_then_by_reference_then_by_e_mail(shop):
    by_phone = customers.create(shop, {"phone": "98811 20456"})
    by_reference = customers.create(shop, {"name": "Bilal", "external_ref": "C-7"})
    by_email = customers.create(shop, {"name": "Chitra", "email": "chitra@example.org"})
    given = {"email": "chitra@example.org"}
    assert customers.find_or_create(shop, given)[0] == by_email
    given["external_ref"] = "C-7"
    assert customers.find_or_create(shop, given)[0] == by_reference
    given["phone"] = "98811 20456"
    assert customers.find_or_create(shop, given)[0] == by_phone
    assert customers.get(shop, by_phone)["external_ref"] is None


def test_another_phone_with_the_same_e_mail_is_another_person(shop):
    mother = customers.create(shop, {"phone": "98811 20456", "email": "rao@example.org"})
    daughter, created = customers.find_or_create(shop, {"phone": "98220 11111", "email": "rao@example.org"})
    assert created
    assert daughter != mother


def test_someone_known_by_e_mail_gets_the_phone_they_lacked(shop):
    asha = customers.create(shop, {"name": "Asha", "email": "asha@example.org"})
    assert customers.find_or_create(shop, {"phone": "98811 20456", "email": "asha@example.org"}) == (asha, False)
    assert customers.by_phone(shop, "9881120456")["id"] == asha


# Changing


def test_an_empty_value_empties_a_field_and_a_field_not_given_stays(shop):
    asha = customers.create(shop, {**ASHA, "city": "Pune", "email": "asha@example.org"})
    customers.change(shop, asha, {"email": "", "state": ""})
    row = customers.get(shop, asha)
    assert (row["email"], row["state"], row["city"], row["name"]) == (None, None, "Pune", "Asha Rao")


def test_empty_fields_at_the_till_erase_nothing(shop):
    asha = customers.create(shop, {**ASHA, "city": "Pune", "email": "asha@example.org"})
    customers.find_or_create(shop, {"phone": "98811 20456", "name": "", "email": "", "city": " "})
    row = customers.get(shop, asha)
    assert (row["name"], row["email"], row["city"]) == ("Asha Rao", "asha@example.org", "Pune")


def test_saving_without_a_change_leaves_no_trace(shop):
    asha = customers.create(shop, {**ASHA, "city": None})
    before = customers.get(shop, asha)
    later = type(shop)(shop.connection, shop.who, NOW + timedelta(hours=1), writes=True)
    fields = {"name": "Asha Rao ", "phone": "+91 98811 20456", "city": "", "status": "lead", "latitude": None}
    customers.change(later, asha, fields)
    assert customers.get(shop, asha) == before
    assert len(activities(shop, asha)) == 1


def test_the_last_name_or_phone_can_not_be_taken_away(shop):
    asha = customers.create(shop, ASHA)
    customers.change(shop, asha, {"name": ""})
    with pytest.raises(BadInput, match="name or a phone"):
        customers.change(shop, asha, {"phone": ""})


def test_a_new_phone_that_is_someone_elses_is_refused_with_their_name(shop):
    customers.create(shop, ASHA)
    bilal = customers.create(shop, {"name": "Bilal", "phone": "98220 11111"})
    with pytest.raises(BadInput, match="belongs to Asha Rao") as refused:
        customers.change(shop, bilal, {"phone": "098811 20456"})
    assert refused.value.field == "phone"
    assert customers.get(shop, bilal)["phone"] == "+919822011111"


def test_two_people_editing_at_once_the_second_is_told_instead_of_overwriting(who):
    with shop_session(who, writes=True) as shop:
        asha = customers.create(shop, ASHA)
        seen = customers.get(shop, asha)["updated_at"]
    with shop_session(who, writes=True) as shop:
        customers.change(shop, asha, {"city": "Pune"}, seen_at=seen)
    with pytest.raises(Conflict, match="meanwhile"), shop_session(who, writes=True) as shop:
        customers.change(shop, asha, {"city": "Mumbai"}, seen_at=seen)
    with shop_session(who) as shop:
        assert customers.get(shop, asha)["city"] == "Pune"


def test_a_sale_in_between_is_no_conflict(who):
    with shop_session(who, writes=True) as shop:
        asha = customers.create(shop, {**ASHA, "status": "active"})
        seen = customers.get(shop, asha)["updated_at"]
    with shop_session(who, writes=True) as shop:
        orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=asha))
    with shop_session(who, writes=True) as shop:
        customers.change(shop, asha, {"city": "Pune"}, seen_at=seen)


def test_a_customer_of_another_shop_can_not_be_read_or_changed(shop, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = customers.create(other, ASHA)
    for act in (customers.get, customers.hide, lambda shop, who: customers.change(shop, who, {"city": "Pune"})):
        with pytest.raises(NotFound, match="not on file"):
            act(shop, theirs)


# What can be a customer


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": "x" * 301}, "name", "300"),
        ({"phone": "98811"}, "phone", "digits"),
        ({"email": "asha.example.org"}, "email", "not an e-mail"),
        ({"status": "vip"}, "status", "not a status"),
        ({"birth_day": 30, "birth_month": 2}, "birthday", "no 30 February"),
        ({"birth_day": 29, "birth_month": 2, "birth_year": 2001}, "birthday", "no 29 February 2001"),
        ({"birth_day": 12}, "birthday", "day and a month"),
        ({"birth_day": 1, "birth_month": 1, "birth_year": 2027}, "birthday", "future"),
        ({"birth_year": 2027}, "birthday", "future"),
        ({"birth_year": 12}, "birthday", "1850"),
        ({"birth_day": "x", "birth_month": 2}, "birthday", "whole number"),
        ({"latitude": Decimal("91"), "longitude": Decimal(0)}, "latitude", "-90 to 90"),
        ({"latitude": Decimal("18.5")}, "longitude", "both"),
        ({"latitude": "north", "longitude": "73.8"}, "latitude", "number"),
        ({"city": "x" * 301}, "city", "300"),
        ({"notes": "x" * 20_001}, "notes", "20,000"),
        ({"gender": 7}, "gender", "text"),
        ({"rep_id": new_id()}, "sales_rep", "not in your team"),
        ({"shoe_size": "42"}, "shoe_size", "no field"),
        ({"order_count": 9}, "order_count", "no field"),
        ({"custom": {"shoe_size": "42"}}, "shoe_size", "no field"),
    ],
)
def test_a_field_that_can_not_be_used_is_named_with_the_reason(shop, fields, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        customers.create(shop, {"name": "Asha", **fields})
    assert refused.value.field == field
    with pytest.raises(BadInput, match=sentence):
        customers.change(shop, customers.create(shop, ASHA), fields)


def test_a_birthday_may_lack_its_year_or_be_a_year_alone(shop):
    customers.create(shop, {"name": "Asha", "birth_day": 29, "birth_month": 2})
    customers.create(shop, {"name": "Bilal", "birth_year": 1968})


def test_a_birthday_is_checked_together_with_what_is_on_file(shop):
    asha = customers.create(shop, {"name": "Asha", "birth_day": 29, "birth_month": 2})
    with pytest.raises(BadInput, match="no 29 February 2001"):
        customers.change(shop, asha, {"birth_year": 2001})


def test_invisible_characters_are_left_out_and_blanks_are_tidied(shop):
    fields = {"name": " Asha \x00\u200b  Rao\t", "notes": " likes\x00 tea\n\ntwo sugars\n", "city": "Pune\ncity"}
    asha = customers.get(shop, customers.create(shop, fields))
    assert (asha["name"], asha["notes"], asha["city"]) == ("Asha Rao", "likes tea\n\ntwo sugars", "Pune city")


def test_a_rep_who_no_longer_sells_stays_on_the_customer_until_changed(shop, colleague):
    asha = customers.create(shop, {**ASHA, "rep_id": colleague.staff_id})
    people.change_member(
        shop, colleague.staff_id, name="Ravi Kale", role=STAFF, sells=False, medical=False, is_active=True
    )
    customers.change(shop, asha, {"rep_id": colleague.staff_id, "city": "Pune"})
    assert customers.get(shop, asha)["city"] == "Pune"
    with pytest.raises(BadInput, match="not marked as selling"):
        customers.create(shop, {"name": "Bilal", "rep_id": colleague.staff_id})


# The shop's own fields


def test_own_fields_are_checked_by_their_kind_and_kept_one_by_one(shop):
    custom_fields.add(shop, "Shoe size", "number")
    custom_fields.add(shop, "Colour", "choice", ["Teal", "Sand"])
    asha = customers.create(shop, {**ASHA, "custom": {"shoe_size": "42.5"}})
    customers.change(shop, asha, {"custom": {"colour": "Teal"}})
    assert customers.get(shop, asha)["custom"] == {"shoe_size": 42.5, "colour": "Teal"}
    with pytest.raises(BadInput, match="Teal, Sand") as refused:
        customers.change(shop, asha, {"custom": {"colour": "Red"}})
    assert refused.value.field == "colour"
    customers.change(shop, asha, {"custom": {"shoe_size": None}})
    assert customers.get(shop, asha)["custom"] == {"colour": "Teal"}


# Hiding


def test_a_hidden_customer_vanishes_from_searches_lists_and_figures_and_their_money_stays(shop):
    asha = customers.create(shop, {**ASHA, "external_ref": "C-7", "email": "asha@example.org"})
    orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=asha))
    customers.hide(shop, asha)
    for text in ("asha", "98811", "0456", "C-7", "asha@"):
        assert customer_list.search(shop, text) == []
    assert customer_list.recent(shop) == []
    assert customers.by_phone(shop, "9881120456") is None
    assert customer_list.look_alikes(shop, ASHA) == []
    page = customer_list.page_of(shop)
    assert (page.rows, page.total) == ([], 0)
    people_now, revenue = shop.execute(
        select(func.sum(ShopDay.people), func.sum(ShopDay.revenue)).where(ShopDay.shop_id == shop.id)
    ).one()
    assert (people_now, revenue) == (0, 100)


def test_the_phone_of_a_hidden_customer_is_free_again_and_they_come_back_only_while_it_is(shop):
    asha = customers.create(shop, ASHA)
    customers.hide(shop, asha)
    customers.unhide(shop, asha)
    assert customers.by_phone(shop, "9881120456")["id"] == asha
    customers.hide(shop, asha)
    customers.create(shop, {"name": "Bilal", "phone": "98811 20456"})
    with pytest.raises(BadInput, match="belongs to Bilal") as refused:
        customers.unhide(shop, asha)
    assert refused.value.field == "phone"
    assert [line.what for line in activities(shop, asha)] == [
        "customer added",
        "customer hidden",
        "customer brought back",
        "customer hidden",
    ]


def test_only_owner_and_manager_hide(shop, colleague):
    asha = customers.create(shop, ASHA)
    as_staff = type(shop)(shop.connection, colleague, NOW, writes=True, alone=True)
    with pytest.raises(NotAllowed):
        customers.hide(as_staff, asha)
    manager = Who(shop=shop.shop, staff_id=colleague.staff_id, name="Ravi", role=MANAGER)
    customers.hide(type(shop)(shop.connection, manager, NOW, writes=True, alone=True), asha)


# The words of a name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("José  Álvarez", {"jose", "alvarez"}),
        ("O'Brien, Anne-Marie", {"o", "brien", "obrien", "anne", "marie", "annemarie"}),
        ("Łukasz Sørensen", {"lukasz", "sorensen"}),
        ("मीरा जोशी", {"मीरा", "जोशी"}),
        ("İpek STRASSE straße", {"ipek", "strasse"}),
        ("24x7 Care_Point", {"24x7", "care", "point"}),
        (None, set()),
    ],
)
def test_a_name_is_found_by_its_words_without_accents_and_case(name, words):
    assert customers.words_of(name) == words


def test_a_changed_name_is_found_by_its_new_words_only(shop):
    asha = customers.create(shop, ASHA)
    customers.change(shop, asha, {"name": "Asha Deshpande"})
    found = shop.execute(select(CustomerWord.word).where(CustomerWord.shop_id == shop.id)).scalars()
    assert set(found) == {"asha", "deshpande"}


def test_a_change_is_put_back_by_another_one(shop):
    first = {"name": "Asha Rao", "city": "Pune", "birth_day": 3, "birth_month": 4, "phone": "98811 20456"}
    customer_id = customers.create(shop, first)
    before = dict(customers.get(shop, customer_id))
    customers.change(shop, customer_id, {"name": "Asha Rau", "city": None, "birth_day": 5, "phone": "98811 20457"})
    (change,) = [line.change_id for line in timeline_of(shop, customer_id).lines if line.change_id]
    customers.put_back(shop, change)
    after = customers.get(shop, customer_id)
    for key in ("name", "city", "birth_day", "birth_month", "birth_year", "phone"):
        assert after[key] == before[key]
    assert len([line for line in timeline_of(shop, customer_id).lines if line.change_id]) == 2


def test_a_number_that_somebody_else_has_by_now_is_not_put_back(shop):
    customer_id = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    customers.change(shop, customer_id, {"phone": "98811 20457", "city": "Pune"})
    customers.create(shop, {"name": "Bilal", "phone": "98811 20456"})
    (change,) = [line.change_id for line in timeline_of(shop, customer_id).lines if line.change_id]
    with pytest.raises(BadInput, match="Bilal"), shop.connection.begin_nested():
        customers.put_back(shop, change)
    assert customers.get(shop, customer_id)["city"] == "Pune"
    with pytest.raises(NotFound):
        customers.put_back(shop, uuid4())
