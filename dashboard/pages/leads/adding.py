"""Writing a lead down: who it is, where they came from, and who is on file already, said before it is saved."""

from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import leads, people
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.leads import BY_HAND, NEW, QUALITIES, STATUSES, Duplicate, NewLead, duplicates
from dashboard.navigation import to
from dashboard.parts.layout import back_link, note, page_head
from dashboard.parts.older import forget
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

WIDTH = 640
_FORM = "new-lead"


def add_form(shop: ShopSession) -> UUID | None:
    """The form; return the lead that was saved."""
    back_link("leads", "All leads")
    page_head("Add lead", "Whatever you know: a name, a company, a number or an address is enough")
    with st.container(width=WIDTH):
        given = _fields(shop)
        same = _on_file_already(shop, given)
        twin = any(one.is_same for one in same)
        with st.container(horizontal=True):
            pressed = st.button(
                "Save, it is somebody else" if twin else "Save lead",
                type="secondary" if twin else "primary",
                icon=":material/check:",
                key="save-lead",
            )
            st.button("Cancel", type="tertiary", on_click=_leave, key="cancel-lead")
        note("It goes to whom your shop gives new leads; staff keep those they write down.")
    if not pressed:
        return None
    new = NewLead(**given, id=st.session_state.setdefault(f"{_FORM}-id", new_id()))
    with saving(shop.who, "Lead saved") as gate:
        lead_id = leads.record(gate, new, anyway=twin)
    if not gate.saved:
        return None
    _leave()
    return lead_id


def _fields(shop: ShopSession) -> dict[str, Any]:
    def text(key: str, label: str, **more: Any) -> str:
        return st.text_input(label, key=f"{_FORM}-{key}", max_chars=300, autocomplete="off", **more)

    given: dict[str, Any] = {"name": text("name", "Name")}
    given["company"] = text("company", "Company")
    with st.container(horizontal=True, gap="small"):
        given["phone"] = text("phone", "Phone")
        given["email"] = text("email", "E-mail")
    known = leads.sources(shop)
    given["source"] = st.selectbox(
        "Came from", known, index=None, accept_new_options=True, placeholder="Fair, website, who sent them …",
        key=f"{_FORM}-source",
    )  # fmt: skip
    given["quality"] = st.pills(
        "How warm", list(QUALITIES), format_func=QUALITIES.__getitem__, key=f"{_FORM}-quality"
    )
    given["notes"] = st.text_area("What they want", key=f"{_FORM}-notes", height=90)
    given["follow_up_on"] = st.date_input(
        "Next follow-up", None, min_value=shop.today, format="DD/MM/YYYY", key=f"{_FORM}-follow-up", width=200,
        help="It stands on My day of whoever has the lead",
    )  # fmt: skip
    with st.expander("Job, place, where it stands, who has it", key=f"{_FORM}-more"):
        given["job_title"] = text("job_title", "Job title")
        with st.container(horizontal=True, gap="small"):
            given["city"] = text("city", "City")
            given["postcode"] = text("postcode", "Postcode")
        given["website"] = text("website", "Website")
        given["ref"] = text("ref", "Reference", help="The number another program gave them, if there is one")
        given["created_on"] = _day(shop)
        given["status"] = st.pills(
            "Where it stands", list(BY_HAND), default=NEW, required=True, wrap=True, format_func=STATUSES.__getitem__,
            key=f"{_FORM}-status",
        )  # fmt: skip
        if shop.who.may("assign leads"):
            team = {one.staff_id: one.name for one in people.colleagues(shop) if one.is_active}
            given["assigned_to"] = st.selectbox(
                "Who has it", list(team), index=None, format_func=team.__getitem__, key=f"{_FORM}-assigned",
                placeholder="As your shop gives out new leads",
            )  # fmt: skip
    return given


def _day(shop: ShopSession) -> date:
    return st.date_input("Since", shop.today, max_value=shop.today, format="DD/MM/YYYY", key=f"{_FORM}-created")


def _on_file_already(shop: ShopSession, given: dict[str, Any]) -> list[Duplicate]:
    """Who has the same number, address or company, each with the way there. What can't be read is told on saving."""
    found: dict[tuple[str, UUID | None], Duplicate] = {}
    for field in ("phone", "email", "company"):
        try:
            for one in duplicates(shop, {field: given[field]}):
                found.setdefault((one.noun, one.id), one)
        except BadInput:
            continue
    if not found:
        return []
    with st.container(border=True, key="on-file-already"):
        st.markdown(":orange[:material/group:] **On file already**")
        for one in found.values():
            if one.id is None:
                st.markdown(escape(one))
            else:
                st.page_link(
                    to(one.noun), label=escape(one), icon=":material/arrow_forward:", query_params={"id": str(one.id)}
                )
    return list(found.values())


def _leave() -> None:
    forget(_FORM)
    st.query_params.pop("new", None)
