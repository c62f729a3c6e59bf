"""Counters and rollups: changed in the same transaction as their cause, defined by sql/views/truth.sql.

The day of a customer's last talk is set anew by `recount_talk` whenever talk with them changes.
A new order or visit is counted by arithmetic (`order_counted`, `count_visit`). Every other change to orders, visits or
customers stands inside `recounting(...)`, which takes what they contribute out of the rollups, lets the change happen,
and puts the new contribution back; it needs the gate opened with `alone=True`. Visits always have a customer, so the
customers' ids are all there is to name: an importer of visits calls take_off with the ids of everybody it will write
visits of (also of those it is about to put on file), writes them, and calls put_on with the same ids.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, text

from crmcore.database.gate import ShopSession

_COUNT_VISIT = text("select count_visit(:shop_id, :visit_id, :new_status, cast(:new_rep_id as uuid))")
_COUNT_CUSTOMER = text("select count_customer(:shop_id, :customer_id)")
_TAKE_OFF = text("select take_off(:shop_id, cast(:customer_ids as uuid[]), cast(:order_ids as uuid[]))")
_PUT_ON = text("select put_on(:shop_id, cast(:customer_ids as uuid[]), cast(:order_ids as uuid[]))")

_RECOUNT_RECENCY = text("select recount_recency(:shop_id)")
_RECOUNT_CONVERSIONS = text("select recount_conversions(:shop_id)")
_FOLD = text("select fold_rollups(:shop_id, :today)")


def order_counted(*, is_newcomer: bool = False) -> ColumnElement[Any]:
    """What `insert into orders .. returning` counts the order with as it is inserted.

    `is_newcomer`: its customer came on file in this transaction too and is counted with it.
    """
    return func.count_order(literal_column("orders"), is_newcomer)


def count_visit(
    shop: ShopSession, visit_id: UUID, *, new_status: str | None = None, new_rep_id: UUID | None = None
) -> None:
    """Count a visit that was inserted a moment ago in this transaction. The last step before commit.

    `new_status`, `new_rep_id`: what the visit makes of its customer, written along with their counters.
    """
    given = {"shop_id": shop.id, "visit_id": visit_id, "new_status": new_status, "new_rep_id": new_rep_id}
    shop.execute(_COUNT_VISIT, given)


def count_customer(shop: ShopSession, customer_id: UUID) -> None:
    """Count a customer who came on file a moment ago in this transaction and has no order and no visit yet."""
    shop.execute(_COUNT_CUSTOMER, {"shop_id": shop.id, "customer_id": customer_id})


def recount_talk(shop: ShopSession, customer_ids: Iterable[UUID | None]) -> None:
    """Set the day these customers were last talked with, after talk with them was written down, changed or moved."""
    known = [customer for customer in customer_ids if customer is not None]
    if known:
        shop.rows_as_the_shop("talk/recount", customer_ids=known)


def take_off(shop: ShopSession, customer_ids: Iterable[UUID], order_ids: Iterable[UUID] = ()) -> None:
    """Take what these customers, and these orders without a customer, contribute out of the rollups."""
    shop.must_be_alone()
    shop.execute(_TAKE_OFF, _named(shop, customer_ids, order_ids))


def put_on(shop: ShopSession, customer_ids: Iterable[UUID], order_ids: Iterable[UUID] = ()) -> None:
    """Recount these customers, and put what they and these orders now contribute into the rollups."""
    shop.execute(_PUT_ON, _named(shop, customer_ids, order_ids))


def fold(shop: ShopSession) -> None:
    """Fold the slots of days that are over into one row a day, so that figures stay quick. Sums stay the same."""
    shop.must_be_alone()
    shop.execute(_FOLD, {"shop_id": shop.id, "today": shop.today})


def recount_recency(shop: ShopSession) -> None:
    """Count anew who was seen how recently: after the shop has set other active days."""
    shop.must_be_alone()
    shop.execute(_RECOUNT_RECENCY, {"shop_id": shop.id})


def recount_conversions(shop: ShopSession) -> None:
    """Count anew what came of each visit: after the shop has set another number of days from visit to purchase."""
    shop.must_be_alone()
    shop.execute(_RECOUNT_CONVERSIONS, {"shop_id": shop.id})


@contextmanager
def recounting(
    shop: ShopSession, customer_ids: Iterable[UUID | None], order_ids: Iterable[UUID] = ()
) -> Iterator[None]:
    """Keep counters true around a change to these customers' orders and visits, or to these orders.

    Name every customer who has, had, or is about to get one of them; orders without a customer by their ids.
    """
    customers = {customer for customer in customer_ids if customer is not None}
    orders = set(order_ids)
    take_off(shop, customers, orders)
    yield
    put_on(shop, customers, orders)


def _named(shop: ShopSession, customer_ids: Iterable[UUID], order_ids: Iterable[UUID]) -> dict[str, object]:
    return {"shop_id": shop.id, "customer_ids": list(customer_ids), "order_ids": list(order_ids)}
