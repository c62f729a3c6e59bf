"""The life of a demo shop, day by day: who comes, who comes back, what they buy and what they bring back.

What happens on a day depends on the seed and on the days before alone. So a shop that was made last week can be lived
again from its first day, and what it lacks is exactly what happened since.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from crmcore.demo.catalogues import Product
from crmcore.demo.identities import Identity, identity, pick
from crmcore.demo.profiles import Habit, Profile
from crmcore.orders.sale import CANCELLED, COMPLETED, DRAFT, Item


@dataclass
class Shopper:
    """A customer of the demo shop. `left`: how many more times they will buy."""

    id: UUID
    came_at: datetime
    identity: Identity
    habit: Habit
    left: int
    favourites: list[Product]
    rep: int | None  # which of the team, if the shop has sales reps
    sales: int = 0


@dataclass
class Sale:
    """An order, or with `of` what came back of one."""

    id: UUID
    number: str
    at: datetime
    shopper: Shopper | None
    status: str
    items: list[Item]
    payment: str
    rep: int | None
    of: UUID | None = None

    @property
    def total(self) -> Decimal:
        return sum((item.total for item in self.items), Decimal(0))

    @property
    def quantity(self) -> Decimal:
        return sum((item.quantity for item in self.items), Decimal(0))


@dataclass
class Life:
    """All that happened, in order of time."""

    shoppers: list[Shopper] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)


def live(profile: Profile, seed: int, since: date, until: date) -> Life:
    """Everything from the day `since` to the day `until`, both included and whole."""
    life = Life()
    due: dict[date, list[Shopper]] = defaultdict(list)
    coming_back: dict[date, list[tuple[Sale, bool]]] = defaultdict(list)
    day = since
    while day <= until:
        if profile.weekdays[day.weekday()]:
            _live_a_day(profile, seed, since, day, life, due, coming_back)
        day += timedelta(days=1)
    life.sales.sort(key=lambda sale: sale.at)
    return life


def _live_a_day(
    profile: Profile,
    seed: int,
    since: date,
    day: date,
    life: Life,
    due: dict[date, list[Shopper]],
    coming_back: dict[date, list[tuple[Sale, bool]]],
) -> None:
    rng = Random(f"{seed} {profile.slug} {day}")
    pull = profile.weekdays[day.weekday()] * profile.months[day.month - 1] * rng.uniform(0.8, 1.2)
    buyers: list[Shopper | None] = [*due.pop(day, [])]
    for _ in range(times(rng, profile.arrivals * pull * growth((day - since).days))):
        shopper = newcomer(profile, rng, day, identity(profile, seed, len(life.shoppers)))
        life.shoppers.append(shopper)
        if rng.random() >= profile.leads:
            buyers.append(shopper)
        elif rng.random() < 0.3:
            due[next_open(profile, day, rng.expovariate(1 / 20))].append(shopper)
    buyers += [None] * times(rng, profile.walk_ins * pull)
    moments = sorted(moment_on(profile, rng, day) for _ in buyers)
    rng.shuffle(buyers)
    for number, (at, buyer) in enumerate(zip(moments, buyers, strict=True), 1):
        if buyer:
            at = max(at, buyer.came_at)
        sale = _sale(profile, rng, f"{day:%y%m%d}-{number:03}", at, buyer)
        life.sales.append(sale)
        if buyer is None or sale.status != COMPLETED:
            continue
        buyer.sales += 1
        buyer.left -= 1
        if buyer.left > 0:
            gap = rng.gammavariate(4, buyer.habit.gap / 4) / profile.months[day.month - 1]
            due[next_open(profile, day, gap)].append(buyer)
        if rng.random() < profile.returned:
            coming_back[next_open(profile, day, rng.uniform(1, 10))].append((sale, rng.random() < 0.5))
    for sale, is_whole in coming_back.pop(day, []):
        life.sales.append(_return(rng, sale, moment_on(profile, rng, day), is_whole))


def growth(days: int) -> float:
    """Word gets round; and in the first weeks those come who knew the shop already."""
    return (0.8 + 0.4 * (1 - math.exp(-days / 400))) * (1 + 1.5 * math.exp(-days / 30))


def newcomer(profile: Profile, rng: Random, day: date, who: Identity) -> Shopper:
    """Somebody who comes on file on that day, with habits of their own."""
    came_at = moment_on(profile, rng, day)
    [habit] = rng.choices(profile.habits, [habit.share for habit in profile.habits])
    left = 1 if habit.purchases == 1 else 2 + int(rng.expovariate(1 / (habit.purchases - 1.5)))
    sellers = [place for place, member in enumerate(profile.team) if member.sells]
    return Shopper(
        id=id_at(came_at, rng),
        came_at=came_at,
        identity=who,
        habit=habit,
        left=left,
        favourites=_products(profile, rng, 3),
        rep=rng.choice(sellers) if profile.keeps_reps else None,
    )


def _sale(profile: Profile, rng: Random, number: str, at: datetime, buyer: Shopper | None) -> Sale:
    chance, status = rng.random(), COMPLETED
    if buyer and buyer.sales and chance < 0.02:
        status = CANCELLED if chance < 0.015 else DRAFT
    return Sale(
        id=id_at(at, rng),
        number=number,
        at=at,
        shopper=buyer,
        status=status,
        items=[_item(profile, rng, product) for product in _basket(profile, rng, buyer)],
        payment=pick(rng, profile.payments),
        rep=buyer.rep if buyer and buyer.rep is not None else (rng.choice((1, 2, 3)) if rng.random() < 0.4 else None),
    )


def _basket(profile: Profile, rng: Random, buyer: Shopper | None) -> list[Product]:
    """Regulars mostly buy what they always buy."""
    wanted = 1 + times(rng, profile.basket - 1)
    usual = [product for product in buyer.favourites if rng.random() < 0.7] if buyer and buyer.left > 1 else []
    if len(usual) < wanted:
        usual += _products(profile, rng, wanted - len(usual))
    return list({product.sku: product for product in usual}.values())[: max(wanted, 1)]


def _products(profile: Profile, rng: Random, count: int) -> list[Product]:
    return rng.choices(profile.products, [product.weight for product in profile.products], k=count)


def _item(profile: Profile, rng: Random, product: Product) -> Item:
    pieces = 1 if product.weight < 2 else 1 + times(rng, profile.pieces - 1)
    return Item(
        product_name=product.name,
        quantity=Decimal(pieces),
        unit_price=product.price,
        sku=product.sku,
        category=product.category,
        medicine_days=product.days and product.days * pieces,
    )


def _return(rng: Random, sale: Sale, at: datetime, is_whole: bool) -> Sale:
    back = sale.items if is_whole else sale.items[:1]
    return Sale(
        id=id_at(at, rng),
        number=f"{sale.number}-R",
        at=at,
        shopper=sale.shopper,
        status=COMPLETED,
        items=[
            Item(item.product_name, -item.quantity, item.unit_price, sku=item.sku, category=item.category)
            for item in back
        ],
        payment=sale.payment,
        rep=sale.rep,
        of=sale.id,
    )


def moment_on(profile: Profile, rng: Random, day: date) -> datetime:
    """A time of day between opening and closing: some before noon, more towards the evening."""
    open_for = profile.closes - profile.opens
    hours = profile.opens + open_for * (rng.betavariate(2, 4) if rng.random() < 0.4 else rng.betavariate(5, 2.5))
    local = datetime.combine(day, time(), ZoneInfo(profile.timezone)) + timedelta(seconds=int(hours * 3600))
    return local.astimezone(UTC)


def next_open(profile: Profile, day: date, gap: float) -> date:
    later = day + timedelta(days=max(1, round(gap)))
    while not profile.weekdays[later.weekday()]:
        later += timedelta(days=1)
    return later


def times(rng: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (Poisson)."""
    left, count = math.exp(-mean), 0
    while (left := left / (rng.random() or 1e-12)) < 1:
        count += 1
    return count


def id_at(at: datetime, rng: Random) -> UUID:
    """A uuid of version 7 of that moment."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))
