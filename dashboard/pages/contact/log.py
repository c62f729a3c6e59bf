"""Writing down a call, a message or a visit with a contact, and what to do next."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import contacts, follow_ups, interactions, phones
from crmcore.contacts import CONVERTED, PENDING
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.follow_ups import NewFollowUp
from crmcore.interactions import OUTCOMES, WITH_CONTACTS, NewInteraction
from dashboard.parts.layout import note, section
from dashboard.parts.older import forget
from dashboard.parts.saving import saving
from dashboard.parts.work import choose_person

ICONS = {
    "call": "call", "whatsapp": "chat", "sms": "sms", "email": "mail", "meeting": "groups", "visit": "storefront",
}  # fmt: skip
_SAVE = {"call": "Save call", "whatsapp": "Save WhatsApp", "sms": "Save SMS", "visit": "Save visit"}
_CAME_BY = ("Looked around", "Asked for the price", "Wants to think", "Will come again", "Not interested")


def log_form(contact: RowMapping, shop: ShopSession) -> None:
    """The form, open: who is called all day writes down all day."""
    if not shop.who.may("log interactions"):
        return
    key = f"log-{contact['id']}-{st.session_state.get('logged-times', 0)}"
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
        step = _next_step(key, shop, str(outcome or ""))
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


def _next_step(key: str, shop: ShopSession, outcome: str) -> dict[str, Any]:
    """Reminding oneself, a day and a text; offered by itself when they want to be called back."""
    if not st.toggle("Remind me", key=f"{key}-step", help="It stands on My day on its day."):
        return {}
    usual = "Call back" if outcome in ("No answer", "Call back later", "") else "Ask again"
    given: dict[str, Any] = {}
    with st.container(horizontal=True, gap="small"):
        given["next_step_on"] = st.date_input(
            "On", shop.today + timedelta(days=1), min_value=shop.today, format="DD/MM/YYYY", key=f"{key}-on", width=150
        )
        with st.container(width=220):
            given["next_step_by"] = choose_person("For", f"{key}-by", shop, shop.who.staff_id)
    given["next_step"] = st.text_input("What to do", usual, max_chars=1000, key=f"{key}-about-{usual}")
    return given


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
        forget(key)
        st.session_state["logged-times"] = int(st.session_state.get("logged-times", 0)) + 1


def _go_to(contact_id: UUID) -> None:
    st.query_params["id"] = str(contact_id)


def reminder_form(contact: RowMapping, shop: ShopSession) -> None:
    """A reminder by itself, without anything to write down."""
    if not shop.who.may("plan follow-ups"):
        return
    key = f"remind-{contact['id']}-{st.session_state.get('reminded-times', 0)}"
    with st.popover("Remind somebody", icon=":material/notification_add:", key=key):
        about = st.text_input("What to do", "Call back", max_chars=follow_ups.LONGEST, key=f"{key}-about")
        day = st.date_input(
            "On", shop.today + timedelta(days=1), min_value=shop.today, format="DD/MM/YYYY", key=f"{key}-on"
        )
        whose = choose_person("For", f"{key}-by", shop, shop.who.staff_id)
        if not st.button("Set reminder", key=f"{key}-save", width="stretch"):
            return
    with saving(shop.who, "Reminder set") as gate:
        follow_ups.create(gate, NewFollowUp(about, day, contact_id=contact["id"], assigned_to=whose))
    if gate.saved:
        st.session_state["reminded-times"] = int(st.session_state.get("reminded-times", 0)) + 1
        st.rerun()
