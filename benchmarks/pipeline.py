"""The pipeline of a shop with 200,000 opportunities and a million moves: its page, and what a move costs."""

import statistics
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.data import TODAY, named, sql
from benchmarks.timing import Ratio, seconds
from crmcore import people, pipeline, products, sign_in
from crmcore.database import server
from crmcore.database.gate import Who, keeper, shop_session
from crmcore.leads import territories
from crmcore.metrics.measure import Some, measure, measure_before
from crmcore.periods import named as period_named
from crmcore.pipeline import LOST, NewOpportunity, board, counting, listing, reasons, stages

DEALS, MOVES, REPS, TERRITORIES, PRODUCTS = 200_000, 1_000_000, 20, 8, 60
FIGURES = (
    "pipeline_value", "weighted_pipeline", "average_open_deal", "win_rate", "average_deal", "sales_cycle",
    "pipeline_velocity", "forecast", "time_in_stage", "lost_reasons", "deal_results",
)  # fmt: skip
_SLUG = "bench-deals"


def run(_shops: list[Who]) -> list[Ratio]:
    """On a shop of its own: the shops of the other parts have no deals."""
    who = _shop()
    return [_board(who), *_figures(who), _table(who), _move(who), _open_the_board(who)]


def _board(who: Who) -> Ratio:
    with shop_session(who, now=_noon(who)) as shop:
        took = _least(lambda: board.columns(shop))
        count = board.in_all(board.columns(shop))["count"]
    return Ratio("the board's SQL, ms", took * 1000, "<= 30", f"{count:,} open of {DEALS:,} opportunities")


def _figures(who: Who) -> list[Ratio]:
    """All statements of the part Figures, as the page runs them; then narrowed to one source."""
    with shop_session(who, now=_noon(who)) as shop:
        period = period_named("year", shop.today)

        def all_of_it(some: Some = Some()) -> None:
            board.columns(shop, some)
            for key in FIGURES:
                measure(shop, key, period, some)
            for key in ("win_rate", "average_deal", "sales_cycle"):
                measure_before(shop, key, period, some)

        rep, source = {"rep": people.reps(shop)[0].staff_id}, {"source": "Website"}
        territory = {"territory": territories.all_of(shop)[0]["id"]}
        product = {"product": next(iter(products.names(shop)))}
        asked: dict[str, tuple[dict[str, Any], str, str | None]] = {
            "the pipeline's figures of a year, SQL, ms": (
                {}, f"{len(FIGURES) + 5} statements, {DEALS:,} opportunities, {MOVES:,} moves", "<= 30"
            ),
            "the same of one sales rep, ms": (rep, f"one of {REPS}", "<= 30"),
            "the same of one source, ms": (source, "one of four", "<= 30"),
            "the same of one territory, ms": (territory, f"one of {TERRITORIES}", "<= 30"),
            "the same of one product, ms": (product, f"one of {PRODUCTS}", "<= 30"),
            "the same of one sales rep and one product, moves and reasons from the opportunities, ms": (
                rep | product, "10,000 opportunities of the rep", None
            ),
            "the same of one source and one product, from the opportunities themselves, ms": (
                source | product, "50,000 opportunities of the source", None
            ),
        }  # fmt: skip
        return [
            Ratio(what, _least(partial(all_of_it, Some(**given)), 15 if bar else 3) * 1000, bar, said)
            for what, (given, said, bar) in asked.items()
        ]


def _table(who: Who) -> Ratio:
    with shop_session(who, now=_noon(who)) as shop:
        took = _least(lambda: listing.page_of(shop, listing.Filters(status="open")))
    return Ratio("the table of what is open, by value, ms", took * 1000, None, "25 of 20,000")


