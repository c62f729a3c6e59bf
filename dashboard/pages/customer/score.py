"""How a customer is doing: the score with its trend, what stands behind it, and what to do."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import health
from crmcore.database.gate import ShopSession
from dashboard.parts.layout import Badge, badge, note, section
from dashboard.parts.words import escape

MARKS = {
    health.GREEN: ("green", ":material/sentiment_satisfied:"),
    health.WATCH: ("orange", ":material/visibility:"),
    health.RED: ("red", ":material/priority_high:"),
}
_SHOWN = 30  # days of the trend


def show_score(customer: RowMapping, shop: ShopSession) -> None:
    rows = health.trend(shop, customer["id"], _SHOWN)
    if not rows:
        return
    latest = rows[0]
    section("Health", f"{latest['scored_on']:%-d %b %Y}")
    with st.container(border=True, gap="xsmall"):
        st.markdown(badge(mark_of(latest["score"])))
        st.markdown(f"**{escape(health.RECOMMENDATIONS[latest['recommendation']])}**")
        parts = [
            f"{label} {latest[key]}" if latest[key] is not None else f"{label} left out"
            for key, label in health.PARTS.items()
        ]
        note(" · ".join(parts))
        if len(rows) > 2:
            earliest = rows[-1]
            change = latest["score"] - earliest["score"]
            st.metric(
                "Score", latest["score"], f"{change:+}" if change else "unchanged",
                delta_color="blue" if change >= 0 else "red", delta_arrow="auto" if change else "off",
                delta_description=f"since {earliest['scored_on']:%-d %b}", chart_type="line",
                chart_data=[row["score"] for row in reversed(rows)], label_visibility="collapsed", border=False,
            )  # fmt: skip
        with st.expander("What stands behind it", type="compact"):
            for reason in health.reasons(latest):
                st.markdown(f":small[{escape(reason)}]")


def mark_of(score: int) -> Badge:
    """Green 88: the level in words, with its sign."""
    level = health.level_of(score)
    colour, icon = MARKS[level]
    return f"{health.LEVELS[level]} {score}", colour, icon
