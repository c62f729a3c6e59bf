"""A customer's page: who it is, five figures, and the parts below."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_figures, customers, health, leads, people, tags
from crmcore.customer_fields import STATUSES
from crmcore.customer_figures import CustomerFigures
from crmcore.database.gate import ShopSession, Who
from dashboard.navigation import to
from dashboard.pages.customer.about import show_facts, show_place, show_rep, show_tags
from dashboard.pages.customer.company import show_company
from dashboard.pages.customer.consent import show_consent
from dashboard.pages.customer.deals import show_deals
from dashboard.pages.customer.files import show_files
from dashboard.pages.customer.follow_ups import show_follow_ups
from dashboard.pages.customer.health import show_health
from dashboard.pages.customer.history import show_orders, show_timeline
from dashboard.pages.customer.medicines import show_medicines
from dashboard.pages.customer.message import message_button, show_message
from dashboard.pages.customer.notes import show_notes, show_pinned
from dashboard.pages.customer.people import show_people
from dashboard.pages.customer.reviews import show_reviews
from dashboard.pages.customer.score import mark_of, show_score
from dashboard.pages.customer.talk import log_button, show_talk
from dashboard.pages.customer.visits import show_visits
from dashboard.parts import words
from dashboard.parts.buyer import name_of
from dashboard.parts.layout import Badge, badges, figure_strip, note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.tagging import tag_badge
from dashboard.parts.words import escape

NEW_FOR_DAYS = 30

_PARTS = {
    "Timeline": show_timeline,
    "Opportunities": show_deals,
    "People": show_people,
    "Visits": show_visits,
    "Talk": show_talk,
    "Medicines": show_medicines,
    "Orders": show_orders,
    "Notes": show_notes,
    "Files": show_files,
    "Reviews": show_reviews,
}

_OF_MODULE = {"Opportunities": "pipeline", "People": "pipeline", "Visits": "visits", "Medicines": "refills"}


def show_profile(customer: RowMapping, shop: ShopSession) -> None:
    own_tags = tags.of_customer(shop, customer["id"])
    reps = {one.staff_id: one.name for one in people.colleagues(shop)} if customer["rep_id"] else {}
    actions = page_head(name_of(customer, shop.shop.region), _caption(customer, reps, shop))
    with actions:
        _actions(customer, shop)
    badges([*_badges(customer, shop), *(tag_badge(tag) for tag in own_tags)])
    show_pinned(customer, shop)
    figure_strip(_figures(customer, shop))
    left, right = st.columns([5, 3], gap="large")
    with left:
        show_message(customer, shop)
        show_follow_ups(customer, shop)
        _parts(customer, shop)
    with right:
        show_facts(customer, shop)
        if shop.shop.has("pipeline"):
            show_company(customer, shop)
            _was_a_lead(customer, shop)
            show_score(customer, shop)
        if shop.shop.has("refills"):
            show_health(customer, shop)
        show_rep(customer, shop)
        show_tags(customer, own_tags, shop)
        show_consent(customer, shop)
        show_place(customer, shop)


def _was_a_lead(customer: RowMapping, shop: ShopSession) -> None:
    """The leads that became this customer, with what was known of them then."""
    for lead in leads.of_customer(shop, customer["id"]):
        when = words.day(lead["converted_on"], shop.today)
        st.page_link(
            to("lead"), label=f"Was the lead {escape(leads.name_of(shop, lead))} until {when}",
            icon=":material/person_search:", query_params={"id": str(lead["id"])},
        )  # fmt: skip


def _parts(customer: RowMapping, shop: ShopSession) -> None:
    """What there is about the customer, part by part; only the open one is read and drawn."""
    parts = [part for part in _PARTS if part not in _OF_MODULE or shop.shop.has(_OF_MODULE[part])]
    for part, tab in zip(parts, st.tabs(parts, key="show", bind="query-params"), strict=True):
        if tab.open:
            with tab:
                _PARTS[part](customer, shop)


def _caption(customer: RowMapping, reps: Mapping[UUID, str], shop: ShopSession) -> str:
    first = customer["first_purchase_on"]
    told = [
        words.phone(customer["phone"], shop.shop.region) if customer["phone"] and customer["name"] else None,
        ", ".join(filter(None, [customer["address"], customer["city"]])),
        f"customer since {first:%B %Y}" if first else f"on file since {customer['created_on']:%B %Y}",
        f"looked after by {reps[customer['rep_id']]}" if customer["rep_id"] in reps else None,
    ]
    return " · ".join(filter(None, told))


def _actions(customer: RowMapping, shop: ShopSession) -> None:
    who, customer_id = shop.who, str(customer["id"])
    if customer["hidden_at"] is None:
        visits = shop.shop.has("visits") and who.may("record visits")
        if visits and st.button("Record visit", type="primary", icon=":material/storefront:", key="record-visit"):
            st.switch_page(to("visit"), query_params={"customer": customer_id})
        if st.button("Sell", type="secondary" if visits else "primary", icon=":material/point_of_sale:", key="sell"):
            st.switch_page(to("sell"), query_params={"customer": customer_id})
        log_button()
        message_button(customer, who)
        if who.may("edit customers") and st.button("Edit", icon=":material/edit:", key="edit"):
            st.query_params["edit"] = "yes"
            st.rerun()
    if who.may("hide customers"):
        with st.popover("More", type="tertiary", key=f"more-{customer_id}"):
            _hide_or_bring_back(customer, who)


def _hide_or_bring_back(customer: RowMapping, who: Who) -> None:
    name = name_of(customer, who.shop.region)
    if customer["hidden_at"] is None:
        note("Hidden, they leave lists, searches and figures. Their orders and the money stay, and you can undo it.")
        if st.button(f"Hide {escape(name)}", icon=":material/visibility_off:", key="hide", width="stretch"):
            with saving(who, f"{name} is hidden", alone=True) as shop:
                customers.hide(shop, customer["id"])
            if shop.saved:
                st.rerun()
    else:
        note("They show again in lists, searches and figures.")
        if st.button(f"Bring {escape(name)} back", icon=":material/visibility:", key="bring-back", width="stretch"):
            with saving(who, f"{name} is back", alone=True) as shop:
                customers.unhide(shop, customer["id"])
            if shop.saved:
                st.rerun()


def _badges(customer: RowMapping, shop: ShopSession) -> list[Badge]:
    shown: list[Badge] = []
    if customer["hidden_at"] is not None:
        shown.append(("Hidden", "orange", ":material/visibility_off:"))
    first = customer["first_purchase_on"]
    if first is not None and (shop.today - first).days < NEW_FOR_DAYS:
        shown.append(("New", "green", ":material/waving_hand:"))
    if customer["order_count"] > 1:
        shown.append(("Regular", "blue", ":material/favorite:"))
    elif customer["order_count"] == 1:
        shown.append(("Bought once", "gray", ":material/shopping_bag:"))
    else:
        shown.append(("No purchase yet", "gray", ":material/hourglass_empty:"))
    score = health.latest(shop, customer["id"]) if shop.shop.has("pipeline") else None
    return [*shown, *([mark_of(score["score"])] if score else []), STATUSES[customer["status"]]]


def _figures(customer: RowMapping, shop: ShopSession) -> list[tuple[str, str, str]]:
    figures = customer_figures.figures(shop, customer)
    every = figures.every_days
    return [
        (
            "Spent in all",
            words.money(customer["total_spent"], shop.shop),
            f"{words.several(customer['return_count'], 'return')} taken off" if customer["return_count"] else "",
        ),
        (
            "Purchases",
            words.count(customer["order_count"]),
            "" if every is None else f"every {words.several(round(every), 'day')}" if every >= 1 else "all on one day",
        ),
        (
            "Last purchase",
            words.day(customer["last_purchase_on"], shop.today),
            "" if customer["last_purchase_on"] is None else words.ago(customer["last_purchase_on"], shop.today),
        ),
        (
            "Average order",
            _rounded(figures.average_order, shop),
            "" if figures.shop_average is None else f"shop: {_rounded(figures.shop_average, shop)}",
        ),
        _visits(customer, shop) if shop.shop.has("visits") else _returns(customer, figures, shop),
    ]


def _visits(customer: RowMapping, shop: ShopSession) -> tuple[str, str, str]:
    last = customer["last_visit_on"]
    return "Visits", words.count(customer["visit_count"]), f"last {words.ago(last, shop.today)}" if last else "none yet"


def _returns(customer: RowMapping, figures: CustomerFigures, shop: ShopSession) -> tuple[str, str, str]:
    returned = f"{words.money(figures.returned, shop.shop)} given back"
    return "Returns", words.count(customer["return_count"]), returned if customer["return_count"] else "none"


def _rounded(amount: Any, shop: ShopSession) -> str:
    """An average: without cents from a thousand on."""
    if amount is None:
        return words.NOTHING
    return words.money(round(amount, 0 if abs(amount) >= 1000 else 2), shop.shop)
