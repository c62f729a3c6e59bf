"""Messages: how long one worker takes to prepare many, and that workers which are killed send each of them once."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import delete, select

from benchmarks.timing import Ratio
from crmcore.database.gate import Who, new_id, shop_session
from crmcore.messages import preparing
from crmcore.messages.preparing import Wanted
from crmcore.models import Customer, Message

MESSAGES, WORKERS, KILLS = 5_000, 8, 20
_ONCE = "test_workers_that_are_killed_send_every_message_once_or_leave_it_unknown"


def run(shops: list[Who]) -> list[Ratio]:
    return [_prepare(shops[0]), _send_under_fire()]


def _prepare(who: Who) -> Ratio:
    """Prepare one message for each of so many customers, in one transaction, and take them away again."""
    with shop_session(who) as shop:
        some = select(Customer.id).where(Customer.shop_id == shop.id, Customer.phone.is_not(None)).limit(MESSAGES)
        people = shop.execute(some).scalars().all()
    run_id = new_id()
    values = {"medicine": "Metformin 500", "due_day": "26 January"}
    wanted = [Wanted(one, values, f"refill:{run_id}:{one}") for one in people]
    started = time.perf_counter()
    with shop_session(who, writes=True) as shop:
        done = preparing.prepare_many(shop, "refill", wanted)
    took = time.perf_counter() - started
    with shop_session(who, writes=True) as shop:
        shop.execute(delete(Message).where(Message.shop_id == shop.id, Message.id.in_(done.message_ids)))
    assert len(done.message_ids) + len(done.refused) == len(people)
    what = f"preparing {len(people):,} due messages by one worker, seconds"
    return Ratio(what, took, "<= 10", f"{len(done.message_ids):,} prepared, {len(done.refused):,} refused")


def _send_under_fire() -> Ratio:
    """The test of tests/test_message_workers.py at full size, on a database of its own."""
    size = {"MESSAGES": MESSAGES, "WORKERS": WORKERS, "WORKER_KILLS": KILLS}
    started = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_message_workers.py", "-k", _ONCE],
        cwd=Path(__file__).parents[1],
        env=os.environ | {f"REGULARS_{name}": str(value) for name, value in size.items()},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode:
        print(ended.stdout, file=sys.stderr)
    what = f"messages sent twice or lost, {MESSAGES:,} of them, {WORKERS} workers killed {KILLS} times"
    took = f"{time.perf_counter() - started:.0f} s in all"
    return Ratio(what, float(ended.returncode != 0), "<= 0", took)

