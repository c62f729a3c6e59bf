"""What a lead is: its words, and what may be said of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import phones
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.texts import email_address, one_line, paragraph

NEW, CONTACTED, QUALIFIED, UNQUALIFIED, CONVERTED = "new", "contacted", "qualified", "unqualified", "converted"
STATUSES = {
    NEW: "New",
    CONTACTED: "Contacted",
    QUALIFIED: "Qualified",
    UNQUALIFIED: "Not qualified",
    CONVERTED: "Converted",
}
ACTIVE = (NEW, CONTACTED, QUALIFIED)  # somebody may still become of them what we hope
BY_HAND = (NEW, CONTACTED, QUALIFIED, UNQUALIFIED)  # what a person may say; converting is a step of its own

QUALITIES = {"hot": "Hot", "warm": "Warm", "cold": "Cold"}

PARTS = {"engagement": "Engagement", "fit": "Fit", "activity": "Activity"}

# What a person may change, as it is called.
FIELDS = {
    "name": "Name",
    "company": "Company",
    "job_title": "Job title",
    "phone": "Phone",
    "email": "E-mail",
    "website": "Website",
    "city": "City",
    "postcode": "Postcode",
    "source": "Came from",
    "quality": "Quality",
    "ref": "Reference",
    "notes": "Notes",
}
NAMED_BY = ("name", "company", "phone", "email", "ref")  # one of them says who it is
_LONGEST = {"ref": 100, "website": 300, "postcode": 20}


@dataclass(frozen=True)
class NewLead:
    """Somebody who may become a customer; one of name, company, phone, e-mail and reference says who.

    `phone`: as typed. `created_on`: the day they came up, default today. `assigned_to`: who has them; None: as the shop
    shares new leads out. `status`: one of BY_HAND. `follow_up_on`: the day to get in touch, which stands on the
    day of whoever has them. `id`: made by a form, so that pressing twice adds one.
    """

    name: str | None = None
    company: str | None = None
    job_title: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    city: str | None = None
    postcode: str | None = None
    source: str | None = None
    quality: str | None = None
    ref: str | None = None
    notes: str | None = None
    created_on: date | None = None
    assigned_to: UUID | None = None
    status: str = NEW
    follow_up_on: date | None = None
    id: UUID | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What is said about them, by the keys of FIELDS."""
        return {key: getattr(self, key) for key in FIELDS}


def checked(shop: ShopSession, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for these fields (keys of FIELDS), tidied. Raises BadInput naming the first that can't be used."""
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"A lead has no field “{min(unknown)}”.")
    values: dict[str, Any] = {}
    for key, typed in fields.items():
        if key == "phone":
            phone = phones.normalise(typed, shop.shop.region) if (typed or "").strip() else None
            values["phone"], values["phone_typed"] = (phone.e164, phone.typed) if phone else (None, None)
        elif key == "email":
            values["email"] = email_address("email", typed)
        elif key == "quality":
            if typed and typed not in QUALITIES:
                raise BadInput("quality", f"“{typed}” is not a quality. Use one of: {', '.join(QUALITIES)}.")
            values["quality"] = typed or None
        else:
            tidy = paragraph if key == "notes" else one_line
            values[key] = tidy(key, FIELDS[key], typed, 10_000 if key == "notes" else _LONGEST.get(key, 300))
    return values


def must_be_named(values: Mapping[str, Any]) -> None:
    """Raise BadInput unless something says who it is."""
    if not any(values.get(key) for key in NAMED_BY):
        raise BadInput("name", "Give a name, a company, a phone number or an e-mail address: one of them is needed.")


def may_be_converted(lead: Mapping[str, Any] | RowMapping) -> bool:
    """Whether a customer can be made of it still: one that came in as converted, from a file, may have none yet."""
    return lead["status"] != CONVERTED or lead["customer_id"] is None


def name_and_company(lead: Mapping[str, Any] | RowMapping) -> str:
    """Both in one: the words a lead is found by."""
    return " ".join(filter(None, (lead["name"], lead["company"])))


def name_of(shop: ShopSession, lead: Mapping[str, Any] | RowMapping) -> str:
    """What a lead goes by: the name, else the company, else how to reach them, else the reference."""
    phone = phones.display(lead["phone"], shop.shop.region) if lead["phone"] else None
    return lead["name"] or lead["company"] or phone or lead["email"] or lead["ref"]
