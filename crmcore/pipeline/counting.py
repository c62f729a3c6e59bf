"""The sums of the pipeline: what opportunities add to them is taken out before a change, and put in again after it.

Called in the transaction of the change. What each sum means stands in sql/views/pipeline_truth.sql.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text

from crmcore.database.gate import ShopSession
from crmcore.models import ClosedDeals, ClosedReasons, OpenDeals, StageDays, StandingDeals

SUMS = (OpenDeals, StandingDeals, ClosedDeals, ClosedReasons, StageDays)

_DEALS = text("select count_deals(:shop_id, cast(:ids as uuid[]), :times)")
_STATES = text("select count_states(:shop_id, cast(:ids as uuid[]), :times)")
_MOVES = text("select count_moves(:shop_id, cast(:ids as uuid[]), :times)")
_RECOUNT = text("select recount_deals(:shop_id)")
_FOLD = text("select fold_deals(:shop_id)")


def count(shop: ShopSession, opportunity_ids: Iterable[UUID]) -> None:
    """Put what these opportunities add into the sums: the last step of writing them down."""
    shop.execute(_DEALS, {"shop_id": shop.id, "ids": list(opportunity_ids), "times": 1})


def uncount(shop: ShopSession, opportunity_ids: Iterable[UUID]) -> None:
    """Take what these opportunities add out of the sums: the first step of changing or removing them."""
    shop.execute(_DEALS, {"shop_id": shop.id, "ids": list(opportunity_ids), "times": -1})


@contextmanager
def counting(shop: ShopSession, *opportunity_ids: UUID) -> Iterator[None]:
    """Keep the sums true around a change of these opportunities: of anything they say or offer."""
    uncount(shop, opportunity_ids)
    yield
    count(shop, opportunity_ids)


@contextmanager
def moving(shop: ShopSession, opportunity_id: UUID, change_id: UUID) -> Iterator[None]:
    """Keep the sums true around one move, told of by the line of history `change_id`; earlier moves stay as counted.

    For a change of the stage and what comes with it, not of whose the opportunity is, where it came from or what it
    offers.
    """
    one = {"shop_id": shop.id, "ids": [opportunity_id]}
    shop.execute(_STATES, {**one, "times": -1})
    yield
    shop.execute(_STATES, {**one, "times": 1})
    shop.execute(_MOVES, {"shop_id": shop.id, "ids": [change_id], "times": 1})


def recount(shop: ShopSession) -> None:
    """Set all sums of the pipeline from the truth. Needs the gate alone."""
    shop.must_be_alone()
    shop.execute(_RECOUNT, {"shop_id": shop.id})


def fold(shop: ShopSession) -> None:
    """Fold the slots of the sums into one, so that figures stay quick. Sums stay the same. Needs the gate alone."""
    shop.must_be_alone()
    shop.execute(_FOLD, {"shop_id": shop.id})
