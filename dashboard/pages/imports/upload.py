"""Step 1: what the sheet holds, and the sheet itself."""

from functools import partial
from io import BytesIO

import streamlit as st

from crmcore.database.gate import Who, shop_session
from crmcore.exports import KINDS
from crmcore.imports import FIELDS, write_sample
from dashboard.pages.imports.draft import Draft
from dashboard.pages.imports.words import NOUNS, explain
from dashboard.parts.layout import note

_KINDS = ["xlsx", "xls", "ods", "csv", "tsv", "txt"]


def choose_sheet(who: Who, draft: Draft) -> None:
    noun = st.segmented_control(
        "The sheet holds",
        list(FIELDS),
        default=draft.noun,
        format_func=lambda one: f"{NOUNS[one].icon} {NOUNS[one].several.capitalize()}",
        required=True,
        key=f"{draft.key}-holds",
    )
    if noun and noun != draft.noun:
        draft.hold(who, noun)
        st.query_params["new"] = noun
        st.rerun()
    note(NOUNS[draft.noun].means)
    st.download_button(
        f"Sample sheet of {NOUNS[draft.noun].several}",
        partial(_sample, who, draft.noun),
        f"sample of {NOUNS[draft.noun].several}.xlsx",
        KINDS["xlsx"],
        key=f"{draft.key}-sample-{draft.noun}",
        help="Every column such a sheet may have, and a few rows that can be imported as they stand",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
    file = st.file_uploader("The sheet", type=_KINDS, key=f"{draft.key}-file", width=640)
    header = not st.toggle("My sheet has no header row", key=f"{draft.key}-bare")
    asked = (file.file_id, header) if file is not None else None
    if file is None:
        draft.failure = None
    elif asked != draft.asked:
        draft.asked = asked
        with st.spinner(f"Opening {file.name}"):
            draft.take(who, file.getvalue(), file.name, header=header)
        if draft.failure is None:
            st.rerun()
    if draft.failure is not None:
        explain(draft.failure)
    st.markdown(
        ":gray[:small[A file larger than 10 MB goes in on the computer that runs Regulars:]]  \n"
        f":small[`regulars import {who.shop.slug} {draft.noun} FILE`]",
        width=640,
    )


def _sample(who: Who, noun: str) -> BytesIO:
    file = BytesIO()
    with shop_session(who) as shop:
        write_sample(shop, noun, "xlsx", file)
    file.seek(0)
    return file
