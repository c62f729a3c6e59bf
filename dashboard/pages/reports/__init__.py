"""Reports: what a shop asks its books itself; kept, shared, drawn, taken away."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import reports
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import BadInput, NotFound
from dashboard.pages.reports import builder, result
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import back_link, empty_state, note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import escape

_LOOK = Path(__file__).resolve().parents[2] / "look" / "reports.css"

# Where to begin: a press opens the builder with it.
STARTS = {
    "Revenue by month": {"take": "sum", "of": "orders", "column": "revenue", "by": "month"},
    "Revenue by product": {"take": "sum", "of": "order_lines", "column": "revenue", "by": "product"},
    "Customers by city": {"take": "count", "of": "customers", "by": "city", "period": "all"},
    "Leads by source": {"take": "count", "of": "leads", "by": "source"},
    "Win rate by month": {"take": "figure", "figure": "win_rate", "by": "month"},
}


def page() -> None:
    who = require("see figures")
    st.html(_LOOK)
    save: Callable[[], None] | None = None
    with shop_session(who) as shop:
        opened, edited, new = (st.query_params.get(key) for key in ("id", "edit", "new"))
        if not edited:
            st.session_state.pop(builder.SEEN, None)
        if opened:
            back_link("reports", "Reports")
            if report := _found(shop, opened):
                _show(shop, report)
        elif edited:
            back_link("reports", "Reports")
            if report := _found(shop, edited):
                save = builder.form(shop, report["definition"], report)
        elif new is not None:
            back_link("reports", "Reports")
            save = builder.form(shop, STARTS.get(new, STARTS["Revenue by month"]))
        else:
            _list(shop)
    if save is not None:
        save()


def _found(shop: ShopSession, asked: str) -> RowMapping | None:
    try:
        return reports.get(shop, UUID(asked))
    except (ValueError, NotFound):
        empty_state(
            ":material/bar_chart_off:", "This report is not there any more",
            "Somebody removed it, or keeps it to themselves.", "All reports", to="reports",
        )  # fmt: skip
        return None


def _list(shop: ShopSession) -> None:
    kept = reports.all_of(shop)
    with page_head("Reports", "Ask the books yourself: what, broken down by what, of which days"):
        if kept and st.button("New report", icon=":material/add:", type="primary", key="new-report"):
            _go(new="")
    if not kept:
        empty_state(
            ":material/bar_chart:", "No reports yet",
            "Choose a figure, or count and add up rows. Keep what you want to look at again.",
        )  # fmt: skip
    else:
        with st.container(gap="small", key="report-list"):
            for report in kept:
                _line(shop, report)
    _starts(shop)


def _starts(shop: ShopSession) -> None:
    note("Begin with one of these:")
    with st.container(horizontal=True, gap="small", key="report-starts"):
        for name, definition in STARTS.items():
            if _is_possible(shop, definition) and st.button(name, icon=":material/bar_chart:", key=f"start-{name}"):
                _go(new=name)


def _is_possible(shop: ShopSession, definition: dict[str, str]) -> bool:
    try:
        reports.checked(shop.shop, definition)
    except BadInput:
        return False
    return True


def _line(shop: ShopSession, report: RowMapping) -> None:
    whose = escape(_whose(shop, report))
    try:
        definition = reports.checked(shop.shop, report["definition"])
        about = reports.title(definition)
        if definition.segment is not None:
            about += f" · among {reports.segment_of(shop, definition.segment)}"
        told = f":gray[:small[{escape(about)} · {whose}]]"
    except BadInput:  # what is wrong with it stands on its page
        told = f":orange[:small[:material/warning: Can't be worked out any more]] :gray[:small[· {whose}]]"
    label = f"**{escape(report['name'])}**  \n{told}"
    if st.button(label, icon=":material/bar_chart:", key=f"report-{report['id']}", width="stretch"):
        _go(id=str(report["id"]))


def _whose(shop: ShopSession, report: RowMapping) -> str:
    if not report["is_shared"]:
        return "Only for you"
    if report["created_by"] != shop.who.staff_id and report["made_by"]:
        return f"Shared by {report['made_by']}"
    return "Shared"


def _show(shop: ShopSession, report: RowMapping) -> None:
    who = shop.who
    fault, definition, worked_out = None, None, None
    try:
        definition = reports.checked(shop.shop, report["definition"])
        worked_out = reports.work_out(shop, definition)
    except BadInput as cannot_be:
        fault = cannot_be
    with page_head(report["name"], "Shared with everybody who may see figures" if report["is_shared"] else "For you"):
        if definition is not None and worked_out is not None:
            export_menu("report", who, partial(reports.report_table, report=definition, name=report["name"]))
        if who.may_change(report["created_by"]):
            if st.button("Change", icon=":material/edit:", type="tertiary"):
                _go(edit=str(report["id"]))
            with st.popover("Remove", icon=":material/delete:", type="tertiary"):
                note("The report is forgotten; what it counted stays as it is.")
                st.button(f"Remove {escape(report['name'])}", on_click=_remove, args=(who, report["id"]))
    if worked_out is not None:
        result.show(shop, worked_out)
    else:
        empty_state(":material/report:", "This report can't be worked out any more", str(fault))


def _remove(who: Who, report_id: UUID) -> None:
    with saving(who, "Report removed") as shop:
        reports.remove(shop, report_id)
    st.query_params.clear()


def _go(**query: str) -> None:
    st.query_params.from_dict(query)
    st.rerun()
