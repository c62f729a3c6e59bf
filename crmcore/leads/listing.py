"""Leads as a list: filtered, sorted, a page at a time."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, case, column, func, literal, or_, select, text

from crmcore import lists
from crmcore.database.gate import ShopSession
from crmcore.database.sql import read_sql
from crmcore.leads import rules
from crmcore.leads.lead import ACTIVE, QUALITIES, STATUSES
from crmcore.leads.reading import next_follow_up_on
from crmcore.lists import PAGE_SIZE, Listed, Page
from crmcore.models import Customer, FollowUp, Import, Lead, Membership, Territory
from crmcore.searching import ids_found

UNKNOWN = "unknown"  # as where they came from: nobody wrote it down

# When the next thing is to be done about them.
FOLLOW_UPS = {"late": "Late", "today": "Late or today", "week": "Within 7 days", "none": "Nothing planned"}
GRADES = {**dict.fromkeys(rules.GRADES), "none": None}

_NEXT = (
    select(FollowUp.shop_id, FollowUp.lead_id, func.min(FollowUp.due_on).label("due_on"))
    .where(FollowUp.lead_id.is_not(None), FollowUp.closed_at.is_(None))
    .group_by(FollowUp.shop_id, FollowUp.lead_id)
    .subquery("next_follow_ups")
)
_BESIDE: lists.Beside = {
    "assigned": (Membership, and_(Membership.shop_id == Lead.shop_id, Membership.staff_id == Lead.assigned_to)),
    "follow_up": (_NEXT, and_(_NEXT.c.shop_id == Lead.shop_id, _NEXT.c.lead_id == Lead.id)),
}

SORTS: lists.Sorts = {
    "created": (Lead.created_on,),
    "name": (func.lower(func.coalesce(Lead.name, Lead.company)),),
    "company": (func.lower(Lead.company),),
    "score": (Lead.score,),
    "status": (case({key: nth for nth, key in enumerate(STATUSES)}, value=Lead.status),),
    "source": (func.lower(Lead.source),),
    "assigned": (func.lower(Membership.name),),
    "follow_up": (_NEXT.c.due_on,),
}
DEFAULT_SORT = "-created"
_INDEXED = {"name", "company", "source"}
_MATCHING = text(read_sql("leads/matching"))
_FEW = 5_000  # found by a search


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which leads are listed.

    `q`: what somebody typed: words of the name or company, digits of the phone, a reference, an e-mail address.
    `status`: a key of STATUSES, or "active" (new, contacted or qualified). `grade`: A to D, or "none" without a score.
    `source`: as written, in any case, or UNKNOWN. `assigned`: a staff id, or NOBODY. `follow_up`: a key of FOLLOW_UPS.
    `created_from`, `created_to`, `converted_from`, `converted_to`: between these days.
    """

    q: str = lists.text()
    status: str = lists.one_of({"active", *STATUSES})
    grade: str = lists.one_of(GRADES)
    quality: str = lists.one_of(QUALITIES)
    source: str = lists.text()
    assigned: UUID | str | None = lists.person()
    territory: UUID | None = lists.record()
    follow_up: str = lists.one_of(FOLLOW_UPS)
    created_from: date | None = lists.day()
    created_to: date | None = lists.day()
    converted_from: date | None = lists.day()
    converted_to: date | None = lists.day()
    import_id: UUID | None = lists.record()


