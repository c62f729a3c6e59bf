"""The words of importing: what a sheet can hold, the four steps, and counts that visibly add up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crmcore.errors import CrmError
from dashboard.parts import words
from dashboard.parts.layout import badges, figure_strip, note
from dashboard.parts.saving import complain
from dashboard.parts.words import Markdown, count, escape


@dataclass(frozen=True)
class Noun:
    """What a sheet can hold: `one` and `several` of it, its icon, and what a row is and needs."""

    one: str
    several: str
    icon: str
    means: str


NOUNS: Mapping[str, Noun] = {
    "orders": Noun(
        "order",
        "orders",
        ":material/receipt_long:",
        "One row for each sale, or for each line of one. It needs a date and an amount. Customers are found by their "
        "phone, reference or e-mail, and new ones are put on file; a row that names nobody is an anonymous sale.",
    ),
    "customers": Noun(
        "customer",
        "customers",
        ":material/group:",
        "One row for each person or company. It needs a phone number, a reference, a name or a company. Who is on file "
        "already is recognised, and an empty cell never erases what you know of them. Your own fields can be columns "
        "too.",
    ),
    "contacts": Noun(
        "contact",
        "contacts",
        ":material/contact_phone:",
        "One row for each person to be called. It needs a phone number; a cell may hold several, and a second "
        "column is the other phone. The first mobile is the one that is called. Contacts on file keep what you know "
        "of them.",
    ),
    "leads": Noun(
        "lead",
        "leads",
        ":material/person_search:",
        "One row for each person or company that may become a customer, also from another program. It needs a "
        "reference, a phone number, an e-mail address or a company. Whoever has leads and is not in your team joins it "
        "without a sign-in.",
    ),
    "opportunities": Noun(
        "opportunity",
        "opportunities",
        ":material/handshake:",
        "One row for each deal. It needs a reference, a name, a customer or a product. Stages, sales reps, accounts "
        "and products are recognised by their names; a stage nobody knows is asked about.",
    ),
    "products": Noun(
        "product",
        "products",
        ":material/sell:",
        "One row for each product. It needs a name or a code. Products on file already are recognised.",
    ),
    "visits": Noun(
        "visit",
        "visits",
        ":material/storefront:",
        "One row for each time somebody came by. It needs a day and who came: a phone number, a reference or a name. "
        "New visitors are put on file; several rows of one person and day are one visit.",
    ),
}

_STEPS = ("Sheet", "Columns", "Check", "Done")


class Counts(Protocol):
    """An import's counts: created + updated + unchanged + rejected = rows."""

    @property
    def rows(self) -> int: ...
    @property
    def created(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def rejected(self) -> int: ...


def steps(current: int) -> None:
    """Where one is: 1 Sheet, 2 Columns, 3 Check, 4 Done."""
    last = len(_STEPS)
    badges(
        [
            (name, "green", ":material/check:")
            if place < current or current == last
            else (f"{place} · {name}", "blue", ":material/edit:")
            if place == current
            else (f"{place} · {name}", "gray")
            for place, name in enumerate(_STEPS, 1)
        ]
    )


def count_strip(counts: Counts) -> None:
    """The counts in a row, and below them the sum that shows that no row was dropped."""
    figure_strip(
        [
            (Markdown(":material/table_rows: Rows in the sheet"), count(counts.rows)),
            (Markdown(":material/add_circle: New"), count(counts.created)),
            (Markdown(":material/edit: Changed"), count(counts.updated)),
            (Markdown(":material/check: Same as before"), count(counts.unchanged)),
            (Markdown(":material/block: Refused"), count(counts.rejected)),
        ]
    )
    parts = (counts.created, counts.updated, counts.unchanged, counts.rejected)
    note(f"{' + '.join(map(count, parts))} = {count(counts.rows)}. Every row is counted once.")


def sum_of(counts: Counts) -> str:
    """248 rows = 200 new + 20 changed + 20 same + 8 refused."""
    return (
        f"{count(counts.rows)} {'row' if counts.rows == 1 else 'rows'} = {count(counts.created)} new + "
        f"{count(counts.updated)} changed + {count(counts.unchanged)} same + {count(counts.rejected)} refused"
    )


def remarks(said: Sequence[str]) -> None:
    """How the sheet was read, where that was not plain."""
    for remark in said:
        st.info(escape(remark), icon=":material/info:")


def explain(failure: CrmError) -> None:
    """Say why a sheet can't be read. What the command line calls --no-header is a switch here."""
    complain(CrmError(str(failure).replace("(--no-header)", "with the switch above")))


def rows_of(noun: str, columns: Mapping[str, str], number: int) -> str:
    """1,199 customers. What is counted are rows: those of an order with a number are its lines, of a day one visit."""
    if noun == "visits" or (noun == "orders" and "order_number" in columns):
        return words.several(number, "row")
    return words.several(number, NOUNS[noun].one, NOUNS[noun].several)


@contextmanager
def advancing(place: DeltaGenerator, text: str) -> Iterator[Callable[[float], None]]:
    """A progress bar at `place`, an st.empty(), while something runs; hand it the part done, from 0 to 1."""
    bar = place.progress(0.0, text=text)
    shown = 0.0

    def advance(part: float) -> None:
        nonlocal shown
        if part >= shown + 0.01:
            shown = min(part, 1.0)
            bar.progress(shown, text=text)

    try:
        yield advance
    finally:
        place.empty()
