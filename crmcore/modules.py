"""Modules: the parts of Regulars that not every shop needs. The kind switches some on, the owner any."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import update

from crmcore import timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import ShopRecord


@dataclass(frozen=True)
class Module:
    """What a module is called, and what it gives a shop, in one sentence."""

    label: str
    means: str


MODULES = {
    "visits": Module("Visits", "Who came by, what they looked at, what came of it, and who comes back."),
    "contacts": Module("Contacts", "Uploaded contact sheets, shared out among your staff and worked through by call."),
    "refills": Module("Refill reminders", "Whose medicine runs out when, and a message ready to send them."),
    "pipeline": Module("Pipeline", "Leads, and deals on their way from the first talk to the order."),
    "loyalty": Module("Loyalty", "Points, tiers and discount codes for those who come back."),
    "storefront": Module("Storefront links", "Links to your online shop, and what each of them brings in."),
}

# What a kind of shop begins with.
_OF_KIND = {
    "showroom": ("visits",),
    "counter": ("loyalty",),
    "storefront": ("loyalty", "storefront"),
    "pharmacy": ("contacts", "refills"),
    "business": ("pipeline",),
}


def of_kind(kind: str) -> tuple[str, ...]:
    """The modules that a kind of shop begins with."""
    return _OF_KIND[kind]


def with_those_of(kind: str, on: Collection[str]) -> list[str]:
    """What is on once a shop becomes of another kind: what that brings joins what is in use already."""
    return [module for module in MODULES if module in on or module in _OF_KIND[kind]]


def switch(shop: ShopSession, on: Collection[str]) -> None:
    """Switch these modules on and all others off. What was recorded with a module stays, and shows again with it.

    Raises BadInput for a module that there is not.
    """
    shop.who.must("manage settings")
    unknown = set(on) - set(MODULES)
    if unknown:
        raise BadInput("modules", f"There is no module “{min(unknown)}”. Use some of: {', '.join(MODULES)}.")
    before = list(shop.shop.modules)
    after = [module for module in MODULES if module in on]
    if after == before:
        return
    shop.execute(update(ShopRecord).where(ShopRecord.id == shop.id).values(modules=after))
    change = timeline.changes({"modules": before}, {"modules": after})
    if "refills" in after and "refills" not in before:
        from crmcore import refills  # which knows customers, and they the people, who begin with modules

        refills.remake_all(shop)
    if "pipeline" in after:
        from crmcore.pipeline import stages

        stages.begin(shop)
    timeline.note(shop, "modules switched", "shop", shop.id, important=True, **change)
