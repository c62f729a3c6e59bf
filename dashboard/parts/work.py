"""The rows of a work list: what is to be done, for whom, a way to reach them, and what can be done with it in a press.

Show `look()` once on a page, `just_done` above its list, then a `show_item` for each. The same rows stand on My day and
on a customer's page.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import interactions, my_day, people
from crmcore.database.gate import ShopSession, Who
from crmcore.my_day import CHANGE, DONE, DROP, MOVE, REASSIGN, WorkItem
from crmcore.people import Colleague
from crmcore.phones import can_be_texted
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import Badge, badge
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

ANYBODY = "Whoever comes first"
_LOOK = Path(__file__).resolve().parents[1] / "look" / "work.css"
_ICONS = {"refill": "medication", "follow-up": "call", "task": "task_alt", "next step": "arrow_forward"}
_JUST_DONE, _OPEN = "work-just-done", "work-open"


def look() -> None:
    st.html(_LOOK)


def just_done(who: Who, customer_id: UUID | None = None) -> None:
    """What was done with the last press, and the way back; on a customer's page only what was done for them."""
    item: WorkItem | None = st.session_state.get(_JUST_DONE)
    if item is None or customer_id not in (None, item.customer_id):
        return
    with st.container(border=True, gap="xsmall", key="just-done"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = named(item, who)
            st.markdown(
                f":green[:material/check_circle:] Done: **{escape(name)}**"
                + (f" :gray[{escape(item.title)}]" if name != item.title else ""),
                width="stretch",
            )
            st.button(
                "Undo", icon=":material/undo:", type="tertiary", key="undo-done", on_click=_reopen, args=(who, item.key)
            )
            st.button("Close", icon=":material/close:", type="tertiary", key="close-done", on_click=_forget)
        if item.about is not None and who.may("log interactions"):
            _what_they_said(who, item)


def _what_they_said(who: Who, item: WorkItem) -> None:
    """Writing down how it went, if there is something to write: leaving the field keeps it."""
    field = f"said-{item.key}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "How you spoke", list(interactions.TALK), format_func=interactions.TALK.__getitem__, key=f"{field}-kind",
            label_visibility="collapsed", width=130,
        )  # fmt: skip
        st.text_input(
            "What did they say?", key=field, placeholder="What did they say? (if you like)", max_chars=2000,
            label_visibility="collapsed", width="stretch", on_change=_said, args=(who, item, field),
        )  # fmt: skip


def show_item(
    item: WorkItem, shop: ShopSession, *, first: bool = False, names_customer: bool = True, names_person: bool = False
) -> None:
    """One row. `first`: the one to do next, with a filled button. `names_person`: says whose it is."""
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"work-item-{item.key}"
    ):
        with st.container(gap=None, width="stretch", key=f"work-text-{item.key}"):
            _what(item, shop, names_customer=names_customer, names_person=names_person)
        with st.container(
            horizontal=True, wrap=False, width="content", vertical_alignment="center", gap="xsmall",
            key=f"work-acts-{item.key}",
        ):  # fmt: skip
            _acts(item, shop, first=first, calls=names_customer)
    if st.session_state.get(_OPEN) == item.key:
        _change_form(item, shop)


def done_row(item: WorkItem, who: Who) -> None:
    """Something that was done today, with the way back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"done-{item.key}"):
        name = named(item, who)
        about = "" if name == item.title else f" {escape(item.title)}"
        st.markdown(f":green[:material/check:] **{escape(name)}** :gray[{about}]", width="stretch")
        st.button(
            "Undo", icon=":material/undo:", type="tertiary", key=f"reopen-{item.key}", on_click=_reopen,
            args=(who, item.key),
        )  # fmt: skip


def choose_person(label: str, key: str, shop: ShopSession, chosen: UUID | None) -> UUID | None:
    """A field for whose it is: anybody of the team who is at work, or whoever comes first."""
    team = {one.staff_id: one.name for one in at_work(shop)}
    if chosen is not None and chosen not in team:
        team[chosen] = "Someone who left"
    own = shop.who.staff_id
    options: list[UUID | None] = [*sorted(team, key=lambda one: one != own), None]
    return st.selectbox(
        label,
        options,
        index=options.index(chosen),
        format_func=lambda one: ANYBODY if one is None else f"{team[one]} (you)" if one == own else team[one],
        key=key,
    )


def at_work(shop: ShopSession) -> list[Colleague]:
    return [one for one in people.colleagues(shop) if one.is_active]


def _what(item: WorkItem, shop: ShopSession, *, names_customer: bool, names_person: bool) -> None:
    marks = " ".join(badge(one) for one in _badges(item, shop.today, says_today=not names_customer))
    whose = item.assignee if names_person else None
    for_whom = whose or (ANYBODY if item.assigned_to is None else None)
    tail = f" :gray[:small[· {escape(for_whom)}]]" if for_whom else ""
    icon = f":material/{_ICONS.get(item.kind, 'event')}:"
    if item.about is None or not names_customer:
        st.markdown(f"**{escape(item.title)}** {marks}{tail}")
    else:
        noun, row_id = item.about
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"work-who-{item.key}"):
            name = f"**{escape(named(item, shop.who))}**"
            st.page_link(to(noun), label=name, icon="", query_params={"id": str(row_id)})
            st.markdown(marks + tail, width="content")
        st.markdown(f":gray[{icon}] {escape(item.title)}")
    if item.why:
        st.markdown(f":gray[:small[{escape(item.why)}]]")


def named(item: WorkItem, who: Who) -> str:
    """Who it is about; a task of one's own goes by what is to be done."""
    if item.about is None:
        return item.title
    if item.customer_name or not item.phone:
        return item.customer_name or "Without a name"
    whole = who.may("see whole contact details in lists")
    return words.phone(item.phone, who.shop.region) if whole else words.masked(item.phone)


