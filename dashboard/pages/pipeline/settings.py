"""How the pipeline works: its stages, why deals are won and lost, and what is to be won each month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import people
from crmcore.database.gate import ShopSession, Who
from crmcore.pipeline import LOST, WON, reasons, stages, targets
from crmcore.pipeline.stages import NewStage
from dashboard.parts.layout import badge, note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape, money

_WIDTH = 720
_OUTCOMES = {None: ("Open", "blue"), WON: ("Won", "green"), LOST: ("Lost", "gray")}
_NEW = {"open": "Open: still under way", WON: "Won", LOST: "Lost"}


def show_settings(shop: ShopSession) -> None:
    _stages(shop)
    _targets(shop)
    _reasons(shop)


def _stages(shop: ShopSession) -> None:
    section("Stages", "In the order of the board. A new name shows everywhere at once.")
    there = stages.listed(shop)
    with st.container(width=_WIDTH, gap="xsmall"):
        for place, one in enumerate(there):
            _stage(place, one, there, shop.who)
        with st.popover("Add a stage", icon=":material/add:", key="add-stage"):
            times = st.session_state.setdefault("stages-added", 0)  # a new key empties the form
            name = st.text_input("Name", max_chars=60, key=f"new-stage-{times}", autocomplete="off")
            kind = st.segmented_control(
                "What is there is", list(_NEW), default="open", required=True, format_func=_NEW.__getitem__,
                key=f"new-stage-kind-{times}", wrap=True,
            )  # fmt: skip
            likely = st.number_input("Likely to be sold, in percent", 0, 100, 50, 5, key=f"new-stage-likely-{times}")
            days = st.number_input(
                "Days expected there; longer is stuck", 1, 3650, None, key=f"new-stage-days-{times}"
            )
            pressed = st.button("Add stage", key="save-new-stage", width="stretch")
    if pressed:
        new = NewStage(name, int(likely), days, None if kind == "open" else str(kind))
        with saving(shop.who, f"“{name.strip()}” is on the board", alone=True) as gate:
            stages.add(gate, new)
        if gate.saved:
            st.session_state["stages-added"] = times + 1
            st.rerun()


def _stage(place: int, one: RowMapping, there: Sequence[RowMapping], who: Who) -> None:
    label, colour = _OUTCOMES[one["outcome"]]
    alike = [other["id"] for other in there if other["outcome"] == one["outcome"]]
    nth = alike.index(one["id"])
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"stage-{one['id']}"
    ):
        expected = f" · {one['expected_days']} days expected" if one["expected_days"] else ""
        about = f"{one['probability']} % likely{expected}" if one["outcome"] is None else "the end of the way"
        st.markdown(
            f"**{escape(one['name'])}** {badge((label, colour))}  \n:gray[:small[{escape(about)}]]", width="stretch"
        )
        with st.container(horizontal=True, wrap=False, width="content", gap=None, key=f"stage-acts-{one['id']}"):
            st.button(
                "", icon=":material/arrow_upward:", type="tertiary", key=f"stage-up-{one['id']}", disabled=nth == 0,
                help="Earlier", on_click=_swap, args=(who, [s["id"] for s in there], place, -1),
            )  # fmt: skip
            st.button(
                "", icon=":material/arrow_downward:", type="tertiary", key=f"stage-down-{one['id']}",
                disabled=nth == len(alike) - 1, help="Later", on_click=_swap,
                args=(who, [s["id"] for s in there], place, 1),
            )  # fmt: skip
            with st.popover("Change", type="tertiary", key=f"change-stage-{one['id']}-{one['updated_at']}"):
                _change_stage(one, who)


def _change_stage(one: RowMapping, who: Who) -> None:
    key = f"stage-{one['id']}-{one['updated_at']}"
    name = st.text_input("Name", one["name"], max_chars=60, key=f"{key}-name", autocomplete="off")
    given: dict[str, int | None] = {}
    if one["outcome"] is None:
        given["probability"] = int(
            st.number_input("Likely to be sold, in percent", 0, 100, one["probability"], 5, key=f"{key}-likely")
        )
        given["expected_days"] = st.number_input(
            "Days expected there; longer is stuck", 1, 3650, one["expected_days"], key=f"{key}-days"
        )
    if st.button("Save stage", key=f"{key}-save", width="stretch"):
        with saving(who, "Stage saved", alone=True) as gate:
            stages.change(gate, one["id"], name=name, **given)
        if gate.saved:
            st.rerun()
    if st.button("Remove", key=f"{key}-remove", type="tertiary", icon=":material/delete:", width="stretch"):
        with saving(who, f"“{one['name']}” is off the board", alone=True) as gate:
            stages.remove(gate, one["id"])
        if gate.saved:
            st.rerun()
    note("A stage with opportunities in it can’t be removed. History keeps its name.", 260)


def _swap(who: Who, ids: list[UUID], place: int, by: int) -> None:
    ids[place], ids[place + by] = ids[place + by], ids[place]
    with saving(who, "Order saved", alone=True) as shop:
        stages.reorder(shop, ids)


def _targets(shop: ShopSession) -> None:
    section("Targets", "What is to be won in a month, by the shop or by one sales rep. They stand in the forecast.")
    this_month = shop.today.replace(day=1)
    for row in targets.listed(shop, this_month):
        with st.container(
            horizontal=True, vertical_alignment="center", width=_WIDTH, key=f"target-{row['month']}-{row['rep_id']}"
        ):
            whose = row["rep_name"] or "The shop"
            st.markdown(
                f"**{row['month']:%B %Y}** :gray[{escape(whose)}] {escape(money(row['value'], shop.shop))}",
                width="stretch",
            )
            st.button(
                "Remove", type="tertiary", key=f"no-target-{row['month']}-{row['rep_id']}", on_click=_put,
                args=(shop.who, row["month"], None, row["rep_id"]),
            )  # fmt: skip
    reps: dict[UUID | None, str] = {None: "The shop", **{one.staff_id: one.name for one in people.reps(shop)}}
    months = [targets.month_after(this_month, nth) for nth in range(13)]
    with st.popover("Set a target", icon=":material/flag:", key="set-target"):
        whose = st.selectbox("Whose", list(reps), format_func=reps.__getitem__, key="target-whose")
        month = st.selectbox("Month", months, format_func=lambda one: f"{one:%B %Y}", key="target-month")
        value = st.number_input("To be won", 0.0, step=1000.0, value=None, key="target-value")
        more = st.toggle("The same in the eleven months after it", key="target-more")
        if not st.button("Set target", key="save-target", width="stretch", disabled=value is None):
            return
    with saving(shop.who, "Target set", alone=True) as gate:
        targets.put(gate, month, Decimal(str(value)), whose, months=12 if more else 1)
    if gate.saved:
        st.rerun()


def _put(who: Who, month: date, value: Decimal | None, rep_id: UUID | None) -> None:
    with saving(who, "Target removed") as shop:
        targets.put(shop, month, value, rep_id)


def _reasons(shop: ShopSession) -> None:
    for outcome, title in ((LOST, "Why deals are lost"), (WON, "Why deals are won")):
        section(title, "Chosen when a deal ends, so that they can be counted")
        with st.container(width=_WIDTH, gap="xsmall"):
            for one in reasons.listed(shop, outcome):
                _reason(one, shop.who)
            times = st.session_state.setdefault(f"reasons-added-{outcome}", 0)
            with st.popover("Add a reason", icon=":material/add:", key=f"add-reason-{outcome}"):
                name = st.text_input("In a few words", max_chars=100, key=f"new-reason-{outcome}-{times}")
                pressed = st.button("Add reason", key=f"save-new-reason-{outcome}", width="stretch")
        if pressed:
            with saving(shop.who, "Reason added") as gate:
                reasons.add(gate, outcome, name)
            if gate.saved:
                st.session_state[f"reasons-added-{outcome}"] = times + 1
                st.rerun()


def _reason(one: RowMapping, who: Who) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"reason-{one['id']}"):
        st.markdown(escape(one["name"]), width="stretch")
        with st.popover("Change", type="tertiary", key=f"change-reason-{one['id']}-{one['updated_at']}"):
            name = st.text_input("In a few words", one["name"], max_chars=100, key=f"reason-name-{one['id']}")
            renamed = st.button("Save reason", key=f"save-reason-{one['id']}", width="stretch")
            st.button(
                "Offer it no more", type="tertiary", icon=":material/delete:", key=f"remove-reason-{one['id']}",
                on_click=_remove_reason, args=(who, one["id"]), width="stretch",
            )  # fmt: skip
        if renamed:
            with saving(who, "Reason saved") as gate:
                reasons.rename(gate, one["id"], name)
            if gate.saved:
                st.rerun()


def _remove_reason(who: Who, reason_id: UUID) -> None:
    with saving(who, "It is offered no more") as shop:
        reasons.remove(shop, reason_id)
