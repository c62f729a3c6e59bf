"""Finding customers by what somebody types: words of the name, digits of the phone, a reference, an e-mail address."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, Uuid, and_, bindparam, column, exists, func, or_, select, text

from crmcore.customer_fields import checked
from crmcore.database.gate import ShopSession
from crmcore.database.sql import read_sql
from crmcore.errors import BadInput
from crmcore.models import ContactPerson, Customer, CustomerWord, Email, Membership
from crmcore.names import fold, split_words
from crmcore.searching import ids_found, past, ranges

Query = Select[*tuple[Any, ...]]

_MATCHING = text(read_sql("customers/matching"))
_CANDIDATES = 60  # looked at per way of matching when only the nearest few are wanted


def shown_columns() -> Query:
    """What every list of customers shows: identity, city, status, source, counters, and the rep's id and name."""
    query = select(
        Customer.id,
        Customer.name,
        Customer.company_name,
        Customer.phone,
        Customer.email,
        Customer.external_ref,
        Customer.city,
        Customer.status,
        Customer.source,
        Customer.order_count,
        Customer.total_spent,
        Customer.first_purchase_on,
        Customer.last_purchase_on,
        Customer.visit_count,
        Customer.last_visit_on,
        Customer.hidden_at,
        Customer.created_on,
        Customer.rep_id,
        Membership.name.label("rep_name"),
    )
    return query.outerjoin(
        Membership, and_(Membership.shop_id == Customer.shop_id, Membership.staff_id == Customer.rep_id)
    )


def search(shop: ShopSession, typed: str, limit: int = 20) -> list[RowMapping]:
    """The customers who match what was typed, nearest first: words of the name, digits of the phone, reference, e-mail.

    Among equally near ones those who bought last come first. Nobody: who nearly has that name, a letter apart.
    """
    shop.who.must("see customers")
    found = _nearest(shop, typed, limit)
    return found or _nearest(shop, _nearly(shop, typed), limit)


def recent(shop: ShopSession, limit: int = 10) -> list[RowMapping]:
    """The customers who bought, came by or came on file last, latest first."""
    shop.who.must("see customers")
    ids = [row["customer_id"] for row in shop.rows("customers/recent", most=limit)]
    rows = shop.execute(shown_columns().where(Customer.shop_id == shop.id, Customer.id.in_(ids))).mappings()
    return sorted(rows, key=lambda row: ids.index(row["id"]))


def look_alikes(shop: ShopSession, given: Mapping[str, Any], besides: UUID | None = None) -> list[RowMapping]:
    """Who on file has the same phone, reference or e-mail address, or exactly this name: asked while a form is filled.

    Companies whose people have that number or address are among them, and whoever is the contact with the number.
    What is not yet a whole phone number or address has no look-alikes. `besides`: the customer being edited.
    """
    shop.who.must("see customers")
    same: list[ColumnElement[bool]] = []
    for key in ("phone", "external_ref", "email"):
        try:
            value = checked(shop, {key: given.get(key)}).get(key)
        except BadInput:
            continue
        if value:
            same.append(getattr(Customer, key) == value)
            if key == "phone":
                owners = shop.rows("customers/with_number", phone=value, called=None)
                same.append(Customer.id.in_([row["customer_id"] for row in owners]))
            elif key == "email":
                same.append(Customer.id.in_(_with_address(shop, value)))
    found: dict[UUID, RowMapping] = {}
    for condition in same:
        query = shown_columns().where(Customer.shop_id == shop.id, Customer.hidden_at.is_(None), condition)
        found |= {row["id"]: row for row in shop.execute(query.order_by(Customer.id).limit(5)).mappings()}
    name = fold(given.get("name") or "").strip()
    if " " in name:
        found |= {row["id"]: row for row in _nearest(shop, name, 5) if fold(row["name"] or "") == name}
    return [row for customer_id, row in found.items() if customer_id != besides]


def _with_address(shop: ShopSession, address: str) -> Select[UUID]:
    """The companies one of whose people has this e-mail address."""
    of_person = and_(ContactPerson.shop_id == Email.shop_id, ContactPerson.id == Email.contact_person_id)
    query = select(ContactPerson.customer_id).join(Email, of_person)
    return query.where(ContactPerson.shop_id == shop.id, Email.address == address, ContactPerson.left_on.is_(None))


def _nearest(shop: ShopSession, typed: str, limit: int) -> list[RowMapping]:
    if not typed.strip():
        return []
    values = {"shop_id": shop.id, "most": max(_CANDIDATES, limit), "shown": limit, **ranges(typed, shop.shop.region)}
    return list(shop.execute(_nearest_query(), values).mappings())


@cache
def _nearest_query() -> Query:
    matching = _MATCHING.columns(column("customer_id", Uuid), column("distance")).subquery("matching")
    return (
        shown_columns()
        .join(matching, matching.c.customer_id == Customer.id)
        .where(Customer.shop_id == bindparam("shop_id"), Customer.hidden_at.is_(None))
        .order_by(matching.c.distance, Customer.last_purchase_on.desc().nulls_last(), Customer.id)
        .limit(bindparam("shown"))
    )


def matching(shop: ShopSession, typed: str) -> Query:
    """The ids of all who match, for a list."""
    return ids_found(shop, _MATCHING, column("customer_id", Uuid), typed, most=None)


def hidden_match(shop: ShopSession, typed: str) -> ColumnElement[bool]:
    """The same for hidden customers, who are few and stand in no index for searching."""
    given = ranges(typed, shop.shop.region)
    words = given["words"]
    ways = [_starts(Customer.phone, start) for start in given["phone_starts"]]
    ways += [_starts(Customer.external_ref, start) for start in given["reference_starts"]]
    if given["phone_end_reversed"]:
        ways.append(_starts(Customer.phone_reversed, given["phone_end_reversed"]))
    if given["email_start"]:
        ways.append(_starts(Customer.email, given["email_start"]))
    if words:
        ways.append(and_(*(func.strpos(func.lower(Customer.name), word) > 0 for word in words)))
    return or_(False, *ways)


def _starts(stored: Any, start: str) -> ColumnElement[bool]:
    return and_(stored >= start, stored < past(start))


def _nearly(shop: ShopSession, typed: str) -> str:
    """What was typed with each word that starts no name put right: the nearest word on file with that first letter."""
    words = split_words(fold(typed))
    right: list[str] = []
    for word in words:
        if shop.scalar(select(exists().where(CustomerWord.shop_id == shop.id, _starts(CustomerWord.word, word)))):
            right.append(word)
            continue
        same_letter = (
            select(CustomerWord.word)
            .distinct()
            .where(CustomerWord.shop_id == shop.id, _starts(CustomerWord.word, word[0]))
            .limit(5000)
        )
        right += get_close_matches(word, shop.execute(same_letter).scalars(), n=1, cutoff=0.75)
    return " ".join(right) if len(right) == len(words) and right != words else ""
