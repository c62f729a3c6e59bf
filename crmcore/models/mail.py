"""E-mails that came in and wait to be told whose they are."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Key, Moment, ShopKey, Stamp


class UnmatchedMail(Base):
    """A mail with nobody on file, whole."""

    __tablename__ = "unmatched_mails"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="unmatched_mails_shop"),
        UniqueConstraint("shop_id", "message_id", name="unmatched_mails_once"),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(Text(collation="C"))
    sender_name: Mapped[str | None]
    sender_address: Mapped[str | None]
    addresses: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    subject: Mapped[str | None]
    sent_at: Mapped[Moment | None]
    content: Mapped[bytes]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]
