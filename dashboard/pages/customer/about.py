"""What is on file about a customer besides what they bought: facts, tags, place."""

from calendar import month_name
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import custom_fields, customer_figures, reps, tags
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import PREFERENCES
from crmcore.database.gate import ShopSession, Who
from crmcore.lists import NOBODY
from dashboard.parts import words
from dashboard.parts.layout import facts, section
from dashboard.parts.place import place_sketch
from dashboard.parts.saving import saving
from dashboard.parts.tagging import tag_field
from dashboard.parts.words import Markdown, escape


def show_facts(customer: RowMapping, shop: ShopSession) -> None:
    section("About")
    with st.container(border=True, gap="xsmall"):
        facts(_facts(customer, shop))


def show_rep(customer: RowMapping, shop: ShopSession) -> None:
    """Who looks after the customer: a short menu for who may change that, a button for who may look after them too."""
    before = customer["rep_id"]
    names = reps.choices(shop, before)
    label = f"Looked after by {names[before]}" if before else "Nobody looks after them in particular"
    offered = [rep_id or NOBODY for rep_id in names if rep_id != before]
    icon = ":material/handshake:"
    if customer["hidden_at"] is not None or not offered:
        st.markdown(f"{icon} {escape(label)}")
    elif offered == [shop.who.staff_id]:
        st.markdown(f"{icon} {escape(label)}")
        st.button("Look after them", key="take", on_click=_take, args=(shop.who, customer["id"]))
    else:
        st.menu_button(
            escape(label),
            offered,
            icon=icon,
            key="assign-rep",
            format_func=lambda to: escape(names[None if to == NOBODY else to]),
            on_click=_assign,
            args=(shop.who, customer["id"]),
        )


def _assign(who: Who, customer_id: UUID) -> None:
    to = st.session_state["assign-rep"]
    with saving(who, "Sales rep changed") as shop:
        reps.assign(shop, [customer_id], None if to == NOBODY else to)


def _take(who: Who, customer_id: UUID) -> None:
    with saving(who, "You look after them now") as shop:
        reps.take(shop, customer_id)


def show_tags(customer: RowMapping, own: Sequence[RowMapping], shop: ShopSession) -> None:
    if shop.who.may("edit customers") and customer["hidden_at"] is None:
        tag_field(shop, tags.CUSTOMER, customer["id"], own)


def show_place(customer: RowMapping, shop: ShopSession) -> None:
    if customer["latitude"] is None or customer["longitude"] is None:
        return
    others = customer_figures.around(shop, customer)
    section("Place", f"{words.several(len(others), 'other customer')} within about 5 km")
    place_sketch(customer, others)
    at = f"{customer['latitude']}/{customer['longitude']}"
    address = f"https://www.openstreetmap.org/?mlat={at.replace('/', '&mlon=')}#map=16/{at}"
    st.link_button("Open in OpenStreetMap", address, icon=":material/map:", type="tertiary")


def _facts(customer: RowMapping, shop: ShopSession) -> list[tuple[str, str]]:
    """What is on file, field by field; what is empty is left out."""
    address = [customer["address"], f"floor {customer['floor']}" if customer["floor"] else None]
    town = " ".join(filter(None, [customer["city"], customer["postcode"]]))
    came = " · ".join(filter(None, [customer["source"], customer["first_source_slug"]]))
    pairs: list[tuple[str, Any]] = [
        ("Phone", _phone(customer, shop)),
        ("E-mail", customer["email"]),
        ("Address", ", ".join(filter(None, [*address, town, customer["state"]]))),
        ("Birthday", _birthday(customer, shop)),
        ("Gender", customer["gender"]),
        ("Language", customer["language"]),
        ("Came from", came),
        ("Reference", customer["external_ref"]),
        ("Category", CATEGORIES.get(customer["category"], customer["category"])),
        ("Medicines", PREFERENCES.get(customer["generic_preference"])),
        ("Company", customer["company_name"]),
        ("Industry", customer["industry"]),
        ("Segment", customer["segment"]),
        ("Lifecycle stage", customer["lifecycle_stage"]),
        ("Engagement", customer["engagement_level"]),
        ("Network", customer["preferred_network"]),
        *((field["label"], _own(customer["custom"].get(field["key"]), shop)) for field in custom_fields.fields(shop)),
        ("Notes", customer["notes"]),
        ("On file since", words.day(customer["created_on"], shop.today)),
    ]
    return [(label, value) for label, value in pairs if value]


def _phone(customer: RowMapping, shop: ShopSession) -> Markdown | None:
    """The number as a link that calls it."""
    number: str | None = customer["phone"]
    return Markdown(f"[{escape(words.phone(number, shop.shop.region))}](tel:{number})") if number else None


def _own(value: Any, shop: ShopSession) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _birthday(customer: RowMapping, shop: ShopSession) -> str | None:
    """6 February 1968, turns 58; or what is known of it."""
    day, month, year = customer["birth_day"], customer["birth_month"], customer["birth_year"]
    if not day or not month:
        return f"born in {year}, about {shop.today.year - year}" if year else None
    told = f"{day} {month_name[month]}"
    if not year:
        return told
    had_it = (shop.today.month, shop.today.day) >= (month, day)
    age = shop.today.year - year - (0 if had_it else 1)
    return f"{told} {year}, {'is' if had_it else 'still'} {age}"
