from datetime import date, time, timedelta

import pytest
from conftest import NOW
from sqlalchemy import select

from crmcore import customer_timeline, customers, follow_ups, notifications, people
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.models import Activity, FollowUp

TODAY = date(2026, 11, 20)
SUNDAY = date(2026, 11, 22)


@pytest.fixture
def meera(join):
    return join("owner", name="Meera Joshi")


@pytest.fixture
def ravi(join, meera):
    return join("staff", meera.shop, "Ravi Kale")


@pytest.fixture
def sunil(join, meera):
    return join("staff", meera.shop, "Sunil Rao")


@pytest.fixture
def at():
    """Opens the gate for somebody on 20 November: with at(ravi) as shop, at(ravi, hours=1)."""
    return lambda who, **later: shop_session(who, writes=True, now=NOW + timedelta(**later))


@pytest.fixture
def asha(meera, at):
    with at(meera) as shop:
        return customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})


def planned(shop, about="Call about the sofa", due_on=SUNDAY, **more):
    return follow_ups.create(shop, NewFollowUp(about, due_on, **more))


def lines(shop, follow_up_id):
    query = select(Activity.what).where(Activity.shop_id == shop.id, Activity.subject_id == follow_up_id)
    return list(shop.execute(query.order_by(Activity.id)).scalars())


