"""Step 4: what was done, where to see it, and how to take it back."""

import streamlit as st

from crmcore import imports
from crmcore.database.gate import Who, shop_session
from dashboard.navigation import to
from dashboard.pages.imports.draft import Draft, start_over
from dashboard.pages.imports.history import record_card
from dashboard.pages.imports.words import count_strip, remarks, rows_of
from dashboard.parts.layout import section
from dashboard.parts.words import several

_SEEN = {
    "orders": (("orders", "See the orders", "receipt_long"), ("customers", "See the customers", "group")),
    "customers": (("customers", "See the customers", "group"),),
    "leads": (("leads", "See the leads", "person_search"),),
    "opportunities": (("pipeline", "See the pipeline", "view_kanban"),),
    "contacts": (("contacts", "See the contacts", "contact_phone"),),
    "visits": (("visits", "See the visits", "footprint"),),
    "products": (("products", "See the products", "sell"),),
}


def done(who: Who, draft: Draft) -> None:
    result = draft.result
    assert result is not None
    saved = rows_of(draft.noun, result.columns, result.created + result.updated)
    section(f"{saved} imported", _what_of_the_rest(result.rejected))
    count_strip(result)
    remarks(result.remarks)
    with st.container(horizontal=True, key="where-to"):
        for noun, label, icon in (*_SEEN[draft.noun], ("overview", "Go to the Overview", "monitoring")):
            st.page_link(to(noun), label=label, icon=f":material/{icon}:")
    with shop_session(who) as shop:
        record = next((one for one in imports.history(shop) if one.id == result.import_id), None)
        today = shop.today
    if record is not None:
        record_card(who, record, today)
    if st.button("Import another sheet", type="primary", icon=":material/upload_file:", key="another-sheet"):
        start_over(who, draft.noun)
        st.rerun()


def _what_of_the_rest(rejected: int) -> str:
    if not rejected:
        return "Every row of the sheet is on file."
    return f"{several(rejected, 'row')} could not be used. Download them, correct them, and import that file."
