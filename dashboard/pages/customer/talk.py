"""Talking with a customer: the form that writes it down, and the history that shows it with visits, notes and tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping
from streamlit.runtime.uploaded_file_manager import UploadedFile

from crmcore import attachments, contact_people, interactions, people, phones, visits
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.errors import NotFound
from crmcore.interactions import DIRECTIONS, KINDS, OUTCOMES, SENTIMENTS, TALK, NewInteraction
from crmcore.texts import beyond_the_gist, gist
from dashboard.pages.customer.files import choose_file
from dashboard.parts import words
from dashboard.parts.buyer import name_of
from dashboard.parts.customer_form import WIDTH
from dashboard.parts.layout import note, page_head
from dashboard.parts.mails import upload
from dashboard.parts.older import forget, most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape
from dashboard.parts.work import choose_person

ICONS = {
    "call": "call",
    "whatsapp": "chat",
    "sms": "sms",
    "email": "mail",
    "meeting": "groups",
    "visit": "storefront",
    "note": "sticky_note_2",
    "task": "task_alt",
}
_MOODS = {"positive": "sentiment_satisfied", "neutral": "sentiment_neutral", "negative": "sentiment_dissatisfied"}
_OTHER = "Something else"
_OPEN_LINES = 3


def log_button() -> None:
    """Opens the form in place of the profile."""
    if st.button("Log a talk", icon=":material/add_call:", key="log-talk"):
        st.query_params["talk"] = "new"
        st.rerun()


# The form


def form(customer: RowMapping, asked: str, shop: ShopSession) -> Callable[[], None] | None:
    """The form of a new talk, or of the one `asked` for by its id; return what saves it, once Save was pressed."""
    key = f"talk-{customer['id']}-{asked}"
    opened = _opened(key, customer, asked, shop)
    if opened is None:
        note("This is not in the history any more.")
        st.button("Back to the customer", key="talk-back", on_click=_close, args=(key,))
        return None
    name = name_of(customer, shop.shop.region)
    page_head(f"Talk with {name}")
    with st.container(width=WIDTH):
        given = _fields(key, opened, customer, shop)
        file = None
        if asked == "new":
            given |= _next_step(key, shop)
            if st.toggle("Add a file", key=f"{key}-has-file"):
                file = choose_file("A file that belongs to it", f"{key}-file")
    with st.container(horizontal=True, width=WIDTH):
        pressed = st.button("Save", type="primary", icon=":material/check:", key="save-talk")
        st.button("Cancel", type="tertiary", on_click=_close, args=(key,))
    _nudge(given, with_step=asked == "new")
    if not pressed:
        return None
    return partial(_save, shop.who, key, customer["id"], asked, given, opened, file)


def _opened(key: str, customer: RowMapping, asked: str, shop: ShopSession) -> dict[str, Any] | None:
    """What the fields began with when the form was opened; None when it is there no more."""
    if f"{key}-opened" not in st.session_state:
        if asked == "new":
            opened: dict[str, Any] = {"id": new_id(), "kind": "call", "direction": "out"}
        else:
            try:
                opened = dict(interactions.get(shop, UUID(asked)))
            except (ValueError, NotFound):
                return None
            if opened["customer_id"] != customer["id"]:
                return None
        st.session_state[f"{key}-opened"] = opened
    kept: dict[str, Any] = st.session_state[f"{key}-opened"]
    return kept


def _fields(key: str, opened: dict[str, Any], customer: RowMapping, shop: ShopSession) -> dict[str, Any]:
    """The fields of a talk; those that are rarely needed stand behind "More"."""
    given: dict[str, Any] = {}
    given["kind"] = st.pills(
        "What was it",
        list(TALK),
        default=opened["kind"],
        required=True,
        format_func=lambda kind: f":material/{ICONS[kind]}: {TALK[kind]}",
        key=f"{key}-kind",
    )
    _reach(str(given["kind"]), customer, shop)
    given["contact_person_id"] = _with_whom(key, opened, customer, shop)
    if given["kind"] != "meeting":
        given["direction"] = st.segmented_control(
            "Who reached out",
            list(DIRECTIONS),
            default=opened.get("direction"),
            format_func=DIRECTIONS.__getitem__,
            key=f"{key}-direction",
        )
    given["notes"] = st.text_area(
        "What was said",
        opened.get("notes") or "",
        placeholder="What it was about, and what they answered",
        height=120,
        key=f"{key}-notes",
    )
    given["outcome"] = _outcome(key, opened.get("outcome"))
    given["sentiment"] = st.pills(
        "How they felt about it",
        list(SENTIMENTS),
        default=opened.get("sentiment"),
        format_func=lambda mood: f":material/{_MOODS[mood]}: {SENTIMENTS[mood]}",
        key=f"{key}-sentiment",
    )
    with st.expander("Subject, time, minutes, who", expanded=False, key=f"{key}-more"):
        given |= _rarely(key, opened, shop)
    return given


def _with_whom(key: str, opened: dict[str, Any], customer: RowMapping, shop: ShopSession) -> UUID | None:
    """Which of a company's people it was with; nothing where it has none."""
    before = opened.get("contact_person_id")
    names = {
        one["id"]: one["name"]
        for one in contact_people.of_customer(shop, customer["id"])
        if one["left_on"] is None or one["id"] == before
    }
    if not names:
        return None
    return st.selectbox(
        "With", list(names), index=list(names).index(before) if before in names else None, key=f"{key}-with",
        format_func=names.__getitem__, placeholder="Nobody in particular",
    )  # fmt: skip


