"""Several customers at once: chosen on their cards, marked with one press."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from crmcore import refills
from crmcore.database.gate import ShopSession, Who
from crmcore.messages.consent import CHANNELS, EMAIL
from crmcore.refills import Call, Offer
from dashboard.parts import words
from dashboard.parts.saving import saving

_WAYS = {channel: f"By {label}" for channel, label in CHANNELS.items() if channel != EMAIL}


def checkbox(call: Call) -> None:
    st.checkbox("Choose", key=_key(call.customer_id), label_visibility="collapsed")


def is_choosing(calls: Sequence[Call]) -> bool:
    return bool(_chosen(calls))


def bar(calls: Sequence[Call], offers: Mapping[UUID, Offer], shop: ShopSession) -> None:
    """What can be done with the chosen ones; nothing while nobody is chosen."""
    chosen = _chosen(calls)
    if not chosen:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="refills-chosen"):
        st.markdown(f"**{words.several(len(chosen), 'customer')}** chosen", width="stretch")
        if len(chosen) < len(calls):
            st.button("Choose all shown", type="tertiary", key="choose-all", on_click=_choose, args=(calls, True))
        st.button("None", type="tertiary", key="choose-none", on_click=_choose, args=(calls, False))
        if offers:
            label = f"Mark {words.several(len(chosen), 'customer')} reminded"
            st.menu_button(
                label, list(_WAYS), icon=":material/check:", key="mark-many", type="primary",
                format_func=_WAYS.__getitem__, on_click=_mark, args=(shop.who, chosen),
            )  # fmt: skip


def _chosen(calls: Sequence[Call]) -> list[Call]:
    return [one for one in calls if st.session_state.get(_key(one.customer_id))]


def _choose(calls: Sequence[Call], on: bool) -> None:
    for one in calls:
        st.session_state[_key(one.customer_id)] = on


def _mark(who: Who, chosen: Sequence[Call]) -> None:
    channel = str(st.session_state["mark-many"])
    ids = [reminder_id for one in chosen for reminder_id in one.ids]
    with saving(who, f"{words.several(len(chosen), 'customer')} marked as reminded", alone=True) as shop:
        refills.mark_sent(shop, ids, channel)
    if shop.saved:
        _choose(chosen, False)


def _key(customer_id: UUID) -> str:
    return f"choose-refill-{customer_id}"
