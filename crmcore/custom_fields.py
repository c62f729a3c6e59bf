"""A shop's own fields on its customers: which there are, of which kind, and what fits in."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import texts, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, NotFound
from crmcore.models import CustomField
from crmcore.names import fold

KINDS = {"text": "Text", "number": "Number", "date": "Date", "yes_no": "Yes or no", "choice": "One of a list"}
MOST_FIELDS = 50
LONGEST_TEXT = 1000
_NO_SUCH = {
    "text": "too long for a text",
    "number": "no number",
    "date": "no date",
    "yes_no": "neither yes nor no",
    "choice": "not on its list",
}
_YES_NO = {"yes": True, "no": False}


def fields(shop: ShopSession) -> list[RowMapping]:
    """The shop's own fields (key, label, kind, choices, position) in the order they are shown."""
    query = select(CustomField).where(CustomField.shop_id == shop.id).order_by(CustomField.position, CustomField.label)
    return list(shop.execute(query).mappings())


def add(shop: ShopSession, label: str, kind: str, choices: Sequence[str] = ()) -> str:
    """Give every customer one more field; return its key, made from the label. `choices` only for kind "choice"."""
    shop.who.must("manage settings")
    label, choices = _checked_label(label), _checked_choices(kind, choices)
    there = fields(shop)
    if len(there) >= MOST_FIELDS:
        raise BadInput("label", f"There are {MOST_FIELDS} own fields already. Remove one that is not used.")
    key = _key(label)
    if any(field["key"] == key or fold(field["label"]) == fold(label) for field in there):
        raise _taken(label)
    last = shop.scalar(select(func.max(CustomField.position)).where(CustomField.shop_id == shop.id))
    row = {"key": key, "label": label, "kind": kind, "choices": choices, "position": (last or 0) + 1}
    new = upsert(CustomField).values(shop_id=shop.id, **row).on_conflict_do_nothing()
    if shop.scalar(new.returning(CustomField.key)) is None:  # somebody else was faster
        raise _taken(label)
    timeline.note(shop, "own field added", "own field", key=key, label=label, kind=kind, choices=choices)
    return key


def change(
    shop: ShopSession, key: str, *, label: str, choices: Sequence[str] = (), kind: str | None = None
) -> None:
    """Rename a field, change its choices or its kind; what customers have in it stays, as the new kind keeps it.

    Another kind needs a gate opened alone. Raises NotFound, and BadInput when some customers have in it what does not
    fit the new kind: how many, and the first of it.
    """
    shop.who.must("manage settings")
    before = _get(shop, key)
    kind = kind or before["kind"]
    label, choices = _checked_label(label), _checked_choices(kind, choices)
    if any(field["key"] != key and fold(field["label"]) == fold(label) for field in fields(shop)):
        raise _taken(label)
    after = {"label": label, "choices": choices, "kind": kind}
    if kind != before["kind"]:
        _convert(shop, {**before, **after})
    shop.execute(update(CustomField).where(CustomField.shop_id == shop.id, CustomField.key == key).values(**after))
    timeline.note(shop, "own field changed", "own field", key=key, **timeline.changes(dict(before), after))


def remove(shop: ShopSession, key: str) -> None:
    """Stop showing a field. What customers have in it is kept and shows again if the field comes back."""
    shop.who.must("manage settings")
    before = _get(shop, key)
    shop.execute(delete(CustomField).where(CustomField.shop_id == shop.id, CustomField.key == key))
    timeline.note(shop, "own field removed", "own field", key=key, label=before["label"])


