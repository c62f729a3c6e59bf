"""All visits of a period, and what is still to be done: each a press away from its customer."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import exports, follow_ups, visit_list
from crmcore.database.gate import ShopSession
from crmcore.errors import CrmError
from crmcore.lists import MOST_PAGES
from crmcore.periods import Period
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES
from dashboard.navigation import to
from dashboard.pages.visits.choosing import FIELDS, View
from dashboard.parts.buyer import name_of
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import only_phone, only_wide, section
from dashboard.parts.lists import nothing_fits
from dashboard.parts.saving import complain
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import ago, count, day, escape, several, time

Row = Mapping[str, Any] | RowMapping
Way = tuple[str, dict[str, Any]]

SIZE = 25
_HIDDEN = "Somebody hidden"

_COLUMNS: Columns = {
    "when": ("When", "text"),
    "who": ("Customer", "text"),
    "type": ("Type", "text"),
    "interest_said": ("Interest", "text"),
    "about": ("Talked about", "text"),
    "outcome_said": ("Came of it", "text"),
    "estimated_value": ("Worth", "money"),
    "rep_name": ("Handled by", "text"),
}
_WIDTHS = {
    "when": 124, "who": 138, "type": 88, "interest_said": 76, "about": 226, "outcome_said": 116,
    "estimated_value": 88, "rep_name": 118,
}  # fmt: skip
_TO_DO: Columns = {
    "due": ("Due", "text"),
    "who": ("Customer", "text"),
    "about": ("What", "text"),
    "assignee": ("Whose", "text"),
}


def visits_listed(shop: ShopSession, period: Period, view: View) -> Way | None:
    """The list; return where the visit that was pressed leads: to its customer."""
    key = f"visits-page-{abs(hash((view, period)))}"  # other filters begin on the first page again
    number = int(st.session_state.get(key, 1))
    try:
        found = visit_list.page_of(shop, period, view.filters, view.sort, number, SIZE)
    except CrmError as fault:  # a segment that can't be read any more, or is gone
        complain(fault)
        return None
    if not found.total:
        hint = "Choose other days, or take a filter away."
        nothing_fits("visits", "No visit fits", hint, FIELDS[view.part].clear)
        return None
    days = escape(period.in_words(shop.today))
    st.markdown(f"**{count(found.total)}** {'visit' if found.total == 1 else 'visits'} of {days}")
    rows = [_told(row, shop) for row in found.rows]
    with only_wide("visits"):
        alt = "Visits with customer, type, interest, what was talked about and what came of it; press one to open it"
        chosen = table("visits-table", rows, _COLUMNS, shop.shop, alt=alt, selection="open", widths=_WIDTHS)
    with only_phone("list-visits", gap="xsmall"):
        for row in rows:
            _card(row)
    pages = min(-(-found.total // SIZE), MOST_PAGES)
    if pages > 1:
        st.pagination(pages, key=key)
    return _customer(rows[chosen[0]]) if chosen and chosen[0] < len(rows) else None


def follow_ups_to_do(shop: ShopSession, view: View) -> Way | None:
    """What is still to be done, by the rep that is chosen or by everybody, the longest due first."""
    key = f"follow-ups-page-{view.filters.rep}"
    number = int(st.session_state.get(key, 1))
    found, total = follow_ups.still_to_do(
        shop, assigned_to=view.filters.rep, limit=SIZE, offset=(number - 1) * SIZE
    )
    late = sum(row["due_on"] < shop.today for row in found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        section("Follow-ups to do", f"{several(total, 'open follow-up')}{_of_them_late(late, len(found), total)}")
        if total:
            export_menu("follow-ups", shop.who, lambda gate: exports.follow_ups_table(gate, view.filters.rep))
    if not total:
        st.markdown(":gray[Nothing is open. A visit that ends with a follow-up puts it here, and on My day.]")
        return None
    rows = [
        {
            **row,
            "due": f"{day(row['due_on'], shop.today)} · {ago(row['due_on'], shop.today)}",
            "who": "–" if row["customer_id"] is None else name_of(_named(row), shop.shop.region),
            "assignee": row["assignee"] or "Whoever comes first",
        }
        for row in found
    ]
    with only_wide("follow-ups"):
        alt = "Open follow-ups with their day, customer and whose they are; press one to open its customer"
        chosen = table("follow-ups-table", rows, _TO_DO, shop.shop, alt=alt, selection="open")
    with only_phone("list-follow-ups", gap="xsmall"):
        for row in rows:
            _to_do_card(row)
    pages = -(-total // SIZE)
    if pages > 1:
        st.pagination(pages, key=key)
    return _customer(rows[chosen[0]]) if chosen and chosen[0] < len(rows) else None


def _of_them_late(late: int, seen: int, total: int) -> str:
    """They stand first, so whoever sees some that are not late sees all that are."""
    if not late:
        return ""
    return f", {count(late)}{' and more' if late == seen < total else ''} of them late"


def _named(row: Row) -> dict[str, Any]:
    return {"name": row["customer_name"], "phone": row["phone"]}


def _told(row: Row, shop: ShopSession) -> dict[str, Any]:
    """A visit in words."""
    return {
        **row,
        "when": f"{day(row['visited_on'], shop.today)}, {time(row['visited_at'], shop.shop)}",
        "who": _HIDDEN if row["customer_id"] is None else name_of(row, shop.shop.region),
        "type": VISIT_TYPES[row["visit_type"]],
        "interest_said": _short(INTERESTS.get(row["interest"])),
        "outcome_said": OUTCOMES.get(row["outcome"]),
        "about": row["products"] or ", ".join(row["categories"]) or _short(PURPOSES.get(row["purpose"])),
    }


def _short(said: str | None) -> str | None:
    return None if said is None else said.split(":")[0]


def _card(row: Row) -> None:
    """One link a row: a phone's list is drawn beside the table each time, so it must cost little."""
    about = " · ".join(filter(None, [row["type"], row["interest_said"], row["about"], row["rep_name"]]))
    label = f"**{escape(row['who'])}** {escape(row['outcome_said'] or '')} :gray[:small[{escape(row['when'])}]]"
    _link(row, f"{label} :gray[:small[{escape(about)}]]")


def _to_do_card(row: Row) -> None:
    _link(row, f"**{escape(row['who'])}** {escape(row['due'])} :gray[:small[{escape(row['about'])}]]")


def _link(row: Row, label: str) -> None:
    way = _customer(row)
    if way is None:
        st.markdown(label)
    else:
        st.page_link(to(way[0]), label=label, query_params=way[1], width="stretch")


def _customer(row: Row) -> Way | None:
    return None if row["customer_id"] is None else ("customer", {"id": str(row["customer_id"])})
