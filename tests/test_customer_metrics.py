"""Customer groups and health: random shops recounted in plain Python, by the rules as people read them."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from conftest import NOW
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crmcore import customers, health, interactions, orders, reviews, segments
from crmcore.database.gate import keeper, shop_session
from crmcore.metrics import MEASURES
from crmcore.models import Customer, HealthScore
from crmcore.periods import last_days

RECOUNTED = ("customer_groups", "health_distribution")

LATELY = last_days(NOW.date(), 30)
PEOPLE = ("Asha", "Bilal", "Chitra")
TALKS = st.tuples(
    st.sampled_from(PEOPLE),
    st.integers(0, 400),
    st.sampled_from(["call", "email", "meeting", "whatsapp"]),
    st.sampled_from(["in", "out"]),
    st.sampled_from([None, "positive", "neutral", "negative"]),
)
SALES = st.tuples(st.sampled_from(PEOPLE), st.integers(0, 420), st.integers(1, 5000))
STARS = st.tuples(st.sampled_from(PEOPLE), st.integers(1, 5))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks=st.lists(TALKS, max_size=12, unique_by=lambda one: one[:2]), sales=st.lists(SALES, max_size=9),
       stars=st.lists(STARS, max_size=3), hidden=st.booleans())  # fmt: skip
@example(talks=[("Asha", 1, "call", "in", None), ("Asha", 2, "call", "in", None)], sales=[], stars=[("Asha", 1)],
         hidden=False)  # a third, and what lacks of it to a half  # fmt: skip
def test_groups_and_health_equal_a_recount(new_shop, talks, sales, stars, hidden):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as shop:
        ids = {name: customers.create(shop, {"name": name}) for name in PEOPLE}
        for name, days, kind, direction, mood in talks:
            at = NOW - timedelta(days=days)
            new = interactions.NewInteraction(kind, ids[name], direction=direction, happened_at=at, sentiment=mood)
            interactions.record(shop, new)
        for name, days, amount in sales:
            at = NOW - timedelta(days=days)
            orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=ids[name], ordered_at=at))
        for name, rating in stars:
            reviews.give(shop, ids[name], reviews.Given(rating))
        if hidden:
            customers.hide(shop, ids["Asha"])
        health.measure(shop)
        shown = PEOPLE[1:] if hidden else PEOPLE
        query = select(Customer.name, HealthScore.score).join(HealthScore, HealthScore.customer_id == Customer.id)
        scores = dict(shop.execute(query.where(Customer.shop_id == shop.id)).all())
        expected = {name: score_of(name, talks, sales, stars) for name in shown}
        assert scores == {name: score for name, score in expected.items() if score is not None}
        levels = Counter(health.level_of(score) for score in scores.values())
        found = MEASURES["health_distribution"](shop, LATELY).rows
        assert {row["level"]: row["customers"] for row in found if row["customers"]} == dict(levels)
        groups = Counter(group_of(name, sales, shown) for name in shown)
        rows = MEASURES["customer_groups"](shop, LATELY).rows
        assert [row["customer_group"] for row in rows] == list(segments.GROUPS)
        assert {row["customer_group"]: row["customers"] for row in rows if row["customers"]} == dict(groups)


def mean(shares):
    known = [share for share in shares if share is not None]
    return rounded(sum(known, Fraction(0)) / len(known)) if known else None


def rounded(number):
    return int(number + Fraction(1, 2))


def score_of(name, talks, sales, stars):
    own = sorted((one[1:] for one in talks if one[0] == name and one[1] < 365), reverse=True)
    bought = sorted(days for whose, days, _ in sales if whose == name)
    ratings = [rating for whose, rating in stars if whose == name]
    engagement = None
    if own:
        lately = [one for one in own if one[0] < 90]
        kinds = len({one[1] for one in lately})
        moods = [{"positive": 100, "neutral": 60, "negative": 0}[one[3]] for one in own if one[3] and one[0] < 180]
        answers = [
            before[0] - after[0]
            for before, after in pairwise(own)
            if (before[2], after[2]) == ("out", "in") and after[0] < 180
        ]
        engagement = mean(
            [
                min(Fraction(100), Fraction(100 * len(lately), 6)),
                max(Fraction(0), 100 - Fraction(100 * own[-1][0], 120)),
                Fraction((0, 40, 70, 100)[min(kinds, 3)]),
                Fraction(sum(moods), len(moods)) if moods else None,
                max(Fraction(0), 100 - Fraction(100 * sum(answers), 7 * len(answers))) if answers else None,
            ]
        )
    seen = min([*bought[:1], *([own[-1][0]] if own else [])], default=None)
    activity = None
    if seen is not None:
        days = [*bought, *(one[0] for one in own)]
        in_30, in_90 = (sum(one < limit for one in days) for limit in (30, 90))
        rhythm = None
        if len(bought) >= 3 and bought[-1] > bought[0]:
            every = Fraction(bought[-1] - bought[0], len(bought) - 1)
            rhythm = max(Fraction(0), min(Fraction(100), 100 * (3 - bought[0] / every) / 2))
        activity = mean(
            [
                max(Fraction(0), min(Fraction(100), Fraction(100 * (180 - seen), 150))),
                Fraction(100 if in_30 >= 2 else 75 if in_30 else 50 if in_90 else 0),
                rhythm,
            ]
        )
    satisfaction = rounded(Fraction(25 * sum(one - 1 for one in ratings), len(ratings))) if ratings else None
    return mean([None if part is None else Fraction(part) for part in (engagement, activity, satisfaction)])


def group_of(name, sales, shown):
    own = [(days, amount) for whose, days, amount in sales if whose == name]
    if not own:
        return "never"
    buyers = {whose for whose, _, _ in sales if whose in shown}
    average = Fraction(sum(amount for whose, _, amount in sales if whose in shown), len(buyers))
    last, spent = min(days for days, _ in own), sum(amount for _, amount in own)
    often, much = len(own) >= 4, spent >= 2 * average
    if last >= 360:
        return "lost"
    if last >= 90:
        first, second = ("win_back", "drifting") if last >= 180 else ("at_risk", "cooling")
        return first if often or much else second
    if often:
        return "best" if much else "loyal"
    return "big" if much else "returning" if len(own) > 1 else "new"
