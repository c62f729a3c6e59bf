"""Recording a sale: once, whatever is sent how often; its customer found or put on file on the way."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import counters, customers, people, timeline
from crmcore.books import local_day
from crmcore.contacts.converting import convert
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict
from crmcore.models import Customer, Order, OrderItem, Product
from crmcore.orders.sale import COMPLETED, Item, NewOrder, told
from crmcore.phones import normalise
from crmcore.refills.making import remake

_MOST_TRIES = 20  # at a number nobody has; after so many it is the key that is taken, by an order not to be seen
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that can be mistaken for another


def record(shop: ShopSession, new: NewOrder) -> UUID:
    """Record a sale with its items, find or create its customer, count it; return the order's id.

    One transaction; opened with writes=True. Sending the same `idempotency_key` again returns the first order.
    A draft, and a payment that failed (cancelled), count for nothing and put nobody on file.
    Raises BadInput for what can't be used, and for an order number that is taken.
    """
    shop.who.must("sell")
    already = _by_key(shop, new.idempotency_key)
    if already is not None:
        return already
    new = new.checked(shop)
    if new.is_return:
        shop.who.must("change orders")
    people.must_sell(shop, new.rep_id)
    lines = with_products(shop, new.items)
    buyer, is_newcomer = _buyer(shop, new)
    order_id, is_new = _insert(shop, new, buyer, is_newcomer)
    if not is_new:
        if is_newcomer and buyer:
            counters.count_customer(shop, buyer["id"])
        return order_id
    insert_items(shop, order_id, lines)
    timeline.note(
        shop,
        "return recorded" if new.is_return else "sale recorded",
        "order",
        order_id,
        customer_id=buyer["id"] if buyer else None,
        total=new.total,
        status=new.status,
        items=told(lines),
        payment_method=new.payment_method,
    )
    if buyer and buyer["status"] == "lead" and new.status == COMPLETED and not new.is_return:
        customers.becomes_active(shop, buyer["id"])
    if buyer and new.status == COMPLETED:
        remake(shop, [buyer["id"]])
    if buyer:
        convert(shop, order_id)
    return order_id


def buyer_on_file(shop: ShopSession, customer_id: UUID) -> RowMapping:
    """The customer an order may go to. Raises NotFound, or BadInput for one who was hidden."""
    buyer = customers.get(shop, customer_id)
    if buyer["hidden_at"] is not None:
        raise BadInput("customer", "This customer was hidden. Bring them back first, or sell without a name.")
    return buyer


def with_products(shop: ShopSession, lines: Sequence[Item]) -> list[Item]:
    """The items with name, code and category filled in from the catalogue. Raises BadInput for an unknown product."""
    ids = {line.product_id for line in lines if line.product_id}
    if not ids:
        return list(lines)
    rows = shop.execute(select(Product).where(Product.shop_id == shop.id, Product.id.in_(ids))).mappings()
    catalogue = {row["id"]: row for row in rows}
    return [_filled(line, catalogue) if line.product_id else line for line in lines]


def insert_items(shop: ShopSession, order_id: UUID, lines: Sequence[Item]) -> None:
    rows = [
        {"shop_id": shop.id, "order_id": order_id, "position": position, **vars(line), "total": line.total}
        for position, line in enumerate(lines, 1)
    ]
    if rows:
        shop.execute(insert(OrderItem), rows)


def _filled(line: Item, catalogue: dict[UUID, RowMapping]) -> Item:
    product = catalogue.get(line.product_id) if line.product_id else None
    if product is None:
        raise BadInput("product", "This product is not in your catalogue any more. Choose another.")
    return Item(
        product_name=line.product_name or product["name"],
        quantity=line.quantity,
        unit_price=line.unit_price,
        product_id=line.product_id,
        sku=line.sku or product["sku"],
        category=line.category or product["category"],
        medicine_days=line.medicine_days,
    )


def _by_key(shop: ShopSession, key: str | None) -> UUID | None:
    if key is None:
        return None
    return shop.scalar(select(Order.id).where(Order.shop_id == shop.id, Order.idempotency_key == key))


def _buyer(shop: ShopSession, new: NewOrder) -> tuple[RowMapping | None, bool]:
    """The customer of a new order: the one chosen, or found by phone, or put on file; None for a walk-in.

    True beside somebody who was put on file a moment ago and is to be counted together with the order.
    """
    if new.customer_id is not None:
        return buyer_on_file(shop, new.customer_id), False
    if new.status != COMPLETED:
        return customers.by_phone(shop, new.phone) if new.phone else None, False
    if not (new.phone or new.email):
        return None, False
    given = {
        "phone": new.phone, "name": new.name, "email": new.email, "address": new.address, "source": new.source_slug,
    }  # fmt: skip
    given = {key: value for key, value in given.items() if value}
    customer_id, created = customers.find_or_create(shop, given, counted=False)
    if created and new.source_slug:
        shop.execute(
            update(Customer)
            .where(Customer.shop_id == shop.id, Customer.id == customer_id)
            .values(first_source_slug=new.source_slug)
        )
    return customers.get(shop, customer_id), created


def _insert(shop: ShopSession, new: NewOrder, buyer: RowMapping | None, is_newcomer: bool) -> tuple[UUID, bool]:
    """Insert the order and count it, or find the one that arrived with the same key at the same time: (its id, is new).

    Raises BadInput when the number is taken.
    """
    ordered_at = new.ordered_at or shop.now
    values = {
        "shop_id": shop.id,
        "status": new.status,
        "ordered_at": ordered_at,
        "ordered_on": local_day(shop, ordered_at),
        "customer_id": buyer["id"] if buyer else None,
        "customer_name": buyer["name"] if buyer else new.name,
        "customer_phone": buyer["phone"] if buyer else _phone(shop, new.phone),
        "customer_address": new.address or (buyer["address"] if buyer else None),
        "customer_category": new.customer_category,
        "rep_id": new.rep_id,
        "total": new.total,
        "quantity": new.quantity,
        "payment_method": new.payment_method,
        "source_slug": new.source_slug,
        "was_contacted_before": new.was_contacted_before,
        "visited_but_no_purchase": new.visited_but_no_purchase,
        "note": new.note,
        "idempotency_key": new.idempotency_key,
        "created_at": shop.now,
        "created_by": shop.who.staff_id,
        "updated_at": shop.now,
        "updated_by": shop.who.staff_id,
    }
    for _ in range(_MOST_TRIES):
        number = new.number or _new_number(ordered_at.astimezone(shop.zone))
        order_id = shop.scalar(
            upsert(Order)
            .values(id=new_id(), number=number, **values)
            .on_conflict_do_nothing()
            .returning(Order.id, counters.order_counted(is_newcomer=is_newcomer))
        )
        if order_id is not None:
            return order_id, True
        already = _by_key(shop, new.idempotency_key)
        if already is not None:
            return already, False
        if new.number:
            raise BadInput("number", f"There is an order {new.number} already. Give this one another number.")
    raise Conflict("This sale went to a customer somebody else looks after. Look at it with your manager.")


def _phone(shop: ShopSession, typed: str | None) -> str | None:
    return normalise(typed, shop.shop.region).e164 if typed else None


def _new_number(local: datetime) -> str:
    """A number for a sale made here: the day, then five letters and digits."""
    return f"{local:%y%m%d}-" + "".join(secrets.choice(_LETTERS) for _ in range(5))
