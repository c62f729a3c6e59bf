"""Customers: find one, look through all, take the list away."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_list, exports
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import CrmError
from dashboard.navigation import to
from dashboard.parts import assigning, customer_view, words
from dashboard.parts.buyer import name_of
from dashboard.parts.customer_view import View
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import empty_state, only_phone, only_wide, page_head
from dashboard.parts.lists import SIZE, show_pages, turn_to
from dashboard.parts.saving import complain
from dashboard.parts.segmenting import segment_menu
from dashboard.parts.session import require

_ROW, _HEAD = 40, 36
_WITHOUT_VISITS = ("name", "phone", "email", "purchases", "spent", "first", "last", "next", "city", "rep", "sell")
_WITH_VISITS = (
    "name", "phone", "purchases", "spent", "last", "visits", "visited", "next", "rep", "visit", "sell", "email",
    "first", "city",
)  # fmt: skip
_LOOK = Path(__file__).resolve().parents[1] / "look" / "customers.css"


@dataclass(frozen=True)
class Pressed:
    """What was pressed in the table: `leads_to` a page and its ?query; `chosen`: the customers whose box is ticked."""

    leads_to: tuple[str, dict[str, str]] | None = None
    chosen: tuple[UUID, ...] = ()


def page() -> None:
    who = require("see customers")
    st.html(_LOOK)
    view = customer_view.current(who)
    pressed = Pressed()
    with shop_session(who) as shop:
        counts = customer_list.counts(shop)
        if not counts["all"] and view.filters.is_plain and not _some_are_hidden(shop):
            _nobody_yet(who)
            return
        actions = page_head("Customers", _caption(counts))
        customer_view.choose_filters(view, shop, counts)
        try:
            listed = customer_list.page_of(shop, view.filters, view.sort, view.page, SIZE)
        except CrmError as fault:  # a segment that can't be read any more, or is gone
            complain(fault)
            return
        if not listed.total:
            _nobody_matches(view, shop)
        elif not listed.rows:  # a page that is no more
            turn_to(1)
            st.rerun()
        else:
            with only_wide("customers"):
                pressed = _table(listed.rows, view, shop)
            with only_phone("customers", gap="small"):
                _cards(listed.rows, shop)
            show_pages("customers", view.page, listed.total, in_words=words.several(listed.total, "customer"))
        with actions:
            _actions(who, view, listed.total)
            if listed.total and who.may("assign reps") and view.filters.kind != "hidden":
                assigning.assign_menu(shop, view.filters, listed.total, pressed.chosen)
            if listed.total and who.may("manage segments") and view.filters.kind != "hidden":
                segment_menu(shop, view.filters, listed.total, pressed.chosen)
            _add_button(primary=True)
    if pressed.leads_to is not None:
        noun, query = pressed.leads_to
        st.switch_page(to(noun), query_params=query)


def _some_are_hidden(shop: ShopSession) -> bool:
    return shop.who.may("hide customers") and customer_list.count(shop, Filters(kind="hidden")) > 0


def _caption(counts: dict[str, int]) -> str:
    told = [f"{words.count(counts['all'])} on file"]
    if "customers" in counts:
        told.append(f"{words.count(counts['customers'])} bought")
    if counts.get("customers"):
        rate = words.rate(counts["repeat"], counts["customers"])
        told.append(f"{words.count(counts['repeat'])} came back: {rate} of those who bought")
    return " · ".join(told)


def _actions(who: Who, view: View, total: int) -> None:
    if total:
        export_menu(
            "customers",
            who,
            lambda shop: exports.customers_table(shop, view.filters, view.sort),
            f"{words.several(total, 'customer')}, as filtered here",
        )


def _add_button(*, primary: bool) -> None:
    if st.button(
        "Add customer",
        type="primary" if primary else "secondary",
        icon=":material/person_add:",
        key="add-customer",
    ):
        st.session_state.pop("new-customer", None)
        st.switch_page(to("customer"))


def _table(rows: Sequence[RowMapping], view: View, shop: ShopSession) -> Pressed:
    """One line a customer. A press on it leads to the customer, in a column of buttons to a visit or a sale; who may do
    something to several customers ticks them at the beginning of the lines."""
    whole = shop.who.may("see whole contact details in lists")
    region = shop.shop.region
    columns: dict[str, list[Any]] = {
        "name": [_called(row, region, whole) for row in rows],
        "phone": [_phone(row, region, whole) for row in rows],
        "email": [_email(row, whole) for row in rows],
        "purchases": [row["order_count"] for row in rows],
        "spent": [row["total_spent"] for row in rows],
        "first": [row["first_purchase_on"] for row in rows],
        "last": [row["last_purchase_on"] for row in rows],
        "visits": [row["visit_count"] for row in rows],
        "visited": [row["last_visit_on"] for row in rows],
        "next": [row["next_follow_up_on"] for row in rows],
        "city": [row["city"] for row in rows],
        "rep": [row["rep_name"] for row in rows],
        "visit": ["" if row["hidden_at"] else "Visit" for row in rows],
        "sell": ["" if row["hidden_at"] else "Sell" for row in rows],
    }
    planned = any(columns["next"])
    all_columns = _WITH_VISITS if shop.shop.has("visits") else _WITHOUT_VISITS
    order = [name for name in all_columns if name != "next" or planned]
    day = partial(words.day, today=shop.today)
    writers: dict[str, Any] = {
        "purchases": lambda number: f"♥ {words.count(number)}" if number > 1 else words.count(number),
        "spent": partial(words.money, shop=shop.shop),
        **dict.fromkeys(("first", "last", "visited", "next"), day),
        "visits": words.count,
    }
    frame = pd.DataFrame({name: columns[name] for name in order})
    shown = frame.style.format({name: writer for name, writer in writers.items() if name in order})
    modes: list[Any] = ["single-cell", *(["multi-row"] if shop.who.may("assign reps") else [])]
    pressed = st.dataframe(
        shown,
        key=f"customer-rows-{assigning.times()}-{hash(view)}",  # ticks are by place: another page or order has its own
        on_select="rerun",
        selection_mode=modes,
        hide_index=True,
        row_height=_ROW,
        height=_HEAD + _ROW * len(rows) + 2,
        placeholder=words.NOTHING,
        alt="Customers with how to reach them, what they bought and when, their visits, next follow-up, city and "
        "sales rep; press one to open it",
        column_config={name: config for name, config in _column_configs().items() if name in order},
    )
    for noun, key in (("visit", "visit-of-customer"), ("sell", "sell-to-customer")):
        chosen = st.session_state[key] if noun in order else None
        if chosen is not None and chosen["label"]:
            return Pressed((noun, {"customer": str(rows[chosen["row"]]["id"])}))
    for row, name in pressed["selection"]["cells"]:
        if name not in ("visit", "sell") and row < len(rows):
            return Pressed(("customer", {"id": str(rows[row]["id"])}))
    return Pressed(chosen=tuple(rows[row]["id"] for row in pressed["selection"].get("rows", []) if row < len(rows)))


def _column_configs() -> dict[str, Any]:
    column = st.column_config
    return {
        "name": column.TextColumn("Name", width=150),
        "phone": column.TextColumn("Phone", width=132),
        "email": column.TextColumn("E-mail", width=150),
        "purchases": column.NumberColumn("Purchases", help="♥ bought more than once", alignment="right", width=84),
        "spent": column.NumberColumn("Spent", help="Returns taken off", alignment="right", width=90),
        "first": column.DateColumn("First", help="First purchase", alignment="right", width=88),
        "last": column.DateColumn("Last", help="Last purchase", alignment="right", width=88),
        "visits": column.NumberColumn("Visits", help="Days on which they came by", alignment="right", width=56),
        "visited": column.DateColumn("Last visit", alignment="right", width=88),
        "next": column.DateColumn("Next", help="Next follow-up", alignment="right", width=80),
        "city": column.TextColumn("City", width=72),
        "rep": column.TextColumn("Sales rep", width=96),
        "visit": column.ButtonColumn("", help="Record a visit", type="tertiary", key="visit-of-customer", width=40),
        "sell": column.ButtonColumn("", type="tertiary", key="sell-to-customer", width=32),
    }


def _cards(rows: Sequence[RowMapping], shop: ShopSession) -> None:
    """The same for a narrow window: each card is one link, with the way to a visit beside it."""
    with_visits = shop.shop.has("visits")
    whole = shop.who.may("see whole contact details in lists")
    region = shop.shop.region
    for row in rows:
        heart = " :blue[:material/favorite:]" if row["order_count"] > 1 else ""
        about = [
            _phone(row, region, whole) if row["name"] else None,
            row["city"],
            f"{words.several(row['order_count'], 'purchase')}, last {words.day(row['last_purchase_on'], shop.today)}"
            if row["order_count"]
            else "no purchase yet",
            f"here {words.ago(row['last_visit_on'], shop.today)}" if with_visits and row["last_visit_on"] else None,
            f"follow-up {words.day(row['next_follow_up_on'], shop.today)}" if row["next_follow_up_on"] else None,
        ]
        label = f"**{words.escape(_called(row, region, whole))}**{heart}"
        if row["order_count"]:
            label += f" · {words.escape(words.money(row['total_spent'], shop.shop))}"
        label += f" :gray[:small[{words.escape(' · '.join(filter(None, about)))}]]"
        query = {"id": str(row["id"])}
        if not with_visits or row["hidden_at"]:
            st.page_link(to("customer"), label=label, icon="", query_params=query, width="stretch")
            continue
        key = f"customer-card-{row['id']}"
        with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center", key=key):
            st.page_link(to("customer"), label=label, icon="", query_params=query, width="stretch")
            with st.container(width="content", key=f"card-visit-{row['id']}"):
                query = {"customer": str(row["id"])}
                st.page_link(to("visit"), label="Visit", icon=":material/storefront:", query_params=query)


def _called(row: RowMapping, region: str, whole: bool) -> str:
    """The name; whoever has none goes by a phone number, which is no more whole here than in its own column."""
    if row["name"] or row["company_name"] or not row["phone"] or whole:
        return name_of(row, region)
    return words.masked(row["phone"])


def _phone(row: RowMapping, region: str, whole: bool) -> str | None:
    if not row["phone"]:
        return None
    return words.phone(row["phone"], region) if whole else words.masked(row["phone"])


def _email(row: RowMapping, whole: bool) -> str | None:
    email: str | None = row["email"]
    if email is None or whole:
        return email
    name, _, place = email.partition("@")
    return f"{name[0]}•••@{place}"


def _nobody_yet(who: Who) -> None:
    actions = page_head("Customers", "Everyone who buys from you, found by name or phone")
    with actions:
        _add_button(primary=False)
    text, button, leads_to = "Sell to a phone number, and whoever it belongs to is on file.", "Sell", "sell"
    if who.may("import"):
        text = "Upload a list of customers or of sales, and everyone in it is on file. "
        text += "Selling to a phone number works too."
        button, leads_to = "Upload a sheet", "imports"
    elif who.shop.has("visits"):
        text = "Record who comes by: a name or a phone number puts them on file."
        button, leads_to = "Record a visit", "visit"
    empty_state(":material/group_add:", "No customers yet", text, button, to=leads_to)


def _nobody_matches(view: View, shop: ShopSession) -> None:
    near = customer_list.search(shop, view.filters.q, 5) if view.filters.q and view.filters.kind != "hidden" else []
    with st.container(border=True, horizontal_alignment="center", key="nobody-matches"):
        st.space("xsmall")
        st.markdown("## :material/search_off:", width="content")
        st.markdown("**Nobody matches**", width="content")
        hint = (
            "Did you mean one of these?"
            if near
            else "Try fewer letters, the last digits of the phone, or fewer filters."
        )
        st.markdown(f":gray[{hint}]", width="content", text_alignment="center")
        whole = shop.who.may("see whole contact details in lists")
        for row in near:
            st.page_link(
                to("customer"),
                label=words.escape(_called(row, shop.shop.region, whole)),
                icon=":material/person:",
                query_params={"id": str(row["id"])},
            )
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Clear filters", key="clear-all", on_click=customer_view.clear)
            if not near and view.filters.q:
                _add_who_was_typed(view.filters.q)
        st.space("xsmall")


def _add_who_was_typed(typed: str) -> None:
    """The way to put somebody on file, with what was typed filled in."""
    is_number = not any(sign.isalpha() for sign in typed)
    if st.button("Add a customer", icon=":material/person_add:", key="add-typed"):
        st.session_state["new-customer"] = {"phone" if is_number else "name": typed}
        st.switch_page(to("customer"))
