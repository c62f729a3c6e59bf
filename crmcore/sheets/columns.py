"""Which column is which field: by its name, checked against what it holds, and by what it holds alone."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crmcore import names, phones
from crmcore.errors import BadInput
from crmcore.sheets.choices import CHOICES
from crmcore.sheets.dates import looks_like_date
from crmcore.sheets.fields import FIELDS, Field, kinds
from crmcore.sheets.headers import squeeze
from crmcore.sheets.sheet import Sheet

NAME, CONTENT, UNSURE = "name", "content", "unsure"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NUMBERED = re.compile(r"#?[A-Z]{0,4}-?[0-9]+", re.IGNORECASE)
_ENOUGH = 3  # orders of several lines
_WHOLE = re.compile(r"[0-9][0-9,. ']*")
_DIGITS = re.compile(r"[0-9]+(\.0)?")
# A column named like a person or a thing that holds only numbers holds its reference.
_REF_INSTEAD = {"customer_name": "customer_ref", "product": "sku", "name": "ref", "company": "ref"}
# Common headers: over other words they mean something else.
_CHOSEN_BY_WORDS = ("lead_quality", "opportunity_status", "customer_status", "generic_preference")
_TOLD_BY_CONTENT = (kinds.EMAIL, kinds.PHONE, kinds.PHONES, kinds.MOMENT)
_OF_PHONES = (kinds.PHONE, kinds.PHONES)


@dataclass(frozen=True)
class ColumnGuess:
    """What one column probably is. `how`: "name", "content", "unsure" (a person should look), None for no field."""

    header: str
    samples: list[str]
    field: str | None = None
    how: str | None = None


def guess_columns(
    sheet: Sheet, noun: str, region: str, staff: Iterable[str] = (), own: Sequence[Field] = ()
) -> list[ColumnGuess]:
    """One guess a column, left to right. `staff`: names of the people who may be sales reps. `own`: fields the shop
    made itself; what is called just as one of them is that.

    A field goes to one column at most, unless it is "unsure": then a person has to choose.
    """
    first = sheet.first()
    columns = [_values(first.column(place)) if first else [] for place in range(len(sheet.headers))]
    fits = _Fits(region, frozenset(map(names.key, staff)))
    guesses = [
        ColumnGuess(header, list(dict.fromkeys(values))[:3])
        for header, values in zip(sheet.headers, columns, strict=True)
    ]
    taken: dict[str, int] = {}
    for field in (*own, *FIELDS[noun]):
        _by_name(field, guesses, columns, fits, taken, noun)
    for field in FIELDS[noun]:
        if field.key not in taken and field.holds in _TOLD_BY_CONTENT:
            _by_content(field, guesses, columns, fits, taken)
    if noun == "customers":
        _revenue_of_companies(guesses, taken)
    if noun == "orders" and first is not None:
        _number_called_name(guesses, columns, taken)
        _line_or_order_total(guesses, taken, first.column)
    return guesses


def suggested(guesses: Sequence[ColumnGuess], without: Container[str] = ()) -> dict[str, str]:
    """Field -> header for everything that needs no second look, `without` the fields already chosen.

    Raises BadInput("column") when two columns alike in name compete for one field.
    """
    found: dict[str, str] = {}
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, guess in enumerate(guesses, 1):
        if guess.field in without:
            continue
        if guess.field and guess.how in (NAME, CONTENT):
            found[guess.field] = guess.header
        elif guess.field:
            places[guess.field, guess.header].append(place)
    for (field, header), alike in places.items():
        if field not in found and len(alike) > 1:
            shown = " and ".join(map(str, alike))
            raise BadInput("column", f"Columns {shown} are both headed {header}: rename one, or remove it.")
    return found


class _Fits:
    """How much of a column's first values is what a field holds, or at least meant to be, from 0 to 1."""

    def __init__(self, region: str, staff: frozenset[str]) -> None:
        # A column named "Phone" that holds ruined numbers is still the phone: its rows are refused, not left out.
        self.meant: dict[str, Callable[[str], bool]] = {
            **dict.fromkeys(
                (*_OF_PHONES, kinds.MORE_PHONES, kinds.SECOND_PHONE),
                lambda value: sum(map(str.isdigit, value)) >= 3,
            ),
            kinds.EMAIL: lambda value: "@" in value,
            kinds.MOMENT: lambda value: len(value) >= 5 and any(map(str.isdigit, value)),
            kinds.DAY: lambda value: len(value) >= 5 and any(map(str.isdigit, value)),
            kinds.LIKELY: lambda value: any(map(str.isdigit, value)),
            kinds.BIRTHDAY: lambda value: any(map(str.isdigit, value)),
            kinds.MONEY: lambda value: any(map(str.isdigit, value)),
            kinds.PRICE: lambda value: any(map(str.isdigit, value)),
            kinds.QUANTITY: lambda value: any(map(str.isdigit, value)),
            kinds.DAYS: lambda value: any(map(str.isdigit, value)),
            kinds.WHOLE: lambda value: bool(_WHOLE.fullmatch(value)),
            kinds.DEGREES: lambda value: any(map(str.isdigit, value)),
            kinds.OWN_NUMBER: lambda value: any(map(str.isdigit, value)),
            kinds.OWN_DATE: lambda value: len(value) >= 5 and any(map(str.isdigit, value)),
            kinds.PERSON: lambda value: names.key(value) in staff,
            kinds.NAME: lambda value: not _DIGITS.fullmatch(value),
        }
        self.tests: dict[str, Callable[[str], bool]] = {
            kinds.PHONE: lambda value: _works(phones.normalise, value, region),
            kinds.PHONES: lambda value: _works(phones.all_in, value, region),
            kinds.EMAIL: lambda value: bool(_EMAIL.fullmatch(value)),
            kinds.MOMENT: looks_like_date,
        }

    def share(self, holds: str, values: Sequence[str], *, meant: bool = False) -> float:
        test = (self.meant if meant else self.tests).get(holds)
        if test is None or not values:
            return 1.0
        tried = values[:200]
        return sum(map(test, tried)) / len(tried)


