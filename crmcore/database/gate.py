"""The gate: the one way in to a shop's rows.

`with shop_session(who) as shop:` is one transaction of the application role, bound to one shop, one person and one
clock. Row policies show it the rows of that shop and no other.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils.compat
from sqlalchemy import Connection, Engine, Executable, Row, RowMapping, TextClause, create_engine, text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)

from crmcore.database import server
from crmcore.database.sql import read_sql
from crmcore.errors import Conflict, NotAllowed, Unavailable
from crmcore.settings import settings

OWNER, MANAGER, STAFF = "owner", "manager", "staff"
ROLES = (OWNER, MANAGER, STAFF)

# What one may do -> the roles that may. Pages and API ask the same table, only to hide or refuse early.
RIGHTS: dict[str, frozenset[str]] = {
    "see customers": frozenset(ROLES),
    "edit customers": frozenset(ROLES),
    "log interactions": frozenset(ROLES),
    "assign reps": frozenset({OWNER, MANAGER}),
    "manage tags": frozenset({OWNER, MANAGER}),
    "manage segments": frozenset({OWNER, MANAGER}),
    "see contacts": frozenset(ROLES),
    "edit contacts": frozenset(ROLES),
    "assign contacts": frozenset({OWNER, MANAGER}),
    "see leads": frozenset(ROLES),
    "edit leads": frozenset(ROLES),
    "assign leads": frozenset({OWNER, MANAGER}),
    "sell": frozenset(ROLES),
    "see orders": frozenset(ROLES),
    "record visits": frozenset(ROLES),
    "remove visits": frozenset({OWNER, MANAGER}),
    "see products": frozenset(ROLES),
    "plan follow-ups": frozenset(ROLES),
    "plan follow-ups of others": frozenset({OWNER, MANAGER}),
    "see opportunities": frozenset(ROLES),
    "edit opportunities": frozenset(ROLES),
    "remove opportunities": frozenset({OWNER, MANAGER}),
    "manage the pipeline": frozenset({OWNER, MANAGER}),
    "sort e-mails": frozenset({OWNER, MANAGER}),
    "see messages": frozenset(ROLES),
    "send messages": frozenset(ROLES),
    "manage messages": frozenset({OWNER, MANAGER}),
    "see whole contact details in lists": frozenset({OWNER, MANAGER}),
    "see figures": frozenset({OWNER, MANAGER}),
    "see the shop's activity": frozenset({OWNER, MANAGER}),
    "change what others wrote": frozenset({OWNER, MANAGER}),
    "change orders": frozenset({OWNER, MANAGER}),
    "hide customers": frozenset({OWNER, MANAGER}),
    "manage products": frozenset({OWNER, MANAGER}),
    "import": frozenset({OWNER, MANAGER}),
    "export": frozenset({OWNER, MANAGER}),
    "see team": frozenset({OWNER, MANAGER}),
    "manage team": frozenset({OWNER}),
    "manage settings": frozenset({OWNER}),
    "see medical data": frozenset(ROLES),
    "delete the shop": frozenset({OWNER}),
}


SEE_MEDICAL_DATA = "see medical data"  # asks for the medical right besides the role


@dataclass(frozen=True)
class Shop:
    """A shop's identity: what it is called, where it is, how it counts money and days, which modules are on.

    `own_records_only`: staff see the customers they look after, and those nobody looks after.
    """

    id: UUID
    slug: str
    name: str
    kind: str
    region: str
    currency: str
    timezone: str
    is_demo: bool = False
    modules: tuple[str, ...] = ()
    own_records_only: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def has(self, module: str) -> bool:
        """Whether this module (a key of modules.MODULES) is switched on."""
        return module in self.modules


@dataclass(frozen=True)
class Who:
    """A person in one shop, with what they may do there. `staff_id` is None for the command line and the worker."""

    shop: Shop
    staff_id: UUID | None
    name: str
    role: str
    sells: bool = False
    medical: bool = False
    via: str = "dashboard"

    @property
    def sees_own_only(self) -> bool:
        """Whether the gate shows this person their own customers only, with what hangs on them."""
        return self.shop.own_records_only and self.role == STAFF and self.staff_id is not None

    def may(self, action: str) -> bool:
        """Whether this person may do `action` (a key of RIGHTS)."""
        return self.role in RIGHTS[action] and (action != SEE_MEDICAL_DATA or self.medical)

    def must(self, action: str) -> None:
        """Raise NotAllowed unless this person may do `action`."""
        if not self.may(action):
            raise NotAllowed(f"Your account may not {action}. Ask the owner of {self.shop.name}.")

    def may_change(self, written_by: UUID | None) -> bool:
        """Whether this person may change what `written_by` wrote: their own, or what others wrote as well."""
        return (written_by is not None and written_by == self.staff_id) or self.may("change what others wrote")

    def must_be_allowed_to_change(self, written_by: UUID | None) -> None:
        """Raise NotAllowed unless `may_change`."""
        if not self.may_change(written_by):
            self.must("change what others wrote")


def keeper(shop: Shop, via: str = "command line") -> Who:
    """Whoever keeps the machine: acts with the owner's rights, on the record as `via`."""
    return Who(shop=shop, staff_id=None, name=via.capitalize(), role=OWNER, sells=False, medical=False, via=via)


