"""What a pharmacy asks beside the sale: whether somebody was contacted before, their category, generics, the doctor."""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import contacts
from crmcore.bills import CATEGORIES, CONTACT_SHEET
from crmcore.contacts import CONVERTED
from crmcore.customer_fields import PREFERENCES
from crmcore.database.gate import SEE_MEDICAL_DATA, ShopSession
from crmcore.errors import BadInput
from dashboard.parts.buyer import Buyer
from dashboard.parts.words import day, escape, several

_YES, _NO = "Yes", "No"


@dataclass
class Answers:
    """What was said at the counter; None where nobody asked."""

    contacted: bool | None = None
    category: str | None = None
    preference: str | None = None
    doctor: str | None = None


def ask_where_from(
    key: str, answers: Answers, buyer: Buyer, customer: RowMapping | None, shop: ShopSession
) -> RowMapping | None:
    """Ask whether somebody was contacted before when a contact sheet has their number, else for their category.

    Who is known well enough is not asked again. Returns their contact, if there is one.
    """
    answers.contacted = answers.category = None
    if not shop.shop.has("contacts") or not (customer or buyer.phone):
        return None
    contact = contacts.of_buyer(shop, customer["id"]) if customer else _contact(shop, str(buyer.phone))
    phone = customer["phone"] if customer else buyer.phone
    if contact is None and not phone:
        return None
    is_new_contact = contact is not None and contact["status"] != CONVERTED
    known = customer["category"] if customer else None
    if known and not is_new_contact:
        return contact
    with st.container(border=True, gap="small", key=f"{key}-where-from"):
        if is_new_contact and contact is not None:
            st.markdown(f":material/contact_phone: {escape(_told(contact, shop))}")
            said = st.segmented_control(
                "Contacted before?", [_YES, _NO], default=_YES, required=True, key=f"{key}-contacted-{phone}",
                help="Yes: they come from the contact sheet, which counts as converted",
            )  # fmt: skip
            answers.contacted = said == _YES
        if answers.contacted:
            answers.category = CONTACT_SHEET
        else:
            others = [one for one in CATEGORIES if one != CONTACT_SHEET]
            answers.category = st.pills(
                "Category", others, format_func=CATEGORIES.__getitem__, key=f"{key}-category-{phone}",
                default=known if known in others else None,
                help="Ask what brought them; it is kept with the customer, and counted",
            )  # fmt: skip
    return contact


def ask_about_medicines(key: str, answers: Answers, customer: RowMapping | None, shop: ShopSession) -> None:
    """Generics or brands, and, for who may see medical data, the doctor."""
    known = customer["generic_preference"] if customer else None
    # whose answer it is stands in the key: another customer begins with what is on file about them
    whose: UUID | str = customer["id"] if customer else "new"
    answers.preference = st.segmented_control(
        "Generic medicines", list(PREFERENCES), default=known, format_func=PREFERENCES.__getitem__,
        key=f"{key}-preference-{whose}",
    )  # fmt: skip
    answers.doctor = None
    if shop.who.may(SEE_MEDICAL_DATA):
        typed = st.text_input(
            "Doctor", key=f"{key}-doctor-{whose}", max_chars=300, placeholder="Leave empty to keep what is on file"
        )
        answers.doctor = typed.strip() or None


def may_have_come_in_vain(customer: RowMapping | None, contact: RowMapping | None) -> bool:
    """Whether “visited, did not buy” says something: of a contact who has not bought yet, or somebody new."""
    return contact["status"] != CONVERTED if contact is not None else customer is None


def _contact(shop: ShopSession, phone: str) -> RowMapping | None:
    try:
        return contacts.of_phone(shop, phone)
    except BadInput:
        return None  # what was typed is no number yet; the field says so


def _told(contact: RowMapping, shop: ShopSession) -> str:
    """Asha · On a contact sheet of 2 Nov · contacted twice, last on 12 Nov · given to Ravi Kale."""
    told = [contact["name"]] if contact["name"] else []
    told.append(f"On a contact sheet of {day(contact['uploaded_on'], shop.today)}")
    if contact["touches"]:
        last = contact["last_touched_at"]
        when = f", last on {day(last.astimezone(shop.zone).date(), shop.today)}" if last else ""
        told.append(f"contacted {several(contact['touches'], 'time')}{when}")
    if contact["assignee"]:
        told.append(f"given to {contact['assignee']}")
    return " · ".join(told)
