"""What each figure of the pipeline comes to: a case one can work out by hand, and random shops recounted in Python."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest
from conftest import NOW
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from crmcore import customers, doctor, people, pipeline, products
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import CrmError
from crmcore.leads import territories
from crmcore.metrics import KEYS, MEASURES, metric
from crmcore.metrics.measure import ALL, Some, measure
from crmcore.models import (
    ClosedDeals,
    ClosedReasons,
    LostReason,
    Membership,
    OpenDeals,
    Opportunity,
    OpportunityItem,
    Stage,
    StageChange,
    StageDays,
    StandingDeals,
    Target,
)
from crmcore.periods import between, calendar_month, named
from crmcore.pipeline import LOST, Item, NewOpportunity, reasons, stages, targets

TODAY = date(2026, 11, 20)
NOVEMBER = between(date(2026, 11, 1), TODAY)
CENT = Decimal("0.01")
SUMS = ("open_deals", "standing_deals", "closed_deals", "closed_reasons", "stage_days", "opportunities")


@pytest.fixture
def shop(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as opened:
        yield opened


def stage(shop, name):
    return stages.find(shop, name)["id"]


def test_a_pipeline_one_can_work_out_by_hand(shop):
    ravi = people.add_without_sign_in(shop, "Ravi")
    sana = people.add_without_sign_in(shop, "Sana")
    price = next(one["id"] for one in reasons.listed(shop, LOST) if one["name"] == "Too expensive")

    def deal(name, stage_name, value, rep=ravi, began=30, **more):
        new = NewOpportunity(
            name, stage_id=stage(shop, stage_name), value=value and Decimal(value), rep_id=rep,
            created_on=TODAY - timedelta(days=began), **more,
        )  # fmt: skip
        return pipeline.create(shop, new)

    deal("Desks", "New", 320000, expected_close_on=TODAY - timedelta(days=2))
    deal("Beds", "Proposal", 460000, probability=40, expected_close_on=date(2026, 12, 24))
    deal("Chairs", "Proposal", 100000, expected_close_on=date(2027, 12, 1))
    deal("Sofas", "New", None, began=3)
    deal("Stools", "Won", 90000, began=20, closed_on=date(2026, 11, 10))
    deal("Lamps", "Won", 30000, began=10, closed_on=TODAY)
    deal("Shelves", "Lost", 50000, began=15, reason_id=price)
    moved = deal("Table", "New", 10000, began=8)
    pipeline.move(shop, moved, stage(shop, "Qualified"))
    targets.put(shop, date(2026, 12, 5), Decimal(200000))

    def told(key, some=ALL):
        return measure(shop, key, NOVEMBER, some)

    by_stage = {row["stage"]: row for row in told("pipeline_by_stage").rows}
    assert list(by_stage) == ["New", "Qualified", "Proposal", "Negotiation"]
    assert (by_stage["Negotiation"]["opportunities"], by_stage["Negotiation"]["value"]) == (0, 0)
    assert (by_stage["New"]["opportunities"], by_stage["New"]["without_value"]) == (2, 1)
    assert (by_stage["Proposal"]["value"], by_stage["Proposal"]["weighted"]) == (560000, 234000)
    assert told("pipeline_value").value == 890000
    assert told("weighted_pipeline").value == 32000 + 2500 + 234000
    assert (told("open_opportunities").value, told("average_open_deal").value) == (5, 178000)
    assert (told("win_rate").part, told("win_rate").whole) == (2, 3)
    assert told("average_deal").value == 60000
    assert told("sales_cycle").value == 10  # 10 days, and 10 days
    assert told("sales_cycle").rows == [{"lost": 1, "lost_days": 15}]
    assert told("pipeline_velocity").value == Decimal(5 * 120000 * 2) / (3 * 20)
    flow = told("pipeline_velocity").rows[0]
    assert (flow["open"], flow["moves"], flow["days_per_stage"]) == (5, 1, 8.0)
    waited = {row["stage"]: row for row in told("time_in_stage").rows}
    assert (waited["New"]["moved_on"], waited["New"]["days"]) == (1, 8)
    assert (waited["New"]["standing"], waited["New"]["stuck"]) == (2, 1)  # 30 days, 7 expected; the other 3
    assert [tuple(row.values())[1:] for row in told("lost_reasons").rows] == [("Too expensive", 1, 50000)]
    months = {row["month"] or row["kind"]: row for row in told("forecast").rows}
    assert (months["overdue"]["opportunities"], months["overdue"]["weighted"]) == (1, 32000)
    assert (months[date(2026, 11, 1)]["opportunities"], months[date(2026, 11, 1)]["won_value"]) == (0, 120000)
    assert (months[date(2026, 12, 1)]["weighted"], months[date(2026, 12, 1)]["target"]) == (184000, 200000)
    assert (months["later"]["weighted"], months["undated"]["opportunities"]) == (50000, 2)
    assert (months["undated"]["without_value"], len(months)) == (1, 16)
    reps = [(row["name"], row["won"], row["lost"], row["won_value"]) for row in told("deal_results").rows]
    assert reps == [("Ravi", 2, 1, 120000), ("Sana", 0, 0, 0)]
    assert told("win_rate", Some(rep=sana)).value is None
    assert MEASURES["pipeline_value"](shop, NOVEMBER).shown(shop.shop) == "₹8,90,000"


def test_every_figure_of_the_pipeline_is_recounted():
    assert {key for key in KEYS if metric(key).module == "pipeline" and hasattr(_Raw, key)} == set(RECOUNTED)


STAGES = ("New", "Qualified", "Proposal", "Negotiation", "Won", "Lost")
deal_values = st.sampled_from([None, "0", "0.01", "99.99", "1234.50", "100000"])
operations = st.one_of(
    st.tuples(
        st.just("create"),
        st.sampled_from(STAGES),
        deal_values,
        st.sampled_from([None, 0, 33, 100]),
        st.integers(0, 80),  # days ago that it began
        st.one_of(st.none(), st.integers(-60, 500)),  # days to the expected close
        st.integers(0, 2),  # whose
        st.sampled_from([None, "Fair", "Web"]),
        st.integers(0, 2),  # in which territory
        st.integers(0, 3),  # with which products
    ),
    st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from(STAGES), st.integers(0, 30)),
    st.tuples(st.just("reopen"), st.integers(0, 9)),
    st.tuples(st.just("change"), st.integers(0, 9), deal_values, st.sampled_from([None, 50]), st.integers(0, 2)),
    st.tuples(st.just("place"), st.integers(0, 9), st.sampled_from([None, "Fair", "Web"]), st.integers(0, 2)),
    st.tuples(st.just("offer"), st.integers(0, 9), st.integers(0, 3)),
    st.tuples(st.just("drop_territory")),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("target"), st.integers(0, 2), st.integers(-3, 7), deal_values),
    st.tuples(st.just("stage"), st.sampled_from(["rename", "probability", "remove", "add"]), st.integers(0, 5)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    done=st.lists(operations, min_size=1, max_size=24),
    asked=st.one_of(st.sampled_from(["week", "month", "all"]), st.tuples(st.integers(0, 90), st.integers(0, 90))),
)
@example(  # thirds of two stages in one row of the forecast, where the shop has a target and its sources have none
    done=[
        ("create", "New", "99.99", 33, 9, 30, 1, "Fair", 1, 1),
        ("create", "Qualified", "99.99", 33, 9, 30, 0, "Fair", 1, 1),
        ("target", 0, 1, "1234.50"),
        ("target", 1, 1, "99.99"),
    ],
    asked="month",
)
def test_whatever_happens_history_stage_and_sums_agree(new_shop, done, asked):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as shop:
        there = _Doing(shop)
        for kind, *rest in done:
            try:
                with shop.connection.begin_nested():
                    getattr(there, kind)(*rest)
            except CrmError:
                pass  # refused, as a person would be: nothing is written
        for check in SUMS:
            assert shop.rows(f"doctor/{check}", most=5) == [], check
        period = (
            named(asked, shop.today)
            if isinstance(asked, str)
            else between(*sorted(TODAY - timedelta(days=ago) for ago in asked))
        )
        for some in there.narrowed():
            raw = _Raw(shop, period, some)
            for key in RECOUNTED:
                found = measure(shop, key, period, some)
                rows = [tuple(row.values()) for row in found.rows]
                told = [(found.value, found.part, found.whole), rows]
                assert _plain(told) == _plain(getattr(raw, key)()), (key, some)


class _Doing:
    """What people do with a pipeline, one thing after the other."""

    def __init__(self, shop):
        self.shop, self.deals = shop, []
        self.reps = [None, people.add_without_sign_in(shop, "Ravi"), people.add_without_sign_in(shop, "Sana")]
        self.products = [products.create(shop, products.NewProduct(name=name)) for name in ("Desk", "Chair")]
        self.territories = [None, *(territories.add(shop, _territory(name)) for name in ("North", "South"))]
        self.customer = customers.create(shop, {"name": "Sunrise School"})
        self.reason = reasons.listed(shop, LOST)[0]["id"]

    def narrowed(self):
        """To nothing, to each thing alone, to a rep and each beside; to two, which only the opportunities can tell."""
        of_rep, north, desk = {"rep": self.reps[1]}, {"territory": self.territories[1]}, {"product": self.products[0]}
        fair = {"source": "Fair"}
        given = ({}, of_rep, fair, north, desk, of_rep | fair, of_rep | north, of_rep | desk, fair | desk)
        return [Some(**one) for one in given]

    def create(self, name, value, probability, ago, expected, whose, source, where, offered):
        found = stages.find(self.shop, name)
        new = NewOpportunity(
            "Deal", self.customer, found["id"], value and Decimal(value), probability,
            created_on=TODAY - timedelta(days=ago),
            expected_close_on=None if expected is None else TODAY + timedelta(days=expected),
            rep_id=self.reps[whose], source=source, territory_id=self.territories[where],
            closed_on=TODAY - timedelta(days=ago // 2) if found["outcome"] else None,
            reason_id=_any_reason(self, found),
        )  # fmt: skip
        self.deals.append(pipeline.create(self.shop, new, self._items(offered)))

    def move(self, nth, name, ago):
        found = stages.find(self.shop, name)
        on = TODAY - timedelta(days=ago) if found["outcome"] else None
        pipeline.move(self.shop, self._deal(nth), found["id"], reason_id=_any_reason(self, found), closed_on=on)

    def reopen(self, nth):
        pipeline.reopen(self.shop, self._deal(nth))

    def change(self, nth, value, probability, whose):
        fields = {"value": value and Decimal(value), "probability": probability, "rep_id": self.reps[whose]}
        pipeline.change(self.shop, self._deal(nth), fields)

    def place(self, nth, source, where):
        pipeline.change(self.shop, self._deal(nth), {"source": source, "territory_id": self.territories[where]})

    def offer(self, nth, offered):
        pipeline.change_items(self.shop, self._deal(nth), self._items(offered))

    def drop_territory(self):
        territories.remove(self.shop, self.territories[2])

    def target(self, whose, months, value):
        targets.put(self.shop, _month(TODAY, months), value and Decimal(value), self.reps[whose])

    def remove(self, nth):
        deal = self._deal(nth)
        pipeline.remove(self.shop, deal)
        self.deals.remove(deal)

    def stage(self, what, nth):
        found = stages.listed(self.shop)
        one = found[nth % len(found)]["id"]
        if what == "rename":
            stages.change(self.shop, one, name=f"Renamed {nth}")
        elif what == "probability":
            stages.change(self.shop, one, probability=nth * 13)
        elif what == "remove":
            stages.remove(self.shop, one)
        else:
            stages.add(self.shop, stages.NewStage(f"Added {nth}", 20 + nth, nth or None))

    def _items(self, offered):
        """Nothing, a desk, a desk on two lines, or a desk and a chair."""
        desk, chair = (Item(product_id=product) for product in self.products)
        return ([], [desk], [desk, desk], [desk, chair])[offered]

    def _deal(self, nth):
        if not self.deals:
            raise CrmError("There is none yet.")
        return self.deals[nth % len(self.deals)]


def _territory(name):
    return territories.NewTerritory(name, "city", [name])


def _any_reason(doing, found):
    return doing.reason if found["outcome"] == LOST else None


def _plain(value):
    """Numbers as they compare, whatever their type."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return round(float(value), 4) if isinstance(value, (int, float, Decimal)) else value