def _reach(kind: str, customer: RowMapping, shop: ShopSession) -> None:
    """The way to begin it from here: calls, or opens the chat or the mail."""
    number, email = customer["phone"], customer["email"]
    ways = {
        "call": number and (f"Call {words.phone(number, shop.shop.region)}", f"tel:{number}"),
        "whatsapp": number and ("Open WhatsApp", phones.chat_address(number)),
        "sms": number and ("Write an SMS", f"sms:{number}"),
        "email": email and (f"Write to {email}", f"mailto:{quote(email)}"),
    }
    if way := ways.get(kind):
        label, address = way
        st.link_button(escape(label), address, icon=f":material/{ICONS[kind]}:", key="reach")


def _outcome(key: str, before: str | None) -> str | None:
    usual = before is None or before in OUTCOMES
    chosen = st.pills(
        "How it ended", [*OUTCOMES, _OTHER], default=before if usual else _OTHER, key=f"{key}-outcome"
    )
    if chosen != _OTHER:
        return chosen
    own = "" if usual else before or ""
    return st.text_input(
        "In your own words", own, max_chars=200, placeholder="How it ended", key=f"{key}-own-outcome"
    )


def _rarely(key: str, opened: dict[str, Any], shop: ShopSession) -> dict[str, Any]:
    given: dict[str, Any] = {}
    given["subject"] = st.text_input("Subject", opened.get("subject") or "", max_chars=200, key=f"{key}-subject")
    before = opened.get("happened_at")
    with st.container(horizontal=True, gap="small"):
        at = st.datetime_input(
            "When, if not just now" if before is None else "When",
            None if before is None else _on_the_clock(before, shop),
            max_value=_on_the_clock(shop.now, shop) + timedelta(minutes=1),
            format="DD/MM/YYYY",
            step=300,
            key=f"{key}-happened_at",
            width=220,
        )
        given["minutes"] = st.number_input(
            "Minutes", 0, 1440, opened.get("minutes"), key=f"{key}-minutes", width=140
        )
    if at is None or (before is not None and at == _on_the_clock(before, shop)):
        given["happened_at"] = before
    else:
        given["happened_at"] = at.replace(tzinfo=shop.zone)
    given["handled_by"] = _person("Who talked with them", f"{key}-handled_by", opened.get("handled_by"), shop)
    return given


def _next_step(key: str, shop: ShopSession) -> dict[str, Any]:
    """What comes next, and on whose day it goes. A day is asked for as soon as there is a next step."""
    if not st.toggle("Agree on a next step", key=f"{key}-step"):
        return {}
    given: dict[str, Any] = {}
    given["next_step"] = st.text_input(
        "Next step", max_chars=1000, placeholder="Send the quote", key=f"{key}-next_step", autocomplete="off"
    )
    with st.container(horizontal=True, gap="small"):
        given["next_step_on"] = st.date_input(
            "On",
            shop.today + timedelta(days=2),
            min_value=shop.today,
            format="DD/MM/YYYY",
            key=f"{key}-next_step_on",
            width=160,
        )
        with st.container(width=240):
            given["next_step_by"] = choose_person("For", f"{key}-next_step_by", shop, shop.who.staff_id)
    return given


def _person(label: str, key: str, chosen: UUID | None, shop: ShopSession) -> UUID | None:
    """Somebody of the team who is at work, or who was chosen before; to begin with whoever is signed in."""
    own = shop.who.staff_id
    team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active or one.staff_id == chosen}
    options = sorted(team, key=lambda one: one != own)
    return st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen else 0,
        format_func=lambda one: f"{team[one]} (you)" if one == own else team[one],
        key=key,
    )


def _nudge(given: dict[str, Any], *, with_step: bool) -> None:
    """What would be worth writing down too; nothing is forced."""
    worth = {"how it ended": given.get("outcome"), "how they felt": given.get("sentiment")}
    if with_step:
        worth["a next step"] = given.get("next_step")
    missing = [label for label, value in worth.items() if not value]
    if missing:
        note(f"Worth adding for whoever talks with them next: {_listed(missing)}.")
    elif with_step:
        note("It stands on the timeline at once, and the next step on the day of whom you chose.")


