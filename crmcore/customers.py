"""Customers: coming on file, being found again, changing, being hidden."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from crmcore import counters, people, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Customer, CustomerWord
from crmcore.phones import normalise

STATUSES = {"lead": "Lead", "active": "Active", "inactive": "Inactive"}

# What a person may fill in and change; everything else on a customer is kept by Regulars itself.
FIELDS = frozenset(
    "name phone external_ref email status source category rep_id gender birth_day birth_month birth_year language"
    " address floor city state postcode latitude longitude formatted_address company_name industry segment"
    " lifecycle_stage engagement_level preferred_network notes custom".split()
)


def create(shop: ShopSession, fields: Mapping[str, Any]) -> UUID:
    """Put a customer on file; return the id. `fields`: keys of FIELDS, the phone as typed.

    Raises BadInput for a field that can't be used, or when the phone or reference belongs to a customer already.
    """
    shop.who.must("edit customers")
    values = _checked(shop, fields)
    if not (values.get("name") or values.get("phone") or values.get("external_ref")):
        raise BadInput("name", "Give a name or a phone number: one of them is needed.")
    customer_id = _insert(shop, values)
    if customer_id is None:
        _say_who_has_it(shop, values)
    return customer_id


def find_or_create(shop: ShopSession, fields: Mapping[str, Any]) -> tuple[UUID, bool]:
    """The customer with this phone, else reference, else e-mail; created when there is none: (id, was created).

    One row whatever two tills do at once. Somebody found gets the name or e-mail they lacked, nothing else changes.
    """
    shop.who.must("edit customers")
    values = _checked(shop, fields)
    found = _find(shop, values)
    if found is None:
        if not (values.get("phone") or values.get("external_ref") or values.get("name")):
            raise BadInput("phone", "Give a phone number, a reference or a name to put someone on file.")
        created = _insert(shop, values)
        if created is not None:
            return created, True
        found = _find(shop, values)  # another till was faster
        if found is None:
            _say_who_has_it(shop, values)
    lacking = {key: values[key] for key in ("name", "email") if values.get(key) and found[key] is None}
    if lacking:
        _write_changes(shop, found, lacking)
    return found["id"], False


def change(shop: ShopSession, customer_id: UUID, fields: Mapping[str, Any], *, seen_at: Any = None) -> None:
    """Change what is given in `fields` (keys of FIELDS; None empties a field).

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict instead of overwriting.
    Raises NotFound, or BadInput as `create` does.
    """
    shop.who.must("edit customers")
    before = _locked(shop, customer_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this customer meanwhile. Look at what it says now, then save again.")
    values = _checked(shop, fields)
    after = {**before, **values}
    if not (after["name"] or after["phone"] or after["external_ref"]):
        raise BadInput("name", "Keep a name or a phone number: one of them is needed.")
    _write_changes(shop, before, {key: value for key, value in values.items() if before[key] != value})


def hide(shop: ShopSession, customer_id: UUID) -> None:
    """Take a customer out of lists, searches and figures; orders and their money stay. Needs a gate opened alone."""
    _set_hidden(shop, customer_id, hidden=True)


def unhide(shop: ShopSession, customer_id: UUID) -> None:
    """Bring a hidden customer back. Raises BadInput when the phone belongs to someone else by now."""
    _set_hidden(shop, customer_id, hidden=False)


def get(shop: ShopSession, customer_id: UUID) -> RowMapping:
    """Everything on file about one customer, hidden or not. Raises NotFound."""
    row = (
        shop.execute(select(Customer).where(Customer.shop_id == shop.id, Customer.id == customer_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("This customer is not on file in your shop any more.")
    return row


def by_phone(shop: ShopSession, typed: str) -> RowMapping | None:
    """The customer with this phone number, typed in any format, or None. Raises BadInput if it is no phone number."""
    return _find(shop, {"phone": normalise(typed, shop.shop.region).e164})


def words_of(name: str | None) -> set[str]:
    """The words a name is found by: lower case, without accents."""
    return set(re.findall(r"\w+", fold(name or "")))


def fold(text: str) -> str:
    """Lower case and without accents, so that "José" is found by "jose"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def write_words(shop: ShopSession, names: Iterable[tuple[UUID, str | None]]) -> None:
    """Make these customers findable by the words of their names (their old words are taken away first)."""
    wanted = {customer_id: words_of(name) for customer_id, name in names}
    shop.execute(
        delete(CustomerWord).where(CustomerWord.shop_id == shop.id, CustomerWord.customer_id.in_(list(wanted)))
    )
    rows = [
        {"shop_id": shop.id, "word": word, "customer_id": customer_id}
        for customer_id, words in wanted.items()
        for word in sorted(words)
    ]
    if rows:
        shop.execute(insert(CustomerWord), rows)