@dataclass
class ShopSession:
    """One open transaction in one shop. Everything in crmcore takes it first."""

    connection: Connection
    who: Who
    now: datetime
    writes: bool = False
    alone: bool = False

    @property
    def shop(self) -> Shop:
        return self.who.shop

    @property
    def id(self) -> UUID:
        return self.who.shop.id

    @cached_property
    def zone(self) -> ZoneInfo:
        return self.shop.zone

    @cached_property
    def today(self) -> date:
        """The shop's today: the calendar day in its own time zone."""
        return self.now.astimezone(self.zone).date()

    def must_be_alone(self) -> None:
        """Raise unless the gate was opened with alone=True: a mistake in the program, not of the person."""
        if not self.alone:
            raise RuntimeError("Changes to several rows need shop_session(who, alone=True)")

    def one_at_a_time(self, key: str) -> None:
        """Wait, until the end of the transaction, for whoever else of the shop goes by this key: two who look for the
        same thing at once, find none and make one each, where no index makes it unique."""
        self.connection.execute(_ONE_AT_A_TIME, {"key": f"{self.id} {key}"})

    def execute(self, statement: Executable, parameters: Any = None) -> Any:
        return self.connection.execute(statement, parameters)

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self.connection.scalar(statement, parameters)

    def run(self, name: str, **parameters: Any) -> Any:
        """Execute sql/<name>.sql with `shop_id` already bound; returns SQLAlchemy's result."""
        return self.connection.execute(_clause(name), {"shop_id": self.id, **parameters})

    def rows_as_the_shop(self, name: str, **parameters: Any) -> list[RowMapping]:
        """As `rows`, for what a shop does by itself whoever is here: it reaches beyond the person's own records."""
        if not self.who.sees_own_only:
            return self.rows(name, **parameters)
        # Should the statement fail, the transaction fails with it, or goes back to where its savepoint had the role.
        self.connection.exec_driver_sql("set local role none")
        rows = self.rows(name, **parameters)
        self.connection.exec_driver_sql("set local role regulars_own")
        return rows

    def stream(self, name: str, **parameters: Any) -> Iterator[Row[Any]]:
        """The rows of sql/<name>.sql as they come, in bounded memory however many there are."""
        bound = {"shop_id": self.id, **parameters}
        options = {"stream_results": True, "yield_per": 2_000}
        with self.connection.execute(_clause(name), bound, execution_options=options) as rows:
            yield from rows

    def rows(self, name: str, **parameters: Any) -> list[RowMapping]:
        """All rows of sql/<name>.sql as mappings."""
        return list(self.run(name, **parameters).mappings())

    def row(self, name: str, **parameters: Any) -> RowMapping:
        """The one row of sql/<name>.sql as a mapping."""
        return self.run(name, **parameters).mappings().one()


@contextmanager
def shop_session(
    who: Who, *, writes: bool = False, alone: bool = False, seals: bool = False, now: datetime | None = None
) -> Iterator[ShopSession]:
    """Open one transaction in `who`'s shop; commit at the end, roll all of it back on any error.

    Without more it can only read: the database refuses every write. `writes`: takes the shop's lock shared, for a use
    case about one customer. `alone`: takes it exclusively, for everything that changes several customers or orders;
    never raised within a transaction. `seals`: for the seal of the record, which writers don't wait for, nor it for
    them. `now`: an aware datetime in place of the clock. Raises Unavailable when the database can't be reached or the
    shop is busy for too long.
    """
    if not isinstance(who.shop.id, UUID):
        raise TypeError("A shop is named by its UUID")
    moment, takes_turns = now or datetime.now(UTC), writes or alone
    read_only = not (takes_turns or seals)
    try:
        with (
            _one_of_few(who.shop.id, takes_turns),
            _connect(read_only=read_only) as connection,
            connection.begin(),
        ):
            connection.exec_driver_sql(_opening(who, takes_turns, alone), execution_options=_AS_IT_IS)
            yield ShopSession(connection, who, moment, writes=takes_turns, alone=alone)
    except (OperationalError, InterfaceError) as error:
        raise _told(error) from error
    except ProgrammingError as error:
        if who.sees_own_only and getattr(error.orig, "sqlstate", None) == "42501":
            raise NotAllowed(_SOMEBODY_ELSES) from error
        raise


