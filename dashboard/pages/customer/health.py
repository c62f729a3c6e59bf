"""Medical data on a customer's page: closed until somebody with the right opens it, which is written down.

It is shown for one run only and kept nowhere: the next press closes it.
"""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import medical
from crmcore.database.gate import SEE_MEDICAL_DATA, ShopSession, Who
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving

_OPENED = "medical-opened"


def show_health(customer: RowMapping, shop: ShopSession) -> None:
    """Nothing at all for people without the medical right."""
    if not shop.who.may(SEE_MEDICAL_DATA):
        return
    customer_id = customer["id"]
    opened: tuple[UUID, dict[str, str | None]] | None = st.session_state.pop(_OPENED, None)
    section("Medical data")
    if opened is None or opened[0] != customer_id:
        st.button(
            "Open medical data", icon=":material/ecg_heart:", key="open-medical", on_click=_open,
            args=(shop.who, customer_id),
        )  # fmt: skip
        note("Your look is written on the timeline.")
        return
    with st.form(f"medical-{customer_id}"):
        for key, label in medical.FIELDS.items():
            kind = st.text_input if key == "doctor" else st.text_area
            kind(label, opened[1][key] or "", key=_field(customer_id, key))
        st.form_submit_button(
            "Save medical data", icon=":material/check:", on_click=_save, args=(shop.who, customer_id)
        )
    note("Only people with the medical right see this. It closes with your next press.")


def _open(who: Who, customer_id: UUID) -> None:
    with saving(who) as shop:
        known = medical.read(shop, customer_id)
    if shop.saved:
        st.session_state[_OPENED] = customer_id, known


def _save(who: Who, customer_id: UUID) -> None:
    given = {key: str(st.session_state[_field(customer_id, key)]) for key in medical.FIELDS}
    with saving(who, "Medical data saved") as shop:
        medical.change(shop, customer_id, given)
    if not shop.saved:
        st.session_state[_OPENED] = customer_id, dict(given)


def _field(customer_id: UUID, key: str) -> str:
    return f"medical-{customer_id}-{key}"
