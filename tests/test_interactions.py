"""Calls, messages, mails and meetings: written down, read back with visits, notes and tasks, changed, removed."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW
from sqlalchemy import func, insert, select

from crmcore import (
    attachments,
    customer_timeline,
    customers,
    follow_ups,
    interactions,
    leads,
    notes,
    people,
    pipeline,
    shop_settings,
)
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.interactions import NewInteraction
from crmcore.models import Customer, Interaction, Visit
from crmcore.pipeline import stages


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha"})


@pytest.fixture
def member(shop):
    """Adds a person to the team: member("Ravi Kale", role="staff") gives who they are, signed in."""

    def add(name="Ravi Kale", role="staff", **rights):
        new = people.NewMember(f"m-{new_id().hex[-12:]}", name, role, "a long password 9", **rights)
        return replace(shop.who, staff_id=people.add_member(shop, new), name=name, role=role)

    return add


@pytest.fixture
def as_person(shop, monkeypatch):
    """From here on the gate is somebody else's: as_person(who)."""

    def become(who):
        monkeypatch.setattr(shop, "who", who)

    return become


def a_call(customer_id, **more):
    return NewInteraction("call", customer_id, **more)


def test_a_call_is_written_down_with_everything_that_came_of_it(shop, asha, member, as_person):
    ravi = member()
    as_person(ravi)
    call = a_call(
        asha,
        direction="out",
        subject=" the teal sofa ",
        notes="Wants to bring her daughter.\nAsked about delivery.",
        outcome="Will come by",
        sentiment="positive",
        minutes=12,
        next_step="Keep the teal sofa",
        next_step_on=shop.today + timedelta(days=2),
    )
    row = interactions.get(shop, interactions.record(shop, call))
    assert (row["kind"], row["direction"], row["subject"]) == ("call", "out", "the teal sofa")
    assert (row["outcome"], row["sentiment"], row["minutes"]) == ("Will come by", "positive", 12)
    assert (row["handled_by"], row["created_by"]) == (ravi.staff_id, ravi.staff_id)
    assert (row["happened_at"], row["happened_on"]) == (NOW, shop.today)
    [step] = follow_ups.open_of_customer(shop, asha)
    assert (step["kind"], step["about"], step["interaction_id"]) == ("next step", "Keep the teal sofa", row["id"])
    assert (step["due_on"], step["assigned_to"]) == (shop.today + timedelta(days=2), ravi.staff_id)
    assert customers.get(shop, asha)["status"] == "lead"


def test_the_timeline_tells_a_talk_at_the_time_it_was(shop, asha):
    earlier = NOW - timedelta(days=3)
    call = a_call(asha, direction="in", happened_at=earlier, notes="Is it open on Sunday?", minutes=1)
    interactions.record(shop, call)
    came = {"subject": "Quote", "sentiment": "negative", "outcome": "Too dear", "next_step": "Ask again"}
    interactions.record(shop, NewInteraction("email", asha, **came))
    written, added, called = customer_timeline.of_customer(shop, asha).lines
    assert (written.title, written.kind, written.is_important) == ("E-mail: Quote", "email", True)
    assert written.details == ("Too dear · Negative", "Next step: Ask again")
    assert (called.title, called.at) == ("They called: Is it open on Sunday?", earlier)
    assert called.details == ("1 minute",)
    assert customer_timeline.of_customer(shop, asha, "important").lines == [written]
    assert added.title == "Added to Regulars"


