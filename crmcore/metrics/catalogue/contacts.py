"""Figures of contact sheets."""

from crmcore.metrics.catalogue.definition import (
    CONTACTS_GROUP,
    LISTS_GROUP,
    MONEY,
    PERCENT,
    ROWS,
    Metric,
)

FIGURES = (
    Metric(
        key="contact_conversion",
        label="Contact conversion",
        means="Of the contacts uploaded in the period, the share who bought since; beside it of those somebody was in"
        " touch with.",
        formula="{part} converted / {whole} uploaded",
        unit=PERCENT,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="conversion_value",
        label="Conversion value",
        means="What the converting orders of the contacts uploaded in the period come to now.",
        formula="Sum of the first order of each converted contact",
        unit=MONEY,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="average_conversion_value",
        label="Average conversion value",
        means="What a converted contact of those uploaded in the period brought in with the converting order, on"
        " average.",
        formula="{part} of converting orders / {whole} converted",
        unit=MONEY,
        part_is=MONEY,
        group=CONTACTS_GROUP,
        contacts="status=converted&uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
    Metric(
        key="contacts_by_status",
        label="Contacts by status",
        means="Contacts uploaded in the period, by where they stand now: pending, contacted, visited without buying,"
        " converted.",
        formula="Number of contacts, status by status",
        unit=ROWS,
        group=LISTS_GROUP,
        contacts="uploaded_from={since}&uploaded_to={last}",
        module="contacts",
    ),
)
