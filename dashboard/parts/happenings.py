"""A line of what happened in the shop, as the Activity page and the Overview show it."""

import streamlit as st

from crmcore.customer_timeline import Happening
from crmcore.database.gate import ShopSession
from dashboard.navigation import to
from dashboard.pages.customer.history import icon_of
from dashboard.parts import words
from dashboard.parts.buyer import name_of
from dashboard.parts.words import escape


def show_happening(happening: Happening, shop: ShopSession, *, with_day: bool = False) -> None:
    """One line with its icon; a press on it leads to the customer it is about. `with_day`: its day beside its time."""
    line = happening.line
    at = words.moment(line.at, shop.shop, shop.today) if with_day else words.time(line.at, shop.shop)
    told = f"{escape(line.title)} :gray[:small[· {escape(at)} · {escape(line.by)}]]"
    if line.is_important:
        told = f":orange[:material/priority_high:] {told}"
    if happening.customer_id is None:
        st.markdown(f"{icon_of(line)} {told}")
        return
    label = f"**{escape(name_of(happening.customer, shop.shop.region))}** {told}"
    st.page_link(to("customer"), label=label, icon=icon_of(line), query_params={"id": str(happening.customer_id)})
