from datetime import date, time, timedelta

import pytest
from conftest import NOW
from sqlalchemy import create_engine, event, insert, text
from sqlalchemy.pool import NullPool

from crmcore import customers, follow_ups, my_day, people
from crmcore.database import server
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import Conflict, NotAllowed, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.models import FollowUp
from crmcore.my_day import WHOLE_TEAM, WorkItem
from crmcore.my_day.item import Source

TODAY = date(2026, 11, 20)


@pytest.fixture
def meera(join):
    return join("manager", name="Meera Joshi")


@pytest.fixture
def ravi(join, meera):
    return join("staff", meera.shop, "Ravi Kale")


@pytest.fixture
def at():
    """Opens the gate for somebody on 20 November: with at(ravi) as shop, at(ravi, days=1)."""
    return lambda who, **later: shop_session(who, writes=True, now=NOW + timedelta(**later))


@pytest.fixture
def plan(at):
    """Plans something for some days after 20 November, long before: plan(meera, "Call", 2, for_=ravi)."""

    def write(who, about, in_days, *, for_=None, written=-60, **more):
        with at(who, days=written) as shop:
            due_on = TODAY + timedelta(days=in_days)
            more = {"assigned_to": for_ and for_.staff_id, **more}
            return follow_ups.create(shop, NewFollowUp(about, due_on, **more))

    return write


def titles(part):
    return [item.title for item in part.items]


def test_what_is_late_due_today_and_due_this_week_in_the_order_to_do_it(meera, ravi, plan, at):
    for about, in_days, at_time in (
        ("tomorrow", 1, None),
        ("in 7 days", 7, None),
        ("in 8 days", 8, None),
        ("today, any time", 0, None),
        ("today at 5", 0, time(17)),
        ("today at 9", 0, time(9)),
        ("yesterday", -1, None),
        ("last week", -7, time(10)),
    ):
        plan(meera, about, in_days, for_=ravi, due_time=at_time)
    with at(ravi) as shop:
        day = my_day.of(shop, ravi.staff_id)
        assert titles(day.late) == ["last week", "yesterday"]
        assert titles(day.today) == ["today at 9", "today at 5", "today, any time"]
        assert titles(day.coming) == ["tomorrow", "in 7 days"]
        assert day.next.title == "last week"
        assert my_day.due(shop) == 5
    with at(ravi, days=8) as shop:
        assert [part.total for part in my_day.of(shop, ravi.staff_id).__dict__.values()] == [7, 1, 0, 0]


def test_everybody_sees_their_own_and_what_is_for_whoever_comes_first(meera, ravi, join, plan, at):
    sunil = join("staff", meera.shop, "Sunil")
    plan(meera, "Ravi's", 0, for_=ravi)
    plan(meera, "Sunil's", 0, for_=sunil)
    plan(meera, "anybody's", 0)
    with at(ravi) as shop:
        assert titles(my_day.of(shop, ravi.staff_id).today) == ["Ravi's", "anybody's"]
        assert my_day.due(shop) == 2
        for others in (sunil.staff_id, WHOLE_TEAM):
            with pytest.raises(NotAllowed):
                my_day.of(shop, others)
    with at(meera) as shop:
        assert titles(my_day.of(shop, meera.staff_id).today) == ["anybody's"]
        assert titles(my_day.of(shop, sunil.staff_id).today) == ["Sunil's", "anybody's"]
        whole = my_day.of(shop, WHOLE_TEAM).today.items
        assert [(item.title, item.assignee) for item in whole] == [
            ("Ravi's", "Ravi Kale"),
            ("Sunil's", "Sunil"),
            ("anybody's", None),
        ]


def test_an_item_tells_who_to_call(meera, ravi, plan, at):
    with at(meera) as shop:
        asha = customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})
        shop_of_bilal = customers.create(shop, {"company_name": "Bilal & Sons", "phone": "98811 20457"})
        nameless = customers.create(shop, {"phone": "98811 20458"})
    for customer_id in (asha, shop_of_bilal, nameless):
        plan(meera, "Call", 0, for_=ravi, customer_id=customer_id)
    with at(ravi) as shop:
        items = my_day.of(shop, ravi.staff_id).today.items
    assert [(item.customer_id, item.customer_name, item.phone) for item in items] == [
        (asha, "Asha Patil", "+919881120456"),
        (shop_of_bilal, "Bilal & Sons", "+919881120457"),
        (nameless, None, "+919881120458"),
    ]


