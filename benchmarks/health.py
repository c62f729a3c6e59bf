"""Measuring the health of every customer of a shop, as the worker does each morning; nothing of it is kept."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from benchmarks import data
from benchmarks.timing import Ratio, seconds
from crmcore import health
from crmcore.database.gate import Who, shop_session
from crmcore.models import Customer

MOST = 30  # seconds for 100,000 customers
MORNINGS = {"the next morning": 1, "two months later": 60}  # after the day that is kept


class Undo(Exception):
    """What was measured is thrown away."""


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop, with two talks a customer and a day that was measured."""
    who = shops[0]
    with shop_session(who) as shop:
        people = int(shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)))
    data.make_talk(who, people)
    who = data.make_traits(who)
    found = []
    for morning, days in MORNINGS.items():
        took, other = min(_measure(who, days) for _ in range(3))
        what = f"seconds for the health of 100,000 customers, {morning}"
        detail = f"{people:,} customers, {2 * people:,} talks: {took:.1f} s; {other:,} have another score than before"
        found.append(Ratio(what, took * 100_000 / people, f"<= {MOST}", detail))
    return found


def _measure(who: Who, days: int) -> tuple[float, int]:
    """How long a morning takes this many days after the kept one, and how many customers it gives another score."""
    now = datetime.combine(data.TODAY, time(12), UTC) + timedelta(days=days)
    before = select(Customer.id, Customer.health_score).where(Customer.shop_id == who.shop.id)
    taken, other = 0.0, 0
    try:
        with shop_session(who, writes=True, now=now) as shop:
            known = dict(shop.execute(before).all())
            taken = seconds(lambda: health.measure(shop))
            other = sum(known[customer_id] != score for customer_id, score in shop.execute(before))
            raise Undo
    except Undo:
        data.vacuum("customers", "health_scores")
    return taken, other
