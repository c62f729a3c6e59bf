"""Step 4: what was done, where to see it, and how to take it back."""

import streamlit as st

from crmcore.database.gate import Who
from dashboard.navigation import to
from dashboard.pages.imports.draft import Draft, start_over
from dashboard.pages.imports.words import NOUNS, count_strip, remarks, rows_of
from dashboard.parts.layout import note, section
from dashboard.parts.words import several

_SEEN = {
    "orders": (("orders", "See the orders", "receipt_long"), ("customers", "See the customers", "group")),
    "customers": (("customers", "See the customers", "group"),),
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
    with st.container(horizontal=True):
        if st.button("Import another sheet", type="primary", icon=":material/upload_file:", key="another-sheet"):
            start_over(who, draft.noun)
            st.rerun()
        if st.button("See all imports", key="all-imports", type="tertiary"):
            st.switch_page(to("imports"))
    note(f"You can undo it under Imports, as long as you like. {NOUNS[draft.noun].several.capitalize()} someone has "
         "worked on by then are kept and listed.", width=720)


def _what_of_the_rest(rejected: int) -> str:
    if not rejected:
        return "Every row of the sheet is on file."
    return f"{several(rejected, 'row')} could not be used. Download them under Imports, correct them and import again."
