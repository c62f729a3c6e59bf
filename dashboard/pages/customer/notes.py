"""Notes about a customer: the pinned ones on top of the page, all of them in a part of their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import notes, people
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.notes import KINDS, NewNote
from dashboard.parts import words
from dashboard.parts.customer_form import WIDTH
from dashboard.parts.layout import badge, note
from dashboard.parts.older import forget, most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_MARKS = {
    "preference": ("blue", ":material/favorite:"),
    "complaint": ("red", ":material/report:"),
    "important": ("orange", ":material/priority_high:"),
}
_PIN = ":material/push_pin:"
_NEW: dict[str, Any] = {"body": "", "kind": "general", "is_pinned": False, "mentioned": []}


def show_pinned(customer: RowMapping, shop: ShopSession) -> None:
    """What everybody should know before they talk with the customer."""
    pinned = notes.pinned(shop, customer["id"])
    if pinned:
        with st.container(gap="xsmall", key="pinned-notes"):
            for row in pinned:
                _text(row, shop)


def show_notes(customer: RowMapping, shop: ShopSession) -> None:
    """All notes, pinned ones first; what one wrote oneself can be changed and removed."""
    colleagues = people.colleagues(shop)
    names = {one.staff_id: one.name for one in colleagues}
    at_work = {one.staff_id: one.name for one in colleagues if one.is_active}
    is_there = customer["hidden_at"] is None
    if is_there:
        _add(customer["id"], at_work, shop.who)
    shown = f"notes-{customer['id']}"
    most = most_shown(shown, notes.PAGE_SIZE)
    rows = notes.of_customer(shop, customer["id"], limit=most + 1)
    if not rows:
        st.markdown(":gray[No note yet.]")
    for row in rows[:most]:
        key = f"note-{row['id']}"
        with st.container(border=True, gap="xsmall", width=WIDTH, key=key):
            if st.session_state.get(f"{key}-open"):
                _change(key, row, at_work, shop.who)
                continue
            _text(row, shop, told=[names[one] for one in row["mentioned"] if one in names])
            if is_there:
                _actions(key, row, shop.who)
    if len(rows) > most:
        show_older(shown, notes.PAGE_SIZE)


def _text(row: RowMapping, shop: ShopSession, told: list[str] | None = None) -> None:
    """The note as it was written, with its marks before it and who wrote it, when, below."""
    first, *rest = words.lines(row["body"])
    marks = [_PIN] if row["is_pinned"] else []
    if row["kind"] in _MARKS:
        marks.append(badge((KINDS[row["kind"]], *_MARKS[row["kind"]])))
    day = words.day(row["created_at"].astimezone(shop.zone).date(), shop.today)
    written = f"{row['written_by'] or 'Regulars'}, {day}" + (f" · told {', '.join(told)}" if told else "")
    st.markdown("  \n".join([" ".join([*marks, first]), *rest, f":gray[:small[{escape(written)}]]"]))


def _add(customer_id: UUID, at_work: Mapping[UUID, str], who: Who) -> None:
    times = st.session_state.setdefault("notes-added", 0)  # a new key empties the fields
    key = f"note-new-{customer_id}-{times}"
    note_id = st.session_state.setdefault(f"{key}-id", new_id())
    with st.container(border=True, width=WIDTH, key=key):
        given = _fields(key, _NEW, at_work, who)
        if st.button("Add note", icon=":material/add:", key="add-note"):
            with saving(who, "Note added") as shop:
                notes.add(shop, customer_id, NewNote(**given, id=note_id))
            if shop.saved:
                st.session_state["notes-added"] = times + 1
                st.rerun()


def _change(key: str, row: RowMapping, at_work: Mapping[UUID, str], who: Who) -> None:
    opened: dict[str, Any] = st.session_state[f"{key}-open"]
    given = _fields(key, opened, at_work, who)
    with st.container(horizontal=True, gap="small"):
        pressed = st.button("Save note", icon=":material/check:", key=f"{key}-save")
        st.button("Cancel", type="tertiary", key=f"{key}-cancel", on_click=forget, args=(key,))
    if pressed:
        with saving(who, "Note saved") as shop:
            notes.change(shop, row["id"], NewNote(**given), seen_at=opened["updated_at"])
        if shop.saved:
            forget(key)
            st.rerun()


def _fields(key: str, before: Mapping[str, Any], at_work: Mapping[UUID, str], who: Who) -> dict[str, Any]:
    """The fields of a note, as NewNote takes them."""
    given: dict[str, Any] = {}
    given["body"] = st.text_area(
        "Note",
        before["body"],
        placeholder="What the team should know. @Name tells a colleague.",
        height=96,
        max_chars=notes.LONGEST,
        key=f"{key}-body",
        label_visibility="collapsed",
    )
    given["kind"] = st.pills(
        "Kind", list(KINDS), default=before["kind"], required=True, format_func=KINDS.__getitem__, key=f"{key}-kind",
        label_visibility="collapsed",
    )  # fmt: skip
    named = [one for one in before["mentioned"] if one in at_work]
    others = [one for one in at_work if one != who.staff_id or one in named]
    given["mentions"] = named
    if others:
        given["mentions"] = st.multiselect(
            "Tell colleagues", others, default=named, format_func=at_work.__getitem__, key=f"{key}-mentions",
            placeholder="Tell colleagues", label_visibility="collapsed",
        )  # fmt: skip
    given["is_pinned"] = st.toggle("Pin to the top of the page", before["is_pinned"], key=f"{key}-pinned")
    return given


def _actions(key: str, row: RowMapping, who: Who) -> None:
    with st.container(horizontal=True, gap="small"):
        label, icon = ("Unpin", ":material/keep_off:") if row["is_pinned"] else ("Pin", _PIN)
        st.button(label, type="tertiary", icon=icon, key=f"{key}-pin", on_click=_pin, args=(who, row))
        if not who.may_change(row["created_by"]):
            return
        st.button(
            "Change", type="tertiary", icon=":material/edit:", key=f"{key}-change", on_click=_open, args=(key, row)
        )
        with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"{key}-remove"):
            note("It is deleted for good. A line on the timeline keeps what it said.")
            st.button("Remove note", key=f"{key}-removed", on_click=_remove, args=(who, row["id"]))


def _pin(who: Who, row: RowMapping) -> None:
    with saving(who, "No longer pinned" if row["is_pinned"] else "Pinned to the top of the page") as shop:
        (notes.unpin if row["is_pinned"] else notes.pin)(shop, row["id"])


def _remove(who: Who, note_id: UUID) -> None:
    with saving(who, "Note removed") as shop:
        notes.remove(shop, note_id)


def _open(key: str, row: RowMapping) -> None:
    """Change it here, beginning with what it says at this moment."""
    st.session_state[f"{key}-open"] = dict(row)
