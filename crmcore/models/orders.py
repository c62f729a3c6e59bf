"""Products, orders and their items."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Key, Moment, Money, Quantity, ShopKey, Stamped


class Product(Stamped, Base):
    __tablename__ = "products"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="products_shop"),
        Index("products_sku_once", "shop_id", "sku", unique=True, postgresql_where=text("sku is not null")),
        Index("products_name", "shop_id", "name"),
        Index("products_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    sku: Mapped[str | None]
    name: Mapped[str]
    category: Mapped[str | None]
    price: Mapped[Money | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    import_id: Mapped[UUID | None]


class Order(Stamped, Base):
    """A sale: draft, completed, cancelled or returned; a return is an order below zero."""

    __tablename__ = "orders"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="orders_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="orders_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="orders_rep"
        ),
        ForeignKeyConstraint(["shop_id", "returns_order_id"], ["orders.shop_id", "orders.id"], name="orders_returns"),
        UniqueConstraint("shop_id", "number", name="orders_number_once"),
        Index(
            "orders_idempotency_once",
            "shop_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key is not null"),
        ),
        Index("orders_customer", "shop_id", "customer_id", "ordered_on"),
        Index("orders_day", "shop_id", "ordered_on", "id"),
        Index(
            "orders_bought",
            "shop_id",
            "ordered_on",
            "customer_id",
            postgresql_where=text("status = 'completed' and not is_return and customer_id is not null"),
        ),
        Index(
            "orders_not_completed",
            "shop_id",
            "ordered_on",
            "status",
            postgresql_where=text("status <> 'completed'"),
        ),
        Index("orders_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
        Index(
            "orders_returned", "shop_id", "returns_order_id", postgresql_where=text("returns_order_id is not null")
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    number: Mapped[str] = mapped_column(Text(collation="C"))
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    ordered_at: Mapped[Moment]
    ordered_on: Mapped[date]
    customer_id: Mapped[UUID | None]
    customer_name: Mapped[str | None]
    customer_phone: Mapped[str | None]
    customer_address: Mapped[str | None]
    customer_category: Mapped[str | None]
    rep_id: Mapped[UUID | None]
    total: Mapped[Money]
    quantity: Mapped[Quantity] = mapped_column(server_default=text("1"))
    is_return: Mapped[bool] = mapped_column(
        Computed("total < 0 or (total = 0 and quantity < 0)", persisted=True)
    )
    returns_order_id: Mapped[UUID | None]
    payment_method: Mapped[str | None]
    source_slug: Mapped[str | None]
    was_contacted_before: Mapped[bool | None]
    visited_but_no_purchase: Mapped[bool | None]
    note: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    import_id: Mapped[UUID | None]


class OrderItem(Base):
    """One line of an order, written with it. It has no foreign keys on purpose, see sql/schema/006_keys.sql."""

    __tablename__ = "order_items"
    __table_args__ = (
        Index("order_items_medicines", "shop_id", "order_id", postgresql_where=text("medicine_days is not null")),
    )

    shop_id: Mapped[ShopKey]
    order_id: Mapped[Key]
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[UUID | None]
    product_name: Mapped[str | None]
    sku: Mapped[str | None]
    category: Mapped[str | None]
    quantity: Mapped[Quantity]
    unit_price: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    total: Mapped[Money]
    medicine_days: Mapped[int | None]
