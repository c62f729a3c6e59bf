"""Bills: what a pharmacy sells, with who it was for. One transaction does all of it, or nothing.

A bill is an order (crmcore/orders). What is special: a customer's category, and whether they had been contacted before.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore import contacts, customers, medical, orders
from crmcore.contacts import CONVERTED, NewContact
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.orders import NewOrder

CONTACT_SHEET = "contact_sheet"
CATEGORIES = {
    CONTACT_SHEET: "Contact sheet",
    "first_time_prescription": "First prescription",
    "regular_branded": "Regular, branded",
    "generic_informed": "Knows generics",
}


@dataclass(frozen=True)
class NewBill:
    """A bill to record. `order.was_contacted_before`: what was said at the counter; `order.customer_category`: one of
    CATEGORIES. `generic_preference`: of customer_fields.PREFERENCES, `doctor`: for people with the medical right; both
    None when nobody asked.
    """

    order: NewOrder
    generic_preference: str | None = None
    doctor: str | None = None


def record(shop: ShopSession, bill: NewBill) -> UUID:
    """Record a bill: the order, its customer with category and preference, the contact converted, reminders made.

    Return the order's id. Opened with writes=True; sent twice it is recorded once. Raises BadInput, also for a bill
    without items and for a category that what is on file speaks against.
    """
    order = bill.order
    if not order.items:
        raise BadInput("items", "Add at least one medicine: a bill can't be an amount alone.")
    contact = _contact(shop, order)
    order = _with_category(order, contact)
    if contact is not None and order.customer_id is None and not order.name:
        order = replace(order, name=contact["name"])
    order_id = orders.record(shop, order)
    customer_id = orders.get(shop, order_id)["customer_id"]
    if customer_id is None:
        return order_id
    said = {"category": order.customer_category, "generic_preference": bill.generic_preference}
    said = {key: value for key, value in said.items() if value}
    if said:
        customers.change(shop, customer_id, said)
    if bill.doctor:
        medical.change(shop, customer_id, {"doctor": bill.doctor})
    return order_id


def visited_without_buying(shop: ShopSession, phone: str, name: str | None = None) -> UUID:
    """Somebody came by and bought nothing: their contact is marked so, and made if there is none. Return its id.

    Raises BadInput for what is no phone number, and Conflict for a contact who bought already.
    """
    contact = contacts.of_phone(shop, phone)
    if contact is None and (customer := customers.by_phone(shop, phone)) is not None:
        contact = contacts.of_buyer(shop, customer["id"])
    if contact is None:
        contact_id = contacts.record(shop, NewContact(phone, name))
    elif contact["status"] == CONVERTED:
        raise Conflict("This contact bought already: they can't be marked as not having bought.")
    else:
        contact_id = contact["id"]
    contacts.did_not_buy(shop, contact_id)
    return contact_id


def _with_category(order: NewOrder, contact: RowMapping | None) -> NewOrder:
    """The order with its category checked. Who was contacted before is of a contact sheet, and nobody else is."""
    category, before = order.customer_category, order.was_contacted_before
    if category is not None and category not in CATEGORIES:
        raise BadInput("category", f"“{category}” is not a category. Use one of: {', '.join(CATEGORIES)}.")
    if before is False and category == CONTACT_SHEET:
        raise BadInput("category", "Who was not contacted before can't be of a contact sheet. Choose another category.")
    if before is True and category not in (None, CONTACT_SHEET):
        raise BadInput("category", "Who was contacted before is of a contact sheet. Choose that, or answer No.")
    if before is True or category == CONTACT_SHEET:
        if contact is None:
            raise BadInput("category", "No contact sheet has this number. Answer No, and choose another category.")
        return replace(order, customer_category=CONTACT_SHEET, was_contacted_before=True)
    return order


def _contact(shop: ShopSession, order: NewOrder) -> RowMapping | None:
    if order.customer_id:
        return contacts.of_buyer(shop, order.customer_id)
    return contacts.of_phone(shop, order.phone) if order.phone else None
