"""Recording a visit: of the customer the address names, or of whoever is found or new; or changing one on file."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping
from streamlit.delta_generator import DeltaGenerator

from crmcore import customers, visits
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import NotFound
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.buyer import Buyer, choose_buyer, name_of
from dashboard.parts.layout import empty_state, note, page_head
from dashboard.parts.receipt import selling_look
from dashboard.parts.saving import saving, say
from dashboard.parts.session import require
from dashboard.parts.visit_form import WIDTH, Draft, earlier_visits, what_happened, what_saving_does
from dashboard.parts.words import escape

_AGAIN = "again"  # in the address of a visit that was opened because the customer came a second time that day


def page() -> None:
    who = require("record visits", "visits")
    selling_look()
    first: UUID | None = None
    pressed = False
    with shop_session(who) as shop:
        try:
            draft = _draft(shop)
            named = _customer_of(draft, shop)
        except NotFound:
            _not_on_file()
            return
        if named is not None:
            _way_back(named, shop)
        page_head(_title(draft), _caption(draft, named, shop))
        with st.container(width=WIDTH):
            customer = named or choose_buyer(draft.key, draft.buyer, shop, "visit")
            if customer is not None and draft.visit is None and draft.shown_for != customer["id"]:
                today = visits.of_day(shop, customer["id"], shop.today)
                first = today["id"] if today else None
            if not draft.buyer.is_known:
                note("Ask for the phone number: it finds them the next time, however they spell their name.")
            elif first is None:
                pressed, messages = _form(draft, customer, shop)
    if first is not None:
        st.session_state.pop(_key(st.query_params.get("customer"), who.shop.id), None)
        _open(first)
    if pressed:
        with messages:
            _record(who, draft)


def _form(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> tuple[bool, DeltaGenerator]:
    """The form and its buttons; return whether it is to be saved, and where to say what went wrong."""
    if draft.visit is not None and _AGAIN in st.query_params:
        _was_here_already(draft.visit, shop)
    if customer is not None:
        draft.shown_for = customer["id"]
        earlier_visits(draft, customer, shop)
    what_happened(draft, customer, shop)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Save changes" if draft.visit and _AGAIN not in st.query_params else "Save visit"
        pressed = st.button(label, type="primary", icon=":material/check:", width="stretch", key="save-visit")
        if st.button("Cancel", type="tertiary", key="cancel-visit"):
            _leave(draft, customer)
    messages = st.container()
    what_saving_does(draft, customer, shop)
    return pressed, messages


def _draft(shop: ShopSession) -> Draft:
    """What was written so far in this tab, of the visit or customer in the address, or of whoever is chosen here.

    Raises NotFound for a visit that is not on file.
    """
    asked = st.query_params
    key = _key(asked.get("id") or asked.get("customer"), shop.id)
    draft: Draft | None = st.session_state.get(key)
    if draft is None:
        draft = Draft(handled_by=shop.who.staff_id)
        if "id" in asked:
            draft.fill(visits.get(shop, _uuid(asked["id"])), shop)
        elif "customer" in asked:
            draft.buyer = Buyer(customer_id=_uuid(asked["customer"]))
        st.session_state[key] = draft
    return draft


def _key(of_what: object, shop_id: UUID) -> str:
    return f"visit-draft-{of_what or 'anybody'}-{shop_id}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This is not on file in your shop any more.") from None


def _customer_of(draft: Draft, shop: ShopSession) -> RowMapping | None:
    """The customer the address names, by their id or by their visit. Raises NotFound, for one who was hidden too."""
    if draft.visit is None and "customer" not in st.query_params:
        return None
    assert draft.buyer.customer_id is not None
    customer = customers.get(shop, draft.buyer.customer_id)
    if customer["hidden_at"] is not None:
        raise NotFound("This customer was hidden.")
    return customer


def _way_back(customer: RowMapping, shop: ShopSession) -> None:
    with st.container(key="back-link"):
        st.page_link(
            to("customer"),
            label=escape(name_of(customer, shop.shop.region)),
            icon=":material/arrow_back:",
            query_params={"id": str(customer["id"])},
        )


def _title(draft: Draft) -> str:
    return "Record visit" if draft.visit is None or _AGAIN in st.query_params else "Change visit"


def _caption(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> str:
    """Anita Deshpande · Fri 20 Nov, 5:30 pm · you, Ravi Kale."""
    moment = draft.visit["visited_at"] if draft.visit else shop.now
    when = f"{words.weekday(moment.astimezone(shop.zone).date(), shop.today)}, {words.time(moment, shop.shop)}"
    told = [name_of(customer, shop.shop.region) if customer else "", when, f"you, {shop.who.name}"]
    return " · ".join(filter(None, told[: 2 if draft.visit else 3]))


def _was_here_already(visit: RowMapping, shop: ShopSession) -> None:
    at = words.time(visit["visited_at"], shop.shop)
    by = f", with {visit['handled_by_name']}" if visit["handled_by_name"] else ""
    st.info(
        f"They were here today already, at {escape(at + by)}. It counts as one visit: add to it what is new.",
        icon=":material/history:",
    )


def _record(who: Who, draft: Draft) -> None:
    if draft.visit is not None:
        _change(who, draft)
        return
    with saving(who) as shop:
        customer_id = draft.buyer.customer_id or customers.find_or_create(shop, draft.buyer.fields)[0]
        recorded = visits.record(shop, draft.as_visit(customer_id, shop))
    if not shop.saved:
        return
    st.session_state.pop(_key(st.query_params.get("customer"), who.shop.id), None)
    if recorded.is_new:
        say("Visit recorded")
        st.switch_page(to("customer"), query_params={"id": str(customer_id)})
    _carry_over(who, draft, recorded.visit_id)
    _open(recorded.visit_id)


def _change(who: Who, draft: Draft) -> None:
    assert draft.visit is not None
    with saving(who, "Visit saved", alone=True) as shop:
        visits.change(shop, draft.visit["id"], draft.as_change(shop), seen_at=draft.visit["updated_at"])
    if shop.saved:
        _forget(draft.visit["id"], who.shop.id)
        st.switch_page(to("customer"), query_params={"id": str(draft.visit["customer_id"])})
    st.button(
        "Show what it says now", icon=":material/refresh:", on_click=_forget, args=(draft.visit["id"], who.shop.id)
    )


def _carry_over(who: Who, draft: Draft, visit_id: UUID) -> None:
    """Somebody recorded a visit of that day meanwhile: what was noted here goes into its form, to be looked at."""
    with shop_session(who) as shop:
        theirs = Draft()
        theirs.fill(visits.get(shop, visit_id), shop)
    theirs.notes = "\n".join(filter(None, [theirs.notes, draft.notes.strip()]))
    theirs.follows_up, theirs.answers = draft.follows_up, draft.answers
    theirs.follow_up_on, theirs.follow_up_by = draft.follow_up_on, draft.follow_up_by
    theirs.follow_up_about = draft.follow_up_about
    st.session_state[_key(visit_id, who.shop.id)] = theirs


def _open(visit_id: UUID) -> None:
    st.switch_page(to("visit"), query_params={"id": str(visit_id), _AGAIN: "yes"})


def _leave(draft: Draft, customer: RowMapping | None) -> None:
    of_what = draft.visit["id"] if draft.visit else st.query_params.get("customer")
    for key in [key for key in st.session_state if str(key).startswith(f"visit-draft-{of_what or 'anybody'}-")]:
        del st.session_state[key]
    if customer is None:
        st.switch_page(to("home"))
    st.switch_page(to("customer"), query_params={"id": str(customer["id"])})


def _forget(visit_id: UUID, shop_id: UUID) -> None:
    st.session_state.pop(_key(visit_id, shop_id), None)


def _not_on_file() -> None:
    empty_state(
        ":material/person_off:",
        "This is not on file",
        "The visit was removed, or the customer hidden.",
        "Record another visit",
        to="visit",
    )