def test_all_eight_kinds_are_one_history(shop, asha):
    for minute, kind in enumerate(interactions.TALK):
        at = NOW - timedelta(minutes=30 + minute)
        interactions.record(shop, NewInteraction(kind, asha, happened_at=at))
    at = NOW - timedelta(hours=2)
    visit = {"shop_id": shop.id, "id": new_id(), "customer_id": asha, "notes": "Sofas", "outcome": "quote_given"}
    shop.execute(insert(Visit).values(**visit, visited_at=at, visited_on=shop.today))
    notes.add(shop, asha, notes.NewNote("Likes tea"))
    follow_ups.create(shop, follow_ups.NewFollowUp("Send the quote", shop.today, asha, kind=follow_ups.TASK))
    follow_ups.create(shop, follow_ups.NewFollowUp("No task", shop.today, asha))
    history = interactions.of_customer(shop, asha)
    assert {row["kind"] for row in history} == set(interactions.KINDS)
    assert [row["at"] for row in history] == sorted((row["at"] for row in history), reverse=True)
    assert [row["notes"] for row in interactions.of_customer(shop, asha, kind="visit")] == ["Sofas"]
    assert [row["notes"] for row in interactions.of_customer(shop, asha, kind="note")] == ["Likes tea"]
    assert [row["subject"] for row in interactions.of_customer(shop, asha, kind="task")] == ["Send the quote"]
    with pytest.raises(BadInput):
        interactions.of_customer(shop, asha, kind="fax")


def test_the_history_shows_twenty_unless_more_are_asked_for_and_goes_back(shop, asha):
    for minute in range(25):
        interactions.record(shop, a_call(asha, happened_at=NOW - timedelta(minutes=minute), subject=f"call {minute}"))
    first = interactions.of_customer(shop, asha)
    assert [row["subject"] for row in first] == [f"call {minute}" for minute in range(20)]
    assert [row["subject"] for row in interactions.of_customer(shop, asha, offset=20)][-1] == "call 24"
    assert len(interactions.of_customer(shop, asha, limit=3)) == 3


def test_first_and_last_touch(shop, asha):
    assert interactions.touches(shop, asha) == (None, None)
    for days in (3, 40, 1):
        interactions.record(shop, a_call(asha, happened_at=NOW - timedelta(days=days)))
    notes.add(shop, asha, notes.NewNote("A note is no touch"))
    assert interactions.touches(shop, asha) == (NOW - timedelta(days=40), NOW - timedelta(days=1))


def test_pressing_save_twice_records_once(shop, asha):
    call = a_call(asha, id=new_id(), next_step="Call again", next_step_on=shop.today)
    assert interactions.record(shop, call) == interactions.record(shop, call) == call.id
    assert len(interactions.of_customer(shop, asha)) == len(follow_ups.open_of_customer(shop, asha)) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "field", "words"),
    [
        ("fax", {}, "kind", "not known"),
        ("visit", {}, "kind", "Record visit"),
        ("note", {}, "kind", "note"),
        ("task", {}, "kind", "follow-up"),
        ("call", {"direction": "sideways"}, "direction", "in"),
        ("call", {"sentiment": "angry"}, "sentiment", "negative"),
        ("call", {"happened_at": NOW + timedelta(minutes=1)}, "happened_at", "future"),
        ("call", {"happened_at": NOW.replace(year=1726)}, "happened_at", "1726"),
        ("call", {"happened_at": NOW + timedelta(days=1)}, "happened_at", "future"),
        ("call", {"minutes": -1}, "minutes", "0 to 1,440"),
        ("call", {"minutes": 1441}, "minutes", "0 to 1,440"),
        ("call", {"subject": "x" * 201}, "subject", "200"),
        ("call", {"notes": "x" * 10_001}, "notes", "10,000"),
        ("call", {"next_step_on": NOW.date()}, "next_step", "Say what"),
        ("call", {"next_step": "Call", "next_step_on": NOW.date() - timedelta(days=1)}, "next_step_on", "past"),
        ("call", {"next_step": "Call", "next_step_on": NOW.date(), "next_step_by": new_id()}, "next_step_by", "team"),
        ("call", {"handled_by": new_id()}, "handled_by", "not in your team"),
        ("call", {"customer_id": None}, "customer", "Choose whom"),
    ],
)
def test_what_can_not_be_is_refused_with_one_sentence_and_nothing_is_kept(shop, asha, kind, fields, field, words):
    with pytest.raises(BadInput, match=words) as refused, shop.connection.begin_nested():
        interactions.record(shop, NewInteraction(**{"kind": kind, "customer_id": asha, **fields}))
    assert refused.value.field == field
    assert interactions.of_customer(shop, asha) == []
    assert follow_ups.open_of_customer(shop, asha) == []


