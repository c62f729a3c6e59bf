"""The embedded server for a normal user and for root: root's run covers both, a user's says what it skips.

What a person does happens in a process of its own, with that person's home, account and terminal.
"""

import contextlib
import multiprocessing
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from waiting import until

from crmcore import people
from crmcore import settings as settings_module
from crmcore.database import gate, programs, server
from crmcore.database.account import can_enter
from crmcore.errors import BadInput, Unavailable
from crmcore.settings import Account, secret_key, settings

IS_ROOT = os.geteuid() == 0
FORK = multiprocessing.get_context("fork")

Kind = tuple[Account | None, str | None]
FirstStarts = tuple["Person", list[server.Server]]

only_root = pytest.mark.skipif(not IS_ROOT, reason="concerns root alone: run the tests as root too")


class Person:
    """Somebody at a terminal who keeps Regulars in `home`; `account` is None for whoever runs the tests."""

    def __init__(self, home: Path, account: Account | None = None, package: str | None = None) -> None:
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

    def sits_down(self) -> None:
        """Make this very process the person's."""
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

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def _work(self, answer: Any, person: Person, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        try:
            person.sits_down()
            answer.send((True, work(*given)))
        except Exception as error:
            answer.send((False, error))


def ask(question: str) -> Any:
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as connection:
        answer = connection.execute(question)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def shops() -> list[Any]:
    gate.engine.cache_clear()  # this process began as a copy of the tests' own
    return people.all_shops()


def kill_9(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid)


def socket_folder_of(person: Person) -> Path:
    return Path(person.asks("show unix_socket_directories").strip('"'))


@contextlib.contextmanager
def room() -> Iterator[Path]:
    """A folder that everyone may pass; afterwards it is gone."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-person-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def living_in(folder: Path, account: Account | None = None, package: str | None = None) -> Iterator[Person]:
    """A person without a home yet; afterwards their server is stopped."""
    if account:
        os.chown(folder, account.uid, account.gid)
    person = Person(folder / "home", account, package)
    try:
        yield person
    finally:
        with contextlib.suppress(Unavailable):
            person.does(server.stop)


@contextlib.contextmanager
def moved(person: Person, name: str) -> Iterator[None]:
    """Meanwhile the home has another name."""
    place = person.home
    person.home = place.rename(place.with_name(name))
    try:
        yield
    finally:
        person.does(server.stop)
        for socket_folder in re.findall('"(/tmp/regulars-.*)"', (person.data / "regulars.conf").read_text()):
            shutil.rmtree(socket_folder, ignore_errors=True)
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


@pytest.fixture(scope="module")
def package_for_everyone() -> Iterator[str | None]:
    """PostgreSQL's programs where a normal user can read them, should root have installed them out of sight."""
    if not IS_ROOT or can_enter(nobody(), programs.newest().folder):
        yield None
        return
    with room() as folder:
        yield str(programs.copied_to(folder, programs.newest()).folder.parents[2])


@pytest.fixture(scope="module", params=["a normal user", "root"])
def kind(request: pytest.FixtureRequest, package_for_everyone: str | None) -> Kind:
    """Which account a person has, and where that account finds PostgreSQL."""
    if request.param == "root":
        return (None, None) if IS_ROOT else pytest.skip("only root can be root: run the tests as root too")
    return (nobody(), package_for_everyone) if IS_ROOT else (None, None)


@pytest.fixture(scope="module")
def first_starts(kind: Kind) -> Iterator[FirstStarts]:
    """A person whose Regulars was started for the first time by eight processes at once, and what each got."""
    with room() as folder, living_in(folder, *kind) as person:
        starts = [person.begins(server.start) for _ in range(8)]
        yield person, [start.result() for start in starts]


@pytest.fixture
def person(first_starts: FirstStarts) -> Iterator[Person]:
    """A person whose Regulars ran before and is stopped; it is the same one for all tests."""
    person, _ = first_starts
    person.does(server.stop)
    yield person
    person.does(server.stop)


@pytest.fixture(scope="module")
def twin(first_starts: FirstStarts) -> Iterator[Person]:
    """The same account with a copy of that home, made while the server ran."""
    original, _ = first_starts
    original.asks("create table place as select 'old' as name")
    copy = Person(original.home.with_name("twin"), original.account, original.package)
    subprocess.run(["cp", "-a", original.home, copy.home], check=True)
    yield copy
    copy.does(server.stop)


@pytest.fixture
def folder() -> Iterator[Path]:
    with room() as folder:
        yield folder


@pytest.fixture
def newcomer(kind: Kind, folder: Path) -> Iterator[Person]:
    with living_in(folder, *kind) as person:
        yield person


@pytest.fixture
def tester(folder: Path) -> Iterator[Person]:
    """Whoever runs the tests, without a home yet."""
    with living_in(folder) as person:
        yield person


# Starting and stopping


def test_eight_processes_that_start_at_once_where_nothing_is_share_one_server(first_starts):
    person, servers = first_starts
    assert len({server.pid for server in servers}) == 1
    assert servers[0].folder == person.data


def test_the_database_is_closed_to_others_and_safe_on_disk(person):
    assert person.asks("select current_database() || ' of ' || current_user") == "regulars of regulars"
    assert person.asks("show listen_addresses") == ""
    assert person.asks("show fsync") == "on"
    assert person.asks("show data_checksums") == "on"
    assert person.data.stat().st_mode & 0o077 == 0
    assert (person.home / "database-password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="no password"):
        psycopg.connect(f"user=regulars host={socket_folder_of(person)} dbname=regulars", passfile="/dev/null")


def test_a_second_start_changes_nothing(person):
    assert person.does(server.start) == person.does(server.start)


def test_stop_stops_it_and_status_tells(person):
    assert person.does(server.status).running is False
    pid = person.does(server.start).pid
    told = person.does(server.status)
    assert (told.running, told.embedded, told.pid, told.folder) == (True, True, pid, person.data)
    assert told.bytes_free > 0
    assert person.does(server.stop) is True
    assert person.does(server.status).running is False
    assert person.does(server.stop) is False


def test_where_nothing_was_set_up_one_is_told_how_to_begin(person):
    with pytest.raises(Unavailable, match="Nothing is set up here yet: `regulars serve`"):
        person.does(shops)


def test_status_and_stop_make_nothing_where_nothing_is(newcomer):
    assert newcomer.does(server.status).running is False
    assert newcomer.does(server.stop) is False
    assert not newcomer.home.exists()


def test_ctrl_c_and_a_closed_terminal_leave_it_alone(person):
    def at_a_terminal() -> None:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in the background,
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which ignores both
        server.start()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()

    for sign in (signal.SIGINT, signal.SIGHUP):
        terminal = person.begins(at_a_terminal)
        pid = until(lambda: person.does(server.status).pid)
        os.killpg(terminal.process.pid, sign)
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


def test_eight_processes_that_find_it_killed_start_it_once(person):
    kill_9(person.does(server.start).pid)
    starts = [person.begins(server.start) for _ in range(8)]
    assert len({start.result().pid for start in starts}) == 1


def test_a_stale_pid_that_another_living_process_got_is_not_believed(person):
    kill_9(person.does(server.start).pid)
    other = person.begins(signal.pause)
    took_over(person, other.process.pid)
    assert person.asks("select 1") == 1
    other.kill()


def test_a_stale_pid_that_another_postgres_got_is_not_believed(person, twin):
    other = twin.does(server.start)
    kill_9(person.does(server.start).pid)
    took_over(person, other.pid)
    assert person.asks("show data_directory") == str(person.data)
    assert twin.does(server.start) == other


def took_over(person: Person, pid: int) -> None:
    """Let the files of a killed server name another process."""
    for name in (person.data / "postmaster.pid", person.home / "postgres" / "run" / ".s.PGSQL.5432.lock"):
        _, *rest = name.read_text().splitlines()
        name.write_text("\n".join([str(pid), *rest, ""]))


def test_a_copied_home_has_a_server_of_its_own(person, twin):
    original = person.does(server.start)
    assert twin.asks("update place set name = 'new' returning name") == "new"
    assert person.asks("select name from place") == "old"
    assert person.does(server.start) == original


def test_a_socket_that_was_swept_away_comes_back(person):
    person.does(server.start)
    (socket_folder_of(person) / ".s.PGSQL.5432").unlink()
    assert person.asks("select 1") == 1


# Odd places


@pytest.mark.parametrize("name", ["it's a shöp, no 1", "é" * 90], ids=["a comma", "too long for a socket"])
def test_it_lives_in_a_folder_of_any_name_and_length(person, name):
    with moved(person, name):
        assert person.asks("show data_directory") == str(person.data)
        socket_folder = socket_folder_of(person)
        assert socket_folder.parent == Path("/tmp")
        assert socket_folder.stat().st_mode & 0o077 == 0


def test_a_first_start_wants_no_plain_path_no_locale_and_no_second_go_after_a_kill(newcomer):
    # Root's programs are copied below the home, and a shell that calls them would trip over quotes and $.
    newcomer.home = newcomer.home.with_name('Asha\'s "till" $HOME été' if newcomer.account else "Asha's till été")
    newcomer.environment = {"LANG": "xx_XX.none", "LC_ALL": "xx_XX.none", "PGPORT": "1", "PGUSER": "x"}

    def with_a_closed_umask(question: str) -> Any:
        os.umask(0o077)
        return ask(question)

    killed = newcomer.begins(with_a_closed_umask, "select 1")
    until(lambda: list(newcomer.data.parent.glob("data.new*")))
    killed.kill()
    (newcomer.data.parent / "data.new").mkdir()
    assert newcomer.does(with_a_closed_umask, "select upper('é')") == "É"
    assert newcomer.asks("show data_directory") == str(newcomer.data)
    assert not (newcomer.data.parent / "data.new").exists()


@only_root
def test_a_path_that_no_shell_can_take_is_refused_where_the_programs_must_lie_in_it(tester):
    tester.home = tester.home.with_name('a "quoted" home')
    with pytest.raises(Unavailable, match="use a path without"):
        tester.does(server.start)


def test_a_path_that_is_too_long_has_its_socket_in_the_runtime_folder(person):
    runtime = person.home.with_name("runtime")
    runtime.mkdir()
    if person.account:
        os.chown(runtime, person.account.uid, person.account.gid)
    with moved(person, "far-" * 40):
        person.environment = {"XDG_RUNTIME_DIR": str(runtime)}
        place = socket_folder_of(person).parent
        roots_server_cannot_enter_roots_folder = IS_ROOT and not person.account
        assert place == (Path("/tmp") if roots_server_cannot_enter_roots_folder else runtime)
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


# Refusals, each in one sentence


@pytest.mark.parametrize(("major", "remedy"), [(14, "`regulars db upgrade`"), (99, "install PostgreSQL 99")])
def test_data_of_another_major_version_is_refused(person, major, remedy):
    refused = pytest.raises(Unavailable, match=f"is PostgreSQL {major}'s .*: .*{remedy}")
    with changed(person.data / "PG_VERSION", f"{major}\n"), refused:
        person.does(server.start)


def test_a_lost_password_is_said(person):
    with (
        pytest.raises(Unavailable, match="database-password is missing"),
        moved_file(person, "database-password"),
    ):
        person.does(server.start)


@contextlib.contextmanager
def moved_file(person: Person, name: str) -> Iterator[None]:
    (person.home / name).rename(person.home / "elsewhere")
    try:
        yield
    finally:
        (person.home / "elsewhere").rename(person.home / name)


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


def test_a_full_disk_is_said(tester):
    if not IS_ROOT:
        pytest.skip("only root can mount a small disk: run the tests as root too")
    small = tester.home.parent / "small"
    small.mkdir()
    tester.home = small / "home"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "regulars", small], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        with pytest.raises(Unavailable, match=f"The disk that holds {tester.home} is full"):
            tester.does(server.start)
    finally:
        subprocess.run(["umount", small], check=True)


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


def test_upgrade_keeps_the_rows_and_the_old_folder(tester):
    def with_the_package_s_older_programs() -> Any:
        older = list(programs.on_this_machine())[1]
        server.newest = lambda: older
        return ask("create table kept as select 42 as it")

    tester.does(with_the_package_s_older_programs)
    old_major = (tester.data / "PG_VERSION").read_text().strip()
    tester.does(server.stop)
    with pytest.raises(Unavailable, match="`regulars db upgrade`"):
        tester.does(server.start)
    upgraded = tester.does(server.upgrade)
    assert upgraded.version.split(".")[0] == str(programs.newest().major)
    assert tester.asks("select it from kept") == 42
    assert (tester.data.parent / f"data.{old_major}").exists()
    tester.does(server.stop)
    tester.data.rename(tester.data.with_name("data.upgraded"))  # as if it had been cut off before its last step
    assert tester.asks("select it from kept") == 42


# What concerns root alone


@only_root
@pytest.mark.parametrize("kind", ["root"], indirect=True)
def test_root_s_server_runs_as_another_account_and_opens_no_folder_above(person):
    runs_as_another_account(person, settings_module.account_for_the_database())


@only_root
def test_root_s_server_runs_as_nobody_where_there_is_no_postgres(tester, monkeypatch):
    monkeypatch.setattr(settings_module, "ACCOUNTS", ("no-such-account", "nobody"))
    runs_as_another_account(tester, nobody())


def runs_as_another_account(person: Person, account: Account) -> None:
    pid = person.does(server.start).pid
    assert Path(f"/proc/{pid}").stat().st_uid == person.data.stat().st_uid == account.uid
    assert (person.home.stat().st_uid, person.home.stat().st_mode & 0o777) == (0, 0o710)
    assert person.home.parent.stat().st_mode & 0o777 == 0o711
    assert {entry.stat().st_uid for entry in (person.home / "programs").rglob("*")} == {0}


@only_root
@pytest.mark.parametrize("used", [True, False], ids=["a used home", "a new home"])
def test_root_is_refused_in_a_closed_folder_and_nothing_is_changed(tester, used):
    closed = tester.home if used else tester.home.parent
    closed.mkdir(exist_ok=True)
    (closed / "letters").mkdir()
    closed.chmod(0o700)
    with pytest.raises(Unavailable, match=r"can't enter .*: name a folder such as /var/lib/regulars"):
        tester.does(server.start)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in closed.iterdir()] == ["letters"]


