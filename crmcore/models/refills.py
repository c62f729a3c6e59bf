"""Refill reminders, what customers want of them, and medical data."""

from datetime import date
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Key, Moment, ShopKey, Small, Stamped


class RefillReminder(Stamped, Base):
    """One a bill and medicine. What the bills say is written by crmcore/refills/making.py alone."""

    __tablename__ = "refill_reminders"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="refill_reminders_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="refill_reminders_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "order_id"],
            ["orders.shop_id", "orders.id"],
            name="refill_reminders_order",
            ondelete="CASCADE",
        ),
        UniqueConstraint("shop_id", "order_id", "medicine_key", name="refill_reminders_once"),
        Index(
            "refill_reminders_due", "shop_id", "due_on", "customer_id", postgresql_where=text("status = 'due'")
        ),
        Index(
            "refill_reminders_waiting",
            "shop_id",
            "runs_out_on",
            "customer_id",
            postgresql_where=text("status = 'sent'"),
        ),
        Index("refill_reminders_customer", "shop_id", "customer_id", "due_on"),
        Index("refill_reminders_day", "shop_id", "due_on", "status"),
        Index(
            "refill_reminders_done",
            "shop_id",
            "sent_by",
            "sent_on",
            postgresql_where=text("sent_on is not null"),
        ),
        Index(
            "refill_reminders_message", "shop_id", "message_id", postgresql_where=text("message_id is not null")
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    order_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    medicine: Mapped[str]
    medicine_key: Mapped[str] = mapped_column(Text(collation="C"))
    purchased_on: Mapped[date]
    days: Mapped[int]
    runs_out_on: Mapped[date]
    due_on: Mapped[date]
    refilled_by_order_id: Mapped[UUID | None]
    refilled_on: Mapped[date | None]
    message_id: Mapped[UUID | None]
    sent_channel: Mapped[str | None]
    sent_at: Mapped[Moment | None]
    sent_on: Mapped[date | None]
    sent_by: Mapped[UUID | None]
    response: Mapped[str | None]
    response_at: Mapped[Moment | None]
    response_by: Mapped[UUID | None]
    closed_as: Mapped[str | None]
    closed_at: Mapped[Moment | None]
    closed_by: Mapped[UUID | None]
    cancelled_at: Mapped[Moment | None]
    status: Mapped[str] = mapped_column(
        Computed(
            "case when cancelled_at is not null then 'cancelled'"
            " when refilled_by_order_id is not null or closed_as = 'refilled' then 'refilled'"
            " when closed_as = 'lost' then 'lost' when sent_at is not null then 'sent' else 'due' end",
            persisted=True,
        )
    )


class RefillWish(Stamped, Base):
    """What a customer wants of reminders; who has no row here wants what the shop does."""

    __tablename__ = "refill_wishes"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="refill_wishes_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="refill_wishes_customer"
        ),
        Index("refill_wishes_phone", "shop_id", "phone", postgresql_where=text("phone is not null")),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[Key]
    lead_days: Mapped[Small | None]
    channel: Mapped[str | None]
    paused_on: Mapped[date | None]
    paused_until: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(Text(collation="C"))


class MedicalProfile(Stamped, Base):
    """What is known of a customer's health; see crmcore/medical.py."""

    __tablename__ = "medical_profiles"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="medical_profiles_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="medical_profiles_customer"
        ),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[Key]
    conditions: Mapped[str | None]
    allergies: Mapped[str | None]
    doctor: Mapped[str | None]
    notes: Mapped[str | None]
