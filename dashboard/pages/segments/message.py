"""A message to everybody in a segment: who may get one is told before anything is made."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import segments
from crmcore.database.gate import ShopSession, Who
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.messages.preparing import Prepared
from crmcore.segments import sending
from dashboard.navigation import to
from dashboard.parts.layout import note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.words import escape, several

_WRITTEN = (WHATSAPP, SMS, EMAIL)


def form(shop: ShopSession, segment: RowMapping) -> Callable[[], None] | None:
    number = segments.counts(shop, [segment])[segment["id"]]
    page_head(f"Message to {segment['name']}", several(number or 0, "customer"))
    done: Prepared | None = st.session_state.get(f"sent-{segment['id']}")
    if done is not None:
        _told(done)
        return None
    with st.container(width=640):
        offer = st.text_input(
            "What you offer", key="segment-offer", max_chars=200, autocomplete="off",
            placeholder="10 % off until Sunday",
        )  # fmt: skip
        channels = st.pills(
            "By", list(_WRITTEN), default=list(_WRITTEN), selection_mode="multi", format_func=CHANNELS.__getitem__,
            key="segment-channels", wrap=True,
        )  # fmt: skip
        note(
            "Your text for offers is used, in each customer’s language. Each gets one message, on the first of these "
            "ways on which they may be written to; who declined offers gets none. Nothing goes by itself: the messages "
            "wait under Messages."
        )
        pressed = st.button(
            f"Prepare messages for {several(number or 0, 'customer')}", type="primary", icon=":material/check:",
            key="prepare-segment", disabled=not (offer.strip() and channels and number),
        )  # fmt: skip
    if not pressed:
        return None
    return partial(_prepare, shop.who, segment, offer.strip(), [one for one in _WRITTEN if one in channels])


def _prepare(who: Who, segment: RowMapping, offer: str, channels: list[str]) -> None:
    with saving(who, "Messages prepared") as shop:
        st.session_state[f"sent-{segment['id']}"] = sending.prepare(
            shop, segment["id"], "offer", {"offer": offer}, channels=channels
        )
    if shop.saved:
        st.rerun()
    st.session_state.pop(f"sent-{segment['id']}", None)


def _told(done: Prepared) -> None:
    """What came of it: how many wait, and why others got none."""
    with st.container(border=True, width=640, gap="small"):
        st.markdown(f":green[:material/check_circle:] **{several(len(done.message_ids), 'message')}** ready to send")
        if done.already:
            st.markdown(f"{several(done.already, 'customer')} got this very message today already")
        for why, number in Counter(done.refused.values()).most_common():
            st.markdown(f":gray[:small[{several(number, 'customer')}: {escape(why)}]]")
        st.page_link(to("messages"), label="To the messages", icon=":material/chat:")