@only_root
@pytest.mark.parametrize("kind", ["a normal user"], indirect=True)
def test_root_and_the_user_whose_home_it_is_share_one_server(person):
    root = Person(person.home)
    assert root.does(server.start) == person.does(server.start)
    assert root.does(server.stop)
    pid = root.does(server.start).pid
    assert Path(f"/proc/{pid}").stat().st_uid == person.account.uid
    assert person.does(server.stop)
    assert person.asks("select 1") == 1


# The addresses


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets variables of the environment for one test."""

    def set_them(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield set_them
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_server_of_your_own_is_used_as_named(given, scheme):
    given(DATABASE_URL=f"{scheme}://o:p%20w+x@db.example:6543/crm?sslmode=require&application_name=a%20b")
    owner = server.owner_url()
    assert owner.startswith("postgresql+psycopg://o:p%20w+x@db.example:6543/crm?")
    assert psycopg.conninfo.conninfo_to_dict(server.libpq_url(owner)) == {
        "user": "o", "password": "p w+x", "host": "db.example", "port": "6543", "dbname": "crm",
        "sslmode": "require", "application_name": "a b",
    }  # fmt: skip
    password = server.application_password(owner)
    assert server.application_url() == owner.replace("o:p%20w+x", f"regulars_app:{password}")


def test_the_application_may_have_a_login_of_its_own(given):
    given(DATABASE_URL="postgresql://o@db/crm", DATABASE_APP_URL="postgres://a:b@db/crm")
    assert server.application_url() == "postgresql+psycopg://a:b@db/crm"


def test_an_owner_without_a_password_needs_the_application_s_login(given):
    given(DATABASE_URL="postgresql://o@db/crm")
    with pytest.raises(BadInput, match="DATABASE_APP_URL"):
        server.application_url()


@pytest.mark.parametrize("address", ["mysql://o:p@db/crm", "db.example:5432", "postgresql://o:p@db:port/crm"])
def test_what_is_no_address_of_a_postgres_is_refused(given, address):
    given(DATABASE_URL=address)
    with pytest.raises(BadInput, match=r"^Write DATABASE_URL as postgresql://") as refused:
        server.owner_url()
    assert refused.value.field == "DATABASE_URL"


def test_a_server_of_your_own_is_not_started_or_stopped(given):
    given(DATABASE_URL="postgresql://o:p@127.0.0.1:1/crm")
    for verb in (server.start, server.stop, server.upgrade):
        with pytest.raises(BadInput, match="yourself"):
            verb()
    assert server.status() == server.Status(running=False, embedded=False)


# The secret


def test_eight_processes_that_ask_at_once_get_the_same_secret(tester):
    asked = [tester.begins(secret_key) for _ in range(8)]
    keys = {doing.result() for doing in asked}
    assert [len(key) for key in keys] == [32]
    assert (tester.home / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_of_your_own_must_be_long(given):
    given(REGULARS_SECRET="correct horse battery staple")
    assert len(secret_key()) == 32
    given(REGULARS_SECRET="short")
    with pytest.raises(BadInput, match="at least 16"):
        secret_key()


def test_a_setting_that_means_nothing_is_named(given):
    given(REGULARS_PGBOUNCER="perhaps")
    with pytest.raises(BadInput, match="REGULARS_PGBOUNCER can't be used"):
        settings()
