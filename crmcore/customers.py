"""Customers: coming on file, being found again, changing, being hidden."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from crmcore import counters, reps, timeline
from crmcore.contacts.converting import link
from crmcore.customer_fields import FIELDS as FIELDS
from crmcore.customer_fields import STATUSES as STATUSES
from crmcore.customer_fields import checked
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Activity, Customer, CustomerWord
from crmcore.names import words_of
from crmcore.phones import normalise

# What tells who somebody is.
_IDENTITY = ("name", "phone", "external_ref", "email")
_CHANGED = "customer changed"
_BIRTHDAY = ("birth_day", "birth_month", "birth_year")

SLICE = 5_000  # customers whose words one statement writes


def create(shop: ShopSession, fields: Mapping[str, Any]) -> UUID:
    """Put a customer on file; return the id. `fields`: keys of FIELDS, the phone as typed, `custom` by key.

    Raises BadInput for a field that can't be used, or when the phone or reference belongs to a customer already.
    """
    shop.who.must("edit customers")
    values = checked(shop, fields)
    if not (values.get("name") or values.get("phone") or values.get("external_ref")):
        raise BadInput("name", "Give a name or a phone number: one of them is needed.")
    customer_id = _insert(shop, values)
    if customer_id is None:
        _say_who_has_it(shop, values)
    return customer_id


def find_or_create(shop: ShopSession, fields: Mapping[str, Any], *, counted: bool = True) -> tuple[UUID, bool]:
    """The customer with this phone, else reference, else e-mail; created when there is none: (id, was created).

    A number that no customer has but people of one company have, or the contact who is one customer, finds that
    customer, who stays as they are.
    One row whatever two tills do at once. Somebody found gets the name, phone, reference or e-mail they lacked, nothing
    else changes. The e-mail of somebody with another phone is no match: families share one. `counted=False`: whoever
    is created is counted by the caller, together with their first order.
    """
    shop.who.must("edit customers")
    values = checked(shop, fields)
    if values.get("email"):  # families share one, so no index makes it unique
        shop.one_at_a_time(values["email"])
    found = _find(shop, values)
    if found is None and (owner := _owner_of(shop, values.get("phone"), values.get("name"))) is not None:
        return owner, False
    if found is None:
        if not (values.get("phone") or values.get("external_ref") or values.get("name")):
            raise BadInput("phone", "Give a phone number, a reference or a name to put someone on file.")
        created = _insert(shop, values, counted=counted)
        if created is not None:
            return created, True
        found = _find(shop, values)  # another till was faster
        if found is None:
            _say_who_has_it(shop, values)
    if _lacking(shop, found, values):
        found = _locked(shop, found["id"])
        _write_changes(shop, found, _lacking(shop, found, values))
    return found["id"], False


def change(shop: ShopSession, customer_id: UUID, fields: Mapping[str, Any], *, seen_at: Any = None) -> None:
    """Change what is given in `fields` (keys of FIELDS; None or "" empties a field; `custom` by key).

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict instead of overwriting.
    Raises NotFound, or BadInput as `create` does.
    """
    shop.who.must("edit customers")
    before = _locked(shop, customer_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this customer meanwhile. Look at what it says now, then save again.")
    values = checked(shop, fields, dict(before))
    after = {**before, **values}
    if not (after["name"] or after["phone"] or after["external_ref"]):
        raise BadInput("name", "Keep a name or a phone number: one of them is needed.")
    reps.must_be_allowed(shop, before["rep_id"], after["rep_id"])
    _write_changes(shop, before, values)


def put_back(shop: ShopSession, change_id: UUID) -> None:
    """Let the fields that a change on the timeline altered say what they said before it: a change of its own.

    Raises NotFound for what is no change of a customer, and BadInput where an old value can't be used any more, such as
    a phone number that is somebody else's by now.
    """
    shop.who.must("edit customers")
    this = (Activity.shop_id == shop.id, Activity.id == change_id, Activity.what == _CHANGED)
    found = shop.execute(select(Activity.customer_id, Activity.detail).where(*this)).one_or_none()
    if found is None:
        raise NotFound("This change is not on the record.")
    fields = {key: value for key, value in found.detail.get("before", {}).items() if key in FIELDS}
    if fields.get("rep_id"):
        fields["rep_id"] = UUID(fields["rep_id"])
    if "custom" in fields:
        said, now = fields["custom"] or {}, found.detail["after"].get("custom") or {}
        fields["custom"] = {key: said.get(key) for key in {*said, *now}}
    change(shop, found.customer_id, fields)


def hide(shop: ShopSession, customer_id: UUID) -> None:
    """Take a customer out of lists, searches and figures; orders and their money stay. Needs a gate opened alone."""
    _set_hidden(shop, customer_id, hidden=True)


def unhide(shop: ShopSession, customer_id: UUID) -> None:
    """Bring a hidden customer back. Raises BadInput when the phone belongs to someone else by now."""
    _set_hidden(shop, customer_id, hidden=False)


def becomes_active(shop: ShopSession, customer_id: UUID) -> None:
    """A lead who buys, or whose deal is won, is a lead no more; others stay as they are.

    A customer whom the person may not see has the sale or the deal alone on their timeline.
    """
    stamp = {"now": shop.now, "staff_id": shop.who.staff_id}
    if not shop.rows_as_the_shop("customers/activate", customer_id=customer_id, **stamp):
        return
    if shop.scalar(select(Customer.id).where(Customer.shop_id == shop.id, Customer.id == customer_id)) is not None:
        before, after = {"status": "lead"}, {"status": "active"}
        timeline.note(shop, _CHANGED, "customer", customer_id, customer_id=customer_id, before=before, after=after)


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


def on_file(shop: ShopSession, customer_id: UUID, *, lock: bool = False) -> RowMapping:
    """The customer, to write something down about. Raises NotFound, or BadInput for one who was hidden.

    `lock`: whoever else asks so waits until this is written.
    """
    customer = _locked(shop, customer_id) if lock else get(shop, customer_id)
    if customer["hidden_at"] is not None:
        raise BadInput("customer", "This customer was hidden. Bring them back first.")
    return customer


def by_phone(shop: ShopSession, typed: str) -> RowMapping | None:
    """The customer with this phone number, typed in any format, or the one who has it beside their own: the company of
    the person who has it, the customer whose contact has it. None: nobody, or several have it.

    Raises BadInput if it is no phone number.
    """
    number = normalise(typed, shop.shop.region).e164
    found = _find(shop, {"phone": number})
    if found is None and (owner := _owner_of(shop, number)) is not None:
        return get(shop, owner)
    return found


def sharing_phone(shop: ShopSession, typed: str) -> list[RowMapping]:
    """The customers who have this number beside their own where several do, so that a person may say who it is; else
    nobody. Raises BadInput if it is no phone number."""
    number = normalise(typed, shop.shop.region).e164
    owners = _owners_of(shop, number)
    if len(owners) < 2 or _find(shop, {"phone": number}) is not None:
        return []
    query = select(Customer).where(Customer.shop_id == shop.id, Customer.id.in_(owners))
    return list(shop.execute(query.order_by(Customer.id)).mappings())


def write_words(shop: ShopSession, names: Iterable[tuple[UUID, str | None]]) -> None:
    """Make these customers findable by the words of their names and no longer by older ones; None: by none.

    A company is found by the names of its people too.
    """
    names = iter(names)
    while some := dict(islice(names, SLICE)):
        people: dict[UUID, set[str]] = {}
        for row in shop.rows("contact_people/names_of", customer_ids=list(some)):
            people.setdefault(row["customer_id"], set()).update(words_of(row["name"]))
        shop.execute(
            delete(CustomerWord).where(CustomerWord.shop_id == shop.id, CustomerWord.customer_id.in_(list(some)))
        )
        rows = [
            {"shop_id": shop.id, "word": word, "customer_id": customer_id}
            for customer_id, name in some.items()
            for word in sorted(words_of(name) | people.get(customer_id, set()))
        ]
        if rows:
            shop.execute(insert(CustomerWord), rows)


def _find(shop: ShopSession, values: Mapping[str, Any]) -> RowMapping | None:
    """By phone first, then reference, then e-mail (the one on file longest, since families share addresses)."""
    for key in ("phone", "external_ref", "email"):
        if not values.get(key):
            continue
        query = select(Customer).where(
            Customer.shop_id == shop.id, getattr(Customer, key) == values[key], Customer.hidden_at.is_(None)
        )
        if key == "email":
            own = [key for key in ("phone", "external_ref") if values.get(key)]
            query = query.where(*(getattr(Customer, key).is_(None) for key in own))
        found = shop.execute(query.order_by(Customer.id).limit(1)).mappings().one_or_none()
        if found is not None:
            return found
    return None


def _owner_of(shop: ShopSession, number: str | None, name: str | None = None) -> UUID | None:
    """The one customer who has this number beside their own; None when there is none, or are several.

    Raises BadInput when it is one that somebody else looks after: a twin of them is not to be made either.
    """
    if not number:
        return None
    owners = _owners_of(shop, number, name)
    if len(owners) != 1:
        return None
    (owner,) = owners
    if shop.who.sees_own_only and shop.scalar(
        select(Customer.id).where(Customer.shop_id == shop.id, Customer.id == owner)
    ) is None:
        raise BadInput("phone", "This number belongs to a customer somebody else looks after. Ask your manager.")
    return owner


def _owners_of(shop: ShopSession, number: str, name: str | None = None) -> list[UUID]:
    """Everybody who has this number beside their own, and no other name than this."""
    return [row["customer_id"] for row in shop.rows_as_the_shop("customers/with_number", phone=number, called=name)]


def _lacking(shop: ShopSession, found: RowMapping, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given of who somebody is, is not on file yet, and is nobody else's."""
    lacking = {key: values[key] for key in _IDENTITY if values.get(key) and found[key] is None}
    if "phone" in lacking:
        lacking["phone_typed"] = values["phone_typed"]
    if "external_ref" in lacking and _find(shop, {"external_ref": lacking["external_ref"]}) is not None:
        del lacking["external_ref"]
    return lacking


