"""Planning something: a task of one's own, or a follow-up with a customer."""

from typing import Literal
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_list, customers, follow_ups
from crmcore.database.gate import ShopSession, Who
from crmcore.errors import NotFound
from crmcore.follow_ups import FOLLOW_UP, TASK, NewFollowUp
from dashboard.parts.buyer import name_of
from dashboard.parts.saving import saving
from dashboard.parts.words import escape, masked, phone
from dashboard.parts.work import choose_person

WIDTH = 640
_OPEN = "planning"
_MOST_FOUND = 5


def plan_button(
    label: str,
    icon: str,
    customer_id: UUID | None = None,
    *,
    type: Literal["secondary", "tertiary"] = "secondary",
) -> None:
    """The button that opens the form."""
    key = "plan-follow-up" if customer_id else "add-task"
    st.button(label, icon=icon, type=type, key=key, on_click=_open, args=(_key(customer_id),))


def is_open(customer_id: UUID | None = None) -> bool:
    """Whether the form stands on the page: its button is the filled one then."""
    return bool(st.session_state.get(_OPEN) == _key(customer_id))


def plan_form(shop: ShopSession, customer_id: UUID | None = None) -> None:
    """The form, if it is open. For the customer whose page this is, else for none or one found by typing."""
    key = _key(customer_id)
    if not is_open(customer_id):
        return
    with st.container(border=True, width=WIDTH, key=key):
        st.text_input(
            "What is to be done",
            key=f"{key}-about",
            max_chars=follow_ups.LONGEST,
            placeholder="Call about the sofa" if customer_id else "Order price tags",
        )
        with st.container(horizontal=True, gap="small"):
            st.date_input(
                "Day", shop.today, min_value=shop.today, format="DD/MM/YYYY", key=f"{key}-due_on", width=150
            )
            st.time_input("Time, if any", None, step=900, key=f"{key}-due_time", width=130)
            with st.container(width=220):
                choose_person("For", f"{key}-assigned_to", shop, shop.who.staff_id)
        if customer_id is None:
            _find_customer(key, shop)
        with st.container(horizontal=True, gap="small"):
            label = "Plan follow-up" if customer_id else "Add task"
            st.button(
                label, type="primary", icon=":material/check:", key=f"{key}-save", on_click=_save,
                args=(shop.who, key, customer_id),
            )  # fmt: skip
            st.button("Cancel", type="tertiary", key=f"{key}-cancel", on_click=_close)


def _find_customer(key: str, shop: ShopSession) -> None:
    """Whom it is about, if anybody: found by a few letters or digits, taken with a press."""
    chosen = st.session_state.get(f"{key}-customer")
    if chosen is not None:
        try:
            person = customers.get(shop, chosen)
        except NotFound:
            _take(key, None)
        else:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                name = escape(name_of(person, shop.shop.region))
                st.markdown(f":material/person: About **{name}**", width="content")
                st.button("Someone else", type="tertiary", key=f"{key}-else", on_click=_take, args=(key, None))
            return
    typed = st.text_input(
        "About a customer, if any", key=f"{key}-find", type="search", live=True, icon=":material/search:",
        placeholder="Name or phone",
    ).strip()  # fmt: skip
    if not typed:
        return
    found = customer_list.search(shop, typed, _MOST_FOUND)
    whole = shop.who.may("see whole contact details in lists")
    with st.container(gap="xsmall"):
        for person in found:
            st.button(
                _named(person, shop.shop.region, whole=whole),
                key=f"{key}-take-{person['id']}",
                width="stretch",
                on_click=_take,
                args=(key, person["id"]),
            )
        if not found:
            st.markdown(":gray[:small[Nobody matches. Try fewer letters or the last digits of the phone.]]")


def _named(person: RowMapping, region: str, *, whole: bool) -> str:
    """The name, with as much of the phone number as the person may see in a list."""
    number = None
    if person["phone"]:
        number = phone(person["phone"], region) if whole else masked(person["phone"])
    name = person["name"] or person["company_name"] or number or name_of(person, region)
    return escape(name) + (f" :gray[:small[{escape(number)}]]" if number not in (None, name) else "")


def _key(customer_id: UUID | None) -> str:
    return f"planning-{customer_id or 'task'}"


def _open(key: str) -> None:
    st.session_state[_OPEN] = key


def _close() -> None:
    for name in [name for name in st.session_state if str(name).startswith(_OPEN)]:
        del st.session_state[name]


def _take(key: str, customer_id: UUID | None) -> None:
    st.session_state[f"{key}-customer"] = customer_id


def _save(who: Who, key: str, customer_id: UUID | None) -> None:
    given = st.session_state
    new = NewFollowUp(
        about=given[f"{key}-about"],
        due_on=given[f"{key}-due_on"],
        due_time=given[f"{key}-due_time"],
        assigned_to=given[f"{key}-assigned_to"],
        customer_id=customer_id or given.get(f"{key}-customer"),
        kind=FOLLOW_UP if customer_id or given.get(f"{key}-customer") else TASK,
    )
    with saving(who, "Planned") as shop:
        follow_ups.create(shop, new)
    if shop.saved:
        _close()
