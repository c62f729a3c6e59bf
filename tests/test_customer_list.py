import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from sqlalchemy import create_engine, event, insert, select, text
from sqlalchemy.pool import NullPool

from crmcore import contacts, customer_list, customers, follow_ups, orders, people, tags, visits
from crmcore.customer_list import Filters
from crmcore.database import server
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput
from crmcore.follow_ups import NewFollowUp
from crmcore.models import Customer
from crmcore.visits import NewVisit

PEOPLE = (
    {"name": "Anita Deshpande", "phone": "98811 20456", "email": "anita.d@example.org", "external_ref": "C-100"},
    {"name": "Anil Desai", "phone": "98811 33210", "city": "Pune", "source": "Walk-in"},
    {"name": "José Álvarez", "phone": "+34 612 345 678", "city": "Madrid"},
    {"name": "Sean O'Brien", "external_ref": "c-200", "city": "Pune"},
    {"phone": "022 2266 1234", "email": "office@example.org", "status": "inactive"},
    {"name": "मीरा जोशी", "city": "Nashik"},
)


@pytest.fixture
def shop_of_six(shop):
    for one in PEOPLE:
        customers.create(shop, one)
    return shop


@pytest.fixture(scope="module")
def large_shop(home):
    """A shop large enough for indexes to pay, with what the planner knows about it up to date."""
    opened = people.open_shop(
        people.NewShop(f"large-{new_id().hex[-12:]}", "Large", "counter", "INR", "IN", "Asia/Kolkata")
    )
    with shop_session(keeper(opened), alone=True) as shop:
        rows = [
            {
                "shop_id": shop.id,
                "id": new_id(),
                "name": f"{first} {last}{number}",
                "phone": f"+9198{number * 7919 % 100_000_000:08}",
                "external_ref": f"C-{number}",
                "email": f"person{number}@example.org",
                "created_on": shop.today,
            }
            for number in range(4000)
            for first, last in [(("Anita", "Bilal", "Chitra", "Dev")[number % 4], ("Rao", "Joshi", "Shah")[number % 3])]
        ]
        shop.execute(insert(Customer), rows)
        customers.write_words(shop, [(row["id"], row["name"]) for row in rows])
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("analyze customers, customer_words"))
    return keeper(opened)


def names(rows):
    return [row["name"] or row["phone"] for row in rows]


def sell(shop, name, *days_ago, amount=100):
    """Sales to the customer of this name, each so many days before today."""
    customer_id = shop.scalar(select(Customer.id).where(Customer.shop_id == shop.id, Customer.name == name))
    for days in days_ago:
        sale = orders.NewOrder(
            amount=Decimal(amount), customer_id=customer_id, ordered_at=shop.now - timedelta(days=days)
        )
        orders.record(shop, sale)
    return customer_id


# Finding somebody by typing


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anita", ["Anita Deshpande"]),
        ("DESH", ["Anita Deshpande"]),
        ("an des", ["Anil Desai", "Anita Deshpande"]),
        ("desh an", ["Anita Deshpande"]),
        ("an xyz", []),
        ("jose alv", ["José Álvarez"]),
        ("ÁLV", ["José Álvarez"]),
        ("o'brien", ["Sean O'Brien"]),
        ("obrien", ["Sean O'Brien"]),
        ("brien", ["Sean O'Brien"]),
        ("मीरा", ["मीरा जोशी"]),
        ("98811", ["Anil Desai", "Anita Deshpande"]),
        ("9881120", ["Anita Deshpande"]),
        ("98811 2", ["Anita Deshpande"]),
        ("098811-20", ["Anita Deshpande"]),
        ("+91 988", ["Anil Desai", "Anita Deshpande"]),
        ("0091 988", ["Anil Desai", "Anita Deshpande"]),
        ("919881120456", ["Anita Deshpande"]),
        ("0456", ["Anita Deshpande"]),
        ("20 456", ["Anita Deshpande"]),
        ("९८८११", ["Anil Desai", "Anita Deshpande"]),
        ("612", ["José Álvarez"]),
        ("+34612", ["José Álvarez"]),
        ("022 2266", ["+912222661234"]),
        ("c-1", ["Anita Deshpande"]),
        ("C-2", ["Sean O'Brien"]),
        ("anita.d@", ["Anita Deshpande"]),
        ("OFFICE@example", ["+912222661234"]),
        ("", []),
        ("  ", []),
        ("%", []),
        ("'; drop table customers --", []),
        ("a\x00nita", ["Anita Deshpande"]),
    ],
)
def test_typing_finds(shop_of_six, typed, found):
    expected = found if typed not in ("612",) else []
    assert sorted(names(customer_list.search(shop_of_six, typed))) == expected
    listed = customer_list.page_of(shop_of_six, Filters(q=typed), "name")
    assert (sorted(names(listed.rows)), listed.total) == (
        (expected, len(expected)) if typed.strip() else (sorted(names(listed.rows)), len(PEOPLE))
    )


