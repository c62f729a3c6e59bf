"""The database server: the one DATABASE_URL names, or an embedded PostgreSQL that Regulars starts by itself.

Below the home folder:

    database-password    of the owner role `regulars`
    database.lock        held while a process starts, stops or upgrades the server
    programs/            a copy of PostgreSQL's programs, where one is needed
    postgres/data        the data
    postgres/run         the socket, for this machine's user alone; there is no TCP port
    postgres/log         what the server said

Any number of processes share the server. It keeps running when they end, until `regulars db stop`.
"""

import errno
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from crmcore.database.programs import Programs, copied_to, newest, of_major
from crmcore.errors import BadInput, Unavailable
from crmcore.settings import Account, account_for_the_database, home_unusable, make_home, settings, write_once

OWNER = "regulars"
APPLICATION = "regulars_app"
DATABASE = "regulars"
PORT = 5432                                                 # only a part of the socket's name
LONGEST_SOCKET = 107 if sys.platform == "linux" else 103    # bytes
PATIENCE = 120                                              # seconds for a start or a stop, crash recovery included
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}

CONF = """\
# Written by Regulars at every start. Your own settings belong in postgresql.conf, below the include line.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
dynamic_shared_memory_type = mmap      # /dev/shm is small in containers, and emptied at logout by some systems
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_min_error_statement = panic        # the log holds no customer's data
log_error_verbosity = terse
shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
random_page_cost = 1.1
wal_compression = on
max_wal_size = '2GB'
jit = off                              # compiling costs more than our short queries
"""


@dataclass(frozen=True)
class Server:
    """A running embedded server."""

    url: str
    folder: Path
    version: str
    pid: int


@dataclass(frozen=True)
class Status:
    """What `regulars db status` tells. Bytes free on the data's disk are known for the embedded server only."""

    running: bool
    embedded: bool
    version: str | None = None
    folder: Path | None = None
    pid: int | None = None
    bytes_free: int | None = None


def owner_url() -> str:
    """The address of the role that owns the tables, for SQLAlchemy; starts the embedded server if that is used."""
    given = settings().database_url
    return _render(_parse("DATABASE_URL", given)) if given else start().url


def application_url() -> str:
    """The address of the role that row policies bind: what everything but migration and backup connects as."""
    given = settings().application_database_url
    if given:
        return _render(_parse("DATABASE_APP_URL", given))
    owner = owner_url()
    return _render(make_url(owner).set(username=APPLICATION, password=application_password(owner)))


def application_password(owner_url: str) -> str:
    """The password of regulars_app: it follows from the owner's, so that nothing more has to be kept."""
    owner_password = make_url(owner_url).password
    if not owner_password:
        raise BadInput(
            "DATABASE_APP_URL",
            f"DATABASE_URL holds no password, so name the login of the role {APPLICATION} in DATABASE_APP_URL.",
        )
    return hmac.new(str(owner_password).encode(), APPLICATION.encode(), hashlib.sha256).hexdigest()


def start() -> Server:
    """The embedded server, started if it is not running. Raises Unavailable with what to do about it."""
    _must_be_embedded("start")
    with _plain_refusals():
        cluster = Cluster.here()
        return cluster.answering() or _start_alone()


def stop() -> bool:
    """Stop the embedded server and wait until it has; False when it was not running."""
    _must_be_embedded("stop")
    with _plain_refusals():
        cluster = Cluster.here()
        if not cluster.folder.exists():
            return False
        with _alone(cluster.home):
            pid = cluster.living_pid()
            if pid is None:
                return False
            cluster.end(pid)
            return True


def status() -> Status:
    """Whether the server answers, and what it is. Starts nothing."""
    given = settings().database_url
    if given:
        version = _version_at(_render(_parse("DATABASE_URL", given)))
        return Status(running=version is not None, embedded=False, version=version)
    with _plain_refusals():
        cluster = Cluster.here()
        server = cluster.answering()
        free = shutil.disk_usage(cluster.folder).free if cluster.folder.exists() else None
        return Status(
            running=server is not None,
            embedded=True,
            version=server.version if server else None,
            folder=cluster.data,
            pid=server.pid if server else None,
            bytes_free=free,
        )


def upgrade() -> Server:
    """Bring the data of an older PostgreSQL to the newest one here; the old folder stays as data.<its version>."""
    _must_be_embedded("upgrade")
    with _plain_refusals():
        cluster = Cluster.here()
        with _alone(make_home()):
            running = cluster.living_pid()
            if running:
                cluster.end(running)
            cluster.prepare()
            new = cluster.programs(newest())
            old_major = cluster.major()
            if old_major is not None and old_major < new.major:
                cluster.upgrade(new, old_major)
            return cluster.bring_up(new)


