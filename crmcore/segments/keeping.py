"""Segments a shop keeps: lists that people put customers on, and rules that find them anew whenever they are read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, literal, null, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from crmcore import texts, timeline
from crmcore.customer_search import shown_columns
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Customer, Segment, SegmentMember
from crmcore.segments import rules
from crmcore.segments.rules import Rule

STATIC, DYNAMIC = "static", "dynamic"
KINDS = {DYNAMIC: "Keeps itself up to date", STATIC: "A list you fill"}
EXAMPLES = 10
NEWEST = 1_000  # customers among whom examples are looked for first
MOST_SEGMENTS = 200


@dataclass(frozen=True)
class NewSegment:
    """A segment. `rule`: what finds its customers, see crmcore/segments/rules.py; None for a list that people fill.

    `id`: made by a form, so that pressing twice makes one.
    """

    name: str
    rule: Rule | None = None
    description: str | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class Preview:
    """Whom a rule finds: how many, `among` how many on file, and the first few as in a list of customers."""

    count: int
    among: int
    examples: Sequence[RowMapping]

    @property
    def remark(self) -> str | None:
        """What is to be said of a rule that finds nobody, or leaves nobody out."""
        if not self.among:
            return "Nobody is on file yet. The rule finds them as they come."
        if not self.count:
            return "Nobody matches at the moment. Loosen a row, or keep it: it finds them as soon as somebody does."
        if self.count == self.among:
            return "Everybody on file matches, so this rule leaves nobody out."
        return None


def create(shop: ShopSession, new: NewSegment) -> UUID:
    """Keep a segment; return its id. Raises BadInput for a name that is taken, or a rule that can't be."""
    shop.who.must("manage segments")
    values = _checked(shop, new)
    if shop.scalar(select(func.count()).select_from(Segment).where(Segment.shop_id == shop.id)) >= MOST_SEGMENTS:
        raise BadInput("name", f"There are {MOST_SEGMENTS} segments already. Remove one that is not used.")
    kind = STATIC if new.rule is None else DYNAMIC
    row = {**_stored(values), "kind": kind, "shop_id": shop.id, "id": new.id or new_id(), **_stamps(shop, is_new=True)}
    with _name_once(shop, values["name"]):
        made = shop.scalar(
            upsert(Segment).values(row).on_conflict_do_nothing(index_elements=["shop_id", "id"]).returning(Segment.id)
        )
    if made is not None:
        timeline.note(shop, "segment made", "segment", made, **values, kind=kind)
    segment_id: UUID = row["id"]
    return segment_id


