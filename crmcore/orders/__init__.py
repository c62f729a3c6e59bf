"""Orders: any sale. Recorded once, counted once; changed, cancelled or returned with everything counted again."""

from crmcore.books import local_day
from crmcore.orders.changing import KEEP, OrderChange, as_item, cancel, change
from crmcore.orders.reading import get, history, items, latest, of_customer, returns_of
from crmcore.orders.recording import record
from crmcore.orders.returning import Return, Returnable, return_of, returnable, take_back
from crmcore.orders.sale import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    RETURNED,
    STATUSES,
    Item,
    NewOrder,
    on_day,
    plain_number,
)

__all__ = [
    "CANCELLED",
    "COMPLETED",
    "DRAFT",
    "KEEP",
    "RETURNED",
    "STATUSES",
    "Item",
    "NewOrder",
    "OrderChange",
    "Return",
    "Returnable",
    "as_item",
    "cancel",
    "change",
    "get",
    "history",
    "items",
    "latest",
    "local_day",
    "of_customer",
    "on_day",
    "plain_number",
    "record",
    "return_of",
    "returnable",
    "returns_of",
    "take_back",
]
