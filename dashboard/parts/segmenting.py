"""From the list of customers to segments: keep its filter as one that stays up to date, or put customers on a list."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from crmcore import customer_list, segments
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.segments.from_filters import rule_of
from dashboard.parts.assigning import times
from dashboard.parts.layout import note
from dashboard.parts.saving import saving, say
from dashboard.parts.words import escape, several


def segment_choices(shop: ShopSession, chosen: UUID | None) -> dict[str, str]:
    """What a field that narrows a list to a segment offers, "" for all; nothing when the shop has no segments."""
    kept = {str(one["id"]): one["name"] for one in segments.all_of(shop)}
    if chosen is not None and str(chosen) not in kept:
        kept[str(chosen)] = "One removed"
    return {"": "Any segment", **kept} if kept else {}


def segment_menu(shop: ShopSession, filters: Filters, found: int, chosen: Sequence[UUID]) -> None:
    """A quiet button that opens both."""
    with st.popover("Segments", icon=":material/filter_alt:", type="tertiary", key=f"segment-customers-{times()}"):
        if not chosen:
            _keep_filter(shop, filters)
        _put_on_list(shop, filters, found, chosen)


def _keep_filter(shop: ShopSession, filters: Filters) -> None:
    st.markdown("**Keep this filter**")
    try:
        rule = rule_of(shop, filters)
    except BadInput as refused:
        note(str(refused), 320)
        return
    note(f"{segments.told(shop, rule)}. As a segment it keeps itself up to date.", 320)
    name = st.text_input("Name", max_chars=100, key="keep-filter-name", autocomplete="off")
    if st.button("Keep as a segment", key="keep-filter", width="stretch"):
        with saving(shop.who, f"Segment “{name.strip()}” kept") as gate:
            segments.create(gate, segments.NewSegment(name, rule))
        if gate.saved:
            _close()


def _put_on_list(shop: ShopSession, filters: Filters, found: int, chosen: Sequence[UUID]) -> None:
    number = len(chosen) or found
    st.markdown(f"**Put {escape(several(number, 'customer'))} on a list**")
    lists = {one["id"]: one["name"] for one in segments.all_of(shop) if one["kind"] == segments.STATIC}
    to = st.selectbox(
        "List", list(lists), index=None, key="put-on-list", accept_new_options=True,
        placeholder="Choose, or name a new one", format_func=lambda one: lists.get(one, one),
    )  # fmt: skip
    if to is None or not st.button(f"Put {several(number, 'customer')} on it", key="put-on-list-now", width="stretch"):
        return
    with saving(shop.who) as gate:
        segment_id = to if isinstance(to, UUID) else segments.create(gate, segments.NewSegment(str(to)))
        added = segments.put_on(gate, segment_id, chosen or customer_list.ids(gate, filters))
    if gate.saved:
        say(f"{several(added, 'customer')} put on “{lists.get(to, to)}”" if added else "They all were on it already")
        _close()


def _close() -> None:
    """The ticks and the menu are empty again."""
    st.session_state["assigned-times"] = times() + 1
    for key in ("keep-filter-name", "put-on-list"):
        st.session_state.pop(key, None)
    st.rerun()
