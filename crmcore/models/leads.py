"""Leads, their scores and tags, and the territories they are given out by."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Computed, ForeignKeyConstraint, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Key, Moment, ShopKey, Small, Stamp, Stamped


class Territory(Stamped, Base):
    """Who looks after the leads of a city, of postcodes or of a source."""

    __tablename__ = "territories"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="territories_shop"),
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="territories_rep"
        ),
        Index("territories_name_once", "shop_id", text("lower(name)"), unique=True),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    field: Mapped[str]
    patterns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    rep_id: Mapped[UUID | None]
    position: Mapped[Small]


class Lead(Stamped, Base):
    """Somebody who may become a customer."""

    __tablename__ = "leads"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="leads_shop"),
        ForeignKeyConstraint(
            ["shop_id", "assigned_to"], ["memberships.shop_id", "memberships.staff_id"], name="leads_assignee"
        ),
        ForeignKeyConstraint(
            ["shop_id", "territory_id"], ["territories.shop_id", "territories.id"], name="leads_territory"
        ),
        ForeignKeyConstraint(["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="leads_customer"),
        Index("leads_ref_once", "shop_id", "ref", unique=True, postgresql_where=text("ref is not null")),
        Index("leads_phone", "shop_id", "phone", postgresql_where=text("phone is not null")),
        Index("leads_phone_reversed", "shop_id", "phone_reversed"),
        Index("leads_email", "shop_id", "email", postgresql_where=text("email is not null")),
        Index("leads_company_key", "shop_id", "company_key", postgresql_where=text("company_key is not null")),
        Index("leads_status", "shop_id", "status", "created_on", "source"),
        Index("leads_created", "shop_id", "created_on", "id"),
        Index("leads_named", "shop_id", text("lower(coalesce(name, company))"), "id"),
        Index("leads_by_company", "shop_id", text("lower(company)"), "id"),
        Index("leads_by_source", "shop_id", text("lower(source)"), "id"),
        Index("leads_assigned", "shop_id", "assigned_to", "status", "id"),
        Index("leads_customer", "shop_id", "customer_id", postgresql_where=text("customer_id is not null")),
        Index("leads_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    ref: Mapped[str | None] = mapped_column(Text(collation="C"))
    name: Mapped[str | None]
    company: Mapped[str | None]
    job_title: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(Text(collation="C"))
    phone_typed: Mapped[str | None]
    phone_reversed: Mapped[str | None] = mapped_column(Text(collation="C"), Computed("reverse(phone)", persisted=True))
    email: Mapped[str | None] = mapped_column(Text(collation="C"))
    website: Mapped[str | None]
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    source: Mapped[str | None]
    quality: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'new'"))
    engagement: Mapped[Small | None]
    fit: Mapped[Small | None]
    activity: Mapped[Small | None]
    score: Mapped[int | None] = mapped_column(
        SmallInteger,
        Computed(
            "case when num_nonnulls(engagement, fit, activity) > 0"
            " then coalesce(engagement, 0) + coalesce(fit, 0) + coalesce(activity, 0) end",
            persisted=True,
        ),
    )
    assigned_to: Mapped[UUID | None]
    assigned_at: Mapped[Moment | None]
    territory_id: Mapped[UUID | None]
    notes: Mapped[str | None]
    customer_id: Mapped[UUID | None]
    converted_at: Mapped[Moment | None]
    converted_on: Mapped[date | None]
    created_on: Mapped[date]
    import_id: Mapped[UUID | None]
    company_key: Mapped[str | None] = mapped_column(Text(collation="C"), Computed("name_key(company)", persisted=True))


class LeadScore(Base):
    """The score of a lead on one day."""

    __tablename__ = "lead_scores"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="lead_scores_shop"),
        ForeignKeyConstraint(
            ["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="lead_scores_lead", ondelete="CASCADE"
        ),
    )

    shop_id: Mapped[ShopKey]
    lead_id: Mapped[Key]
    scored_on: Mapped[date] = mapped_column(primary_key=True)
    engagement: Mapped[Small | None]
    fit: Mapped[Small | None]
    activity: Mapped[Small | None]
    score: Mapped[int] = mapped_column(
        SmallInteger, Computed(" coalesce(engagement, 0) + coalesce(fit, 0) + coalesce(activity, 0) ", persisted=True)
    )
    how: Mapped[str]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class LeadWord(Base):
    __tablename__ = "lead_words"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="lead_words_lead", ondelete="CASCADE"
        ),
        Index("lead_words_lead", "shop_id", "lead_id", "word"),
    )

    shop_id: Mapped[ShopKey]
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    lead_id: Mapped[Key]


class LeadTagging(Base):
    __tablename__ = "lead_taggings"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="lead_taggings_shop"),
        ForeignKeyConstraint(
            ["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="lead_taggings_lead", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["shop_id", "tag_id"], ["tags.shop_id", "tags.id"], name="lead_taggings_tag", ondelete="CASCADE"
        ),
        Index("lead_taggings_tag", "shop_id", "tag_id"),
    )

    shop_id: Mapped[ShopKey]
    lead_id: Mapped[Key]
    tag_id: Mapped[Key]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
