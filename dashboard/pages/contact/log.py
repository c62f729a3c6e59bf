"""Writing down a call, a message or a visit with a contact, and what to do next."""

from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import contacts, interactions, phones
from crmcore.contacts import CONVERTED, PENDING
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.interactions import OUTCOMES, WITH_CONTACTS, NewInteraction
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving
from dashboard.parts.talk_log import ICONS, next_step, times_logged, written_down

_SAVE = {"call": "Save call", "whatsapp": "Save WhatsApp", "sms": "Save SMS", "visit": "Save visit"}
_NOT_REACHED = (None, "No answer", "Call back later")
_CAME_BY = ("Looked around", "Asked for the price", "Wants to think", "Will come again", "Not interested")


def log_form(contact: RowMapping, shop: ShopSession) -> None:
    """The form, open: who is called all day writes down all day."""
    if not shop.who.may("log interactions"):
        return
    key = f"log-{contact['id']}-{times_logged()}"
    with st.container(border=True, key="log-talk-with-contact"):
        section("Write down what happened", _hint(contact))
        kinds = [kind for kind in WITH_CONTACTS if kind not in _not_for(contact)]
        kind = str(
            st.pills(
                "What was it", kinds, default="call", required=True, key=f"{key}-kind", wrap=True,
                format_func=lambda one: f":material/{ICONS[one]}: {WITH_CONTACTS[one]}",
            )
        )  # fmt: skip
        outcome = st.pills(
            "How they answered", list(_CAME_BY if kind == "visit" else OUTCOMES), key=f"{key}-outcome-{kind}", wrap=True
        )
        notes = st.text_area(
            "What they said", key=f"{key}-notes", height=90, placeholder="Asked for the price list, prefers evenings"
        )
        step = next_step(key, shop, "Call back" if outcome in _NOT_REACHED else "Ask again")
        with st.container(horizontal=True, gap="small"):
            st.button(
                _SAVE.get(kind, f"Save {WITH_CONTACTS[kind].lower()}"), icon=":material/check:", key=f"{key}-save",
                on_click=_save, args=(shop.who, key, contact["id"], kind, outcome, notes, step),
            )  # fmt: skip
            following = contacts.next_of(shop, shop.who.staff_id, after=contact["id"])
            if following is not None and contact["status"] != PENDING:
                st.button(
                    "Next contact", icon=":material/arrow_forward:", type="tertiary", key=f"{key}-next",
                    on_click=_go_to, args=(following,),
                )  # fmt: skip
        note("Use the notes: the next colleague reads them. Your name and the time are kept by itself.")


def _hint(contact: RowMapping) -> str:
    if contact["status"] == PENDING:
        return "Also when nobody answers: the first entry makes a pending contact a contacted one"
    if contact["status"] == CONVERTED:
        return "They bought already; what you write stays with the customer too"
    return ""


def _not_for(contact: RowMapping) -> tuple[str, ...]:
    return ("whatsapp", "sms") if contact["phone_kind"] == phones.LANDLINE else ()


def _save(
    who: Who, key: str, contact_id: UUID, kind: str, outcome: str | None, notes: str, step: dict[str, Any]
) -> None:
    direction = None if kind in ("visit", "meeting") else "out"
    talk_id = st.session_state.setdefault(f"{key}-id", new_id())
    with saving(who, f"{WITH_CONTACTS[kind]} saved") as shop:
        new = NewInteraction(
            kind, contact_id=contact_id, direction=direction, outcome=outcome, notes=notes, id=talk_id, **step
        )
        interactions.record(shop, new)
    if shop.saved:
        written_down(key)


def _go_to(contact_id: UUID) -> None:
    st.query_params["id"] = str(contact_id)
