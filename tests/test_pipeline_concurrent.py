"""Eight people at once on a few deals: every move is in the history once, and all sums are true."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from threading import Barrier

from sqlalchemy import func, select
from test_pipeline_metrics import SUMS

from crmcore import pipeline
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import Conflict
from crmcore.models import OpenDeals, StageChange
from crmcore.pipeline import LOST, NewOpportunity, counting, reasons, stages

WRITERS, TURNS, DEALS = 8, 12, 4


def test_eight_people_at_once_lose_no_move_and_leave_the_sums_true(new_shop):
    who = keeper(new_shop(kind="business"))
    with shop_session(who, alone=True) as shop:
        deals = [pipeline.create(shop, NewOpportunity(f"Deal {nth}", value=Decimal(100))) for nth in range(DEALS)]
        at = [one["id"] for one in stages.listed(shop)]
        reason = reasons.listed(shop, LOST)[0]["id"]
        lost = stages.find(shop, "Lost")["id"]

    def work(seed):
        chance, moved = Random(seed), 0
        for _ in range(TURNS):
            deal, stage = chance.choice(deals), chance.choice(at)
            try:
                with shop_session(who, writes=True) as shop:
                    seen = pipeline.get(shop, deal)["stage_id"]
                    why = reason if stage == lost else None
                    pipeline.move(shop, deal, stage, seen_stage_id=seen, reason_id=why)
                    moved += seen != stage
            except Conflict:  # a colleague was faster
                continue
        return moved

    with ThreadPoolExecutor(WRITERS) as pool:
        moved = sum(pool.map(work, range(WRITERS)))
    with shop_session(who, alone=True) as shop:
        lines = select(func.count()).where(StageChange.shop_id == shop.id, StageChange.from_stage_id.is_not(None))
        assert shop.scalar(lines) == moved
        _all_true(shop)
        counting.fold(shop)
        assert {slot for sums in counting.SUMS for slot in shop.execute(select(sums.slot)).scalars()} == {0}
        assert all(shop.execute(select(OpenDeals.deals)).scalars())
        _all_true(shop)


def test_those_who_write_down_the_first_deals_of_a_shop_at_once_find_its_stages(new_shop):
    who = keeper(new_shop())
    start = Barrier(WRITERS)

    def write(nth):
        start.wait()
        with shop_session(who, writes=True) as shop:
            return pipeline.create(shop, NewOpportunity(f"Deal {nth}"))

    with ThreadPoolExecutor(WRITERS) as pool:
        assert len(set(pool.map(write, range(WRITERS)))) == WRITERS
    with shop_session(who) as shop:
        assert [one["name"] for one in stages.listed(shop)] == [name for name, *_ in stages.FIRST_STAGES]


def _all_true(shop):
    for check in SUMS:
        assert shop.rows(f"doctor/{check}", most=5) == [], check