def _badges(item: WorkItem, today: date, *, says_today: bool) -> list[Badge]:
    """When it is due; any time today goes without saying below a heading that says so. Its kind, unless a follow-up."""
    at = words.clock(item.due_time) if item.due_time else ""
    marks: list[Badge] = []
    if item.due_on < today:
        late = (today - item.due_on).days
        marks.append((f"{words.several(late, 'day')} late", "red", ":material/schedule:"))
    elif item.due_on > today:
        marks.append((" ".join(filter(None, [words.weekday(item.due_on, today), at])), "gray"))
    elif at or says_today:
        marks.append((at or "Today", "blue", ":material/schedule:"))
    if item.kind != "follow-up":
        marks.append((item.kind.capitalize(), "gray"))
    return marks


def _acts(item: WorkItem, shop: ShopSession, *, first: bool, calls: bool) -> None:
    if calls and item.phone:
        st.link_button(
            "Call", f"tel:{item.phone}", icon=":material/call:", type="primary" if first else "secondary",
            key=f"call-{item.key}",
        )  # fmt: skip
        # The message of a refill stands on the page Refills, where consent is asked first.
        if item.kind != "refill" and can_be_texted(item.phone):
            st.link_button(
                "WhatsApp", f"https://wa.me/{item.phone.lstrip('+')}", icon=":material/chat:",
                key=f"whatsapp-{item.key}",
            )  # fmt: skip
    if DONE in item.actions:
        st.button(
            "Done",
            icon=":material/check:",
            type="primary" if first and not (calls and item.phone) else "secondary",
            key=f"do-{item.key}",
            on_click=_done,
            args=(shop.who, item),
        )
    more = _more_of(item, shop)
    if more:
        field = f"more-{item.key}"
        st.menu_button(
            "More", list(more), type="tertiary", key=field, format_func=more.__getitem__, on_click=_do,
            args=(shop.who, item, field),
        )  # fmt: skip


def _more_of(item: WorkItem, shop: ShopSession) -> dict[str, str]:
    """The rarer things to do with it, by what `_do` calls them."""
    more: dict[str, str] = {}
    if MOVE in item.actions:
        for days, label in ((1, "Tomorrow"), (3, "In 3 days"), (7, "In a week")):
            day = shop.today + timedelta(days=days)
            if day != item.due_on:
                more[f"move {day}"] = f":material/event: {label}, {words.weekday(day, shop.today)}"
    if REASSIGN in item.actions and item.assigned_to != shop.who.staff_id:
        more["take"] = ":material/person: I do it"
    if CHANGE in item.actions:
        more["change"] = ":material/edit: Another day, person or text"
    if DROP in item.actions:
        more["drop"] = ":material/block: No longer needed"
    return more


def _change_form(item: WorkItem, shop: ShopSession) -> None:
    key = f"change-{item.key}"
    with st.container(border=True, key=key):
        st.text_area("What is to be done", item.title, height=80, key=f"{key}-title")
        with st.container(horizontal=True, gap="small"):
            st.date_input(
                "Day", item.due_on, min_value=min(shop.today, item.due_on), format="DD/MM/YYYY",
                key=f"{key}-due_on", width=150,
            )  # fmt: skip
            st.time_input("Time, if any", item.due_time, step=900, key=f"{key}-due_time", width=130)
            with st.container(width=220):
                choose_person("For", f"{key}-assigned_to", shop, item.assigned_to)
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Save changes", icon=":material/check:", key=f"{key}-save", on_click=_change, args=(shop.who, item, key)
            )
            st.button("Cancel", type="tertiary", key=f"{key}-cancel", on_click=_close)


def _done(who: Who, item: WorkItem) -> None:
    with saving(who) as shop:
        my_day.done(shop, item.key)
    if shop.saved:
        st.session_state[_JUST_DONE] = item


def _reopen(who: Who, key: str) -> None:
    with saving(who, "Back on the list") as shop:
        my_day.reopen(shop, key)
    if shop.saved:
        _forget()


def _said(who: Who, item: WorkItem, field: str) -> None:
    if not st.session_state[field].strip():
        return
    kind = st.session_state[f"{field}-kind"]
    notes = st.session_state[field]
    assert item.about is not None  # only then is there a field to write in
    noun, row_id = item.about
    whom: dict[str, Any] = {f"{noun}_id": row_id}
    said = interactions.NewInteraction(kind, direction="out", notes=notes, **whom)
    with saving(who, "Written down") as shop:
        interactions.record(shop, said)
    if shop.saved:
        _forget()


def _forget() -> None:
    st.session_state.pop(_JUST_DONE, None)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _do(who: Who, item: WorkItem, field: str) -> None:
    chosen = str(st.session_state[field])
    _forget()
    if chosen == "change":
        st.session_state[_OPEN] = item.key
    elif chosen == "take":
        with saving(who, "It is yours now") as shop:
            my_day.reassign(shop, item.key, who.staff_id)
    elif chosen == "drop":
        with saving(who, "Off the list") as shop:
            my_day.drop(shop, item.key)
    else:
        day = date.fromisoformat(chosen.removeprefix("move "))
        with saving(who, f"Moved to {words.weekday(day, day)}") as shop:
            my_day.move(shop, item.key, day)


def _change(who: Who, item: WorkItem, key: str) -> None:
    to = {name: st.session_state[f"{key}-{name}"] for name in ("title", "due_on", "due_time", "assigned_to")}
    with saving(who, "Changes saved") as shop:
        my_day.change(shop, item.key, **to)
    if shop.saved:
        _close()
