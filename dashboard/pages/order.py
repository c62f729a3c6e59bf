"""One order: what it says, what happened to it, and, for those who may, changing, cancelling and returning it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customers, orders, people
from crmcore.database.gate import Who, shop_session
from crmcore.errors import NotFound
from crmcore.orders import CANCELLED, COMPLETED, DRAFT, RETURNED, OrderChange, Returnable, plain_number
from dashboard.navigation import to
from dashboard.parts.buyer import name_of
from dashboard.parts.cart import decimal
from dashboard.parts.layout import (
    Badge,
    back_link,
    badges,
    empty_state,
    facts,
    note,
    only_wide,
    page_head,
    section,
)
from dashboard.parts.order_history import show_history
from dashboard.parts.receipt import receipt, selling_look
from dashboard.parts.sale_form import Draft, buyer_and_items, payment_and_details, preview
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import Markdown, day, escape, moment, money, phone

_BADGES: dict[str, Badge] = {
    COMPLETED: ("Completed", "green", ":material/check:"),
    DRAFT: ("Draft: does not count", "gray", ":material/edit_note:"),
    CANCELLED: ("Cancelled: does not count", "gray", ":material/block:"),
    RETURNED: ("Returned: does not count", "gray", ":material/undo:"),
}
_EDITED = "order-being-edited"


@dataclass
class Opened:
    """An order with all that is shown of it. `left`: the items of which something may still come back."""

    who: Who
    today: date
    order: RowMapping
    lines: Sequence[RowMapping]
    returns: Sequence[RowMapping]
    left: Sequence[Returnable]
    history: Sequence[RowMapping]
    customer: RowMapping | None
    sale: RowMapping | None
    team: dict[UUID, str]

    @property
    def buyer(self) -> str:
        if self.customer is not None:
            return name_of(self.customer, self.who.shop.region)
        kept = {"name": self.order["customer_name"], "phone": self.order["customer_phone"]}
        return name_of(kept, self.who.shop.region)

    @property
    def has_returns(self) -> bool:
        return any(row["status"] == COMPLETED for row in self.returns)

    @property
    def can_come_back(self) -> bool:
        if self.order["status"] != COMPLETED or self.order["is_return"]:
            return False
        return bool(self.left) if self.lines else not self.has_returns

    @property
    def what(self) -> str:
        return "return" if self.order["is_return"] else "sale"

    def money(self, amount: Decimal) -> str:
        return money(amount, self.who.shop)


def page() -> None:
    who = require("see orders")
    selling_look()
    back_link("orders", "Orders")
    opened = _open(who)
    if opened is None:
        empty_state(
            ":material/receipt:", "This order is not on file", "It may belong to another shop.", "All orders", "orders"
        )
        return
    draft = _draft_of(opened)
    if draft is not None:
        _edit(opened, draft)
        return
    _head(opened)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _receipt(opened)
        if opened.history:
            section("History")
            show_history(opened.history, opened.team, who.shop, opened.today)
    with right:
        _about(opened)
        _returns(opened)


def _open(who: Who) -> Opened | None:
    with shop_session(who) as shop:
        try:
            order = orders.get(shop, UUID(st.query_params.get("id", "")))
        except (ValueError, NotFound):
            return None
        is_sale = order["status"] == COMPLETED and not order["is_return"]
        return Opened(
            who=who,
            today=shop.today,
            order=order,
            lines=orders.items(shop, order["id"]),
            returns=orders.returns_of(shop, order["id"]),
            left=orders.returnable(shop, order["id"]) if is_sale else [],
            history=orders.history(shop, order["id"]),
            customer=customers.get(shop, order["customer_id"]) if order["customer_id"] else None,
            sale=orders.get(shop, order["returns_order_id"]) if order["returns_order_id"] else None,
            team={one.staff_id: one.name for one in people.colleagues(shop)},
        )


def _head(opened: Opened) -> None:
    order = opened.order
    when = moment(order["ordered_at"], opened.who.shop, opened.today)
    title = f"{opened.what.capitalize()} of {opened.money(abs(order['total']))}"
    actions = page_head(title, f"{order['number']} · {when} · {opened.buyer}")
    shown: list[Badge] = [_BADGES[order["status"]]]
    if order["is_return"]:
        shown.append(("Return", "orange", ":material/undo:"))
    if opened.has_returns:
        shown.append(("Some came back" if opened.can_come_back else "Came back", "orange", ":material/undo:"))
    badges(shown)
    if opened.who.may("change orders"):
        with actions:
            _actions(opened)
    else:
        note("Only a manager or the owner can change an order.")


def _actions(opened: Opened) -> None:
    order = opened.order
    if order["returns_order_id"] is None:
        st.button("Edit", icon=":material/edit:", on_click=_begin, args=(order["id"],))
    if opened.can_come_back and st.button("Return", icon=":material/undo:"):
        _return(opened)
    if order["status"] == COMPLETED:
        if st.button("Cancel", icon=":material/block:", key="cancel-order"):
            _cancel(opened)
    elif st.button("Complete it", icon=":material/check:"):
        _complete(opened)


def _receipt(opened: Opened) -> None:
    order = opened.order
    receipt(
        opened.who.shop,
        head=" · ".join([order["number"], day(order["ordered_on"], opened.today), opened.buyer]),
        items=[orders.as_item(line) for line in opened.lines],
        total=order["total"],
        foot=[f"Paid by {order['payment_method']}" if order["payment_method"] else ""],
    )


def _about(opened: Opened) -> None:
    order = opened.order
    section("About")
    said = [
        ("Customer", opened.buyer),
        ("Phone", order["customer_phone"] and phone(order["customer_phone"], opened.who.shop.region)),
        ("Address", order["customer_address"]),
        ("Sold by", opened.team.get(order["rep_id"], "Nobody in particular")),
        ("Paid by", order["payment_method"] or "Not said"),
        ("Came from", order["source_slug"] or (order["import_id"] and "An imported file")),
        ("Note", order["note"]),
    ]
    with st.container(border=True):
        facts([(label, value) for label, value in said if value])
        if opened.customer is not None:
            _link("customer", f"Open {opened.buyer}", "person", opened.customer["id"])
        if opened.sale is not None:
            _link("order", f"The sale it came from, {opened.sale['number']}", "receipt", opened.sale["id"])


def _returns(opened: Opened) -> None:
    if not opened.returns:
        return
    section("Came back")
    with st.container(border=True, gap="xsmall"):
        for row in opened.returns:
            state = "" if row["status"] == COMPLETED else ", cancelled"
            when = day(row["ordered_on"], opened.today)
            _link("order", f"{opened.money(abs(row['total']))} on {when}{state}", "undo", row["id"])


def _link(noun: str, label: str, icon: str, record_id: UUID) -> None:
    st.page_link(to(noun), label=escape(label), icon=f":material/{icon}:", query_params={"id": str(record_id)})


# Editing


@dataclass
class Edited(Draft):
    """An order being edited. `seen_at`: when it was last changed, as this person saw it."""

    order_id: UUID | None = None
    seen_at: datetime | None = None


def _begin(order_id: UUID) -> None:
    st.session_state[_EDITED] = Edited(order_id=order_id)


def _end() -> None:
    st.session_state.pop(_EDITED, None)


def _draft_of(opened: Opened) -> Edited | None:
    """The draft of this order, if this person is editing it."""
    draft: Edited | None = st.session_state.get(_EDITED)
    if draft is None or draft.order_id != opened.order["id"] or not opened.who.may("change orders"):
        return None
    if draft.seen_at is None:
        draft.fill(opened.order, opened.lines)
        draft.seen_at = opened.order["updated_at"]
    return draft


def _edit(opened: Opened, draft: Edited) -> None:
    page_head(f"Edit {opened.order['number']}", "The figures and the customer's totals follow what you save")
    form, aside = st.columns([3, 2], gap="large")
    with shop_session(opened.who) as shop:
        with form:
            customer = buyer_and_items(draft, shop)
            with st.container(border=True):
                payment_and_details(draft, shop)
                pressed = _save_button(opened, draft)
                messages = st.container()
        with aside, only_wide("receipt"):
            preview(draft, customer, shop)
    if pressed:
        with messages:
            _save(opened, draft)


def _save_button(opened: Opened, draft: Edited) -> bool:
    missing = draft.missing()
    total = "" if draft.total is None else f" as a sale of {opened.money(draft.total)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = st.button(
            f"Save{escape(total)}", type="primary", icon=":material/check:", key="save-order", disabled=bool(missing)
        )
        st.button("Leave it as it was", type="tertiary", on_click=_end)
    note(missing or "What you change stands in the order's history.")
    return pressed


def _save(opened: Opened, draft: Edited) -> None:
    order = opened.order
    with saving(opened.who, "Order changed", alone=True) as shop:
        moved = draft.sold_on is not None and draft.sold_on != order["ordered_on"]
        to_be = OrderChange(
            items=draft.items,
            amount=draft.amount,
            customer_id=draft.buyer.customer_id,
            phone=draft.buyer.phone,
            name=draft.buyer.name,
            ordered_at=orders.on_day(shop, draft.sold_on, order["ordered_at"]) if moved and draft.sold_on else None,
            rep_id=draft.rep_id,
            payment_method=draft.paid_by,
            note=draft.note,
        )
        orders.change(shop, order["id"], to_be, seen_at=draft.seen_at)
    if shop.saved:
        _end()
        st.rerun()


# What counts again, counts no more, or comes back


def _complete(opened: Opened) -> None:
    with saving(opened.who, "The order counts now", alone=True) as shop:
        orders.change(shop, opened.order["id"], OrderChange(status=COMPLETED), seen_at=opened.order["updated_at"])
    if shop.saved:
        st.rerun()


@st.dialog("Cancel this order")
def _cancel(opened: Opened) -> None:
    order = opened.order
    st.markdown(_what_cancelling_does(opened))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        amount = escape(opened.money(abs(order["total"])))
        pressed = st.button(f"Cancel the {opened.what} of {amount}", type="primary", key="cancel-for-good")
        if st.button("Keep it", type="tertiary"):
            st.rerun()
    if pressed:
        with saving(opened.who, "Cancelled: it counts for nothing now", alone=True) as shop:
            orders.cancel(shop, order["id"], seen_at=order["updated_at"])
        if shop.saved:
            st.rerun()


def _what_cancelling_does(opened: Opened) -> Markdown:
    total = opened.order["total"]
    when = day(opened.order["ordered_on"], opened.today)
    said = f"{opened.money(total)} is taken out of the figures of {when}."
    if opened.customer is not None:
        before = opened.customer["total_spent"]
        said += f" What {opened.buyer} spent goes from {opened.money(before)} to {opened.money(before - total)}."
    return escape(f"{said} You can complete the order again later.")


@st.dialog("What came back?")
def _return(opened: Opened) -> None:
    order_id = opened.order["id"]
    quantities = _ask_quantities(opened)
    reason = st.text_input("Why, if you know", key=f"return-why-{order_id}", max_chars=300)
    back = None
    if quantities is None or any(quantities.values()):
        with shop_session(opened.who) as shop:
            back = orders.return_of(shop, order_id, quantities)
    amount = opened.money(-back.total) if back else ""
    st.markdown(_what_returning_does(opened, amount) if back else ":gray[Give the quantity that came back.]")
    label = f"Take it back for {escape(amount)}" if back else "Take it back"
    if st.button(label, type="primary", key="take-back", disabled=back is None):
        key = f"return {len(opened.returns) + 1} of {order_id}"  # pressed twice it is still one
        with saving(opened.who, f"Return of {amount} recorded", alone=True) as shop:
            orders.take_back(shop, order_id, quantities, note=reason, idempotency_key=key)
        if shop.saved:
            st.rerun()


def _ask_quantities(opened: Opened) -> dict[int, Decimal] | None:
    """How many of each item came back; None for a sale without items, which comes back as a whole."""
    if not opened.lines:
        return None
    quantities = {}
    for line in opened.left:
        sold = f"of {plain_number(line.left)}, {opened.money(line.money_left)}"
        typed = st.number_input(
            f"{escape(line.name)} :gray[:small[{escape(sold)}]]",
            min_value=0.0,
            max_value=float(line.left),
            value=float(line.left) if len(opened.left) == 1 else 0.0,
            step=1.0,
            format="%g",
            key=f"return-{opened.order['id']}-{line.position}",
        )
        quantities[line.position] = decimal(typed)
    return quantities


def _what_returning_does(opened: Opened, amount: str) -> Markdown:
    said = f"{amount} is given back today and taken off today's figures; the sale itself stays as it is."
    if opened.customer is not None:
        said += f" It is taken off what {opened.buyer} spent, too."
    return escape(said)
