"""The counter's page: who buys, what, how it is paid, saved with one press and never twice."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import bills, contacts, customers, orders, payments, refills
from crmcore.bills import NewBill
from crmcore.database.gate import Shop, ShopSession, Who, shop_session
from crmcore.errors import NotFound
from crmcore.orders import NewOrder
from dashboard.navigation import to
from dashboard.parts.bill_form import ask_about_medicines, ask_where_from, may_have_come_in_vain
from dashboard.parts.buyer import Buyer, choose_buyer, name_of
from dashboard.parts.layout import note, only_wide, page_head
from dashboard.parts.receipt import receipt, selling_look
from dashboard.parts.sale_form import Draft, items_or_amount, payment_and_details, preview
from dashboard.parts.saving import complain, saving
from dashboard.parts.session import require
from dashboard.parts.words import Markdown, day, escape, moment, money, several, weekday

_SAVE = "save-sale"


@dataclass
class Sale(Draft):
    """A new sale at this till; its key is its idempotency key. `sold`: the order it became."""

    sold: UUID | None = None
    customer_in_address: str | None = None

    def as_order(self, shop: ShopSession) -> NewOrder:
        return NewOrder(
            items=self.items,
            amount=self.amount,
            customer_id=self.buyer.customer_id,
            phone=self.buyer.phone,
            name=self.buyer.name,
            rep_id=self.rep_id,
            ordered_at=None if self.sold_on in (None, shop.today) else orders.on_day(shop, self.sold_on),
            payment_method=self.paid_by,
            note=self.note,
            customer_category=self.answers.category,
            was_contacted_before=self.answers.contacted,
            idempotency_key=self.key,
        )

    def as_bill(self, shop: ShopSession) -> NewBill:
        return NewBill(self.as_order(shop), self.answers.preference, self.answers.doctor)


def page() -> None:
    who = require("sell")
    selling_look()
    sale = _sale(who)
    saved = sale.sold or _saved_in_address()
    if saved is not None:
        _saved(who, saved)
        return
    page_head("Sell")
    form, aside = st.columns([3, 2], gap="large")
    with shop_session(who) as shop:
        with form:
            customer = choose_buyer(sale.key, sale.buyer, shop)
            contact = ask_where_from(sale.key, sale.answers, sale.buyer, customer, shop)
            items_or_amount(sale, shop)
            with st.container(border=True):
                if _is_pharmacy(who.shop) and sale.buyer.is_known and not sale.buyer.is_nobody:
                    ask_about_medicines(sale.key, sale.answers, customer, shop)
                payment_and_details(sale, shop)
                pressed = _save_button(sale, who.shop)
                messages = st.container()
            phone = customer["phone"] if customer else sale.buyer.phone
            if phone and who.shop.has("contacts") and may_have_come_in_vain(customer, contact):
                _did_not_buy_button(who, phone, sale.buyer.name)
        with aside, only_wide("receipt"):
            preview(sale, customer, shop)
    if pressed:
        with messages:
            _record(who, sale)


def _sale(who: Who) -> Sale:
    """The sale being made in this tab. After one is saved the next begins, unless its confirmation is still due."""
    sales = st.session_state.setdefault("sales", {})
    sale: Sale | None = sales.get(who.shop.id)
    pressed_again = bool(st.session_state.get(_SAVE))
    if sale is None or (sale.sold and not pressed_again and _saved_in_address() != sale.sold):
        sale = sales[who.shop.id] = Sale(rep_id=who.staff_id if who.sells else None)
        sale.paid_by = st.session_state.get("paid_by_last", payments.methods_of(who.shop)[0])
    wanted = st.query_params.get("customer")
    if wanted and wanted != sale.customer_in_address:
        sale.customer_in_address = wanted
        sale.buyer = Buyer(customer_id=_uuid(wanted))
    return sale


def _saved_in_address() -> UUID | None:
    """The sale that was just saved: it stands in the address, so that a reload shows it again and not a form."""
    return _uuid(st.query_params.get("saved"))


def _save_button(sale: Sale, shop: Shop) -> bool:
    total = sale.total
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown("Total", width="stretch")
        st.subheader(escape(money(total or Decimal(0), shop)), anchor=False, width="content")
    missing = sale.missing(takes_amount=not _is_pharmacy(shop))
    pressed = st.button(
        "Save sale" if total is None else f"Save sale of {escape(money(total, shop))}",
        type="primary",
        icon=":material/check:",
        width="stretch",
        key=_SAVE,
        disabled=missing is not None,
    )
    note(missing or "You can change or cancel it later under Orders.")
    return pressed


def _record(who: Who, sale: Sale) -> None:
    with saving(who) as shop:
        if _is_pharmacy(who.shop):
            order_id = bills.record(shop, sale.as_bill(shop))
        else:
            order_id = orders.record(shop, sale.as_order(shop))
    if shop.saved:
        sale.sold = order_id
        st.session_state["paid_by_last"] = sale.paid_by
        st.query_params.clear()
        st.query_params["saved"] = str(order_id)
        st.rerun()


def _is_pharmacy(shop: Shop) -> bool:
    """Whether sales are bills here, of medicines that last for some days."""
    return shop.has("refills")


def _did_not_buy_button(who: Who, phone: str, name: str | None) -> None:
    st.button(
        "Visited, did not buy",
        icon=":material/do_not_disturb_on:",
        type="tertiary",
        key="did-not-buy",
        help="They came by and left without buying. They can be called again; once they buy, they are converted.",
        on_click=_did_not_buy,
        args=(who, phone, name),
    )


def _did_not_buy(who: Who, phone: str, name: str | None) -> None:
    with saving(who, "Marked: visited, did not buy") as shop:
        bills.visited_without_buying(shop, phone, name)
    if shop.saved:
        _next_sale()


def _saved(who: Who, order_id: UUID) -> None:
    """A calm word that it is done, what it did, and the way to the next sale."""
    with shop_session(who) as shop:
        try:
            order = orders.get(shop, order_id)
        except NotFound as gone:
            complain(gone)
            st.button("Next sale", type="primary", on_click=_next_sale)
            return
        lines = [orders.as_item(line) for line in orders.items(shop, order_id)]
        customer = customers.get(shop, order["customer_id"]) if order["customer_id"] else None
        came_of_it = _came_of_it(shop, order_id, order["customer_id"])
        today = shop.today
    done = Markdown(f":green[:material/check_circle:] Sale of {escape(money(order['total'], who.shop))} saved")
    page_head(done, _what_it_did(who, customer))
    for icon, told in came_of_it:
        st.markdown(f":material/{icon}: {escape(told)}")
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Next sale", type="primary", icon=":material/add:", on_click=_next_sale)
        if customer:
            _link("customer", f"Open {name_of(customer, who.shop.region)}", "person", customer["id"])
        _link("order", "Open the order", "receipt", order_id)
    with right:
        buyer = name_of(customer, who.shop.region) if customer else ""
        receipt(
            who.shop,
            head=" · ".join(filter(None, [order["number"], moment(order["ordered_at"], who.shop, today), buyer])),
            items=lines,
            total=order["total"],
            foot=[f"Paid by {order['payment_method']}" if order["payment_method"] else "", order["note"] or ""],
        )


def _came_of_it(shop: ShopSession, order_id: UUID, customer_id: UUID | None) -> list[tuple[str, str]]:
    """The reminders a bill made and the contact it converted, each with its sign."""
    told = []
    sheets = contacts.of_customer(shop, customer_id) if customer_id and shop.shop.has("contacts") else []
    if any(contact["converted_order_id"] == order_id for contact in sheets):
        told.append(("task_alt", "They were on a contact sheet, and count as converted."))
    if shop.shop.has("refills"):
        for one in refills.of_order(shop, order_id):
            when = f"Refill of {one['medicine']}: reminder on {weekday(one['due_on'], shop.today)}"
            told.append(("notifications", f"{when}, lasts until {day(one['runs_out_on'], shop.today)}."))
    return told


def _link(noun: str, label: str, icon: str, record_id: UUID) -> None:
    st.page_link(to(noun), label=escape(label), icon=f":material/{icon}:", query_params={"id": str(record_id)})


def _what_it_did(who: Who, customer: RowMapping | None) -> str:
    if customer is None:
        return "Without a name: it counts as a sale of today, for no customer."
    name = name_of(customer, who.shop.region)
    spent = money(customer["total_spent"], who.shop)
    if customer["order_count"] == 1:
        return f"The first purchase of {name}."
    return f"{name} has now bought {several(customer['order_count'], 'time')}, for {spent} in all."


def _next_sale() -> None:
    st.session_state.pop("sales", None)
    st.query_params.clear()


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (TypeError, ValueError, AttributeError):
        return None
