"""Writing an opportunity down, and changing it."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import companies, contact_people, customer_search, customers, people, pipeline, reps
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import NotFound
from crmcore.leads import territories
from crmcore.pipeline import KINDS, NewOpportunity, board, stages
from dashboard.navigation import to
from dashboard.parts.buyer import name_of
from dashboard.parts.layout import note, page_head, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_WIDTH = 640


def add(who: Who) -> None:
    page_head("New opportunity", "A deal you hope for. All but the name can wait.")
    with shop_session(who) as shop:
        customer_id, company = _choose_customer(shop)
        with st.container(width=_WIDTH):
            given = _fields({}, shop, customer_id)
            open_ones = {one["id"]: one for one in stages.listed(shop) if one["outcome"] is None}
            stage_id = st.pills(
                "Stage", list(open_ones), default=next(iter(open_ones), None), required=True, wrap=True,
                format_func=lambda one: str(open_ones[one]["name"]), key="new-deal-stage",
            )  # fmt: skip
            with st.container(horizontal=True, gap="small"):
                pressed = st.button("Save opportunity", type="primary", icon=":material/check:", key="save-deal")
                if st.button("Cancel", type="tertiary", key="cancel-deal"):
                    st.switch_page(to("pipeline"))
    if not pressed:
        return
    with saving(who, "Opportunity saved") as gate:
        if company:
            customer_id, _ = companies.find_or_create(gate, company)
        given["name"] = given["name"] or company or _name(gate, customer_id)
        deal_id = pipeline.create(gate, NewOpportunity(customer_id=customer_id, stage_id=stage_id, **given))
    if gate.saved:
        for key in ("deal-customer", "deal-company", "deal-find"):
            st.session_state.pop(key, None)
        st.switch_page(to("opportunity"), query_params={"id": str(deal_id)})


def edit(deal: RowMapping, shop: ShopSession) -> None:
    page_head(f"Edit {deal['name']}", deal["customer_name"] or "")
    st.session_state.setdefault("deal-customer", deal["customer_id"])
    customer_id, company = _choose_customer(shop)
    with st.container(width=_WIDTH):
        given = _fields(dict(deal), shop, customer_id)
        with st.container(horizontal=True, gap="small"):
            pressed = st.button("Save changes", type="primary", icon=":material/check:", key="save-deal")
            st.button("Cancel", type="tertiary", key="cancel-deal", on_click=_leave)
    if not pressed:
        return
    with saving(shop.who, "Changes saved") as gate:
        if company:
            customer_id, _ = companies.find_or_create(gate, company)
        pipeline.change(gate, deal["id"], {**given, "customer_id": customer_id}, seen_at=deal["updated_at"])
    if gate.saved:
        _leave()
        st.rerun()


def _leave() -> None:
    for key in ("deal-customer", "deal-company", "deal-find"):
        st.session_state.pop(key, None)
    st.query_params.pop("edit", None)


def _fields(deal: Mapping[str, Any], shop: ShopSession, customer_id: UUID | None) -> dict[str, Any]:
    """The fields; those few need stand in a part that opens."""
    key = f"deal-{deal['updated_at']}" if deal else "new-deal"
    given: dict[str, Any] = {
        "name": st.text_input(
            "What it is about", deal.get("name", ""), max_chars=300, key=f"{key}-name", autocomplete="off",
            placeholder="Forty desks for the new building",
        )
    }  # fmt: skip
    value, likely = st.columns(2)
    worth = value.number_input(
        f"Value in {shop.shop.currency}", 0.0, value=_float(deal.get("value")), step=1000.0, key=f"{key}-value",
        placeholder="Nobody knows yet",
    )  # fmt: skip
    given["value"] = None if worth is None else Decimal(str(worth))
    given["probability"] = likely.number_input(
        "Probability in percent", 0, 100, deal.get("probability"), step=5, key=f"{key}-likely",
        placeholder="The stage's",
    )  # fmt: skip
    expected, whose = st.columns(2)
    said = deal.get("expected_close_on")
    earliest, latest = deal.get("created_on", shop.today), shop.today + timedelta(days=3650)
    given["expected_close_on"] = expected.date_input(
        "Expected close", said, format="DD/MM/YYYY", key=f"{key}-expected",
        min_value=min(earliest, said or earliest), max_value=max(latest, said or latest),
    )  # fmt: skip
    before = deal.get("rep_id") if deal else shop.who.staff_id if shop.who.sells else None
    choices = reps.choices(shop, deal.get("rep_id"))
    if before is not None and before not in choices:
        choices[before] = {one.staff_id: one.name for one in people.colleagues(shop)}.get(before, "Somebody")
    given["rep_id"] = whose.selectbox(
        "Sales rep", list(choices), index=list(choices).index(before) if before in choices else 0,
        format_func=lambda one: "Nobody yet" if one is None else choices[one], key=f"{key}-rep",
    )  # fmt: skip
    given["next_step"] = st.text_input("Next step", deal.get("next_step") or "", max_chars=1000, key=f"{key}-step")
    with st.expander("More", key=f"{key}-more", expanded=False):
        given |= _more(deal, shop, customer_id, key)
    return given


def _more(deal: Mapping[str, Any], shop: ShopSession, customer_id: UUID | None, key: str) -> dict[str, Any]:
    kinds = list(dict.fromkeys([*KINDS, *([deal["kind"]] if deal.get("kind") else [])]))
    sources = list(dict.fromkeys([*board.sources(shop), *([deal["source"]] if deal.get("source") else [])]))
    given: dict[str, Any] = {
        "kind": st.selectbox(
            "Type", kinds, index=kinds.index(deal["kind"]) if deal.get("kind") else None, accept_new_options=True,
            key=f"{key}-kind", placeholder="Choose or write one",
        ),
        "source": st.selectbox(
            "Source", sources, index=sources.index(deal["source"]) if deal.get("source") else None,
            accept_new_options=True, key=f"{key}-source", placeholder="Choose or write one",
        ),
        "competitor": st.text_input("Competitor", deal.get("competitor") or "", max_chars=200, key=f"{key}-rival"),
    }  # fmt: skip
    there: dict[UUID | None, str] = {None: "–"}
    if customer_id is not None:
        there |= {one["id"]: one["name"] for one in contact_people.of_customer(shop, customer_id)}
    if len(there) > 1:
        person = deal.get("contact_person_id")
        given["contact_person_id"] = st.selectbox(
            "Contact person", list(there), index=list(there).index(person) if person in there else 0,
            format_func=there.__getitem__, key=f"{key}-person",
        )  # fmt: skip
    places: dict[UUID | None, str] = {None: "–", **{one["id"]: one["name"] for one in territories.all_of(shop)}}
    if len(places) > 1:
        place = deal.get("territory_id")
        given["territory_id"] = st.selectbox(
            "Territory", list(places), index=list(places).index(place) if place in places else 0,
            format_func=places.__getitem__, key=f"{key}-territory",
        )  # fmt: skip
    return given


def _choose_customer(shop: ShopSession) -> tuple[UUID | None, str]:
    """Somebody on file, found while typing; a new company by its name; or nobody yet: (id, new company's name)."""
    chosen = st.session_state.get("deal-customer") or _named_in_address()
    company = str(st.session_state.get("deal-company", ""))
    with st.container(border=True, width=_WIDTH, gap="xsmall", key="deal-buyer"):
        section("Customer")
        if chosen is not None or company:
            _chosen(shop, chosen, company)
            return (None, company) if company else (chosen, "")
        typed = st.text_input(
            "Customer", key="deal-find", type="search", live=True, placeholder="Name or phone number",
            label_visibility="collapsed", autocomplete="off",
        )  # fmt: skip
        if not typed.strip():
            note("Find somebody on file, or write the name of a new company. It can wait, too.")
            return None, ""
        for row in customer_search.search(shop, typed, limit=5):
            st.button(
                escape(name_of(row, shop.shop.region)), key=f"deal-is-{row['id']}", type="tertiary",
                icon=":material/person:", on_click=_take, args=("deal-customer", row["id"]),
            )  # fmt: skip
        st.button(
            f"New company “{escape(typed.strip())}”", key="deal-is-new", type="tertiary",
            icon=":material/add_business:", on_click=_take, args=("deal-company", typed.strip()),
        )  # fmt: skip
    return None, ""


def _chosen(shop: ShopSession, customer_id: UUID | None, company: str) -> None:
    name = company or _name(shop, customer_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escape(name)}**" + (" :gray[:small[new company]]" if company else ""), width="stretch")
        st.button("Someone else", type="tertiary", key="deal-is-other", on_click=_somebody_else)


def _name(shop: ShopSession, customer_id: UUID | None) -> str:
    if customer_id is None:
        return ""
    try:
        return name_of(customers.get(shop, customer_id), shop.shop.region)
    except NotFound:
        return ""


def _named_in_address() -> UUID | None:
    try:
        return UUID(st.query_params.get("customer", ""))
    except ValueError:
        return None


def _take(key: str, value: Any) -> None:
    st.session_state[key] = value


def _somebody_else() -> None:
    for key in ("deal-customer", "deal-company"):
        st.session_state.pop(key, None)
    st.query_params.pop("customer", None)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
