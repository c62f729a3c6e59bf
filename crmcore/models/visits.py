"""Visits, what was talked about, reviews, and follow-ups."""

from datetime import date, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, Numeric, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Flag, Key, Moment, ShopKey, Stamped


class Visit(Stamped, Base):
    """A customer came by; one a day."""

    __tablename__ = "visits"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="visits_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="visits_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "handled_by"], ["memberships.shop_id", "memberships.staff_id"], name="visits_handler"
        ),
        UniqueConstraint("shop_id", "customer_id", "visited_on", name="visits_once_a_day"),
        Index("visits_day", "shop_id", "visited_on", "customer_id"),
        Index(
            "visits_handler",
            "shop_id",
            "handled_by",
            "visited_on",
            postgresql_where=text("handled_by is not null"),
        ),
        Index("visits_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    visited_at: Mapped[Moment]
    visited_on: Mapped[date]
    handled_by: Mapped[UUID | None]
    visit_type: Mapped[str] = mapped_column(server_default=text("'walk-in'"))
    purpose: Mapped[str | None]
    interest: Mapped[str | None]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    outcome: Mapped[str | None]
    estimated_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    notes: Mapped[str | None]
    import_id: Mapped[UUID | None]
    from_sales: Mapped[Flag]


class VisitProduct(Base):
    """A product talked about at a visit; the name as it was then."""

    __tablename__ = "visit_products"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "visit_id"], ["visits.shop_id", "visits.id"], name="visit_products_visit", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["shop_id", "product_id"], ["products.shop_id", "products.id"], name="visit_products_product"
        ),
        Index("visit_products_product", "shop_id", "product_id", "visit_id"),
    )

    shop_id: Mapped[ShopKey]
    visit_id: Mapped[Key]
    product_id: Mapped[Key]
    product_name: Mapped[str]


class Review(Stamped, Base):
    """A review that was asked for, given, or both."""

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="reviews_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="reviews_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "requested_by"], ["memberships.shop_id", "memberships.staff_id"], name="reviews_requester"
        ),
        ForeignKeyConstraint(["shop_id", "visit_id"], ["visits.shop_id", "visits.id"], name="reviews_visit"),
        Index("reviews_customer", "shop_id", "customer_id", text("id desc")),
        Index("reviews_requested", "shop_id", "requested_on", postgresql_where=text("requested_on is not null")),
        Index("reviews_given", "shop_id", "given_on", postgresql_where=text("given_on is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    customer_id: Mapped[UUID]
    visit_id: Mapped[UUID | None]
    requested_at: Mapped[Moment | None]
    requested_on: Mapped[date | None]
    requested_by: Mapped[UUID | None]
    channel: Mapped[str | None]
    given_at: Mapped[Moment | None]
    given_on: Mapped[date | None]
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    review: Mapped[str | None]


class FollowUp(Stamped, Base):
    """Something a person must do on a day; `assigned_to` None: whoever comes first."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="follow_ups_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="follow_ups_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "contact_id"], ["contacts.shop_id", "contacts.id"], name="follow_ups_contact"
        ),
        ForeignKeyConstraint(
            ["shop_id", "assigned_to"], ["memberships.shop_id", "memberships.staff_id"], name="follow_ups_assignee"
        ),
        ForeignKeyConstraint(["shop_id", "visit_id"], ["visits.shop_id", "visits.id"], name="follow_ups_visit"),
        ForeignKeyConstraint(
            ["shop_id", "answered_by_visit"], ["visits.shop_id", "visits.id"], name="follow_ups_answer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "interaction_id"], ["interactions.shop_id", "interactions.id"], name="follow_ups_interaction"
        ),
        ForeignKeyConstraint(["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="follow_ups_lead"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"], ["opportunities.shop_id", "opportunities.id"], name="follow_ups_opportunity"
        ),
        Index("follow_ups_lead", "shop_id", "lead_id", "due_on", postgresql_where=text("lead_id is not null")),
        Index(
            "follow_ups_opportunity",
            "shop_id",
            "opportunity_id",
            "due_on",
            postgresql_where=text("opportunity_id is not null"),
        ),
        Index(
            "follow_ups_open",
            "shop_id",
            "assigned_to",
            "due_on",
            "due_time",
            "id",
            postgresql_where=text("closed_at is null"),
        ),
        Index(
            "follow_ups_open_of_nobody",
            "shop_id",
            "due_on",
            "due_time",
            "id",
            postgresql_where=text("closed_at is null and assigned_to is null"),
        ),
        Index(
            "follow_ups_open_by_day",
            "shop_id",
            "due_on",
            "due_time",
            "id",
            postgresql_where=text("closed_at is null"),
        ),
        Index(
            "follow_ups_planned",
            "shop_id",
            "customer_id",
            "due_on",
            postgresql_where=text("closed_at is null and customer_id is not null"),
        ),
        Index(
            "follow_ups_customer",
            "shop_id",
            "customer_id",
            "due_on",
            postgresql_where=text("customer_id is not null"),
        ),
        Index(
            "follow_ups_contact",
            "shop_id",
            "contact_id",
            "due_on",
            postgresql_where=text("contact_id is not null"),
        ),
        Index("follow_ups_visit", "shop_id", "visit_id", postgresql_where=text("visit_id is not null")),
        Index(
            "follow_ups_closed", "shop_id", "closed_by", "closed_on", postgresql_where=text("closed_at is not null")
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(server_default=text("'follow-up'"))
    about: Mapped[str]
    due_on: Mapped[date]
    due_time: Mapped[time | None]
    customer_id: Mapped[UUID | None]
    assigned_to: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    interaction_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    opportunity_id: Mapped[UUID | None]
    closed_at: Mapped[Moment | None]
    closed_on: Mapped[date | None]
    closed_by: Mapped[UUID | None]
    closed_as: Mapped[str | None]
    answered_by_visit: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
