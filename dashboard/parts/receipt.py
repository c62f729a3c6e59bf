"""A sale as the customer would read it: items, total, how it was paid, who sold it."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape as quoted
from pathlib import Path

import streamlit as st

from crmcore.database.gate import Shop
from crmcore.orders import Item, plain_number
from dashboard.parts.words import money

_LOOK = Path(__file__).resolve().parents[1] / "look" / "selling.css"


def selling_look() -> None:
    """Load the few rules that only the pages about sales need. Call it once, at the top of the page."""
    st.html(_LOOK)


def receipt(
    shop: Shop,
    *,
    head: str,
    items: Sequence[Item],
    total: Decimal | None,
    foot: Sequence[str] = (),
    empty: str = "",
) -> None:
    """Show a receipt of `shop`. `head`: number or day, and who bought. `total` None: nothing to pay yet.

    Where the total is not the sum of the items the difference is shown as what was taken off or added.
    """
    rows = [_row(_of(item, shop), money(item.total, shop)) for item in items]
    if not items and total is not None:
        rows.append(_row("One amount", money(total, shop)))
    if not items and total is None:
        rows.append(_row(f'<span class="muted">{quoted(empty)}</span>', ""))
    summed = sum((item.total for item in items), Decimal(0))
    if items and total is not None and total != summed:
        rows.append(_row("Taken off" if total < summed else "Added", money(total - summed, shop)))
    rows.append(f'<tr class="total"><td>Total</td><td>{quoted(money(total or Decimal(0), shop))}</td></tr>')
    below = "".join(f"<div>{quoted(line)}</div>" for line in foot if line)
    st.html(
        f'<div class="receipt"><header><strong>{quoted(shop.name)}</strong><small>{quoted(head)}</small></header>'
        f"<table>{''.join(rows)}</table>{f'<footer class=muted>{below}</footer>' if below else ''}</div>"
    )


def _of(item: Item, shop: Shop) -> str:
    name = quoted(item.product_name or "item")
    if item.quantity == 1:
        return name
    each = f"{plain_number(item.quantity)} × {money(item.unit_price, shop)}"
    return f'{name}<br><span class="muted">{quoted(each)}</span>'


def _row(left: str, right: str) -> str:
    return f"<tr><td>{left}</td><td>{quoted(right)}</td></tr>"
