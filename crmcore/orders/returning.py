"""What comes back: an order of its own, below zero, so that the money leaves on the day it is given back."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select

from crmcore import counters, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Order, OrderItem
from crmcore.orders.reading import get, items, returns_of
from crmcore.orders.sale import COMPLETED, in_cents, plain_number
from crmcore.refills.making import remake
from crmcore.texts import paragraph


@dataclass(frozen=True)
class Return:
    """What a return would be: its lines, and its total and pieces (both zero or less)."""

    lines: list[dict[str, Any]]
    total: Decimal
    quantity: Decimal


@dataclass(frozen=True)
class Returnable:
    """A line of a sale: how many pieces may still come back, and what they were paid for."""

    line: RowMapping
    left: Decimal
    money_left: Decimal

    @property
    def position(self) -> int:
        return self.line["position"]

    @property
    def name(self) -> str:
        return self.line["product_name"] or "item"

    def money_for(self, quantity: Decimal) -> Decimal:
        """What is given back for so many pieces: to the cent, and all of it together is what was paid."""
        return in_cents(self.money_left * quantity / self.left) if quantity else Decimal(0)


def returnable(shop: ShopSession, order_id: UUID) -> list[Returnable]:
    """The lines of a sale of which something can still come back. A discount on the whole is shared among them."""
    sale = get(shop, order_id)
    lines = items(shop, order_id)
    back = _came_back(shop, order_id)
    found = []
    for line, paid in zip(lines, _paid(sale["total"], lines), strict=True):
        pieces, money = back.get(line["position"], (Decimal(0), Decimal(0)))
        if line["quantity"] - pieces > 0:
            found.append(Returnable(line, line["quantity"] - pieces, max(paid - money, Decimal(0))))
    return found


def return_of(shop: ShopSession, order_id: UUID, quantities: Mapping[int, Decimal] | None = None) -> Return:
    """What returning this sale would be: all that is left of it, or `quantities` by item position.

    Raises BadInput when that is more than was bought and not returned yet, or nothing at all.
    """
    sale = get(shop, order_id)
    if sale["status"] != COMPLETED or sale["is_return"]:
        raise BadInput("order", "Only a completed sale can be returned.")
    if not items(shop, order_id):
        if _came_back(shop, order_id):
            raise BadInput("order", "This sale came back already.")
        return Return([], -sale["total"], -sale["quantity"])
    open_lines = {line.position: line for line in returnable(shop, order_id)}
    if not open_lines:
        raise BadInput("quantity", "Everything of this sale came back already.")
    wanted = {position: line.left for position, line in open_lines.items()} if quantities is None else quantities
    lines = [_line_back(open_lines.get(position), wanted[position]) for position in sorted(wanted) if wanted[position]]
    if not lines:
        raise BadInput("quantity", "Choose what came back: give a quantity for at least one item.")
    return Return(
        lines, sum((line["total"] for line in lines), Decimal(0)), sum((line["quantity"] for line in lines), Decimal(0))
    )


def take_back(
    shop: ShopSession,
    order_id: UUID,
    quantities: Mapping[int, Decimal] | None = None,
    *,
    note: str | None = None,
    idempotency_key: str | None = None,
) -> UUID:
    """Record a return of a sale today: all that is left of it, or `quantities` by item position; give its id.

    Sending the same `idempotency_key` again returns the first return. Needs a gate opened alone. Raises BadInput.
    """
    shop.who.must("change orders")
    if idempotency_key is not None:
        already = shop.scalar(
            select(Order.id).where(Order.shop_id == shop.id, Order.idempotency_key == idempotency_key)
        )
        if already is not None:
            return already
    sale = get(shop, order_id)
    back = return_of(shop, order_id, quantities)
    return_id = new_id()
    number = _number(shop, sale)
    kept = (
        "customer_id", "customer_name", "customer_phone", "customer_address", "customer_category", "rep_id",
        "payment_method", "source_slug",
    )  # fmt: skip
    with counters.recounting(shop, [sale["customer_id"]], [return_id]):
        shop.execute(
            insert(Order).values(
                shop_id=shop.id,
                id=return_id,
                number=number,
                status=COMPLETED,
                ordered_at=shop.now,
                ordered_on=shop.today,
                total=back.total,
                quantity=back.quantity,
                returns_order_id=order_id,
                note=paragraph("note", "A note", note),
                idempotency_key=idempotency_key,
                created_at=shop.now,
                created_by=shop.who.staff_id,
                updated_at=shop.now,
                updated_by=shop.who.staff_id,
                **{column: sale[column] for column in kept},
            )
        )
        if back.lines:
            shop.execute(insert(OrderItem), [{**line, "order_id": return_id} for line in back.lines])
    remake(shop, [sale["customer_id"]])
    timeline.note(
        shop,
        "return recorded",
        "order",
        return_id,
        customer_id=sale["customer_id"],
        total=back.total,
        items=_told(back.lines),
        of=sale["number"],
    )
    return return_id


def check_it_fits(shop: ShopSession, sale_id: UUID, return_id: UUID) -> None:
    """Before a cancelled return counts again: raise BadInput unless that much of its sale is still to come back."""
    if get(shop, sale_id)["status"] != COMPLETED:
        raise BadInput("status", "The sale this belongs to does not count. Complete the sale first.")
    lines = items(shop, return_id)
    if not lines and _came_back(shop, sale_id):
        raise BadInput("status", "This sale came back another time meanwhile. Cancel that return first.")
    left = {line.position: line.left for line in returnable(shop, sale_id)}
    for line in lines:
        if -line["quantity"] > left.get(line["position"], Decimal(0)):
            name = line["product_name"] or "item"
            raise BadInput("status", f"{name} came back another time meanwhile. Cancel that return first.")


def _line_back(line: Returnable | None, quantity: Decimal) -> dict[str, Any]:
    if line is None:
        raise BadInput("quantity", "This item came back already, or is not part of the sale.")
    if quantity < 0 or quantity > line.left:
        left, asked = plain_number(line.left), plain_number(quantity)
        raise BadInput("quantity", f"Of {line.name} {left} can still come back, not {asked}.")
    return {**line.line, "quantity": -quantity, "total": -line.money_for(quantity)}


def _paid(total: Decimal, lines: list[RowMapping]) -> list[Decimal]:
    """What was paid for each line when the sale cost `total`: shared by the lines' totals, the cents adding up."""
    weights = [line["total"] for line in lines]
    if sum(weights) == total:
        return weights
    if sum(weights) <= 0:
        weights = [max(line["quantity"], Decimal(0)) for line in lines]
    whole, so_far, paid_so_far, paid = sum(weights, Decimal(0)), Decimal(0), Decimal(0), []
    for weight in weights:
        so_far += weight
        upto = in_cents(total * so_far / whole) if whole else Decimal(0)
        paid.append(upto - paid_so_far)
        paid_so_far = upto
    return paid


