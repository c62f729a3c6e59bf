"""Reviews: that a customer was asked for one, what they gave, and how it looks so far.

The words in which a shop asks are its message texts for the purpose "review"; such a message, once it has gone, is a
request.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, delete, func, insert, select, update

from crmcore import customers, timeline
from crmcore.books import check_moment, local_day
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Customer, Membership, Review, Visit
from crmcore.texts import paragraph

CHANNELS = {"whatsapp": "WhatsApp", "sms": "SMS", "email": "E-mail", "call": "Call", "in person": "In person"}
LOWEST, HIGHEST = 1, 5
PAGE_SIZE = 20
_IMPORTANT_BELOW = 3


@dataclass(frozen=True)
class Given:
    """What a customer said. `given_at`: aware, default now. `visit_id`: the visit it is about, if it is known."""

    rating: int
    review: str | None = None
    given_at: datetime | None = None
    visit_id: UUID | None = None


@dataclass(frozen=True)
class Summary:
    """How a customer's reviews look: how many were asked for and given, the mean rating, and when one was asked last.

    `open_since`: when the request was made that is not answered yet.
    """

    requested: int
    given: int
    average: Decimal | None
    open_since: datetime | None


def ask(shop: ShopSession, customer_id: UUID, channel: str, *, visit_id: UUID | None = None) -> UUID:
    """Write down that a review was asked for, by whom and how (a key of CHANNELS); return its id.

    Raises Conflict when an earlier request is not answered yet, BadInput, and NotFound.
    """
    shop.who.must("log interactions")
    if channel not in CHANNELS:
        raise BadInput("channel", f"“{channel}” is no way to ask. Use one of: {', '.join(CHANNELS)}.")
    customers.on_file(shop, customer_id)
    _one_at_a_time(shop, customer_id)
    _must_be_theirs(shop, customer_id, visit_id)
    waiting = _open(shop, customer_id)
    if waiting is not None:
        day = waiting["requested_on"]
        raise Conflict(f"A review was asked for on {day:%-d %B %Y} and is not given yet. Write it down when it comes.")
    review_id = _insert(
        shop,
        customer_id,
        visit_id=visit_id,
        requested_at=shop.now,
        requested_on=shop.today,
        requested_by=shop.who.staff_id,
        channel=channel,
    )
    timeline.note(shop, "review requested", "review", review_id, customer_id=customer_id, channel=channel)
    return review_id


def asked_by_message(shop: ShopSession, customer_id: UUID, channel: str, by: UUID | None) -> None:
    """A message that asks for a review has gone, sent `by` somebody: the request stands, unless one is open already."""
    _one_at_a_time(shop, customer_id)
    if _open(shop, customer_id) is None:
        review_id = _insert(
            shop, customer_id, requested_at=shop.now, requested_on=shop.today, requested_by=by, channel=channel
        )
        timeline.note(shop, "review requested", "review", review_id, customer_id=customer_id, channel=channel)


def give(shop: ShopSession, customer_id: UUID, given: Given) -> UUID:
    """Write down a review: it answers the request that is open, or stands for itself; return its id.

    Raises BadInput for a rating other than 1 to 5 or a moment in the future, and NotFound.
    """
    shop.who.must("log interactions")
    values = _checked(shop, given)
    customers.on_file(shop, customer_id)
    _one_at_a_time(shop, customer_id)
    _must_be_theirs(shop, customer_id, given.visit_id)
    waiting = _open(shop, customer_id)
    if waiting is not None and waiting["requested_on"] <= values["given_on"]:
        review_id: UUID = waiting["id"]
        _write(shop, review_id, values if given.visit_id is None else values | {"visit_id": given.visit_id})
    else:
        review_id = _insert(shop, customer_id, visit_id=given.visit_id, **values)
    said = {"rating": given.rating, "review": values["review"]}
    important = given.rating < _IMPORTANT_BELOW
    timeline.note(shop, "review given", "review", review_id, customer_id=customer_id, important=important, **said)
    return review_id


def change(shop: ShopSession, review_id: UUID, to: Given, *, seen_at: datetime | None = None) -> None:
    """Correct a review that was given. `to.visit_id` None leaves the visit as it is.

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises BadInput, NotFound, and NotAllowed for what somebody else wrote down.
    """
    before = _locked(shop, review_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this review meanwhile. Look at what it says now, then save again.")
    if before["given_at"] is None:
        raise BadInput("rating", "This review is not given yet. Write it down when it comes.")
    values = _checked(shop, Given(to.rating, to.review, to.given_at or before["given_at"]))
    if to.visit_id is not None:
        _must_be_theirs(shop, before["customer_id"], to.visit_id)
        values["visit_id"] = to.visit_id
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    _write(shop, review_id, values)
    timeline.note(shop, "review changed", "review", review_id, customer_id=before["customer_id"], **changed)


def remove(shop: ShopSession, review_id: UUID) -> None:
    """Take a review, or a request that was made by mistake, off the file.

    Raises NotFound, and NotAllowed for what somebody else wrote down.
    """
    before = _locked(shop, review_id)
    shop.execute(delete(Review).where(Review.shop_id == shop.id, Review.id == review_id))
    what = "review removed" if before["given_at"] is not None else "review request withdrawn"
    said = {key: before[key] for key in ("rating", "review", "channel") if before[key] is not None}
    timeline.note(shop, what, "review", review_id, customer_id=before["customer_id"], **said)


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """A customer's reviews and requests, newest first; `asked_by` names who asked."""
    shop.who.must("see customers")
    query = _reviews(shop, customer_id).order_by(Review.id.desc())
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def summary(shop: ShopSession, customer_id: UUID) -> Summary:
    """How a customer's reviews look so far."""
    shop.who.must("see customers")
    row = shop.execute(
        select(
            func.count(Review.requested_at).label("requested"),
            func.count(Review.given_at).label("given"),
            func.avg(Review.rating).label("average"),
            func.max(Review.requested_at).filter(Review.given_at.is_(None)).label("open_since"),
        ).where(Review.shop_id == shop.id, Review.customer_id == customer_id)
    ).one()
    return Summary(row.requested, row.given, row.average, row.open_since)


