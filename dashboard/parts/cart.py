"""The lines of a sale while it is being made: from the catalogue or just typed, each with quantity and price."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import products, refills
from crmcore.database.gate import Shop, ShopSession, Who, shop_session
from crmcore.orders import Item
from crmcore.refills import Supply
from dashboard.parts.words import ago, escape, money, several

_MOST_FOUND = 6


@dataclass
class Line:
    """One line; `has_price` is False until somebody said what it costs, be it nothing."""

    item: Item
    has_price: bool = True


Cart = dict[str, Line]
Supplies = Mapping[str, Supply]  # what the buyer bought last of each medicine


def without_price(cart: Cart) -> str | None:
    """The name of the first line that nobody gave a price yet."""
    return next((line.item.product_name for line in cart.values() if not line.has_price), None)


def edit_cart(key: str, cart: Cart, shop: ShopSession, buyer_id: UUID | None = None) -> None:
    """Show the lines with their fields, and a field to add another. What is changed is changed in `cart`.

    `key` begins the keys of all fields; `buyer_id`: whose earlier purchases are offered first. Where refills are
    reminded of, a line says how long it lasts, to begin with as long as the buyer's last purchase of it did.
    """
    supplies: Supplies = {}
    if buyer_id is not None and shop.shop.has("refills"):
        supplies = {one.medicine_key: one for one in refills.supplies(shop, buyer_id)}
    for line_key in list(cart):
        _line(key, line_key, cart, shop, supplies)
    if shop.shop.has("refills") and any(line.item.medicine_days is None for line in cart.values()):
        st.markdown(":gray[:small[Ask how many days each medicine lasts: the refill reminder goes by it.]]")
    _add_another(key, cart, shop, buyer_id, supplies)


def _line(key: str, line_key: str, cart: Cart, session: ShopSession, supplies: Supplies) -> None:
    line, shop = cart[line_key], session.shop
    quantity_key, price_key = f"{key}-quantity-{line_key}", f"{key}-price-{line_key}"
    days_key = f"{key}-days-{line_key}"
    # three fields share a line on a phone: they leave no room for steppers
    quantity_width, price_width = (96, 96) if shop.has("refills") else (132, 148)
    _take_over(line, st.session_state.get(quantity_key), st.session_state.get(price_key))
    if days_key in st.session_state:
        line.item = replace(line.item, medicine_days=st.session_state[days_key])
    name = line.item.product_name or "item"
    with st.container(gap=None, key=f"{key}-line-{line_key}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(name)}**", width="stretch")
            st.markdown(f"**{escape(money(line.item.total, shop))}**" if line.has_price else "", width="content")
            st.button(
                "",
                icon=":material/close:",
                type="tertiary",
                key=f"{key}-remove-{line_key}",
                help=f"Remove {escape(name)}",
                on_click=_remove,
                args=(cart, line_key),
            )
        with st.container(horizontal=True, wrap=False, gap="small"):
            st.number_input(
                "Quantity", min_value=0.0, value=float(line.item.quantity), step=1.0, format="%g",
                key=quantity_key, width=quantity_width,
            )  # fmt: skip
            st.number_input(
                f"Price ({escape(currency_sign(shop))})",
                min_value=0.0,
                value=float(line.item.unit_price) if line.has_price else None,
                step=1.0,
                format="%g",
                key=price_key,
                placeholder="0",
                width=price_width,
            )
            if shop.has("refills"):
                st.number_input(
                    "Lasts (days)", value=line.item.medicine_days, step=1, format="%d", key=days_key,
                    placeholder="–", width=96,
                )  # fmt: skip
        _say_if_early(line.item, supplies, session.today)


def _say_if_early(item: Item, supplies: Supplies, today: date) -> None:
    """Whoever buys before 80 % of the last supply can be used up is asked about it."""
    supply = supplies.get(refills.key_of(item.product_id, item.product_name))
    if supply is None or not supply.is_early(today):
        return
    bought = f"bought {ago(supply.purchased_on, today)} for {several(supply.days, 'day')}"
    left = f"{several(supply.days_left(today), 'day')} left"
    st.markdown(f":orange[:small[:material/warning: Early: {escape(bought)}, about {escape(left)}]]")


def _remove(cart: Cart, line_key: str) -> None:
    cart.pop(line_key, None)


def _take_over(line: Line, quantity: float | None, price: float | None) -> None:
    """What the fields say now, before anything is shown, so that the sums are of this moment."""
    if quantity is not None:
        line.item = replace(line.item, quantity=decimal(quantity))
    if price is not None:
        line.item, line.has_price = replace(line.item, unit_price=decimal(price)), True


def _add_another(
    key: str, cart: Cart, shop: ShopSession, buyer_id: UUID | None, supplies: Supplies
) -> None:
    field = f"{key}-find-product"
    typed = st.text_input(
        "Add an item",
        key=field,
        type="search",
        live=True,
        placeholder="Name or code of a product",
        on_change=_add_by_code,
        args=(field, cart, shop.who, supplies),
    ).strip()
    if typed:
        found, _ = products.find(shop, typed, limit=_MOST_FOUND)
        with st.container(gap="xsmall", key=f"{key}-found-products"):
            for product in found:
                label = product["name"] + _price_said(product, shop.shop)
                _offer(key, field, cart, product, label, supplies, width="stretch")
            st.button(
                f"Add “{escape(typed)}” as typed",
                icon=":material/edit:",
                key=f"{key}-as-typed",
                on_click=_add,
                args=(field, cart, _as_before(Item(typed), supplies), False),
                type="tertiary",
            )
        return
    found = products.often_sold(shop, buyer_id, limit=_MOST_FOUND)
    if found:
        with st.container(horizontal=True, gap="xsmall", key=f"{key}-offered-products"):
            for product in found:
                _offer(key, field, cart, product, product["name"], supplies)


def _offer(
    key: str, field: str, cart: Cart, product: RowMapping, label: str, supplies: Supplies, width: Any = "content"
) -> None:
    st.button(
        escape(label),
        icon=":material/add:",
        key=f"{key}-product-{product['id']}",
        on_click=_add,
        args=(field, cart, _as_before(_item(product), supplies), product["price"] is not None),
        width=width,
    )


def _item(product: RowMapping) -> Item:
    return Item(
        product_name=product["name"],
        unit_price=product["price"] or Decimal(0),
        product_id=product["id"],
        sku=product["sku"],
        category=product["category"],
    )


def _as_before(item: Item, supplies: Supplies) -> Item:
    """The item, lasting as long as the buyer's last purchase of it did."""
    supply = supplies.get(refills.key_of(item.product_id, item.product_name))
    return replace(item, medicine_days=supply.days) if supply else item


