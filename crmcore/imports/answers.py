"""What an import asks a person: words of the file that could mean several things are never guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crmcore.errors import BadInput
from crmcore.sheets.dates import DAY_FIRST, MONTH_FIRST

ORDERS = {"day-first": DAY_FIRST, "month-first": MONTH_FIRST}
REFUSED = "refused"  # as what a word means, and of rows that can't be as they stand: these rows don't come in
KEPT = "keep"  # of such rows: they come in, put right
_SHOWN = 12
# How stages are called that deals end in, in the languages shops are likely to write.
_WON = r"won|gewonnen|gagnée?|ganad[oa]|ganh[oa]|vint[oa]|wygran[ae]"
_LOST = (
    r"lost|loss|dead|abandoned|cancell?ed|rejected|declined|disqualified|verloren|perdue?|perdid[oa]|pers[oa]|przegran[ae]"
)
_CLOSED = r"closed|abgeschlossen|geschlossen|fermée?|cerrad[oa]|fechad[oa]|chius[oa]|afgesloten"


@dataclass(frozen=True)
class Answers:
    """What a person said. `stages`: a word of the file -> the stage it means. `new_stages`: all other unknown words
    become open stages. `dates`: DAY_FIRST or MONTH_FIRST, for columns that prove neither. `statuses`: a word of the
    file -> what it means, or REFUSED. `closed_first`: whether deals that closed before they began are KEPT, begun on
    the day they closed, or REFUSED.
    """

    stages: Mapping[str, str] = field(default_factory=dict)
    new_stages: bool = False
    dates: str | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    closed_first: str | None = None


def sounds_ended(stage: str) -> bool:
    """Whether a stage of another program is one that deals end in, and so none to be made anew as an open one."""
    return _says(f"{_WON}|{_LOST}|{_CLOSED}", stage)


def sounds_won(stage: str) -> bool:
    """Whether a stage that sounds ended is one of what was won, as far as its name tells."""
    return _says(_WON, stage)


def _says(words: str, stage: str) -> bool:
    """Whether one of the words stands in the stage's name: "6. Closed_Won", "Won (100%)"."""
    return re.search(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])", stage.casefold()) is not None


def _likely_meant(stage: str) -> str:
    if not sounds_ended(stage):
        return "Qualified"
    return "Won" if sounds_won(stage) else "Lost"


class StatusesAsked(BadInput):
    """The file has words for a status that nobody knows. `words`: as it writes them; `known`: what they can be."""

    def __init__(self, header: str, words: Sequence[str], known: Sequence[str]) -> None:
        self.words, self.known = list(words), list(known)
        named = ", ".join(self.words[:_SHOWN]) + (" and more" if len(self.words) > _SHOWN else "")
        super().__init__(
            "status",
            f"{header} says {named}, which could be any status. Say what each is, as "
            f'--status "{self.words[0]}={self.known[0]}" (or {", ".join(self.known[1:])}; {REFUSED} leaves them out).',
        )


class StagesAsked(BadInput):
    """The file names stages the pipeline does not have. `words`: as the file writes them, in its order."""

    def __init__(self, header: str, words: Sequence[str]) -> None:
        self.words = list(words)
        named = ", ".join(self.words[:_SHOWN]) + (" and more" if len(self.words) > _SHOWN else "")
        super().__init__(
            "stage",
            f"{header} names {'a stage' if len(self.words) == 1 else 'stages'} your pipeline does not have: {named}. "
            f'Say what each is, as --stage "{self.words[0]}={_likely_meant(self.words[0])}"'
            + (", or make new stages of them with --new-stages." if not any(map(sounds_ended, self.words)) else "."),
        )


class DatesAsked(BadInput):
    """Dates that could be read two ways, and nothing in the file says which. `header`, `example`: where, and one."""

    def __init__(self, header: str, example: str) -> None:
        self.header, self.example = header, example
        super().__init__(
            "dates",
            f"The dates of {header}, such as {example}, can be read day first or month first, and none of them shows "
            "which. Say --dates day-first or --dates month-first.",
        )


class ClosedFirstAsked(BadInput):
    """Deals that closed before they began: no deal can, and which of its days is wrong, the file does not say. `deals`:
    how many; `row`, `closed_on`, `began_on`: the first of them."""

    def __init__(self, deals: int, row: int, closed_on: date, began_on: date) -> None:
        self.deals, self.row, self.closed_on, self.began_on = deals, row, closed_on, began_on
        many = "1 deal" if deals == 1 else f"{deals:,} deals"
        super().__init__(
            "closed_first",
            f"{many} closed before {'it' if deals == 1 else 'they'} began: row {row:,} closed on {closed_on} and began "
            f"on {began_on}. Say --closed-first {KEPT} to have such deals begin on the day they closed, or "
            f"--closed-first {REFUSED} to leave them out.",
        )


def kept_or_refused(said: str | None) -> str | None:
    """What a person says of rows that can't be as they stand. Raises BadInput for anything but KEPT and REFUSED."""
    if said not in (None, KEPT, REFUSED):
        raise BadInput("closed_first", f"“{said}” is neither {KEPT} nor {REFUSED}. Use one of these.")
    return said


def order_of(said: str | None) -> str | None:
    """The order a person names as "day-first" or "month-first". Raises BadInput for anything else."""
    if said is None:
        return None
    if said not in ORDERS:
        raise BadInput("dates", f"“{said}” is no order of dates. Use one of: {', '.join(ORDERS)}.")
    return ORDERS[said]
