"""Contacts: who is to be called, shared out, worked through; how many each person has, and what came of it."""

from pathlib import Path

import streamlit as st

from crmcore import contacts, exports
from crmcore.contacts import NewContact
from crmcore.database.gate import ShopSession, Who, shop_session
from dashboard.navigation import to
from dashboard.pages.contacts.choosing import LIST, RESULTS, View, choose_filters, current, parts_of
from dashboard.pages.contacts.listing import contacts_listed
from dashboard.pages.contacts.results import show_results
from dashboard.pages.contacts.sharing import new_uploads, share_out, who_has_how_many
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import empty_state, note, page_head
from dashboard.parts.lists import choose_part
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import count, rate, several

_LOOK = Path(__file__).resolve().parents[2] / "look" / "contacts.css"


def page() -> None:
    who = require("see contacts", "contacts")
    st.html(_LOOK)
    with shop_session(who) as shop:
        numbers = contacts.counts(shop)
        if not sum(numbers.values()):
            _nobody_yet(who)
            return
        view = current(who)
        actions = page_head("Contacts", _caption(numbers, shop))
        with actions:
            _actions(who, view, shop)
        choose_part("contacts", parts_of(who), view.part)
        if view.part == LIST:
            choose_filters(view, shop)
            leads_to, chosen, found = contacts_listed(shop, view)
            if found and who.may("assign contacts"):
                share_out(shop, view.filters, found, chosen)
        elif view.part == RESULTS:
            show_results(shop)
            leads_to = None
        else:
            who_has_how_many(shop)
            new_uploads(shop)
            leads_to = None
    if leads_to is not None:
        st.switch_page(to("contact"), query_params={"id": str(leads_to)})


def _caption(numbers: dict[str, int], shop: ShopSession) -> str:
    """How many there are and what came of them; to who may not see figures only what is theirs to call."""
    total, converted = sum(numbers.values()), numbers["converted"]
    if not shop.who.may("see figures"):
        return f"{several(contacts.open_of(shop, shop.who.staff_id), 'contact')} of yours to call"
    told = f"{several(total, 'contact')}"
    if not converted:
        return f"{told} · {count(numbers['pending'])} pending"
    contacted = total - numbers["pending"]
    return (
        f"{told} · {count(converted)} became customers: {rate(converted, total)} of all, "
        f"{rate(converted, contacted)} of those contacted"
    )


def _actions(who: Who, view: View, shop: ShopSession) -> None:
    next_one = contacts.next_of(shop, who.staff_id)
    if next_one is not None and st.button("Next to call", type="primary", icon=":material/call:", key="next-to-call"):
        st.switch_page(to("contact"), query_params={"id": str(next_one)})
    if who.may("import") and st.button(
        "Upload a sheet",
        type="secondary" if next_one else "primary",
        icon=":material/upload_file:",
        key="upload-contacts",
    ):
        st.switch_page(to("imports"), query_params={"new": "contacts"})
    _add(who)
    if view.part == LIST:
        export_menu("contacts", who, lambda gate: exports.contacts_table(gate, view.filters, view.sort))


def _add(who: Who) -> None:
    """One contact by hand: a number that somebody wrote on a piece of paper."""
    with st.popover("Add", icon=":material/person_add:", type="tertiary", key="add-contact"):
        phone = st.text_input("Phone", key="new-contact-phone", placeholder="98811 20456", autocomplete="off")
        name = st.text_input("Name, if you know it", key="new-contact-name", max_chars=300, autocomplete="off")
        note("Several numbers may stand in the field; the first mobile is called. It is yours to call.", 300)
        if not st.button("Add contact", key="save-new-contact", width="stretch"):
            return
    with saving(who, "Contact added") as shop:
        contact_id = contacts.record(shop, NewContact(phone, name))
    if shop.saved:
        for field in ("phone", "name"):
            st.session_state.pop(f"new-contact-{field}", None)
        st.switch_page(to("contact"), query_params={"id": str(contact_id)})


def _nobody_yet(who: Who) -> None:
    with page_head("Contacts", "The people of your contact sheets: shared out, called, and counted when they buy"):
        _add(who)
    if who.may("import"):
        empty_state(
            ":material/contact_phone:",
            "No contacts yet",
            "Upload a sheet of phone numbers, share it out among your staff, and they call through their lists. "
            "Whoever buys is marked as converted by itself.",
            "Upload a sheet",
            to="imports",
            query={"new": "contacts"},
        )
    else:
        empty_state(
            ":material/contact_phone:",
            "No contacts for you yet",
            "As soon as a manager gives you some of a contact sheet, they stand here, the next one to call first.",
            "To my day",
            to="home",
        )
