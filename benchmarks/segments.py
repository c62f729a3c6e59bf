"""The preview of a segment among very many customers: how many match, of how many, and the ten newest."""

from datetime import UTC, datetime, time

from sqlalchemy import func, select

from benchmarks import data
from benchmarks.timing import Ratio, ms, seconds
from crmcore import segments
from crmcore.database.gate import Who, shop_session
from crmcore.models import Customer

MOST = 100  # milliseconds among 200,000 customers

RULES = {
    "a last purchase long ago": [("last_purchase_on", "before_days", 90)],
    "a city": [("city", "one_of", ["Pune"])],
    "everybody": [("order_count", "at_least", 0)],
    "nobody": [("order_count", "at_least", 99_999)],
    "a word in the name": [("name", "contains", "an")],
    "customer groups": [("group", "one_of", ["at_risk", "win_back"])],
    "a talk within 30 days": [("talked_on", "within_days", 30)],
    "no talk for 90 days": [("talked_on", "before_days", 90)],
    "four rows": [("last_purchase_on", "within_days", 365), ("total_spent", "at_least", 1000), ("order_count",
                  "between", [2, 20]), ("has_follow_up", "no", None)],
}  # fmt: skip


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop."""
    who = shops[0]
    with shop_session(who) as shop:
        people = int(shop.scalar(select(func.count()).select_from(Customer).where(Customer.shop_id == shop.id)))
    data.make_talk(who, people)
    found = []
    for what, rows in RULES.items():
        rule = {"all": [{"field": field, "operator": how, "value": value} for field, how, value in rows]}
        took = min(seconds(lambda rule=rule: _preview(who, rule)) for _ in range(7))
        found.append(
            Ratio(f"milliseconds for the preview of a segment: {what}", took * 1000, f"<= {MOST}",
                  f"{ms(took)} among {people:,} customers")
        )
    return found


def _preview(who: Who, rule: segments.Rule) -> None:
    with shop_session(who, now=datetime.combine(data.TODAY, time(12), UTC)) as shop:
        segments.preview(shop, rule)
