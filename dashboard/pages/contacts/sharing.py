"""Sharing contacts out: whom to, what each gets told before the press; who has how many; who gets new uploads."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from crmcore import contacts, people
from crmcore.contacts import Filters, Share, automatic
from crmcore.database.gate import ShopSession
from crmcore.lists import NOBODY
from dashboard.navigation import to
from dashboard.pages.contacts.listing import times
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving, say
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import count, several

_COLUMNS: Columns = {
    "person": ("Who", "text"),
    "pending": ("Pending", "count"),
    "contacted": ("Contacted", "count"),
    "yellow": ("Did not buy", "count"),
    "converted": ("Converted", "count"),
    "touches": ("In touch, 7 days", "count"),
}


def share_out(shop: ShopSession, filters: Filters, found: int, chosen: Sequence[UUID]) -> None:
    """The ticked ones, or all that the list found, to the people who are chosen."""
    with st.container(border=True, key="share-out"):
        which = "chosen" if chosen else "found"
        section(f"Share out the {several(len(chosen) or found, f'contact {which}', f'contacts {which}')}")
        team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
        among = st.pills(
            "Between", list(team), selection_mode="multi", format_func=team.__getitem__,
            key=f"share-among-{times()}", wrap=True,
        )  # fmt: skip
        with st.container(horizontal=True, gap="medium"):
            balanced = st.toggle("Even out what everybody has open", key="share-balanced")
            taken_too = st.toggle("Also those somebody has already", key="share-taken")
        if not among:
            note("Choose who gets some; here stands what each of them gets, before anything is done.")
            _give_next(shop, filters)
            return
        these = chosen or contacts.ids(shop, filters)
        shares = contacts.would_share(shop, these, among, balanced=balanced, taken_too=taken_too)
        total = sum(share.given for share in shares)
        if not total:
            note("All of these are with somebody already, or bought. Turn the second switch on to share them anew.")
            return
        pressed = st.button(f"Assign {several(total, 'contact')}", type="primary", key="share-now")
        note(_told(shares, left=(len(chosen) or found) - total))
    if not pressed:
        return
    with saving(shop.who, alone=True) as gate:
        these = chosen or contacts.ids(gate, filters)
        done = contacts.share_out(gate, these, among, balanced=balanced, taken_too=taken_too)
    if gate.saved:
        st.session_state["shared-times"] = times() + 1
        say(f"{several(sum(one.given for one in done), 'contact')} shared out")
        st.rerun()


def _told(shares: Sequence[Share], left: int) -> str:
    each = " · ".join(f"{share.name} {count(share.given)}" for share in shares)
    held = ", ".join(f"{share.name.split()[0]} {count(share.open_now)}" for share in shares)
    stay = "stays as it is" if left == 1 else "stay as they are"
    rest = f" {several(left, 'contact')} {stay}: with somebody already, or bought." if left else ""
    return f"{each}. Then they have open: {held}.{rest}"


def _give_next(shop: ShopSession, filters: Filters) -> None:
    """Somebody has time: the next so many of those nobody has."""
    free = contacts.count(shop, Filters(assigned=NOBODY, status="pending"))
    if not free:
        return
    team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
    with st.popover("Give somebody the next few", icon=":material/redo:", key=f"give-next-{times()}"):
        staff_id = st.selectbox("Who", list(team), index=None, format_func=team.__getitem__, key="give-next-to")
        how_many = st.number_input("How many", 1, max(free, 1), min(20, free), key="give-next-many")
        note(f"{several(free, 'pending contact')} with nobody yet; those on file longest go first.", 280)
        if not st.button("Give them", key="give-next-now", width="stretch", disabled=staff_id is None):
            return
    assert staff_id is not None
    with saving(shop.who, alone=True) as gate:
        given = contacts.give_next(gate, staff_id, int(how_many))
    if gate.saved:
        st.session_state["shared-times"] = times() + 1
        say(f"{several(given, 'contact')} given to {team[staff_id]}")
        st.rerun()


def who_has_how_many(shop: ShopSession) -> None:
    """The workload, person by person; each leads to their list."""
    rows = [
        {**row, "person": row["name"] or "Nobody yet", "key": str(row["staff_id"] or NOBODY)}
        for row in contacts.workload(shop)
    ]
    section("Who has how many", "Contacts by where they stand; talks with contacts in the last 7 days, today included")
    alt = "For each person the contacts they have by status, and how often they were in touch; press one to see them"
    chosen = table("workload-table", rows, _COLUMNS, shop.shop, alt=alt, selection="open")
    if chosen:
        st.switch_page(to("contacts"), query_params={"assigned": rows[chosen[0]]["key"]})


def new_uploads(shop: ShopSession) -> None:
    """Who gets the contacts of a new upload by themselves."""
    sharing = automatic.of_shop(shop)
    team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
    with st.container(border=True, key="new-uploads"):
        section("New uploads", "Who gets the contacts of a new sheet by themselves; nobody chosen: you share them out")
        among = st.pills(
            "Between", list(team), selection_mode="multi", format_func=team.__getitem__, key="upload-among", wrap=True,
            default=[one for one in sharing.among if one in team], label_visibility="collapsed",
        )  # fmt: skip
        balanced = st.toggle(
            "Even out what everybody has open", sharing.balanced, key="upload-balanced", disabled=not among
        )
        changed = (tuple(among), balanced) != (sharing.among, sharing.balanced)
        if not st.button("Save", key="save-uploads", disabled=not changed):
            return
    with saving(shop.who, "Saved") as gate:
        automatic.change(gate, among, balanced=balanced)
    if gate.saved:
        st.rerun()

