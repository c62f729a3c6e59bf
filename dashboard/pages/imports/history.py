"""What was imported: each file with its counts, its refused rows to download, and how to take it back."""

from datetime import date
from functools import partial
from uuid import UUID

import streamlit as st

from crmcore import imports
from crmcore.database.gate import Shop, Who, shop_session
from crmcore.imports import ImportRecord
from dashboard.pages.imports.draft import start_over
from dashboard.pages.imports.words import NOUNS, sum_of
from dashboard.parts.layout import badge, empty_state, page_head
from dashboard.parts.saving import saving
from dashboard.parts.words import count, escape, moment, several

_ASKED = "import-to-undo"  # names the import whose undoing waits for a yes
_PAGE = 20


def history(who: Who) -> None:
    shown = _PAGE * int(st.session_state.get("imports-shown", 1))
    with shop_session(who) as shop:
        records = imports.history(shop, limit=shown + 1)
        today = shop.today
    actions = page_head("Imports", "Spreadsheets that were put on file, the newest first")
    if not records:
        empty_state(
            ":material/upload_file:",
            "Bring your customers and sales along",
            "Import them from any spreadsheet. You see what will happen before anything is saved, "
            "and every import can be undone.",
            "Import a sheet",
            to="imports",
            query={"new": "orders"},
        )
        return
    if actions.button("Import a sheet", type="primary", icon=":material/upload_file:", key="import-a-sheet"):
        start_over(who, "orders")
        st.query_params["new"] = "orders"
        st.rerun()
    with st.container(gap="small"):
        for record in records[:shown]:
            record_card(who, record, today)
    if len(records) > shown and st.button("Show older imports", key="older-imports"):
        st.session_state["imports-shown"] = shown // _PAGE + 1
        st.rerun()


def record_card(who: Who, record: ImportRecord, today: date) -> None:
    """One import: file, what, when, who and counts; its refused rows to download; undoing it, or what that did."""
    with st.container(border=True, gap="small", key=f"import-{record.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_what_it_was(record, who.shop, today), width="stretch")
            with st.container(horizontal=True, width="content", gap="small"):
                if record.rejected:
                    _refused_rows(who, record)
                asked = st.session_state.get(_ASKED) == record.id
                if _can_be_undone(record) and not asked:
                    st.button("Undo", icon=":material/undo:", key=f"undo-{record.id}", on_click=_ask, args=(record.id,))
        if record.undone_at is not None:
            _what_undoing_did(record, who.shop, today)
        elif asked:
            _confirm_undoing(who, record)


def _can_be_undone(record: ImportRecord) -> bool:
    return record.undone_at is None and record.created + record.updated > 0


def _ask(import_id: UUID | None) -> None:
    st.session_state[_ASKED] = import_id


def _what_it_was(record: ImportRecord, shop: Shop, today: date) -> str:
    noun = NOUNS[record.noun]
    state = badge(("Undone", "gray", ":material/undo:") if record.undone_at else ("Done", "green", ":material/check:"))
    by = record.created_by or "the command line"
    when = moment(record.created_at, shop, today)
    return (
        f"**{escape(record.file_name)}** {state}  \n"
        f":gray[:small[{noun.icon} {noun.several.capitalize()} · {escape(when)} · by {escape(by)}]]  \n"
        f":small[{sum_of(record)}]"
    )


def _refused_rows(who: Who, record: ImportRecord) -> None:
    st.download_button(
        f"{several(record.rejected, 'refused row')}",
        data=partial(_csv_of, who, record.id),
        file_name=f"refused rows of {record.file_name.rsplit('.', 1)[0]}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
        key=f"refused-{record.id}",
        help="Download them with their reasons, correct them, and import that file",
    )


def _csv_of(who: Who, import_id: UUID) -> bytes:
    with shop_session(who) as shop:
        return imports.rejected_csv(shop, import_id).encode("utf-8-sig")


def _confirm_undoing(who: Who, record: ImportRecord) -> None:
    """Say what undoing does, then wait for a yes."""
    noun = NOUNS[record.noun].several
    goes = f"The {noun} of {several(record.created, 'new row')} go. " if record.created else ""
    if record.created and record.noun == "orders":
        goes += "The customers and products they brought go too, unless other orders need them. "
    changes = (
        f"The {noun} of {several(record.updated, 'changed row')} say again what they said before. "
        if record.updated
        else ""
    )
    st.markdown(
        f"{goes}{changes}The figures follow at once. What your team has worked on since stays, and you are told "
        "what and why.",
        width=720,
    )
    with st.container(horizontal=True):
        pressed = st.button("Undo this import", icon=":material/undo:", key=f"undo-now-{record.id}")
        st.button("Keep it", type="tertiary", key=f"keep-{record.id}", on_click=_ask, args=(None,))
    if pressed:
        with st.spinner(f"Undoing {record.file_name}"), saving(who, alone=True) as shop:
            imports.undo(shop, record.id)
        if shop.saved:
            st.rerun()


def _what_undoing_did(record: ImportRecord, shop: Shop, today: date) -> None:
    report = record.undo_report or {}
    kept = report.get("kept", [])
    number = report.get("kept_count", 0)
    st.markdown(
        f":material/undo: Undone {escape(moment(record.undone_at, shop, today))}: "
        f"{several(report.get('removed', 0), 'record')} removed, {count(report.get('restored', 0))} restored, "
        f"{count(number)} kept"
    )
    if kept:
        with st.expander(f"What was kept, and why ({count(number)})", type="compact"):
            st.markdown("\n".join(f"- {escape(one)}" for one in kept))
            if number > len(kept):
                st.markdown(f":gray[:small[and {count(number - len(kept))} more]]")
