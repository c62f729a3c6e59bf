"""Reading visits: one, that of a day, those of a customer, and what happened to one."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, func, select

from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.models import Activity, Membership, Visit, VisitProduct


def get(shop: ShopSession, visit_id: UUID) -> RowMapping:
    """One visit: the columns of the table, handled_by_name, and product_ids and products (names) side by side.

    Raises NotFound.
    """
    shop.who.must("see customers")
    row = shop.execute(_visits(shop).where(Visit.id == visit_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("This visit is not on file in your shop any more.")
    return row


def of_day(shop: ShopSession, customer_id: UUID, day: date) -> RowMapping | None:
    """The customer's visit of the shop's `day`, as in `get`, or None."""
    shop.who.must("see customers")
    query = _visits(shop).where(Visit.customer_id == customer_id, Visit.visited_on == day)
    return shop.execute(query).mappings().one_or_none()


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 20, offset: int = 0) -> list[RowMapping]:
    """A customer's visits as in `get`, newest first."""
    shop.who.must("see customers")
    query = _visits(shop).where(Visit.customer_id == customer_id).order_by(Visit.visited_on.desc())
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def history(shop: ShopSession, visit_id: UUID) -> list[RowMapping]:
    """Everything that happened to a visit, newest first: at, staff_name (None: not a person), via, what, detail."""
    shop.who.must("see customers")
    query = (
        select(Activity.at, Activity.via, Activity.what, Activity.detail, Membership.name.label("staff_name"))
        .outerjoin(Membership, (Membership.shop_id == Activity.shop_id) & (Membership.staff_id == Activity.staff_id))
        .where(Activity.shop_id == shop.id, Activity.subject_id == visit_id, Activity.subject == "visit")
        .order_by(Activity.id.desc())
    )
    return list(shop.execute(query).mappings())


def _visits(shop: ShopSession) -> Select[Any]:
    def talked_about(column: Any) -> Any:
        of_visit = select(column).where(VisitProduct.shop_id == shop.id, VisitProduct.visit_id == Visit.id)
        return func.array(of_visit.order_by(VisitProduct.product_name, VisitProduct.product_id).scalar_subquery())

    return (
        select(
            *Visit.__table__.columns,
            Membership.name.label("handled_by_name"),
            talked_about(VisitProduct.product_id).label("product_ids"),
            talked_about(VisitProduct.product_name).label("products"),
        )
        .outerjoin(Membership, (Membership.shop_id == Visit.shop_id) & (Membership.staff_id == Visit.handled_by))
        .where(Visit.shop_id == shop.id)
    )
