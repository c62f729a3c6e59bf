"""Refill reminders: whose medicine runs out when, who was reminded, and what came of it.

They follow the bills (`making`); people send them and write down what the customer said (`marking`).
"""

from crmcore.refills.making import change_rules, give_up, remake, remake_all
from crmcore.refills.marking import (
    CANCELLED,
    DUE,
    LOST,
    REFILLED,
    SENT,
    STATUSES,
    close,
    mark_sent,
    reopen,
    respond,
    take_back,
)
from crmcore.refills.reading import (
    AHEAD,
    COMING,
    OVERDUE,
    PARTS,
    REMINDED,
    TODAY,
    Call,
    Supply,
    adherence,
    call_of,
    calls,
    calls_between,
    counts,
    get,
    is_used,
    key_of,
    of_customer,
    of_order,
    supplies,
)
from crmcore.refills.rules import MOST_LEAD_DAYS, WEEKDAYS, Rules, read_days
from crmcore.refills.rules import of_shop as rules_of
from crmcore.refills.sending import Offer, offers, prepare_due
from crmcore.refills.wishes import Wishes, pause, resume
from crmcore.refills.wishes import change as change_wishes
from crmcore.refills.wishes import of_customer as wishes_of

__all__ = [
    "AHEAD",
    "CANCELLED",
    "COMING",
    "DUE",
    "LOST",
    "MOST_LEAD_DAYS",
    "OVERDUE",
    "PARTS",
    "REFILLED",
    "REMINDED",
    "SENT",
    "STATUSES",
    "TODAY",
    "WEEKDAYS",
    "Call",
    "Offer",
    "Rules",
    "Supply",
    "Wishes",
    "adherence",
    "call_of",
    "calls",
    "calls_between",
    "change_rules",
    "change_wishes",
    "close",
    "counts",
    "get",
    "give_up",
    "is_used",
    "key_of",
    "mark_sent",
    "of_customer",
    "of_order",
    "offers",
    "pause",
    "prepare_due",
    "read_days",
    "remake",
    "remake_all",
    "reopen",
    "respond",
    "resume",
    "rules_of",
    "supplies",
    "take_back",
    "wishes_of",
]
