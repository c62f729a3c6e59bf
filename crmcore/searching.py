"""What somebody types into a search, as the ranges of letters and digits that sql/customers/matching.sql and
sql/leads/matching.sql read."""

import re
from typing import Any
from uuid import UUID

import phonenumbers
from sqlalchemy import ColumnClause, Select, TextClause, bindparam, select

from crmcore.database.gate import ShopSession
from crmcore.names import fold, split_words

_LAST_SIGN = "\U0010ffff"  # sorts after every letter


def ids_found(shop: ShopSession, file: TextClause, ids: ColumnClause[UUID], typed: str, **more: Any) -> Select[UUID]:
    """The ids of all who match what was typed, as a query for a list. `file`: that finds them, in the column `ids`."""
    values = {"shop_id": shop.id, **ranges(typed, shop.shop.region), **more}
    found = file.bindparams(*(bindparam(name, value, unique=True) for name, value in values.items()))
    return select(found.columns(ids).subquery("matching").c[ids.name])


def ranges(typed: str, region: str) -> dict[str, Any]:
    """What was typed as the starts that the files compare with: words, starts and end of a phone number, references, an
    e-mail address."""
    typed = " ".join(typed.encode(errors="ignore").decode().replace("\x00", "").split())[:100]
    words = sorted(set(split_words(fold(typed))), key=len, reverse=True)[:6]
    is_reference = len(typed) >= 3 or any(sign.isdigit() for sign in typed)
    is_email = "@" in typed or (len(typed) >= 3 and " " not in typed)
    phone_end, email = _phone_end(typed), typed.lower() if is_email else None
    phones = _phone_starts(typed, region)
    references = sorted({typed, typed.upper(), typed.lower()}) if is_reference else []
    return {
        "words": words,
        "word_ends": [past(word) for word in words],
        "phone_starts": phones,
        "phone_ends": [past(start) for start in phones],
        "phone_end_reversed": phone_end,
        "phone_end_past": past(phone_end),
        "reference_starts": references,
        "reference_ends": [past(start) for start in references],
        "email_start": email,
        "email_end": past(email),
    }


def past(start: str | None) -> str | None:
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
