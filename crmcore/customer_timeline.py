"""The timeline in words: what happened with a customer, or lately in the whole shop; when, and who did it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.timeline_words import Line, Teller

PARTS = {
    "all": "All",
    "sales": "Sales",
    "visits": "Visits",
    "talk": "Talk",
    "changes": "Changes",
    "important": "Important",
}
PAGE_SIZE = 20
MOST_OF_SHOP = 100


@dataclass(frozen=True)
class Timeline:
    """A page of lines, newest first. `has_older`: whether more lie behind it."""

    lines: list[Line]
    has_older: bool


@dataclass(frozen=True)
class Happening:
    """A line, and the customer it is about: what there is to call them by, or nothing for what concerns nobody."""

    line: Line
    customer_id: UUID | None
    customer: RowMapping


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
    told = Teller(shop)
    return Timeline([told.line(row) for row in rows[:limit]], has_older=len(rows) > limit)


def of_shop(shop: ShopSession, part: str = "all", *, limit: int = PAGE_SIZE) -> list[Happening]:
    """What happened last in the shop, newest first; of hidden customers nothing. `part`: a key of PARTS."""
    shop.who.must("see the shop's activity")
    rows = shop.rows("record/latest", part=None if part == "all" else part, most=min(limit, MOST_OF_SHOP))
    told = Teller(shop)
    return [Happening(told.line(row), row["customer_id"], row) for row in rows]
