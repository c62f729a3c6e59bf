"""Reviews of a customer: asking for one with words ready to send, and writing down what they gave."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import reviews
from crmcore.database.gate import ShopSession, Who
from crmcore.messages import preparing
from crmcore.messages.consent import EMAIL, SMS, WHATSAPP
from crmcore.messages.purposes import REVIEW
from crmcore.reviews import CHANNELS, Given, Summary
from dashboard.pages.customer.message import words_and_ways
from dashboard.parts import words
from dashboard.parts.customer_form import WIDTH
from dashboard.parts.layout import figure_strip, note
from dashboard.parts.older import forget, most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_STAR, _NO_STAR = "★", "☆"


def show_reviews(customer: RowMapping, shop: ShopSession) -> None:
    """How it looks so far, what can be done next, and every review and request, newest first."""
    summary = reviews.summary(shop, customer["id"])
    if summary.requested or summary.given:
        figure_strip(_figures(summary), min_width=96)
    if customer["hidden_at"] is None:
        if summary.open_since is None:
            _ask(customer, shop)
        _write_down(customer["id"], shop.who, is_asked=summary.open_since is not None)
    shown = f"reviews-{customer['id']}"
    most = most_shown(shown, reviews.PAGE_SIZE)
    rows = reviews.of_customer(shop, customer["id"], limit=most + 1)
    if not rows:
        st.markdown(":gray[No review yet, and none was asked for.]")
    for row in rows[:most]:
        _review(row, shop, may_change=customer["hidden_at"] is None)
    if len(rows) > most:
        show_older(shown, reviews.PAGE_SIZE)


def _figures(summary: Summary) -> list[tuple[str, str, str]]:
    average = words.NOTHING if summary.average is None else f"{summary.average:.1f} {_STAR}"
    return [
        ("Average", average, "of 5" if summary.given else ""),
        ("Given", words.count(summary.given), ""),
        ("Asked for", words.count(summary.requested), "one is open" if summary.open_since else ""),
    ]


def _ask(customer: RowMapping, shop: ShopSession) -> None:
    customer_id, key = customer["id"], f"ask-{customer['id']}"
    with st.expander("Ask for a review", icon=":material/rate_review:", key=key, width=WIDTH):
        usual = "whatsapp" if customer["phone"] else "in person"
        channel = st.pills(
            "How do you ask", list(CHANNELS), default=usual, required=True, format_func=CHANNELS.__getitem__,
            key=f"{key}-channel",
        )  # fmt: skip
        if channel in (WHATSAPP, SMS, EMAIL):
            _by_message(customer_id, str(channel), shop)
        else:
            st.button(
                "Mark as asked", icon=":material/check:", key=f"{key}-asked", on_click=_asked,
                args=(shop.who, customer_id, str(channel)),
            )  # fmt: skip


def _by_message(customer_id: UUID, channel: str, shop: ShopSession) -> None:
    """The message, if one may go to them this way. Once it is marked as sent, the review is asked for."""
    ready = preparing.ready(shop, customer_id, REVIEW, channel)
    if ready.refusal:
        st.info(escape(ready.refusal), icon=":material/block:")
    else:
        words_and_ways(customer_id, ready, {}, shop.who)


def _asked(who: Who, customer_id: UUID, channel: str) -> None:
    with saving(who, "Marked as asked") as shop:
        reviews.ask(shop, customer_id, channel)


def _write_down(customer_id: UUID, who: Who, *, is_asked: bool) -> None:
    times = st.session_state.setdefault("reviews-given", 0)  # a new key empties the fields
    key = f"give-{customer_id}-{times}"
    with st.expander("Write down a review", icon=":material/star:", expanded=is_asked, key=key, width=WIDTH):
        rating, review = _fields(key, {})
        if st.button("Save review", icon=":material/check:", key=f"{key}-save", disabled=rating is None):
            with saving(who, "Review saved") as shop:
                reviews.give(shop, customer_id, Given(rating or 0, review))
            if shop.saved:
                st.session_state["reviews-given"] = times + 1
                st.rerun()


def _fields(key: str, before: Mapping[str, Any]) -> tuple[int | None, str]:
    rating = before.get("rating")
    st.markdown(":small[Stars]")
    stars = st.feedback("stars", key=f"{key}-stars", default=rating - 1 if rating else None)
    review = st.text_area("What they said", before.get("review") or "", height=96, key=f"{key}-review")
    return (None if stars is None else stars + 1), review


def _review(row: RowMapping, shop: ShopSession, *, may_change: bool) -> None:
    key = f"review-{row['id']}"
    mine = shop.who.staff_id is not None and shop.who.staff_id == row["updated_by"]
    with st.container(border=True, gap="xsmall", width=WIDTH, key=key):
        if st.session_state.get(f"{key}-open"):
            _change(key, row, shop.who)
            return
        st.markdown("  \n".join(_lines(row, shop)))
        if may_change and (mine or shop.who.may_change(row["created_by"])):
            _actions(key, row, shop.who)


def _lines(row: RowMapping, shop: ShopSession) -> list[str]:
    asked = ""
    if row["requested_on"] is not None:
        by = f" by {row['asked_by']}" if row["asked_by"] else ""
        asked = f"asked for{by} on {words.day(row['requested_on'], shop.today)}, {CHANNELS.get(row['channel'], '')}"
    if row["rating"] is None:
        return [f":orange[:material/hourglass_empty:] **Not given yet**  \n:gray[:small[{escape(asked)}]]"]
    stars = _STAR * row["rating"] + _NO_STAR * (5 - row["rating"])
    given = f"given on {words.day(row['given_on'], shop.today)}" + (f" · {asked}" if asked else "")
    head = f"**{stars}** :gray[:small[{row['rating']} of 5]]"
    return [head, *words.lines(row["review"] or ""), f":gray[:small[{escape(given)}]]"]


def _actions(key: str, row: RowMapping, who: Who) -> None:
    with st.container(horizontal=True, gap="small"):
        if row["rating"] is not None:
            st.button(
                "Change", type="tertiary", icon=":material/edit:", key=f"{key}-change", on_click=_open, args=(key, row)
            )
        label = "Remove" if row["rating"] is not None else "Withdraw"
        with st.popover(label, icon=":material/delete:", type="tertiary", key=f"{key}-remove"):
            note("It is deleted for good and leaves the figures. A line on the timeline says that it was there.")
            st.button(f"{label} it", key=f"{key}-removed", on_click=_remove, args=(who, row["id"]))


def _change(key: str, row: RowMapping, who: Who) -> None:
    opened: dict[str, Any] = st.session_state[f"{key}-open"]
    rating, review = _fields(key, opened)
    with st.container(horizontal=True, gap="small"):
        pressed = st.button("Save review", icon=":material/check:", key=f"{key}-save", disabled=rating is None)
        st.button("Cancel", type="tertiary", key=f"{key}-cancel", on_click=forget, args=(key,))
    if pressed:
        with saving(who, "Review saved") as shop:
            reviews.change(shop, row["id"], Given(rating or 0, review), seen_at=opened["updated_at"])
        if shop.saved:
            forget(key)
            st.rerun()


def _open(key: str, row: RowMapping) -> None:
    st.session_state[f"{key}-open"] = dict(row)


def _remove(who: Who, review_id: UUID) -> None:
    with saving(who, "Removed") as shop:
        reviews.remove(shop, review_id)