def _came_back(shop: ShopSession, order_id: UUID) -> dict[int, tuple[Decimal, Decimal]]:
    """Pieces and money that came back already, by item position; position 0 for a sale without items."""
    position = func.coalesce(OrderItem.position, 0)
    query = (
        select(
            position,
            -func.sum(func.coalesce(OrderItem.quantity, Order.quantity)),
            -func.sum(func.coalesce(OrderItem.total, Order.total)),
        )
        .select_from(Order)
        .outerjoin(OrderItem, (OrderItem.shop_id == Order.shop_id) & (OrderItem.order_id == Order.id))
        .where(Order.shop_id == shop.id, Order.returns_order_id == order_id, Order.status == COMPLETED)
        .group_by(position)
    )
    return {place: (pieces, money) for place, pieces, money in shop.execute(query)}


def _number(shop: ShopSession, sale: RowMapping) -> str:
    """The number of the sale's next return: 261120-7KQ2M-R1, then -R2."""
    nth = len(returns_of(shop, sale["id"])) + 1
    while True:
        ending = f"-R{nth}"
        number = sale["number"][: 100 - len(ending)] + ending
        taken = select(Order.id).where(Order.shop_id == shop.id, Order.number == number)
        if shop.scalar(taken) is None:
            return number
        nth += 1


def _told(lines: list[dict[str, Any]]) -> str:
    return ", ".join(f"{line['product_name'] or 'item'} × {plain_number(-line['quantity'])}" for line in lines[:5])
