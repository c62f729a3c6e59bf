"""The opportunities of a customer: the open ones with their stage, then those that ended."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline
from crmcore.database.gate import ShopSession
from dashboard.navigation import to
from dashboard.parts.deal_words import expected, line, marks, status_badge
from dashboard.parts.layout import badge, note
from dashboard.parts.words import day, escape


def show_deals(customer: RowMapping, shop: ShopSession) -> None:
    if not shop.who.may("see opportunities"):
        return
    rows = pipeline.of_customer(shop, customer["id"])
    for row in rows:
        with st.container(border=True, gap="xsmall", key=f"deal-of-customer-{row['id']}"):
            st.page_link(
                to("opportunity"), label=f"**{escape(row['name'])}**", icon="", query_params={"id": str(row["id"])}
            )
            ended = f"closed {day(row['closed_on'], shop.today)}" if row["closed_on"] else expected(row, shop)
            signs = " ".join(badge(one) for one in (status_badge(row), *marks(row, shop)))
            told = " · ".join(filter(None, [line(row, shop), ended]))
            st.markdown(f"{signs}  \n:gray[:small[{escape(told)}]]")
    if not rows:
        note("No opportunities with them yet.")
    may_add = shop.who.may("edit opportunities") and customer["hidden_at"] is None
    if may_add and st.button("New opportunity", icon=":material/add:", key="new-deal-of-customer"):
        st.switch_page(to("opportunity"), query_params={"customer": str(customer["id"])})
