"""Recording a visit: once a day, with all that follows from it; changing, removing, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from conftest import NOW
from sqlalchemy import func, insert, select
from truth import assert_counters_true

from crmcore import books, customers, orders, people, products, visits
from crmcore.database.gate import STAFF, ShopSession, Who, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import Activity, Attachment, FollowUp, RepDay, Review, ShopDay, Visit
from crmcore.visits import NewVisit, VisitChange

NOBODY = UUID("01900000-0000-7000-8000-00000000dead")  # an id that nothing has
TODAY = date(2026, 11, 20)


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})


def hire(shop, name, **rights):
    login = f"{name.lower()}-{shop.id.hex}"
    return people.add_member(shop, people.NewMember(login, name, STAFF, "long enough", **rights))


@pytest.fixture
def ravi(shop):
    return hire(shop, "Ravi", sells=True)


@pytest.fixture
def sana(shop):
    return hire(shop, "Sana")


def as_person(shop, staff_id, *, sells=False, role=STAFF):
    """The same open gate with another person at it."""
    who = Who(shop.shop, staff_id, "Somebody", role, sells=sells)
    return ShopSession(shop.connection, who, shop.now, writes=True, alone=True)


def visit_of(shop, customer_id, **fields):
    return visits.record(shop, NewVisit(customer_id, **fields)).visit_id


def days_ago(shop, days):
    return visits.moment_on(shop, shop.today - timedelta(days=days))


def open_follow_ups(shop):
    query = select(FollowUp).where(FollowUp.closed_at.is_(None)).order_by(FollowUp.due_on)
    return list(shop.execute(query).mappings())


def lines(shop, customer_id):
    query = select(Activity.what).where(Activity.customer_id == customer_id).order_by(Activity.id)
    return list(shop.execute(query).scalars())


def test_everything_that_was_told_is_kept(shop, asha, ravi):
    sofa = products.create(shop, products.NewProduct("Oslo sofa", category="Sofas", price=Decimal(64000)))
    lamp = products.create(shop, products.NewProduct("Arc lamp", price=Decimal(7200)))
    visit_id = visit_of(
        shop,
        asha,
        visit_type="scheduled",
        purpose="purchase_intent",
        interest="high",
        product_ids=[sofa, lamp, sofa],
        categories=["Sofas ", "Rugs", "Sofas"],
        outcome="quote_given",
        estimated_value=Decimal("71200.005"),
        notes="  Wants it in green.\nHusband decides.  ",
        visited_at=datetime(2026, 11, 18, 19, 30, tzinfo=UTC),
        handled_by=ravi,
    )
    visit = visits.get(shop, visit_id)
    assert (visit["visit_type"], visit["purpose"], visit["interest"]) == ("scheduled", "purchase_intent", "high")
    assert (visit["outcome"], visit["estimated_value"]) == ("quote_given", Decimal("71200.01"))
    assert (visit["products"], visit["product_ids"]) == (["Arc lamp", "Oslo sofa"], [lamp, sofa])
    assert visit["categories"] == ["Sofas", "Rugs"]
    assert visit["notes"] == "Wants it in green.\nHusband decides."
    assert (visit["handled_by"], visit["handled_by_name"]) == (ravi, "Ravi")
    assert visit["visited_on"] == date(2026, 11, 19)  # half past midnight in India


def test_a_visit_needs_no_more_than_its_customer(shop, asha, sana):
    at_the_door = as_person(shop, sana)
    recorded = visits.record(at_the_door, NewVisit(asha))
    visit = visits.get(shop, recorded.visit_id)
    assert recorded.is_new
    assert (visit["visit_type"], visit["visited_at"], visit["visited_on"]) == ("walk-in", NOW, TODAY)
    assert (visit["handled_by_name"], visit["created_by"]) == ("Sana", sana)


def test_a_second_visit_on_a_day_opens_the_first_and_changes_nothing(shop, asha, ravi):
    first = visit_of(shop, asha, notes="Looked at sofas")
    before = dict(visits.get(shop, first))
    again = visits.record(
        shop, NewVisit(asha, notes="Came back with her mother", handled_by=ravi, follow_up_on=TODAY, interest="high")
    )
    assert again == (first, False)
    assert dict(visits.get(shop, first)) == before
    assert open_follow_ups(shop) == []
    assert customers.get(shop, asha)["rep_id"] is None
    assert lines(shop, asha).count("visit recorded") == 1


def test_two_people_saving_at_once_make_one_visit(who):
    with shop_session(who, writes=True, now=NOW) as shop:
        people_in = [customers.create(shop, {"name": f"Customer {n}"}) for n in range(6)]
    together = Barrier(4)

    def save(person):
        for customer_id in people_in:
            together.wait(60)
            with shop_session(who, writes=True, now=NOW) as shop:
                new = NewVisit(customer_id, notes=f"Noted by {person}", follow_up_on=shop.today)
                yield visits.record(shop, new)

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda person: list(save(person)), range(4)))
    with shop_session(who, now=NOW) as shop:
        kept = dict(shop.execute(select(Visit.customer_id, Visit.id)).all())
        assert len(kept) == 6 == shop.scalar(select(func.count()).select_from(Visit))
        assert len(open_follow_ups(shop)) == 6
    for customer_id, answers in zip(people_in, zip(*told, strict=True), strict=True):
        assert {answer.visit_id for answer in answers} == {kept[customer_id]}
        assert [answer.is_new for answer in answers].count(True) == 1


def test_the_first_who_sells_becomes_the_sales_rep_and_stays_it(shop, asha, ravi, sana):
    visit_of(as_person(shop, sana), asha, visited_at=days_ago(shop, 3))
    assert customers.get(shop, asha)["rep_id"] is None
    visit_of(as_person(shop, ravi, sells=True), asha, visited_at=days_ago(shop, 2))
    assert customers.get(shop, asha)["rep_id"] == ravi
    meera = hire(shop, "Meera", sells=True)
    visit_of(shop, asha, handled_by=meera)
    assert customers.get(shop, asha)["rep_id"] == ravi


def test_a_lead_who_comes_by_is_active(shop, asha, ravi):
    visit_of(shop, asha, handled_by=ravi)
    assert customers.get(shop, asha)["status"] == "active"
    changes = select(Activity.what, Activity.detail).where(Activity.subject == "customer").order_by(Activity.id)
    assert shop.execute(changes).all()[-2:] == [
        ("customer changed", {"before": {"status": "lead"}, "after": {"status": "active"}}),
        ("sales rep changed", {"before": {"rep_id": None}, "after": {"rep_id": str(ravi)}}),
    ]
    customers.change(shop, asha, {"status": "inactive"})
    visit_of(shop, asha, visited_at=days_ago(shop, 1))
    assert customers.get(shop, asha)["status"] == "inactive"


def test_a_follow_up_is_made_for_who_was_there(shop, asha, ravi, sana):
    visit_id = visit_of(
        shop, asha, handled_by=ravi, follow_up_on=TODAY + timedelta(days=2), follow_up_about="Call about the green one"
    )
    visit_of(as_person(shop, sana), asha, visited_at=days_ago(shop, 9), follow_up_on=TODAY + timedelta(days=9))
    visit_of(shop, asha, visited_at=days_ago(shop, 5), follow_up_on=TODAY, follow_up_by=sana)
    made = [(row["due_on"].day, row["about"], row["assigned_to"]) for row in open_follow_ups(shop)]
    assert made == [
        (20, "Follow up on the visit of 15 November", sana),
        (22, "Call about the green one", ravi),
        (29, "Follow up on the visit of 11 November", sana),
    ]
    [last] = [row for row in open_follow_ups(shop) if row["visit_id"] == visit_id]
    assert (last["kind"], last["customer_id"]) == ("follow-up", asha)
    assert lines(shop, asha).count("follow-up planned") == 3


def test_the_visit_does_the_follow_ups_it_answers(shop, asha, ravi):
    visit_of(shop, asha, visited_at=days_ago(shop, 4), follow_up_on=TODAY)
    visit_of(shop, asha, visited_at=days_ago(shop, 3), follow_up_on=TODAY + timedelta(days=1))
    first, second = open_follow_ups(shop)
    visit_id = visit_of(as_person(shop, ravi), asha, answers=[first["id"]])
    done = shop.execute(select(FollowUp).where(FollowUp.id == first["id"])).mappings().one()
    assert (done["closed_as"], done["closed_at"], done["closed_on"]) == ("done", NOW, TODAY)
    assert (done["closed_by"], done["answered_by_visit"]) == (ravi, visit_id)
    assert [row["id"] for row in open_follow_ups(shop)] == [second["id"]]
    assert lines(shop, asha)[-1] == "follow-up done"
    tomorrow = ShopSession(shop.connection, shop.who, NOW + timedelta(days=1), writes=True, alone=True)
    visit_of(tomorrow, asha, answers=[first["id"], second["id"]])
    still = shop.execute(select(FollowUp).where(FollowUp.id == first["id"])).mappings().one()
    assert dict(still) == dict(done)
    assert open_follow_ups(shop) == []


def test_a_follow_up_of_somebody_else_is_not_answered(shop, asha):
    bilal = customers.create(shop, {"name": "Bilal"})
    visit_of(shop, bilal, follow_up_on=TODAY)
    [of_bilal] = open_follow_ups(shop)
    with pytest.raises(BadInput, match="not one of this customer"):
        visit_of(shop, asha, answers=[of_bilal["id"]])


def test_visits_are_told_newest_first_page_by_page(shop, asha, ravi):
    for days in (3, 30, 1, 12):
        visit_of(shop, asha, visited_at=days_ago(shop, days), handled_by=ravi, notes=f"{days} days ago")
    newest = visits.of_customer(shop, asha, limit=2)
    assert [(visit["notes"], visit["handled_by_name"]) for visit in newest] == [
        ("1 days ago", "Ravi"),
        ("3 days ago", "Ravi"),
    ]
    assert [visit["notes"] for visit in visits.of_customer(shop, asha, limit=2, offset=2)] == [
        "12 days ago",
        "30 days ago",
    ]
    assert visits.of_day(shop, asha, TODAY - timedelta(days=12))["notes"] == "12 days ago"
    assert visits.of_day(shop, asha, TODAY) is None


REFUSED = [
    ({"visit_type": "by car"}, "visit_type", "“by car” is no type of visit we know. Use one of: walk-in, scheduled"),
    ({"purpose": "buy"}, "purpose", "no purpose we know"),
    ({"interest": "very"}, "interest", "no level of interest we know"),
    ({"outcome": "won"}, "outcome", "no outcome we know"),
    ({"estimated_value": Decimal("-0.01")}, "estimated_value", "can't be negative"),
    ({"estimated_value": Decimal("1e9")}, "estimated_value", "can be up to ₹9,99,99,999.99"),
    ({"estimated_value": Decimal("NaN")}, "estimated_value", "can be up to"),
    ({"notes": "x" * 5001}, "notes", "at most 5,000 characters"),
    ({"categories": [f"c{n}" for n in range(51)]}, "categories", "up to 50 categories; this has 51"),
    ({"product_ids": [NOBODY]}, "product_ids", "not in your catalogue"),
    ({"visited_at": NOW + timedelta(days=1)}, "visited_at", "can't lie in the future. Choose today or an earlier day."),
    ({"visited_at": NOW + timedelta(hours=2)}, "visited_at", "can't lie in the future. Choose a time that has been."),
    ({"visited_at": datetime(1890, 1, 1, tzinfo=UTC)}, "visited_at", "The year 1890 can't be right"),
    ({"follow_up_about": "Call"}, "follow_up_on", "Choose the day of the follow-up"),
    ({"follow_up_on": TODAY - timedelta(days=1)}, "follow_up_on", "would be before the visit"),
    ({"visited_at": NOW - timedelta(days=3), "follow_up_on": TODAY - timedelta(days=1)}, "follow_up_on", "is past"),
    ({"follow_up_on": date(3026, 11, 20)}, "follow_up_on", "more than five years away"),
    ({"follow_up_on": TODAY, "follow_up_about": "x" * 1001}, "follow_up_about", "at most 1,000 characters"),
    ({"follow_up_on": TODAY, "follow_up_by": NOBODY}, "follow_up_by", "not in your team"),
    ({"handled_by": NOBODY}, "handled_by", "not in your team"),
    ({"answers": [NOBODY]}, "answers", "not one of this customer"),
]


@pytest.mark.parametrize(("fields", "field", "why"), REFUSED, ids=lambda given: str(given)[:40])
def test_what_can_not_be_a_visit_is_refused_in_words_and_nothing_is_saved(who, fields, field, why):
    with shop_session(who, writes=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "Asha"})
    with pytest.raises(BadInput, match=why) as refused, shop_session(who, writes=True, now=NOW) as shop:
        visits.record(shop, NewVisit(asha, **fields))
    assert refused.value.field == field
    with shop_session(who, now=NOW) as shop:
        for table in (Visit, FollowUp):
            assert shop.scalar(select(func.count()).select_from(table)) == 0
        assert customers.get(shop, asha)["status"] == "lead"


def test_another_who_handled_it_must_be_of_the_team_active_and_selling(shop, asha, ravi, sana, new_shop):
    with pytest.raises(BadInput, match="Sana is not marked as selling"):
        visit_of(shop, asha, handled_by=sana)
    people.change_member(shop, ravi, name="Ravi", role=STAFF, sells=True, medical=False, is_active=False)
    with pytest.raises(BadInput, match="Ravi's account is switched off"):
        visit_of(shop, asha, handled_by=ravi)
    with pytest.raises(BadInput, match="Ravi's account is switched off"):
        visit_of(shop, asha, follow_up_on=TODAY, follow_up_by=ravi)


def test_nothing_is_recorded_for_somebody_hidden_or_of_another_shop(shop, asha):
    customers.hide(shop, asha)
    with pytest.raises(BadInput, match="was hidden"):
        visit_of(shop, asha)
    with pytest.raises(NotFound):
        visit_of(shop, new_id())


def test_hiding_somebody_takes_them_out_of_the_visitors_and_leaves_the_visits(shop, asha, ravi):
    bilal = customers.create(shop, {"name": "Bilal"})
    for customer_id in (asha, bilal):
        for days in (0, 9):
            visit_of(shop, customer_id, visited_at=days_ago(shop, days), handled_by=ravi)

    def sums():
        counted = (ShopDay.visits, ShopDay.visitors, ShopDay.revisitors, ShopDay.became_revisitor)
        return shop.execute(select(*map(func.sum, counted)).where(ShopDay.shop_id == shop.id)).one()

    assert sums() == (4, 2, 2, 2)
    customers.hide(shop, asha)
    assert sums() == (4, 1, 1, 1)
    assert shop.scalar(select(func.sum(RepDay.visits)).where(RepDay.rep_id == ravi)) == 4
    assert_counters_true(shop)
    customers.unhide(shop, asha)
    assert sums() == (4, 2, 2, 2)


def test_nothing_is_older_than_the_books(shop, asha):
    books.open_from(shop, date(2026, 11, 10))
    visit_of(shop, asha, visited_at=visits.moment_on(shop, date(2026, 11, 10)))
    orders.record(shop, orders.NewOrder(amount=Decimal(5), ordered_at=orders.on_day(shop, date(2026, 11, 10))))
    earlier = orders.on_day(shop, date(2026, 11, 9))
    with pytest.raises(BadInput, match=r"Your books open on 10 November 2026\. Choose that day or a later one\."):
        visit_of(shop, asha, visited_at=earlier)
    with pytest.raises(BadInput, match="Your books open on 10 November 2026"):
        orders.record(shop, orders.NewOrder(amount=Decimal(5), ordered_at=earlier))
    for day, why in ((date(2026, 11, 21), "in the future"), (date(1066, 10, 14), "1066 can't be right")):
        with pytest.raises(BadInput, match=why):
            books.open_from(shop, day)
    books.open_from(shop, None)
    visit_of(shop, asha, visited_at=earlier)


def test_a_visit_is_changed_and_what_is_left_alone_stays(shop, asha, ravi):
    sofa, lamp = (products.create(shop, products.NewProduct(name)) for name in ("Oslo sofa", "Arc lamp"))
    visit_id = visit_of(shop, asha, interest="low", notes="Sofa", product_ids=[sofa], handled_by=ravi)
    later = ShopSession(shop.connection, shop.who, NOW + timedelta(minutes=9), writes=True, alone=True)
    seen = visits.get(shop, visit_id)["updated_at"]
    to = VisitChange(interest="high", outcome="purchase", product_ids=[lamp], follow_up_on=TODAY)
    visits.change(later, visit_id, to, seen_at=seen)
    visit = visits.get(shop, visit_id)
    assert (visit["interest"], visit["outcome"], visit["notes"]) == ("high", "purchase", "Sofa")
    assert (visit["products"], visit["handled_by"], visit["visited_at"]) == (["Arc lamp"], ravi, NOW)
    assert (visit["created_at"], visit["updated_at"]) == (NOW, NOW + timedelta(minutes=9))
    [follow_up] = open_follow_ups(shop)
    assert (follow_up["visit_id"], follow_up["assigned_to"]) == (visit_id, ravi)
    [change, _] = visits.history(shop, visit_id)
    assert change["detail"]["before"] == {"interest": "low", "outcome": None, "products": ["Oslo sofa"]}
    assert change["detail"]["after"] == {"interest": "high", "outcome": "purchase", "products": ["Arc lamp"]}
    with pytest.raises(Conflict, match="Someone else changed this visit meanwhile"):
        visits.change(later, visit_id, VisitChange(notes="Mine"), seen_at=seen)


def test_a_change_that_changes_nothing_leaves_no_line(shop, asha):
    visit_id = visit_of(shop, asha, notes="Sofa")
    visits.change(shop, visit_id, VisitChange(notes="Sofa "))
    assert len(visits.history(shop, visit_id)) == 1


def test_a_visit_moves_to_another_day_that_is_free(shop, asha):
    taken = visit_of(shop, asha, visited_at=days_ago(shop, 5))
    visit_id = visit_of(shop, asha, follow_up_on=TODAY)
    visits.change(shop, visit_id, VisitChange(visited_at=days_ago(shop, 3)))
    assert visits.get(shop, visit_id)["visited_on"] == TODAY - timedelta(days=3)
    for day, why in (
        (days_ago(shop, 5), "There is a visit of 15 November 2026 already"),
        (NOW + timedelta(days=1), "in the future"),
    ):
        with pytest.raises(BadInput, match=why):
            visits.change(shop, visit_id, VisitChange(visited_at=day))
    earlier = ShopSession(shop.connection, shop.who, NOW - timedelta(days=4), writes=True, alone=True)
    visits.change(earlier, taken, VisitChange(follow_up_on=TODAY - timedelta(days=4)))
    with pytest.raises(BadInput, match="Its follow-up of 16 November would be before it"):
        visits.change(shop, taken, VisitChange(visited_at=days_ago(shop, 1)))


def test_an_older_visit_can_be_added_to_whoever_has_left_and_whenever_the_books_open(shop, asha, ravi):
    visit_id = visit_of(shop, asha, visited_at=days_ago(shop, 40), handled_by=ravi)
    people.change_member(shop, ravi, name="Ravi", role=STAFF, sells=True, medical=False, is_active=False)
    books.open_from(shop, TODAY)
    visits.change(shop, visit_id, VisitChange(notes="Rang back"))
    assert visits.get(shop, visit_id)["handled_by"] == ravi


def test_a_removed_visit_leaves_its_customer_reviews_and_files(shop, asha):
    earlier = visit_of(shop, asha, visited_at=days_ago(shop, 9), follow_up_on=TODAY)
    [to_do] = open_follow_ups(shop)
    visit_id = visit_of(shop, asha, answers=[to_do["id"]], follow_up_on=TODAY, follow_up_about="Call")
    review, file = new_id(), new_id()
    of_visit = {"shop_id": shop.id, "customer_id": asha, "visit_id": visit_id}
    shop.execute(insert(Review).values(**of_visit, id=review, requested_at=NOW))
    content = {"file_name": "plan.txt", "media_type": "text/plain", "size": 1, "sha256": b"x", "content": b"x"}
    shop.execute(insert(Attachment).values(**of_visit, id=file, **content))
    visits.remove(shop, visit_id)
    with pytest.raises(NotFound):
        visits.get(shop, visit_id)
    [again] = open_follow_ups(shop)
    assert (again["id"], again["visit_id"], again["answered_by_visit"]) == (to_do["id"], earlier, None)
    dropped = shop.execute(select(FollowUp).where(FollowUp.about == "Call")).mappings().one()
    assert (dropped["closed_as"], dropped["visit_id"]) == ("dropped", None)
    for table in (Review, Attachment):
        assert shop.execute(select(table.customer_id, table.visit_id)).all() == [(asha, None)]
    assert visits.history(shop, visit_id)[0]["what"] == "visit removed"


def test_staff_record_and_change_visits_and_managers_remove_them(shop, asha, ravi):
    clerk = as_person(shop, ravi)
    visit_id = visit_of(clerk, asha)
    visits.change(clerk, visit_id, VisitChange(interest="low"))
    with pytest.raises(NotAllowed):
        visits.remove(clerk, visit_id)
    visits.remove(as_person(shop, ravi, role="manager"), visit_id)


def test_a_visit_of_another_shop_is_not_on_file(shop, asha, new_shop):
    visit_id = visit_of(shop, asha)
    elsewhere = Who(replace(shop.shop, id=new_id()), None, "Somebody", "owner")
    shop.connection.exec_driver_sql(f"set local app.shop_id = '{elsewhere.shop.id}'")
    other = ShopSession(shop.connection, elsewhere, NOW, writes=True, alone=True)
    for reach in (visits.get, visits.remove):
        with pytest.raises(NotFound):
            reach(other, visit_id)
    assert visits.of_customer(other, asha) == []


def test_a_late_visit_counts_on_the_day_in_the_shop(shop, asha):
    for hour, day in ((18, 19), (19, 20)):  # half past eleven in India, and half past midnight
        visit_id = visit_of(shop, asha, visited_at=datetime(2026, 11, 19, hour, 0, tzinfo=UTC))
        assert visits.get(shop, visit_id)["visited_on"].day == day


def test_a_time_chosen_for_today_never_lies_ahead(shop):
    assert visits.moment_on(shop, TODAY, time(23, 0)) == NOW
    assert visits.moment_on(shop, TODAY, time(9, 0)) == datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
