"""A visit in a few words: the same on the customer's page and in the form of the next visit."""

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.visits import INTERESTS, OUTCOMES, PURPOSES, VISIT_TYPES
from dashboard.parts.layout import Badge
from dashboard.parts.words import money

_INTEREST_COLOURS = {"high": "green", "medium": "blue", "low": "gray", "not_interested": "gray"}


def short(label: str) -> str:
    """High: ready to buy -> High."""
    return label.partition(":")[0]


def marks(visit: RowMapping) -> list[Badge]:
    """How they came and how interested they were, as badges."""
    shown: list[Badge] = [(VISIT_TYPES[visit["visit_type"]], "gray", ":material/storefront:")]
    if visit["interest"]:
        level = short(INTERESTS[visit["interest"]])
        label = level if visit["interest"] == "not_interested" else f"{level} interest"
        shown.append((label, _INTEREST_COLOURS[visit["interest"]]))
    return shown


def told(visit: RowMapping, shop: ShopSession) -> str:
    """Wants to buy · looked at Sofa, Coffee table · Quote given · ₹42,000: what there is of it."""
    seen = [*visit["products"], *visit["categories"]]
    value = visit["estimated_value"]
    parts = [
        PURPOSES[visit["purpose"]] if visit["purpose"] else "",
        f"looked at {', '.join(seen)}" if seen else "",
        OUTCOMES[visit["outcome"]] if visit["outcome"] else "",
        f"worth about {money(value, shop.shop)}" if value is not None else "",
    ]
    line = " · ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]