def test_a_follow_up_says_what_for_whom_and_when(ravi, asha, at):
    with at(ravi) as shop:
        kept = planned(
            shop, "  Call about the sofa\n", customer_id=asha, assigned_to=ravi.staff_id, due_time=time(17, 30, 9)
        )
        row = follow_ups.get(shop, kept)
    assert (row["about"], row["due_on"], row["due_time"]) == ("Call about the sofa", SUNDAY, time(17, 30))
    assert (row["kind"], row["customer_id"], row["assignee"]) == ("follow-up", asha, "Ravi Kale")
    assert (row["closed_at"], row["created_by"], row["created_at"]) == (None, ravi.staff_id, NOW)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"due_on": None}, "due_on", "Choose the day"),
        ({"due_on": date(2026, 11, 19)}, "due_on", "19 November 2026 is past"),
        ({"due_on": date(2062, 1, 1)}, "due_on", "more than five years away"),
        ({"about": "  \n"}, "about", "Write what is to be done"),
        ({"about": "x" * 1001}, "about", "at most 1,000"),
        ({"kind": "wish"}, "kind", "“wish” is not a kind"),
        ({"assigned_to": new_id()}, "assigned_to", "not in your team"),
    ],
)
def test_what_can_not_be_planned_is_told_in_one_sentence(shop, wrong, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        planned(shop, **wrong)
    assert refused.value.field == field
    assert shop.execute(select(FollowUp.id).where(FollowUp.shop_id == shop.id)).all() == []


def test_today_is_the_shops_today(new_shop):
    """At 11:30 pm in Kolkata the 20th lasts another half hour; after that it is past, whatever UTC says."""
    who = keeper(new_shop())
    late = NOW.replace(hour=18, minute=0)
    with shop_session(who, writes=True, now=late) as shop:
        planned(shop, due_on=TODAY)
    with shop_session(who, writes=True, now=late + timedelta(hours=1)) as shop, pytest.raises(BadInput, match="past"):
        planned(shop, due_on=TODAY)


def test_nothing_is_given_to_people_switched_off_or_of_another_shop(meera, sunil, join, at):
    with at(meera) as shop:
        people.change_member(
            shop, sunil.staff_id, name="Sunil Rao", role="staff", sells=False, medical=False, is_active=False
        )
    with at(meera) as shop:
        for staff_id, sentence in ((sunil.staff_id, "switched off"), (join("owner").staff_id, "not in your team")):
            with pytest.raises(BadInput, match=sentence):
                planned(shop, assigned_to=staff_id)


def test_a_customer_must_be_on_file_and_not_hidden(meera, asha, at, new_shop):
    with shop_session(meera, alone=True, now=NOW) as shop:
        customers.hide(shop, asha)
        with pytest.raises(BadInput, match="hidden"):
            planned(shop, customer_id=asha)
    with shop_session(keeper(new_shop()), writes=True, now=NOW) as other, pytest.raises(NotFound):
        planned(other, customer_id=asha)


def test_everything_that_happens_to_it_stands_on_the_customers_timeline(meera, ravi, asha, at):
    with at(meera) as shop:
        kept = planned(shop, customer_id=asha)
    with at(meera, hours=1) as shop:
        follow_ups.reassign(shop, kept, ravi.staff_id)
    with at(ravi, hours=2) as shop:
        follow_ups.move(shop, kept, date(2026, 11, 25), time(10))
    with at(ravi, hours=3) as shop:
        follow_ups.change(shop, kept, about="Bring the samples")
    with at(ravi, hours=4) as shop:
        follow_ups.done(shop, kept)
    with at(meera, hours=5) as shop:
        follow_ups.reopen(shop, kept)
    with at(meera, hours=6) as shop:
        follow_ups.drop(shop, kept)
        told = customer_timeline.of_customer(shop, asha).lines
    assert [(line.title, line.by) for line in told[:-1]] == [
        ("Follow-up dropped", "Meera Joshi"),
        ("Follow-up reopened", "Meera Joshi"),
        ("Follow-up done", "Ravi Kale"),
        ("Follow-up changed", "Ravi Kale"),
        ("Follow-up moved", "Ravi Kale"),
        ("Follow-up given on", "Meera Joshi"),
        ("Follow-up planned", "Meera Joshi"),
    ]
    details = {line.title: line.details for line in told}
    assert details["Follow-up planned"] == ("Call about the sofa", "Due 22 Nov 2026")
    assert details["Follow-up given on"] == ("Call about the sofa", "For: anybody → Ravi Kale")
    assert details["Follow-up moved"] == (
        "Call about the sofa",
        "Due: 22 Nov 2026 → 25 Nov 2026",
        "Time: – → 10:00",
    )
    assert details["Follow-up changed"] == ("Bring the samples", "What: Call about the sofa → Bring the samples")
    assert {line.kind for line in told[:-1]} == {"follow-up"}


def test_what_changes_nothing_leaves_no_line(ravi, at):
    with at(ravi) as shop:
        kept = planned(shop, assigned_to=ravi.staff_id)
        follow_ups.move(shop, kept, SUNDAY)
        follow_ups.reassign(shop, kept, ravi.staff_id)
        follow_ups.change(shop, kept, about="Call about the sofa", due_on=SUNDAY)
        follow_ups.reopen(shop, kept)
        assert lines(shop, kept) == ["follow-up planned"]


def test_done_twice_by_one_person_is_done_once(ravi, at):
    with at(ravi) as shop:
        kept = planned(shop)
        follow_ups.done(shop, kept)
        follow_ups.done(shop, kept)
        assert lines(shop, kept) == ["follow-up planned", "follow-up done"]
        row = follow_ups.get(shop, kept)
    assert (row["closed_as"], row["closed_on"], row["closed_by"]) == ("done", TODAY, ravi.staff_id)


def test_done_by_somebody_else_meanwhile_says_by_whom(ravi, sunil, at):
    with at(ravi) as shop:
        kept = planned(shop)
        follow_ups.done(shop, kept)
    with at(sunil) as shop:
        with pytest.raises(Conflict, match="Ravi Kale did this already"):
            follow_ups.done(shop, kept)
        with pytest.raises(Conflict, match=r"Ravi Kale did this already\. Reopen it"):
            follow_ups.move(shop, kept, SUNDAY)
    with at(ravi) as shop, pytest.raises(Conflict, match="You did this already"):
        follow_ups.drop(shop, kept)


def test_a_visit_answers_what_is_open_and_leaves_what_was_done(ravi, sunil, asha, at):
    from crmcore.models import Visit

    with at(ravi) as shop:
        visit = Visit(
            shop_id=shop.id, id=new_id(), customer_id=asha, visited_at=NOW, visited_on=TODAY, handled_by=ravi.staff_id
        )
        row = {name: value for name, value in vars(visit).items() if not name.startswith("_")}
        shop.execute(Visit.__table__.insert().values(row))
        first, second = planned(shop, customer_id=asha), planned(shop, customer_id=asha)
        follow_ups.done(shop, first)
    with at(sunil) as shop:
        assert follow_ups.answer(shop, [first, second, second, new_id()], visit.id) == 1
        rows = {row["id"]: row for row in follow_ups.of_customer(shop, asha)}
    assert (rows[second]["answered_by_visit"], rows[second]["closer"]) == (visit.id, "Sunil Rao")
    assert (rows[first]["answered_by_visit"], rows[first]["closer"]) == (None, "Ravi Kale")


def test_staff_plan_their_own_and_managers_everybodys(meera, ravi, sunil, join, at):
    manager = join("manager", meera.shop, "Lata")
    with at(meera) as shop:
        ravis = planned(shop, assigned_to=ravi.staff_id)
    with at(sunil) as shop:
        for change in (
            lambda: follow_ups.move(shop, ravis, TODAY),
            lambda: follow_ups.reassign(shop, ravis, sunil.staff_id),
            lambda: follow_ups.change(shop, ravis, about="x"),
            lambda: follow_ups.drop(shop, ravis),
        ):
            with pytest.raises(NotAllowed, match="Ravi Kale"):
                change()
        wrote_it = planned(shop, assigned_to=ravi.staff_id)
        follow_ups.move(shop, wrote_it, TODAY)
        nobodys = planned(shop)
    with at(ravi) as shop:
        follow_ups.reassign(shop, nobodys, ravi.staff_id)
        follow_ups.reassign(shop, ravis, sunil.staff_id)
    with at(manager) as shop:
        follow_ups.reassign(shop, ravis, None)
        follow_ups.move(shop, ravis, TODAY)
    with at(sunil) as shop:
        follow_ups.done(shop, nobodys)  # whoever is there may do it
        assert follow_ups.get(shop, nobodys)["closer"] == "Sunil Rao"


def test_an_old_day_may_stay_when_something_else_changes(ravi, at):
    with at(ravi) as shop:
        kept = planned(shop, due_on=TODAY)
    with at(ravi, days=3) as shop:
        follow_ups.change(shop, kept, about="Call once more")
        with pytest.raises(BadInput, match="past"):
            follow_ups.move(shop, kept, date(2026, 11, 21))
        assert follow_ups.get(shop, kept)["due_on"] == TODAY


def test_the_next_one_of_a_customer_comes_first_and_closed_ones_last(ravi, asha, at):
    with at(ravi) as shop:
        later = planned(shop, "later", date(2026, 12, 1), customer_id=asha)
        no_time = planned(shop, "any time", customer_id=asha)
        early = planned(shop, "early", customer_id=asha, due_time=time(9))
        gone = planned(shop, "gone", TODAY, customer_id=asha)
        follow_ups.done(shop, gone)
        planned(shop, "no customer")
        assert [row["id"] for row in follow_ups.open_of_customer(shop, asha)] == [early, no_time, later]
        assert [row["id"] for row in follow_ups.of_customer(shop, asha)] == [early, no_time, later, gone]


def test_whoever_is_given_something_is_told_and_nobody_tells_themselves(meera, ravi, asha, at):
    with at(ravi) as shop:
        planned(shop, assigned_to=ravi.staff_id)
        assert notifications.unread(shop) == 0
    with at(meera) as shop:
        planned(shop, "Ask about the recliner", assigned_to=ravi.staff_id, customer_id=asha)
        nobodys = planned(shop, "Sort the samples")
        follow_ups.reassign(shop, nobodys, ravi.staff_id)
        assert notifications.unread(shop) == 0
    with at(ravi) as shop:
        assert notifications.unread(shop) == 2
        newest, first = notifications.newest(shop)
    assert (first["by"], first["customer_id"], first["what"]) == ("Meera Joshi", asha, "follow-up given")
    assert "Ask about the recliner" in first["body"]
    assert (newest["customer_id"], newest["subject_id"]) == (None, nobodys)


def test_a_follow_up_of_another_shop_is_not_there(ravi, at, new_shop):
    with at(ravi) as shop:
        kept = planned(shop)
    with shop_session(keeper(new_shop()), writes=True, now=NOW) as other:
        for act in (follow_ups.done, follow_ups.drop, follow_ups.reopen, follow_ups.get):
            with pytest.raises(NotFound):
                act(other, kept)
