"""One person of the team: giving them a sign-in, changing what they may do, switching the account off."""

from uuid import UUID

import streamlit as st

from crmcore import people
from crmcore.database.gate import STAFF, Who, shop_session
from crmcore.errors import NotFound
from crmcore.people import Member, NewMember
from dashboard.navigation import to
from dashboard.parts.layout import back_link, note, page_head, section
from dashboard.parts.saving import complain, saving, say
from dashboard.parts.session import require
from dashboard.parts.words import ROLES, escape

_MAY = {
    "owner": "Everything, the team and the settings included",
    "manager": "Sees the figures, changes orders, imports and exports; does not change the team or settings",
    "staff": "Finds customers and sells; sees no figures of the shop",
}
FORM_WIDTH = 640


def page() -> None:
    who = require("manage team")
    back_link("team", "Team")
    asked = st.query_params.get("id")
    if asked is None:
        _add(who)
        return
    try:
        with shop_session(who) as shop:
            member = people.member(shop, UUID(asked))
    except (NotFound, ValueError):
        complain(NotFound("This person is not in your team any more."))
        return
    signs_in = f"Signs in as {member.login}" if member.login else "Can’t sign in yet"
    page_head(member.name, signs_in + ("" if member.is_active else " · account switched off"))
    _change(who, member)
    if member.login:
        _new_password(who, member)
    else:
        _first_sign_in(who, member)
    _access(who, member)


def _add(who: Who) -> None:
    page_head("Add a person", "Everyone signs in with their own name, so you see who served whom")
    with st.form("add", width=FORM_WIDTH):
        name = st.text_input("Name", autocomplete="off", max_chars=200)
        login, password = _sign_in_fields()
        role, sells, medical = _rights()
        pressed = st.form_submit_button("Add to the team", type="primary", icon=":material/person_add:")
    note("They can sign in right away. You can switch the account off at any time.")
    if pressed:
        new = NewMember(login, name, role, password, sells=sells, medical=medical)
        with saving(who) as shop:
            people.add_member(shop, new)
        if shop.saved:
            say(f"{new.name.strip()} can sign in as {new.login}")
            st.switch_page(to("team"))


def _change(who: Who, member: Member) -> None:
    with st.form("change", width=FORM_WIDTH):
        name = st.text_input("Name", member.name, autocomplete="off", max_chars=200)
        role, sells, medical = _rights(member)
        pressed = st.form_submit_button("Save changes", type="primary")
    if pressed:
        with saving(who, "Changes saved", alone=True) as shop:
            people.change_member(
                shop,
                member.staff_id,
                name=name,
                role=role,
                sells=sells,
                medical=medical,
                is_active=member.is_active,
            )
        if shop.saved:
            st.rerun()


def _rights(member: Member | None = None) -> tuple[str, bool, bool]:
    """The fields for what someone may do: role, sells, medical."""
    role = st.radio(
        "Role",
        list(ROLES),
        index=list(ROLES).index(member.role if member else STAFF),
        format_func=ROLES.__getitem__,
        captions=[_MAY[role] for role in ROLES],
    )
    sells = st.toggle("Sells: can be named as the sales rep of a sale", value=member.sells if member else True)
    medical = st.toggle("May read health notes of customers", value=bool(member and member.medical))
    return str(role), sells, medical


def _new_password(who: Who, member: Member) -> None:
    if member.staff_id == who.staff_id:
        return
    section("Password", f"If {member.name} has forgotten it, set a new one and tell it to them")
    with st.form("password", width=FORM_WIDTH, clear_on_submit=True):
        password = st.text_input(
            "New password", type="password", autocomplete="new-password", help="At least 8 characters"
        )
        pressed = st.form_submit_button("Set this password")
    note(f"{member.name} is signed out on every device and signs in with the new one.")
    if pressed:
        with saving(who, f"{member.name} has a new password") as shop:
            people.set_password(shop, member.staff_id, password)


def _first_sign_in(who: Who, member: Member) -> None:
    section("Sign-in", f"{member.name} came with a file. With a sign-in, all that is theirs there is theirs here")
    with st.form("sign-in", width=FORM_WIDTH):
        login, password = _sign_in_fields()
        pressed = st.form_submit_button("Let them sign in", type="primary", icon=":material/key:")
    if pressed:
        with saving(who, f"{member.name} can sign in as {login}") as shop:
            people.give_sign_in(shop, member.staff_id, login, password)
        if shop.saved:
            st.rerun()


def _sign_in_fields() -> tuple[str, str]:
    """The fields for a first sign-in: the name as it is kept, the password."""
    login = st.text_input(
        "Sign-in name",
        autocomplete="off",
        max_chars=100,
        help="Small letters, digits and . _ - @ +, without spaces",
    )
    password = st.text_input(
        "First password",
        type="password",
        autocomplete="new-password",
        help="At least 8 characters. Tell it to them; they can change it under “Your account”.",
    )
    return login.strip().lower(), password


def _access(who: Who, member: Member) -> None:
    if member.staff_id == who.staff_id:
        return
    section("Account")
    if member.is_active:
        st.markdown(
            f":gray[Switched off, {escape(member.name)} is signed out everywhere at once and can't sign in. "
            "Everything they did stays on record, and you can switch the account on again.]",
            width=FORM_WIDTH,
        )
        pressed = st.button(f"Switch off {escape(member.name)}’s account", icon=":material/block:", key="switch")
    else:
        pressed = st.button(f"Switch on {escape(member.name)}’s account", icon=":material/check:", key="switch")
    if pressed:
        done = f"{member.name}’s account is switched {'off' if member.is_active else 'on'}"
        with saving(who, done, alone=True) as shop:
            people.change_member(
                shop,
                member.staff_id,
                name=member.name,
                role=member.role,
                sells=member.sells,
                medical=member.medical,
                is_active=not member.is_active,
            )
        if shop.saved:
            st.rerun()
