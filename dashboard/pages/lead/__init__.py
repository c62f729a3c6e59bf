"""One lead: how promising it is, what was said, what comes next, and the step to a customer."""

from collections.abc import Sequence
from urllib.parse import quote
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import follow_ups, interactions, leads, notes, phones, pipeline, tags
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import NotFound
from crmcore.leads import BY_HAND, CONVERTED, FIELDS, QUALITIES, STATUSES, rules
from dashboard.navigation import to
from dashboard.pages.lead.converting import convert_form
from dashboard.pages.lead.score import show_score
from dashboard.parts import talk_log, words, work
from dashboard.parts.assigning import give_to
from dashboard.parts.layout import Badge, back_link, badges, empty_state, facts, page_head, section
from dashboard.parts.lead_words import called, grade_badge, number, quality_badge, status_badge
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.tagging import tag_badge, tag_field
from dashboard.parts.words import escape


def page() -> None:
    who = require("see leads", "pipeline")
    work.look()
    leads_to = None
    with shop_session(who) as shop:
        try:
            lead = leads.get(shop, UUID(st.query_params.get("id", "")))
        except (ValueError, NotFound):
            _not_on_file()
            return
        back_link("leads", "All leads")
        own_tags = tags.of(shop, tags.LEAD, lead["id"])
        _head(lead, own_tags, shop)
        if st.query_params.get("convert") and leads.may_be_converted(lead):
            leads_to = convert_form(lead, shop)
        else:
            _record(lead, own_tags, shop)
    if leads_to is not None:
        st.switch_page(to("customer"), query_params={"id": str(leads_to)})


def _record(lead: RowMapping, own_tags: Sequence[RowMapping], shop: ShopSession) -> None:
    about = {"lead_id": lead["id"]}
    wide, narrow = st.columns([3, 2], gap="large")
    with wide:
        if lead["status"] == CONVERTED:
            _converted(lead, shop)
        _ways(lead, shop)
        talk_log.log_form(about, shop, _hint(lead))
        section("History")
        talk_log.show_notes(notes.of_lead(shop, lead["id"]), shop)
        shown = f"lead-{lead['id']}"
        rows = interactions.of_lead(shop, lead["id"], limit=talk_log.most_talk(shown) + 1)
        talk_log.show_talk(shown, rows, shop)
    with narrow:
        section("What to do next")
        talk_log.reminders(follow_ups.open_of_lead(shop, lead["id"]), shop)
        talk_log.reminder_form(about, shop)
        _deals(lead, shop)
        show_score(lead, shop)
        _about(lead, shop)
        if shop.who.may("edit leads"):
            tag_field(shop, tags.LEAD, lead["id"], own_tags)
        _happened(lead, shop)


def _head(lead: RowMapping, own_tags: Sequence[RowMapping], shop: ShopSession) -> None:
    told = [lead["company"] if lead["name"] else None, lead["job_title"], lead["source"] and f"from {lead['source']}"]
    told.append(f"since {words.day(lead['created_on'], shop.today)}")
    told.append(f"for {lead['assignee']}" if lead["assignee"] else "nobody has it yet")
    with page_head(called(lead, shop.who), " · ".join(part for part in told if part)):
        _actions(lead, shop)
    marks: list[Badge] = [status_badge(lead["status"]), grade_badge(rules.of_shop(shop).grade(lead["score"]))]
    badges([*marks, *quality_badge(lead["quality"]), *(tag_badge(tag) for tag in own_tags)])


def _actions(lead: RowMapping, shop: ShopSession) -> None:
    if not leads.may_be_converted(lead) or not shop.who.may("edit leads"):
        return
    was_converted = lead["status"] == CONVERTED
    if not st.query_params.get("convert"):
        label = "Put the customer on file" if was_converted else "Convert to customer"
        st.button(label, type="primary", icon=":material/person_add:", key="convert-lead", on_click=_ask)
    if was_converted:
        return
    with st.popover("Mark", icon=":material/flag:", key=f"mark-lead-{lead['updated_at']}"):
        status = st.pills(
            "Where it stands", list(BY_HAND), default=lead["status"], required=True, wrap=True,
            format_func=STATUSES.__getitem__, key=f"lead-status-{lead['updated_at']}",
        )  # fmt: skip
        why = st.text_input("Why, in a few words", max_chars=300, key=f"lead-why-{lead['updated_at']}")
        st.button("Save", key="save-mark", width="stretch", on_click=_mark, args=(shop.who, lead["id"], status, why))


def _hint(lead: RowMapping) -> str:
    if lead["status"] == "new":
        return "The first talk makes a new lead a contacted one"
    if lead["status"] == CONVERTED:
        return "What you write stays with the customer too"
    return ""


def _converted(lead: RowMapping, shop: ShopSession) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="converted"):
        said = f"Became a customer on {words.day(lead['converted_on'], shop.today)}."
        st.markdown(f":green[:material/check_circle:] {escape(said)}", width="stretch")
        if lead["customer_id"] is not None:
            st.page_link(
                to("customer"), label=escape(lead["customer_name"] or "The customer"), icon=":material/person:",
                query_params={"id": str(lead["customer_id"])},
            )  # fmt: skip


