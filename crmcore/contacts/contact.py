"""What a contact is: its words, and what may be said of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from crmcore import phones
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.phones import display
from crmcore.texts import email_address, one_line, paragraph

PENDING, CONTACTED, YELLOW, CONVERTED = "pending", "contacted", "yellow", "converted"
STATUSES = {
    PENDING: "Pending",
    CONTACTED: "Contacted",
    YELLOW: "Visited, did not buy",
    CONVERTED: "Converted",
}
OPEN = (PENDING, CONTACTED)  # there is still something to do about them

WHATSAPP = {"unknown": "Not known", "active": "On WhatsApp", "inactive": "Not on WhatsApp"}

PHONE_KINDS = {phones.MOBILE: "Mobile", phones.LANDLINE: "Landline", phones.UNKNOWN: ""}

# What a person may change, as it is called.
FIELDS = {
    "phone": "Phone",
    "other_phones": "Other phones",
    "name": "Name",
    "email": "E-mail",
    "notes": "Notes",
    "whatsapp": "WhatsApp",
}


@dataclass(frozen=True)
class NewContact:
    """Somebody to be called. `phone`: as typed, one number or several; the first mobile is the one that is called."""

    phone: str
    name: str | None = None
    email: str | None = None
    notes: str | None = None


def checked(shop: ShopSession, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for these fields (keys of FIELDS), tidied. Raises BadInput naming the first that can't be used."""
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"A contact has no field “{min(unknown)}”.")
    values: dict[str, Any] = {}
    if "phone" in fields:
        found = phones.all_in(fields["phone"], shop.shop.region)
        number = called([phone.e164 for phone in found])
        values |= {
            "phone": number,
            "phone_typed": found[0].typed,
            "phone_kind": phones.kind_of(number),
            "other_phones": [phone.e164 for phone in found if phone.e164 != number],
        }
    if "other_phones" in fields:
        typed = (fields["other_phones"] or "").strip()
        others = [phone.e164 for phone in phones.all_in(typed, shop.shop.region)] if typed else []
        values["other_phones"] = list(dict.fromkeys([*values.get("other_phones", []), *others]))
    if "name" in fields:
        values["name"] = one_line("name", "A name", fields["name"], 300)
    if "email" in fields:
        values["email"] = email_address("email", fields["email"])
    if "notes" in fields:
        values["notes"] = paragraph("notes", "A note", fields["notes"], 10_000)
    if "whatsapp" in fields:
        if fields["whatsapp"] not in WHATSAPP:
            known = ", ".join(WHATSAPP)
            raise BadInput("whatsapp", f"“{fields['whatsapp']}” is not known here. Use one of: {known}.")
        values["whatsapp"] = fields["whatsapp"]
    return values


def called(numbers: list[str]) -> str:
    """Which of somebody's numbers is called: the first mobile, else the first that is no landline, else the first."""
    return numbers[phones.to_call([phones.kind_of(number) for number in numbers])]


def name_of(shop: ShopSession, contact: Mapping[str, Any] | RowMapping) -> str:
    """What a contact goes by: the name, else the number."""
    return contact["name"] or display(contact["phone"], shop.shop.region)
