"""The visits of a period as a list: filtered, sorted, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from crmcore import segments
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Customer, Membership, Visit, VisitProduct
from crmcore.periods import Period
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES

PAGE_SIZE = 50
MOST_PAGES = 200  # further down nobody reads: other days or a filter find sooner

# What a list can be sorted by; "-" before it turns the order round. What is missing always stands last.
SORTS: dict[str, tuple[Any, ...]] = {
    "day": (Visit.visited_on, Visit.visited_at),  # the first has an index, so that the newest come at once
    "customer": (func.lower(Customer.name),),
    "rep": (func.lower(Membership.name),),
    "interest": (case({key: nth for nth, key in enumerate(INTERESTS)}, value=Visit.interest),),
    "outcome": (case({key: nth for nth, key in enumerate(OUTCOMES)}, value=Visit.outcome),),
    "value": (Visit.estimated_value,),
}
DEFAULT_SORT = "-day"

Listed = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Filters:
    """Which visits are listed. What is left at its default filters nothing; several filters must all hold.

    `rep`: a staff id, who handled it. `product`: a product's id, talked about. `customer`: a customer's id.
    `segment`: a segment's id, whose customers came by.
    The others are keys of VISIT_TYPES, PURPOSES, INTERESTS and OUTCOMES.
    """

    rep: UUID | None = None
    product: UUID | None = None
    customer: UUID | None = None
    type: str = ""
    purpose: str = ""
    interest: str = ""
    outcome: str = ""
    segment: UUID | None = None

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of /visits: {"type": "walk-in", "outcome": "purchase"}."""
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


_READERS: dict[str, Any] = {
    "rep": UUID,
    "product": UUID,
    "customer": UUID,
    "segment": UUID,
    "type": _one_of(VISIT_TYPES),
    "purpose": _one_of(PURPOSES),
    "interest": _one_of(INTERESTS),
    "outcome": _one_of(OUTCOMES),
}


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many visits the whole list has."""

    rows: list[RowMapping] = field(default_factory=list)
    total: int = 0


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
    first = (max(page, 1) - 1) * size
    if first >= total or page > MOST_PAGES:
        return Page([], total)
    # Only ids are sorted; what is shown of a visit is read for one page.
    ids = _with_names(select(Visit.id), sort).where(*_conditions(shop, period, filters)).order_by(*order)
    one_page = listed(shop, period, filters, sort).where(Visit.id.in_(ids.limit(size).offset(first)))
    return Page(list(shop.execute(one_page).mappings()), total)


def count(shop: ShopSession, period: Period, filters: Filters = Filters()) -> int:
    """How many visits these filters list. Without any it is read from the sums of the days."""
    shop.who.must("see figures")
    if filters == Filters():
        return int(shop.row("metrics/visits", since=period.since, until=period.until)["value"])
    return int(shop.scalar(select(func.count()).select_from(Visit).where(*_conditions(shop, period, filters))))


def listed(shop: ShopSession, period: Period, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted.

    Columns: those of a visit but for whom; customer_id, name, company_name, phone, external_ref and email, all None
    for a customer who is hidden; rep_name; products, in a row.
    """
    shop.who.must("see figures")
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
    return _with_names(query, "customer", "rep").where(*_conditions(shop, period, filters)).order_by(*_order(sort))


def _with_names(query: Any, *sorts: str) -> Any:
    """With customers and reps beside the visits, as far as it is sorted by them."""
    keys = {sort.removeprefix("-") for sort in sorts}
    query = query.select_from(Visit)
    if "customer" in keys:
        query = query.join(Customer, and_(Customer.shop_id == Visit.shop_id, Customer.id == Visit.customer_id))
    if "rep" in keys:
        rep = and_(Membership.shop_id == Visit.shop_id, Membership.staff_id == Visit.handled_by)
        query = query.outerjoin(Membership, rep)
    return query


def _order(sort: str) -> list[Any]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        raise BadInput("sort", f"Visits can't be sorted by “{key}”. Use one of: {', '.join(SORTS)}.")
    if sort.startswith("-"):
        # "nulls last" would keep the index of the days from serving.
        return [*(by.desc() if key == "day" else by.desc().nulls_last() for by in SORTS[key]), Visit.id.desc()]
    return [*SORTS[key], Visit.id]


def _conditions(shop: ShopSession, period: Period, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Visit.shop_id == shop.id, Visit.visited_on >= period.since, Visit.visited_on < period.until]
    if filters.rep is not None:
        conditions.append(Visit.handled_by == filters.rep)
    if filters.customer is not None:
        conditions.append(Visit.customer_id == filters.customer)
    if filters.segment is not None:
        conditions.append(Visit.customer_id.in_(segments.customer_ids(shop, filters.segment)))
    if filters.product is not None:
        about = select(VisitProduct.visit_id).where(
            VisitProduct.shop_id == shop.id, VisitProduct.product_id == filters.product
        )
        conditions.append(Visit.id.in_(about))
    for name, column in _COLUMNS.items():
        if getattr(filters, name):
            conditions.append(column == getattr(filters, name))
    return conditions


_COLUMNS: dict[str, Any] = {
    "type": Visit.visit_type,
    "purpose": Visit.purpose,
    "interest": Visit.interest,
    "outcome": Visit.outcome,
}
