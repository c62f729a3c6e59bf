"""Notifications: what colleagues want this person to know, newest first."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import notifications
from crmcore.database.gate import ShopSession, Who, shop_session
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import empty_state, page_head
from dashboard.parts.saving import saving
from dashboard.parts.session import signed_in
from dashboard.parts.words import escape

# What each kind of news is, with {by} for whose doing it is.
_WHAT = {
    "follow-up given": ("event_upcoming", "{by} gave you something to do"),
    "leads given": ("person_search", "{by} gave you something to sell"),
    "mentioned": ("alternate_email", "{by} named you in a note"),
    "reply received": ("chat", "A customer wrote"),
    "message service in trouble": ("error", "Messages wait"),
    "message unknown": ("help", "Somebody has to decide"),
}
_SHOWN = "notifications-shown"


def page() -> None:
    who = signed_in()
    with shop_session(who) as shop:
        most = int(st.session_state.get(_SHOWN, notifications.PAGE_SIZE))
        news = notifications.newest(shop, limit=most + 1)
        actions = page_head("Notifications", "What colleagues gave you to do, and where they named you")
        if any(row["read_at"] is None for row in news):
            newest = news[0]["id"]
            actions.button(
                "Mark all read", icon=":material/done_all:", key="all-read", on_click=_all_read, args=(who, newest)
            )
        pressed = [to_open for row in news[:most] if (to_open := _row(row, shop))]
    if not news:
        empty_state(
            ":material/notifications:",
            "Nothing yet",
            "When a colleague gives you something to do or names you in a note, you read it here.",
        )
    elif len(news) > most:
        st.button("Show older", icon=":material/expand_more:", type="tertiary", key="older", on_click=_show_older)
    if pressed:
        noun, row_id = pressed[0]
        st.switch_page(to(noun), query_params={"id": str(row_id)})


def _row(row: RowMapping, shop: ShopSession) -> tuple[str, UUID] | None:
    """One piece of news; the page and the id of whom it is about, if that is to be opened, which makes it read."""
    icon, said = _WHAT.get(row["what"], ("info", "{by}"))
    is_new = row["read_at"] is None
    head = said.format(by=row["by"] or "Regulars")
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"news-{row['id']}"
    ):
        told = f":material/{icon}: **{escape(head)}**" if is_new else f":gray[:material/{icon}:] {escape(head)}"
        dot = ":blue-badge[New] " if is_new else ""
        when = words.moment(row["created_at"], shop.shop, shop.today)
        st.markdown(
            f"{told} {dot}  \n{escape(row['body'])}  \n:gray[:small[{escape(when)}]]", width="stretch"
        )
        opened, about = False, _about(row, shop.who)
        if about is not None:
            label = escape(row["customer_name"] or "the customer") if about[0] == "customer" else f"the {about[0]}"
            opened = st.button(
                f"Open {label}", icon=":material/person:", key=f"open-{row['id']}", on_click=_read,
                args=(shop.who, row["id"]),
            )  # fmt: skip
        if is_new:
            st.button(
                "Mark read", type="tertiary", icon=":material/check:", key=f"read-{row['id']}", on_click=_read,
                args=(shop.who, row["id"]),
            )  # fmt: skip
    return about if opened else None


def _about(row: RowMapping, who: Who) -> tuple[str, UUID] | None:
    """Whose page tells more: a lead or a deal, else the customer; None when there is nothing to open."""
    if row["subject"] in ("lead", "opportunity") and row["subject_id"] is not None and who.shop.has("pipeline"):
        return row["subject"], row["subject_id"]
    return None if row["shown_id"] is None else ("customer", row["shown_id"])


def _read(who: Who, notification_id: UUID) -> None:
    with saving(who) as shop:
        notifications.mark_read(shop, notification_id)


def _all_read(who: Who, newest: UUID) -> None:
    with saving(who) as shop:
        notifications.mark_all_read(shop, newest)


def _show_older() -> None:
    st.session_state[_SHOWN] = int(st.session_state.get(_SHOWN, notifications.PAGE_SIZE)) + notifications.PAGE_SIZE
