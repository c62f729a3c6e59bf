"""Shops, sign-ins and memberships."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Flag, Key, Moment, ShopKey, Stamp, Stamped


class ShopRecord(Base):
    """A shop. Named ShopRecord because `Shop` is its identity as the gate carries it."""

    __tablename__ = "shops"
    __table_args__ = (UniqueConstraint("slug", name="shops_slug_once"),)

    id: Mapped[Key]
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str]
    currency: Mapped[str]
    timezone: Mapped[str]
    is_demo: Mapped[Flag]
    created_at: Mapped[Stamp]
    modules: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    own_records_only: Mapped[Flag]


class Staff(Base):
    """A person's sign-in, which may be given later; the name and the rights stand in Membership."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("login", name="staff_login_once"),)

    id: Mapped[Key]
    login: Mapped[str | None]
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[Stamp]
    created_at: Mapped[Stamp]


class StaffShop(Base):
    __tablename__ = "staff_shops"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    shop_id: Mapped[UUID] = mapped_column(ForeignKey("shops.id"), primary_key=True)


class SignInSession(Base):
    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index("sign_in_sessions_staff", "staff_id"),)

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    shop_id: Mapped[UUID] = mapped_column(ForeignKey("shops.id"))
    kept: Mapped[Flag]
    created_at: Mapped[Stamp]
    seen_at: Mapped[Stamp]
    expires_at: Mapped[Moment]


class SignInFailure(Base):
    __tablename__ = "sign_in_failures"

    who: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[Stamp]


class SetupInvitation(Base):
    __tablename__ = "setup_invitations"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[Stamp]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Membership(Stamped, Base):
    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id"], ["shops.id"], name="memberships_shop"),
        ForeignKeyConstraint(["staff_id"], ["staff.id"], name="memberships_staff"),
    )

    shop_id: Mapped[ShopKey]
    staff_id: Mapped[Key]
    name: Mapped[str]
    role: Mapped[str]
    sells: Mapped[Flag]
    medical: Mapped[Flag]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    email: Mapped[str | None] = mapped_column(Text(collation="C"))
    wants_digest: Mapped[bool] = mapped_column(server_default=text("true"))


class ShopSetting(Base):
    __tablename__ = "shop_settings"
    __table_args__ = (ForeignKeyConstraint(["shop_id"], ["shops.id"], name="shop_settings_shop"),)

    shop_id: Mapped[ShopKey]
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    updated_at: Mapped[Stamp]
    updated_by: Mapped[UUID | None]
