"""Contacts: the people of uploaded contact sheets. Shared out among the staff, called, and converted by a purchase.

What makes which status of which (anything else leaves it as it is):

    pending    -- somebody is in touch -----------> contacted
    contacted  -- all of that proves a mistake ---> pending
    pending, contacted -- came by without buying -> yellow, shown as "Visited, did not buy"
    yellow     -- that proves a mistake ----------> contacted or pending again
    any        -- a purchase with their number ---> converted

Nothing leads back from converted (D11): a converting order that is cancelled or returned later brings in nothing, and
the contact stays converted; the next purchase takes its place. Only undoing the import that brought the order does
away with what came of it, as if it had never been.
"""

from crmcore.contacts.assigning import Share, give, give_next, share_out, workload, would_share
from crmcore.contacts.changing import change, did_not_buy, take_back_did_not_buy
from crmcore.contacts.contact import (
    CONTACTED,
    CONVERTED,
    FIELDS,
    PENDING,
    STATUSES,
    WHATSAPP,
    YELLOW,
    NewContact,
    called,
)
from crmcore.contacts.listing import TOUCHED, Filters, count, counts, ids, listed, page_of, uploads
from crmcore.contacts.reading import get, history, next_of, of_buyer, of_customer, of_phone, open_of
from crmcore.contacts.recording import record

__all__ = [
    "CONTACTED",
    "CONVERTED",
    "FIELDS",
    "PENDING",
    "STATUSES",
    "TOUCHED",
    "WHATSAPP",
    "YELLOW",
    "Filters",
    "NewContact",
    "Share",
    "called",
    "change",
    "count",
    "counts",
    "did_not_buy",
    "get",
    "give",
    "give_next",
    "history",
    "ids",
    "listed",
    "next_of",
    "of_buyer",
    "of_customer",
    "of_phone",
    "open_of",
    "page_of",
    "record",
    "share_out",
    "take_back_did_not_buy",
    "uploads",
    "workload",
    "would_share",
]
