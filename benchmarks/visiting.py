"""What the Visits page costs in a shop with many visits, and whether years of history make it dearer."""

from datetime import UTC, datetime

from benchmarks import data
from benchmarks.data import TODAY
from benchmarks.timing import Ratio, in_turn, ms
from crmcore import visit_list
from crmcore.database.gate import Who, shop_session
from crmcore.metrics.visits import rep_results, visit_figures
from crmcore.periods import last_days

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=UTC)
DAYS_90 = last_days(TODAY, 90)


def run(_shops: list[Who]) -> list[Ratio]:
    """The figures of 90 days, the sales reps' table and the first page of the list, each with its gate."""
    long, short = data.make_visited()
    found = []
    for what, ask in (("figures", _figures), ("sales reps", _reps), ("list", _list)):
        of_long, of_short = in_turn(lambda ask=ask: ask(long), lambda ask=ask: ask(short))
        found.append(
            Ratio(
                f"Visits page, {what} of 90 days, ten years of history against one",
                of_long / of_short,
                "<= 1.5",
                f"{ms(of_long)} with {data.VISITS:,} visits, {ms(of_short)} with {data.VISITS // 10:,}",
            )
        )
    return found


def _figures(who: Who) -> None:
    with shop_session(who, now=NOW) as shop:
        visit_figures(shop, DAYS_90)


def _reps(who: Who) -> None:
    with shop_session(who, now=NOW) as shop:
        rep_results(shop, DAYS_90)


def _list(who: Who) -> None:
    with shop_session(who, now=NOW) as shop:
        visit_list.page_of(shop, DAYS_90)
