"""Notes about customers, leads and deals: what the team should know, pinned when it matters, naming with @ for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import notifications, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.mentions import mentioned
from crmcore.models import Customer, Lead, Membership, Note, Opportunity
from crmcore.subjects import columns_of, where_it_is_read, whom
from crmcore.texts import paragraph

KINDS = {"general": "Note", "preference": "Preference", "complaint": "Complaint", "important": "Important"}
LONGEST = 10_000
PAGE_SIZE = 20
_IMPORTANT = {"complaint", "important"}
_QUOTED = 200  # characters of a note in the words to whom it names


@dataclass(frozen=True)
class NewNote:
    """A note. `kind`: a key of KINDS. `mentions`: people chosen from a list, beside those the text names with @.

    `id`: made by a form, so that pressing twice adds once.
    """

    body: str
    kind: str = "general"
    is_pinned: bool = False
    mentions: Sequence[UUID] = ()
    id: UUID | None = None

    def checked(self) -> "NewNote":
        """The same with its text tidied; raises BadInput naming the first field that can't be used."""
        if self.kind not in KINDS:
            raise BadInput("kind", f"“{self.kind}” is not a kind of note. Use one of: {', '.join(KINDS)}.")
        body = paragraph("body", "A note", self.body, LONGEST)
        if body is None:
            raise BadInput("body", "Write the note first.")
        return replace(self, body=body)


def add(shop: ShopSession, customer_id: UUID, new: NewNote) -> UUID:
    """Add a note about a customer and tell the people it names; return its id.

    Raises BadInput, and NotFound when the customer is not on file.
    """
    return _add(shop, new, customer_id=customer_id)


def add_to_lead(shop: ShopSession, lead_id: UUID, new: NewNote) -> UUID:
    """Add a note about a lead; as `add`."""
    return _add(shop, new, lead_id=lead_id)


def add_to_opportunity(shop: ShopSession, opportunity_id: UUID, new: NewNote) -> UUID:
    """Add a note about a deal; as `add`."""
    return _add(shop, new, opportunity_id=opportunity_id)


