"""Your own account: who you are here, the morning e-mail, your calendar, and a new password."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from crmcore import calendar_feeds, digests, people, sign_in
from crmcore.database.gate import Who, shop_session
from crmcore.digests import Wish
from crmcore.errors import BadInput, CrmError
from crmcore.settings import settings
from dashboard import calendar_feed
from dashboard.parts import words
from dashboard.parts.layout import facts, note, page_head, section
from dashboard.parts.password import ask_again
from dashboard.parts.saving import complain, saving
from dashboard.parts.session import signed_in, token
from dashboard.parts.words import ROLES

FORM_WIDTH = 640


def page() -> None:
    who = signed_in()
    assert who.staff_id is not None  # only people sign in
    with shop_session(who) as shop:
        me = people.member(shop, who.staff_id)
    page_head("Your account", f"At {who.shop.name}")
    also = [word for word, right in (("sells", me.sells), ("may read health notes", me.medical)) if right]
    with st.container(border=True, width=FORM_WIDTH):
        facts(
            [
                ("Name", me.name),
                ("Sign-in name", me.login or ""),
                ("Role", ", ".join([ROLES[me.role], *also])),
            ]
        )
    note("An owner can change your name and role under Team.")
    _morning_mail(who)
    _calendar(who)
    _new_password(who, me.login or "")
    note("A new password ends your sign-ins on all other devices.")


def _morning_mail(who: Who) -> None:
    assert who.staff_id is not None
    with shop_session(who) as shop:
        wish, latest = digests.wish_of(shop, who.staff_id), digests.latest_of(shop, who.staff_id)
        hour, today = words.clock(time(digests.hour_of(shop))), shop.today
    section("Morning e-mail", f"At {hour} what is late and due today, on days when there is something to do")
    with st.form("morning-mail", width=FORM_WIDTH):
        email = st.text_input("Your e-mail address", wish.email or "", max_chars=320, autocomplete="email")
        wants = st.toggle("Send me the morning e-mail", wish.wants_mail)
        pressed = st.form_submit_button("Save", icon=":material/check:")
    if not digests.can_be_sent():
        note("Regulars has no mail server yet, so no e-mail goes out. Whoever keeps the machine can name one.")
    elif latest is not None:
        became = _BECAME.get(latest["status"], "")
        note(" ".join(filter(None, [f"The latest, {words.day(latest['day'], today)}: {became}", latest["error"]])))
    if pressed:
        with saving(who, "Saved") as shop:
            digests.change_wish(shop, Wish(email, wants))
        if shop.saved:
            st.rerun()


_BECAME = {"sent": "sent.", "sending": "on its way.", "failed": "not sent.", "unknown": "perhaps sent."}


def _calendar(who: Who) -> None:
    with shop_session(who) as shop:
        made, today = calendar_feeds.made_at(shop), shop.today
    section("Calendar", "Your list in the calendar of your phone or computer; it follows by itself")
    token = st.session_state.pop("calendar-token", None)
    with st.container(border=True, width=FORM_WIDTH, key="calendar-feed"):
        if token:
            address = calendar_feed.address_of(token, settings().address or _origin())
            st.markdown("Subscribe to this address in your calendar. Copy it now: it is shown only this once.")
            st.code(address, language=None, wrap_lines=True)
            st.link_button("Open in my calendar", re.sub("^https?", "webcal", address), icon=":material/event:")
        elif made:
            st.markdown(f"You have an address, made on {words.day(made.astimezone(who.shop.zone).date(), today)}.")
        with st.container(horizontal=True, gap="small"):
            if made:
                st.button("Make a new address", icon=":material/refresh:", on_click=_new_calendar, args=(who,))
                st.button(
                    "End this address", type="tertiary", icon=":material/link_off:", on_click=_end_calendar, args=(who,)
                )
            else:
                st.button("Make a calendar address", icon=":material/event:", on_click=_new_calendar, args=(who,))
    note(
        "Whoever has the address can read what you have to do. "
        + ("A new one ends the old." if made else "You can end it at any time.")
    )


def _origin() -> str:
    """Where the browser reached this page."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"


def _new_calendar(who: Who) -> None:
    with saving(who) as shop:
        token = calendar_feeds.renew(shop)
    if shop.saved:
        st.session_state["calendar-token"] = token


def _end_calendar(who: Who) -> None:
    with saving(who, "The address leads nowhere now") as shop:
        calendar_feeds.revoke(shop)


def _new_password(who: Who, login: str) -> None:
    """streamlit-authenticator's form, checked and saved by us."""
    from streamlit_authenticator.utilities.exceptions import ResetError

    def change(current: str, new: str) -> bool:
        assert who.staff_id is not None
        ask_again(current)
        with saving(who, "You have a new password") as shop:
            people.set_password(shop, who.staff_id, new, keep=sign_in.token_hash(token()))
        return shop.saved

    times = st.session_state.setdefault("passwords_changed", 0)  # a new key empties the fields
    try:
        with st.container(width=FORM_WIDTH, key="own-password"):
            if _form(change).reset_password(login, fields=_FIELDS, key=f"own-password-{times}"):
                st.session_state["passwords_changed"] = times + 1
                st.rerun()
    except CrmError as error:
        complain(error)
    except ResetError as error:
        complain(BadInput("password", _SAID.get(str(error), str(error))))


_FIELDS = {
    "Form name": "Change your password",
    "Current password": "Current password",
    "New password": "New password",
    "Repeat password": "New password once more",
    "Reset": "Change password",
}

# What streamlit-authenticator says -> what we say.
_SAID = {
    "No new password provided": "Type the new password in both fields.",
    "Passwords do not match": "The two new passwords differ. Type the same one twice.",
    "New and current passwords are the same": "This is your password already. Choose another one.",
}


def _form(change: Callable[[str, str], bool]) -> Any:
    """The widget without its cookie and its own list of people: sign-ins stand in our database."""
    from streamlit_authenticator import Authenticate
    from streamlit_authenticator.controllers import AuthenticationController

    from dashboard.rules import RULES

    class InOurDatabase:
        def reset_password(self, username: str, password: str, new_password: str, callback: Any = None) -> bool:
            return change(password, new_password)

    form = Authenticate.__new__(Authenticate)
    form.attrs = {"password_instructions": "At least 8 characters; a short sentence is good"}
    form.authentication_controller = AuthenticationController({"usernames": {}}, RULES, auto_hash=False)
    form.authentication_controller.authentication_model = InOurDatabase()
    st.session_state["authentication_status"] = True
    return form
