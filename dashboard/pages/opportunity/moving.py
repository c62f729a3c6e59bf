"""Moving an opportunity: its stages in a row, a reason where it ends, and opening it again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline
from crmcore.database.gate import ShopSession, Who
from crmcore.pipeline import LOST, WON, reasons, stages
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_SIGNS = {None: "", WON: ":material/check_circle: ", LOST: ":material/cancel: "}


def move_form(deal: RowMapping, shop: ShopSession) -> None:
    """Choosing another stage shows what it asks for and a button with its name."""
    all_stages = {str(one["id"]): one for one in stages.listed(shop)}
    here = str(deal["stage_id"])
    with st.container(border=True, key="move-deal"):
        section("Stage")
        key = f"stage-of-{deal['id']}-{deal['updated_at']}"
        asked = st.query_params.get("to", "")
        chosen = st.pills(
            "Stage", list(all_stages), default=asked if asked in all_stages else here if here in all_stages else None,
            format_func=lambda one: _SIGNS[all_stages[one]["outcome"]] + escape(all_stages[one]["name"]), key=key,
            wrap=True, label_visibility="collapsed",
        )  # fmt: skip
        if here not in all_stages:
            note(f"It stands in “{deal['stage_name']}”, which is off the board. Choose where it goes.")
        if chosen is None or chosen == here:
            _on_or_open_again(deal, list(all_stages.values()), shop.who)
            return
        stage = all_stages[str(chosen)]
        reason_id, closed_on = _why(stage, deal, shop, key) if stage["outcome"] else (None, None)
        told = st.text_input("Note, if you like", max_chars=2000, key=f"{key}-note", autocomplete="off")
        with st.container(horizontal=True, gap="small"):
            pressed = st.button(_label(stage, deal), type="primary", icon=":material/arrow_forward:", key="move-now")
            st.button("Cancel", type="tertiary", key="move-not", on_click=_forget, args=(key,))
    if pressed:
        with saving(shop.who, f"Moved to {stage['name']}") as gate:
            pipeline.move(
                gate, deal["id"], stage["id"], seen_stage_id=deal["stage_id"], reason_id=reason_id, note=told,
                closed_on=closed_on,
            )  # fmt: skip
        if gate.saved:
            st.query_params.pop("to", None)
            st.rerun()


def _why(stage: RowMapping, deal: RowMapping, shop: ShopSession, key: str) -> tuple[UUID | None, date | None]:
    outcome = stage["outcome"]
    known = {one["id"]: one["name"] for one in reasons.listed(shop, outcome)}
    label = "Why is it lost?" if outcome == LOST else "Why is it won? (if you like)"
    reason_id = st.pills(label, list(known), format_func=known.__getitem__, key=f"{key}-why-{outcome}", wrap=True)
    closed_on = st.date_input(
        "On", shop.today, min_value=min(deal["created_on"], shop.today), max_value=shop.today, format="DD/MM/YYYY",
        key=f"{key}-on", width=150,
    )  # fmt: skip
    return reason_id, closed_on


def _label(stage: RowMapping, deal: RowMapping) -> str:
    if stage["outcome"] == WON:
        return "Mark as won"
    if stage["outcome"] == LOST:
        return "Mark as lost"
    return f"{'Move' if deal['status'] == 'open' else 'Open again'} to {escape(stage['name'])}"


def _on_or_open_again(deal: RowMapping, all_stages: Sequence[RowMapping], who: Who) -> None:
    """The next stage by its name; for one that has ended the way back to where it came from."""
    if deal["status"] != "open":
        st.button(
            "Open it again", icon=":material/undo:", key="reopen-deal", on_click=_reopen, args=(who, deal["id"])
        )
        note("Its history stays; it goes back to the stage it came from.")
        return
    open_ones = [one for one in all_stages if one["outcome"] is None]
    ids = [one["id"] for one in open_ones]
    if deal["stage_id"] in ids and ids.index(deal["stage_id"]) + 1 < len(ids):
        following = open_ones[ids.index(deal["stage_id"]) + 1]
        st.button(
            f"Move to {escape(following['name'])}", type="primary", icon=":material/arrow_forward:", key="move-on",
            on_click=_move_on, args=(who, deal["id"], deal["stage_id"], following),
        )  # fmt: skip


def _move_on(who: Who, deal_id: UUID, seen: UUID, stage: RowMapping) -> None:
    with saving(who, f"Moved to {stage['name']}") as shop:
        pipeline.move(shop, deal_id, stage["id"], seen_stage_id=seen)


def _reopen(who: Who, deal_id: UUID) -> None:
    with saving(who, "Open again") as shop:
        pipeline.reopen(shop, deal_id)


def _forget(key: str) -> None:
    st.session_state.pop(key, None)
    st.query_params.pop("to", None)
