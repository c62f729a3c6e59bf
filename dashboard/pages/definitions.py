"""What every figure means, how it is worked out, and what it is now: written from the catalogue."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from crmcore import metrics, shop_settings
from crmcore.database.gate import Shop, shop_session
from crmcore.database.sql import read_sql
from crmcore.metrics import Measure, Metric, of_shop
from crmcore.metrics.catalogue import DOWN, GROUPS, ROWS, UP
from crmcore.names import fold
from crmcore.periods import named
from dashboard.navigation import to
from dashboard.parts.figures import behind, rounded, worked_out
from dashboard.parts.layout import empty_state, page_head, section
from dashboard.parts.session import require
from dashboard.parts.words import escape

_BETTER = {UP: ":gray-badge[↑ Higher is better]", DOWN: ":gray-badge[↓ Lower is better]"}


def page() -> None:
    who = require("see figures")
    page_head("Definitions", "What every figure means, how it is worked out, and what it is this month")
    wanted = _chosen(who.shop)
    if not wanted:
        empty_state(":material/search_off:", "No figure is called that", "Try another word, or empty the field above.")
        return
    with shop_session(who) as shop:
        measures = metrics.measure_all(shop, [known.key for known in wanted], named("month", shop.today))
        active_days = shop_settings.counting(shop).active_days
    for group in GROUPS:
        of_group = [measure for measure in measures if measure.metric.group == group]
        if of_group:
            section(group)
            with st.grid(2, min_column_width=320, gap=(12, 12)):
                for measure in of_group:
                    _show(measure, who.shop, shop.today, active_days)


def _chosen(shop: Shop) -> Sequence[Metric]:
    """The figures that are looked for: by words of what they are called or mean, and by group."""
    known_here = of_shop(shop)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        typed = st.text_input(
            "Find a figure",
            placeholder="Find a figure",
            icon=":material/search:",
            key="q",
            bind="query-params",
            label_visibility="collapsed",
            width=280,
        )
        group = st.pills(
            "Group",
            ["All", *(group for group in GROUPS if any(known.group == group for known in known_here))],
            default="All",
            required=True,
            key="group",
            label_visibility="collapsed",
            wrap=True,
        )
    words = fold(typed or "").split()
    return [
        known
        for known in known_here
        if group in ("All", None, known.group)
        and all(word in fold(f"{known.label} {known.means} {known.formula} {known.key}") for word in words)
    ]


def _show(measure: Measure, shop: Shop, today: date, active_days: int) -> None:
    known = measure.metric
    with st.container(border=True, height="stretch", gap="xsmall", key=f"definition-{known.key}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
            st.markdown(f"**{escape(known.label)}**", width="stretch")
            if known.unit != ROWS:
                st.markdown(f"**{escape(rounded(measure, shop))}**", width="content")
        st.markdown(f"{escape(known.means)}  \n:gray[:small[{escape(worked_out(measure, shop, today))}]]")
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if known.unit != ROWS and known.better in _BETTER:
                st.markdown(_BETTER[known.better], width="content")
            with st.popover("SQL", type="tertiary", key=f"meaning-sql-{known.key}", width="content"):
                st.code(read_sql(f"metrics/{known.key}").strip(), language="sql", wrap_lines=True, height=320)
            way = behind(measure, active_days)
            if way:
                label, noun, query = way
                st.page_link(to(noun), label=label, query_params=query)