def test_talk_with_a_hidden_or_another_shops_customer_is_refused(shop, asha, new_shop):
    customers.hide(shop, asha)
    with pytest.raises(BadInput, match="hidden"):
        interactions.record(shop, a_call(asha))
    with shop_session(keeper(new_shop()), writes=True) as other, pytest.raises(NotFound):
        interactions.record(other, a_call(asha))


def test_a_change_says_what_it_was_before_and_leaves_the_next_step_to_my_day(shop, asha):
    call = a_call(asha, outcome="No answer", next_step="Call again", next_step_on=shop.today)
    interaction_id = interactions.record(shop, call)
    seen_at = interactions.get(shop, interaction_id)["updated_at"]
    interactions.change(shop, interaction_id, {"outcome": "Reached", "sentiment": "positive", "minutes": 4})
    row = interactions.get(shop, interaction_id)
    assert (row["outcome"], row["sentiment"], row["minutes"]) == ("Reached", "positive", 4)
    assert row["next_step"] == "Call again"
    changed = next(line for line in customer_timeline.of_customer(shop, asha).lines if line.title == "Call changed")
    assert set(changed.details) == {"Outcome: No answer → Reached", "Mood: – → Positive", "Minutes: – → 4"}
    recorded = next(line for line in customer_timeline.of_customer(shop, asha).lines if line.title == "Call")
    assert recorded.details[0] == "Reached · Positive · 4 minutes"
    assert len(follow_ups.open_of_customer(shop, asha)) == 1
    interactions.change(shop, interaction_id, {"outcome": "Reached"}, seen_at=seen_at)
    with pytest.raises(Conflict, match="meanwhile"):
        interactions.change(shop, interaction_id, {"outcome": "x"}, seen_at=seen_at - timedelta(seconds=1))
    with pytest.raises(BadInput, match="no field"):
        interactions.change(shop, interaction_id, {"shop_id": new_id()})
    with pytest.raises(BadInput, match="future"):
        interactions.change(shop, interaction_id, {"happened_at": NOW + timedelta(days=1)})


def test_somebody_switched_off_stays_who_handled_it_but_is_not_chosen(shop, asha, member):
    ravi = member()
    interaction_id = interactions.record(shop, a_call(asha, handled_by=ravi.staff_id))
    rights = {"role": "staff", "sells": False, "medical": False, "is_active": False}
    people.change_member(shop, ravi.staff_id, name="Ravi Kale", **rights)
    interactions.change(shop, interaction_id, {"notes": "more"})
    assert interactions.get(shop, interaction_id)["handled_by"] == ravi.staff_id
    with pytest.raises(BadInput, match="switched off"):
        interactions.record(shop, a_call(asha, handled_by=ravi.staff_id))


def test_what_others_wrote_is_changed_and_removed_by_managers_alone(shop, asha, member, as_person):
    ravi, zoya, manager = member(), member("Zoya"), member("Mia", "manager")
    as_person(ravi)
    interaction_id = interactions.record(shop, a_call(asha))
    as_person(zoya)
    for forbidden in (
        lambda: interactions.change(shop, interaction_id, {"notes": "x"}),
        lambda: interactions.remove(shop, interaction_id),
    ):
        with pytest.raises(NotAllowed, match="what others wrote"):
            forbidden()
    as_person(manager)
    interactions.change(shop, interaction_id, {"notes": "by the manager"})
    as_person(ravi)
    interactions.remove(shop, interaction_id)
    with pytest.raises(NotFound):
        interactions.get(shop, interaction_id)


def test_a_removed_talk_leaves_its_file_and_follow_up_and_a_line(shop, asha):
    call = a_call(asha, next_step="Call again", next_step_on=shop.today, notes="Wrong customer")
    interaction_id = interactions.record(shop, call)
    attachments.add(shop, asha, "quote.pdf", b"%PDF-1.7 quote", interaction_id=interaction_id)
    interactions.remove(shop, interaction_id)
    assert shop.scalar(select(Interaction.id).where(Interaction.id == interaction_id)) is None
    [step] = follow_ups.open_of_customer(shop, asha)
    [file] = attachments.of_customer(shop, asha)
    assert step["interaction_id"] is None
    assert file["interaction_id"] is None
    titles = [line.title for line in customer_timeline.of_customer(shop, asha, "talk").lines]
    assert titles.count("Call removed") == titles.count("Call: Wrong customer") == 1


