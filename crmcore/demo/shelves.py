"""Tags in colours and segments of the demo shops, as an owner makes them in the first week."""

from typing import Any

from crmcore import customer_list, segments, tags
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession

_COLOURS = ("green", "orange", "blue", "red", "gray")


def _row(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


_SEGMENTS = {
    "Win them back": (
        "Used to buy often or much",
        {"any": [_row("group", "one_of", ["at_risk", "win_back"])]},
    ),
    "New this month": (None, {"all": [_row("first_purchase_on", "within_days", 30)]}),
    "Came back lately": (
        None,
        {"all": [_row("order_count", "at_least", 2), _row("last_purchase_on", "within_days", 30)]},
    ),
}


def fill(shop: ShopSession) -> None:
    """Give the shop's tags colours, and make a few segments. Needs a gate opened alone."""
    for tag, colour in zip(tags.all_tags(shop), _COLOURS * 10, strict=False):
        tags.change(shop, tag["id"], name=tag["name"], category="Customers", colour=colour)
    for name, (about, rule) in _SEGMENTS.items():
        segments.create(shop, segments.NewSegment(name, rule, about))
    invited = segments.create(shop, segments.NewSegment("Invite to the open day", description="Ask them in person"))
    best = [row["id"] for row in customer_list.page_of(shop, Filters(kind="repeat"), size=20).rows]
    segments.put_on(shop, invited, best)
