"""Sharing contacts out: evenly over chosen people, by hand, the next so many; and how much each person has.

Each of these changes several contacts and needs the gate alone: two managers who share out at once take turns, and the
second finds given away what the first gave.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Select, Uuid, any_, cast, select

from crmcore import notifications, people, timeline
from crmcore.contacts.contact import CONVERTED, OPEN, PENDING
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Contact

MOST_AT_ONCE = 100_000


@dataclass(frozen=True)
class Share:
    """What one person got, and how many open contacts (pending or contacted) they have with it."""

    staff_id: UUID
    name: str
    given: int
    open_now: int


class _Held(NamedTuple):
    """Who has a contact, and whether there is still something to do about it."""

    by: UUID | None
    is_open: bool


def share_out(
    shop: ShopSession,
    contacts: Iterable[UUID] | Select[UUID],
    among: Sequence[UUID],
    *,
    balanced: bool = False,
    taken_too: bool = False,
) -> list[Share]:
    """Deal contacts out over these people; return what each got, by name. Needs the gate alone.

    Evenly: what people get differs by one at most, and who has the fewest open gets the one more. `balanced`: so that
    afterwards everybody has as many open ones as can be, whatever they had before. `contacts`: ids, or a query of them
    (`ids`). Those that bought stay with whom they are; so do those somebody has already, unless `taken_too`.
    Raises BadInput for nobody chosen, and for somebody who is not at work.
    """
    shop.who.must("assign contacts")
    shop.must_be_alone()
    chosen = _at_work(shop, among)
    return _share_out(shop, _free(shop, contacts, taken_too=taken_too), chosen, balanced=balanced, quietly=False)


def would_share(
    shop: ShopSession,
    contacts: Iterable[UUID] | Select[UUID],
    among: Sequence[UUID],
    *,
    balanced: bool = False,
    taken_too: bool = False,
) -> list[Share]:
    """What `share_out` would come to now; nothing is written. Raises as it does."""
    shop.who.must("assign contacts")
    free = _free(shop, contacts, taken_too=taken_too)
    return _dealt(shop, free, _at_work(shop, among), balanced=balanced)[1]


def share_out_quietly(shop: ShopSession, contacts: Select[UUID], among: Sequence[UUID], *, balanced: bool) -> None:
    """As `share_out`, of contacts that came with an import, whose line on the record stands for each of them."""
    shop.must_be_alone()
    _share_out(shop, _free(shop, contacts, taken_too=False), among, balanced=balanced, quietly=True)


def give(shop: ShopSession, contacts: Iterable[UUID], staff_id: UUID | None) -> int:
    """Give these contacts to one person (None: to nobody); return for how many that is a change. Needs the gate alone.

    What whoever had them still had to do about them goes along. Raises BadInput for somebody who is not at work.
    """
    shop.who.must("assign contacts")
    shop.must_be_alone()
    if staff_id is not None:
        people.must_be_active(shop, staff_id, "assigned_to")
    before = {one: had for one, had, _ in _found(shop, contacts) if had != staff_id}
    _write(shop, before, dict.fromkeys(before, staff_id), quietly=False)
    return len(before)


def give_next(shop: ShopSession, staff_id: UUID, how_many: int, contacts: Select[UUID] | None = None) -> int:
    """Give a person the next so many pending contacts that nobody has, those on file longest first; return how many
    there were. `contacts`: only of these. Needs the gate alone."""
    shop.who.must("assign contacts")
    shop.must_be_alone()
    people.must_be_active(shop, staff_id, "assigned_to")
    if not 1 <= how_many <= MOST_AT_ONCE:
        raise BadInput("how_many", f"Give between 1 and {MOST_AT_ONCE:,} contacts at once, not {how_many:,}.")
    query = select(Contact.id).where(
        Contact.shop_id == shop.id, Contact.assigned_to.is_(None), Contact.status == PENDING
    )
    if contacts is not None:
        query = query.where(Contact.id.in_(contacts))
    chosen = shop.execute(query.order_by(Contact.id).limit(how_many)).scalars().all()
    _write(shop, dict.fromkeys(chosen), dict.fromkeys(chosen, staff_id), quietly=False)
    return len(chosen)


def workload(shop: ShopSession) -> list[RowMapping]:
    """How much each person at work has, by name, then what nobody has: staff_id, name, pending, contacted, yellow,
    converted, and touches: how often they were in touch with contacts within the last 7 days, today included."""
    shop.who.must("assign contacts")
    return shop.rows("contacts/workload", today=shop.today)


def _at_work(shop: ShopSession, among: Sequence[UUID]) -> list[UUID]:
    """These people, each once. Raises BadInput for nobody, and for somebody who is not at work."""
    chosen = list(dict.fromkeys(among))
    if not chosen:
        raise BadInput("among", "Choose at least one person to share the contacts out to.")
    for staff_id in chosen:
        people.must_be_active(shop, staff_id, "among")
    return chosen


def _free(shop: ShopSession, contacts: Iterable[UUID] | Select[UUID], *, taken_too: bool) -> dict[UUID, _Held]:
    """Those of the contacts that may be dealt out, in the order they came on file, with whom they are."""
    return {
        one: _Held(had, status in OPEN)
        for one, had, status in _found(shop, contacts)
        if status != CONVERTED and (taken_too or had is None)
    }


def _found(shop: ShopSession, contacts: Iterable[UUID] | Select[UUID]) -> list[tuple[UUID, UUID | None, str]]:
    # Ids first: no plan then depends on how many they seem to be.
    wanted = shop.execute(contacts).scalars().all() if isinstance(contacts, Select) else list(set(contacts))
    query = select(Contact.id, Contact.assigned_to, Contact.status).where(
        Contact.shop_id == shop.id, Contact.id == any_(cast(list(wanted), ARRAY(Uuid)))
    )
    return [(one, had, status) for one, had, status in shop.execute(query.order_by(Contact.id))]


def _share_out(
    shop: ShopSession, before: dict[UUID, _Held], among: Sequence[UUID], *, balanced: bool, quietly: bool
) -> list[Share]:
    dealt, shares = _dealt(shop, before, among, balanced=balanced)
    _write(shop, {one: held.by for one, held in before.items() if held.by != dealt[one]}, dealt, quietly=quietly)
    return shares


def _dealt(
    shop: ShopSession, before: dict[UUID, _Held], among: Sequence[UUID], *, balanced: bool
) -> tuple[dict[UUID, UUID], list[Share]]:
    """Who gets which of these contacts, and what that comes to for each."""
    load = Counter({row["staff_id"]: row["open"] for row in shop.rows("contacts/open_load")})
    names = {one.staff_id: one.name for one in people.colleagues(shop)}
    for held in before.values():
        load[held.by] -= held.is_open  # they are about to go, whoever has them
    dealt = _deal(list(before), sorted(among, key=lambda one: (names[one], one)), load, balanced=balanced)
    given = Counter(dealt.values())
    load.update(dealt[one] for one, held in before.items() if held.is_open)
    by_name = sorted(among, key=lambda one: (names[one], one))
    return dealt, [Share(one, names[one], given[one], load[one]) for one in by_name]


def _deal(contacts: Sequence[UUID], among: Sequence[UUID], load: Counter[Any], *, balanced: bool) -> dict[UUID, UUID]:
    """Who gets which. One after the other goes to whoever has the fewest: of these, or, balanced, of all open ones."""
    order = sorted(range(len(among)), key=lambda nth: (load[among[nth]], nth))
    heap = [(load[among[nth]] if balanced else 0, place, among[nth]) for place, nth in enumerate(order)]
    heapq.heapify(heap)
    dealt = {}
    for contact in contacts:
        has, place, staff_id = heap[0]
        dealt[contact] = staff_id
        heapq.heapreplace(heap, (has + 1, place, staff_id))
    return dealt


def _write(
    shop: ShopSession, before: Mapping[UUID, UUID | None], after: Mapping[UUID, UUID | None], *, quietly: bool
) -> None:
    """Give each of these contacts to whom `after` says, with what was planned about them, and tell the people."""
    if not before:
        return
    ids = list(before)
    to = [after[one] for one in ids]
    change = {"contact_ids": ids, "given_to": to, "at": shop.now, "staff_id": shop.who.staff_id}
    for row in shop.rows("contacts/planned", contact_ids=ids, given_to=to):
        stamp = {"rep_id": row["given_to"], "at": shop.now, "staff_id": shop.who.staff_id}
        follow_up_ids = row["follow_up_ids"]
        lines = [new_id() for _ in follow_up_ids]
        shop.run("reps/note_planned", **stamp, via=shop.who.via, ids=lines, follow_up_ids=follow_up_ids)
        shop.run("reps/give_planned", **stamp, follow_up_ids=follow_up_ids)
    if not quietly:
        shop.run("contacts/note_given", **change, via=shop.who.via, ids=[new_id() for _ in ids])
    shop.run("contacts/assign", **change)
    counts = Counter(one for one in to if one is not None)
    timeline.note(
        shop, "contacts given", "contacts", given={str(one): many for one, many in counts.items()}, contacts=len(ids)
    )
    for staff_id, many in counts.items():
        body = f"{many:,} contacts are yours to call." if many > 1 else "A contact is yours to call."
        notifications.tell(shop, staff_id, "contacts given", body, subject="contacts")
