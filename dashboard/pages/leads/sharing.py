"""Giving out leads: whom to, what each gets told before the press; by territory; scores worked out for many."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from crmcore import leads, people
from crmcore.database.gate import ShopSession
from crmcore.leads import Filters, Share, territories
from dashboard.pages.leads.listing import times
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving, say
from dashboard.parts.words import count, several

EVENLY, BY_TERRITORY, SCORES = "Evenly", "By territory", "Work out scores"


def share_out(shop: ShopSession, filters: Filters, found: int, chosen: Sequence[UUID]) -> None:
    """The ticked ones, or all that the list found: to chosen people, by territory; or have their scores worked out."""
    many = len(chosen) or found
    which = "chosen" if chosen else "found"
    with st.container(border=True, key="share-out-leads"):
        section(f"With the {several(many, f'lead {which}', f'leads {which}')}")
        ways = [EVENLY, *([BY_TERRITORY] if territories.all_of(shop) else []), SCORES]
        way = st.segmented_control(
            "What to do", ways, default=EVENLY, required=True, key="leads-way", label_visibility="collapsed", wrap=True
        )
        if way == SCORES:
            note("Engagement, fit and activity from what is on file, by the rules under Settings. Typed scores go too.")
            if st.button(f"Work out {several(many, 'score')}", key="work-out-now"):
                _work_out(shop, filters, chosen)
            return
        taken_too = st.toggle("Also those somebody has already", key="leads-taken")
        if way == BY_TERRITORY:
            note("Each goes to who has the first territory it fits; those that fit none stay as they are.")
            if st.button(f"Give out {several(many, 'lead')} by territory", type="primary", key="by-territory-now"):
                _by_territory(shop, filters, chosen, taken_too=taken_too)
            return
        _evenly(shop, filters, chosen, many, taken_too=taken_too)


def _evenly(shop: ShopSession, filters: Filters, chosen: Sequence[UUID], many: int, *, taken_too: bool) -> None:
    team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
    among = st.pills(
        "Between", list(team), selection_mode="multi", format_func=team.__getitem__,
        key=f"leads-among-{times()}", wrap=True,
    )  # fmt: skip
    if not among:
        note("Choose who gets some; here stands what each of them gets, before anything is done.")
        return
    these = chosen or leads.ids(shop, filters)
    shares = leads.would_share(shop, these, among, taken_too=taken_too)
    total = sum(share.given for share in shares)
    if not total:
        note("All of these are with somebody already, or converted. Turn the switch on to share them anew.")
        return
    pressed = st.button(f"Assign {several(total, 'lead')}", type="primary", key="share-leads-now")
    note(_told(shares, left=many - total))
    if not pressed:
        return
    with saving(shop.who, alone=True) as gate:
        done = leads.share_out(gate, chosen or leads.ids(gate, filters), among, taken_too=taken_too)
    if gate.saved:
        _done(f"{several(sum(one.given for one in done), 'lead')} shared out")


def _told(shares: Sequence[Share], left: int) -> str:
    each = " · ".join(f"{share.name} {count(share.given)}" for share in shares)
    held = ", ".join(f"{share.name.split()[0]} {count(share.active_now)}" for share in shares)
    stay = "stays as it is" if left == 1 else "stay as they are"
    rest = f" {several(left, 'lead')} {stay}: with somebody already, or converted." if left else ""
    return f"{each}. Then they have active: {held}.{rest}"


def _by_territory(shop: ShopSession, filters: Filters, chosen: Sequence[UUID], *, taken_too: bool) -> None:
    with saving(shop.who, alone=True) as gate:
        given = leads.by_territory(gate, chosen or leads.ids(gate, filters), taken_too=taken_too)
    if gate.saved:
        _done(f"{several(given, 'lead')} given out by territory")


def _work_out(shop: ShopSession, filters: Filters, chosen: Sequence[UUID]) -> None:
    with saving(shop.who, alone=True) as gate:
        changed = leads.work_out_many(gate, chosen or leads.ids(gate, filters))
    if gate.saved:
        _done(f"{several(changed, 'score')} changed")


def _done(what: str) -> None:
    st.session_state["leads-shared-times"] = times() + 1
    say(what)
    st.rerun()
