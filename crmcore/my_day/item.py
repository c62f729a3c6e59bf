"""What stands on a work list, and how a noun brings its own items to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from crmcore.database.gate import ShopSession

DONE, MOVE, REASSIGN, CHANGE, DROP = "done", "move", "reassign", "change", "drop"


@dataclass(frozen=True)
class WorkItem:
    """One thing to do. `key` names it on every list: the source, a colon, the id of its row there.

    `kind`: what people call it, such as "follow-up". `title`: what is to be done. `why`: one more line, or "".
    It is about a customer, a contact, a lead, a deal, or nobody. `customer_name`: what any of them goes by, None for
    somebody who goes by their phone number. `assigned_to=None`: whoever comes first. `actions`: which of done, move,
    reassign, change and drop the person who asked may take.
    """

    key: str
    kind: str
    title: str
    due_on: date
    due_time: time | None = None
    why: str = ""
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    lead_id: UUID | None = None
    opportunity_id: UUID | None = None
    customer_name: str | None = None
    phone: str | None = None
    assigned_to: UUID | None = None
    assignee: str | None = None
    actions: frozenset[str] = frozenset({DONE})

    @property
    def about(self) -> tuple[str, UUID] | None:
        """Whose record tells more: "opportunity", "customer", "contact" or "lead", and its id; None for a task."""
        for noun in ("opportunity", "customer", "contact", "lead"):
            row_id: UUID | None = getattr(self, f"{noun}_id")
            if row_id is not None:
                return noun, row_id
        return None

    @property
    def order(self) -> tuple[date, time, str]:
        """Sorts items by day, then those with a time, then the rest in the order they were made."""
        return self.due_on, self.due_time or time.max, self.key


@dataclass(frozen=True)
class Wanted:
    """Which items: due from `since` to `until`, both included, at most `most` of them.

    `staff_id`: those of this person, and those that are for whoever comes first; None: those of the whole team.
    """

    staff_id: UUID | None
    since: date
    until: date
    most: int


@dataclass(frozen=True)
class Source:
    """Where items come from. Every function takes the open gate first, and the id is the part of a key after the colon.

    `items` returns those that are open, the first to be done first; `count` how many there are, up to `most`;
    `done_on` what a person did on a day, the latest first, at most so many. An action that is None is offered on no
    item. `reopen` undoes `done`; `change` takes any of `title`, `due_on`, `due_time` and `assigned_to` by name.
    """

    name: str
    items: Callable[[ShopSession, Wanted], list[WorkItem]]
    count: Callable[[ShopSession, Wanted], int]
    done_on: Callable[[ShopSession, UUID, date, int], list[WorkItem]]
    done: Callable[[ShopSession, UUID], None]
    reopen: Callable[[ShopSession, UUID], None] | None = None
    move: Callable[[ShopSession, UUID, date], None] | None = None
    reassign: Callable[[ShopSession, UUID, UUID | None], None] | None = None
    change: Callable[..., None] | None = None
    drop: Callable[[ShopSession, UUID], None] | None = None
