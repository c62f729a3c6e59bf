"""What happened lately in the shop: who did what with which customer, newest first."""

from datetime import date
from itertools import groupby
from pathlib import Path

import streamlit as st

from crmcore import customer_timeline
from crmcore.customer_timeline import MOST_OF_SHOP, PARTS
from crmcore.database.gate import shop_session
from dashboard.parts import words
from dashboard.parts.happenings import show_happening
from dashboard.parts.layout import empty_state, note, page_head, section
from dashboard.parts.older import most_shown, show_older
from dashboard.parts.session import require

_LOOK = Path(__file__).resolve().parents[1] / "look" / "customers.css"
_PAGE_SIZE = 25


def page() -> None:
    who = require("see the shop's activity")
    st.html(_LOOK)
    page_head("Activity", f"What happened lately at {who.shop.name}")
    part = st.pills(
        "Show", list(PARTS), default="all", required=True, format_func=PARTS.__getitem__, key="part",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    shown = f"activity-{part}"
    most = most_shown(shown, _PAGE_SIZE)
    with shop_session(who) as shop:
        happenings = customer_timeline.of_shop(shop, str(part), limit=most + 1)
        if not happenings:
            told = "Whatever people do here shows up at once."
            empty_state(":material/history:", "Nothing of this kind lately", told)
        for day, lines in groupby(happenings[:most], lambda one: one.line.at.astimezone(shop.zone).date()):
            section(_day(day, shop.today))
            with st.container(gap="xsmall", key=f"activity-{day}"):
                for happening in lines:
                    show_happening(happening, shop)
        if len(happenings) > most:
            show_older(shown, _PAGE_SIZE)
        elif most >= MOST_OF_SHOP:
            note("Older lines stand on each customer’s page.")


def _day(day: date, today: date) -> str:
    if (today - day).days in (0, 1):
        return words.ago(day, today).capitalize()
    return words.weekday(day, today)
