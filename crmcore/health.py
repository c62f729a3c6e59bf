"""How customers are doing: a score a day, what stands behind it, who is at risk, and what to do about it.

The formulas stand in words in sql/health/measure.sql. The worker measures every morning; a score that a person wrote
down for the day stays. The score of the last day that counts stands with the customer: `health_score`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customers, follow_ups, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import HealthDay, HealthScore

GREEN, WATCH, RED = "green", "watch", "red"
LEVELS = {GREEN: "Green", WATCH: "Watch", RED: "Red"}
GREEN_FROM, WATCH_FROM = 75, 50
PARTS = {"engagement": "Engagement", "activity": "Activity", "satisfaction": "Satisfaction"}
RECOMMENDATIONS = {
    "ask": "Ask what went wrong, and make it right",
    "win_back": "Overdue by their own rhythm: offer them something",
    "move_deal": "A deal is open and nothing has happened for 30 days: take the next step",
    "keep": "Doing well: keep it up",
    "call": "Not talked with for long: call them",
    "look_after": "Keep in touch more closely",
}
MOST_TOLD = 50  # customers who turned red that one morning makes follow-ups for
PAGE_SIZE = 50
_WRITING = "health"  # each who writes it down counts the whole day, then writes to the customers


@dataclass(frozen=True)
class Measured:
    """What a morning came to: how many scores it wrote down, and how many customers turned red."""

    scored: int
    turned_red: int


def measure(shop: ShopSession) -> Measured:
    """Write down how every customer is doing today; a second time the same day changes nothing.

    For who turned red since the last time there is a follow-up then, for whoever looks after them, on My day. What is
    older than 100 days is kept for the last day of each month.
    """
    shop.one_at_a_time(_WRITING)
    scored = [row["customer_id"] for row in shop.rows("health/measure", today=shop.today)]
    if not scored:
        return Measured(0, 0)
    shop.run("health/sum_day", day=shop.today)
    turned = shop.rows("health/turned_red", today=shop.today, customer_ids=scored, most=MOST_TOLD)
    for row in turned:
        _tell(shop, row)
    shop.run("health/forget_scores", today=shop.today)
    shop.run("health/forget_days", today=shop.today)
    _set_scores(shop)  # late, since whoever sells to one of them waits from here on
    timeline.note(shop, "health measured", "health", customers=len(scored), turned_red=len(turned))
    return Measured(len(scored), len(turned))


def measure_if_wanted(shop: ShopSession) -> None:
    """The part of a shop's morning: only where the module is on."""
    if shop.shop.has("pipeline"):
        measure(shop)


def record(
    shop: ShopSession,
    customer_id: UUID,
    *,
    engagement: int | None = None,
    activity: int | None = None,
    satisfaction: int | None = None,
) -> int:
    """Write down by hand how a customer is doing today, in place of what was measured; return the score.

    Raises NotFound, and BadInput for a part beyond 0 to 100, or when none is given.
    """
    shop.who.must("edit customers")
    shop.one_at_a_time(_WRITING)
    customers.on_file(shop, customer_id, lock=True)
    given: dict[str, Any] = {"engagement": engagement, "activity": activity, "satisfaction": satisfaction}
    known = [value for value in given.values() if value is not None]
    for key, value in given.items():
        if value is not None and (not isinstance(value, int) or not 0 <= value <= 100):
            raise BadInput(key, f"{PARTS[key]} goes from 0 to 100, in whole numbers: {value} can't be used.")
    if not known:
        raise BadInput("engagement", "Give at least one of engagement, activity and satisfaction.")
    score = int(sum(known) / len(known) + 0.5)
    values = {**given, "score": score, "factors": {"by_hand": True}, "recommendation": _usual(score)}
    row = upsert(HealthScore).values(shop_id=shop.id, customer_id=customer_id, scored_on=shop.today, **values)
    shop.execute(row.on_conflict_do_update(index_elements=["shop_id", "customer_id", "scored_on"], set_=values))
    last_day = shop.scalar(select(func.max(HealthDay.scored_on)).where(HealthDay.shop_id == shop.id))
    # Everybody's, whomever the person may see. With a new day that counts everybody's score is another.
    if shop.rows_as_the_shop("health/sum_day", day=shop.today):
        _set_scores(shop, [customer_id] if last_day == shop.today else None)
    timeline.note(shop, "health recorded", "health", customer_id, customer_id=customer_id, score=score, **given)
    return score


def latest(shop: ShopSession, customer_id: UUID) -> RowMapping | None:
    """The last score of a customer, with its parts, factors and recommendation; None when there is none."""
    rows = trend(shop, customer_id, 1)
    return rows[0] if rows else None


