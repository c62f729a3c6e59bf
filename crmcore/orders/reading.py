"""Reading orders: one, its items, its returns, its history; and those of a customer."""

from uuid import UUID

from sqlalchemy import RowMapping, select

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.models import Activity, Membership, Order, OrderItem


def get(shop: ShopSession, order_id: UUID) -> RowMapping:
    """One order. Raises NotFound."""
    shop.who.must("see orders")
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


def returns_of(shop: ShopSession, order_id: UUID) -> list[RowMapping]:
    """What came back of a sale: its returns of every status, oldest first."""
    query = (
        select(Order).where(Order.shop_id == shop.id, Order.returns_order_id == order_id).order_by(Order.id)
    )
    return list(shop.execute(query).mappings())


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 20, offset: int = 0) -> list[RowMapping]:
    """A customer's orders of every status, newest first."""
    shop.who.must("see orders")
    query = (
        select(Order)
        .where(Order.shop_id == shop.id, Order.customer_id == customer_id)
        .order_by(Order.ordered_on.desc(), Order.ordered_at.desc(), Order.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(shop.execute(query).mappings())


def latest(shop: ShopSession, customer_id: UUID, *, limit: int = 3) -> list[RowMapping]:
    """A customer's last completed sales and returns, newest first: id, number, day, total and what was bought."""
    shop.who.must("see orders")
    return shop.rows("orders/latest_of_customer", customer_id=customer_id, most=limit)


def history(shop: ShopSession, order_id: UUID) -> list[RowMapping]:
    """Everything that happened to an order, newest first: at, staff_name (None: not a person), via, what, detail."""
    query = (
        select(Activity.at, Activity.via, Activity.what, Activity.detail, Membership.name.label("staff_name"))
        .outerjoin(
            Membership, (Membership.shop_id == Activity.shop_id) & (Membership.staff_id == Activity.staff_id)
        )
        .where(Activity.shop_id == shop.id, Activity.subject_id == order_id, Activity.subject == "order")
        .order_by(Activity.id.desc())
    )
    return list(shop.execute(query).mappings())
