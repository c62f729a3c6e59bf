"""Messages: what is ready to go and what became of it, what customers wrote, the shop's texts, and its services."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from crmcore.database.gate import Who
from dashboard.pages.messages import outbox, replies, services, texts
from dashboard.parts.layout import page_head
from dashboard.parts.session import require

_LOOK = Path(__file__).resolve().parents[2] / "look" / "messages.css"


def page() -> None:
    who = require("see messages")
    st.html(_LOOK)
    page_head("Messages", "Reminders and offers to customers, and what they write back")
    parts = _parts_for(who)
    part = st.segmented_control(
        "Part", list(parts), default="Outbox", required=True, key="part", label_visibility="collapsed", wrap=True,
        bind="query-params",
    )  # fmt: skip
    parts[str(part)](who)


def _parts_for(who: Who) -> dict[str, Callable[[Who], None]]:
    parts: dict[str, Callable[[Who], None]] = {"Outbox": outbox.show, "Replies": replies.show}
    if who.may("manage messages"):
        parts["Texts"] = texts.show
    if who.may("manage settings"):
        parts["Services"] = services.show
    return parts
