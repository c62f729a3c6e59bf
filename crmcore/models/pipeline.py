"""Opportunities, the stages they go through, why they end, and what is to be won."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Key, Moment, Money, Quantity, ShopKey, Small, Stamp, Stamped


class Stage(Stamped, Base):
    """Where an opportunity stands; `outcome` None while that is open."""

    __tablename__ = "stages"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="stages_shop"),
        Index(
            "stages_name_once", "shop_id", text("lower(name)"), unique=True, postgresql_where=text("retired_at is null")
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    position: Mapped[Small]
    probability: Mapped[Small]
    expected_days: Mapped[Small | None]
    outcome: Mapped[str | None]
    retired_at: Mapped[Moment | None]


class LostReason(Stamped, Base):
    """Why opportunities are won or lost, as the shop lists it."""

    __tablename__ = "lost_reasons"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="lost_reasons_shop"),
        Index(
            "lost_reasons_name_once",
            "shop_id",
            "outcome",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("retired_at is null"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    outcome: Mapped[str]
    position: Mapped[Small]
    retired_at: Mapped[Moment | None]


class Target(Stamped, Base):
    """What is to be won in a month, by a rep or, with none, by the shop."""

    __tablename__ = "targets"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="targets_shop"),
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="targets_rep"
        ),
        UniqueConstraint("shop_id", "month", "rep_id", name="targets_once", postgresql_nulls_not_distinct=True),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    month: Mapped[date]
    rep_id: Mapped[UUID | None]
    value: Mapped[Money]


class Opportunity(Stamped, Base):
    """A deal on its way. `status` is what its stage makes of it."""

    __tablename__ = "opportunities"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="opportunities_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="opportunities_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "contact_person_id"],
            ["contact_people.shop_id", "contact_people.id"],
            name="opportunities_person",
        ),
        ForeignKeyConstraint(["shop_id", "lead_id"], ["leads.shop_id", "leads.id"], name="opportunities_lead"),
        ForeignKeyConstraint(["shop_id", "stage_id"], ["stages.shop_id", "stages.id"], name="opportunities_stage"),
        ForeignKeyConstraint(
            ["shop_id", "reason_id"], ["lost_reasons.shop_id", "lost_reasons.id"], name="opportunities_reason"
        ),
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="opportunities_rep"
        ),
        ForeignKeyConstraint(
            ["shop_id", "territory_id"], ["territories.shop_id", "territories.id"], name="opportunities_territory"
        ),
        Index("opportunities_ref_once", "shop_id", "ref", unique=True, postgresql_where=text("ref is not null")),
        Index("opportunities_customer", "shop_id", "customer_id", postgresql_where=text("customer_id is not null")),
        Index("opportunities_lead", "shop_id", "lead_id", postgresql_where=text("lead_id is not null")),
        Index("opportunities_stage", "shop_id", "stage_id", "id"),
        Index("opportunities_rep", "shop_id", "rep_id", "status", "id"),
        Index("opportunities_closed", "shop_id", "closed_on", "status", postgresql_where=text("closed_on is not null")),
        Index("opportunities_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
        Index(
            "opportunities_board",
            "shop_id",
            "stage_id",
            text("value desc nulls last"),
            "id",
            postgresql_include=["stage_since_on"],
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "opportunities_expected",
            "shop_id",
            "expected_close_on",
            postgresql_include=["stage_id", "rep_id", "value", "probability"],
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "opportunities_standing",
            "shop_id",
            "stage_id",
            "stage_since_on",
            postgresql_include=["rep_id"],
            postgresql_where=text("status = 'open'"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    ref: Mapped[str | None] = mapped_column(Text(collation="C"))
    name: Mapped[str]
    customer_id: Mapped[UUID | None]
    contact_person_id: Mapped[UUID | None]
    lead_id: Mapped[UUID | None]
    stage_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    value: Mapped[Money | None]
    probability: Mapped[Small | None]
    expected_close_on: Mapped[date | None]
    kind: Mapped[str | None]
    source: Mapped[str | None]
    competitor: Mapped[str | None]
    next_step: Mapped[str | None]
    reason_id: Mapped[UUID | None]
    reason_note: Mapped[str | None]
    rep_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    stage_since: Mapped[Moment]
    stage_since_on: Mapped[date]
    created_on: Mapped[date]
    closed_on: Mapped[date | None]
    import_id: Mapped[UUID | None]


class OpportunityItem(Base):
    __tablename__ = "opportunity_items"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="opportunity_items_shop"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"],
            ["opportunities.shop_id", "opportunities.id"],
            name="opportunity_items_opportunity",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["shop_id", "product_id"], ["products.shop_id", "products.id"], name="opportunity_items_product"
        ),
        Index("opportunity_items_product", "shop_id", "product_id", "opportunity_id"),
    )

    shop_id: Mapped[ShopKey]
    opportunity_id: Mapped[Key]
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    product_id: Mapped[UUID | None]
    product_name: Mapped[str]
    quantity: Mapped[Quantity] = mapped_column(server_default=text("1"))
    unit_price: Mapped[Money | None]
    total: Mapped[Money | None]


class StageChange(Base):
    """One move of an opportunity, never edited."""

    __tablename__ = "stage_changes"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="stage_changes_shop"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"],
            ["opportunities.shop_id", "opportunities.id"],
            name="stage_changes_opportunity",
        ),
        ForeignKeyConstraint(["shop_id", "from_stage_id"], ["stages.shop_id", "stages.id"], name="stage_changes_from"),
        ForeignKeyConstraint(["shop_id", "to_stage_id"], ["stages.shop_id", "stages.id"], name="stage_changes_to"),
        ForeignKeyConstraint(
            ["shop_id", "reason_id"], ["lost_reasons.shop_id", "lost_reasons.id"], name="stage_changes_reason"
        ),
        Index("stage_changes_opportunity", "shop_id", "opportunity_id", "id"),
        Index("stage_changes_to", "shop_id", "to_stage_id"),
        Index("stage_changes_from", "shop_id", "from_stage_id", postgresql_where=text("from_stage_id is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    opportunity_id: Mapped[UUID]
    from_stage_id: Mapped[UUID | None]
    to_stage_id: Mapped[UUID]
    happened_at: Mapped[Moment]
    happened_on: Mapped[date]
    staff_id: Mapped[UUID | None]
    reason_id: Mapped[UUID | None]
    note: Mapped[str | None]
    days: Mapped[int | None]


class OpportunityTagging(Base):
    __tablename__ = "opportunity_taggings"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="opportunity_taggings_shop"),
        ForeignKeyConstraint(
            ["shop_id", "opportunity_id"],
            ["opportunities.shop_id", "opportunities.id"],
            name="opportunity_taggings_opportunity",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["shop_id", "tag_id"], ["tags.shop_id", "tags.id"], name="opportunity_taggings_tag", ondelete="CASCADE"
        ),
        Index("opportunity_taggings_tag", "shop_id", "tag_id"),
    )

    shop_id: Mapped[ShopKey]
    opportunity_id: Mapped[Key]
    tag_id: Mapped[Key]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
