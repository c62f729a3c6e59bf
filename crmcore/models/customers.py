"""Customers, the words they are found by, their tags and the shop's own fields."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, Numeric, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Count, Document, Key, Moment, Money, ShopKey, Small, Stamp, Stamped

_PlainText = Text(collation="C")


class Customer(Stamped, Base):
    """A person or company on file in one shop. Counters are written by the database functions only."""

    __tablename__ = "customers"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="customers_shop"),
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="customers_rep"
        ),
        Index("customers_phone_once", "shop_id", "phone", unique=True, postgresql_where=text("hidden_at is null")),
        Index("customers_ref_once", "shop_id", "external_ref", unique=True, postgresql_where=text("hidden_at is null")),
        Index("customers_phone_reversed", "shop_id", "phone_reversed"),
        Index("customers_email", "shop_id", "email", postgresql_where=text("email is not null")),
        Index("customers_rep", "shop_id", "rep_id"),
        Index("customers_city", "shop_id", "city", postgresql_where=text("city is not null")),
        Index("customers_source", "shop_id", "source", postgresql_where=text("source is not null")),
        Index("customers_hidden", "shop_id", "hidden_at", postgresql_where=text("hidden_at is not null")),
        Index("customers_place", "shop_id", "latitude", postgresql_where=text("latitude is not null")),
        Index("customers_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
        Index(
            "customers_named",
            "shop_id",
            text("lower(coalesce(name, company_name))"),
            "id",
            postgresql_where=text("hidden_at is null"),
        ),
        Index("customers_category", "shop_id", "category", postgresql_where=text("category is not null")),
        Index("customers_top", "shop_id", text("spend_band desc"), postgresql_where=text("hidden_at is null")),
        Index("customers_on_file", "shop_id", "id", postgresql_where=text("hidden_at is null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(_PlainText)
    phone_typed: Mapped[str | None]
    phone_reversed: Mapped[str | None] = mapped_column(_PlainText, Computed("reverse(phone)", persisted=True))
    external_ref: Mapped[str | None] = mapped_column(_PlainText)
    email: Mapped[str | None] = mapped_column(_PlainText)
    status: Mapped[str] = mapped_column(server_default=text("'lead'"))
    source: Mapped[str | None]
    category: Mapped[str | None]
    rep_id: Mapped[UUID | None]
    gender: Mapped[str | None]
    birth_day: Mapped[Small | None]
    birth_month: Mapped[Small | None]
    birth_year: Mapped[Small | None]
    language: Mapped[str | None]
    address: Mapped[str | None]
    floor: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    postcode: Mapped[str | None]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    formatted_address: Mapped[str | None]
    geocoded_at: Mapped[Moment | None]
    company_name: Mapped[str | None]
    industry: Mapped[str | None]
    segment: Mapped[str | None]
    lifecycle_stage: Mapped[str | None]
    engagement_level: Mapped[str | None]
    preferred_network: Mapped[str | None]
    first_source_slug: Mapped[str | None]
    notes: Mapped[str | None]
    custom: Mapped[Document]
    order_count: Mapped[Count]
    return_count: Mapped[Count]
    total_spent: Mapped[Money] = mapped_column(server_default=text("0"))
    first_purchase_on: Mapped[date | None]
    second_purchase_on: Mapped[date | None]
    last_purchase_on: Mapped[date | None]
    spend_band: Mapped[int | None] = mapped_column(
        SmallInteger,
        Computed(
            "case when total_spent > 1 then cast(floor(ln(cast(total_spent as double precision)) * 4) as smallint)"
            " else 0 end",
            persisted=True,
        ),
    )
    visit_count: Mapped[Count]
    first_visit_on: Mapped[date | None]
    second_visit_on: Mapped[date | None]
    last_visit_on: Mapped[date | None]
    last_talk_on: Mapped[date | None]
    health_score: Mapped[Small | None]
    import_id: Mapped[UUID | None]
    hidden_at: Mapped[Moment | None]
    created_on: Mapped[date]
    generic_preference: Mapped[str | None]


class CustomerWord(Base):
    __tablename__ = "customer_words"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="customer_words_customer",
            ondelete="CASCADE",
        ),
        Index("customer_words_customer", "shop_id", "customer_id", "word"),
    )

    shop_id: Mapped[ShopKey]
    word: Mapped[str] = mapped_column(_PlainText, primary_key=True)
    customer_id: Mapped[Key]


class Tag(Base):
    __tablename__ = "tags"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="tags_shop"),
        Index("tags_name_once", "shop_id", text("lower(name)"), unique=True),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    category: Mapped[str | None]
    colour: Mapped[str | None]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class Tagging(Base):
    __tablename__ = "taggings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="taggings_customer",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["shop_id", "tag_id"], ["tags.shop_id", "tags.id"], name="taggings_tag", ondelete="CASCADE"
        ),
        Index("taggings_tag", "shop_id", "tag_id"),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[Key]
    tag_id: Mapped[Key]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class CustomField(Base):
    """One of the shop's own fields on a customer; the values stand in Customer.custom."""

    __tablename__ = "custom_fields"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="custom_fields_shop"),)

    shop_id: Mapped[ShopKey]
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    kind: Mapped[str]
    choices: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    position: Mapped[Small] = mapped_column(server_default=text("0"))
