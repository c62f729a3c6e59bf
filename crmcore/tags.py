"""Tags: short words a shop puts on customers, leads and deals, in groups and colours of its own.

They are renamed and merged for all who carry them at once.

A colour is decoration: a tag is always shown with its name.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import texts, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.models import LeadTagging, OpportunityTagging, Tag, Tagging
from crmcore.subjects import columns_of

LONGEST = 60
COLOURS = {"gray": "Grey", "blue": "Blue", "green": "Green", "orange": "Amber", "red": "Red"}

CUSTOMER, LEAD, OPPORTUNITY = "customer", "lead", "opportunity"


@dataclass(frozen=True)
class _Subject:
    """What carries tags: its table of taggings, its column there, and what the rights call it."""

    table: Any
    column: str
    nouns: str


SUBJECTS = {
    CUSTOMER: _Subject(Tagging, "customer_id", "customers"),
    LEAD: _Subject(LeadTagging, "lead_id", "leads"),
    OPPORTUNITY: _Subject(OpportunityTagging, "opportunity_id", "opportunities"),
}

_SHOWN = (Tag.id, Tag.name, Tag.category, Tag.colour)


def all_tags(shop: ShopSession) -> list[RowMapping]:
    """Every tag of the shop (id, name, category, colour), by name."""
    query = select(*_SHOWN).where(Tag.shop_id == shop.id).order_by(func.lower(Tag.name))
    return list(shop.execute(query).mappings())


def with_usage(shop: ShopSession) -> list[RowMapping]:
    """Every tag (id, name, category, colour) with how many carry it, group by group; those without a group last."""
    shop.who.must("see customers")
    return shop.rows("tags/usage")


def create(shop: ShopSession, name: str, *, category: str | None = None, colour: str | None = None) -> UUID:
    """Make a tag that nobody carries yet; return its id. Raises BadInput for a name that is taken or can't be one."""
    shop.who.must("manage tags")
    values = _checked(name, category, colour)
    tag_id = _made(shop, **values) if _named(shop, values["name"]) is None else None
    if tag_id is None:
        raise BadInput("name", f"There is a tag “{values['name']}” already. Choose another name.")
    timeline.note(shop, "tag made", "tag", tag_id, **values)
    return tag_id


def change(
    shop: ShopSession, tag_id: UUID, *, name: str, category: str | None = None, colour: str | None = None
) -> None:
    """Rename a tag, put it into another group or give it another colour, wherever it is carried.

    Raises NotFound, and BadInput for a name that another tag has: `merge` makes one of two.
    """
    shop.who.must("manage tags")
    before = _locked(shop, tag_id)
    values = _checked(name, category, colour)
    if _named(shop, values["name"]) not in (None, tag_id):
        raise BadInput("name", f"There is a tag “{values['name']}” already. Merge this one into it instead.")
    changed = timeline.changes(dict(before), values)
    if changed["after"]:
        shop.execute(update(Tag).where(*_this(shop, tag_id)).values(**values))
        timeline.note(shop, "tag changed", "tag", tag_id, tag=before["name"], **changed)


def merge(shop: ShopSession, tag_id: UUID, into_id: UUID) -> None:
    """Make one of two tags: whoever carries the first carries the second, and the first is gone.

    Needs a gate opened alone. Raises NotFound, and BadInput for a tag and itself.
    """
    shop.who.must("manage tags")
    shop.must_be_alone()
    if tag_id == into_id:
        raise BadInput("into", "Choose another tag to merge this one into.")
    gone, kept = _locked(shop, tag_id), _locked(shop, into_id)
    for step in ("tags/move", "tags/move_of_leads", "tags/move_of_opportunities", "segments/retag"):
        shop.run(step, tag_id=tag_id, into_id=into_id)
    shop.execute(delete(Tag).where(*_this(shop, tag_id)))
    timeline.note(shop, "tags merged", "tag", into_id, tag=gone["name"], into=kept["name"])


def drop(shop: ShopSession, tag_id: UUID) -> None:
    """Do away with a tag, also for everybody who carries it. Needs a gate opened alone. Raises NotFound."""
    shop.who.must("manage tags")
    shop.must_be_alone()
    before = _locked(shop, tag_id)
    shop.execute(delete(Tag).where(*_this(shop, tag_id)))
    timeline.note(shop, "tag dropped", "tag", tag_id, tag=before["name"])


def of(shop: ShopSession, subject: str, subject_id: UUID) -> list[RowMapping]:
    """The tags (id, name, category, colour) on one customer, lead or deal, a key of SUBJECTS, by name."""
    on = _subject(subject)
    shop.who.must(f"see {on.nouns}")
    query = (
        select(*_SHOWN)
        .join(on.table, (on.table.shop_id == Tag.shop_id) & (on.table.tag_id == Tag.id))
        .where(Tag.shop_id == shop.id, getattr(on.table, on.column) == subject_id)
        .order_by(func.lower(Tag.name))
    )
    return list(shop.execute(query).mappings())


