"""Talk, notes and reminders about a contact, a lead or a deal: writing them down, and what was said so far.

`about` says whom it is about, as the columns do: {"contact_id": …}, {"lead_id": …} or {"opportunity_id": …}.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import follow_ups, interactions, notes
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.follow_ups import NewFollowUp
from crmcore.interactions import OUTCOMES, TALK, NewInteraction
from crmcore.notes import NewNote
from crmcore.texts import beyond_the_gist, gist
from dashboard.parts import words, work
from dashboard.parts.layout import note, section
from dashboard.parts.older import forget, most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape
from dashboard.parts.work import choose_person

About = Mapping[str, UUID]

ICONS = {
    "call": "call", "whatsapp": "chat", "sms": "sms", "email": "mail", "meeting": "groups", "visit": "storefront",
}  # fmt: skip
NOTE = "note"
_OPEN_LINES = 3


def log_form(about: About, shop: ShopSession, hint: str = "") -> None:
    """The form, open: a call, a message, a mail, a meeting, or a note; and what comes next."""
    if not shop.who.may("log interactions"):
        return
    key = f"log-{_id(about)}-{times_logged()}"
    with st.container(border=True, key="log-talk"):
        section("Write down what happened", hint)
        labels = {kind: f":material/{ICONS[kind]}: {TALK[kind]}" for kind in TALK}
        labels[NOTE] = ":material/sticky_note_2: Note"
        kind = str(
            st.pills(
                "What was it", list(labels), default="call", required=True, key=f"{key}-kind", wrap=True,
                format_func=labels.__getitem__,
            )
        )  # fmt: skip
        given: dict[str, Any] = {}
        if kind != NOTE:
            given["outcome"] = st.pills("How it ended", list(OUTCOMES), key=f"{key}-outcome-{kind}", wrap=True)
        if kind not in (NOTE, "meeting"):
            who = {"out": "We reached out", "in": "They reached out"}
            given["direction"] = st.segmented_control(
                "Who reached out", list(who), default="out", required=True, format_func=who.__getitem__,
                key=f"{key}-direction",
            )  # fmt: skip
        given["notes"] = st.text_area(
            "The note" if kind == NOTE else "What was said", key=f"{key}-notes", height=90,
            placeholder="What the next colleague should know",
        )  # fmt: skip
        step = {} if kind == NOTE else next_step(key, shop)
        label = "note" if kind == NOTE else TALK[kind] if kind in ("whatsapp", "sms") else TALK[kind].lower()
        st.button(
            f"Save {label}", icon=":material/check:", key=f"{key}-save",
            on_click=_save, args=(shop.who, key, dict(about), kind, {**given, **step}),
        )  # fmt: skip


def next_step(key: str, shop: ShopSession, usual: str = "Call back") -> dict[str, Any]:
    """Of a form that writes down a talk, whose fields' keys begin with `key`: what comes next, on which day and for
    whom, as an interaction keeps it; nothing while it is not asked for. `usual`: what stands there to begin with.
    """
    if not st.toggle("Plan the next follow-up", key=f"{key}-step", help="It stands on My day on its day."):
        return {}
    given: dict[str, Any] = {}
    given["next_step"] = st.text_input("What to do", usual, max_chars=1000, key=f"{key}-about-{usual}")
    with st.container(horizontal=True, gap="small"):
        given["next_step_on"] = st.date_input(
            "On", shop.today + timedelta(days=1), min_value=shop.today, format="DD/MM/YYYY", key=f"{key}-on", width=150
        )
        with st.container(width=220):
            given["next_step_by"] = choose_person("For", f"{key}-by", shop, shop.who.staff_id)
    return given


def written_down(key: str) -> None:
    """What was typed into the form is saved: forget it, and begin an empty one."""
    forget(key)
    st.session_state["logged-times"] = times_logged() + 1


def times_logged() -> int:
    """How many talks were written down so far: part of the keys of the next form, which begins empty."""
    return int(st.session_state.get("logged-times", 0))


def reminders(rows: Sequence[RowMapping], shop: ShopSession) -> None:
    """What is still to be done, the next first, each with Done beside it."""
    for row in rows:
        late = row["due_on"] < shop.today
        due = words.weekday(row["due_on"], shop.today)
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"reminder-{row['id']}"):
            when = f":red[:material/schedule: {escape(due)}, late]" if late else f":material/event: {escape(due)}"
            whose = escape(row["assignee"] or work.ANYBODY)
            st.markdown(f"**{escape(row['about'])}**  \n{when} :gray[· {whose}]", width="stretch")
            st.button(
                "Done", icon=":material/check:", key=f"reminder-done-{row['id']}", on_click=_done,
                args=(shop.who, row["id"]),
            )  # fmt: skip


def reminder_form(about: About, shop: ShopSession) -> None:
    """A reminder by itself, without anything to write down."""
    if not shop.who.may("plan follow-ups"):
        return
    key = f"remind-{_id(about)}-{st.session_state.get('reminded-times', 0)}"
    with st.popover("Plan a follow-up", icon=":material/notification_add:", key=key):
        what = st.text_input("What to do", "Call back", max_chars=follow_ups.LONGEST, key=f"{key}-about")
        day = st.date_input(
            "On", shop.today + timedelta(days=1), min_value=shop.today, format="DD/MM/YYYY", key=f"{key}-on"
        )
        whose = choose_person("For", f"{key}-by", shop, shop.who.staff_id)
        if not st.button("Plan it", key=f"{key}-save", width="stretch"):
            return
    with saving(shop.who, "Planned") as gate:
        given: dict[str, Any] = {**about, "assigned_to": whose}
        follow_ups.create(gate, NewFollowUp(what, day, **given))
    if gate.saved:
        st.session_state["reminded-times"] = int(st.session_state.get("reminded-times", 0)) + 1
        st.rerun()


def show_notes(rows: Sequence[RowMapping], shop: ShopSession) -> None:
    """The notes, pinned ones first; one's own can be removed."""
    for row in rows:
        with st.container(border=True, key=f"note-{row['id']}"):
            when = words.moment(row["created_at"], shop.shop, shop.today)
            pin = ":material/push_pin: " if row["is_pinned"] else ""
            by = f" · {row['written_by']}" if row["written_by"] else ""
            st.markdown("  \n".join(words.lines(row["body"])))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f":gray[:small[{pin}{escape(when + by)}]]", width="stretch")
                st.button(
                    "Unpin" if row["is_pinned"] else "Pin", type="tertiary", key=f"pin-note-{row['id']}",
                    on_click=_pin, args=(shop.who, row["id"], not row["is_pinned"]),
                )  # fmt: skip
                if shop.who.may_change(row["created_by"]):
                    st.button(
                        "Remove", type="tertiary", key=f"remove-note-{row['id']}", on_click=_remove_note,
                        args=(shop.who, row["id"]),
                    )  # fmt: skip


