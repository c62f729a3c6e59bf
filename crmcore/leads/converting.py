"""A lead becomes a customer: one on file, where the phone number, e-mail address or company is known, else a new one.

Never a second record of the same person. The lead stays on file, points at the customer, and its history is the
customer's from then on.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import companies, contact_people, counters, customers, pipeline, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.leads.changing import write
from crmcore.leads.duplicates import Duplicate, duplicates
from crmcore.leads.lead import CONVERTED, may_be_converted, name_of
from crmcore.leads.reading import get, on_file
from crmcore.models import FollowUp, Interaction, LeadTagging, Membership, Note, Tagging
from crmcore.names import fold
from crmcore.pipeline.opportunity import NewOpportunity

_HISTORY = (Interaction, FollowUp, Note)


@dataclass(frozen=True)
class Converted:
    """What a lead became. `was_created`: the customer came on file with it. `opportunity_id`: the deal that began."""

    customer_id: UUID
    was_created: bool
    opportunity_id: UUID | None = None


def would_become(shop: ShopSession, lead_id: UUID) -> list[Duplicate]:
    """The customers on file who may be this lead, the surest first; `convert` takes the first unless told otherwise.

    Empty: a new customer. Raises NotFound.
    """
    return _on_file_as(shop, get(shop, lead_id))


def convert(
    shop: ShopSession,
    lead_id: UUID,
    *,
    customer_id: UUID | None = None,
    anew: bool = False,
    opportunity: NewOpportunity | None = None,
) -> Converted:
    """Make a lead a customer; two people who do so at once make one.

    `customer_id`: this one. `anew`: a new one, though a customer bears the company's name. Without either: the first of
    `would_become`, else a new one. A lead of a company makes the company a customer, and the lead one of its people.
    `opportunity`: a deal that begins with it; whom it is with, and where it came from, is filled in.
    One that a file said was converted, and that has no customer here, gets theirs; the day it converted stays.
    Raises NotFound, Conflict for a lead that was converted before, and BadInput for a customer who is hidden, or who is
    not the one with the lead's phone number or e-mail address.
    """
    shop.who.must("edit leads")
    lead = on_file(shop, lead_id)
    if not may_be_converted(lead):
        raise Conflict(f"{name_of(shop, lead)} was converted already. Open the customer instead.")
    # Whoever converts the same number, address or company just now is waited for.
    for key in sorted(filter(None, (lead["phone"], lead["email"], lead["company_key"]))):
        shop.one_at_a_time(key)
    chosen, was_created = _customer(shop, lead, customer_id, anew=anew)
    person_id = None
    if lead["name"] and companies.of(shop, chosen) is not None:
        person_id = _person(shop, chosen, lead)
    when = {"converted_at": lead["converted_at"] or shop.now, "converted_on": lead["converted_on"] or shop.today}
    write(shop, lead_id, {"status": CONVERTED, "customer_id": chosen, **when})
    _hand_over(shop, lead_id, chosen)
    timeline.note(
        shop,
        "lead converted",
        "lead",
        lead_id,
        customer_id=chosen,
        important=True,
        name=name_of(shop, lead),
        new_customer=was_created,
        before={"status": lead["status"]},
        after={"status": CONVERTED},
    )
    if opportunity is None:
        return Converted(chosen, was_created)
    deal = replace(
        opportunity,
        customer_id=chosen,
        lead_id=lead_id,
        contact_person_id=person_id,
        source=opportunity.source or lead["source"],
        territory_id=opportunity.territory_id or lead["territory_id"],
        rep_id=opportunity.rep_id or _rep(shop, lead["assigned_to"]),
    )
    return Converted(chosen, was_created, pipeline.create(shop, deal))


def _on_file_as(shop: ShopSession, lead: RowMapping) -> list[Duplicate]:
    found = duplicates(shop, {key: lead[key] for key in ("phone", "email", "company")}, besides=lead["id"])
    return [one for one in found if one.noun == "customer"]


def _customer(shop: ShopSession, lead: RowMapping, asked: UUID | None, *, anew: bool) -> tuple[UUID, bool]:
    """Who the lead is from now on, and whether they came on file just now."""
    found = _on_file_as(shop, lead)
    same = next((one for one in found if one.is_same), None)
    if same is not None and same.id is None:
        raise BadInput("customer", f"{same} Ask your manager to convert this lead.")
    if asked is not None:
        if same is not None and same.id != asked:
            raise BadInput("customer", f"{same} Convert the lead to that customer.")
        return customers.on_file(shop, asked)["id"], False
    known = same or (None if anew else next((one for one in found if one.id is not None), None))
    if known is not None and known.id is not None:
        return known.id, False
    return _new_customer(shop, lead, anew=anew)


def _new_customer(shop: ShopSession, lead: RowMapping, *, anew: bool) -> tuple[UUID, bool]:
    """The lead as a customer, or its company as one; whether they came on file just now."""
    fields = _fields(shop, lead)
    if not lead["company"]:
        return customers.find_or_create(shop, fields)
    if lead["name"]:  # whose number and address they then are
        fields |= {"phone": None, "email": None}
    if anew:
        customer_id, was_created = customers.create(shop, fields), True
        companies.change(shop, customer_id, {})
    else:
        customer_id, was_created = companies.find_or_create(shop, lead["company"], fields)
    if was_created and lead["website"]:
        companies.change(shop, customer_id, {"website": lead["website"]})
    return customer_id, was_created


def _fields(shop: ShopSession, lead: RowMapping) -> dict[str, Any]:
    """What is on file about the lead, as the customer's."""
    return {
        "name": lead["company"] or name_of(shop, lead),
        "phone": lead["phone"],
        "email": lead["email"],
        "city": lead["city"],
        "postcode": lead["postcode"],
        "source": lead["source"],
        "notes": lead["notes"],
        "status": "active",
        "rep_id": _rep(shop, lead["assigned_to"]),
    }