def test_done_in_one_press_and_undone_in_another(meera, ravi, plan, at):
    plan(meera, "Call", 0, for_=ravi)
    with at(ravi) as shop:
        item = my_day.of(shop, ravi.staff_id).next
        my_day.done(shop, item.key)
        day = my_day.of(shop, ravi.staff_id)
        assert (day.today.total, titles(day.done), day.next, day.is_empty) == (0, ["Call"], None, False)
        my_day.reopen(shop, item.key)
        assert my_day.of(shop, ravi.staff_id).next.key == item.key
    with at(ravi, days=1) as shop:
        assert my_day.of(shop, ravi.staff_id).done.total == 0


def test_put_off_given_on_and_dropped_in_one_press_each(meera, ravi, plan, at):
    for about in ("move", "give", "drop"):
        plan(meera, about, 0, for_=ravi)
    with at(ravi) as shop:
        move, give, drop = my_day.of(shop, ravi.staff_id).today.items
        assert move.actions == {"done", "move", "reassign", "change", "drop"}
        my_day.move(shop, move.key, TODAY + timedelta(days=3))
        my_day.reassign(shop, give.key, meera.staff_id)
        my_day.drop(shop, drop.key)
        day = my_day.of(shop, ravi.staff_id)
        assert (titles(day.today), titles(day.coming), day.done.total) == ([], ["move"], 0)
    with at(meera) as shop:
        assert titles(my_day.of(shop, meera.staff_id).today) == ["give"]


def test_what_is_not_theirs_can_be_done_and_not_put_off(meera, ravi, plan, at, join):
    sunil = join("staff", meera.shop, "Sunil")
    plan(meera, "Sunil's", 0, for_=sunil)
    with at(meera) as shop:
        (item,) = my_day.of(shop, sunil.staff_id).today.items
    with at(ravi) as shop:
        with pytest.raises(NotAllowed):
            my_day.move(shop, item.key, TODAY)
        my_day.done(shop, item.key)
    with at(sunil) as shop, pytest.raises(Conflict, match="Ravi Kale did this already"):
        my_day.done(shop, item.key)


@pytest.mark.parametrize("key", ["wish:01900000-0000-7000-8000-000000000001", "follow-up:nothing", "", "follow-up"])
def test_a_key_that_names_nothing_is_not_found(shop, key):
    for act in (my_day.done, my_day.drop, my_day.reopen):
        with pytest.raises(NotFound):
            act(shop, key)


def test_work_for_a_hidden_customer_waits_until_they_are_back(meera, ravi, plan, at):
    with at(meera) as shop:
        asha = customers.create(shop, {"name": "Asha"})
    plan(meera, "Call", 0, customer_id=asha, written=0)
    with shop_session(meera, alone=True, now=NOW) as shop:
        customers.hide(shop, asha)
    with at(ravi) as shop:
        assert (my_day.due(shop), my_day.of(shop, ravi.staff_id).is_empty) == (0, True)
    with shop_session(meera, alone=True, now=NOW) as shop:
        customers.unhide(shop, asha)
    with at(ravi) as shop:
        assert my_day.due(shop) == 1


def test_a_long_list_is_shown_in_part_and_counted_whole(meera, ravi, at):
    with at(meera) as shop:
        for number in range(30):
            follow_ups.create(
                shop, NewFollowUp(f"Call {number}", TODAY, assigned_to=(number % 2 and ravi.staff_id) or None)
            )
    with at(ravi) as shop:
        day = my_day.of(shop, ravi.staff_id, shown=25)
        assert (len(day.today.items), day.today.total) == (25, 30)
        assert len({item.key for item in day.today.items}) == 25
        assert len(my_day.of(shop, ravi.staff_id, shown=50).today.items) == 30


