"""Cleaning, a column at a time: what is in a cell becomes the text COPY expects, or a refusal with its reason.

Each distinct value is cleaned once and remembered, so half a million cells cost half a million look-ups. What a
column means as a whole (which of 05/12 is the month, whether 1.234 is a thousand) is assumed from its first rows;
a cleaner that meets proof of the contrary says so, and the column is read again.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from crmcore import money, names, phones
from crmcore.errors import BadInput
from crmcore.sheets import dates
from crmcore.sheets.choices import ASKS_YES_OR_NO, CHOICES
from crmcore.sheets.fields import Field, kinds
from crmcore.sheets.headers import squeeze

NULL = r"\N"
_REMEMBERED = 300_000  # distinct values a column
_LONGEST = {kinds.REF: 100, kinds.LONG_TEXT: 10_000, kinds.TAGS: 1_000}
_FIRST_YEAR = 1850  # somebody on file can be born in
_SLIPS = 0.02  # of a column's dates may be written the other way round by mistake
_EMPTY = frozenset(
    {"", "-", "--", ".", "?", "null", "n/a", "#n/a", "n.a.", "nan", "<na>", "#ref!", "#value!", "#null!"}
    | {"-none-", "(no value)", "(blank)", "[not provided]"}  # as other programs write it
)
_NOTHING = _EMPTY | {"na", "none", "nil"}  # these may be somebody's name
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
_DESTROYED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+")  # as spreadsheet programs show a long number
_EXACT = re.compile(r"[0-9](?:\.[0-9]+)?e\+[0-9]{1,2}")  # as statistics programs write it, with all its digits
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")  # the apostrophe an export puts before what looks like a formula
_YEAR = re.compile(r"(1[89]|20)[0-9]{2}")
_COULD_BE_THOUSANDS = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})\.?")

@dataclass(frozen=True)
class Habits:
    """What a shop takes for granted: its country, currency, zone and today, the people who may be reps (None for a name
    that several have), and the day its books open."""

    region: str
    currency: str
    zone: tzinfo
    today: date
    staff: Mapping[str, UUID | None]
    books_open_on: date | None = None
    dates: str | None = None  # day first or month first, where a person said so
    statuses: Mapping[str, str] = dataclass_field(default_factory=dict)  # squeezed words of it, as a person said


class Cleaner(dict[str, str]):
    """One column: maps what a cell says to COPY text (several columns of it, for some fields)."""

    def __init__(self, field: Field, header: str, habits: Habits) -> None:
        super().__init__()
        self.field = field
        self.header = header
        self.habits = habits
        self.refused: dict[str, str] = {}
        self._empty = _EMPTY if field.holds == kinds.NAME else _NOTHING
        self._nothing = "" if field.own else "\t".join([NULL] * STAGED_WIDTH.get(field.holds, 1))
        self._read = _READ.get(field.holds, _text)

    def clean(self, cells: Sequence[str]) -> list[str]:
        """COPY text of these cells; `refused` then holds the reasons of those that can't be used."""
        if len(self) > _REMEMBERED:
            self.clear()
            self.refused.clear()
        return list(map(self.__getitem__, cells))

    def __missing__(self, raw: str) -> str:
        shown = _GUARDED.sub("", raw.strip())
        if shown.casefold() in self._empty:
            cleaned: str | None = None
        else:
            try:
                cleaned = self._read(self, shown)
            except BadInput as reason:
                self.refused[raw] = str(reason)
                cleaned = None
        self[raw] = text = self._nothing if cleaned is None else cleaned
        return text

    def assume(self, cells: Sequence[str]) -> None:
        """Take the first cells as a sample of the whole column."""

    @property
    def mistaken(self) -> bool:
        """Whether a cell proved that the column has to be read another way: call `reconsider` and start over."""
        return False

    def reconsider(self) -> None:
        """Read the column as its cells proved to be meant."""
        self.clear()
        self.refused.clear()

    @property
    def remark(self) -> str | None:
        """What a person should know about how this column was read."""
        return None


