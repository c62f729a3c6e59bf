"""How a shop grades, scores and gives out its leads, and its territories: a part of Settings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import people
from crmcore.database.gate import Who, shop_session
from crmcore.leads import PARTS, rules, scoring, territories
from crmcore.leads.rules import HIGHEST, SHARING, Rules
from crmcore.leads.territories import BY, NewTerritory
from dashboard.parts.layout import empty_state, note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape, several

WIDTH = 640


def show(who: Who) -> None:
    with shop_session(who) as shop:
        ours, grounds = rules.of_shop(shop), territories.all_of(shop)
        team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
    _grades(who, ours)
    _sharing(who, ours, team)
    _territories(who, grounds, team)


def _grades(who: Who, ours: Rules) -> None:
    section("Grades and scores", f"A score has three parts of 0 to 100 each, {HIGHEST} in all")
    with st.form("lead-grades", width=WIDTH):
        given: dict[str, Any] = {}
        with st.container(horizontal=True, gap="small"):
            for key in ("a", "b", "c"):
                label = f"{key.upper()} from"
                given[key] = int(st.number_input(label, 0, HIGHEST, getattr(ours, key), key=f"grade-{key}", width=150))
        computed = st.toggle(
            "Work scores out every morning", ours.computed, key="scores-computed",
            help="Those that a person typed stay as they are",
        )  # fmt: skip
        cities = st.text_area("Cities you want, one a line", "\n".join(ours.cities), height=90, key="wanted-cities")
        sources = st.text_area("Sources you want, one a line", "\n".join(ours.sources), height=90, key="wanted-sources")
        pressed = st.form_submit_button("Save changes", type="primary")
    with st.expander(":gray[How a score is worked out]", key="score-rules"):
        for part, label in PARTS.items():
            st.markdown(f"**{label}.** {escape(scoring.RULES[part])}")
    if pressed:
        new = replace(ours, **given, computed=computed, cities=_lines(cities), sources=_lines(sources))
        with saving(who, "Settings saved") as shop:
            rules.change(shop, new)


def _sharing(who: Who, ours: Rules, team: dict[UUID, str]) -> None:
    section("New leads", "Who gets a lead that nobody was given yet; staff keep those they write down themselves")
    with st.form("lead-sharing", width=WIDTH):
        sharing = st.radio(
            "They go", list(SHARING), index=list(SHARING).index(ours.sharing), format_func=SHARING.__getitem__,
            key="lead-sharing-way",
        )  # fmt: skip
        among = st.pills(
            "In turn to", list(team), selection_mode="multi", format_func=team.__getitem__, wrap=True,
            default=[one for one in ours.among if one in team], key="lead-sharing-among",
        )  # fmt: skip
        pressed = st.form_submit_button("Save changes")
    if pressed:
        with saving(who, "Settings saved") as shop:
            rules.change(shop, replace(ours, sharing=str(sharing), among=tuple(among)))


def _territories(who: Who, grounds: Sequence[RowMapping], team: dict[UUID, str]) -> None:
    section("Territories", "The first one that a lead fits counts, from the top")
    if not grounds:
        empty_state(
            ":material/map:",
            "No territories yet",
            "A territory is a list of cities, of postcode beginnings or of sources, with who looks after them.",
        )
    for place, ground in enumerate(grounds):
        whose = ground["rep"] or "nobody yet"
        told = f"{BY[ground['field']].lower()} {', '.join(ground['patterns'][:6])}"
        label = f"{escape(ground['name'])} :gray[· {escape(whose)} · {escape(told)}]"
        with st.expander(label, key=f"territory-{ground['id']}"):
            _change(who, ground, team, is_first=place == 0, is_last=place == len(grounds) - 1)
    times = st.session_state.get("territories-added", 0)  # a new key empties the form
    with st.popover("Add a territory", icon=":material/add:", key=f"add-territory-{times}"):
        new = _fields(f"new-territory-{times}", NewTerritory("", "city", []), team)
        pressed = st.button("Add territory", type="primary", key="save-new-territory", width="stretch")
    if pressed:
        with saving(who, "Territory added") as shop:
            territories.add(shop, new)
        if shop.saved:
            st.session_state["territories-added"] = times + 1
            st.rerun()


def _change(who: Who, ground: RowMapping, team: dict[UUID, str], *, is_first: bool, is_last: bool) -> None:
    key = f"territory-{ground['id']}"
    kept = NewTerritory(ground["name"], ground["field"], ground["patterns"], ground["rep_id"])
    new = _fields(f"{key}-{ground['updated_at']}", kept, team)
    note(f"{several(ground['leads'], 'lead')} in it. Those that were given out stay where they are.")
    with st.container(horizontal=True, gap="small"):
        if st.button("Save", key=f"{key}-save"):
            with saving(who, "Territory saved") as shop:
                territories.change(shop, ground["id"], new)
            if shop.saved:
                st.rerun()
        ways = ((True, "Up", "arrow_upward", is_first), (False, "Down", "arrow_downward", is_last))
        for up, label, icon, off in ways:
            st.button(
                label, icon=f":material/{icon}:", type="tertiary", key=f"{key}-{label}", disabled=off, on_click=_move,
                args=(who, ground["id"], up),
            )  # fmt: skip
        st.button(
            "Remove", icon=":material/delete:", type="tertiary", key=f"{key}-remove", on_click=_remove,
            args=(who, ground["id"]),
        )  # fmt: skip


def _fields(key: str, kept: NewTerritory, team: dict[UUID, str]) -> NewTerritory:
    name = st.text_input("Name", kept.name, max_chars=60, key=f"{key}-name", autocomplete="off")
    by = st.pills(
        "It goes by", list(BY), default=kept.field, required=True, format_func=BY.__getitem__, key=f"{key}-by"
    )
    patterns = st.text_area(
        "One a line", "\n".join(kept.patterns), height=110, key=f"{key}-patterns",
        placeholder="Pune\nMumbai", help="Of postcodes how they begin: 411 means every one that begins so",
    )  # fmt: skip
    reps: list[UUID | None] = [None, *team]
    rep = st.selectbox(
        "Who has it", reps, index=reps.index(kept.rep_id) if kept.rep_id in reps else 0,
        format_func=lambda one: "Nobody yet" if one is None else team[one], key=f"{key}-rep",
    )  # fmt: skip
    return NewTerritory(name, str(by), patterns.splitlines(), rep)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _move(who: Who, territory_id: UUID, up: bool) -> None:
    with saving(who) as shop:
        territories.move(shop, territory_id, up=up)


def _remove(who: Who, territory_id: UUID) -> None:
    with saving(who, "Territory removed", alone=True) as shop:
        territories.remove(shop, territory_id)
