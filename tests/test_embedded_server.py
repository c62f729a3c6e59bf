"""The embedded server, for a normal user and for root. Root's run covers both, a normal user's run says what it skips.

Every case has a home and an account of its own, and what a person does happens in a process of its own.
"""

import contextlib
import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crmcore.database import cluster, programs, server
from crmcore.database.account import can_enter
from crmcore.errors import BadInput, Unavailable
from crmcore.settings import Account, make_home, secret_key, settings

IS_ROOT = os.geteuid() == 0
FORK = multiprocessing.get_context("fork")
PATIENCE = 60  # seconds until a test stops waiting for another process

only_root = pytest.mark.skipif(not IS_ROOT, reason="root alone can see this; run the tests as root too")


class Person:
    """Somebody at a terminal of their own who keeps Regulars in `home`; `account` is None for who runs the tests."""

    def __init__(self, home: Path, account: Account | None, package: str | None = None) -> None:
        self.home, self.account, self.package = home, account, package
        self.environment: dict[str, str] = {}

    @property
    def data(self) -> Path:
        return self.home / "postgres" / "data"

    def does(self, work: Callable[..., Any], *given: Any) -> Any:
        """What `work` returns or raises when this person does it."""
        return self.begins(work, *given).result()

    def begins(self, work: Callable[..., Any], *given: Any) -> "Doing":
        return Doing(self, work, given)

    def asks(self, question: str) -> Any:
        """The one value a query gives, from the server this person's Regulars uses."""
        return self.does(ask, question)

    def stands_in(self) -> None:
        """Make this very process this person's."""
        if self.account:
            os.setgroups([])
            os.setgid(self.account.gid)
            os.setuid(self.account.uid)
        os.chdir("/")
        for name in ("XDG_RUNTIME_DIR", "DATABASE_URL", "DATABASE_APP_URL"):
            os.environ.pop(name, None)
        os.environ.update({"REGULARS_HOME": str(self.home), **self.environment})
        sys.path[:0] = [self.package] if self.package else []
        settings.cache_clear()


