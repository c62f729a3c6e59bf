"""What every list has: filters that stand in an address, an order, and rows a page at a time.

A list declares its filters as fields, each with how it is read from an address, and what it can be sorted by:

    @dataclass(frozen=True)
    class Filters(lists.Filters):
        q: str = lists.text()
        status: str = lists.one_of(STATUSES)
        rep: UUID | str | None = lists.person()

    SORTS = {"day": (Order.ordered_on,), "customer": (func.lower(Order.customer_name),)}
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput

PAGE_SIZE = 50
MOST_PAGES = 200  # further down nobody reads: a filter finds sooner, and the database need not sort so far
NOBODY = "nobody"  # as a person: nobody in particular

Listed = Select[*tuple[Any, ...]]
Sorts = Mapping[str, tuple[Any, ...]]
Beside = Mapping[str, tuple[Any, ColumnElement[bool]]]


@dataclass(frozen=True)
class Filters:
    """Which rows are listed. What is left at its default filters nothing; several filters must all hold."""

    def address(self) -> dict[str, str]:
        """What differs from the defaults, as the ?query of an address: {"status": "new", "new_from": "2026-11-01"}."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        return {name: "yes" if value is True else str(value) for name, value in given.items()}

    @classmethod
    def of_address(cls, query: Mapping[str, str]) -> Self:
        """The filters an address names; what can't be read in it filters nothing."""
        given: dict[str, Any] = {}
        for one in fields(cls):
            try:
                given[one.name] = one.metadata["read"](query[one.name])
            except (KeyError, ValueError):
                continue
        return cls(**given)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is filtered."""
        return self == type(self)()


def text() -> Any:
    """A filter by what somebody types or a text on file; without what the database can't take."""
    return _read_by(lambda typed: typed.encode(errors="ignore").decode().replace("\x00", ""), "")


def one_of(known: Collection[str], default: str = "") -> Any:
    """A filter that is one of some words."""

    def read(typed: str) -> str:
        if typed not in known:
            raise ValueError(typed)
        return typed

    return _read_by(read, default)


def record() -> Any:
    """A filter by the id of a record."""
    return _read_by(UUID, None)


def person() -> Any:
    """A filter by the id of a staff member, or NOBODY."""
    return _read_by(lambda typed: NOBODY if typed == NOBODY else UUID(typed), None)


def day() -> Any:
    """A filter by a day: the first or the last that counts."""
    return _read_by(date.fromisoformat, None)


def number(least: int, most: int) -> Any:
    """A filter by a whole number."""

    def read(typed: str) -> int:
        if not least <= int(typed) <= most:
            raise ValueError(typed)
        return int(typed)

    return _read_by(read, None)


def switch() -> Any:
    """A filter that is on or off."""
    return _read_by(lambda typed: typed == "yes", False)


def _read_by(read: Callable[[str], Any], default: Any) -> Any:
    return field(default=default, metadata={"read": read})


def same(filters: Filters, columns: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """That each of these columns is what the filter of that name says; where it says NOBODY, empty."""
    given = ((column, getattr(filters, name)) for name, column in columns.items())
    return [_is(column, value) for column, value in given if value not in (None, "")]


def _is(column: Any, value: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column == (None if value == NOBODY and column.type.python_type is UUID else value)
    return found


def between(filters: Filters, columns: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """That each of these days lies between the filters of that name with _from and _to, both included."""
    found: list[ColumnElement[bool]] = []
    for name, column in columns.items():
        first, last = getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to")
        found += [column >= first] if first is not None else []
        found += [column <= last] if last is not None else []
    return found


def order(what: str, sorts: Sorts, sort: str, last: Any, never_missing: Collection[str] = ()) -> list[Any]:
    """What a list is sorted by: a key of `sorts`, with "-" before it the other way round; among equals by `last`.

    What is missing always stands last. `never_missing`: the keys by which nothing is, though the columns don't tell.
    Raises BadInput("sort"), which says `what` is listed: "Leads".
    """
    key = sort.removeprefix("-")
    if key not in sorts:
        raise BadInput("sort", f"{what} can't be sorted by “{key}”. Use one of: {', '.join(sorts)}.")
    if not sort.startswith("-"):
        return [*sorts[key], last]
    # Where nothing can be missing, "nulls last" would keep an index from serving.
    some = [key not in never_missing and getattr(by, "nullable", True) for by in sorts[key]]
    down = [by.desc().nulls_last() if missing else by.desc() for by, missing in zip(sorts[key], some, strict=True)]
    return [*down, last.desc()]


def sortable(query: Any, sort: str, beside: Beside) -> Any:
    """The query with the table beside it that `sort` asks for: {"rep": (Membership, how it is joined)}."""
    wanted = beside.get(sort.removeprefix("-"))
    return query if wanted is None else query.outerjoin(*wanted)


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many rows the whole list has."""

    rows: list[RowMapping] = field(default_factory=list)
    total: int = 0


def page_of(
    shop: ShopSession, ids: Any, shown: Listed, total: int, page: int, size: int, begins_with: Any = None
) -> Page:
    """Page `page` (1 to MOST_PAGES) of a list: `ids` are its ids, sorted; `shown` reads what is shown, the id among it.

    Only ids are sorted; what is shown of a row is read for one page. `begins_with`: the ids the list begins with, as a
    query that is answered sooner; whoever lacks what is sorted by comes after them.
    """
    first = (max(page, 1) - 1) * size
    if first >= total or page > MOST_PAGES:
        return Page([], total)
    few: list[Any] = []
    if begins_with is not None:
        few = list(shop.execute(begins_with.limit(size).offset(first)).scalars())
    if len(few) < min(size, total - first):
        few = list(shop.execute(ids.limit(size).offset(first)).scalars())
    rows = shop.execute(shown.where(ids.selected_columns[0].in_(few))).mappings()
    found = {row["id"]: row for row in rows}
    return Page([found[one] for one in few if one in found], total)
