"""What the Overview costs: against a bare SELECT 1, between a small and a large shop, and against raw rows."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event, select

from benchmarks.data import TODAY, sql
from benchmarks.timing import Ratio, in_turn, ms, seconds
from crmcore.database.gate import Who, engine, shop_session
from crmcore.metrics import KEYS, measure_all
from crmcore.metrics.overview import overview
from crmcore.periods import named

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=UTC)
THIS_MONTH = named("month", TODAY)
READS_ORDERS = "retention_rate"  # counts who bought in two periods: reads the sales of both, however long ago the first


def run(shops: list[Who]) -> list[Ratio]:
    """`shops`: the largest first, the smallest last."""
    largest, smallest = shops[0], shops[-1]
    ask_largest, ask_smallest = _statements(largest), _statements(smallest)
    of_largest, bare = in_turn(lambda: _ask(largest, ask_largest), lambda: _select_one(largest), 100)
    large, small = in_turn(lambda: _ask(largest, ask_largest), lambda: _ask(smallest, ask_smallest), 100)
    folded, _ = in_turn(lambda: _overview(largest), lambda: _select_one(largest), 100)
    raw = min(seconds(lambda: _from_raw_rows(largest)) for _ in range(2))
    _must_agree(largest)
    return [
        Ratio("Overview's SQL against a SELECT 1 in a tenant transaction", of_largest / bare, "<= 5",
              f"{ms(of_largest)} against {ms(bare)}"),
        Ratio(f"Overview's SQL, {_size(largest)} against {_size(smallest)}", large / small, "<= 1.5",
              f"{ms(large)} against {ms(small)}"),
        Ratio("five lines of the Overview from raw rows against all of ours", raw / of_largest,
              ">= 100" if _orders(largest) >= 1_000_000 else None,
              f"{ms(raw)} against {ms(of_largest)}, same answers"),
        Ratio("the same with our own sums in Python, against a SELECT 1", folded / bare, None, ms(folded)),
        *_figures(largest, smallest),
    ]


def _figures(largest: Who, smallest: Who) -> list[Ratio]:
    """Each figure of the catalogue for this month: the one that grows most with the shop, and retention apart."""
    found = []
    for key in KEYS:
        large, small = in_turn(lambda key=key: _figure(largest, key), lambda key=key: _figure(smallest, key))
        found.append((large / small, key, large, small))
    sizes = f"{_size(largest)} against {_size(smallest)}"
    (grows, key, large, small), (retains, _, of_many, of_few) = (
        max(one for one in found if (one[1] == READS_ORDERS) is apart) for apart in (False, True)
    )
    return [
        Ratio(f"the figure that grows most ({key}), {sizes}", grows, "<= 1.5", f"{ms(large)} against {ms(small)}"),
        Ratio(f"{READS_ORDERS}, {sizes}", retains, None, f"{ms(of_many)} against {ms(of_few)}"),
    ]


def _figure(who: Who, key: str) -> None:
    with shop_session(who, now=NOW) as shop:
        measure_all(shop, [key], THIS_MONTH)


def _select_one(who: Who) -> None:
    with shop_session(who, now=NOW) as shop:
        shop.scalar(select(1))


def _statements(who: Who) -> list[tuple[str, Any]]:
    """What the Overview asks the database, as sent."""
    sent: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine(), "before_cursor_execute", keep)
    try:
        _overview(who)
    finally:
        event.remove(engine(), "before_cursor_execute", keep)
    return [(statement, parameters) for statement, parameters in sent if not statement.startswith("set local")]


def _ask(who: Who, statements: list[tuple[str, Any]]) -> None:
    with shop_session(who, now=NOW) as shop:
        for statement, parameters in statements:
            shop.connection.exec_driver_sql(statement, parameters).all()


def _overview(who: Who) -> None:
    with shop_session(who, now=NOW) as shop:
        overview(shop, THIS_MONTH)


def _from_raw_rows(who: Who) -> Any:
    with shop_session(who, now=NOW) as shop:
        given = {"shop_id": shop.id, "since": THIS_MONTH.since, "until": THIS_MONTH.until}
        return shop.execute(sql("raw_overview"), given).one()


def _must_agree(who: Who) -> None:
    raw = _from_raw_rows(who)
    with shop_session(who, now=NOW) as shop:
        ours = overview(shop, THIS_MONTH)
    all_time = ours.in_all
    given = (
        all_time.so_far.buyers,
        all_time.so_far.became_repeat,
        ours.this_month.within.buyers,
        round(all_time.so_far.customer_revenue / all_time.so_far.buyers, 6),
        all_time.so_far.revenue,
    )
    if given != (*raw[:3], round(Decimal(raw[3]), 6), raw[4]):
        raise AssertionError(f"The Overview says {given}, raw rows say {tuple(raw)}")


def _orders(who: Who) -> int:
    with shop_session(who, now=NOW) as shop:
        sums = overview(shop, THIS_MONTH).in_all.within
    return int(sums.purchases + sums.returns)


def _size(who: Who) -> str:
    return f"a shop with {_orders(who):,} orders"
