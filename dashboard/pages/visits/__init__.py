"""Who came by: how often, when, what for, who comes back, and where visits turn into purchases."""

from datetime import date

import streamlit as st

from crmcore import exports
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.metrics.export import reps_table
from crmcore.metrics.visits import VisitFigures, last_visit_day, visit_figures
from crmcore.periods import Period, calendar_month, named
from dashboard.navigation import to
from dashboard.pages.visits.cards import kpi_cards
from dashboard.pages.visits.charts import funnel, kinds, visits_by_hour, visits_over_time
from dashboard.pages.visits.choosing import FIGURES, LIST, View, choose_view, current, show_another_part, told
from dashboard.pages.visits.listing import Way, follow_ups_to_do, visits_listed
from dashboard.pages.visits.reps import rep_table
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import empty_state, page_head
from dashboard.parts.period import choose, choose_period
from dashboard.parts.receipt import selling_look
from dashboard.parts.session import require
from dashboard.parts.words import escape


def page() -> None:
    who = require("see figures", "visits")
    selling_look()
    with shop_session(who) as shop:
        last_day = last_visit_day(shop)
        if last_day is None:
            _nobody_came_yet()
            return
        view = current()
        with st.container(gap=None):
            with page_head("Visits"):
                period = choose_period(shop.today)
                _export(view, period, who)
            about = told(view, shop)
            st.markdown(f":gray[:small[{escape(_days(period, shop.today))}{escape(f' · {about}' if about else '')}]]")
        choose_view(view, shop)
        if view.part == FIGURES:
            _figures(shop, period, view, last_day)
            going = None
        elif view.part == LIST:
            going = visits_listed(shop, period, view)
        else:
            going = rep_table(shop, period, view)
            going = follow_ups_to_do(shop, view) or going
    if going is not None:
        _go(going)


def _figures(shop: ShopSession, period: Period, view: View, last_day: date) -> None:
    shown = visit_figures(shop, period, rep=view.filters.rep, product=view.filters.product)
    if not shown.visits:
        _nobody_came(shown, last_day, view)
    kpi_cards(shown, shop.shop, view.some)
    if not shown.visits:
        return
    wide, narrow = st.columns([2, 1], gap="large")
    with wide:
        visits_over_time(shown, view.some)
    with narrow:
        funnel(shown, view.some)
    visits_by_hour(shown)
    kinds(shown, view.some)


def _export(view: View, period: Period, who: Who) -> None:
    if view.part == LIST:
        export_menu("visits", who, lambda gate: exports.visits_table(gate, period, view.filters))
    elif view.part != FIGURES:
        some = view.filters
        export_menu(
            "sales-reps", who, lambda gate: reps_table(gate, period, rep=some.rep, product=some.product)
        )


def _days(period: Period, today: date) -> str:
    """Which days are shown, and which they are compared with."""
    compared = period.compared()
    words = period.in_words(today)
    return words if compared is None else f"{words} compared with {compared.in_words(today)}"


def _nobody_came(shown: VisitFigures, last_day: date, view: View) -> None:
    """Says so when nobody came in these days, and leads to where there is something."""
    this_month = named("month", shown.today)
    month = this_month if last_day >= this_month.since else calendar_month(last_day)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="nobody-came"):
        if view.some:
            st.markdown("No visit fits in these days. Choose other days, or take a filter away.", width="stretch")
            return
        st.markdown(f"Nobody came in these days. The last visit was on {last_day:%-d %B %Y}.", width="stretch")
        st.button(f"Show {last_day:%B %Y}", on_click=choose, args=(month,))


def _nobody_came_yet() -> None:
    page_head("Visits", "Who came by, who comes back, and where visits turn into purchases")
    empty_state(
        ":material/storefront:",
        "No visits yet",
        "Record who comes by: it takes half a minute on a phone. Then this page says when they come, who comes back, "
        "and how many of them buy. A sheet of earlier visits can be imported.",
        "Record a visit",
        to="visit",
    )


def _go(way: Way) -> None:
    """To another page, or to another part of this one."""
    noun, query = way
    if noun == "visits":
        show_another_part(query)
        st.rerun()
    st.switch_page(to(noun), query_params=query)