def _checked(shop: ShopSession, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they will be stored; raises BadInput at the first that can't be."""
    unknown = set(fields) - FIELDS
    if unknown:
        raise BadInput(min(unknown), f"A customer has no field “{min(unknown)}”.")
    values = {key: _tidy(value) for key, value in fields.items()}
    if values.get("phone"):
        phone = normalise(values["phone"], shop.shop.region)
        values |= {"phone": phone.e164, "phone_typed": phone.typed}
    elif "phone" in values:
        values["phone_typed"] = None
    if values.get("name") and len(values["name"]) > 300:
        raise BadInput("name", "A name may have at most 300 characters.")
    if values.get("email"):
        values["email"] = values["email"].lower()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", values["email"]) or len(values["email"]) > 320:
            raise BadInput("email", f"“{values['email']}” is not an e-mail address such as asha@example.org.")
    if values.get("status") is not None and values["status"] not in STATUSES:
        raise BadInput("status", f"“{values['status']}” is not a status. Use one of: {', '.join(STATUSES)}.")
    _check_birthday(shop, values)
    if "rep_id" in values:
        people.must_sell(shop, values["rep_id"])
    return values


def _tidy(value: Any) -> Any:
    """Text without outer blanks; empty text is nothing."""
    if isinstance(value, str):
        return " ".join(value.split()) if "\n" not in value else value.strip()
    return value


def _check_birthday(shop: ShopSession, values: Mapping[str, Any]) -> None:
    day, month, year = (values.get(part) for part in ("birth_day", "birth_month", "birth_year"))
    if day is None and month is None:
        return
    if day is None or month is None:
        raise BadInput("birthday", "A birthday needs a day and a month; the year may stay empty.")
    try:
        born = shop.today.replace(year=year or 2000, month=month, day=day)
    except ValueError as error:
        raise BadInput("birthday", f"There is no {day}.{month}.{year or ''} Check day and month.") from error
    if year and born > shop.today:
        raise BadInput("birthday", "A birthday can't lie in the future. Check the year.")


def _find(shop: ShopSession, values: Mapping[str, Any]) -> RowMapping | None:
    """By phone first, then reference, then e-mail (the one on file longest, since families share addresses)."""
    for key in ("phone", "external_ref", "email"):
        if values.get(key):
            found = (
                shop.execute(
                    select(Customer)
                    .where(
                        Customer.shop_id == shop.id,
                        getattr(Customer, key) == values[key],
                        Customer.hidden_at.is_(None),
                    )
                    .order_by(Customer.id)
                    .limit(1)
                )
                .mappings()
                .one_or_none()
            )
            if found is not None:
                return found
    return None


def _insert(shop: ShopSession, values: dict[str, Any]) -> UUID | None:
    """Insert unless the phone or reference is taken; None when it is."""
    customer_id = new_id()
    inserted = shop.scalar(
        upsert(Customer)
        .values(
            **{key: value for key, value in values.items() if value not in (None, "")},
            shop_id=shop.id,
            id=customer_id,
            created_on=shop.today,
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Customer.id)
    )
    if inserted is None:
        return None
    write_words(shop, [(customer_id, values.get("name"))])
    counters.count_customer(shop, customer_id)
    timeline.note(
        shop,
        "customer added",
        "customer",
        customer_id,
        customer_id=customer_id,
        after={key: value for key, value in values.items() if value not in (None, "")},
    )
    return customer_id


def _say_who_has_it(shop: ShopSession, values: Mapping[str, Any]) -> None:
    for key, label in (("phone", "phone number"), ("external_ref", "reference")):
        owner = _find(shop, {key: values.get(key)})
        if owner is not None:
            name = owner["name"] or owner["phone"] or owner["external_ref"]
            raise BadInput(key, f"The {label} {values[key]} already belongs to {name}. Open that customer instead.")
    raise BadInput("phone", "This customer could not be saved because another one has the same number.")


def _locked(shop: ShopSession, customer_id: UUID) -> RowMapping:
    row = (
        shop.execute(
            select(Customer)
            .where(Customer.shop_id == shop.id, Customer.id == customer_id)
            .with_for_update(key_share=True)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("This customer is not on file in your shop any more.")
    return row


def _write_changes(shop: ShopSession, before: RowMapping, changed: dict[str, Any]) -> None:
    if not changed:
        return
    empty_to_none = {key: None if value == "" else value for key, value in changed.items()}
    if empty_to_none.get("status", "") is None:
        del empty_to_none["status"]
    try:
        with shop.connection.begin_nested():
            shop.execute(
                update(Customer)
                .where(Customer.shop_id == shop.id, Customer.id == before["id"])
                .values(**empty_to_none, updated_at=shop.now, updated_by=shop.who.staff_id)
            )
    except IntegrityError as error:
        if error.orig.diag.constraint_name.startswith(("customers_phone_once", "customers_ref_once")):
            _say_who_has_it(shop, changed)
        raise
    if "name" in changed:
        write_words(shop, [(before["id"], empty_to_none["name"])])
    timeline.note(
        shop,
        "customer changed",
        "customer",
        before["id"],
        customer_id=before["id"],
        **timeline.changes(dict(before), empty_to_none),
    )


def _set_hidden(shop: ShopSession, customer_id: UUID, *, hidden: bool) -> None:
    shop.who.must("hide customers")
    before = _locked(shop, customer_id)
    if (before["hidden_at"] is not None) == hidden:
        return
    with counters.recounting(shop, [customer_id]):
        try:
            with shop.connection.begin_nested():
                shop.execute(
                    update(Customer)
                    .where(Customer.shop_id == shop.id, Customer.id == customer_id)
                    .values(
                        hidden_at=shop.now if hidden else None, updated_at=shop.now, updated_by=shop.who.staff_id
                    )
                )
        except IntegrityError:
            _say_who_has_it(shop, before)
    timeline.note(
        shop,
        "customer hidden" if hidden else "customer brought back",
        "customer",
        customer_id,
        customer_id=customer_id,
        important=True,
    )