class _Raw:
    """The pipeline as it stands in the tables, counted in the simplest way there is."""

    def __init__(self, shop, period, some):
        self.shop, self.period, self.some = shop, period, some
        self.stages = sorted(
            shop.execute(select(Stage).where(Stage.shop_id == shop.id)), key=lambda one: (one.position, one.id)
        )
        self.probability = {one.id: one.probability for one in self.stages}
        with_product = {
            item.opportunity_id
            for item in shop.execute(select(OpportunityItem).where(OpportunityItem.shop_id == shop.id))
            if item.product_id == some.product
        }
        self.deals = [
            deal
            for deal in shop.execute(select(Opportunity).where(Opportunity.shop_id == shop.id))
            if (some.rep is None or deal.rep_id == some.rep)
            and (some.source is None or deal.source == some.source)
            and (some.territory is None or deal.territory_id == some.territory)
            and (some.product is None or deal.id in with_product)
        ]
        self.open = [deal for deal in self.deals if deal.status == "open"]
        self.closed = [d for d in self.deals if d.closed_on and period.since <= d.closed_on < period.until]
        self.won = [deal for deal in self.closed if deal.status == "won"]
        self.lost = [deal for deal in self.closed if deal.status == "lost"]
        kept = {deal.id for deal in self.deals}
        history = shop.execute(select(StageChange).where(StageChange.shop_id == shop.id).order_by(StageChange.id)).all()
        self.stood, since = {}, {}
        for move in history:  # how long it had stood where it left: since the line before
            self.stood[move.id] = max(0, (move.happened_on - since.get(move.opportunity_id, move.happened_on)).days)
            since[move.opportunity_id] = move.happened_on
        self.moves = [
            move
            for move in history
            if move.opportunity_id in kept
            and move.from_stage_id is not None
            and period.since <= move.happened_on < period.until
        ]

    def weighted(self, deals):
        by_stage = defaultdict(Decimal)
        for deal in deals:
            by_stage[deal.stage_id] += self.likely(deal)
        return sum((one.quantize(CENT, ROUND_HALF_UP) for one in by_stage.values()), Decimal(0))

    def likely(self, deal):
        percent = self.probability[deal.stage_id] if deal.probability is None else deal.probability
        return (deal.value or Decimal(0)) * percent / 100

    def open_opportunities(self):
        return (len(self.open), None, None), []

    def pipeline_value(self):
        return (_worth(self.open), None, None), []

    def weighted_pipeline(self):
        return (self.weighted(self.open), None, None), []

    def average_open_deal(self):
        return _rate(_worth(self.open), len(self.open)), []

    def win_rate(self):
        return _rate(len(self.won), len(self.closed), 100), []

    def average_deal(self):
        return _rate(_worth(self.won), len(self.won)), []

    def sales_cycle(self):
        return _rate(_days(self.won), len(self.won)), [(len(self.lost), _days(self.lost))]

    def pipeline_velocity(self):
        value = None
        if self.closed and _days(self.won):
            cycle = Decimal(_days(self.won)) / len(self.won)
            value = len(self.open) * Decimal(len(self.won)) / len(self.closed) * (_worth(self.won) / len(self.won))
            value = (value / cycle).quantize(CENT, ROUND_HALF_UP)
        days = self.shop.execute(select(StageChange.happened_on).where(StageChange.shop_id == self.shop.id)).scalars()
        first = min(days, default=self.period.since)
        length = (self.period.until - min(max(self.period.since, first), self.period.last)).days
        moves = len(self.moves)
        stood = round(sum(self.stood[move.id] for move in self.moves) / moves + 1e-9, 1) if moves else None
        row = (len(self.open), moves, stood, round(7 * moves / length + 1e-9, 1))
        return (value, None, None), [row]

    def pipeline_by_stage(self):
        rows = []
        for one in self.stages:
            there = [deal for deal in self.open if deal.stage_id == one.id]
            if one.outcome is None and (one.retired_at is None or there):
                without = sum(deal.value is None for deal in there)
                rows.append(
                    (one.id, one.name, one.probability, len(there), _worth(there), self.weighted(there), without)
                )
        return (None, None, None), rows

    def time_in_stage(self):
        rows = []
        for one in self.stages:
            left = [self.stood[move.id] for move in self.moves if move.from_stage_id == one.id]
            there = [deal for deal in self.open if deal.stage_id == one.id]
            long = one.expected_days and [d for d in there if (TODAY - d.stage_since_on).days > one.expected_days]
            if one.outcome is None and (one.retired_at is None or there or left):
                days = Decimal(sum(left)) / len(left) if left else None
                days = days and days.quantize(Decimal("0.1"), ROUND_HALF_UP)
                rows.append((one.id, one.name, one.expected_days, len(left), days, len(there), len(long or [])))
        return (None, None, None), rows

    def lost_reasons(self):
        names = dict(self.shop.execute(select(LostReason.id, LostReason.name)).all())
        by_reason = defaultdict(list)
        for deal in self.lost:
            by_reason[deal.reason_id].append(deal)
        rows = [(key, names.get(key), len(deals), _worth(deals)) for key, deals in by_reason.items()]
        return (None, None, None), sorted(rows, key=lambda row: (-row[2], -row[3], row[1] is None, row[1]))

    def forecast(self):
        this_month = TODAY.replace(day=1)
        months = [_month(this_month, nth) for nth in range(-6, 7)]
        placed = defaultdict(list)
        for deal in self.open:
            day = deal.expected_close_on
            if day is None:
                placed["undated", None].append(deal)
            elif day < TODAY:
                placed["overdue", None].append(deal)
            elif day.replace(day=1) > months[-1]:
                placed["later", None].append(deal)
            else:
                placed["month", day.replace(day=1)].append(deal)
        rows = []
        for key in [("overdue", None), *(("month", one) for one in months), ("later", None), ("undated", None)]:
            there = placed[key]
            won = [d for d in self.deals if d.status == "won" and d.closed_on.replace(day=1) == key[1]]
            ended = (len(won), _worth(won)) if key[1] else (None, None)
            without = sum(deal.value is None for deal in there)
            weighted = sum((self.likely(deal) for deal in there), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
            rows.append((*key, len(there), _worth(there), weighted, without, *ended, self.target(key[1])))
        return (None, None, None), rows

    def target(self, month):
        if (self.some.territory, self.some.source, self.some.product) != (None, None, None):
            return None
        there = self.shop.execute(select(Target).where(Target.shop_id == self.shop.id))
        return next((one.value for one in there if (one.month, one.rep_id) == (month, self.some.rep)), None)

    def deal_results(self):
        team = self.shop.execute(select(Membership).where(Membership.shop_id == self.shop.id)).all()
        rows = []
        for rep_id, name, sells in [*((one.staff_id, one.name, one.sells) for one in team), (None, None, False)]:
            if self.some.rep not in (None, rep_id):
                continue
            parts = (self.open, self.won, self.lost)
            open_ones, won, lost = ([deal for deal in part if deal.rep_id == rep_id] for part in parts)
            if sells or open_ones or won or lost:
                ended = len(won) + len(lost)
                rates = (
                    Decimal(100 * len(won)) / ended if ended else None,
                    (_worth(won) / len(won)).quantize(CENT, ROUND_HALF_UP) if won else None,
                    (Decimal(_days(won)) / len(won)).quantize(Decimal("0.1"), ROUND_HALF_UP) if won else None,
                )
                rows.append(
                    (rep_id, name, len(open_ones), _worth(open_ones), len(won), len(lost), _worth(won), *rates)
                )
        return (None, None, None), sorted(rows, key=lambda row: (-row[6], -row[4], -row[3], row[1] is None, row[1]))


def _worth(deals):
    return sum((deal.value or Decimal(0) for deal in deals), Decimal(0))


def _days(deals):
    return sum((deal.closed_on - deal.created_on).days for deal in deals)


def _month(first, nth):
    months = first.year * 12 + first.month - 1 + nth
    return date(months // 12, months % 12 + 1, 1)


def _rate(part, whole, times=1):
    return (Decimal(part) / whole * times if whole else None), part, whole


RECOUNTED = [
    "open_opportunities", "pipeline_value", "weighted_pipeline", "average_open_deal", "win_rate", "average_deal",
    "sales_cycle", "pipeline_velocity", "pipeline_by_stage", "time_in_stage", "lost_reasons", "forecast",
    "deal_results",
]  # fmt: skip


@pytest.mark.parametrize(("zone", "month"), [("Asia/Kolkata", 12), ("America/Los_Angeles", 11)])
def test_half_past_eleven_on_the_last_night_belongs_to_the_month_of_the_shops_clock(new_shop, zone, month):
    who = keeper(new_shop(kind="business", timezone=zone))
    with shop_session(who, alone=True, now=NOW) as shop:
        won, lost = (pipeline.create(shop, NewOpportunity(name, value=Decimal(90))) for name in ("Desks", "Beds"))
        targets.put(shop, date(2026, month, 1), Decimal(500))
    with shop_session(who, alone=True, now=datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) as shop:
        pipeline.move(shop, won, stage(shop, "Won"))
        pipeline.move(shop, lost, stage(shop, "Lost"), reason_id=reasons.listed(shop, LOST)[0]["id"])
    with shop_session(who, now=datetime(2026, 12, 2, 12, tzinfo=UTC)) as shop:
        for one in (11, 12):
            period, here = calendar_month(date(2026, one, 1)), int(one == month)
            assert (measure(shop, "win_rate", period).part, measure(shop, "win_rate", period).whole) == (here, 2 * here)
            assert measure(shop, "pipeline_velocity", period).rows[0]["moves"] == 2 * here
            assert sum(row["opportunities"] for row in measure(shop, "lost_reasons", period).rows) == here
        reached = [(row["month"], row["target"]) for row in measure(shop, "forecast", period).rows if row["won"]]
        assert reached == [(date(2026, month, 1), 500)]


def test_the_doctor_finds_and_mends_sums_that_drifted(new_shop):
    who = keeper(new_shop(kind="business"))
    with shop_session(who, alone=True, now=NOW) as shop:
        deal = pipeline.create(shop, NewOpportunity("Desks", value=Decimal(500)))
        pipeline.move(shop, deal, stage(shop, "Won"))
        for table in (OpenDeals, StandingDeals, ClosedDeals, ClosedReasons, StageDays):
            shop.execute(delete(table).where(table.shop_id == shop.id))
        shop.execute(insert(OpenDeals).values(**_stray(shop), expected_on=TODAY))
        shop.execute(insert(StandingDeals).values(**_stray(shop), since_on=TODAY))
    assert {one.check for one in doctor.examine([who.shop])} == set(SUMS) - {"opportunities"}
    doctor.repair(who)
    assert doctor.examine([who.shop]) == []


def _stray(shop):
    of = {"facet": "", "rep_id": UUID(int=0), "stage_id": stage(shop, "New"), "slot": 3}
    return {"shop_id": shop.id, **of, "deals": 2}
