"""Putting a customer on file, and changing what is on file."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customers
from crmcore.database.gate import ShopSession, Who, shop_session
from dashboard.navigation import to
from dashboard.parts.buyer import name_of
from dashboard.parts.customer_form import WIDTH, Fields
from dashboard.parts.layout import note, page_head
from dashboard.parts.saving import saving


def add(who: Who) -> None:
    """The form of a new customer. What was searched for in vain stands in it already."""
    page_head("Add a customer", "A name or a phone number is enough")
    start = st.session_state.get("new-customer", {})
    key = f"new-customer-{st.session_state.setdefault('customers-added', 0)}"
    with shop_session(who) as shop, st.container(width=WIDTH):
        given = Fields(key, shop, start=start).show()
    with st.container(horizontal=True, width=WIDTH):
        pressed = st.button("Add customer", type="primary", icon=":material/person_add:", key="save-customer")
        if st.button("Cancel", type="tertiary"):
            st.switch_page(to("customers"))
    if not pressed:
        return
    with saving(who, f"{given['name'].strip() or given['phone'].strip()} is on file") as shop:
        customer_id = customers.create(shop, given)
    if shop.saved:
        st.session_state["customers-added"] += 1
        st.session_state.pop("new-customer", None)
        st.switch_page(to("customer"), query_params={"id": str(customer_id)})


def form(customer: RowMapping, shop: ShopSession) -> tuple[dict[str, Any], bool]:
    """The form, filled with what was on file when it was opened; return what it says and whether Save was pressed."""
    opened = st.session_state.setdefault(_edited(customer), dict(customer))
    page_head(f"Change {name_of(customer, shop.shop.region)}")
    with st.container(width=WIDTH):
        given = Fields(_edited(customer), shop, opened).show()
    with st.container(horizontal=True, width=WIDTH):
        pressed = st.button("Save changes", type="primary", icon=":material/check:", key="save-customer")
        st.button("Cancel", type="tertiary", on_click=_close, args=(customer,))
    note("What changes stands on the timeline, with what was there before.")
    return given, pressed


def save(who: Who, customer: RowMapping, given: Mapping[str, Any], pressed: bool) -> None:
    if not pressed:
        return
    opened = st.session_state[_edited(customer)]
    with saving(who, "Changes saved") as shop:
        customers.change(shop, customer["id"], given, seen_at=opened["updated_at"])
    if shop.saved:
        _close(customer)
        st.rerun()
    elif customer["updated_at"] != opened["updated_at"]:
        st.button("Show what it says now", icon=":material/refresh:", on_click=_reopen, args=(customer,))


def _edited(customer: RowMapping) -> str:
    return f"edit-{customer['id']}"


def _close(customer: RowMapping) -> None:
    _reopen(customer)
    st.query_params.pop("edit", None)


def _reopen(customer: RowMapping) -> None:
    """Forget what was typed, and begin from what is on file."""
    for key in [key for key in st.session_state if str(key).startswith(_edited(customer))]:
        del st.session_state[key]
