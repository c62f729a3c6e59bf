"""The orders of a period as a list: filtered, sorted, a page at a time, with what they come to."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from crmcore import lists, segments
from crmcore.database.gate import ShopSession
from crmcore.lists import PAGE_SIZE, Listed
from crmcore.models import Customer, Membership, Order, OrderItem
from crmcore.orders import COMPLETED, STATUSES
from crmcore.periods import Period

# What a list can be sorted by; "-" before it turns the order round. What is missing always stands last.
SORTS: lists.Sorts = {
    "day": (Order.ordered_on, Order.ordered_at),  # the first has an index, so that the newest come at once
    "number": (Order.number,),
    "customer": (func.lower(Order.customer_name),),
    "total": (Order.total,),
    "status": (Order.status,),
    "paid": (Order.payment_method,),
}
DEFAULT_SORT = "-day"

_LAST_SIGN = "\U0010ffff"  # sorts after every letter


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which orders are listed.

    `q`: how the order's number begins; it looks at all days, whatever the period. `rep`: a staff id. `customer`: a
    customer's id. `segment`: a segment's id, whose customers bought. `product`: a product's id, on one of the lines.
    `paid`: a payment method. `returns`: only what came back. `purchases`: only completed sales, without what came back.
    """

    q: str = lists.text()
    status: str = lists.one_of(STATUSES)
    rep: UUID | None = lists.record()
    customer: UUID | None = lists.record()
    product: UUID | None = lists.record()
    paid: str = lists.text()
    returns: bool = lists.switch()
    purchases: bool = lists.switch()
    segment: UUID | None = lists.record()


@dataclass(frozen=True)
class Page:
    """One page of a list and what the whole list comes to.

    `orders`: how many are listed in all. `counted`: how many of them count (completed sales and returns).
    `money`: what those come to, returns taken off; None for who may not see figures.
    """

    rows: list[RowMapping] = field(default_factory=list)
    orders: int = 0
    counted: int = 0
    money: Decimal | None = None


def page_of(
    shop: ShopSession,
    period: Period,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The orders of page `page` (1 to MOST_PAGES) of a period, filtered, each as in `listed`, and the sums."""
    shop.who.must("see orders")
    sums = _totals(shop, period, filters)
    ids = select(Order.id).where(*_conditions(shop, period, filters)).order_by(*_order(sort))
    rows = lists.page_of(shop, ids, _shown().where(Order.shop_id == shop.id), sums["orders"], page, size).rows
    return Page(rows, sums["orders"], sums["counted"], sums["money"] if shop.who.may("see figures") else None)


def has_any(shop: ShopSession) -> bool:
    """Whether there is any order at all, of whatever day."""
    return bool(shop.scalar(select(select(Order.id).where(Order.shop_id == shop.id).exists())))


def _totals(shop: ShopSession, period: Period, filters: Filters) -> RowMapping:
    """orders, counted and money of the whole list, as in Page. Without filters it is read from the day sums."""
    if filters.is_plain and not shop.who.sees_own_only:
        return shop.row("orders/totals", since=period.since, until=period.until)
    orders, counts = func.count().label("orders"), Order.status == COMPLETED
    if filters.status in ("", COMPLETED):
        counted = func.count().filter(counts).label("counted")
        money = func.coalesce(func.sum(Order.total).filter(counts), 0).label("money")
    else:  # none of them counts: the index alone tells how many there are
        counted, money = literal(0).label("counted"), literal(Decimal(0)).label("money")
    query = select(orders, counted, money).where(*_conditions(shop, period, filters))
    return shop.execute(query).mappings().one()


def listed(shop: ShopSession, period: Period, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted.

    Columns: id, number, status, is_return, ordered_on, ordered_at, customer_id, customer_name (as on file now),
    customer_phone, total, payment_method, rep_name, bought (the first items), came_back (whether something did).
    """
    return _shown().where(*_conditions(shop, period, filters)).order_by(*_order(sort))


def _shown() -> Listed:
    name_on_file = (
        select(Customer.name)
        .where(Customer.shop_id == Order.shop_id, Customer.id == Order.customer_id)
        .scalar_subquery()
    )
    rep = (
        select(Membership.name)
        .where(Membership.shop_id == Order.shop_id, Membership.staff_id == Order.rep_id)
        .scalar_subquery()
    )
    bought = (
        select(func.string_agg(OrderItem.product_name, aggregate_order_by(literal(", "), OrderItem.position)))
        .where(OrderItem.shop_id == Order.shop_id, OrderItem.order_id == Order.id, OrderItem.position <= 4)
        .scalar_subquery()
    )
    back = aliased(Order)
    came_back = (
        select(back.id)
        .where(
            back.shop_id == Order.shop_id,
            back.returns_order_id == Order.id,
            back.returns_order_id.is_not(None),  # so that the index of the few returns serves
            back.status == COMPLETED,
        )
        .exists()
    )
    return select(
        Order.id,
        Order.number,
        Order.status,
        Order.is_return,
        Order.ordered_on,
        Order.ordered_at,
        Order.customer_id,
        func.coalesce(name_on_file, Order.customer_name).label("customer_name"),
        Order.customer_phone,
        Order.total,
        Order.payment_method,
        rep.label("rep_name"),
        bought.label("bought"),
        came_back.label("came_back"),
    )


def _order(sort: str) -> list[Any]:
    return lists.order("Orders", SORTS, sort, Order.id)


def _conditions(shop: ShopSession, period: Period, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Order.shop_id == shop.id]
    typed = filters.q.replace("\x00", "").strip()
    if typed:
        begins = sorted({typed, typed.upper(), typed.lower()})
        conditions.append(or_(*(and_(Order.number >= start, Order.number < start + _LAST_SIGN) for start in begins)))
    else:
        conditions += [Order.ordered_on >= period.since, Order.ordered_on < period.until]
    if filters.status:
        conditions.append(Order.status == filters.status)
        if filters.status != COMPLETED:
            conditions.append(Order.status != COMPLETED)  # said twice so that the index of the few serves
    same = {"rep": Order.rep_id, "customer": Order.customer_id, "paid": Order.payment_method}
    conditions += lists.same(filters, same)
    if filters.segment is not None:
        conditions.append(Order.customer_id.in_(segments.customer_ids(shop, filters.segment)))
    if filters.product is not None:
        lines = select(OrderItem.order_id).where(
            OrderItem.shop_id == Order.shop_id, OrderItem.order_id == Order.id, OrderItem.product_id == filters.product
        )
        conditions.append(lines.exists())
    if filters.returns:
        conditions.append(Order.is_return.is_(True))
    if filters.purchases:
        conditions += [Order.status == COMPLETED, Order.is_return.is_(False)]
    return conditions
