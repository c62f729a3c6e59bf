"""One customer on the list of refills: their medicines, the message, what can be done, what they said."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import refills
from crmcore.database.gate import ShopSession, Who
from crmcore.messages.consent import CALL, CHANNELS
from crmcore.refills import LOST, REFILLED, Call, Offer
from dashboard.navigation import to
from dashboard.pages.refills import bulk
from dashboard.parts import words
from dashboard.parts.layout import Badge, badge
from dashboard.parts.message import ICONS, OPENS, words_of
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_JUST_DONE = "refills-just-done"

_PAUSE_30, _PAUSE = "pause 30", "pause"
_MORE = {
    REFILLED: ":material/check_circle: Has it already",
    LOST: ":material/do_not_disturb_on: Does not refill",
    _PAUSE_30: ":material/snooze: Pause for 30 days",
    _PAUSE: ":material/notifications_off: Pause until further notice",
}
_TAKE_BACK = "take back"


def due(call: Call, offer: Offer, shop: ShopSession, *, first: bool) -> None:
    """Somebody to be reminded. `first`: the one to do next, with the filled button."""
    with st.container(border=True, gap="xsmall", key=f"refill-{call.customer_id}"):
        _head(call, shop, _MORE)
        _medicines(call, shop)
        if offer.message is not None:
            with st.container(gap=None, key=f"message-of-{call.customer_id}"):
                words_of({"body": offer.message.body, "subject": offer.message.subject})
        elif offer.why_not:
            st.markdown(f":gray[:material/block: :small[{escape(offer.why_not)}]]")
        if not offer.may_call and offer.message is None:
            st.markdown(":gray[:material/storefront: :small[Tell them when they come in.]]")
        _ways(call, offer, shop.who, first=first)


def reminded(call: Call, shop: ShopSession) -> None:
    """Somebody who was reminded and has not bought since."""
    with st.container(border=True, gap="xsmall", key=f"refill-{call.customer_id}"):
        _head(call, shop, _MORE | {_TAKE_BACK: ":material/undo: Was not reminded"})
        _medicines(call, shop)
        last = max(call.reminders, key=lambda one: one["sent_at"])
        by = f" by {last['sent_by']}" if last["sent_by"] else ""
        when = words.moment(last["sent_at"], shop.shop, shop.today)
        how = f"Reminded by {CHANNELS[last['sent_channel']]}, {when}{by}"
        st.markdown(f":gray[:small[{ICONS[last['sent_channel']]} {escape(how)}]]")
        _answer(call.ids, last["response"], shop.who, key=f"answer-{call.customer_id}")


def just_done(who: Who) -> None:
    """Who was reminded with the last press, a place for what they said, and the way back."""
    done: tuple[list[UUID], str, str] | None = st.session_state.get(_JUST_DONE)
    if done is None:
        return
    ids, name, how = done
    with st.container(border=True, gap="xsmall", key="just-done"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f":green[:material/check_circle:] Reminded: **{escape(name)}** :gray[{escape(how)}]", width="stretch"
            )
            st.button(
                "Undo", icon=":material/undo:", type="tertiary", key="undo-done", on_click=_take_back, args=(who, ids)
            )
            st.button("Close", icon=":material/close:", type="tertiary", key="close-done", on_click=_forget)
        _answer(ids, None, who, key=f"answer-now-{ids[0]}")


def _head(call: Call, shop: ShopSession, more: dict[str, str]) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
        bulk.checkbox(call)
        with st.container(gap=None, width="stretch", key=f"refill-who-{call.customer_id}"):
            st.page_link(
                to("customer"), label=f"**{escape(_name(call, shop))}**", icon="",
                query_params={"id": str(call.customer_id), "show": "Medicines"},
            )  # fmt: skip
            marks = " ".join(badge(one) for one in _badges(call, shop))
            number = f" :gray[:small[{escape(_number(call, shop))}]]" if call.phone and call.customer_name else ""
            st.markdown(f"{marks}{number}")
        field = f"more-{call.customer_id}"
        st.menu_button(
            "More", list(more), type="tertiary", key=field, format_func=more.__getitem__, on_click=_do,
            args=(shop.who, call, field),
        )  # fmt: skip


def _name(call: Call, shop: ShopSession) -> str:
    return call.customer_name or _number(call, shop)


def _number(call: Call, shop: ShopSession) -> str:
    if not call.phone:
        return "Without a name"
    whole = shop.who.may("see whole contact details in lists")
    return words.phone(call.phone, shop.shop.region) if whole else words.masked(call.phone)


def _badges(call: Call, shop: ShopSession) -> list[Badge]:
    """When it is due, and, where that is over, since when there is none left."""
    today = shop.today
    if call.runs_out_on <= today:
        ago = words.ago(call.runs_out_on, today)
        marks: list[Badge] = [(f"Ran out {ago}", "red", ":material/error:")]
    elif call.due_on < today:
        marks = [(f"{words.several((today - call.due_on).days, 'day')} late", "red", ":material/schedule:")]
    elif call.due_on == today:
        marks = [("Due today", "blue", ":material/today:")]
    else:
        marks = [(f"Due {words.weekday(call.due_on, today)}", "gray", ":material/event:")]
    if call.wished_channel:
        marks.append((f"Wants {CHANNELS[call.wished_channel]}", "gray", ICONS[call.wished_channel]))
    return marks


def _medicines(call: Call, shop: ShopSession) -> None:
    for one in call.reminders:
        st.markdown(f":material/medication: {escape(one['medicine'])} :gray[:small[{escape(_supply(one, shop))}]]")


def _supply(one: RowMapping, shop: ShopSession) -> str:
    """until 25 Nov · 30 days bought on 26 Oct."""
    ends = words.day(one["runs_out_on"], shop.today)
    until = f"ran out {ends}" if one["runs_out_on"] <= shop.today else f"until {ends}"
    return f"{until} · {words.several(one['days'], 'day')} bought on {words.day(one['purchased_on'], shop.today)}"


def _ways(call: Call, offer: Offer, who: Who, *, first: bool) -> None:
    """The ways to remind them, and a press for having done so."""
    with st.container(horizontal=True, gap="small", key=f"acts-refill-{call.customer_id}"):
        message = offer.message
        if message is not None and message.link:
            st.link_button(
                OPENS[message.channel], message.link, icon=":material/open_in_new:", key=f"open-{call.customer_id}",
                type="primary" if first else "secondary",
            )  # fmt: skip
            _sent_button("Mark sent", call, message.channel, who)
        if offer.may_call:
            st.link_button(
                "Call", f"tel:{call.phone}", icon=":material/call:", key=f"call-{call.customer_id}",
                type="primary" if first and message is None else "secondary",
            )  # fmt: skip
        _sent_button("Called" if offer.may_call else "Told them", call, CALL, who)


def _sent_button(label: str, call: Call, channel: str, who: Who) -> None:
    st.button(
        label, icon=":material/check:", key=f"sent-{channel}-{call.customer_id}", on_click=_sent,
        args=(who, call, channel),
    )  # fmt: skip


def _answer(ids: list[UUID], said: str | None, who: Who, *, key: str) -> None:
    """What they said: leaving the field keeps it."""
    st.text_input(
        "What did they say?", said or "", key=key, max_chars=1000, label_visibility="collapsed",
        placeholder="What did they say? Such as “will come Friday”", on_change=_respond, args=(who, ids, key),
    )  # fmt: skip


def _sent(who: Who, call: Call, channel: str) -> None:
    with saving(who) as shop:
        refills.mark_sent(shop, call.ids, channel)
    if shop.saved:
        how = f"by {CHANNELS[channel]}" if channel != CALL else "called"
        st.session_state[_JUST_DONE] = (call.ids, _name(call, shop), f"{call.told} · {how}")


def _take_back(who: Who, ids: list[UUID]) -> None:
    with saving(who, "Back on the list") as shop:
        refills.take_back(shop, ids)
    if shop.saved:
        _forget()


def _respond(who: Who, ids: list[UUID], key: str) -> None:
    said = str(st.session_state[key])
    if not said.strip():
        return
    with saving(who, "Written down") as shop:
        refills.respond(shop, ids, said)
    if shop.saved:
        _forget()


def _do(who: Who, call: Call, field: str) -> None:
    chosen = str(st.session_state[field])
    _forget()
    if chosen == _TAKE_BACK:
        _take_back(who, call.ids)
    elif chosen in (REFILLED, LOST):
        with saving(who, "Has it already" if chosen == REFILLED else "Off the list") as shop:
            refills.close(shop, call.ids, chosen)
    else:
        with saving(who, "Paused: see it on the customer’s page") as shop:
            refills.pause(shop, call.customer_id, days=30 if chosen == _PAUSE_30 else None)


def _forget() -> None:
    st.session_state.pop(_JUST_DONE, None)
