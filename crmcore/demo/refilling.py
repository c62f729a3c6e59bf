"""Refills of a demo pharmacy: who agreed to what, who was reminded how, and what they answered. All of it made up."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from crmcore import refills
from crmcore.bills import CATEGORIES
from crmcore.customer_fields import PREFERENCES
from crmcore.database.gate import ShopSession
from crmcore.demo.life import Shopper, id_at
from crmcore.messages.consent import ACCEPTED, CALL, DECLINED, REMINDERS, WHATSAPP
from crmcore.models import Consent, Customer, MedicalProfile

_ANSWERS = [
    "Will come on Friday", "Has enough for two weeks", "Please deliver to the house", "Will send her son",
    "Asks for the generic", "Travelling, back next week",
]  # fmt: skip
_HEALTH = [
    ("Type 2 diabetes", None),
    ("High blood pressure", "Sulfa drugs"),
    ("Asthma", "Aspirin"),
    ("Hypothyroidism", None),
    ("High cholesterol", "Penicillin"),
]
_DOCTORS = ["Dr Mathew", "Dr Pillai", "Dr Iyer", "Dr Fernandes"]


def write(
    shop: ShopSession, team: Sequence[UUID], came: Sequence[Shopper], touched: Iterable[UUID], after: datetime
) -> None:
    """What became of refills since `after`, in a shop that has them. Needs a gate opened alone."""
    if not shop.shop.has("refills"):
        return
    refills.remake(shop, touched)
    _introduce(shop, came)
    since = shop.today.replace(year=shop.today.year - 10) if after.year < 1900 else after.astimezone(shop.zone).date()
    shop.run(
        "demo/refills",
        since=since,
        today=shop.today,
        timezone=shop.shop.timezone,
        team=list(team),
        answers=_ANSWERS,
    )


def _introduce(shop: ShopSession, came: Sequence[Shopper]) -> None:
    """What those who came on file said about themselves; it follows from who they are."""
    consents: list[dict[str, Any]] = []
    health: list[dict[str, Any]] = []
    said: dict[tuple[str, str | None], list[UUID]] = {}
    for shopper in came:
        rng = Random(str(shopper.id))
        category = rng.choices(list(CATEGORIES)[1:], [3, 4, 2])[0]
        preference = rng.choices([*PREFERENCES, None], [3, 3, 2, 4])[0]
        said.setdefault((category, preference), []).append(shopper.id)
        state = rng.choices([ACCEPTED, DECLINED, None], [55, 10, 35])[0]
        if state is not None:
            row = {
                "shop_id": shop.id, "customer_id": shopper.id, "purpose": REMINDERS, "state": state,
                "source": "Said so in the shop", "recorded_at": shopper.came_at,
            }  # fmt: skip
            consents += [
                {**row, "id": id_at(shopper.came_at, rng), "channel": channel} for channel in (WHATSAPP, CALL)
            ]
        if rng.random() < 0.08:
            condition, allergy = rng.choice(_HEALTH)
            known = {"conditions": condition, "allergies": allergy, "doctor": rng.choice(_DOCTORS)}
            known["notes"] = "Demo: nothing here is real."
            health.append({"shop_id": shop.id, "customer_id": shopper.id, **known})
    for (category, preference), ids in said.items():
        these = (Customer.shop_id == shop.id, Customer.id.in_(ids))
        shop.execute(update(Customer).where(*these).values(category=category, generic_preference=preference))
    for table, rows in ((Consent, consents), (MedicalProfile, health)):
        if rows:
            shop.execute(insert(table), rows)
