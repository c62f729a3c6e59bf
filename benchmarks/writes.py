"""Order writes with counters and rollups against the bare insert of the same row, four clients at once."""

import itertools
import multiprocessing
import time
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median

import psycopg

from benchmarks.data import TODAY
from benchmarks.timing import Ratio
from crmcore.database import server
from crmcore.database.gate import Who, new_id

CLIENTS, SECONDS, ROUNDS = 4, 2.0, 3

_BARE = """
    insert into orders (shop_id, id, number, status, ordered_at, ordered_on, customer_id, total, idempotency_key)
    values (%(shop)s, %(id)s, %(number)s, 'completed', %(at)s, %(on)s, %(customer)s, %(total)s, %(number)s)
    on conflict (shop_id, idempotency_key) where idempotency_key is not null do nothing
"""
_COUNTED = f"{_BARE} returning count_order(orders)"


def run(shops: list[Who]) -> list[Ratio]:
    """Orders on all shops in turn, and all on the largest."""
    return [_compare("on all shops", shops), _compare("on one shop", shops[:1])]


def _compare(where: str, shops: list[Who]) -> Ratio:
    customers = {who.shop.id: _some_customers(who) for who in shops}
    bare, counted = [], []
    for _ in range(ROUNDS):
        bare.append(_rate(shops, customers, counted=False))
        counted.append(_rate(shops, customers, counted=True))
    ratio = median(c / b for c, b in zip(counted, bare, strict=True))
    return Ratio(
        f"order writes {where}, counted against bare, {CLIENTS} clients",
        ratio,
        ">= 0.6",
        f"{median(counted):,.0f} against {median(bare):,.0f} a second",
    )


def _some_customers(who: Who) -> list[object]:
    with psycopg.connect(server.libpq_url(server.application_url())) as connection:
        connection.execute(f"set local app.shop_id = '{who.shop.id}'")
        return [row[0] for row in connection.execute("select id from customers order by id limit 500").fetchall()]


def _rate(shops: list[Who], customers: dict[object, list[object]], *, counted: bool) -> float:
    """Transactions a second of all clients together. Uncounted rows are taken away again, or nothing would add up."""
    url = server.libpq_url(server.application_url())
    moment = datetime.combine(TODAY, datetime.now(UTC).time(), UTC)  # no later than the benchmarks' today
    buyers = [(str(who.shop.id), customers[who.shop.id]) for who in shops]
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as clients:
        work = [(url, _turned(buyers, client), moment, counted) for client in range(CLIENTS)]
        done = clients.starmap(_write, work)
    if not counted:
        with psycopg.connect(url) as connection:
            for shop, _ in buyers:
                connection.execute(f"set local app.shop_id = '{shop}'")
                connection.execute("delete from orders where shop_id = %s and ordered_at = %s", [shop, moment])
                connection.commit()
    return sum(done) / SECONDS


def _turned(buyers: list[tuple[str, list[object]]], client: int) -> list[tuple[str, list[object]]]:
    """Shops, and customers of each, from another one on: four tills do not serve the same person at the same moment."""
    first = client % len(buyers)
    return [
        (shop, customers[client * len(customers) // CLIENTS :] + customers[: client * len(customers) // CLIENTS])
        for shop, customers in buyers[first:] + buyers[:first]
    ]


def _write(url: str, shops: list[tuple[str, list[object]]], moment: datetime, counted: bool) -> int:
    """One client: a transaction an order, for SECONDS; returns how many."""
    done = 0
    with psycopg.connect(url) as connection:
        connection.execute("select 1")
        end = time.perf_counter() + SECONDS
        for turn, (shop, buyers) in enumerate(itertools.cycle(shops)):
            if time.perf_counter() > end:
                break
            order = new_id()
            row = {
                "shop": shop,
                "id": order,
                "number": str(order),
                "at": moment,
                "on": moment.date(),
                "customer": buyers[turn * 31 % len(buyers)],
                "total": Decimal("12.50"),
            }
            # One message either way, as crmcore.database.gate sends it.
            if counted:
                connection.execute(f"select open_for_writing('{shop}', false, 10000)")
            else:
                connection.execute(f"set local app.shop_id = '{shop}'")
            connection.execute(_COUNTED if counted else _BARE, row)
            connection.commit()
            done += 1
    return done
