"""What a customer agreed to: per channel and purpose, with how one knows; and recording what they say."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession, Who
from crmcore.messages import consent
from crmcore.messages.consent import ACCEPTED, CHANNELS, DECLINED, NOT_ASKED, PURPOSES, SOURCES, STATES, Said
from dashboard.parts import words
from dashboard.parts.layout import section
from dashboard.parts.message import ICONS
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_SIGNS = {
    ACCEPTED: ":green[:material/check_circle:]",
    DECLINED: ":red[:material/block:]",
    NOT_ASKED: ":gray[:material/radio_button_unchecked:]",
}


def show_consent(customer: RowMapping, shop: ShopSession) -> None:
    """What counts now, how to record more, and what was said before."""
    said = consent.current(shop, customer["id"])
    section("May we write?")
    with st.container(border=True, gap="xsmall", key="consent"):
        for channel in CHANNELS:
            with st.container(horizontal=True, wrap=False, gap="small"):
                st.markdown(f"{ICONS[channel]} :gray[:small[{CHANNELS[channel]}]]", width=96)
                st.markdown("  \n".join(_line(said[channel, purpose], purpose) for purpose in PURPOSES))
        if shop.who.may("edit customers") and customer["hidden_at"] is None:
            with st.container(horizontal=True, gap="small"):
                key = f"consent-{customer['id']}-{_recorded()}"  # a new one closes it
                with st.popover("Record what they said", icon=":material/edit:", key=f"record-{key}"):
                    _record(customer, shop.who, key)
                if any(one.at for one in said.values()):
                    with st.popover("History", type="tertiary", key=f"consents-{customer['id']}"):
                        _history(customer, shop)


def _line(said: Said, purpose: str) -> str:
    return f"{_SIGNS[said.state]} :small[{PURPOSES[purpose]}: {STATES[said.state].lower()}]"


def _recorded() -> int:
    return int(st.session_state.get("consents_recorded", 0))


def _record(customer: RowMapping, who: Who, key: str) -> None:
    with st.form(key, border=False):
        channels, purposes, state, source = _fields(key)
        pressed = st.form_submit_button("Record it", type="primary", width="stretch")
    if pressed:
        with saving(who, "Recorded") as shop:
            consent.record_all(shop, customer["id"], channels, purposes, state, source)
        if shop.saved:
            st.session_state["consents_recorded"] = _recorded() + 1
            st.rerun()


def _fields(key: str) -> tuple[list[str], list[str], str, str]:
    channels = st.pills(
        "On", list(CHANNELS), default=[consent.WHATSAPP], selection_mode="multi", format_func=CHANNELS.__getitem__,
        key=f"{key}-channels", wrap=True,
    )  # fmt: skip
    purposes = st.pills(
        "For", list(PURPOSES), default=[consent.REMINDERS], selection_mode="multi", format_func=PURPOSES.__getitem__,
        key=f"{key}-purposes", wrap=True,
    )  # fmt: skip
    state = st.segmented_control(
        "They", [ACCEPTED, DECLINED, NOT_ASKED], default=ACCEPTED, required=True, format_func=_SAY.__getitem__,
        key=f"{key}-state",
    )  # fmt: skip
    source = st.selectbox("How you know", SOURCES, accept_new_options=True, key=f"{key}-source")
    return list(channels), list(purposes), str(state), source or ""


_SAY = {ACCEPTED: "Accept", DECLINED: "Decline", NOT_ASKED: "Were not asked"}


def _history(customer: RowMapping, shop: ShopSession) -> None:
    for row in consent.history(shop, customer["id"])[:20]:
        when = words.moment(row["recorded_at"], shop.shop, shop.today)
        by = f" · {row['by']}" if row["by"] else ""
        st.markdown(
            f"{_SIGNS[row['state']]} {CHANNELS[row['channel']]}, {PURPOSES[row['purpose']].lower()}: "
            f"{STATES[row['state']].lower()}  \n:gray[:small[{escape(row['source'])} · {escape(when)}{escape(by)}]]"
        )
