"""Contacts: the people of uploaded contact sheets, who are no customers yet."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Computed, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crmcore.models.base import Base, Count, Key, Moment, ShopKey, Stamped


def _of_customer(number: str) -> Any:
    """This number backwards, where the contact is a customer: these are found by its last digits."""
    backwards = Computed(f"case when customer_id is not null then reverse({number}) end", persisted=True)
    return mapped_column(Text(collation="C"), backwards)


class Contact(Stamped, Base):
    """One person of a contact sheet. What their conversion is worth is read from the order, never kept here."""

    __tablename__ = "contacts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="contacts_customer"
        ),
        ForeignKeyConstraint(
            ["shop_id", "converted_order_id"], ["orders.shop_id", "orders.id"], name="contacts_order"
        ),
        ForeignKeyConstraint(
            ["shop_id", "assigned_to"], ["memberships.shop_id", "memberships.staff_id"], name="contacts_assignee"
        ),
        UniqueConstraint("shop_id", "phone", name="contacts_phone_once"),
        Index("contacts_assigned", "shop_id", "assigned_to", "status", "id"),
        Index("contacts_status", "shop_id", "status", "id"),
        Index("contacts_import", "shop_id", "import_id", postgresql_where=text("import_id is not null")),
        Index("contacts_customer", "shop_id", "customer_id", postgresql_where=text("customer_id is not null")),
        Index(
            "contacts_converted_by",
            "shop_id",
            "converted_order_id",
            postgresql_where=text("converted_order_id is not null"),
        ),
        Index(
            "contacts_second_number",
            "shop_id",
            text("(other_phones[1])"),
            postgresql_where=text("other_phones[1] is not null"),
        ),
        Index(
            "contacts_third_number",
            "shop_id",
            text("(other_phones[2])"),
            postgresql_where=text("other_phones[2] is not null"),
        ),
        *(
            Index(f"contacts_{column}", "shop_id", column, postgresql_where=text(f"{column} is not null"))
            for column in ("called_reversed", "second_reversed", "third_reversed")
        ),
        Index("contacts_more_numbers", "shop_id", "id", postgresql_where=text("other_phones[3] is not null")),
        Index("contacts_converted", "shop_id", "converted_on", postgresql_where=text("converted_on is not null")),
    )

    shop_id: Mapped[ShopKey]
    id: Mapped[Key]
    phone: Mapped[str] = mapped_column(Text(collation="C"))
    phone_typed: Mapped[str | None]
    phone_kind: Mapped[str] = mapped_column(server_default=text("'unknown'"))
    other_phones: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    name: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(Text(collation="C"))
    notes: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    whatsapp: Mapped[str] = mapped_column(server_default=text("'unknown'"))
    status: Mapped[str] = mapped_column(server_default=text("'pending'"))
    assigned_to: Mapped[UUID | None]
    assigned_at: Mapped[Moment | None]
    import_id: Mapped[UUID | None]
    uploaded_on: Mapped[date]
    customer_id: Mapped[UUID | None]
    converted_order_id: Mapped[UUID | None]
    converted_at: Mapped[Moment | None]
    converted_on: Mapped[date | None]
    did_not_buy_on: Mapped[date | None]
    touches: Mapped[Count]
    last_touched_at: Mapped[Moment | None]
    called_reversed: Mapped[str | None] = _of_customer("phone")
    second_reversed: Mapped[str | None] = _of_customer("other_phones[1]")
    third_reversed: Mapped[str | None] = _of_customer("other_phones[2]")
