"""Step 2: what each column means."""

from dataclasses import replace

import streamlit as st

from crmcore import leads, pipeline
from crmcore.database.gate import Who, shop_session
from crmcore.errors import CrmError
from crmcore.imports import FIELDS, ClosedFirstAsked, DatesAsked, StagesAsked, StatusesAsked, missing
from crmcore.imports.answers import KEPT, REFUSED, sounds_ended, sounds_won
from crmcore.pipeline import stages
from crmcore.sheets.dates import DAY_FIRST, MONTH_FIRST
from dashboard.pages.imports.draft import Draft, start_over
from dashboard.pages.imports.words import NOUNS, advancing, explain
from dashboard.parts.layout import Badge, badge, section
from dashboard.parts.saving import complain
from dashboard.parts.words import escape, several

_LEFT_OUT = "Leave out"


def match_columns(who: Who, draft: Draft) -> None:
    _how_to_read(who, draft)
    if draft.failure is not None:
        explain(draft.failure)
        _other_sheet(who, draft)
        return
    used = sum(map(bool, draft.chosen))
    section("Columns", f"{used} of {len(draft.chosen)} are used. Change any that look wrong.")
    with st.container(border=True, key="match-columns"):
        for place in range(len(draft.guesses)):
            _column(draft, place)
    _ask(who, draft)
    ready = _is_ready(who, draft)
    under_way = st.empty()  # above the buttons, where it is seen
    with st.container(horizontal=True):
        pressed = st.button(
            "Check the rows", type="primary", icon=":material/fact_check:", disabled=not ready, key="check-rows"
        )
        _other_sheet(who, draft)
    if pressed:
        try:
            with advancing(under_way, "Trying out every row. Nothing is saved.") as progress:
                draft.try_out(who, progress)
        except (StagesAsked, DatesAsked, StatusesAsked, ClosedFirstAsked) as question:
            draft.question = question
            st.rerun()
        except CrmError as error:
            complain(error)
        else:
            st.rerun()


def _ask(who: Who, draft: Draft) -> None:
    """What the rows leave open, with the answers to choose from; whatever is chosen counts from the next check on."""
    if isinstance(draft.question, StagesAsked):
        with shop_session(who) as shop:
            listed = stages.listed(shop)
        known = [one["name"] for one in listed]
        ended = [one["name"] for one in listed if one["outcome"]]
        with st.container(border=True, key="stages-asked"):
            section("What are these stages?", "The sheet names stages that your pipeline does not have")
            meant = {}
            for nth, word in enumerate(draft.question.words):
                may_be = [_NEW_STAGE, *known]
                if sounds_ended(word):
                    may_be = ended if sounds_won(word) else ended[::-1]
                meant[word] = st.selectbox(word, may_be, key=f"{draft.key}-stage-{nth}", width=320)
        told = {word: stage for word, stage in meant.items() if stage != _NEW_STAGE}
        draft.answers = replace(draft.answers, stages={**draft.answers.stages, **told}, new_stages=True)
    elif isinstance(draft.question, StatusesAsked):
        called = {**leads.STATUSES, **pipeline.STATUSES}
        choices = {REFUSED: "Leave these rows out", **{one: called[one] for one in draft.question.known}}
        with st.container(border=True, key="statuses-asked"):
            section("What do these words mean?", "The sheet has words for the status that could be any of yours")
            meant = {
                word: st.selectbox(
                    word, list(choices), format_func=choices.__getitem__, key=f"{draft.key}-status-{nth}", width=320
                )
                for nth, word in enumerate(draft.question.words)
            }
        draft.answers = replace(draft.answers, statuses={**draft.answers.statuses, **meant})
    elif isinstance(draft.question, DatesAsked):
        with st.container(border=True, key="dates-asked"):
            section(
                "Which comes first in the dates?",
                f"{draft.question.header} writes {draft.question.example}, and nothing in the sheet shows which it is",
            )
            said = st.segmented_control(
                "In the dates of the sheet", list(_ORDERS), format_func=_ORDERS.__getitem__, key=f"{draft.key}-dates",
                label_visibility="collapsed",
            )  # fmt: skip
        draft.answers = replace(draft.answers, dates=said)
    elif isinstance(draft.question, ClosedFirstAsked):
        asked = draft.question
        with st.container(border=True, key="closed-first-asked"):
            section(
                f"{several(asked.deals, 'deal')} closed before beginning. What should become of "
                f"{'it' if asked.deals == 1 else 'them'}?",
                f"Row {asked.row:,} closed on {asked.closed_on:%-d %b %Y} and began on {asked.began_on:%-d %b %Y}",
            )
            kept = st.radio(
                "Deals that closed before they began", list(_CLOSED_FIRST), format_func=_CLOSED_FIRST.__getitem__,
                index=None, key=f"{draft.key}-closed-first", label_visibility="collapsed",
            )  # fmt: skip
        draft.answers = replace(draft.answers, closed_first=kept)


