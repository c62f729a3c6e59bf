"""Reading contacts: one, the one with a number, those of a customer, the next to call, and what happened to one."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from crmcore.contacts.contact import PENDING
from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.models import Activity, Contact, Customer, FollowUp, Import, Membership, Order
from crmcore.phones import normalise


def get(shop: ShopSession, contact_id: UUID) -> RowMapping:
    """One contact: the columns of the table; assignee, file_name (its upload), customer_name; of the converting order
    order_number, order_status, and value: what it is worth now, None unless it counts. Raises NotFound."""
    shop.who.must("see contacts")
    row = shop.execute(_contacts(shop).where(Contact.id == contact_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("This contact is not on file in your shop any more.")
    return row


def on_file(shop: ShopSession, contact_id: UUID) -> RowMapping:
    """The contact, to write something down about; nobody else writes about it meanwhile. Raises NotFound."""
    shop.who.must("see contacts")
    query = select(Contact).where(Contact.shop_id == shop.id, Contact.id == contact_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound("This contact is not on file in your shop any more.")
    return row


def of_phone(shop: ShopSession, typed: str) -> RowMapping | None:
    """The contact with this number, the one that is called or another, or None: id, name, phone, status, touches,
    last_touched_at, uploaded_on, customer_id, assigned_to, assignee.

    Typed in any format; a number that several contacts have beside their own tells nobody (sql/views/contact_numbers).
    At the counter everybody may ask whether somebody was contacted before, whoever has the contact. Raises
    BadInput("phone") if it is no phone number.
    """
    shop.who.must("sell")
    return with_number(shop, normalise(typed, shop.shop.region).e164)


def with_number(shop: ShopSession, number: str) -> RowMapping | None:
    """As `of_phone`, by a number as it is kept, whoever asks."""
    found = shop.rows_as_the_shop("contacts/of_phone", phone=number, customer_id=None)
    return found[0] if found else None


def of_buyer(shop: ShopSession, customer_id: UUID) -> RowMapping | None:
    """The contact who this customer is, as in `of_phone`: the one with their number, else the only one linked."""
    shop.who.must("sell")
    found = shop.rows_as_the_shop("contacts/of_phone", phone=None, customer_id=customer_id)
    return found[0] if found else None


def of_customer(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """The contacts that are this customer, newest first, as in `get`."""
    shop.who.must("see customers")
    query = _contacts(shop).where(Contact.customer_id == customer_id).order_by(Contact.id.desc())
    return list(shop.execute(query).mappings())


def next_of(shop: ShopSession, staff_id: UUID | None, *, after: UUID | None = None) -> UUID | None:
    """Whom this person calls next of the contacts they were given: the first pending one; `after`: the one behind it,
    and the first again when there is none."""
    shop.who.must("see contacts")
    if staff_id is None:
        return None
    mine = select(Contact.id).where(*_pending_of(shop, staff_id)).order_by(Contact.id).limit(1)
    if after is not None:
        behind: UUID | None = shop.scalar(mine.where(Contact.id > after))
        if behind is not None:
            return behind
        mine = mine.where(Contact.id != after)
    first: UUID | None = shop.scalar(mine)
    return first


def open_of(shop: ShopSession, staff_id: UUID | None) -> int:
    """How many of the contacts a person was given nobody was in touch with yet."""
    if staff_id is None:
        return 0
    return int(shop.scalar(select(func.count()).select_from(Contact).where(*_pending_of(shop, staff_id))))


def reminders(shop: ShopSession, contact_id: UUID) -> list[RowMapping]:
    """What is still to be done about a contact, the next first: id, about, due_on, due_time, assigned_to, assignee."""
    shop.who.must("see contacts")
    query = (
        select(FollowUp, Membership.name.label("assignee"))
        .outerjoin(
            Membership, and_(Membership.shop_id == FollowUp.shop_id, Membership.staff_id == FollowUp.assigned_to)
        )
        .where(FollowUp.shop_id == shop.id, FollowUp.contact_id == contact_id, FollowUp.closed_at.is_(None))
        .order_by(FollowUp.due_on, FollowUp.due_time.nulls_last(), FollowUp.id)
    )
    return list(shop.execute(query).mappings())


def history(shop: ShopSession, contact_id: UUID) -> list[RowMapping]:
    """Everything that happened to a contact's row, newest first: at, staff_name, via, what, detail."""
    shop.who.must("see contacts")
    query = (
        select(Activity.at, Activity.via, Activity.what, Activity.detail, Membership.name.label("staff_name"))
        .outerjoin(Membership, and_(Membership.shop_id == Activity.shop_id, Membership.staff_id == Activity.staff_id))
        .where(Activity.shop_id == shop.id, Activity.subject_id == contact_id, Activity.subject == "contact")
        .order_by(Activity.id.desc())
    )
    return list(shop.execute(query).mappings())


def _pending_of(shop: ShopSession, staff_id: UUID) -> tuple[Any, ...]:
    return Contact.shop_id == shop.id, Contact.assigned_to == staff_id, Contact.status == PENDING


def _contacts(shop: ShopSession) -> Select[Any]:
    assignee = aliased(Membership)
    counts = and_(
        Order.status == "completed", ~Order.is_return, Order.customer_id == Contact.customer_id
    )  # as conversion_truth says
    return (
        select(
            *Contact.__table__.columns,
            assignee.name.label("assignee"),
            Import.file_name,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
            Order.number.label("order_number"),
            Order.status.label("order_status"),
            case((counts, Order.total)).label("value"),
        )
        .outerjoin(assignee, and_(assignee.shop_id == Contact.shop_id, assignee.staff_id == Contact.assigned_to))
        .outerjoin(Import, and_(Import.shop_id == Contact.shop_id, Import.id == Contact.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Contact.shop_id, Customer.id == Contact.customer_id))
        .outerjoin(Order, and_(Order.shop_id == Contact.shop_id, Order.id == Contact.converted_order_id))
        .where(Contact.shop_id == shop.id)
    )
