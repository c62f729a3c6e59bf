"""The sales reps of a period: whom they saw, what they sold; a press leads to the rows behind each number."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crmcore import visit_list
from crmcore.database.gate import Shop, ShopSession
from crmcore.metrics.visits import rep_results
from crmcore.periods import Period
from dashboard.navigation import to
from dashboard.pages.visits.choosing import View
from dashboard.parts.figures import customers_of, figure_meaning
from dashboard.parts.layout import empty_state, only_phone, only_wide
from dashboard.parts.period import address_of
from dashboard.parts.tables import Columns, pressed_cell
from dashboard.parts.words import count, escape, money, percent, several

Row = Mapping[str, Any]
Way = tuple[str, dict[str, Any]]  # a page and its ?query

_COLUMNS: Columns = {
    "name": ("Sales rep", "text"),
    "customers": ("Customers handled", "count"),
    "visits": ("Visits", "count"),
    "purchases": ("Purchases", "count"),
    "revenue": ("Revenue", "money"),
    "converted": ("Bought after a visit", "count"),
    "visit_conversion": ("Visit-to-purchase", "percent"),
}


def rep_table(shop: ShopSession, period: Period, view: View) -> Way | None:
    """The table, on a phone a card each; return where the number that was pressed leads."""
    found = rep_results(shop, period, rep=view.filters.rep, product=view.filters.product)
    rows = _sorted(found.rows, view.sort)
    if not rows:
        empty_state(
            ":material/badge:", "Nobody sells yet", "Mark people in your team as selling, and they stand here.",
            "Open the team", to="team",
        )  # fmt: skip
        return None
    figure_meaning(found, shop.shop, shop.today, _said(shop, period, view, rows))
    with only_wide("reps"):
        alt = "Sales reps with customers handled, visits, purchases, revenue and who bought after it; press a number"
        pressed = pressed_cell("reps-table", rows, _COLUMNS, shop.shop, alt=alt)
    with only_phone("reps", gap="small"):
        for row in rows:
            _card(row, period, view, shop.shop)
    return None if pressed is None else _way(pressed[1], rows[pressed[0]], period, view)


def _said(shop: ShopSession, period: Period, view: View, rows: list[dict[str, Any]]) -> str:
    """What they come to together, and what nobody's name stands on."""
    visits, purchases = (sum(row[key] for row in rows) for key in ("visits", "purchases"))
    said = f"{several(visits, 'visit')} handled, {several(purchases, 'purchase')} sold"
    if view.filters.rep is None:
        unnamed = visit_list.count(shop, period, visit_list.Filters(product=view.filters.product)) - visits
        said += f"; {several(unnamed, 'visit names', 'visits name')} nobody" if unnamed else ""
    return f"{said}. Press a number to see its rows."


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By one column, the most first; those alike stay as the metric has them."""
    if sort == "name":
        return sorted(rows, key=lambda row: row["name"].casefold())
    return sorted(rows, key=lambda row: -1 if row[sort] is None else row[sort], reverse=True)


def _card(row: Row, period: Period, view: View, shop: Shop) -> None:
    """A rep on a phone: each number is a link of its own."""
    share = "" if row["visit_conversion"] is None else f", {percent(row['visit_conversion'])}"
    links = {
        "customers": several(row["customers"], "customer"),
        "visits": several(row["visits"], "visit"),
        "purchases": several(row["purchases"], "purchase"),
        "revenue": money(row["revenue"], shop),
        "converted": f"{count(row['converted'])} bought after a visit{share}",
    }
    with st.container(border=True, gap=None, key=f"rep-{row['rep_id']}"):
        st.markdown(f"**{escape(row['name'])}**")
        with st.container(horizontal=True, gap="xsmall"):
            for name, label in links.items():
                noun, query = _way(name, row, period, view)
                st.page_link(to(noun), label=escape(label), icon="", query_params=query)


def _way(column: str, row: Row, period: Period, view: View) -> Way:
    """Where the rows behind a number are: exactly those it counts."""
    some = {**view.some, "rep": str(row["rep_id"])}
    days = address_of(period)
    sold = {**days, **some}
    seen = {"visited_from": str(period.since), "visited_to": str(period.last), **customers_of(some)}
    ways: dict[str, Way] = {
        "name": ("visits", {**days, **some}),
        "customers": ("customers", seen),
        "visits": ("visits", {"show": "list", **days, **some}),
        "purchases": ("orders", {**sold, "purchases": "yes"}),
        "revenue": ("orders", {**sold, "status": "completed"}),
        "converted": ("customers", {**seen, "visit": "bought"}),
        "visit_conversion": ("customers", {**seen, "visit": "bought"}),
    }
    return ways[column]
