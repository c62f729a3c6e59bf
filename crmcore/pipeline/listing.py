"""Opportunities as a list: filtered, sorted, a page at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from crmcore import lists, segments
from crmcore.database.gate import ShopSession
from crmcore.lists import Listed
from crmcore.models import Customer, LostReason, Membership, Opportunity, OpportunityItem, Stage
from crmcore.pipeline.opportunity import OPEN, STATUSES
from crmcore.pipeline.reading import shown

PAGE_SIZE = 25
# What is to be looked at among the open ones.
WATCH = {
    "stuck": "Stuck in their stage",
    "overdue": "Should have closed",
    "undated": "Without an expected close",
    "no-value": "Without a value",
}

SORTS: lists.Sorts = {
    "value": (Opportunity.value,),
    "name": (func.lower(Opportunity.name),),
    "customer": (func.lower(func.coalesce(Customer.name, Customer.company_name)),),
    "stage": (Stage.position,),
    "rep": (func.lower(Membership.name),),
    "expected": (Opportunity.expected_close_on,),
    "closed": (Opportunity.closed_on,),
    "created": (Opportunity.created_on,),
    "since": (Opportunity.stage_since_on,),
}
DEFAULT_SORT = "-value"


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which opportunities are listed.

    `status`: a key of STATUSES, or "closed". `rep`: a staff id, or NOBODY. `reason`: its id, or NOBODY where none was
    given. `watch`: a key of WATCH. `segment`: a segment's id, whose customers they are for. Days are the first and last
    that count.
    """

    q: str = lists.text()
    status: str = lists.one_of({"closed", *STATUSES})
    stage: UUID | None = lists.record()
    rep: UUID | str | None = lists.person()
    territory: UUID | None = lists.record()
    source: str = lists.text()
    product: UUID | None = lists.record()
    customer: UUID | None = lists.record()
    reason: UUID | str | None = lists.person()
    watch: str = lists.one_of(WATCH)
    segment: UUID | None = lists.record()
    expected_from: date | None = lists.day()
    expected_to: date | None = lists.day()
    closed_from: date | None = lists.day()
    closed_to: date | None = lists.day()
    created_from: date | None = lists.day()
    created_to: date | None = lists.day()


@dataclass(frozen=True)
class Page(lists.Page):
    """One page of a list, how many opportunities the whole list has, and what they are worth together."""

    value: Any = 0


def page_of(
    shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT, page: int = 1, size: int = PAGE_SIZE
) -> Page:
    """The opportunities of page `page` (1 to MOST_PAGES), each as in `reading.shown`; and the sums of all of them."""
    shop.who.must("see opportunities")
    order = _order(sort)
    counted = select(func.count(), func.coalesce(func.sum(Opportunity.value), 0)).select_from(Opportunity)
    total, value = shop.execute(_joined(counted).where(*_conditions(shop, filters))).one()
    ids = _joined(select(Opportunity.id)).where(*_conditions(shop, filters)).order_by(*order)
    return Page(lists.page_of(shop, ids, shown(shop), total, page, size).rows, total, value)


def listed(shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted, each as `reading.shown`."""
    shop.who.must("see opportunities")
    return shown(shop).where(*_conditions(shop, filters)).order_by(*_order(sort))


def with_more(shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """As `listed`, with reason_name, and product: what is offered, in one line."""
    offered = (
        select(
            func.string_agg(OpportunityItem.product_name, aggregate_order_by(literal(", "), OpportunityItem.position))
        )
        .where(OpportunityItem.shop_id == Opportunity.shop_id, OpportunityItem.opportunity_id == Opportunity.id)
        .scalar_subquery()
    )
    reason = (LostReason.shop_id == Opportunity.shop_id) & (LostReason.id == Opportunity.reason_id)
    query = listed(shop, filters, sort).add_columns(LostReason.name.label("reason_name"), offered.label("product"))
    return query.outerjoin(LostReason, reason)


def has_any(shop: ShopSession) -> bool:
    """Whether there is any opportunity yet that the person may see."""
    shop.who.must("see opportunities")
    return shop.scalar(select(Opportunity.id).where(Opportunity.shop_id == shop.id).limit(1)) is not None


def _joined(query: Any) -> Any:
    """With the tables that conditions and orders speak of."""
    return (
        query.join(Stage, (Stage.shop_id == Opportunity.shop_id) & (Stage.id == Opportunity.stage_id))
        .outerjoin(Customer, (Customer.shop_id == Opportunity.shop_id) & (Customer.id == Opportunity.customer_id))
        .outerjoin(
            Membership, (Membership.shop_id == Opportunity.shop_id) & (Membership.staff_id == Opportunity.rep_id)
        )
    )


def _order(sort: str) -> list[Any]:
    return lists.order("Opportunities", SORTS, sort, Opportunity.id)


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Opportunity.shop_id == shop.id]
    if filters.status:
        is_closed = filters.status == "closed"
        found.append(Opportunity.status != OPEN if is_closed else Opportunity.status == filters.status)
    found += lists.same(filters, _COLUMNS)
    found += lists.between(filters, _DAYS)
    if filters.product is not None:
        of_deal = (OpportunityItem.shop_id == shop.id, OpportunityItem.opportunity_id == Opportunity.id)
        found.append(exists().where(*of_deal, OpportunityItem.product_id == filters.product))
    if filters.segment is not None:
        theirs = segments.customer_ids(shop, filters.segment).correlate(None)
        found.append(Opportunity.customer_id.in_(theirs))
    if filters.watch:
        found += [Opportunity.status == OPEN, _watched(shop, filters.watch)]
    if part := filters.q.strip().lower():
        named = func.lower(Opportunity.name).contains(part, autoescape=True)
        customer = func.lower(func.coalesce(Customer.name, Customer.company_name)).contains(part, autoescape=True)
        found.append(or_(named, customer, func.lower(Opportunity.ref) == part))
    return found


def _watched(shop: ShopSession, watch: str) -> ColumnElement[bool]:
    if watch == "overdue":
        return Opportunity.expected_close_on < shop.today
    if watch == "undated":
        return Opportunity.expected_close_on.is_(None)
    if watch == "no-value":
        return Opportunity.value.is_(None)
    standing: ColumnElement[bool] = Stage.expected_days < shop.today - Opportunity.stage_since_on
    return standing


_COLUMNS: dict[str, Any] = {
    "stage": Opportunity.stage_id,
    "rep": Opportunity.rep_id,
    "territory": Opportunity.territory_id,
    "source": Opportunity.source,
    "customer": Opportunity.customer_id,
    "reason": Opportunity.reason_id,
}
_DAYS: dict[str, Any] = {
    "expected": Opportunity.expected_close_on,
    "closed": Opportunity.closed_on,
    "created": Opportunity.created_on,
}