def _add_by_code(field: str, cart: Cart, who: Who, supplies: Supplies) -> None:
    """A scanner types a whole code: then the product is added without asking."""
    typed = str(st.session_state[field]).strip()
    if not typed:
        return
    with shop_session(who) as shop:
        found, matches = products.find(shop, typed, limit=1)
    if matches == 1 and (found[0]["sku"] or "").lower() == typed.lower():
        _add(field, cart, _as_before(_item(found[0]), supplies), found[0]["price"] is not None)


def _add(field: str, cart: Cart, item: Item, has_price: bool) -> None:
    """One more of what is in the cart already, else a new line."""
    st.session_state[field] = ""
    for line_key, line in cart.items():
        if item.product_id is not None and line.item.product_id == item.product_id:
            line.item = replace(line.item, quantity=line.item.quantity + 1)
            quantity_key = field.replace("-find-product", f"-quantity-{line_key}")
            st.session_state[quantity_key] = float(line.item.quantity)
            return
    cart[uuid4().hex[:8]] = Line(item, has_price)


def decimal(typed: float) -> Decimal:
    """A number field's value as it was typed."""
    return Decimal(repr(typed)).normalize() + 0


def _price_said(product: RowMapping, shop: Shop) -> str:
    code = f" · {product['sku']}" if product["sku"] else ""
    return f"{code} · {money(product['price'], shop)}" if product["price"] is not None else code


def currency_sign(shop: Shop) -> str:
    """How the shop's currency is written before a figure: ₹."""
    return money(0, shop).strip("0\u00a0 ")
