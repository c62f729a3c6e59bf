"""The record: the timeline and its seals, and every uploaded file."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Count, Document, Flag, Key, Moment, ShopKey, Stamp


class Activity(Base):
    """One line of the timeline and of the audit record: who did what to which subject, when, through what."""

    __tablename__ = "activities"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="activities_shop"),
        Index(
            "activities_customer",
            "shop_id",
            "customer_id",
            text("id desc"),
            postgresql_where=text("customer_id is not null"),
        ),
        Index(
            "activities_subject",
            "shop_id",
            "subject_id",
            text("id desc"),
            postgresql_where=text("subject_id is not null"),
        ),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    at: Mapped[Moment]
    staff_id: Mapped[UUID | None]
    via: Mapped[str] = mapped_column(server_default=text("'dashboard'"))
    what: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    detail: Mapped[Document]
    is_important: Mapped[Flag]


class ActivityLink(Base):
    """One link of a shop's hash chain: seals one activity and the link before it."""

    __tablename__ = "activity_chain"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="activity_chain_shop"),
        UniqueConstraint("shop_id", "activity_id", name="activity_chain_once"),
    )

    shop_id: Mapped[ShopKey]
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    activity_id: Mapped[UUID]
    link: Mapped[bytes]
    sealed_at: Mapped[Stamp]


class Import(Base):
    """One uploaded file, undoable: created + updated + unchanged + rejected = rows."""

    __tablename__ = "imports"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="imports_shop"),)

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    noun: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[bytes | None]
    columns: Mapped[Document]
    status: Mapped[str] = mapped_column(server_default=text("'running'"))
    rows: Mapped[Count]
    created: Mapped[Count]
    updated: Mapped[Count]
    unchanged: Mapped[Count]
    rejected: Mapped[Count]
    undone_at: Mapped[Moment | None]
    undone_by: Mapped[UUID | None]
    undo_report: Mapped[dict[str, Any] | None]
    created_at: Mapped[Stamp]
    created_by: Mapped[UUID | None]


class ImportRow(Base):
    """A refused row with its reason and cells, or what an updated record said before."""

    __tablename__ = "import_rows"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "import_id"], ["imports.shop_id", "imports.id"], name="import_rows_import", ondelete="CASCADE"
        ),
    )

    shop_id: Mapped[ShopKey]
    import_id: Mapped[Key]
    row_number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    column_name: Mapped[str | None]
    value: Mapped[str | None]
    reason: Mapped[str | None]
    cells: Mapped[dict[str, Any] | None]
    subject_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
