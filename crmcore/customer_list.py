"""Listing customers: with filters, sorted, a page at a time. Finding one by typing stands in customer_search."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crmcore import lists, segments
from crmcore.customer_search import hidden_match, matching, shown_columns
from crmcore.customer_search import look_alikes as look_alikes
from crmcore.customer_search import recent as recent
from crmcore.customer_search import search as search
from crmcore.database.gate import ShopSession
from crmcore.lists import PAGE_SIZE, Listed, Page
from crmcore.models import Customer, FollowUp, Membership, Order, Tag, Tagging, Visit, VisitorDay, VisitProduct

# Who is listed, by how often they bought.
KINDS = {
    "all": "All",
    "customers": "Customers",
    "repeat": "Regulars",
    "one-time": "Bought once",
    "never": "Never bought",
    "hidden": "Hidden",
}

# Who is listed, by how often they came by.
CAME = {"never": "Never", "once": "Once", "again": "More than once"}

# What a visit between two days was, and how far it got: columns of visitor_days, without their ending.
VISITS = {
    "returned": "Had visited before",
    "interested": "Interested, or further",
    "quoted": "Got a quote, or further",
    "purchased": "Bought at the visit or after it",
    "bought": "Bought after the visit",
}

# Whether something is to be done for a customer, and when.
FOLLOW_UPS = {"due": "Late or due today", "planned": "Planned", "none": "None planned"}

# The next follow-up of every customer who has an open one: to sort a whole list by, and to show beside one page of it.
_NEXT_OF_ALL = (
    select(FollowUp.shop_id, FollowUp.customer_id, func.min(FollowUp.due_on).label("due_on"))
    .where(FollowUp.closed_at.is_(None), FollowUp.customer_id.is_not(None))
    .group_by(FollowUp.shop_id, FollowUp.customer_id)
    .subquery("next_follow_ups")
)
_NEXT = (
    select(func.min(FollowUp.due_on))
    .where(
        FollowUp.shop_id == Customer.shop_id,
        FollowUp.customer_id == Customer.id,
        FollowUp.closed_at.is_(None),
    )
    .correlate(Customer)
    .scalar_subquery()
)

# What a list can be sorted by; "-" before it turns the order round. What is missing always stands last.
SORTS: lists.Sorts = {
    "name": (func.lower(func.coalesce(Customer.name, Customer.company_name)),),
    "phone": (Customer.phone,),
    "email": (Customer.email,),
    "purchases": (Customer.order_count,),
    "spent": (Customer.spend_band, Customer.total_spent),  # the band has an index, so that the top comes at once
    "first": (Customer.first_purchase_on,),
    "last": (Customer.last_purchase_on,),
    "visits": (Customer.visit_count,),
    "visited": (Customer.last_visit_on,),
    "city": (func.lower(Customer.city),),
    "rep": (func.lower(Membership.name),),
    "status": (Customer.status,),
    "follow-up": (_NEXT_OF_ALL.c.due_on,),
    "added": (Customer.id,),  # ids are made in the order of time
}
DEFAULT_SORT = "-spent"

_BESIDE: lists.Beside = {
    "rep": (Membership, and_(Membership.shop_id == Customer.shop_id, Membership.staff_id == Customer.rep_id)),
    "follow-up": (
        _NEXT_OF_ALL,
        and_(_NEXT_OF_ALL.c.shop_id == Customer.shop_id, _NEXT_OF_ALL.c.customer_id == Customer.id),
    ),
}


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which customers are listed.

    `kind`: a key of KINDS. `rep`: a staff id, or NOBODY. `within`: bought in the last that many days, today included.
    `lapsed`: bought once, but not in the last that many days. `came`: a key of CAME. `visited_within`, `not_visited`:
    as these two, for visits. `new_from`, `new_to`: the first purchase lies between these days, both included.
    `second_to`: the second purchase lies on that day or before. `bought_from`, `bought_to`: at least one purchase lies
    between these days; `seen_from`, `seen_to`: a purchase or a visit does; `visited_from`, `visited_to`: a visit does.
    If `visit` (a key of VISITS), `handled_by` (a staff id) or `about` (a product's id) are given it is one of that
    kind, handled by that person, about that product. `revisit_to`: the second visit lies on that day or before.
    `follow_up`: a key of FOLLOW_UPS. `segment`: a segment's id.
    """

    q: str = lists.text()
    kind: str = lists.one_of(KINDS, "all")
    status: str = lists.text()
    rep: UUID | str | None = lists.person()
    source: str = lists.text()
    city: str = lists.text()
    category: str = lists.text()
    tag: str = lists.text()
    within: int | None = lists.number(1, 36_500)
    lapsed: int | None = lists.number(1, 36_500)
    came: str = lists.one_of(CAME)
    visited_within: int | None = lists.number(1, 36_500)
    not_visited: int | None = lists.number(1, 36_500)
    new_from: date | None = lists.day()
    new_to: date | None = lists.day()
    second_to: date | None = lists.day()
    bought_from: date | None = lists.day()
    bought_to: date | None = lists.day()
    seen_from: date | None = lists.day()
    seen_to: date | None = lists.day()
    visited_from: date | None = lists.day()
    visited_to: date | None = lists.day()
    visit: str = lists.one_of(VISITS)
    handled_by: UUID | None = lists.record()
    about: UUID | None = lists.record()
    revisit_to: date | None = lists.day()
    follow_up: str = lists.one_of(FOLLOW_UPS)
    segment: UUID | None = lists.record()


