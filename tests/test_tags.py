from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from crmcore import customers, leads, pipeline, tags
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound
from crmcore.models import Activity, Tag


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha"})


def names(rows):
    return [row["name"] for row in rows]


def lines(shop, customer_id):
    query = select(Activity.what, Activity.detail).where(Activity.customer_id == customer_id).order_by(Activity.id)
    return [(what, detail.get("tag")) for what, detail in shop.execute(query)][1:]


def test_a_tag_is_put_on_and_taken_off_and_both_stand_on_the_timeline(shop, asha):
    vip = tags.add(shop, asha, " VIP ")
    tags.add(shop, asha, "diabetes care")
    assert names(tags.of_customer(shop, asha)) == ["diabetes care", "VIP"]
    tags.remove(shop, asha, vip)
    assert names(tags.of_customer(shop, asha)) == ["diabetes care"]
    assert lines(shop, asha) == [("tag added", "VIP"), ("tag added", "diabetes care"), ("tag removed", "VIP")]


def test_the_same_tag_in_capitals_is_one_tag_and_twice_on_a_customer_is_once(shop, asha):
    assert tags.add(shop, asha, "VIP") == tags.add(shop, asha, "vip")
    assert names(tags.of_customer(shop, asha)) == ["VIP"]
    assert shop.scalar(select(func.count()).select_from(Tag).where(Tag.shop_id == shop.id)) == 1
    assert len(lines(shop, asha)) == 1


def test_two_people_making_the_same_tag_at_once_make_one(who):
    with shop_session(who, writes=True) as shop:
        people = [customers.create(shop, {"name": f"Customer {number}"}) for number in range(6)]
    together = Barrier(6)

    def put_on(customer_id, case):
        for round in range(5):
            together.wait(60)
            with shop_session(who, writes=True) as shop:
                tags.add(shop, customer_id, case(f"Vip {round}"))

    with ThreadPoolExecutor(6) as at_once:
        list(at_once.map(put_on, people, [str.upper, str.lower, str.title] * 2))
    with shop_session(who) as shop:
        assert sorted(name.lower() for name in names(tags.all_tags(shop))) == [f"vip {round}" for round in range(5)]
        assert all(len(tags.of_customer(shop, customer_id)) == 5 for customer_id in people)


def test_taking_off_what_is_not_there_does_nothing(shop, asha):
    vip = tags.add(shop, customers.create(shop, {"name": "Bilal"}), "VIP")
    tags.remove(shop, asha, vip)
    assert lines(shop, asha) == []


@pytest.mark.parametrize(("typed", "sentence"), [("", "first"), ("  ", "first"), ("x" * 61, "60")])
def test_a_tag_has_a_name_of_sensible_length(shop, asha, typed, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        tags.add(shop, asha, typed)
    assert refused.value.field == "tag"


def test_a_customer_of_another_shop_can_not_be_tagged(asha, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other, pytest.raises(NotFound):
        tags.add(other, asha, "VIP")


# The shop's tags as a whole


def usage(shop):
    return {row["name"]: (row["category"], row["colour"], row["customers"]) for row in tags.with_usage(shop)}


def test_a_tag_has_a_group_a_colour_and_is_counted_on_who_is_not_hidden(shop, asha):
    vip = tags.create(shop, "VIP", category="Worth", colour="green")
    bilal = customers.create(shop, {"name": "Bilal"})
    for who in (asha, bilal):
        tags.add(shop, who, "vip")
    tags.add(shop, bilal, "Architect")
    assert usage(shop) == {"VIP": ("Worth", "green", 2), "Architect": (None, None, 1)}
    customers.hide(shop, bilal)
    assert usage(shop) == {"VIP": ("Worth", "green", 1), "Architect": (None, None, 0)}
    tags.change(shop, vip, name="Best friends", category="Heart", colour="red")
    assert names(tags.of_customer(shop, asha)) == ["Best friends"]
    assert usage(shop)["Best friends"] == ("Heart", "red", 1)


def test_merging_makes_one_tag_of_two_and_nobody_carries_it_twice(shop, asha):
    vip = tags.add(shop, asha, "VIP")
    tags.add(shop, asha, "Very important")
    bilal = customers.create(shop, {"name": "Bilal"})
    important = tags.add(shop, bilal, "Very important")
    tags.merge(shop, important, vip)
    assert usage(shop) == {"VIP": (None, None, 2)}
    assert names(tags.of_customer(shop, bilal)) == ["VIP"]
    with pytest.raises(NotFound):
        tags.merge(shop, important, vip)
    with pytest.raises(BadInput, match="another tag"):
        tags.merge(shop, vip, vip)


def test_a_removed_tag_is_off_everybody(shop, asha):
    tags.drop(shop, tags.add(shop, asha, "VIP"))
    assert usage(shop) == {} == {row["name"]: 1 for row in tags.of_customer(shop, asha)}


def test_what_a_tag_can_not_be_is_said(shop, asha):
    tags.add(shop, asha, "VIP")
    other = tags.create(shop, "Architect")
    for refused, given in (
        ("name", {"name": "vip"}),
        ("name", {"name": " "}),
        ("colour", {"name": "x", "colour": "#f00"}),
    ):
        with pytest.raises(BadInput) as said:
            tags.change(shop, other, **given)
        assert said.value.field == refused
    with pytest.raises(BadInput, match="already"):
        tags.create(shop, "architect")


def test_staff_put_tags_on_and_only_managers_rename_them(new_shop, join):
    who = new_shop()
    staff = join("staff", shop=who)
    with shop_session(staff, alone=True) as shop:
        tag = tags.add(shop, customers.create(shop, {"name": "Asha"}), "VIP")
        for forbidden in (lambda: tags.change(shop, tag, name="x"), lambda: tags.drop(shop, tag)):
            with pytest.raises(NotAllowed):
                forbidden()


# Leads and deals carry tags too


def test_leads_and_deals_carry_tags_by_the_same_door(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True) as shop:
        lead = leads.record(shop, leads.NewLead("Dev Shah"))
        deal = pipeline.create(shop, pipeline.NewOpportunity("Ten sofas"))
        vip = tags.put_on(shop, tags.LEAD, lead, "VIP")
        assert tags.put_on(shop, tags.OPPORTUNITY, deal, "vip") == vip
        big = tags.put_on(shop, tags.OPPORTUNITY, deal, "Big")
        assert names(tags.of(shop, tags.LEAD, lead)) == ["VIP"]
        assert [(row["leads"], row["opportunities"]) for row in tags.with_usage(shop)] == [(0, 1), (1, 1)]
        tags.merge(shop, big, vip)
        tags.take_off(shop, tags.LEAD, lead, vip)
        assert [(row["name"], row["leads"], row["opportunities"]) for row in tags.with_usage(shop)] == [("VIP", 0, 1)]
        for subject, where in ((tags.LEAD, deal), (tags.OPPORTUNITY, lead), ("visit", lead)):
            with pytest.raises((BadInput, NotFound)):
                tags.put_on(shop, subject, where, "VIP")


def test_of_several_who_make_one_tag_at_once_the_slower_are_told(new_shop):
    who, start = keeper(new_shop()), Barrier(4)

    def make(name):
        start.wait()
        try:
            with shop_session(who, writes=True) as shop:
                return bool(tags.create(shop, name))
        except BadInput as refused:
            return refused.field

    with ThreadPoolExecutor(4) as pool:
        assert sorted(map(str, pool.map(make, ("VIP", "vip", "Vip", "VIp")))) == ["True", "name", "name", "name"]
