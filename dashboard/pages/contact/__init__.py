"""One contact: a way to reach them, what was said, what to do next, and the next contact one press away."""

from pathlib import Path
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import contacts
from crmcore.contacts import CONVERTED, STATUSES, WHATSAPP, YELLOW, reaching
from crmcore.contacts.reading import reminders
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import NotFound
from dashboard.navigation import to
from dashboard.pages.contact.history import show_history
from dashboard.pages.contact.log import log_form
from dashboard.parts import talk_log, words, work
from dashboard.parts.assigning import give_to
from dashboard.parts.contact_words import called, kind_badge, number, status_badge
from dashboard.parts.layout import Badge, back_link, badges, empty_state, facts, note, page_head, section
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import escape

_LOOK = Path(__file__).resolve().parents[2] / "look" / "contacts.css"


def page() -> None:
    who = require("see contacts", "contacts")
    st.html(_LOOK)
    work.look()
    with shop_session(who) as shop:
        try:
            contact = contacts.get(shop, UUID(st.query_params.get("id", "")))
        except (ValueError, NotFound):
            _not_on_file()
            return
        back_link("contacts", "All contacts")
        _head(contact, shop)
        wide, narrow = st.columns([3, 2], gap="large")
        with wide:
            if contact["status"] == CONVERTED:
                _converted(contact, shop)
            _ways(contact, shop)
            log_form(contact, shop)
        with narrow:
            _what_to_do(contact, shop)
            _about(contact, shop)
            show_history(contact, shop)


def _head(contact: RowMapping, shop: ShopSession) -> None:
    told = [contact["file_name"] or "Added by hand", f"on file since {words.day(contact['uploaded_on'], shop.today)}"]
    told.append(f"for {contact['assignee']}" if contact["assignee"] else "nobody has them yet")
    with page_head(called(contact, shop.who), " · ".join(told)):
        _next(contact, shop)
    marks: list[Badge] = [status_badge(contact["status"])]
    if kind := kind_badge(contact):
        marks.append(kind)
    if contact["whatsapp"] != "unknown":
        colour = "green" if contact["whatsapp"] == "active" else "gray"
        marks.append((WHATSAPP[contact["whatsapp"]], colour, ":material/chat:"))
    badges(marks)


def _next(contact: RowMapping, shop: ShopSession) -> None:
    """The next of one's own to call; the filled button once this one was called."""
    following = contacts.next_of(shop, shop.who.staff_id, after=contact["id"])
    if following is None:
        return
    left = contacts.open_of(shop, shop.who.staff_id)
    st.button(
        f"Next contact · {words.count(left)}",
        type="secondary" if contact["status"] == "pending" else "primary",
        icon=":material/arrow_forward:",
        key="next-contact",
        on_click=_go_to,
        args=(following,),
    )


def _go_to(contact_id: UUID) -> None:
    st.query_params["id"] = str(contact_id)


def _ways(contact: RowMapping, shop: ShopSession) -> None:
    """Calling, and the chat with its text ready, or why there is none."""
    ways = reaching.reach(shop, contact)
    pending = contact["status"] == "pending"
    with st.container(horizontal=True, gap="small", key="contact-ways"):
        st.link_button(
            f"Call {number(contact, shop.who)}", ways.call, icon=":material/call:",
            type="primary" if pending else "secondary", key="call-contact",
        )  # fmt: skip
        if ways.chat is not None:
            st.link_button("Open WhatsApp", ways.chat, icon=":material/chat:", key="chat-with-contact")
    if ways.refusal:
        note(ways.refusal)
    else:
        with st.expander(f":gray[WhatsApp opens with: {escape(ways.text[:60])}…]", type="compact"):
            st.text(ways.text)


def _converted(contact: RowMapping, shop: ShopSession) -> None:
    day = words.day(contact["converted_on"], shop.today)
    amount = "" if contact["value"] is None else f" for {words.money(contact['value'], shop.shop)}"
    said = f"Bought on {day}{amount}."
    if contact["value"] is None:
        said += " That order counts no more: it was cancelled, or is somebody else's by now."
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="converted"):
        st.markdown(f":green[:material/check_circle:] {escape(said)}", width="stretch")
        st.page_link(
            to("order"), label=f"Order {escape(contact['order_number'] or '')}", icon=":material/receipt:",
            query_params={"id": str(contact["converted_order_id"])},
        )  # fmt: skip


