"""Backup and restore, between databases of their own beside the one the other tests use."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from conftest import NOW
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url, text
from till import Till
from truth import assert_counters_true
from waiting import until

from crmcore import attachments, backup, chain, metrics, people
from crmcore.database import gate, migrate, programs, server
from crmcore.database.gate import Shop, keeper, shop_session
from crmcore.errors import BadInput, Conflict, Unavailable
from crmcore.periods import Period
from crmcore.settings import settings

QUOTE = b"%PDF-1.7 \x00\xff quote"

ALL_TIME = Period(date(2000, 1, 1), date(2027, 1, 1))

# What a table holds, as one number that does not depend on the order of its rows.
FINGERPRINT = "select count(*), coalesce(sum(hashtextextended(cast(t as text), 0)), 0) from {} as t"


@contextmanager
def using(**variables: str) -> Iterator[None]:
    """Meanwhile this process uses another installation."""
    before = {name: os.environ.get(name) for name in variables}
    gate.forget_engine()
    os.environ.update(variables)
    settings.cache_clear()
    try:
        yield
    finally:
        gate.forget_engine()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        settings.cache_clear()


@pytest.fixture(scope="module")
def beside(home: Path) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to the server, beside every database of Regulars."""
    with psycopg.connect(server.libpq_url(server.owner_url()), dbname="postgres", autocommit=True) as connection:
        yield connection


@contextmanager
def a_database(beside: psycopg.Connection[Any], template: str = "template1") -> Iterator[str]:
    """A database of our own, for a while; its name."""
    name = f"backup_{uuid4().hex[:8]}"
    beside.execute(SQL("create database {} template {}").format(Identifier(name), Identifier(template)))
    yield name
    for left in (name, f"{name}_restoring", f"{name}_replaced"):
        beside.execute(SQL("drop database if exists {} with (force)").format(Identifier(left)))


def address_of(name: str) -> str:
    return server.written(make_url(server.owner_url()).set(database=name))


@pytest.fixture
def empty_installation(beside: psycopg.Connection[Any]) -> Iterator[str]:
    """An empty database of our own; its name."""
    with a_database(beside) as name, using(DATABASE_URL=address_of(name)):
        yield name


@pytest.fixture(scope="module")
def migrated(beside: psycopg.Connection[Any]) -> Iterator[str]:
    """A database at the newest step, which others are copied from; its name."""
    with a_database(beside) as name:
        migrate.migrate(address_of(name))
        yield name


@pytest.fixture
def installation(beside: psycopg.Connection[Any], migrated: str) -> Iterator[str]:
    """A database of our own at the newest step, in which no shop has been opened; its name."""
    with a_database(beside, migrated) as name, using(DATABASE_URL=address_of(name)):
        migrate.migrate()  # a copy knows nothing of where its application's role looks
        yield name


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "regulars.dump"


def a_shop_with_sales(slug: str = "meera") -> Shop:
    shop = people.open_shop(people.NewShop(slug, "Meera", "counter", "INR", "IN", "Asia/Kolkata"))
    with shop_session(keeper(shop), alone=True, now=NOW) as session:
        till = Till(session)
        till.sell("Asha", "120.50", "2026-10-02")
        till.sell("Asha", "80", "2026-11-11")
        till.sell("Bilal", "35", "2026-11-12")
        till.sell("Bilal", "-35", "2026-11-13")
        till.sell(None, "12.25", "2026-11-14")
        attachments.add(session, till.customer("Asha"), "quote.pdf", QUOTE)
    return shop


def rows_of_every_table() -> dict[str, Any]:
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
        return {table: connection.execute(SQL(FINGERPRINT).format(Identifier(table))).fetchone() for (table,) in tables}


def figures(shop: Shop) -> list[Any]:
    with shop_session(keeper(shop), now=NOW) as session:
        return [measure.as_dict() for measure in metrics.measure_all(session, None, ALL_TIME)]


def files_of(shop: Shop) -> list[attachments.File]:
    with shop_session(keeper(shop), now=NOW) as session:
        kept = session.connection.execute(text("select id from attachments")).scalars()
        return [attachments.hand_out(session, attachment_id) for attachment_id in kept]


def names_of_databases(beside: psycopg.Connection[Any]) -> set[str]:
    return {name for (name,) in beside.execute("select datname from pg_database").fetchall()}


