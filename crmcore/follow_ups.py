"""Follow-ups, tasks and next steps: something a person must do on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, case, func, insert, select, update
from sqlalchemy.orm import aliased

from crmcore import notifications, timeline
from crmcore.database.gate import STAFF, ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import Contact, Customer, FollowUp, Lead, Membership, Opportunity
from crmcore.subjects import columns_of, where_it_is_read, whom
from crmcore.texts import paragraph

FOLLOW_UP, TASK, NEXT_STEP = KINDS = ("follow-up", "task", "next step")
DONE, DROPPED = "done", "dropped"

LONGEST = 1000  # characters of what is to be done
FURTHEST = timedelta(days=5 * 366)  # a day beyond this is a slip of the finger
KEEP: Any = ...


@dataclass(frozen=True)
class NewFollowUp:
    """Something to be done. `about`: what, in words. `assigned_to=None`: whoever comes first. For a customer, a contact
    or a lead, about a deal, or for nobody.

    `visit_id`, `interaction_id`: what it came from. `due_time`: on the shop's clock; without one, any time that day.
    """

    about: str
    due_on: date | None
    customer_id: UUID | None = None
    assigned_to: UUID | None = None
    kind: str = FOLLOW_UP
    due_time: time | None = None
    visit_id: UUID | None = None
    interaction_id: UUID | None = None
    contact_id: UUID | None = None
    lead_id: UUID | None = None
    opportunity_id: UUID | None = None


def create(shop: ShopSession, new: NewFollowUp) -> UUID:
    """Write down what is to be done; return its id. Whoever it is for is told, unless they wrote it themselves.

    Raises BadInput for a missing text or day, a day before today, and a person who is not, or no longer, in the team;
    NotFound for a customer who is not on file.
    """
    shop.who.must("plan follow-ups")
    if new.kind not in KINDS:
        raise BadInput("kind", f"“{new.kind}” is not a kind of follow-up. Use one of: {', '.join(KINDS)}.")
    about = _about(new.about)
    due_on = _day_to_come(shop, new.due_on)
    subject = columns_of(
        shop,
        customer_id=new.customer_id,
        contact_id=new.contact_id,
        lead_id=new.lead_id,
        opportunity_id=new.opportunity_id,
    )
    values = {
        "kind": new.kind,
        "about": about,
        "due_on": due_on,
        "due_time": _to_the_minute(new.due_time),
        **subject,
        "assigned_to": _someone_at_work(shop, new.assigned_to, subject),
        "visit_id": new.visit_id,
        "interaction_id": new.interaction_id,
    }
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamp |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    follow_up_id = new_id()
    shop.execute(insert(FollowUp).values(shop_id=shop.id, id=follow_up_id, **values, **stamp))
    row = get(shop, follow_up_id)
    _note(shop, "follow-up planned", row, due_time=row["due_time"], assigned_to=row["assigned_to"])
    _tell_whose_it_is(shop, row)
    return follow_up_id


def done(shop: ShopSession, follow_up_id: UUID) -> None:
    """It is done. Done twice by one person is done once; raises Conflict when somebody else closed it meanwhile."""
    _close(shop, follow_up_id, DONE)


def drop(shop: ShopSession, follow_up_id: UUID) -> None:
    """It need not be done any more. Otherwise as `done`, but only for whom it concerns (`must_be_theirs`)."""
    _close(shop, follow_up_id, DROPPED)


def answer(shop: ShopSession, follow_up_ids: Iterable[UUID], visit_id: UUID) -> int:
    """A visit did these; return how many were still open. One that somebody closed meanwhile stays as it is."""
    shop.who.must("plan follow-ups")
    return sum(_closed_now(shop, one, DONE, by_visit=visit_id) for one in sorted(set(follow_up_ids)))


def reopen(shop: ShopSession, follow_up_id: UUID) -> None:
    """It was not done after all; nothing happens if it is open."""
    shop.who.must("plan follow-ups")
    before = _locked(shop, follow_up_id)
    if before["closed_at"] is None:
        return
    nothing = dict.fromkeys(("closed_at", "closed_on", "closed_by", "closed_as", "answered_by_visit"))
    _write(shop, before, "follow-up reopened", nothing, told={})


def move(shop: ShopSession, follow_up_id: UUID, due_on: date | None, due_time: time | None = KEEP) -> None:
    """Put it off or bring it forward to another day. Raises as `change` does."""
    before = _open_and_theirs(shop, follow_up_id)
    values = _when(shop, before, due_on, due_time)
    _write(shop, before, "follow-up moved", values)


def reassign(shop: ShopSession, follow_up_id: UUID, staff_id: UUID | None) -> None:
    """Give it to somebody else, who is told; None: whoever comes first. Raises as `change` does."""
    before = _open_and_theirs(shop, follow_up_id)
    if staff_id == before["assigned_to"]:
        return
    _must_stay_visible(shop, before, staff_id)
    given_to = _someone_at_work(shop, staff_id, whom(before))
    _write(shop, before, "follow-up given on", {"assigned_to": given_to})
    _tell_whose_it_is(shop, get(shop, follow_up_id))


def change(
    shop: ShopSession,
    follow_up_id: UUID,
    *,
    about: str = KEEP,
    due_on: date | None = KEEP,
    due_time: time | None = KEEP,
    assigned_to: UUID | None = KEEP,
) -> None:
    """Change what is given. A day that is past may stay as it is, but not be chosen.

    Raises NotFound, NotAllowed when it is somebody else's, Conflict when it is closed, and BadInput as `create` does.
    """
    before = _open_and_theirs(shop, follow_up_id)
    values = _when(shop, before, before["due_on"] if due_on is KEEP else due_on, due_time)
    if about is not KEEP:
        values["about"] = _about(about)
    if assigned_to is not KEEP and assigned_to != before["assigned_to"]:
        _must_stay_visible(shop, before, assigned_to)
        values["assigned_to"] = _someone_at_work(shop, assigned_to, whom(before))
    _write(shop, before, "follow-up changed", values)
    if values.get("assigned_to") is not None:
        _tell_whose_it_is(shop, get(shop, follow_up_id))


def get(shop: ShopSession, follow_up_id: UUID) -> RowMapping:
    """One follow-up with `assignee`, the name of whose it is, and `customer_name`, `phone`. Raises NotFound."""
    row = shop.execute(_with_names(shop).where(FollowUp.id == follow_up_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("This follow-up is not on file in your shop any more.")
    return row


def open_of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 50) -> list[RowMapping]:
    """What is still to be done for a customer, the next one first, each with `assignee`."""
    query = _with_names(shop).where(FollowUp.customer_id == customer_id, FollowUp.closed_at.is_(None))
    return list(shop.execute(query.order_by(*SOONEST_FIRST).limit(limit)).mappings())


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 20) -> list[RowMapping]:
    """What is and was to be done for a customer: open ones first, then the newest closed; `assignee`, `closer`."""
    query = _with_names(shop).where(FollowUp.customer_id == customer_id)
    open_first = case((FollowUp.closed_at.is_(None), 0), else_=1)
    ordered = query.order_by(open_first, FollowUp.closed_at.desc(), *SOONEST_FIRST)
    return list(shop.execute(ordered.limit(limit)).mappings())


def open_of_lead(shop: ShopSession, lead_id: UUID, *, limit: int = 50) -> list[RowMapping]:
    """What is still to be done about a lead, the next one first, each with `assignee`."""
    query = _with_names(shop).where(FollowUp.lead_id == lead_id, FollowUp.closed_at.is_(None))
    return list(shop.execute(query.order_by(*SOONEST_FIRST).limit(limit)).mappings())


def open_of_opportunity(shop: ShopSession, opportunity_id: UUID, *, limit: int = 50) -> list[RowMapping]:
    """What is still to be done about a deal, the next one first, each with `assignee`."""
    query = _with_names(shop).where(FollowUp.opportunity_id == opportunity_id, FollowUp.closed_at.is_(None))
    return list(shop.execute(query.order_by(*SOONEST_FIRST).limit(limit)).mappings())


def still_to_do(
    shop: ShopSession, *, assigned_to: UUID | None = None, limit: int = 25, offset: int = 0
) -> tuple[list[RowMapping], int]:
    """What is still to be done in the whole shop, or by one person, the longest due first; and how much in all.

    Each with `assignee`, `customer_name` and `phone`. What was to be done for somebody who is hidden is left out.
    """
    shop.who.must("plan follow-ups of others")
    open_ones = open_list(shop, assigned_to)
    total = shop.scalar(select(func.count()).select_from(open_ones.order_by(None).subquery()))
    return list(shop.execute(open_ones.limit(limit).offset(offset)).mappings()), int(total)


def open_list(shop: ShopSession, assigned_to: UUID | None = None) -> Select[*tuple[Any, ...]]:
    """The query of `still_to_do`."""
    query = _with_names(shop).where(FollowUp.closed_at.is_(None), Customer.hidden_at.is_(None))
    query = query.order_by(*SOONEST_FIRST)
    return query if assigned_to is None else query.where(FollowUp.assigned_to == assigned_to)


def may_change(shop: ShopSession, row: RowMapping) -> bool:
    """Whether the person may put it off, give it on, reword or drop it: their own, nobody's, or one they wrote.

    Who may plan for others may do so with everybody's. Doing it is for whoever is there.
    """
    me = shop.who.staff_id
    own = row["assigned_to"] is None or me in (row["assigned_to"], row["created_by"])
    return shop.who.may("plan follow-ups") and (own or shop.who.may("plan follow-ups of others"))


SOONEST_FIRST = (FollowUp.due_on, FollowUp.due_time.nulls_last(), FollowUp.id)


def _with_names(shop: ShopSession) -> Select[*tuple[Any, ...]]:
    assignee, closer = aliased(Membership), aliased(Membership)
    return (
        select(
            FollowUp,
            assignee.name.label("assignee"),
            closer.name.label("closer"),
            func.coalesce(
                Customer.name, Customer.company_name, Contact.name, Lead.name, Lead.company, Lead.ref, Opportunity.name
            ).label("customer_name"),
            func.coalesce(Customer.phone, Contact.phone, Lead.phone).label("phone"),
        )
        .outerjoin(assignee, (assignee.shop_id == FollowUp.shop_id) & (assignee.staff_id == FollowUp.assigned_to))
        .outerjoin(closer, (closer.shop_id == FollowUp.shop_id) & (closer.staff_id == FollowUp.closed_by))
        .outerjoin(Customer, (Customer.shop_id == FollowUp.shop_id) & (Customer.id == FollowUp.customer_id))
        .outerjoin(Contact, (Contact.shop_id == FollowUp.shop_id) & (Contact.id == FollowUp.contact_id))
        .outerjoin(Lead, (Lead.shop_id == FollowUp.shop_id) & (Lead.id == FollowUp.lead_id))
        .outerjoin(
            Opportunity, (Opportunity.shop_id == FollowUp.shop_id) & (Opportunity.id == FollowUp.opportunity_id)
        )
        .where(FollowUp.shop_id == shop.id)
    )


def _locked(shop: ShopSession, follow_up_id: UUID) -> RowMapping:
    query = select(FollowUp).where(FollowUp.shop_id == shop.id, FollowUp.id == follow_up_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound("This follow-up is not on file in your shop any more.")
    return row


def _open_and_theirs(shop: ShopSession, follow_up_id: UUID) -> RowMapping:
    shop.who.must("plan follow-ups")
    row = _locked(shop, follow_up_id)
    _must_be_theirs(shop, row)
    if row["closed_at"] is not None:
        raise Conflict(f"{_closer(shop, row)} {_DID[row['closed_as']]} this already. Reopen it to change it.")
    return row


_DID = {DONE: "did", DROPPED: "dropped"}


def _must_be_theirs(shop: ShopSession, row: RowMapping) -> None:
    if not may_change(shop, row):
        raise NotAllowed(f"This is for {_name_of(shop, row['assigned_to'])} to change. Ask them, or a manager.")


def _must_stay_visible(shop: ShopSession, row: RowMapping, staff_id: UUID | None) -> None:
    """Who sees their own records only can't hand a task they were given to somebody they can't see the tasks of."""
    is_theirs = staff_id is None or row["created_by"] == shop.who.staff_id
    is_theirs = is_theirs or bool(whom(row))
    if shop.who.sees_own_only and not is_theirs:
        raise NotAllowed("You were given this task. Ask whoever gave it to you to pass it on.")


def _close(shop: ShopSession, follow_up_id: UUID, how: str) -> None:
    shop.who.must("plan follow-ups")
    if how == DROPPED:
        _must_be_theirs(shop, _locked(shop, follow_up_id))
    if _closed_now(shop, follow_up_id, how):
        return
    row = get(shop, follow_up_id)
    if row["closed_as"] == how and row["closed_by"] == shop.who.staff_id:
        return
    raise Conflict(f"{_closer(shop, row)} {_DID[row['closed_as']]} this already.")


def _closed_now(shop: ShopSession, follow_up_id: UUID, how: str, *, by_visit: UUID | None = None) -> bool:
    """Close it if it is open, and say so on the timeline; False when it was not."""
    closing = {"closed_at": shop.now, "closed_on": shop.today, "closed_by": shop.who.staff_id, "closed_as": how}
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    row = (
        shop.execute(
            update(FollowUp)
            .where(FollowUp.shop_id == shop.id, FollowUp.id == follow_up_id, FollowUp.closed_at.is_(None))
            .values(**closing, **stamp, answered_by_visit=by_visit)
            .returning(FollowUp)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return False
    _note(shop, "follow-up done" if how == DONE else "follow-up dropped", row)
    return True


def _write(
    shop: ShopSession, before: RowMapping, what: str, values: dict[str, Any], told: dict[str, Any] | None = None
) -> None:
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    one = (FollowUp.shop_id == shop.id, FollowUp.id == before["id"])
    shop.execute(update(FollowUp).where(*one).values(**changed["after"], **stamp))
    _note(shop, what, before, **(changed if told is None else told))


def _note(shop: ShopSession, what: str, row: RowMapping, **detail: Any) -> None:
    timeline.note(
        shop,
        what,
        "follow-up",
        row["id"],
        **whom(row),
        kind=row["kind"],
        about=row["about"],
        due_on=row["due_on"],
        **detail,
    )


def _tell_whose_it_is(shop: ShopSession, row: RowMapping) -> None:
    if row["assigned_to"] is None:
        return
    about = notifications.shortened(" ".join(row["about"].split()), 200)
    told = f"{about} (due {row['due_on']:%-d %b})"
    where: dict[str, Any] = {"subject": "follow-up", "subject_id": row["id"]} | where_it_is_read(whom(row))
    notifications.tell(shop, row["assigned_to"], "follow-up given", told, **where)


def _about(typed: str | None) -> str:
    about = paragraph("about", "What is to be done", typed, LONGEST)
    if about is None:
        raise BadInput("about", "Write what is to be done.")
    return about


def _day_to_come(shop: ShopSession, due_on: date | None) -> date:
    if due_on is None:
        raise BadInput("due_on", "Choose the day on which it is due.")
    if due_on < shop.today:
        raise BadInput("due_on", f"{due_on:%-d %B %Y} is past. Choose today or a later day.")
    if due_on > shop.today + FURTHEST:
        raise BadInput("due_on", f"{due_on:%-d %B %Y} is more than five years away. Choose an earlier day.")
    return due_on


def _when(shop: ShopSession, before: RowMapping, due_on: date | None, due_time: time | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if due_on != before["due_on"]:
        values["due_on"] = _day_to_come(shop, due_on)
    if due_time is not KEEP:
        values["due_time"] = _to_the_minute(due_time)
    return values


def _to_the_minute(due_time: time | None) -> time | None:
    return None if due_time is None else due_time.replace(second=0, microsecond=0, tzinfo=None)


def _someone_at_work(shop: ShopSession, staff_id: UUID | None, about: Mapping[str, Any]) -> UUID | None:
    """The person, if they are at work and will see it: with own records only, not about a colleague's customer, lead or
    deal, and only about contacts of their own. `about`: the columns that say whom it is about."""
    if staff_id is None:
        return None
    member = shop.execute(
        select(Membership.name, Membership.is_active, Membership.role).where(
            Membership.shop_id == shop.id, Membership.staff_id == staff_id
        )
    ).one_or_none()
    if member is None:
        raise BadInput("assigned_to", "This person is not in your team. Choose someone from the list.")
    if not member.is_active:
        raise BadInput("assigned_to", f"{member.name}'s account is switched off. Choose someone else.")
    if shop.shop.own_records_only and member.role == STAFF:
        _must_see(shop, staff_id, member.name, about)
    return staff_id


def _must_see(shop: ShopSession, staff_id: UUID, name: str, about: Mapping[str, Any]) -> None:
    """Raise BadInput unless who sees their own records only sees whom it is about: their own, or nobody's yet."""
    for column, owner, several, one in _OWNED:
        if about.get(column) is None:
            continue
        table = owner.class_
        of = shop.scalar(select(owner).where(table.shop_id == shop.id, table.id == about[column]))
        if of is None and table is Opportunity:
            continue  # then it is for whoever sees its customer
        if of == staff_id or (of is None and table is not Contact):
            return
        others = "" if table is Contact else f", and somebody else looks after this {one}"
        raise BadInput(
            "assigned_to",
            f"{name} sees their own {several} only{others}. Choose someone else, or give {name} the {one} first.",
        )


# What something can be about -> who has it, and how it is called; the first that is named decides who sees it.
_OWNED = (
    ("opportunity_id", Opportunity.rep_id, "deals", "deal"),
    ("customer_id", Customer.rep_id, "customers", "customer"),
    ("contact_id", Contact.assigned_to, "contacts", "contact"),
    ("lead_id", Lead.assigned_to, "leads", "lead"),
)


def _closer(shop: ShopSession, row: RowMapping) -> str:
    return "You" if row["closed_by"] == shop.who.staff_id else _name_of(shop, row["closed_by"])


def _name_of(shop: ShopSession, staff_id: UUID | None) -> str:
    query = select(Membership.name).where(Membership.shop_id == shop.id, Membership.staff_id == staff_id)
    return shop.scalar(query) or "Somebody else"
