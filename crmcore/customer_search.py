"""Finding customers by what somebody types: words of the name, digits of the phone, a reference, an e-mail address."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any
from uuid import UUID

import phonenumbers
from sqlalchemy import ColumnElement, RowMapping, Select, Uuid, and_, bindparam, column, exists, func, or_, select, text

from crmcore.customer_fields import checked
from crmcore.database.gate import ShopSession
from crmcore.database.sql import read_sql
from crmcore.errors import BadInput
from crmcore.models import ContactPerson, Customer, CustomerWord, Email, Membership
from crmcore.names import fold, split_words

Query = Select[*tuple[Any, ...]]

_LAST_SIGN = "\U0010ffff"  # sorts after every letter
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
    values = {"shop_id": shop.id, "most": max(_CANDIDATES, limit), "shown": limit, **_ranges(typed, shop.shop.region)}
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
    values = {"shop_id": shop.id, "most": None, **_ranges(typed, shop.shop.region)}
    found = _MATCHING.bindparams(*(bindparam(name, value, unique=True) for name, value in values.items()))
    return select(found.columns(column("customer_id", Uuid)).subquery("matching").c.customer_id)


def _ranges(typed: str, region: str) -> dict[str, Any]:
    """What was typed as the starts that sql/customers/matching.sql compares with."""
    typed = " ".join(typed.encode(errors="ignore").decode().replace("\x00", "").split())[:100]
    words = sorted(set(split_words(fold(typed))), key=len, reverse=True)[:6]
    is_reference = len(typed) >= 3 or any(sign.isdigit() for sign in typed)
    is_email = "@" in typed or (len(typed) >= 3 and " " not in typed)
    phone_end, email = _phone_end(typed), typed.lower() if is_email else None
    phones = _phone_starts(typed, region)
    references = sorted({typed, typed.upper(), typed.lower()}) if is_reference else []
    return {
        "words": words,
        "word_ends": [_past(word) for word in words],
        "phone_starts": phones,
        "phone_ends": [_past(start) for start in phones],
        "phone_end_reversed": phone_end,
        "phone_end_past": _past(phone_end),
        "reference_starts": references,
        "reference_ends": [_past(start) for start in references],
        "email_start": email,
        "email_end": _past(email),
    }


def _past(start: str | None) -> str | None:
    """What sorts after everything that begins with `start`."""
    return None if start is None else start + _LAST_SIGN


def _phone_starts(typed: str, region: str) -> list[str]:
    """How phone numbers begin that begin with these digits: at home, with or without 0, or abroad with +, 00."""
    digits = _digits(typed)
    if len(digits) < 2:
        return []
    if typed.startswith("+"):
        return [f"+{digits}"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"] if len(digits) > 2 else []
    code = str(phonenumbers.country_code_for_region(region))
    starts = {f"+{code}{digits}", f"+{code}{digits.lstrip('0')}"} - {f"+{code}"}
    if len(digits) > len(code) and digits.startswith(code):
        starts.add(f"+{digits}")
    return sorted(starts)


def _phone_end(typed: str) -> str | None:
    digits = _digits(typed)
    return digits[::-1] if len(digits) >= 2 and not typed.startswith("+") else None


def _digits(typed: str) -> str:
    """The digits of what looks like a part of a phone number, else nothing."""
    if not re.fullmatch(r"\+?[\d\s().\-/]+", typed):
        return ""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def hidden_match(shop: ShopSession, typed: str) -> ColumnElement[bool]:
    """The same for hidden customers, who are few and stand in no index for searching."""
    ranges = _ranges(typed, shop.shop.region)
    words = ranges["words"]
    ways = [_starts(Customer.phone, start) for start in ranges["phone_starts"]]
    ways += [_starts(Customer.external_ref, start) for start in ranges["reference_starts"]]
    if ranges["phone_end_reversed"]:
        ways.append(_starts(Customer.phone_reversed, ranges["phone_end_reversed"]))
    if ranges["email_start"]:
        ways.append(_starts(Customer.email, ranges["email_start"]))
    if words:
        ways.append(and_(*(func.strpos(func.lower(Customer.name), word) > 0 for word in words)))
    return or_(False, *ways)


def _starts(stored: Any, start: str) -> ColumnElement[bool]:
    return and_(stored >= start, stored < _past(start))


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
