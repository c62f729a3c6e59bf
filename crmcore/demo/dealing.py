"""The pipeline of a demo shop: deals that begin, go from stage to stage, are won or lost, and some that stand still.

All of it follows from the seed. On a later day what would have happened since is added; a deal that people moved
meanwhile goes its own way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select

from crmcore import pipeline, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.models import Customer, Opportunity, OpportunityItem, Product, StageChange
from crmcore.pipeline import LOST, WON, counting, reasons, stages, targets

MONTHS = 18
DEALS = 200
RECENTLY = timedelta(days=90)  # what happened since then is on the timeline
_ABOUT = (
    "Beans for the year", "Espresso machine", "Grinders", "Opening order", "Office coffee", "Training day",
    "New season's menu", "Second branch", "Standing order", "Filters and syrups",
)  # fmt: skip
_SOURCES = ("Website", "Trade fair", "Referral", "Cold call")
_NEXT = ("Send the quote", "Call about the samples", "Visit with the roaster", "Wait for their budget meeting")
_RIVALS = ("Two Rivers Roasting", "Bay State Beans")


@dataclass(frozen=True)
class Deal:
    """One deal: what it says, and the `steps` it takes: when, and to the stage of this place (-1 won, -2 lost)."""

    id: UUID
    fields: dict[str, Any]
    product: UUID | None
    steps: list[tuple[datetime, int]]


def write(shop: ShopSession, seed: int, team: list[UUID], after: datetime, until: datetime) -> None:
    """Write down what happened with deals between two moments. Needs the gate alone."""
    stages.begin(shop)
    at = {place: one["id"] for place, one in enumerate(s for s in stages.listed(shop) if s["outcome"] is None)}
    ends = {one["outcome"]: one["id"] for one in stages.listed(shop) if one["outcome"]}
    stage_of = {**at, -1: ends[WON], -2: ends[LOST]}
    why = {outcome: [one["id"] for one in reasons.listed(shop, outcome)] for outcome in (WON, LOST)}
    deals = list(_deals(shop, seed, team))
    new = [deal for deal in deals if after < deal.steps[0][0] <= until]
    _begin(shop, new, stage_of, why, until)
    # One that was last written at the moment of its latest step was not touched by people.
    ours = select(Opportunity.id, Opportunity.updated_at).where(Opportunity.shop_id == shop.id)
    written = dict(shop.execute(ours).all())
    for deal in deals:
        for (before, _), (moment, place) in zip(deal.steps, deal.steps[1:], strict=False):
            if deal not in new and after < moment <= until and written.get(deal.id) == before:
                reason = why[WON if place == -1 else LOST][deal.id.int % 3] if place < 0 else None
                then = replace(shop, now=moment)
                pipeline.move(then, deal.id, stage_of[place], reason_id=reason)
                written[deal.id] = moment
    month = shop.today.replace(day=1)
    for nth in range(-2, 4):
        months = month.year * 12 + month.month - 1 + nth
        targets.put(shop, date(months // 12, months % 12 + 1, 1), Decimal(12000 + 500 * nth))


def _begin(
    shop: ShopSession,
    new: list[Deal],
    stage_of: dict[int, UUID],
    why: dict[str, list[UUID]],
    until: datetime,
) -> None:
    """Write new deals down with all that happened to them so far."""
    if not new:
        return
    names = dict(shop.execute(select(Product.id, Product.name).where(Product.shop_id == shop.id)).all())
    deals, changes, items, lines = [], [], [], []
    for deal in new:
        steps = [(moment, place) for moment, place in deal.steps if moment <= until]
        moment, place = steps[-1]
        outcome = {-1: WON, -2: LOST}.get(place)
        reason = why[outcome][deal.id.int % 3] if outcome else None
        days = [_day(shop, one) for one, _ in steps]
        stamp = {"created_at": steps[0][0], "updated_at": moment, "created_by": deal.fields["rep_id"]}
        deals.append(
            {
                "shop_id": shop.id, "id": deal.id, **deal.fields, "stage_id": stage_of[place],
                "status": outcome or pipeline.OPEN, "reason_id": reason, "stage_since": moment,
                "stage_since_on": days[-1], "created_on": days[0], "closed_on": days[-1] if outcome else None,
                "updated_by": deal.fields["rep_id"], **stamp,
            }
        )  # fmt: skip
        for nth, ((when, where), day) in enumerate(zip(steps, days, strict=True)):
            changes.append(
                {
                    "shop_id": shop.id, "id": new_id(), "opportunity_id": deal.id,
                    "from_stage_id": stage_of[steps[nth - 1][1]] if nth else None, "to_stage_id": stage_of[where],
                    "happened_at": when, "happened_on": day, "staff_id": deal.fields["rep_id"],
                    "reason_id": reason if where < 0 else None,
                    "days": (day - days[nth - 1]).days if nth else None,
                }
            )  # fmt: skip
        if deal.product is not None:
            items.append(
                {
                    "shop_id": shop.id, "opportunity_id": deal.id, "position": 1, "product_id": deal.product,
                    "product_name": names[deal.product], "total": deal.fields["value"],
                }
            )  # fmt: skip
        if outcome and moment > until - RECENTLY:
            then = replace(shop, now=moment, who=replace(shop.who, staff_id=deal.fields["rep_id"], via="dashboard"))
            told = {"name": deal.fields["name"], "value": deal.fields["value"]}
            of = {"customer_id": deal.fields["customer_id"], "important": True}
            lines.append(timeline.line(then, f"opportunity {outcome}", "opportunity", deal.id, **of, **told))
    for table, rows in ((Opportunity, deals), (StageChange, changes), (OpportunityItem, items)):
        if rows:
            shop.execute(insert(table), rows)
    counting.count(shop, [deal.id for deal in new])
    if lines:
        timeline.write(shop, lines)


def _deals(shop: ShopSession, seed: int, team: list[UUID]) -> Iterator[Deal]:
    """The same deals for the same seed, whenever they are asked for."""
    buyers = shop.execute(
        select(Customer.id, Customer.company_name, Customer.name)
        .where(Customer.shop_id == shop.id, Customer.hidden_at.is_(None))
        .order_by(Customer.created_on, Customer.id)
        .limit(160)
    ).all()
    catalogue = list(
        shop.execute(select(Product.id).where(Product.shop_id == shop.id).order_by(Product.name).limit(12)).scalars()
    )
    sellers = team[:-1]  # the last one sells too, but has no deals yet
    for ago in range(30 * MONTHS, -1, -1):
        day = shop.today - timedelta(days=ago)
        chance = Random(f"{seed} deal {day}")
        if chance.random() > DEALS / (30 * MONTHS) or not buyers or not sellers:
            continue
        begun = datetime.combine(day, time(9 + chance.randrange(8)), shop.zone)
        buyer = buyers[chance.randrange(len(buyers))]
        value = Decimal(round(chance.lognormvariate(8.2, 0.8), -2)).quantize(Decimal("0.01"))
        expected = begun.date() + timedelta(days=20 + chance.randrange(100))
        fields = {
            "name": _ABOUT[chance.randrange(len(_ABOUT))],
            "customer_id": buyer.id,
            "value": None if chance.random() < 0.06 else value,
            "probability": chance.choice([None] * 6 + [30, 60, 90]),
            "expected_close_on": expected if chance.random() < 0.9 else None,
            "kind": chance.choice(pipeline.KINDS),
            "source": chance.choice(_SOURCES),
            "competitor": chance.choice([None, None, *_RIVALS]),
            "next_step": chance.choice(_NEXT),
            "rep_id": None if chance.random() < 0.05 else sellers[chance.randrange(len(sellers))],
        }
        product = catalogue[chance.randrange(len(catalogue))] if catalogue and chance.random() < 0.7 else None
        deal_id = uuid5(shop.id, f"{seed} deal {day}")
        yield Deal(deal_id, fields, product, list(_steps(chance, begun.astimezone(UTC))))


def _steps(chance: Random, moment: datetime) -> Iterator[tuple[datetime, int]]:
    """From the first stage on: most go further after a while, some are lost, few stand still."""
    yield moment, 0
    for place in range(4):
        moment += timedelta(days=2 + chance.expovariate(1 / 11), hours=chance.randrange(6))
        fate = chance.random()
        if fate < 0.06:  # it stands still, until somebody gives it up
            yield moment + timedelta(days=40 + chance.randrange(40)), -2
            return
        if fate < (0.28 if place < 2 else 0.18):
            yield moment, -2
            return
        yield moment, place + 1 if place < 3 else -1


def _day(shop: ShopSession, moment: datetime) -> date:
    return moment.astimezone(shop.zone).date()
