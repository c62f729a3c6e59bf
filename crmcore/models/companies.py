"""Customers that are companies, and their people."""

from datetime import date
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Flag, Key, Moment, Money, ShopKey, Stamp, Stamped


class Company(Stamped, Base):
    """What is known of a customer that is a company."""

    __tablename__ = "companies"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="companies_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="companies_customer",
            ondelete="CASCADE",
        ),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[Key]
    website: Mapped[str | None]
    employees: Mapped[int | None]
    annual_revenue: Mapped[Money | None]
    tax_number: Mapped[str | None]


class ContactPerson(Stamped, Base):
    """A person of a company."""

    __tablename__ = "contact_people"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="contact_people_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="contact_people_customer"
        ),
        Index("contact_people_customer", "shop_id", "customer_id", "name"),
        Index("contact_people_one_primary", "shop_id", "customer_id", unique=True, postgresql_where=text("is_primary")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    name: Mapped[str]
    job_title: Mapped[str | None]
    role: Mapped[str | None]
    preferred_channel: Mapped[str | None]
    is_primary: Mapped[Flag]
    notes: Mapped[str | None]
    left_on: Mapped[date | None]


class Phone(Base):
    __tablename__ = "phones"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="phones_shop"),
        ForeignKeyConstraint(
            ["shop_id", "contact_person_id"],
            ["contact_people.shop_id", "contact_people.id"],
            name="phones_person",
            ondelete="CASCADE",
        ),
        UniqueConstraint("shop_id", "contact_person_id", "number", name="phones_once"),
        Index("phones_number", "shop_id", "number"),
        Index("phones_number_reversed", "shop_id", "number_reversed"),
        Index("phones_one_primary", "shop_id", "contact_person_id", unique=True, postgresql_where=text("is_primary")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    contact_person_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(Text(collation="C"))
    number_typed: Mapped[str | None]
    number_reversed: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed("reverse(number)", persisted=True)
    )
    kind: Mapped[str] = mapped_column(server_default=text("'mobile'"))
    is_primary: Mapped[Flag]
    verified_at: Mapped[Moment | None]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class Email(Base):
    __tablename__ = "emails"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="emails_shop"),
        ForeignKeyConstraint(
            ["shop_id", "contact_person_id"],
            ["contact_people.shop_id", "contact_people.id"],
            name="emails_person",
            ondelete="CASCADE",
        ),
        UniqueConstraint("shop_id", "contact_person_id", "address", name="emails_once"),
        Index("emails_address", "shop_id", "address"),
        Index("emails_one_primary", "shop_id", "contact_person_id", unique=True, postgresql_where=text("is_primary")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    contact_person_id: Mapped[UUID]
    address: Mapped[str] = mapped_column(Text(collation="C"))
    kind: Mapped[str] = mapped_column(server_default=text("'work'"))
    is_primary: Mapped[Flag]
    verified_at: Mapped[Moment | None]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
