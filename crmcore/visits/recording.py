"""Recording a visit: once a day, with everything that follows from it in the same transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import counters, follow_ups, people, timeline
from crmcore.books import local_day
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.models import Customer, FollowUp, Product, Visit, VisitProduct
from crmcore.visits.visit import NewVisit, check_follow_up, check_visited_at

# Made once, since a visit is recorded while somebody waits.
_VISITOR = (
    select(Customer.id, Customer.name, Customer.status, Customer.rep_id, Customer.hidden_at)
    .where(Customer.shop_id == bindparam("of_shop"), Customer.id == bindparam("customer_id"))
    .with_for_update(key_share=True)
)
_INSERT = upsert(Visit).on_conflict_do_nothing().returning(Visit.id)


class Recorded(NamedTuple):
    """What became of a visit. `is_new` False: the customer had one that day already, and it stays as it is."""

    visit_id: UUID
    is_new: bool


def record(shop: ShopSession, new: NewVisit) -> Recorded:
    """Record a visit and do what follows from it: one transaction, opened with writes=True.

    The customer's sales rep becomes who handled it, when there is none and that person sells; a lead becomes active;
    a follow-up is made, those it answers are done; figures count it. A second visit on a day changes nothing and gives
    the first. Raises NotFound for a customer who is not on file, BadInput for what can't be used.
    """
    shop.who.must("record visits")
    new = new.checked(shop)
    if new.visited_at is not None:
        check_visited_at(shop, new.visited_at)
    visited_at = new.visited_at or shop.now
    visited_on = local_day(shop, visited_at)
    check_follow_up(new, visited_on)
    visitor = visitor_on_file(shop, new.customer_id)
    handler, sells = handler_of(shop, new.handled_by)
    products = product_names(shop, new.product_ids)
    visit_id = _insert(shop, new, visited_at, visited_on, handler)
    if visit_id is None:
        first = select(Visit.id).where(
            Visit.shop_id == shop.id, Visit.customer_id == new.customer_id, Visit.visited_on == visited_on
        )
        return Recorded(shop.execute(first).scalar_one(), is_new=False)
    insert_products(shop, visit_id, products)
    recorded = timeline.line(
        shop,
        "visit recorded",
        "visit",
        visit_id,
        customer_id=new.customer_id,
        visited_on=visited_on,
        visit_type=new.visit_type,
        purpose=new.purpose,
        interest=new.interest,
        outcome=new.outcome,
        products=list(products.values()),
    )
    # A lead who comes by is a lead no more; whoever has no sales rep gets the one who was there.
    new_status = "active" if visitor["status"] == "lead" else None
    new_rep_id = handler if sells and visitor["rep_id"] is None else None
    changed = [("customer changed", "status", new_status), ("sales rep changed", "rep_id", new_rep_id)]
    timeline.write(
        shop,
        [recorded, *(_became(shop, visitor, what, key, value) for what, key, value in changed if value is not None)],
    )
    answer_follow_ups(shop, visit_id, new)
    make_follow_up(shop, visit_id, new, visited_on, handler)
    counters.count_visit(shop, visit_id, new_status=new_status, new_rep_id=new_rep_id)
    return Recorded(visit_id, is_new=True)


def visitor_on_file(shop: ShopSession, customer_id: UUID) -> RowMapping:
    """The customer a visit may be of, locked until the end. Raises NotFound, or BadInput for one who was hidden."""
    wanted = {"of_shop": shop.id, "customer_id": customer_id}
    visitor = shop.execute(_VISITOR, wanted).mappings().one_or_none()
    if visitor is None:
        raise NotFound("This customer is not on file in your shop any more.")
    if visitor["hidden_at"] is not None:
        raise BadInput("customer", "This customer was hidden. Bring them back first, then record the visit.")
    return visitor


def handler_of(shop: ShopSession, named: UUID | None) -> tuple[UUID | None, bool]:
    """Who handled a visit, and whether they sell. Everybody may handle one themselves; another person must sell."""
    if named is None or named == shop.who.staff_id:
        return shop.who.staff_id, shop.who.sells
    people.must_sell(shop, named, "handled_by")
    return named, True


def product_names(shop: ShopSession, product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of these products, as they were given. Raises BadInput for one that is not on the catalogue."""
    if not product_ids:
        return {}
    named = select(Product.id, Product.name).where(Product.shop_id == shop.id, Product.id.in_(product_ids))
    names = dict(shop.execute(named).all())
    if len(names) < len(product_ids):
        raise BadInput("product_ids", "A product is not in your catalogue any more. Choose another.")
    return {product_id: names[product_id] for product_id in product_ids}


