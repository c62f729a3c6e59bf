"""What happened to an order, in words, newest first."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore.database.gate import Shop
from crmcore.orders import STATUSES
from dashboard.parts.words import NOTHING, day, escape, moment, money

_WHAT = {
    "sale recorded": ("Recorded", "point_of_sale"),
    "return recorded": ("Came back", "undo"),
    "order changed": ("Changed", "edit"),
    "order cancelled": ("Cancelled", "block"),
    "order completed": ("Completed", "check"),
    "order put aside": ("Put aside as a draft", "edit_note"),
}
# What an edit may change, in the order it is told. Columns that follow from others are left out.
_FIELDS = {
    "items": "Items",
    "total": "Total",
    "customer_name": "Customer",
    "ordered_on": "Day",
    "rep_id": "Sold by",
    "payment_method": "Paid by",
    "note": "Note",
}


def show_history(history: Sequence[RowMapping], team: Mapping[UUID, str], shop: Shop, today: date) -> None:
    """One connected step a line; what an edit changed stands below it. `team`: names by staff id."""
    for nth, line in enumerate(history):
        title, icon = _WHAT.get(line["what"], (str(line["what"]).capitalize(), "history"))
        by = line["staff_name"] or str(line["via"]).capitalize()
        head = f"**{escape(title)}** :gray[· {escape(moment(line['at'], shop, today))} · {escape(by)}]"
        with st.expander(head, icon=f":material/{icon}:", type="step", expanded=nth < 3):
            told = _told(line["detail"], team, shop, today)
            st.markdown("  \n".join(f":gray[:small[{escape(one)}]]" for one in told) or f":gray[:small[{NOTHING}]]")


def _told(detail: Mapping[str, Any], team: Mapping[UUID, str], shop: Shop, today: date) -> list[str]:
    """The lines below a step: what was bought, or each field before and after."""
    before, after = detail.get("before"), detail.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        said = [detail.get("items"), detail.get("payment_method")]
        total = detail.get("total")
        return [" · ".join([*([money(Decimal(total), shop)] if total else []), *filter(None, said)])]

    def value(name: str, stored: Any) -> str:
        if stored in (None, ""):
            return NOTHING
        if name == "total":
            return money(Decimal(stored), shop)
        if name == "ordered_on":
            return day(date.fromisoformat(stored), today)
        if name == "rep_id":
            return team.get(UUID(stored), "somebody else")
        return STATUSES.get(str(stored), str(stored)) if name == "status" else str(stored)

    return [
        f"{label}: {value(name, before.get(name))} → {value(name, after[name])}"
        for name, label in _FIELDS.items()
        if name in after
    ]
