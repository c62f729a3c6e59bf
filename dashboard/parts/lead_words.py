"""How a lead reads: the sign of each status, its grade, and what it goes by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from crmcore.database.gate import Who
from crmcore.leads import (
    CONTACTED,
    CONVERTED,
    GRADES,
    NEW,
    QUALIFIED,
    QUALITIES,
    STATUSES,
    UNQUALIFIED,
)
from dashboard.parts import words
from dashboard.parts.layout import Badge

Row = Mapping[str, Any] | RowMapping

_SIGNS = {NEW: "○", CONTACTED: "◔", QUALIFIED: "◑", UNQUALIFIED: "◌", CONVERTED: "●"}
_LOOKS = {
    NEW: ("gray", ":material/fiber_new:"),
    CONTACTED: ("blue", ":material/call:"),
    QUALIFIED: ("blue", ":material/verified:"),
    UNQUALIFIED: ("orange", ":material/do_not_disturb_on:"),
    CONVERTED: ("green", ":material/check_circle:"),
}
_GRADE_COLOURS = {"A": "green", "B": "blue", "C": "orange", "D": "gray"}
_QUALITY_ICONS = {
    "hot": ":material/local_fire_department:", "warm": ":material/device_thermostat:", "cold": ":material/ac_unit:",
}  # fmt: skip


def status_word(status: str) -> str:
    """○ New, for a table."""
    return f"{_SIGNS[status]} {STATUSES[status]}"


def status_badge(status: str) -> Badge:
    colour, icon = _LOOKS[status]
    return STATUSES[status], colour, icon


def grade_badge(grade: str | None) -> Badge:
    """A · Call first; who has no score yet has none."""
    if grade is None:
        return "No score yet", "gray"
    return f"{grade} · {GRADES[grade]}", _GRADE_COLOURS[grade]


def quality_badge(quality: str | None) -> list[Badge]:
    if quality is None:
        return []
    return [(QUALITIES[quality], "orange" if quality == "hot" else "gray", _QUALITY_ICONS[quality])]


def called(row: Row, who: Who, *, whole: bool = True) -> str:
    """The name, else the company, else how to reach them, as much of it as the person may see there; else the
    reference."""
    reached = number(row, who, whole=whole) if row["phone"] else mail(row, whole=whole)
    return row["name"] or row["company"] or reached or row["ref"]


def number(row: Row, who: Who, *, whole: bool = True) -> str:
    return words.phone(row["phone"], who.shop.region) if whole else words.masked(row["phone"])


def mail(row: Row, *, whole: bool = True) -> str | None:
    """The e-mail address; of one that is not to be seen whole, its first letter and where it is."""
    if whole or row["email"] is None:
        return row["email"]
    name, _, host = row["email"].partition("@")
    return f"{name[:1]}•••@{host}"
