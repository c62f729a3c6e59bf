"""The visits of a period as a list: filtered, sorted, a page at a time."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from crmcore import lists, segments
from crmcore.database.gate import ShopSession
from crmcore.lists import PAGE_SIZE, Listed, Page
from crmcore.models import Customer, Membership, Visit, VisitProduct
from crmcore.periods import Period
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES

# What a list can be sorted by; "-" before it turns the order round. What is missing always stands last.
SORTS: lists.Sorts = {
    "day": (Visit.visited_on, Visit.visited_at),  # the first has an index, so that the newest come at once
    "customer": (func.lower(Customer.name),),
    "rep": (func.lower(Membership.name),),
    "interest": (case({key: nth for nth, key in enumerate(INTERESTS)}, value=Visit.interest),),
    "outcome": (case({key: nth for nth, key in enumerate(OUTCOMES)}, value=Visit.outcome),),
    "value": (Visit.estimated_value,),
}
DEFAULT_SORT = "-day"

_BESIDE: lists.Beside = {
    "customer": (Customer, and_(Customer.shop_id == Visit.shop_id, Customer.id == Visit.customer_id)),
    "rep": (Membership, and_(Membership.shop_id == Visit.shop_id, Membership.staff_id == Visit.handled_by)),
}


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which visits are listed.

    `rep`: a staff id, who handled it. `product`: a product's id, talked about. `customer`: a customer's id.
    `segment`: a segment's id, whose customers came by.
    The others are keys of VISIT_TYPES, PURPOSES, INTERESTS and OUTCOMES.
    """

    rep: UUID | None = lists.record()
    product: UUID | None = lists.record()
    customer: UUID | None = lists.record()
    type: str = lists.one_of(VISIT_TYPES)
    purpose: str = lists.one_of(PURPOSES)
    interest: str = lists.one_of(INTERESTS)
    outcome: str = lists.one_of(OUTCOMES)
    segment: UUID | None = lists.record()


def page_of(
    shop: ShopSession,
    period: Period,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The visits of page `page` (1 to MOST_PAGES) of a period, filtered, each as in `listed`, and their number."""
    order, total = _order(sort), count(shop, period, filters)
    ids = lists.sortable(select(Visit.id), sort, _BESIDE).where(*_conditions(shop, period, filters)).order_by(*order)
    return lists.page_of(shop, ids, _shown().where(Visit.shop_id == shop.id), total, page, size)


def count(shop: ShopSession, period: Period, filters: Filters = Filters()) -> int:
    """How many visits these filters list. Without any it is read from the sums of the days."""
    shop.who.must("see figures")
    if filters.is_plain:
        return int(shop.row("metrics/visits", since=period.since, until=period.until)["value"])
    return int(shop.scalar(select(func.count()).select_from(Visit).where(*_conditions(shop, period, filters))))


def listed(shop: ShopSession, period: Period, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted.

    Columns: those of a visit but for whom; customer_id, name, company_name, phone, external_ref and email, all None
    for a customer who is hidden; rep_name; products, in a row.
    """
    shop.who.must("see figures")
    return _shown().where(*_conditions(shop, period, filters)).order_by(*_order(sort))


def _shown() -> Listed:
    talked_about = (
        select(func.string_agg(VisitProduct.product_name, aggregate_order_by(literal(", "), VisitProduct.product_name)))
        .where(VisitProduct.shop_id == Visit.shop_id, VisitProduct.visit_id == Visit.id)
        .scalar_subquery()
    )
    on_file = Customer.hidden_at.is_(None)
    shown = (Customer.name, Customer.company_name, Customer.phone, Customer.external_ref, Customer.email)
    query = select(
        Visit.id,
        Visit.visited_on,
        Visit.visited_at,
        Visit.visit_type,
        Visit.purpose,
        Visit.interest,
        Visit.outcome,
        Visit.estimated_value,
        Visit.categories,
        Visit.notes,
        case((on_file, Customer.id)).label("customer_id"),
        *(case((on_file, column)).label(column.key) for column in shown),
        Membership.name.label("rep_name"),
        talked_about.label("products"),
    )
    return query.select_from(Visit).join(*_BESIDE["customer"]).outerjoin(*_BESIDE["rep"])


def _order(sort: str) -> list[Any]:
    return lists.order("Visits", SORTS, sort, Visit.id)


def _conditions(shop: ShopSession, period: Period, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Visit.shop_id == shop.id, Visit.visited_on >= period.since, Visit.visited_on < period.until]
    conditions += lists.same(filters, _COLUMNS)
    if filters.segment is not None:
        conditions.append(Visit.customer_id.in_(segments.customer_ids(shop, filters.segment)))
    if filters.product is not None:
        about = select(VisitProduct.visit_id).where(
            VisitProduct.shop_id == shop.id, VisitProduct.product_id == filters.product
        )
        conditions.append(Visit.id.in_(about))
    return conditions


_COLUMNS: dict[str, Any] = {
    "rep": Visit.handled_by,
    "customer": Visit.customer_id,
    "type": Visit.visit_type,
    "purpose": Visit.purpose,
    "interest": Visit.interest,
    "outcome": Visit.outcome,
}
