"""The jobs that the worker does beside its rounds: sending messages, every shop's morning, and the morning mails.

`wake_ups` says what a job is. Once a minute all of them look round by themselves, whoever forgot to wake them.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import procrastinate
import psycopg
from procrastinate import PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import digests, health, mail_in, people, wake_ups
from crmcore.database import server
from crmcore.database.gate import Shop, ShopSession, keeper, shop_session
from crmcore.errors import CrmError, Unavailable
from crmcore.leads import scoring
from crmcore.messages import automatic, outbox, sending
from crmcore.models import Morning
from crmcore.refills import give_up, prepare_due
from crmcore.settings import settings

log = logging.getLogger("regulars.jobs")

AT_ONCE = 4  # jobs one worker does at the same time
MORNING_AT = 7  # the hour of the shop's clock at which its morning begins
BEGUN_LONG_AGO = timedelta(minutes=30)  # then a morning that was not finished is taken up again
PAUSE = 5.0  # seconds before a database that was away is asked again

Part = Callable[[ShopSession], None]

# What is done once a day in every shop, each in a gate of its own. A part that comes twice must do nothing twice.
MORNING: Sequence[Part] = (
    outbox.drop_stale,
    automatic.prepare_birthdays,
    give_up,
    prepare_due,
    scoring.every_morning,
    health.measure_if_wanted,
)

app = procrastinate.App(connector=SyncPsycopgConnector())  # the worker gives it a connector of its own

_stopping = threading.Event()


@app.task(name=wake_ups.SEND_MESSAGES)
def send_messages(shop_id: str) -> None:
    """Send what is due in one shop."""
    with _told(shop_id, "sending messages"):
        shop = people.shop_with_id(UUID(shop_id))
        if shop is not None:
            sending.send_due(shop, _stopping.is_set)


@app.task(name=wake_ups.MORNING)
def morning(shop_id: str) -> None:
    """Do what a shop's morning asks for, unless it was done today or another worker is at it."""
    with _told(shop_id, "the morning"):
        shop = people.shop_with_id(UUID(shop_id))
        if shop is not None:
            live_a_morning(shop)


@app.task(name=wake_ups.SEND_DIGESTS)
def send_digests(shop_id: str) -> None:
    """Send the morning mails of one shop that are due."""
    with _told(shop_id, "the morning mails"):
        shop = people.shop_with_id(UUID(shop_id))
        if shop is not None:
            digests.send_due(shop, _stopping.is_set)


