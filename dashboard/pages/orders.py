"""The orders of a period: filters that stand in the address, what they come to, each a press away."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customers, order_list, payments, people
from crmcore.database.gate import ShopSession, shop_session
from crmcore.errors import CrmError, NotFound
from crmcore.lists import MOST_PAGES
from crmcore.order_list import Filters, Page
from crmcore.orders import CANCELLED, COMPLETED, DRAFT, RETURNED, STATUSES
from crmcore.periods import Period
from dashboard.navigation import to
from dashboard.parts.buyer import name_of, product_name
from dashboard.parts.layout import empty_state, narrowed_to, only_phone, only_wide, page_head
from dashboard.parts.lists import Fields
from dashboard.parts.period import choose_period
from dashboard.parts.receipt import selling_look
from dashboard.parts.saving import complain
from dashboard.parts.segmenting import segment_choices
from dashboard.parts.session import require
from dashboard.parts.tables import table
from dashboard.parts.words import count, day, escape, money, several

_SIZE = 25

_SORTS = {
    "-day": "Newest first",
    "day": "Oldest first",
    "-total": "Largest first",
    "total": "Smallest first",
    "customer": "By customer",
    "-number": "By number",
}
_FIELDS = Fields("orders", Filters, _SORTS)
_choose = partial(_FIELDS.choose, labelled=True)
_SIGNS = {COMPLETED: "● Completed", DRAFT: "◌ Draft", CANCELLED: "○ Cancelled", RETURNED: "○ Returned"}
_COLUMNS: dict[str, tuple[str, Any]] = {
    "ordered_on": ("Day", "day"),
    "who": ("Customer", "text"),
    "bought": ("What", "text"),
    "total": ("Total", "money"),
    "state": ("Status", "text"),
    "payment_method": ("Paid by", "text"),
    "rep_name": ("Sold by", "text"),
    "number": ("Number", "text"),
}


def page() -> None:
    who = require("see orders")
    selling_look()
    actions = page_head("Orders")
    actions.page_link(to("sell"), label="Sell", icon=":material/point_of_sale:")
    with shop_session(who) as shop:
        if not order_list.has_any(shop):
            _none_yet()
            return
        period = choose_period(shop.today)
        sort = _FIELDS.view({"": ""}).sort
        filters = _choose_filters(sort, shop)
        number = _page_number(filters, period, sort)
        try:
            found = order_list.page_of(shop, period, filters, sort, number, _SIZE)
        except CrmError as fault:  # a segment that can't be read any more, or is gone
            complain(fault)
            return
        _say_what_it_comes_to(found, filters, period, shop)
        if found.orders:
            chosen = _show(found, shop)
            _pages(found, filters, period, sort)
        else:
            chosen = None
            empty_state(":material/filter_alt_off:", "No order fits", "Choose other days, or take a filter away.")
    if chosen is not None:
        st.switch_page(to("order"), query_params={"id": str(chosen)})


def _choose_filters(sort: str, shop: ShopSession) -> Filters:
    """The fields above the list."""
    filters = _FIELDS.chosen()
    reps = {
        str(rep.staff_id): rep.name for rep in people.colleagues(shop) if rep.sells or rep.staff_id == filters.rep
    }
    methods = payments.methods_in_use(shop)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="order-filters"):
        _FIELDS.search(
            filters.q, "How it begins", 170, "Order number", icon=None, label_visibility="visible",
            help="Looks at all days",
        )  # fmt: skip
        _choose("status", "Status", filters.status, {"": "Any", **STATUSES}, 150)
        _choose("paid", "Paid by", filters.paid, {"": "Any", **{one: one for one in methods}}, 150, other=filters.paid)
        if reps:
            _choose("rep", "Sold by", filters.rep, {"": "Anybody", **reps}, 160)
        if kept := segment_choices(shop, filters.segment):
            _choose("segment", "Customers in", filters.segment, kept, 160)
        _FIELDS.sort(sort, 160, labelled=True)
        _FIELDS.switch("returns", "Only returns", on=filters.returns)
    if filters.customer is not None:
        narrowed_to(f"Only {_name(filters.customer, shop)}", ":material/person:", "Everybody", "customer")
    if filters.product is not None:
        narrowed_to(f"Only with {product_name(shop, filters.product)}", ":material/sell:", "Any product", "product")
    if filters.purchases:
        narrowed_to("Only purchases", ":material/shopping_bag:", "All orders", "purchases")
    return filters


def _name(customer_id: UUID, shop: ShopSession) -> str:
    try:
        return name_of(customers.get(shop, customer_id), shop.shop.region)
    except NotFound:
        return "somebody who is not on file"


def _page_number(filters: Filters, period: Period, sort: str) -> int:
    return int(st.session_state.get(_page_key(filters, period, sort), 1))


def _page_key(filters: Filters, period: Period, sort: str) -> str:
    """Other filters begin on the first page again."""
    return f"orders-page-{abs(hash((filters, period, sort)))}"


def _pages(found: Page, filters: Filters, period: Period, sort: str) -> None:
    pages = min(-(-found.orders // _SIZE), MOST_PAGES)
    if pages > 1:
        st.pagination(pages, key=_page_key(filters, period, sort))


def _say_what_it_comes_to(found: Page, filters: Filters, period: Period, shop: ShopSession) -> None:
    if not found.orders:
        return
    when = "of all days" if filters.q else f"of {period.in_words(shop.today)}"
    said = f"**{count(found.orders)}** {'order' if found.orders == 1 else 'orders'} {escape(when)}"
    if found.money is not None:
        said += f", together **{escape(money(found.money, shop.shop))}**"
    idle = found.orders - found.counted
    if idle:
        counts = several(idle, "draft or cancelled one counts", "drafts or cancelled ones count")
        said += f" :gray[:small[· {counts} for nothing]]"
    st.markdown(said, help=None if found.money is None else "Completed sales, with what came back taken off")


def _show(found: Page, shop: ShopSession) -> UUID | None:
    """The orders as a table, on a phone as cards; return the one that was pressed."""
    rows = [{**row, "who": _who(row, shop), "state": _state(row)} for row in found.rows]
    with only_wide("orders"):
        chosen = table(
            "orders-table",
            rows,
            _COLUMNS,
            shop.shop,
            alt="Orders; press one to open it",
            selection="open",
            widths={"bought": 290},
        )
    with only_phone("list-orders", gap="xsmall"):
        for row in rows:
            _card(row, shop)
    return rows[chosen[0]]["id"] if chosen else None


def _card(row: Mapping[str, Any], shop: ShopSession) -> None:
    """One link a row: a phone's list is drawn beside the table each time, so it must cost little."""
    state = "" if row["state"] == _SIGNS[COMPLETED] else row["state"]
    about = " · ".join(filter(None, [day(row["ordered_on"], shop.today), row["bought"], row["payment_method"], state]))
    label = f"**{escape(row['who'])}** **{escape(money(row['total'], shop.shop))}** :gray[:small[{escape(about)}]]"
    st.page_link(to("order"), label=label, query_params={"id": str(row["id"])}, width="stretch")


def _who(row: RowMapping, shop: ShopSession) -> str:
    if row["customer_id"] is None and not row["customer_name"] and not row["customer_phone"]:
        return "Without a name"
    return name_of({"name": row["customer_name"], "phone": row["customer_phone"]}, shop.shop.region)


def _state(row: RowMapping) -> str:
    if row["is_return"] and row["status"] == COMPLETED:
        return "↩ Return"
    if row["came_back"]:
        return "◐ Some came back"
    return _SIGNS[row["status"]]


def _none_yet() -> None:
    empty_state(
        ":material/receipt_long:", "No orders yet", "Record the first sale, or import the ones you have.",
        "Record a sale", to="sell",
    )  # fmt: skip
