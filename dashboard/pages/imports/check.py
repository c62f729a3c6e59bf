"""Step 3: what will happen, in figures, rows and reasons, before anything is saved."""

import streamlit as st

from crmcore.database.gate import Shop, Who
from crmcore.imports import Preview, commit
from dashboard.pages.imports.draft import Draft, start_over
from dashboard.pages.imports.rows import as_saved
from dashboard.pages.imports.words import NOUNS, advancing, count_strip, remarks, rows_of
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving
from dashboard.parts.tables import table
from dashboard.parts.words import count, escape, several

_SHOWN = 6  # refused rows; the download has all


def check(who: Who, draft: Draft) -> None:
    assert draft.preview is not None
    seen = draft.preview
    section("What will happen", "Nothing is saved until you press Import.")
    count_strip(seen)
    remarks(seen.remarks)
    changes = seen.created + seen.updated > 0
    if not changes:
        st.info(_nothing_to_do(seen), icon=":material/info:")
    if changes and seen.rejected:
        first, refused = st.columns([3, 2], gap="large")
        with first:
            _first_rows(who.shop, draft, seen)
        with refused:
            _refused_rows(draft, seen)
    elif changes:
        _first_rows(who.shop, draft, seen)
    elif seen.rejected:
        _refused_rows(draft, seen)
    _import_it(who, draft, seen)


def _first_rows(shop: Shop, draft: Draft, seen: Preview) -> None:
    shown = seen.columns.keys() - {"last_name", "second_phone"}  # which stand in the name and the phone
    labels = {key: field for key, field in draft.fields.items() if key in shown}
    section("First rows, as they will be saved")
    table(
        f"{draft.key}-first",
        [{key: as_saved(row.get(key), field, shop) for key, field in labels.items()} for row in seen.first_rows],
        {key: (field.label, "text") for key, field in labels.items()},
        shop,
        alt="The first rows of the sheet as they were understood",
    )


def _refused_rows(draft: Draft, seen: Preview) -> None:
    section("Refused rows", "Correct them in the file and upload it again: the rest stays as it is.")
    shown = seen.refused_rows[:_SHOWN]
    with st.container(border=True, gap="small", key="refused-rows"):
        for row in shown:
            where = f" · {escape(row.column)}" if row.column else ""
            value = f" · {escape(row.value[:60])}" if row.value else ""
            st.markdown(f":gray[:small[Row {row.row:,}{where}{value}]]  \n{escape(row.reason)}")
        if seen.rejected > len(shown):
            st.markdown(f":gray[:small[and {count(seen.rejected - len(shown))} more]]")
    st.download_button(
        f"Download {'it' if seen.rejected == 1 else f'all {count(seen.rejected)}'}",
        data=lambda: draft.refused,
        file_name="refused rows.csv",
        mime="text/csv",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        key=f"{draft.key}-refused",
    )


def _import_it(who: Who, draft: Draft, seen: Preview) -> None:
    saved = seen.created + seen.updated
    pressed = False
    under_way = st.empty()
    with st.container(horizontal=True):
        if saved:
            label = f"Import {rows_of(draft.noun, seen.columns, saved)}"
            pressed = st.button(label, type="primary", icon=":material/check:", key="import-rows")
        back = st.button("Change the columns", key="back-to-columns", type="tertiary" if saved else "secondary")
        other = st.button("Choose another sheet", type="tertiary", key="other-sheet")
    if saved:
        note(
            f"You can undo this import later. {NOUNS[draft.noun].several.capitalize()} someone has worked on by then "
            "are kept and listed.",
            width=720,
        )
    if back:
        draft.back_to_columns()
        st.rerun()
    if other:
        start_over(who, draft.noun)
        st.rerun()
    if pressed:
        assert draft.plan is not None
        with (
            advancing(under_way, f"Importing {several(seen.rows, 'row')}. Keep this page open.") as progress,
            saving(who, alone=True) as shop,
        ):
            result = commit(shop, draft.plan, progress)
        if shop.saved:
            draft.finish(result)
            st.rerun()


def _nothing_to_do(seen: Preview) -> str:
    if seen.unchanged and not seen.rejected:
        return f"There is nothing to import: all {several(seen.rows, 'row')} are on file already, just as here."
    if seen.unchanged:
        return "There is nothing to import: every row that can be used is on file already, just as here."
    return "There is nothing to import: no row can be used. The reasons stand below."