@app.periodic(cron="* * * * *")
@app.task(name="look_for_messages", queueing_lock="look_for_messages")
def look_for_messages(timestamp: int) -> None:
    """Every minute: give up lost messages, and wake up the sending where something is due."""
    for shop in people.all_shops():
        with _told(str(shop.id), "looking for messages"):
            look_at_messages_of(shop)


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_for_mornings", queueing_lock="look_for_mornings")
def look_for_mornings(timestamp: int) -> None:
    """Every five minutes: begin the morning of each shop where it has come. Zones differ by quarters of an hour."""
    for shop in people.all_shops():
        with _told(str(shop.id), "looking for mornings"):
            if morning_is_due(shop, datetime.now(UTC)):
                wake_ups.once(wake_ups.MORNING, shop_id=str(shop.id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="look_for_digests", queueing_lock="look_for_digests")
def look_for_digests(timestamp: int) -> None:
    """Every five minutes: have the morning mails sent where their hour has come."""
    for shop in people.all_shops():
        with _told(str(shop.id), "looking for morning mails"):
            look_at_digests_of(shop)


@app.periodic(cron="* * * * *")
@app.task(name="look_for_mails", queueing_lock="look_for_mails")
def look_for_mails(timestamp: int) -> None:
    """Every minute: file the e-mails that lie in the shops' folders."""
    for shop in people.all_shops():
        with _told(str(shop.id), "taking e-mails in"):
            mail_in.empty(shop)


@app.periodic(cron="*/10 * * * *")
@app.task(name="clear_jobs", queueing_lock="clear_jobs")
async def clear_jobs(timestamp: int) -> None:
    """Every ten minutes: forget the jobs of workers that died. What they left undone is found by looking round."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


def look_at_messages_of(shop: Shop, *, now: datetime | None = None) -> None:
    """Give up the lost messages of one shop, and have the due ones sent."""
    who = keeper(shop, via="worker")
    with shop_session(who, now=now) as session:
        lost, due = sending.is_any_lost(session), sending.is_any_due(session)
    if lost:
        with shop_session(who, writes=True, now=now) as session:
            sending.give_up_lost(session)
    if due:
        wake_ups.once(wake_ups.SEND_MESSAGES, shop_id=str(shop.id))


def look_at_digests_of(shop: Shop, *, now: datetime | None = None) -> None:
    """Have the morning mails of one shop sent, if some are due."""
    if digests.are_due(shop, now=now):
        wake_ups.once(wake_ups.SEND_DIGESTS, shop_id=str(shop.id))


def morning_is_due(shop: Shop, now: datetime) -> bool:
    """Whether the shop's morning has come, and was neither finished today nor begun just now."""
    if now.astimezone(shop.zone).hour < MORNING_AT:
        return False
    with shop_session(keeper(shop, via="worker"), now=now) as session:
        today = select(Morning).where(Morning.shop_id == shop.id, Morning.day == session.today)
        begun = session.execute(today).one_or_none()
    return begun is None or (begun.done_at is None and begun.begun_at < now - BEGUN_LONG_AGO)


def live_a_morning(shop: Shop, parts: Sequence[Part] = MORNING, *, now: datetime | None = None) -> bool:
    """Do the parts of a shop's morning, each wholly or not at all; return whether this worker did them.

    The row of the day makes it once. When a part fails the morning stays unfinished, and is taken up again later.
    """
    who = keeper(shop, via="worker")
    with shop_session(who, writes=True, now=now) as session:
        today, row = session.today, {"shop_id": shop.id, "day": session.today, "begun_at": session.now}
        begun = upsert(Morning).values(row)
        begun = begun.on_conflict_do_update(
            index_elements=["shop_id", "day"],
            set_={"begun_at": begun.excluded.begun_at},
            where=Morning.done_at.is_(None) & (Morning.begun_at < session.now - BEGUN_LONG_AGO),
        )
        if session.scalar(begun.returning(Morning.day)) is None:
            return False
    for part in parts:
        with shop_session(who, writes=True, now=now) as session:
            part(session)
    with shop_session(who, writes=True, now=now) as session:
        this = (Morning.shop_id == shop.id, Morning.day == today)
        session.execute(update(Morning).where(*this).values(done_at=session.now))
    return True


class Helper(threading.Thread):
    """Does jobs beside the worker's rounds until `stop` is set; finishes what it has begun first.

    When the database was away it comes back by itself.
    """

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="jobs")
        self._stop_asked = stop

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                asyncio.run(self._work())
            except (Unavailable, ConnectorException, psycopg.Error) as away:
                log.info("Jobs wait until the database is back (%s).", type(away).__name__)
            except Exception:
                log.exception("The jobs stumbled; they are taken up again.")
            self._stop_asked.wait(PAUSE)

    async def _work(self) -> None:
        """Until told to stop, or until the worker ends because the database went away."""
        wake_ups.once("look_for_messages", timestamp=round(time.time()))  # what was left when the last worker ended
        with app.replace_connector(_connector()):
            async with app.open_async():
                working = asyncio.create_task(
                    app.run_worker_async(
                        concurrency=AT_ONCE,
                        listen_notify=not settings().pgbouncer,  # a pooler hands no notifications on
                        delete_jobs="always",
                        install_signal_handlers=False,
                    )
                )
                while not (working.done() or self._stop_asked.is_set()):
                    await asyncio.sleep(0.2)
                _stopping.set()
                try:
                    if not working.done():
                        working.cancel()
                    with suppress(asyncio.CancelledError):
                        await working
                finally:
                    _stopping.clear()


def _connector() -> PsycopgConnector:
    options = {"prepare_threshold": None} if settings().pgbouncer else {}
    return PsycopgConnector(
        conninfo=server.libpq_url(server.application_url()),
        kwargs={"application_name": "regulars jobs", "connect_timeout": 10, **options},
        min_size=1,
        max_size=AT_ONCE + 2,
    )


@contextmanager
def _told(shop_id: str, work: str) -> Iterator[None]:
    """One shop's trouble is in the log, without what its rows hold, and keeps nobody else waiting."""
    try:
        yield
    except CrmError as refusal:
        log.warning("%s, %s: %s", shop_id, work, refusal)
    except Exception:
        log.exception("%s, %s", shop_id, work)
