"""The people of a company: who they are to it, how to reach them, who comes first, and who has left.

A company is found by the names, numbers and addresses of its people as well. One person of each company is primary:
the first at the beginning, and whoever remains when that one leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, update

from crmcore import customers, texts, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.messages.consent import CHANNELS
from crmcore.models import ContactPerson, Email, Interaction, Opportunity, Phone
from crmcore.phones import normalise

ROLES = {
    "decision_maker": "Decision maker",
    "stakeholder": "Stakeholder",
    "champion": "Champion",
    "user": "User",
    "billing": "Billing",
    "technical": "Technical",
    "other": "Other",
}
PHONE_KINDS = {"mobile": "Mobile", "office": "Office", "home": "Home", "other": "Other"}
EMAIL_KINDS = {"work": "Work", "personal": "Personal", "other": "Other"}
FIELDS = {
    "name": "Name",
    "job_title": "Job title",
    "role": "Role",
    "preferred_channel": "Likes to be reached by",
    "notes": "Notes",
}
MOST = 20  # numbers, or addresses, of one person


@dataclass(frozen=True)
class NewPhone:
    """A number as typed. `kind`: a key of PHONE_KINDS. Without any primary the first of a person's is."""

    number: str
    kind: str = "mobile"
    is_primary: bool = False
    is_verified: bool = False


@dataclass(frozen=True)
class NewEmail:
    """An address as typed. `kind`: a key of EMAIL_KINDS. Without any primary the first of a person's is."""

    address: str
    kind: str = "work"
    is_primary: bool = False
    is_verified: bool = False


@dataclass(frozen=True)
class NewPerson:
    """A person of a company. `role`: a key of ROLES. `preferred_channel`: a key of consent.CHANNELS.

    `is_primary`: whom to turn to first, in place of whoever it was; the first person of a company always is.
    `id`: made by a form, so that pressing twice adds once.
    """

    name: str
    job_title: str | None = None
    role: str | None = None
    preferred_channel: str | None = None
    notes: str | None = None
    is_primary: bool = False
    phones: Sequence[NewPhone] = field(default=())
    emails: Sequence[NewEmail] = field(default=())
    id: UUID | None = None


def add(shop: ShopSession, customer_id: UUID, new: NewPerson) -> UUID:
    """Put a person of a company on file; return their id.

    Raises NotFound, and BadInput naming the first field that can't be used.
    """
    shop.who.must("edit customers")
    customers.on_file(shop, customer_id, lock=True)  # whoever adds another one at once is waited for
    values = _checked(asdict(new))
    numbers, addresses = _phones(shop, new.phones), _emails(new.emails)
    person_id = new.id or new_id()
    if new.id is not None and shop.scalar(select(ContactPerson.id).where(*_this(shop, new.id))) is not None:
        return new.id
    is_primary = new.is_primary or _primary_of(shop, customer_id) is None
    if is_primary:
        _nobody_is_primary(shop, customer_id)
    row = {**values, "shop_id": shop.id, "id": person_id, "customer_id": customer_id, "is_primary": is_primary}
    stamps = {"created_at": shop.now, "created_by": shop.who.staff_id}
    shop.execute(insert(ContactPerson).values(**row, **stamps, updated_at=shop.now, updated_by=shop.who.staff_id))
    _write(shop, Phone, person_id, numbers)
    _write(shop, Email, person_id, addresses)
    _found_by_name(shop, customer_id)
    timeline.note(
        shop, "person added", "person", person_id, customer_id=customer_id, name=values["name"], role=values["role"]
    )
    return person_id


