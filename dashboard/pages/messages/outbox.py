"""The outbox: messages ready to send, on their way, gone, failed, and those of which nobody knows."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.messages import outbox, providers
from crmcore.messages.consent import CHANNELS
from crmcore.messages.outbox import GROUPS, Filters
from crmcore.messages.purposes import PURPOSES
from crmcore.messages.templates import WRITTEN
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import empty_state
from dashboard.parts.message import ICONS, OPENS, state_badge, words_of
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

Act = Callable[[ShopSession, UUID], None]

_ALL = "all"
_SIZE = 12
_SHOWN = "messages-shown"


def show(who: Who) -> None:
    with shop_session(who) as shop:
        counted = outbox.counts(shop)
        filters = _choose(counted)
        most = int(st.session_state.get(_SHOWN, _SIZE))
        rows = outbox.page_of(shop, filters, limit=most + 1)
        services = providers.all_of(shop)
        _trouble(services)
        for nth, row in enumerate(rows[:most]):
            has_service = row["channel"] in services and services[row["channel"]].carries
            _card(row, shop, has_service, first=nth == 0)
        is_new = not rows and not outbox.has_any(shop)
    if not rows:
        _nothing(is_new)
    if len(rows) > most:
        st.button("Show older", icon=":material/expand_more:", type="tertiary", key="older", on_click=_show_older)


def _choose(counted: dict[str, int]) -> Filters:
    """What to look at: first what somebody has to decide, then what is ready to send."""
    groups = {_ALL: "All", **{key: _with_count(label, counted[key]) for key, (label, _) in GROUPS.items()}}
    first = next((key for key in ("unknown", "failed", "ready") if counted[key]), _ALL)
    group, channel = st.query_params.get("show", first), st.query_params.get("channel", "")
    st.session_state["outbox-show"] = group if group in groups else first
    st.pills(
        "Show", list(groups), required=True, format_func=groups.__getitem__, key="outbox-show", on_change=_keep,
        args=("show",), label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    if sum(counted.values()) > _SIZE or channel or group == "sent":
        channels = {"": "Every channel", **WRITTEN}
        st.session_state["outbox-channel"] = channel if channel in channels else ""
        st.selectbox(
            "Channel", list(channels), format_func=channels.__getitem__, key="outbox-channel", on_change=_keep,
            args=("channel",), width=170, label_visibility="collapsed",
        )  # fmt: skip
    shown = st.session_state["outbox-show"]
    return Filters("" if shown == _ALL else shown, st.session_state.get("outbox-channel", ""))


def _keep(name: str) -> None:
    """A field changed: the address says so, and another list begins at its top."""
    st.session_state.pop(_SHOWN, None)
    value = st.session_state[f"outbox-{name}"]
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _with_count(label: str, number: int) -> str:
    return f"{label} · {words.count(number)}" if number else label


def _show_older() -> None:
    st.session_state[_SHOWN] = int(st.session_state.get(_SHOWN, _SIZE)) + 2 * _SIZE


def _trouble(services: dict[str, providers.Provider]) -> None:
    for channel, service in services.items():
        if service.trouble:
            st.warning(escape(f"{CHANNELS[channel]} messages wait: {service.trouble}"), icon=":material/error:")


def _card(row: RowMapping, shop: ShopSession, has_service: bool, *, first: bool) -> None:
    """A message: to whom, what about, where it stands, what it says, what can be done. `first`: asks for it most."""
    purpose = PURPOSES[row["purpose"]].label if row["purpose"] in PURPOSES else row["purpose"]
    moment = row["read_at"] or row["delivered_at"] or row["sent_at"] or row["created_at"]
    name = row["customer_name"] or words.phone(row["address"], shop.shop.region)
    by = f" · {row['by']}" if row["by"] else ""
    about = f"{purpose} · {words.moment(moment, shop.shop, shop.today)}{by}"
    with st.container(border=True, gap="xsmall", key=f"message-{row['id']}"):
        head = f"{ICONS[row['channel']]} **{escape(name)}** {state_badge(row['status'])}"
        st.markdown(f"{head}  \n:gray[:small[{escape(about)}]]")
        words_of(row)
        if row["error"]:
            sign = ":red[:material/error:]" if row["status"] == outbox.FAILED else ":gray[:material/info:]"
            st.markdown(f"{sign} :small[{escape(row['error'])}]")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"acts-{row['id']}"):
            _acts(row, shop.who, has_service, first=first)


def _acts(row: RowMapping, who: Who, has_service: bool, *, first: bool) -> None:
    key, status = str(row["id"]), row["status"]
    if status == outbox.PREPARED:
        look: Literal["primary", "secondary"] = "primary" if first else "secondary"
        st.link_button(OPENS[row["channel"]], outbox.link_of(row), icon=":material/open_in_new:", type=look)
        _press("Mark sent", ":material/check:", key, who, outbox.mark_sent, "Marked as sent")
        if has_service:
            _press("Send it", ":material/send:", key, who, outbox.queue, "It goes out now")
    elif status == outbox.UNKNOWN:
        _press("It arrived", ":material/check:", key, who, outbox.mark_sent, "Marked as sent")
        _press("Send again", ":material/replay:", key, who, outbox.send_again, "It goes once more")
    elif status == outbox.FAILED:
        _press("Send again", ":material/replay:", key, who, outbox.send_again, "It goes once more")
    if status in (outbox.PREPARED, outbox.QUEUED, *outbox.TO_DECIDE):
        _press("Drop", ":material/block:", key, who, outbox.drop, "Dropped", quiet=True)
    if row["customer_id"] is not None:
        query = {"id": str(row["customer_id"])}
        st.page_link(to("customer"), label="Customer", icon=":material/person:", query_params=query)


def _press(label: str, icon: str, key: str, who: Who, act: Act, done: str, *, quiet: bool = False) -> None:
    st.button(
        label, icon=icon, key=f"{label}-{key}", type="tertiary" if quiet else "secondary", on_click=_do,
        args=(who, act, UUID(key), done),
    )  # fmt: skip


def _do(who: Who, act: Act, message_id: UUID, done: str) -> None:
    with saving(who, done) as shop:
        act(shop, message_id)


def _nothing(is_new: bool) -> None:
    if not is_new:
        empty_state(":material/inbox:", "Nothing here", "Choose another part of the outbox above.")
    else:
        empty_state(
            ":material/chat:",
            "No messages yet",
            "Open a customer and press Message: the text is ready, and what became of it stands here.",
            "Find a customer",
            to="customers",
        )
