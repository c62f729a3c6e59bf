"""Several workers at once, killed again and again: every message goes once, or is unknown and shown.

Set REGULARS_MESSAGES, REGULARS_WORKERS and REGULARS_WORKER_KILLS to try it at another size than this run does.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from post import VALUES, agreeing, connect_whatsapp, many_agreeing
from services import web_service
from sqlalchemy import func, select, text

from crmcore import customers, jobs, wake_ups
from crmcore.database import gate
from crmcore.database.gate import Who, global_session, shop_session
from crmcore.messages import automatic, outbox, preparing, rules, sending
from crmcore.messages.consent import WHATSAPP
from crmcore.messages.outbox import Filters
from crmcore.messages.preparing import Wanted
from crmcore.messages.rules import Rules
from crmcore.models import Message, Morning
from crmcore.settings import settings

pytestmark = pytest.mark.usefixtures("home_of_its_own")

MESSAGES = int(os.environ.get("REGULARS_MESSAGES", "200"))
WORKERS = int(os.environ.get("REGULARS_WORKERS", "3"))
KILLS = int(os.environ.get("REGULARS_WORKER_KILLS", "5"))


@pytest.fixture(autouse=True)
def services_here(monkeypatch):
    monkeypatch.setenv("REGULARS_LOCAL_SERVICES", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def awake(who) -> Who:
    """A shop that knows no quiet hours: the clock of this test is the real one."""
    with shop_session(who, writes=True) as shop:
        rules.change(shop, Rules(quiet_from=time(0), quiet_until=time(0)), [])
    return who


def by_status(who: Who) -> dict[str, int]:
    with shop_session(who) as shop:
        query = select(Message.status, func.count()).where(Message.shop_id == shop.id).group_by(Message.status)
        return {row[0]: row[1] for row in shop.execute(query)}


class Workers:
    """So many `regulars worker` processes; one that is killed is followed by another."""

    def __init__(self, count: int) -> None:
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "crmcore", "worker"], stderr=subprocess.DEVNULL)

    def kill_one(self, rng: random.Random) -> None:
        nth = rng.randrange(len(self.running))
        self.running[nth].kill()
        self.running[nth].wait()
        self.running[nth] = self._start()

    def stop(self) -> None:
        for one in self.running:
            one.send_signal(signal.SIGTERM)
        for one in self.running:
            one.wait(60)


def test_workers_that_are_killed_send_every_message_once_or_leave_it_unknown(awake):
    rng, waiting = random.Random(1), threading.Event()
    with web_service() as service:
        with shop_session(awake, writes=True) as shop:
            connect_whatsapp(shop, service)
            people = many_agreeing(shop, MESSAGES)
            wanted = [Wanted(one, VALUES, f"refill:{one}") for one in people]
            prepared = preparing.prepare_many(shop, "refill", wanted, [WHATSAPP], automatic=True)
        assert prepared.queued == MESSAGES
        workers = Workers(WORKERS)
        try:
            for blow in range(1, KILLS + 1):
                while service.taken.total() < blow * MESSAGES // (KILLS + 1):
                    waiting.wait(0.002)
                workers.kill_one(rng)
            while by_status(awake).get("queued"):
                waiting.wait(0.05)
        finally:
            workers.stop()
    later = datetime.now(UTC) + sending.LOST_AFTER + timedelta(minutes=1)
    with shop_session(awake, writes=True, now=later) as shop:
        sending.give_up_lost(shop)
        shown = {str(row["id"]) for row in outbox.page_of(shop, Filters(group="unknown"), limit=MESSAGES)}
        query = select(Message.id).where(Message.shop_id == shop.id, Message.status == "sent")
        sent = {str(one) for one in shop.execute(query).scalars()}
    assert max(service.taken.values()) == 1
    assert sent <= set(service.taken)
    assert set(service.taken) <= sent | shown
    assert len(sent) + len(shown) == MESSAGES
    assert len(shown) <= KILLS * jobs.AT_ONCE  # no more than were in the hands of those who were killed


def test_many_at_once_claim_each_message_once(awake):
    """As threads of one process this time, all on one shop."""
    with web_service() as service:
        with shop_session(awake, writes=True) as shop:
            connect_whatsapp(shop, service)
            people = many_agreeing(shop, 40)
            preparing.prepare_many(shop, "refill", [Wanted(one, VALUES) for one in people], automatic=True)
        threads = [threading.Thread(target=sending.send_due, args=[awake.shop]) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert by_status(awake) == {"sent": 40}
    assert (service.taken.total(), max(service.taken.values())) == (40, 1)


def at(hour: int, minute: int = 0) -> datetime:
    """A time of day in India on 20 November 2026, as UTC."""
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC) - timedelta(hours=5, minutes=30)


def test_a_morning_comes_by_the_shops_own_clock(who, new_shop):
    accra = new_shop(region="GH", currency="GHS", timezone="Africa/Accra")
    assert not jobs.morning_is_due(who.shop, at(6, 59))
    assert jobs.morning_is_due(who.shop, at(7))
    assert not jobs.morning_is_due(accra, at(7))


def test_a_morning_is_lived_once_whoever_comes_first(who):
    lived = []

    def part(shop) -> None:
        lived.append(shop.today)

    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda: results.append(jobs.live_a_morning(who.shop, [part], now=at(8))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]
    assert len(lived) == 1
    assert not jobs.morning_is_due(who.shop, at(9))
    assert jobs.morning_is_due(who.shop, at(8) + timedelta(days=1))


def test_a_morning_that_was_broken_off_is_taken_up_again_after_a_while(who):
    with pytest.raises(ZeroDivisionError):
        jobs.live_a_morning(who.shop, [lambda shop: 1 / 0], now=at(8))
    assert not jobs.live_a_morning(who.shop, [], now=at(8, 10))
    assert not jobs.morning_is_due(who.shop, at(8, 10))
    assert jobs.morning_is_due(who.shop, at(8, 31))
    assert jobs.live_a_morning(who.shop, [], now=at(8, 31))
    with shop_session(who) as shop:
        done = shop.scalar(select(Morning.done_at).where(Morning.shop_id == shop.id))
    assert done == at(8, 31)


def test_birthdays_are_wished_once_a_year_where_the_shop_wants_it(who):
    with shop_session(who, writes=True, now=at(8)) as shop:
        asha = agreeing(shop, "Asha", birth_day=20, birth_month=11)
        agreeing(shop, "Bilal", "98811 20457", birth_day=21, birth_month=11)
        customers.create(shop, {"name": "Chitra", "phone": "98811 20458", "birth_day": 20, "birth_month": 11})
    jobs.live_a_morning(who.shop, now=at(8))
    assert by_status(who) == {}
    with shop_session(who, writes=True) as shop:
        rules.change(shop, Rules(automatic=("birthday",)), ["birthday"])
    for year in (2027, 2028):
        jobs.live_a_morning(who.shop, now=at(8).replace(year=year))
        with shop_session(who, writes=True, now=at(8).replace(year=year)) as shop:
            automatic.prepare_birthdays(shop)  # a second time, as after a morning that was broken off
    with shop_session(who) as shop:
        rows = shop.execute(select(Message.customer_id, Message.body).where(Message.shop_id == shop.id)).all()
    assert [row.customer_id for row in rows] == [asha] * 2  # Chitra was not asked whether she wants such messages
    assert "Happy birthday, Asha" in rows[0].body


def test_a_job_that_waits_is_not_put_in_twice(who):
    ids = {"shop_id": str(who.shop.id)}
    for _ in range(3):
        wake_ups.once(wake_ups.MORNING, **ids)
    query = text("select count(*) from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id")
    with global_session() as connection:
        assert connection.scalar(query, ids) == 1


def test_looking_round_wakes_the_sending_up_for_what_is_due(awake):
    query = text("select count(*) from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id")
    ids = {"shop_id": str(awake.shop.id)}
    jobs.look_at_messages_of(awake.shop)
    with global_session() as connection:
        assert connection.scalar(query, ids) == 0
    with web_service() as service, shop_session(awake, writes=True) as shop:
        connect_whatsapp(shop, service)
        preparing.prepare_many(shop, "refill", [Wanted(agreeing(shop), VALUES)], automatic=True)
    with global_session() as connection:
        connection.execute(text("delete from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id"), ids)
    jobs.look_at_messages_of(awake.shop)
    with global_session() as connection:
        assert connection.scalar(query, ids) == 1


def test_the_queue_is_the_applications_to_use_and_not_to_change():
    with gate.global_session() as connection:
        assert connection.scalar(text("select has_schema_privilege('jobs', 'create')")) is False
        assert connection.scalar(text("select current_setting('search_path')")) == "public, jobs"
        definers = text("select count(*) from pg_proc where prosecdef and pronamespace = to_regnamespace('jobs')")
        assert connection.scalar(definers) == 0
