"""The board: wide, the stages side by side; on a phone one at a time. A button moves a deal on, a menu anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline
from crmcore.database.gate import ShopSession, Who
from crmcore.pipeline import stages
from crmcore.pipeline.board import Column
from dashboard.navigation import to
from dashboard.pages.pipeline.choosing import TABLE, View
from dashboard.parts.deal_words import expected, line, marks
from dashboard.parts.layout import badge, note, only_phone, only_wide
from dashboard.parts.saving import saving
from dashboard.parts.words import count, escape, money, several

_TIPS = (
    "Move a deal on when the customer did something, not when you hope they will.",
    "Give every open deal a next step and a day; what has neither is rarely won.",
    "Stuck? Call, or mark it as lost. It can be opened again, and its reason is counted.",
    "Put in a value as soon as you can guess one: without it the forecast leaves the deal out.",
    "Leave the probability to the stage unless you know more about this one.",
)

_WIDEST = 6  # stages side by side; more stand in a second row


def show_board(columns: Sequence[Column], view: View, shop: ShopSession) -> None:
    all_stages = stages.listed(shop)
    with only_wide("board", gap="medium"):
        for first in range(0, len(columns), _WIDEST):
            row = columns[first : first + _WIDEST]
            for place, column in zip(st.columns(max(len(row), 3), gap="small"), row, strict=False):
                with place:
                    _column(column, view, all_stages, shop)
    with only_phone("board", gap="small"):
        _one_stage(columns, view, all_stages, shop)
    with st.popover("Keeping a good pipeline", icon=":material/lightbulb:", type="tertiary", key="pipeline-tips"):
        st.markdown("\n".join(f"- {tip}" for tip in _TIPS))


def _column(column: Column, view: View, all_stages: Sequence[RowMapping], shop: ShopSession) -> None:
    worth = money(column.value, shop.shop) if column.count else "–"
    weighted = f"weighted {money(column.weighted, shop.shop)}" if column.count else f"{column.probability} % likely"
    head = f"**{escape(column.name)}** {badge(count(column.count))}"
    st.markdown(f"{head}  \n{escape(worth)}  \n:gray[:small[{escape(weighted)}]]")
    _cards("wide", column, view, all_stages, shop)


def _one_stage(
    columns: Sequence[Column], view: View, all_stages: Sequence[RowMapping], shop: ShopSession
) -> None:
    """Pills with counts; the chosen stage with its sums and deals."""
    names = {str(one.stage_id): f"{one.name} {count(one.count)}" for one in columns}
    if not names:
        return
    fullest = max(columns, key=lambda one: one.count)
    if st.session_state.get("board-stage") not in names:
        st.session_state["board-stage"] = str(fullest.stage_id)
    chosen = st.pills(
        "Stage", list(names), format_func=names.__getitem__, key="board-stage", required=True, wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    column = next((one for one in columns if str(one.stage_id) == chosen), fullest)
    sums = f"{several(column.count, 'open opportunity', 'open opportunities')} · {money(column.value, shop.shop)}"
    note(f"{sums} · weighted {money(column.weighted, shop.shop)}")
    _cards("phone", column, view, all_stages, shop)


def _cards(
    where: str, column: Column, view: View, all_stages: Sequence[RowMapping], shop: ShopSession
) -> None:
    for deal in column.deals:
        _card(where, deal, column.stage_id, all_stages, shop)
    if not column.deals:
        note("Nothing here yet")
    elif column.count > len(column.deals):
        query = {"show": TABLE, "status": "open", "stage": str(column.stage_id), **view.narrowing}
        with st.container(key=f"all-of-{where}-{column.stage_id}"):
            label = f"All {count(column.count)}"
            st.page_link(to("pipeline"), label=label, icon=":material/arrow_forward:", query_params=query)


def _card(
    where: str, deal: RowMapping, stage_id: UUID, all_stages: Sequence[RowMapping], shop: ShopSession
) -> None:
    key = f"{where}-{deal['id']}"
    with st.container(border=True, gap="xsmall", key=f"deal-{key}"):
        about = deal["customer_name"] if deal["customer_name"] != deal["name"] else None
        told = f"**{escape(about or deal['name'])}**"
        st.page_link(to("opportunity"), label=told, icon="", query_params={"id": str(deal["id"])})
        lines = [deal["name"] if about else None, line(deal, shop), expected(deal, shop)]
        shown = "  \n".join(f":gray[:small[{escape(one)}]]" for one in lines if one)
        signs = " ".join(badge(one) for one in marks(deal, shop))
        st.markdown(f"{shown}  \n{signs}" if signs else shown)
        if shop.who.may("edit opportunities"):
            _moves(key, deal, stage_id, all_stages, shop.who)


def _moves(key: str, deal: RowMapping, stage_id: UUID, all_stages: Sequence[RowMapping], who: Who) -> None:
    """The next stage by its name, and a menu of all others."""
    others = {str(one["id"]): one for one in all_stages if one["id"] != stage_id}
    following = _next(stage_id, all_stages)
    with st.container(horizontal=True, gap="xsmall", wrap=False, vertical_alignment="center", key=f"moves-{key}"):
        if following is not None:
            st.button(
                f"{escape(following['name'])} →", type="tertiary", key=f"next-{key}", on_click=_move,
                args=(who, deal["id"], stage_id, following),
            )  # fmt: skip
        st.menu_button(
            "More", list(others), type="tertiary", key=f"move-{key}", on_click=_move_to,
            format_func=lambda one: str(others[one]["name"]), args=(who, deal["id"], stage_id, others, f"move-{key}"),
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
