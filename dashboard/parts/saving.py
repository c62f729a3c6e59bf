"""Saving from a page: all of it or nothing, and one sentence either way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import CrmError
from dashboard.parts.words import escape


@dataclass
class Saving(ShopSession):
    """An open gate for writing. `saved` is True once everything is committed."""

    saved: bool = False


@contextmanager
def saving(who: Who, done: str = "", *, alone: bool = False) -> Iterator[Saving]:
    """Open the gate for writing, commit, and say `done`. What went wrong stands in the page and nothing is saved.

    with saving(who, "Sale saved") as shop:
        order_id = orders.record(shop, sale)
    if shop.saved:
        st.switch_page(to("order"), query_params={"id": str(order_id)})

    Don't leave the page (st.switch_page, st.rerun, st.stop) inside the block: it would undo what was done.
    """
    saving_here = None
    try:
        with shop_session(who, writes=True, alone=alone) as shop:
            saving_here = Saving(shop.connection, shop.who, shop.now, writes=shop.writes, alone=shop.alone)
            yield saving_here
        saving_here.saved = True
    except CrmError as error:
        complain(error)
        if saving_here is None:  # the gate itself did not open: there is nothing to go on with
            st.stop()
    else:
        if done:
            say(done)


def complain(error: CrmError) -> None:
    """Show what went wrong, in its own words."""
    st.error(escape(error), icon=":material/error:")


def say(done: str) -> None:
    """Show a short note that something is done, also when the page is left or run again right after."""
    st.session_state.setdefault("said", []).append(done)


def show_what_was_said() -> None:
    """Show the notes not yet shown. The shell calls it before and after a page."""
    for done in st.session_state.pop("said", []):
        st.toast(escape(done), icon=":material/check:")
