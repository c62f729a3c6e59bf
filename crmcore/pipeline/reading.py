"""Reading opportunities: one, its items and history, those of a customer or a lead."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import Integer, Numeric

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.lists import Listed
from crmcore.models import (
    ContactPerson,
    Customer,
    Lead,
    LostReason,
    Membership,
    Opportunity,
    OpportunityItem,
    Stage,
    StageChange,
    Territory,
)
from crmcore.pipeline.opportunity import OPEN
from crmcore.texts import one_line


def get(shop: ShopSession, opportunity_id: UUID) -> RowMapping:
    """One opportunity, with what `shown` adds, and reason_name, person_name, territory_name, lead_name.

    Raises NotFound.
    """
    shop.who.must("see opportunities")
    query = (
        shown(shop)
        .add_columns(
            LostReason.name.label("reason_name"),
            ContactPerson.name.label("person_name"),
            Territory.name.label("territory_name"),
            func.coalesce(Lead.name, Lead.company, Lead.ref).label("lead_name"),
        )
        .outerjoin(LostReason, _same(LostReason, LostReason.id, Opportunity.reason_id))
        .outerjoin(ContactPerson, _same(ContactPerson, ContactPerson.id, Opportunity.contact_person_id))
        .outerjoin(Territory, _same(Territory, Territory.id, Opportunity.territory_id))
        .outerjoin(Lead, _same(Lead, Lead.id, Opportunity.lead_id))
        .where(Opportunity.id == opportunity_id)
    )
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This opportunity is not on file in your shop any more.")
    return row


def shown(shop: ShopSession) -> Listed:
    """The opportunities of the shop as a query: their columns, customer_name, rep_name, stage_name, outcome,
    stage_probability, expected_days; and likelihood (its own probability while it is open, or the stage's), weighted
    (its part of the value, nothing without one), days_in_stage, days_open, is_stuck (open, and longer in its stage than
    expected).
    """
    own = case((Opportunity.status == OPEN, Opportunity.probability))
    likelihood = func.coalesce(own, Stage.probability)
    in_stage = case((Opportunity.status == OPEN, shop.today - Opportunity.stage_since_on))
    return (
        select(
            *Opportunity.__table__.columns,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
            Membership.name.label("rep_name"),
            Stage.name.label("stage_name"),
            Stage.outcome,
            Stage.probability.label("stage_probability"),
            Stage.expected_days,
            likelihood.label("likelihood"),
            cast(Opportunity.value * likelihood / 100, Numeric(14, 2)).label("weighted"),
            cast(in_stage, Integer).label("days_in_stage"),
            cast(func.coalesce(Opportunity.closed_on, shop.today) - Opportunity.created_on, Integer).label("days_open"),
            func.coalesce(in_stage > Stage.expected_days, False).label("is_stuck"),
        )
        .join(Stage, _same(Stage, Stage.id, Opportunity.stage_id))
        .outerjoin(Customer, _same(Customer, Customer.id, Opportunity.customer_id))
        .outerjoin(Membership, _same(Membership, Membership.staff_id, Opportunity.rep_id))
        .where(Opportunity.shop_id == shop.id)
    )


def items(shop: ShopSession, opportunity_id: UUID) -> list[RowMapping]:
    """What is offered, in order."""
    shop.who.must("see opportunities")
    query = select(OpportunityItem).where(
        OpportunityItem.shop_id == shop.id, OpportunityItem.opportunity_id == opportunity_id
    )
    return list(shop.execute(query.order_by(OpportunityItem.position)).mappings())


def history(shop: ShopSession, opportunity_id: UUID) -> list[RowMapping]:
    """Every move, newest first: happened_at, happened_on, from_stage (None when it began), to_stage, days (in the
    stage it left), staff_name (None: an import or the command line), reason, note."""
    shop.who.must("see opportunities")
    left, entered = aliased(Stage), aliased(Stage)
    query = (
        select(
            StageChange.id,
            StageChange.happened_at,
            StageChange.happened_on,
            StageChange.days,
            StageChange.note,
            left.name.label("from_stage"),
            entered.name.label("to_stage"),
            entered.outcome,
            Membership.name.label("staff_name"),
            LostReason.name.label("reason"),
        )
        .join(entered, _to(entered, StageChange.to_stage_id))
        .outerjoin(left, _to(left, StageChange.from_stage_id))
        .outerjoin(
            Membership,
            and_(Membership.shop_id == StageChange.shop_id, Membership.staff_id == StageChange.staff_id),
        )
        .outerjoin(LostReason, and_(LostReason.shop_id == StageChange.shop_id, LostReason.id == StageChange.reason_id))
        .where(StageChange.shop_id == shop.id, StageChange.opportunity_id == opportunity_id)
    )
    return list(shop.execute(query.order_by(StageChange.id.desc())).mappings())


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 50) -> list[RowMapping]:
    """The opportunities of a customer, open ones first, the most valuable first, each as in `shown`."""
    return _of(shop, Opportunity.customer_id == customer_id, limit)


def of_lead(shop: ShopSession, lead_id: UUID, *, limit: int | None = 50) -> list[RowMapping]:
    """The opportunities that came of a lead, as `of_customer`."""
    return _of(shop, Opportunity.lead_id == lead_id, limit)


def _of(shop: ShopSession, condition: Any, limit: int | None) -> list[RowMapping]:
    shop.who.must("see opportunities")
    open_first = case((Opportunity.status == OPEN, 0), else_=1)
    order = (open_first, Opportunity.closed_on.desc(), Opportunity.value.desc().nulls_last(), Opportunity.id)
    return list(shop.execute(shown(shop).where(condition).order_by(*order).limit(limit)).mappings())


def find(shop: ShopSession, typed: str, *, limit: int = 8) -> list[RowMapping]:
    """Open opportunities by a part of their name or their customer's, the newest first, as in `shown`."""
    shop.who.must("see opportunities")
    part = (one_line("typed", "What you look for", typed[:200]) or "").lower()
    named = or_(
        func.lower(Opportunity.name).contains(part, autoescape=True),
        func.lower(func.coalesce(Customer.name, Customer.company_name)).contains(part, autoescape=True),
    )
    query = shown(shop).where(Opportunity.status == OPEN, named).order_by(Opportunity.id.desc()).limit(limit)
    return list(shop.execute(query).mappings())


def _same(table: Any, column: Any, other: Any) -> Any:
    return and_(table.shop_id == Opportunity.shop_id, column == other)


def _to(stage: Any, column: Any) -> Any:
    return and_(stage.shop_id == StageChange.shop_id, stage.id == column)