def test_a_list_reads_the_beginning_of_one_index(meera, ravi, at):
    """However many are open: no part of the list is sorted, and none is read to its end."""
    with at(meera) as shop:
        plan = [
            {
                "shop_id": shop.id,
                "id": new_id(),
                "about": "Call",
                "due_on": TODAY - timedelta(days=number % 90),
                "assigned_to": (ravi.staff_id, meera.staff_id, None)[number % 3],
            }
            for number in range(3000)
        ]
        shop.execute(insert(FollowUp), plan)
    with create_engine(server.owner_url(), poolclass=NullPool).connect() as owner:
        owner.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze follow_ups"))
    read = {}
    for who, staff_id in ((ravi, ravi.staff_id), (meera, None)):
        with shop_session(who, now=NOW) as shop:
            asked = []
            event.listen(shop.connection, "before_cursor_execute", lambda *call, asked=asked: asked.append(call[2:4]))
            my_day.of(shop, staff_id)
            statement, values = asked[0]
            for way in ("sort", "hashjoin", "mergejoin", "seqscan", "bitmapscan"):  # cheap in a small table
                shop.connection.exec_driver_sql(f"set local enable_{way} = off")
            cursor = shop.connection.connection.driver_connection.cursor()
            ((plan,),) = cursor.execute(f"explain (analyze, format json) {statement}", values)
            read[staff_id] = scans(plan[0]["Plan"])
    assert read[ravi.staff_id].keys() == {"follow_ups_open", "follow_ups_open_of_nobody"}
    assert read[None].keys() == {"follow_ups_open_by_day"}
    assert max(max(rows.values()) for rows in read.values()) == 25


def scans(plan):
    """How many rows were read of follow_ups, by the index they were read from; None for the whole table."""
    own = {}
    if plan.get("Relation Name") == "follow_ups" and plan["Actual Rows"]:
        own = {plan.get("Index Name"): round(plan["Actual Rows"])}
    return {**own, **{name: rows for part in plan.get("Plans", []) for name, rows in scans(part).items()}}


def test_a_list_shows_nothing_of_another_shop(ravi, join, plan, at):
    other = join("owner")
    plan(other, "theirs", 0)
    with at(ravi) as shop:
        assert my_day.of(shop, ravi.staff_id).is_empty


def test_the_list_of_somebody_switched_off_stays_for_managers_to_share_out(meera, ravi, plan, at):
    plan(meera, "Call", 0, for_=ravi)
    with at(keeper(meera.shop)) as shop:
        people.change_member(
            shop, ravi.staff_id, name="Ravi Kale", role="staff", sells=False, medical=False, is_active=False
        )
    with at(meera) as shop:
        (item,) = my_day.of(shop, WHOLE_TEAM).today.items
        my_day.reassign(shop, item.key, None)
        assert titles(my_day.of(shop, meera.staff_id).today) == ["Call"]


def test_another_part_brings_its_items_through_one_interface(meera, ravi, plan, at, monkeypatch):
    """As refills do, and deals will: items among the others, and only the actions they offer."""
    called = []
    deal = WorkItem("deal:01900000-0000-7000-8000-000000000001", "deal", "Offer runs out", TODAY, time(12))
    source = Source(
        "deal",
        items=lambda shop, wanted: [deal] if wanted.since <= TODAY <= wanted.until else [],
        count=lambda shop, wanted: 1,
        done_on=lambda shop, staff_id, day, most: [],
        done=lambda shop, row_id: called.append(row_id),
    )
    monkeypatch.setattr(my_day, "SOURCES", (*my_day.SOURCES, source))
    plan(meera, "Call at 9", 0, for_=ravi, due_time=time(9))
    plan(meera, "Call", 0, for_=ravi)
    with at(ravi) as shop:
        assert titles(my_day.of(shop, ravi.staff_id).today) == ["Call at 9", "Offer runs out", "Call"]
        assert my_day.due(shop) == 3
        my_day.done(shop, deal.key)
        with pytest.raises(NotFound):
            my_day.move(shop, deal.key, TODAY)
    assert [str(one) for one in called] == ["01900000-0000-7000-8000-000000000001"]
