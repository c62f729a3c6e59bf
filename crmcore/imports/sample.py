"""A sheet to begin with: every column a noun can have, and three rows that import as they stand."""

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import Any, BinaryIO

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from crmcore import people, phones
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import BadInput
from crmcore.exports import KINDS, write_rows
from crmcore.imports.plan import fields_of
from crmcore.sheets.choices import CHOICES
from crmcore.sheets.fields import Field, kinds

_ROWS = 3
_NAMES = ("Asha Rao", "Bilal Khan", "Chitra Nair")
_EMAILS = ("asha@example.org", "bilal@example.org", "chitra@example.org")

# Noun -> field -> what its three rows say, where what the field holds does not tell. The first order has two lines.
_SAID: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "orders": {
        "order_number": ("1001", "1001", "1002"),
        "customer_ref": ("C-101", "C-101", "C-102"),
        "product": ("Green tea 250 g", "Honey 500 g", "Green tea 250 g"),
        "sku": ("TEA-250", "HONEY-500", "TEA-250"),
        "category": ("Tea", "Honey", "Tea"),
        "quantity": (2, 1, 3),
        "unit_price": (120, 90, 120),
        "line_total": (240, 90, 360),
        "total": (330, 330, 360),
        "status": ("Completed",) * _ROWS,
        "payment_method": ("Cash", "Cash", "Card"),
        "link": ("instagram", "instagram", None),
        "medicine_days": (None,) * _ROWS,
    },
    "customers": {
        "ref": ("C-101", "C-102", "C-103"),
        "name": ("Asha Rao", "Bilal Khan", None),
        "second_phone": (None,) * _ROWS,
        "last_name": (None,) * _ROWS,
        "company": (None, "Khan & Sons", "Nair Textiles"),
        "is_company": ("No", "No", "Yes"),
        "industry": (None, "Furniture", "Textiles"),
        "website": (None, None, "nairtextiles.example"),
        "employees": (None, None, 12),
        "annual_revenue": (None, None, 2400000),
        "tax_number": (None, None, "T-4711"),
        "birthday": (date(1990, 4, 23), date(1985, 11, 30), None),
        "gender": ("Woman", "Man", None),
        "language": ("English", "English", None),
        "floor": (None, None, "2"),
        "state": ("Lakes", "Hills", "Lakes"),
        "postcode": ("411001", "411004", "411001"),
        "latitude": (None, None, 18.5204),
        "longitude": (None, None, 73.8567),
        "formatted_address": (None,) * _ROWS,
        "status": ("Active", "Lead", "Active"),
        "segment": ("Private", "Private", "Wholesale"),
        "lifecycle_stage": (None, "First talks", "Customer"),
        "engagement_level": ("High", None, "Medium"),
        "preferred_network": ("Instagram", None, None),
        "generic_preference": (None, "Either is fine", None),
        "address": ("12 Lake Road", "4 Hill Street", "31 Station Road"),
        "city": ("Lakeside", "Hillview", "Lakeside"),
        "category": ("Regular", "Regular", "New"),
        "source": ("Walk-in", "Instagram", "A friend"),
        "tags": ("Tea, Gifts", "Honey", "Tea"),
        "notes": ("Likes strong tea", None, "Asked for gift boxes"),
    },
    "contacts": {
        "other_phone": (None,) * _ROWS,
        "notes": ("Asked for the price list", None, "Call after five"),
        "tags": ("Wedding fair", "Wedding fair", "Neighbours"),
    },
    "leads": {
        "ref": ("L-101", "L-102", "L-103"),
        "second_phone": (None,) * _ROWS,
        "last_name": (None,) * _ROWS,
        "company": ("Rao Textiles", "Khan & Sons", None),
        "job_title": ("Owner", "Buyer", None),
        "website": ("raotextiles.example", None, None),
        "city": ("Lakeside", "Hillview", "Lakeside"),
        "postcode": ("411001", "411004", None),
        "source": ("Trade fair", "Website", "A friend"),
        "quality": ("Hot", "Warm", None),
        "status": ("Qualified", "Contacted", "New"),
        "converted_on": (None,) * _ROWS,
        "notes": ("Wants samples", None, "Call after five"),
    },
    "opportunities": {
        "ref": ("D-101", "D-102", "D-103"),
        "name": ("Forty desks", "Lobby sofas", "Stools"),
        "customer": ("Sunrise School", "Hotel Sai Krupa", "Cafe Madrid"),
        "value": (320000, 175000, None),
        "probability": (40, None, None),
        "currency": (None,) * _ROWS,
        "stage": ("Proposal", "Won", "New"),
        "status": (None,) * _ROWS,
        "product": ("Desk", "Sofa", None),
        "source": ("Trade fair", "Website", None),
        "kind": ("New business", "Renewal", None),
        "competitor": ("Bench & Co", None, None),
        "next_step": ("Send a drawing", None, None),
        "expected_close_on": (None,) * _ROWS,
        "reason": (None, "Quality", None),
    },
    "products": {
        "sku": ("TEA-250", "HONEY-500", "MUG-1"),
        "name": ("Green tea 250 g", "Honey 500 g", "Tea mug"),
        "category": ("Tea", "Honey", "Gifts"),
        "price": (120, 90, 200),
    },
    "visits": {
        "customer_ref": ("C-101", "C-102", "C-103"),
        "visit_type": ("Walk-in", "Walk-in", "Scheduled"),
        "purpose": ("Looking around", "Purchase", "Service"),
        "interest": ("High", "Medium", "Low"),
        "outcome": ("Quote given", "Bought", "Did not buy"),
        "estimated_value": (1200, None, None),
        "notes": ("Comes back with her sister", None, "Lid of the mug is loose"),
    },
}
# In a pharmacy what is sold lasts for some days.
_SOLD_IN_A_PHARMACY: Mapping[str, tuple[Any, ...]] = {
    "product": ("Metformin 500 mg, 60 tablets", "Vitamin D drops", "Metformin 500 mg, 60 tablets"),
    "sku": ("MET-500", "VITD", "MET-500"),
    "category": ("Diabetes", "Vitamins", "Diabetes"),
    "medicine_days": (30, 60, 30),
}
_SAME_BUYER = {"orders": (0, 0, 1)}  # which of the people each row is about; else each is about another


