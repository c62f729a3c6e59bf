"""What was said with customers, contacts and leads: calls, messages, mails, meetings; what came of it and what is next.

Eight kinds make one history (`of_customer`), and each is written where its rules are: calls, messages, mails and
meetings here; visits by Record visit, notes as notes, tasks as follow-ups. A contact is no customer yet: that they came
by is written down here too. Talk about a deal is with its customer.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import contact_people, counters, follow_ups, people, timeline
from crmcore.books import check_moment, local_day
from crmcore.contacts.changing import touched
from crmcore.contacts.reading import on_file as contact_on_file
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.leads import changing as leads_changing
from crmcore.models import Attachment, FollowUp, Interaction, Membership
from crmcore.phones import LANDLINE, display
from crmcore.subjects import columns_of, whom
from crmcore.texts import one_line, paragraph

TALK = {"call": "Call", "whatsapp": "WhatsApp", "sms": "SMS", "email": "E-mail", "meeting": "Meeting"}
KINDS = {**TALK, "visit": "Visit", "note": "Note", "task": "Task"}
DIRECTIONS = {"out": "We reached out", "in": "They reached out"}
SENTIMENTS = {"positive": "Positive", "neutral": "Neutral", "negative": "Negative"}
WITH_CONTACTS = {**TALK, "visit": "Visit"}
OUTCOMES = ("Reached", "No answer", "Call back later", "Will come by", "Wants to think", "Not interested")

_TITLES = {
    ("call", "out"): "Called",
    ("call", "in"): "They called",
    ("whatsapp", "out"): "WhatsApp sent",
    ("whatsapp", "in"): "WhatsApp received",
    ("sms", "out"): "SMS sent",
    ("sms", "in"): "SMS received",
    ("email", "out"): "E-mail sent",
    ("email", "in"): "E-mail received",
    ("visit", ""): "Came by",
    ("visit", "in"): "Came by",
    ("visit", "out"): "Visited them",
}

PAGE_SIZE = 20
FIELDS = {
    "kind": "Kind",
    "direction": "Who reached out",
    "happened_at": "When",
    "handled_by": "Handled by",
    "subject": "About",
    "notes": "What was said",
    "outcome": "Outcome",
    "sentiment": "Mood",
    "minutes": "Minutes",
    "next_step": "Next step",
    "contact_person_id": "With",
}
_FIELDS_OF_NEXT_STEP = {"about": "next_step", "due_on": "next_step_on", "assigned_to": "next_step_by"}
_TEXTED = ("whatsapp", "sms")
_WRITTEN_ELSEWHERE = {
    "visit": "A visit is written down with Record visit, so that it counts as one.",
    "note": "Add a note instead: it can be pinned and name colleagues.",
    "task": "Add a follow-up instead: a task needs a day and a person.",
}


@dataclass(frozen=True)
class NewInteraction:
    """Something that was said. With whom: `customer_id`, `contact_id`, `lead_id`, or the customer of `opportunity_id`.
    `kind`: a key of TALK, with a contact of WITH_CONTACTS.

    `direction`: out (we reached out) or in. `happened_at`: aware, default now. `handled_by`: default whoever is signed
    in. `next_step` with `next_step_on` makes a follow-up for `next_step_by`: default `handled_by`, None whoever comes
    first. `contact_person_id`: with whom of a company that is the customer.
    `message_id`: an e-mail's own name for itself: the same mail is recorded once.
    `id`: made by a form, so that pressing twice records once.
    """

    kind: str
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    direction: str | None = None
    happened_at: datetime | None = None
    handled_by: UUID | None = None
    subject: str | None = None
    notes: str | None = None
    outcome: str | None = None
    sentiment: str | None = None
    minutes: int | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    next_step_by: UUID | None = follow_ups.KEEP
    contact_person_id: UUID | None = None
    id: UUID | None = None
    lead_id: UUID | None = None
    opportunity_id: UUID | None = None
    message_id: str | None = None

    def checked(self, shop: ShopSession) -> "NewInteraction":
        """The same with its texts tidied; raises BadInput naming the first field that can't be used."""
        known = TALK if self.contact_id is None else WITH_CONTACTS
        if self.kind in _WRITTEN_ELSEWHERE and self.kind not in known:
            raise BadInput("kind", _WRITTEN_ELSEWHERE[self.kind])
        _check_choice("kind", self.kind, known)
        _check_choice("direction", self.direction, DIRECTIONS)
        _check_choice("sentiment", self.sentiment, SENTIMENTS)
        if self.happened_at is not None:
            check_moment(shop, "happened_at", "This", self.happened_at)
            if self.happened_at > shop.now:
                raise BadInput("happened_at", "This can't lie in the future. Choose a time that has been.")
        if self.minutes is not None and not 0 <= self.minutes <= 1440:
            raise BadInput("minutes", f"{self.minutes:,} minutes can't be right: use 0 to 1,440.")
        new = replace(
            self,
            happened_at=self.happened_at or shop.now,
            subject=one_line("subject", "The subject", self.subject, 200),
            notes=paragraph("notes", "What was said", self.notes, 10_000),
            outcome=one_line("outcome", "The outcome", self.outcome, 200),
            next_step=one_line("next_step", "The next step", self.next_step, 1000),
        )
        if new.next_step_on is not None and new.next_step is None:
            raise BadInput("next_step", "Say what the next step is, or leave its day empty.")
        return new


