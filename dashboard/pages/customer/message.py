"""Writing to a customer: the text is ready in their language; a press opens the chat, or hands it to the service."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import refills
from crmcore.database.gate import ShopSession, Who
from crmcore.errors import BadInput
from crmcore.messages import outbox, preparing
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.messages.preparing import Ready
from crmcore.messages.purposes import PURPOSES
from crmcore.messages.templates import LONGEST_VALUE
from dashboard.parts.layout import note, section
from dashboard.parts.message import ICONS, OPENS
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_OPEN = "message-open"
_KNOWN = {"name", "shop", "staff"}  # what needs no asking


def message_button(customer: RowMapping, who: Who) -> None:
    """Opens the place to write, and closes it."""
    if who.may("send messages") and customer["hidden_at"] is None:
        st.button("Message", icon=":material/chat:", key="message", on_click=_turn, args=(customer["id"],))


def show_message(customer: RowMapping, shop: ShopSession) -> None:
    """The place to write, if it is open for this customer."""
    if st.session_state.get(_OPEN) != customer["id"] or not shop.who.may("send messages"):
        return
    with st.container(border=True, gap="small", key="write-message"):
        section("Message")
        purpose = str(
            st.pills(
                "What for", list(PURPOSES), default="follow_up", required=True, key="message-purpose", wrap=True,
                format_func=lambda one: PURPOSES[one].label, label_visibility="collapsed",
            )
        )  # fmt: skip
        channel = str(
            st.segmented_control(
                "Channel", [WHATSAPP, SMS, EMAIL], default=WHATSAPP if customer["phone"] else EMAIL, required=True,
                format_func=lambda one: f"{ICONS[one]} {CHANNELS[one]}", key="message-channel",
                label_visibility="collapsed",
            )
        )  # fmt: skip
        values = _values(purpose, customer, shop)
        try:
            ready = preparing.ready(shop, customer["id"], purpose, channel, values)
        except BadInput as missing:
            note(str(missing))
            return
        if ready.refusal:
            st.info(escape(ready.refusal), icon=":material/block:")
            return
        words_and_ways(customer["id"], ready, values, shop.who)


def _values(purpose: str, customer: RowMapping, shop: ShopSession) -> dict[str, str]:
    """What a text of this purpose needs to be told; of a refill to begin with what runs out next."""
    known: dict[str, str] = {}
    if purpose == "refill" and shop.shop.has("refills") and (call := refills.call_of(shop, customer["id"])):
        known = {"medicine": call.told, "due_day": f"{call.runs_out_on:%-d %B}"}
    asked = {name: means for name, means in PURPOSES[purpose].placeholders.items() if name not in _KNOWN}
    values = {}
    for name, means in asked.items():
        label = means[:1].upper() + means[1:]
        key = f"message-{purpose}-{name}" + (f"-{customer['id']}" if known else "")
        values[name] = st.text_input(label, known.get(name, "")[:LONGEST_VALUE], key=key, max_chars=LONGEST_VALUE)
    return values


def words_and_ways(customer_id: UUID, ready: Ready, values: dict[str, str], who: Who) -> None:
    """The text, which can be changed, and every way in which it may go."""
    shown = f"message-body-{abs(hash((customer_id, ready.purpose, ready.channel, ready.body)))}"
    body = st.text_area("Text", ready.body, height=140, key=shown, label_visibility="collapsed")
    own = body if body.strip() != ready.body else None
    link = preparing.link_to(ready.channel, ready.address, body, ready.subject)
    given = (who, customer_id, ready, values, own)
    with st.container(horizontal=True, gap="small", key="acts-message"):
        st.link_button(OPENS[ready.channel], link, icon=":material/open_in_new:")
        st.button("Mark sent", icon=":material/check:", key="message-sent", on_click=_sent, args=given)
        if ready.refused_service is None:
            st.button("Send it for me", icon=":material/send:", key="message-send", on_click=_queue, args=given)
    note(f"{OPENS[ready.channel]} shows the text in the chat; press Mark sent when it is gone, and it is on record.")


def _turn(customer_id: UUID) -> None:
    st.session_state[_OPEN] = None if st.session_state.get(_OPEN) == customer_id else customer_id


def _sent(who: Who, customer_id: UUID, ready: Ready, values: dict[str, str], own: str | None) -> None:
    with saving(who, "Message noted as sent") as shop:
        message_id = preparing.prepare(shop, customer_id, ready.purpose, ready.channel, values, body=own)
        outbox.mark_sent(shop, message_id)
    if shop.saved:
        st.session_state[_OPEN] = None


def _queue(who: Who, customer_id: UUID, ready: Ready, values: dict[str, str], own: str | None) -> None:
    with saving(who, "Your message goes out now") as shop:
        preparing.prepare(shop, customer_id, ready.purpose, ready.channel, values, body=own, by_service=True)
    if shop.saved:
        st.session_state[_OPEN] = None
