"""Opportunities as a table, on a phone as cards."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crmcore.database.gate import ShopSession
from crmcore.errors import CrmError
from crmcore.pipeline import listing
from dashboard.navigation import to
from dashboard.pages.pipeline.choosing import FIELDS, View
from dashboard.parts.deal_words import expected, marks, stage_word
from dashboard.parts.layout import only_phone, only_wide
from dashboard.parts.lists import nothing_fits, show_pages, turn_to
from dashboard.parts.saving import complain
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import count, day, escape, money

_COLUMNS: Columns = {
    "customer_name": ("Customer", "text"),
    "name": ("Opportunity", "text"),
    "stage": ("Stage", "text"),
    "value": ("Value", "money"),
    "likely": ("Likely", "text"),
    "expected_close_on": ("Expected", "day"),
    "closed_on": ("Closed", "day"),
    "standing": ("In stage", "text"),
    "rep_name": ("Sales rep", "text"),
}
_WIDTHS = {"customer_name": 170, "name": 170, "stage": 110, "likely": 60, "standing": 80, "rep_name": 110}


def show_table(view: View, shop: ShopSession) -> None:
    try:
        found = listing.page_of(shop, view.filters, view.sort, view.page)
    except CrmError as fault:  # a segment that can't be read any more, or is gone
        complain(fault)
        return
    if not found.total:
        nothing_fits("deals", "No opportunity fits", "Try fewer letters, or take a filter away.", FIELDS.clear)
        return
    if not found.rows:  # a page that is no more
        turn_to(1)
        st.rerun()
    st.markdown(
        f"**{count(found.total)}** {'opportunity' if found.total == 1 else 'opportunities'}, together "
        f"**{escape(money(found.value, shop.shop))}**"
    )
    rows = [_told(dict(row)) for row in found.rows]
    with only_wide("deals"):
        chosen = table(
            f"deals-{hash(view)}", rows, _COLUMNS, shop.shop, selection="open", widths=_WIDTHS,
            alt="Opportunities with customer, stage, value, probability, days and sales rep; press one to open it",
        )  # fmt: skip
    with only_phone("list-deals", gap="xsmall"):
        for row in rows:
            _card(row, shop)
    show_pages("deals", view.page, found.total, listing.PAGE_SIZE)
    if chosen:
        st.switch_page(to("opportunity"), query_params={"id": str(rows[chosen[0]]["id"])})


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    is_open = row["status"] == "open"
    standing = f"{row['days_in_stage']} days" if is_open else None
    return {
        **row,
        "stage": stage_word(row),
        "likely": f"{row['likelihood']} %" if is_open else None,
        "standing": f"! {standing}" if row["is_stuck"] else standing,
    }


def _card(row: Mapping[str, Any], shop: ShopSession) -> None:
    """The whole card is the link: whose it is and what it is worth, what it is about below."""
    ended = f"closed {day(row['closed_on'], shop.today)}" if row["closed_on"] else expected(row, shop)
    named = row["customer_name"] or row["name"]
    about = [row["name"] if row["customer_name"] else None, row["stage"], row["rep_name"], ended]
    worth = money(row["value"], shop.shop) if row["value"] is not None else "No value yet"
    signs = "".join(f" :orange[:small[{escape(text)}]]" for text, *_ in marks(row, shop))
    label = f"**{escape(named)}** **{escape(worth)}** :gray[:small[{escape(' · '.join(filter(None, about)))}]]{signs}"
    st.page_link(to("opportunity"), label=label, query_params={"id": str(row["id"])}, width="stretch")