def record(shop: ShopSession, new: NewInteraction) -> UUID:
    """Write down what was said; return its id. A lead stays a lead: talking is neither a visit nor a purchase.

    A pending contact, and a new lead, is a contacted one from the first on. Raises BadInput, and NotFound when whom it
    was with is not on file.
    """
    shop.who.must("log interactions")
    new = new.checked(shop)
    new = replace(new, handled_by=new.handled_by or shop.who.staff_id)
    if new.handled_by is not None:
        people.must_be_active(shop, new.handled_by, "handled_by")
    subject = _with_whom(shop, new)
    interaction_id = shop.scalar(
        upsert(Interaction)
        .values(
            shop_id=shop.id,
            id=new.id or new_id(),
            **subject,
            **_columns(shop, new),
            message_id=new.message_id,
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Interaction.id)
    )
    if interaction_id is None:
        return _recorded_before(shop, new)
    if new.contact_id is not None:
        touched(shop, new.contact_id)
    if new.lead_id is not None:
        leads_changing.touched(shop, new.lead_id)
    untold = {"id", "message_id", "next_step_by", *subject}
    said = {key: value for key, value in asdict(new).items() if value is not None and key not in untold}
    timeline.note(
        shop,
        "interaction recorded",
        "interaction",
        interaction_id,
        **subject,
        important=new.sentiment == "negative",
        **said,
    )
    if new.next_step_on is not None:
        _plan_next_step(shop, new, interaction_id)
    counters.recount_talk(shop, [subject.get("customer_id")])
    return interaction_id


def change(
    shop: ShopSession, interaction_id: UUID, fields: Mapping[str, Any], *, seen_at: datetime | None = None
) -> None:
    """Change what is given in `fields` (keys of FIELDS). A follow-up that was made of its next step stays as it is.

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises BadInput, NotFound, and NotAllowed for what somebody else wrote.
    """
    before = _locked(shop, interaction_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this meanwhile. Look at what it says now, then save again.")
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"An interaction has no field “{min(unknown)}”.")
    kept = {field: before[field] for field in FIELDS} | {"contact_id": before["contact_id"]}
    to = NewInteraction(**kept | dict(fields)).checked(shop)
    if to.contact_person_id is not None and to.contact_person_id != before["contact_person_id"]:
        contact_people.must_be_of(shop, to.contact_person_id, before["customer_id"])
    if to.handled_by is not None and to.handled_by != before["handled_by"]:
        people.must_be_active(shop, to.handled_by, "handled_by")
    values = _columns(shop, to)
    changed = timeline.changes(dict(before), {field: values[field] for field in FIELDS})
    if not changed["after"]:
        return
    shop.execute(
        update(Interaction)
        .where(*_this(shop, interaction_id))
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )
    if before["contact_id"] is not None:
        touched(shop, before["contact_id"])
    about: dict[str, Any] = {"kind": before["kind"], **whom(before)}
    timeline.note(shop, "interaction changed", "interaction", interaction_id, **about, **changed)
    counters.recount_talk(shop, [before["customer_id"]])


def remove(shop: ShopSession, interaction_id: UUID) -> None:
    """Take an interaction out of the history; files and follow-ups that came of it stay with the customer.

    Raises NotFound, and NotAllowed for what somebody else wrote.
    """
    before = _locked(shop, interaction_id)
    shop.who.must_be_allowed_to_change(before["created_by"])
    for table in (FollowUp, Attachment):
        came_of_it = (table.shop_id == shop.id, table.interaction_id == interaction_id)
        shop.execute(update(table).where(*came_of_it).values(interaction_id=None))
    shop.execute(delete(Interaction).where(*_this(shop, interaction_id)))
    if before["contact_id"] is not None:
        touched(shop, before["contact_id"])
    said = {field: before[field] for field in FIELDS if before[field] is not None}
    timeline.note(shop, "interaction removed", "interaction", interaction_id, **whom(before), **said)
    counters.recount_talk(shop, [before["customer_id"]])


def get(shop: ShopSession, interaction_id: UUID) -> RowMapping:
    """One interaction. Raises NotFound."""
    shop.who.must("see customers")
    return _found(shop.execute(select(Interaction).where(*_this(shop, interaction_id))).mappings().one_or_none())


def of_customer(
    shop: ShopSession, customer_id: UUID, *, kind: str | None = None, limit: int = PAGE_SIZE, offset: int = 0
) -> list[RowMapping]:
    """The history with a customer, newest first, all KINDS in one or a single `kind`.

    Columns: id, kind, at, subject, notes, outcome, sentiment, direction, minutes, next_step, handled_by,
    handled_by_name, created_by, updated_at, and the names of its files.
    """
    shop.who.must("see customers")
    _check_choice("kind", kind, KINDS)
    return shop.rows("talk/history", customer_id=customer_id, kind=kind, most=limit, skipped=offset)


