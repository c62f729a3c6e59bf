"""Contacts as a list: filtered, sorted, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select

from crmcore.contacts.contact import OPEN, STATUSES, WHATSAPP
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Contact, Customer, Import, Membership, Order
from crmcore.phones import search_digits

PAGE_SIZE = 50
MOST_PAGES = 200  # further down nobody reads: a filter finds sooner
NOBODY = "nobody"  # as who has them: nobody yet

# When somebody was last in touch.
TOUCHED = {
    "never": "Never",
    "week": "Within 7 days",
    "month": "Within 30 days",
    "older": "Longer ago than 30 days",
}
_STATUSES = {"open": "Still open", **STATUSES}

SORTS: dict[str, tuple[Any, ...]] = {
    "uploaded": (Contact.id,),
    "name": (func.lower(Contact.name),),
    "status": (case({key: nth for nth, key in enumerate(STATUSES)}, value=Contact.status),),
    "assigned": (func.lower(Membership.name),),
    "touched": (Contact.last_touched_at,),
    "touches": (Contact.touches,),
}
DEFAULT_SORT = "uploaded"

Listed = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Filters:
    """Which contacts are listed. What is left at its default filters nothing; several filters must all hold.

    `status`: a key of STATUSES, or "open" (pending or contacted). `assigned`: a staff id, or NOBODY. `upload`: an
    import's id. `touched`: a key of TOUCHED. `uploaded_from`, `uploaded_to`: uploaded between these days.
    """

    q: str = ""
    status: str = ""
    whatsapp: str = ""
    assigned: UUID | str | None = None
    upload: UUID | None = None
    touched: str = ""
    uploaded_from: date | None = None
    uploaded_to: date | None = None

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of /contacts: {"status": "pending", "touched": "never"}."""
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
    "q": lambda text: text.encode(errors="ignore").decode().replace("\x00", ""),
    "status": _one_of(_STATUSES),
    "whatsapp": _one_of(WHATSAPP),
    "assigned": lambda text: NOBODY if text == NOBODY else UUID(text),
    "upload": UUID,
    "touched": _one_of(TOUCHED),
    "uploaded_from": date.fromisoformat,
    "uploaded_to": date.fromisoformat,
}


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many contacts the whole list has."""

    rows: list[RowMapping] = field(default_factory=list)
    total: int = 0


def page_of(
    shop: ShopSession,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The contacts of page `page` (1 to MOST_PAGES) under these filters, each as in `listed`, and their number."""
    order, total = _order(sort), count(shop, filters)
    first = (max(page, 1) - 1) * size
    if first >= total or page > MOST_PAGES:
        return Page([], total)
    # Only ids are sorted; what is shown of a contact is read for one page.
    few = _with_assignees(select(Contact.id)).where(*_conditions(shop, filters)).order_by(*order)
    query = _shown().where(Contact.shop_id == shop.id, Contact.id.in_(few.limit(size).offset(first)))
    return Page(list(shop.execute(query.order_by(*order)).mappings()), total)


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
        _with_assignees(query)
        .outerjoin(Import, and_(Import.shop_id == Contact.shop_id, Import.id == Contact.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Contact.shop_id, Customer.id == Contact.customer_id))
        .outerjoin(Order, and_(Order.shop_id == Contact.shop_id, Order.id == Contact.converted_order_id))
    )


def _with_assignees(query: Any) -> Any:
    of_contact = and_(Membership.shop_id == Contact.shop_id, Membership.staff_id == Contact.assigned_to)
    return query.select_from(Contact).outerjoin(Membership, of_contact)


def _order(sort: str) -> list[Any]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        raise BadInput("sort", f"Contacts can't be sorted by “{key}”. Use one of: {', '.join(SORTS)}.")
    if sort.startswith("-"):
        return [*(by.desc() if key == "uploaded" else by.desc().nulls_last() for by in SORTS[key]), Contact.id.desc()]
    return [*(by if key == "uploaded" else by.nulls_last() for by in SORTS[key]), Contact.id]


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Contact.shop_id == shop.id]
    if filters.status:
        conditions.append(Contact.status.in_(OPEN) if filters.status == "open" else Contact.status == filters.status)
    if filters.whatsapp:
        conditions.append(Contact.whatsapp == filters.whatsapp)
    if filters.assigned is not None:
        conditions.append(Contact.assigned_to == (None if filters.assigned == NOBODY else filters.assigned))
    if filters.upload is not None:
        conditions.append(Contact.import_id == filters.upload)
    if filters.uploaded_from is not None:
        conditions.append(Contact.uploaded_on >= filters.uploaded_from)
    if filters.uploaded_to is not None:
        conditions.append(Contact.uploaded_on <= filters.uploaded_to)
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
    """By a part of the name, or by the first or last digits of the number."""
    named = func.lower(Contact.name).contains(typed.lower(), autoescape=True)
    digits = search_digits(typed)
    if len(digits) < 3:
        return named
    return or_(
        named,
        Contact.phone_reversed.startswith(digits[::-1], autoescape=True),
        Contact.phone.contains(digits, autoescape=True),
    )