def page_of(
    shop: ShopSession,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page:
    """The leads of page `page` (1 to MOST_PAGES) under these filters, each as in `listed`, and their number: `total`
    where it was counted already."""
    shop.who.must("see leads")
    order = _order(sort)
    total = count(shop, filters) if total is None else total
    conditions = _conditions(shop, filters)
    ids = lists.sortable(select(Lead.id), sort, _BESIDE).where(*conditions).order_by(*order)
    have_it = _who_have_it(sort)
    first = None if have_it is None else have_it.where(*conditions)
    return lists.page_of(shop, ids, _shown().where(Lead.shop_id == shop.id), total, page, size, first)


def count(shop: ShopSession, filters: Filters = Filters()) -> int:
    """How many leads these filters list."""
    shop.who.must("see leads")
    return int(shop.scalar(select(func.count()).select_from(Lead).where(*_conditions(shop, filters))))


def counts(shop: ShopSession, filters: Filters = Filters()) -> dict[str, int]:
    """How many leads of each status these filters list, whatever status they name."""
    shop.who.must("see leads")
    query = select(Lead.status, func.count()).where(*_conditions(shop, replace(filters, status="")))
    found = dict(map(tuple, shop.execute(query.group_by(Lead.status)).all()))
    return {status: found.get(status, 0) for status in STATUSES}


def sources(shop: ShopSession, *, most: int = 50) -> list[str]:
    """Where leads came from, the most frequent first; what a filter and a form offer."""
    shop.who.must("see leads")
    query = (
        select(Lead.source)
        .where(Lead.shop_id == shop.id, Lead.source.is_not(None))
        .group_by(Lead.source)
        .order_by(func.count().desc(), Lead.source)
    )
    return list(shop.execute(query.limit(most)).scalars())


def listed(shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted: a lead's columns, assignee, territory, file_name, customer_name, and
    next_follow_up_on."""
    shop.who.must("see leads")
    query, order = _shown(), _order(sort)
    if sort.removeprefix("-") == "follow_up":
        query = lists.sortable(query, sort, _BESIDE)
    return query.where(*_conditions(shop, filters)).order_by(*order)


def ids(shop: ShopSession, filters: Filters = Filters()) -> Select[UUID]:
    """The ids of the list as a query, for what is done to all of them."""
    shop.who.must("see leads")
    return select(Lead.id).where(*_conditions(shop, filters))


def _shown() -> Listed:
    return (
        select(
            *Lead.__table__.columns,
            Membership.name.label("assignee"),
            Territory.name.label("territory"),
            Import.file_name,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
            next_follow_up_on(),
        )
        .select_from(Lead)
        .outerjoin(*_BESIDE["assigned"])
        .outerjoin(Territory, and_(Territory.shop_id == Lead.shop_id, Territory.id == Lead.territory_id))
        .outerjoin(Import, and_(Import.shop_id == Lead.shop_id, Import.id == Lead.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Lead.shop_id, Customer.id == Lead.customer_id))
    )


def _order(sort: str, never_missing: Collection[str] = ()) -> list[Any]:
    return lists.order("Leads", SORTS, sort, Lead.id, never_missing)


def _who_have_it(sort: str) -> Select[UUID] | None:
    """Those who have what is sorted by: an index is read from its end for them, where those who lack it stand first."""
    key = sort.removeprefix("-")
    if not sort.startswith("-") or key not in _INDEXED:
        return None
    return select(Lead.id).where(SORTS[key][0].is_not(None)).order_by(*_order(sort, {key}))


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Lead.shop_id == shop.id]
    if filters.status:
        conditions.append(Lead.status.in_(ACTIVE) if filters.status == "active" else Lead.status == filters.status)
    if filters.grade == "none":
        conditions.append(Lead.score.is_(None))
    elif filters.grade:
        conditions.append(Lead.score.between(*rules.of_shop(shop).scores_of(filters.grade)))
    if filters.source == UNKNOWN:
        conditions.append(or_(Lead.source.is_(None), func.lower(Lead.source) == UNKNOWN))
    elif filters.source:
        conditions.append(func.lower(Lead.source) == filters.source.lower())
    same = {"quality": Lead.quality, "assigned": Lead.assigned_to, "territory": Lead.territory_id}
    conditions += lists.same(filters, {**same, "import_id": Lead.import_id})
    conditions += lists.between(filters, {"created": Lead.created_on, "converted": Lead.converted_on})
    if filters.follow_up:
        conditions.append(_planned(shop, filters.follow_up))
    if filters.q.strip():
        conditions.append(_found_by(shop, filters.q))
    return conditions


def _planned(shop: ShopSession, when: str) -> ColumnElement[bool]:
    """By when the next thing is to be done about them; or that nothing is planned."""
    planned = select(FollowUp.lead_id).where(
        FollowUp.shop_id == shop.id, FollowUp.lead_id.is_not(None), FollowUp.closed_at.is_(None)
    )
    if when == "none":
        return Lead.id.not_in(planned)
    last = {
        "late": shop.today - timedelta(days=1),
        "today": shop.today,
        "week": shop.today + timedelta(days=7),
    }[when]
    return Lead.id.in_(planned.where(FollowUp.due_on <= last))


def _found_by(shop: ShopSession, typed: str) -> ColumnElement[bool]:
    """Few are named one by one: the planner, who can't tell how many a search finds, would read all leads for them."""
    found = ids_found(shop, _MATCHING, column("lead_id", Uuid), typed, many=_FEW)
    few = shop.execute(found.limit(_FEW + 1)).scalars().all()
    return Lead.id.in_(found) if len(few) > _FEW else Lead.id == any_(literal(few, ARRAY(Uuid)))
