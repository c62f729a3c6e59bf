"""Figures of leads."""

from crmcore.metrics.catalogue.definition import (
    COUNT,
    LEADS_GROUP,
    LISTS_GROUP,
    PERCENT,
    ROWS,
    Metric,
)

FIGURES = (
    Metric(
        key="lead_conversion",
        label="Lead conversion",
        means="Of the leads that came up in the period, the share that became customers since; and source by source,"
        " where nobody wrote it down “unknown”.",
        formula="{part} converted / {whole} leads",
        unit=PERCENT,
        group=LEADS_GROUP,
        leads="status=converted&created_from={since}&created_to={last}",
        module="pipeline",
    ),
    Metric(
        key="active_leads",
        label="Active leads",
        means="Leads that may still become customers: new, contacted or qualified, as of now.",
        formula="Number of leads that are new, contacted or qualified",
        unit=COUNT,
        group=LEADS_GROUP,
        leads="status=active",
        module="pipeline",
    ),
    Metric(
        key="leads_by_status",
        label="Leads by status",
        means="Leads that came up in the period, by where they stand now: new, contacted, qualified, not qualified,"
        " converted.",
        formula="Number of leads, status by status",
        unit=ROWS,
        group=LISTS_GROUP,
        leads="created_from={since}&created_to={last}",
        module="pipeline",
    ),
    Metric(
        key="leads_by_source",
        label="Leads by source",
        means="Leads that came up in the period, by where they came from; where nobody wrote it down “unknown”.",
        formula="Number of leads, source by source",
        unit=ROWS,
        group=LISTS_GROUP,
        leads="created_from={since}&created_to={last}",
        module="pipeline",
    ),
)
