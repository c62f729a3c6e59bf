"""Every move of an opportunity, newest first."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline
from crmcore.database.gate import ShopSession
from dashboard.parts.layout import section
from dashboard.parts.words import day, escape, several

_ICONS = {None: ":material/arrow_forward:", "won": ":material/check_circle:", "lost": ":material/cancel:"}


def show_history(deal: RowMapping, shop: ShopSession) -> None:
    section("History")
    for nth, one in enumerate(pipeline.history(shop, deal["id"])):
        title = f"{one['from_stage']} → {one['to_stage']}" if one["from_stage"] else f"Began in {one['to_stage']}"
        stood = f", after {several(one['days'], 'day')}" if one["from_stage"] and one["days"] is not None else ""
        by = one["staff_name"] or "without a name"
        with st.expander(
            f"**{escape(title)}** :gray[{escape(day(one['happened_on'], shop.today))}]", type="step",
            icon=_ICONS[one["outcome"]], expanded=nth < 3, key=f"move-{one['id']}",
        ):  # fmt: skip
            st.markdown(f":gray[:small[by {escape(by)}{escape(stood)}]]")
            told = " · ".join(filter(None, [one["reason"], one["note"]]))
            if told:
                st.markdown(escape(told))
