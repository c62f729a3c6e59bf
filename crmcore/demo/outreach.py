"""The contact sheets of a demo pharmacy: who was on them, who called whom, who came by, and who bought since.

Like the rest of the demo it follows from the seed: what happens to a contact depends on the day of its sheet alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from crmcore.contacts import changing
from crmcore.database.gate import ShopSession
from crmcore.demo.identities import identity
from crmcore.demo.life import Life, id_at, moment_on, next_open
from crmcore.demo.profiles import Profile
from crmcore.orders.sale import COMPLETED
from crmcore.phones import kind_of

Team = list[UUID]
Fill = Callable[[str, Iterable[dict[str, Any]]], None]


@dataclass(frozen=True)
class Sheet:
    """An uploaded sheet: its name, how many days after the shop's first one it came, how many are worked through."""

    file_name: str
    after_days: int
    worked: float
    people: int = 100


SHEETS = (
    Sheet("Clinic next door.xlsx", 655, 0.95),
    Sheet("Health camp Kaloor.xlsx", 690, 0.8),
    Sheet("Apartment residents.csv", 718, 0.35),
)
_STAFF = (2, 3, 4)  # of the team, who call
_BOUGHT = 14  # of a sheet, who are customers of the shop since
_ANSWERS = {
    "Reached": "Asked for the price list and home delivery.",
    "No answer": None,
    "Call back later": "In a meeting, prefers the evening.",
    "Will come by": "Wants to bring the old prescription along.",
    "Wants to think": "Buys at the hospital so far.",
    "Not interested": "Has a pharmacy in the house.",
}


@dataclass
class Called:
    """Somebody on a sheet, with all that happened to them."""

    row: dict[str, Any]
    talks: list[dict[str, Any]] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)


def write(shop: ShopSession, profile: Profile, seed: int, since: date, life: Life, team: Team,
          after: datetime, until: datetime, fill: Fill) -> None:  # fmt: skip
    """Write down what happened between two moments. Needs a gate opened alone."""
    people = list(_everybody(profile, seed, since, life, team))

    def is_new(row: dict[str, Any]) -> bool:
        return bool(after < row["at"] <= until)

    def local(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "on": row["at"].astimezone(shop.zone).date()}

    uploads = {one.row["import_id"]: one.row for one in people if is_new(one.row)}
    sizes = {sheet.file_name: sheet.people for sheet in SHEETS}
    fill("contact_sheets", ({**row, "people": sizes[row["file_name"]], "by": team[1]} for row in uploads.values()))
    fill("contacts", (local(one.row) for one in people if is_new(one.row)))
    fill("contact_talks", (local(talk) for one in people for talk in one.talks if is_new(talk)))
    fill("contact_reminders", (plan for one in people for plan in one.reminders if is_new(plan)))
    shop.run("imports/expect_many")
    shop.run("demo/close_contact_reminders", now=until)
    shop.run("demo/convert_contacts")
    changing.recount(shop)


def _everybody(profile: Profile, seed: int, since: date, life: Life, team: Team) -> Iterator[Called]:
    number = 500_000  # nobody else's
    for sheet in SHEETS:
        day = since + timedelta(days=sheet.after_days)
        rng = Random(f"{seed} {profile.slug} {sheet.file_name}")
        at = moment_on(profile, rng, day)
        import_id = id_at(at, rng)
        bought = {sale.shopper.id for sale in life.sales if sale.shopper and sale.status == COMPLETED}
        soon = [
            one.identity
            for one in life.shoppers
            if at + timedelta(days=2) < one.came_at < at + timedelta(days=30)
            and one.id in bought
            and one.identity.fields["phone"]
        ]
        buyers = rng.sample(soon, min(_BOUGHT, len(soon)))
        for place in range(sheet.people):
            number += 1
            who = buyers[place] if place < len(buyers) else identity(profile, seed, number)
            if who.fields["phone"] is None:
                continue
            rep = team[_STAFF[place % len(_STAFF)]]
            row = {
                "id": id_at(at, rng), "import_id": import_id, "file_name": sheet.file_name, "at": at,
                "name": who.fields["name"] if rng.random() < 0.85 else None,
                "phone": who.fields["phone"], "phone_typed": who.fields["phone_typed"],
                "phone_kind": kind_of(who.fields["phone"]), "assigned_to": rep if place % 10 else None,
                "whatsapp": rng.choice(("unknown", "unknown", "active", "inactive")),
                "did_not_buy_on": None,
            }  # fmt: skip
            yield _worked_through(profile, rng, Called(row), day, sheet)


def _worked_through(profile: Profile, rng: Random, one: Called, day: date, sheet: Sheet) -> Called:
    if one.row["assigned_to"] is None or rng.random() > sheet.worked:
        return one
    for _ in range(rng.choice((1, 1, 2, 3))):
        day = next_open(profile, day, rng.uniform(1, 6))
        outcome = rng.choices(tuple(_ANSWERS), (5, 6, 3, 3, 2, 2))[0]
        at = moment_on(profile, rng, day)
        talk = {
            "id": id_at(at, rng), "contact_id": one.row["id"], "at": at, "by": one.row["assigned_to"],
            "kind": rng.choices(("call", "whatsapp"), (5, 1))[0], "direction": "out", "outcome": outcome,
            "notes": _ANSWERS[outcome],
        }  # fmt: skip
        one.talks.append(talk)
        if outcome == "Call back later":
            due = next_open(profile, day, rng.uniform(1, 12))
            one.reminders.append({
                "id": id_at(at, rng), "contact_id": one.row["id"], "at": at, "by": one.row["assigned_to"],
                "about": "Call back in the evening", "due_on": due, "interaction_id": talk["id"],
            })  # fmt: skip
    if rng.random() < 0.1:
        came = moment_on(profile, rng, next_open(profile, day, rng.uniform(1, 5)))
        one.talks.append({
            "id": id_at(came, rng), "contact_id": one.row["id"], "at": came, "by": one.row["assigned_to"],
            "kind": "visit", "direction": None, "outcome": "Asked for the price", "notes": "Left without buying.",
        })  # fmt: skip
    return one
