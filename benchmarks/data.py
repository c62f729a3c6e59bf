"""A database full of made-up shops: 200 of them, the largest with a fifth of everything."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, TextClause, create_engine, text
from sqlalchemy.pool import NullPool

from crmcore import health, modules, people, tags
from crmcore.database import migrate, server
from crmcore.database.gate import Shop, Who, keeper, shop_session
from crmcore.pipeline import stages

TODAY = date(2026, 11, 20)
VISITS = 600_000  # of the shop that has most


@dataclass(frozen=True)
class Size:
    """How much to make: shops, customers and orders in all; of several shops the largest has 20 % of both."""

    name: str
    shops: int
    customers: int
    orders: int


SIZES = {
    "tiny": Size("tiny", 4, 2_000, 20_000),
    "small": Size("small", 20, 40_000, 400_000),
    "single": Size("single", 1, 200_000, 400_000),
    "medium": Size("medium", 200, 1_000_000, 1_000_000),
    "large": Size("large", 200, 1_000_000, 10_000_000),
}


@cache
def sql(name: str) -> TextClause:
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def make(size: Size) -> list[Who]:
    """Make the shops unless they are there; return their keepers, the largest shop's first, the smallest's last."""
    migrate.migrate()
    there = {shop.slug: shop for shop in people.all_shops()}
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    made = []
    for number in range(size.shops):
        slug = f"bench-{size.name}-{number}"
        if slug not in there:
            shop = people.open_shop(
                people.NewShop(slug, f"Shop {number}", "counter", "INR", "IN", "Asia/Kolkata", is_demo=True)
            )
            with engine.begin() as connection:
                _fill(connection, shop, *_share(size, number))
            there[slug] = shop
            print(f"\rmade {number + 1} of {size.shops} shops", end="", flush=True)
        made.append(keeper(there[slug]))
    engine.dispose()
    vacuum("customers", "orders", "shop_days", "cohort_months", "recency_days", "customer_words")
    print()
    return made


def make_visited() -> tuple[Who, Who]:
    """Two shops visited equally often a day, the one ten times as long as the other; made unless they are there."""
    there = {shop.slug: shop for shop in people.all_shops()}
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    made = []
    for years in (10, 1):
        slug = f"bench-visited-{years}"
        if slug not in there:
            new = people.NewShop(slug, f"{years} years", "showroom", "INR", "IN", "Asia/Kolkata", is_demo=True)
            there[slug] = people.open_shop(new)
            reps = [_add_rep(keeper(there[slug]), f"rep{nth}@{slug}") for nth in range(4)]
            visits = VISITS * years // 10
            given = {"shop_id": there[slug].id, "visits": visits, "customers": max(50, visits // 8),
                     "orders": visits // 4, "reps": reps, "days": years * 365, "today": TODAY}
            with engine.begin() as connection:
                _fill_visited(connection, given)
        made.append(keeper(there[slug]))
    engine.dispose()
    vacuum("customers", "orders", "visits", "visitor_days", "visit_hours", "shop_days", "rep_days")
    return made[0], made[1]


def make_talk(who: Who, customers: int) -> None:
    """Two talks a customer in this shop, within a year; made unless they are there."""
    given = {"shop_id": who.shop.id, "customers": customers, "today": TODAY}
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(who.shop.id)})
        there = text("select exists (select 1 from interactions where shop_id = :shop_id)")
        if not connection.scalar(there, {"shop_id": who.shop.id}):
            connection.execute(text("set local session_replication_role = replica"))
            connection.execute(sql("make_talk"), given)
            connection.execute(sql("count_talk"), {"shop_id": who.shop.id})
    engine.dispose()
    vacuum("interactions", "customers")


def make_traits(who: Who) -> Who:
    """All modules, tags, plans, companies, deals and a day's health for this shop's customers, unless they are there.

    Returns who keeps the shop, with its modules.
    """
    who = keeper(people.find_shop(who.shop.slug))  # with the modules that an earlier part switched on
    with shop_session(who, alone=True, now=datetime.combine(TODAY, time(12), UTC)) as shop:
        if shop.scalar(text("select exists (select 1 from taggings where shop_id = :shop)"), {"shop": who.shop.id}):
            return who
        modules.switch(shop, list(modules.MODULES))
        stages.begin(shop)
        given = {"tag_id": tags.create(shop, "Regular"), "stage_id": stages.first_open(shop)["id"]}
    who = keeper(people.find_shop(who.shop.slug))
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(who.shop.id)})
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(sql("make_traits"), {"shop_id": who.shop.id, "today": TODAY, **given})
    with shop_session(who, writes=True, now=datetime.combine(TODAY, time(12), UTC)) as shop:
        health.measure(shop)
    engine.dispose()
    vacuum("taggings", "follow_ups", "companies", "opportunities", "health_scores", "customers")
    return who


def vacuum(*tables: str) -> None:
    """Clear away what was rolled back or overwritten, and count what is there, as the server does by and by."""
    engine = create_engine(server.owner_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in tables:
            connection.execute(text(f"vacuum analyze {table}"))
    engine.dispose()


def _add_rep(who: Who, login: str) -> UUID:
    with shop_session(who, writes=True) as shop:
        new = people.NewMember(login=login, name=login, role="staff", password="a long password", sells=True)
        return people.add_member(shop, new)


def _fill_visited(connection: Connection, given: dict[str, object]) -> None:
    connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(given["shop_id"])})
    connection.execute(text("set local session_replication_role = replica"))
    for step in ("make_customers", "make_orders", "make_visits"):
        connection.execute(sql(step), named(step, given))
    connection.execute(text("analyze customers, orders, visits"))
    for step in ("count_customers", "count_visitors", "count_days", "count_visit_hours", "count_visitor_days",
                 "count_reps", "count_recency"):
        connection.execute(sql(step), named(step, given))


def _share(size: Size, number: int) -> tuple[int, int]:
    """Customers and orders of a shop: the first gets a fifth, the rest shrink slowly."""
    if size.shops == 1:
        return size.customers, size.orders
    if number == 0:
        return size.customers // 5, size.orders // 5
    weights = [1 / (1 + other / 20) for other in range(1, size.shops)]
    part = weights[number - 1] / sum(weights) * 0.8
    return max(20, int(size.customers * part)), max(100, int(size.orders * part))


def _fill(connection: Connection, shop: Shop, customers: int, orders: int) -> None:
    """As the owner of the tables, without looking up each foreign key: these rows fit by construction."""
    given = {"shop_id": shop.id, "customers": customers, "orders": orders, "today": TODAY}
    connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(shop.id)})
    connection.execute(text("set local session_replication_role = replica"))
    for step in ("make_customers", "make_words", "make_orders"):
        connection.execute(sql(step), named(step, given))
    connection.execute(text("analyze customers, orders"))  # or the planner takes these thousands of rows for one
    for step in ("count_customers", "count_days", "count_cohorts", "count_recency"):
        connection.execute(sql(step), named(step, given))


def named(step: str, given: dict[str, object]) -> dict[str, object]:
    """Of what is given, what a statement of benchmarks/sql asks for."""
    wanted = sql(step)._bindparams  # text() knows its own names
    return {name: given[name] for name in wanted}


