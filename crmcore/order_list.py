"""The orders of a period as a list: filtered, sorted, a page at a time, with what they come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from crmcore import segments
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Customer, Membership, Order, OrderItem
from crmcore.orders import COMPLETED, STATUSES
from crmcore.periods import Period

PAGE_SIZE = 50
MOST_PAGES = 200  # further down nobody reads: other days or a filter find sooner

# What a list can be sorted by; "-" before it turns the order round. What is missing always stands last.
SORTS: dict[str, tuple[Any, ...]] = {
    "day": (Order.ordered_on, Order.ordered_at),  # the first has an index, so that the newest come at once
    "number": (Order.number,),
    "customer": (func.lower(Order.customer_name),),
    "total": (Order.total,),
    "status": (Order.status,),
    "paid": (Order.payment_method,),
}
DEFAULT_SORT = "-day"

Listed = Select[*tuple[Any, ...]]

_LAST_SIGN = "\U0010ffff"  # sorts after every letter
_NEVER_MISSING = ("day", "number", "total", "status")


@dataclass(frozen=True)
class Filters:
    """Which orders are listed. What is left at its default filters nothing; several filters must all hold.

    `q`: how the order's number begins; it looks at all days, whatever the period. `rep`: a staff id. `customer`: a
    customer's id. `segment`: a segment's id, whose customers bought. `product`: a product's id, on one of the lines.
    `paid`: a payment method. `returns`: only what came back. `purchases`: only completed sales, without what came back.
    """

    q: str = ""
    status: str = ""
    rep: UUID | None = None
    customer: UUID | None = None
    product: UUID | None = None
    paid: str = ""
    returns: bool = False
    purchases: bool = False
    segment: UUID | None = None

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of /orders: {"status": "draft", "returns": "yes"}."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        return {name: "yes" if value is True else str(value) for name, value in given.items()}

    @classmethod
    def of_address(cls, query: Mapping[str, str]) -> "Filters":
        """The filters an address names; what can't be read in it filters nothing."""
        given: dict[str, Any] = {}
        for name, read in _READERS.items():
            try:
                given[name] = read(query[name])
            except (KeyError, ValueError):
                continue
        return cls(**given)


def _text(text: str) -> str:
    """Without what the database can't take."""
    return text.encode(errors="ignore").decode().replace("\x00", "").strip()


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(text)
    return text


_READERS: dict[str, Any] = {
    "q": _text,
    "status": _status,
    "rep": UUID,
    "customer": UUID,
    "segment": UUID,
    "product": UUID,
    "paid": _text,
    **dict.fromkeys(("returns", "purchases"), lambda text: text == "yes"),
}


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
    first = (max(page, 1) - 1) * size
    rows: list[RowMapping] = []
    if first < sums["orders"] and page <= MOST_PAGES:
        # Only ids are sorted; what is shown of an order is read for one page.
        ids = select(Order.id).where(*_conditions(shop, period, filters)).order_by(*_order(sort))
        one_page = listed(shop, period, filters, sort).where(Order.id.in_(ids.limit(size).offset(first)))
        rows = list(shop.execute(one_page).mappings())
    return Page(rows, sums["orders"], sums["counted"], sums["money"] if shop.who.may("see figures") else None)


def has_any(shop: ShopSession) -> bool:
    """Whether there is any order at all, of whatever day."""
    return bool(shop.scalar(select(select(Order.id).where(Order.shop_id == shop.id).exists())))


def _totals(shop: ShopSession, period: Period, filters: Filters) -> RowMapping:
    """orders, counted and money of the whole list, as in Page. Without filters it is read from the day sums."""
    if filters == Filters() and not shop.who.sees_own_only:
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
    query = select(
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
    return query.where(*_conditions(shop, period, filters)).order_by(*_order(sort))


def _order(sort: str) -> list[Any]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        raise BadInput("sort", f"Orders can't be sorted by “{key}”. Use one of: {', '.join(SORTS)}.")
    if sort.startswith("-"):
        # "nulls last" would keep the index of the days from serving.
        return [*(by.desc() if key in _NEVER_MISSING else by.desc().nulls_last() for by in SORTS[key]), Order.id.desc()]
    return [*SORTS[key], Order.id]


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
    if filters.rep is not None:
        conditions.append(Order.rep_id == filters.rep)
    if filters.customer is not None:
        conditions.append(Order.customer_id == filters.customer)
    if filters.segment is not None:
        conditions.append(Order.customer_id.in_(segments.customer_ids(shop, filters.segment)))
    if filters.product is not None:
        lines = select(OrderItem.order_id).where(
            OrderItem.shop_id == Order.shop_id, OrderItem.order_id == Order.id, OrderItem.product_id == filters.product
        )
        conditions.append(lines.exists())
    if filters.paid:
        conditions.append(Order.payment_method == filters.paid)
    if filters.returns:
        conditions.append(Order.is_return.is_(True))
    if filters.purchases:
        conditions += [Order.status == COMPLETED, Order.is_return.is_(False)]
    return conditions
