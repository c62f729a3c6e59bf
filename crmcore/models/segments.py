"""Segments: customers listed by hand or found by a rule."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from crmcore.models.base import Base, Key, ShopKey, Stamp, Stamped


class Segment(Stamped, Base):
    """Customers who belong together: listed, or found by a rule."""

    __tablename__ = "segments"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="segments_shop"),
        Index("segments_name_once", "shop_id", text("lower(name)"), unique=True),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    description: Mapped[str | None]
    kind: Mapped[str]
    rule: Mapped[dict[str, Any] | None]


class SegmentMember(Base):
    __tablename__ = "segment_members"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="segment_members_shop"),
        ForeignKeyConstraint(
            ["shop_id", "segment_id"],
            ["segments.shop_id", "segments.id"],
            name="segment_members_segment",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="segment_members_customer",
            ondelete="CASCADE",
        ),
        Index("segment_members_customer", "shop_id", "customer_id"),
    )

    shop_id: Mapped[ShopKey]
    segment_id: Mapped[Key]
    customer_id: Mapped[Key]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
