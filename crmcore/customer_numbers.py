"""The numbers a customer has beside their own, and which of them refill reminders go to.

The numbers of a contact who became a customer are theirs, whoever the contact was given to.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import String, Uuid, column, select, table

from crmcore.database.gate import ShopSession
from crmcore.models import Customer

# sql/views/reminder_phones.sql, for queries.
_COLUMNS = (column("shop_id", Uuid), column("customer_id", Uuid), column("phone", String))
REMINDER_PHONES = table("reminder_phones", *_COLUMNS)


def of_customer(shop: ShopSession, customer_id: UUID) -> list[str]:
    """Every number of this customer, their own first; none of a customer who is not on file."""
    shop.who.must("see customers")
    return [
        row["phone"]
        for one in _seen(shop, [customer_id])
        for row in shop.rows_as_the_shop("customers/numbers", customer_id=one)
    ]


def for_reminders(shop: ShopSession, customer_ids: Collection[UUID]) -> dict[UUID, str]:
    """Where reminders go, of those of these customers who chose a number and still have it: not to their own."""
    shop.who.must("see customers")
    rows = shop.rows_as_the_shop("refills/chosen_phones", customer_ids=_seen(shop, customer_ids))
    return {row["customer_id"]: row["phone"] for row in rows}


def _seen(shop: ShopSession, customer_ids: Collection[UUID]) -> list[UUID]:
    """Those of these customers whom the person may see."""
    if not shop.who.sees_own_only:
        return list(customer_ids)
    query = select(Customer.id).where(Customer.shop_id == shop.id, Customer.id.in_(customer_ids))
    return list(shop.execute(query).scalars())
