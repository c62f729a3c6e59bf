"""The pipeline: opportunities on their way through the stages of a shop, from the first talk to won or lost.

An opportunity is in one stage. Its status is what the stage makes of it: open, won or lost. Every move is a line of
history with who, when, why, and how long it had stood where it was; it is never edited. A won or lost opportunity can
be opened again: its history stays.
"""

from crmcore.pipeline.changing import change, change_items, move, remove, reopen
from crmcore.pipeline.opportunity import (
    FIELDS,
    KINDS,
    LOST,
    OPEN,
    STATUSES,
    WON,
    Item,
    NewOpportunity,
)
from crmcore.pipeline.reading import find, get, history, items, of_customer, of_lead
from crmcore.pipeline.recording import create

__all__ = [
    "FIELDS",
    "KINDS",
    "LOST",
    "OPEN",
    "STATUSES",
    "WON",
    "Item",
    "NewOpportunity",
    "change",
    "change_items",
    "create",
    "find",
    "get",
    "history",
    "items",
    "move",
    "of_customer",
    "of_lead",
    "remove",
    "reopen",
]
