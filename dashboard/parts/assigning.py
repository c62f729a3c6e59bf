"""Giving customers, contacts and leads to somebody: one of them, those ticked in the list, or all that it found."""

from collections.abc import Callable, Sequence
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_list, people, reps
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession
from crmcore.lists import NOBODY
from dashboard.parts.layout import note
from dashboard.parts.saving import saving, say
from dashboard.parts.words import escape, several


def assign_menu(shop: ShopSession, filters: Filters, found: int, chosen: Sequence[UUID]) -> None:
    """A button that opens the choice: who gets them, and how many they are, told before the press."""
    label = f"Assign {several(len(chosen), 'customer')}" if chosen else "Assign"
    with st.popover(label, icon=":material/handshake:", key=f"assign-customers-{times()}"):
        every_one = not chosen
        if chosen:
            ticked, all_found = f"The {len(chosen)} ticked", f"All {found:,} found"
            every_one = (
                st.segmented_control("Which", [ticked, all_found], default=ticked, required=True, key="assign-which")
                == all_found
            )
        names: dict[UUID | str, str] = {rep.staff_id: rep.name for rep in reps.reps(shop) if rep.sells_now}
        names[NOBODY] = reps.NOBODY_IN_PARTICULAR
        to = st.selectbox(
            "Sales rep",
            list(names),
            index=None,
            format_func=names.__getitem__,
            placeholder="Who gets them",
            key="assign-to",
        )
        note("Who looks after them now does so no longer; what they had planned goes along. The timelines tell.", 320)
        if to is None:
            return
        count = several(found if every_one else len(chosen), "customer")
        told = "Leave {} to nobody in particular" if to == NOBODY else f"Assign {{}} to {names[to]}"
        if not st.button(escape(told.format(count)), key="assign-now", width="stretch"):
            return
    rep_id = to if isinstance(to, UUID) else None
    with saving(shop.who, alone=True) as gate:
        changed = reps.assign(gate, customer_list.ids(gate, filters) if every_one else chosen, rep_id)
    if gate.saved:
        st.session_state["assigned-times"] = times() + 1
        name = names[to] if rep_id else "nobody in particular"
        say(f"{several(changed, 'customer')} went to {name}" if changed else f"They all were with {name} already")
        st.rerun()


def give_to(row: RowMapping, shop: ShopSession, label: str, give: Callable[..., object]) -> None:
    """A button that opens the choice of who gets a contact or a lead. `give`: crmcore's function for it."""
    team: dict[UUID | None, str] = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
    team[None] = "Nobody"
    key = f"give-{row['id']}-{row['updated_at']}"
    with st.popover("Give to", icon=":material/redo:", type="tertiary", key=key):
        staff_id = st.selectbox(
            label, list(team), format_func=team.__getitem__, key=f"{key}-to",
            index=list(team).index(row["assigned_to"]) if row["assigned_to"] in team else None,
        )  # fmt: skip
        note("What was planned about them goes along.", 240)
        if not st.button("Give", key=f"{key}-now", width="stretch"):
            return
    with saving(shop.who, "Given", alone=True) as gate:
        give(gate, [row["id"]], staff_id)
    if gate.saved:
        st.rerun()


def times() -> int:
    """How often it was done here: a part of the keys of what is to close, or to be empty again, afterwards."""
    done: int = st.session_state.get("assigned-times", 0)
    return done