def insert_products(shop: ShopSession, visit_id: UUID, names: dict[UUID, str]) -> None:
    rows = [
        {"shop_id": shop.id, "visit_id": visit_id, "product_id": product_id, "product_name": name}
        for product_id, name in names.items()
    ]
    if rows:
        shop.execute(insert(VisitProduct), rows)


def answer_follow_ups(shop: ShopSession, visit_id: UUID, new: NewVisit) -> None:
    """Close the follow-ups this visit does; one that was closed meanwhile stays as it is.

    Raises BadInput for one that is not of this customer.
    """
    if not new.answers:
        return
    theirs = select(func.count()).where(
        FollowUp.shop_id == shop.id, FollowUp.id.in_(new.answers), FollowUp.customer_id == new.customer_id
    )
    if shop.scalar(theirs) < len(new.answers):
        raise BadInput("answers", "A follow-up you ticked is not one of this customer any more. Look again.")
    follow_ups.answer(shop, new.answers, visit_id)


def make_follow_up(shop: ShopSession, visit_id: UUID, new: NewVisit, visited_on: date, handler: UUID | None) -> None:
    """Make the follow-up that was agreed on, if one was. Raises BadInput for a day that is past, or who can't do it."""
    if new.follow_up_on is None:
        return
    follow_up = NewFollowUp(
        about=new.follow_up_about or f"Follow up on the visit of {visited_on:%-d %B}",
        due_on=new.follow_up_on,
        customer_id=new.customer_id,
        assigned_to=new.follow_up_by or handler,
        visit_id=visit_id,
    )
    try:
        follow_ups.create(shop, follow_up)
    except BadInput as refused:
        raise BadInput(_FIELDS.get(refused.field, refused.field), str(refused)) from refused


# The fields of a follow-up as NewVisit calls them.
_FIELDS = {"about": "follow_up_about", "due_on": "follow_up_on", "assigned_to": "follow_up_by"}


def _insert(
    shop: ShopSession, new: NewVisit, visited_at: datetime, visited_on: date, handler: UUID | None
) -> UUID | None:
    """Insert the visit; None when the customer has one that day. Two people at once: the second waits for the first."""
    row = {
        **_stamps(shop),
        "shop_id": shop.id,
        "id": new_id(),
        "customer_id": new.customer_id,
        "visited_at": visited_at,
        "visited_on": visited_on,
        "handled_by": handler,
        "visit_type": new.visit_type,
        "purpose": new.purpose,
        "interest": new.interest,
        "categories": list(new.categories),
        "outcome": new.outcome,
        "estimated_value": new.estimated_value,
        "notes": new.notes,
    }
    return shop.scalar(_INSERT, row)


def _became(shop: ShopSession, visitor: RowMapping, what: str, key: str, value: Any) -> dict[str, Any]:
    """The line that says what the visit made of its customer."""
    told = timeline.changes(dict(visitor), {key: value})
    return timeline.line(shop, what, "customer", visitor["id"], customer_id=visitor["id"], **told)


def _stamps(shop: ShopSession) -> dict[str, Any]:
    return {
        "created_at": shop.now,
        "created_by": shop.who.staff_id,
        "updated_at": shop.now,
        "updated_by": shop.who.staff_id,
    }
