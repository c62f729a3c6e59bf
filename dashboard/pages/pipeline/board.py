"""The board: wide, the stages side by side; on a phone one at a time. A button moves a deal on, a menu anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline
from crmcore.database.gate import ShopSession, Who
from crmcore.pipeline.board import Column
from dashboard.navigation import to
from dashboard.pages.pipeline.choosing import TABLE, View
from dashboard.parts.deal_words import expected, line, marks
from dashboard.parts.layout import badge, note, only_phone, tips
from dashboard.parts.saving import saving
from dashboard.parts.words import count, escape, money

_TIPS = (
    "Move a deal on when the customer did something, not when you hope they will.",
    "Give every open deal a next step and a day; what has neither is rarely won.",
    "Stuck? Call, or mark it as lost. It can be opened again, and its reason is counted.",
    "Put in a value as soon as you can guess one: without it the forecast leaves the deal out.",
    "Leave the probability to the stage unless you know more about this one.",
)

_WIDEST = 6  # stages side by side; more stand in a second row


def show_board(
    columns: Sequence[Column], view: View, all_stages: Sequence[RowMapping], shop: ShopSession
) -> None:
    """Every stage is drawn once. On a phone the look shows the one whose container is called chosen."""
    chosen = _choose_stage(columns)
    with st.container(key="board", gap="medium"):
        for first in range(0, len(columns), _WIDEST):
            row = columns[first : first + _WIDEST]
            for place, column in zip(st.columns(max(len(row), 3), gap="small"), row, strict=False):
                shown = "chosen" if column.stage_id == chosen else "other"
                with place.container(gap="small", key=f"stage-{shown}-{column.stage_id}"):
                    _column(column, view, all_stages, shop)
    tips("Keeping a good pipeline", _TIPS, "pipeline-tips")


def _choose_stage(columns: Sequence[Column]) -> UUID | None:
    """Pills with counts, for the phone; the fullest stage unless somebody chose."""
    names = {str(one.stage_id): f"{one.name} {count(one.count)}" for one in columns}
    if not names:
        return None
    if st.session_state.get("board-stage") not in names:
        st.session_state["board-stage"] = str(max(columns, key=lambda one: one.count).stage_id)
    with only_phone("board"):
        chosen = st.pills(
            "Stage", list(names), format_func=names.__getitem__, key="board-stage", required=True, wrap=True,
            label_visibility="collapsed",
        )  # fmt: skip
    return UUID(chosen)


def _column(column: Column, view: View, all_stages: Sequence[RowMapping], shop: ShopSession) -> None:
    worth = money(column.value, shop.shop) if column.count else "–"
    weighted = f"weighted {money(column.weighted, shop.shop)}" if column.count else f"{column.probability} % likely"
    head = f"**{escape(column.name)}** {badge(count(column.count))}"
    st.markdown(f"{head}  \n{escape(worth)}  \n:gray[:small[{escape(weighted)}]]")
    for deal in column.deals:
        _card(deal, column.stage_id, all_stages, shop)
    if not column.deals:
        note("Nothing here yet")
    elif column.count > len(column.deals):
        query = {"show": TABLE, "status": "open", "stage": str(column.stage_id), **view.narrowing}
        with st.container(key=f"all-of-{column.stage_id}"):
            label = f"All {count(column.count)}"
            st.page_link(to("pipeline"), label=label, icon=":material/arrow_forward:", query_params=query)


def _card(deal: RowMapping, stage_id: UUID, all_stages: Sequence[RowMapping], shop: ShopSession) -> None:
    """Whose it is, what it is about and worth, what to look at, all of it the link; and below, where it can go."""
    key = f"card-{deal['id']}"
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="xsmall", key=key):
        about = deal["customer_name"] if deal["customer_name"] != deal["name"] else None
        lines = [deal["name"] if about else None, line(deal, shop), expected(deal, shop)]
        told = [f"**{escape(about or deal['name'])}**", *(f":gray[:small[{escape(one)}]]" for one in lines if one)]
        told += [badge(one) for one in marks(deal, shop)]
        st.page_link(to("opportunity"), label=" ".join(told), icon="", query_params={"id": str(deal["id"])})
        if shop.who.may("edit opportunities"):
            _moves(deal, stage_id, all_stages, shop.who)


def _moves(deal: RowMapping, stage_id: UUID, all_stages: Sequence[RowMapping], who: Who) -> None:
    """The next stage by its name, and a menu of all others."""
    others = {str(one["id"]): one for one in all_stages if one["id"] != stage_id}
    following = _next(stage_id, all_stages)
    if following is not None:
        st.button(
            f"{escape(following['name'])} →", type="tertiary", key=f"next-{deal['id']}", on_click=_move,
            args=(who, deal["id"], stage_id, following),
        )  # fmt: skip
    field = f"move-{deal['id']}"
    st.menu_button(
        "More", list(others), type="tertiary", key=field, on_click=_move_to,
        format_func=lambda one: str(others[one]["name"]), args=(who, deal["id"], stage_id, others, field),
    )  # fmt: skip


def _next(stage_id: UUID, all_stages: Sequence[RowMapping]) -> RowMapping | None:
    """The stage behind this one; behind the last open one that for what is won."""
    ids = [one["id"] for one in all_stages if one["outcome"] != "lost"]
    place = ids.index(stage_id) + 1 if stage_id in ids else len(ids)
    return next((one for one in all_stages if place < len(ids) and one["id"] == ids[place]), None)


def _move_to(who: Who, deal_id: UUID, seen: UUID, others: Mapping[str, Any], field: str) -> None:
    chosen = st.session_state[field]
    if chosen in others:
        _move(who, deal_id, seen, others[chosen])


def _move(who: Who, deal_id: UUID, seen: UUID, stage: RowMapping) -> None:
    """Move it at once; what is won or lost is asked for its reason first, on the deal's own page."""
    if stage["outcome"] is not None:
        st.session_state["ask-why"] = (str(deal_id), str(stage["id"]))
        return
    with saving(who, f"Moved to {stage['name']}") as shop:
        pipeline.move(shop, deal_id, stage["id"], seen_stage_id=seen)
