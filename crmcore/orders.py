"""Orders: any sale. Recorded once, counted once; changed, cancelled or returned with everything counted again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import counters, customers, people, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Customer, Order, OrderItem, Product

DRAFT, COMPLETED, CANCELLED, RETURNED = "draft", "completed", "cancelled", "returned"
STATUSES = {DRAFT: "Draft", COMPLETED: "Completed", CANCELLED: "Cancelled", RETURNED: "Returned"}
LARGEST = Decimal("99999999.99")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    """One line of an order: a product on the catalogue, or just its name; price per piece in the shop's currency."""

    product_name: str | None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    product_id: UUID | None = None
    sku: str | None = None
    category: str | None = None
    medicine_days: int | None = None

    @property
    def total(self) -> Decimal:
        return (self.quantity * self.unit_price).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class NewOrder:
    """A sale to record.

    Who bought: `customer_id`; or a `phone`, found or created on the way; or neither: a walk-in without a name.
    How much: `items`; or one `amount` in the shop's currency. `ordered_at`: aware, default now.
    `idempotency_key`: sending the same key again records nothing and returns the first order.
    """

    items: Sequence[Item] = ()
    amount: Decimal | None = None
    customer_id: UUID | None = None
    phone: str | None = None
    name: str | None = None
    email: str | None = None
    address: str | None = None
    status: str = COMPLETED
    ordered_at: datetime | None = None
    rep_id: UUID | None = None
    payment_method: str | None = None
    number: str | None = None
    note: str | None = None
    source_slug: str | None = None
    customer_category: str | None = None
    was_contacted_before: bool | None = None
    visited_but_no_purchase: bool | None = None
    idempotency_key: str | None = None

    @property
    def total(self) -> Decimal:
        if self.amount is not None:
            return self.amount.quantize(_CENT, ROUND_HALF_UP)
        return sum((item.total for item in self.items), Decimal(0))

    @property
    def quantity(self) -> Decimal:
        """Net number of pieces; an order of one amount counts as one piece (or as minus one, when it is a return)."""
        if self.items:
            return sum((item.quantity for item in self.items), Decimal(0))
        return Decimal(-1) if self.total < 0 else Decimal(1)

    def check(self, shop: ShopSession) -> None:
        """Raise BadInput naming the first field that can't be used."""
        if self.amount is None and not self.items:
            raise BadInput("items", "Add at least one item, or an amount.")
        if abs(self.total) > LARGEST:
            raise BadInput("total", f"{self.total:,} is more than an order can hold. Check price and quantity.")
        if self.status not in STATUSES:
            raise BadInput("status", f"“{self.status}” is not a status. Use one of: {', '.join(STATUSES)}.")
        for position, item in enumerate(self.items, 1):
            if not item.product_name and item.product_id is None:
                raise BadInput("product", f"Item {position} needs a product or a name.")
            if item.quantity == 0:
                raise BadInput("quantity", f"Item {position} has no quantity. Give at least 1, or remove it.")
            if item.unit_price < 0:
                raise BadInput("unit_price", f"Item {position} has a negative price. Use Return to give money back.")
            if item.medicine_days is not None and not 1 <= item.medicine_days <= 3650:
                raise BadInput("medicine_days", f"Item {position} lasts {item.medicine_days} days; use 1 to 3650.")
        if self.ordered_at is not None:
            if self.ordered_at.astimezone(shop.zone).date() > shop.today:
                raise BadInput("ordered_at", "A sale can't lie in the future. Choose today or an earlier day.")
            if self.ordered_at.year < 1900:
                raise BadInput("ordered_at", f"The year {self.ordered_at.year} can't be right. Check the date.")


