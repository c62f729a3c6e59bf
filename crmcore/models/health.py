"""How customers are doing, day by day."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Document, Key, ShopKey, Small


class HealthScore(Base):
    """How a customer was doing on a day."""

    __tablename__ = "health_scores"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="health_scores_shop"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="health_scores_customer",
            ondelete="CASCADE",
        ),
        Index("health_scores_of_day", "shop_id", "scored_on", "score", postgresql_include=["customer_id"]),
    )

    shop_id: Mapped[ShopKey]
    customer_id: Mapped[Key]
    scored_on: Mapped[date] = mapped_column(primary_key=True)
    engagement: Mapped[Small | None]
    activity: Mapped[Small | None]
    satisfaction: Mapped[Small | None]
    score: Mapped[Small]
    factors: Mapped[Document]
    recommendation: Mapped[str | None]


class HealthDay(Base):
    """The sums of a day of health scores."""

    __tablename__ = "health_days"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="health_days_shop"),)

    shop_id: Mapped[ShopKey]
    scored_on: Mapped[date] = mapped_column(primary_key=True)
    green: Mapped[int]
    watch: Mapped[int]
    red: Mapped[int]
