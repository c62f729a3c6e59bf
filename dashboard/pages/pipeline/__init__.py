"""The pipeline: opportunities by stage on a board, as a table, in figures; and the stages themselves."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import exports
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.pipeline import stages
from crmcore.pipeline.board import Column, columns, in_all
from crmcore.pipeline.listing import has_any
from dashboard.navigation import to
from dashboard.pages.pipeline.board import show_board
from dashboard.pages.pipeline.choosing import BOARD, FIGURES, TABLE, View, choose_view, current
from dashboard.pages.pipeline.figures import show_figures
from dashboard.pages.pipeline.listing import show_table
from dashboard.pages.pipeline.settings import show_settings
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import empty_state, page_head
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import money, several

_LOOK = Path(__file__).resolve().parents[2] / "look" / "pipeline.css"


def page() -> None:
    who = require("see opportunities", "pipeline")
    st.html(_LOOK)
    if asked := st.session_state.pop("ask-why", None):
        st.switch_page(to("opportunity"), query_params={"id": asked[0], "to": asked[1]})
    with shop_session(who) as shop:
        if known := stages.listed(shop):
            _show(current(who), known, shop)
            return
    with saving(who) as shop:
        stages.begin(shop)
    with shop_session(who) as shop:
        _show(current(who), stages.listed(shop), shop)


def _show(view: View, known: Sequence[RowMapping], shop: ShopSession) -> None:
    if not has_any(shop) and view.part == BOARD:
        _none_yet(shop.who)
        return
    open_stages = columns(shop, view.some)
    with page_head("Pipeline", _caption(open_stages, shop)):
        _actions(view, shop.who)
    choose_view(view, shop)
    if view.part == BOARD:
        show_board(open_stages, view, known, shop)
    elif view.part == TABLE:
        show_table(view, shop)
    elif view.part == FIGURES:
        show_figures(open_stages, view, shop)
    else:
        show_settings(shop)


def _caption(open_stages: list[Column], shop: ShopSession) -> str:
    sums = in_all(open_stages)
    told = f"{several(sums['count'], 'open opportunity', 'open opportunities')} · {money(sums['value'], shop.shop)}"
    told += f" · weighted {money(sums['weighted'], shop.shop)}"
    return f"{told} · {sums['without_value']:,} without a value" if sums["without_value"] else told


def _actions(view: View, who: Who) -> None:
    if who.may("edit opportunities") and st.button(
        "New opportunity", type="primary", icon=":material/add:", key="new-opportunity"
    ):
        st.switch_page(to("opportunity"))
    if view.part == TABLE:
        export_menu("opportunities", who, lambda gate: exports.opportunities_table(gate, view.filters, view.sort))


def _none_yet(who: Who) -> None:
    with page_head("Pipeline", "Deals on their way from the first talk to the sale"):
        if who.may("import") and st.button("Upload a sheet", icon=":material/upload_file:", key="upload-deals"):
            st.switch_page(to("imports"), query_params={"new": "opportunities"})
    empty_state(
        ":material/view_kanban:",
        "No opportunities yet",
        "An opportunity is a deal you hope for: who it is with, what it is worth, and how far you are. Write the first "
        "one down, or upload the sheet you keep them in.",
        "New opportunity",
        to="opportunity",
    )
