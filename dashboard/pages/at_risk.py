"""Health: how many customers do well, who is at risk, and what to do about each."""

from pathlib import Path

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import health
from crmcore.database.gate import ShopSession, shop_session
from dashboard.navigation import to
from dashboard.pages.customer.score import mark_of
from dashboard.parts import words
from dashboard.parts.layout import badge, empty_state, figure_strip, page_head, tips
from dashboard.parts.session import require
from dashboard.parts.words import escape

_LOOK = Path(__file__).resolve().parents[1] / "look" / "segments.css"
_TIPS = (
    "Begin at the top: who spent most stands first.",
    "Call before you write: in a talk you hear what is wrong.",
    "Write down what they said. The next morning it counts, and the next colleague reads it.",
    "Ask for a review after a good sale; without stars satisfaction is left out of the score.",
    "One low day is no trend: look at the line on the customer's page.",
)
_SIZE = 25
_SHOWN = {"At risk": None, **{health.LEVELS[level]: level for level in (health.RED, health.WATCH)}}


def page() -> None:
    who = require("see customers", "pipeline")
    st.html(_LOOK)
    with shop_session(who) as shop:
        page_head("Health", "Who is drifting away, measured every morning")
        if who.may("see figures"):
            _figures(shop)
        shown = st.pills(
            "Who", list(_SHOWN), default="At risk", required=True, key="health-of", label_visibility="collapsed"
        )
        level = _SHOWN[shown or "At risk"]
        number = int(st.session_state.get(f"health-page-{shown}", 1))
        rows, found = health.at_risk(shop, level, limit=_SIZE, offset=(number - 1) * _SIZE)
        if not rows:
            _nobody(shop)
            return
        st.markdown(f":gray[:small[{words.several(found, 'customer')}, those who spent most first]]")
        for row in rows:
            _line(row, shop)
        if found > _SIZE:
            st.pagination(-(-found // _SIZE), key=f"health-page-{shown}")
        tips("Winning people back", _TIPS, "health-tips")


def _figures(shop: ShopSession) -> None:
    day = health.distribution(shop)
    if day is None:
        return
    total = day["green"] + day["watch"] + day["red"]
    figure_strip(
        (label, words.count(day[level]), words.rate(day[level], total)) for level, label in health.LEVELS.items()
    )


def _nobody(shop: ShopSession) -> None:
    if health.at_risk(shop)[1]:
        st.markdown(":gray[Nobody here at the moment.]")
        return
    empty_state(
        ":material/ecg_heart:",
        "Nobody is at risk",
        "Every morning each customer gets a score from what they bought, how you talked and what they said. Who falls "
        "below 75 stands here, with what to do.",
    )


def _line(row: RowMapping, shop: ShopSession) -> None:
    """A customer: the score, what to do, and what stands behind it."""
    whole = shop.who.may("see whole contact details in lists")
    name = row["name"] or (words.phone(row["phone"], shop.shop.region) if whole else words.masked(row["phone"] or ""))
    with st.container(border=True, gap="xsmall", key=f"health-{row['customer_id']}"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.page_link(
                to("customer"), label=f"**{escape(name)}**", icon=":material/person:",
                query_params={"id": str(row["customer_id"])}, width="stretch",
            )  # fmt: skip
            st.markdown(badge(mark_of(row["score"])), width="content")
        st.markdown(escape(health.RECOMMENDATIONS[row["recommendation"]]))
        about = [
            f"spent {words.money(row['total_spent'], shop.shop)}" if row["total_spent"] else None,
            f"looked after by {row['rep_name']}" if row["rep_name"] else None,
            *health.reasons(row),
        ]
        st.markdown(f":gray[:small[{escape(' · '.join(filter(None, about)))}]]")
