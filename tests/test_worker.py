"""The worker does by itself what must be done, ends when told, and outlasts a database that is away."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from crmcore import chain, customers, people, sign_in
from crmcore.database import gate, server
from crmcore.database.gate import Who, global_session, shop_session
from crmcore.models import ActivityLink, ShopDay, SignInSession
from crmcore.settings import settings
from crmcore.worker import Work, run

pytestmark = pytest.mark.usefixtures("home_of_its_own")


def links(who: Who) -> int:
    with shop_session(who) as shop:
        return shop.scalar(select(func.count()).select_from(ActivityLink).where(ActivityLink.shop_id == shop.id))


def test_it_seals_every_shop(who):
    with shop_session(who, writes=True) as shop:
        customers.create(shop, {"name": "Asha"})
    Work().look_round()
    assert links(who) == 2


def test_it_looks_at_a_busy_shop_in_every_round(who):
    work = Work(every=0)
    for turn in range(3):
        with shop_session(who, writes=True) as shop:
            customers.create(shop, {"name": f"Customer {turn}"})
        work.look_round()
        assert links(who) == turn + 2


def test_it_looks_at_a_quiet_shop_less_often(who):
    work = Work(every=1000)
    work.look_round()
    with shop_session(who, writes=True) as shop:
        customers.create(shop, {"name": "Asha"})
    work.look_round()
    assert links(who) == 1


def test_it_folds_the_days_that_are_over(who):
    yesterday = datetime.now(UTC) - timedelta(days=2)
    for name in ("Asha", "Bilal"):
        with shop_session(who, writes=True, now=yesterday) as shop:
            customers.create(shop, {"name": name})
    Work().look_round()
    with shop_session(who) as shop:
        days = shop.execute(select(ShopDay.slot, ShopDay.people).where(ShopDay.shop_id == shop.id)).all()
    assert days == [(0, 2)]


def test_a_shop_in_the_middle_of_an_import_is_folded_another_time(who, monkeypatch, caplog):
    monkeypatch.setattr(gate, "LONGEST_WAIT", 0.05)
    with shop_session(who, alone=True):
        Work().look_round()
    assert not [line for line in caplog.messages if "can't be reached" in line]
    assert links(who) == 1


def test_it_clears_out_sign_ins_that_are_over(who):
    with shop_session(who, writes=True) as shop:
        asha = people.NewMember(login=f"asha-{shop.shop.slug}", name="Asha", role="owner", password="a long password")
        staff_id = people.add_member(shop, asha)
    gone = sign_in.open_session(staff_id, who.shop.id, now=datetime.now(UTC) - timedelta(days=40))
    good = sign_in.open_session(staff_id, who.shop.id)
    Work().look_round()
    with global_session() as connection:
        query = select(SignInSession.token_hash).where(SignInSession.staff_id == staff_id)
        left = connection.scalars(query).all()
    assert left == [sign_in.token_hash(good)] != [sign_in.token_hash(gone)]


def test_it_complains_once_about_a_changed_record_and_goes_on_with_other_shops(who, new_shop, caplog):
    broken, well = who, gate.keeper(new_shop())
    chain.seal(broken.shop)
    with psycopg.connect(server.libpq_url(server.owner_url())) as owner:
        owner.execute("delete from activity_chain where shop_id = %s", [broken.shop.id])
    work = Work(every=0)
    work.look_round()
    work.look_round()
    complaints = [line for line in caplog.messages if "regulars doctor" in line]
    assert len(complaints) == 1
    assert links(well) == 1


@pytest.fixture
def two(who, new_shop) -> list[Who]:
    """Two shops, in the order in which the worker comes to them."""
    both = {who.shop.id: who} | {shop.id: gate.keeper(shop) for shop in [new_shop()]}
    return [both[shop.id] for shop in people.all_shops() if shop.id in both]


def test_a_shop_whose_seal_cannot_be_read_keeps_nobody_from_the_next(two, home_of_its_own, caplog):
    unreadable, _ = two
    anchor = Path(home_of_its_own) / "seals" / str(unreadable.shop.id)
    anchor.mkdir(parents=True)
    try:
        work = Work(every=0)
        work.look_round()
        work.look_round()
    finally:
        anchor.rmdir()
    assert [links(who) for who in two] == [0, 1]
    complaints = [line for line in caplog.messages if unreadable.shop.slug in line]
    assert len(complaints) == 1
    assert "can't use the folder" in complaints[0]
    work = Work(every=0)
    work.look_round()
    assert [links(who) for who in two] == [1, 1]


def test_a_bug_with_one_shop_keeps_nobody_from_the_next_and_is_told_once(two, caplog):
    broken, well = two
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        rename = "update shops set timezone = %s where id = %s"
        owner.execute(rename, ["Mars/Base", broken.shop.id])
        try:
            work = Work(every=0)
            work.look_round()
            work.look_round()
        finally:
            owner.execute(rename, [broken.shop.timezone, broken.shop.id])
    assert links(well) == 1
    told = [record for record in caplog.records if broken.shop.slug in record.getMessage()]
    assert len(told) == 1
    assert told[0].exc_info is not None


class Listener(logging.Handler):
    """Lets a test wait until the worker has said something."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._more = threading.Condition()

    def emit(self, record: logging.LogRecord) -> None:
        with self._more:
            self.said.append(record.getMessage())
            self._more.notify_all()

    def hears(self, words: str, within: float = 30) -> bool:
        with self._more:
            return self._more.wait_for(lambda: any(words in line for line in self.said), timeout=within)


@pytest.fixture
def listener() -> Iterator[Listener]:
    ear, log = Listener(), logging.getLogger("regulars.worker")
    log.addHandler(ear)
    log.setLevel(logging.INFO)
    yield ear
    log.removeHandler(ear)


def test_it_says_once_that_the_database_is_away_and_goes_on_when_it_is_back(who, monkeypatch, listener):
    monkeypatch.setenv("DATABASE_URL", "postgresql://regulars:x@127.0.0.1:1/regulars")
    _read_the_address_again()
    stop = threading.Event()
    working = threading.Thread(target=run, args=[stop], kwargs={"every": 0.01})
    working.start()
    try:
        assert listener.hears("The database can't be reached. Work goes on when it is back.")
    finally:
        monkeypatch.undo()
        _read_the_address_again()
    while not listener.hears("The database is back.", within=1):
        assert working.is_alive()
        _read_the_address_again()  # a thread may have kept the old one while it was taken away
    stop.set()
    working.join()
    assert len([line for line in listener.said if "can't be reached" in line]) == 1
    assert listener.said[-1] == "Stopped."
    assert links(who) == 1
    _read_the_address_again()


def _read_the_address_again() -> None:
    settings.cache_clear()
    gate.forget_engine()


def test_a_bug_is_in_the_log_and_does_not_end_the_work(monkeypatch, listener):
    stop = threading.Event()
    monkeypatch.setattr(people, "all_shops", None)
    working = threading.Thread(target=run, args=[stop], kwargs={"every": 0.01})
    working.start()
    assert listener.hears("The work stumbled")
    assert working.is_alive()
    stop.set()
    working.join()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(told):
    process = subprocess.Popen(
        [sys.executable, "-m", "crmcore", "worker"], stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    )
    assert process.stderr is not None
    assert "At work." in process.stderr.readline()
    process.send_signal(told)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.splitlines()[-1].endswith("Stopped.")
    assert "Traceback" not in said
