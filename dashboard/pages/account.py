"""Your own account: who you are here, and a new password."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from crmcore import people, sign_in
from crmcore.database.gate import Who, shop_session
from crmcore.errors import BadInput, CrmError
from dashboard.parts.layout import facts, note, page_head
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
                ("Sign-in name", me.login),
                ("Role", ", ".join([ROLES[me.role], *also])),
            ]
        )
    note("An owner can change your name and role under Team.")
    _new_password(who, me.login)
    note("A new password ends your sign-ins on all other devices.")


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
