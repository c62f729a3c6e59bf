"""Health: a score a day from stated formulas, what is left out, who turned red, and how long it is kept."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from itertools import chain, combinations
from threading import Barrier

import pytest
from conftest import NOW
from sqlalchemy import delete, func, insert, select, update

from crmcore import (
    companies,
    customers,
    doctor,
    follow_ups,
    health,
    imports,
    interactions,
    jobs,
    modules,
    my_day,
    notifications,
    orders,
    people,
    reviews,
    segments,
    shop_settings,
    visits,
)
from crmcore.database.gate import STAFF, keeper, shop_session
from crmcore.errors import BadInput
from crmcore.metrics import MEASURES
from crmcore.models import Company, Customer, FollowUp, HealthDay, HealthScore, Review
from crmcore.periods import last_days


@pytest.fixture
def business(new_shop):
    """A shop with the pipeline."""
    shop = new_shop(kind="business")
    with shop_session(keeper(shop), alone=True) as opened:
        modules.switch(opened, ["pipeline", "visits"])
    return people.find_shop(shop.slug)


@pytest.fixture
def shop(business):
    with shop_session(keeper(business), alone=True, now=NOW) as opened:
        yield opened


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha Rao"})


def talk(shop, customer_id, days, kind="call", direction="out", mood=None):
    at = NOW - timedelta(days=days)
    new = interactions.NewInteraction(kind, customer_id, direction=direction, happened_at=at, sentiment=mood)
    interactions.record(shop, new)


def buy(shop, customer_id, *days):
    for one in days:
        at = NOW - timedelta(days=one)
        orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=customer_id, ordered_at=at))


def scored(shop, customer_id):
    health.measure(shop)
    row = health.latest(shop, customer_id)
    return None if row is None else (row["engagement"], row["activity"], row["satisfaction"], row["score"])


def test_of_whom_nothing_is_known_there_is_no_score(shop, asha):
    assert health.measure(shop) == health.Measured(0, 0)
    assert health.latest(shop, asha) is None
    assert health.distribution(shop) is None


def test_parts_without_data_are_left_out_and_said_so(shop, asha):
    buy(shop, asha, 10)
    # Activity alone: seen 10 days ago is 100, one happening in 30 days is 75.
    assert scored(shop, asha) == (None, 88, None, 88)
    row = health.latest(shop, asha)
    assert health.reasons(row) == [
        "No talk or visit within a year: engagement is left out",
        "Bought 10 days ago",
        "No review within a year: satisfaction is left out",
    ]
    assert row["recommendation"] == "keep"


def test_engagement_is_the_mean_of_its_shares(shop, asha):
    talk(shop, asha, 12, "call", "out", "positive")
    talk(shop, asha, 9, "whatsapp", "in", "neutral")
    talk(shop, asha, 60, "meeting", "out", "negative")
    # 3 of 6 talks: 50; 9 of 120 days: 92.5; three kinds: 100; moods 100, 60, 0: 53.3; answered after 3 of 7 days: 57.1.
    assert scored(shop, asha)[0] == round((50 + 92.5 + 100 + 160 / 3 + 400 / 7) / 5)


def test_activity_knows_how_lately_how_busy_and_their_own_rhythm(shop, asha):
    buy(shop, asha, 160, 120, 80)
    # Seen 80 days ago: 100 * 100 / 150; one happening in 90 days: 50; every 40 days, so two intervals: 50.
    assert scored(shop, asha)[1] == round((100 * 100 / 150 + 50 + 50) / 3)
    row = health.latest(shop, asha)
    assert row["recommendation"] == "win_back"
    assert "Bought 80 days ago; they buy every 40 days, so they are overdue" in health.reasons(row)


def test_satisfaction_is_the_stars_of_a_year_and_the_score_the_mean_of_the_parts(shop, asha):
    reviews.give(shop, asha, reviews.Given(4))
    reviews.give(shop, asha, reviews.Given(1))
    old = reviews.give(shop, asha, reviews.Given(5))
    shop.execute(update(Review).where(Review.id == old).values(given_on=NOW.date() - timedelta(days=365)))
    assert scored(shop, asha) == (None, None, 38, 38)
    row = health.latest(shop, asha)
    assert row["recommendation"] == "ask"
    assert "2.5 of 5 stars on average" in health.reasons(row)


def test_a_visit_counts_as_being_in_touch(shop, asha):
    visits.record(shop, visits.NewVisit(asha))
    # One of six talks, today, one kind; seen today, one happening.
    assert scored(shop, asha) == (round((100 / 6 + 100 + 40) / 3), 88, None, 70)


def test_measuring_again_the_same_day_changes_nothing_and_what_was_written_by_hand_stays(shop, asha):
    buy(shop, asha, 10)
    assert health.record(shop, asha, engagement=40, satisfaction=21) == 31
    bilal = customers.create(shop, {"name": "Bilal Khan"})
    buy(shop, bilal, 3)
    assert health.measure(shop) == health.Measured(1, 0)
    assert health.measure(shop) == health.Measured(0, 0)
    assert health.latest(shop, asha)["score"] == 31
    day = health.distribution(shop)
    assert (day["green"], day["watch"], day["red"]) == (1, 0, 1)
    assert shop.scalar(select(func.count()).select_from(HealthScore).where(HealthScore.shop_id == shop.id)) == 2


def test_a_score_by_hand_before_the_morning_leaves_the_figures_of_the_day_before(business):
    who, tomorrow = keeper(business), NOW + timedelta(days=1)
    with shop_session(who, alone=True, now=NOW) as shop:
        asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
        buy(shop, asha, 3)
        buy(shop, bilal, 3)
        health.measure(shop)
    with shop_session(who, alone=True, now=tomorrow) as shop:
        health.record(shop, asha, engagement=20)
        day = health.distribution(shop)
        assert (day["green"], day["red"], day["scored_on"]) == (2, 0, shop.today - timedelta(days=1))
        assert health.latest(shop, asha)["score"] == 20
        assert shop.rows("doctor/health_days", most=5) == []
        health.measure(shop)
        day = health.distribution(shop)
        assert (day["green"], day["red"], day["scored_on"]) == (1, 1, shop.today)


def test_a_score_by_staff_who_see_their_own_leaves_everybody_in_the_figures(business, join):
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
    owner = keeper(people.find_shop(business.slug))
    ravi = join(STAFF, owner.shop, "Ravi", sells=True)
    sana = join(STAFF, owner.shop, "Sana", sells=True)
    with shop_session(owner, alone=True, now=NOW) as shop:
        his = customers.create(shop, {"name": "His", "rep_id": ravi.staff_id})
        others = customers.create(shop, {"name": "Sana’s", "rep_id": sana.staff_id})
        for one in (his, others):
            buy(shop, one, 3)
        health.measure(shop)
    with shop_session(ravi, writes=True, now=NOW) as shop:
        health.record(shop, his, engagement=20)
    with shop_session(owner, now=NOW) as shop:
        day = health.distribution(shop)
        assert (day["green"], day["red"]) == (1, 1)
        assert shop.rows("doctor/health_days", most=5) == []


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({}, "engagement", "at least one"),
        ({"activity": 101}, "activity", "101"),
        ({"engagement": -1}, "engagement", "0 to"),
        ({"satisfaction": 50.5}, "satisfaction", "whole numbers"),
    ],
)
def test_a_score_by_hand_is_checked(shop, asha, given, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        health.record(shop, asha, **given)
    assert refused.value.field == field


def test_who_turns_red_is_told_once_and_stands_on_my_day(business, join):
    rep = join(STAFF, shop=business, sells=True, name="Ravi")
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "Asha Rao", "rep_id": rep.staff_id})
        buy(shop, asha, 10)
    later = NOW + timedelta(days=175)
    for day in (NOW, later, later, later + timedelta(days=1)):
        jobs.live_a_morning(business, (health.measure_if_wanted,), now=day)
        with shop_session(keeper(business), alone=True, now=day) as shop:
            health.measure(shop)
    with shop_session(rep, now=later) as shop:
        found = follow_ups.open_list(shop, rep.staff_id)
        assert [row["about"] for row in shop.execute(found).mappings()] == [
            "Health turned red, 88 to 0. Not talked with for long: call them."
        ]
        assert my_day.due(shop) == 1
        assert notifications.unread(shop) == 1
        rows, how_many = health.at_risk(shop, health.RED)
        assert ([row["name"] for row in rows], how_many) == (["Asha Rao"], 1)
        assert health.at_risk(shop, health.WATCH) == ([], 0)
        assert [row["score"] for row in health.trend(shop, asha)] == [0, 0, 88]
        found = segments.preview(shop, {"all": [{"field": "health", "operator": "one_of", "value": ["red"]}]})
        assert found.count == 1


def test_segments_by_health_and_kind_stay_right_whatever_happens(business, tmp_path):
    """By level, score and company, against a count in Python of what was written down."""
    who, sheet = keeper(business), tmp_path / "deals.csv"
    with shop_session(who, alone=True, now=NOW) as shop:
        people_on_file = [customers.create(shop, {"name": f"Customer {nth}"}) for nth in range(8)]
        for customer_id, days in zip(people_on_file, (1, 2, 85, 100, 130, 170, 200), strict=False):
            buy(shop, customer_id, days)
        companies.change(shop, people_on_file[0], {"employees": 4})
        companies.change(shop, people_on_file[1], {"employees": 5})
        assert recounted(shop) == {}
        health.measure(shop)
        levels = recounted(shop)
        assert {health.GREEN, health.WATCH, health.RED} == set(levels)
        health.record(shop, people_on_file[0], engagement=10)
        health.record(shop, people_on_file[7], engagement=60)  # of whom nothing was known
        by_hand = recounted(shop)
        assert len(by_hand[health.GREEN]) == len(levels[health.GREEN]) - 1
        customers.hide(shop, people_on_file[0])
        hidden = recounted(shop)
        assert by_hand[health.RED] - hidden[health.RED] == {people_on_file[0]}
        customers.unhide(shop, people_on_file[0])
        assert recounted(shop) == by_hand
    sheet.write_text("opportunity_id,account,deal_stage,deal_value\nA1,Acme,Qualified,100\nA2,Zenith,Qualified,200\n")
    imported = imports.run(who, "opportunities", sheet)
    with shop_session(who, alone=True, now=NOW + timedelta(days=1)) as shop:
        recounted(shop, companies_there=4)
        health.record(shop, people_on_file[1], engagement=30)  # before the morning: yesterday's figures still hold
        assert recounted(shop, companies_there=4) == by_hand
        health.measure(shop)
        assert people_on_file[1] in recounted(shop, companies_there=4)[health.RED]
    with shop_session(who, alone=True, now=NOW + timedelta(days=1)) as shop:
        imports.undo(shop, imported.import_id)
        recounted(shop)


def recounted(shop, companies_there=2):
    """Customers by level on the last day that counts, after every way of asking for them was compared with it."""
    assert shop.rows("doctor/health_scores", most=5) == []
    day = (health.distribution(shop) or {}).get("scored_on")
    on_file = {
        row.id
        for row in shop.execute(select(Customer.id).where(Customer.shop_id == shop.id, Customer.hidden_at.is_(None)))
    }
    written = select(HealthScore.customer_id, HealthScore.score).where(
        HealthScore.shop_id == shop.id, HealthScore.scored_on == day
    )
    scores = {customer_id: score for customer_id, score in shop.execute(written) if customer_id in on_file}
    levels: dict = {}
    for customer_id, score in scores.items():
        levels.setdefault(health.level_of(score), set()).add(customer_id)
    for chosen in chain.from_iterable(combinations(health.LEVELS, many) for many in (1, 2, 3)):
        those = set().union(*(levels.get(level, set()) for level in chosen))
        assert found_by(shop, "health", "one_of", list(chosen)) == those
        assert found_by(shop, "health", "none_of", list(chosen)) == on_file - those
    assert found_by(shop, "health", "empty") == on_file - set(scores)
    assert found_by(shop, "health_score", "between", [30, 80]) == {
        who for who, one in scores.items() if 30 <= one <= 80
    }
    there = {row.customer_id for row in shop.execute(select(Company.customer_id).where(Company.shop_id == shop.id))}
    assert len(there) == companies_there
    assert found_by(shop, "is_company", "yes") == there & on_file
    assert found_by(shop, "is_company", "no") == on_file - there
    return levels


def found_by(shop, field, operator, value=None):
    row = {"field": field, "operator": operator} | ({} if value is None else {"value": value})
    found = segments.preview(shop, {"all": [row]}, most=100)
    assert found.count == len(found.examples)
    return {one["id"] for one in found.examples}


@pytest.mark.parametrize("seed", range(3))
def test_the_score_with_a_customer_is_that_of_the_last_day_that_counts_whatever_happens(business, seed):
    """Days go by, people buy, are hidden and brought back, some are measured and some written down by hand."""
    who, dice, now = keeper(business), random.Random(seed), NOW
    with shop_session(who, alone=True, now=now) as shop:
        known = [customers.create(shop, {"name": f"Customer {nth}"}) for nth in range(5)]
        for nth, one in enumerate(known[:4]):
            buy(shop, one, 1 + 50 * nth)
    seen = set()
    for _ in range(25):
        now += timedelta(days=dice.choice([0, 0, 1, 40]))
        with shop_session(who, alone=True, now=now) as shop:
            one = dice.choice(known)
            change = dice.choice(["measure", "by hand", "by hand", "buy", "hide", "recount"])
            hidden = customers.get(shop, one)["hidden_at"] is not None
            if change == "measure":
                health.measure(shop)
            elif change == "recount":
                planted = dice.randint(0, 100)
                shop.execute(update(Customer).where(Customer.shop_id == shop.id).values(health_score=planted))
                health.recount(shop)
            elif change == "hide":
                (customers.unhide if hidden else customers.hide)(shop, one)
            elif not hidden and change == "by hand":
                health.record(shop, one, activity=dice.randint(0, 100))
            elif not hidden:
                orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=one))
            recounted(shop, companies_there=0)
            seen.add(change)
    assert len(seen) == 5


def test_green_begins_at_75_and_watch_at_50(shop):
    scores = {score: customers.create(shop, {"name": f"Customer {score}"}) for score in (100, 75, 74, 50, 49, 0)}
    for score, one in scores.items():
        assert health.record(shop, one, engagement=score) == score
    levels = {health.GREEN: (100, 75), health.WATCH: (74, 50), health.RED: (49, 0)}
    expected = {level: {scores[one] for one in of_level} for level, of_level in levels.items()}
    assert recounted(shop, companies_there=0) == expected
    month = MEASURES["health_distribution"](shop, last_days(shop.today, 30)).rows
    assert [tuple(row.values()) for row in month] == [(level, 2) for level in health.LEVELS]
    for level in (health.WATCH, health.RED):
        rows, how_many = health.at_risk(shop, level)
        assert ({row["customer_id"] for row in rows}, how_many) == (expected[level], 2)


def test_scores_by_hand_in_a_shop_that_never_measured_count_on_their_day(business):
    who = keeper(business)
    with shop_session(who, alone=True, now=NOW) as shop:
        asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
        health.record(shop, asha, engagement=20)
        health.record(shop, bilal, engagement=80)
        assert recounted(shop, companies_there=0) == {health.RED: {asha}, health.GREEN: {bilal}}
    with shop_session(who, alone=True, now=NOW + timedelta(days=1)) as shop:
        health.record(shop, bilal, engagement=60)
        assert recounted(shop, companies_there=0) == {health.WATCH: {bilal}}


def test_people_who_write_health_down_while_it_is_measured_leave_the_right_sums_and_scores(business):
    who = keeper(business)
    with shop_session(who, alone=True, now=NOW) as shop:
        known = [customers.create(shop, {"name": f"Customer {nth}"}) for nth in range(8)]
        for one in known[:6]:
            buy(shop, one, 3)
    begin = Barrier(4)

    def write_down(mine):
        begin.wait()
        for one in mine:
            with shop_session(who, writes=True, now=NOW) as shop:
                if one is None:
                    health.measure(shop)
                else:
                    health.record(shop, one, activity=30)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_down, [known[4:8], [None], known[::-1], known[:6]]))
    with shop_session(who, now=NOW) as shop:
        assert recounted(shop, companies_there=0) == {health.RED: set(known)}
        assert shop.rows("doctor/health_days", most=5) == []


def test_days_go_after_a_hundred_but_for_the_last_of_each_month(business):
    first = NOW - timedelta(days=150)
    with shop_session(keeper(business), alone=True, now=first) as shop:
        asha = customers.create(shop, {"name": "Asha Rao"})
        orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=asha))
    for days in (150, 149, 148, 140, 110, 99, 1):
        with shop_session(keeper(business), alone=True, now=NOW - timedelta(days=days)) as shop:
            health.measure(shop)
    with shop_session(keeper(business), alone=True, now=NOW) as shop:
        health.measure(shop)
        kept = [(NOW.date() - row["scored_on"]).days for row in health.trend(shop, asha)]
        # Of 23, 24 and 25 June the last is kept, 3 July too, and of August the 13th, which is younger, but not the 2nd.
        assert kept == [0, 1, 99, 140, 148]
        days = shop.execute(select(HealthDay.scored_on).where(HealthDay.shop_id == shop.id)).scalars()
        assert sorted((NOW.date() - day).days for day in days) == kept
    assert [one for one in doctor.examine([business]) if one.check == "health_days"] == []


def test_a_planted_error_in_the_sums_is_found(shop, asha):
    buy(shop, asha, 10)
    health.measure(shop)
    shop.execute(update(HealthDay).where(HealthDay.shop_id == shop.id).values(red=3))
    assert [(row["green"], row["red"]) for row in shop.rows("doctor/health_days", most=5)] == [(0, 3)]
    shop.execute(delete(HealthDay).where(HealthDay.shop_id == shop.id))
    assert [row["green"] for row in shop.rows("doctor/health_days", most=5)] == [-1]


def test_customers_that_an_import_takes_back_leave_the_sums(business, tmp_path):
    sheet = tmp_path / "customers.csv"
    sheet.write_text("Name,Phone\nAsha Rao,98811 20456\n")
    who = keeper(business)
    imported = imports.run(who, "customers", sheet)
    with shop_session(who, alone=True) as shop:
        found = customers.by_phone(shop, "98811 20456")["id"]
        row = {"customer_id": found, "scored_on": shop.today, "score": 20, "factors": {}}
        shop.execute(insert(HealthScore).values(shop_id=shop.id, **row))
        bilal = customers.create(shop, {"name": "Bilal"})
        yesterday = row | {"customer_id": bilal, "scored_on": shop.today - timedelta(days=1)}
        shop.execute(insert(HealthScore).values(shop_id=shop.id, **yesterday))
        health.recount(shop)
        assert (health.distribution(shop)["red"], recounted(shop, 0)) == (1, {health.RED: {found}})
    with shop_session(who, alone=True) as shop:
        imports.undo(shop, imported.import_id)
        assert recounted(shop, 0) == {health.RED: {bilal}}  # the day before is the last now
        assert shop.rows("doctor/health_days", most=5) == []


def test_a_shop_without_the_module_measures_nothing(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        buy(shop, customers.create(shop, {"name": "Asha"}), 3)
        health.measure_if_wanted(shop)
        assert health.distribution(shop) is None
        assert shop.scalar(select(func.count()).select_from(FollowUp).where(FollowUp.shop_id == shop.id)) == 0