def _listed(several: list[str]) -> str:
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def _save(
    who: Who,
    key: str,
    customer_id: UUID,
    asked: str,
    given: dict[str, Any],
    opened: dict[str, Any],
    file: UploadedFile | None,
) -> None:
    label = TALK[given["kind"]]
    with saving(who, f"{label} saved") as shop:
        if asked == "new":
            interactions.record(shop, NewInteraction(customer_id=customer_id, id=opened["id"], **given))
            if file is not None:
                attachments.add(shop, customer_id, file.name, file.getvalue(), interaction_id=opened["id"])
        else:
            fields = {"direction": None, **given}
            interactions.change(shop, UUID(asked), fields, seen_at=opened["updated_at"])
    if shop.saved:
        _close(key)
        st.rerun()


def _close(key: str) -> None:
    forget(key)
    st.query_params.pop("talk", None)


def _on_the_clock(moment: datetime, shop: ShopSession) -> datetime:
    """The moment as the shop's clock shows it, to the minute."""
    return moment.astimezone(shop.zone).replace(second=0, microsecond=0, tzinfo=None)


# The history


def show_talk(customer: RowMapping, shop: ShopSession) -> None:
    """All that was said and done with a customer, newest first; one's own can be changed and removed."""
    is_there = customer["hidden_at"] is None
    note(_in_touch(customer, shop))
    kind = st.pills(
        "Show", ["all", *KINDS], default="all", required=True, key="talk-kind", label_visibility="collapsed",
        format_func=lambda kind: "All" if kind == "all" else KINDS[kind],
    )  # fmt: skip
    if is_there:
        with st.popover("Take an e-mail in", icon=":material/mail:", type="tertiary", key="talk-mail"):
            upload(shop.who, "talk-mail", customer["id"])
    shown = f"talk-{customer['id']}"
    most = most_shown(shown, interactions.PAGE_SIZE)
    rows = interactions.of_customer(
        shop, customer["id"], kind=None if kind == "all" else str(kind), limit=most + 1
    )
    if not rows:
        st.markdown(":gray[Nothing yet. Log a call, a message or a meeting, and the next colleague knows.]")
    for nth, row in enumerate(rows[:most]):
        _line(row, shop, open_=nth < _OPEN_LINES, may_change=is_there)
    if len(rows) > most:
        show_older(shown, interactions.PAGE_SIZE)


def _in_touch(customer: RowMapping, shop: ShopSession) -> str:
    first, last = interactions.touches(shop, customer["id"])
    if first is None or last is None:
        return "Nobody talked with them yet"
    days = [moment.astimezone(shop.zone).date() for moment in (first, last)]
    return f"In touch since {words.day(days[0], shop.today)}, last {words.ago(days[1], shop.today)}"


def _line(row: RowMapping, shop: ShopSession, *, open_: bool, may_change: bool) -> None:
    when = words.moment(row["at"], shop.shop, shop.today)
    title = interactions.title(row["kind"], row["direction"], row["subject"] or gist(row["notes"]))
    by = f" · {row['handled_by_name']}" if row["handled_by_name"] else ""
    label = f"**{escape(title)}** :gray[· {escape(when + by)}]"
    with st.expander(label, icon=f":material/{ICONS[row['kind']]}:", type="step", expanded=open_):
        said = row["notes"] if row["subject"] else beyond_the_gist(row["notes"])
        step = row["next_step"] and f"Next step: {row['next_step']}"
        files = row["files"] and f"With {', '.join(row['files'])}"
        told = [said, _came_of_it(row), step, files]
        lines = [line for one in told if one for line in words.lines(one)]
        if lines:
            st.markdown("  \n".join(f":gray[{line}]" for line in lines))
        if may_change and row["kind"] in TALK and shop.who.may_change(row["created_by"]):
            _change_or_remove(row["id"], shop.who)


def _came_of_it(row: RowMapping) -> str:
    outcome = visits.OUTCOMES.get(row["outcome"], row["outcome"]) if row["kind"] == "visit" else row["outcome"]
    mood, minutes = SENTIMENTS.get(row["sentiment"] or ""), row["minutes"]
    return " · ".join(part for part in (outcome, mood, minutes and words.several(minutes, "minute")) if part)


def _change_or_remove(interaction_id: UUID, who: Who) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Change", icon=":material/edit:", type="tertiary", key=f"change-talk-{interaction_id}"):
            st.query_params["talk"] = str(interaction_id)
            st.rerun()
        with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"remove-talk-{interaction_id}"):
            note("It leaves the history for good. A line on the timeline says that it was removed.")
            st.button("Remove it", key=f"removed-talk-{interaction_id}", on_click=_remove, args=(who, interaction_id))


def _remove(who: Who, interaction_id: UUID) -> None:
    with saving(who, "Removed") as shop:
        interactions.remove(shop, interaction_id)