def _ways(lead: RowMapping, shop: ShopSession) -> None:
    """Calling, the chat, the mail: what this lead can be reached by."""
    phone, email = lead["phone"], lead["email"]
    if not phone and not email:
        return
    with st.container(horizontal=True, gap="small", key="lead-ways"):
        if phone:
            st.link_button(f"Call {number(lead, shop.who)}", f"tel:{phone}", icon=":material/call:", key="call-lead")
            if phones.can_be_texted(phone):
                address = phones.chat_address(phone)
                st.link_button("WhatsApp", address, icon=":material/chat:", key="chat-with-lead")
        if email:
            st.link_button("Write a mail", f"mailto:{quote(email)}", icon=":material/mail:", key="mail-lead")


def _deals(lead: RowMapping, shop: ShopSession) -> None:
    """The deals that came of it."""
    deals = pipeline.of_lead(shop, lead["id"])
    if not deals:
        return
    section("Deals")
    for deal in deals:
        value = "" if deal["value"] is None else f" · {words.money(deal['value'], shop.shop)}"
        st.page_link(
            to("opportunity"), label=escape(deal["name"] + value), icon=":material/handshake:",
            query_params={"id": str(deal["id"])},
        )  # fmt: skip


def _about(lead: RowMapping, shop: ShopSession) -> None:
    section("About them")
    told = {
        **{FIELDS[key]: lead[key] for key in ("company", "job_title")},
        "Phone": lead["phone"] and number(lead, shop.who),
        **{FIELDS[key]: lead[key] for key in ("email", "website", "city", "postcode", "source")},
        "Territory": lead["territory"],
        "Reference": lead["ref"],
        "From a file": lead["file_name"],
        "Notes": lead["notes"],
    }
    facts([(label, value) for label, value in told.items() if value])
    with st.container(horizontal=True, gap="small"):
        _change(lead, shop)
        if shop.who.may("assign leads"):
            give_to(lead, shop, "Who has it", leads.give)
        elif lead["assigned_to"] is None and shop.who.staff_id is not None:
            st.button(
                "Take it", icon=":material/back_hand:", type="tertiary", key="take-lead", on_click=_take,
                args=(shop.who, lead["id"]),
            )  # fmt: skip


def _change(lead: RowMapping, shop: ShopSession) -> None:
    if not shop.who.may("edit leads"):
        return
    key = f"change-lead-{lead['updated_at']}"
    with st.popover("Change", icon=":material/edit:", type="tertiary", key=key):
        given = {
            field: st.text_input(FIELDS[field], lead[field] or "", max_chars=300, key=f"{key}-{field}")
            for field in ("name", "company", "job_title", "phone", "email", "website", "city", "postcode", "ref")
        }
        known = leads.sources(shop)
        mine = [lead["source"]] if lead["source"] and lead["source"] not in known else []
        offered = [*mine, *known]
        given["source"] = st.selectbox(
            FIELDS["source"], offered, index=offered.index(lead["source"]) if lead["source"] else None,
            accept_new_options=True, key=f"{key}-source",
        )  # fmt: skip
        given["quality"] = st.pills(
            FIELDS["quality"], list(QUALITIES), default=lead["quality"], format_func=QUALITIES.__getitem__,
            key=f"{key}-quality",
        )  # fmt: skip
        given["notes"] = st.text_area(FIELDS["notes"], lead["notes"] or "", key=f"{key}-notes")
        if not st.button("Save changes", key=f"{key}-save", width="stretch"):
            return
    if given["phone"].strip() == (lead["phone"] or ""):
        del given["phone"]  # as it is kept, not as somebody typed it
    with saving(shop.who, "Changes saved") as gate:
        leads.change(gate, lead["id"], given, seen_at=lead["updated_at"])
    if gate.saved:
        st.rerun()


def _happened(lead: RowMapping, shop: ShopSession) -> None:
    """What was changed about the lead itself, by whom."""
    lines = leads.happened(shop, lead["id"], limit=20)
    if not lines:
        return
    with st.expander(f":gray[{words.several(len(lines), 'change')} on the record]", key="lead-record"):
        for line in lines:
            when = words.moment(line["at"], shop.shop, shop.today)
            why = f": {line['detail']['why']}" if line["detail"].get("why") else ""
            told = f"{_said(line)}{why} · {when} · {line['staff_name'] or line['via']}"
            st.markdown(f":gray[:small[{escape(told)}]]")


def _said(line: RowMapping) -> str:
    status = (line["detail"].get("after") or {}).get("status")
    if line["what"] in ("lead marked", "lead converted") and status:
        return f"Marked {STATUSES[status].lower()}" if status != CONVERTED else "Converted"
    return str(line["what"]).capitalize()


def _ask() -> None:
    st.query_params["convert"] = "1"


def _mark(who: Who, lead_id: UUID, status: str, why: str) -> None:
    with saving(who, f"Marked: {STATUSES[status].lower()}") as shop:
        leads.mark(shop, lead_id, status, why=why)


def _take(who: Who, lead_id: UUID) -> None:
    with saving(who, "It is yours now") as shop:
        leads.take(shop, lead_id)


def _not_on_file() -> None:
    empty_state(
        ":material/person_search:",
        "This lead is not on file",
        "It may have gone with its import, or be a colleague's.",
        "All leads",
        to="leads",
    )
