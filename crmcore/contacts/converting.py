"""What becomes of contacts by what others do: a purchase converts them, a customer who comes on file is linked to them.

Whoever sells need not know that there is a contact: these look past the person's own records.
"""

from uuid import UUID

from crmcore import timeline
from crmcore.database.gate import ShopSession


def convert(shop: ShopSession, order_id: UUID) -> UUID | None:
    """The contact who this order's customer is bought, if it counts as a purchase; return its id.

    Called in the transaction of the order. None: there is no such contact, or it was converted before.
    """
    stamp = {"now": shop.now, "staff_id": shop.who.staff_id}
    found = shop.rows_as_the_shop("contacts/convert", order_id=order_id, **stamp)
    if not found:
        return None
    contact = found[0]
    timeline.note(
        shop,
        "contact converted",
        "contact",
        contact["id"],
        customer_id=contact["customer_id"],
        order_id=order_id,
        before={"status": contact["status_before"]},
        after={"status": "converted"},
    )
    return UUID(str(contact["id"]))


def link(shop: ShopSession, customer_id: UUID) -> None:
    """The contact with this customer's phone is theirs from now on."""
    shop.rows_as_the_shop("contacts/link", customer_id=customer_id)
