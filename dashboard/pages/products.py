"""The catalogue: what the shop sells, found by name or code; added, changed and switched off by those who may."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import products
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.products import NewProduct
from dashboard.navigation import to
from dashboard.parts.cart import currency_sign, decimal
from dashboard.parts.layout import empty_state, note, only_phone, only_wide, page_head
from dashboard.parts.receipt import selling_look
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.tables import table
from dashboard.parts.words import escape, money, several

_SIZE = 25
_SHOWN: dict[str, bool | None] = {"On offer": True, "Switched off": False, "All": None}
_ANY = "Any category"
_COLUMNS: dict[str, tuple[str, Any]] = {
    "name": ("Product", "text"),
    "sku": ("Code", "text"),
    "category": ("Category", "text"),
    "price": ("Price", "money"),
    "state": ("Status", "text"),
}


def page() -> None:
    who = require("see products")
    selling_look()
    with shop_session(who) as shop:
        _, on_offer = products.find(shop, limit=1)
        actions = page_head("Products", f"{several(on_offer, 'product')} on offer")
        if not on_offer and not products.find(shop, is_active=None, limit=1)[1]:
            _nothing_yet(who, actions)
            return
        typed, shown, category, sort = _choose(shop)
        number = int(st.session_state.get(_page_key(typed, shown, category), 1))
        rows, matches = products.find(
            shop, typed, is_active=_SHOWN[shown], category=None if category == _ANY else category, sort=sort,
            limit=_SIZE, offset=(number - 1) * _SIZE,
        )  # fmt: skip
    _offer_actions(who, actions)
    if rows:
        pressed = _list(rows, who)
        if matches > _SIZE:
            st.pagination(-(-matches // _SIZE), key=_page_key(typed, shown, category))
        if pressed is not None:
            _edit(who, pressed)
    else:
        empty_state(":material/search_off:", "No product fits", "Try the start of another word, or its code.")


def _choose(shop: ShopSession) -> tuple[str, str, str, str]:
    """What was typed, which ones, of which category, in which order."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        typed = st.text_input(
            "Name or code", key="q", type="search", live=True, placeholder="Start of any word", width=260,
            bind="query-params",
        ).strip()  # fmt: skip
        categories = products.categories(shop)
        category = _ANY
        if categories:
            category = st.selectbox("Category", [_ANY, *categories], key="category", width=168, bind="query-params")
        sort = st.selectbox("Sorted", list(products.SORTS), format_func=products.SORTS.__getitem__, width=168)
    shown = st.pills("Which", list(_SHOWN), default="On offer", required=True, label_visibility="collapsed")
    return typed, shown or "On offer", category or _ANY, sort or "name"


def _page_key(typed: str, shown: str, category: str) -> str:
    return f"products-page-{abs(hash((typed, shown, category)))}"


def _offer_actions(who: Who, actions: Any) -> None:
    if not who.may("manage products"):
        actions.markdown(":gray[:small[A manager or the owner can change the catalogue.]]")
        return
    if who.may("import"):
        actions.page_link(
            to("imports"), label="Import products", icon=":material/upload_file:", query_params={"new": "products"}
        )
    if actions.button("Add a product", type="primary", icon=":material/add:"):
        _add(who)


def _list(rows: list[RowMapping], who: Who) -> RowMapping | None:
    """The products as a table, on a phone as cards; return the one that was pressed to be changed."""
    told = [{**row, "state": "● On offer" if row["is_active"] else "○ Switched off"} for row in rows]
    may_change = who.may("manage products")
    pressed = None
    opened = st.session_state.setdefault("products-opened", 0)
    with only_wide("products"):
        alt = "Products; press one to change it" if may_change else "Products"
        chosen = table(
            f"products-{opened}", told, _COLUMNS, who.shop, alt=alt, selection="open" if may_change else "none"
        )
        if chosen:
            st.session_state["products-opened"] = opened + 1  # next time nothing is chosen in it
            pressed = rows[chosen[0]]
    with only_phone("list-products", gap="xsmall"):
        for row in rows:
            if _card(row, who, may_change):
                pressed = row
    return pressed


def _card(row: RowMapping, who: Who, may_change: bool) -> bool:
    """One element a row: a phone's list is drawn beside the table each time, so it must cost little."""
    price = money(row["price"], who.shop) if row["price"] is not None else "price varies"
    about = " · ".join(filter(None, [row["sku"], row["category"], None if row["is_active"] else "○ Switched off"]))
    label = f"**{escape(row['name'])}** **{escape(price)}** :gray[:small[{escape(about)}]]"
    if may_change:
        return st.button(label, key=f"change-{row['id']}", width="stretch")
    st.markdown(label)
    return False


@st.dialog("Add a product")
def _add(who: Who) -> None:
    new = _fields(who, "new-product", {})
    if st.button("Add the product", type="primary", icon=":material/check:", key="add-product"):
        with saving(who, f"{new.name.strip()} is on offer") as shop:
            products.create(shop, new)
        if shop.saved:
            st.rerun()


@st.dialog("Change a product")
def _edit(who: Who, product: RowMapping) -> None:
    to_be = _fields(who, f"product-{product['id']}", product)
    note("Sales made so far keep the name and price they had.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        save = st.button("Save", type="primary", icon=":material/check:", key="save-product")
        label, icon = ("Switch off", "block") if product["is_active"] else ("Offer again", "check")
        switch = st.button(label, icon=f":material/{icon}:", key="switch-product")
    if save:
        with saving(who, "Product changed") as shop:
            products.change(shop, product["id"], to_be, seen_at=product["updated_at"])
    elif switch:
        done = "No longer offered; old orders keep it" if product["is_active"] else "On offer again"
        with saving(who, done) as shop:
            (products.switch_off if product["is_active"] else products.switch_on)(shop, product["id"])
    if (save or switch) and shop.saved:
        st.rerun()


def _fields(who: Who, key: str, product: Mapping[str, Any] | RowMapping) -> NewProduct:
    name = st.text_input("Name", product.get("name") or "", key=f"{key}-name")
    price = product.get("price")
    typed = st.number_input(
        f"Price ({escape(currency_sign(who.shop))})",
        min_value=0.0,
        value=None if price is None else float(price),
        step=1.0,
        format="%g",
        placeholder="Leave empty if it varies",
        key=f"{key}-price",
    )
    sku = st.text_input("Code, if it has one", product.get("sku") or "", key=f"{key}-code")
    category = st.text_input("Category", product.get("category") or "", key=f"{key}-category")
    return NewProduct(name, sku or None, category or None, None if typed is None else decimal(typed))


def _nothing_yet(who: Who, actions: Any) -> None:
    if who.may("manage products") and actions.button("Add a product", icon=":material/add:"):
        _add(who)
    may_import = who.may("import")
    empty_state(
        ":material/sell:",
        "No products yet",
        "With a catalogue, selling is a press per item. You can sell without one, too: just type what it is.",
        "Import products" if may_import else None,
        to="imports" if may_import else None,
        query={"new": "products"},
    )
