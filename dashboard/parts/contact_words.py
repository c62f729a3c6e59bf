"""How a contact reads: the sign of each status, and what it goes by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from crmcore import phones
from crmcore.contacts import CONTACTED, CONVERTED, PENDING, STATUSES, YELLOW
from crmcore.database.gate import Who
from dashboard.parts import words
from dashboard.parts.layout import Badge

Row = Mapping[str, Any] | RowMapping

_SIGNS = {PENDING: "○", CONTACTED: "◐", YELLOW: "◌", CONVERTED: "●"}
_LOOKS = {
    PENDING: ("gray", ":material/schedule:"),
    CONTACTED: ("blue", ":material/call:"),
    YELLOW: ("orange", ":material/do_not_disturb_on:"),
    CONVERTED: ("green", ":material/check_circle:"),
}


def status_word(status: str) -> str:
    """○ Pending, for a table."""
    return f"{_SIGNS[status]} {STATUSES[status]}"


def status_badge(status: str) -> Badge:
    colour, icon = _LOOKS[status]
    return STATUSES[status], colour, icon


def called(row: Row, who: Who, *, whole: bool = True) -> str:
    """The name; whoever has none goes by the number, as much of it as the person may see there."""
    return row["name"] or number(row, who, whole=whole)


def number(row: Row, who: Who, *, whole: bool = True) -> str:
    return words.phone(row["phone"], who.shop.region) if whole else words.masked(row["phone"])


def kind_badge(row: Row) -> Badge | None:
    """A landline takes calls only; that is said, a mobile goes without saying."""
    if row["phone_kind"] == phones.LANDLINE:
        return "Landline: calls only", "gray", ":material/deskphone:"
    return None
