"""The embedded server's folder: is it running, make it, bring it up, end it.

Nothing here waits its turn: crmcore/database/server.py lets one process at a time in.
"""

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from crmcore.database.account import Said, can_enter, make_private_folder, run, write_private_file
from crmcore.database.programs import Programs, copied_to
from crmcore.errors import Unavailable
from crmcore.settings import Account, account_for_the_database, make_home, settings, write_once

OWNER = "regulars"
DATABASE = "regulars"
FIRST_FREE_OID = "16384"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107 if sys.platform == "linux" else 103  # bytes
LARGEST_LOG = 10_000_000  # bytes, before a start puts it aside
PATIENCE = 120  # seconds for a start or a stop, crash recovery included

CONF = """\
# Written by Regulars at every start. Your own settings belong in postgresql.conf, below the include line.
listen_addresses = ''
port = 5432
unix_socket_directories = '"{socket_folder}"'
unix_socket_permissions = 0700
# /dev/shm is small in containers, and some systems empty it at logout.
dynamic_shared_memory_type = mmap
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# The log holds no customer's data.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
random_page_cost = 1.1
max_wal_size = '2GB'
wal_compression = on
# Compiling costs more than our short queries take.
jit = off
"""


@dataclass(frozen=True)
class Server:
    """A running embedded server, and the address of its owner role."""

    url: str
    folder: Path
    version: str
    pid: int


