"""The fields a shop made itself, as columns of a sheet of customers."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from crmcore import custom_fields
from crmcore.sheets.fields.customers import CUSTOMERS
from crmcore.sheets.fields.field import Field
from crmcore.sheets.fields.kinds import OWN_CHOICE, OWN_DATE, OWN_NUMBER, OWN_TEXT, OWN_YES_NO
from crmcore.sheets.headers import squeeze

_OWN = {"text": OWN_TEXT, "number": OWN_NUMBER, "date": OWN_DATE, "choice": OWN_CHOICE, "yes_no": OWN_YES_NO}
OWN_FIELD = "{} (own field)"  # where something else is called so too


def own_fields(rows: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields a shop made itself, as a sheet of customers fills them: by their label or key, unless a field that all
    shops have is called so. `rows`: of custom_fields.fields."""
    return tuple(map(_own_field, rows))


def _own_field(row: Mapping[str, Any]) -> Field:
    key, label = row["key"], row["label"]
    theirs = {name for field in CUSTOMERS for name in (squeeze(field.key), squeeze(field.label))}
    called = OWN_FIELD.format(label)
    names = dict.fromkeys(squeeze(name) for name in (called, label, key) if squeeze(name) not in theirs)
    return Field(
        key=f"own.{key}" if any(field.key == key for field in CUSTOMERS) else key,
        label=called if squeeze(label) in theirs else label,
        holds=_OWN[row["kind"]],
        names={name: rank for rank, name in enumerate(names)},
        check=partial(custom_fields.checked, row),
        own=key,
        words=tuple(row["choices"]),
    )
