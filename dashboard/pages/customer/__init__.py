"""One customer: who they are, what they bought, what was said, and how to change it. Without an id: a new one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customers
from crmcore.database.gate import ShopSession, shop_session
from crmcore.errors import NotFound
from dashboard.navigation import to
from dashboard.pages.customer import editing, talk
from dashboard.pages.customer.profile import show_profile
from dashboard.parts import customer_view
from dashboard.parts.layout import empty_state
from dashboard.parts.session import require

_LOOK = Path(__file__).resolve().parents[2] / "look" / "customers.css"


def page() -> None:
    who = require("see customers")
    st.html(_LOOK)
    with st.container(key="back-link"):
        st.page_link(
            to("customers"), label="Customers", icon=":material/arrow_back:", query_params=customer_view.left()
        )
    asked = st.query_params.get("id")
    if asked is None:
        editing.add(who)
        return
    save: Callable[[], None] | None = None
    with shop_session(who) as shop:
        customer = _find(asked, shop)
        if customer is None:
            _not_on_file()
        elif st.query_params.get("edit") and customer["hidden_at"] is None:
            save = partial(editing.save, who, customer, *editing.form(customer, shop))
        elif st.query_params.get("talk") and customer["hidden_at"] is None:
            save = talk.form(customer, st.query_params["talk"], shop)
        else:
            show_profile(customer, shop)
            return
    if save is not None:
        save()


def _find(asked: str, shop: ShopSession) -> RowMapping | None:
    """The customer of this shop with this id. A hidden one is there only for those who may bring them back."""
    try:
        customer = customers.get(shop, UUID(asked))
    except (ValueError, NotFound):
        return None
    return customer if customer["hidden_at"] is None or shop.who.may("hide customers") else None


def _not_on_file() -> None:
    empty_state(
        ":material/person_off:",
        "This customer is not on file",
        "They may have been hidden, or belong to another shop.",
        "All customers",
        to="customers",
    )
