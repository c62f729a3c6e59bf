"""Leads: who may become a customer, how promising each is, whose it is, and what comes next; where they come from."""

from uuid import UUID

import streamlit as st

from crmcore import exports, leads
from crmcore.database.gate import ShopSession, Who, shop_session
from dashboard.navigation import to
from dashboard.pages.leads.adding import add_form
from dashboard.pages.leads.choosing import FIGURES, LIST, View, choose_filters, current, parts_of
from dashboard.pages.leads.figures import show_figures
from dashboard.pages.leads.listing import leads_listed
from dashboard.pages.leads.sharing import share_out
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import empty_state, page_head, tips
from dashboard.parts.lists import choose_part
from dashboard.parts.session import require
from dashboard.parts.words import count, several

_TIPS = (
    "Call a new lead the same day, while they still think of you.",
    "Give every lead to somebody, with a next follow-up: what is nobody's is not done.",
    "Say where each came from; only then the figures tell which source is worth its money.",
    "Score again after every talk, or have it worked out, and call A before B.",
    "Mark who does not fit as not qualified, and why, so that nobody calls in vain.",
)


def page() -> None:
    who = require("see leads", "pipeline")
    with shop_session(who) as shop:
        leads_to = add_form(shop) if st.query_params.get("new") else _looked_through(who, shop)
    if leads_to is not None:
        st.switch_page(to("lead"), query_params={"id": str(leads_to)})


def _looked_through(who: Who, shop: ShopSession) -> UUID | None:
    """The list or the figures; return the lead whose page is to be opened."""
    numbers = leads.counts(shop)
    if not sum(numbers.values()):
        _nobody_yet(who)
        return None
    view = current(who)
    with page_head("Leads", _caption(numbers)):
        _actions(who, view)
    choose_part("leads", parts_of(who), view.part)
    if view.part == FIGURES:
        show_figures(shop)
        return None
    found = choose_filters(view, shop)
    opened, chosen = leads_listed(shop, view, found)
    if found and who.may("assign leads"):
        share_out(shop, view.filters, found, chosen)
    tips("Getting more out of leads", _TIPS, "lead-tips")
    return opened


def _caption(numbers: dict[str, int]) -> str:
    active = count(sum(numbers[status] for status in leads.ACTIVE))
    return f"{several(sum(numbers.values()), 'lead')} · {active} active · {count(numbers['converted'])} converted"


def _actions(who: Who, view: View) -> None:
    if who.may("edit leads") and st.button("Add lead", type="primary", icon=":material/person_add:", key="add-lead"):
        st.query_params["new"] = "1"
        st.rerun()
    if who.may("import") and st.button("Import", icon=":material/upload_file:", key="import-leads"):
        st.switch_page(to("imports"), query_params={"new": "leads"})
    if view.part == LIST:
        export_menu("leads", who, lambda gate: exports.leads_table(gate, view.filters, view.sort))


def _nobody_yet(who: Who) -> None:
    with page_head("Leads", "Who may become a customer: written down, scored, followed up, converted"):
        if who.may("import") and st.button("Import", icon=":material/upload_file:", key="import-leads"):
            st.switch_page(to("imports"), query_params={"new": "leads"})
    empty_state(
        ":material/person_search:",
        "No leads yet",
        "Write down who asked for something, or import the list of another program. Each lead has its own score, its "
        "next follow-up and its history, and becomes a customer in one press.",
        "Add lead",
        to="leads",
        query={"new": "1"},
    )
