"""Giving leads to people: by hand, evenly over chosen ones, by territory; new ones by themselves, as the shop set it.

Each that changes several leads needs the gate alone: two managers who share out at once take turns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, cast, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import notifications, people, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict
from crmcore.leads import rules, territories
from crmcore.leads.lead import ACTIVE, CONVERTED
from crmcore.leads.reading import on_file
from crmcore.models import Lead, Membership, ShopSetting

_TURN = "leads turn"  # the setting that remembers who got the last one

Leads = Iterable[UUID] | Select[UUID]


@dataclass(frozen=True)
class Share:
    """What one person got, and how many active leads they have with it."""

    staff_id: UUID
    name: str
    given: int
    active_now: int


def give(shop: ShopSession, leads: Leads, staff_id: UUID | None) -> int:
    """Give these leads to one person (None: to nobody); return for how many that is a change. Needs the gate alone.

    What whoever had them still had to do about them goes along. Raises BadInput for somebody who is not at work.
    """
    shop.who.must("assign leads")
    shop.must_be_alone()
    if staff_id is not None:
        people.must_be_active(shop, staff_id, "assigned_to")
    before = {one: had for one, had, _ in _found(shop, leads) if had != staff_id}
    _write(shop, before, dict.fromkeys(before, staff_id))
    return len(before)


def take(shop: ShopSession, lead_id: UUID) -> None:
    """Take a lead oneself that nobody has. Raises NotFound, and Conflict when somebody has it by now."""
    shop.who.must("edit leads")
    me = shop.who.staff_id
    had = on_file(shop, lead_id)["assigned_to"]
    if me is None or had not in (None, me):
        raise Conflict("Somebody else has this lead by now. Nothing was changed.")
    if had is None:
        _write(shop, {lead_id: None}, {lead_id: me})


def share_out(
    shop: ShopSession, leads: Leads, among: Sequence[UUID], *, taken_too: bool = False
) -> list[Share]:
    """Deal leads out over these people; return what each got, by name. Needs the gate alone.

    What people get differs by one at most, and who has the fewest active ones gets the one more. `leads`: ids, or a
    query of them (`ids`). Those that were converted stay with whom they are; so do those somebody has, unless
    `taken_too`. Raises BadInput for nobody chosen, and for somebody who is not at work.
    """
    shop.who.must("assign leads")
    shop.must_be_alone()
    before, dealt, shares = _dealt(shop, leads, among, taken_too=taken_too)
    _write(shop, {one: had for one, had in before.items() if had != dealt[one]}, dealt)
    return shares


def would_share(
    shop: ShopSession, leads: Leads, among: Sequence[UUID], *, taken_too: bool = False
) -> list[Share]:
    """What `share_out` would come to now; nothing is written. Raises as it does."""
    shop.who.must("assign leads")
    return _dealt(shop, leads, among, taken_too=taken_too)[2]


def by_territory(shop: ShopSession, leads: Leads, *, taken_too: bool = False) -> int:
    """Give leads to whoever has the first territory they fit; return for how many that is a change.

    Needs the gate alone. Those that fit none, or one that nobody at work has, stay as they are; so do those somebody
    has, unless `taken_too`.
    """
    shop.who.must("assign leads")
    shop.must_be_alone()
    free = _free(shop, leads, taken_too=taken_too)
    after = {one: rep for one, rep in territories.found_for(shop, list(free)).items() if rep != free[one]}
    _write(shop, {one: free[one] for one in after}, after)
    return len(after)


def share_new(shop: ShopSession, leads: Sequence[UUID], *, quietly: bool = False) -> None:
    """Find the territories of new leads, and give those nobody has to somebody, as the shop set it.

    `quietly`: without a line on the record for each, whose import's line stands for them.
    """
    if not leads:
        return
    ours = rules.of_shop(shop)
    of_territory = territories.found_for(shop, leads)
    # Who only sees their own keeps what they wrote down; it could not be theirs to give.
    if ours.sharing == rules.BY_HAND or shop.who.sees_own_only:
        return
    query = select(Lead.id).where(
        Lead.shop_id == shop.id, Lead.id == any_(cast(list(leads), ARRAY(Uuid))), Lead.assigned_to.is_(None),
        Lead.status.in_(ACTIVE),
    )  # fmt: skip
    free = shop.execute(query.order_by(Lead.id)).scalars().all()
    after: dict[UUID, UUID | None] = {}
    if ours.sharing == rules.BY_TERRITORY:
        after = {one: of_territory[one] for one in free if one in of_territory}
    rest = [one for one in free if one not in after]
    among = _still_at_work(shop, ours.among)
    if rest and among:
        after |= _in_turn(shop, rest, among)
    _write(shop, dict.fromkeys(after), after, quietly=quietly)


def _dealt(
    shop: ShopSession, leads: Leads, among: Sequence[UUID], *, taken_too: bool
) -> tuple[dict[UUID, UUID | None], dict[UUID, UUID], list[Share]]:
    """Who has which of these leads, who gets which, and what that comes to for each."""
    chosen = list(dict.fromkeys(among))
    if not chosen:
        raise BadInput("among", "Choose at least one person to share the leads out to.")
    for staff_id in chosen:
        people.must_be_active(shop, staff_id, "among")
    before = _free(shop, leads, taken_too=taken_too)
    load = Counter({row["staff_id"]: row["active"] for row in shop.rows("leads/active_load")})
    load.subtract(Counter(before.values()))  # they are about to go, whoever has them
    names = {one.staff_id: one.name for one in people.colleagues(shop)}
    by_name = sorted(chosen, key=lambda one: (names[one], one))
    fewest_first = sorted(by_name, key=lambda one: load[one])
    dealt = dict(zip(before, cycle(fewest_first), strict=False))
    given = Counter(dealt.values())
    return before, dealt, [Share(one, names[one], given[one], load[one] + given[one]) for one in by_name]


def _free(shop: ShopSession, leads: Leads, *, taken_too: bool) -> dict[UUID, UUID | None]:
    """Those of the leads that may be dealt out, in the order they came on file, with whom they are."""
    return {
        one: had
        for one, had, status in _found(shop, leads)
        if status != CONVERTED and (taken_too or had is None)
    }


def _found(shop: ShopSession, leads: Leads) -> list[tuple[UUID, UUID | None, str]]:
    # Ids first: no plan then depends on how many they seem to be.
    wanted = shop.execute(leads).scalars().all() if isinstance(leads, Select) else list(set(leads))
    query = select(Lead.id, Lead.assigned_to, Lead.status).where(
        Lead.shop_id == shop.id, Lead.id == any_(cast(list(wanted), ARRAY(Uuid)))
    )
    return [(one, had, status) for one, had, status in shop.execute(query.order_by(Lead.id))]


def _still_at_work(shop: ShopSession, among: Sequence[UUID]) -> list[UUID]:
    at_work = select(Membership.staff_id).where(Membership.shop_id == shop.id, Membership.is_active)
    there = set(shop.execute(at_work).scalars())
    return [staff_id for staff_id in among if staff_id in there]


def _in_turn(shop: ShopSession, leads: Sequence[UUID], among: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who of these people gets which lead: one after the other, beginning behind whoever got the last one."""
    shop.one_at_a_time(_TURN)
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _TURN))
    last = kept and UUID(kept["last"])
    first = among.index(last) + 1 if last in among else 0
    dealt = dict(zip(leads, cycle([*among[first:], *among[:first]]), strict=False))
    row = {"value": {"last": str(dealt[leads[-1]])}, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=_TURN, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    return dealt


def _write(
    shop: ShopSession,
    before: Mapping[UUID, UUID | None],
    after: Mapping[UUID, UUID | None] | Mapping[UUID, UUID],
    *,
    quietly: bool = False,
) -> None:
    """Give each of these leads to whom `after` says, with what was planned about them, and tell the people."""
    if not before:
        return
    ids = list(before)
    to = [after[one] for one in ids]
    change = {"lead_ids": ids, "given_to": to, "at": shop.now, "staff_id": shop.who.staff_id}
    for row in shop.rows("leads/planned", lead_ids=ids, given_to=to):
        stamp = {"rep_id": row["given_to"], "at": shop.now, "staff_id": shop.who.staff_id}
        lines = [new_id() for _ in row["follow_up_ids"]]
        shop.run(
            "reps/note_planned", **stamp, via=shop.who.via, ids=lines, follow_up_ids=row["follow_up_ids"]
        )
        shop.run("reps/give_planned", **stamp, follow_up_ids=row["follow_up_ids"])
    if not quietly:
        shop.run("leads/note_given", **change, via=shop.who.via, ids=[new_id() for _ in ids])
    shop.run("leads/assign", **change)
    counts = Counter(one for one in to if one is not None)
    if len(ids) > 1:
        given = {str(one): many for one, many in counts.items()}
        timeline.note(shop, "leads given", "leads", given=given, leads=len(ids))
    for staff_id, many in counts.items():
        body = f"{many:,} leads are yours now." if many > 1 else "A lead is yours now."
        subject = {"subject": "leads"} if many > 1 else {"subject": "lead", "subject_id": ids[to.index(staff_id)]}
        notifications.tell(shop, staff_id, "leads given", body, **subject)
