"""My day: everything a person has to do, from whichever part of Regulars it comes, in one list.

A part brings its items by adding its Source (crmcore/my_day/item.py) to SOURCES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.my_day import of_follow_ups, of_refills
from crmcore.my_day.item import CHANGE as CHANGE
from crmcore.my_day.item import DONE as DONE
from crmcore.my_day.item import DROP as DROP
from crmcore.my_day.item import MOVE as MOVE
from crmcore.my_day.item import REASSIGN as REASSIGN
from crmcore.my_day.item import Source, Wanted
from crmcore.my_day.item import WorkItem as WorkItem
from crmcore.my_day.of_follow_ups import of_customer as of_customer
from crmcore.periods import BEGINNING

SOURCES: tuple[Source, ...] = (of_follow_ups.SOURCE, of_refills.SOURCE)

DAYS_AHEAD = 7
SHOWN = 25  # items of a part that are shown at first
MOST = 500  # and at most, however often somebody asks for more
MOST_COUNTED = 200  # nobody counts further
MOST_ON_A_BADGE = 100
WHOLE_TEAM = None


@dataclass(frozen=True)
class Part:
    """A stretch of the list. `total`: how many there are, shown or not, up to MOST_COUNTED."""

    items: list[WorkItem]
    total: int


@dataclass(frozen=True)
class Day:
    """A work list: what is late, due today and due in the next 7 days; and what the person (no team) did today."""

    late: Part
    today: Part
    coming: Part
    done: Part

    @property
    def next(self) -> WorkItem | None:
        """The one to do next: the oldest that is late, else the first of today."""
        return next(iter([*self.late.items, *self.today.items]), None)

    @property
    def is_empty(self) -> bool:
        return not any(part.total for part in (self.late, self.today, self.coming, self.done))


def of(shop: ShopSession, staff_id: UUID | None, *, shown: int = SHOWN) -> Day:
    """The work list of a person, with what is for whoever comes first; of the WHOLE_TEAM for None.

    Whoever may plan only their own follow-ups sees only their own list. `shown`: at most so many items of a part.
    """
    shop.who.must("plan follow-ups")
    if staff_id is WHOLE_TEAM or staff_id != shop.who.staff_id:
        shop.who.must("plan follow-ups of others")
    most, today = min(shown, MOST), shop.today
    return Day(
        late=_part(shop, staff_id, BEGINNING, today - timedelta(days=1), most),
        today=_part(shop, staff_id, today, today, most),
        coming=_part(shop, staff_id, today + timedelta(days=1), today + timedelta(days=DAYS_AHEAD), most),
        done=_done(shop, staff_id, most),
    )


def between(shop: ShopSession, staff_id: UUID, since: date, until: date, most: int) -> list[WorkItem]:
    """What is on a person's list between two days, both included, the first to be done first; at most `most`."""
    if staff_id != shop.who.staff_id:
        shop.who.must("plan follow-ups of others")
    return _items(Wanted(staff_id, since, until, most), shop)


def due(shop: ShopSession) -> int:
    """How much is late or due today for the person of this gate, for a badge; up to MOST_ON_A_BADGE."""
    if shop.who.staff_id is None or not shop.who.may("plan follow-ups"):
        return 0
    return _count(shop, Wanted(shop.who.staff_id, BEGINNING, shop.today, MOST_ON_A_BADGE))


def done(shop: ShopSession, key: str) -> None:
    """It is done. Raises NotFound, Conflict when somebody else did it meanwhile, and what its source raises."""
    source, row_id = _of_key(key)
    source.done(shop, row_id)


def reopen(shop: ShopSession, key: str) -> None:
    """It was not done after all."""
    _act(key, "reopen", shop)


def move(shop: ShopSession, key: str, due_on: date) -> None:
    """Put it on another day. Raises as `done` does, BadInput for a day that is past, NotAllowed for somebody else's."""
    _act(key, "move", shop, due_on)


def reassign(shop: ShopSession, key: str, staff_id: UUID | None) -> None:
    """Give it to somebody else, or to whoever comes first (None). Raises as `move` does."""
    _act(key, "reassign", shop, staff_id)


def change(shop: ShopSession, key: str, **to: Any) -> None:
    """Change any of `title`, `due_on`, `due_time` and `assigned_to`. Raises as `move` does."""
    _act(key, "change", shop, **to)


def drop(shop: ShopSession, key: str) -> None:
    """It need not be done any more. Raises as `move` does."""
    _act(key, "drop", shop)


def _part(shop: ShopSession, staff_id: UUID | None, since: date, until: date, most: int) -> Part:
    found = _items(Wanted(staff_id, since, until, most), shop)
    # Only a full page can have more behind it.
    total = len(found)
    if total >= most:
        total = _count(shop, Wanted(staff_id, since, until, MOST_COUNTED))
    return Part(found, total)


def _items(wanted: Wanted, shop: ShopSession) -> list[WorkItem]:
    found = (item for source in SOURCES for item in source.items(shop, wanted))
    return sorted(found, key=lambda item: item.order)[: wanted.most]


def _done(shop: ShopSession, staff_id: UUID | None, most: int) -> Part:
    if staff_id is None:
        return Part([], 0)
    found = [item for source in SOURCES for item in source.done_on(shop, staff_id, shop.today, MOST)]
    return Part(found[:most], len(found))


def _count(shop: ShopSession, wanted: Wanted) -> int:
    return min(sum(source.count(shop, wanted) for source in SOURCES), wanted.most)


def _of_key(key: str) -> tuple[Source, UUID]:
    name, _, row_id = key.partition(":")
    try:
        return next(source for source in SOURCES if source.name == name), UUID(row_id)
    except (StopIteration, ValueError):
        raise NotFound("This is not on the list any more.") from None


def _act(key: str, action: str, shop: ShopSession, *given: Any, **named: Any) -> None:
    source, row_id = _of_key(key)
    act: Callable[..., None] | None = getattr(source, action)
    if act is None:
        raise NotFound("This can't be done with it. Look at the list again.")
    act(shop, row_id, *given, **named)