def write_sample(shop: ShopSession, noun: str, kind: str, file: BinaryIO) -> None:
    """Write the sample sheet of a noun to an open file, as "xlsx" or "csv".

    Its headers are the fields' labels, so that every column is recognised. Raises BadInput for another noun.
    """
    shop.who.must("import")
    offered = fields_of(shop, noun)
    columns = [_column(shop, noun, field) for field in offered]
    write_rows(kind, file, [field.label for field in offered], map(list, zip(*columns, strict=True)))


def save_sample(who: Who, noun: str, path: Path) -> None:
    """Write the sample sheet to a new file, xlsx or csv by its ending. Raises BadInput where that can't be."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise BadInput("file", f"{path.name} must end in .csv or .xlsx, which says what kind of file it becomes.")
    content = BytesIO()
    with shop_session(who) as shop:
        write_sample(shop, noun, kind, content)
    try:
        with path.open("xb") as file:
            file.write(content.getvalue())
    except FileExistsError as error:
        raise BadInput("file", f"{path} is there already: name a new file.") from error
    except OSError as error:
        raise BadInput("file", f"{path} can't be written ({error.strerror}): choose another place.") from error


def _column(shop: ShopSession, noun: str, field: Field) -> tuple[Any, ...]:
    """What stands below a field's header."""
    said = _SAID.get(noun, {})
    if noun == "orders" and shop.shop.kind == "pharmacy":
        said = {**said, **_SOLD_IN_A_PHARMACY}
    if field.key in said:
        return said[field.key]
    values = _BY_WHAT_IT_HOLDS[field.holds](shop, field)
    return tuple(values[person] for person in _SAME_BUYER.get(noun, range(_ROWS)))


def phone_numbers(region: str) -> tuple[str, ...]:
    """Numbers of a country that are made for examples."""
    number = phonenumbers.example_number_for_type(
        region, PhoneNumberType.MOBILE
    ) or phonenumbers.example_number(region)
    assert number is not None
    example = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    alike = (example[:-1] + str(last) for last in range(10))
    return tuple(islice(filter(lambda one: _is_number(one, region), alike), _ROWS))


def _is_number(number: str, region: str) -> bool:
    try:
        phones.normalise(number, region)
    except BadInput:
        return False
    return True


def _days(shop: ShopSession, _field: Field) -> tuple[date, ...]:
    """Today: no day before the books open, and none in the future."""
    return (shop.today,) * _ROWS


def _sales_rep(shop: ShopSession, _field: Field) -> tuple[str | None, ...]:
    """Whoever sells here; nobody where nobody does."""
    rep = next((person.name for person in people.reps(shop)), None)
    return (rep,) * _ROWS


def _choices(_shop: ShopSession, field: Field) -> tuple[str, ...]:
    known = list(dict.fromkeys(CHOICES[field.choices].values()))
    return tuple(known[row % len(known)] for row in range(_ROWS))


def _own_choices(_shop: ShopSession, field: Field) -> tuple[str, ...]:
    return tuple(field.words[row % len(field.words)] for row in range(_ROWS))


def _numbered(_shop: ShopSession, field: Field) -> tuple[str, ...]:
    return tuple(f"{field.label} {number}" for number in islice(count(1), _ROWS))


_BY_WHAT_IT_HOLDS: Mapping[str, Callable[[ShopSession, Field], tuple[Any, ...]]] = {
    **dict.fromkeys(
        (kinds.PHONE, kinds.PHONES), lambda shop, _field: phone_numbers(shop.shop.region)
    ),
    kinds.NAME: lambda _shop, _field: _NAMES,
    kinds.EMAIL: lambda _shop, _field: _EMAILS,
    kinds.REF: lambda _shop, _field: ("101", "102", "103"),
    kinds.MOMENT: _days,
    kinds.DAY: _days,
    kinds.LIKELY: lambda _shop, _field: (40, 60, 80),
    kinds.BIRTHDAY: lambda _shop, _field: (date(1990, 4, 23), date(1985, 11, 30), date(2001, 7, 14)),
    kinds.PERSON: _sales_rep,
    kinds.SOMEBODY: _sales_rep,
    kinds.CHOICE: _choices,
    kinds.TEXT: _numbered,
    kinds.LONG_TEXT: _numbered,
    kinds.OWN_TEXT: _numbered,
    kinds.OWN_NUMBER: lambda _shop, _field: (1, 2, 2.5),
    kinds.OWN_DATE: _days,
    kinds.OWN_CHOICE: _own_choices,
    kinds.OWN_YES_NO: lambda _shop, _field: ("yes", "no", "yes"),
    kinds.TAGS: lambda _shop, _field: ("Regular", "Regular, Gifts", "New"),
    kinds.DAYS: lambda _shop, _field: (30, 30, 60),
    **dict.fromkeys((kinds.MONEY, kinds.PRICE, kinds.QUANTITY), lambda _shop, _field: (120, 90, 200)),
}
