"""Spreadsheets in: what was imported, undoing it, and importing another sheet step by step."""

import streamlit as st

from crmcore.database.gate import Who
from dashboard.pages.imports.check import check
from dashboard.pages.imports.columns import match_columns
from dashboard.pages.imports.done import done
from dashboard.pages.imports.draft import Draft, draft_of
from dashboard.pages.imports.history import history
from dashboard.pages.imports.upload import choose_sheet
from dashboard.pages.imports.words import NOUNS, steps
from dashboard.parts.layout import page_head
from dashboard.parts.session import require
from dashboard.parts.words import Markdown, escape


def page() -> None:
    who = require("import")
    if "new" in st.query_params:
        _import_a_sheet(who, draft_of(who, st.query_params["new"]))
    else:
        history(who)


def _import_a_sheet(who: Who, draft: Draft) -> None:
    if st.button("Imports", type="tertiary", icon=":material/arrow_back:", key="back-to-imports"):
        del st.query_params["new"]
        st.rerun()
    page_head(f"Import {NOUNS[draft.noun].several}", Markdown(_where_it_comes_from(draft)))
    steps(draft.step)
    with st.container(key=f"step-{draft.step}"):  # so that nothing of the step before shows through
        {1: choose_sheet, 2: match_columns, 3: check, 4: done}[draft.step](who, draft)


def _where_it_comes_from(draft: Draft) -> str:
    if draft.step == 1:
        return "Nothing is saved before you have seen what will happen"
    parts: list[str] = [escape(draft.file_name)]
    if draft.sheet is not None:
        if draft.sheet.name is not None:
            parts.append(f"sheet “{escape(draft.sheet.name)}”")
        header = draft.sheet.header_row
        parts.append("no header row" if header is None else f"header in row {header:,}")
    return " · ".join(parts)
