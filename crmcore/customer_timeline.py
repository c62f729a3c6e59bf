"""A customer's timeline in words: what happened, when, and who did it."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import custom_fields, people
from crmcore.customer_fields import FIELDS, STATUSES
from crmcore.database.gate import ShopSession
from crmcore.money import format_money
from crmcore.phones import display

PARTS = {"all": "All", "sales": "Sales", "changes": "Changes"}
PAGE_SIZE = 20

# What can be read on a timeline: its kind (for a sign beside it) and its words; {money} and {number} are an order's.
_WORDS = {
    "sale recorded": ("sale", "Bought for {money}"),
    "return recorded": ("return", "Returned for {money}"),
    "order changed": ("order", "Order {number} changed"),
    "order cancelled": ("cancelled", "Order {number} cancelled"),
    "order put aside": ("order", "Order {number} made a draft"),
    "order completed": ("order", "Order {number} completed"),
    "order moved away": ("order", "Order {number} moved to someone else"),
    "visit recorded": ("visit", "Visited the shop"),
    "visit changed": ("visit", "Visit changed"),
    "visit removed": ("visit", "Visit removed"),
    "customer added": ("added", "Added to Regulars"),
    "customer changed": ("changed", "Changed"),
    "customer hidden": ("hidden", "Hidden"),
    "customer brought back": ("added", "Brought back"),
    "tag added": ("tag", "Tagged “{tag}”"),
    "tag removed": ("tag", "Tag “{tag}” taken off"),
    "follow-up planned": ("follow-up", "{task} planned"),
    "follow-up done": ("follow-up", "{task} done"),
    "follow-up dropped": ("follow-up", "{task} dropped"),
    "follow-up reopened": ("follow-up", "{task} reopened"),
    "follow-up moved": ("follow-up", "{task} moved"),
    "follow-up given on": ("follow-up", "{task} given on"),
    "follow-up changed": ("follow-up", "{task} changed"),
}
_FOLLOW_UP_FIELDS = {"about": "What", "due_on": "Due", "due_time": "Time", "assigned_to": "For"}
_ORDER_FIELDS = {
    "total": "Total",
    "ordered_on": "Day",
    "payment_method": "Paid by",
    "rep_id": "Sales rep",
    "status": "Status",
    "note": "Note",
    "items": "Items",
}
_COUNTS_FOR_NOTHING = ("draft", "cancelled")


@dataclass(frozen=True)
class Line:
    """One thing that happened. `kind` is for a sign beside it; `title` and `details` are plain text."""

    at: datetime
    kind: str
    title: str
    details: tuple[str, ...]
    by: str
    is_important: bool
    order_id: UUID | None


@dataclass(frozen=True)
class Timeline:
    """A page of lines, newest first. `has_older`: whether more lie behind it."""

    lines: list[Line]
    has_older: bool


def of_customer(
    shop: ShopSession, customer_id: UUID, part: str = "all", *, limit: int = PAGE_SIZE, offset: int = 0
) -> Timeline:
    """What happened with a customer. `part`: a key of PARTS."""
    shop.who.must("see customers")
    rows = shop.rows(
        "customers/timeline",
        customer_id=customer_id,
        part=None if part == "all" else part,
        most=limit + 1,
        skipped=offset,
    )
    told = _Teller(shop)
    return Timeline([told.line(row) for row in rows[:limit]], has_older=len(rows) > limit)


class _Teller:
    """Puts lines into words; looks names of people and of own fields up once, and only when a line needs them."""

    def __init__(self, shop: ShopSession) -> None:
        self._shop = shop
        self._people: dict[str, str] | None = None
        self._own_fields: dict[str, str] | None = None

    def line(self, row: RowMapping) -> Line:
        detail: Mapping[str, Any] = row["detail"]
        kind, words = _WORDS.get(row["what"], ("other", row["what"].capitalize()))
        amount = row["total"] if row["total"] is not None else detail.get("total") or 0
        title = words.format_map(
            {
                "money": format_money(abs(_decimal(amount)), self._shop.shop.currency),
                "number": row["number"] or detail.get("number") or "",
                "tag": detail.get("tag") or "",
                "task": str(detail.get("kind") or "").capitalize(),
            }
        )
        return Line(
            at=row["at"],
            kind=kind,
            title=title,
            details=tuple(self._details(row, detail)),
            by=self._who(row),
            is_important=row["is_important"],
            order_id=row["order_id"],
        )

    def _who(self, row: RowMapping) -> str:
        if row["file_name"]:
            return f"import “{row['file_name']}”"
        return row["staff_name"] or row["via"]

    def _details(self, row: RowMapping, detail: Mapping[str, Any]) -> list[str]:
        if row["what"] in ("sale recorded", "return recorded"):
            return self._sale(row, detail)
        if row["what"] == "customer added":
            return []
        before, after = detail.get("before") or {}, detail.get("after") or {}
        if row["what"].startswith("follow-up "):
            return self._follow_up(row["what"], detail, before, after)
        if row["order_id"] is None:
            return self._changes(before, after, FIELDS)
        moved = ["Moved here from someone else"] if after.get("customer_id") else []
        return moved + self._changes(before, after, _ORDER_FIELDS)

    def _sale(self, row: RowMapping, detail: Mapping[str, Any]) -> list[str]:
        paid = detail.get("payment_method")
        parts = [row["bought"] or detail.get("items") or "", f"paid by {paid}" if paid else ""]
        status = row["status"] if row["status"] in _COUNTS_FOR_NOTHING else ""
        told = " · ".join(part for part in (*parts, detail.get("of") and f"of {detail['of']}", status) if part)
        return [told[0].upper() + told[1:]] if told else []

    def _follow_up(
        self, what: str, detail: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> list[str]:
        about = [after.get("about") or detail["about"]]
        if what == "follow-up planned":
            return [*about, f"Due {self._value('due_on', detail['due_on'])}"]
        return about + self._changes(before, after, _FOLLOW_UP_FIELDS)

    def _changes(self, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
        told = []
        if after.keys() & {"birth_day", "birth_month", "birth_year"}:
            told.append(f"Birthday: {_birthday(before)} → {_birthday(after)}")
        for key, value in after.items():
            if key == "custom":
                told += self._own(before.get("custom") or {}, value or {})
            elif key in names and not key.startswith("birth_"):
                told.append(f"{names[key]}: {self._value(key, before.get(key))} → {self._value(key, value)}")
        return told

    def _own(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        if self._own_fields is None:
            self._own_fields = {field["key"]: field["label"] for field in custom_fields.fields(self._shop)}
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return [
            f"{self._own_fields.get(key, key)}: {_plain(before.get(key))} → {_plain(after.get(key))}" for key in keys
        ]

    def _value(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return "anybody" if key == "assigned_to" else "–"
        if key in ("rep_id", "assigned_to"):
            if self._people is None:
                self._people = {str(one.staff_id): one.name for one in people.colleagues(self._shop)}
            return self._people.get(str(value), "someone no longer in the team")
        if key == "status":
            return STATUSES.get(value, str(value).capitalize())
        if key == "phone":
            return display(str(value), self._shop.shop.region)
        if key == "total":
            return format_money(_decimal(value), self._shop.shop.currency)
        if key == "due_time":
            return str(value)[:5]
        if key in ("ordered_on", "due_on"):
            return f"{date.fromisoformat(str(value)):%-d %b %Y}"
        return _plain(value)


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None or value == "" else str(value)


def _birthday(born: Mapping[str, Any]) -> str:
    """6 February 1968, or what is known of it."""
    day, month, year = (born.get(part) for part in ("birth_day", "birth_month", "birth_year"))
    known = [str(day), month_name[month]] if day and month else []
    return " ".join([*known, str(year)] if year else known) or "–"
