"""Who works here: everyone with a sign-in for this shop, and what each may do."""

import streamlit as st

from crmcore import people
from crmcore.database.gate import Who, shop_session
from dashboard.navigation import to
from dashboard.parts.layout import Badge, badge, page_head
from dashboard.parts.session import require
from dashboard.parts.words import ROLES, escape, several


def page() -> None:
    who = require("see team")
    with shop_session(who) as shop:
        team = people.members(shop)
    active = sum(member.is_active and member.login is not None for member in team)
    actions = page_head("Team", f"{several(active, 'person', 'people')} can sign in to {who.shop.name}")
    if who.may("manage team"):
        if actions.button("Add a person", type="primary", icon=":material/person_add:"):
            st.switch_page(to("member"))
    else:
        actions.markdown(":gray[:small[Only an owner can change the team.]]")
    with st.container(gap="xsmall"):
        for member in team:
            _row(who, member)


def _row(who: Who, member: people.Member) -> None:
    with st.container(
        border=True, horizontal=True, wrap=False, vertical_alignment="center", key=f"member-{member.staff_id}"
    ):
        you = " (you)" if member.staff_id == who.staff_id else ""
        tags = " ".join(badge(one) for one in _badges(member))
        signs_in = f"Signs in as {escape(member.login)}" if member.login else "Can’t sign in yet"
        st.markdown(f"**{escape(member.name)}**{you} {tags}  \n:gray[:small[{signs_in}]]", width="stretch")
        if who.may("manage team"):
            st.page_link(
                to("member"), label="Change", icon=":material/edit:", query_params={"id": str(member.staff_id)}
            )


def _badges(member: people.Member) -> list[Badge]:
    if not member.is_active:
        return [("Switched off", "gray", ":material/block:")]
    found: list[Badge] = [(ROLES[member.role], "blue" if member.role == "owner" else "gray")]
    if member.sells:
        found.append(("Sells", "green", ":material/point_of_sale:"))
    if member.medical:
        found.append(("Health notes", "orange", ":material/medical_information:"))
    return found