def test_a_backup_restored_on_another_server_has_the_same_rows_and_figures(installation, file, home):
    shop = a_shop_with_sales()
    rows, measured = rows_of_every_table(), figures(shop)
    backup.backup(file)
    with using(DATABASE_URL="", REGULARS_HOME=str(home.with_name("elsewhere"))):
        try:
            backup.restore(file)
            assert rows_of_every_table() == rows
            assert figures(shop) == measured
            assert rows["orders"][0] == 5
            assert [file.content for file in files_of(shop)] == [QUOTE]
        finally:
            gate.forget_engine()
            server.stop()


def test_a_backup_under_load_is_one_moment(installation, file):
    shop = a_shop_with_sales()
    done = threading.Event()
    sold: list[int] = []

    def sell(number: int) -> None:
        while not done.is_set():
            with shop_session(keeper(shop), writes=True, now=NOW) as session:
                Till(session).sell(f"Customer {number}-{len(sold)}", "10", "2026-11-15")
            sold.append(number)

    tills = [threading.Thread(target=sell, args=(number,)) for number in range(4)]
    for till in tills:
        till.start()
    backup.backup(file)
    done.set()
    for till in tills:
        till.join()
    assert sold
    backup.restore(file, replace=True)
    with shop_session(keeper(shop), now=NOW) as session:
        assert_counters_true(session)
        assert session.scalar(text("select count(*) from orders")) <= 5 + len(sold)


def test_a_restore_goes_back_and_a_running_process_goes_on(installation, file, beside):
    shop = a_shop_with_sales()
    rows, measured = rows_of_every_table(), figures(shop)
    backup.backup(file)
    sell_once(shop, "Chitra")
    program = (
        "import sys\n"
        "from uuid import UUID\n"
        "from crmcore import people\n"
        "from crmcore.database.gate import keeper, shop_session\n"
        "from crmcore.settings import settings\n"
        "who = keeper(people.find_shop('meera'))\n"
        "from sqlalchemy import text\n"
        "for line in sys.stdin:\n"
        "    with shop_session(who) as shop:\n"
        "        print(shop.scalar(text('select count(*) from orders')), flush=True)\n"
    )
    server_process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with server_process as running:
        assert asks(running) == "6"
        backup.restore(file, replace=True)
        assert asks(running) == "5"
        running.stdin.close()
    assert rows_of_every_table() == rows
    assert figures(shop) == measured
    assert not {f"{installation}_restoring", f"{installation}_replaced"} & names_of_databases(beside)


def test_a_restored_record_is_whole_and_goes_on(installation, file):
    shop = a_shop_with_sales()
    chain.seal(shop)
    backup.backup(file)
    sell_once(shop, "Chitra")
    chain.seal(shop)
    backup.restore(file, replace=True)
    sell_once(shop, "Divya")
    assert chain.seal(shop) > 0
    with shop_session(keeper(shop)) as session:
        assert chain.verify(session) == []


def sell_once(shop: Shop, name: str) -> None:
    with shop_session(keeper(shop), alone=True, now=NOW) as session:
        Till(session).sell(name, "999", "2026-11-16")


def asks(running: subprocess.Popen[str]) -> str:
    running.stdin.write("how many?\n")
    running.stdin.flush()
    return running.stdout.readline().strip()


def test_shops_that_are_there_are_not_given_up_unasked(installation, file):
    a_shop_with_sales()
    backup.backup(file)
    rows = rows_of_every_table()
    with pytest.raises(BadInput, match="say --replace") as refused:
        backup.restore(file)
    assert refused.value.field == "replace"
    assert rows_of_every_table() == rows


def test_a_restore_brings_an_older_backup_to_the_newest_schema(installation, file):
    shop = a_shop_with_sales()
    run("drop view customer_truth cascade")
    run("comment on table alembic_version is 'the views and functions of an older version'")
    backup.backup(file)
    backup.restore(file, replace=True)
    with shop_session(keeper(shop), now=NOW) as session:
        assert_counters_true(session)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda whole: b"", "is no file that `regulars backup` wrote"),
        (lambda whole: b"ref,name\n1,Asha\n", "is no file that `regulars backup` wrote"),
        (lambda whole: whole[:-3000], "can't be restored, everything is as it was"),
        (lambda whole: whole[:2000], "can't be restored, everything is as it was"),
        (lambda whole: b"PGDMP\x01\x63" + whole[7:], "written by a newer PostgreSQL"),
    ],
    ids=["empty", "a sheet", "cut off", "cut off early", "of the future"],
)
def test_a_file_that_is_no_whole_backup_changes_nothing(installation, file, beside, spoil, sentence):
    a_shop_with_sales()
    rows = rows_of_every_table()
    backup.backup(file)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(BadInput, match=sentence):
        backup.restore(file, replace=True)
    assert rows_of_every_table() == rows
    assert f"{installation}_restoring" not in names_of_databases(beside)


