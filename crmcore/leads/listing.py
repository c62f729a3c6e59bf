"""Leads as a list: filtered, sorted, a page at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.leads import rules
from crmcore.leads.lead import ACTIVE, QUALITIES, STATUSES
from crmcore.leads.reading import next_follow_up_on
from crmcore.models import Customer, FollowUp, Import, Lead, Membership, Territory
from crmcore.phones import search_digits

PAGE_SIZE = 50
MOST_PAGES = 200  # further down nobody reads: a filter finds sooner
NOBODY = "nobody"  # as who has them: nobody yet
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
_IS_NEXT = and_(_NEXT.c.shop_id == Lead.shop_id, _NEXT.c.lead_id == Lead.id)

SORTS: dict[str, tuple[Any, ...]] = {
    "created": (Lead.created_on, Lead.id),
    "name": (func.lower(func.coalesce(Lead.name, Lead.company)),),
    "company": (func.lower(Lead.company),),
    "score": (Lead.score,),
    "status": (case({key: nth for nth, key in enumerate(STATUSES)}, value=Lead.status),),
    "source": (func.lower(Lead.source),),
    "assigned": (func.lower(Membership.name),),
    "follow_up": (_NEXT.c.due_on,),
}
DEFAULT_SORT = "-created"

Listed = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Filters:
    """Which leads are listed. What is left at its default filters nothing; several filters must all hold.

    `status`: a key of STATUSES, or "active" (new, contacted or qualified). `grade`: A to D, or "none" without a score.
    `source`: as written, in any case, or UNKNOWN. `assigned`: a staff id, or NOBODY. `follow_up`: a key of FOLLOW_UPS.
    `created_from`, `created_to`, `converted_from`, `converted_to`: between these days.
    """

    q: str = ""
    status: str = ""
    grade: str = ""
    quality: str = ""
    source: str = ""
    assigned: UUID | str | None = None
    territory: UUID | None = None
    follow_up: str = ""
    created_from: date | None = None
    created_to: date | None = None
    converted_from: date | None = None
    converted_to: date | None = None
    import_id: UUID | None = None

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of /leads: {"status": "new", "grade": "A"}."""
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
    return text.encode(errors="ignore").decode().replace("\x00", "")


_READERS: dict[str, Any] = {
    "q": _text,
    "status": _one_of({"active", *STATUSES}),
    "grade": _one_of(GRADES),
    "quality": _one_of(QUALITIES),
    "source": _text,
    "assigned": lambda text: NOBODY if text == NOBODY else UUID(text),
    "territory": UUID,
    "follow_up": _one_of(FOLLOW_UPS),
    "created_from": date.fromisoformat,
    "created_to": date.fromisoformat,
    "converted_from": date.fromisoformat,
    "converted_to": date.fromisoformat,
    "import_id": UUID,
}


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many leads the whole list has."""

    rows: list[RowMapping] = field(default_factory=list)
    total: int = 0


def page_of(
    shop: ShopSession,
    filters: Filters = Filters(),
    sort: str = DEFAULT_SORT,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page:
    """The leads of page `page` (1 to MOST_PAGES) under these filters, each as in `listed`, and their number."""
    order, total = _order(sort), count(shop, filters)
    first = (max(page, 1) - 1) * size
    if first >= total or page > MOST_PAGES:
        return Page([], total)
    # Only ids are sorted; what is shown of a lead is read for one page.
    few = _sortable(select(Lead.id), sort).where(*_conditions(shop, filters)).order_by(*order)
    wanted = shop.execute(few.limit(size).offset(first)).scalars().all()
    query = _shown().where(Lead.shop_id == shop.id, Lead.id.in_(wanted))
    found = {row["id"]: row for row in shop.execute(query).mappings()}
    return Page([found[one] for one in wanted], total)


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
        query = query.outerjoin(_NEXT, _IS_NEXT)
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
        .outerjoin(Membership, and_(Membership.shop_id == Lead.shop_id, Membership.staff_id == Lead.assigned_to))
        .outerjoin(Territory, and_(Territory.shop_id == Lead.shop_id, Territory.id == Lead.territory_id))
        .outerjoin(Import, and_(Import.shop_id == Lead.shop_id, Import.id == Lead.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Lead.shop_id, Customer.id == Lead.customer_id))
    )


def _sortable(query: Any, sort: str) -> Any:
    """The query with what its order asks for."""
    key, query = sort.removeprefix("-"), query.select_from(Lead)
    if key == "assigned":
        has_it = and_(Membership.shop_id == Lead.shop_id, Membership.staff_id == Lead.assigned_to)
        return query.outerjoin(Membership, has_it)
    if key == "follow_up":
        return query.outerjoin(_NEXT, _IS_NEXT)
    return query


def _order(sort: str) -> list[Any]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        raise BadInput("sort", f"Leads can't be sorted by “{key}”. Use one of: {', '.join(SORTS)}.")
    if key == "created":  # never null, and so the order of an index
        return [by.desc() for by in SORTS[key]] if sort.startswith("-") else list(SORTS[key])
    if sort.startswith("-"):
        return [*(by.desc().nulls_last() for by in SORTS[key]), Lead.id.desc()]
    return [*(by.nulls_last() for by in SORTS[key]), Lead.id]


def _conditions(shop: ShopSession, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Lead.shop_id == shop.id]
    if filters.status:
        conditions.append(Lead.status.in_(ACTIVE) if filters.status == "active" else Lead.status == filters.status)
    if filters.grade == "none":
        conditions.append(Lead.score.is_(None))
    elif filters.grade:
        conditions.append(Lead.score.between(*rules.of_shop(shop).scores_of(filters.grade)))
    if filters.quality:
        conditions.append(Lead.quality == filters.quality)
    if filters.source == UNKNOWN:
        conditions.append(or_(Lead.source.is_(None), func.lower(Lead.source) == UNKNOWN))
    elif filters.source:
        conditions.append(func.lower(Lead.source) == filters.source.lower())
    if filters.assigned is not None:
        conditions.append(Lead.assigned_to == (None if filters.assigned == NOBODY else filters.assigned))
    if filters.territory is not None:
        conditions.append(Lead.territory_id == filters.territory)
    if filters.follow_up:
        conditions.append(_planned(shop, filters.follow_up))
    for days, column in (("created", Lead.created_on), ("converted", Lead.converted_on)):
        since, until = getattr(filters, f"{days}_from"), getattr(filters, f"{days}_to")
        if since is not None:
            conditions.append(column >= since)
        if until is not None:
            conditions.append(column <= until)
    if filters.import_id is not None:
        conditions.append(Lead.import_id == filters.import_id)
    if filters.q.strip():
        conditions.append(_found_by(filters.q.strip()))
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


def _found_by(typed: str) -> ColumnElement[bool]:
    """By a part of the name, the company, the e-mail address or the reference, or by digits of the number."""
    low = typed.lower()
    named = [
        func.lower(column).contains(low, autoescape=True)
        for column in (Lead.name, Lead.company, Lead.email, Lead.ref)
    ]
    digits = search_digits(typed)
    if len(digits) >= 3:
        named += [
            Lead.phone_reversed.startswith(digits[::-1], autoescape=True),
            Lead.phone.contains(digits, autoescape=True),
        ]
    return or_(*named)
