"""Segments: rules over a fixed vocabulary, lists filled by hand, and where they are used."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from conftest import NOW

from crmcore import (
    companies,
    custom_fields,
    customer_list,
    customers,
    exports,
    follow_ups,
    interactions,
    modules,
    order_list,
    orders,
    people,
    segments,
    tags,
)
from crmcore.customer_list import Filters
from crmcore.database.gate import MANAGER, STAFF, keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.lists import NOBODY
from crmcore.messages import consent
from crmcore.periods import Period
from crmcore.segments import keeping, sending
from crmcore.segments.from_filters import rule_of
from crmcore.segments.vocabulary import FIELDS, OPERATORS, Vocabulary


@pytest.fixture
def three(shop):
    """Asha bought three times, the last time 10 days ago; Bilal once, 200 days ago; Chitra never. Returns their ids."""
    asha = customers.create(
        shop, {"name": "Asha Rao", "phone": "98811 20456", "city": "Pune", "source": "Fair", "birth_day": 6,
               "birth_month": 2}
    )  # fmt: skip
    bilal = customers.create(shop, {"name": "Bilal Khan", "email": "bilal@example.org", "city": "Mumbai"})
    chitra = customers.create(shop, {"name": "Chitra Iyer"})
    for who, days, amount in ((asha, 300, 100), (asha, 100, 200), (asha, 10, 700), (bilal, 200, 5000)):
        at = NOW - timedelta(days=days)
        orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=who, ordered_at=at))
    return {"Asha": asha, "Bilal": bilal, "Chitra": chitra}


def row(field, operator, value=None):
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


def names(shop, *rows, match="all"):
    found = segments.preview(shop, {match: list(rows)})
    assert found.count == len(found.examples)
    return " ".join(sorted(one["name"].split()[0] for one in found.examples))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([row("city", "one_of", ["Pune", "Delhi"])], "Asha"),
        ([row("city", "none_of", ["Pune"])], "Bilal Chitra"),
        ([row("city", "empty")], "Chitra"),
        ([row("city", "filled")], "Asha Bilal"),
        ([row("name", "contains", "KHAN")], "Bilal"),
        ([row("name", "starts_with", "a")], "Asha"),
        ([row("name", "is", "chitra iyer")], "Chitra"),
        ([row("name", "is_not", "chitra iyer")], "Asha Bilal"),
        ([row("name", "contains", "%")], ""),
        ([row("order_count", "at_least", 1)], "Asha Bilal"),
        ([row("order_count", "at_most", 1)], "Bilal Chitra"),
        ([row("order_count", "is", 3)], "Asha"),
        ([row("total_spent", "between", [900, 1000.5])], "Asha"),
        ([row("order_count", "between", [2, 3])], "Asha"),
        ([row("order_count", "at_least", 2.5)], "Asha"),
        ([row("order_count", "at_most", 40_000)], "Asha Bilal Chitra"),
        ([row("order_count", "at_most", 9e11)], "Asha Bilal Chitra"),
        ([row("total_spent", "at_least", 40_000)], ""),
        ([row("total_spent", "at_most", 9e11)], "Asha Bilal Chitra"),
        ([row("average_order", "at_least", 1000)], "Bilal"),
        ([row("average_order", "at_least", 9e11)], ""),
        ([row("average_order", "at_least", -1)], "Asha Bilal"),
        ([row("average_order", "at_most", 333.33)], ""),
        ([row("average_order", "at_most", 9e11)], "Asha Bilal"),
        ([row("average_order", "between", [333, 333.34])], "Asha"),
        ([row("average_order", "between", [-1, 5000])], "Asha Bilal"),
        ([row("last_purchase_on", "within_days", 11)], "Asha"),
        ([row("last_purchase_on", "within_days", 10)], ""),
        ([row("last_purchase_on", "before_days", 200)], "Bilal"),
        ([row("last_purchase_on", "before_days", 201)], ""),
        ([row("last_purchase_on", "since", "2026-11-10")], "Asha"),
        ([row("last_purchase_on", "until", "2026-11-09")], "Bilal"),
        ([row("last_purchase_on", "empty")], "Chitra"),
        ([row("has_phone", "yes")], "Asha"),
        ([row("has_email", "no")], "Asha Chitra"),
        ([row("birth_month", "one_of", ["2", "3"])], "Asha"),
        ([row("rep", "empty")], "Asha Bilal Chitra"),
        ([row("group", "one_of", ["returning", "lost", "drifting"])], "Asha Bilal"),
        ([row("group", "none_of", ["never"])], "Asha Bilal"),
        ([row("is_company", "yes")], ""),
        ([row("has_follow_up", "no")], "Asha Bilal Chitra"),
        ([row("city", "one_of", ["Pune"]), row("order_count", "is", 0)], ""),
    ],
)
def test_each_way_of_asking_finds_whom_it_says(shop, three, rows, found):
    assert names(shop, *rows) == found


def test_any_of_the_rows_and_groups_within_groups(shop, three):
    assert names(shop, row("city", "one_of", ["Pune"]), row("order_count", "is", 0), match="any") == "Asha Chitra"
    nested = {"any": [row("city", "one_of", ["Pune"]), row("city", "one_of", ["Mumbai"])]}
    assert names(shop, nested, row("order_count", "is", 1)) == "Bilal"
    assert segments.told(shop, {"all": [nested, row("last_purchase_on", "before_days", 90)]}) == (
        "(City is one of Pune; or City is one of Mumbai); and Last purchase more than 90 days ago"
    )


def test_tags_talk_plans_and_own_fields_can_be_asked_for(shop, three):
    vip = str(tags.add(shop, three["Asha"], "VIP"))
    tags.add(shop, three["Bilal"], "VIP")
    new = str(tags.add(shop, three["Bilal"], "New"))
    assert names(shop, row("tag", "any_of", [vip, new])) == "Asha Bilal"
    assert names(shop, row("tag", "all_of", [vip, new])) == "Bilal"
    assert names(shop, row("tag", "none_of", [new])) == "Asha Chitra"
    interactions.record(shop, interactions.NewInteraction("call", three["Asha"], happened_at=NOW - timedelta(days=40)))
    interactions.record(shop, interactions.NewInteraction("call", three["Chitra"]))
    assert names(shop, row("talked_on", "within_days", 30)) == "Chitra"
    assert names(shop, row("talked_on", "before_days", 30)) == "Asha"
    assert names(shop, row("talked_on", "until", "2026-10-11")) == "Asha"
    assert names(shop, row("talked_on", "empty")) == "Bilal"
    follow_ups.create(shop, follow_ups.NewFollowUp("Call", shop.today, three["Bilal"]))
    assert names(shop, row("has_follow_up", "yes")) == "Bilal"
    companies.change(shop, three["Chitra"], {"employees": 4})
    assert names(shop, row("is_company", "yes")) == "Chitra"
    size = custom_fields.add(shop, "Size", "number")
    wed = custom_fields.add(shop, "Wedding", "date")
    gold = custom_fields.add(shop, "Gold", "yes_no")
    colour = custom_fields.add(shop, "Colour", "choice", ["Teal", "Sand"])
    customers.change(shop, three["Asha"], {"custom": {size: 42, wed: "2026-01-05", gold: True, colour: "Teal"}})
    customers.change(shop, three["Bilal"], {"custom": {size: 9.5, gold: False, colour: "Sand"}})
    assert names(shop, row(f"custom.{size}", "at_least", 10)) == "Asha"
    assert names(shop, row(f"custom.{wed}", "until", "2026-01-05")) == "Asha"
    assert names(shop, row(f"custom.{gold}", "no")) == "Bilal Chitra"
    assert names(shop, row(f"custom.{colour}", "one_of", ["Sand"])) == "Bilal"
    # What was kept as another kind is as good as empty, and stops nobody.
    custom_fields.remove(shop, colour)
    assert custom_fields.add(shop, "Colour", "number") == colour
    assert names(shop, row(f"custom.{colour}", "at_least", 0)) == ""
    custom_fields.remove(shop, colour)
    assert custom_fields.add(shop, "Colour", "date") == colour
    customers.change(shop, three["Chitra"], {"custom": {colour: "2026-11-01"}})
    for operator, value in (("since", "2026-11-01"), ("until", "2026-11-01"), ("within_days", 20), ("filled", None)):
        assert names(shop, row(f"custom.{colour}", operator, value)) == "Chitra"
    assert names(shop, row(f"custom.{colour}", "before_days", 20)) == ""
    assert names(shop, row(f"custom.{colour}", "empty")) == "Asha Bilal"


@pytest.mark.parametrize(
    ("rule", "field", "sentence"),
    [
        ({"all": []}, "rule", "at least one row"),
        ({"all": [row("shoe", "is", 1)]}, "rule", "no “shoe”"),
        ({"all": [row("city; drop table customers", "one_of", ["x"])]}, "rule", "no “city; drop"),
        ({"all": [row("city", "like", "x")]}, "city", "can't be compared by “like”"),
        ({"all": [row("city", ["one_of"], "x")]}, "city", "can't be compared"),
        ({"all": [row("city", "one_of", "Pune")]}, "city", "choose at least one"),
        ({"all": [row("city", "one_of", [])]}, "city", "choose at least one"),
        ({"all": [row("city", "one_of", [1])]}, "city", "from the list"),
        ({"all": [row("status", "one_of", ["king"])]}, "status", "not there any more"),
        ({"all": [row("tag", "any_of", ["x' or 1=1"])]}, "tag", "a tag of this row is not there"),
        ({"all": [row("rep", "one_of", ["nobody"])]}, "rep", "a person of this row is not there"),
        ({"all": [row("order_count", "at_least", "many")]}, "order_count", "give a number"),
        ({"all": [row("order_count", "at_least", True)]}, "order_count", "give a number"),
        ({"all": [row("total_spent", "between", [5, 1])]}, "total_spent", "Turn them round"),
        ({"all": [row("total_spent", "between", 5)]}, "total_spent", "two numbers"),
        ({"all": [row("last_purchase_on", "within_days", 0)]}, "last_purchase_on", "whole number of days"),
        ({"all": [row("last_purchase_on", "within_days", 1.5)]}, "last_purchase_on", "whole number of days"),
        ({"all": [row("last_purchase_on", "since", "tomorrow")]}, "last_purchase_on", "give a day"),
        ({"all": [row("name", "contains", " ")]}, "name", "write what to look for"),
        ({"all": [row("name", "contains", "\x00")]}, "name", "write what to look for"),
        ({"all": [row("name", "contains", "\ud800")]}, "name", "write what to look for"),
        ({"all": [row("name", "contains", "x" * 10_000)]}, "name", "at most 200 characters"),
        ({"all": [row("city", "one_of", ["\ud800"])]}, "city", "from the list"),
        ({"all": [row("city", "one_of", ["x" * 10_000])]}, "city", "from the list"),
        ({"some": [row("city", "filled")]}, "rule", "all or any"),
        ({"all": "city"}, "rule", "a list"),
        ("city = 'Pune'", "rule", "A rule is"),
        ({"all": [{"all": [{"all": [{"all": [row("city", "filled")]}]}]}]}, "rule", "deep"),
        ({"all": [row("city", "filled")] * 31}, "rule", "30"),
        ({"all": [row("health", "one_of", ["red"])]}, "rule", "no “health”"),
    ],
)
def test_a_rule_that_can_not_be_names_its_row(shop, rule, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        segments.preview(shop, rule)
    assert refused.value.field == field


def test_every_field_can_be_compared_every_way(who):
    """No combination of field and operator breaks, whatever the shop holds."""
    with shop_session(who, alone=True, now=NOW) as shop:
        modules.switch(shop, modules.MODULES)
    with shop_session(keeper(people.find_shop(who.shop.slug)), alone=True, now=NOW) as shop:
        rep = str(people.add_member(shop, people.NewMember(f"r@{shop.shop.slug}", "Ravi", "staff", "a long password")))
        tag = str(tags.add(shop, customers.create(shop, {"name": "Asha"}), "VIP"))
        given = {
            "tag": [tag], "person": [rep], "text": "a", "number": 1, "money": 1, "day": "2026-01-01",
        }  # fmt: skip
        words = Vocabulary(shop)
        assert set(words.fields) == {field.key for field in FIELDS}
        for field in words.fields.values():
            for operator in OPERATORS[field.kind]:
                value = given.get(field.kind) or list(words.choices_of(field) or {"x": ""})[:1]
                value = 5 if operator.endswith("_days") else [1, 2] if operator == "between" else value
                found = segments.preview(shop, {"all": [row(field.key, operator, value)]})
                assert found.count in (0, 1)
                assert segments.told(shop, {"all": [row(field.key, operator, value)]}).startswith(field.label)


def test_a_rule_that_finds_nobody_or_everybody_says_so_kindly(shop, three):
    assert "Nobody matches" in segments.preview(shop, {"all": [row("order_count", "at_least", 99)]}).remark
    assert "leaves nobody out" in segments.preview(shop, {"all": [row("order_count", "at_least", 0)]}).remark
    assert segments.preview(shop, {"all": [row("city", "filled")]}).remark is None


@pytest.mark.parametrize("newest", [1, 3, 5, 6, 7, 1000])
def test_a_preview_counts_everybody_and_shows_the_newest_wherever_it_looks_first(shop, monkeypatch, newest):
    monkeypatch.setattr(keeping, "NEWEST", newest)
    cities = ["Pune", "Pune", "Mumbai", "Pune", "Mumbai", "Nashik"]
    known = [(customers.create(shop, {"name": f"Somebody of {city}", "city": city}), city) for city in cities]
    customers.hide(shop, known[-1][0])
    for city in {*cities, "Goa"}:
        matching = [customer_id for customer_id, theirs in known[:-1] if theirs == city]
        found = segments.preview(shop, {"all": [row("city", "one_of", [city])]}, most=2)
        assert (found.count, found.among) == (len(matching), 5)
        assert [one["id"] for one in found.examples] == matching[:-3:-1]


def test_a_segment_finds_who_fits_by_now_in_the_list_its_counts_and_exports(shop, three):
    rule = {"all": [row("city", "one_of", ["Pune"])]}
    pune = segments.create(shop, segments.NewSegment("From Pune", rule))
    assert segments.counts(shop, segments.all_of(shop)) == {pune: 1}
    customers.change(shop, three["Chitra"], {"city": "Pune"})
    assert segments.counts(shop, segments.all_of(shop)) == {pune: 2}
    filters = Filters(segment=pune)
    assert {one["name"] for one in customer_list.page_of(shop, filters).rows} == {"Asha Rao", "Chitra Iyer"}
    assert Filters.of_address(filters.address()) == filters
    assert len(shop.execute(exports.customers_table(shop, filters).query).all()) == 2
    everything = Period(date.min, date.max)
    bought = order_list.page_of(shop, everything, order_list.Filters(segment=pune))
    assert (bought.orders, {one["customer_id"] for one in bought.rows}) == (3, {three["Asha"]})
    customers.hide(shop, three["Asha"])
    assert segments.counts(shop, segments.all_of(shop)) == {pune: 1}


def test_a_list_is_filled_by_hand_and_never_by_a_rule(shop, three):
    fair = segments.create(shop, segments.NewSegment("Met at the fair"))
    assert segments.put_on(shop, fair, [three["Asha"], three["Bilal"]]) == 2
    assert segments.put_on(shop, fair, [three["Asha"]]) == 0
    assert segments.put_on(shop, fair, customer_list.ids(shop, Filters(kind="never"))) == 1
    assert segments.take_off(shop, fair, [three["Bilal"]]) == 1
    found = {one["name"] for one in customer_list.page_of(shop, Filters(segment=fair)).rows}
    assert found == {"Asha Rao", "Chitra Iyer"}
    rule = segments.create(shop, segments.NewSegment("Bought", {"all": [row("order_count", "at_least", 1)]}))
    with pytest.raises(BadInput, match="told by its rule"):
        segments.put_on(shop, rule, [three["Asha"]])
    with pytest.raises(BadInput, match="A list stays a list"):
        segments.change(shop, fair, segments.NewSegment("Fair", {"all": [row("city", "filled")]}))


def test_a_kept_rule_whose_tag_or_field_is_gone_says_so_and_a_merged_tag_carries_on(shop, three):
    vip, friends = tags.add(shop, three["Asha"], "VIP"), tags.add(shop, three["Bilal"], "Friends")
    tagged = segments.create(shop, segments.NewSegment("Tagged", {"all": [row("tag", "any_of", [str(vip)])]}))
    tags.merge(shop, vip, friends)
    assert segments.counts(shop, segments.all_of(shop)) == {tagged: 2}
    assert segments.told(shop, segments.get(shop, tagged)["rule"]) == "Tags any of Friends"
    tags.drop(shop, friends)
    assert segments.counts(shop, segments.all_of(shop)) == {tagged: None}
    assert "a tag of this row" in segments.faults(shop, segments.get(shop, tagged)["rule"])
    with pytest.raises(BadInput, match="“Tagged” can't be read any more"):
        customer_list.page_of(shop, Filters(segment=tagged))
    size = custom_fields.add(shop, "Size", "number")
    big = segments.create(shop, segments.NewSegment("Big", {"all": [row(f"custom.{size}", "at_least", 44)]}))
    custom_fields.remove(shop, size)
    assert segments.counts(shop, [segments.get(shop, big)]) == {big: None}
    assert "no “size”" in segments.faults(shop, segments.get(shop, big)["rule"])


def test_names_are_once_and_somebody_elses_change_is_not_overwritten(shop):
    rule = {"all": [row("city", "filled")]}
    first = segments.create(shop, segments.NewSegment("Friends", rule))
    with pytest.raises(BadInput, match="already"):
        segments.create(shop, segments.NewSegment("friends", rule))
    with pytest.raises(BadInput, match="a name"):
        segments.create(shop, segments.NewSegment(" ", rule))
    segments.change(shop, first, segments.NewSegment("Close friends", rule, "Who I know"))
    with pytest.raises(Conflict):
        segments.change(shop, first, segments.NewSegment("Mine", rule), seen_at=NOW - timedelta(days=1))
    segments.remove(shop, first)
    with pytest.raises(NotFound):
        segments.get(shop, first)


def test_staff_use_segments_of_their_own_customers_and_managers_make_them(new_shop, join):
    where = new_shop()
    staff, manager = join(STAFF, shop=where), join(MANAGER, shop=where)
    with shop_session(manager, writes=True) as shop:
        kept = segments.create(shop, segments.NewSegment("All", {"all": [row("order_count", "at_least", 0)]}))
        customers.create(shop, {"name": "Asha"})
    with shop_session(staff, writes=True) as shop:
        assert segments.counts(shop, segments.all_of(shop)) == {kept: 1}
        with pytest.raises(NotAllowed):
            segments.remove(shop, kept)
    with shop_session(keeper(new_shop()), writes=True) as other:
        assert segments.all_of(other) == []
        with pytest.raises(NotFound):
            segments.condition(other, kept)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(kind="repeat"), Filters(kind="one-time"), Filters(kind="never"), Filters(kind="customers"),
        Filters(city="Pune"), Filters(source="Fair"), Filters(status="lead"), Filters(tag="vip"), Filters(rep=NOBODY),
        Filters(within=30), Filters(lapsed=90), Filters(new_from=NOW.date() - timedelta(days=250)),
        Filters(new_to=NOW.date() - timedelta(days=250)), Filters(second_to=NOW.date()), Filters(follow_up="none"),
        Filters(follow_up="planned"), Filters(kind="repeat", city="Pune", within=30),
    ],
)  # fmt: skip
def test_a_filter_kept_as_a_segment_lists_the_same_people(shop, three, filters):
    tags.add(shop, three["Asha"], "VIP")
    follow_ups.create(shop, follow_ups.NewFollowUp("Call", shop.today, three["Bilal"]))
    kept = segments.create(shop, segments.NewSegment("Kept", rule_of(shop, filters)))
    found = set(shop.execute(segments.customer_ids(shop, kept)).scalars())
    assert found == set(shop.execute(customer_list.ids(shop, filters)).scalars())


@pytest.mark.parametrize("filters", [Filters(), Filters(q="asha"), Filters(kind="hidden"), Filters(follow_up="due")])
def test_a_filter_that_no_rule_says_is_told_so(shop, filters):
    with pytest.raises(BadInput):
        rule_of(shop, filters)


def test_a_message_to_a_segment_skips_who_declined_and_goes_once_a_day(shop, three):
    consent.record(shop, three["Asha"], "whatsapp", "marketing", "declined", "said so")
    consent.record(shop, three["Asha"], "sms", "marketing", "declined", "said so")
    everybody = segments.create(shop, segments.NewSegment("All", {"all": [row("order_count", "at_least", 0)]}))
    done = sending.prepare(shop, everybody, "offer", {"offer": "10 % off"})
    reached = [one for one in (three["Bilal"],) if one not in done.refused]
    assert len(done.message_ids) == len(reached)
    assert three["Asha"] in done.refused and three["Chitra"] in done.refused
    again = sending.prepare(shop, everybody, "offer", {"offer": "10 % off"})
    assert (again.message_ids, again.already) == ([], len(reached))


# Groups by recency, frequency and money


@pytest.mark.parametrize(
    ("bought", "group"),
    [
        ([], "never"),
        ([(10, 100)], "new"),
        ([(10, 5000)], "big"),
        ([(200, 100), (10, 100)], "returning"),
        ([(200, 100), (100, 100), (50, 100), (10, 100)], "loyal"),
        ([(200, 2000), (100, 2000), (50, 2000), (10, 2000)], "best"),
        ([(90, 100)], "cooling"),
        ([(89, 100)], "new"),
        ([(120, 5000)], "at_risk"),
        ([(180, 100)], "drifting"),
        ([(190, 5000)], "win_back"),
        ([(360, 5000)], "lost"),
    ],
)
def test_groups_go_by_days_purchases_and_money_against_the_shops_average(shop, bought, group):
    asha = customers.create(shop, {"name": "Asha"})
    # Nine others spent 1,000 each long ago.
    for number in range(9):
        other = customers.create(shop, {"name": f"Other {number}"})
        at = NOW - timedelta(days=500)
        orders.record(shop, orders.NewOrder(amount=Decimal(1000), customer_id=other, ordered_at=at))
    for days, amount in bought:
        at = NOW - timedelta(days=days)
        orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=asha, ordered_at=at))
    found = [one for one in segments.GROUPS if names_of(shop, one) == ["Asha"]]
    assert found == [group]


def names_of(shop, group):
    rule = {"all": [row("group", "one_of", [group]), row("name", "is", "Asha")]}
    return [one["name"] for one in segments.preview(shop, rule).examples]


def test_a_list_that_is_removed_while_it_is_filled_takes_nobody_down_with_it(new_shop):
    who = keeper(new_shop())
    for nth in range(4):
        with shop_session(who, writes=True) as shop:
            asha = customers.create(shop, {"name": "Asha"})
            segment = segments.create(shop, segments.NewSegment(f"List {nth}"))
        start = Barrier(2)

        def press(what, start=start):
            start.wait()
            try:
                with shop_session(who, writes=True) as shop:
                    what(shop)
            except NotFound:
                return "gone"
            return "done"

        presses = (
            lambda shop, one=segment: segments.remove(shop, one),
            lambda shop, one=segment, whom=asha: segments.put_on(shop, one, [whom]),
        )
        with ThreadPoolExecutor(2) as pool:
            removed, put_on = pool.map(press, presses)
        assert removed == "done" and put_on in ("done", "gone")
        with shop_session(who) as shop:
            assert segments.all_of(shop) == []
