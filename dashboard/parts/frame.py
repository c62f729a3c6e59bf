"""What stands around every page: the shop's name, the person's menu, and the tab bar of a phone."""

from dataclasses import dataclass

import streamlit as st

from crmcore import my_day, notifications, sign_in
from crmcore.database.gate import Who, shop_session
from dashboard.navigation import tabs_of, to, with_number
from dashboard.parts.words import ROLES, escape

_DEMO = ":orange[:small[:material/science: Demo shop: nothing here is real]]"
_OTHER_SHOPS = '<a class="in-person-menu" href="/auth/switch" target="_self">Go to another shop</a>'
_SIGN_OUT = """<form method="post" action="/auth/sign-out">
<button class="in-person-menu" type="submit">Sign out</button></form>"""


@dataclass(frozen=True)
class Waiting:
    """What waits for the person: how much is late or due today, and what they were told and have not read."""

    due: int
    unread: int


def waiting(who: Who) -> Waiting:
    """Asked on every run, so that the numbers are true after every press."""
    with shop_session(who) as shop:
        return Waiting(my_day.due(shop), notifications.unread(shop))


def sidebar(who: Who, page: st.Page, waits: Waiting) -> None:
    """Below the menu: the bell, which shop this is, and the person's menu, which closes when another page opens."""
    with st.sidebar.container(gap="xsmall", key="who-is-here"):
        if who.staff_id is not None:
            _bell(waits)
        st.markdown(f"**{escape(who.shop.name)}**{_demo(who)}")
        menu = f"person-menu-{page.url_path or 'start'}"
        with st.popover(escape(who.name), icon=":material/account_circle:", type="tertiary", key=menu):
            st.markdown(f":gray[:small[{ROLES[who.role]} at {escape(who.shop.name)}]]")
            if who.staff_id is not None:
                st.page_link(to("account"), label="Your account", icon=":material/manage_accounts:")
            st.html((_OTHER_SHOPS if _has_other_shops(who) else "") + _SIGN_OUT)


def _bell(waits: Waiting) -> None:
    icon = "notifications_unread" if waits.unread else "notifications"
    label = with_number("Notifications", waits.unread)
    st.page_link(to("notifications"), label=f"**{label}**" if waits.unread else label, icon=f":material/{icon}:")


def _has_other_shops(who: Who) -> bool:
    """Asked once a visit: it only decides whether a link is offered."""
    if who.staff_id is None:
        return False
    if "has_other_shops" not in st.session_state:
        st.session_state["has_other_shops"] = len(sign_in.shops_of(who.staff_id)) > 1
    return bool(st.session_state["has_other_shops"])


def _demo(who: Who) -> str:
    return f"  \n{_DEMO}" if who.shop.is_demo else ""


def phone(who: Who, waits: Waiting) -> None:
    """On a phone, where the menu is away: the demo label and the bell when there is news above, and below the few
    things this person does all day."""
    if who.shop.is_demo:
        st.container(key="phone-demo").markdown(_DEMO)
    if waits.unread:
        with st.container(key="phone-bell"):
            _bell(waits)
    with st.bottom, st.container(horizontal=True, wrap=False, gap=None, key="tab-bar"):
        for noun, label, icon in tabs_of(who):
            number = waits.due if noun == "my_day" else 0
            st.page_link(to(noun), label=with_number(label, number), icon=f":material/{icon}:", width="stretch")
