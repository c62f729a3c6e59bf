"""Tests run on a real PostgreSQL: the embedded one, in a home of its own. Every test gets a shop of its own in it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from crmcore import passwords, people
from crmcore.database import gate, migrate, server
from crmcore.database.gate import Shop, ShopSession, Who, keeper, shop_session
from crmcore.settings import settings

passwords.ROUNDS = 4  # hashing slowly is tested once; here it would only cost time

# 20 November 2026, 3 pm in India: what "now" is in a test that does not say otherwise.
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """A home folder with a started server and a migrated database, for this run of the tests."""
    with _a_home() as folder:
        yield folder


@pytest.fixture(scope="module")
def home_of_its_own() -> Iterator[Path]:
    """The same for one file alone: for tests that go through all shops, of which the others open hundreds."""
    others = os.environ["REGULARS_HOME"]
    with _a_home() as folder:
        yield folder
    os.environ["REGULARS_HOME"] = others
    settings.cache_clear()


@contextmanager
def _a_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="regulars-test-"))
    folder.chmod(0o711)  # the server's own account must reach its data below
    kept = {name: os.environ.pop(name, None) for name in ("DATABASE_URL", "DATABASE_APP_URL")}
    os.environ["REGULARS_HOME"] = str(folder / "home")
    settings.cache_clear()
    gate.forget_engine()
    migrate.migrate()
    _be_quick_or_say_so()
    yield folder / "home"
    gate.forget_engine()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update({name: value for name, value in kept.items() if value is not None})


def _be_quick_or_say_so() -> None:
    """Don't wait for the disk: a commit is there for every process at once, and a power cut is not tested here. And end
    a statement that would run for minutes, with its text, before the test's own time is up.
    """
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        owner.execute("alter system set fsync = off")
        owner.execute("alter system set statement_timeout = '240s'")
        owner.execute("select pg_reload_conf()")


@pytest.fixture
def new_shop(home: Path) -> Callable[..., Shop]:
    """Opens shops: new_shop(currency="GHS", region="GH", timezone="Africa/Accra")."""

    def open_one(**fields: str) -> Shop:
        chosen = {
            "slug": f"shop-{uuid4().hex[:12]}",
            "name": "Meera Home & Care",
            "kind": "counter",
            "currency": "INR",
            "region": "IN",
            "timezone": "Asia/Kolkata",
        }
        return people.open_shop(people.NewShop(**{**chosen, **fields}))

    return open_one


@pytest.fixture
def who(new_shop: Callable[..., Shop]) -> Who:
    """The keeper of a new Indian shop, with the owner's rights."""
    return keeper(new_shop())


@pytest.fixture
def shop(who: Who) -> Iterator[ShopSession]:
    """An open gate to a new Indian shop, alone in it, on 20 November 2026."""
    with shop_session(who, alone=True, now=NOW) as opened:
        yield opened


@pytest.fixture
def join(new_shop: Callable[..., Shop]) -> Callable[..., Who]:
    """Gives a person a sign-in: join("staff", shop=…, sells=True); without `shop` it opens a new one."""

    def give(role: str = "owner", shop: Shop | None = None, name: str = "Meera Joshi", **rights: bool) -> Who:
        where = shop or new_shop()
        with shop_session(keeper(where), writes=True) as session:
            login = f"{role}-{where.slug}-{people.new_id().hex[-6:]}"
            staff_id: UUID = people.add_member(
                session, people.NewMember(login=login, name=name, role=role, password="correct horse", **rights)
            )
        who = people.who_is(where, staff_id)
        assert who is not None
        return who

    return give