@dataclass(frozen=True)
class Cluster:
    """The folder <home>/postgres; `account` is whom it belongs to when we are root."""

    home: Path
    account: Account | None

    @classmethod
    def here(cls) -> "Cluster":
        home = settings().home
        account = account_for_the_database()
        folder = home / "postgres"
        if account and folder.exists() and (owner := folder.stat()).st_uid != 0:
            account = Account(f"user {owner.st_uid}", owner.st_uid, owner.st_gid)
        return cls(home, account)

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
                raise Unavailable(f"{path} is missing, and it alone opens the database: put it back.")
            write_once(path, secrets.token_hex(32).encode())
        return path.read_text().strip()

    def major(self) -> int | None:
        """The PostgreSQL that wrote the data; None when there is no data yet."""
        if not self.data.exists():
            return None
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            raise Unavailable(f"{self.data} holds something else than a database: move it away.") from None

    # Running means that a connection answers and names our folder: after a crash the pid file lies.

    def answering(self) -> Server | None:
        """The running server, if one answers."""
        pid, socket_folder = self._noted()
        if pid is None:
            return None
        host = quote(socket_folder, safe="/")
        url = f"postgresql://{OWNER}:{self.password}@/{DATABASE}?host={host}&port=5432"
        try:
            with psycopg.connect(url, dbname="postgres", connect_timeout=10) as connection:
                answer = connection.execute("select current_setting('data_directory')").fetchone()
                folder, version = (
                    answer[0] if answer else "",
                    connection.info.parameter_status("server_version") or "",
                )
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Unavailable(
                    f"{self.home / 'database-password'} is not this database's: put the right one back."
                ) from error
            return None
        if os.path.realpath(folder) != os.path.realpath(self.data):
            return None
        return Server(url.replace("postgresql:", "postgresql+psycopg:", 1), self.data, version.split()[0], pid)

    def living_pid(self) -> int | None:
        """The server's process, if there is one, whether it answers or not."""
        pid, _ = self._noted()
        return pid if pid is not None and self._is_served_by(pid) else None

    def _noted(self) -> tuple[int | None, str]:
        """The process and the socket's folder that the last server wrote down."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[4]
        except (FileNotFoundError, IndexError, ValueError):
            return None, ""

    def _is_served_by(self, pid: int) -> bool:
        """Whether this process is a living PostgreSQL at work in our data folder."""
        if sys.platform != "linux":
            asked = subprocess.run(
                ["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
            )
            return "postgres" in asked.stdout and not asked.stdout.startswith("Z")
        try:
            program = Path(f"/proc/{pid}/exe").readlink().name
            folder = Path(f"/proc/{pid}/cwd").readlink()
        except OSError:  # gone, a zombie, or somebody else's
            return False
        return program.startswith("postgres") and folder == self.data.resolve()

    # Making it

    def prepare(self) -> None:
        """Make the folders; refuse a home that the account can't reach before anything is changed."""
        self._must_let_pass(next(folder for folder in self.home.parents if folder.exists()))
        make_home()
        self._must_let_pass(self.home)
        make_private_folder(self.account, self.folder)

    def programs(self, programs: Programs) -> Programs:
        """Where they can be run from: beside the data for root, or where a shell trips over their path."""
        if self.account or not programs.can_be_called:
            programs = copied_to(self.home, programs)
        if not programs.can_be_called:
            raise Unavailable(f"PostgreSQL can't be run from {programs.folder}: use a path without \", $, ` and \\.")
        return programs

    def make_data(self, programs: Programs) -> None:
        """Make an empty database, wholly or not at all."""
        draft = self._draft(programs)
        # Made without a server it would get a number reserved for the system, and no upgrade would take it.
        self._must_work(self._run(programs.path("pg_resetwal"), "-o", FIRST_FREE_OID, "-D", str(draft)))
        create = f"create database {DATABASE};\n"
        single = [programs.path("postgres"), "--single", "-D", str(draft), "postgres"]
        self._must_work(self._run(*single, given=create))
        draft.rename(self.data)

    def _draft(self, programs: Programs) -> Path:
        for left_over in self.folder.glob("data.new*"):
            shutil.rmtree(left_over, ignore_errors=True)
        # A name of its own each time: the initdb of a killed start may still be busy in the last one.
        draft = self.folder / f"data.new-{secrets.token_hex(4)}"
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", *builtin, "--data-checksums"]
        who = ["--username", OWNER, "--pwfile=/dev/stdin"]
        initdb = [programs.path("initdb"), "--pgdata", str(draft), *who, *options]
        self._must_work(self._run(*initdb, given=self.password))
        return draft

    # Bringing it up and ending it

    def bring_up(self, programs: Programs) -> Server:
        """Start the server and wait until it answers, also while what a crash left over is still ending."""
        socket_folder = self._socket_folder()
        self._write_conf(socket_folder)
        patience_ends = time.monotonic() + PATIENCE
        while time.monotonic() < patience_ends:
            server = self.answering()
            if server:
                return server
            pid = self.living_pid()
            if pid is None:
                self._remove_leftovers(socket_folder)
                self._launch(programs)
            elif self._lost_its_socket():
                self.end(pid)
            else:
                time.sleep(0.05)
        raise Unavailable(f"The database did not start within {PATIENCE} seconds; {self.log} says why.")

    def end(self, pid: int) -> None:
        """Close all connections, write everything down, stop."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        patience_ends = time.monotonic() + PATIENCE
        while self._is_served_by(pid):
            if time.monotonic() > patience_ends:
                raise Unavailable(f"The database did not stop within {PATIENCE} seconds; {self.log} says why.")
            time.sleep(0.02)

    def upgrade(self, old: Programs, new: Programs) -> None:
        """Copy the data into a newer PostgreSQL's form; what was there stays as data.<old version>."""
        server = self.bring_up(old)  # wanted: data that was closed in order
        self.end(server.pid)
        ready = self.folder / "data.upgraded"
        shutil.rmtree(ready, ignore_errors=True)
        self._draft(new).rename(ready)
        programs = ["--old-bindir", str(old.folder), "--new-bindir", str(new.folder)]
        folders = ["--old-datadir", str(self.data), "--new-datadir", str(ready)]
        options = ["--username", OWNER, "--socketdir", str(self._socket_folder())]
        secret = {"PGPASSWORD": self.password}
        said = self._run(new.path("pg_upgrade"), *programs, *folders, *options, environment=secret)
        if not said.worked:
            raise Unavailable(f"The data can't be upgraded and stays as it is: {ready}/pg_upgrade_output.d says why.")
        (self.folder / "delete_old_cluster.sh").unlink(missing_ok=True)
        self.data.rename(self.folder / f"data.{old.major}")
        ready.rename(self.data)

    def finish_upgrade(self) -> None:
        """If an upgrade was cut off between its two last steps, take the last one."""
        ready = self.folder / "data.upgraded"
        if ready.exists() and not self.data.exists():
            ready.rename(self.data)

    def _launch(self, programs: Programs) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_name("log.old"))
        known = self.log.stat().st_size if self.log.exists() else 0
        # Names relative to the folder, for pg_ctl hands them to a shell.
        said = self._run(programs.path("pg_ctl"), "start", "-w", "-t", str(PATIENCE), "-D", "data", "-l", "log")
        if said.worked:
            return
        with self.log.open("rb") as log:
            log.seek(known)
            reasons = log.read().decode(errors="replace")
        if not re.search("still in use|already exists|starting up", reasons):
            self._must_work(Said(False, reasons or said.text))
        self._end_orphans()
        time.sleep(0.05)

    def _remove_leftovers(self, socket_folder: Path) -> None:
        """Remove what a killed server left and the next one would take for a running one."""
        if _somebody_listens(socket_folder / SOCKET):
            raise Unavailable(f"{self.data} is already served, perhaps from a container: stop that first.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (socket_folder / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _end_orphans(self) -> None:
        """Backends of a killed server would finish their query first, for an answer that nobody awaits."""
        for entry in Path("/proc").glob("[0-9]*"):
            if self._is_served_by(int(entry.name)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(entry.name), signal.SIGQUIT)

    def _lost_its_socket(self) -> bool:
        """Whether somebody swept the socket away from under the running server."""
        lines = (self.data / "postmaster.pid").read_text().splitlines()
        return lines[-1].strip() == "ready" and not Path(lines[4], SOCKET).exists()

    def _socket_folder(self) -> Path:
        """Beside the data; where that path is too long, a private folder elsewhere."""
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        uid = self.account.uid if self.account else os.geteuid()
        runtime = None if self.account else os.environ.get("XDG_RUNTIME_DIR")
        choices = [self.folder / "run", Path("/tmp", f"regulars-{uid}-{mark}")]
        if runtime:
            choices.insert(1, Path(runtime, f"regulars-{mark}"))
        folder = make_private_folder(self.account, next(choice for choice in choices if _fits_a_socket(choice)))
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise Unavailable(f"The database needs {folder}, which somebody else made: remove it.")
        return folder

    def _write_conf(self, socket_folder: Path) -> None:
        quoted = str(socket_folder).replace("'", "''")
        write_private_file(self.account, self.data / "regulars.conf", CONF.format(socket_folder=quoted))
        conf = self.data / "postgresql.conf"
        text, include = conf.read_text(), "include 'regulars.conf'"
        if include not in text.splitlines():
            write_private_file(self.account, conf, f"{text}\n{include}\n")

    def _run(self, *command: str, given: str = "", environment: dict[str, str] | None = None) -> Said:
        return run(self.account, self.folder, *command, given=given, environment=environment)

    def _must_work(self, said: Said) -> None:
        faults = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.*)", said.text)
        if said.worked and not faults:
            return
        if "No space left on device" in said.text:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        why = (faults or said.text.strip().splitlines()[-1:] or ["it gave no reason"])[0]
        raise Unavailable(f"The embedded database can't run: {why.rstrip('.')}.")

    def _must_let_pass(self, folder: Path) -> None:
        if self.account and not can_enter(self.account, folder):
            raise Unavailable(
                f"The database runs as {self.account.name}, who can't enter {folder}: name a folder such as "
                "/var/lib/regulars in REGULARS_HOME."
            )


def _fits_a_socket(folder: Path) -> bool:
    """Short enough for the system, and without the characters that part one socket's folder from the next."""
    name = os.fsencode(folder / SOCKET)
    return len(name) <= LONGEST_SOCKET and not set(b',"\n') & set(name)


def _somebody_listens(name: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fsencode(name))
        except OSError:
            return False
        return True
