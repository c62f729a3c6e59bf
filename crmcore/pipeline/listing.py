"""Opportunities as a list: filtered, sorted, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Customer, LostReason, Membership, Opportunity, OpportunityItem, Stage
from crmcore.pipeline.opportunity import OPEN, STATUSES
from crmcore.pipeline.reading import Listed, shown

PAGE_SIZE = 25
MOST_PAGES = 200  # further down nobody reads: a filter finds sooner
NOBODY = "nobody"  # as whose: nobody's

_STATUSES = {**STATUSES, "closed": "Won or lost"}
# What is to be looked at among the open ones.
WATCH = {"stuck": "Stuck in their stage", "overdue": "Should have closed", "no-value": "Without a value"}

SORTS: dict[str, tuple[Any, ...]] = {
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
class Filters:
    """Which opportunities are listed. What is left at its default filters nothing; several filters must all hold.

    `status`: a key of STATUSES, or "closed". `rep`: a staff id, or NOBODY. `watch`: a key of WATCH. `month`: expected
    to close in the month this day lies in. Days are the first and last that count.
    """

    q: str = ""
    status: str = ""
    stage: UUID | None = None
    rep: UUID | str | None = None
    territory: UUID | None = None
    source: str = ""
    product: UUID | None = None
    customer: UUID | None = None
    reason: UUID | None = None
    watch: str = ""
    expected_from: date | None = None
    expected_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    created_from: date | None = None
    created_to: date | None = None

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of /pipeline: {"status": "open", "watch": "stuck"}."""
        return {
            one.name: str(getattr(self, one.name)) for one in fields(self) if getattr(self, one.name) != one.default
        }

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


def _one_of(known: Collection[str]) -> Any:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read


def _text(text: str) -> str:
    """Without what the database can't take."""
    return text.encode(errors="ignore").decode().replace("\x00", "").strip()


_READERS: dict[str, Any] = {
    "q": _text,
    "status": _one_of(_STATUSES),
    "rep": lambda text: NOBODY if text == NOBODY else UUID(text),
    "source": _text,
    "watch": _one_of(WATCH),
    **dict.fromkeys(("stage", "territory", "product", "customer", "reason"), UUID),
    **{f"{day}_{end}": date.fromisoformat for day in ("expected", "closed", "created") for end in ("from", "to")},
}


@dataclass(frozen=True)
class Page:
    """One page of a list, how many opportunities the whole list has, and what they are worth together."""

    rows: list[RowMapping] = field(default_factory=list)
    total: int = 0
    value: Any = 0


def page_of(
    shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT, page: int = 1, size: int = PAGE_SIZE
) -> Page:
    """The opportunities of page `page` (1 to MOST_PAGES), each as in `reading.shown`; and the sums of all of them."""
    shop.who.must("see opportunities")
    order = _order(sort)
    counted = select(func.count(), func.coalesce(func.sum(Opportunity.value), 0)).select_from(Opportunity)
    total, value = shop.execute(_joined(counted).where(*_conditions(shop, filters))).one()
    first = (max(page, 1) - 1) * size
    if first >= total or page > MOST_PAGES:
        return Page([], total, value)
    # Only ids are sorted; what is shown of an opportunity is read for one page.
    few = _joined(select(Opportunity.id)).where(*_conditions(shop, filters)).order_by(*order).limit(size).offset(first)
    query = shown(shop).where(Opportunity.id.in_(few)).order_by(*order)
    return Page(list(shop.execute(query).mappings()), total, value)


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
    key = sort.removeprefix("-")
    if key not in SORTS:
        raise BadInput("sort", f"Opportunities can't be sorted by “{key}”. Use one of: {', '.join(SORTS)}.")
    if sort.startswith("-"):
        return [*(by.desc().nulls_last() for by in SORTS[key]), Opportunity.id.desc()]
    return [*(by.nulls_last() for by in SORTS[key]), Opportunity.id]


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Opportunity.shop_id == shop.id]
    if filters.status:
        is_closed = filters.status == "closed"
        found.append(Opportunity.status != OPEN if is_closed else Opportunity.status == filters.status)
    if filters.rep is not None:
        found.append(Opportunity.rep_id.is_(None) if filters.rep == NOBODY else Opportunity.rep_id == filters.rep)
    for name, column in _COLUMNS.items():
        value = getattr(filters, name)
        if value not in (None, ""):
            found.append(column == value)
    for name, column in _DAYS.items():
        if (first := getattr(filters, f"{name}_from")) is not None:
            found.append(column >= first)
        if (last := getattr(filters, f"{name}_to")) is not None:
            found.append(column <= last)
    if filters.product is not None:
        of_deal = (OpportunityItem.shop_id == shop.id, OpportunityItem.opportunity_id == Opportunity.id)
        found.append(exists().where(*of_deal, OpportunityItem.product_id == filters.product))
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
    if watch == "no-value":
        return Opportunity.value.is_(None)
    standing: ColumnElement[bool] = Stage.expected_days < shop.today - Opportunity.stage_since_on
    return standing


_COLUMNS: dict[str, Any] = {
    "stage": Opportunity.stage_id,
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