def _rep(shop: ShopSession, staff_id: UUID | None) -> UUID | None:
    """Who had the lead looks after the customer, if they sell and the person may say so."""
    if staff_id is None or not (shop.who.may("assign reps") or staff_id == shop.who.staff_id):
        return None
    sells = select(Membership.staff_id).where(
        Membership.shop_id == shop.id, Membership.staff_id == staff_id, Membership.sells, Membership.is_active
    )
    rep: UUID | None = shop.scalar(sells)
    return rep


def _person(shop: ShopSession, customer_id: UUID, lead: RowMapping) -> UUID:
    """The lead as one of the company's people; whoever has that name, number or address is that already."""
    for person in contact_people.of_customer(shop, customer_id):
        known = {one["number"] for one in person["phones"]} | {one["address"] for one in person["emails"]}
        if fold(person["name"]) == fold(lead["name"]) or known & {lead["phone"], lead["email"]}:
            return UUID(str(person["id"]))
    new = contact_people.NewPerson(
        lead["name"],
        job_title=lead["job_title"],
        phones=[contact_people.NewPhone(lead["phone"])] if lead["phone"] else [],
        emails=[contact_people.NewEmail(lead["email"])] if lead["email"] else [],
    )
    return contact_people.add(shop, customer_id, new)


def _hand_over(shop: ShopSession, lead_id: UUID, customer_id: UUID) -> None:
    """What was said, noted and planned about the lead is the customer's from now on; so are its deals and its tags."""
    for table in _HISTORY:
        theirs = (table.shop_id == shop.id, table.lead_id == lead_id, table.customer_id.is_(None))
        shop.execute(update(table).where(*theirs).values(customer_id=customer_id))
    counters.recount_talk(shop, [customer_id])
    for deal in pipeline.of_lead(shop, lead_id, limit=None):
        if deal["customer_id"] is None:
            pipeline.change(shop, deal["id"], {"customer_id": customer_id})
    tags = select(
        LeadTagging.shop_id, literal(customer_id), LeadTagging.tag_id, literal(shop.now), literal(shop.who.staff_id)
    ).where(LeadTagging.shop_id == shop.id, LeadTagging.lead_id == lead_id)
    columns = ["shop_id", "customer_id", "tag_id", "created_at", "created_by"]
    shop.execute(upsert(Tagging).from_select(columns, tags).on_conflict_do_nothing())