class _Amounts(Cleaner):
    """Money, prices and quantities: one decimal mark for the whole column."""

    def __init__(self, field: Field, header: str, habits: Habits) -> None:
        super().__init__(field, header, habits)
        self.mark: str | None = None
        self._proven: set[str] = set()
        self._unproven: tuple[str, Decimal] | None = None

    def assume(self, cells: Sequence[str]) -> None:
        self.mark = money.decimal_mark_of(cells)

    def prove(self, shown: str) -> None:
        if (mark := money.decimal_mark_of([shown])) is not None:
            self._proven.add(mark)

    @property
    def mistaken(self) -> bool:
        return bool(self._proven - {self.mark}) if self.mark else len(self._proven) == 1

    def reconsider(self) -> None:
        super().reconsider()
        self.mark = next(iter(self._proven)) if len(self._proven) == 1 else None
        self._unproven = None

    def note(self, shown: str, amount: Decimal) -> None:
        """Remember an amount whose only mark, before three digits, is taken for the decimal mark without proof."""
        if self.mark is None and self._unproven is None and _COULD_BE_THOUSANDS.fullmatch(shown) and amount < 1_000:
            self._unproven = (shown, amount)

    @property
    def remark(self) -> str | None:
        if self._unproven is None:
            return None
        shown, amount = self._unproven
        return f"{self.header} is read with {shown} as {amount.normalize():f}, and not as thousands: check that."


class Moments(Cleaner):
    """Dates: one order of day and month for the whole column, proven by most of it or the country's habit."""

    def __init__(self, field: Field, header: str, habits: Habits) -> None:
        super().__init__(field, header, habits)
        self.order: str | None = dates.habit(habits.region)
        self._proofs: Counter[str] = Counter()
        self._turned: str | None = None

    def assume(self, cells: Sequence[str]) -> None:
        self.order = self._proven_by(Counter(filter(None, map(dates.order_of, set(cells)))))

    def moment(self, shown: str) -> dates.Reading:
        order = None if shown[4:5] == "-" else dates.order_of(shown)
        if order is not None:
            self._proofs[order] += 1
            if self.order not in (order, None):
                raise BadInput("date", f"{shown} is not written {self.order} as the rest is: write it as 2024-03-31.")
        reading = dates.read_moment(shown, self.order or order or dates.DAY_FIRST, self.habits.zone)
        if reading.turned:
            self._turned = shown
            if self.order is None:
                raise BadInput(
                    "date",
                    f"{shown} can be read two ways, and this column writes dates both ways: write it as 2024-03-31.",
                )
        return reading

    @property
    def mistaken(self) -> bool:
        return self.order != self._proven_by(self._proofs)

    def reconsider(self) -> None:
        super().reconsider()
        self.order = self._proven_by(self._proofs)
        self._proofs = Counter()

    @property
    def unclear(self) -> str | None:
        """A date that could be read two ways, in a column of which nothing shows which; None when all is plain."""
        return None if self._proofs or self.habits.dates else self._turned

    @property
    def shown_order(self) -> str | None:
        """The order that the dates of this column show by themselves."""
        return self.order if self._proofs else None

    def read_as(self, order: str) -> None:
        """Read the column so: a person said it, or the other dates of the sheet show it."""
        super().reconsider()
        self.habits = replace(self.habits, dates=order)
        self.order, self._proofs = order, Counter()

    def _proven_by(self, proofs: Counter[str]) -> str | None:
        """The order nearly all dates show, None for a column that mixes both; the country's habit without proof."""
        if self.habits.dates and not proofs:
            return self.habits.dates
        if not proofs:
            return dates.habit(self.habits.region)
        (order, many), *others = proofs.most_common()
        return order if sum(few for _, few in others) <= _SLIPS * many else None

    @property
    def remark(self) -> str | None:
        if self._turned is None:
            return None
        if self.order is None:
            return f"{self.header} writes dates both day first and month first; those that fit both are refused."
        if self.habits.dates and not self._proofs:
            return f"{self.header} is read {self.order} ({self._turned})."
        if self._proofs:
            return f"{self.header} is read {self.order} ({self._turned}), as its other dates show."
        return f"{self.header} is read {self.order} ({self._turned}), as is usual in the shop's country."


