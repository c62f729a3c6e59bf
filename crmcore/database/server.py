"""The database server: the one DATABASE_URL names, or an embedded PostgreSQL that Regulars starts by itself.

Below the home folder:

    database-password    of the owner role `regulars`
    database.lock        held while a process starts, stops or upgrades the server
    programs/            a copy of PostgreSQL's programs, where one is needed
    postgres/data        the data
    postgres/run         the socket, for this account alone; there is no TCP port
    postgres/log         what the server said

Any number of processes share the server. It keeps running when they end, until `regulars db stop`.
"""

import fcntl
import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from crmcore.database.cluster import Cluster, Server
from crmcore.database.programs import newest, of_major
from crmcore.errors import BadInput, Unavailable
from crmcore.settings import home_unusable, settings

APPLICATION = "regulars_app"


@dataclass(frozen=True)
class Status:
    """What `regulars db status` tells; folder, process and free bytes of disk only for the embedded one."""

    running: bool
    embedded: bool
    version: str | None = None
    folder: Path | None = None
    pid: int | None = None
    bytes_free: int | None = None


def owner_url() -> str:
    """The address of the role that owns the tables; starts the embedded server if that is used."""
    given = settings().database_url
    return _address("DATABASE_URL", given) if given else start().url


def application_url() -> str:
    """The address of the role that row policies bind: all but migration and backup connects as it."""
    given = settings().application_database_url
    if given:
        return _address("DATABASE_APP_URL", given)
    owner = owner_url()
    return written(make_url(owner).set(username=APPLICATION, password=application_password(owner)))


def application_password(owner_url: str) -> str:
    """The password of regulars_app: it follows from the owner's, so that nothing more has to be kept."""
    owner_password = make_url(owner_url).password
    if not owner_password:
        raise BadInput(
            "DATABASE_APP_URL",
            f"DATABASE_URL holds no password: name the login of the role {APPLICATION} in DATABASE_APP_URL.",
        )
    return hmac.new(str(owner_password).encode(), APPLICATION.encode(), hashlib.sha256).hexdigest()


def libpq_url(url: str) -> str:
    """An address as psycopg reads it, where SQLAlchemy wants the driver named."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


def start() -> Server:
    """The embedded server, made and started if need be. Raises Unavailable with what to do about it."""
    _must_be_embedded("start")
    with _plain_refusals():
        return Cluster.here().answering() or _start_alone()


def stop() -> bool:
    """Stop the embedded server and wait until it has; False when it was not running."""
    _must_be_embedded("stop")
    with _plain_refusals():
        cluster = Cluster.here()
        if not cluster.folder.exists():
            return False
        with _alone(cluster):
            pid = cluster.living_pid()
            if pid is not None:
                cluster.end(pid)
            return pid is not None


def status() -> Status:
    """Whether the server answers, and what it is. Starts nothing."""
    given = settings().database_url
    if given:
        version = _version_at(_address("DATABASE_URL", given))
        return Status(running=version is not None, embedded=False, version=version)
    with _plain_refusals():
        cluster = Cluster.here()
        free = shutil.disk_usage(cluster.folder).free if cluster.folder.exists() else None
        server = cluster.answering()
        if server is None:
            return Status(running=False, embedded=True, folder=cluster.data, bytes_free=free)
        return Status(True, True, server.version, server.folder, server.pid, free)


def is_new() -> bool:
    """Whether nothing was ever set up in this database; False where that can't be asked."""
    try:
        with psycopg.connect(libpq_url(owner_url())) as connection:
            asked = connection.execute("select to_regclass('alembic_version') is null").fetchone()
    except psycopg.OperationalError:
        return False
    return bool(asked and asked[0])


def upgrade() -> Server:
    """Bring data of an older PostgreSQL to the newest one here; the old folder stays beside it."""
    _must_be_embedded("upgrade")
    with _plain_refusals():
        cluster = Cluster.here()
        cluster.prepare()
        with _alone(cluster):
            running = cluster.living_pid()
            if running is not None:
                cluster.end(running)
            cluster.finish_upgrade()
            new = cluster.programs(newest())
            major = cluster.major()
            if major is None:
                cluster.make_data(new)
            elif major != new.major:
                old = of_major(major)
                if old is None or major > new.major:
                    raise Unavailable(f"The data is PostgreSQL {major}'s: install PostgreSQL {major} and try again.")
                cluster.upgrade(cluster.programs(old), new)
            return cluster.bring_up(new)


def _start_alone() -> Server:
    cluster = Cluster.here()
    cluster.prepare()
    with _alone(cluster):
        cluster = Cluster.here()  # another process may have made it while we waited
        running = cluster.answering()
        if running:
            return running
        cluster.finish_upgrade()
        programs = newest()
        major = cluster.major() or programs.major
        if major != programs.major:
            remedy = "run `regulars db upgrade`" if major < programs.major else f"install PostgreSQL {major}"
            raise Unavailable(
                f"The data in {cluster.data} is PostgreSQL {major}'s and the programs here are "
                f"{programs.major}'s: {remedy}."
            )
        programs = cluster.programs(programs)
        if not cluster.data.exists():
            cluster.make_data(programs)
        return cluster.bring_up(programs)


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """One process at a time; the others wait here."""
    file = os.open(cluster.home / "database.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """A full disk, a folder out of reach: one sentence."""
    try:
        yield
    except OSError as error:
        raise home_unusable(error) from error


def _must_be_embedded(verb: str) -> None:
    if settings().database_url:
        raise BadInput("DATABASE_URL", f"DATABASE_URL names a server of your own, which you {verb} yourself.")


def _address(variable: str, given: str) -> str:
    try:
        url = make_url(given.strip())
    except (ArgumentError, ValueError):
        url = URL.create("unreadable")
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise BadInput(variable, f"Write {variable} as postgresql://role:password@host:5432/database.")
    return written(url.set(drivername="postgresql+psycopg"))


def written(url: URL) -> str:
    """As text that SQLAlchemy and libpq both read: a blank is %20, never +."""
    address = url.set(query={}).render_as_string(hide_password=False).replace(" ", "%20")
    pairs = ((name, value) for name, values in url.normalized_query.items() for value in values)
    query = "&".join(f"{quote(name)}={quote(value, safe='/')}" for name, value in pairs)
    return f"{address}?{query}" if query else address


def _version_at(url: str) -> str | None:
    try:
        with psycopg.connect(libpq_url(url), connect_timeout=10) as connection:
            return str(connection.info.parameter_status("server_version")).split()[0]
    except psycopg.OperationalError:
        return None