def of_contact(shop: ShopSession, contact_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """The history with a contact, newest first: the columns of an interaction, `at`, and handled_by_name."""
    shop.who.must("see contacts")
    return _history(shop, Interaction.contact_id == contact_id, limit, offset)


def of_lead(shop: ShopSession, lead_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """The history with a lead, newest first, also from after it became a customer; as `of_contact`."""
    shop.who.must("see leads")
    return _history(shop, Interaction.lead_id == lead_id, limit, offset)


def of_opportunity(
    shop: ShopSession, opportunity_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0
) -> list[RowMapping]:
    """What was said about a deal, newest first; as `of_contact`."""
    shop.who.must("see leads")
    return _history(shop, Interaction.opportunity_id == opportunity_id, limit, offset)


def touches(shop: ShopSession, customer_id: UUID) -> tuple[datetime | None, datetime | None]:
    """When somebody of the shop was first and last in touch with a customer, by talk or by a visit."""
    shop.who.must("see customers")
    row = shop.row("talk/touches", customer_id=customer_id)
    return row["first_at"], row["last_at"]


def title(kind: str, direction: str | None, subject: str | None = None) -> str:
    """What was done, as people say it: "They called: the teal sofa"."""
    told = _TITLES.get((kind, direction or ""), KINDS.get(kind, kind.capitalize()))
    return f"{told}: {subject}" if subject else told


def _history(shop: ShopSession, which: ColumnElement[bool], limit: int, offset: int) -> list[RowMapping]:
    query = (
        select(Interaction, Interaction.happened_at.label("at"), Membership.name.label("handled_by_name"))
        .outerjoin(
            Membership,
            (Membership.shop_id == Interaction.shop_id) & (Membership.staff_id == Interaction.handled_by),
        )
        .where(Interaction.shop_id == shop.id, which)
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
    )
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def _recorded_before(shop: ShopSession, new: NewInteraction) -> UUID:
    """The id of what is there already: under the id that was given, or the same e-mail."""
    same = Interaction.id == new.id if new.message_id is None else Interaction.message_id == new.message_id
    found: UUID = shop.execute(select(Interaction.id).where(Interaction.shop_id == shop.id, same)).scalar_one()
    return found


def _check_choice(field: str, value: str | None, known: Mapping[str, str]) -> None:
    if value is not None and value not in known:
        raise BadInput(field, f"“{value}” is not known here. Use one of: {', '.join(known)}.")


def _with_whom(shop: ShopSession, new: NewInteraction) -> dict[str, UUID]:
    """The columns that say with whom it was. Raises BadInput when nobody is named, or a message went to a landline."""
    subject = columns_of(
        shop,
        customer_id=new.customer_id,
        contact_id=new.contact_id,
        lead_id=new.lead_id,
        opportunity_id=new.opportunity_id,
    )
    if not subject:
        raise BadInput("customer", "Choose whom you talked with.")
    if new.contact_id is not None and new.kind in _TEXTED:
        contact = contact_on_file(shop, new.contact_id)
        if contact["phone_kind"] == LANDLINE:
            number = display(contact["phone"], shop.shop.region)
            raise BadInput("kind", f"{number} is a landline, which takes no {TALK[new.kind]}. Log a call instead.")
    if new.contact_person_id is not None:
        contact_people.must_be_of(shop, new.contact_person_id, subject.get("customer_id"))
    return subject


def _columns(shop: ShopSession, new: NewInteraction) -> dict[str, Any]:
    assert new.happened_at is not None  # checked() filled it
    values = {field: getattr(new, field) for field in FIELDS}
    return values | {"happened_on": local_day(shop, new.happened_at)}


def _plan_next_step(shop: ShopSession, new: NewInteraction, interaction_id: UUID) -> None:
    """Make the follow-up of a next step. Raises BadInput for a day that is past, or who can't do it."""
    next_step = follow_ups.NewFollowUp(
        about=new.next_step or "",
        due_on=new.next_step_on,
        customer_id=new.customer_id,
        contact_id=new.contact_id,
        lead_id=new.lead_id,
        opportunity_id=new.opportunity_id,
        assigned_to=new.handled_by if new.next_step_by is follow_ups.KEEP else new.next_step_by,
        kind=follow_ups.NEXT_STEP,
        interaction_id=interaction_id,
    )
    try:
        follow_ups.create(shop, next_step)
    except BadInput as refused:
        raise BadInput(_FIELDS_OF_NEXT_STEP.get(refused.field, refused.field), str(refused)) from refused


def _this(shop: ShopSession, interaction_id: UUID) -> tuple[Any, Any]:
    return Interaction.shop_id == shop.id, Interaction.id == interaction_id


def _locked(shop: ShopSession, interaction_id: UUID) -> RowMapping:
    shop.who.must("log interactions")
    query = select(Interaction).where(*_this(shop, interaction_id)).with_for_update(key_share=True)
    row = _found(shop.execute(query).mappings().one_or_none())
    if row["contact_id"] is not None:
        contact_on_file(shop, row["contact_id"])
    return row


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise NotFound("This is not in the history any more.")
    return row