def change(shop: ShopSession, segment_id: UUID, to: NewSegment, *, seen_at: datetime | None = None) -> None:
    """Rename a segment, describe it anew or give it another rule. A list stays one, and a rule stays one.

    `seen_at`: the `updated_at` the editor saw; if somebody saved in between, raises Conflict. Raises NotFound, and
    BadInput as `create` does.
    """
    shop.who.must("manage segments")
    before = _locked(shop, segment_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this segment meanwhile. Look at what it says now, then save again.")
    if (to.rule is None) != (before["kind"] == STATIC):
        raise BadInput("rule", "A list stays a list, and a rule a rule. Make a new segment instead.")
    values = _checked(shop, to)
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    with _name_once(shop, values["name"]):
        this = (Segment.shop_id == shop.id, Segment.id == segment_id)
        shop.execute(update(Segment).where(*this).values(**_stored(values), **_stamps(shop)))
    timeline.note(shop, "segment changed", "segment", segment_id, name=before["name"], **changed)


def remove(shop: ShopSession, segment_id: UUID) -> None:
    """Forget a segment; the customers stay as they are. Raises NotFound."""
    shop.who.must("manage segments")
    before = _locked(shop, segment_id)
    shop.execute(delete(Segment).where(Segment.shop_id == shop.id, Segment.id == segment_id))
    timeline.note(shop, "segment removed", "segment", segment_id, name=before["name"], rule=before["rule"])


def get(shop: ShopSession, segment_id: UUID) -> RowMapping:
    """One segment. Raises NotFound."""
    shop.who.must("see customers")
    query = select(Segment).where(Segment.shop_id == shop.id, Segment.id == segment_id)
    return _found(shop.execute(query).mappings().one_or_none())


def named(shop: ShopSession, name: str) -> RowMapping:
    """The segment of this name, whatever its capitals. Raises BadInput naming those there are."""
    kept = all_of(shop)
    for segment in kept:
        if segment["name"].lower() == name.strip().lower():
            return segment
    names = ", ".join(f"“{one['name']}”" for one in kept)
    there = f"Use one of: {names}." if names else "This shop has none yet: make one under Segments."
    raise BadInput("segment", f"There is no segment “{name}”. {there}")


def all_of(shop: ShopSession) -> list[RowMapping]:
    """Every segment of the shop, by name."""
    shop.who.must("see customers")
    query = select(Segment).where(Segment.shop_id == shop.id).order_by(func.lower(Segment.name))
    return list(shop.execute(query).mappings())


def counts(shop: ShopSession, kept: Sequence[Mapping[Any, Any]]) -> dict[UUID, int | None]:
    """How many customers each of these segments has now; None for a rule that can't be read any more, because its
    field, tag or person is gone."""
    shop.who.must("see customers")
    found: dict[UUID, int | None] = {}
    for segment in kept:
        try:
            found[segment["id"]] = _how_many(shop, _condition(shop, segment))
        except BadInput:
            found[segment["id"]] = None
    return found


def condition(shop: ShopSession, segment_id: UUID) -> ColumnElement[bool]:
    """Who is in a segment, as a condition on customers. Raises NotFound, and BadInput for a rule that can't be read."""
    return _condition(shop, get(shop, segment_id))


def customer_ids(shop: ShopSession, segment_id: UUID) -> Select[UUID]:
    """The ids of who is in a segment, as a query. Raises as `condition` does."""
    return select(Customer.id).where(*_on_file(shop), condition(shop, segment_id))


def preview(shop: ShopSession, rule: Any, most: int = EXAMPLES) -> Preview:
    """Whom a rule would find. Nothing is kept. Raises BadInput for a rule that can't be."""
    shop.who.must("see customers")
    matches = rules.condition(shop, rule)
    among = _all_of(shop)
    # Of many, some of the newest customers are enough to look at; of few, everybody has to be, and is counted along.
    ids = _among_the_newest(shop, matches, most)
    if len(ids) == most:
        count = _how_many(shop, matches)
    else:
        count, ids = _among_all(shop, matches, most)
    examples = shown_columns().where(Customer.shop_id == shop.id, Customer.id.in_(ids)).order_by(Customer.id.desc())
    return Preview(count, among, list(shop.execute(examples).mappings()))


def put_on(shop: ShopSession, segment_id: UUID, customers: Sequence[UUID] | Select[UUID]) -> int:
    """Put customers on a list that people fill; return how many are new on it. Raises NotFound, BadInput for a rule."""
    segment = _list(shop, segment_id)
    ids = customers if isinstance(customers, Select) else select(Customer.id).where(Customer.id.in_(customers))
    on_file = select(
        Customer.shop_id, literal(segment_id), Customer.id, literal(shop.now), literal(shop.who.staff_id)
    ).where(*_on_file(shop), Customer.id.in_(ids))
    columns = ["shop_id", "segment_id", "customer_id", "created_at", "created_by"]
    put = upsert(SegmentMember).from_select(columns, on_file).on_conflict_do_nothing()
    new = put.returning(SegmentMember.customer_id).cte("new")
    added = int(shop.scalar(select(func.count()).select_from(new)))
    if added:
        timeline.note(shop, "put on a list", "segment", segment_id, name=segment["name"], customers=added)
    return added


def take_off(shop: ShopSession, segment_id: UUID, customers: Sequence[UUID]) -> int:
    """Take customers off a list that people fill; return how many were on it. Raises as `put_on` does."""
    segment = _list(shop, segment_id)
    those = (SegmentMember.shop_id == shop.id, SegmentMember.segment_id == segment_id)
    taken = int(shop.execute(delete(SegmentMember).where(*those, SegmentMember.customer_id.in_(customers))).rowcount)
    if taken:
        timeline.note(shop, "taken off a list", "segment", segment_id, name=segment["name"], customers=taken)
    return taken


def _among_the_newest(shop: ShopSession, matches: ColumnElement[bool], most: int) -> Sequence[UUID]:
    """The first few who match, looked for among the NEWEST only. The last of these is looked up first: an index then
    begins and ends with them, where a join with them may read everybody."""
    on_file = select(Customer.id).where(*_on_file(shop)).order_by(Customer.id.desc())
    last = shop.scalar(on_file.offset(NEWEST - 1).limit(1))
    if last is None:  # there are not so many
        return []
    found: Sequence[UUID] = shop.execute(on_file.where(matches, Customer.id >= last).limit(most)).scalars().all()
    return found


def _among_all(shop: ShopSession, matches: ColumnElement[bool], most: int) -> tuple[int, Sequence[UUID]]:
    """How many match, and the first few: gathered unsorted, so that several processes of the server may look."""
    found = select(func.array_agg(Customer.id).label("ids")).where(*_on_file(shop), matches).subquery("found")
    one = func.unnest(found.c.ids).label("id")
    newest = select(one).order_by(one.desc()).limit(most).correlate(found).scalar_subquery()
    count, ids = shop.execute(select(func.coalesce(func.cardinality(found.c.ids), 0), func.array(newest))).one()
    return count, ids


def _how_many(shop: ShopSession, matches: ColumnElement[bool]) -> int:
    """A query of its own, in which the planner may turn a row about other tables into a join."""
    shop.run("segments/share_the_work")
    return int(shop.scalar(select(func.count()).select_from(Customer).where(*_on_file(shop), matches)))


def _all_of(shop: ShopSession) -> int:
    """How many are on file: from the rollups, or counted for who sees their own only."""
    if shop.who.sees_own_only:
        return _how_many(shop, true())
    return int(shop.row("customers/counts")["people"])


def _condition(shop: ShopSession, segment: Mapping[Any, Any]) -> ColumnElement[bool]:
    if segment["kind"] == DYNAMIC:
        try:
            return rules.condition(shop, segment["rule"])
        except BadInput as fault:
            raise BadInput("segment", f"“{segment['name']}” can't be read any more. {fault}") from fault
    members = select(SegmentMember.customer_id).where(
        SegmentMember.shop_id == shop.id,
        SegmentMember.segment_id == segment["id"],
        SegmentMember.customer_id == Customer.id,
    )
    return members.correlate(Customer).exists()


def _on_file(shop: ShopSession) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Customer.shop_id == shop.id, Customer.hidden_at.is_(None)


def _checked(shop: ShopSession, given: NewSegment) -> dict[str, Any]:
    name = texts.one_line("name", "The name of a segment", given.name, 100)
    if name is None:
        raise BadInput("name", "Give the segment a name.")
    description = texts.one_line("description", "The description", given.description, 300)
    rule = None if given.rule is None else rules.checked(shop, given.rule)
    return {"name": name, "description": description, "rule": rule}


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """A list has no rule at all, which JSON's own null is not."""
    return {**values, "rule": null() if values["rule"] is None else values["rule"]}


def _stamps(shop: ShopSession, *, is_new: bool = False) -> dict[str, Any]:
    stamps = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    return stamps | ({"created_at": shop.now, "created_by": shop.who.staff_id} if is_new else {})


@contextmanager
def _name_once(shop: ShopSession, name: str) -> Iterator[None]:
    try:
        with shop.connection.begin_nested():
            yield
    except IntegrityError as error:
        if broken_constraint(error).startswith("segments_name_once"):
            raise BadInput("name", f"There is a segment “{name}” already. Choose another name.") from error
        raise


def _list(shop: ShopSession, segment_id: UUID) -> RowMapping:
    shop.who.must("manage segments")
    segment = _locked(shop, segment_id)
    if segment["kind"] != STATIC:
        raise BadInput(
            "segment", f"“{segment['name']}” is told by its rule. Change the rule, or make a list of its own."
        )
    return segment


def _locked(shop: ShopSession, segment_id: UUID) -> RowMapping:
    query = select(Segment).where(Segment.shop_id == shop.id, Segment.id == segment_id).with_for_update()
    return _found(shop.execute(query).mappings().one_or_none())


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFound("This segment is not there any more. Somebody removed it meanwhile.")
    return row
