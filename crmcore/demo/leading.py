"""The leads of a demo business: where they came from, who talked with whom, how promising they looked, who was won.

Like the rest of the demo it follows from the seed. Who is converted is a customer of the shop's life, who came then.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.demo.identities import Identity, identity, pick, somebody
from crmcore.demo.life import Life, id_at, moment_on, next_open
from crmcore.demo.profiles import Profile
from crmcore.leads import rules, territories, words
from crmcore.leads.lead import CONTACTED, CONVERTED, QUALIFIED, UNQUALIFIED, name_and_company

Team = list[UUID]
Fill = Callable[[str, Iterable[dict[str, Any]]], None]

_EVERY_DAYS = 4  # a lead comes up
_WON_OF_SHOPPERS = 25  # every so manieth customer had been a lead
_NUMBER = 3_000  # of identities, beyond those of customers
_SOURCES = {"Website": 5, "Trade fair": 3, "Referral": 3, "Cold call": 2, "": 1.5}
_JOBS = ("Owner", "Manager", "Buyer", "Head chef", "Office manager", None)
_WANTS = (
    "Wants a tasting for the team.", "Asked for the wholesale list.", "Opens a second place in spring.",
    "Compares us with their supplier.", "Needs a machine with the beans.", None,
)  # fmt: skip
_SAID = {
    "Reached": "Asked for prices from 20 kg a month.",
    "No answer": None,
    "Call back later": "In the middle of service, mornings are better.",
    "Wants to think": "Talks it over with the partner.",
    "Not interested": "Bound to their supplier for another year.",
}


@dataclass
class Led:
    """A lead, with all that happened to it."""

    row: dict[str, Any]
    talks: list[dict[str, Any]] = field(default_factory=list)
    plans: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    stands: list[dict[str, Any]] = field(default_factory=list)


def begin(shop: ShopSession, team: Team) -> None:
    """The territories, and how new leads are shared out: once, when the shop is made."""
    _, manager, marcus, emily = _who_sell(team)
    for name, kind, patterns, rep in (
        ("Maine", "postcode", ["04"], marcus),
        ("Boston and around", "city", ["Boston", "Cambridge", "Providence"], emily),
        ("Fairs", "source", ["Trade fair"], manager),
    ):
        territories.add(shop, territories.NewTerritory(name, kind, patterns, rep))
    ours = rules.Rules(
        cities=("Portland", "Boston"), sources=("Referral", "Trade fair"), sharing=rules.BY_TERRITORY,
        among=(marcus, emily),
    )  # fmt: skip
    rules.change(shop, ours)


def write(shop: ShopSession, profile: Profile, seed: int, since: date, life: Life, team: Team,
          after: datetime, until: datetime, fill: Fill) -> None:  # fmt: skip
    """Write down what happened between two moments. Needs a gate opened alone."""
    everybody = list(_everybody(profile, seed, since, life, team, until))

    def is_new(row: dict[str, Any]) -> bool:
        return bool(after < row["at"] <= until)

    def local(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "on": row["at"].astimezone(shop.zone).date()}

    fill("leads", (local(one.row) for one in everybody if is_new(one.row)))
    fill("lead_talks", (local(talk) for one in everybody for talk in one.talks if is_new(talk)))
    fill("lead_plans", (plan for one in everybody for plan in one.plans if is_new(plan)))
    fill("lead_scores", (local(score) for one in everybody for score in one.scores if is_new(score)))
    fill("lead_stands", (local(stand) for one in everybody for stand in one.stands if is_new(stand)))
    shop.run("demo/close_lead_plans", now=until)
    new = [one.row["id"] for one in everybody if is_new(one.row)]
    words.write(shop, [(one.row["id"], name_and_company(one.row)) for one in everybody if is_new(one.row)])
    territories.found_for(shop, new)


def _everybody(
    profile: Profile, seed: int, since: date, life: Life, team: Team, until: datetime
) -> Iterator[Led]:
    for nth in range((until.date() - since).days // _EVERY_DAYS + 1):
        rng = Random(f"{seed} {profile.slug} lead {nth}")
        at = moment_on(profile, rng, next_open(profile, since, nth * _EVERY_DAYS + rng.uniform(0, 3)))
        yield _worked(profile, rng, _came_up(profile, rng, identity(profile, seed, _NUMBER + nth), at, team), None)
    for shopper in life.shoppers[5::_WON_OF_SHOPPERS]:
        rng = Random(f"{seed} {profile.slug} won {shopper.id}")
        at = shopper.came_at - timedelta(days=rng.uniform(6, 40))
        one = _came_up(profile, rng, shopper.identity, at, team)
        yield _worked(profile, rng, one, (shopper.id, shopper.came_at))


def _came_up(profile: Profile, rng: Random, who: Identity, at: datetime, team: Team) -> Led:
    _, manager, marcus, emily = _who_sell(team)
    rep = rng.choices((manager, marcus, emily, None), (1, 4, 4, 1.5))[0]
    fields = who.fields
    return Led({
        "id": id_at(at, rng), "at": at, "company": fields["name"], "phone": fields["phone"],
        "name": somebody(rng, profile) if rng.random() < 0.85 else None,
        "phone_typed": fields["phone_typed"], "email": fields["email"] if rng.random() < 0.7 else None,
        "city": fields["city"], "postcode": fields["postcode"], "source": pick(rng, _SOURCES) or None,
        "job_title": rng.choice(_JOBS), "quality": rng.choice(("hot", "warm", "warm", "cold", None)),
        "notes": rng.choice(_WANTS), "assigned_to": rep,
    })  # fmt: skip


def _worked(profile: Profile, rng: Random, one: Led, won: tuple[UUID, datetime] | None) -> Led:
    """What became of a lead: tried, talked with, marked, and, if it was won, converted on its day."""
    row, rep = one.row, one.row["assigned_to"]
    at, lead_id = row["at"], row["id"]
    fit = rng.randint(30, 100)
    if rep is not None and (won or rng.random() < 0.88):
        day, engagement = at.date(), 10
        for nth in range(rng.choice((1, 2, 3, 4))):
            day = next_open(profile, day, rng.uniform(1, 9))
            then = moment_on(profile, rng, day)
            if won and then >= won[1]:
                break
            outcome = rng.choices(tuple(_SAID), (5, 4, 2, 2, 0 if won else 1))[0]
            kind = rng.choices(("call", "email", "meeting"), (6, 2, 1))[0]
            talk = {
                "id": id_at(then, rng), "lead_id": lead_id, "at": then, "by": rep, "kind": kind, "outcome": outcome,
                "direction": None if kind == "meeting" else rng.choice(("out", "out", "in")), "notes": _SAID[outcome],
            }  # fmt: skip
            one.talks.append(talk)
            if nth == 0:
                one.stands.append({"at": then, "lead_id": lead_id, "status": CONTACTED, "customer_id": None})
            engagement = min(100, engagement + (5 if outcome == "No answer" else rng.randint(15, 30)))
            one.scores.append(_score(then, lead_id, rep, engagement, fit, rng.randint(70, 100)))
            one.plans.append({
                "id": id_at(then, rng), "lead_id": lead_id, "at": then, "by": rep, "interaction_id": talk["id"],
                "about": rng.choice(("Call back", "Send the wholesale list", "Bring samples along")),
                "due_on": next_open(profile, day, rng.uniform(2, 16)),
            })  # fmt: skip
        last = moment_on(profile, rng, next_open(profile, day, rng.uniform(2, 12)))
        if won is None and one.talks:
            end = rng.choices((None, QUALIFIED, UNQUALIFIED), (2, 3, 3))[0]
            if end is not None:
                one.stands.append({"at": last, "lead_id": lead_id, "status": end, "customer_id": None})
            one.scores.append(_score(last, lead_id, rep, engagement, fit, 20 if end == UNQUALIFIED else 80))
    if won:
        one.stands.append({"at": won[1], "lead_id": lead_id, "status": CONVERTED, "customer_id": won[0]})
    return one


def _score(at: datetime, lead_id: UUID, by: UUID, engagement: int, fit: int, activity: int) -> dict[str, Any]:
    return {"at": at, "lead_id": lead_id, "by": by, "engagement": engagement, "fit": fit, "activity": activity}


def _who_sell(team: Team) -> Team:
    """The owner, the manager, and two of the staff; the third has no leads."""
    return [team[0], team[1], team[3], team[4]]
