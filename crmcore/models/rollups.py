"""Sums per shop and day. sql/views/truth.sql says what each column means; readers always sum over the slots."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
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
