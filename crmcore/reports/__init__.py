"""Reports a shop makes itself: a figure, or a count, sum or average of rows, broken down, filtered, kept and shared."""

from crmcore.reports.definition import (
    AVERAGE,
    COUNT,
    FIGURE,
    PERIODS,
    STEPS,
    SUM,
    TAKES,
    Definition,
    checked,
)
from crmcore.reports.keeping import NewReport, all_of, change, get, keep, remove
from crmcore.reports.sources import SOURCES, Source
from crmcore.reports.working import Result, choices, report_table, segment_of, title, work_out

__all__ = [
    "AVERAGE",
    "COUNT",
    "FIGURE",
    "PERIODS",
    "SOURCES",
    "STEPS",
    "SUM",
    "TAKES",
    "Definition",
    "NewReport",
    "Result",
    "Source",
    "all_of",
    "change",
    "checked",
    "choices",
    "get",
    "keep",
    "remove",
    "report_table",
    "segment_of",
    "title",
    "work_out",
]
