"""Sharing contacts out: counts differ by one at most, or loads are levelled; two managers at once; who has how much."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import NOW
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import insert, select

from crmcore import contacts, follow_ups, interactions, notifications, people
from crmcore.contacts import Filters, NewContact, assigning
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput
from crmcore.interactions import NewInteraction
from crmcore.lists import NOBODY
from crmcore.models import Activity, Contact


@pytest.fixture
def team(join):
    """A manager and three staff of one shop, with the names Asha, Bilal and Chitra."""
    manager = join("manager", name="Meera")
    return manager, *(join("staff", manager.shop, name) for name in ("Asha", "Bilal", "Chitra"))


def on_file(shop, how_many, first=0, **fields):
    """So many pending contacts that nobody has."""
    rows = [
        {
            "shop_id": shop.id, "id": new_id(), "phone": f"+9198{nth:08}", "phone_kind": "mobile",
            "uploaded_on": shop.today, **fields,
        }
        for nth in range(first, first + how_many)
    ]  # fmt: skip
    shop.execute(insert(Contact), rows)
    return [row["id"] for row in rows]


def held(shop):
    """How many contacts each person has."""
    query = select(Contact.assigned_to).where(Contact.shop_id == shop.id, Contact.assigned_to.is_not(None))
    return Counter(shop.execute(query).scalars())


@pytest.mark.parametrize("how_many", [1, 2, 3, 100, 301])
def test_shared_out_counts_differ_by_one_at_most(team, how_many):
    manager, *staff = team
    among = [one.staff_id for one in staff]
    with shop_session(manager, alone=True, now=NOW) as shop:
        on_file(shop, how_many)
        shares = contacts.share_out(shop, contacts.ids(shop, Filters(assigned=NOBODY)), among)
        assert [share.name for share in shares] == ["Asha", "Bilal", "Chitra"]
        assert sum(share.given for share in shares) == how_many
        assert max(share.given for share in shares) - min(share.given for share in shares) <= 1
        assert held(shop) == {share.staff_id: share.given for share in shares if share.given}


def test_the_same_sharing_comes_out_the_same_and_who_has_fewer_gets_the_one_more(team):
    manager, asha, bilal, _ = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        contacts.give(shop, on_file(shop, 2), asha.staff_id)
        ids = on_file(shop, 5, first=10)
        among = [asha.staff_id, bilal.staff_id]
        shares = contacts.share_out(shop, ids, among)
        assert [(share.given, share.open_now) for share in shares] == [(2, 4), (3, 3)]
        before = dict(shop.execute(select(Contact.id, Contact.assigned_to).where(Contact.shop_id == shop.id)).all())
        contacts.give(shop, ids, None)
        contacts.share_out(shop, reversed(ids), reversed(among))
        after = dict(shop.execute(select(Contact.id, Contact.assigned_to).where(Contact.shop_id == shop.id)).all())
        assert before == after


def test_balanced_levels_what_everybody_has_open(team):
    manager, asha, bilal, chitra = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        contacts.give(shop, on_file(shop, 7), asha.staff_id)
        done = on_file(shop, 9, first=20)  # what is done is no load
        contacts.give(shop, done, chitra.staff_id)
        for one in done:
            contacts.did_not_buy(shop, one)
        among = [asha.staff_id, bilal.staff_id, chitra.staff_id]
        shares = contacts.share_out(shop, on_file(shop, 8, first=50), among, balanced=True)
        assert [(share.given, share.open_now) for share in shares] == [(0, 7), (4, 4), (4, 4)]


@settings(max_examples=200, deadline=None)
@given(loads=some.lists(some.integers(0, 50), min_size=1, max_size=6), how_many=some.integers(0, 80))
def test_balanced_raises_the_lowest_first(loads, how_many):
    people_there, ids = list(range(len(loads))), list(range(how_many))
    dealt = Counter(assigning._deal(ids, people_there, Counter(dict(enumerate(loads))), balanced=True).values())
    after = [load + dealt[one] for one, load in enumerate(loads)]
    assert sum(dealt.values()) == how_many
    got = [load for one, load in enumerate(after) if dealt[one]]
    assert not got or max(got) - min(after) <= 1


def test_what_is_taken_stays_unless_told_and_who_bought_stays_always(team):
    manager, asha, bilal, chitra = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        taken, free = on_file(shop, 3), on_file(shop, 3, first=10)
        contacts.give(shop, taken, asha.staff_id)
        everybody = contacts.ids(shop)
        contacts.share_out(shop, everybody, [bilal.staff_id])
        assert held(shop) == {asha.staff_id: 3, bilal.staff_id: 3}
        contacts.share_out(shop, everybody, [chitra.staff_id], taken_too=True)
        assert held(shop) == {chitra.staff_id: 6}
        assert contacts.count(shop, Filters(assigned=chitra.staff_id)) == len(taken + free)


def test_what_was_planned_goes_along_and_people_are_told(team):
    manager, asha, bilal, _ = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        (one,) = on_file(shop, 1)
        contacts.give(shop, [one], asha.staff_id)
        plan = follow_ups.NewFollowUp("Call again", shop.today, contact_id=one, assigned_to=asha.staff_id)
        task = follow_ups.create(shop, plan)
        assert contacts.give(shop, [one], bilal.staff_id) == 1
        assert contacts.give(shop, [one], bilal.staff_id) == 0
        assert follow_ups.get(shop, task)["assigned_to"] == bilal.staff_id
        lines = select(Activity.what).where(Activity.shop_id == shop.id, Activity.subject_id == one)
        assert shop.execute(lines.order_by(Activity.id)).scalars().all() == ["contact given", "contact given"]
    with shop_session(bilal, now=NOW) as shop:
        assert [row["body"] for row in notifications.newest(shop)] == ["A contact is yours to call."]


def test_the_next_so_many(team):
    manager, asha, *_ = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        ids = on_file(shop, 5)
        assert contacts.give_next(shop, asha.staff_id, 2) == 2
        assert contacts.next_of(shop, asha.staff_id) == ids[0]
        assert contacts.next_of(shop, asha.staff_id, after=ids[0]) == ids[1]
        assert contacts.next_of(shop, asha.staff_id, after=ids[1]) == ids[0]
        assert contacts.give_next(shop, asha.staff_id, 50) == 3
        assert contacts.open_of(shop, asha.staff_id) == 5
        with pytest.raises(BadInput, match="between 1 and"):
            contacts.give_next(shop, asha.staff_id, 0)


def test_two_managers_who_share_out_at_once_take_turns(team, join):
    manager, asha, bilal, _ = team
    other = join("manager", manager.shop)
    with shop_session(manager, alone=True) as shop:
        on_file(shop, 40)

    def share(who, to):
        with shop_session(who, alone=True) as shop:
            free = contacts.ids(shop, Filters(assigned=NOBODY))
            return sum(one.given for one in contacts.share_out(shop, free, [to.staff_id]))

    with ThreadPoolExecutor(2) as both:
        given_out = [job.result() for job in (both.submit(share, manager, asha), both.submit(share, other, bilal))]
    assert sorted(given_out) == [0, 40]
    with shop_session(manager) as shop:
        assert sum(held(shop).values()) == 40


def test_nobody_and_people_who_left_get_nothing(team):
    manager, asha, *_ = team
    with shop_session(manager, alone=True) as shop:
        with pytest.raises(BadInput, match="at least one person"):
            contacts.share_out(shop, contacts.ids(shop), [])
        with pytest.raises(BadInput, match="not in your team"):
            contacts.share_out(shop, contacts.ids(shop), [new_id()])
    with shop_session(keeper(manager.shop), alone=True) as shop:
        left = {"name": "Asha", "role": "staff", "sells": False, "medical": False, "is_active": False}
        people.change_member(shop, asha.staff_id, **left)
        with pytest.raises(BadInput, match="switched off"):
            contacts.give_next(shop, asha.staff_id, 1)


def test_who_has_how_much(team):
    manager, asha, bilal, _ = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        contacts.give(shop, on_file(shop, 3), asha.staff_id)
        contacts.give(shop, on_file(shop, 1, first=10), bilal.staff_id)
        on_file(shop, 2, first=20)
        one = contacts.next_of(shop, asha.staff_id)
        interactions.record(shop, NewInteraction("call", contact_id=one, handled_by=asha.staff_id))
        shown = ("pending", "contacted", "yellow", "converted", "touches")
        load = {row["name"]: tuple(row[key] for key in shown) for row in contacts.workload(shop)}
        assert load == {
            "Asha": (2, 1, 0, 0, 1),
            "Bilal": (1, 0, 0, 0, 0),
            "Chitra": (0, 0, 0, 0, 0),
            "Meera": (0, 0, 0, 0, 0),
            None: (2, 0, 0, 0, 0),
        }


def test_filters_hold_together_and_read_back_from_the_address(team):
    manager, asha, *_ = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        one = contacts.record(shop, NewContact("98811 20456 / 98220 99912", name="Asha Rao"))
        interactions.record(shop, NewInteraction("call", contact_id=one))
        (other,) = on_file(shop, 1, whatsapp="active", name="Bilal")
        contacts.give(shop, [other], asha.staff_id)
        found = {
            "rao": Filters(q="rao"), "20456": Filters(q="20456"), "beside": Filters(q="098220 999"),
            "status": Filters(status="contacted"),
            "mine": Filters(assigned=manager.staff_id), "week": Filters(touched="week"),
        }  # fmt: skip
        for filters in found.values():
            assert [row["id"] for row in contacts.page_of(shop, filters).rows] == [one], filters
            assert Filters.of_address(filters.address()) == filters
        for filters in (Filters(whatsapp="active"), Filters(touched="never"), Filters(assigned=asha.staff_id)):
            assert [row["id"] for row in contacts.page_of(shop, filters).rows] == [other], filters
        assert contacts.page_of(shop, Filters(status="pending", touched="week")).total == 0
        assert contacts.page_of(shop, Filters(status="open"), "-touched").total == 2
        assert Filters.of_address({"status": "blue", "assigned": "x", "upload": "1", "touched": ""}) == Filters()
        for sort in contacts.listing.SORTS:
            assert contacts.page_of(shop, Filters(), f"-{sort}").total == 2


def test_those_who_visited_and_did_not_buy_are_nobodys_load(team):
    manager, asha, bilal, chitra = team
    with shop_session(manager, alone=True, now=NOW) as shop:
        came = on_file(shop, 4, status="yellow", did_not_buy_on=shop.today, assigned_to=asha.staff_id)
        ids = [*came, *on_file(shop, 2, first=10, assigned_to=chitra.staff_id)]
        contacts.give(shop, on_file(shop, 2, first=20), asha.staff_id)
        for balanced in (True, False):
            shares = contacts.share_out(
                shop, ids, [asha.staff_id, bilal.staff_id], balanced=balanced, taken_too=True
            )
            have = {row["staff_id"]: row["pending"] + row["contacted"] for row in contacts.workload(shop)}
            assert [one.open_now for one in shares] == [have[asha.staff_id], have[bilal.staff_id]]
            assert abs(shares[0].given - shares[1].given) <= (2 if balanced else 0)