def record(shop: ShopSession, new: NewOrder) -> UUID:
    """Record a sale with its items, find or create its customer, count it; return the order's id.

    One transaction; opened with writes=True. Sending the same `idempotency_key` again returns the first order.
    Raises BadInput for what can't be used, and for an order number that is taken.
    """
    shop.who.must("sell")
    new.check(shop)
    people.must_sell(shop, new.rep_id)
    already = _by_key(shop, new.idempotency_key)
    if already is not None:
        return already
    buyer = _buyer(shop, new)
    order_id = new_id()
    ordered_at = new.ordered_at or shop.now
    inserted = shop.scalar(
        upsert(Order)
        .values(
            shop_id=shop.id,
            id=order_id,
            number=new.number or _new_number(ordered_at.astimezone(shop.zone)),
            status=new.status,
            ordered_at=ordered_at,
            ordered_on=ordered_at.astimezone(shop.zone).date(),
            customer_id=buyer["id"] if buyer else None,
            customer_name=buyer["name"] if buyer else new.name,
            customer_phone=buyer["phone"] if buyer else None,
            customer_address=new.address or (buyer["address"] if buyer else None),
            customer_category=new.customer_category,
            rep_id=new.rep_id,
            total=new.total,
            quantity=new.quantity,
            payment_method=new.payment_method,
            source_slug=new.source_slug,
            was_contacted_before=new.was_contacted_before,
            visited_but_no_purchase=new.visited_but_no_purchase,
            note=new.note,
            idempotency_key=new.idempotency_key,
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Order.id)
    )
    if inserted is None:
        already = _by_key(shop, new.idempotency_key)
        if already is not None:  # the same sale arrived twice at once
            return already
        raise BadInput("number", f"There is an order {new.number} already. Give this one another number.")
    _insert_items(shop, order_id, new.items)
    timeline.note(
        shop,
        "sale recorded" if new.total >= 0 else "return recorded",
        "order",
        order_id,
        customer_id=buyer["id"] if buyer else None,
        total=new.total,
        status=new.status,
        items=_told(new.items),
        payment_method=new.payment_method,
    )
    if buyer and new.status == COMPLETED and buyer["status"] == "lead":
        shop.execute(
            update(Customer).where(Customer.shop_id == shop.id, Customer.id == buyer["id"]).values(status="active")
        )
    counters.count_order(shop, order_id)
    return order_id


@dataclass(frozen=True)
class OrderChange:
    """What to change on an order; what is left at KEEP stays. `items` replaces all items and sets the total."""

    items: Sequence[Item] | None = None
    amount: Decimal | None = None
    customer_id: Any = field(default=...)
    ordered_at: datetime | None = None
    rep_id: Any = field(default=...)
    payment_method: Any = field(default=...)
    note: Any = field(default=...)
    status: str | None = None