def test_a_backup_of_a_newer_regulars_is_refused(installation, file):
    run("update alembic_version set version_num = '999'")
    backup.backup(file)
    run(f"update alembic_version set version_num = '{migrate.newest_step()}'")
    rows = rows_of_every_table()
    with pytest.raises(BadInput, match="newer Regulars"):
        backup.restore(file)
    assert rows_of_every_table() == rows


def test_a_backup_of_something_else_is_refused(empty_installation, file):
    run("create table recipes (name text)")
    backup.backup(file)
    with pytest.raises(BadInput, match="something else than Regulars"):
        backup.restore(file)


def test_a_restore_that_was_killed_changed_nothing_and_is_made_up_for(installation, file, beside):
    a_shop_with_sales()
    backup.backup(file)
    rows = rows_of_every_table()
    killed = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from crmcore import backup; from pathlib import Path; backup.restore(Path({str(file)!r}), replace=True)",
        ]
    )
    until(lambda: f"{installation}_restoring" in names_of_databases(beside))
    killed.kill()
    killed.wait()
    assert rows_of_every_table() == rows
    until(lambda: restored(file))
    assert rows_of_every_table() == rows


def restored(file: Path) -> bool:
    """Restore; False while the server has not yet noticed that the killed one is gone."""
    try:
        backup.restore(file, replace=True)
    except Conflict:
        return False
    return True


def test_two_restores_at_once_are_one_too_many(installation, file, beside):
    backup.backup(file)
    with backup._maintenance(server.owner_url(), installation), pytest.raises(Conflict, match="Another restore"):
        backup.restore(file)


def test_a_backup_is_private_and_takes_its_name_only_when_it_is_whole(empty_installation, file, monkeypatch):
    file.write_text("last week's")
    monkeypatch.setattr(programs, "_folders", list)
    with pytest.raises(Unavailable, match="pg_dump"):
        backup.backup(file)
    assert file.read_text() == "last week's"
    monkeypatch.undo()
    backup.backup(file)
    assert file.read_bytes().startswith(b"PGDMP")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_a_place_that_can_t_be_written_is_said(empty_installation, tmp_path):
    for place in (tmp_path / "none" / "file", tmp_path):
        with pytest.raises(BadInput, match=f"{place} can't be written"):
            backup.backup(place)


def test_an_owner_without_superuser_rights_migrates_backs_up_and_restores(empty_installation, file, beside):
    owner = Identifier(f"{empty_installation}_owner")
    beside.execute(SQL("create role {} login createdb createrole bypassrls password 'p w+x'").format(owner))
    beside.execute(SQL("grant regulars_app to {} with admin option").format(owner))
    beside.execute(SQL("alter database {} owner to {}").format(Identifier(empty_installation), owner))
    superuser = make_url(server.owner_url())
    try:
        poorer = superuser.set(username=f"{empty_installation}_owner", password="p w+x")
        with using(DATABASE_URL=server.written(poorer)):
            migrate.migrate()
            migrate.migrate()
            shop = a_shop_with_sales()
            measured = figures(shop)
            backup.backup(file)
            backup.restore(file, replace=True)
            assert figures(shop) == measured
    finally:
        beside.execute(SQL("drop database {} with (force)").format(Identifier(empty_installation)))
        beside.execute(SQL("drop owned by {} cascade").format(owner))
        beside.execute(SQL("drop role {}").format(owner))
        migrate.migrate(server.written(superuser.set(database="regulars")))  # gives regulars_app its password back


def test_an_owner_who_can_t_see_every_row_is_told_before_anything_is_written(empty_installation, file, beside):
    role = f"{empty_installation}_owner"
    beside.execute(SQL("create role {} login password 'pw'").format(Identifier(role)))
    try:
        with using(DATABASE_URL=server.written(make_url(server.owner_url()).set(username=role, password="pw"))):
            with pytest.raises(Unavailable, match=f"alter role {role} bypassrls"):
                backup.backup(file)
            assert not file.exists()
    finally:
        beside.execute(SQL("drop role {}").format(Identifier(role)))


def test_a_database_that_is_not_there_is_said(empty_installation, file):
    with using(DATABASE_URL="postgresql://o:p@127.0.0.1:1/crm"), pytest.raises(Unavailable, match="can't be reached"):
        backup.backup(file)


def run(statement: str) -> None:
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as connection:
        connection.execute(statement)
