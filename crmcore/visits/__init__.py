"""Visits: one per customer and day. Recorded with all that follows from it, changed and removed with it."""

from crmcore.visits.changing import KEEP, VisitChange, change, remove
from crmcore.visits.reading import get, history, of_customer, of_day
from crmcore.visits.recording import Recorded, record
from crmcore.visits.visit import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES, NewVisit, moment_on

__all__ = [
    "INTERESTS",
    "KEEP",
    "OUTCOMES",
    "PURPOSES",
    "VISIT_TYPES",
    "NewVisit",
    "Recorded",
    "VisitChange",
    "change",
    "get",
    "history",
    "moment_on",
    "of_customer",
    "of_day",
    "record",
    "remove",
]
