"""Opportunities on their way: stages a shop edits, moves with their history, won and lost, opened again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from conftest import NOW
from sqlalchemy import func, select

from crmcore import (
    contact_people,
    customer_timeline,
    customers,
    doctor,
    follow_ups,
    interactions,
    leads,
    modules,
    notes,
    notifications,
    people,
    pipeline,
    products,
    shop_settings,
    tags,
    timeline,
)
from crmcore.database.gate import keeper, shop_session
from crmcore.demo import dealing
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.metrics.measure import Some
from crmcore.models import Activity, ClosedDeals, OpenDeals
from crmcore.pipeline import LOST, WON, Item, NewOpportunity, board, listing, reasons, stages, targets
from crmcore.pipeline.stages import NewStage

TODAY = date(2026, 11, 20)


@pytest.fixture
def shop(new_shop):
    """An open gate to a new business shop, alone in it."""
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as opened:
        yield opened


def stage(shop, name):
    return stages.find(shop, name)["id"]


def reason(shop, name, outcome=LOST):
    return next(one["id"] for one in reasons.listed(shop, outcome) if one["name"] == name)


def deal(shop, name="Forty desks", **fields):
    return pipeline.create(shop, NewOpportunity(name, **fields))


def test_a_shop_of_business_sales_begins_with_stages_and_reasons_and_others_get_them_with_the_module(shop, new_shop):
    assert [one["name"] for one in stages.listed(shop)] == [
        "New", "Qualified", "Proposal", "Negotiation", "Won", "Lost",
    ]  # fmt: skip
    assert {one["outcome"] for one in reasons.listed(shop)} == {WON, LOST}
    with shop_session(keeper(new_shop(kind="counter")), alone=True, now=NOW) as counter:
        assert stages.listed(counter) == []
        modules.switch(counter, ["pipeline"])
        assert len(stages.listed(counter)) == 6


def test_a_deal_goes_from_stage_to_stage_with_who_when_and_how_long(shop):
    customer_id = customers.create(shop, {"name": "Sunrise School"})
    deal_id = deal(
        shop, customer_id=customer_id, value=Decimal(320000), created_on=TODAY - timedelta(days=20),
        expected_close_on=TODAY + timedelta(days=30),
    )  # fmt: skip
    told = pipeline.get(shop, deal_id)
    assert (told["stage_name"], told["likelihood"], told["weighted"]) == ("New", 10, Decimal("32000.00"))
    assert (told["days_in_stage"], told["is_stuck"], told["customer_name"]) == (20, True, "Sunrise School")
    pipeline.move(shop, deal_id, stage(shop, "Proposal"), note="They liked the samples")
    pipeline.change(shop, deal_id, {"probability": 60})
    pipeline.move(shop, deal_id, stage(shop, "Won"), reason_id=reason(shop, "Quality", WON))
    told = pipeline.get(shop, deal_id)
    assert (told["status"], told["closed_on"], told["days_open"]) == (WON, TODAY, 20)
    assert (told["reason_name"], told["is_stuck"], told["days_in_stage"]) == ("Quality", False, None)
    lines = [(one["from_stage"], one["to_stage"], one["days"]) for one in pipeline.history(shop, deal_id)]
    assert lines == [("Proposal", "Won", 0), ("New", "Proposal", 20), (None, "New", None)]
    assert pipeline.history(shop, deal_id)[1]["note"] == "They liked the samples"


@pytest.mark.parametrize("way", ["moved", "written down as won", "given another customer"])
def test_a_lead_whose_deal_is_won_is_a_lead_no_more(shop, way):
    school = customers.create(shop, {"name": "Sunrise School"})
    desks = deal(shop, customer_id=None if way == "given another customer" else school)
    assert customers.get(shop, school)["status"] == "lead"
    if way == "written down as won":
        deal(shop, "Chairs", customer_id=school, stage_id=stage(shop, "Won"))
    else:
        pipeline.move(shop, desks, stage(shop, "Won"))
        pipeline.change(shop, desks, {"customer_id": school})
    assert customers.get(shop, school)["status"] == "active"
    told = select(func.count()).where(Activity.shop_id == shop.id, Activity.what == "customer changed")
    assert shop.scalar(told) == 1
    customers.change(shop, school, {"status": "inactive"})
    pipeline.move(shop, deal(shop, "Lamps", customer_id=school), stage(shop, "Won"))
    assert customers.get(shop, school)["status"] == "inactive"


def test_a_lost_deal_says_why_and_can_be_opened_again_with_its_history(shop):
    deal_id = deal(shop, value=Decimal(1000))
    pipeline.move(shop, deal_id, stage(shop, "Negotiation"))
    with pytest.raises(BadInput, match="Say why it is lost"):
        pipeline.move(shop, deal_id, stage(shop, "Lost"))
    with pytest.raises(BadInput, match="not a reason for what is lost"):
        pipeline.move(shop, deal_id, stage(shop, "Lost"), reason_id=reason(shop, "Quality", WON))
    pipeline.move(
        shop, deal_id, stage(shop, "Lost"), reason_id=reason(shop, "No budget"), note="Next year",
        closed_on=TODAY,
    )  # fmt: skip
    pipeline.reopen(shop, deal_id)
    told = pipeline.get(shop, deal_id)
    assert (told["status"], told["stage_name"]) == ("open", "Negotiation")
    assert (told["closed_on"], told["reason_id"], told["reason_note"]) == (None, None, None)
    assert [one["reason"] for one in pipeline.history(shop, deal_id)] == [None, "No budget", None, None]
    with pytest.raises(Conflict, match="open already"):
        pipeline.reopen(shop, deal_id)


def test_two_people_who_move_one_deal_the_second_is_told(shop):
    deal_id = deal(shop)
    seen = pipeline.get(shop, deal_id)
    pipeline.move(shop, deal_id, stage(shop, "Qualified"), seen_stage_id=seen["stage_id"])
    with pytest.raises(Conflict, match="“Qualified” meanwhile"):
        pipeline.move(shop, deal_id, stage(shop, "Proposal"), seen_stage_id=seen["stage_id"])
    with pytest.raises(Conflict, match="changed this opportunity"):
        pipeline.change(shop, deal_id, {"name": "Other"}, seen_at=NOW - timedelta(days=1))
    assert len(pipeline.history(shop, deal_id)) == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"probability": 120}, "from 0 to 100, not 120"),
        ({"probability": "62.5"}, "whole number"),
        ({"value": Decimal(-1)}, "below zero"),
        ({"value": "a lot"}, "must be a number"),
        ({"expected_close_on": TODAY - timedelta(days=1)}, "before it began on 20 November 2026"),
        ({"expected_close_on": date(2226, 1, 1)}, "Check the year"),
        ({"created_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"created_on": date(1, 1, 1)}, "year 1 can't be right"),
        ({"stage_id": uuid4()}, "not in your pipeline"),
        ({"rep_id": uuid4()}, "not in your team"),
        ({"territory_id": uuid4()}, "not one of your shop's"),
        ({"contact_person_id": uuid4()}, "not one of the customer's"),
        ({"name": "  "}, "Give the opportunity a name"),
    ],
)
def test_what_can_not_be_is_refused_in_one_sentence_and_nothing_is_written(shop, fields, says):
    with pytest.raises(BadInput, match=says):
        pipeline.create(shop, NewOpportunity(**{"name": "Forty desks", **fields}))
    assert shop.execute(OpenDeals.__table__.select()).all() == []


def test_a_source_is_one_whatever_its_capitals(shop):
    first = pipeline.create(shop, NewOpportunity("Desks", source="Trade fair", value=Decimal(100)))
    second = pipeline.create(shop, NewOpportunity("Beds", source=" TRADE  FAIR ", value=Decimal(20)))
    lead = leads.record(shop, leads.NewLead("Asha", source="trade fair"))
    third = leads.convert(shop, lead, opportunity=NewOpportunity("Lamps", value=Decimal(3))).opportunity_id
    assert {pipeline.get(shop, one)["source"] for one in (first, second, third)} == {"Trade fair"}
    assert board.sources(shop) == ["Trade fair"]
    assert board.in_all(board.columns(shop, Some(source="Trade fair")))["value"] == 123
    pipeline.change(shop, second, {"source": "Walk-in"})
    assert board.sources(shop) == ["Trade fair", "Walk-in"]
    pipeline.change(shop, second, {"source": "Walk-In"})
    assert board.sources(shop) == ["Trade fair", "Walk-In"]


def test_a_stage_and_a_lead_and_a_customer_of_another_shop_are_not_found(shop, new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as other:
        theirs, their_customer = stage(other, "Proposal"), customers.create(other, {"name": "Theirs"})
    deal_id = deal(shop)
    with pytest.raises(BadInput, match="not in your pipeline"):
        pipeline.move(shop, deal_id, theirs)
    with pytest.raises(NotFound):
        deal(shop, customer_id=their_customer)
    with pytest.raises(NotFound):
        deal(shop, lead_id=uuid4())


def test_closing_days_lie_between_the_beginning_and_today(shop):
    deal_id = deal(shop, created_on=TODAY - timedelta(days=3))
    won = stage(shop, "Won")
    with pytest.raises(BadInput, match="before it began on 17 November 2026"):
        pipeline.move(shop, deal_id, won, closed_on=TODAY - timedelta(days=4))
    with pytest.raises(BadInput, match="still to come"):
        pipeline.move(shop, deal_id, won, closed_on=TODAY + timedelta(days=1))
    pipeline.move(shop, deal_id, won, closed_on=TODAY - timedelta(days=1))
    assert pipeline.history(shop, deal_id)[0]["happened_on"] == TODAY - timedelta(days=1)


def test_stages_are_renamed_everywhere_reordered_and_removed_only_when_nothing_needs_them(shop):
    deal_id = deal(shop)
    stages.change(shop, stage(shop, "New"), name="First talk", probability=15, expected_days=None)
    assert pipeline.get(shop, deal_id)["stage_name"] == "First talk"
    assert pipeline.history(shop, deal_id)[0]["to_stage"] == "First talk"
    with pytest.raises(BadInput, match="There is a stage “qualified” already"):
        stages.change(shop, stage(shop, "First talk"), name="qualified")
    demo = stages.add(shop, NewStage("Demo", 40, 5))
    order = [one["id"] for one in stages.listed(shop)]
    order.remove(demo)
    stages.reorder(shop, [order[0], demo, *order[1:]])
    assert [one["name"] for one in stages.listed(shop)][:3] == ["First talk", "Demo", "Qualified"]
    with pytest.raises(Conflict, match="1 opportunity is in “First talk”"):
        stages.remove(shop, stage(shop, "First talk"))
    pipeline.move(shop, deal_id, demo)
    stages.remove(shop, stage(shop, "First talk"))  # only history names it: out of use
    stages.remove(shop, stage(shop, "Qualified"))  # nothing names it: gone
    assert pipeline.history(shop, deal_id)[1]["to_stage"] == "First talk"
    assert [one["name"] for one in stages.listed(shop, retired=True)][-1] == "First talk"
    with pytest.raises(BadInput, match="not in your pipeline"):
        pipeline.move(shop, deal_id, next(one["id"] for one in stages.listed(shop, retired=True) if one["retired_at"]))
    with pytest.raises(Conflict, match="only stage for what is won"):
        stages.remove(shop, stage(shop, "Won"))


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (NewStage("  ", 10), "Give the stage a name"),
        (NewStage("x" * 61, 10), "at most 60"),
        (NewStage("Demo", 120), "from 0 to 100"),
        (NewStage("Demo"), "Say how likely"),
        (NewStage("Demo", 10, 0), "from 1 to 3,650"),
        (NewStage("Demo", 10, 1.5), "whole number of days"),
        (NewStage("new", 10), "already"),
        (NewStage("Demo", 10, None, "paused"), "not known here"),
    ],
)
def test_a_stage_that_can_not_be_is_refused(shop, new, says):
    with pytest.raises(BadInput, match=says):
        stages.add(shop, new)


def test_reasons_are_a_list_the_shop_keeps(shop):
    deal_id = deal(shop)
    vanished = reasons.add(shop, LOST, "They moved away")
    with pytest.raises(BadInput, match="already"):
        reasons.add(shop, LOST, "they MOVED away")
    pipeline.move(shop, deal_id, stage(shop, "Lost"), reason_id=vanished)
    reasons.rename(shop, vanished, "Moved to another town")
    reasons.remove(shop, vanished)
    pipeline.change(shop, deal_id, {"competitor": " Bench  & Co "})
    kept = pipeline.get(shop, deal_id)
    assert (kept["reason_name"], kept["competitor"]) == ("Moved to another town", "Bench & Co")
    assert vanished not in {one["id"] for one in reasons.listed(shop, LOST)}


def test_targets_are_set_for_months_and_taken_away_also_of_who_has_left(shop):
    ravi = people.add_without_sign_in(shop, "Ravi Kale")
    targets.put(shop, date(2026, 11, 20), Decimal(5000), ravi, months=3)
    targets.put(shop, date(2026, 12, 1), Decimal(9000))
    told = [(row["month"], row["rep_name"], row["value"]) for row in targets.listed(shop)]
    assert told == [
        (date(2026, 11, 1), "Ravi Kale", 5000), (date(2026, 12, 1), None, 9000),
        (date(2026, 12, 1), "Ravi Kale", 5000), (date(2027, 1, 1), "Ravi Kale", 5000),
    ]  # fmt: skip
    people.change_member(shop, ravi, name="Ravi Kale", role="staff", sells=True, medical=False, is_active=False)
    with pytest.raises(BadInput, match="Ravi Kale"):
        targets.put(shop, date(2026, 11, 1), Decimal(7000), ravi)
    targets.put(shop, date(2026, 11, 1), None, ravi, months=3)
    assert [(row["month"], row["value"]) for row in targets.listed(shop)] == [(date(2026, 12, 1), 9000)]
    with pytest.raises(BadInput, match="between 1 and 24"):
        targets.put(shop, date(2026, 11, 1), Decimal(1), months=25)


def test_items_give_a_deal_its_value(shop):
    soap = products.create(shop, products.NewProduct(name="Desk", price=Decimal(8000)))
    desks = Item(product_id=soap, quantity=Decimal(40), unit_price=Decimal(8000))
    items = [desks, Item("Delivery", total=Decimal(500))]
    deal_id = pipeline.create(shop, NewOpportunity("Forty desks"), items)
    assert pipeline.get(shop, deal_id)["value"] == Decimal("320500.00")
    pipeline.change_items(shop, deal_id, items[:1], take_value=True)
    assert pipeline.get(shop, deal_id)["value"] == Decimal("320000.00")
    assert [one["product_name"] for one in pipeline.items(shop, deal_id)] == ["Desk"]
    with pytest.raises(BadInput, match="more than 0"):
        pipeline.change_items(shop, deal_id, [Item("Desk", quantity=Decimal(0))])
    with pytest.raises(BadInput, match="not on your catalogue"):
        pipeline.change_items(shop, deal_id, [Item(product_id=uuid4())])


def test_removing_takes_its_history_and_sums_along(shop):
    deal_id = deal(shop, value=Decimal(500))
    pipeline.move(shop, deal_id, stage(shop, "Won"))
    pipeline.remove(shop, deal_id)
    with pytest.raises(NotFound):
        pipeline.get(shop, deal_id)
    assert sum(row.won for row in shop.execute(ClosedDeals.__table__.select())) == 0


def test_what_staff_may_and_what_needs_a_manager(new_shop, join):
    rep = join("staff", shop=new_shop(kind="business"), name="Ravi", sells=True)
    with shop_session(rep, alone=True, now=NOW) as mine:
        deal_id = deal(mine)
        assert pipeline.get(mine, deal_id)["rep_name"] == "Ravi"
        pipeline.move(mine, deal_id, stage(mine, "Qualified"))
        for forbidden in (
            lambda: stages.add(mine, NewStage("Demo", 40)),
            lambda: reasons.add(mine, LOST, "Because"),
            lambda: pipeline.remove(mine, deal_id),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_who_sees_their_own_records_only_sees_their_deals_and_their_sums(new_shop, join):
    business = new_shop(kind="business")
    ravi = join("staff", shop=business, name="Ravi", sells=True)
    sana = join("staff", shop=business, name="Sana", sells=True)
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
        theirs = {
            one.name: deal(shop, f"{one.name}'s", value=Decimal(worth), rep_id=one.staff_id)
            for one, worth in ((ravi, 100), (sana, 900))
        }
    mine = people.who_is(people.find_shop(business.slug), ravi.staff_id)
    with shop_session(mine, writes=True, now=NOW) as shop:
        assert board.in_all(board.columns(shop))["value"] == 100
        assert [row["name"] for row in listing.page_of(shop).rows] == ["Ravi's"]
        pipeline.move(shop, theirs["Ravi"], stage(shop, "Qualified"))
        with pytest.raises(NotFound):
            pipeline.move(shop, theirs["Sana"], stage(shop, "Qualified"))


def test_whose_deal_it_is_moves_it_on_whoever_looks_after_its_customer(new_shop, join):
    """And reads neither the customer nor their timeline by it."""
    business = new_shop(kind="business")
    ravi = join("staff", shop=business, name="Ravi", sells=True)
    sana = join("staff", shop=business, name="Sana", sells=True)
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
        school = customers.create(shop, {"name": "Sunrise School", "rep_id": sana.staff_id})
        head = contact_people.add(shop, school, contact_people.NewPerson("Mrs Rao"))
        desks = deal(shop, customer_id=school, contact_person_id=head, value=Decimal(900), rep_id=ravi.staff_id)
        chairs = deal(shop, "Chairs", customer_id=school, rep_id=sana.staff_id)
    business = people.find_shop(business.slug)
    mine = people.who_is(business, ravi.staff_id)
    with shop_session(mine, writes=True, now=NOW) as shop:
        pipeline.move(shop, desks, stage(shop, "Proposal"), note="They liked the samples")
        pipeline.change(
            shop, desks, {"value": Decimal(950), "customer_id": school, "contact_person_id": head, "next_step": "Call"}
        )
        pipeline.change(shop, desks, {"customer_id": school, "competitor": "Bench"})
        pipeline.change_items(shop, desks, [Item("Desk", quantity=Decimal(40))])
        pipeline.move(shop, desks, stage(shop, "Lost"), reason_id=reason(shop, "No budget"), note="Next year")
        pipeline.reopen(shop, desks, note="They found some")
        pipeline.move(shop, desks, stage(shop, "Won"))
        pipeline.reopen(shop, desks)
        notes.add_to_opportunity(shop, desks, notes.NewNote("Ask again in May"))
        call = interactions.record(shop, interactions.NewInteraction("call", opportunity_id=desks))
        interactions.remove(shop, call)
        tags.put_on(shop, tags.OPPORTUNITY, desks, "warm")
    with shop_session(mine, now=NOW) as shop:
        told = pipeline.get(shop, desks)
        assert (told["stage_name"], told["value"], told["contact_person_id"]) == ("Proposal", Decimal("950.00"), head)
        assert (told["customer_name"], told["person_name"]) == (None, None)
        with pytest.raises(NotFound):
            customers.get(shop, school)
        assert customer_timeline.of_customer(shop, school).lines == []
        assert shop.scalar(select(func.count()).select_from(Activity).where(Activity.customer_id == school)) == 0
    for forbidden in (
        lambda shop: pipeline.move(shop, chairs, stage(shop, "Proposal")),
        lambda shop: pipeline.change(shop, chairs, {"value": Decimal(1)}),
        lambda shop: timeline.note(shop, "opportunity moved", "opportunity", chairs, customer_id=school),
        lambda shop: timeline.note(shop, "customer changed", "customer", school, customer_id=school),
    ):
        with pytest.raises((NotFound, NotAllowed)), shop_session(mine, writes=True, now=NOW) as shop:
            forbidden(shop)
    with shop_session(people.who_is(business, sana.staff_id), now=NOW) as shop:
        written = select(Activity.what).where(Activity.customer_id == school, Activity.staff_id == ravi.staff_id)
        assert list(shop.execute(written.order_by(Activity.id)).scalars()) == [
            "opportunity moved", "opportunity changed", "opportunity changed", "opportunity changed",
            "opportunity lost", "opportunity moved", "opportunity won", "opportunity moved",
            "note added", "interaction recorded", "interaction removed", "tag added",
        ]  # fmt: skip
        assert customer_timeline.of_customer(shop, school).lines
        assert customers.get(shop, school)["status"] == "active"
    assert doctor.examine([business]) == []


def test_what_one_notes_and_plans_on_ones_deal_is_told_whoever_looks_after_its_customer(new_shop, join):
    """A colleague who is named or given something to do reads it; neither of them meets the customer by it."""
    business = new_shop(kind="business")
    ravi = join("staff", shop=business, name="Ravi", sells=True)
    sana = join("staff", shop=business, name="Sana", sells=True)
    meera = join("manager", shop=business, name="Meera")
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
        school = customers.create(shop, {"name": "Sunrise School", "rep_id": sana.staff_id})
        desks = deal(shop, customer_id=school, rep_id=ravi.staff_id)
        chairs = deal(shop, "Chairs", customer_id=school, rep_id=sana.staff_id)
    business = people.find_shop(business.slug)
    ravi, sana, meera = (people.who_is(business, one.staff_id) for one in (ravi, sana, meera))
    with shop_session(ravi, writes=True, now=NOW) as shop:
        note = notes.add_to_opportunity(shop, desks, notes.NewNote("Ask @Sana in May"))
        notes.change(shop, note, notes.NewNote("Ask @Sana and @Meera in May", kind="important"))
        planned = NewFollowUp("Send the samples", TODAY, opportunity_id=desks, assigned_to=ravi.staff_id)
        mine = follow_ups.create(shop, planned)
        follow_ups.move(shop, mine, TODAY + timedelta(days=1))
        follow_ups.done(shop, mine)
        follow_ups.reopen(shop, mine)
        hers = follow_ups.create(shop, replace(planned, about="Grant a discount", assigned_to=meera.staff_id))
        step = {"next_step": "Ring the head", "next_step_on": TODAY, "next_step_by": meera.staff_id}
        interactions.record(shop, interactions.NewInteraction("call", opportunity_id=desks, **step))
        assert [row["about"] for row in follow_ups.open_of_opportunity(shop, desks)] == [
            "Grant a discount", "Ring the head", "Send the samples",
        ]  # fmt: skip
        assert {row["customer_name"] for row in follow_ups.open_of_opportunity(shop, desks)} == {"Forty desks"}
        assert customer_timeline.of_customer(shop, school).lines == []
        with pytest.raises(NotFound):
            customers.get(shop, school)
        with pytest.raises(BadInput, match="Sana sees their own deals only"):
            follow_ups.create(shop, replace(planned, assigned_to=sana.staff_id))
    for refused in (
        lambda shop: notes.add_to_opportunity(shop, chairs, notes.NewNote("Ask @Sana in May")),
        lambda shop: follow_ups.create(shop, replace(planned, opportunity_id=chairs)),
        lambda shop: follow_ups.create(shop, replace(planned, opportunity_id=None, customer_id=school)),
    ):
        with pytest.raises(NotFound), shop_session(ravi, writes=True, now=NOW) as shop:
            refused(shop)
    told = [("About Forty desks: Ask @Sana in May", "opportunity", desks, None)]
    given = [("Grant a discount (due 20 Nov)", *told[0][1:]), ("Ring the head (due 20 Nov)", *told[0][1:])]
    for who, news in (
        (sana, told),
        (meera, [("About Forty desks: Ask @Sana and @Meera in May", *told[0][1:]), *given]),
        (ravi, []),
    ):
        with shop_session(who, now=NOW) as shop:
            rows = reversed(notifications.newest(shop))
            assert [(row["body"], row["subject"], row["subject_id"], row["shown_id"]) for row in rows] == news
    with shop_session(meera, writes=True, now=NOW) as shop:
        follow_ups.done(shop, hers)
        titles = [line.title for line in customer_timeline.of_customer(shop, school).lines]
        assert titles[0] == "Follow-up done"
    assert doctor.examine([business]) == []


def test_the_demo_shop_goes_on_from_where_it_was_and_leaves_alone_what_people_moved(shop):
    for name in ("Harbor Cafe", "Copper Kettle"):
        customers.create(shop, {"name": name})
    team = [people.add_without_sign_in(shop, name) for name in ("Daniel", "Rachel", "Marcus")]
    first = NOW - timedelta(days=40)
    dealing.write(replace(shop, now=first), 1, team, datetime.min.replace(tzinfo=UTC), first)
    there = {row["id"]: row["stage_name"] for row in shop.execute(listing.listed(shop)).mappings()}
    assert len(there) > 100
    moved = next(row for row in listing.page_of(shop, listing.Filters(status="open", stage=stage(shop, "New"))).rows)
    pipeline.move(shop, moved["id"], stage(shop, "Negotiation"))
    dealing.write(shop, 1, team, first, NOW)
    after = {row["id"]: row["stage_name"] for row in shop.execute(listing.listed(shop)).mappings()}
    assert there.keys() < after.keys() and any(after[one] != there[one] for one in there)
    assert after[moved["id"]] == "Negotiation"
    for check in ("open_deals", "standing_deals", "closed_deals", "closed_reasons", "stage_days", "opportunities"):
        assert shop.rows(f"doctor/{check}", most=5) == [], check


def test_with_the_first_deal_the_shops_clock_stays_and_with_its_value_the_currency(shop):
    deal_id = deal(shop)
    assert shop_settings.fixed(shop) == shop_settings.Fixed(currency=False, timezone=True)
    pipeline.change(shop, deal_id, {"value": Decimal(100)})
    assert shop_settings.fixed(shop) == shop_settings.Fixed(currency=True, timezone=True)


def test_a_deal_is_found_by_what_anybody_types(shop):
    forty = deal(shop)
    assert [row["id"] for row in pipeline.find(shop, "  FORTY\0 ")] == [forty]
    assert pipeline.find(shop, "\ud800 %") == []
