"""The form of a sale, new or old: who bought, what, how it was paid, and the details few need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import orders, payments, people
from crmcore.database.gate import Shop, ShopSession
from crmcore.orders import Item, NewOrder
from dashboard.parts.bill_form import Answers
from dashboard.parts.buyer import Buyer, choose_buyer, name_of
from dashboard.parts.cart import Cart, Line, currency_sign, decimal, edit_cart, without_price
from dashboard.parts.receipt import receipt
from dashboard.parts.words import day, escape


@dataclass
class Draft:
    """A sale while somebody works on it. `key` begins the keys of all its fields.

    `amount`: what it is sold for, where that is not the sum of the items. `sold_on` None: now.
    """

    key: str = field(default_factory=lambda: uuid4().hex)
    buyer: Buyer = field(default_factory=Buyer)
    cart: Cart = field(default_factory=dict)
    amount: Decimal | None = None
    paid_by: str | None = None
    rep_id: UUID | None = None
    sold_on: date | None = None
    note: str | None = None
    answers: Answers = field(default_factory=Answers)

    def fill(self, order: RowMapping, lines: Sequence[RowMapping]) -> None:
        """Take over an order as it stands, to be edited."""
        items = [orders.as_item(line) for line in lines]
        self.buyer = Buyer(customer_id=order["customer_id"], is_nobody=order["customer_id"] is None)
        self.cart = {str(position): Line(item) for position, item in enumerate(items)}
        as_summed = items and order["total"] == sum(item.total for item in items)
        self.amount = None if as_summed else order["total"]
        self.paid_by, self.rep_id = order["payment_method"], order["rep_id"]
        self.sold_on, self.note = order["ordered_on"], order["note"]

    @property
    def items(self) -> list[Item]:
        return [line.item for line in self.cart.values()]

    @property
    def total(self) -> Decimal | None:
        """What there is to pay, or None while nothing is."""
        if self.amount is None and not self.cart:
            return None
        return NewOrder(items=self.items, amount=self.amount).total

    def missing(self, *, takes_amount: bool = True) -> str | None:
        """What is still to be said before it can be saved. `takes_amount`: an amount alone would do."""
        if self.total is None:
            return "Add an item or an amount." if takes_amount else "Add at least one medicine."
        unpriced = without_price(self.cart)
        if unpriced:
            return f"Give {unpriced} a price; 0 if it was free."
        if not self.buyer.is_known:
            return "Say who buys, or sell without a name."
        return None


def items_or_amount(draft: Draft, shop: ShopSession) -> None:
    """What is sold: items, or an amount alone, which a pharmacy's bill can't be."""
    with st.container(border=True):
        edit_cart(draft.key, draft.cart, shop, draft.buyer.customer_id)
        if not draft.cart and (draft.amount is not None or not shop.shop.has("refills")):
            _just_an_amount(draft, shop.shop)


def buyer_and_items(draft: Draft, shop: ShopSession) -> RowMapping | None:
    """Who buys and what; return the customer when it is somebody on file."""
    customer = choose_buyer(draft.key, draft.buyer, shop)
    items_or_amount(draft, shop)
    return customer


def payment_and_details(draft: Draft, shop: ShopSession) -> None:
    """How it is paid and, folded away, rep, day, note and another total."""
    methods = payments.methods_of(shop.shop)
    if draft.paid_by and draft.paid_by not in methods:
        methods.append(draft.paid_by)
    draft.paid_by = st.pills("Paid by", methods, default=draft.paid_by, key=f"{draft.key}-paid-by")
    reps = {rep.staff_id: rep.name for rep in people.reps(shop)}
    if draft.rep_id and draft.rep_id not in reps:  # somebody who sold it then and sells no more
        reps |= {one.staff_id: one.name for one in people.colleagues(shop) if one.staff_id == draft.rep_id}

    def called(rep: UUID | str) -> str:
        return reps[rep] if isinstance(rep, UUID) else "Nobody in particular"

    with st.expander(_details_said(draft, reps, shop.today), key=f"{draft.key}-details", type="compact"):
        if reps:
            choices: list[Any] = ["", *reps]
            chosen = st.selectbox(
                "Sales rep",
                choices,
                index=choices.index(draft.rep_id) if draft.rep_id in reps and draft.rep_id else 0,
                format_func=called,
                key=f"{draft.key}-rep",
            )
            draft.rep_id = chosen if isinstance(chosen, UUID) else None
        shown = draft.sold_on or shop.today
        # The day stands in the key: a form left open overnight means the new day, not the one it was opened on.
        picked = st.date_input(
            "Day", shown, max_value=shop.today, format="DD/MM/YYYY", key=f"{draft.key}-day-{shop.today}"
        )
        if isinstance(picked, date) and picked != shown:
            draft.sold_on = picked
        note = st.text_area("Note", draft.note or "", key=f"{draft.key}-note", max_chars=2000, height=80)
        draft.note = note.strip() or None
        if draft.cart:
            _another_total(draft, shop.shop)


def preview(draft: Draft, customer: RowMapping | None, shop: ShopSession) -> None:
    """The receipt it will be."""
    buyer = name_of(customer, shop.shop.region) if customer else draft.buyer.name or ""
    receipt(
        shop.shop,
        head=" · ".join(filter(None, [day(draft.sold_on or shop.today, shop.today), buyer])),
        items=draft.items,
        total=draft.total,
        foot=[f"Paid by {draft.paid_by}" if draft.paid_by else "", draft.note or ""],
        empty="What is sold appears here",
    )


def _just_an_amount(draft: Draft, shop: Shop) -> None:
    typed = st.number_input(
        f"Or just an amount ({escape(currency_sign(shop))})",
        min_value=0.0,
        value=_number(draft.amount),
        step=1.0,
        format="%g",
        placeholder="0",
        key=f"{draft.key}-amount",
        width=220,
    )
    draft.amount = decimal(typed) if typed else None


def _another_total(draft: Draft, shop: Shop) -> None:
    typed = st.number_input(
        f"Sold for another sum ({escape(currency_sign(shop))})",
        min_value=0.0,
        value=_number(draft.amount),
        step=1.0,
        format="%g",
        placeholder="To round it off, or take something off",
        key=f"{draft.key}-another-total",
    )
    draft.amount = None if typed is None else decimal(typed)


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _details_said(draft: Draft, reps: Mapping[UUID, str], today: date) -> str:
    """Sold today by Ravi Kale."""
    rep = reps.get(draft.rep_id) if draft.rep_id else None
    when = "today" if draft.sold_on in (None, today) else f"on {day(draft.sold_on, today)}"
    said = [f"Sold {when}", f"by {rep}" if rep else "", "with a note" if draft.note else ""]
    return escape(" ".join(filter(None, said)))