def page_of(
    shop: ShopSession,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The customers of page `page` (1 to MOST_PAGES) under these filters, each as in `listed`, and the total.

    With `next_follow_up_on`, the day of the next thing to do for them, if something is planned.
    """
    order, total = _order(sort), count(shop, filters)
    ids = lists.sortable(select(Customer.id), sort, _BESIDE).where(*_conditions(shop, filters)).order_by(*order)
    shown = shown_columns().add_columns(_NEXT.label("next_follow_up_on")).where(Customer.shop_id == shop.id)
    return lists.page_of(shop, ids, shown, total, page, size)


def count(shop: ShopSession, filters: Filters = Filters()) -> int:
    """How many customers these filters list. By `kind` alone it is read from the rollups, in a millisecond."""
    shop.who.must("see customers")
    if not shop.who.sees_own_only and filters in (Filters(kind=kind) for kind in KINDS if kind != "hidden"):
        return _counts(shop)[filters.kind]
    found = shop.scalar(select(func.count()).select_from(Customer).where(*_conditions(shop, filters)))
    return int(found)


def counts(shop: ShopSession) -> dict[str, int]:
    """How many customers there are of each kind but the hidden ones; to who may not see figures only of "all"."""
    shop.who.must("see customers")
    if not shop.who.may("see figures"):
        return {"all": count(shop)}
    return _counts(shop)


def _counts(shop: ShopSession) -> dict[str, int]:
    """Read from the rollups."""
    sums = shop.row("customers/counts")
    people, buyers, repeat = sums["people"], sums["buyers"], sums["repeat_buyers"]
    return {
        "all": people,
        "customers": buyers,
        "repeat": repeat,
        "one-time": buyers - repeat,
        "never": people - buyers,
    }


def listed(shop: ShopSession, filters: Filters, sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted."""
    shop.who.must("see customers")
    query = shown_columns()  # reps stand in it anyway
    if sort.removeprefix("-") != "rep":
        query = lists.sortable(query, sort, _BESIDE)
    return query.where(*_conditions(shop, filters)).order_by(*_order(sort))


def ids(shop: ShopSession, filters: Filters) -> Select[UUID]:
    """The ids of the list as a query, for what is done to all of them."""
    shop.who.must("see customers")
    return select(Customer.id).where(*_conditions(shop, filters))


def choices(shop: ShopSession, key: str, limit: int = 200) -> list[str]:
    """The values that customers have in `key` ("city", "source" or "category"), in order: what a filter offers."""
    return [row["value"] for row in shop.rows(f"customers/choices_of_{key}", most=limit)]


def _order(sort: str) -> list[Any]:
    return lists.order("Customers", SORTS, sort, Customer.id, never_missing=["spent"])


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    is_hidden = filters.kind == "hidden"
    if is_hidden:
        shop.who.must("hide customers")
    conditions = [
        Customer.shop_id == shop.id,
        Customer.hidden_at.is_not(None) if is_hidden else Customer.hidden_at.is_(None),
    ]
    conditions += {
        "customers": [Customer.order_count >= 1],
        "repeat": [Customer.order_count >= 2],
        "one-time": [Customer.order_count == 1],
        # Who never bought spent nothing: said as well, since sorted by what they spent they would come last of all.
        "never": [Customer.order_count == 0, Customer.spend_band == 0],
    }.get(filters.kind, [])
    same = {name: getattr(Customer, name) for name in ("status", "source", "city", "category")}
    conditions += lists.same(filters, {**same, "rep": Customer.rep_id})
    if filters.tag:
        tag = select(Tag.id).where(Tag.shop_id == shop.id, func.lower(Tag.name) == filters.tag.lower())
        tagged = select(Tagging.customer_id).where(Tagging.shop_id == shop.id, Tagging.tag_id == tag.scalar_subquery())
        conditions.append(Customer.id.in_(tagged))
    if filters.within is not None:
        conditions.append(Customer.last_purchase_on > shop.today - timedelta(days=filters.within))
    if filters.lapsed is not None:
        conditions.append(Customer.last_purchase_on <= shop.today - timedelta(days=filters.lapsed))
    conditions += _came_by(shop, filters)
    conditions += lists.between(filters, {"new": Customer.first_purchase_on})
    if filters.second_to is not None:
        conditions.append(Customer.second_purchase_on <= filters.second_to)
    if filters.follow_up:
        conditions.append(_has_follow_up(shop, filters.follow_up))
    conditions += _bought(shop, filters.bought_from, filters.bought_to)
    conditions += _seen(shop, filters.seen_from, filters.seen_to)
    conditions += _visited(shop, filters)
    if filters.segment is not None:
        conditions.append(segments.condition(shop, filters.segment))
    if filters.q.strip():
        conditions.append(hidden_match(shop, filters.q) if is_hidden else Customer.id.in_(matching(shop, filters.q)))
    return conditions


def _has_follow_up(shop: ShopSession, which: str) -> ColumnElement[bool]:
    wanted = select(FollowUp.customer_id).where(
        FollowUp.shop_id == shop.id, FollowUp.closed_at.is_(None), FollowUp.customer_id.is_not(None)
    )
    if which == "due":
        wanted = wanted.where(FollowUp.due_on <= shop.today)
    return Customer.id.not_in(wanted) if which == "none" else Customer.id.in_(wanted)


def _came_by(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    """How often somebody came by, and how lately, by the customer's own counters."""
    conditions = {
        "never": [Customer.visit_count == 0],
        "once": [Customer.visit_count == 1],
        "again": [Customer.visit_count >= 2],
    }.get(filters.came, [])
    if filters.visited_within is not None:
        conditions.append(Customer.last_visit_on > shop.today - timedelta(days=filters.visited_within))
    if filters.not_visited is not None:
        conditions.append(Customer.last_visit_on <= shop.today - timedelta(days=filters.not_visited))
    return conditions


def _bought(shop: ShopSession, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """A purchase between two days."""
    purchases = select(Order.customer_id).where(
        Order.shop_id == shop.id,
        Order.customer_id.is_not(None),
        Order.status == "completed",
        ~Order.is_return,  # said like the index of who bought
    )
    days = (Customer.first_purchase_on, Customer.last_purchase_on)
    return _between(shop, since, until, *days, purchases, Order.ordered_on)


def _seen(shop: ShopSession, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """A purchase or a visit between two days."""
    visits = select(Visit.customer_id).where(Visit.shop_id == shop.id)
    days = (Customer.first_visit_on, Customer.last_visit_on)
    came = _between(shop, since, until, *days, visits, Visit.visited_on)
    return [or_(and_(*_bought(shop, since, until)), and_(*came))] if came else []


def _between(
    shop: ShopSession,
    since: date | None,
    until: date | None,
    first: InstrumentedAttribute[date | None],
    last: InstrumentedAttribute[date | None],
    rows: Select[Any],
    day: InstrumentedAttribute[date],
) -> list[ColumnElement[bool]]:
    """Something between two days: told by the customer's own `first` and `last` day of it, else by the `rows`."""
    if until is not None and until >= shop.today:
        until = None
    if until is None:
        return [] if since is None else [last >= since]
    if since is None:
        return [first <= until]
    return [first <= until, last >= since, Customer.id.in_(rows.where(day >= since, day <= until))]


def _visited(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    """A visit as the filters say, and the second visit by a day."""
    conditions: list[ColumnElement[bool]] = []
    if filters.revisit_to is not None:
        conditions.append(Customer.second_visit_on <= filters.revisit_to)
    since, until = filters.visited_from, filters.visited_to
    visits: list[ColumnElement[bool]] = []
    if since is not None:
        visits.append(VisitorDay.day >= since)
    if until is not None:
        visits.append(VisitorDay.day <= until)
    if filters.handled_by is not None:
        visits.append(VisitorDay.rep_id == filters.handled_by)
    if filters.visit:
        visits.append(getattr(VisitorDay, f"{filters.visit}_after").is_not(None))
    if filters.about is not None:
        about = (
            select(Visit.id)
            .join(VisitProduct, and_(VisitProduct.shop_id == Visit.shop_id, VisitProduct.visit_id == Visit.id))
            .where(
                Visit.shop_id == VisitorDay.shop_id,
                Visit.customer_id == VisitorDay.customer_id,
                Visit.visited_on == VisitorDay.day,
                VisitProduct.product_id == filters.about,
            )
        )
        visits.append(about.exists())
    if visits:
        conditions.append(Customer.id.in_(select(VisitorDay.customer_id).where(VisitorDay.shop_id == shop.id, *visits)))
    return conditions
