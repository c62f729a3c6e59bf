"""Reports that somebody keeps."""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from crmcore.models.base import Base, Flag, Key, ShopKey, Stamped


class Report(Stamped, Base):
    """A report somebody keeps, for themselves or for the shop."""

    __tablename__ = "reports"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="reports_shop"),
        Index("reports_of_person", "shop_id", "created_by"),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    name: Mapped[str]
    definition: Mapped[dict[str, Any]]
    is_shared: Mapped[Flag]
