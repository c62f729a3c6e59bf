"""The floor of a demo shop, day by day: who comes to look, what is agreed on, who calls whom, and what people think.

Every sale to somebody on file was a visit. Beside it come those who only look, and those who come by again. As with
sales, a day depends on the seed and on the days before alone, so that a shop of last week is brought up to today.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from crmcore.demo import sayings
from crmcore.demo.catalogues import Product
from crmcore.demo.identities import identity, pick
from crmcore.demo.life import Life, Sale, Shopper, growth, id_at, moment_on, newcomer, next_open, times
from crmcore.demo.profiles import Profile
from crmcore.orders.sale import COMPLETED, DRAFT

_FIRST_LOOKER = 5_000_000  # the numbers of those who only look, far from those of the buyers


@dataclass
class Call:
    """A call or message that did a follow-up."""

    id: UUID
    at: datetime
    kind: str
    minutes: int | None
    outcome: str
    sentiment: str
    notes: str | None


@dataclass
class FollowUp:
    """What was agreed on at a visit. Done by a call, or by the next visit (`answered_by`)."""

    id: UUID
    at: datetime
    about: str
    due_on: date
    rep: int
    closed_at: datetime | None = None
    closed_as: str | None = None
    answered_by: UUID | None = None
    call: Call | None = None


@dataclass
class Review:
    id: UUID
    at: datetime
    channel: str
    given_at: datetime | None
    rating: int | None
    words: str | None


@dataclass
class Visit:
    id: UUID
    at: datetime
    shopper: Shopper
    rep: int
    visit_type: str
    purpose: str | None
    interest: str | None
    outcome: str | None
    value: Decimal | None
    notes: str | None
    products: list[Product] = field(default_factory=list)
    follow_up: FollowUp | None = None
    review: Review | None = None


@dataclass
class Floor:
    """All that happened on it, in order of time. `lookers`: who came on file by looking around."""

    lookers: list[Shopper] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


@dataclass(frozen=True)
class _Comer:
    """Somebody who comes on a day: when, and why ("buy", "look", "again", "delivery", "service")."""

    shopper: Shopper
    at: datetime
    why: str
    sale: Sale | None = None


def visit(profile: Profile, seed: int, since: date, until: date, life: Life) -> Floor:
    """Everything from the day `since` to the day `until`, both included and whole, beside what was sold then."""
    days = _Days(profile, seed, since, life)
    day = since
    while day <= until:
        if profile.weekdays[day.weekday()]:
            days.live(day)
        day += timedelta(days=1)
    return days.floor


class _Days:
    """The days of the floor, lived one after the other; what is still to come is kept by day."""

    def __init__(self, profile: Profile, seed: int, since: date, life: Life) -> None:
        self.floor = Floor()
        self._profile, self._seed, self._since = profile, seed, since
        self._zone = ZoneInfo(profile.timezone)
        self._sellers = [place for place, member in enumerate(profile.team) if member.sells]
        self._by_name = {product.name: product for product in profile.products}
        self._sales: dict[date, list[Sale]] = defaultdict(list)
        self._newcomers: dict[date, list[Shopper]] = defaultdict(list)
        self._coming: dict[date, list[tuple[Shopper, str]]] = defaultdict(list)
        self._to_call: dict[date, list[Visit]] = defaultdict(list)
        self._open: dict[UUID, list[FollowUp]] = defaultdict(list)
        for sale in life.sales:
            if sale.shopper is not None:
                self._sales[sale.at.astimezone(self._zone).date()].append(sale)
        for shopper in life.shoppers:
            self._newcomers[shopper.came_at.astimezone(self._zone).date()].append(shopper)

    def live(self, day: date) -> None:
        rng = Random(f"{self._seed} {self._profile.slug} floor {day}")
        for comer in sorted(self._comers(rng, day), key=lambda comer: (comer.at, comer.shopper.id)):
            self._come(rng, day, comer)
        for visit in self._to_call.pop(day, []):
            self._call(rng, day, visit)

    def _comers(self, rng: Random, day: date) -> list[_Comer]:
        """Whoever comes by, each once: to buy before all else."""
        profile, comers = self._profile, dict[UUID, _Comer]()
        opening = datetime.combine(day, time(profile.opens), self._zone)
        for sale in self._sales.get(day, []):
            assert sale.shopper is not None
            before = sale.at - timedelta(minutes=rng.randint(5, 60))
            at = max(before, opening, sale.shopper.came_at)
            comers.setdefault(sale.shopper.id, _Comer(sale.shopper, at, "service" if sale.of else "buy", sale))
        for shopper in self._newcomers.get(day, []):
            if rng.random() < 0.7:  # the others asked by phone or message
                comers.setdefault(shopper.id, _Comer(shopper, shopper.came_at, "look"))
        pull = profile.weekdays[day.weekday()] * profile.months[day.month - 1] * growth((day - self._since).days)
        for _ in range(times(rng, profile.lookers * pull)):
            number = _FIRST_LOOKER + len(self.floor.lookers)
            looker = newcomer(profile, rng, day, identity(profile, self._seed, number))
            self.floor.lookers.append(looker)
            comers[looker.id] = _Comer(looker, looker.came_at, "look")
        for shopper, why in self._coming.pop(day, []):
            at = max(moment_on(profile, rng, day), shopper.came_at)
            comers.setdefault(shopper.id, _Comer(shopper, at, why))
        return list(comers.values())

    def _come(self, rng: Random, day: date, comer: _Comer) -> None:
        shopper, promised = comer.shopper, self._open.pop(comer.shopper.id, [])
        own = shopper.rep if shopper.rep is not None else self._sellers[0]
        visit = Visit(
            id=id_at(comer.at, rng),
            at=comer.at,
            shopper=shopper,
            rep=own if rng.random() < 0.85 else rng.choice(self._sellers),
            **self._told(rng, comer, was_promised=bool(promised)),
        )
        for follow_up in promised:
            follow_up.closed_at, follow_up.closed_as, follow_up.answered_by = visit.at, "done", visit.id
        self.floor.visits.append(visit)
        self._agree(rng, day, visit)
        self._what_comes_next(rng, day, comer, visit)

    def _told(self, rng: Random, comer: _Comer, *, was_promised: bool) -> dict[str, Any]:
        """What is written down about a visit."""
        if comer.why in ("delivery", "service"):
            purpose = "service" if comer.why == "delivery" or rng.random() < 0.6 else "complaint"
            kind = "delivery" if comer.why == "delivery" else "walk-in"
            saying = sayings.DELIVERY if comer.why == "delivery" else sayings.SERVICE
            notes = rng.choice(saying) if rng.random() < 0.7 else None
            nothing = dict.fromkeys(("interest", "outcome", "value"))
            return {"visit_type": kind, "purpose": purpose, "notes": notes, **nothing}
        kind = pick(rng, {"follow-up": 5, "walk-in": 2} if was_promised else {"walk-in": 8, "scheduled": 1})
        if comer.why == "buy" and comer.sale is not None:
            status = comer.sale.status
            outcome = {COMPLETED: "purchase", DRAFT: "quote_given"}.get(status, "no_purchase")
            products = [self._by_name[item.product_name or ""] for item in comer.sale.items]
            interest = pick(rng, {"high": 6, "medium": 3, "low": 0.5}) if outcome == "purchase" else "medium"
            purpose = "purchase_intent" if rng.random() < 0.75 else "browsing"
        else:
            interest = pick(rng, {"high": 2, "medium": 4, "low": 3, "not_interested": 0.8})
            likely = {"high": 3.0, "medium": 1.2, "low": 0.2, "not_interested": 0.0}[interest]
            outcome = pick(rng, {"quote_given": likely, "future_interest": 0.6 + likely / 2, "no_purchase": 1.6})
            purpose = "purchase_intent" if interest == "high" or rng.random() < 0.25 else "browsing"
            products = list(dict.fromkeys(comer.shopper.favourites))[: 1 + times(rng, 0.7)]
        named = products[0].name.split(",")[0].lower() if products else "range"
        notes = rng.choice(sayings.VISIT[outcome]).format(product=named) if rng.random() < 0.65 else None
        value = sum((product.price for product in products), Decimal(0))
        return {
            "visit_type": kind,
            "purpose": purpose,
            "interest": interest,
            "outcome": outcome,
            "value": value if outcome in ("quote_given", "future_interest") else None,
            "notes": notes,
            "products": products,
        }

    def _agree(self, rng: Random, day: date, visit: Visit) -> None:
        """A follow-up, where something is left to do; and a review is asked for after a purchase, now and then."""
        chance = {"quote_given": 0.85, "future_interest": 0.5, "no_purchase": 0.15}.get(visit.outcome or "", 0.0)
        if rng.random() < chance:
            due_on = next_open(self._profile, day, rng.uniform(2, 9))
            named = visit.products[0].name.split(",")[0].lower() if visit.products else "order"
            about = rng.choice(sayings.FOLLOW_UP).format(product=named)
            visit.follow_up = FollowUp(id_at(visit.at, rng), visit.at, about, due_on, visit.rep)
            self._open[visit.shopper.id].append(visit.follow_up)
            on_time = rng.random() < 0.7
            self._to_call[due_on if on_time else next_open(self._profile, due_on, rng.expovariate(1 / 2))].append(visit)
        if visit.outcome == "purchase" and rng.random() < 0.3:
            at = visit.at + timedelta(minutes=rng.randint(20, 240))
            given_at = at + timedelta(hours=rng.expovariate(1 / 40)) if rng.random() < 0.45 else None
            rating = int(pick(rng, {"5": 11, "4": 6, "3": 2, "2": 0.8, "1": 0.5})) if given_at else None
            words = rng.choice(sayings.REVIEW[rating]) if rating and rng.random() < 0.6 else None
            channel = pick(rng, {"whatsapp": 5, "in person": 2, "sms": 1})
            visit.review = Review(id_at(at, rng), at, channel, given_at, rating, words)

    def _what_comes_next(self, rng: Random, day: date, comer: _Comer, visit: Visit) -> None:
        """Whether they come by again, apart from buying again: that is another story (crmcore.demo.life)."""
        if visit.outcome == "purchase":
            if rng.random() < 0.12:
                self._coming[next_open(self._profile, day, rng.uniform(3, 12))].append((comer.shopper, "delivery"))
            if rng.random() < 0.06:
                self._coming[next_open(self._profile, day, rng.uniform(10, 80))].append((comer.shopper, "service"))
            if rng.random() < 0.35:
                self._coming[next_open(self._profile, day, rng.uniform(20, 200))].append((comer.shopper, "again"))
        elif visit.interest in ("high", "medium") and rng.random() < 0.4:
            self._coming[next_open(self._profile, day, rng.uniform(3, 20))].append((comer.shopper, "again"))

    def _call(self, rng: Random, day: date, visit: Visit) -> None:
        """The rep does what was promised, unless the customer was faster."""
        follow_up = visit.follow_up
        if follow_up is None or follow_up.closed_at is not None:
            return
        at = moment_on(self._profile, rng, day)
        follow_up.closed_at = at
        self._open[visit.shopper.id].remove(follow_up)
        if rng.random() < 0.07:
            follow_up.closed_as = "dropped"
            return
        follow_up.closed_as = "done"
        kind = pick(rng, {"call": 3, "whatsapp": 1.2})
        outcome = pick(rng, {"Reached": 3, "Will come by": 2, "Wants to think": 2, "Not interested": 1})
        follow_up.call = Call(
            id=id_at(at, rng),
            at=at,
            kind=kind,
            minutes=rng.randint(1, 9) if kind == "call" else None,
            outcome=outcome,
            sentiment={"Will come by": "positive", "Not interested": "negative"}.get(outcome, "neutral"),
            notes=rng.choice(sayings.CALL[outcome]) if rng.random() < 0.6 else None,
        )
        if outcome == "Will come by" and rng.random() < 0.7:
            self._coming[next_open(self._profile, day, rng.uniform(1, 6))].append((visit.shopper, "again"))
