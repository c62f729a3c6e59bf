"""Putting a lead on file by hand."""

from typing import NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import follow_ups, people, timeline
from crmcore.database.gate import STAFF, ShopSession, new_id
from crmcore.errors import BadInput, Conflict
from crmcore.leads import words
from crmcore.leads.assigning import share_new
from crmcore.leads.duplicates import duplicates
from crmcore.leads.lead import BY_HAND, NewLead, checked, must_be_named, name_and_company
from crmcore.models import Lead
from crmcore.periods import BEGINNING


def record(shop: ShopSession, new: NewLead, *, anyway: bool = False) -> UUID:
    """Put somebody on file who may become a customer; return the id.

    Staff keep whom they write down; else it goes to whom `new` says, or as the shop shares new leads out.
    Raises BadInput for what can't be used, a follow-up on a day that is past too, and Conflict when somebody with the
    same phone number or e-mail address is on file, unless it is said that it is somebody else all the same (`anyway`).
    """
    shop.who.must("edit leads")
    values = checked(shop, new.fields)
    must_be_named(values)
    if new.created_on is not None and new.created_on < BEGINNING:
        raise BadInput("created_on", f"The year {new.created_on.year} can't be right. Check the day the lead came up.")
    if new.created_on is not None and new.created_on > shop.today:
        raise BadInput("created_on", "A lead can't have come up in the future. Choose a day that has been.")
    if new.status not in BY_HAND:
        raise BadInput("status", f"A new lead can't be “{new.status}”. Use one of: {', '.join(BY_HAND)}.")
    keeper = _keeper(shop, new)
    if new.id is not None:
        shop.one_at_a_time(str(new.id))
        if shop.scalar(select(Lead.id).where(Lead.shop_id == shop.id, Lead.id == new.id)):
            return new.id  # a form that was sent twice
    if not anyway:
        # Whoever writes down the same number or address just now is waited for.
        for key in sorted(filter(None, (values["phone"], values["email"]))):
            shop.one_at_a_time(key)
        _refuse_twins(shop, values)
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    lead_id = shop.scalar(
        upsert(Lead)
        .values(
            **values,
            **stamp,
            shop_id=shop.id,
            id=new.id or new_id(),
            status=new.status,
            assigned_to=keeper,
            assigned_at=shop.now if keeper else None,
            created_on=new.created_on or shop.today,
        )
        .on_conflict_do_nothing()
        .returning(Lead.id)
    )
    if lead_id is None:
        refuse_ref(shop, values["ref"])
    words.write(shop, [(lead_id, name_and_company(values))])
    timeline.note(shop, "lead added", "lead", lead_id, after=values)
    share_new(shop, [lead_id])
    if new.follow_up_on is not None:
        whose = shop.scalar(select(Lead.assigned_to).where(Lead.shop_id == shop.id, Lead.id == lead_id))
        reminder = follow_ups.NewFollowUp("Get in touch", new.follow_up_on, lead_id=lead_id, assigned_to=whose)
        follow_ups.create(shop, reminder)
    return UUID(str(lead_id))


def refuse_ref(shop: ShopSession, ref: str | None) -> NoReturn:
    """Raise BadInput: another lead has this reference."""
    raise BadInput("ref", f"Another lead has the reference {ref} already. Open that lead, or give this one another.")


def _keeper(shop: ShopSession, new: NewLead) -> UUID | None:
    """Who has it from the start. Staff may give nobody else something to do."""
    me = shop.who.staff_id
    if new.assigned_to is not None and new.assigned_to != me:
        shop.who.must("assign leads")
    if new.assigned_to is not None:
        people.must_be_active(shop, new.assigned_to, "assigned_to")
        return new.assigned_to
    return me if shop.who.role == STAFF else None


def _refuse_twins(shop: ShopSession, values: dict[str, str | None]) -> None:
    same = [one for one in duplicates(shop, values) if one.is_same]
    if same:
        raise Conflict(f"{same[0]} Open it instead, or say that this is somebody else.")