def _insert(shop: ShopSession, values: Mapping[str, Any], *, counted: bool = True) -> UUID | None:
    """Insert unless the phone or reference is taken; None when it is."""
    reps.must_be_allowed(shop, None, values.get("rep_id"))
    customer_id = new_id()
    inserted = shop.scalar(
        upsert(Customer)
        .values(
            **values,
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
    if counted:
        counters.count_customer(shop, customer_id)
    if values.get("phone"):
        link(shop, customer_id)
    timeline.note(shop, "customer added", "customer", customer_id, customer_id=customer_id, after=values)
    return customer_id


def _say_who_has_it(shop: ShopSession, values: Mapping[str, Any]) -> NoReturn:
    for key, label in (("phone", "phone number"), ("external_ref", "reference")):
        owner = _find(shop, {key: values.get(key)})
        if owner is not None:
            name = owner["name"] or owner["phone"] or owner["external_ref"]
            raise BadInput(key, f"The {label} {values[key]} already belongs to {name}. Open that customer instead.")
    if shop.who.sees_own_only:
        key = "phone" if values.get("phone") else "external_ref"
        word = "number" if key == "phone" else "reference"
        raise BadInput(key, f"This {word} belongs to a customer somebody else looks after. Ask your manager.")
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
    try:
        with shop.connection.begin_nested():
            shop.execute(
                update(Customer)
                .where(Customer.shop_id == shop.id, Customer.id == before["id"])
                .values(**changed, updated_at=shop.now, updated_by=shop.who.staff_id)
            )
    except IntegrityError as error:
        if broken_constraint(error).startswith(("customers_phone_once", "customers_ref_once")):
            _say_who_has_it(shop, changed)
        raise
    if changed.get("phone"):
        link(shop, before["id"])
    if "name" in changed and before["hidden_at"] is None:
        write_words(shop, [(before["id"], changed["name"])])
    timeline.note(
        shop,
        _CHANGED,
        "customer",
        before["id"],
        customer_id=before["id"],
        **_told(before, changed),
    )


def _told(before: RowMapping, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The change as the timeline keeps it; of a birthday always the whole date."""
    told = timeline.changes(dict(before), dict(changed))
    if changed.keys() & set(_BIRTHDAY):
        told["before"] |= {part: before[part] for part in _BIRTHDAY}
        told["after"] |= {part: changed.get(part, before[part]) for part in _BIRTHDAY}
    return told


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
                    .values(hidden_at=shop.now if hidden else None, updated_at=shop.now, updated_by=shop.who.staff_id)
                )
        except IntegrityError:
            _say_who_has_it(shop, dict(before))
    write_words(shop, [(customer_id, None if hidden else before["name"])])
    timeline.note(
        shop,
        "customer hidden" if hidden else "customer brought back",
        "customer",
        customer_id,
        customer_id=customer_id,
        important=True,
    )