def last_talk(shop, customer_id):
    """The day that stands with the customer, if it is the one a recount finds."""
    assert shop.rows("doctor/last_talks", most=5) == []
    return shop.scalar(select(Customer.last_talk_on).where(Customer.id == customer_id))


def days_ago(days):
    return NOW - timedelta(days=days)


def test_the_day_of_the_last_talk_stands_with_the_customer(shop, asha):
    assert last_talk(shop, asha) is None
    first = interactions.record(shop, a_call(asha, happened_at=days_ago(5)))
    older = interactions.record(shop, a_call(asha, happened_at=days_ago(30)))
    assert last_talk(shop, asha) == shop.today - timedelta(days=5)
    interactions.change(shop, older, {"happened_at": days_ago(2)})
    assert last_talk(shop, asha) == shop.today - timedelta(days=2)
    interactions.remove(shop, older)
    assert last_talk(shop, asha) == shop.today - timedelta(days=5)
    interactions.remove(shop, first)
    assert last_talk(shop, asha) is None


def test_the_last_talk_moves_with_a_lead_and_with_a_deal(shop, asha):
    lead_id = leads.record(shop, leads.NewLead("Chitra"))
    interactions.record(shop, NewInteraction("email", lead_id=lead_id, happened_at=days_ago(3)))
    chitra = leads.convert(shop, lead_id).customer_id
    assert last_talk(shop, chitra) == shop.today - timedelta(days=3)
    stages.begin(shop)
    deal = pipeline.create(shop, pipeline.NewOpportunity("Desks", asha, stages.first_open(shop)["id"]))
    interactions.record(shop, NewInteraction("call", opportunity_id=deal, happened_at=days_ago(1)))
    assert last_talk(shop, asha) == shop.today - timedelta(days=1)
    pipeline.change(shop, deal, {"customer_id": chitra})
    assert (last_talk(shop, asha), last_talk(shop, chitra)) == (None, shop.today - timedelta(days=1))


def test_who_sees_their_own_only_lowers_no_day_of_a_talk_they_do_not_see(join):
    ravi = join("staff", sells=True)
    anita = join("staff", ravi.shop, sells=True)
    with shop_session(keeper(ravi.shop), alone=True, now=NOW) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
        asha = customers.create(shop, {"name": "Asha", "rep_id": ravi.staff_id})
        stages.begin(shop)
        new = pipeline.NewOpportunity("Desks", asha, stages.first_open(shop)["id"], rep_id=anita.staff_id)
        deal = pipeline.create(shop, new)
        interactions.record(shop, NewInteraction("call", opportunity_id=deal, happened_at=days_ago(1)))
    with shop_session(replace(ravi, shop=people.find_shop(ravi.shop.slug)), writes=True, now=NOW) as shop:
        assert shop.who.sees_own_only
        mine = interactions.record(shop, a_call(asha, happened_at=days_ago(9)))
        interactions.remove(shop, mine)
    with shop_session(keeper(ravi.shop), now=NOW) as shop:
        assert last_talk(shop, asha) == shop.today - timedelta(days=1)


def test_people_who_talk_with_one_customer_at_once_leave_the_right_day(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "Asha"})

    def talk(seed):
        dice = random.Random(seed)
        mine = []
        for _ in range(12):
            with shop_session(who, writes=True, now=NOW) as shop:
                if mine and dice.random() < 0.4:
                    interactions.remove(shop, mine.pop(dice.randrange(len(mine))))
                elif mine and dice.random() < 0.3:
                    interactions.change(shop, dice.choice(mine), {"happened_at": days_ago(dice.randint(0, 60))})
                else:
                    mine.append(interactions.record(shop, a_call(asha, happened_at=days_ago(dice.randint(0, 60)))))
        return len(mine)

    with ThreadPoolExecutor(4) as pool:
        left = sum(pool.map(talk, range(4)))
    with shop_session(who, now=NOW) as shop:
        assert shop.scalar(select(func.count()).select_from(Interaction)) == left > 0
        assert last_talk(shop, asha) is not None
