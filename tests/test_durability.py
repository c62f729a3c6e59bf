"""What was acknowledged stays, and nothing is there by halves: servers die under four writers.

Set REGULARS_KILLS to try it more often than this run does.
"""

import os
import random
import signal
import threading
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from crmcore import doctor, orders
from crmcore.database import server
from crmcore.database.gate import Who, shop_session
from crmcore.errors import CrmError
from crmcore.models import Activity, Order, OrderItem

KILLS = int(os.environ.get("REGULARS_KILLS", "5"))
WRITERS = 4


@dataclass
class Till:
    """Sells one thing after another; what fails is sent again under the same key until it is acknowledged."""

    number: int
    who: Who
    sold: dict[str, UUID] = field(default_factory=dict)
    failures: int = 0

    def work(self, closing: threading.Event) -> None:
        while not closing.is_set():
            key = f"till {self.number}, sale {len(self.sold)}"
            while key not in self.sold:
                try:
                    self.sold[key] = self._sell(key)
                except (CrmError, DBAPIError):
                    self.failures += 1

    def _sell(self, key: str) -> UUID:
        rng = random.Random(key)
        lines = [orders.Item(f"Thing {line}", Decimal(rng.randint(1, 5)), Decimal("9.99")) for line in range(3)]
        phone = f"98811 2{rng.randint(0, 40):04}"
        with shop_session(self.who, writes=True) as shop:
            return orders.record(shop, orders.NewOrder(items=lines, phone=phone, idempotency_key=key))


def kill_a_backend(rng: random.Random) -> bool:
    """kill -9 one of the processes that serve the tills: PostgreSQL then restarts them all. Whether one was there."""
    try:
        with psycopg.connect(server.libpq_url(server.owner_url())) as owner:
            serving = owner.execute("select pid from pg_stat_activity where usename = 'regulars_app'").fetchall()
    except psycopg.OperationalError:  # it is getting up from the last blow
        return False
    if serving:
        os.kill(rng.choice(serving)[0], signal.SIGKILL)
    return bool(serving)


def test_every_acknowledged_sale_is_there_once_and_whole_after_servers_were_killed(who):
    tills = [Till(number, who) for number in range(WRITERS)]
    closing, rng = threading.Event(), random.Random(1)
    threads = [threading.Thread(target=till.work, args=[closing]) for till in tills]
    for thread in threads:
        thread.start()
    try:
        for blow in range(1, KILLS + 1):
            while sum(len(till.sold) for till in tills) < 10 * blow or not kill_a_backend(rng):
                assert all(thread.is_alive() for thread in threads)
                closing.wait(0.01)
    finally:
        closing.set()
        for thread in threads:
            thread.join()

    acknowledged = {key: order_id for till in tills for key, order_id in till.sold.items()}
    with shop_session(who) as shop:
        of_shop = Order.shop_id == shop.id
        stored = dict(shop.execute(select(Order.idempotency_key, Order.id).where(of_shop)).all())
        halves = shop.execute(
            select(Order.id)
            .outerjoin(OrderItem, (OrderItem.shop_id == Order.shop_id) & (OrderItem.order_id == Order.id))
            .where(of_shop)
            .group_by(Order.id, Order.total)
            .having((func.count(OrderItem.position) != 3) | (func.sum(OrderItem.total) != Order.total))
        ).all()
        lines = shop.scalar(
            select(func.count()).where(Activity.shop_id == shop.id, Activity.what == "sale recorded")
        )
    assert sum(till.failures for till in tills) >= KILLS
    assert stored == acknowledged
    assert len(stored) >= 10 * KILLS
    assert halves == []
    assert lines == len(stored)
    assert doctor.examine([who.shop]) == []
