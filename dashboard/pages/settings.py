"""The shop itself: what it is called and where it is, how it counts, its own fields, and its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

import streamlit as st

from crmcore import books, countries, custom_fields, digests, exports, modules, people, periods, shop_settings
from crmcore.database.gate import Who, shop_session
from crmcore.errors import CrmError
from crmcore.modules import MODULES
from crmcore.people import KINDS
from dashboard.navigation import modules_with_pages
from dashboard.parts import lead_settings, refill_settings
from dashboard.parts.downloads import download
from dashboard.parts.layout import empty_state, note, page_head, section
from dashboard.parts.password import ask_again
from dashboard.parts.saving import complain, saving
from dashboard.parts.session import require
from dashboard.parts.words import clock, escape, several

FORM_WIDTH = 640


def page() -> None:
    who = require("manage settings")
    page_head("Settings", f"They hold for everybody at {who.shop.name}")
    parts = [part for part in _PARTS if part not in _OF_MODULE or who.shop.has(_OF_MODULE[part])]
    part = st.segmented_control(
        "Part",
        parts,
        default="The shop",
        required=True,
        key="part",
        label_visibility="collapsed",
        wrap=True,
        bind="query-params",
    )
    _PARTS[str(part)](who)


def _shop(who: Who) -> None:
    mine = who.shop
    with shop_session(who) as shop:
        stays = shop_settings.fixed(shop)
    with st.form("shop", width=FORM_WIDTH):
        name = st.text_input("Name of the shop", mine.name, max_chars=200, autocomplete="off")
        kind = _choice("Kind of shop", KINDS, mine.kind)
        region = _choice("Country", countries.countries(), mine.region)
        currency = _choice("Currency", countries.currencies(), mine.currency, disabled=stays.currency)
        zones = {zone: zone.replace("_", " ") for zone in countries.zones()}
        timezone = _choice("Time zone", zones, mine.timezone, disabled=stays.timezone)
        pressed = st.form_submit_button("Save changes", type="primary")
    country = (
        "The country says how phone numbers without a country code are read from now on. "
        "Another kind of shop switches on the modules that belong to it."
    )
    if stays.timezone:
        note(
            "The currency and the time zone can’t change any more: the amounts on file are in this currency, "
            f"and the day of each order and visit was told by this clock. {country}"
        )
    else:
        note(f"The currency and the time zone stay as they are once the first order or visit is on file. {country}")
    if pressed:
        with saving(who, "Settings saved", alone=True) as shop:
            shop_settings.change_shop(shop, name=name, kind=kind, region=region, currency=currency, timezone=timezone)
        if shop.saved:
            st.rerun()


def _modules(who: Who) -> None:
    section("Modules", "What your shop works with. The kind of shop chose them; switch them as you like.")
    offered = modules_with_pages()
    with st.form("modules", width=FORM_WIDTH):
        on = {}
        for key in offered:
            with st.container(gap="xxsmall"):
                on[key] = st.toggle(MODULES[key].label, who.shop.has(key), key=f"module-{key}")
                note(MODULES[key].means)
        pressed = st.form_submit_button("Save changes", type="primary")
    note("A module that is off has no pages and no buttons. Nothing recorded with it is lost.")
    if pressed:
        others = [key for key in who.shop.modules if key not in offered]
        with saving(who, "Settings saved", alone=True) as shop:
            modules.switch(shop, [*others, *(key for key in on if on[key])])
        if shop.saved:
            st.rerun()


def _access(who: Who) -> None:
    section("What staff see", "Owners and managers see every customer, whatever is chosen here")
    with st.form("access", width=FORM_WIDTH):
        only = st.toggle(
            "Staff see their own customers only", who.shop.own_records_only, key="own-records-only"
        )
        note(
            "Their own are those they look after, and those nobody looks after yet, with all that hangs on them: "
            "visits, sales, notes and follow-ups. It holds from their next press on."
        )
        pressed = st.form_submit_button("Save changes", type="primary")
    note("Who looks after whom is chosen on a customer’s page, or for many at once in the list of customers.")
    if pressed:
        with saving(who, "Settings saved", alone=True) as shop:
            shop_settings.show_staff_own_records_only(shop, only)
        if shop.saved:
            st.rerun()


def _figures(who: Who) -> None:
    with shop_session(who) as shop:
        counting = shop_settings.counting(shop)
        open_on = books.open_on(shop)
    with st.form("figures", width=FORM_WIDTH):
        days = st.number_input(
            "A customer counts as active for so many days after a purchase or visit", 1, 3650, counting.active_days
        )
        conversion_days = st.number_input(
            "A purchase counts as having come of a visit for so many days after it", 0, 365, counting.conversion_days
        )
        first_day = st.date_input(
            "Your books open on",
            open_on,
            min_value=periods.BEGINNING,
            max_value=shop.today,
            format="DD/MM/YYYY",
            help="Visits and sales of earlier days are refused: a date before it is a slip. Empty: any day will do.",
        )
        pressed = st.form_submit_button("Save changes", type="primary")
    note("Past periods are counted the same way, so they stay comparable.")
    if pressed:
        with saving(who, "Settings saved", alone=True) as shop:
            new = replace(counting, active_days=int(days), conversion_days=int(conversion_days))
            shop_settings.change_counting(shop, new)
            books.open_from(shop, first_day)


def _my_day(who: Who) -> None:
    with shop_session(who) as shop:
        hour = digests.hour_of(shop)
    section("Morning e-mail", "What is late and due today, to everybody who gave an address under Your account")
    with st.form("my-day", width=FORM_WIDTH):
        chosen = _choice("It goes out at", {str(at): clock(time(at)) for at in digests.HOURS}, str(hour))
        pressed = st.form_submit_button("Save changes", type="primary")
    if not digests.can_be_sent():
        note("Regulars has no mail server yet, so no e-mail goes out. Whoever keeps the machine can name one.")
    if pressed:
        with saving(who, "Settings saved") as shop:
            digests.change_hour(shop, int(chosen))


def _fields(who: Who) -> None:
    with shop_session(who) as shop:
        fields = custom_fields.fields(shop)
    section("Your own fields", "What you want to know about every customer, besides name, phone and the like")
    if not fields:
        empty_state(
            ":material/edit_note:",
            "No fields of your own yet",
            "Shoe size, wedding day, favourite sofa: add a field, and it stands on every customer’s page.",
        )
    for field in fields:
        with st.expander(
            f"{escape(field['label'])} :gray[· {custom_fields.KINDS[field['kind']]}]", key=f"field-{field['key']}"
        ):
            _change_field(who, dict(field))
    section("Add a field")
    _add_field(who)


def _add_field(who: Who) -> None:
    with st.container(border=True, width=FORM_WIDTH):
        times = st.session_state.setdefault("fields_added", 0)  # a new key empties the form
        label = st.text_input("Name", max_chars=60, autocomplete="off", key=f"field-name-{times}")
        kind = st.pills(
            "Kind",
            list(custom_fields.KINDS),
            default="text",
            required=True,
            format_func=custom_fields.KINDS.__getitem__,
            key=f"field-kind-{times}",
        )
        choices = _choices_field("", f"field-choices-{times}") if kind == "choice" else []
        if st.button("Add field", type="primary", icon=":material/add:"):
            with saving(who, f"“{label.strip()}” is on every customer’s page now", alone=True) as shop:
                custom_fields.add(shop, label, str(kind), choices)
            if shop.saved:
                st.session_state["fields_added"] = times + 1
                st.rerun()


def _change_field(who: Who, field: Mapping[str, Any]) -> None:
    key = field["key"]
    label = st.text_input("Name", field["label"], max_chars=60, key=f"rename-{key}", autocomplete="off")
    kind = st.selectbox(
        "Kind",
        list(custom_fields.KINDS),
        index=list(custom_fields.KINDS).index(field["kind"]),
        format_func=custom_fields.KINDS.__getitem__,
        key=f"kind-{key}",
    )
    choices = _choices_field("\n".join(field["choices"]), f"choices-{key}") if kind == "choice" else []
    with st.container(horizontal=True):
        if st.button("Save field", key=f"save-{key}"):
            with saving(who, "Field saved", alone=True) as shop:
                custom_fields.change(shop, key, label=label, choices=choices, kind=kind)
            if shop.saved:
                st.rerun()
        if st.button("Remove", key=f"remove-{key}", type="tertiary", icon=":material/delete:"):
            with saving(who, f"“{field['label']}” is removed", alone=True) as shop:
                custom_fields.remove(shop, key)
            if shop.saved:
                st.rerun()
    note("Removing hides the field. What customers have in it is kept, and shows again when you add the same field.")


def _choices_field(text: str, key: str) -> list[str]:
    return st.text_area("Choices, one a line", text, key=key, height=120).splitlines()


def _delete(who: Who) -> None:
    with shop_session(who) as shop:
        size = people.size_of(shop)
    section("Take your data with you first", "Excel files, which can be imported again")
    with st.container(horizontal=True):
        download("customers", "xlsx", who, exports.customers_table, "Customers", width="content")
        download("orders", "xlsx", who, exports.orders_table, "Orders", width="content")
    section("Delete this shop")
    st.markdown(
        f"This deletes **{escape(who.shop.name)}** with {several(size.customers, 'customer')}, "
        f"{several(size.orders, 'order')}, {several(size.visits, 'visit')} and the whole timeline, for everybody and "
        "for good. "
        f"{several(size.people, 'person', 'people')} can’t sign in to it any more. It can’t be undone.",
        width=FORM_WIDTH,
    )
    with st.form("delete", width=FORM_WIDTH):
        typed = st.text_input(f"Type the name of the shop, {escape(who.shop.name)}, to delete it", autocomplete="off")
        password = st.text_input("Your password", type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Delete this shop for good", icon=":material/delete_forever:")
    if pressed:
        try:
            ask_again(password)
        except CrmError as refusal:
            complain(refusal)
            return
        with saving(who, alone=True) as shop:
            people.delete_shop(shop, typed)
        if shop.saved:
            st.rerun()  # nobody is signed in any more: leads to the sign-in page


_PARTS = {
    "The shop": _shop,
    "Modules": _modules,
    "Access": _access,
    "Figures": _figures,
    "My day": _my_day,
    "Refills": refill_settings.show,
    "Leads": lead_settings.show,
    "Customer fields": _fields,
    "Delete": _delete,
}


_OF_MODULE = {"Refills": "refills", "Leads": "pipeline"}


def _choice(label: str, choices: Mapping[str, str], chosen: str, *, disabled: bool = False) -> str:
    """A select field of code -> words, which keeps a code it does not know."""
    known = {**choices, chosen: choices.get(chosen, chosen)}
    picked = st.selectbox(
        label, list(known), index=list(known).index(chosen), format_func=known.__getitem__, disabled=disabled
    )
    return str(picked)
