"""Recording a visit, with all that follows from it, against the gate and the bare insert of its row."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from benchmarks.timing import Ratio, in_turn, ms
from crmcore import counters, visits
from crmcore.database.gate import Who, new_id, shop_session
from crmcore.models import Customer, Visit
from crmcore.visits import NewVisit

ROUNDS = 300
_SAID = {"visit_type": "walk-in", "interest": "medium", "purpose": "browsing", "notes": "Looked at sofas"}


def run(shops: list[Who]) -> list[Ratio]:
    """Visits of people who came before, as most are; and of leads on their first one, who become active."""
    return [_compare(shops[0], "of a regular", is_first=False), _compare(shops[0], "of a lead", is_first=True)]


def _compare(who: Who, whose: str, *, is_first: bool) -> Ratio:
    found = _fresh(who, is_first)
    visitors = iter(found)

    def bare() -> None:
        with shop_session(who, writes=True) as shop:
            row = {"id": new_id(), "customer_id": next(visitors), "visited_at": shop.now, "visited_on": shop.today}
            shop.execute(insert(Visit).values(shop_id=shop.id, categories=[], outcome="no_purchase", **row, **_SAID))

    def recorded() -> None:
        with shop_session(who, writes=True) as shop:
            new = NewVisit(next(visitors), **_SAID)
            assert visits.record(shop, new).is_new

    alone, whole = in_turn(bare, recorded, ROUNDS)
    with shop_session(who, alone=True) as shop:
        theirs = (Visit.shop_id == shop.id, Visit.customer_id.in_(found))
        shop.execute(delete(Visit).where(*theirs, Visit.outcome == "no_purchase"))  # the bare ones were not counted
        with counters.recounting(shop, found):
            shop.execute(delete(Visit).where(*theirs))
    return Ratio(
        f"a visit {whose}, against the gate and the bare insert",
        whole / alone,
        "<= 2",
        f"{ms(whole)} against {ms(alone)}",
    )


def _fresh(who: Who, is_first: bool) -> list[UUID]:
    """Customers without a visit today: leads who were never here, or active ones who came yesterday."""
    with shop_session(who, alone=True) as shop:
        never = select(Customer.id).where(
            Customer.shop_id == shop.id, Customer.hidden_at.is_(None), Customer.visit_count == 0
        )
        found = list(shop.execute(never.order_by(Customer.id).limit(2 * ROUNDS + 2)).scalars())
        status = "lead" if is_first else "active"
        shop.execute(update(Customer).where(Customer.shop_id == shop.id, Customer.id.in_(found)).values(status=status))
        for customer_id in [] if is_first else found:
            visits.record(shop, NewVisit(customer_id, interest="low", visited_at=shop.now - timedelta(days=1)))
    return found