_NEW_STAGE = "Make a new stage"
_CLOSED_FIRST = {KEPT: "Keep, begun on the day of closing", REFUSED: "Leave out, to mend the dates first"}
_ORDERS = {DAY_FIRST: "The day: 31/12/2026", MONTH_FIRST: "The month: 12/31/2026"}


def _how_to_read(who: Who, draft: Draft) -> None:
    """What the sheet holds, which sheet of the workbook it is, and whether it has a header."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="how-to-read"):
        noun = st.selectbox(
            "The sheet holds",
            list(FIELDS),
            index=list(FIELDS).index(draft.noun),
            format_func=lambda one: NOUNS[one].several.capitalize(),
            key=f"{draft.key}-noun",
            width=180,
        )
        sheet = draft.asked[0]
        if len(draft.sheets) > 1:
            sheet = st.selectbox(
                "Sheet of the workbook",
                draft.sheets,
                index=draft.sheets.index(sheet),
                key=f"{draft.key}-sheet",
                width=220,
            )
        bare = st.toggle("No header row", value=not draft.asked[1], key=f"{draft.key}-no-header")
    if noun != draft.noun:
        draft.hold(who, noun)
        st.query_params["new"] = noun
        st.rerun()
    if (sheet, not bare) != draft.asked:
        draft.read_again(who, sheet=sheet, header=not bare)
        st.rerun()


def _column(draft: Draft, place: int) -> None:
    """One column: its header, what it holds, how it was recognised, and the field it fills."""
    column = draft.guesses[place]
    fields = {key: field.label for key, field in draft.fields.items()}
    text, choice = st.columns([3, 1.3], vertical_alignment="center", gap="small")
    chosen = draft.chosen[place]
    choice.selectbox(
        f"What {column.header} is",
        ["", *fields],
        index=["", *fields].index(chosen or ""),
        format_func=lambda key: fields.get(key, _LEFT_OUT),
        label_visibility="collapsed",
        key=f"{draft.key}-{draft.noun}-{draft.asked}-{place}",
        on_change=_choose,
        args=(draft, place),
    )
    title = f"Column {column.header}" if draft.sheet and draft.sheet.header_row is None else column.header
    samples = escape(", ".join(column.samples)[:160]) if column.samples else "nothing in its first rows"
    text.markdown(f"**{escape(title)}** {badge(_how(draft, place))}  \n:gray[:small[{samples}]]")


def _choose(draft: Draft, place: int) -> None:
    draft.chosen[place] = st.session_state[f"{draft.key}-{draft.noun}-{draft.asked}-{place}"] or None


def _how(draft: Draft, place: int) -> Badge:
    column, chosen = draft.guesses[place], draft.chosen[place]
    if chosen != draft.suggested[place]:
        return ("chosen by you", "blue", ":material/person:")
    if column.how == "unsure":
        return ("please check", "orange", ":material/help:")
    if column.how == "name":
        return ("by its name", "green", ":material/check:")
    if column.how == "content":
        return ("by its content", "green", ":material/search:")
    return ("not needed", "gray", ":material/remove:") if column.samples else ("empty", "gray", ":material/remove:")


def _is_ready(who: Who, draft: Draft) -> bool:
    """Whether the rows can be tried like this; says in words what is in the way."""
    if doubled := draft.doubled():
        label, headers = doubled
        both = " and ".join(f"“{header}”" for header in headers)
        st.error(escape(f"{both} can't both be {label}. Keep one and leave the other out."), icon=":material/error:")
        return False
    if needed := missing(draft.noun, draft.mapping()):
        st.warning(
            escape(f"Choose the column that holds {' and the one that holds '.join(needed)}."),
            icon=":material/arrow_upward:",
        )
        return False
    try:
        with shop_session(who) as shop:
            draft.prepare(shop)
    except CrmError as error:
        complain(error)
        return False
    return True


def _other_sheet(who: Who, draft: Draft) -> None:
    if st.button("Choose another sheet", type="tertiary", key="other-sheet"):
        start_over(who, draft.noun)
        st.rerun()
