"""Segments: groups of customers told by a rule or filled by hand; made, looked at, opened as a list, written to."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import segments
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import NotFound
from dashboard.navigation import to
from dashboard.pages.segments import builder, message
from dashboard.parts.layout import back_link, empty_state, note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import escape, several

_LOOK = Path(__file__).resolve().parents[2] / "look" / "segments.css"
_ICONS = {segments.DYNAMIC: ":material/autorenew:", segments.STATIC: ":material/checklist:"}


def page() -> None:
    who = require("see customers")
    st.html(_LOOK)
    save: Callable[[], None] | None = None
    with shop_session(who) as shop:
        new, edited, written = (st.query_params.get(key) for key in ("new", "edit", "message"))
        if new in segments.KINDS and who.may("manage segments"):
            back_link("segments", "Segments")
            save = builder.form(shop, None, new)
        elif edited and who.may("manage segments"):
            back_link("segments", "Segments")
            if segment := _found(shop, edited):
                save = builder.form(shop, segment, segment["kind"])
        elif written and who.may("send messages"):
            back_link("segments", "Segments")
            if segment := _found(shop, written):
                save = message.form(shop, segment)
        else:
            _list(shop)
    if save is not None:
        save()


def _found(shop: ShopSession, asked: str) -> RowMapping | None:
    """The segment of this id; when it is gone the page says so."""
    try:
        return segments.get(shop, UUID(asked))
    except (ValueError, NotFound):
        empty_state(
            ":material/filter_alt_off:", "This segment is not there any more", "Somebody removed it meanwhile.",
            "All segments", to="segments",
        )  # fmt: skip
        return None


def _list(shop: ShopSession) -> None:
    kept = segments.all_of(shop)
    numbers = segments.counts(shop, kept)
    who = shop.who
    with page_head("Segments", "Groups of customers, to look at, write to and take away together"):
        if who.may("manage segments") and kept:
            _new_buttons()
    if not kept:
        _none_yet(who)
        return
    with st.container(gap="small", key="segment-list"):
        for segment in kept:
            _line(shop, segment, numbers[segment["id"]])
    if not who.may("manage segments"):
        note("A manager or the owner makes segments.")


def _new_buttons() -> None:
    if st.button("New list", icon=_ICONS[segments.STATIC], type="tertiary", key="new-static"):
        _go(new=segments.STATIC)
    if st.button("New segment", icon=":material/add:", type="primary", key="new-dynamic"):
        _go(new=segments.DYNAMIC)


def _go(**query: str) -> None:
    st.query_params.from_dict(query)
    st.rerun()


def _none_yet(who: Who) -> None:
    text = "Regulars who have not been here for two months, everybody tagged VIP in one town: say what they have in "
    text += "common once, and the list keeps itself up to date."
    if not who.may("manage segments"):
        empty_state(":material/filter_alt:", "No segments yet", "A manager or the owner can make them.")
        return
    empty_state(":material/filter_alt:", "No segments yet", text)
    with st.container(horizontal=True, horizontal_alignment="center"):
        _new_buttons()


def _line(shop: ShopSession, segment: RowMapping, number: int | None) -> None:
    """A segment: its name, whom it finds in words, how many, and what can be done with them."""
    who, segment_id = shop.who, str(segment["id"])
    with st.container(border=True, gap="xsmall", key=f"segment-{segment_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            about = f":gray[:small[{escape(_about(shop, segment))}]]"
            st.markdown(f"{_ICONS[segment['kind']]} **{escape(segment['name'])}**  \n{about}", width="stretch")
            if number is not None:
                st.page_link(
                    to("customers"), label=several(number, "customer"), icon=":material/group:",
                    query_params={"segment": segment_id},
                )  # fmt: skip
        if number is None:
            st.markdown(f":orange[:material/warning: {escape(segments.faults(shop, segment['rule']) or '')}]")
        with st.container(horizontal=True, gap="small", key=f"segment-actions-{segment_id}"):
            if number and who.may("send messages") and st.button(
                "Message", icon=":material/chat:", type="tertiary", key=f"message-{segment_id}"
            ):
                _go(message=segment_id)
            if who.may("manage segments"):
                if st.button("Change", icon=":material/edit:", type="tertiary", key=f"edit-{segment_id}"):
                    _go(edit=segment_id)
                with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"remove-{segment_id}"):
                    note("The group is forgotten; its customers stay as they are.")
                    st.button(
                        f"Remove {escape(segment['name'])}", key=f"removed-{segment_id}", on_click=_remove,
                        args=(who, segment["id"]),
                    )  # fmt: skip


def _about(shop: ShopSession, segment: RowMapping) -> str:
    told = "A list filled by hand" if segment["rule"] is None else segments.told(shop, segment["rule"])
    return " · ".join(filter(None, [segment["description"], told]))


def _remove(who: Who, segment_id: UUID) -> None:
    with saving(who, "Segment removed") as shop:
        segments.remove(shop, segment_id)