def merged(shop: ShopSession, on_file: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is on file with what is given put in; None or "" takes a field's value away. Raises BadInput by key."""
    if not isinstance(given, Mapping):
        raise BadInput("custom", "Own fields are given as names with values.")
    result = dict(on_file)
    known = {field["key"]: dict(field) for field in fields(shop)} if given else {}
    for key, value in given.items():
        if key not in known:
            raise BadInput(key, f"A customer has no field “{key}”. The owner can add it under Settings.")
        if value is None or value == "":
            result.pop(key, None)
        else:
            result[key] = checked(known[key], value)
    return result


def checked(field: Mapping[str, Any], value: Any) -> Any:
    """What a customer will have in an own field (a row of `fields`), as JSON keeps it: text, number, true or false; a
    date as ISO text. Raises BadInput by key.
    """
    key, label, kind = field["key"], field["label"], field["kind"]
    if kind == "number":
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) >= Decimal("1e15"):
            raise BadInput(key, f"{label} must be a number, not “{value}”.")
        return int(number) if number == number.to_integral_value() else float(number)
    if kind == "date":
        try:
            return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()[:10]
        except ValueError:
            raise BadInput(key, f"{label} must be a date such as 2026-11-20, not “{value}”.") from None
    if kind == "yes_no":
        value = _YES_NO.get(str(value).strip().lower(), value)
        if not isinstance(value, bool):
            raise BadInput(key, f"{label} must be yes or no, not “{value}”.")
        return value
    if kind == "choice" and value not in field["choices"]:
        raise BadInput(key, f"{label} must be one of: {', '.join(field['choices'])}.")
    return texts.one_line(key, label, str(value), LONGEST_TEXT)


def fitting(field: Mapping[Any, Any], kept: Any) -> Any:
    """What a customer has in an own field, as a field of this kind shows it; None for what was kept as another kind and
    does not fit this one.
    """
    if kept is None or field["kind"] == "choice":
        return kept if isinstance(kept, str) else None  # also one that is offered no more
    try:
        return checked(dict(field), _as_typed(kept))
    except BadInput:
        return None


def _convert(shop: ShopSession, field: Mapping[str, Any]) -> None:
    """Write what customers have in a field as its new kind keeps it, or refuse when some of it does not fit."""
    shop.must_be_alone()
    pairs: list[tuple[str, str]] = []
    unfit: list[Any] = []
    customers = 0
    for row in shop.rows("customers/own_values", key=field["key"]):
        value = json.loads(row["value"])
        try:
            kept = checked(field, _as_typed(value))
        except BadInput:
            unfit.append(value)
            customers += row["customers"]
        else:
            pairs.append((row["value"], json.dumps(kept)))
    if unfit:
        first = f"“{texts.gist(_as_typed(unfit[0]))}”"
        many = "1 customer has" if customers == 1 else f"{customers:,} customers have"
        raise BadInput(
            "kind",
            f"{many} something in “{field['label']}” that is {_NO_SUCH[field['kind']]}, such as {first}. "
            "Change that first, or add a field of the new kind.",
        )
    if pairs:
        given, kept_values = zip(*pairs, strict=True)
        shop.run("customers/convert_own_values", key=field["key"], given=list(given), kept=list(kept_values))


def _as_typed(value: Any) -> Any:
    """A kept value as a person would type it into a field of another kind."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _get(shop: ShopSession, key: str) -> RowMapping:
    query = select(CustomField).where(CustomField.shop_id == shop.id, CustomField.key == key)
    row = shop.execute(query.with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound("This field was removed meanwhile.")
    return row


def _taken(label: str) -> BadInput:
    return BadInput("label", f"There is a field called “{label}” already. Choose another name.")


def _checked_label(label: str) -> str:
    tidy = texts.one_line("label", "The name of a field", label, 60)
    if tidy is None:
        raise BadInput("label", "Give the field a name.")
    return tidy


def _checked_choices(kind: str, choices: Sequence[str]) -> list[str]:
    if kind not in KINDS:
        raise BadInput("kind", f"“{kind}” is not a kind of field. Use one of: {', '.join(KINDS)}.")
    if kind != "choice":
        return []
    tidy = list(dict.fromkeys(filter(None, (texts.one_line("choices", "A choice", one, 100) for one in choices))))
    if not 2 <= len(tidy) <= 100:
        raise BadInput("choices", "Give 2 to 100 different choices, one a line.")
    return tidy


def _key(label: str) -> str:
    """ "Shoe size" -> "shoe_size"; a name without Latin letters gets a key of its letters' numbers."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")
    if not plain:
        plain = "_".join(f"{ord(sign):x}" for sign in label if sign.strip())
    return (plain if plain[0].isalpha() else f"f_{plain}")[:40].rstrip("_")
