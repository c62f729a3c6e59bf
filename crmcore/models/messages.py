"""Messages: consents, templates, providers, the outbox, receipts, replies; and the mornings of a shop."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Document, Flag, Key, Moment, ShopKey, Small, Stamp, Stamped

_PlainText = Text(collation="C")


class Consent(Base):
    """What a customer said about one channel and purpose; the newest row counts, the others are its history."""

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="consents_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="consents_customer"
        ),
        Index(
            "consents_newest",
            "shop_id",
            "customer_id",
            "channel",
            "purpose",
            text("recorded_at desc"),
            text("id desc"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    channel: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str]
    source: Mapped[str]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[UUID | None]


class MessageTemplate(Stamped, Base):
    """A text with placeholders, for one purpose, channel and language."""

    __tablename__ = "message_templates"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="message_templates_shop"),
        Index(
            "message_templates_one_in_use",
            "shop_id",
            "purpose",
            "channel",
            "language",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    purpose: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    name: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[str]
    provider_name: Mapped[str | None] = mapped_column(_PlainText)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))


class MessageProvider(Stamped, Base):
    """The service that carries a channel. `secret` is encrypted, and read only to send."""

    __tablename__ = "message_providers"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="message_providers_shop"),)

    shop_id: Mapped[ShopKey]
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    settings: Mapped[Document]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    trouble: Mapped[str | None]
    wait_until: Mapped[Moment | None]
    tested_at: Mapped[Moment | None]


class Message(Stamped, Base):
    """A message of the outbox, from being prepared to being read."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="messages_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="messages_customer"
        ),
        Index(
            "messages_once", "shop_id", "dedupe_key", unique=True, postgresql_where=text("dedupe_key is not null")
        ),
        Index(
            "messages_of_provider",
            "shop_id",
            "channel",
            "provider_message_id",
            unique=True,
            postgresql_where=text("provider_message_id is not null"),
        ),
        Index("messages_due", "shop_id", "next_try_at", "id", postgresql_where=text("status = 'queued'")),
        Index("messages_under_way", "shop_id", "claimed_at", postgresql_where=text("status = 'sending'")),
        Index(
            "messages_customer",
            "shop_id",
            "customer_id",
            text("id desc"),
            postgresql_where=text("customer_id is not null"),
        ),
        Index("messages_status", "shop_id", "status", text("id desc")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID | None]
    channel: Mapped[str]
    purpose: Mapped[str]
    way: Mapped[str]
    template_id: Mapped[UUID | None]
    template_name: Mapped[str | None] = mapped_column(_PlainText)
    language: Mapped[str | None]
    address: Mapped[str] = mapped_column(_PlainText)
    subject: Mapped[str | None]
    body: Mapped[str]
    parameters: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    provider: Mapped[str] = mapped_column(server_default=text("'link'"))
    provider_message_id: Mapped[str | None] = mapped_column(_PlainText)
    status: Mapped[str] = mapped_column(server_default=text("'prepared'"))
    attempts: Mapped[Small] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[Moment | None]
    claim: Mapped[UUID | None]
    claimed_at: Mapped[Moment | None]
    error: Mapped[str | None]
    dedupe_key: Mapped[str | None] = mapped_column(_PlainText)
    sent_at: Mapped[Moment | None]
    sent_by: Mapped[UUID | None]
    delivered_at: Mapped[Moment | None]
    read_at: Mapped[Moment | None]
    created_on: Mapped[date]


class MessageReceipt(Base):
    """What a provider told about a message: sent, delivered, read or failed."""

    __tablename__ = "message_receipts"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="message_receipts_shop"),)

    shop_id: Mapped[ShopKey]
    channel: Mapped[str] = mapped_column(primary_key=True)
    provider_message_id: Mapped[str] = mapped_column(_PlainText, primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    error: Mapped[str | None]


class MessageReply(Base):
    """What a customer wrote back."""

    __tablename__ = "message_replies"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="message_replies_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="message_replies_customer"
        ),
        UniqueConstraint("shop_id", "channel", "provider_message_id", name="message_replies_once"),
        Index("message_replies_address", "shop_id", "channel", "address", text("received_at desc")),
        Index(
            "message_replies_customer",
            "shop_id",
            "customer_id",
            text("received_at desc"),
            postgresql_where=text("customer_id is not null"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    channel: Mapped[str]
    provider_message_id: Mapped[str] = mapped_column(_PlainText)
    address: Mapped[str] = mapped_column(_PlainText)
    customer_id: Mapped[UUID | None]
    answers_message_id: Mapped[UUID | None]
    body: Mapped[str]
    asks_to_stop: Mapped[Flag]
    received_at: Mapped[Moment]
    created_at: Mapped[Stamp]


class Morning(Base):
    """The work of a shop's morning, once a day."""

    __tablename__ = "mornings"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="mornings_shop"),)

    shop_id: Mapped[ShopKey]
    day: Mapped[date] = mapped_column(primary_key=True)
    begun_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
