"""Reading leads: one, those of a customer, and what happened to one."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.orm import aliased

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.models import Activity, Customer, FollowUp, Import, Lead, LeadScore, Membership, Territory

_GONE = "This lead is not on file in your shop any more."


def get(shop: ShopSession, lead_id: UUID) -> RowMapping:
    """One lead: the columns of the table; assignee, territory, file_name (of its import), customer_name, and
    next_follow_up_on: when the next thing is to be done about it. Raises NotFound."""
    shop.who.must("see leads")
    row = shop.execute(_leads(shop).where(Lead.id == lead_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(_GONE)
    return row


def on_file(shop: ShopSession, lead_id: UUID) -> RowMapping:
    """The lead, to write something down about; nobody else writes about it meanwhile. Raises NotFound."""
    shop.who.must("see leads")
    query = select(Lead).where(Lead.shop_id == shop.id, Lead.id == lead_id)
    row = shop.execute(query.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise NotFound(_GONE)
    return row


def of_customer(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """The leads that became this customer, newest first, as in `get`."""
    shop.who.must("see customers")
    query = _leads(shop).where(Lead.customer_id == customer_id).order_by(Lead.id.desc())
    return list(shop.execute(query).mappings())


def scores(shop: ShopSession, lead_id: UUID, *, limit: int = 100) -> list[RowMapping]:
    """The scores of a lead day by day, oldest first: scored_on, engagement, fit, activity, score, how."""
    shop.who.must("see leads")
    newest = (
        select(LeadScore)
        .where(LeadScore.shop_id == shop.id, LeadScore.lead_id == lead_id)
        .order_by(LeadScore.scored_on.desc())
        .limit(limit)
    )
    return list(reversed(shop.execute(newest).mappings().all()))


def happened(shop: ShopSession, lead_id: UUID, *, limit: int = 100) -> list[RowMapping]:
    """What happened to a lead itself, newest first: at, staff_name, via, what, detail."""
    shop.who.must("see leads")
    query = (
        select(Activity.at, Activity.via, Activity.what, Activity.detail, Membership.name.label("staff_name"))
        .outerjoin(Membership, and_(Membership.shop_id == Activity.shop_id, Membership.staff_id == Activity.staff_id))
        .where(Activity.shop_id == shop.id, Activity.subject_id == lead_id, Activity.subject == "lead")
        .order_by(Activity.id.desc())
    )
    return list(shop.execute(query.limit(limit)).mappings())


def next_follow_up_on() -> Any:
    """The day of the earliest open follow-up of a lead, as a column beside it."""
    return (
        select(func.min(FollowUp.due_on))
        .where(FollowUp.shop_id == Lead.shop_id, FollowUp.lead_id == Lead.id, FollowUp.closed_at.is_(None))
        .correlate(Lead)
        .scalar_subquery()
        .label("next_follow_up_on")
    )


def _leads(shop: ShopSession) -> Select[Any]:
    assignee = aliased(Membership)
    return (
        select(
            *Lead.__table__.columns,
            assignee.name.label("assignee"),
            Territory.name.label("territory"),
            Import.file_name,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
            next_follow_up_on(),
        )
        .outerjoin(assignee, and_(assignee.shop_id == Lead.shop_id, assignee.staff_id == Lead.assigned_to))
        .outerjoin(Territory, and_(Territory.shop_id == Lead.shop_id, Territory.id == Lead.territory_id))
        .outerjoin(Import, and_(Import.shop_id == Lead.shop_id, Import.id == Lead.import_id))
        .outerjoin(Customer, and_(Customer.shop_id == Lead.shop_id, Customer.id == Lead.customer_id))
        .where(Lead.shop_id == shop.id)
    )
