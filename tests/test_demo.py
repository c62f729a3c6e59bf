"""Demo shops: made in seconds, the same for a seed, true in every counter, brought up to today when asked."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import bcrypt
import phonenumbers
import pytest
from sqlalchemy import func, select, text

from crmcore import (
    contacts,
    customer_timeline,
    customers,
    demo,
    doctor,
    leads,
    lists,
    metrics,
    people,
    phones,
    refills,
    sign_in,
    visits,
)
from crmcore.database.gate import Shop, keeper, shop_session
from crmcore.demo import filing, floor
from crmcore.demo.floor import Floor
from crmcore.demo.identities import identity
from crmcore.demo.life import Life, live
from crmcore.demo.profiles import PROFILES
from crmcore.errors import Conflict
from crmcore.models import (
    Activity,
    Customer,
    FollowUp,
    Interaction,
    Order,
    OrderItem,
    Review,
    ShopDay,
    ShopRecord,
    Tagging,
    Visit,
)
from crmcore.periods import Period

TODAY = date(2026, 11, 20)
A_YEAR_AGO = date(2025, 11, 21)


@pytest.fixture(scope="module")
def showroom(home) -> Shop:
    return demo.make("showroom", today=TODAY)


def lived(kind: str, *, seed: int = 1, since: date = A_YEAR_AGO, until: date = TODAY) -> Life:
    return live(PROFILES[kind], seed, since, until)


def plain(life: Life) -> list:
    """What can be compared: who came when, and what was bought."""
    return [
        [(shopper.id, shopper.came_at, shopper.identity) for shopper in life.shoppers],
        [(sale.id, sale.number, sale.at, sale.status, sale.items, sale.payment, sale.rep) for sale in life.sales],
    ]


def walked(*, seed: int = 1, until: date = TODAY) -> Floor:
    """What happened on the floor of the showroom."""
    return floor.visit(PROFILES["showroom"], seed, A_YEAR_AGO, until, lived("showroom", seed=seed, until=until))


def test_the_same_seed_gives_the_same_life():
    assert plain(lived("showroom")) == plain(lived("showroom"))
    assert plain(lived("showroom")) != plain(lived("showroom", seed=2))
    until = A_YEAR_AGO + timedelta(days=60)
    assert walked(until=until) == walked(until=until) != walked(seed=2, until=until)


def test_another_day_changes_nothing_about_the_visits_before():
    short, long = walked(until=TODAY - timedelta(days=30)), walked()
    assert long.lookers[: len(short.lookers)] == short.lookers
    assert len(long.visits) > len(short.visits)
    for before, after in zip(short.visits, long.visits[: len(short.visits)], strict=True):
        if before.follow_up and before.follow_up.closed_at is None:
            assert after.follow_up
            after.follow_up.closed_at = after.follow_up.closed_as = after.follow_up.answered_by = None
            after.follow_up.call = None
        assert after.shopper.id == before.shopper.id
        assert replace(after, shopper=before.shopper) == before


def test_people_come_to_the_floor_once_a_day_while_it_is_open():
    profile, seen = PROFILES["showroom"], walked()
    days = Counter()
    for visit in seen.visits:
        local = visit.at.astimezone(ZoneInfo(profile.timezone))
        assert profile.weekdays[local.weekday()] > 0
        assert local.hour in range(profile.opens, profile.closes + 1)
        assert visit.at >= visit.shopper.came_at
        days[visit.shopper.id, local.date()] += 1
    assert set(days.values()) == {1}
    assert {visit.visit_type for visit in seen.visits} == set(visits.VISIT_TYPES)
    assert {visit.purpose for visit in seen.visits} == set(visits.PURPOSES)
    assert {visit.interest for visit in seen.visits} == {None, *visits.INTERESTS}
    assert {visit.outcome for visit in seen.visits} == {None, *visits.OUTCOMES}
    sold = {sale.shopper.id for sale in lived("showroom").sales if sale.shopper}
    assert sold <= {visit.shopper.id for visit in seen.visits}


def test_another_day_changes_nothing_about_the_days_before():
    short, long = lived("showroom", until=TODAY - timedelta(days=30)), lived("showroom")
    for before, after in zip(plain(short), plain(long), strict=True):
        assert after[: len(before)] == before
        assert len(after) > len(before)


@pytest.mark.parametrize("kind", PROFILES)
def test_every_kind_has_regulars_one_timers_lapsed_and_all_else_that_happens_in_a_shop(kind):
    life = lived(kind)
    sales = [sale for sale in life.sales if sale.status == "completed" and sale.of is None]
    bought = Counter(sale.shopper.id for sale in sales if sale.shopper)
    last = {sale.shopper.id: sale.at.date() for sale in sales if sale.shopper}
    once = sum(1 for times in bought.values() if times == 1)
    lapsed = sum(1 for who, times in bought.items() if times > 1 and last[who] < TODAY - timedelta(days=120))
    assert 0.3 < once / len(bought) < 0.8
    assert max(bought.values()) >= 10
    assert lapsed > 20
    assert len(bought) < len(life.shoppers)
    assert any(sale.shopper is None for sale in sales)
    assert {sale.status for sale in life.sales} == {"completed", "cancelled", "draft"}
    returns = [sale for sale in life.sales if sale.of]
    assert 0.002 < len(returns) / len(sales) < 0.08
    assert all(sale.total < 0 for sale in returns)


@pytest.mark.parametrize("kind", PROFILES)
def test_nobody_buys_on_a_closed_day_or_outside_the_opening_hours(kind):
    profile = PROFILES[kind]
    shop_hours = range(profile.opens, profile.closes + 1)
    for sale in lived(kind).sales:
        local = sale.at.astimezone(ZoneInfo(profile.timezone))
        assert profile.weekdays[local.weekday()] > 0
        assert local.hour in shop_hours


@pytest.mark.parametrize("kind", PROFILES)
def test_phones_are_valid_where_the_shop_is_and_nobodys(kind):
    profile = PROFILES[kind]
    made = [identity(profile, 1, number).fields for number in range(1500)]
    known = [fields["phone"] for fields in made if fields["phone"]]
    assert len(set(known)) == len(known) > 1400
    for fields in made[:200]:
        if fields["phone"]:
            assert phones.normalise(fields["phone_typed"], profile.region).e164 == fields["phone"]
            assert phonenumbers.is_valid_number(phonenumbers.parse(fields["phone"]))
    assert all(phone.startswith(("+91601", "+23328")) or phone[5:10] == "55501" for phone in known)
    assert all(not fields["email"] or fields["email"].endswith("@example.com") for fields in made)


def test_it_is_labelled_as_demo(showroom):
    assert showroom.is_demo
    assert showroom.name == "Anand Furniture House (demo)"
    assert people.find_shop("demo-showroom") == showroom


def test_everything_adds_up(showroom):
    assert doctor.examine([showroom]) == []


def test_it_holds_two_years_of_thousands_of_customers(showroom):
    with shop_session(keeper(showroom)) as shop:
        of_shop = Order.shop_id == shop.id
        first, last, orders = shop.execute(
            select(func.min(Order.ordered_on), func.max(Order.ordered_on), func.count()).where(of_shop)
        ).one()
        on_file = shop.scalar(select(func.count()).where(Customer.shop_id == shop.id))
        without_items = shop.scalar(
            select(func.count()).where(
                of_shop, ~select(OrderItem).where(OrderItem.shop_id == shop.id, OrderItem.order_id == Order.id).exists()
            )
        )
        tagged = shop.scalar(select(func.count()).where(Tagging.shop_id == shop.id))
    assert first - date(2024, 11, 20) < timedelta(days=7)
    assert last == TODAY
    assert 2_000 < on_file < 5_000
    assert orders > on_file
    assert without_items == 0
    assert tagged > 100


def test_its_figures_are_not_planned_as_if_it_were_empty(showroom):
    with shop_session(keeper(showroom)) as shop:
        orders = shop.scalar(select(func.count()).where(Order.shop_id == shop.id))
        expected = shop.scalar(text("select reltuples from pg_class where oid = to_regclass('orders')"))
    assert expected >= orders * 0.9


def test_its_figures_are_plausible(showroom):
    with shop_session(keeper(showroom), now=datetime(2026, 11, 20, 12, tzinfo=showroom.zone)) as shop:
        period = Period(TODAY - timedelta(days=30), TODAY + timedelta(days=1))
        found = {measure.key: measure for measure in metrics.measure_all(shop, None, period)}
    assert 20 < found["repeat_rate"].value < 60
    assert found["people_on_file"].value > found["customers"].value > found["repeat_customers"].value > 100
    assert 10_000 < found["average_order"].value < 60_000
    assert found["revenue"].value > 1_000_000
    assert found["new_customers"].value > 20


def test_its_visits_look_like_a_showroom(showroom):
    with shop_session(keeper(showroom), now=datetime(2026, 11, 20, 23, 50, tzinfo=showroom.zone)) as shop:
        visitors, back = shop.execute(
            select(func.sum(ShopDay.visitors), func.sum(ShopDay.became_revisitor)).where(ShopDay.shop_id == shop.id)
        ).one()
        open_ones = select(FollowUp.due_on).where(FollowUp.shop_id == shop.id, FollowUp.closed_at.is_(None))
        due = shop.execute(open_ones).scalars().all()
        answered = shop.scalar(select(func.count(FollowUp.answered_by_visit)).where(FollowUp.shop_id == shop.id))
        asked, given, mean = shop.execute(
            select(func.count(), func.count(Review.given_at), func.avg(Review.rating)).where(Review.shop_id == shop.id)
        ).one()
        calls = shop.scalar(select(func.count()).where(Interaction.shop_id == shop.id))
        leads = shop.execute(
            select(func.count(), func.max(Customer.visit_count), func.max(Customer.order_count)).where(
                Customer.shop_id == shop.id, Customer.status == "lead"
            )
        ).one()
        bought = select(Visit.customer_id).where(Visit.shop_id == shop.id, Visit.outcome == "purchase")
        came_and_bought = shop.scalar(select(func.count(bought.distinct().subquery().c.customer_id)))
    assert 0.3 < back / visitors < 0.6
    assert 0.4 < came_and_bought / visitors < 0.85
    assert 5 < len(due) < 60
    assert min(due) < TODAY < max(due)
    assert answered > 50
    assert asked * 0.3 < given < asked * 0.7
    assert 3.5 < mean < 4.8
    assert calls > 300
    assert leads[0] > 20
    assert leads[1:] == (0, 0)


def test_what_happened_lately_on_the_floor_is_on_the_timeline(showroom):
    with shop_session(keeper(showroom)) as shop:
        told = dict(
            shop.execute(
                select(Activity.what, func.count()).where(Activity.shop_id == shop.id).group_by(Activity.what)
            ).all()
        )
        regular = shop.scalar(
            select(Visit.customer_id).where(Visit.shop_id == shop.id).order_by(Visit.visited_at.desc()).limit(1)
        )
        [latest, *_] = customer_timeline.of_customer(shop, regular, "visits").lines
    expected = {
        "visit recorded", "follow-up planned", "follow-up done", "follow-up dropped", "interaction recorded",
        "review requested", "review given",
    }  # fmt: skip
    assert expected <= told.keys()
    assert latest.title.startswith("Visited")


def test_recent_sales_are_on_the_timeline_in_order_of_time(showroom):
    with shop_session(keeper(showroom)) as shop:
        sales = (Activity.shop_id == shop.id, Activity.what == "sale recorded")
        moments = shop.execute(select(Activity.at).where(*sales).order_by(Activity.id)).scalars().all()
        lately = (Order.ordered_on > TODAY - timedelta(days=89), Order.returns_order_id.is_(None))
        recent = shop.scalar(select(func.count()).where(Order.shop_id == shop.id, *lately))
    assert moments == sorted(moments)
    assert len(moments) >= recent > 100


def test_all_five_of_the_team_can_sign_in(showroom):
    def check(password: str, stored: str) -> bool:
        return bcrypt.checkpw(password.encode(), stored.encode())

    for login in ("owner@showroom", "manager@showroom", "rohit@showroom", "sneha@showroom", "imran@showroom"):
        assert login in demo.sign_ins([showroom])
        token = sign_in.sign_in(login, demo.password(), check=check, address="127.0.0.1")
        who = sign_in.who_has(token)
        assert who and who.shop == showroom


def test_the_next_start_adds_what_happened_since_and_keeps_what_people_did(showroom):
    def orders() -> dict:
        with shop_session(keeper(showroom)) as shop:
            query = select(Order.id, Order.total).where(Order.shop_id == shop.id)
            return dict(shop.execute(query).all())

    def promised() -> dict:
        with shop_session(keeper(showroom)) as shop:
            query = select(FollowUp.id, FollowUp.closed_at).where(FollowUp.shop_id == shop.id)
            return dict(shop.execute(query).all())

    before, promised_before = orders(), promised()
    assert demo.make("showroom", today=TODAY) == showroom
    assert orders() == before
    assert promised() == promised_before
    with shop_session(keeper(showroom), alone=True) as shop:
        regular = shop.scalar(
            select(Customer.id).where(Customer.shop_id == shop.id).order_by(Customer.order_count.desc()).limit(1)
        )
        customers.change(shop, regular, {"notes": "Likes teak."})
    demo.make("showroom", seed=9, today=TODAY + timedelta(days=14))
    after = orders()
    assert before.items() < after.items()
    assert len(after) - len(before) < 250
    promised_after = promised()
    still_open = [follow_up for follow_up, closed_at in promised_before.items() if closed_at is None]
    assert sum(promised_after[follow_up] is not None for follow_up in still_open) > len(still_open) / 2
    assert len(promised_after) > len(promised_before)
    assert doctor.examine([showroom]) == []
    with shop_session(keeper(showroom)) as shop:
        assert customers.get(shop, regular)["notes"] == "Likes teak."
        assert shop.scalar(select(func.count()).where(ShopRecord.slug == "demo-showroom")) == 1


def test_a_shop_of_the_same_short_name_that_is_no_demo_stays_as_it_is(new_shop):
    real = new_shop(slug="demo-business")
    with pytest.raises(Conflict, match="no demo shop"):
        demo.make("business", today=TODAY)
    assert people.find_shop("demo-business") == real


def test_a_pharmacy_has_worked_through_its_contact_sheets(new_shop):
    shop, profile = new_shop(kind="pharmacy"), PROFILES["pharmacy"]
    life = lived("pharmacy", since=TODAY - timedelta(days=80))
    midnight = datetime.combine(TODAY, datetime.max.time(), ZoneInfo(shop.timezone))
    long_ago = midnight - timedelta(days=900)
    team = [replace(one, login=f"{one.login}-{shop.slug}") for one in profile.team]
    profile = replace(profile, team=tuple(team))
    with shop_session(keeper(shop), alone=True, now=midnight) as session:
        filing.hire(session, profile, "x")
        filing.stock(session, profile)
        filing.file(session, profile, life, Floor(), long_ago, midnight)
        filing.call(session, profile, 1, TODAY - timedelta(days=730), life, long_ago, midnight)
        before = contacts.counts(session)
        filing.call(session, profile, 1, TODAY - timedelta(days=730), life, long_ago, midnight)  # anew
        assert contacts.counts(session) == before
        assert len(contacts.uploads(session)) == 3
        reminders = refills.counts(session)
        assert contacts.count(session, contacts.Filters(assigned=lists.NOBODY)) > 10
    assert 270 <= sum(before.values()) <= 300
    assert min(before["pending"], before["contacted"]) > 60
    assert before["yellow"] > 5 and before["converted"] > 15
    assert min(reminders["coming"], reminders["sent"]) > 10 and 0 < reminders["overdue"] < 100
    checked = {"contacts", "imports", "customers", "refill_reminders"}
    assert not {found.check for found in doctor.examine([shop])} & checked


def test_a_business_has_leads_of_every_kind_and_the_next_start_adds_to_them(new_shop):
    shop, profile = new_shop(kind="business", timezone="America/New_York"), PROFILES["business"]
    since = TODAY - timedelta(days=200)
    life = lived("business", since=since)
    profile = replace(profile, team=tuple(replace(one, login=f"{one.login}-{shop.slug}") for one in profile.team))

    def until(day: date) -> datetime:
        return datetime.combine(day, datetime.max.time(), ZoneInfo(shop.timezone))

    long_ago, month_ago = until(TODAY - timedelta(days=900)), until(TODAY - timedelta(days=30))
    with shop_session(keeper(shop), alone=True, now=month_ago) as session:
        filing.hire(session, profile, "x")
        filing.stock(session, profile)
        filing.file(session, profile, life, Floor(), long_ago, month_ago)
        filing.lead(session, profile, 1, since, life, long_ago, month_ago)
        before = leads.counts(session)
    with shop_session(keeper(shop), alone=True, now=until(TODAY)) as session:
        filing.file(session, profile, life, Floor(), month_ago, until(TODAY))
        for _ in range(2):  # the second time adds nothing
            filing.lead(session, profile, 1, since, life, month_ago, until(TODAY))
        after = leads.counts(session)
        rows = list(session.execute(leads.listed(session)).mappings())
        ours = leads.rules.of_shop(session)
        assert max(len(leads.scores(session, row["id"])) for row in rows) >= 3
    assert 0 < sum(before.values()) < sum(after.values()) and before["converted"] <= after["converted"]
    assert min(after.values()) >= 3 and 55 <= sum(after.values()) <= 110
    assert {ours.grade(row["score"]) for row in rows} >= {"A", "B", "C", None}
    assert {row["source"] for row in rows} == {"Website", "Trade fair", "Referral", "Cold call", None}
    assert len({row["assignee"] for row in rows}) == 4  # three of the five, and nobody
    assert all(row["customer_name"] for row in rows if row["status"] == "converted")
    assert any(row["next_follow_up_on"] for row in rows) and any(row["territory"] for row in rows)
    assert not {found.check for found in doctor.examine([shop])} & {"customers", "leads"}
