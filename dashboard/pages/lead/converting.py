"""From a lead to a customer: whom it becomes is said before the press; a deal can begin with it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import leads
from crmcore.database.gate import ShopSession
from crmcore.leads import Duplicate
from crmcore.pipeline.opportunity import NewOpportunity
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import note, section
from dashboard.parts.lead_words import called
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

WIDTH = 640
_ANEW = "anew"


def convert_form(lead: RowMapping, shop: ShopSession) -> UUID | None:
    """The form; return the customer the lead became."""
    known = leads.would_become(shop, lead["id"])
    key = f"convert-{lead['id']}"
    with st.container(border=True, width=WIDTH, key="convert-form"):
        section("Convert to customer")
        chosen = _whom(lead, known, key, shop)
        deal = _deal(lead, key, shop)
        with st.container(horizontal=True):
            label = "Convert, and begin the deal" if deal else "Convert to customer"
            pressed = st.button(label, type="primary", icon=":material/check:", key="convert-now")
            st.button("Cancel", type="tertiary", on_click=_leave, key="convert-cancel")
        note("The history, the follow-ups and the notes go along. A lead that was converted stays so.")
    if not pressed:
        return None
    with saving(shop.who, "Converted") as gate:
        made = leads.convert(
            gate,
            lead["id"],
            customer_id=chosen if isinstance(chosen, UUID) else None,
            anew=chosen == _ANEW,
            opportunity=None if deal is None else NewOpportunity(**deal),
        )
    if not gate.saved:
        return None
    _leave()
    return made.customer_id


def _whom(lead: RowMapping, known: list[Duplicate], key: str, shop: ShopSession) -> UUID | str:
    """The customer on file, if there is one, else a new one; only people of one company leave a choice."""
    name = lead["company"] or called(lead, shop.who)
    if not known:
        more = f", with {lead['name']} as its contact person" if lead["company"] and lead["name"] else ""
        st.markdown(f":material/person_add: A new customer, **{escape(name)}**{escape(more)}.")
        return _ANEW
    if any(one.is_same for one in known):
        one = next(one for one in known if one.is_same)
        st.markdown(f":material/person: {escape(one)} The lead becomes that customer; nobody is on file twice.")
        if one.id is not None:
            st.page_link(
                to("customer"), label=f"Look at {escape(one.name or '')}", icon=":material/arrow_forward:",
                query_params={"id": str(one.id)},
            )  # fmt: skip
            return one.id
        return ""
    choices: dict[UUID | str, str] = {one.id: _which(one, shop) for one in known if one.id is not None}
    choices[_ANEW] = f"A new customer, {name}"
    st.markdown(":material/group: A customer bears the company's name.")
    return st.radio("Becomes", list(choices), format_func=choices.__getitem__, key=f"{key}-whom") or _ANEW


def _which(one: Duplicate, shop: ShopSession) -> str:
    """The customer, and what tells it from others of the name."""
    phone = words.phone(one.phone, shop.shop.region) if one.phone else None
    return " · ".join(filter(None, (one.name, one.city, phone, one.assignee, "on file already")))


def _deal(lead: RowMapping, key: str, shop: ShopSession) -> dict[str, Any] | None:
    """A deal that begins with the customer, if one is wanted."""
    if not shop.who.may("edit opportunities") or not st.toggle("Begin a deal with it", key=f"{key}-deal"):
        return None
    given: dict[str, Any] = {}
    usual = f"First deal with {lead['company'] or called(lead, shop.who)}"
    given["name"] = st.text_input("What it is about", usual, max_chars=300, key=f"{key}-name")
    with st.container(horizontal=True, gap="small"):
        value = st.number_input(
            f"Value ({shop.shop.currency})", 0.0, None, None, step=1000.0, key=f"{key}-value",
            placeholder="If you know it", width=180,
        )  # fmt: skip
        given["value"] = None if value is None else Decimal(str(value))
        given["expected_close_on"] = st.date_input(
            "Expected close", shop.today + timedelta(days=60), min_value=shop.today, format="DD/MM/YYYY",
            key=f"{key}-close", width=160,
        )  # fmt: skip
    return given


def _leave() -> None:
    st.query_params.pop("convert", None)
