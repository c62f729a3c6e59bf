"""How a message looks wherever it stands: its channel, its state, its words."""

from typing import Any

import streamlit as st

from crmcore.messages.consent import EMAIL, SMS, WHATSAPP
from crmcore.messages.outbox import STATUSES
from dashboard.parts.layout import Badge, badge
from dashboard.parts.words import Markdown, escape

ICONS = {WHATSAPP: ":material/chat:", SMS: ":material/sms:", EMAIL: ":material/mail:", "call": ":material/call:"}
OPENS = {WHATSAPP: "Open WhatsApp", SMS: "Open SMS", EMAIL: "Open e-mail"}

_LOOKS = {
    "prepared": ("blue", ":material/edit_note:"),
    "queued": ("gray", ":material/schedule:"),
    "sending": ("gray", ":material/schedule_send:"),
    "sent": ("green", ":material/check:"),
    "delivered": ("green", ":material/done_all:"),
    "read": ("green", ":material/visibility:"),
    "failed": ("red", ":material/error:"),
    "unknown": ("orange", ":material/help:"),
    "cancelled": ("gray", ":material/block:"),
}


def state_badge(status: str) -> Markdown:
    """The state of a message as a badge: colour, sign and word."""
    colour, icon = _LOOKS[status]
    shown: Badge = (STATUSES[status], colour, icon)
    return badge(shown)


def words_of(row: Any, *, open_: bool = False) -> None:
    """The text of a message, one line of it until it is opened."""
    first = row["body"] if len(row["body"]) <= 90 else f"{row['body'][:88].rstrip()}…"
    if open_ or first == row["body"]:
        st.markdown(f":gray[{escape(row['body'])}]")
        return
    with st.expander(f":gray[{escape(first)}]", type="compact"):
        if row["subject"]:
            st.markdown(f"**{escape(row['subject'])}**")
        st.text(row["body"])