class Doing:
    """A process that was begun and may be waited for."""

    def __init__(self, person: Person, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self.answer, theirs = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=self._work, args=(theirs, person, work, given))
        self.process.start()
        theirs.close()

    def result(self) -> Any:
        worked, answer = self.answer.recv()
        self.process.join()
        if not worked:
            raise answer
        return answer

    def _work(self, answer: Any, person: Person, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        try:
            person.stands_in()
            answer.send((True, work(*given)))
        except Exception as error:
            answer.send((False, error))


def ask(question: str) -> Any:
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as connection:
        answer = connection.execute(question)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def until(happened: Callable[[], Any]) -> Any:
    """Wait for something another process does."""
    ends = time.monotonic() + PATIENCE
    while not (seen := happened()):
        assert time.monotonic() < ends, "this never happened"
        time.sleep(0.01)
    return seen


def kill_9(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def box_for_everyone() -> Iterator[str | None]:
    """PostgreSQL's programs where a normal user can read them, should root have installed them out of sight."""
    if not IS_ROOT or can_enter(nobody(), programs.newest().folder):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield str(programs.copied_to(Path(folder), programs.newest()).folder.parents[2])


def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid)


@pytest.fixture(scope="module", params=["a normal user", "root"])
def kind_of_person(request: pytest.FixtureRequest, box_for_everyone: str | None) -> Callable[[Path], Person]:
    """Makes persons of this kind, given their home."""
    if request.param == "root" and not IS_ROOT:
        pytest.skip("only root can be root; run the tests as root too")
    account = nobody() if IS_ROOT and request.param != "root" else None
    return lambda home: Person(home, account, box_for_everyone if account else None)


@pytest.fixture
def newcomer(kind_of_person: Callable[[Path], Person]) -> Iterator[Person]:
    """A person without a home yet."""
    with room(kind_of_person) as person:
        yield person


@pytest.fixture(scope="module")
def old_hand(kind_of_person: Callable[[Path], Person]) -> Iterator[Person]:
    with room(kind_of_person) as person:
        person.does(server.start)
        yield person


@pytest.fixture
def person(old_hand: Person) -> Iterator[Person]:
    """A person whose Regulars ran before and is stopped; the home is the same for all tests."""
    old_hand.does(server.stop)
    yield old_hand
    old_hand.does(server.stop)


@contextlib.contextmanager
def moved(person: Person, name: str) -> Iterator[None]:
    """Meanwhile the home has another name."""
    place = person.home
    person.home = place.rename(place.with_name(name))
    try:
        yield
    finally:
        person.does(server.stop)
        person.home = person.home.rename(place)


@contextlib.contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    """Meanwhile a file says something else."""
    before = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(before)


@contextlib.contextmanager
def room(kind_of_person: Callable[[Path], Person]) -> Iterator[Person]:
    """A folder for one person; afterwards nothing of theirs runs or lies about."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-person-"))
    person = kind_of_person(folder / "home")
    folder.chmod(0o711)
    if person.account:
        os.chown(folder, person.account.uid, person.account.gid)
    try:
        yield person
    finally:
        with contextlib.suppress(Unavailable):
            person.does(server.stop)
        shutil.rmtree(folder, ignore_errors=True)


# Starting and stopping


def test_the_first_start_makes_a_closed_database(newcomer):
    started = newcomer.does(server.start)
    assert newcomer.asks("select current_database() || ' of ' || current_user") == "regulars of regulars"
    assert newcomer.asks("show listen_addresses") == ""
    assert newcomer.asks("show fsync") == "on"
    assert newcomer.asks("show data_checksums") == "on"
    assert newcomer.asks("select datcollate || ' ' || pg_encoding_to_char(encoding) from pg_database") == "C UTF8"
    assert started.folder == newcomer.data
    assert newcomer.data.stat().st_mode & 0o077 == 0
    assert (newcomer.home / "database-password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="no password"):
        psycopg.connect(f"user=regulars host={newcomer.home}/postgres/run dbname=regulars", passfile="/dev/null")


def test_a_second_start_changes_nothing(person):
    assert person.does(server.start) == person.does(server.start)


def test_eight_processes_that_start_at_once_share_one_server(newcomer):
    starts = [newcomer.begins(server.start) for _ in range(8)]
    assert len({start.result().pid for start in starts}) == 1
    assert newcomer.asks("select 1") == 1


def test_stop_stops_it_and_status_tells(person):
    assert person.does(server.status).running is False
    pid = person.does(server.start).pid
    told = person.does(server.status)
    assert (told.running, told.embedded, told.pid, told.folder) == (True, True, pid, person.data)
    assert told.bytes_free > 0
    assert person.does(server.stop) is True
    assert person.does(server.status).running is False
    assert person.does(server.stop) is False


def test_status_and_stop_make_nothing_where_nothing_is(newcomer):
    assert newcomer.does(server.status).running is False
    assert newcomer.does(server.stop) is False
    assert not newcomer.home.exists()


def test_ctrl_c_and_a_closed_terminal_leave_it_alone(person):
    def at_a_terminal() -> None:
        os.setsid()
        server.start()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()

    terminal = person.begins(at_a_terminal)
    pid = until(lambda: person.does(server.status).pid)
    os.killpg(terminal.process.pid, signal.SIGINT)
    terminal.process.join()
    assert person.does(server.start).pid == pid


# After an accident


def test_after_kill_9_it_starts_again_with_what_was_saved(person):
    person.asks("create table saved as select 42 as it")
    for _ in range(3):
        kill_9(person.does(server.start).pid)
        assert person.asks("select it from saved") == 42


def test_after_kill_9_it_starts_though_a_query_still_runs(person):
    endless = "select count(*) from generate_series(1, 1000000) as a, generate_series(1, 1000000) as b"

    def busy_till() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            ask(endless)

    pid = person.does(server.start).pid
    till = person.begins(busy_till)
    until(lambda: person.asks(f"select count(*) from pg_stat_activity where query = '{endless}'"))
    kill_9(pid)
    assert person.asks("select 1") == 1
    till.result()


def test_eight_processes_find_it_killed_and_start_it_once(person):
    kill_9(person.does(server.start).pid)
    starts = [person.begins(server.start) for _ in range(8)]
    assert len({start.result().pid for start in starts}) == 1


def test_a_stale_pid_that_another_living_process_got_is_not_believed(person):
    kill_9(person.does(server.start).pid)
    other = person.begins(signal.pause)
    took_over(person, other.process.pid)
    assert person.asks("select 1") == 1
    other.process.kill()


def test_a_stale_pid_that_another_postgres_got_is_not_believed(person):
    with twin_of(person) as neighbour:
        other = neighbour.does(server.start)
        kill_9(person.does(server.start).pid)
        took_over(person, other.pid)
        assert person.asks("show data_directory") == str(person.data)
        assert neighbour.does(server.start) == other


def test_a_copied_home_has_a_server_of_its_own(person):
    original = person.does(server.start)
    person.asks("create table place as select 'old' as name")
    with twin_of(person) as twin:
        assert twin.asks("update place set name = 'new' returning name") == "new"
        assert person.asks("select name from place") == "old"
        assert person.does(server.start) == original


@contextlib.contextmanager
def twin_of(person: Person) -> Iterator[Person]:
    """The same account with a copy of the home."""
    twin = Person(person.home.with_name("twin"), person.account, person.package)
    subprocess.run(["cp", "-a", person.home, twin.home], check=True)
    try:
        yield twin
    finally:
        twin.does(server.stop)
        shutil.rmtree(twin.home)


def took_over(person: Person, pid: int) -> None:
    """Let the files of a killed server name another process."""
    for name in (person.data / "postmaster.pid", person.home / "postgres" / "run" / ".s.PGSQL.5432.lock"):
        _, *rest = name.read_text().splitlines()
        name.write_text("\n".join([str(pid), *rest, ""]))


def test_a_first_start_that_was_killed_is_made_up_for(newcomer):
    newcomer.does(make_home)
    first = newcomer.begins(server.start)
    until(lambda: list((newcomer.home / "postgres").glob("data.new*")))
    kill_9(first.process.pid)
    first.process.join()
    (newcomer.home / "postgres" / "data.new").mkdir(exist_ok=True)
    assert newcomer.asks("select 1") == 1
    assert not (newcomer.home / "postgres" / "data.new").exists()


def test_a_socket_that_was_swept_away_comes_back(person):
    person.does(server.start)
    (person.home / "postgres" / "run" / ".s.PGSQL.5432").unlink()
    assert person.asks("select 1") == 1


# Odd places


@pytest.mark.parametrize("name", ["it's a shöp, no 1", "é" * 90])
def test_it_lives_in_a_folder_of_any_name_and_length(person, name):
    with moved(person, name):
        assert person.asks("show data_directory") == str(person.data)
        socket_folder = socket_folder_of(person)
        assert socket_folder.parent == Path("/tmp")
        assert socket_folder.stat().st_mode & 0o077 == 0
    shutil.rmtree(socket_folder)


def test_a_first_start_works_in_a_folder_with_quotes_and_blanks(newcomer):
    newcomer.home = newcomer.home.with_name("Asha's \"till\" $HOME été" if newcomer.account else "Asha's till été")
    assert newcomer.asks("show data_directory") == str(newcomer.data)


def test_a_path_that_is_too_long_has_its_socket_in_the_runtime_folder(person):
    runtime = person.home.with_name("runtime")
    runtime.mkdir()
    if person.account:
        os.chown(runtime, person.account.uid, person.account.gid)
    with moved(person, "far-" * 40):
        person.environment = {"XDG_RUNTIME_DIR": str(runtime)}
        place = socket_folder_of(person).parent
        roots_server_cannot_enter_roots_own = IS_ROOT and not person.account
        assert place == (Path("/tmp") if roots_server_cannot_enter_roots_own else runtime)
        person.environment = {}
        assert person.asks("select 1") == 1  # from another terminal, which has no such folder


def test_a_socket_folder_that_somebody_else_made_is_refused(person):
    with moved(person, "far-" * 40):
        foreign = socket_folder_of(person)
        person.does(server.stop)
        shutil.rmtree(foreign)
        foreign.symlink_to(person.home)
        with pytest.raises(Unavailable, match="somebody else made"):
            person.does(server.start)
        foreign.unlink()


def socket_folder_of(person: Person) -> Path:
    return Path(person.asks("show unix_socket_directories").strip('"'))


def test_locale_and_umask_of_the_terminal_do_not_matter(newcomer):
    newcomer.environment = {"LANG": "xx_XX.none", "LC_ALL": "xx_XX.none", "PGPORT": "1", "PGUSER": "x"}

    def with_a_closed_umask() -> Any:
        os.umask(0o077)
        return ask("select upper('é')")

    assert newcomer.does(with_a_closed_umask) == "É"


# Refusals, each in one sentence


@pytest.mark.parametrize(("major", "remedy"), [(14, "`regulars db upgrade`"), (99, "install PostgreSQL 99")])
def test_data_of_another_major_version_is_refused(person, major, remedy):
    with changed(person.data / "PG_VERSION", f"{major}\n"), pytest.raises(Unavailable, match=f"is PostgreSQL {major}'s .*: .*{remedy}"):
        person.does(server.start)


def test_a_lost_password_is_said(person):
    password = person.home / "database-password"
    password.rename(password.with_name("elsewhere"))
    with pytest.raises(Unavailable, match="database-password is missing"):
        person.does(server.start)
    password.with_name("elsewhere").rename(password)


def test_a_wrong_password_is_said(person):
    person.does(server.start)
    wrong = changed(person.home / "database-password", "x")
    with wrong, pytest.raises(Unavailable, match="not this database's"):
        person.does(server.start)


def test_a_home_that_is_no_folder_is_refused(newcomer):
    newcomer.home.write_text("a file")
    with pytest.raises(Unavailable, match="name another one in REGULARS_HOME"):
        newcomer.does(server.start)


def test_a_home_out_of_reach_is_refused(newcomer):
    newcomer.home = Path("/proc/regulars")
    with pytest.raises(Unavailable, match="REGULARS_HOME"):
        newcomer.does(server.start)


def test_no_postgres_at_all_is_said(newcomer, monkeypatch):
    monkeypatch.setattr(programs, "_folders", list)
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        newcomer.does(server.start)


# Other programs than the newest of the package


def test_without_the_package_the_postgres_of_the_machine_serves(newcomer):
    def without_the_package() -> tuple[str, Any]:
        programs.PACKAGE = "no_such_package"
        return server.start().version, ask("select 1")

    try:
        version, answer = newcomer.does(without_the_package)
    except Unavailable as error:
        pytest.skip(f"this machine has no PostgreSQL of its own: {error}")
    assert int(version.split(".")[0]) >= programs.OLDEST_MAJOR
    assert answer == 1


def test_upgrade_keeps_the_rows_and_the_old_folder(newcomer):
    def with_the_package_s_older_programs() -> Any:
        older = list(programs.on_this_machine())[1]
        server.newest = lambda: older
        return ask("create table kept as select 42 as it")

    newcomer.does(with_the_package_s_older_programs)
    old_major = (newcomer.data / "PG_VERSION").read_text().strip()
    newcomer.does(server.stop)
    with pytest.raises(Unavailable, match="`regulars db upgrade`"):
        newcomer.does(server.start)
    assert newcomer.does(server.upgrade).version.startswith("18.")
    assert newcomer.asks("select it from kept") == 42
    assert (newcomer.data.parent / f"data.{old_major}").exists()
    assert newcomer.does(server.upgrade).pid == newcomer.does(server.status).pid


# What concerns root alone


@only_root
def test_root_s_server_runs_as_another_account_and_leaves_the_folders_above_as_they_are(newcomer):
    if newcomer.account:
        pytest.skip("a normal user's own")