def _works(read: Callable[..., object], value: str, habit: str) -> bool:
    try:
        read(value, habit)
    except BadInput:
        return False
    return True


def _values(cells: Sequence[str]) -> list[str]:
    return [value for cell in cells if (value := cell.strip())]


def _by_name(
    field: Field,
    guesses: list[ColumnGuess],
    columns: Sequence[Sequence[str]],
    fits: _Fits,
    taken: dict[str, int],
    noun: str,
) -> None:
    named = [
        (field.names[name], place)
        for place, guess in enumerate(guesses)
        if (name := squeeze(guess.header)) in field.names and guess.field is None
    ]
    good = [(rank, place) for rank, place in named if fits.share(field.holds, columns[place], meant=True) >= 0.5]
    if field.choices in _CHOSEN_BY_WORDS:
        good = [(rank, place) for rank, place in good if _speaks_of(field, columns[place])]
    if not good and named:
        place = min(named)[1]
        instead = _REF_INSTEAD.get(field.key)
        if field.holds == kinds.NAME and instead and any(instead == other.key for other in FIELDS[noun]):
            if not any(squeeze(guess.header) in _names(noun, instead) for guess in guesses):
                guesses[place] = replace(guesses[place], field=instead, how=NAME)
                taken[instead] = place
            return
        guesses[place] = replace(guesses[place], field=field.key, how=UNSURE)
        return
    if not good or field.key in taken:
        return
    # One that holds nothing gives way: a program exports “Phone” beside “Mobile” though nobody filled it in.
    best = min([one for one in good if columns[one[1]]] or good)[1]
    alike = [place for _, place in good if guesses[place].header.casefold() == guesses[best].header.casefold()]
    how = NAME if len(alike) == 1 else UNSURE
    for place in alike:
        guesses[place] = replace(guesses[place], field=field.key, how=how)
    taken[field.key] = best


def _speaks_of(field: Field, values: Sequence[str]) -> bool:
    """Whether at least half of the different words of a column are known for this field."""
    words = {squeeze(value) for value in values}
    return not words or 2 * len(words & CHOICES[field.choices].keys()) >= len(words)