def change(shop: ShopSession, order_id: UUID, to: OrderChange, *, seen_at: datetime | None = None) -> None:
    """Edit an order: items, amount, day, customer, rep, payment, note, status. Needs a gate opened alone.

    Everything is counted again, for the customer who had it and the one who has it now. `seen_at`: the `updated_at`
    the person saw; if somebody saved in between, raises Conflict. Raises NotFound and BadInput.
    """
    shop.who.must("change orders")
    before = get(shop, order_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this order meanwhile. Look at what it says now, then save again.")
    values: dict[str, Any] = {
        key: value
        for key in ("customer_id", "rep_id", "payment_method", "note")
        if (value := getattr(to, key)) is not ...
    }
    if to.status is not None:
        values["status"] = to.status
    if to.items is not None or to.amount is not None:
        wanted = NewOrder(items=to.items or (), amount=to.amount, status=to.status or before["status"])
        wanted.check(shop)
        values |= {"total": wanted.total, "quantity": wanted.quantity}
    if to.ordered_at is not None:
        NewOrder(amount=Decimal(0), ordered_at=to.ordered_at).check(shop)
        values |= {"ordered_at": to.ordered_at, "ordered_on": to.ordered_at.astimezone(shop.zone).date()}
    if values.get("status", COMPLETED) not in STATUSES:
        raise BadInput("status", f"“{values['status']}” is not a status. Use one of: {', '.join(STATUSES)}.")
    if values.get("rep_id") not in (None, before["rep_id"]):
        people.must_sell(shop, values["rep_id"])
    if values.get("customer_id"):
        buyer = customers.get(shop, values["customer_id"])
        values |= {"customer_name": buyer["name"], "customer_phone": buyer["phone"]}
    with counters.recounting(shop, {before["customer_id"], values.get("customer_id")}, [order_id]):
        shop.execute(
            update(Order)
            .where(Order.shop_id == shop.id, Order.id == order_id)
            .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
        )
        if to.items is not None:
            shop.execute(delete(OrderItem).where(OrderItem.shop_id == shop.id, OrderItem.order_id == order_id))
            _insert_items(shop, order_id, to.items)
    timeline.note(
        shop,
        "order cancelled" if values.get("status") == CANCELLED else "order changed",
        "order",
        order_id,
        customer_id=values.get("customer_id", before["customer_id"]),
        **timeline.changes(dict(before), values),
    )


def cancel(shop: ShopSession, order_id: UUID) -> None:
    """Cancel an order: it counts for nothing from now on. Needs a gate opened alone."""
    change(shop, order_id, OrderChange(status=CANCELLED))


def take_back(shop: ShopSession, order_id: UUID, quantities: dict[int, Decimal] | None = None) -> UUID:
    """Record a return of an order today: all of it, or `quantities` by item position; return the return's id.

    The return is an order of its own, below zero, so that the money leaves on the day it was given back.
    Raises BadInput when more is returned than was bought and not returned yet. Needs a gate opened alone.
    """
    shop.who.must("change orders")
    bought = get(shop, order_id)
    if bought["status"] != COMPLETED or bought["is_return"]:
        raise BadInput("order", "Only a completed sale can be returned.")
    lines = items(shop, order_id)
    returned = _returned_quantities(shop, order_id)
    if lines:
        wanted = quantities or {line["position"]: line["quantity"] - returned.get(line["position"], 0) for line in lines}
        back: list[dict[str, Any]] = []
        for line in lines:
            quantity = wanted.get(line["position"], Decimal(0))
            left = line["quantity"] - returned.get(line["position"], Decimal(0))
            if quantity < 0 or quantity > left:
                raise BadInput("quantity", f"Of {line['product_name']} {left:f} can still be returned, not {quantity:f}.")
            if quantity:
                share = (line["total"] * quantity / line["quantity"]).quantize(_CENT, ROUND_HALF_UP)
                back.append({**line, "quantity": -quantity, "total": -share})
        total = sum((line["total"] for line in back), Decimal(0))
        pieces = sum((line["quantity"] for line in back), Decimal(0))
        if not back:
            raise BadInput("quantity", "Choose what is returned: everything of this order came back already.")
    else:
        if returned:
            raise BadInput("order", "This order was returned already.")
        back, total, pieces = [], -bought["total"], -bought["quantity"]
    return_id = new_id()
    with counters.recounting(shop, [bought["customer_id"]], [return_id]):
        shop.execute(
            insert(Order).values(
                shop_id=shop.id,
                id=return_id,
                number=f"{bought['number']}-R{secrets.token_hex(2)}",
                status=COMPLETED,
                ordered_at=shop.now,
                ordered_on=shop.today,
                customer_id=bought["customer_id"],
                customer_name=bought["customer_name"],
                customer_phone=bought["customer_phone"],
                customer_address=bought["customer_address"],
                rep_id=bought["rep_id"],
                total=total,
                quantity=pieces,
                returns_order_id=order_id,
                payment_method=bought["payment_method"],
                created_at=shop.now,
                created_by=shop.who.staff_id,
                updated_at=shop.now,
                updated_by=shop.who.staff_id,
            )
        )
        if back:
            shop.execute(insert(OrderItem), [{**line, "order_id": return_id} for line in back])
    timeline.note(
        shop, "return recorded", "order", return_id, customer_id=bought["customer_id"], total=total, of=bought["number"]
    )
    return return_id


def get(shop: ShopSession, order_id: UUID) -> RowMapping:
    """One order. Raises NotFound."""
    row = shop.execute(select(Order).where(Order.shop_id == shop.id, Order.id == order_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("This order is not on file in your shop any more.")
    return row


def items(shop: ShopSession, order_id: UUID) -> list[RowMapping]:
    """The items of an order, in the order they were entered."""
    query = (
        select(OrderItem)
        .where(OrderItem.shop_id == shop.id, OrderItem.order_id == order_id)
        .order_by(OrderItem.position)
    )
    return list(shop.execute(query).mappings())


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 20, offset: int = 0) -> list[RowMapping]:
    """A customer's orders of every status, newest first."""
    query = (
        select(Order)
        .where(Order.shop_id == shop.id, Order.customer_id == customer_id)
        .order_by(Order.ordered_on.desc(), Order.ordered_at.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(shop.execute(query).mappings())


def _by_key(shop: ShopSession, key: str | None) -> UUID | None:
    if key is None:
        return None
    return shop.scalar(select(Order.id).where(Order.shop_id == shop.id, Order.idempotency_key == key))


def _buyer(shop: ShopSession, new: NewOrder) -> RowMapping | None:
    """The customer of a new order: the one chosen, or found or created by phone; None for a walk-in."""
    customer_id = new.customer_id
    if customer_id is None and (new.phone or new.email):
        given = {"phone": new.phone, "name": new.name, "email": new.email, "address": new.address}
        if new.source_slug:
            given["source"] = new.source_slug
        customer_id, _ = customers.find_or_create(shop, {key: value for key, value in given.items() if value})
    if customer_id is None:
        return None
    buyer = customers.get(shop, customer_id)
    if buyer["hidden_at"] is not None:
        raise BadInput("customer", "This customer was hidden. Bring them back first, or sell without a name.")
    return buyer


def _insert_items(shop: ShopSession, order_id: UUID, lines: Sequence[Item]) -> None:
    catalogue = _products(shop, {line.product_id for line in lines if line.product_id})
    rows = []
    for position, line in enumerate(lines, 1):
        product = catalogue.get(line.product_id)
        rows.append(
            {
                "shop_id": shop.id,
                "order_id": order_id,
                "position": position,
                "product_id": line.product_id,
                "product_name": line.product_name or (product and product["name"]),
                "sku": line.sku or (product and product["sku"]),
                "category": line.category or (product and product["category"]),
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
                "medicine_days": line.medicine_days,
            }
        )
    if rows:
        shop.execute(insert(OrderItem), rows)


def _products(shop: ShopSession, ids: set[UUID]) -> dict[UUID | None, RowMapping]:
    if not ids:
        return {}
    rows = shop.execute(select(Product).where(Product.shop_id == shop.id, Product.id.in_(ids))).mappings()
    found: dict[UUID | None, RowMapping] = {row["id"]: row for row in rows}
    if ids - set(found):
        raise BadInput("product", "This product is not in your catalogue any more. Choose another.")
    return found


def _returned_quantities(shop: ShopSession, order_id: UUID) -> dict[int, Decimal]:
    """Pieces already returned of an order, by item position; {0: …} for an order without items."""
    query = (
        select(func.coalesce(OrderItem.position, 0), -func.sum(func.coalesce(OrderItem.quantity, Order.quantity)))
        .select_from(Order)
        .outerjoin(OrderItem, (OrderItem.shop_id == Order.shop_id) & (OrderItem.order_id == Order.id))
        .where(Order.shop_id == shop.id, Order.returns_order_id == order_id, Order.status == COMPLETED)
        .group_by(OrderItem.position)
    )
    return {position: quantity for position, quantity in shop.execute(query)}


def _new_number(local: datetime) -> str:
    """A number for a sale made here: the day, then five letters and digits that can't be mistaken for each other."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"{local:%y%m%d}-" + "".join(secrets.choice(alphabet) for _ in range(5))


def _told(lines: Sequence[Item]) -> str:
    """What was bought, in one line for the timeline."""
    shown = [
        f"{line.product_name or 'item'}" + (f" × {line.quantity.normalize():f}" if line.quantity != 1 else "")
        for line in lines[:5]
    ]
    return ", ".join(shown) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")
