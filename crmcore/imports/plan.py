"""What an import will do: which column of which sheet fills which field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from uuid import UUID

from crmcore import books, custom_fields, names, people
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.imports.answers import Answers
from crmcore.sheets.cells import Cleaner, Habits, cleaner
from crmcore.sheets.columns import ColumnGuess, guess_columns
from crmcore.sheets.fields import FIELDS, Field, field_of, kinds, own_fields
from crmcore.sheets.sheet import Sheet

# Of each group one field has to be matched: (field keys, what they are).
_NEEDED: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "orders": ((("ordered_at",), "the date"), (("total", "line_total", "unit_price"), "the amount")),
    "customers": (
        (("phone", "ref", "name", "company"), "the phone number, the reference, the name or the company"),
    ),
    "contacts": ((("phone",), "the phone number"),),
    "products": ((("name", "sku"), "the name or the code"),),
    "opportunities": (
        (("ref", "name", "customer", "product"), "the reference, the name, the customer or the product"),
    ),
    "leads": (
        (("ref", "phone", "email", "company"), "the reference, the phone number, the e-mail address or the company"),
    ),
    "visits": (
        (("visited_on",), "the date of the visit"),
        (("customer_phone", "customer_ref", "customer_name"), "the phone number, the reference or the name"),
    ),
}
# What a field is where the first of its kind is not there.
_ALONE: Mapping[str, str] = {"second_phone": "phone"}


@dataclass(frozen=True)
class Plan:
    """A checked plan: the fields in the order they are staged, the shop's own ones last, with each one's column.

    `seconds`: the column that is read where another one, by its place, is empty.
    """

    noun: str
    sheet: Sheet
    columns: Mapping[str, str]
    fields: tuple[tuple[Field, int], ...]
    answers: Answers = made(default_factory=Answers)
    seconds: Mapping[int, int] = made(default_factory=dict)

    def cleaners(self, habits: Habits) -> list[tuple[int, Cleaner]]:
        return [(place, cleaner(field, self.sheet.headers[place], habits)) for field, place in self.fields]

    def header(self, field: str | None) -> str | None:
        """What the file calls this field."""
        return self.columns.get(field, field) if field else None


def fields_of(shop: ShopSession, noun: str) -> tuple[Field, ...]:
    """The fields a sheet of this noun can fill, in the order they are offered; those the shop made itself come last."""
    _known(noun)
    return (*FIELDS[noun], *_own(shop, noun))


def guess(shop: ShopSession, noun: str, sheet: Sheet) -> list[ColumnGuess]:
    """What each column of the sheet probably is, for this shop."""
    _known(noun)
    staff = [person.name for person in people.reps(shop)]
    return guess_columns(sheet, noun, shop.shop.region, staff, _own(shop, noun))


def prepare(
    shop: ShopSession, noun: str, sheet: Sheet, columns: Mapping[str, str], answers: Answers = Answers()
) -> Plan:
    """Check which header fills which field, e.g. {"ordered_at": "Bill Date"}; nothing is read or written yet.

    `answers`: what a person said of words and dates that could mean several things.

    Raises BadInput("column") for an unknown field or header, two headers alike, or a field that is missing.
    """
    shop.who.must("import")
    _known(noun)
    places: dict[int, str] = {}
    fields, own = [], _own(shop, noun)
    if "phone" not in columns:
        columns = {_ALONE.get(key, key): header for key, header in columns.items()}
    for key, header in columns.items():
        field = field_of(noun, key, own)
        place = sheet.place(header)
        if place in places:
            raise BadInput("column", f"Column {header} can't be both {places[place]} and {key}: choose one.")
        places[place] = key
        fields.append((field, place))
    for keys, what in _NEEDED[noun]:
        if columns.keys().isdisjoint(keys):
            known = ", ".join(sheet.headers)
            raise BadInput(
                "column", f"No column is matched to {what} ({' or '.join(keys)}); {sheet.file_name} has {known}."
            )
    if sheet.first() is None:
        raise BadInput("file", f"{sheet.file_name} has a header and no rows below it.")
    fields.sort(key=lambda placed: bool(placed[0].own))
    place_of = {key: place for place, key in places.items()}
    seconds = {place_of["phone"]: place_of["second_phone"]} if "second_phone" in place_of else {}
    staged = [placed for placed in fields if placed[0].holds != kinds.SECOND_PHONE]
    return Plan(noun, sheet, dict(columns), tuple(staged), answers, seconds)


def missing(noun: str, columns: Iterable[str]) -> list[str]:
    """What these fields leave open, in words: ["the date", "the amount"]; nothing when the sheet can be imported."""
    matched = {_ALONE.get(key, key) for key in columns}
    return [what for keys, what in _NEEDED[noun] if matched.isdisjoint(keys)]


def habits_of(shop: ShopSession) -> Habits:
    """What this shop takes for granted when it reads a sheet."""
    staff: dict[str, UUID | None] = {}
    for person in people.reps(shop):
        key = names.key(person.name)
        staff[key] = None if key in staff else person.staff_id
    return Habits(shop.shop.region, shop.shop.currency, shop.zone, shop.today, staff, books.open_on(shop))


def _own(shop: ShopSession, noun: str) -> tuple[Field, ...]:
    return own_fields(map(dict, custom_fields.fields(shop))) if noun == "customers" else ()


def _known(noun: str) -> None:
    if noun not in FIELDS:
        raise BadInput("noun", f"{noun} can't be imported: choose one of {', '.join(FIELDS)}.")
