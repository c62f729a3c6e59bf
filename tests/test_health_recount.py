"""Health recounted: what sql/health/measure.sql says in words, worked out in Python from the raw rows."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from conftest import NOW
from sqlalchemy import select

from crmcore import customers, health, interactions, modules, orders, people, pipeline, reviews, visits
from crmcore.database.gate import keeper, shop_session
from crmcore.models import HealthScore, Interaction, Opportunity, Order, Review, Visit

# Days ago, most of them beside an edge of the formulas.
DAYS = (0, 1, 7, 8, 29, 30, 31, 45, 59, 60, 61, 89, 90, 119, 120, 179, 180, 181, 364, 365, 400)
MOODS = {"positive": 100, "neutral": 60, "negative": 0}


@pytest.mark.parametrize("seed", range(2))
def test_every_part_score_and_advice_equals_a_recount(new_shop, seed):
    who = keeper(new_shop(kind="business"))
    with shop_session(who, alone=True, now=NOW) as shop:
        modules.switch(shop, ["pipeline", "visits"])
    with shop_session(keeper(people.find_shop(who.shop.slug)), alone=True, now=NOW) as shop:
        known = _live(shop, random.Random(seed))
        health.measure(shop)
        written = {row.customer_id: row for row in _of(shop, HealthScore)}
        worked_out = {customer_id: score for customer_id in known if (score := _Recount(shop, customer_id)).parts}
        assert set(written) == set(worked_out)
        levels: Counter = Counter()
        for customer_id, score in worked_out.items():
            told = written[customer_id]
            assert {key: getattr(told, key) for key in health.PARTS} == {
                key: _rounded(score.parts.get(key)) for key in health.PARTS
            }, score.facts
            there = [getattr(told, key) for key in health.PARTS if getattr(told, key) is not None]
            assert told.score == _rounded(Fraction(sum(there), len(there)))
            assert told.recommendation == score.advice(told.score), score.facts
            levels[health.level_of(told.score)] += 1
        shown = health.distribution(shop)
        assert {level: shown[level] for level in health.LEVELS} == {level: levels[level] for level in health.LEVELS}
        assert set(levels) == set(health.LEVELS), "a recount of all levels shows more than one of some"


def _live(shop, dice):
    """Customers with talk, purchases, visits, reviews and deals, much of it, little or none."""
    known = []
    for nth in range(30):
        one = customers.create(shop, {"name": f"Customer {nth}"})
        known.append(one)
        for what in (_talk, _buy, _visit, _review):
            for _ in range(dice.choice((0, 0, 0, 1, 3, 4))):
                what(shop, one, NOW - timedelta(days=dice.choice(DAYS), hours=dice.randint(0, 6)), dice)
        if dice.random() < 0.3:
            pipeline.create(shop, pipeline.NewOpportunity("Desks", one))
    return known


def _talk(shop, one, at, dice):
    kind, direction = dice.choice(list(interactions.TALK)), dice.choice(("in", "out"))
    mood = dice.choice((None, *MOODS))
    new = interactions.NewInteraction(kind, one, direction=direction, happened_at=at, sentiment=mood)
    interactions.record(shop, new)


def _buy(shop, one, at, dice):
    amount = dice.choice(("100", "250", "-20"))
    orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=one, ordered_at=at))


def _visit(shop, one, at, dice):
    visits.record(shop, visits.NewVisit(one, visited_at=at))


def _review(shop, one, at, dice):
    reviews.give(shop, one, reviews.Given(dice.randint(1, 5), given_at=at))


def _of(shop, model):
    return shop.execute(select(model).where(model.shop_id == shop.id)).all()


class _Recount:
    """The parts of one customer as the words of the file say, exact; those nothing is known about are left out."""

    def __init__(self, shop, customer_id):
        self.today = shop.today
        mine = [row for row in _of(shop, Interaction) if row.customer_id == customer_id]
        came = [row for row in _of(shop, Visit) if row.customer_id == customer_id]
        sales = [row for row in _of(shop, Order) if row.customer_id == customer_id and row.total > 0]
        stars = [row for row in _of(shop, Review) if row.customer_id == customer_id and row.rating]
        self.touches = sorted(
            [(row.happened_at, row.direction != "out", row.happened_on, row.kind, row.sentiment) for row in mine]
            + [(row.visited_at, True, row.visited_on, "visit", None) for row in came]
        )
        self.touches = [one for one in self.touches if self._ago(one[2]) < 365]
        self.bought = sorted(row.ordered_on for row in sales)
        self.stars = [row.rating for row in stars if self._ago(row.given_on) < 365]
        self.deals = sum(row.customer_id == customer_id and row.status == "open" for row in _of(shop, Opportunity))
        self.talked_ago = min((self._ago(one[2]) for one in self.touches), default=None)
        self.bought_ago = self._ago(self.bought[-1]) if self.bought else None
        moods = [MOODS[one[4]] for one in self.touches if one[4] and self._ago(one[2]) < 180]
        self.mood = _mean(moods)
        happened = [one[2] for one in self.touches] + self.bought
        self.in_30, self.in_90 = (sum(self._ago(day) < days for day in happened) for days in (30, 90))
        self.intervals = None
        if len(self.bought) >= 3 and self.bought[0] < self.bought[-1]:
            every = Fraction((self.bought[-1] - self.bought[0]).days, len(self.bought) - 1)
            self.intervals = self.bought_ago / every
        parts = {
            "engagement": _mean(self._engagement()),
            "activity": _mean(self._activity()),
            "satisfaction": None if not self.stars else 25 * (_mean(self.stars) - 1),
        }
        self.parts = {key: value for key, value in parts.items() if value is not None}
        self.facts = vars(self)

    def _ago(self, day):
        return (self.today - day).days

    def _engagement(self):
        if self.talked_ago is None:
            return []
        lately = [one for one in self.touches if self._ago(one[2]) < 90]
        answers = [
            Fraction((at - before[0]).total_seconds()) / 86400
            for before, (at, is_theirs, day, *_) in zip(self.touches, self.touches[1:], strict=False)
            if is_theirs and not before[1] and self._ago(day) < 180
        ]
        return [
            min(100, Fraction(100 * len(lately), 6)),
            max(0, 100 - Fraction(100 * self.talked_ago, 120)),
            (0, 40, 70, 100)[min(3, len({one[3] for one in lately}))],
            *([] if self.mood is None else [self.mood]),
            *([max(0, 100 - 100 * _mean(answers) / 7)] if answers else []),
        ]

    def _activity(self):
        seen = [days for days in (self.talked_ago, self.bought_ago) if days is not None]
        if not seen:
            return []
        busy = 100 if self.in_30 >= 2 else 75 if self.in_30 else 50 if self.in_90 else 0
        rhythm = [] if self.intervals is None else [max(0, min(100, 50 * (3 - self.intervals)))]
        lately = max(0, min(100, Fraction(100 * (180 - min(seen)), 150)))
        return [lately, busy, *([100] if self.deals else []), *rhythm]

    def advice(self, score):
        satisfaction = self.parts.get("satisfaction")
        if any(one is not None and one < 50 for one in (satisfaction, self.mood)):
            return "ask"
        if self.intervals is not None and self.intervals >= 2:
            return "win_back"
        if self.deals and not self.in_30:
            return "move_deal"
        if score >= health.GREEN_FROM:
            return "keep"
        return "call" if self.talked_ago is None or self.talked_ago >= 60 else "look_after"


def _rounded(number):
    return None if number is None else int(number + Fraction(1, 2))


def _mean(numbers):
    return Fraction(sum(map(Fraction, numbers))) / len(numbers) if numbers else None