def put_on(shop: ShopSession, subject: str, subject_id: UUID, name: str) -> UUID:
    """Put a tag on a customer, a lead or a deal, making it if the shop has none of that name yet; return the tag's id.

    "VIP" and "vip" are one tag. A tag that is there already stays as it is. Raises BadInput, NotFound.
    """
    on = _subject(subject)
    shop.who.must(f"edit {on.nouns}")
    tidy = _tidy("tag", name)
    about = columns_of(shop, **{on.column: subject_id})
    tag_id = _tag(shop, tidy)
    put = shop.scalar(
        upsert(on.table)
        .values(
            {
                "shop_id": shop.id,
                on.column: subject_id,
                "tag_id": tag_id,
                "created_at": shop.now,
                "created_by": shop.who.staff_id,
            }
        )
        .on_conflict_do_nothing()
        .returning(on.table.tag_id)
    )
    if put is not None:
        told: dict[str, Any] = {**about, "tag": tidy}
        timeline.note(shop, "tag added", "tag", tag_id, **told)
    return tag_id


def take_off(shop: ShopSession, subject: str, subject_id: UUID, tag_id: UUID) -> None:
    """Take a tag off a customer, a lead or a deal; nothing happens if it is not there. Raises NotFound."""
    on = _subject(subject)
    shop.who.must(f"edit {on.nouns}")
    name = shop.scalar(select(Tag.name).where(Tag.shop_id == shop.id, Tag.id == tag_id))
    this = (on.table.shop_id == shop.id, getattr(on.table, on.column) == subject_id, on.table.tag_id == tag_id)
    taken = shop.scalar(delete(on.table).where(*this).returning(on.table.tag_id))
    if taken is not None:
        told: dict[str, Any] = {**columns_of(shop, **{on.column: subject_id}), "tag": name}
        timeline.note(shop, "tag removed", "tag", tag_id, **told)


def of_customer(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """The tags on one customer, as in `of`."""
    return of(shop, CUSTOMER, customer_id)


def add(shop: ShopSession, customer_id: UUID, name: str) -> UUID:
    """Put a tag on a customer, as `put_on` does."""
    return put_on(shop, CUSTOMER, customer_id, name)


def remove(shop: ShopSession, customer_id: UUID, tag_id: UUID) -> None:
    """Take a tag off a customer, as `take_off` does."""
    take_off(shop, CUSTOMER, customer_id, tag_id)


def _subject(subject: str) -> "_Subject":
    if subject not in SUBJECTS:
        raise BadInput("subject", f"Tags are put on customers, leads and deals, not on “{subject}”.")
    return SUBJECTS[subject]


def _this(shop: ShopSession, tag_id: UUID) -> tuple[Any, Any]:
    return Tag.shop_id == shop.id, Tag.id == tag_id


def _locked(shop: ShopSession, tag_id: UUID) -> RowMapping:
    row = shop.execute(select(*_SHOWN).where(*_this(shop, tag_id)).with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("This tag is not there any more. Somebody merged or removed it meanwhile.")
    return row


def _tidy(field: str, name: str) -> str:
    tidy = texts.one_line(field, "A tag", name, LONGEST)
    if tidy is None:
        raise BadInput(field, "Write the tag first.")
    return tidy


def _checked(name: str, category: str | None, colour: str | None) -> dict[str, Any]:
    if colour is not None and colour not in COLOURS:
        raise BadInput("colour", f"“{colour}” is not a colour of tags. Use one of: {', '.join(COLOURS)}.")
    group = texts.one_line("category", "The group of a tag", category, LONGEST)
    return {"name": _tidy("name", name), "category": group, "colour": colour}


def _named(shop: ShopSession, name: str) -> UUID | None:
    """The id of the tag of this name, whatever its case."""
    same = select(Tag.id).where(Tag.shop_id == shop.id, func.lower(Tag.name) == func.lower(name)).order_by(Tag.id)
    found: UUID | None = shop.scalar(same.limit(1))
    return found


def _tag(shop: ShopSession, name: str) -> UUID:
    """The id of the tag of this name; made when there is none, once whatever two people do."""
    tag_id = _named(shop, name) or _made(shop, name) or _named(shop, name)
    assert tag_id is not None  # another person was faster
    return tag_id


def _made(shop: ShopSession, name: str, **more: Any) -> UUID | None:
    """The id of a tag that is new; None when another person was faster."""
    made: UUID | None = shop.scalar(
        upsert(Tag)
        .values(shop_id=shop.id, id=new_id(), name=name, created_at=shop.now, created_by=shop.who.staff_id, **more)
        .on_conflict_do_nothing()
        .returning(Tag.id)
    )
    return made