@contextmanager
def global_session() -> Iterator[Connection]:
    """A transaction with no shop named: it sees the global tables (sign-ins, shops) and not one tenant row."""
    try:
        with _connect() as connection, connection.begin():
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise _told(error) from error


def new_id() -> UUID:
    """A new uuid version 7: ordered by time, made by the application."""
    return uuid_utils.compat.uuid7()


@cache
def engine() -> Engine:
    """The pool of connections as the application role, one a process."""
    options: dict[str, Any] = {"prepare_threshold": None} if settings().pgbouncer else {}
    return create_engine(
        server.application_url(),
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # a traceback must not tell a customer's name
        connect_args={"connect_timeout": 10, "application_name": "regulars", **options},
    )


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused a row; matched by its beginning, since a cluster appends to names."""
    return str(getattr(getattr(error.orig, "diag", None), "constraint_name", None) or "")


def forget_engine() -> None:
    """Close the pool, so that the next gate connects anew (after a restore, or to another database)."""
    if engine.cache_info().currsize:
        engine().dispose()
        engine.cache_clear()


LONGEST_WAIT = 10.0  # seconds a writer waits for its turn before it is told that the shop is busy
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
_WRITERS_AT_ONCE = 8  # as many as a shop's rollups have slots
_BUSY = "Your shop is busy with something larger, such as an import. Nothing was saved; try again in a moment."
_SOMEBODY_ELSES = "This belongs to a customer somebody else looks after. Nothing was saved; ask your manager."
_NEW = "Nothing is set up here yet: `regulars serve` opens the first shop."
_AWAY = "The database can't be reached. Nothing was saved; try again in a moment."

_writers: dict[UUID, threading.BoundedSemaphore] = {}


_AS_IT_IS = {"no_parameters": True}  # several statements go as one message only when there are no parameters


def _opening(who: Who, writes: bool, alone: bool) -> str:
    """What binds a transaction to its shop, gives it its turn to write, and binds it to the person who sees their own
    records only: in one message, since each costs a tenth of a small transaction.
    """
    if writes:
        shop = f"select open_for_writing('{who.shop.id}', {bool(alone)}, {round(LONGEST_WAIT * 1000)})"
    else:
        shop = f"set local app.shop_id = '{who.shop.id}'"
    if not who.sees_own_only:
        return shop
    if not isinstance(who.staff_id, UUID):
        raise TypeError("A person is named by their UUID")
    return f"{shop}; set local app.staff_id = '{who.staff_id}'; set local role regulars_own"


@contextmanager
def _one_of_few(shop_id: UUID, writes: bool) -> Iterator[None]:
    """Wait for a turn to write without holding a connection: one busy shop must not take the pool from the others."""
    if not writes:
        yield
        return
    turns = _writers.setdefault(shop_id, threading.BoundedSemaphore(_WRITERS_AT_ONCE))
    if not turns.acquire(timeout=LONGEST_WAIT):
        raise Unavailable(_BUSY)
    try:
        yield
    finally:
        turns.release()


@cache
def _clause(name: str) -> TextClause:
    return text(read_sql(name))


def _connect(*, read_only: bool = False) -> Connection:
    connection = _connected()
    # psycopg then says "begin read only": no statement more than before. SQLAlchemy's own option does the same and
    # takes it back afterwards, which costs a fifth of a small transaction; here every checkout says what it needs.
    connection.connection.dbapi_connection.read_only = True if read_only else None  # type: ignore[union-attr]
    return connection


def _connected() -> Connection:
    try:
        return engine().connect()
    except TimeoutError as error:
        raise Unavailable("Too many people are busy at this moment. Nothing was saved; try again.") from error
    except OperationalError as error:
        if settings().database_url:
            raise _no_answer() from error
    server.start()  # the embedded server was stopped or killed: bring it back and try once more
    try:
        return engine().connect()
    except OperationalError as error:
        raise _no_answer() from error


def _no_answer() -> Unavailable:
    return Unavailable(_NEW if server.is_new() else _AWAY)


def _told(error: DBAPIError) -> Exception:
    """What the database says about itself, as one sentence; anything else is a bug and stays as it is."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if error.connection_invalidated or state.startswith(("08", "57P")):
        return Unavailable(_AWAY)
    if state == "53100":
        return Unavailable("The disk of the database is full. Nothing was saved; free some room and try again.")
    if state == "55P03":
        return Unavailable(_BUSY)
    if state in ("40P01", "40001"):
        return Conflict("Somebody else was saving at the same moment. Nothing was saved; save again.")
    return error