def libpq_url(url: str) -> str:
    """An address of ours as PostgreSQL's own programs and psycopg read it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@dataclass(frozen=True)
class Cluster:
    """The embedded server's folder, and the account it belongs to when we are root."""

    home: Path
    account: Account | None

    @classmethod
    def here(cls) -> "Cluster":
        home = settings().home
        return cls(home, _keeper_of(home / "postgres"))

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @cached_property
    def password(self) -> str:
        path = self.home / "database-password"
        if not path.exists():
            if self.data.exists():
                raise Unavailable(f"{path} is missing, and the database opens with no other: put it back from a copy.")
            write_once(path, secrets.token_hex(32).encode())
        return path.read_text().strip()

    def major(self) -> int | None:
        """The PostgreSQL that wrote the data; None when there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            if self.data.exists():
                raise Unavailable(f"{self.data} holds something else than a database: move it away.") from None
            return None

    # Is it running? Only an answer that names our folder proves it: after a crash the pid file lies.

    def answering(self) -> Server | None:
        noted = self._pid_file()
        if noted is None:
            return None
        pid, socket_folder = noted
        url = self.url(socket_folder)
        try:
            with psycopg.connect(libpq_url(url), dbname="postgres", connect_timeout=10) as connection:
                asked = connection.execute("select current_setting('data_directory'), current_setting('server_version')")
                folder, version = asked.fetchone() or ("", "")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unavailable(f"The database refuses the password in {self.home / 'database-password'}.") from error
            return None
        return Server(url, self.data, version.split()[0], pid) if Path(folder) == self.data else None

    def living_pid(self) -> int | None:
        noted = self._pid_file()
        return noted[0] if noted and self._serves(noted[0]) else None

    def url(self, socket_folder: str) -> str:
        host = quote(socket_folder, safe="/")
        return f"postgresql+psycopg://{OWNER}:{self.password}@/{DATABASE}?host={host}&port={PORT}"

    def _pid_file(self) -> tuple[int, str] | None:
        """The process and the socket folder the last server noted down."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[4]
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _serves(self, pid: int) -> bool:
        """Whether the process is a living PostgreSQL at work in our data folder."""
        if sys.platform != "linux":
            asked = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True)
            return "postgres" in asked.stdout and not asked.stdout.startswith("Z")
        try:
            program = Path(os.readlink(f"/proc/{pid}/exe")).name
            return program.startswith("postgres") and os.readlink(f"/proc/{pid}/cwd") == os.path.realpath(self.data)
        except OSError:                                     # gone, a zombie, or somebody else's
            return False

    # Starting

    def prepare(self) -> None:
        """Make the folders. As root, refuse a home that the database's account can't reach, before changing anything."""
        if "\n" in str(self.home):
            raise Unavailable("REGULARS_HOME holds a line break: name a folder without one.")
        self._must_let_pass(next(folder for folder in self.home.parents if folder.exists()))
        make_home()
        self._must_let_pass(self.home)
        self._make_private(self.folder)

    def programs(self, programs: Programs) -> Programs:
        """`programs` where they can be run from: beside the data for root, or where their path breaks a shell."""
        if self.account or not programs.can_be_called:
            programs = copied_to(self.home, programs)
        if not programs.can_be_called:
            raise Unavailable(f"PostgreSQL can't be run from {programs.folder}: use a folder without quotes, $, ` and \\.")
        return programs

    def make_data(self, programs: Programs, name: str = "data") -> None:
        """Make an empty database, wholly or not at all."""
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        with tempfile.TemporaryFile() as password:          # a file without a name, for its reader alone
            password.write(self.password.encode())
            password.seek(0)
            if self.account:
                os.fchown(password.fileno(), self.account.uid, self.account.gid)
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
            said = self._run(
                programs.path("initdb"), "--pgdata", str(draft), "--username", OWNER, "--pwfile=/dev/stdin",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", *locale, "--data-checksums",
                stdin=password.fileno(),
            )  # fmt: skip
        self._must_have_worked(said)
        with tempfile.TemporaryFile() as statement:
            statement.write(f"create database {DATABASE};\n".encode())
            statement.seek(0)
            said = self._run(
                programs.path("postgres"), "--single", "-D", str(draft), "postgres", stdin=statement.fileno()
            )
        self._must_have_worked(said)
        draft.rename(self.folder / name)

    def bring_up(self, programs: Programs) -> Server:
        """Start the server and wait until it answers, also while what a crash left over is still ending."""
        socket_folder = self._socket_folder()
        self._write_conf(socket_folder)
        patience_ends = time.monotonic() + PATIENCE
        while True:
            server = self.answering()
            if server:
                return server
            if time.monotonic() > patience_ends:
                raise Unavailable(f"The database did not start within {PATIENCE} seconds; {self.log} says why.")
            pid = self.living_pid()
            if pid is None:
                self._remove_leftovers(socket_folder)
                self._launch(programs)
            elif self._lost_its_socket():
                self.end(pid)
            else:
                time.sleep(0.05)

    def end(self, pid: int) -> None:
        """Close all connections, write everything down, stop."""
        os.kill(pid, signal.SIGINT)
        patience_ends = time.monotonic() + PATIENCE
        while self._serves(pid):
            if time.monotonic() > patience_ends:
                raise Unavailable(f"The database did not stop within {PATIENCE} seconds; {self.log} says why.")
            time.sleep(0.02)

    def _launch(self, programs: Programs) -> None:
        known = self.log.stat().st_size if self.log.exists() else 0
        # Names relative to the folder: pg_ctl hands them to a shell.
        said = self._run(programs.path("pg_ctl"), "start", "-w", "-t", str(PATIENCE), "-D", "data", "-l", "log")
        if said.worked:
            return
        with self.log.open("rb") as log:
            log.seek(known)
            text = log.read().decode(errors="replace")
        if re.search("still in use|already exists|starting up", text):
            self._end_orphans()
            time.sleep(0.05)
        else:
            self._must_have_worked(Said(False, text or said.text))

    def _remove_leftovers(self, socket_folder: Path) -> None:
        """Remove what a killed server left, which the next would take for a running one."""
        name = socket_folder / f".s.PGSQL.{PORT}"
        if _somebody_listens(name):
            raise Unavailable(f"{self.data} is served under another name, perhaps from another container: stop that first.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        name.with_name(f"{name.name}.lock").unlink(missing_ok=True)

    def _end_orphans(self) -> None:
        """Backends of a killed server would first finish their query, for an answer that nobody awaits."""
        for entry in Path("/proc").glob("[0-9]*"):
            if self._serves(int(entry.name)):
                os.kill(int(entry.name), signal.SIGQUIT)

    def _lost_its_socket(self) -> bool:
        """Whether somebody swept the socket away from under a running server."""
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return lines[-1].strip() == "ready" and not Path(lines[4], f".s.PGSQL.{PORT}").exists()

    def _socket_folder(self) -> Path:
        """The folder of the socket: beside the data, or where that path is too long, a private one elsewhere."""
        nearest = self.folder / "run"
        if _fits_a_socket(nearest):
            return self._make_private(nearest)
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        if runtime and not self.account and _fits_a_socket(Path(runtime, f"regulars-{mark}")):
            return self._make_private(Path(runtime, f"regulars-{mark}"))
        uid = self.account.uid if self.account else os.geteuid()
        folder = self._make_private(Path(f"/tmp/regulars-{uid}-{mark}"))
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise Unavailable(f"Somebody else made the folder {folder}, which the database needs: remove it.")
        return folder

    def _write_conf(self, socket_folder: Path) -> None:
        quoted = '"' + str(socket_folder).replace("'", "''") + '"'
        self._write(self.data / "regulars.conf", CONF.format(port=PORT, socket=quoted))
        conf = self.data / "postgresql.conf"
        include = "include 'regulars.conf'"
        if include not in conf.read_text().splitlines():
            self._write(conf, f"{conf.read_text()}\n{include}\n")

    def upgrade(self, new: Programs, old_major: int) -> None:
        """Copy the data of an older PostgreSQL into the new form; what was there is kept under another name."""
        found = of_major(old_major)
        if found is None:
            raise Unavailable(f"Reading the data takes the programs of PostgreSQL {old_major}: install them and try again.")
        old = self.programs(found)
        self.bring_up(old)                                  # an upgrade wants data that was closed in order
        self.end(self.living_pid() or 0)
        ready = self.folder / "data.upgraded"
        shutil.rmtree(ready, ignore_errors=True)
        self.make_data(new, ready.name)
        self._must_have_worked(
            self._run(
                new.path("pg_upgrade"), "--username", OWNER, "--old-bindir", str(old.folder), "--new-bindir",
                str(new.folder), "--old-datadir", str(self.data), "--new-datadir", str(ready),
                "--socketdir", str(self._socket_folder()), password=self.password,
            )  # fmt: skip
        )
        self.data.rename(self.folder / f"data.{old_major}")
        ready.rename(self.data)

    # Acting as the account of the database

    def _run(self, *command: str, stdin: int = subprocess.DEVNULL, password: str = "") -> "Said":
        """Run one of PostgreSQL's programs, apart from our terminal, with no rights but the account's."""
        account = self.account
        rights = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        environment = ENVIRONMENT | ({"PGPASSWORD": password} if password else {})
        with tempfile.TemporaryFile() as output:            # a pipe would stay open as long as the server runs
            ended = subprocess.run(
                command, stdin=stdin, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder, env=environment,
                start_new_session=True, umask=0o077, **rights,
            )  # fmt: skip
            output.seek(0)
            return Said(ended.returncode == 0, output.read().decode(errors="replace"))

    def _must_have_worked(self, said: "Said") -> None:
        faults = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.*)", said.text)
        if said.worked and not faults:
            return
        if "No space left on device" in said.text:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        why = faults[0] if faults else (said.text.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"The embedded database can't run: {why.rstrip('.')}.")

    def _must_let_pass(self, folder: Path) -> None:
        if self.account is None:
            return
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$0"', str(folder)], cwd="/", stderr=subprocess.DEVNULL,
            user=self.account.uid, group=self.account.gid, extra_groups=[],
        )  # fmt: skip
        if entered.returncode:
            raise Unavailable(
                f"The database runs as {self.account.name}, who can't enter {folder}: choose a folder such as "
                "/var/lib/regulars in REGULARS_HOME."
            )

    def _make_private(self, folder: Path) -> Path:
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return folder
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)
        return folder

    def _write(self, path: Path, text: str) -> None:
        """Replace a file whole. The name is new, so nobody can have laid a link there."""
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            if self.account:
                os.fchown(file.fileno(), self.account.uid, self.account.gid)
            file.write(text)
        draft.replace(path)


