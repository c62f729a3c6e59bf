"""Measuring the health of every customer of a shop, as the worker does each morning; nothing of it is kept."""

from datetime import UTC, datetime, time

from sqlalchemy import func, select

from benchmarks import data
from benchmarks.timing import Ratio, seconds
from crmcore import health
from crmcore.database.gate import Who, shop_session
from crmcore.models import Customer

MOST = 30  # seconds for 100,000 customers


class Undo(Exception):
    """What was measured is thrown away."""


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop, with two talks a customer."""
    who = shops[0]
    with shop_session(who) as shop:
        people = int(shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)))
    data.make_talk(who, people)
    took = min(seconds(lambda: _measure(who)) for _ in range(3))
    detail = f"{people:,} customers, {2 * people:,} talks: {took:.1f} s"
    return [Ratio("seconds for the health of 100,000 customers", took * 100_000 / people, f"<= {MOST}", detail)]


def _measure(who: Who) -> None:
    now = datetime.combine(data.TODAY, time(12), UTC)
    try:
        with shop_session(who, writes=True, now=now) as shop:
            health.measure(shop)
            raise Undo
    except Undo:
        pass
