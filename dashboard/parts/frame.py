"""What stands around every page: the shop's name, the person's menu, and the tab bar of a phone."""

import streamlit as st

from crmcore.database.gate import Who
from dashboard.navigation import TABS, TABS_OF_STAFF, home_of, to
from dashboard.parts.words import escape

ROLE_WORDS = {"owner": "Owner", "manager": "Manager", "staff": "Staff"}

_SIGN_OUT = """<form method="post" action="/auth/sign-out" class="sign-out">
<button type="submit">Sign out</button></form>"""


def sidebar(who: Who) -> None:
    """Below the menu: which shop this is, and the person's own menu."""
    with st.sidebar.container(gap="xsmall", key="who-is-here"):
        demo = "  \n:orange-badge[:material/science: Demo shop: nothing here is real]" if who.shop.is_demo else ""
        st.markdown(f"**{escape(who.shop.name)}**{demo}")
        with st.popover(escape(who.name), icon=":material/account_circle:", type="tertiary", key="person-menu"):
            st.markdown(f":gray[:small[{ROLE_WORDS[who.role]} at {escape(who.shop.name)}]]")
            if who.staff_id is not None:
                st.page_link(to("account"), label="Your account", icon=":material/manage_accounts:")
            st.html(_SIGN_OUT)


def tab_bar(who: Who) -> None:
    """On a phone: the few things this person does all day, at the thumb."""
    tabs = TABS_OF_STAFF if home_of(who) == "customers" else TABS
    with st.bottom, st.container(horizontal=True, wrap=False, gap=None, key="tab-bar"):
        for noun, label, icon in tabs:
            st.page_link(to(noun), label=label, icon=f":material/{icon}:", width="stretch")
