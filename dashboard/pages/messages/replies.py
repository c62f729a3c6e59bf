"""What customers wrote back, newest first."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.messages import outbox
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import empty_state
from dashboard.parts.message import ICONS
from dashboard.parts.words import escape

_SIZE = 20
_SHOWN = "replies-shown"


def show(who: Who) -> None:
    most = int(st.session_state.get(_SHOWN, _SIZE))
    with shop_session(who) as shop:
        rows = outbox.replies(shop, limit=most + 1)
        for row in rows[:most]:
            _card(row, shop)
    if not rows:
        empty_state(
            ":material/forum:",
            "Nobody has written back yet",
            "Once WhatsApp or SMS is connected under Services, answers of customers stand here and on their page.",
        )
    if len(rows) > most:
        st.button("Show older", icon=":material/expand_more:", type="tertiary", key="older", on_click=_show_older)


def _card(row: RowMapping, shop: ShopSession) -> None:
    name = row["customer_name"] or words.phone(row["address"], shop.shop.region)
    stop = " :red-badge[:material/block: Wants no more messages]" if row["asks_to_stop"] else ""
    when = words.moment(row["received_at"], shop.shop, shop.today)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"reply-{row['id']}"):
        head = f"{ICONS[row['channel']]} **{escape(name)}**{stop} :gray[:small[{escape(when)}]]"
        st.markdown(f"{head}  \n{escape(row['body'])}", width="stretch")
        if row["customer_id"] is not None:
            query = {"id": str(row["customer_id"])}
            st.page_link(to("customer"), label="Customer", icon=":material/person:", query_params=query)


def _show_older() -> None:
    st.session_state[_SHOWN] = int(st.session_state.get(_SHOWN, _SIZE)) + 2 * _SIZE
