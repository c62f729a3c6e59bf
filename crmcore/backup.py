"""Keeping a copy of the whole database in one file, and bringing it back.

A restore fills a new database first and puts it in place of the old one at the end, in one step: until then, and if
anything goes wrong, everything stays as it is.
"""

import errno
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
from alembic.util.exc import CommandError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from crmcore import chain
from crmcore.database import gate, migrate, programs, server
from crmcore.errors import BadInput, Conflict, Unavailable

_RESTORE_LOCK = 7_301_227
_TRIES_TO_SWAP = 5  # each waits up to five seconds for others to leave

_FIRST_BYTES = b"PGDMP"

# pg_restore 17 and later says this to older servers too, which then go on.
_HARMLESS = 'unrecognized configuration parameter "transaction_timeout"'


def backup(path: Path) -> None:
    """Write every shop to one file, as it was at one moment; a file of that name is replaced once all is written.

    Raises BadInput when the file can't be written, Unavailable when the database can't be read.
    """
    owner = server.owner_url()
    _must_see_every_row(owner)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        try:
            said = _run("pg_dump", owner, "--format=custom", "--no-owner", f"--file={draft}")
            if said:
                _refuse_backup(path, said)
            _keep(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            _refuse_backup(path, [os.strerror(errno.ENOSPC)])
        raise BadInput("file", f"{path} can't be written ({(error.strerror or '').lower()}): name another.") from error


def restore(path: Path, *, replace: bool = False) -> None:
    """Put the database of a backup in place of the present one, brought to the newest schema.

    Raises BadInput when the file is no backup, or when there are shops already and `replace` is False; Conflict when
    another restore is running; Unavailable when the server can't do it. All of them leave everything as it was.
    """
    _must_be_a_backup(path)
    owner = server.owner_url()
    shops = _shops_at(owner)
    if shops and not replace:
        raise BadInput(
            "replace", f"There are shops here already ({shops:,}): say --replace to give them up for the backup."
        )
    try:
        _replace(path, owner)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            f"The role in DATABASE_URL may not do what a restore takes ({error.diag.message_primary}): give it the "
            "rights to create databases and to end sessions. Everything is as it was."
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database gave up ({str(error).strip()}). Everything is as it was.") from error
    gate.forget_engine()
    chain.reanchor()  # the record now ends where the backup's does


def _replace(path: Path, owner: str) -> None:
    name = make_url(owner).database or make_url(owner).username or ""
    fresh = f"{name}_restoring"
    with _maintenance(owner, name) as connection:
        _drop(connection, fresh)
        try:
            connection.execute(SQL("create database {} template template0").format(Identifier(fresh)))
            _fill(path, _at(owner, fresh))
            _swap(connection, fresh, name)
        finally:
            _drop(connection, fresh)


def _fill(path: Path, fresh: str) -> None:
    """Load the file into an empty database and bring that to the newest schema."""
    engine = create_engine(fresh, poolclass=NullPool)
    with engine.begin() as connection:
        migrate.make_application_role(connection, fresh)  # the backup holds its rights, not the role
    said = [line for line in _run("pg_restore", fresh, "--no-owner", "--jobs=2", str(path)) if _HARMLESS not in line]
    if said:
        _refuse_restore(path, said)
    if _shops_at(fresh) is None:
        raise BadInput("file", f"{path} is a backup of something else than Regulars.")
    try:
        migrate.migrate(fresh)
    except CommandError as error:
        raise BadInput("file", f"{path} comes from a newer Regulars: install that one first.") from error
    with psycopg.connect(server.libpq_url(fresh), autocommit=True) as connection:
        connection.execute("analyze")


def _swap(connection: psycopg.Connection, fresh: str, name: str) -> None:
    """Give the new database the name of the old one, and the old one up. Whoever is connected must come back."""
    old = f"{name}_replaced"
    _drop(connection, old)
    for tries_left in reversed(range(_TRIES_TO_SWAP)):
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        try:
            with connection.transaction():
                connection.execute(SQL("alter database {} rename to {}").format(Identifier(name), Identifier(old)))
                connection.execute(SQL("alter database {} rename to {}").format(Identifier(fresh), Identifier(name)))
            break
        except psycopg.errors.ObjectInUse as error:
            if not tries_left:
                raise Unavailable(
                    "Others keep working in the database: stop `regulars serve` and try again."
                ) from error
    _drop(connection, old)


def _shops_at(url: str) -> int | None:
    """How many shops a database holds; None when it is none of Regulars."""
    with _connected(url) as connection:
        known = connection.execute(
            "select to_regclass('public.shops'), to_regclass('public.alembic_version')"
        ).fetchone()
        if known is None or None in known:
            return None
        count = connection.execute("select count(*) from public.shops").fetchone()
        return int(count[0]) if count else 0


def _must_be_a_backup(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if file.read(len(_FIRST_BYTES)) == _FIRST_BYTES:
                return
    except OSError as error:
        raise BadInput("file", f"{path} can't be read ({(error.strerror or '').lower()}).") from error
    raise BadInput("file", f"{path} is no file that `regulars backup` wrote.")


def _must_see_every_row(owner: str) -> None:
    """Row policies bind the owner of the tables too; a backup by such a role would stop at the first table."""
    with _connected(owner) as connection:
        role = connection.execute(
            "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
        ).fetchone()
        if role and not role[1]:
            raise Unavailable(
                f"The role {role[0]} may not read every shop: a superuser has to say `alter role {role[0]} bypassrls`."
            )


@contextmanager
def _maintenance(owner: str, name: str) -> Iterator[psycopg.Connection]:
    """A connection beside the database called `name`, for one restore at a time."""
    with _connected(_at(owner, "postgres" if name != "postgres" else "template1")) as connection:
        alone = connection.execute("select pg_try_advisory_lock(%s)", [_RESTORE_LOCK]).fetchone()
        if not (alone and alone[0]):
            raise Conflict("Another restore is running: wait until it is done.")
        yield connection


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(server.libpq_url(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database can't be reached: {str(error).strip().splitlines()[-1]}") from error
    with connection:
        yield connection


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))


def _at(url: str, database: str) -> str:
    """The same server, another database."""
    return server.written(make_url(url).set(database=database))


def _run(program: str, url: str, *arguments: str) -> list[str]:
    """Run one of PostgreSQL's programs on a database; return what it complained about, if it did."""
    with _connected(url) as connection:
        major, encrypted = connection.info.server_version // 10000, connection.pgconn.ssl_in_use
    address = {key: str(value) for key, value in conninfo_to_dict(server.libpq_url(url)).items()}
    password = address.pop("password", "")  # never among the arguments, which everyone may list
    ended = subprocess.run(
        [
            programs.client(program, major, encrypted=encrypted),
            *arguments,
            "--no-password",
            f"--dbname={make_conninfo(**address)}",
        ],
        env=os.environ | {"LC_ALL": "C", **({"PGPASSWORD": password} if password else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode == 0:
        return []
    lines = ended.stderr.strip().splitlines() or [f"{program} gave no reason"]
    return [line.split("error: ", 1)[1] for line in lines if "error: " in line] or lines[-1:]


def _keep(draft: Path, path: Path) -> None:
    """Take the file's name once all of it is on the disk."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)


def _refuse_backup(path: Path, said: list[str]) -> NoReturn:
    if any("No space left on device" in line for line in said):
        raise Unavailable(f"The disk that holds {path} is full: make room and try again.")
    raise Unavailable(f"The backup did not work: {said[0].rstrip('.')}.")


def _refuse_restore(path: Path, said: list[str]) -> NoReturn:
    if any("No space left on device" in line for line in said):
        raise Unavailable("The disk of the database is full: make room and try again. Everything is as it was.")
    if any("unsupported version" in line for line in said):
        raise BadInput("file", f"{path} was written by a newer PostgreSQL: install its programs and try again.")
    raise BadInput("file", f"{path} can't be restored, everything is as it was: {said[0].rstrip('.')}.")
