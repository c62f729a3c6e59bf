"""Who is here: asked anew on every run, because a browser's connection outlives a sign-out elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit import config

from crmcore import sign_in
from crmcore.database.gate import Who
from crmcore.modules import MODULES
from dashboard.content_policy import TO_SIGN_IN

_in_this_run: ContextVar[Who | None] = ContextVar("in_this_run", default=None)


def signed_in() -> Who:
    """The person signed in, as their shop knows them at this moment; sends everyone else to the sign-in page."""
    who = _in_this_run.get() or sign_in.who_has(token())
    if who is None:
        st.html(TO_SIGN_IN, unsafe_allow_javascript=True)
        st.stop()
    return who


@contextmanager
def known(who: Who) -> Iterator[None]:
    """Within one run of the script the person stays who they are: the page need not ask again what the shell asked.

    A fragment that runs by itself runs outside, and asks.
    """
    before = _in_this_run.set(who)
    try:
        yield
    finally:
        _in_this_run.reset(before)


def require(right: str | None, module: str | None = None) -> Who:
    """The person signed in, if they may do `right` (a key of gate.RIGHTS) and their shop has the `module` switched on
    (a key of modules.MODULES); others see a calm page and no more."""
    who = signed_in()
    if right is not None and not who.may(right):
        refuse(who)
    if module is not None and not who.shop.has(module):
        _switched_off(who, module)
    return who


def refuse(who: Who) -> None:
    """Tell a person that a page is not for them, and end the run."""
    from dashboard.parts.layout import empty_state

    empty_state(
        ":material/lock:",
        "This page is not part of your account",
        f"It is for people with other tasks at {who.shop.name}. Ask the owner if you need it.",
        "Back to the start",
        to="home",
    )
    st.stop()


def _switched_off(who: Who, module: str) -> None:
    """Tell a person that their shop does without this, and who can change that; end the run."""
    from dashboard.parts.layout import empty_state

    is_mine = who.may("manage settings")
    empty_state(
        ":material/toggle_off:",
        f"{MODULES[module].label}: switched off here",
        f"{MODULES[module].means} {'You can switch it on' if is_mine else 'The owner can switch it on'} in Settings.",
        "Open Settings" if is_mine else "Back to the start",
        to="settings" if is_mine else "home",
        query={"part": "Modules"} if is_mine else None,
    )
    st.stop()


def token() -> str:
    """The secret of this sign-in, from its cookie; a page under test keeps it in the session instead."""
    if config.get_option("global.appTest"):
        return str(st.session_state.get("sign_in_token", ""))
    return st.context.cookies.get(sign_in.COOKIE, "")