def change(shop: ShopSession, note_id: UUID, to: NewNote, *, seen_at: datetime | None = None) -> None:
    """Change a note: text, kind, pin and whom it names. Who is newly named is told, who was named before is not.

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises BadInput, NotFound, and NotAllowed for what somebody else wrote.
    """
    before = _locked(shop, note_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this note meanwhile. Look at what it says now, then save again.")
    to = to.checked()
    named = mentioned(shop, to.body, to.mentions, before=before["mentioned"])
    values = {"kind": to.kind, "body": to.body, "is_pinned": to.is_pinned, "mentioned": named}
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    _write(shop, note_id, values)
    new_names = [staff_id for staff_id in named if staff_id not in before["mentioned"]]
    _tell(shop, new_names, note_id, to.body, whom(before))
    _on_the_timeline(shop, "note changed", before, **changed)


def pin(shop: ShopSession, note_id: UUID) -> None:
    """Keep a note on top of the customer's page. Everybody may; a pinned one stays so. Raises NotFound."""
    _set_pinned(shop, note_id, is_pinned=True)


def unpin(shop: ShopSession, note_id: UUID) -> None:
    """Take a note from the top of the page; it stays among the notes. Raises NotFound."""
    _set_pinned(shop, note_id, is_pinned=False)


def remove(shop: ShopSession, note_id: UUID) -> None:
    """Delete a note. Raises NotFound, and NotAllowed for what somebody else wrote."""
    before = _locked(shop, note_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    shop.execute(delete(Note).where(Note.shop_id == shop.id, Note.id == note_id))
    _on_the_timeline(shop, "note removed", before, body=before["body"])


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """The notes about a customer, with `written_by`: pinned ones first, then the newest."""
    shop.who.must("see customers")
    query = _notes(shop).where(Note.customer_id == customer_id).order_by(Note.is_pinned.desc(), Note.id.desc())
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def of_lead(shop: ShopSession, lead_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """The notes about a lead; as `of_customer`."""
    return _about(shop, Note.lead_id == lead_id, limit, offset)


def of_opportunity(
    shop: ShopSession, opportunity_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0
) -> list[RowMapping]:
    """The notes about a deal; as `of_customer`."""
    return _about(shop, Note.opportunity_id == opportunity_id, limit, offset)


def pinned(shop: ShopSession, customer_id: UUID, *, limit: int = 5) -> list[RowMapping]:
    """The pinned notes about a customer, with `written_by`, newest first."""
    shop.who.must("see customers")
    query = _notes(shop).where(Note.customer_id == customer_id, Note.is_pinned).order_by(Note.id.desc())
    return list(shop.execute(query.limit(limit)).mappings())


def _about(shop: ShopSession, which: ColumnElement[bool], limit: int, offset: int) -> list[RowMapping]:
    shop.who.must("see leads")
    query = _notes(shop).where(which).order_by(Note.is_pinned.desc(), Note.id.desc())
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def _add(shop: ShopSession, new: NewNote, **about: UUID) -> UUID:
    shop.who.must("log interactions")
    new = new.checked()
    subject = columns_of(shop, **about)
    named = mentioned(shop, new.body, new.mentions)
    note_id = shop.scalar(
        upsert(Note)
        .values(
            shop_id=shop.id,
            id=new.id or new_id(),
            **subject,
            kind=new.kind,
            body=new.body,
            is_pinned=new.is_pinned,
            mentioned=named,
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Note.id)
    )
    if note_id is None:
        assert new.id is not None  # only an id that was given can be there already
        return new.id
    _tell(shop, named, note_id, new.body, subject)
    important = new.kind in _IMPORTANT
    said: dict[str, Any] = {**subject, "kind": new.kind, "body": new.body, "pinned": new.is_pinned}
    timeline.note(shop, "note added", "note", note_id, important=important, **said)
    return UUID(str(note_id))


def _notes(shop: ShopSession) -> Select[Any]:
    return (
        select(*Note.__table__.columns, Membership.name.label("written_by"))
        .outerjoin(Membership, (Membership.shop_id == Note.shop_id) & (Membership.staff_id == Note.created_by))
        .where(Note.shop_id == shop.id)
    )


def _set_pinned(shop: ShopSession, note_id: UUID, *, is_pinned: bool) -> None:
    before = _locked(shop, note_id)
    if before["is_pinned"] == is_pinned:
        return
    _write(shop, note_id, {"is_pinned": is_pinned})
    _on_the_timeline(shop, "note pinned" if is_pinned else "note unpinned", before, body=before["body"])


def _tell(shop: ShopSession, named: Sequence[UUID], note_id: UUID, body: str, about: dict[str, Any]) -> None:
    """Tell each of them that a note names them."""
    if not named:
        return
    told = f"About {_called(shop, about)}: {notifications.shortened(' '.join(body.split()), _QUOTED)}"
    where: dict[str, Any] = {"subject": "note", "subject_id": note_id} | where_it_is_read(about)
    for staff_id in named:
        notifications.tell(shop, staff_id, "mentioned", told, **where)


def _called(shop: ShopSession, about: dict[str, Any]) -> str:
    """What whom it is about goes by."""
    if about.get("opportunity_id"):
        one = about["opportunity_id"]
        query = select(Opportunity.name).where(Opportunity.shop_id == shop.id, Opportunity.id == one)
    elif about.get("lead_id"):
        called = func.coalesce(Lead.name, Lead.company, Lead.phone, Lead.email, Lead.ref)
        query = select(called).where(Lead.shop_id == shop.id, Lead.id == about["lead_id"])
    else:
        called = func.coalesce(Customer.name, Customer.phone, Customer.external_ref)
        query = select(called).where(Customer.shop_id == shop.id, Customer.id == about["customer_id"])
    return str(shop.scalar(query))


def _write(shop: ShopSession, note_id: UUID, values: dict[str, Any]) -> None:
    shop.execute(
        update(Note)
        .where(Note.shop_id == shop.id, Note.id == note_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )


def _on_the_timeline(shop: ShopSession, what: str, note: RowMapping, **detail: Any) -> None:
    timeline.note(shop, what, "note", note["id"], **whom(note), kind=note["kind"], **detail)


def _locked(shop: ShopSession, note_id: UUID) -> RowMapping:
    shop.who.must("log interactions")
    query = select(Note).where(Note.shop_id == shop.id, Note.id == note_id).with_for_update(key_share=True)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This note is not on file any more.")
    return row
