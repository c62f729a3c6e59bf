"""Leads: written down once, scored, graded, given out, converted into one customer; what hangs on them goes along."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from conftest import NOW
from sqlalchemy import func, select

from crmcore import (
    companies,
    contact_people,
    customer_timeline,
    customers,
    follow_ups,
    interactions,
    leads,
    lists,
    my_day,
    notes,
    notifications,
    people,
    pipeline,
    shop_settings,
)
from crmcore.database.gate import ShopSession, Who, keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.interactions import NewInteraction
from crmcore.leads import CONTACTED, CONVERTED, Filters, NewLead, Rules, rules, scoring, territories
from crmcore.leads.territories import NewTerritory
from crmcore.models import Activity, Customer, Lead
from crmcore.notes import NewNote

PHONE = "+919881120456"


def lead(shop: ShopSession, name: str = "Asha Rao", **given: object) -> UUID:
    return leads.record(shop, NewLead(name=name, **given))


def call(shop: ShopSession, lead_id: UUID, **said: object) -> UUID:
    return interactions.record(shop, NewInteraction("call", lead_id=lead_id, **{"direction": "out", **said}))


@pytest.fixture
def business(new_shop):
    return new_shop(kind="business")


@pytest.fixture
def boss(join, business) -> Who:
    return join("owner", business, "Meera Joshi", sells=True)


@pytest.fixture
def team(join, business) -> list[Who]:
    return [join("staff", business, name, sells=True) for name in ("Ravi Kale", "Sana Khan", "Imran Sayed")]


# Writing them down


def test_a_lead_is_tidied_and_found_again(shop):
    one = leads.get(
        shop,
        lead(
            shop, "  Asha   Rao ", phone="98811 20456", email="Asha@Example.org", company=" Rao Textiles ",
            quality="hot", source="Fair", city="Pune", ref="L-17",
        ),
    )  # fmt: skip
    assert (one["name"], one["phone"], one["phone_typed"], one["email"]) == (
        "Asha Rao", PHONE, "98811 20456", "asha@example.org",
    )  # fmt: skip
    assert (one["company"], one["status"], one["score"], one["created_on"]) == ("Rao Textiles", "new", None, shop.today)
    for found_by in ("asha", "Rao text", "20456", "98811 2", "+91 9881", "ASHA@exa", "l-17"):
        assert [row["id"] for row in leads.page_of(shop, Filters(q=found_by)).rows] == [one["id"]], found_by
    leads.change(shop, one["id"], {"company": "Chitra's Fabrics"})
    for found_by in ("Bilal", "asha textiles", "!?"):
        assert leads.page_of(shop, Filters(q=found_by)).total == 0
    assert leads.count(shop, Filters(q="chitras fab")) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"phone": "12"}, "phone"),
        ({"email": "asha"}, "email"),
        ({"name": "A", "quality": "boiling"}, "quality"),
        ({"name": "A", "created_on": date(2026, 11, 21)}, "created_on"),
        ({"name": "A", "created_on": date(26, 11, 20)}, "created_on"),
        ({"name": "A" * 301}, "name"),
        ({"name": "A", "status": "converted"}, "status"),
        ({"name": "A", "follow_up_on": date(2026, 11, 19)}, "due_on"),
    ],
)
def test_what_cant_be_used_is_refused_in_one_sentence(shop, given, field):
    with pytest.raises(BadInput) as refused:
        leads.record(shop, NewLead(**given))
    assert refused.value.field == field


def test_the_next_follow_up_of_a_new_lead_is_whose_turn_the_lead_is(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        one = leads.record(
            shop, NewLead("Asha", assigned_to=team[0].staff_id, status="qualified", follow_up_on=shop.today)
        )
        (reminder,) = follow_ups.open_of_lead(shop, one)
        assert (reminder["due_on"], reminder["assigned_to"]) == (shop.today, team[0].staff_id)
        assert leads.get(shop, one)["status"] == "qualified"
        nobodys = leads.record(shop, NewLead("Bilal", follow_up_on=shop.today))
        assert follow_ups.open_of_lead(shop, nobodys)[0]["assigned_to"] is None


def test_the_same_phone_mail_or_company_is_told_at_entry(shop):
    first = lead(shop, "Asha", phone="98811 20456", email="asha@example.org", company="Rao Textiles")
    customer = customers.create(shop, {"name": "Bilal Traders", "phone": "98220 12345", "email": "b@example.org"})

    def told(**given: str) -> list[tuple[str, str, UUID | None]]:
        return [(one.noun, one.by, one.id) for one in leads.duplicates(shop, given)]

    assert told(phone="+91 98811-20456") == [("lead", "phone", first)]
    assert told(email="ASHA@example.org") == [("lead", "email", first)]
    assert told(company="rao textiles", phone="98220 12345") == [
        ("customer", "phone", customer), ("lead", "company", first),
    ]  # fmt: skip
    assert told(company="bilal  traders") == [("customer", "company", customer)]
    assert told(company="Bilal") == told(name="Asha") == told(phone="98220 99999") == []
    assert leads.duplicates(shop, {"phone": "98811 20456"}, besides=first) == []
    with pytest.raises(Conflict, match="Asha is on file as a lead with the same phone number"):
        lead(shop, "Anita", phone="98811 20456")
    lead(shop, "Chitra", company="Rao Textiles")  # people of one company are several
    twin = leads.record(shop, NewLead(name="Anita", phone="98811 20456"), anyway=True)
    assert leads.get(shop, twin)["phone"] == PHONE


def test_a_form_sent_twice_adds_one_and_a_reference_belongs_to_one(shop):
    new = NewLead(name="Asha", ref="7", id=uuid4())
    assert leads.record(shop, new) == leads.record(shop, new)
    with pytest.raises(BadInput, match="reference 7 already") as refused:
        lead(shop, "Bilal", ref="7")
    assert refused.value.field == "ref"
    other = lead(shop, "Bilal")
    with pytest.raises(BadInput, match="reference 7 already"):
        leads.change(shop, other, {"ref": "7"})


def test_who_writes_down_the_same_lead_at_once_is_told_and_a_form_sent_twice_at_once_adds_one(boss, business):
    form, start, came = new_id(), Barrier(3), []

    def write(**given) -> None:
        start.wait()
        try:
            with shop_session(boss, writes=True) as shop:
                came.append(leads.record(shop, NewLead(**given)))
        except Conflict as refused:
            came.append(str(refused))

    def all_at_once(*each: dict) -> list:
        came.clear()
        threads = [Thread(target=write, kwargs=given) for given in each]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(came)

    assert all_at_once(*[{"name": "Chitra", "id": form}] * 3) == [form] * 3
    told = all_at_once({"phone": "98811 20456"}, {"phone": "+91 98811-20456"}, {"name": "Asha", "phone": "9881120456"})
    assert sum("the same phone number" in str(one) for one in told) == 2
    with shop_session(boss) as shop:
        assert leads.count(shop) == 2


def test_a_change_is_kept_with_before_and_after_and_two_people_dont_overwrite_each_other(shop):
    one = lead(shop, phone="98811 20456")
    seen = leads.get(shop, one)["updated_at"]
    shop.now += timedelta(minutes=5)
    leads.change(shop, one, {"city": "Pune", "name": "Asha Rao"}, seen_at=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        leads.change(shop, one, {"city": "Mumbai"}, seen_at=seen)
    with pytest.raises(BadInput, match="one of them is needed"):
        leads.change(shop, one, {"name": "", "phone": None})
    changed = leads.happened(shop, one)[0]
    assert (changed["what"], changed["detail"]["before"], changed["detail"]["after"]) == (
        "lead changed", {"city": None}, {"city": "Pune"},
    )  # fmt: skip


def test_where_a_lead_stands(shop):
    one = lead(shop)
    call(shop, one, outcome="Reached")
    assert leads.get(shop, one)["status"] == CONTACTED
    leads.mark(shop, one, "qualified")
    call(shop, one)
    assert leads.get(shop, one)["status"] == "qualified"
    leads.mark(shop, one, "unqualified", why="No budget this year")
    assert leads.happened(shop, one)[0]["detail"]["why"] == "No budget this year"
    with pytest.raises(BadInput, match="converting is done apart"):
        leads.mark(shop, one, "converted")
    leads.convert(shop, one)
    with pytest.raises(Conflict, match="stays converted"):
        leads.mark(shop, one, "new")


# Talk, notes, follow-ups


def test_talk_notes_and_follow_ups_of_a_lead_become_the_customers(shop):
    one = lead(shop, phone="98811 20456")
    call(shop, one, notes="Wants the list", next_step="Send it", next_step_on=shop.today + timedelta(days=3))
    notes.add_to_lead(shop, one, NewNote("Decides alone", is_pinned=True))
    late = follow_ups.create(shop, NewFollowUp("Ring", shop.today, lead_id=one))
    assert [row["about"] for row in follow_ups.open_of_lead(shop, one)] == ["Ring", "Send it"]
    assert leads.get(shop, one)["next_follow_up_on"] == shop.today
    follow_ups.done(shop, late)
    assert leads.get(shop, one)["next_follow_up_on"] == shop.today + timedelta(days=3)
    bilal = customers.create(shop, {"name": "Bilal"})
    with pytest.raises(BadInput, match="name one of them"):
        follow_ups.create(shop, NewFollowUp("Ring", shop.today, lead_id=one, customer_id=bilal))

    customer_id = leads.convert(shop, one).customer_id
    call(shop, one, notes="Thanks", happened_at=NOW - timedelta(minutes=1))
    said = interactions.of_customer(shop, customer_id)
    assert {row["notes"] for row in said} >= {"Wants the list", "Thanks", "Decides alone"}
    assert [row["about"] for row in follow_ups.open_of_customer(shop, customer_id)] == ["Send it"]
    assert len(interactions.of_lead(shop, one)) == 2
    titles = {line.title for line in customer_timeline.of_customer(shop, customer_id, limit=50).lines}
    assert {"Called: Wants the list", "Note: Decides alone", "Lead written down", "Converted from a lead"} <= titles


def test_what_is_to_be_done_about_a_lead_stands_on_my_day(boss, business):
    with shop_session(boss, writes=True) as shop:
        one = lead(shop, "Asha Rao", phone="98811 20456")
        follow_ups.create(shop, NewFollowUp("Ring her", shop.today, lead_id=one, assigned_to=boss.staff_id))
    with shop_session(boss) as shop:
        (item,) = my_day.of(shop, boss.staff_id).today.items
    assert (item.about, item.customer_name, item.phone) == (("lead", one), "Asha Rao", PHONE)


def test_a_note_about_a_lead_tells_whom_it_names(boss, team, business):
    with shop_session(boss, writes=True) as shop:
        one = lead(shop)
        notes.add_to_lead(shop, one, NewNote("@Ravi Kale: she wants a call"))
    with shop_session(team[0]) as shop:
        (news,) = notifications.newest(shop)
    assert (news["what"], news["subject"], news["subject_id"]) == ("mentioned", "lead", one)
    assert news["body"].startswith("About Asha Rao: ")


# Scores


def test_the_parts_make_a_total_and_a_grade_by_the_shops_thresholds(shop):
    one = lead(shop)
    leads.score(shop, one, {"engagement": 85, "fit": 75, "activity": 90})
    assert leads.get(shop, one)["score"] == 250
    ours = rules.of_shop(shop)
    assert [ours.grade(score) for score in (300, 240, 239, 180, 179, 120, 119, 0, None)] == [
        "A", "A", "B", "B", "C", "C", "D", "D", None,
    ]  # fmt: skip
    rules.change(shop, replace(ours, a=260, b=200, c=100))
    assert rules.of_shop(shop).grade(250) == "B"
    assert leads.page_of(shop, Filters(grade="B")).total == 1
    assert leads.page_of(shop, Filters(grade="A")).total == leads.page_of(shop, Filters(grade="none")).total == 0
    with pytest.raises(BadInput, match="do not go down"):
        rules.change(shop, replace(ours, a=100))
    for wrong in (301, -1, 240.5, "240", None):
        with pytest.raises(BadInput, match="whole number from 0 to 300"):
            rules.change(shop, replace(ours, a=wrong))


@pytest.mark.parametrize("value", [101, -1, 7.5, True])
def test_a_part_beyond_a_hundred_is_refused(shop, value):
    one = lead(shop)
    with pytest.raises(BadInput, match="Fit goes from 0 to 100") as refused:
        leads.score(shop, one, {"fit": value})
    assert refused.value.field == "fit"
    assert leads.get(shop, one)["fit"] is None
    assert leads.scores(shop, one) == []


def test_scores_of_several_days_make_a_trend_and_of_one_day_the_last_counts(shop):
    one = lead(shop)
    leads.score(shop, one, {"engagement": 10})
    leads.score(shop, one, {"engagement": 20, "fit": 30})
    shop.now += timedelta(days=2)
    shop.__dict__.pop("today", None)
    leads.score(shop, one, {"fit": None})
    told = [(row["scored_on"].day, row["engagement"], row["fit"], row["score"]) for row in leads.scores(shop, one)]
    assert told == [(20, 20, 30, 50), (22, 20, None, 20)]
    assert leads.get(shop, one)["score"] == 20


def test_a_score_is_worked_out_by_the_rules_as_they_stand_in_words(shop):
    rules.change(shop, replace(Rules(), cities=("pune",), sources=("Fair", "Referral")))
    full = lead(
        shop, company="Rao", job_title="Owner", phone="98811 20456", email="a@example.org", city="Pune", source="fair"
    )
    bare = lead(shop, "Bilal", source="Web")
    call(shop, full, outcome="Reached", happened_at=NOW - timedelta(days=10))
    call(shop, full, outcome="No answer", happened_at=NOW - timedelta(days=3))
    call(shop, full, direction="in", happened_at=NOW - timedelta(days=20))
    interactions.record(shop, NewInteraction("meeting", lead_id=full, happened_at=NOW - timedelta(days=5)))
    call(shop, full, outcome="Reached", happened_at=NOW - timedelta(days=91))
    leads.work_out(shop, full)
    one = leads.get(shop, full)
    assert (one["engagement"], one["fit"], one["activity"]) == (3 * 20 + 5 + 20, 100, 94)
    assert leads.work_out_many(shop, leads.ids(shop)) == 1  # the other one came out the same
    two = leads.get(shop, bare)
    assert (two["engagement"], two["fit"], two["activity"]) == (0, 0, 0)
    assert leads.work_out_many(shop, leads.ids(shop)) == 0
    assert [row["how"] for row in leads.scores(shop, full)] == ["computed"]


def test_the_morning_leaves_alone_what_a_person_scored(boss, business):
    with shop_session(boss, alone=True, now=NOW) as shop:
        typed, other = lead(shop, company="Rao"), lead(shop, "Bilal", company="B")
        leads.score(shop, typed, {"fit": 80})
        scoring.every_morning(shop)
        assert leads.get(shop, other)["score"] is None  # the shop did not ask for it
        rules.change(shop, Rules(computed=True))
        scoring.every_morning(shop)
        assert (leads.get(shop, typed)["fit"], leads.get(shop, other)["fit"]) == (80, 33)
        leads.convert(shop, typed)
        with pytest.raises(Conflict, match="stays as it was"):
            leads.score(shop, typed, {"fit": 1})
        with pytest.raises(Conflict, match="stays as it was"):
            leads.work_out(shop, typed)


# Giving them out


def test_leads_are_given_by_hand_with_what_is_planned_and_the_people_are_told(boss, team, business):
    ravi, sana, _ = team
    with shop_session(boss, alone=True) as shop:
        one, two = lead(shop), lead(shop, "Bilal")
        assert leads.give(shop, [one, two], ravi.staff_id) == 2
        planned = follow_ups.create(shop, NewFollowUp("Ring", shop.today, lead_id=one, assigned_to=ravi.staff_id))
        assert leads.give(shop, [one, two], sana.staff_id) == 2
        assert leads.give(shop, [one], sana.staff_id) == 0
        assert follow_ups.get(shop, planned)["assigned_to"] == sana.staff_id
        assert {row["assignee"] for row in leads.page_of(shop).rows} == {"Sana Khan"}
    with shop_session(sana) as shop:
        assert [row["body"] for row in notifications.newest(shop)] == ["2 leads are yours now."]
    with pytest.raises(NotAllowed), shop_session(sana, alone=True) as shop:
        leads.give(shop, [one], None)
    with shop_session(boss, alone=True) as shop:
        leads.give(shop, [one], None)
    with shop_session(ravi, writes=True) as shop:
        leads.take(shop, one)
    with pytest.raises(Conflict, match="Somebody else has this lead"), shop_session(sana, writes=True) as shop:
        leads.take(shop, one)


def test_shared_out_evenly_they_differ_by_one_at_most(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        ids = [lead(shop, f"Lead {nth}") for nth in range(8)]
        leads.give(shop, ids[:1], team[0].staff_id)
        told = leads.would_share(shop, leads.ids(shop), [one.staff_id for one in team])
        assert sum(share.given for share in told) == 7
        assert told == leads.share_out(shop, leads.ids(shop), [one.staff_id for one in team])
        assert [(share.name, share.given) for share in told] == [("Imran Sayed", 3), ("Ravi Kale", 2), ("Sana Khan", 2)]
        anew = leads.share_out(shop, ids, [one.staff_id for one in team[:2]], taken_too=True)
        assert [share.given for share in anew] == [4, 4]
        with pytest.raises(BadInput, match="at least one person"):
            leads.share_out(shop, ids, [])


def test_new_leads_go_round_in_turn_whoever_writes_them_down(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        rules.change(shop, Rules(sharing=rules.EVENLY, among=tuple(one.staff_id for one in team)))
    for nth in range(7):
        with shop_session(boss, writes=True) as shop:
            lead(shop, f"Lead {nth}")
    with shop_session(boss) as shop:
        given = [leads.count(shop, Filters(assigned=one.staff_id)) for one in team]
    assert sorted(given) == [2, 2, 3]
    with shop_session(team[0], writes=True) as shop:
        own = lead(shop, "Own")
        assert leads.get(shop, own)["assigned_to"] == team[0].staff_id  # staff keep whom they write down


def test_two_who_write_down_at_once_share_out_evenly(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        rules.change(shop, Rules(sharing=rules.EVENLY, among=tuple(one.staff_id for one in team[:2])))
    start = Barrier(4)

    def write(nth: int) -> None:
        start.wait()
        for more in range(3):
            with shop_session(boss, writes=True) as shop:
                lead(shop, f"Lead {nth} {more}")

    threads = [Thread(target=write, args=(nth,)) for nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with shop_session(boss) as shop:
        assert [leads.count(shop, Filters(assigned=one.staff_id)) for one in team[:2]] == [6, 6]


def test_territories_go_by_city_postcode_or_source_and_the_first_that_fits_counts(boss, team, business):
    ravi, sana, imran = (one.staff_id for one in team)
    with shop_session(boss, alone=True) as shop:
        rules.change(shop, Rules(sharing=rules.BY_TERRITORY, among=(imran,)))
        west = territories.add(shop, NewTerritory("West", "city", ["Pune", " mumbai ", "Weißfeld", "St. Inés"], ravi))
        codes = territories.add(shop, NewTerritory("Codes", "postcode", ["411", "40 00"], sana))
        territories.add(shop, NewTerritory("Nobody's", "source", ["Fair"]))
        cases = {
            lead(shop, "A", city="PUNE", postcode="411001"): (west, ravi),
            lead(shop, "B", postcode="411 001"): (codes, sana),
            lead(shop, "C", postcode="400001"): (codes, sana),
            lead(shop, "D", city="Delhi"): (None, imran),
            lead(shop, "City with a comma", city="Pune,"): (west, ravi),
            lead(shop, "Capitals without ß", city="WEISSFELD"): (west, ravi),
            lead(shop, "Composed otherwise", city="St Ine\u0301s"): (west, ravi),
            lead(shop, "Another city", city="St Ines"): (None, imran),
            lead(shop, "Signs alone", city="-", source="?", postcode="."): (None, imran),
            lead(shop, "Postcode with a dash", postcode="411-001"): (codes, sana),
            lead(shop, "E", source="fair", city="Nagpur"): (territories.all_of(shop)[2]["id"], imran),
        }
        for one, (territory, rep) in cases.items():
            row = leads.get(shop, one)
            assert (row["territory_id"], row["assigned_to"]) == (territory, rep), row["name"]
        territories.move(shop, codes, up=True)
        assert [row["name"] for row in territories.all_of(shop)] == ["Codes", "West", "Nobody's"]
        first = next(iter(cases))
        assert leads.by_territory(shop, [first]) == 0  # somebody has it
        assert leads.by_territory(shop, [first], taken_too=True) == 1
        assert leads.get(shop, first)["assigned_to"] == sana
        for wrong, field in (
            (NewTerritory("West", "city", ["x"]), "name"),
            (NewTerritory("", "city", ["x"]), "name"),
            (NewTerritory("East", "planet", ["x"]), "field"),
            (NewTerritory("East", "city", [" "]), "patterns"),
            (NewTerritory("East", "city", ["x"], uuid4()), "rep_id"),
        ):
            with pytest.raises(BadInput) as refused:
                territories.add(shop, wrong)
            assert refused.value.field == field
        leads.change(shop, first, {"city": "Mumbai", "postcode": None})
        row = leads.get(shop, first)
        assert (row["territory_id"], row["assigned_to"]) == (west, sana)  # whoever has it keeps it
        leads.change(shop, first, {"city": "Delhi"})
        assert leads.get(shop, first)["territory_id"] is None
        leads.change(shop, first, {"postcode": "411001"})
        territories.change(shop, west, NewTerritory("West coast", "city", ["Goa"], ravi))
        territories.remove(shop, codes)
        assert leads.get(shop, first)["territory_id"] is None
        assert leads.get(shop, first)["assigned_to"] == sana
        with pytest.raises(NotFound):
            territories.remove(shop, codes)


# Converting


def test_a_lead_becomes_a_customer_who_keeps_what_was_known(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        one = lead(
            shop, phone="98811 20456", email="asha@example.org", city="Pune", source="Fair",
            assigned_to=team[0].staff_id,
        )  # fmt: skip
        assert leads.would_become(shop, one) == []
        made = leads.convert(shop, one)
        assert made.was_created
        customer = customers.get(shop, made.customer_id)
        assert (customer["name"], customer["phone"], customer["email"]) == ("Asha Rao", PHONE, "asha@example.org")
        assert (customer["city"], customer["source"], customer["rep_id"]) == ("Pune", "Fair", team[0].staff_id)
        row = leads.get(shop, one)
        assert (row["status"], row["customer_id"], row["converted_on"]) == (CONVERTED, made.customer_id, shop.today)
        with pytest.raises(Conflict, match="converted already"):
            leads.convert(shop, one)
        assert [row["id"] for row in leads.of_customer(shop, made.customer_id)] == [one]


def test_never_a_twin(shop):
    by_phone = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    by_mail = customers.create(shop, {"name": "Bilal", "email": "bilal@example.org", "phone": "98220 12345"})
    one = leads.record(shop, NewLead(name="Asha R.", phone="98811 20456", email="new@example.org"), anyway=True)
    two = leads.record(shop, NewLead(name="B.", email="bilal@example.org", phone="98220 99999"), anyway=True)
    assert [found.id for found in leads.would_become(shop, one)] == [by_phone]
    with pytest.raises(BadInput, match="Convert the lead to that customer") as refused:
        leads.convert(shop, one, customer_id=by_mail)
    assert refused.value.field == "customer"
    assert leads.convert(shop, one, anew=True).customer_id == by_phone
    assert leads.convert(shop, two).customer_id == by_mail
    assert customers.get(shop, by_mail)["phone"] == "+919822012345"
    assert shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)) == 2


def test_a_lead_of_a_company_makes_the_company_a_customer_once_and_is_one_of_its_people(shop):
    one = lead(shop, "Asha", company="Rao Textiles", phone="98811 20456", website="rao.example", job_title="Buyer")
    two = lead(shop, "Bilal", company="rao textiles", phone="98220 12345")
    three = lead(shop, "Chitra", company="Rao Textiles", phone="98220 77777")
    made = leads.convert(shop, one)
    assert customers.get(shop, made.customer_id)["name"] == "Rao Textiles"
    assert companies.of(shop, made.customer_id)["website"] == "rao.example"
    assert leads.convert(shop, two) == replace(made, was_created=False)
    people = contact_people.of_customer(shop, made.customer_id)
    assert [(row["name"], row["job_title"], row["phones"][0]["number"]) for row in people] == [
        ("Asha", "Buyer", PHONE), ("Bilal", None, "+919822012345"),
    ]  # fmt: skip
    again = leads.record(shop, NewLead(name="Asha", phone="98811 20456"), anyway=True)
    assert leads.convert(shop, again).customer_id == made.customer_id
    assert len(contact_people.of_customer(shop, made.customer_id)) == 2
    other = leads.convert(shop, three, anew=True)
    assert other.customer_id != made.customer_id and companies.of(shop, other.customer_id) is not None


def test_people_who_left_a_company_and_those_of_a_hidden_one_say_nothing_of_a_lead(shop):
    company = companies.find_or_create(shop, "Rao Textiles")[0]
    person = contact_people.NewPerson(
        "Asha", phones=[contact_people.NewPhone("98811 20456")], emails=[contact_people.NewEmail("asha@example.org")]
    )
    person_id = contact_people.add(shop, company, person)
    for fields in ({"phone": "98811 20456"}, {"email": "asha@example.org"}):
        assert [one.id for one in leads.duplicates(shop, fields)] == [company]
    customers.hide(shop, company)
    assert leads.duplicates(shop, {"phone": "98811 20456", "email": "asha@example.org"}) == []
    made = leads.convert(shop, lead(shop, "Asha", phone="98811 20456"))
    assert made.was_created and made.customer_id != company
    customers.unhide(shop, company)
    contact_people.leave(shop, person_id)
    assert leads.duplicates(shop, {"email": "asha@example.org"}) == []


def test_a_deal_begins_with_the_customer(boss, team, business):
    with shop_session(boss, alone=True) as shop:
        one = lead(shop, "Asha", company="Rao", source="Fair", assigned_to=team[0].staff_id)
        deal = pipeline.NewOpportunity("Looms for Rao", value=Decimal(250_000), probability=60)
        made = leads.convert(shop, one, opportunity=deal)
        row = pipeline.get(shop, made.opportunity_id)
        assert (row["customer_id"], row["lead_id"], row["source"]) == (made.customer_id, one, "Fair")
        assert (row["value"], row["probability"], row["rep_id"]) == (250_000, 60, team[0].staff_id)
        assert row["person_name"] == "Asha"
        two = lead(shop, "Bilal")
        with pytest.raises(BadInput):
            leads.convert(shop, two, opportunity=replace(deal, probability=120))


def test_a_deal_that_began_with_the_lead_is_the_customers_from_then_on(shop):
    one = lead(shop)
    theirs = pipeline.create(shop, pipeline.NewOpportunity("Desks", lead_id=one))
    bilal = customers.create(shop, {"name": "Bilal"})
    others = pipeline.create(shop, pipeline.NewOpportunity("Lamps", lead_id=one, customer_id=bilal))
    notes.add_to_opportunity(shop, theirs, NewNote("Oak, they said"))
    customer = leads.convert(shop, one).customer_id
    assert [row["id"] for row in pipeline.of_customer(shop, customer)] == [theirs]
    assert pipeline.get(shop, others)["customer_id"] == bilal
    assert [row["body"] for row in notes.of_customer(shop, customer)] == ["Oak, they said"]


def test_it_is_not_merged_into_another_shops_customer(shop, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = customers.create(other, {"name": "Asha", "phone": "98811 20456"})
    one = lead(shop, phone="98811 20456")
    with pytest.raises(NotFound):
        leads.convert(shop, one, customer_id=theirs)
    assert leads.get(shop, one)["status"] == "new"
    hidden = customers.create(shop, {"name": "Hidden"})
    customers.hide(shop, hidden)
    with pytest.raises(BadInput, match="hidden"):
        leads.convert(shop, one, customer_id=hidden)


def test_people_who_convert_at_once_make_one_customer(boss, business):
    with shop_session(boss, alone=True) as shop:
        one = lead(shop, "Asha", email="asha@example.org", company="Rao")
        two = leads.record(shop, NewLead(name="Asha R", email="asha@example.org", company="Rao"), anyway=True)
    start, came = Barrier(4), []

    def press(lead_id: UUID) -> None:
        start.wait()
        try:
            with shop_session(boss, writes=True) as shop:
                came.append(leads.convert(shop, lead_id).customer_id)
        except Conflict as refused:
            came.append(str(refused))

    threads = [Thread(target=press, args=(lead_id,)) for lead_id in (one, two, one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [one for one in came if isinstance(one, UUID)]
    assert len(came) == 4 and len(made) == 2 and len(set(made)) == 1
    with shop_session(boss) as shop:
        assert shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)) == 1


def test_staff_who_see_their_own_only_see_their_leads_and_nobodys(boss, team, business):
    ravi, sana, _ = team
    with shop_session(boss, alone=True) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
        own, nobodys = lead(shop, "Own", assigned_to=ravi.staff_id), lead(shop, "Nobody's")
        hers = lead(shop, "Hers", phone="98811 20456", company="Rao", assigned_to=sana.staff_id)
        leads.score(shop, hers, {"fit": 9})
    boss, ravi = (people.who_is(people.find_shop(business.slug), one.staff_id) for one in (boss, ravi))
    with shop_session(boss, writes=True) as shop:
        follow_ups.create(shop, NewFollowUp("Ring", shop.today, lead_id=hers, assigned_to=sana.staff_id))
        with pytest.raises(BadInput, match="sees their own leads only, and somebody else looks after this lead"):
            follow_ups.create(shop, NewFollowUp("Ring", shop.today, lead_id=hers, assigned_to=ravi.staff_id))
    with shop_session(ravi, writes=True) as shop:
        assert {row["name"] for row in leads.page_of(shop).rows} == {"Own", "Nobody's"}
        assert sum(leads.counts(shop).values()) == 2
        assert leads.scores(shop, hers) == interactions.of_lead(shop, hers) == []
        (same,) = leads.duplicates(shop, {"phone": "98811 20456"})
        assert (same.id, same.name, same.phone) == (None, None, None)
        assert str(same) == "A lead a colleague looks after is on file with the same phone number."
        for refused in (leads.get, leads.convert, leads.take):
            with pytest.raises(NotFound):
                refused(shop, hers)
        leads.take(shop, nobodys)
        mine = lead(shop, "Mine")
        assert leads.get(shop, mine)["assigned_to"] == ravi.staff_id
        leads.convert(shop, own)
        assert leads.get(shop, own)["status"] == CONVERTED


# The list


def test_the_list_filters_sorts_and_counts(boss, team, business):
    with shop_session(boss, alone=True, now=NOW) as shop:
        one = lead(shop, "Asha", source="Fair", assigned_to=team[0].staff_id, created_on=date(2026, 10, 1))
        two = lead(shop, "bilal", source="fair", quality="hot")
        three = lead(shop, "Chitra")
        leads.score(shop, one, {"fit": 90, "engagement": 90, "activity": 90})
        leads.score(shop, two, {"fit": 10})
        follow_ups.create(shop, NewFollowUp("Ring", shop.today + timedelta(days=2), lead_id=two))
        follow_ups.create(shop, NewFollowUp("Ring", shop.today + timedelta(days=9), lead_id=one))
        leads.mark(shop, three, "unqualified")

        def names(sort: str = "name", **given: object) -> list[str]:
            return [row["name"] for row in leads.page_of(shop, Filters(**given), sort).rows]

        assert names() == ["Asha", "bilal", "Chitra"]
        assert names("-score") == ["Asha", "bilal", "Chitra"]
        assert names("follow_up") == ["bilal", "Asha", "Chitra"]
        assert names("created") == ["Asha", "bilal", "Chitra"]
        assert names("-assigned")[0] == "Asha"
        assert names(source="FAIR") == ["Asha", "bilal"]
        assert names(source=leads.UNKNOWN) == names(status="unqualified") == ["Chitra"]
        assert names(status="active") == ["Asha", "bilal"]
        assert names(grade="A") == names(created_to=date(2026, 10, 31)) == ["Asha"]
        assert names(grade="none") == ["Chitra"]
        assert names(quality="hot") == names(follow_up="week") == ["bilal"]
        assert names(follow_up="late") == []
        assert names(follow_up="none") == ["Chitra"]
        assert names(assigned=lists.NOBODY) == ["bilal", "Chitra"]
        assert names(q="chit") == ["Chitra"]
        assert leads.counts(shop, Filters(source="fair")) == {
            "new": 2, "contacted": 0, "qualified": 0, "unqualified": 0, "converted": 0,
        }  # fmt: skip
        assert leads.sources(shop) == ["Fair", "fair"]
        for sort in leads.listing.SORTS:
            assert len(shop.execute(leads.listed(shop, Filters(), f"-{sort}")).all()) == 3
        filters = Filters(status="new", assigned=team[0].staff_id, created_from=date(2026, 10, 1))
        assert Filters.of_address(filters.address()) == filters
        assert Filters.of_address({"status": "x", "assigned": "y", "grade": "E"}) == Filters()
        with pytest.raises(BadInput):
            leads.page_of(shop, sort="shoe size")


@pytest.mark.parametrize("few", [0, 5_000])
def test_leads_are_found_by_any_words_of_name_and_company_however_many_have_them(shop, monkeypatch, few):
    monkeypatch.setattr(leads.listing, "_FEW", few)
    for name, company in (
        ("Asha Rao", "Weiß GmbH"), ("Asha Rane", None), ("Anil O'Brien", "Asha Works"), (None, "José & Co"),
    ):  # fmt: skip
        lead(shop, name, company=company)

    def found(typed: str) -> list[str]:
        return [row["name"] or row["company"] for row in leads.page_of(shop, Filters(q=typed), "name").rows]

    assert found("ash") == ["Anil O'Brien", "Asha Rane", "Asha Rao"]
    assert found("ra ASHA") == ["Asha Rane", "Asha Rao"]
    assert found("asha weiss") == found("rao gm ash") == ["Asha Rao"]
    assert found("obrien") == found("brien works") == ["Anil O'Brien"]
    assert found("jose") == ["José & Co"]
    assert found("asha jose") == found("sha") == []


def test_whoever_lacks_what_is_sorted_by_comes_last_both_ways(shop):
    for company in ("Acme", None, "Bharat", "Chai", None):
        lead(shop, company, company=company, ref=None if company else f"R{shop.scalar(select(func.count(Lead.id)))}")
    for sort, wanted in (("company", ["Acme", "Bharat", "Chai"]), ("-company", ["Chai", "Bharat", "Acme"])):
        pages = [leads.page_of(shop, sort=sort, page=page, size=2).rows for page in (1, 2, 3)]
        assert [row["company"] for rows in pages for row in rows] == [*wanted, None, None]
        assert len({row["id"] for rows in pages for row in rows}) == 5


def test_every_write_has_its_line(shop):
    one = lead(shop)
    leads.change(shop, one, {"city": "Pune"})
    leads.mark(shop, one, "qualified")
    leads.score(shop, one, {"fit": 3})
    leads.give(shop, [one], None)
    leads.convert(shop, one)
    lines = select(Activity.what).where(Activity.shop_id == shop.id, Activity.subject_id == one).order_by(Activity.id)
    assert list(shop.execute(lines).scalars()) == [
        "lead added", "lead changed", "lead marked", "lead scored", "lead converted",
    ]  # fmt: skip
    assert shop.scalar(select(Lead.updated_at).where(Lead.id == one)) == NOW
