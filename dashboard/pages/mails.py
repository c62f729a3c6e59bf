"""E-mails that came in as files: taken in here, and those of nobody on file sorted by hand."""

from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import customer_list, mail_in
from crmcore.database.gate import ShopSession, Who, shop_session
from dashboard.parts.buyer import name_of
from dashboard.parts.layout import empty_state, note, page_head, section
from dashboard.parts.mails import upload, upload_round, what_became_of
from dashboard.parts.saving import saving, say
from dashboard.parts.session import require
from dashboard.parts.words import escape, moment, several

_MOST_FOUND = 6


def page() -> None:
    who = require("sort e-mails")
    with shop_session(who) as shop:
        address, waiting, in_all = mail_in.address(shop), mail_in.waiting(shop), mail_in.how_many_wait(shop)
        page_head("E-mails", "Put with whoever they are exchanged with")
        _how(who, address)
        section("Waiting", f"{several(in_all, 'e-mail')} of nobody on file" if waiting else "")
        for mail in waiting:
            _waiting(mail, shop)
        if in_all > len(waiting):
            note(f"The newest {len(waiting)}. Sort some, and the next ones show.")
        if not waiting:
            empty_state(
                ":material/mark_email_read:", "Every e-mail has found its place",
                "What comes in from an address that nobody on file has, or several have, waits here.",
            )  # fmt: skip


def _how(who: Who, address: str | None) -> None:
    told = (
        f"Put **{escape(address)}** in BCC when you write to customers, and pass on to it what they write."
        if (address)
        else "Save e-mails from your mail program as .eml files and take them in here."
    )
    st.markdown(told)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover("Take e-mails in", icon=":material/upload_file:", key=f"mail-upload-{upload_round('mails')}"):
            upload(who, "mails")
        if who.may("manage settings"):
            with st.popover("BCC address", icon=":material/alternate_email:", type="tertiary", key="mail-address"):
                _change_address(who, address)


def _change_address(who: Who, address: str | None) -> None:
    note("Your mail server must hand what comes to this address to Regulars: docs/running.md says how.")
    with st.form("mail-address-form", border=False):
        typed = st.text_input("Address for BCC", address or "", placeholder="crm@shop.example.org")
        pressed = st.form_submit_button("Save address")
    if pressed:
        with saving(who, "Address saved") as shop:
            mail_in.change_address(shop, typed)
        if shop.saved:
            st.rerun()


def _waiting(mail: dict[str, Any], shop: ShopSession) -> None:
    key = str(mail["id"])
    sender = mail["sender_name"] or mail["sender_address"] or "Somebody"
    sent = moment(mail["sent_at"], shop.shop, shop.today) if mail["sent_at"] else None
    about = " · ".join(filter(None, [mail["sender_address"], sent]))
    with st.container(border=True, gap="xsmall", key=f"mail-{key}"):
        st.markdown(
            f":material/mail: **{escape(mail['subject'] or 'Without a subject')}**  \n"
            f"{escape(sender)} :gray[:small[{escape(about)}]]"
        )
        with st.container(horizontal=True, gap="small", key=f"mail-actions-{key}"):
            for one in mail["could_be"]:
                whose = {"customer_id": one["customer_id"], "lead_id": one["lead_id"]}
                st.button(
                    f"With {escape(one['name'])}", key=f"mail-{key}-{one['customer_id'] or one['lead_id']}",
                    icon=":material/person:", on_click=_file, args=(shop.who, mail["id"], whose),
                )  # fmt: skip
            with st.popover(
                "Somebody else" if mail["could_be"] else "Say whose it is", type="tertiary", key=f"mail-else-{key}"
            ):
                _find(mail, shop)
            st.button(
                "Drop", type="tertiary", icon=":material/delete:", key=f"mail-drop-{key}", on_click=_drop,
                args=(shop.who, mail["id"]), help="It is no customer's: forget it",
            )  # fmt: skip


def _find(mail: dict[str, Any], shop: ShopSession) -> None:
    typed = st.text_input("Whose is it?", key=f"mail-find-{mail['id']}", placeholder="Name or phone").strip()
    if not typed:
        return
    for person in customer_list.search(shop, typed, _MOST_FOUND):
        st.button(
            escape(name_of(person, shop.shop.region)), key=f"mail-{mail['id']}-found-{person['id']}",
            on_click=_file, args=(shop.who, mail["id"], {"customer_id": person["id"]}), width="stretch",
        )  # fmt: skip


def _file(who: Who, mail_id: UUID, whose: dict[str, UUID | None]) -> None:
    with saving(who) as shop:
        filed = mail_in.file_with(shop, mail_id, **whose)
    if shop.saved:
        say(what_became_of(filed))


def _drop(who: Who, mail_id: UUID) -> None:
    with saving(who, "E-mail dropped") as shop:
        mail_in.drop_waiting(shop, mail_id)