def trend(shop: ShopSession, customer_id: UUID, most: int = 400) -> list[RowMapping]:
    """The scores of a customer, the latest first: a day each of the last 100 days, then the last of each month."""
    shop.who.must("see customers")
    query = (
        select(HealthScore)
        .where(HealthScore.shop_id == shop.id, HealthScore.customer_id == customer_id)
        .order_by(HealthScore.scored_on.desc())
        .limit(most)
    )
    return list(shop.execute(query).mappings())


def at_risk(
    shop: ShopSession, level: str | None = None, *, limit: int = PAGE_SIZE, offset: int = 0
) -> tuple[list[RowMapping], int]:
    """Who is red, or to watch (`level`; None: both), those who spent most first, and how many there are in all.

    Raises BadInput for another level.
    """
    shop.who.must("see customers")
    known = {None: (0, GREEN_FROM), WATCH: (WATCH_FROM, GREEN_FROM), RED: (0, WATCH_FROM)}
    if level not in known:
        raise BadInput("level", f"“{level}” is no level of risk. Use {RED} or {WATCH}, or none for both.")
    lowest, below = known[level]
    rows = shop.rows("health/at_risk", lowest=lowest, below=below, most=limit, skipped=offset)
    return rows, rows[0]["found"] if rows else 0


def distribution(shop: ShopSession) -> RowMapping | None:
    """The last day that was measured (scored_on) with how many were green, to watch and red; None before the first."""
    shop.who.must("see figures")
    newest = select(HealthDay).where(HealthDay.shop_id == shop.id).order_by(HealthDay.scored_on.desc()).limit(1)
    row: RowMapping | None = shop.execute(newest).mappings().one_or_none()
    return row


def recount(shop: ShopSession) -> None:
    """Set the sums of every day, and what stands with the customers, from the scores written down.

    As when customers were taken off the books with theirs.
    """
    shop.execute(delete(HealthDay).where(HealthDay.shop_id == shop.id))
    shop.run("health/sum_day", day=None)
    _set_scores(shop)


def level_of(score: int) -> str:
    """Green from 75, to watch from 50, red below."""
    return GREEN if score >= GREEN_FROM else WATCH if score >= WATCH_FROM else RED


def reasons(row: Mapping[Any, Any]) -> list[str]:
    """What stands behind a score, in words, part by part; a part that was left out says so."""
    factors = row["factors"]
    if factors.get("by_hand"):
        return ["Written down by hand"]
    said = [*_of_engagement(row["engagement"], factors), *_of_activity(factors)]
    if row["satisfaction"] is None:
        said.append("No review within a year: satisfaction is left out")
    else:
        said.append(f"{factors['rating']:g} of 5 stars on average")
    return said


def _set_scores(shop: ShopSession, customer_ids: Sequence[UUID] | None = None) -> None:
    """Set what stands with these customers, or with all, after scores were written down or another day counts."""
    shop.rows_as_the_shop("health/recount", customer_ids=customer_ids)


def _of_engagement(engagement: int | None, factors: Mapping[str, Any]) -> list[str]:
    if engagement is None:
        return ["No talk or visit within a year: engagement is left out"]
    said = [f"Last talk or visit {_ago(factors['talked_days_ago'])}, {_many(factors['talks_90'], 'time')} in 90 days"]
    if "mood" in factors:
        mood = factors["mood"]
        said.append(f"The mood of talks was {'good' if mood >= 75 else 'mixed' if mood >= 50 else 'bad'}")
    if "answer_days" in factors:
        said.append(f"They answer within {_many(factors['answer_days'], 'day')} on average")
    return said


def _of_activity(factors: Mapping[str, Any]) -> list[str]:
    said = []
    if "bought_days_ago" in factors:
        said.append(f"Bought {_ago(factors['bought_days_ago'])}")
        if "every_days" in factors and "intervals" in factors:
            rhythm = _many(round(factors["every_days"]), "day")
            late = "overdue" if factors["intervals"] >= 2 else "late" if factors["intervals"] > 1 else "on time"
            said[-1] += f"; they buy every {rhythm}, so they are {late}"
    if factors.get("deals"):
        said.append(f"{_many(factors['deals'], 'open deal')}")
    return said


def _ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"


def _many(number: float, what: str) -> str:
    return f"{number:,g} {what}{'' if number == 1 else 's'}"


def _usual(score: int) -> str:
    return "keep" if score >= GREEN_FROM else "look_after"


def _tell(shop: ShopSession, row: RowMapping) -> None:
    """A follow-up for whoever looks after somebody who turned red; they are told of it by that."""
    words = RECOMMENDATIONS[row["recommendation"]]
    about = f"Health turned red, {row['score_before']} to {row['score']}. {words}."
    new = follow_ups.NewFollowUp(about, shop.today, row["customer_id"], row["rep_id"])
    try:
        follow_ups.create(shop, new)
    except BadInput:  # whoever looked after them has left the team: it is for whoever comes first
        follow_ups.create(shop, follow_ups.NewFollowUp(about, shop.today, row["customer_id"]))