class _Likelihoods(Cleaner):
    """Probabilities: percents, or parts of one (0.9) in a column where nothing is above 1."""

    def __init__(self, field: Field, header: str, habits: Habits) -> None:
        super().__init__(field, header, habits)
        self.of_one = True
        self._has_percents = False
        self._part: str | None = None

    def percent(self, shown: str) -> Decimal:
        """What a cell says, in percent."""
        number = Decimal(shown.replace("%", "").strip().replace(",", "."))
        is_part = "%" not in shown and 0 <= number <= 1
        if not is_part:
            self._has_percents = True
        elif 0 < number < 1 and not self.of_one:
            raise BadInput(
                self.field.key,
                f"{shown} can be a part of one or a percentage, and this column also has percents: write it with %.",
            )
        elif number:
            self._part = shown
        return number * 100 if is_part and self.of_one else number

    @property
    def mistaken(self) -> bool:
        return self.of_one and self._has_percents

    def reconsider(self) -> None:
        super().reconsider()
        self.of_one = False

    @property
    def remark(self) -> str | None:
        if not self.of_one or self._part is None:
            return None
        return f"{self.header} is read as parts of one ({self._part} is {self[self._part]} %)."


def cleaner(field: Field, header: str, habits: Habits) -> Cleaner:
    """The cleaner for a field's column."""
    return _KINDS.get(field.holds, Cleaner)(field, header, habits)


def copy_text(text: str) -> str:
    """Text as COPY reads it back unchanged."""
    return text if text.isalnum() else text.translate(_ESCAPED)


def _text(column: Cleaner, shown: str) -> str:
    text = _GUARDED.sub("", " ".join(shown.split()) if column.field.holds != kinds.LONG_TEXT else shown, count=1)
    if column.field.check is not None:
        return copy_text(str(column.field.check(text)))
    longest = _LONGEST.get(column.field.holds, 300)
    if len(text) > longest:
        raise BadInput(column.field.key, f"{text[:40]}… has {len(text):,} characters, the limit is {longest}.")
    return copy_text(text)


def _ref(column: Cleaner, shown: str) -> str | None:
    if whole := _WHOLE.fullmatch(shown):
        return whole[1]
    if _EXACT.fullmatch(shown):
        return f"{Decimal(shown):f}"
    if _DESTROYED.fullmatch(shown):
        raise BadInput(
            column.field.key,
            f"{shown} has lost its last digits in a spreadsheet: write it whole, in a column formatted as text.",
        )
    return _text(column, shown.strip("'’") if shown[0] in "'’" else shown) or None


def _phone(column: Cleaner, shown: str) -> str:
    phone = phones.normalise(shown, column.habits.region)
    return f"{phone.e164}\t{copy_text(phone.typed)}"


def _phones(column: Cleaner, shown: str) -> str:
    """Which of the numbers is called, its kind, the others, and the cell as it was typed."""
    found = phones.all_in(shown, column.habits.region)
    if len(found) == 1:
        number = found[0].e164
        return f"{number}\t{phones.kind_of(number, column.habits.region)}\t{{}}\t{copy_text(found[0].typed)}"
    numbers = [phone.e164 for phone in found]
    kinds = [phones.kind_of(number, column.habits.region) for number in numbers]
    first = phones.to_call(kinds)
    others = "{" + ",".join(number for nth, number in enumerate(numbers) if nth != first) + "}"
    return f"{numbers[first]}\t{kinds[first]}\t{others}\t{copy_text(found[0].typed)}"


def _email(column: Cleaner, shown: str) -> str:
    email = shown.lower().removeprefix("mailto:").strip("<> ")
    if not _EMAIL.fullmatch(email) or len(email) > 320:
        raise BadInput("email", f"{shown} is not an e-mail address such as asha@example.org.")
    return copy_text(email)


def _moment(column: Cleaner, shown: str) -> str:
    assert isinstance(column, Moments)
    reading = column.moment(shown)
    if reading.on > column.habits.today + timedelta(days=1):
        raise BadInput("date", f"{shown} lies in the future: check the date.")
    first = column.habits.books_open_on
    if first is not None and reading.on < first:
        raise BadInput("date", f"{shown} is before your books open, on {first:%-d %B %Y}.")
    return f"{reading.at.isoformat()}\t{reading.on.isoformat()}"


