"""The worker: what must happen by itself. It seals the records, folds past days, and clears out old sign-ins; beside
these rounds it does the jobs of crmcore/jobs.py.

Any number of workers may run; they don't get into each other's way.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from crmcore import chain, counters, jobs, people, sign_in
from crmcore.database.gate import Shop, keeper, shop_session
from crmcore.errors import CrmError, Unavailable
from crmcore.pipeline import counting
from crmcore.stop_signals import told_to_stop

log = logging.getLogger("regulars.worker")

EVERY = 5.0  # seconds between two looks at a shop where something happens
SELDOM = 60.0  # and where nothing does
CLEAR_OUT_EVERY = 3600.0


def run(stop: threading.Event | None = None, *, every: float = EVERY) -> None:
    """Work until `stop` is set, or without one until SIGTERM or Ctrl-C. What was begun is finished first.

    When the database is away that is said once, and work goes on as soon as it is back.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # it would tell of every job that nothing went wrong
    stop = stop or told_to_stop()
    work, is_away = Work(every), False
    helper = jobs.Helper(stop)
    helper.start()
    log.info("At work.")
    while not stop.is_set():
        try:
            work.look_round()
        except Unavailable as away:
            if not is_away:
                log.warning("%s Work goes on when it is back.", str(away).split(". ")[0] + ".")
            is_away = True
        except Exception:
            log.exception("The work stumbled; it is tried again in a minute.")
            stop.wait(SELDOM)
        else:
            if is_away:
                log.info("The database is back.")
            is_away = False
        stop.wait(every)
    helper.join()
    log.info("Stopped.")


class Work:
    """What a worker remembers between two rounds: which shop is due when, and what it has done already."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._wait: dict[UUID, float] = defaultdict(lambda: every)
        self._due: dict[UUID, float] = defaultdict(float)
        self._folded: dict[UUID, date] = {}
        self._complained: set[tuple[UUID, str]] = set()
        self._cleared_out: float | None = None

    def look_round(self) -> None:
        """Do what is due now, shop by shop. Raises Unavailable when the database is away."""
        now = time.monotonic()
        if self._cleared_out is None or now - self._cleared_out >= CLEAR_OUT_EVERY:
            sign_in.purge()
            self._cleared_out = now
        for shop in people.all_shops():
            if now >= self._due[shop.id]:
                self._look_after(shop)
                self._due[shop.id] = now + self._wait[shop.id]

    def _look_after(self, shop: Shop) -> None:
        is_busy = False
        with self._trouble_told_once(shop, "sealing"):
            is_busy = chain.seal(shop) > 0
        # Quiet shops are looked at less and less often, busy ones at every round.
        self._wait[shop.id] = self._every if is_busy else min(2 * self._wait[shop.id], max(SELDOM, self._every))
        with self._trouble_told_once(shop, "folding"):
            self._fold(shop)

    def _fold(self, shop: Shop) -> None:
        """Once a day; a shop in the middle of an import is left for the next time."""
        today = datetime.now(shop.zone).date()
        if self._folded.get(shop.id) == today:
            return
        try:
            with shop_session(keeper(shop, via="worker"), alone=True) as session:
                counters.fold(session)
                counting.fold(session)
        except Unavailable as busy:
            log.info("%s: %s", shop.slug, busy)
        else:
            self._folded[shop.id] = today

    @contextmanager
    def _trouble_told_once(self, shop: Shop, work: str) -> Iterator[None]:
        """One shop's trouble is told once and keeps nobody else waiting; only what the database refuses is raised."""
        try:
            yield
        except Exception as error:
            if isinstance(error, Unavailable) and isinstance(error.__cause__, SQLAlchemyError):
                raise
            if (shop.id, work) not in self._complained:
                is_bug = not isinstance(error, CrmError)
                log.error("%s, %s: %s", shop.slug, work, error, exc_info=error if is_bug else None)
            self._complained.add((shop.id, work))
        else:
            self._complained.discard((shop.id, work))