def _checked(shop: ShopSession, given: Given) -> dict[str, Any]:
    """The columns of a review that was given; raises BadInput for the first that can't be used."""
    if not isinstance(given.rating, int) or not LOWEST <= given.rating <= HIGHEST:
        raise BadInput("rating", f"A rating is {LOWEST} to {HIGHEST} whole stars, not {given.rating}.")
    given_at = given.given_at or shop.now
    check_moment(shop, "given_at", "A review", given_at)
    return {
        "rating": given.rating,
        "review": paragraph("review", "A review", given.review, 5000),
        "given_at": given_at,
        "given_on": local_day(shop, given_at),
    }


def _one_at_a_time(shop: ShopSession, customer_id: UUID) -> None:
    """Wait for whoever writes down a review of this customer just now. Raises NotFound."""
    this = (Customer.shop_id == shop.id, Customer.id == customer_id)
    if shop.scalar(select(Customer.id).where(*this).with_for_update(key_share=True)) is None:
        raise NotFound("This customer is not on file in your shop any more.")


def _must_be_theirs(shop: ShopSession, customer_id: UUID, visit_id: UUID | None) -> None:
    if visit_id is not None:
        query = select(Visit.customer_id).where(Visit.shop_id == shop.id, Visit.id == visit_id)
        if shop.scalar(query) != customer_id:
            raise NotFound("The visit of this review is not on file any more.")


def _open(shop: ShopSession, customer_id: UUID) -> RowMapping | None:
    """The request that is not answered yet, the newest if there should be several."""
    query = _reviews(shop, customer_id).where(Review.given_at.is_(None)).order_by(Review.id.desc()).limit(1)
    return shop.execute(query).mappings().one_or_none()


def _reviews(shop: ShopSession, customer_id: UUID) -> Select[Any]:
    return (
        select(*Review.__table__.columns, Membership.name.label("asked_by"))
        .outerjoin(Membership, (Membership.shop_id == Review.shop_id) & (Membership.staff_id == Review.requested_by))
        .where(Review.shop_id == shop.id, Review.customer_id == customer_id)
    )


def _insert(shop: ShopSession, customer_id: UUID, **values: Any) -> UUID:
    review_id = new_id()
    stamps = {"created_at": shop.now, "created_by": shop.who.staff_id}
    stamps |= {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    shop.execute(insert(Review).values(shop_id=shop.id, id=review_id, customer_id=customer_id, **values, **stamps))
    return review_id


def _write(shop: ShopSession, review_id: UUID, values: dict[str, Any]) -> None:
    shop.execute(
        update(Review)
        .where(Review.shop_id == shop.id, Review.id == review_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )


def _locked(shop: ShopSession, review_id: UUID) -> RowMapping:
    """A review this person may change: they asked for it, wrote down last what it says, or may for everybody."""
    shop.who.must("log interactions")
    query = select(Review).where(Review.shop_id == shop.id, Review.id == review_id).with_for_update(key_share=True)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This review is not on file any more.")
    if shop.who.staff_id is None or shop.who.staff_id != row["updated_by"]:
        shop.who.must_be_allowed_to_change(row["created_by"])
    return row
