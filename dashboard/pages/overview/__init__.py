"""How the shop is doing: the figures that matter, their change, and where they come from."""

from datetime import date

import streamlit as st

from crmcore.database.gate import ShopSession, shop_session
from crmcore.metrics.business import Business, business
from crmcore.metrics.export import figures_table
from crmcore.metrics.overview import Overview, has_sold, last_day, overview
from crmcore.periods import calendar_month, named
from dashboard.pages.overview import deals
from dashboard.pages.overview.cards import customer_lines, kpi_cards, strip
from dashboard.pages.overview.charts import (
    cohort_map,
    customers_over_time,
    new_against_returning,
    orders_over_time,
    revenue_line,
    top_customers,
)
from dashboard.pages.overview.welcome import welcome
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import page_head, section
from dashboard.parts.period import choose, choose_period
from dashboard.parts.session import require
from dashboard.parts.words import escape


def page() -> None:
    who = require("see figures")
    with shop_session(who) as shop:
        sells_deals = who.shop.has("pipeline")
        if not has_sold(shop):
            if not sells_deals or not _show_deals_alone(shop):
                welcome(shop)
            return
        with st.container(gap=None):
            with page_head("Overview"):
                period = choose_period(shop.today)
                export_menu("figures", who, lambda gate: figures_table(gate, period))
            shown = overview(shop, period)
            last_sold = None if shown.has_sales else last_day(shop)
            st.markdown(f":gray[:small[{escape(f'{who.shop.name} · {_days(shown)}')}]]")
        if sells_deals:
            deals.quick_actions(shop)
            deals.show(shop, business(shop, period))
            section("Sales and customers")
    if last_sold:
        _nothing_sold(shown, last_sold)
    kpi_cards(shown, who.shop)
    strip(shown, who.shop)

    wide, narrow = st.columns([2, 1], gap="large")
    with wide:
        revenue_line(shown, who.shop)
    with narrow:
        customer_lines(shown, who.shop)
    left, right = st.columns(2, gap="large")
    with left:
        customers_over_time(shown, who.shop)
    with right:
        orders_over_time(shown, who.shop)
    wide, narrow = st.columns([2, 1], gap="large")
    with wide:
        new_against_returning(shown, who.shop)
    with narrow:
        top_customers(shown, who.shop)
    cohort_map(shown, who.shop)


def _show_deals_alone(shop: ShopSession) -> bool:
    """What there is to see before the first sale, if there are leads or deals; False when there are none."""
    period = named("year", shop.today)
    facts: Business = business(shop, period)
    if not facts.has_any:
        return False
    page_head("Overview", f"{shop.shop.name} · {period.in_words(shop.today)}")
    deals.quick_actions(shop)
    deals.show(shop, facts)
    return True


def _nothing_sold(shown: Overview, last_sold: date) -> None:
    """Says so when nothing was sold of late, as after a file of older sales, and leads to where there is something."""
    days = "in these days" if not shown.now.within.purchases else "in the last twelve months"
    this_month = named("month", shown.today)
    month = this_month if last_sold >= this_month.since else calendar_month(last_sold)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="nothing-sold"):
        st.markdown(f"Nothing was sold {days}. The last sale was on {last_sold:%-d %B %Y}.", width="stretch")
        st.button(f"Show {last_sold:%B %Y}", on_click=choose, args=(month,))


def _days(shown: Overview) -> str:
    """Which days are shown, and which they are compared with."""
    words = shown.period.in_words(shown.today)
    if shown.compared is None:
        return f"{words}, since {shown.period.since:%-d %B %Y}"
    return f"{words} compared with {shown.compared.in_words(shown.today)}"
