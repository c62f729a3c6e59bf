"""Refills: whom to remind of what runs out, with the message ready; and who was reminded and what they said."""

from pathlib import Path

import streamlit as st

from crmcore import exports, refills
from crmcore.database.gate import ShopSession, shop_session
from crmcore.refills import COMING, OVERDUE, PARTS, REMINDED, TODAY
from dashboard.pages.refills import bulk, card
from dashboard.parts import words
from dashboard.parts.downloads import download
from dashboard.parts.layout import empty_state, page_head
from dashboard.parts.session import require

_LOOK = Path(__file__).resolve().parents[2] / "look" / "refills.css"
_SIZE = 12
_SHOWN = "refills-shown"

_EMPTY = {
    OVERDUE: ("Nobody is overdue", "Everybody whose medicine was to run out has been reminded."),
    TODAY: ("Nobody else today", "Whoever is to be reminded today, stands here in the morning."),
    COMING: ("Nothing in the next two weeks", "What runs out next is shown here before it is due."),
    REMINDED: ("Nobody is awaited", "Whoever was reminded stands here until they buy again."),
}


def page() -> None:
    who = require("see messages", "refills")
    st.html(_LOOK)
    with shop_session(who) as shop:
        counted = refills.counts(shop)
        with page_head("Refills", _caption(counted)):
            if who.may("export") and any(counted.values()):
                download("refills", "csv", who, exports.refills_table, "Download", "content")
        card.just_done(who)
        part = _choose(counted)
        if not any(counted.values()) and not refills.is_used(shop):
            _nothing_yet()
            return
        most = int(st.session_state.get(_SHOWN, _SIZE))
        calls = refills.calls(shop, part, limit=most + 1)
        shown = calls[:most]
        if not shown:
            title, text = _EMPTY[part]
            empty_state(":material/task_alt:", title, text)
            return
        _show(part, shown, shop)
        if len(calls) > most:
            st.button("Show more", icon=":material/expand_more:", type="tertiary", key="more", on_click=_show_more)


def _show(part: str, calls: list[refills.Call], shop: ShopSession) -> None:
    offers = {} if part == REMINDED else refills.offers(shop, calls)
    bulk.bar(calls, offers, shop)
    for nth, call in enumerate(calls):
        if part == REMINDED:
            card.reminded(call, shop)
        else:
            card.due(call, offers[call.customer_id], shop, first=nth == 0 and not bulk.is_choosing(calls))


def _caption(counted: dict[str, int]) -> str:
    now = counted[OVERDUE] + counted[TODAY]
    if not now:
        return "Whose medicine runs out when, and who was reminded"
    return f"{_told(now)} {'customer' if now == 1 else 'customers'} to remind now, all their medicines in one call"


def _told(number: int) -> str:
    """A number as it was counted: 200+ for what nobody counts further."""
    return f"{words.count(number)}+" if number >= refills.MOST_COUNTED else words.count(number)


def _choose(counted: dict[str, int]) -> str:
    """Which part, kept in the address; first the one with something to do."""
    first = next((part for part in (OVERDUE, TODAY, COMING, REMINDED) if counted[part]), TODAY)
    asked = st.query_params.get("show", first)
    st.session_state["refills-show"] = asked if asked in PARTS else first
    labels = {part: f"{label} · {_told(counted[part])}" for part, label in PARTS.items()}
    st.pills(
        "Show", list(labels), required=True, format_func=labels.__getitem__, key="refills-show", on_change=_keep,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return str(st.session_state["refills-show"])


def _keep() -> None:
    st.session_state.pop(_SHOWN, None)
    st.query_params["show"] = st.session_state["refills-show"]


def _show_more() -> None:
    st.session_state[_SHOWN] = int(st.session_state.get(_SHOWN, _SIZE)) + 2 * _SIZE


def _nothing_yet() -> None:
    empty_state(
        ":material/medication:",
        "No refills yet",
        "Say on a bill how many days a medicine lasts: a reminder is made by itself, some days before it runs out.",
        "Go to Sell",
        to="sell",
    )