def _what_to_do(contact: RowMapping, shop: ShopSession) -> None:
    """Reminders, and the mark for who came by without buying."""
    section("What to do next")
    talk_log.reminders(reminders(shop, contact["id"]), shop)
    talk_log.reminder_form({"contact_id": contact["id"]}, shop)
    status = contact["status"]
    if status == CONVERTED:
        return
    if status == YELLOW:
        st.button(
            "They did not come by after all", type="tertiary", icon=":material/undo:", key="unmark",
            on_click=_unmark, args=(shop.who, contact["id"]),
        )  # fmt: skip
    else:
        st.button(
            STATUSES[YELLOW], icon=":material/do_not_disturb_on:", key="mark-did-not-buy",
            on_click=_mark, args=(shop.who, contact["id"]),
            help="They came to the shop and left without buying. Once they buy after all, they are converted.",
        )  # fmt: skip


def _about(contact: RowMapping, shop: ShopSession) -> None:
    pairs = [("Phone", number(contact, shop.who))]
    if contact["other_phones"]:
        pairs.append(("Others", ", ".join(words.phone(one, shop.shop.region) for one in contact["other_phones"])))
    if contact["phone_typed"] and len(contact["other_phones"]):
        pairs.append(("As written", contact["phone_typed"]))
    pairs += [
        (label, value)
        for label, value in (
            ("E-mail", contact["email"]),
            ("Notes", contact["notes"]),
            ("Tags", ", ".join(contact["tags"])),
            ("WhatsApp", WHATSAPP[contact["whatsapp"]]),
        )
        if value
    ]
    section("About them")
    facts(pairs)
    if contact["customer_id"] is not None:
        st.page_link(
            to("customer"), label=f"Customer: {escape(contact['customer_name'] or number(contact, shop.who))}",
            icon=":material/person:", query_params={"id": str(contact["customer_id"])},
        )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        _change(contact, shop)
        if shop.who.may("assign contacts"):
            give_to(contact, shop, "Who calls them", contacts.give)


def _change(contact: RowMapping, shop: ShopSession) -> None:
    key = f"change-contact-{contact['updated_at']}"
    with st.popover("Change", icon=":material/edit:", type="tertiary", key=key):
        given = {
            "name": st.text_input("Name", contact["name"] or "", max_chars=300, key=f"{key}-name"),
            "phone": st.text_input("Phone", contact["phone"], key=f"{key}-phone"),
            "other_phones": st.text_input("Other phones", " / ".join(contact["other_phones"]), key=f"{key}-others"),
            "email": st.text_input("E-mail", contact["email"] or "", key=f"{key}-email"),
            "whatsapp": st.segmented_control(
                "WhatsApp", list(WHATSAPP), default=contact["whatsapp"], required=True, key=f"{key}-whatsapp",
                format_func=WHATSAPP.__getitem__, wrap=True,
            ),
            "notes": st.text_area("Notes", contact["notes"] or "", key=f"{key}-notes"),
        }  # fmt: skip
        note("WhatsApp is what you found out: nobody guesses it.", 280)
        if not st.button("Save changes", key=f"{key}-save", width="stretch"):
            return
    if given["phone"].strip() == contact["phone"]:
        del given["phone"]
    with saving(shop.who, "Changes saved") as gate:
        contacts.change(gate, contact["id"], given, seen_at=contact["updated_at"])
    if gate.saved:
        st.rerun()


def _mark(who: Who, contact_id: UUID) -> None:
    with saving(who, f"Marked: {STATUSES[YELLOW].lower()}") as shop:
        contacts.did_not_buy(shop, contact_id)


def _unmark(who: Who, contact_id: UUID) -> None:
    with saving(who, "Mark taken away") as shop:
        contacts.take_back_did_not_buy(shop, contact_id)


def _not_on_file() -> None:
    empty_state(
        ":material/person_search:",
        "This contact is not on file",
        "It may have gone with its upload, or be a colleague's.",
        "All contacts",
        to="contacts",
    )
