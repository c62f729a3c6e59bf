"""What can stand on a customer: each field's name, and the checks it must pass before it is stored."""

from calendar import month_name, monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from crmcore import custom_fields, people, texts
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.phones import normalise

STATUSES = {"lead": "Lead", "active": "Active", "inactive": "Inactive"}

PREFERENCES = {"generic": "Prefers generics", "branded": "Prefers brands", "either": "Either is fine"}

# What a person may fill in and change, with what it is called; all else on a customer is kept by Regulars itself.
FIELDS = {
    "name": "Name",
    "phone": "Phone",
    "external_ref": "Reference",
    "email": "E-mail",
    "status": "Status",
    "source": "Came from",
    "category": "Category",
    "generic_preference": "Generic medicines",
    "rep_id": "Sales rep",
    "gender": "Gender",
    "birth_day": "Birthday",
    "birth_month": "Month of birth",
    "birth_year": "Year of birth",
    "language": "Language",
    "address": "Address",
    "floor": "Floor",
    "city": "City",
    "state": "State",
    "postcode": "Postcode",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "formatted_address": "Address for the map",
    "company_name": "Company",
    "industry": "Industry",
    "segment": "Segment",
    "lifecycle_stage": "Lifecycle stage",
    "engagement_level": "Engagement",
    "preferred_network": "Preferred network",
    "notes": "Notes",
    "custom": "Own fields",
}
_NO_TEXT = {"rep_id", "birth_day", "birth_month", "birth_year", "latitude", "longitude", "custom"}
_LONGEST = {"external_ref": 100, "email": 320, "address": 1000, "formatted_address": 1000, "notes": 20_000}


def checked(shop: ShopSession, fields: Mapping[str, Any], on_file: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the fields change on what is on file, as it will be stored; raises BadInput at the first that can't be."""
    on_file = on_file or {}
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise BadInput(min(unknown), f"A customer has no field “{min(unknown)}”.")
    values = {key: _tidy(key, value) for key, value in fields.items()}
    if values.get("phone"):
        phone = normalise(values["phone"], shop.shop.region)
        values |= {"phone": phone.e164, "phone_typed": phone.typed}
    elif "phone" in values:
        values["phone_typed"] = None
    if values.get("email"):
        values["email"] = texts.email_address("email", values["email"])
    if values.get("status", "lead") not in STATUSES:
        if values["status"] is not None:
            raise BadInput("status", f"“{values['status']}” is not a status. Use one of: {', '.join(STATUSES)}.")
        del values["status"]  # a status can change but not be empty
    if (values.get("generic_preference") or "either") not in PREFERENCES:
        known = ", ".join(PREFERENCES)
        raise BadInput("generic_preference", f"“{values['generic_preference']}” is not known. Use one of: {known}.")
    if "custom" in values:
        values["custom"] = custom_fields.merged(shop, on_file.get("custom") or {}, values["custom"] or {})
    changed = {key: value for key, value in values.items() if value != on_file.get(key)}
    if "phone" not in changed:
        changed.pop("phone_typed", None)
    _check_birthday(shop, changed, on_file)
    _check_place(changed, on_file)
    if "rep_id" in changed:
        people.must_sell(shop, changed["rep_id"])
    return changed


def faults(shop: ShopSession, fields: Mapping[str, Any], on_file: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Everything that `checked` would refuse, as field and sentence, to be shown beside the fields of a form."""
    found: dict[str, str] = {}
    together = ({"birth_day", "birth_month", "birth_year"}, {"latitude", "longitude"})
    alone = ({key} for key in fields if not any(key in group for group in together))
    for group in (*together, *alone):
        try:
            checked(shop, {key: fields[key] for key in group if key in fields}, on_file)
        except BadInput as fault:
            found[fault.field] = str(fault)
    return found


def degrees(key: str, value: Any) -> Decimal:
    """A latitude or longitude (which of them is `key`) as it is stored. Raises BadInput(key)."""
    limit = 90 if key == "latitude" else 180
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise BadInput(key, f"{FIELDS[key]} must be a number of degrees such as 18.5074, not “{value}”.") from None
    if not number.is_finite() or abs(number) > limit:
        raise BadInput(key, f"{FIELDS[key]} goes from -{limit} to {limit} degrees. Check “{value}”.")
    return number.quantize(Decimal("0.000001"))


def _tidy(key: str, value: Any) -> Any:
    """Text without outer blanks and without what can't be seen; empty text is nothing."""
    if value is None or value == "" or key in ("rep_id", "custom"):
        return value or None
    if key in ("latitude", "longitude"):
        return degrees(key, value)
    if key in _NO_TEXT:
        return _whole_number(value)
    if not isinstance(value, str):
        value = str(value) if key == "phone" else _refuse(key, f"{FIELDS[key]} must be text, not {value!r}.")
    return (texts.paragraph if key == "notes" else texts.one_line)(key, FIELDS[key], value, _LONGEST.get(key, 300))


def _refuse(field: str, sentence: str) -> NoReturn:
    raise BadInput(field, sentence)


def _whole_number(value: Any) -> int:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number != number.to_integral_value():
        raise BadInput("birthday", f"“{value}” is not a whole number: write day, month and year in digits.")
    return int(number)


def _check_place(changed: Mapping[str, Any], on_file: Mapping[str, Any]) -> None:
    if not changed.keys() & {"latitude", "longitude"}:
        return
    place = {**on_file, **changed}
    for key, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if place.get(key) is None and place.get(other) is not None:
            raise BadInput(key, "A place on the map needs both latitude and longitude. Fill in both or neither.")


def _check_birthday(shop: ShopSession, changed: Mapping[str, Any], on_file: Mapping[str, Any]) -> None:
    """Day and month, with or without the year; or the year alone, of someone who only told their age."""
    if not changed.keys() & {"birth_day", "birth_month", "birth_year"}:
        return
    born = {**on_file, **changed}
    day, month, year = (born.get(part) for part in ("birth_day", "birth_month", "birth_year"))
    if (day is None) != (month is None):
        raise BadInput("birthday", "A birthday needs a day and a month; the year may stay empty.")
    if year is not None and year < 1850:
        raise BadInput("birthday", f"The year of birth {year} can't be right: use 1850 or later.")
    if year is not None and year > shop.today.year:
        raise BadInput("birthday", "A birthday can't lie in the future. Check the year.")
    if day is None or month is None:
        return
    if not 1 <= month <= 12:
        raise BadInput("birthday", f"There is no month {month}. Use 1 to 12.")
    if not 1 <= day <= monthrange(year or 2000, month)[1]:
        raise BadInput("birthday", f"There is no {day} {month_name[month]}{f' {year}' if year else ''}. Check the day.")
    if year is not None and date(year, month, day) > shop.today:
        raise BadInput("birthday", "A birthday can't lie in the future. Check the year.")
