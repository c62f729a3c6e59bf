"""What is known of a customer as a company, and the short form that changes it."""

from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import companies
from crmcore.database.gate import ShopSession, Who
from dashboard.parts import words
from dashboard.parts.layout import facts, section
from dashboard.parts.saving import saving


def show_company(customer: RowMapping, shop: ShopSession) -> None:
    known = companies.of(shop, customer["id"])
    may_change = shop.who.may("edit customers") and customer["hidden_at"] is None
    if known is None and not may_change:
        return
    section("Company")
    if known is not None and (pairs := _facts(known, shop)):
        with st.container(border=True, gap="xsmall"):
            facts(pairs)
    if may_change:
        label = "This is a company" if known is None else "Change company"
        with st.popover(label, icon=":material/apartment:", type="tertiary", key=f"company-{customer['id']}"):
            _form(customer, known, shop.who)


def _facts(known: RowMapping, shop: ShopSession) -> list[tuple[str, str]]:
    revenue = known["annual_revenue"]
    told: list[tuple[str, Any]] = [
        ("Website", known["website"]),
        ("Employees", None if known["employees"] is None else words.count(known["employees"])),
        ("Revenue a year", None if revenue is None else words.money(revenue, shop.shop)),
        ("Tax number", known["tax_number"]),
    ]
    return [(label, value) for label, value in told if value]


def _form(customer: RowMapping, known: RowMapping | None, who: Who) -> None:
    key = f"company-of-{customer['id']}"
    given = {
        field: st.text_input(label, _shown(known, field), key=f"{key}-{field}", autocomplete="off")
        for field, label in companies.FIELDS.items()
    }
    if st.button("Save company", key=f"{key}-save", width="stretch"):
        with saving(who, "Company saved") as shop:
            companies.change(shop, customer["id"], {field: value.strip() for field, value in given.items()})
        if shop.saved:
            st.rerun()


def _shown(known: RowMapping | None, field: str) -> str:
    value = None if known is None else known[field]
    return "" if value is None else f"{value:f}".removesuffix(".00") if field == "annual_revenue" else str(value)
