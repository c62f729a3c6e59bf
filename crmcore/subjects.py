"""Whom talk, notes and follow-ups are about: a customer, a contact, a lead or a deal.

A lead that became a customer keeps its history, which is the customer's from then on; what is about a deal is its
customer's too.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from crmcore import customers
from crmcore.contacts.reading import on_file as contact_on_file
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, NotFound
from crmcore.models import Lead, Opportunity

COLUMNS = ("customer_id", "contact_id", "lead_id", "opportunity_id")


def columns_of(
    shop: ShopSession,
    *,
    customer_id: UUID | None = None,
    contact_id: UUID | None = None,
    lead_id: UUID | None = None,
    opportunity_id: UUID | None = None,
) -> dict[str, UUID]:
    """The columns that say whom it is about, those that are not null; nothing when nobody is named.

    Raises BadInput when several are named or the customer was hidden, and NotFound when they are not on file.
    """
    named = (customer_id, contact_id, lead_id, opportunity_id)
    if sum(one is not None for one in named) > 1:
        raise BadInput("customer", "It is with a customer, a contact, a lead or about a deal: name one of them.")
    if customer_id is not None:
        return {"customer_id": customers.on_file(shop, customer_id)["id"]}
    if contact_id is not None:
        return {"contact_id": contact_on_file(shop, contact_id)["id"]}
    if lead_id is not None:
        return _with_customer("lead_id", _on_file(shop, Lead, lead_id, "lead"))
    if opportunity_id is not None:
        return _with_customer("opportunity_id", _on_file(shop, Opportunity, opportunity_id, "deal"))
    return {}


def whom(row: RowMapping) -> dict[str, Any]:
    """Whom something on file is about, as its line on the timeline says it."""
    return {column: row[column] for column in COLUMNS if row.get(column) is not None}


def where_it_is_read(about: Mapping[str, Any]) -> dict[str, Any]:
    """Where a press on news of it leads, as `notifications.tell` takes it: to the deal or the lead, else the customer.

    What is about a deal is told whoever looks after its customer, and tells nothing of them.
    """
    if about.get("opportunity_id") is not None:
        return {"subject": "opportunity", "subject_id": about["opportunity_id"]}
    customer = {"customer_id": about.get("customer_id")}
    return customer if about.get("lead_id") is None else {"subject": "lead", "subject_id": about["lead_id"], **customer}


def _with_customer(column: str, row: RowMapping) -> dict[str, UUID]:
    theirs = {} if row["customer_id"] is None else {"customer_id": row["customer_id"]}
    return {column: row["id"], **theirs}


def _on_file(shop: ShopSession, table: type[Lead] | type[Opportunity], row_id: UUID, noun: str) -> RowMapping:
    """The row, to write something down about; nobody else writes about it meanwhile. Raises NotFound."""
    query = select(table).where(table.shop_id == shop.id, table.id == row_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"This {noun} is not on file in your shop any more.")
    return row