@pytest.mark.parametrize(("typed", "meant"), [("Deshpende", "Anita Deshpande"), ("anita desphande", "Anita Deshpande")])
def test_a_misspelt_name_finds_the_one_that_was_meant(shop_of_six, typed, meant):
    assert names(customer_list.search(shop_of_six, typed)) == [meant]


def test_the_whole_word_comes_before_its_beginnings_and_then_who_bought_last(shop):
    for name in ("Asharam Das", "Asha Rao", "Asha Kale", "Ashok Rao"):
        customers.create(shop, {"name": name})
    sell(shop, "Asha Kale", 3)
    sell(shop, "Asharam Das", 1)
    assert names(customer_list.search(shop, "asha")) == ["Asha Kale", "Asha Rao", "Asharam Das"]
    assert names(customer_list.search(shop, "asha", limit=1)) == ["Asha Kale"]


def test_a_search_finds_nobody_of_another_shop(shop_of_six, new_shop):
    with shop_session(keeper(new_shop())) as other:
        for typed in ("anita", "98811", "0456", "C-100", "anita.d@"):
            assert customer_list.search(other, typed) == []
        assert customer_list.recent(other) == []
        assert customer_list.page_of(other).total == 0
        assert customer_list.choices(other, "city") == []


@pytest.mark.parametrize(
    ("typed", "index", "column"),
    [
        ("anita", "customer_words_pkey", "word"),
        ("98811", "customers_phone_once", "phone"),
        ("0456", "customers_phone_reversed", "phone_reversed"),
        ("C-100", "customers_ref_once", "external_ref"),
        ("anita.d@", "customers_email", "email"),
    ],
)
@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
def test_every_way_of_searching_reads_one_range_of_an_index_below_the_row_policy(
    large_shop, typed, index, column, plan
):
    with shop_session(large_shop) as shop:
        asked = []
        event.listen(shop.connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        customer_list.search(shop, typed)
        statement, values = asked[0]
        shop.connection.exec_driver_sql("set local enable_bitmapscan = off")
        shop.connection.exec_driver_sql(f"set local plan_cache_mode = {plan}")
        cursor = shop.connection.connection.driver_connection.cursor()
        lines = [line for (line,) in cursor.execute(f"explain {statement}", values, prepare=True)]
    start = next(number for number, line in enumerate(lines) if f"using {index} on" in line)
    condition = lines[start + 1]
    assert re.search(rf"Index Cond: .*shop_id = .*\b{column} >= .*\b{column} < ", condition), condition


def test_whoever_is_a_contact_is_found_by_the_numbers_of_that_contact_as_well(shop_of_six):
    shop = shop_of_six
    anita = customers.by_phone(shop, "98811 20456")["id"]
    numbers = "98811 20456 / 98220 54321 / 020 2567 1234 / 98220 66666"
    contact = contacts.record(shop, contacts.NewContact(numbers, "Anita Deshpande"))
    contacts.record(shop, contacts.NewContact("97000 54321", "Nobody’s customer"))
    for typed in ("4321", "98220 54321", "+91 98220 54321", "098220 54321", "671234", "98220 66666", "0456"):
        assert [row["id"] for row in customer_list.search(shop, typed)] == [anita], typed
        assert [row["id"] for row in customer_list.page_of(shop, Filters(q=typed)).rows] == [anita], typed
    contacts.change(shop, contact, {"other_phones": "97111 88888"})
    assert customer_list.search(shop, "4321") == []
    assert [row["id"] for row in customer_list.search(shop, "8888")] == [anita]
    customers.hide(shop, anita)
    assert customer_list.search(shop, "8888") == []


def loops(plan):
    return max([plan["Actual Loops"], *(loops(part) for part in plan.get("Plans", []))])


@pytest.mark.parametrize("typed", ["anita rao12", "rao12 anita", "chitra rao1230"])
def test_of_several_words_the_search_starts_from_the_one_that_the_fewest_have(large_shop, typed):
    with shop_session(large_shop) as shop:
        asked = []
        event.listen(shop.connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        assert customer_list.search(shop, typed)
        statement, values = asked[0]
        cursor = shop.connection.connection.driver_connection.cursor()
        explained = cursor.execute(f"explain (analyze, format json) {statement}", values).fetchone()
    assert loops(explained[0][0]["Plan"]) < 100  # and not once for each of the thousand with the common name


def test_a_page_by_name_is_read_from_an_index(large_shop):
    with shop_session(large_shop) as shop:
        asked = []
        event.listen(shop.connection, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
        assert len(customer_list.page_of(shop, Filters(status="lead"), "name", 3).rows) == 50
        statement, values = asked[-2]  # the ids; what is shown of them comes last
        explained = shop.connection.exec_driver_sql(f"explain {statement}", values)
        assert "using customers_named on" in "\n".join(explained.scalars())
        assert customer_list.page_of(shop, Filters(status="lead"), page=201, size=10).rows == []


# Look-alikes


def test_while_a_form_is_filled_the_same_phone_e_mail_reference_or_name_is_shown(shop_of_six):
    def alike(**given):
        return names(customer_list.look_alikes(shop_of_six, given))

    assert alike(phone="098811 20456") == ["Anita Deshpande"]
    assert alike(external_ref="C-100") == ["Anita Deshpande"]
    assert alike(email="Office@Example.org") == ["+912222661234"]
    assert alike(name="anita deshpande") == ["Anita Deshpande"]
    assert alike(name="Anita") == alike(phone="98811") == alike(email="anita") == alike() == []


# The list


def test_the_list_is_filtered_by_what_was_bought_and_when(shop_of_six):
    sell(shop_of_six, "Anita Deshpande", 400, 10)
    sell(shop_of_six, "Anil Desai", 200)
    sell(shop_of_six, "José Álvarez", 89)
    day = shop_of_six.today

    def listed(**chosen):
        page = customer_list.page_of(shop_of_six, Filters(**chosen), "name")
        assert page.total == len(page.rows)
        return names(page.rows)

    assert listed(kind="customers") == ["Anil Desai", "Anita Deshpande", "José Álvarez"]
    assert listed(kind="repeat") == ["Anita Deshpande"]
    assert listed(kind="one-time") == ["Anil Desai", "José Álvarez"]
    assert listed(kind="never") == ["Sean O'Brien", "मीरा जोशी", "+912222661234"]
    assert listed(within=90) == ["Anita Deshpande", "José Álvarez"]
    assert listed(within=89) == ["Anita Deshpande"]
    assert listed(lapsed=90) == ["Anil Desai"]
    assert listed(lapsed=89) == ["Anil Desai", "José Álvarez"]
    assert listed(new_from=day - timedelta(days=200), new_to=day) == ["Anil Desai", "José Álvarez"]
    assert listed(new_to=day - timedelta(days=201)) == ["Anita Deshpande"]
    assert listed(bought_from=day - timedelta(days=300), bought_to=day - timedelta(days=100)) == ["Anil Desai"]
    assert listed(bought_from=day - timedelta(days=89)) == ["Anita Deshpande", "José Álvarez"]
    assert listed(bought_to=day - timedelta(days=201)) == ["Anita Deshpande"]
    assert listed(bought_from=day - timedelta(days=89), bought_to=day) == ["Anita Deshpande", "José Álvarez"]
    assert listed(seen_from=day - timedelta(days=89)) == ["Anita Deshpande", "José Álvarez"]
    assert listed(seen_from=day - timedelta(days=300), seen_to=day - timedelta(days=100)) == ["Anil Desai"]
    assert listed(kind="repeat", q="anil") == []


def test_a_returned_or_cancelled_order_does_not_count_as_bought_in_the_period(shop):
    asha = customers.create(shop, {"name": "Asha"})
    sell(shop, "Asha", 300, 1)
    cancelled = orders.NewOrder(
        amount=Decimal(5), customer_id=asha, ordered_at=shop.now - timedelta(days=100), status="cancelled"
    )
    orders.record(shop, cancelled)
    between = Filters(bought_from=shop.today - timedelta(days=200), bought_to=shop.today - timedelta(days=50))
    assert customer_list.page_of(shop, between).total == 0


def test_the_list_is_filtered_by_status_city_source_tag_and_rep(shop_of_six):
    shop = shop_of_six
    member = people.NewMember(f"ravi-{new_id().hex[-12:]}", "Ravi", "staff", "a long password 9", sells=True)
    ravi = people.add_member(shop, member)
    anil = customer_list.search(shop, "anil")[0]["id"]
    customers.change(shop, anil, {"rep_id": ravi, "status": "active"})
    tags.add(shop, anil, "VIP")

    def listed(**chosen):
        return names(customer_list.page_of(shop, Filters(**chosen), "name").rows)

    assert listed(city="Pune") == ["Anil Desai", "Sean O'Brien"]
    assert listed(status="inactive") == ["+912222661234"]
    for one in ({"source": "Walk-in"}, {"tag": "vip"}, {"rep": ravi}, {"status": "active"}):
        assert listed(**one) == ["Anil Desai"]
    assert listed(city="Pune", tag="VIP", rep=ravi) == ["Anil Desai"]
    assert customer_list.page_of(shop, Filters(rep=ravi)).rows[0]["rep_name"] == "Ravi"
    assert customer_list.choices(shop, "city") == ["Madrid", "Nashik", "Pune"]
    assert customer_list.choices(shop, "source") == ["Walk-in"]


def test_hidden_customers_have_a_list_of_their_own_that_can_be_searched(shop_of_six):
    anita = customer_list.search(shop_of_six, "anita")[0]["id"]
    customers.hide(shop_of_six, anita)
    assert customer_list.page_of(shop_of_six).total == len(PEOPLE) - 1
    for typed in ("", "desh", "an desh", "98811", "0456", "c-100", "anita.d@"):
        assert names(customer_list.page_of(shop_of_six, Filters(kind="hidden", q=typed)).rows) == ["Anita Deshpande"]
    assert customer_list.page_of(shop_of_six, Filters(kind="hidden", q="anil")).total == 0
    customers.unhide(shop_of_six, anita)
    assert names(customer_list.search(shop_of_six, "desh")) == ["Anita Deshpande"]


@pytest.mark.parametrize("sort", [sign + key for key in customer_list.SORTS for sign in ("", "-")])
def test_every_column_sorts_both_ways_with_what_is_missing_last(shop_of_six, sort):
    sell(shop_of_six, "Anita Deshpande", 20, 10, amount=300)
    anil = sell(shop_of_six, "Anil Desai", 5, amount=900)
    jose = sell(shop_of_six, "José Álvarez")
    for customer in customer_list.page_of(shop_of_six).rows[:2]:
        due_on = shop_of_six.today + timedelta(days=len(customer["name"]))
        follow_ups.create(shop_of_six, NewFollowUp("Call", due_on, customer["id"]))
    for customer_id, days in ((anil, 9), (anil, 2), (jose, 5)):
        visits.record(shop_of_six, NewVisit(customer_id, visited_at=shop_of_six.now - timedelta(days=days)))
    key = sort.removeprefix("-")
    column = {
        "purchases": "order_count",
        "spent": "total_spent",
        "first": "first_purchase_on",
        "last": "last_purchase_on",
        "visits": "visit_count",
        "visited": "last_visit_on",
        "rep": "rep_name",
        "follow-up": "next_follow_up_on",
        "added": "id",
    }.get(key, key)
    page = customer_list.page_of(shop_of_six, sort=sort)
    values = [row[column] for row in page.rows]
    there = [value.lower() if isinstance(value, str) else value for value in values if value is not None]
    assert there == sorted(there, reverse=sort.startswith("-"))
    assert values[len(there) :] == [None] * (len(PEOPLE) - len(there))


def test_the_next_follow_up_is_listed_filtered_and_sorted_by(shop_of_six):
    shop, today = shop_of_six, shop_of_six.today
    ids = {row["name"]: row["id"] for row in customer_list.page_of(shop).rows}
    for name, in_days in (("Anil Desai", 3), ("Anil Desai", 1), ("Anita Deshpande", 0), ("José Álvarez", 9)):
        kept = follow_ups.create(shop, NewFollowUp("Call", today + timedelta(days=in_days), ids[name]))
    follow_ups.done(shop, kept)
    follow_ups.create(shop, NewFollowUp("of nobody", today))

    def listed(which, sort="follow-up"):
        page = customer_list.page_of(shop, Filters(follow_up=which), sort)
        assert page.total == len(page.rows)
        return [(row["name"], row["next_follow_up_on"]) for row in page.rows]

    anita, anil = ("Anita Deshpande", today), ("Anil Desai", today + timedelta(days=1))
    assert listed("")[:2] == [anita, anil]
    assert [day for _, day in listed("")[2:]] == [None] * 4
    assert (listed("planned"), listed("planned", "-follow-up")) == ([anita, anil], [anil, anita])
    assert listed("due", "name") == [anita]
    assert len(listed("none", "name")) == 4
    assert Filters.of_address(Filters(follow_up="due").address()).follow_up == "due"
    assert Filters.of_address({"follow_up": "wish"}).is_plain


def test_an_unknown_column_is_refused_by_name(shop):
    with pytest.raises(BadInput, match="can't be sorted by “id; drop”") as refused:
        customer_list.page_of(shop, sort="-id; drop")
    assert refused.value.field == "sort"


def test_pages_follow_each_other_without_gap_or_repetition(shop):
    for number in range(23):
        customers.create(shop, {"name": f"Customer {number:02}"})
    pages = [customer_list.page_of(shop, sort="-spent", page=page, size=10) for page in (1, 2, 3, 4)]
    assert [len(page.rows) for page in pages] == [10, 10, 3, 0]
    assert {page.total for page in pages} == {23}
    assert len({row["id"] for page in pages for row in page.rows}) == 23


def test_the_counts_beside_the_kinds_are_those_of_their_lists(shop_of_six):
    sell(shop_of_six, "Anita Deshpande", 20, 10)
    sell(shop_of_six, "Anil Desai", 5)
    counts = customer_list.counts(shop_of_six)
    assert counts == {"all": 6, "customers": 2, "repeat": 1, "one-time": 1, "never": 4}
    for kind, counted in counts.items():
        assert len(customer_list.page_of(shop_of_six, Filters(kind=kind)).rows) == counted


def test_recent_customers_are_those_who_bought_or_came_last(who):
    now = NOW
    for name in ("Asha", "Bilal", "Chitra"):
        now += timedelta(hours=1)
        with shop_session(who, writes=True, now=now) as shop:
            customers.create(shop, {"name": name})
    with shop_session(who, writes=True, now=now + timedelta(hours=1)) as shop:
        sell(shop, "Asha", 0)
    with shop_session(who) as shop:
        assert names(customer_list.recent(shop)) == ["Asha", "Chitra", "Bilal"]
        assert names(customer_list.recent(shop, limit=1)) == ["Asha"]


# Filters in an address


def test_filters_stand_in_an_address_and_come_back_from_it():
    rep = new_id()
    filters = Filters(q="asha rao", kind="repeat", rep=rep, within=90, new_from=date(2026, 11, 1))
    address = filters.address()
    assert address == {"q": "asha rao", "kind": "repeat", "rep": str(rep), "within": "90", "new_from": "2026-11-01"}
    assert Filters.of_address(address) == filters
    assert Filters().address() == {}


def test_what_can_not_be_read_in_an_address_filters_nothing():
    assert Filters.of_address({"kind": "x", "rep": "1", "within": "-4", "new_from": "soon", "page": "2"}) == Filters()
    assert Filters.of_address({"city": "Pu\x00ne"}) == Filters(city="Pune")
