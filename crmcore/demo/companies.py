"""The people of the demo shop's companies, what is known of each, how the shop talked with them, and their health."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from faker import Faker
from sqlalchemy import RowMapping, select

from crmcore import customers, health
from crmcore.database.gate import ShopSession, new_id
from crmcore.models import Company, Customer, HealthDay
from crmcore.names import fold

Fill = Callable[[str, Iterable[dict[str, Any]]], None]

_SIZES = {"Hospitality": (20, 180), "Retail": (10, 90), "Professional services": (4, 60)}
_JOBS = (
    ("Owner", "decision_maker"),
    ("General manager", "decision_maker"),
    ("Head of kitchen", "user"),
    ("Barista", "champion"),
    ("Accounts", "billing"),
    ("Office manager", "stakeholder"),
)
_TALK = (
    ("Standing order", "Wants the delivery a day earlier from next month.", "Reached", "positive"),
    ("New roast", "Tried the sample; the team is split.", "Wants to think", "neutral"),
    ("Grinder", "Asked what a service costs.", "Call back later", "neutral"),
    ("Late delivery", "Two bags came late and one was torn.", "Reached", "negative"),
    ("Prices", "Compares us with a roaster in town.", "Wants to think", "neutral"),
    ("Training", "Happy with the barista training, books another.", "Reached", "positive"),
)


def write(shop: ShopSession, seed: int, team: Iterable[UUID], fill: Fill) -> None:
    """Make companies of the customers who are none yet, with people, talk and reviews; then measure their health."""
    known = select(Company.customer_id).where(Company.shop_id == shop.id)
    query = (
        select(Customer.id, Customer.name, Customer.industry, Customer.rep_id, Customer.created_at)
        .where(Customer.shop_id == shop.id, Customer.hidden_at.is_(None), Customer.id.not_in(known))
        .order_by(Customer.created_at, Customer.id)
    )
    new = list(shop.execute(query).mappings())
    sellers = list(team)
    if new:
        rngs = {one["id"]: Random(f"{seed} {one['id']} company") for one in new}
        fill("companies", (_company(one, rngs[one["id"]]) for one in new))
        people = [person for one in new for person in _people(one, rngs[one["id"]])]
        fill("contact_people", people)
        fill("emails", (_email(person) for person in people))
        fill("interactions", (talk for one in new for talk in _talks(shop, one, rngs[one["id"]], sellers)))
        fill("stars", (star for one in new for star in _stars(shop, one, rngs[one["id"]])))
        customers.write_words(shop, ((one["id"], one["name"]) for one in new))
    health.measure(shop)
    _look_back(shop)


def _company(one: RowMapping, rng: Random) -> dict[str, Any]:
    least, most = _SIZES.get(one["industry"], (3, 40))
    employees = rng.randint(least, most)
    host = "".join(sign for sign in fold(one["name"]) if sign.isascii() and sign.isalnum())
    return {
        "customer_id": one["id"],
        "website": f"{host}.example.com" if rng.random() < 0.7 else None,
        "employees": employees,
        "annual_revenue": employees * rng.randint(40, 120) * 1000,
        "at": one["created_at"],
    }


def _people(one: RowMapping, rng: Random) -> Iterator[dict[str, Any]]:
    """One to three, the first of whom decides."""
    faker = Faker("en_US")
    faker.seed_instance(rng.getrandbits(64))
    for place, (job, role) in enumerate([rng.choice(_JOBS[:2]), *rng.sample(_JOBS[2:], 2)][: rng.randint(1, 3)]):
        yield {
            "id": new_id(),
            "customer_id": one["id"],
            "name": f"{faker.first_name()} {faker.last_name()}",
            "job_title": job,
            "role": role,
            "preferred_channel": rng.choice(["call", "email", None]),
            "is_primary": place == 0,
            "is_verified": rng.random() < 0.5,
            "at": one["created_at"],
        }


def _email(person: dict[str, Any]) -> dict[str, Any]:
    plain = ".".join("".join(sign for sign in word if sign.isalnum()) for word in fold(person["name"]).split())
    return {
        "id": new_id(),
        "contact_person_id": person["id"],
        "address": f"{plain}.{str(person['id'])[-4:]}@example.com",
        "is_verified": person["is_verified"],
        "at": person["at"],
    }


def _talks(shop: ShopSession, one: RowMapping, rng: Random, sellers: list[UUID]) -> Iterator[dict[str, Any]]:
    """None with every other company, with the rest up to eight within the last year."""
    if rng.random() < 0.45:
        return
    for _ in range(rng.randint(1, 8)):
        at = shop.now - timedelta(days=rng.triangular(0, 360, 40), hours=rng.random() * 6)
        if at < one["created_at"]:
            continue
        subject, notes, outcome, mood = rng.choice(_TALK)
        by = one["rep_id"] or rng.choice(sellers)
        yield {
            "id": new_id(),
            "customer_id": one["id"],
            "kind": rng.choice(["call", "call", "email", "meeting"]),
            "happened_at": at,
            "happened_on": _day(shop, at),
            "handled_by": by,
            "subject": subject,
            "notes": notes,
            "minutes": rng.choice([None, 5, 10, 15]),
            "outcome": outcome,
            "sentiment": rng.choice([mood, mood, None]),
        }


def _stars(shop: ShopSession, one: RowMapping, rng: Random) -> Iterator[dict[str, Any]]:
    at = shop.now - timedelta(days=rng.uniform(1, 300))
    if rng.random() < 0.15 and at > one["created_at"]:
        rating = rng.choices([5, 4, 3, 2, 1], [5, 4, 2, 1, 1])[0]
        yield {"id": new_id(), "customer_id": one["id"], "at": at, "given_on": _day(shop, at), "rating": rating}


def _day(shop: ShopSession, at: datetime) -> Any:
    return at.astimezone(shop.zone).date()


def _look_back(shop: ShopSession) -> None:
    """Weeks before the first day that was measured, so that there is a trend to look at."""
    days = shop.execute(select(HealthDay.scored_on).where(HealthDay.shop_id == shop.id)).scalars().all()
    if days != [shop.today]:
        return
    shop.run("demo/health_history", today=shop.today)
    health.recount(shop)