def _day(column: Cleaner, shown: str) -> str:
    assert isinstance(column, Moments)
    reading = column.moment(shown)
    return f"{reading.at.isoformat()}\t{reading.on.isoformat()}"


def _likely(column: Cleaner, shown: str) -> str:
    """60, 60 %, or 0.6 as spreadsheet programs keep a percentage."""
    assert isinstance(column, _Likelihoods)
    try:
        return str(round(column.percent(shown)))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise BadInput(column.field.key, f"{shown} is no probability: write it as a number from 0 to 100.") from error


def _currency(column: Cleaner, shown: str) -> str:
    return column.habits.currency if money.names(shown, column.habits.currency) else _text(column, shown.upper())


def _birthday(column: Cleaner, shown: str) -> str:
    assert isinstance(column, Moments)
    if day_month := _DAY_MONTH.fullmatch(shown):
        reading = column.moment(f"{day_month[1]}/{day_month[2]}/2000")
        return f"{reading.on.day}\t{reading.on.month}\t{NULL}"
    if _YEAR.fullmatch(shown):  # of somebody who only told their age
        if not _FIRST_YEAR <= int(shown) <= column.habits.today.year:
            raise BadInput("birthday", f"{shown} can't be the year of a birth: check it.")
        return f"{NULL}\t{NULL}\t{shown}"
    reading = column.moment(shown)
    if reading.on > column.habits.today:
        raise BadInput("birthday", f"{shown} lies in the future: check the year.")
    return f"{reading.on.day}\t{reading.on.month}\t{reading.on.year}"


def _price(column: Cleaner, shown: str) -> str:
    assert isinstance(column, _Amounts)
    column.prove(shown)
    return _checked_amount(column, money.parse_amount(shown, column.habits.currency, column.mark))


def _amount(column: Cleaner, shown: str) -> str | None:
    assert isinstance(column, _Amounts)
    column.prove(shown)
    habits = column.habits
    if not any(map(str.isdigit, shown)) and money.names(shown.strip("-–— "), habits.currency):
        return None  # "$ -", as spreadsheet programs show nothing
    largest = money.LARGEST_DEAL if column.field.key == "value" else money.LARGEST
    amount = money.parse_amount(shown, habits.currency, column.mark, region=habits.region, largest=largest)
    column.note(shown, amount)
    return _checked_amount(column, amount)


def _checked_amount(column: Cleaner, amount: Decimal) -> str:
    return str(amount if column.field.check is None else column.field.check(amount))


def _number(column: Cleaner, shown: str) -> Decimal | str:
    """As its form takes it, whose sentence it is when this is none."""
    assert isinstance(column, _Amounts)
    column.prove(shown)
    with suppress(BadInput):
        return money.parse_amount(shown, column.habits.currency, column.mark)
    return shown


def _checked_number(column: Cleaner, shown: str) -> str:
    return str(_check(column, _number(column, shown)))


def _degrees(column: Cleaner, shown: str) -> str:
    return str(_check(column, shown.removesuffix("°") if "." in shown else shown.replace(",", ".")))


def _check(column: Cleaner, value: Any) -> Any:
    assert column.field.check is not None
    return column.field.check(value)


def _own_number(column: Cleaner, shown: str) -> str:
    return _as_own(column, _number(column, shown))


def _own_date(column: Cleaner, shown: str) -> str:
    assert isinstance(column, Moments)
    return _as_own(column, column.moment(shown).on)


def _own_choice(column: Cleaner, shown: str) -> str:
    known = {names.key(choice): choice for choice in column.field.words}
    return _as_own(column, known.get(names.key(shown), shown))


def _own_yes_no(column: Cleaner, shown: str) -> str:
    return _as_own(column, CHOICES["yes_no"].get(squeeze(shown), shown))


def _as_own(column: Cleaner, value: Any) -> str:
    """One entry of the JSON object that a customer's own fields are."""
    return copy_text(f"{json.dumps(column.field.own)}: {json.dumps(_check(column, value))}")


