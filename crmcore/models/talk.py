"""What was said and what people are told: interactions, notes, attachments, notifications, digests, calendar feeds."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Flag, Key, Moment, ShopKey, Stamp, Stamped


class Interaction(Stamped, Base):
    """A call, mail, meeting or message with a customer, or with a contact who is none yet."""

    __tablename__ = "interactions"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="interactions_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="interactions_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "contact_id"], ["contacts.shop_id", "contacts.id"], name="interactions_contact"
        ),
        ForeignKeyConstraint(
            ["shop_id", "handled_by"], ["memberships.shop_id", "memberships.staff_id"], name="interactions_handler"
        ),
        ForeignKeyConstraint(["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="interactions_lead"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"],
            ["opportunities.shop_id", "opportunities.id"],
            name="interactions_opportunity",
        ),
        ForeignKeyConstraint(
            ["shop_id", "contact_person_id"],
            ["contact_people.shop_id", "contact_people.id"],
            name="interactions_person",
        ),
        Index(
            "interactions_customer",
            "shop_id",
            "customer_id",
            text("happened_at desc"),
            text("id desc"),
            postgresql_where=text("customer_id is not null"),
        ),
        Index(
            "interactions_handler",
            "shop_id",
            "handled_by",
            "happened_on",
            postgresql_where=text("handled_by is not null"),
        ),
        Index("interactions_day", "shop_id", "happened_on"),
        Index(
            "interactions_contact",
            "shop_id",
            "contact_id",
            text("happened_at desc"),
            text("id desc"),
            postgresql_where=text("contact_id is not null"),
        ),
        Index(
            "interactions_lead",
            "shop_id",
            "lead_id",
            text("happened_at desc"),
            text("id desc"),
            postgresql_where=text("lead_id is not null"),
        ),
        Index(
            "interactions_opportunity",
            "shop_id",
            "opportunity_id",
            text("happened_at desc"),
            text("id desc"),
            postgresql_where=text("opportunity_id is not null"),
        ),
        Index(
            "interactions_contact_person",
            "shop_id",
            "contact_person_id",
            "happened_on",
            postgresql_where=text("contact_person_id is not null"),
        ),
        Index(
            "interactions_message_once",
            "shop_id",
            "message_id",
            unique=True,
            postgresql_where=text("message_id is not null"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID | None]
    kind: Mapped[str]
    direction: Mapped[str | None]
    happened_at: Mapped[Moment]
    happened_on: Mapped[date]
    handled_by: Mapped[UUID | None]
    subject: Mapped[str | None]
    notes: Mapped[str | None]
    minutes: Mapped[int | None]
    outcome: Mapped[str | None]
    next_step: Mapped[str | None]
    sentiment: Mapped[str | None]
    contact_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    opportunity_id: Mapped[UUID | None]
    contact_person_id: Mapped[UUID | None]
    message_id: Mapped[str | None] = mapped_column(Text(collation="C"))


class Note(Stamped, Base):
    """A note about a customer, a lead or an opportunity; `mentioned`: the staff members it names."""

    __tablename__ = "notes"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="notes_shop"),
        ForeignKeyConstraint(["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="notes_customer"),
        Index("notes_customer", "shop_id", "customer_id", text("is_pinned desc"), text("id desc")),
        ForeignKeyConstraint(["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="notes_lead"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"], ["opportunities.shop_id", "opportunities.id"], name="notes_opportunity"
        ),
        Index(
            "notes_lead",
            "shop_id",
            "lead_id",
            text("is_pinned desc"),
            text("id desc"),
            postgresql_where=text("lead_id is not null"),
        ),
        Index(
            "notes_opportunity",
            "shop_id",
            "opportunity_id",
            text("is_pinned desc"),
            text("id desc"),
            postgresql_where=text("opportunity_id is not null"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    opportunity_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(server_default=text("'general'"))
    body: Mapped[str]
    is_pinned: Mapped[Flag]
    mentioned: Mapped[list[UUID]] = mapped_column(ARRAY(PgUUID), server_default=text("'{}'"))


class Attachment(Base):
    """A file of a customer. Read `content` only to hand it out."""

    __tablename__ = "attachments"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="attachments_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="attachments_customer"
        ),
        ForeignKeyConstraint(["shop_id", "visit_id"], ["visits.shop_id", "visits.id"], name="attachments_visit"),
        ForeignKeyConstraint(
            ["shop_id", "interaction_id"], ["interactions.shop_id", "interactions.id"], name="attachments_interaction"
        ),
        Index("attachments_customer", "shop_id", "customer_id", text("id desc")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    interaction_id: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class Notification(Base):
    """What a person is told in the app."""

    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="notifications_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="notifications_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "staff_id"], ["memberships.shop_id", "memberships.staff_id"], name="notifications_person"
        ),
        Index("notifications_of_person", "shop_id", "staff_id", text("id desc")),
        Index("notifications_unread", "shop_id", "staff_id", postgresql_where=text("read_at is null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    staff_id: Mapped[UUID]
    what: Mapped[str]
    body: Mapped[str]
    subject: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
    read_at: Mapped[Moment | None]


class Digest(Base):
    """A person's morning mail of a day: sending, sent, failed, nothing to do, or unknown when its worker ended."""

    __tablename__ = "digests"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="digests_shop"),
        ForeignKeyConstraint(
            ["shop_id", "staff_id"], ["memberships.shop_id", "memberships.staff_id"], name="digests_person"
        ),
        Index("digests_unfinished", "shop_id", "tried_at", postgresql_where=text("status = 'sending'")),
    )

    shop_id: Mapped[ShopKey]
    staff_id: Mapped[Key]
    day: Mapped[date] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(server_default=text("'sending'"))
    error: Mapped[str | None]
    created_at: Mapped[Stamp]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    tried_at: Mapped[Stamp]


class CalendarFeed(Base):
    """The address of a person's calendar; only its hash is kept. Global: whoever asks has no sign-in."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("shop_id", "staff_id", name="calendar_feeds_one_a_person"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    shop_id: Mapped[UUID] = mapped_column(ForeignKey("shops.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Stamp]