def show_talk(shown: str, rows: Sequence[RowMapping], shop: ShopSession) -> None:
    """What was said, newest first: `rows` one longer than `most_talk(shown)` when more lies behind."""
    most = most_talk(shown)
    if not rows:
        note("Nobody talked with them yet.")
    for nth, row in enumerate(rows[:most]):
        _line(row, shop, open_=nth < _OPEN_LINES)
    if len(rows) > most:
        show_older(shown, interactions.PAGE_SIZE)


def most_talk(shown: str) -> int:
    """How many lines of the history `shown` are shown by now."""
    return most_shown(shown, interactions.PAGE_SIZE)


def _id(about: About) -> UUID:
    return next(iter(about.values()))


def _save(who: Who, key: str, about: dict[str, UUID], kind: str, given: dict[str, Any]) -> None:
    row_id = st.session_state.setdefault(f"{key}-id", new_id())
    with saving(who, "Note saved" if kind == NOTE else f"{TALK[kind]} saved") as shop:
        if kind != NOTE:
            interactions.record(shop, NewInteraction(kind, id=row_id, **{**about, **given}))
        elif "lead_id" in about:
            notes.add_to_lead(shop, about["lead_id"], NewNote(given["notes"], id=row_id))
        else:
            notes.add_to_opportunity(shop, about["opportunity_id"], NewNote(given["notes"], id=row_id))
    if shop.saved:
        written_down(key)


def _line(row: RowMapping, shop: ShopSession, *, open_: bool) -> None:
    when = words.moment(row["at"], shop.shop, shop.today)
    title = interactions.title(row["kind"], row["direction"], row["subject"] or row["outcome"] or gist(row["notes"]))
    by = f" · {row['handled_by_name']}" if row["handled_by_name"] else ""
    label = f"**{escape(title)}** :gray[· {escape(when + by)}]"
    with st.expander(label, icon=f":material/{ICONS.get(row['kind'], 'forum')}:", type="step", expanded=open_):
        said = row["notes"] if row["subject"] or row["outcome"] else beyond_the_gist(row["notes"])
        told = [said, row["next_step"] and f"Next step: {row['next_step']}"]
        lines = [line for one in told if one for line in words.lines(one)]
        if lines:
            st.markdown("  \n".join(f":gray[{line}]" for line in lines))
        if shop.who.may_change(row["created_by"]):
            with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"remove-talk-{row['id']}"):
                note("It leaves the history for good. A line on the record says that it was removed.", 260)
                st.button("Remove it", key=f"removed-{row['id']}", on_click=_remove, args=(shop.who, row["id"]))


def _done(who: Who, follow_up_id: UUID) -> None:
    with saving(who, "Done") as shop:
        follow_ups.done(shop, follow_up_id)


def _remove(who: Who, interaction_id: UUID) -> None:
    with saving(who, "Removed") as shop:
        interactions.remove(shop, interaction_id)


def _pin(who: Who, note_id: UUID, pinned: bool) -> None:
    with saving(who) as shop:
        (notes.pin if pinned else notes.unpin)(shop, note_id)


def _remove_note(who: Who, note_id: UUID) -> None:
    with saving(who, "Note removed") as shop:
        notes.remove(shop, note_id)