@dataclass(frozen=True)
class Said:
    """How a program ended and what it wrote."""

    worked: bool
    text: str


def _start_alone() -> Server:
    """Make what is missing and start, one process at a time."""
    cluster = Cluster.here()
    cluster.prepare()
    with _alone(cluster.home):
        cluster = Cluster.here()                            # another process may have made it while we waited
        running = cluster.answering()
        if running:
            return running
        _finish_upgrade(cluster)
        major = cluster.major()
        programs = newest()
        if major is None:
            programs = cluster.programs(programs)
            cluster.make_data(programs)
        elif major != programs.major:
            remedy = "run `regulars db upgrade`" if major < programs.major else f"install PostgreSQL {major}"
            raise Unavailable(
                f"The data in {cluster.data} is PostgreSQL {major}'s and the programs here are {programs.major}'s: {remedy}."
            )
        else:
            programs = cluster.programs(programs)
        return cluster.bring_up(programs)


def _finish_upgrade(cluster: Cluster) -> None:
    """An upgrade that was cut off between its two last steps had all data ready."""
    ready = cluster.folder / "data.upgraded"
    if not cluster.data.exists() and ready.exists():
        ready.rename(cluster.data)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time."""
    with (home / "database.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _plain_refusals() -> Iterator[None]:
    """A full disk, a folder out of reach: one sentence."""
    try:
        yield
    except OSError as error:
        raise home_unusable(error) from error


def _keeper_of(folder: Path) -> Account | None:
    """Who runs the server when we are root: whoever owns the folder already, else the account for it."""
    if os.geteuid() == 0 and folder.exists():
        owner = folder.stat()
        if owner.st_uid != 0:
            return Account(f"user {owner.st_uid}", owner.st_uid, owner.st_gid)
    return account_for_the_database()


def _must_be_embedded(verb: str) -> None:
    if settings().database_url:
        raise BadInput("DATABASE_URL", f"DATABASE_URL names a server of your own, which Regulars does not {verb}.")


def _fits_a_socket(folder: Path) -> bool:
    """Short enough for the system, and without the characters that part one socket folder from the next."""
    name = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(name) <= LONGEST_SOCKET and not {b",", b'"'} & {bytes([byte]) for byte in name}


def _somebody_listens(name: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fsencode(name))
        except OSError:
            return False
        return True


def _parse(variable: str, given: str) -> URL:
    try:
        url = make_url(given.strip())
    except ArgumentError:
        url = URL.create("unreadable")
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise BadInput(variable, f"Write {variable} as postgresql://role:password@host:5432/database.")
    return url.set(drivername="postgresql+psycopg")


def _render(url: URL) -> str:
    """As text that both SQLAlchemy and libpq read: a blank is %20, never +."""
    return url.render_as_string(hide_password=False).replace("+", "%20").replace("postgresql%20", "postgresql+", 1)


def _version_at(url: str) -> str | None:
    try:
        with psycopg.connect(libpq_url(url), connect_timeout=10) as connection:
            return f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"
    except psycopg.OperationalError:
        return None
