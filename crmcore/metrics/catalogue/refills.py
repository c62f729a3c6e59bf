"""Figures of refill reminders."""

from crmcore.metrics.catalogue.definition import (
    COUNT,
    DOWN,
    PERCENT,
    REFILLS_GROUP,
    Metric,
)

FIGURES = (
    Metric(
        key="refills_due",
        label="Refills due",
        means="Medicines of which a customer is to be reminded today, or should have been before and was not.",
        formula="Number of open reminders up to today",
        unit=COUNT,
        group=REFILLS_GROUP,
        better=DOWN,
        today=1,
        module="refills",
    ),
    Metric(
        key="refill_response",
        label="Refilled",
        means="Of the refills that were due in the period, the share that was bought again; beside it how many"
        " customers were reminded of, how many of them answered, and how many were lost.",
        formula="{part} refilled / {whole} due",
        unit=PERCENT,
        group=REFILLS_GROUP,
        module="refills",
    ),
    Metric(
        key="adherence",
        label="Days covered",
        means="Of the days since a customer first bought a medicine in the period, the share on which they had it at"
        " hand.",
        formula="{part} days covered / {whole} days",
        unit=PERCENT,
        group=REFILLS_GROUP,
        module="refills",
    ),
)
