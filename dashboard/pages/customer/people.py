"""The people of a company on its page: who they are, how to reach them, and what changes."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import contact_people
from crmcore.contact_people import EMAIL_KINDS, PHONE_KINDS, ROLES, NewEmail, NewPerson, NewPhone
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.messages.consent import CHANNELS
from dashboard.parts import words
from dashboard.parts.customer_form import WIDTH
from dashboard.parts.layout import Badge, badge, note
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_OPEN = "person-open"  # whose form is open: an id, or "new"
_VERIFIED = " :green[:material/verified:]"


def show_people(customer: RowMapping, shop: ShopSession) -> None:
    people = contact_people.of_customer(shop, customer["id"])
    may_change = shop.who.may("edit customers") and customer["hidden_at"] is None
    opened = st.session_state.get(_OPEN)
    if not people and opened != "new":
        st.markdown(":gray[Nobody is on file here yet: who decides, who uses it, who pays.]")
    for person in people:
        if may_change and opened == person["id"]:
            _form(person, customer, shop)
        else:
            _card(person, shop, may_change)
    if may_change and opened == "new":
        _form(None, customer, shop)
    elif may_change:
        st.button("Add a person", icon=":material/person_add:", key="add-person", on_click=_open, args=("new",))


def _card(person: RowMapping, shop: ShopSession, may_change: bool) -> None:
    with st.container(border=True, gap="xsmall", key=f"person-{person['id']}"):
        marks = " ".join(badge(one) for one in _badges(person))
        job = f" :gray[{escape(person['job_title'])}]" if person["job_title"] else ""
        st.markdown(f"**{escape(person['name'])}**{job} {marks}")
        for line in _ways(person, shop):
            st.markdown(line)
        told = [
            f"likes to be reached by {CHANNELS[person['preferred_channel']]}" if person["preferred_channel"] else None,
            f"last talk {words.ago(person['last_talk_on'], shop.today)}" if person["last_talk_on"] else "no talk yet",
            person["notes"],
        ]
        note(" · ".join(filter(None, told)))
        if may_change:
            _actions(person, shop.who)


def _badges(person: RowMapping) -> list[Badge]:
    shown: list[Badge] = []
    if person["is_primary"]:
        shown.append(("First to turn to", "blue", ":material/star:"))
    if person["role"]:
        shown.append(ROLES.get(person["role"], person["role"]))
    if person["left_on"]:
        shown.append((f"Left {person['left_on']:%b %Y}", "orange", ":material/logout:"))
    return shown


def _ways(person: RowMapping, shop: ShopSession) -> list[str]:
    """Each number and address as a link, with what kind it is and whether it was verified."""
    lines = []
    for one in person["phones"]:
        number = escape(words.phone(one["number"], shop.shop.region))
        mark = _VERIFIED if one["is_verified"] else ""
        lines.append(f":material/call: [{number}](tel:{one['number']}) :gray[:small[{PHONE_KINDS[one['kind']]}]]{mark}")
    for one in person["emails"]:
        mark = _VERIFIED if one["is_verified"] else ""
        link = f"[{escape(one['address'])}](mailto:{quote(one['address'], safe='@')})"
        lines.append(f":material/mail: {link} :gray[:small[{EMAIL_KINDS[one['kind']]}]]{mark}")
    return lines


def _actions(person: RowMapping, who: Who) -> None:
    key = f"person-{person['id']}"
    with st.container(horizontal=True, gap="small"):
        st.button("Change", icon=":material/edit:", type="tertiary", key=f"{key}-change", on_click=_open,
                  args=(person["id"],))  # fmt: skip
        if person["left_on"]:
            st.button("Is back", icon=":material/undo:", type="tertiary", key=f"{key}-back", on_click=_do,
                      args=(who, contact_people.come_back, person, f"{person['name']} is back"))  # fmt: skip
            return
        if not person["is_primary"]:
            st.button("Turn to first", icon=":material/star:", type="tertiary", key=f"{key}-first", on_click=_do,
                      args=(who, contact_people.make_primary, person, f"{person['name']} comes first now"))  # fmt: skip
        with st.popover("More", type="tertiary", key=f"{key}-more"):
            note("Who left is no longer offered; their history stays.")
            st.button("They left", icon=":material/logout:", key=f"{key}-left", width="stretch", on_click=_do,
                      args=(who, contact_people.leave, person, f"{person['name']} left"))  # fmt: skip
            note("Removing is for somebody who was never there.")
            st.button("Remove", icon=":material/delete:", key=f"{key}-remove", width="stretch", on_click=_do,
                      args=(who, contact_people.remove, person, f"{person['name']} removed"))  # fmt: skip


def _do(who: Who, act: Any, person: Mapping[str, Any], done: str) -> None:
    with saving(who, done) as shop:
        act(shop, person["id"])


def _open(which: UUID | str | None) -> None:
    """Show this form, emptied of what was typed before."""
    for key in [key for key in st.session_state if str(key).startswith("person-form-")]:
        del st.session_state[key]
    st.session_state[_OPEN] = which


def _form(person: RowMapping | None, customer: RowMapping, shop: ShopSession) -> None:
    start: Mapping[str, Any] = st.session_state.setdefault(
        "person-form-start", dict(person) if person else {"id": new_id(), "phones": [], "emails": []}
    )
    key = f"person-form-{start['id']}"
    with st.container(border=True, width=WIDTH, gap="small", key=key):
        name = st.text_input("Name", start.get("name") or "", key=f"{key}-name", autocomplete="off")
        with st.container(horizontal=True, gap="small"):
            job = st.text_input("Job title", start.get("job_title") or "", key=f"{key}-job", autocomplete="off")
            role = _choice("Role", ROLES, start.get("role"), f"{key}-role")
        phones = _rows(key, "number", start["phones"], PHONE_KINDS, partial(_number, shop=shop))
        emails = _rows(key, "address", start["emails"], EMAIL_KINDS, str)
        channel = _choice("Likes to be reached by", CHANNELS, start.get("preferred_channel"), f"{key}-channel")
        notes = st.text_area("Notes", start.get("notes") or "", height=80, key=f"{key}-notes")
        first = bool(start.get("is_primary")) or st.toggle("Turn to them first", key=f"{key}-first")
        with st.container(horizontal=True, gap="small"):
            label = "Save person" if person else "Add person"
            pressed = st.button(label, type="primary", icon=":material/check:", key="save-person")
            st.button("Cancel", type="tertiary", key="cancel-person", on_click=_open, args=(None,))
    if not pressed:
        return
    new = NewPerson(
        name, job or None, role, channel, notes or None, first,
        [NewPhone(*one) for one in phones], [NewEmail(*one) for one in emails], start["id"],
    )  # fmt: skip
    with saving(shop.who, "Person saved") as gate:
        if person is None:
            contact_people.add(gate, customer["id"], new)
        else:
            contact_people.change(gate, person["id"], new, seen_at=start["updated_at"])
    if gate.saved:
        _open(None)
        st.rerun()


def _number(number: str, shop: ShopSession) -> str:
    return words.phone(number, shop.shop.region)


def _choice(label: str, known: Mapping[str, str], before: str | None, key: str) -> str | None:
    keys = list(known)
    return st.selectbox(
        label, keys, index=keys.index(before) if before is not None and before in known else None, key=key,
        format_func=known.__getitem__, placeholder="Not said",
    )  # fmt: skip


def _rows(
    key: str, what: str, before: list[dict[str, Any]], kinds: Mapping[str, str], shown: Any
) -> list[tuple[str, str, bool, bool]]:
    """Numbers or addresses, each with its kind and whether it was verified, and one field more than there are."""
    label = {"number": "Phone", "address": "E-mail"}[what]
    known: list[dict[str, Any]] = [*before, {}]  # the primary one is the first of those on file
    while st.session_state.get(f"{key}-{what}-{len(known) - 1}"):
        known.append({})  # as soon as the last one is filled in, there is another
    given = []
    for place, one in enumerate(known):
        field = f"{key}-{what}-{place}"
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=f"{field}-row"):
            value = st.text_input(
                label if place == 0 else f"{label} {place + 1}", shown(one[what]) if one else "", key=field, width=230,
                autocomplete="off", placeholder="" if place == 0 else "One more",
            )  # fmt: skip
            if not value.strip():
                continue
            kind = st.selectbox(
                "Kind", list(kinds), index=list(kinds).index(one["kind"]) if one else 0, key=f"{field}-kind",
                format_func=kinds.__getitem__, width=130,
            )  # fmt: skip
            verified = st.checkbox("Verified", bool(one and one["is_verified"]), key=f"{field}-verified")
        given.append((value, kind, verified))
    primary = 0
    if len(given) > 1:
        values = [value for value, _, _ in given]
        chosen = st.selectbox(f"Primary {label.lower()}", values, key=f"{key}-{what}-primary", width=230)
        primary = values.index(chosen or values[0])
    return [(value, kind, place == primary, verified) for place, (value, kind, verified) in enumerate(given)]
