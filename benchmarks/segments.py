"""The preview of a segment among very many customers, against counting them all: how many match, and the ten newest."""

from datetime import UTC, datetime, time

from sqlalchemy import func, select

from benchmarks import data
from benchmarks.timing import Ratio, in_turn, ms
from crmcore import segments
from crmcore.database.gate import Who, shop_session
from crmcore.models import Customer

RULES = {
    "a last purchase long ago": [("last_purchase_on", "before_days", 90)],
    "a city": [("city", "one_of", ["Pune"])],
    "everybody": [("order_count", "at_least", 0)],
    "nobody": [("order_count", "at_least", 99_999)],
    "a word in the name": [("name", "contains", "an")],
    "customer groups": [("group", "one_of", ["at_risk", "win_back"])],
    "four rows": [
        ("last_purchase_on", "within_days", 365),
        ("total_spent", "at_least", 1000),
        ("order_count", "between", [2, 20]),
        ("has_follow_up", "no", None),
    ],
}
OF_TALK = {
    "a talk within 30 days": [("talked_on", "within_days", 30)],
    "no talk for 90 days": [("talked_on", "before_days", 90)],
}


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop, with two talks a customer: asking for talk reads more rows than there are customers."""
    who = shops[0]
    people = int(_count(who))
    data.make_talk(who, people)
    found = []
    for what, rows in (RULES | OF_TALK).items():
        rule = {"all": [{"field": field, "operator": how, "value": value} for field, how, value in rows]}
        preview, bare = in_turn(lambda rule=rule: _preview(who, rule), lambda: _count(who), 10)
        found.append(
            Ratio(f"preview of a segment by {what}, against counting all {people:,} customers", preview / bare,
                  "<= 4" if what in RULES else None, f"{ms(preview)} against {ms(bare)}")
        )  # fmt: skip
    return found


def _count(who: Who) -> int:
    """Reading each of them once."""
    with shop_session(who) as shop:
        everybody = select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)
        return int(shop.scalar(everybody.where(Customer.notes.is_(None))))


def _preview(who: Who, rule: segments.Rule) -> None:
    with shop_session(who, now=datetime.combine(data.TODAY, time(12), UTC)) as shop:
        segments.preview(shop, rule)
