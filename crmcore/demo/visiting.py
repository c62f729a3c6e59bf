"""Putting what happened on the floor of a demo shop into its tables: visits, follow-ups, calls and reviews."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.demo.floor import Floor, Visit

Team = list[UUID]
Fill = Callable[[str, Iterable[dict[str, Any]]], None]
Line = tuple[datetime, UUID, dict[str, Any]]  # when, who did it, and what it says


def write(shop: ShopSession, seen: Floor, team: Team, after: datetime, until: datetime, fill: Fill) -> None:
    """What is new since `after`; and what came since then of what was agreed on and asked for before."""

    def is_new(at: datetime | None) -> bool:
        return at is not None and after < at <= until

    def day(at: datetime) -> str:
        return at.astimezone(shop.zone).date().isoformat()

    new = [visit for visit in seen.visits if is_new(visit.at)]
    follow_ups = [(visit, visit.follow_up) for visit in seen.visits if visit.follow_up]
    reviews = [(visit, visit.review) for visit in seen.visits if visit.review]
    fill("visits", ({**_visit(visit, team), "visited_on": day(visit.at)} for visit in new))
    fill("visit_products", ({"visit_id": visit.id, "sku": one.sku} for visit in new for one in visit.products))
    fill(
        "interactions",
        (
            {**_call(visit, team), "happened_on": day(follow_up.call.at)}
            for visit, follow_up in follow_ups
            if follow_up.call and is_new(follow_up.call.at)
        ),
    )
    fill(
        "follow_ups",
        (
            {
                "id": planned.id,
                "about": planned.about,
                "due_on": planned.due_on,
                "visit_id": visit.id,
                "assigned_to": team[planned.rep],
                "planned_at": planned.at,
            }
            for visit, planned in follow_ups
            if is_new(planned.at)
        ),
    )
    fill(
        "closed_follow_ups",
        (
            {
                "id": done.id,
                "closed_at": done.closed_at,
                "closed_on": day(done.closed_at),
                "closed_by": team[done.rep],
                "closed_as": done.closed_as,
                "answered_by": done.answered_by,
            }
            for _, done in follow_ups
            if done.closed_at and is_new(done.closed_at)
        ),
    )
    fill(
        "reviews",
        (
            {
                "id": asked.id,
                "visit_id": visit.id,
                "requested_at": asked.at,
                "requested_on": day(asked.at),
                "requested_by": team[visit.rep],
                "channel": asked.channel,
            }
            for visit, asked in reviews
            if is_new(asked.at)
        ),
    )
    fill(
        "given_reviews",
        (
            {
                "id": given.id,
                "given_at": given.given_at,
                "given_on": day(given.given_at),
                "rating": given.rating,
                "review": given.words,
            }
            for _, given in reviews
            if given.given_at and is_new(given.given_at)
        ),
    )


def lines(seen: Floor, team: Team) -> Iterator[Line]:
    """The timeline's lines of all that happened on the floor, as the parts of the program write them."""
    for visit in seen.visits:
        customer = {"customer_id": visit.shopper.id}
        told = {key: getattr(visit, key) for key in ("visit_type", "purpose", "interest", "outcome")}
        told |= {"products": [product.name for product in visit.products]}
        yield visit.at, team[visit.rep], _line("visit recorded", "visit", visit.id, told, customer)
        if planned := visit.follow_up:
            about = {"kind": "follow-up", "about": planned.about, "due_on": planned.due_on}
            given_to = {"due_time": None, "assigned_to": team[planned.rep]}
            follow_up = ("follow-up", planned.id)
            plan = _line("follow-up planned", *follow_up, about | given_to, customer)
            yield planned.at, team[planned.rep], plan
            if planned.closed_at:
                closing = _line(f"follow-up {planned.closed_as}", *follow_up, about, customer)
                yield planned.closed_at, team[planned.rep], closing
            if planned.call:
                said = {key: value for key, value in _call(visit, team).items() if key not in ("id", "customer_id")}
                call = _line("interaction recorded", "interaction", planned.call.id, said, customer)
                yield planned.call.at, team[planned.rep], call
        if asked := visit.review:
            request = _line("review requested", "review", asked.id, {"channel": asked.channel}, customer)
            yield asked.at, team[visit.rep], request
            if asked.given_at:
                said = {"rating": asked.rating, "review": asked.words}
                yield asked.given_at, team[visit.rep], _line("review given", "review", asked.id, said, customer)


def _visit(visit: Visit, team: Team) -> dict[str, Any]:
    return {
        "id": visit.id,
        "customer_id": visit.shopper.id,
        "visited_at": visit.at,
        "handled_by": team[visit.rep],
        "visit_type": visit.visit_type,
        "purpose": visit.purpose,
        "interest": visit.interest,
        "categories": list(dict.fromkeys(product.category for product in visit.products)),
        "outcome": visit.outcome,
        "estimated_value": visit.value,
        "notes": visit.notes,
    }


def _call(visit: Visit, team: Team) -> dict[str, Any]:
    assert visit.follow_up is not None and visit.follow_up.call is not None
    call = visit.follow_up.call
    return {
        "id": call.id,
        "customer_id": visit.shopper.id,
        "kind": call.kind,
        "direction": "out",
        "happened_at": call.at,
        "handled_by": team[visit.follow_up.rep],
        "subject": visit.follow_up.about,
        "notes": call.notes,
        "minutes": call.minutes,
        "outcome": call.outcome,
        "sentiment": call.sentiment,
    }


def _line(
    what: str, subject: str, subject_id: UUID, detail: dict[str, Any], customer: dict[str, UUID]
) -> dict[str, Any]:
    return {"what": what, "subject": subject, "subject_id": subject_id, "detail": detail, **customer}
