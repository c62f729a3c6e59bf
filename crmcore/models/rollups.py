"""Sums per shop and day. sql/views/truth.sql says what each column means; readers always sum over the slots."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Count, ShopKey, Small, Sum


class ShopDay(Base):
    __tablename__ = "shop_days"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="shop_days_shop"),)

    shop_id: Mapped[ShopKey]
    day: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    people: Mapped[Count]
    purchases: Mapped[Count]
    returns: Mapped[Count]
    revenue: Mapped[Sum]
    purchase_revenue: Mapped[Sum]
    anonymous_revenue: Mapped[Sum]
    customer_purchases: Mapped[Count]
    customer_revenue: Mapped[Sum]
    new_revenue: Mapped[Sum]
    buyers: Mapped[Count]
    repeat_buyers: Mapped[Count]
    became_repeat: Mapped[Count]
    visits: Mapped[Count]
    visitors: Mapped[Count]
    revisitors: Mapped[Count]
    became_revisitor: Mapped[Count]


class RepDay(Base):
    __tablename__ = "rep_days"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "rep_id"], ["memberships.shop_id", "memberships.staff_id"], name="rep_days_rep"
        ),
    )

    shop_id: Mapped[ShopKey]
    day: Mapped[date] = mapped_column(primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    purchases: Mapped[Count]
    revenue: Mapped[Sum]
    visits: Mapped[Count]


class RecencyDay(Base):
    __tablename__ = "recency_days"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="recency_days_shop"),)

    shop_id: Mapped[ShopKey]
    day: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    last_bought: Mapped[Count]
    spells_begun: Mapped[Count]
    spells_ended: Mapped[Count]


class CohortMonth(Base):
    __tablename__ = "cohort_months"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="cohort_months_shop"),)

    shop_id: Mapped[ShopKey]
    cohort: Mapped[date] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    buyers: Mapped[Count]


class VisitHour(Base):
    __tablename__ = "visit_hours"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="visit_hours_shop"),)

    shop_id: Mapped[ShopKey]
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[Small] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    visits: Mapped[Count]
    walk_in: Mapped[Count]
    scheduled: Mapped[Count]
    follow_up: Mapped[Count]
    delivery: Mapped[Count]
    browsing: Mapped[Count]
    purchase_intent: Mapped[Count]
    complaint: Mapped[Count]
    service: Mapped[Count]
    high: Mapped[Count]
    medium: Mapped[Count]
    low: Mapped[Count]
    not_interested: Mapped[Count]


class VisitorDay(Base):
    """How a visit counts among those of its customer; not to be read into Python, for '-infinity' is no date there."""

    __tablename__ = "visitor_days"
    __table_args__ = (
        Index(
            "visitor_days_day",
            "shop_id",
            "day",
            postgresql_include=[
                "rep_id",
                "visited_after",
                "returned_after",
                "interested_after",
                "quoted_after",
                "purchased_after",
                "bought_after",
                "handled_after",
                "handled_and_bought_after",
            ],
        ),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rep_id: Mapped[UUID | None]
    visited_after: Mapped[date]
    returned_after: Mapped[date | None]
    interested_after: Mapped[date | None]
    quoted_after: Mapped[date | None]
    purchased_after: Mapped[date | None]
    bought_after: Mapped[date | None]
    handled_after: Mapped[date | None]
    handled_and_bought_after: Mapped[date | None]


class OpenDeals(Base):
    """Of the pipeline; sql/views/pipeline_truth.sql says what each column means, here and below."""

    __tablename__ = "open_deals"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="open_deals_shop"),)

    shop_id: Mapped[ShopKey]
    facet: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage_id: Mapped[UUID] = mapped_column(primary_key=True)
    expected_on: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    deals: Mapped[Count]
    without_value: Mapped[Count]
    value: Mapped[Sum]
    own_value: Mapped[Sum]
    own_weighted: Mapped[Decimal] = mapped_column(Numeric(22, 4), server_default=text("0"))


class StandingDeals(Base):
    __tablename__ = "standing_deals"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="standing_deals_shop"),)

    shop_id: Mapped[ShopKey]
    facet: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage_id: Mapped[UUID] = mapped_column(primary_key=True)
    since_on: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    deals: Mapped[Count]


class ClosedDeals(Base):
    __tablename__ = "closed_deals"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="closed_deals_shop"),)

    shop_id: Mapped[ShopKey]
    facet: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    won: Mapped[Count]
    lost: Mapped[Count]
    won_value: Mapped[Sum]
    lost_value: Mapped[Sum]
    won_days: Mapped[Count]
    lost_days: Mapped[Count]


class ClosedReasons(Base):
    __tablename__ = "closed_reasons"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="closed_reasons_shop"),)

    shop_id: Mapped[ShopKey]
    facet: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    reason_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    deals: Mapped[Count]
    value: Mapped[Sum]


class StageDays(Base):
    __tablename__ = "stage_days"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="stage_days_shop"),)

    shop_id: Mapped[ShopKey]
    facet: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    stage_id: Mapped[UUID] = mapped_column(primary_key=True)
    slot: Mapped[Small] = mapped_column(primary_key=True)
    came: Mapped[Count]
    moved_on: Mapped[Count]
    days: Mapped[Count]