def _quantity(column: Cleaner, shown: str) -> str:
    assert isinstance(column, _Amounts)
    column.prove(shown)
    try:
        return str(money.parse_amount(shown, column.habits.currency, column.mark))
    except BadInput as error:
        raise BadInput("quantity", f"{shown} is not a quantity: write it as a number.") from error


def _days(column: Cleaner, shown: str) -> str:
    digits = _WHOLE.sub(r"\1", re.sub(r"\s*days?$", "", shown, flags=re.IGNORECASE))
    if not (digits.isdecimal() and 1 <= int(digits) <= 3650):
        raise BadInput("medicine_days", f"{shown} is not a number of days from 1 to 3650.")
    return str(int(digits))


def _choice(column: Cleaner, shown: str) -> str:
    known = CHOICES[column.field.choices]
    word = "".join(mark for mark in shown.casefold().removeprefix("wc-") if mark.isalnum())
    value = known.get(word) or column.habits.statuses.get(word) if column.field.key == "status" else known.get(word)
    if value is None and squeeze(column.header) in ASKS_YES_OR_NO:
        value = known.get({"1": "yes", "0": "no"}.get(word, ""))
    if value is None:
        *most, last = dict.fromkeys(known.values())
        name = column.field.label.lower()
        raise BadInput(column.field.key, f"{shown} is no {name} we know: use {', '.join(most)} or {last}.")
    return value


def _person(column: Cleaner, shown: str) -> str:
    staff, key = column.habits.staff, names.key(shown)
    person = staff.get(key)
    if person is None and key in staff:
        raise BadInput("sales_rep", f"Several sales reps are called {shown}: give each a name of their own under Team.")
    if person is None:
        raise BadInput("sales_rep", f"{shown} is not one of this shop's sales reps: add them under Team first.")
    return str(person)


def _tags(column: Cleaner, shown: str) -> str | None:
    tags = [tag for part in re.split(r"[;,|\n]", shown) if (tag := " ".join(part.split()))]
    if too_long := next((tag for tag in tags if len(tag) > 60), None):
        raise BadInput("tags", f"The tag {too_long[:40]}… has more than 60 characters: part tags with a comma.")
    return copy_text(";".join(dict.fromkeys(tags))) or None


_READ: Mapping[str, Callable[..., str | None]] = {
    kinds.PHONE: _phone,
    kinds.PHONES: _phones,
    kinds.MORE_PHONES: _phones,
    kinds.REF: _ref,
    kinds.EMAIL: _email,
    kinds.MOMENT: _moment,
    kinds.BIRTHDAY: _birthday,
    kinds.DAY: _day,
    kinds.LIKELY: _likely,
    kinds.CURRENCY: _currency,
    kinds.MONEY: _amount,
    kinds.PRICE: _price,
    kinds.QUANTITY: _quantity,
    kinds.DAYS: _days,
    kinds.CHOICE: _choice,
    kinds.PERSON: _person,
    kinds.TAGS: _tags,
    kinds.WHOLE: _checked_number,
    kinds.DEGREES: _degrees,
    kinds.OWN_TEXT: _as_own,
    kinds.OWN_NUMBER: _own_number,
    kinds.OWN_DATE: _own_date,
    kinds.OWN_CHOICE: _own_choice,
    kinds.OWN_YES_NO: _own_yes_no,
}
_KINDS: Mapping[str, type[Cleaner]] = {
    kinds.MOMENT: Moments,
    kinds.DAY: Moments,
    kinds.LIKELY: _Likelihoods,
    kinds.BIRTHDAY: Moments,
    kinds.MONEY: _Amounts,
    kinds.PRICE: _Amounts,
    kinds.QUANTITY: _Amounts,
    kinds.WHOLE: _Amounts,
    kinds.OWN_NUMBER: _Amounts,
    kinds.OWN_DATE: Moments,
}
STAGED_WIDTH: Mapping[str, int] = {
    kinds.PHONE: 2, kinds.PHONES: 4, kinds.MORE_PHONES: 4, kinds.MOMENT: 2, kinds.DAY: 2, kinds.BIRTHDAY: 3,
}  # fmt: skip
