"""A shop with 200,000 leads: a page of the list in every order, search, the figures, the first scoring."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.data import TODAY, named, sql
from benchmarks.timing import Ratio, seconds
from crmcore import leads, people
from crmcore.database import server
from crmcore.database.gate import ShopSession, Who, keeper, shop_session
from crmcore.leads import Filters, listing, scoring, words
from crmcore.metrics.measure import measure
from crmcore.periods import named as period_named

LEADS, ACTIVE, REPS, SIZE = 200_000, 120_000, 20, 25
FIGURES = ("leads_by_status", "leads_by_source", "lead_conversion")
FILTERS = {
    "active ones": Filters(status="active"),
    "of one person": Filters(status="active", assigned="nobody"),
    "of one grade": Filters(grade="B"),
    "of one source": Filters(source="Website"),
    "late ones": Filters(follow_up="late"),
}
TYPED = ("ash", "asha ra", "works 12", "lead777@", "98110", "0007")
_SLUG = "bench-leads"


def run(_shops: list[Who]) -> list[Ratio]:
    """On a shop of its own: the shops of the other parts have no leads."""
    who = _shop()
    with shop_session(who, now=_noon(who)) as shop:
        found = [*_list(shop), _search(shop), *_figures(shop)]
    return [*found, _first_scoring(who)]


def _list(shop: ShopSession) -> list[Ratio]:
    orders = [f"{sign}{key}" for key in listing.SORTS for sign in ("", "-")]
    by_order = {order: _least(lambda order=order: _page(shop, Filters(), order)) for order in orders}
    by_filter = {name: _least(lambda one=one: _page(shop, one)) for name, one in FILTERS.items()}
    slowest, narrowest = max(by_order, key=by_order.__getitem__), max(by_filter, key=by_filter.__getitem__)
    deep = _least(lambda: leads.page_of(shop, page=200, size=SIZE))
    return [
        Ratio("a page of 200,000 leads, by any order, ms", by_order[slowest] * 1000, "<= 30",
              f"by {slowest}; by -created {by_order['-created'] * 1000:.1f}; 25 of {LEADS:,} and how many there are"),
        Ratio("the same narrowed by a filter, ms", by_filter[narrowest] * 1000, "<= 30", f"slowest {narrowest}"),
        Ratio("page 200 of them, ms", deep * 1000, "<= 30", "the last one offered"),
    ]  # fmt: skip


def _search(shop: ShopSession) -> Ratio:
    took = {typed: _least(lambda typed=typed: _page(shop, Filters(q=typed))) for typed in TYPED}
    slowest = max(took, key=took.__getitem__)
    return Ratio("leads found by what is typed, ms", took[slowest] * 1000, "<= 30", f"slowest “{slowest}”, of six")


def _page(shop: ShopSession, filters: Filters, order: str = "-created") -> None:
    """What the page asks for: the rows, and how many there are of each status."""
    numbers = leads.counts(shop, filters)
    found = [numbers[status] for status in leads.STATUSES if not filters.status or status in leads.ACTIVE]
    leads.page_of(shop, filters, order, size=SIZE, total=sum(found))


def _figures(shop: ShopSession) -> list[Ratio]:
    found = []
    for days, said in (("all", "of all time"), ("month", "of this month")):
        period = period_named(days, shop.today)
        took = {key: _least(lambda key=key, period=period: measure(shop, key, period)) for key in FIGURES}
        slowest = max(took, key=took.__getitem__)
        found.append(Ratio(f"a figure of leads {said}, ms", took[slowest] * 1000, "<= 30", f"slowest {slowest}"))
    return found


def _first_scoring(who: Who) -> Ratio:
    """All active leads, none of which has a score; taken back, so that it is the first one next time, too."""
    with shop_session(who, alone=True, now=_noon(who)) as shop:
        took = seconds(lambda: scoring.work_out_many(shop, leads.ids(shop, Filters(status="active"))))
        shop.connection.rollback()
    _vacuum("leads", "lead_scores")
    return Ratio("first scoring, seconds per 100,000 leads", took / ACTIVE * 100_000, "<= 15", f"{ACTIVE:,} leads")


def _least(work: Callable[[], object], rounds: int = 7) -> float:
    work()
    return min(seconds(work) for _ in range(rounds))


def _noon(who: Who) -> datetime:
    return datetime.combine(TODAY, datetime.min.time(), who.shop.zone).replace(hour=12)


def _shop() -> Who:
    """The shop, made unless it is there."""
    there = {shop.slug: shop for shop in people.all_shops()}
    if _SLUG not in there:
        new = people.NewShop(_SLUG, "Leads", "business", "INR", "IN", "Asia/Kolkata", is_demo=True)
        there[_SLUG] = people.open_shop(new)
        who = keeper(there[_SLUG])
        with shop_session(who, alone=True) as shop:
            reps = [people.add_without_sign_in(shop, f"Rep {nth}") for nth in range(REPS)]
        given = {"shop_id": who.shop.id, "leads": LEADS, "today": TODAY, "reps": reps}
        maker = create_engine(server.owner_url(), poolclass=NullPool)
        with maker.begin() as connection:
            connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(who.shop.id)})
            connection.execute(text("set local session_replication_role = replica"))
            for step in ("make_leads", "make_lead_talk"):
                connection.execute(sql(step), named(step, given))
        maker.dispose()
        with shop_session(who, alone=True) as shop:
            words.write(shop, [(row["id"], row["name"]) for row in shop.rows("leads/names")])
        _vacuum("leads", "lead_words", "interactions", "follow_ups")
    return keeper(there[_SLUG])


def _vacuum(*tables: str) -> None:
    maker = create_engine(server.owner_url(), poolclass=NullPool)
    with maker.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"vacuum analyze {table}"))
