"""The preview of a segment among very many customers: how many match, and the ten newest; by each field there is."""

from datetime import UTC, datetime, time
from typing import Any

from benchmarks import data
from benchmarks.timing import Ratio, seconds
from crmcore import customer_list, segments
from crmcore.database.gate import Who, shop_session
from crmcore.segments.vocabulary import WITH_LIST, WITHOUT_VALUE, Field, Vocabulary

MOST = 100  # ms for 200,000 customers
TOLD = 5  # of the fields, the slowest
ROUNDS = 9
_VALUES = {
    "is": 1, "at_least": 1, "at_most": 5, "between": [2, 20], "within_days": 90, "before_days": 90,
    "since": "2026-06-01", "until": "2026-06-01",
}  # fmt: skip
TOGETHER = {
    "four rows": [
        ("last_purchase_on", "within_days", 365),
        ("total_spent", "at_least", 1000),
        ("order_count", "between", [2, 20]),
        ("has_follow_up", "no", None),
    ],
    "four rows about other tables": [
        ("has_follow_up", "no", None),
        ("health", "one_of", ["watch", "red"]),
        ("talked_on", "before_days", 60),
        ("has_deal", "no", None),
    ],
}


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop, with two talks a customer, health, tags, plans, companies and deals."""
    who = shops[0]
    with _opened(who) as shop:
        people = int(customer_list.counts(shop)["all"])
    data.make_talk(who, people)
    who = data.make_traits(who)
    with _opened(who) as shop:
        words = Vocabulary(shop)
        rules = [
            _row(field.key, operator, _value(words, field, operator))
            for field in words.fields.values()
            for operator in field.operators
        ]
    took = sorted(((_least(who, row), row) for row in rules), key=lambda one: one[0], reverse=True)
    said = ", ".join(f"{row['field']} {row['operator']} {ms:.0f}" for ms, row in took[:TOLD])
    found = [
        Ratio(f"preview of a segment of one row, the slowest of all fields and ways, {people:,} customers, ms",
              took[0][0], f"<= {MOST}", f"{len(took)} rows, half within {took[len(took) // 2][0]:.0f}; {said}")
    ]  # fmt: skip
    for what, rows in TOGETHER.items():
        ms = _least(who, {"all": [_row(*one) for one in rows]})
        found.append(Ratio(f"the same of {what}, ms", ms, f"<= {MOST}", "all of which must hold"))
    return found


def _row(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


def _value(words: Vocabulary, field: Field, operator: str) -> Any:
    if operator in WITHOUT_VALUE:
        return None
    if operator in WITH_LIST:
        return list(words.choices_of(field))[:2] or ["Nowhere"]
    return "an" if field.kind == "text" else _VALUES[operator]


def _least(who: Who, rule: segments.Rule) -> float:
    """Milliseconds of a preview with its transaction, the least disturbed of a few."""
    with _opened(who) as shop:
        if segments.faults(shop, rule):  # nobody of this shop is a sales rep
            return 0.0
    return min(seconds(lambda: _preview(who, rule)) for _ in range(ROUNDS)) * 1000


def _preview(who: Who, rule: segments.Rule) -> None:
    with _opened(who) as shop:
        segments.preview(shop, rule)


def _opened(who: Who) -> Any:
    return shop_session(who, now=datetime.combine(data.TODAY, time(12), UTC))
