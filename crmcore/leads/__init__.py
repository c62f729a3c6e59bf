"""Leads: people and companies who may become customers. Written down or imported, scored, given to somebody, converted.

What makes which status of which:

    new                   -- somebody talks with them -------> contacted
    new, contacted, qualified, unqualified -- a person says so -> any of these four
    any of these four     -- converted ----------------------> converted

Nothing leads back from converted: from then on it is the customer whom the shop works with.
"""

from crmcore.leads.assigning import Share, by_territory, give, share_out, take, would_share
from crmcore.leads.changing import change, mark
from crmcore.leads.converting import Converted, convert, would_become
from crmcore.leads.duplicates import Duplicate, duplicates
from crmcore.leads.lead import (
    ACTIVE,
    BY_HAND,
    CONTACTED,
    CONVERTED,
    FIELDS,
    NEW,
    PARTS,
    QUALIFIED,
    QUALITIES,
    STATUSES,
    UNQUALIFIED,
    NewLead,
    may_be_converted,
    name_of,
)
from crmcore.leads.listing import (
    FOLLOW_UPS,
    UNKNOWN,
    Filters,
    count,
    counts,
    ids,
    listed,
    page_of,
    sources,
)
from crmcore.leads.reading import get, happened, of_customer, scores
from crmcore.leads.recording import record
from crmcore.leads.rules import GRADES, Rules
from crmcore.leads.scoring import score, work_out, work_out_many

__all__ = [
    "ACTIVE",
    "BY_HAND",
    "CONTACTED",
    "CONVERTED",
    "FIELDS",
    "FOLLOW_UPS",
    "GRADES",
    "NEW",
    "PARTS",
    "QUALIFIED",
    "QUALITIES",
    "STATUSES",
    "UNKNOWN",
    "UNQUALIFIED",
    "Converted",
    "Duplicate",
    "Filters",
    "NewLead",
    "Rules",
    "Share",
    "by_territory",
    "change",
    "convert",
    "count",
    "counts",
    "duplicates",
    "get",
    "give",
    "happened",
    "ids",
    "listed",
    "mark",
    "may_be_converted",
    "name_of",
    "of_customer",
    "page_of",
    "record",
    "score",
    "scores",
    "share_out",
    "sources",
    "take",
    "work_out",
    "work_out_many",
    "would_become",
    "would_share",
]
