"""What a field of a sheet is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmcore.sheets.headers import squeeze


@dataclass(frozen=True)
class Field:
    """One field of a noun: its key (`--column key=Header`), its label, what it holds, its squeezed names by rank.

    `holds`: one of kinds. `choices`: under which key of CHOICES its words stand. `check`: what its form makes of a
    value, where it has a rule of its own. `own`: the key of a field the shop made itself, `words`: what may stand in
    it, if that is a choice.
    """

    key: str
    label: str
    holds: str
    names: Mapping[str, int]
    choices: str = ""
    check: Callable[[Any], Any] | None = None
    own: str = ""
    words: tuple[str, ...] = ()


def field(
    key: str, label: str, holds: str, names: str, choices: str = "", check: Callable[[Any], Any] | None = None
) -> Field:
    """A field with the names it may have, the likeliest first; its key and label are names too."""
    squeezed = dict.fromkeys(squeeze(name) for name in (key, label, *names.split(",")))
    return Field(key, label, holds, {name: rank for rank, name in enumerate(squeezed)}, choices or key, check)
