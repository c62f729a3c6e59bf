"""Territories: who looks after the leads of a city, of postcodes or of a source. The first that fits counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Uuid, any_, cast, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from crmcore import people, timeline
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.models import Lead, Membership, Opportunity, Territory
from crmcore.pipeline.counting import counting
from crmcore.texts import one_line

BY = {"city": "City", "postcode": "Postcode", "source": "Came from"}
MOST_PATTERNS = 1_000


@dataclass(frozen=True)
class NewTerritory:
    """`field`: a key of BY. `patterns`: cities or sources in any spelling, or how postcodes begin. `rep_id`: who gets
    the leads; None: nobody yet."""

    name: str
    field: str
    patterns: Sequence[str]
    rep_id: UUID | None = None


def all_of(shop: ShopSession) -> list[RowMapping]:
    """The territories in the order they are tried, each with `rep`, the name of who has it, and `leads`, how many there
    are."""
    shop.who.must("see leads")
    leads = (
        select(Lead.territory_id, func.count().label("leads"))
        .where(Lead.shop_id == shop.id, Lead.territory_id.is_not(None))
        .group_by(Lead.territory_id)
        .subquery()
    )
    query = (
        select(Territory, Membership.name.label("rep"), func.coalesce(leads.c.leads, 0).label("leads"))
        .outerjoin(
            Membership, (Membership.shop_id == Territory.shop_id) & (Membership.staff_id == Territory.rep_id)
        )
        .outerjoin(leads, leads.c.territory_id == Territory.id)
        .where(Territory.shop_id == shop.id)
        .order_by(Territory.position, Territory.id)
    )
    return list(shop.execute(query).mappings())


def names(shop: ShopSession) -> dict[UUID, str]:
    """The territories in the order they are tried: what a filter offers."""
    shop.who.must("see leads")
    query = select(Territory.id, Territory.name).where(Territory.shop_id == shop.id)
    return dict(shop.execute(query.order_by(Territory.position, Territory.id)).all())


def found_for(shop: ShopSession, leads: Sequence[UUID]) -> dict[UUID, UUID]:
    """Note which territory each of these leads is in, if any; return who has it, where they are at work."""
    found = shop.rows("leads/in_territories", lead_ids=list(leads))
    anew: dict[UUID | None, list[UUID]] = {}
    for row in found:
        if row["territory_id"] != row["noted"]:
            anew.setdefault(row["territory_id"], []).append(row["lead_id"])
    for territory_id, ids in anew.items():
        these = (Lead.shop_id == shop.id, Lead.id == any_(cast(ids, ARRAY(Uuid))))
        shop.execute(update(Lead).where(*these).values(territory_id=territory_id))
    return {row["lead_id"]: row["rep_id"] for row in found if row["rep_id"] is not None}


def add(shop: ShopSession, new: NewTerritory) -> UUID:
    """Add a territory behind those there are; return its id. Raises BadInput, also for a name that is taken."""
    shop.who.must("manage settings")
    values = _checked(shop, new)
    last = shop.scalar(select(func.max(Territory.position)).where(Territory.shop_id == shop.id))
    territory_id = new_id()
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    try:
        with shop.connection.begin_nested():
            shop.execute(
                insert(Territory).values(
                    shop_id=shop.id, id=territory_id, position=(last or 0) + 1, **values, **stamp
                )
            )
    except IntegrityError as error:
        _refuse_name(error, values["name"])
    timeline.note(shop, "territory added", "territory", territory_id, **values)
    return territory_id


def change(shop: ShopSession, territory_id: UUID, to: NewTerritory) -> None:
    """Change a territory. Leads that were given out stay where they are. Raises BadInput and NotFound."""
    shop.who.must("manage settings")
    before = _on_file(shop, territory_id)
    values = _checked(shop, to, before["rep_id"])
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    try:
        with shop.connection.begin_nested():
            _write(shop, territory_id, changed["after"])
    except IntegrityError as error:
        _refuse_name(error, values["name"])
    timeline.note(shop, "territory changed", "territory", territory_id, name=before["name"], **changed)


def move(shop: ShopSession, territory_id: UUID, *, up: bool) -> None:
    """Try a territory before (`up`) or after the one beside it; at the end nothing happens. Raises NotFound."""
    shop.who.must("manage settings")
    _on_file(shop, territory_id)
    order = [row["id"] for row in all_of(shop)]
    place = order.index(territory_id)
    beside = place - 1 if up else place + 1
    if not 0 <= beside < len(order):
        return
    order[place], order[beside] = order[beside], order[place]
    for position, one in enumerate(order, 1):
        _write(shop, one, {"position": position})
    timeline.note(shop, "territories ordered", "territory", territory_id, order=order)


def remove(shop: ShopSession, territory_id: UUID) -> None:
    """Take a territory away. Its leads and deals stay with whom they are. Needs the gate alone. Raises NotFound."""
    shop.who.must("manage settings")
    shop.must_be_alone()
    before = _on_file(shop, territory_id)
    deals = select(Opportunity.id).where(Opportunity.shop_id == shop.id, Opportunity.territory_id == territory_id)
    with counting(shop, *shop.execute(deals).scalars()):
        for table in (Lead, Opportunity):
            theirs = (table.shop_id == shop.id, table.territory_id == territory_id)
            shop.execute(update(table).where(*theirs).values(territory_id=None))
    shop.execute(delete(Territory).where(Territory.shop_id == shop.id, Territory.id == territory_id))
    timeline.note(shop, "territory removed", "territory", territory_id, name=before["name"])


def _checked(shop: ShopSession, new: NewTerritory, rep_before: UUID | None = None) -> dict[str, Any]:
    name = one_line("name", "A name", new.name, 60)
    if name is None:
        raise BadInput("name", "Give the territory a name.")
    if new.field not in BY:
        raise BadInput("field", f"“{new.field}” is not what territories go by. Use one of: {', '.join(BY)}.")
    tidy = [one_line("patterns", f"A {BY[new.field].lower()}", one, 100) for one in new.patterns]
    patterns = list({one.casefold(): one for one in tidy if one}.values())
    if not patterns:
        raise BadInput("patterns", "Name at least one city, one beginning of a postcode, or one source.")
    if len(patterns) > MOST_PATTERNS:
        raise BadInput("patterns", f"A territory holds at most {MOST_PATTERNS:,} of them; this has {len(patterns):,}.")
    if new.rep_id is not None and new.rep_id != rep_before:
        people.must_be_active(shop, new.rep_id, "rep_id")
    return {"name": name, "field": new.field, "patterns": patterns, "rep_id": new.rep_id}


def _on_file(shop: ShopSession, territory_id: UUID) -> RowMapping:
    query = select(Territory).where(Territory.shop_id == shop.id, Territory.id == territory_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound("This territory is not there any more.")
    return row


def _write(shop: ShopSession, territory_id: UUID, values: dict[str, Any]) -> None:
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    one = (Territory.shop_id == shop.id, Territory.id == territory_id)
    shop.execute(update(Territory).where(*one).values(**values, **stamp))


def _refuse_name(error: IntegrityError, name: str) -> None:
    if broken_constraint(error).startswith("territories_name_once"):
        raise BadInput("name", f"There is a territory called “{name}” already. Choose another name.") from error
    raise error
