"""What is offered in an opportunity, line by line; on a press it can be changed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st
from sqlalchemy import RowMapping

from crmcore import pipeline, products
from crmcore.database.gate import ShopSession
from crmcore.pipeline import Item
from dashboard.parts.layout import note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape, money


def show_items(deal: RowMapping, shop: ShopSession) -> None:
    section("What is offered")
    rows = pipeline.items(shop, deal["id"])
    for row in rows:
        amount = row["total"] if row["total"] is not None else row["unit_price"]
        many = f"{row['quantity']:f}".rstrip("0").rstrip(".")
        worth = f" · {money(amount, shop.shop)}" if amount is not None else ""
        st.markdown(f"{escape(row['product_name'])} :gray[:small[× {escape(many)}{escape(worth)}]]")
    if not rows:
        note("Nothing listed yet.")
    if not shop.who.may("edit opportunities"):
        return
    with st.popover("Change", icon=":material/edit:", type="tertiary", key=f"change-items-{deal['updated_at']}"):
        _form(deal, rows, shop)


def _form(deal: RowMapping, rows: list[RowMapping], shop: ShopSession) -> None:
    catalogue = products.names(shop)
    frame = pd.DataFrame(
        {
            "name": pd.Series([row["product_name"] for row in rows], dtype="object"),
            "quantity": pd.Series([float(row["quantity"]) for row in rows], dtype="float"),
            "price": pd.Series([_float(row["unit_price"]) for row in rows], dtype="float"),
        }
    )
    column = st.column_config
    edited = st.data_editor(
        frame,
        num_rows="dynamic",
        hide_index=True,
        key=f"items-{deal['id']}-{deal['updated_at']}",
        column_config={
            "name": column.TextColumn("What", required=True, max_chars=300, width=200),
            "quantity": column.NumberColumn("How many", default=1, min_value=0.001, width=80),
            "price": column.NumberColumn("Price", min_value=0, width=100),
        },
    )
    if catalogue:
        note(f"A name of your catalogue ({', '.join(list(catalogue.values())[:3])}, …) becomes that product.", 380)
    take = st.toggle("The opportunity is worth what they come to", value=bool(rows) or deal["value"] is None)
    if st.button("Save items", key="save-items", width="stretch"):
        known = {name.casefold(): product_id for product_id, name in catalogue.items()}
        given = [_item(row, known) for row in edited.to_dict("records") if str(row["name"] or "").strip()]
        with saving(shop.who, "Items saved") as gate:
            pipeline.change_items(gate, deal["id"], given, take_value=take)
        if gate.saved:
            st.rerun()


def _item(row: Mapping[Any, Any], known: Mapping[str, UUID]) -> Item:
    name = " ".join(str(row["name"]).split())
    quantity = 1 if pd.isna(row["quantity"]) else row["quantity"]
    price = None if pd.isna(row["price"]) else Decimal(str(row["price"]))
    return Item(name, Decimal(str(quantity)), price, product_id=known.get(name.casefold()))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
