"""Contacts as a list: filtered, sorted, a page at a time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, Text, and_, case, func, or_, select

from crmcore import lists
from crmcore.contacts.contact import OPEN, STATUSES, WHATSAPP
from crmcore.database.gate import ShopSession
from crmcore.lists import PAGE_SIZE, Listed, Page
from crmcore.models import Contact, Customer, Import, Membership, Order
from crmcore.phones import search_digits

# When somebody was last in touch.
TOUCHED = {
    "never": "Never",
    "week": "Within 7 days",
    "month": "Within 30 days",
    "older": "Longer ago than 30 days",
}

SORTS: lists.Sorts = {
    "uploaded": (Contact.id,),  # ids are made in the order of time
    "name": (func.lower(Contact.name),),
    "status": (case({key: nth for nth, key in enumerate(STATUSES)}, value=Contact.status),),
    "assigned": (func.lower(Membership.name),),
    "touched": (Contact.last_touched_at,),
    "touches": (Contact.touches,),
}
DEFAULT_SORT = "uploaded"

_HAS_IT = and_(Membership.shop_id == Contact.shop_id, Membership.staff_id == Contact.assigned_to)


@dataclass(frozen=True)
class Filters(lists.Filters):
    """Which contacts are listed.

    `status`: a key of STATUSES, or "open" (pending or contacted). `assigned`: a staff id, or NOBODY. `upload`: an
    import's id. `touched`: a key of TOUCHED. `uploaded_from`, `uploaded_to`: uploaded between these days.
    """

    q: str = lists.text()
    status: str = lists.one_of({"open", *STATUSES})
    whatsapp: str = lists.one_of(WHATSAPP)
    assigned: UUID | str | None = lists.person()
    upload: UUID | None = lists.record()
    touched: str = lists.one_of(TOUCHED)
    uploaded_from: date | None = lists.day()
    uploaded_to: date | None = lists.day()


def page_of(
    shop: ShopSession,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The contacts of page `page` (1 to MOST_PAGES) under these filters, each as in `listed`, and their number."""
    order, total = _order(sort), count(shop, filters)
    ids = lists.sortable(select(Contact.id), sort, {"assigned": (Membership, _HAS_IT)})
    ids = ids.where(*_conditions(shop, filters)).order_by(*order)
    return lists.page_of(shop, ids, _shown().where(Contact.shop_id == shop.id), total, page, size)


def count(shop: ShopSession, filters: Filters = Filters()) -> int:
    """How many contacts these filters list."""
    shop.who.must("see contacts")
    return int(shop.scalar(select(func.count()).select_from(Contact).where(*_conditions(shop, filters))))


def counts(shop: ShopSession, filters: Filters = Filters()) -> dict[str, int]:
    """How many contacts of each status these filters list, whatever status they name."""
    shop.who.must("see contacts")
    query = select(Contact.status, func.count()).where(*_conditions(shop, replace(filters, status="")))
    found = dict(map(tuple, shop.execute(query.group_by(Contact.status)).all()))
    return {status: found.get(status, 0) for status in STATUSES}


def listed(shop: ShopSession, filters: Filters = Filters(), sort: str = DEFAULT_SORT) -> Listed:
    """The list as a query, sorted: a contact's columns, assignee, file_name, customer_name, order_number, value."""
    shop.who.must("see contacts")
    return _shown().where(*_conditions(shop, filters)).order_by(*_order(sort))


def ids(shop: ShopSession, filters: Filters = Filters()) -> Select[UUID]:
    """The ids of the list as a query, for what is done to all of them."""
    shop.who.must("see contacts")
    return select(Contact.id).where(*_conditions(shop, filters))


def uploads(shop: ShopSession, *, limit: int = 100) -> list[RowMapping]:
    """The contact sheets that are on file, newest first: id, file_name, created_at; what a filter offers."""
    shop.who.must("see contacts")
    query = (
        select(Import.id, Import.file_name, Import.created_at)
        .where(Import.shop_id == shop.id, Import.noun == "contacts", Import.status == "done")
        .order_by(Import.id.desc())
        .limit(limit)
    )
    return list(shop.execute(query).mappings())


def _shown() -> Listed:
    counts = and_(Order.status == "completed", ~Order.is_return, Order.customer_id == Contact.customer_id)
    query = select(
        *Contact.__table__.columns,
        Membership.name.label("assignee"),
        Import.file_name,
        func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
        Order.number.label("order_number"),
        case((counts, Order.total)).label("value"),
    )
    return (
        query.select_from(Contact)
        .outerjoin(Membership, _HAS_IT)
        .outerjoin(Import, and_(Import.shop_id == Contact.shop_id, Import.id == Contact.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Contact.shop_id, Customer.id == Contact.customer_id))
        .outerjoin(Order, and_(Order.shop_id == Contact.shop_id, Order.id == Contact.converted_order_id))
    )


def _order(sort: str) -> list[Any]:
    return lists.order("Contacts", SORTS, sort, Contact.id)


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Contact.shop_id == shop.id]
    if filters.status:
        conditions.append(Contact.status.in_(OPEN) if filters.status == "open" else Contact.status == filters.status)
    same = {"whatsapp": Contact.whatsapp, "assigned": Contact.assigned_to, "upload": Contact.import_id}
    conditions += lists.same(filters, same)
    conditions += lists.between(filters, {"uploaded": Contact.uploaded_on})
    if filters.touched:
        conditions.append(_touched(shop, filters.touched))
    if filters.q.strip():
        conditions.append(_found_by(filters.q.strip()))
    return conditions


def _touched(shop: ShopSession, when: str) -> ColumnElement[bool]:
    """In touch within so many days of the shop, today included."""

    def start_of(days_ago: int) -> datetime:
        return datetime.combine(shop.today - timedelta(days=days_ago), time.min, shop.zone)

    if when == "never":
        return Contact.touches == 0
    if when == "week":
        return Contact.last_touched_at >= start_of(6)
    since = start_of(29)
    return Contact.last_touched_at >= since if when == "month" else Contact.last_touched_at < since


def _found_by(typed: str) -> ColumnElement[bool]:
    """By a part of the name, or of one of the numbers."""
    named = func.lower(Contact.name).contains(typed.lower(), autoescape=True)
    digits = search_digits(typed)
    if len(digits) < 3:
        return named
    return or_(
        named,
        Contact.phone.contains(digits, autoescape=True),
        func.array_to_string(Contact.other_phones, " ", type_=Text).contains(digits, autoescape=True),
    )