def _move(who: Who) -> Ratio:
    """A move with its history, timeline and sums, in one transaction; undone by moving back."""
    with shop_session(who, writes=True, now=_noon(who)) as shop:
        deal = pipeline.create(shop, NewOpportunity("A deal", value=Decimal(500)))
        open_ones = [one["id"] for one in stages.listed(shop) if one["outcome"] is None]
    turn = 0

    def move() -> None:
        nonlocal turn
        turn += 1
        with shop_session(who, writes=True, now=_noon(who)) as shop:
            pipeline.move(shop, deal, open_ones[turn % 2])

    move()
    took = min(seconds(move) for _ in range(50))
    with shop_session(who, alone=True, now=_noon(who)) as shop:
        pipeline.remove(shop, deal)
    return Ratio("moving a deal, ms", took * 1000, "<= 30", "with its history, timeline and sums")


def _open_the_board(who: Who) -> Ratio:
    """What the server takes for the board: the page's script from its first line to its last, SQL included."""
    from streamlit.testing.v1 import AppTest

    login = f"owner-{who.shop.slug}"
    with shop_session(who, writes=True) as shop:
        found = [member.staff_id for member in people.members(shop) if member.login == login]
        new = people.NewMember(login, "Owner", "owner", "not a real password")
        owner = found[0] if found else people.add_member(shop, new)
    page = AppTest.from_function(_timed_board, default_timeout=60)
    page.session_state["sign_in_token"] = sign_in.open_session(owner, who.shop.id)
    times = []
    for _ in range(25):
        page.run()
        times.append(page.session_state["took"])
    median = statistics.median(times[5:])
    return Ratio("the board's whole script on the server, ms", median * 1000, "<= 100", "median of 20")


def _timed_board() -> None:
    import time

    import streamlit as st

    from dashboard import navigation
    from dashboard.pages import pipeline
    from dashboard.parts.session import signed_in

    started = time.perf_counter()
    navigation.current_page(signed_in())
    pipeline.page()
    st.session_state["took"] = time.perf_counter() - started


def _least(work: Callable[[], object], rounds: int = 15) -> float:
    work()
    return min(seconds(work) for _ in range(rounds))


def _noon(who: Who) -> datetime:
    return datetime.combine(TODAY, datetime.min.time(), who.shop.zone).replace(hour=12)


def _territory(name: str) -> territories.NewTerritory:
    return territories.NewTerritory(name, "city", [name])


def _shop() -> Who:
    """The shop, made unless it is there."""
    there = {shop.slug: shop for shop in people.all_shops()}
    if _SLUG not in there:
        new = people.NewShop(_SLUG, "Pipeline", "business", "INR", "IN", "Asia/Kolkata", is_demo=True)
        there[_SLUG] = people.open_shop(new)
        who = keeper(there[_SLUG])
        with shop_session(who, alone=True) as shop:
            reps = [people.add_without_sign_in(shop, f"Rep {nth}") for nth in range(REPS)]
            places = [territories.add(shop, _territory(f"Place {nth}")) for nth in range(TERRITORIES)]
            goods = [products.create(shop, products.NewProduct(name=f"Product {nth}")) for nth in range(PRODUCTS)]
            known = [one["id"] for one in stages.listed(shop)]
            why = [one["id"] for one in reasons.listed(shop, LOST)]
        given = {"shop_id": who.shop.id, "deals": DEALS, "today": TODAY, "stages": known, "reasons": why, "reps": reps}
        given |= {"territories": places, "products": goods}
        maker = create_engine(server.owner_url(), poolclass=NullPool)
        with maker.begin() as connection:
            connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(who.shop.id)})
            connection.execute(text("set local session_replication_role = replica"))
            for step in ("make_deals", "make_moves", "make_offers"):
                connection.execute(sql(step), named(step, given))
                connection.execute(text("analyze"))
        with shop_session(who, alone=True) as shop:
            counting.recount(shop)
        with maker.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            sums = (table.__tablename__ for table in counting.SUMS)
            for table in ("opportunities", "opportunity_items", "stage_changes", *sums):
                connection.execute(text(f"vacuum analyze {table}"))
        maker.dispose()
    return keeper(there[_SLUG])


