"""A lead becomes a customer: one on file, where the phone number, e-mail address or company is known, else a new one.

Never a second record of the same person. The lead stays on file, points at the customer, and its history is the
customer's from then on.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customers, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.leads.changing import write
from crmcore.leads.duplicates import Duplicate, duplicates
from crmcore.leads.lead import CONVERTED, name_of
from crmcore.leads.reading import on_file
from crmcore.models import Company, FollowUp, Interaction, LeadTagging, Membership, Note, Tagging
from crmcore.names import fold

_HISTORY = (Interaction, FollowUp, Note)


@dataclass(frozen=True)
class Converted:
    """What a lead became. `was_created`: the customer came on file with it."""

    customer_id: UUID
    was_created: bool


def would_become(shop: ShopSession, lead_id: UUID) -> list[Duplicate]:
    """The customers on file who may be this lead, the surest first; `convert` takes the first unless told otherwise.

    Empty: a new customer. Raises NotFound.
    """
    return _on_file_as(shop, on_file(shop, lead_id))


def convert(
    shop: ShopSession, lead_id: UUID, *, customer_id: UUID | None = None, anew: bool = False
) -> Converted:
    """Make a lead a customer; two people who do so at once make one.

    `customer_id`: this one. `anew`: a new one, though a customer bears the company's name. Without either: the first of
    `would_become`, else a new one. A lead of a company makes the company a customer.
    Raises NotFound, Conflict for a lead that was converted before, and BadInput for a customer who is hidden, or who is
    not the one with the lead's phone number or e-mail address.
    """
    shop.who.must("edit leads")
    lead = on_file(shop, lead_id)
    if lead["status"] == CONVERTED:
        raise Conflict(f"{name_of(shop, lead)} was converted already. Open the customer instead.")
    for key in filter(None, (lead["email"], lead["company"] and f"company {fold(lead['company'])}")):
        customers.one_at_a_time(shop, key)
    chosen, was_created = _customer(shop, lead, customer_id, anew=anew)
    if lead["company"]:
        _make_company(shop, chosen, lead)
    write(
        shop,
        lead_id,
        {"status": CONVERTED, "customer_id": chosen, "converted_at": shop.now, "converted_on": shop.today},
    )
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
    return Converted(chosen, was_created)


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
    return customers.find_or_create(shop, _fields(shop, lead))


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


def _make_company(shop: ShopSession, customer_id: UUID, lead: RowMapping) -> None:
    """The customer is a company from now on, if it bears the company's name and was none."""
    if fold(customers.get(shop, customer_id)["name"] or "") != fold(lead["company"]):
        return
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    company = upsert(Company).values(shop_id=shop.id, customer_id=customer_id, website=lead["website"], **stamp)
    shop.execute(company.on_conflict_do_nothing())


def _hand_over(shop: ShopSession, lead_id: UUID, customer_id: UUID) -> None:
    """What was said, noted and planned about the lead is the customer's from now on, and so are its tags."""
    for table in _HISTORY:
        theirs = (table.shop_id == shop.id, table.lead_id == lead_id, table.customer_id.is_(None))
        shop.execute(update(table).where(*theirs).values(customer_id=customer_id))
    tags = select(
        LeadTagging.shop_id, literal(customer_id), LeadTagging.tag_id, literal(shop.now), literal(shop.who.staff_id)
    ).where(LeadTagging.shop_id == shop.id, LeadTagging.lead_id == lead_id)
    columns = ["shop_id", "customer_id", "tag_id", "created_at", "created_by"]
    shop.execute(upsert(Tagging).from_select(columns, tags).on_conflict_do_nothing())
