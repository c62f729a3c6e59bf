"""The sums of the pipeline: what opportunities add to them is taken out before a change, and put in again after it.

Called in the transaction of the change. What each sum means stands in sql/views/pipeline_truth.sql.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import delete, select, text

from crmcore.database.gate import ShopSession
from crmcore.models import ClosedDeals, ClosedReasons, OpenDeals, Opportunity, StageDays

SUMS = (OpenDeals, ClosedDeals, ClosedReasons, StageDays)

_COUNT = text("select count_deals(:shop_id, cast(:opportunity_ids as uuid[]), :times)")
_SLICE = 20_000


def count(shop: ShopSession, opportunity_ids: Iterable[UUID]) -> None:
    """Put what these opportunities add into the sums: the last step of writing them down."""
    _count(shop, opportunity_ids, 1)


def uncount(shop: ShopSession, opportunity_ids: Iterable[UUID]) -> None:
    """Take what these opportunities add out of the sums: the first step of changing or removing them."""
    _count(shop, opportunity_ids, -1)


@contextmanager
def counting(shop: ShopSession, opportunity_id: UUID) -> Iterator[None]:
    """Keep the sums true around a change of this opportunity."""
    uncount(shop, [opportunity_id])
    yield
    count(shop, [opportunity_id])


def recount(shop: ShopSession) -> None:
    """Set all sums of the pipeline from the truth. Needs the gate alone."""
    shop.must_be_alone()
    for sums in SUMS:
        shop.execute(delete(sums).where(sums.shop_id == shop.id))
    everything = select(Opportunity.id).where(Opportunity.shop_id == shop.id)
    ids = list(shop.execute(everything).scalars())
    for first in range(0, len(ids), _SLICE):
        count(shop, ids[first : first + _SLICE])


def _count(shop: ShopSession, opportunity_ids: Iterable[UUID], times: int) -> None:
    shop.execute(_COUNT, {"shop_id": shop.id, "opportunity_ids": list(opportunity_ids), "times": times})
