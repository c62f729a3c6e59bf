"""A filter of the list of customers as a rule, so that it can be kept as a segment which stays up to date."""

from dataclasses import fields
from typing import Any

from crmcore import tags
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.lists import NOBODY
from crmcore.segments.rules import checked

_KINDS = {
    "customers": {"field": "order_count", "operator": "at_least", "value": 1},
    "repeat": {"field": "order_count", "operator": "at_least", "value": 2},
    "one-time": {"field": "order_count", "operator": "is", "value": 1},
    "never": {"field": "order_count", "operator": "is", "value": 0},
}
_CAME = {
    "never": {"field": "visit_count", "operator": "is", "value": 0},
    "once": {"field": "visit_count", "operator": "is", "value": 1},
    "again": {"field": "visit_count", "operator": "at_least", "value": 2},
}
_COMPARED = {
    "within": ("last_purchase_on", "within_days"),
    "lapsed": ("last_purchase_on", "before_days"),
    "visited_within": ("last_visit_on", "within_days"),
    "not_visited": ("last_visit_on", "before_days"),
    "new_from": ("first_purchase_on", "since"),
    "new_to": ("first_purchase_on", "until"),
    "second_to": ("second_purchase_on", "until"),
    "revisit_to": ("second_visit_on", "until"),
}

_UNSAID = {
    "q": "what you typed into the search",
    "kind": "who is hidden",
    "segment": "another segment",
    "follow_up": "what is due",
    **dict.fromkeys(("bought_from", "bought_to"), "purchases between two days"),
    **dict.fromkeys(("seen_from", "seen_to"), "being seen between two days"),
    **dict.fromkeys(("visited_from", "visited_to", "visit", "handled_by", "about"), "single visits"),
}


def rule_of(shop: ShopSession, filters: Filters) -> dict[str, Any]:
    """The rule that finds whom these filters list.

    Raises BadInput for a filter that no rule says: what was typed into the search, hidden customers, another segment,
    purchases and visits between two days, follow-ups that are due.
    """
    rows: list[dict[str, Any]] = []
    for one in fields(filters):
        value = getattr(filters, one.name)
        if value != one.default:
            rows.append(_row(shop, one.name, value))
    if not rows:
        raise BadInput("rule", "Nothing is filtered. Choose a filter first: a segment is told by something.")
    return checked(shop, {"all": rows})


def _row(shop: ShopSession, name: str, value: Any) -> dict[str, Any]:
    if name == "kind" and value in _KINDS:
        return _KINDS[value]
    if name == "came":
        return _CAME[value]
    if name in ("status", "source", "city", "category"):
        return {"field": name, "operator": "one_of", "value": [value]}
    if name == "rep":
        nobody = {"field": "rep", "operator": "empty"}
        return nobody if value == NOBODY else {"field": "rep", "operator": "one_of", "value": [str(value)]}
    if name == "tag":
        tag_id = next((row["id"] for row in tags.all_tags(shop) if row["name"].lower() == value.lower()), "")
        return {"field": "tag", "operator": "any_of", "value": [str(tag_id)]}
    if name == "follow_up" and value in ("planned", "none"):
        return {"field": "has_follow_up", "operator": "yes" if value == "planned" else "no"}
    if name in _COMPARED:
        field, operator = _COMPARED[name]
        return {"field": field, "operator": operator, "value": value}
    raise BadInput(name, f"A segment can't be told by {_UNSAID.get(name, 'this filter')}. Take that filter off first.")