def change(shop: ShopSession, person_id: UUID, to: NewPerson, *, seen_at: datetime | None = None) -> None:
    """Make a person what `to` says: their fields, numbers and addresses; `is_primary` only makes them primary.

    `seen_at`: the `updated_at` the editor saw; if somebody saved in between, raises Conflict. Raises NotFound, and
    BadInput as `add` does.
    """
    before = _locked(shop, person_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this person meanwhile. Look at what it says now, then save again.")
    values = _checked(asdict(to))
    known = get(shop, person_id)
    numbers, addresses = _phones(shop, to.phones), _emails(to.emails)
    after = {**values, "phones": _told(numbers, "number"), "emails": _told(addresses, "address")}
    was = {**before, "phones": _told(known["phones"], "number"), "emails": _told(known["emails"], "address")}
    changed = timeline.changes(was, after)
    is_marked_anew = _marks(numbers, "number") != _marks(known["phones"], "number")
    is_marked_anew |= _marks(addresses, "address") != _marks(known["emails"], "address")
    if changed["after"] or is_marked_anew:
        _save(shop, person_id, values)
        _rewrite(shop, Phone, person_id, numbers, "number")
        _rewrite(shop, Email, person_id, addresses, "address")
        if "name" in changed["after"]:
            _found_by_name(shop, before["customer_id"])
        told = {"name": before["name"], **changed}
        timeline.note(shop, "person changed", "person", person_id, customer_id=before["customer_id"], **told)
    if to.is_primary and not before["is_primary"]:
        make_primary(shop, person_id)


def make_primary(shop: ShopSession, person_id: UUID) -> None:
    """Turn to this person first from now on. Raises NotFound, and BadInput for one who left."""
    person = _locked(shop, person_id)
    if person["left_on"] is not None:
        raise BadInput("is_primary", f"{person['name']} has left. Bring them back first, or choose somebody else.")
    if person["is_primary"]:
        return
    _nobody_is_primary(shop, person["customer_id"])
    _save(shop, person_id, {"is_primary": True})
    of = {"customer_id": person["customer_id"], "name": person["name"]}
    timeline.note(shop, "person made primary", "person", person_id, **of)


def leave(shop: ShopSession, person_id: UUID, on: date | None = None) -> None:
    """They work there no more, since `on` (default today). Their history stays; who remains becomes primary.

    Raises NotFound, and BadInput for a day to come.
    """
    person = _locked(shop, person_id)
    day = on or shop.today
    if day > shop.today:
        raise BadInput("left_on", "A day to come is too early to say that somebody left. Choose today or before.")
    _save(shop, person_id, {"left_on": day, "is_primary": False})
    if person["is_primary"]:
        _let_somebody_be_primary(shop, person["customer_id"])
    _found_by_name(shop, person["customer_id"])
    of = {"customer_id": person["customer_id"], "name": person["name"]}
    timeline.note(shop, "person left", "person", person_id, **of, left_on=day)


def come_back(shop: ShopSession, person_id: UUID) -> None:
    """They work there after all. Raises NotFound."""
    person = _locked(shop, person_id)
    if person["left_on"] is None:
        return
    is_first = _primary_of(shop, person["customer_id"]) is None
    _save(shop, person_id, {"left_on": None, "is_primary": is_first})
    _found_by_name(shop, person["customer_id"])
    of = {"customer_id": person["customer_id"], "name": person["name"]}
    timeline.note(shop, "person came back", "person", person_id, **of)


def remove(shop: ShopSession, person_id: UUID) -> None:
    """Delete somebody who was put on file by mistake.

    Raises NotFound, and BadInput for somebody with a history: say that they left instead.
    """
    person = _locked(shop, person_id)
    for table in (Interaction, Opportunity):
        has_history = select(table.id).where(table.shop_id == shop.id, table.contact_person_id == person_id).limit(1)
        if shop.scalar(has_history) is not None:
            raise BadInput("person", f"{person['name']} has a history with you. Say that they left instead.")
    shop.execute(delete(ContactPerson).where(*_this(shop, person_id)))
    if person["is_primary"]:
        _let_somebody_be_primary(shop, person["customer_id"])
    _found_by_name(shop, person["customer_id"])
    of = {"customer_id": person["customer_id"], "name": person["name"]}
    timeline.note(shop, "person removed", "person", person_id, **of)


def of_customer(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """The people of a company, the primary one first and those who left last.

    Beside the columns of contact_people: `phones` (number, kind, is_primary, is_verified), `emails` (address, ...), the
    primary first, and `last_talk_on`.
    """
    shop.who.must("see customers")
    return shop.rows("contact_people/of_customer", customer_id=customer_id, person_id=None)


def get(shop: ShopSession, person_id: UUID) -> RowMapping:
    """One person, as in `of_customer`. Raises NotFound."""
    shop.who.must("see customers")
    customer_id = shop.scalar(select(ContactPerson.customer_id).where(*_this(shop, person_id)))
    found = shop.rows("contact_people/of_customer", customer_id=customer_id, person_id=person_id)
    if not found:
        raise NotFound("This person is not on file any more.")
    return found[0]


def whose(shop: ShopSession, phone: str | None = None, email: str | None = None) -> list[RowMapping]:
    """Whose number (as typed) or e-mail address this is: contact_person_id, name, customer_id, customer_name.

    Those who left and those of hidden companies are left out. Raises BadInput for what is no number or address.
    """
    shop.who.must("see customers")
    number = normalise(phone, shop.shop.region).e164 if phone else None
    return shop.rows("contact_people/whose", phone=number, email=texts.email_address("email", email))


def name_of(shop: ShopSession, person_id: UUID | str) -> str:
    """A person's name, to be told in a sentence; of one who was removed that there was one."""
    query = select(ContactPerson.name).where(ContactPerson.shop_id == shop.id, ContactPerson.id == person_id)
    return shop.scalar(query) or "someone removed since"


def must_be_of(shop: ShopSession, person_id: UUID, customer_id: UUID | None) -> None:
    """Raise BadInput unless this person is one of that company's."""
    of = shop.scalar(select(ContactPerson.customer_id).where(*_this(shop, person_id)))
    if of is None or of != customer_id:
        raise BadInput("contact_person_id", "This person is not one of this company's. Choose another, or nobody.")


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a person as they are stored."""
    values: dict[str, Any] = {
        "name": texts.one_line("name", "A name", given["name"], 300),
        "job_title": texts.one_line("job_title", "A job title", given["job_title"], 200),
        "role": given["role"] or None,
        "preferred_channel": given["preferred_channel"] or None,
        "notes": texts.paragraph("notes", "Notes", given["notes"]),
    }
    if values["name"] is None:
        raise BadInput("name", "Write the person's name.")
    _check_choice("role", values["role"], ROLES)
    _check_choice("preferred_channel", values["preferred_channel"], CHANNELS)
    return values


def _check_choice(field_: str, value: str | None, known: Mapping[str, str]) -> None:
    if value is not None and value not in known:
        raise BadInput(field_, f"“{value}” is not known here. Use one of: {', '.join(known)}.")


def _phones(shop: ShopSession, given: Sequence[NewPhone]) -> list[dict[str, Any]]:
    rows = []
    for one in given:
        number = normalise(one.number, shop.shop.region)
        _check_choice("phones", one.kind, PHONE_KINDS)
        rows.append({"number": number.e164, "number_typed": number.typed, **_kept(one)})
    return _one_primary("phones", "number", rows)


def _emails(given: Sequence[NewEmail]) -> list[dict[str, Any]]:
    rows = []
    for one in given:
        address = texts.email_address("emails", one.address)
        if address is None:
            raise BadInput("emails", "Write the e-mail address, or take its row out.")
        _check_choice("emails", one.kind, EMAIL_KINDS)
        rows.append({"address": address, **_kept(one)})
    return _one_primary("emails", "address", rows)


def _kept(one: NewPhone | NewEmail) -> dict[str, Any]:
    return {"kind": one.kind, "is_primary": one.is_primary, "is_verified": one.is_verified}


def _one_primary(field_: str, key: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with exactly one primary among them. Raises BadInput for two, for one twice, and for very many."""
    if len(rows) > MOST:
        raise BadInput(field_, f"One person may have {MOST} of these; there are {len(rows)}.")
    if twice := next((row[key] for row in rows if [one[key] for one in rows].count(row[key]) > 1), None):
        raise BadInput(field_, f"{twice} is there twice. Take one of them out.")
    if sum(row["is_primary"] for row in rows) > 1:
        raise BadInput(field_, "Only one can be the primary one. Choose which.")
    if rows and not any(row["is_primary"] for row in rows):
        rows[0]["is_primary"] = True
    return rows


def _told(rows: Iterable[Mapping[Any, Any]], key: str) -> list[str]:
    return sorted(row[key] for row in rows)


def _marks(rows: Iterable[Mapping[Any, Any]], key: str) -> set[tuple[Any, ...]]:
    return {(row[key], row["kind"], row["is_primary"], row["is_verified"]) for row in rows}


def _write(
    shop: ShopSession, table: type[Phone] | type[Email], person_id: UUID, rows: Sequence[Mapping[str, Any]],
    verified: Mapping[str, datetime] | None = None,
) -> None:  # fmt: skip
    """`verified`: when those that were on file before were verified."""
    key = "number" if table is Phone else "address"
    for row in rows:
        at = (verified or {}).get(row[key]) or shop.now
        values = {name: value for name, value in row.items() if name != "is_verified"}
        shop.execute(
            insert(table).values(
                **values,
                shop_id=shop.id,
                id=new_id(),
                contact_person_id=person_id,
                verified_at=at if row["is_verified"] else None,
                created_at=shop.now,
                created_by=shop.who.staff_id,
            )
        )


def _rewrite(
    shop: ShopSession,
    table: type[Phone] | type[Email],
    person_id: UUID,
    rows: Sequence[Mapping[str, Any]],
    key: str,
) -> None:
    of_person = (table.shop_id == shop.id, table.contact_person_id == person_id)
    query = select(getattr(table, key), table.verified_at).where(*of_person, table.verified_at.is_not(None))
    verified = dict(shop.execute(query).all())
    shop.execute(delete(table).where(*of_person))
    _write(shop, table, person_id, rows, verified)


def _save(shop: ShopSession, person_id: UUID, values: Mapping[str, Any]) -> None:
    stamps = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    shop.execute(update(ContactPerson).where(*_this(shop, person_id)).values(**values, **stamps))


def _primary_of(shop: ShopSession, customer_id: UUID) -> UUID | None:
    found: UUID | None = shop.scalar(
        select(ContactPerson.id).where(
            ContactPerson.shop_id == shop.id, ContactPerson.customer_id == customer_id, ContactPerson.is_primary
        )
    )
    return found


def _nobody_is_primary(shop: ShopSession, customer_id: UUID) -> None:
    """One statement takes it from whoever has it, so that the next can give it: the index allows one."""
    of_company = (ContactPerson.shop_id == shop.id, ContactPerson.customer_id == customer_id, ContactPerson.is_primary)
    shop.execute(update(ContactPerson).where(*of_company).values(is_primary=False))


def _let_somebody_be_primary(shop: ShopSession, customer_id: UUID) -> None:
    """Whoever is on file longest of those who remain."""
    those = (ContactPerson.shop_id == shop.id, ContactPerson.customer_id == customer_id)
    query = select(ContactPerson.id).where(*those, ContactPerson.left_on.is_(None)).order_by(ContactPerson.id).limit(1)
    next_one = shop.scalar(query)
    if next_one is not None:
        _save(shop, next_one, {"is_primary": True})


def _found_by_name(shop: ShopSession, customer_id: UUID) -> None:
    """The company is found by the names of its people."""
    customers.write_words(shop, [(customer_id, customers.get(shop, customer_id)["name"])])


def _this(shop: ShopSession, person_id: UUID) -> tuple[Any, Any]:
    return ContactPerson.shop_id == shop.id, ContactPerson.id == person_id


def _locked(shop: ShopSession, person_id: UUID) -> RowMapping:
    """The person, with their company, so that two people can't make two primary at once."""
    shop.who.must("edit customers")
    customer_id = shop.scalar(select(ContactPerson.customer_id).where(*_this(shop, person_id)))
    if customer_id is not None:
        customers.on_file(shop, customer_id, lock=True)
    row = shop.execute(select(ContactPerson).where(*_this(shop, person_id))).mappings().one_or_none()
    if row is None:
        raise NotFound("This person is not on file any more.")
    return row