def _names(noun: str, key: str) -> Mapping[str, int]:
    return next(field.names for field in FIELDS[noun] if field.key == key)


def _by_content(
    field: Field,
    guesses: list[ColumnGuess],
    columns: Sequence[Sequence[str]],
    fits: _Fits,
    taken: dict[str, int],
) -> None:
    """Only what can hardly be anything else: nine of ten values, several different ones, no name of its own."""
    found = [
        place
        for place, values in enumerate(columns)
        if guesses[place].field is None
        and len(set(values)) > 1
        and _can_only_be(field.holds, values)
        and fits.share(field.holds, values) >= 0.9
    ]
    for place in found:
        guesses[place] = replace(guesses[place], field=field.key, how=CONTENT if len(found) == 1 else UNSURE)
    if len(found) == 1:
        taken[field.key] = found[0]


def _can_only_be(holds: str, values: Sequence[str]) -> bool:
    if holds in _OF_PHONES:  # long numbers that are no dates and no amounts
        digits = [sum(mark.isdigit() for mark in value) for value in values[:200]]
        return min(digits) >= 7 and not any(looks_like_date(value) for value in values[:20])
    if holds == kinds.MOMENT:
        return all(looks_like_date(value) for value in values[:20])
    return True


def _revenue_of_companies(guesses: list[ColumnGuess], taken: dict[str, int]) -> None:
    """In a list of companies it is what they turn over; of people it would be what they spent."""
    if "company" not in taken or "name" in taken or "annual_revenue" in taken:
        return
    for place, guess in enumerate(guesses):
        if squeeze(guess.header) in ("revenue", "turnover", "umsatz") and guess.field is None:
            guesses[place] = replace(guess, field="annual_revenue", how=NAME)
            taken["annual_revenue"] = place
            return


def _number_called_name(guesses: list[ColumnGuess], columns: Sequence[Sequence[str]], taken: dict[str, int]) -> None:
    """Some web shops head the order number "Name": #1001, #1002."""
    if "order_number" in taken:
        return
    for place, guess in enumerate(guesses):
        if squeeze(guess.header) == "name" and columns[place] and all(map(_NUMBERED.fullmatch, columns[place])):
            guesses[place] = replace(guess, field="order_number", how=NAME)
            taken["order_number"] = place
            return


# Our own exports head these columns so: then there is nothing to guess.
_OWN_LABELS = {squeeze(field.label) for field in FIELDS["orders"] if field.key in ("total", "line_total")}


def _line_or_order_total(
    guesses: list[ColumnGuess], taken: dict[str, int], column: Callable[[int], Sequence[str]]
) -> None:
    """Shops head the money column "Amount" or "Total" either way: what an order's lines show tells whose it is."""
    if "order_number" not in taken:
        return
    numbers = column(taken["order_number"])
    for key, right, other in (("total", "order", "line_total"), ("line_total", "line", "total")):
        if key not in taken:
            continue
        place = taken[key]
        whose = _whose_amount(numbers, column(place))
        if whose in (right, None) or squeeze(guesses[place].header) in _OWN_LABELS:
            continue
        if other not in taken:
            guesses[place] = replace(guesses[place], field=other, how=NAME)
            taken[other] = place
        else:
            guesses[place] = replace(guesses[place], field=None, how=None)
        del taken[key]


def _whose_amount(numbers: Sequence[str], amounts: Sequence[str]) -> str | None:
    """ "order" when the lines of an order show one amount between them, "line" when they differ; None if unclear."""
    orders: dict[str, list[str]] = defaultdict(list)
    for number, amount in zip(numbers, amounts, strict=True):
        if number:
            orders[number].append(amount)
    several = [found for found in orders.values() if len(found) > 1]
    if len(several) < _ENOUGH:
        return None
    alike = sum(len({amount for amount in found if amount}) <= 1 for found in several) / len(several)
    return "order" if alike > 0.95 else "line" if alike < 0.9 else None
