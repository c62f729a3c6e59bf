"""Changing a sale afterwards: everything it counted for is counted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, update

from crmcore import counters, customers, people, timeline
from crmcore.books import check_moment, local_day
from crmcore.contacts.converting import convert
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.models import Order, OrderItem
from crmcore.orders import returning
from crmcore.orders.reading import get, items, returns_of
from crmcore.orders.recording import buyer_on_file, insert_items, with_products
from crmcore.orders.sale import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    STATUSES,
    Item,
    NewOrder,
    checked_items,
    pieces_in,
    told,
)
from crmcore.refills.making import remake
from crmcore.texts import one_line, paragraph

KEEP: Any = ...


@dataclass(frozen=True)
class OrderChange:
    """What to change on an order; what is left alone stays.

    `items` replaces all items and, without an `amount`, sets the total. `customer_id=None` makes it a walk-in's;
    a `phone` gives it to whoever has it, with `name` for somebody who is not on file yet.
    """

    items: Sequence[Item] | None = None
    amount: Decimal | None = None
    customer_id: UUID | None = field(default=KEEP)
    ordered_at: datetime | None = None
    rep_id: UUID | None = field(default=KEEP)
    payment_method: str | None = field(default=KEEP)
    note: str | None = field(default=KEEP)
    status: str | None = None
    phone: str | None = None
    name: str | None = None


def change(shop: ShopSession, order_id: UUID, to: OrderChange, *, seen_at: datetime | None = None) -> None:
    """Edit an order: items, amount, day, customer, rep, payment, note, status. Needs a gate opened alone.

    Everything is counted again, for the customer who had it and the one who has it now; the returns of a sale move
    with it. `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises NotFound, and BadInput for what can't be used or would contradict a return.
    """
    shop.who.must("change orders")
    before = get(shop, order_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this order meanwhile. Look at what it says now, then save again.")
    lines_before = [as_item(line) for line in items(shop, order_id)]
    lines = lines_before if to.items is None else _checked_lines(shop, to.items)
    values = _values(shop, before, to, lines, new_lines=lines != lines_before)
    changed = timeline.changes(dict(before), values)
    if lines != lines_before:
        changed["before"]["items"], changed["after"]["items"] = told(lines_before), told(lines)
    if not changed["after"]:
        return
    after = {**before, **values}
    returns = returns_of(shop, order_id)
    _check_against_returns(shop, before, after, set(changed["after"]), returns)
    moving = [row["id"] for row in returns] if after["customer_id"] != before["customer_id"] else []
    with counters.recounting(shop, {before["customer_id"], after["customer_id"]}, [order_id, *moving]):
        _write(shop, order_id, values)
        for return_id in moving:
            _write(shop, return_id, {key: value for key, value in values.items() if key.startswith("customer_")})
        if lines != lines_before:
            shop.execute(delete(OrderItem).where(OrderItem.shop_id == shop.id, OrderItem.order_id == order_id))
            insert_items(shop, order_id, lines)
    remake(shop, [before["customer_id"], after["customer_id"]])
    if after["customer_id"] and after["status"] == COMPLETED and after["total"] >= 0:
        customers.becomes_active(shop, after["customer_id"])
        convert(shop, order_id)
    _note(shop, before, after, changed)


def cancel(shop: ShopSession, order_id: UUID, *, seen_at: datetime | None = None) -> None:
    """Cancel an order: it counts for nothing from now on. Needs a gate opened alone."""
    change(shop, order_id, OrderChange(status=CANCELLED), seen_at=seen_at)


def as_item(line: RowMapping) -> Item:
    """A stored line as the Item that makes it; the price of a line that has none comes from its total."""
    price = line["unit_price"]
    if price is None:
        price = abs(line["total"] / line["quantity"]) if line["quantity"] else Decimal(0)
    return Item(
        product_name=line["product_name"],
        quantity=line["quantity"],
        unit_price=price.quantize(Decimal("0.0001")),
        product_id=line["product_id"],
        sku=line["sku"],
        category=line["category"],
        medicine_days=line["medicine_days"],
    )


def _checked_lines(shop: ShopSession, lines: Sequence[Item]) -> list[Item]:
    return with_products(shop, checked_items(lines, shop.shop.currency))


def _values(
    shop: ShopSession, before: RowMapping, to: OrderChange, lines: Sequence[Item], *, new_lines: bool
) -> dict[str, Any]:
    """The columns of the order as they shall be; checked."""
    values: dict[str, Any] = {}
    if new_lines or to.amount is not None:
        total = NewOrder(items=lines, amount=to.amount).checked(shop).total
        values |= {"total": total, "quantity": pieces_in(lines, total)}
    if to.status is not None:
        if to.status not in STATUSES:
            raise BadInput("status", f"“{to.status}” is not a status. Use one of: {', '.join(STATUSES)}.")
        values["status"] = to.status
    if to.ordered_at is not None:
        check_moment(shop, "ordered_at", "A sale", to.ordered_at)
        values |= {"ordered_at": to.ordered_at, "ordered_on": local_day(shop, to.ordered_at)}
    if to.payment_method is not KEEP:
        values["payment_method"] = one_line("payment_method", "A way to pay", to.payment_method, 60)
    if to.note is not KEEP:
        values["note"] = paragraph("note", "A note", to.note)
    if to.rep_id is not KEEP and to.rep_id != before["rep_id"]:
        people.must_sell(shop, to.rep_id)
        values["rep_id"] = to.rep_id
    return values | _buyer_values(shop, before, to)


def _buyer_values(shop: ShopSession, before: RowMapping, to: OrderChange) -> dict[str, Any]:
    """Whose order it shall be. A draft that becomes a sale puts the person it was written for on file."""
    buyer_id = before["customer_id"] if to.customer_id is KEEP else to.customer_id
    wanted = {"phone": to.phone, "name": to.name}
    if to.customer_id is KEEP and to.status == COMPLETED and buyer_id is None:
        wanted = {"phone": to.phone or before["customer_phone"], "name": to.name or before["customer_name"]}
    if wanted["phone"]:
        buyer_id, _ = customers.find_or_create(shop, {key: value for key, value in wanted.items() if value})
    if buyer_id == before["customer_id"]:
        return {}
    buyer = buyer_on_file(shop, buyer_id) if buyer_id else {"name": None, "phone": None, "address": None}
    return {
        "customer_id": buyer_id,
        "customer_name": buyer["name"],
        "customer_phone": buyer["phone"],
        "customer_address": buyer["address"],
    }


def _check_against_returns(
    shop: ShopSession, before: RowMapping, after: Mapping[str, Any], changed: set[str], returns: Sequence[RowMapping]
) -> None:
    """Raise BadInput for a change that would leave a return without the sale it is a return of."""
    money_changes = bool(changed & {"total", "quantity", "items"})
    standing = [row for row in returns if row["status"] == COMPLETED]
    if standing and (money_changes or after["status"] != COMPLETED):
        number = standing[0]["number"]
        raise BadInput("order", f"Some of this sale came back as {number}. Cancel that return first.")
    sale_id = before["returns_order_id"]
    if sale_id is None:
        return
    if money_changes:
        raise BadInput("order", "What came back can't be edited. Cancel this return and record another.")
    if "customer_id" in changed:
        raise BadInput("customer", "A return belongs to the customer of its sale. Change the sale instead.")
    if after["status"] == COMPLETED != before["status"]:
        returning.check_it_fits(shop, sale_id, before["id"])


def _write(shop: ShopSession, order_id: UUID, values: Mapping[str, Any]) -> None:
    shop.execute(
        update(Order)
        .where(Order.shop_id == shop.id, Order.id == order_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )


def _note(shop: ShopSession, before: RowMapping, after: Mapping[str, Any], changed: dict[str, Any]) -> None:
    """One line for the order; one more for the customer it was taken from."""
    what = "order changed"
    if after["status"] != before["status"]:
        what = {CANCELLED: "order cancelled", DRAFT: "order put aside", COMPLETED: "order completed"}.get(
            after["status"], "order changed"
        )
    about = {"number": before["number"], "total": after["total"]}
    timeline.note(shop, what, "order", before["id"], customer_id=after["customer_id"], **about, **changed)
    had_it = before["customer_id"]
    if had_it not in (None, after["customer_id"]):
        timeline.note(shop, "order moved away", "customer", had_it, customer_id=had_it, **about)
