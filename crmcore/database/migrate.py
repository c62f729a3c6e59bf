"""Bringing a database to the newest schema: Alembic runs the numbered steps, then views and functions are laid anew."""

import hashlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from importlib.metadata import version
from uuid import UUID

import psycopg.errors
import psycopg.sql
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from crmcore.database import server
from crmcore.database.gate import global_session
from crmcore.database.sql import SQL_HOME, read_sql, statements
from crmcore.errors import Unavailable
from crmcore.leads import words
from crmcore.settings import settings


def _say(statement: str, connection: Connection, shop_id: UUID) -> None:
    connection.execute(text(statement), {"shop_id": shop_id})


# Two processes may start at once: the second waits, then finds nothing left to do.
_MIGRATION_LOCK = 7_301_226
# Steps that begin something anew, and what fills it in a shop that was there before, once its function is laid.
_FILLED: Mapping[str, Callable[[Connection, UUID], object]] = {
    "052": partial(_say, "select recount_deals(:shop_id)"),
    "061": partial(_say, "select recount_health(:shop_id, null)"),
    "063": words.write_all,
}
_SEARCH_PATH = "search_path=public, jobs"
_FUNCTIONS_CALLED = text(
    "select cast(cast(oid as regprocedure) as text) from pg_proc"
    " where proname = :name and pronamespace = cast('public' as regnamespace)"
)


def migrate(url: str | None = None) -> str:
    """Bring the database at `url` (default: the configured one, as its owner) to the newest step; return its number.

    Everything happens in one transaction: wholly or not at all.
    """
    owner = url or server.owner_url()
    engine = create_engine(owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        make_application_role(connection, owner)
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_alembic_config(connection), "head")
        connection.execute(text("grant select on alembic_version to regulars_app"))
        lay_queue(connection)
        _lay_views_and_functions(connection)
        if before is not None:
            _fill(connection, [filling for step, filling in _FILLED.items() if before < step])
        return newest_step()


def _fill(connection: Connection, fillings: Sequence[Callable[[Connection, UUID], object]]) -> None:
    """Fill what steps began anew, shop by shop, each named and locked as for a writer who is alone."""
    for shop_id in connection.scalars(text("select id from shops")).all() if fillings else ():
        connection.execute(text("select open_for_writing(:shop_id, true, 0)"), {"shop_id": shop_id})
        for filling in fillings:
            filling(connection, shop_id)


def newest_step() -> str:
    """The number of the newest schema step this version of Regulars brings."""
    return ScriptDirectory.from_config(_alembic_config()).get_current_head() or ""


def current_step() -> str:
    """The number of the step the database is at, as the application sees it; empty before the first migration."""
    with global_session() as connection:
        if connection.scalar(text("select to_regclass('alembic_version')")) is None:
            return ""
        return connection.scalar(text("select version_num from alembic_version")) or ""


def run_step(connection: Connection, name: str) -> None:
    """Run sql/schema/<name>.sql, one statement at a time."""
    for statement in statements(read_sql(f"schema/{name}")):
        _execute(connection, statement)


def _execute(connection: Connection, statement: str) -> None:
    """Send a statement exactly as its file says it: no parameters, so that % and : mean nothing."""
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement)


def _alembic_config(connection: Connection | None = None) -> Config:
    config = Config(output_buffer=sys.stderr, attributes={"connection": connection})
    config.set_main_option("script_location", str(SQL_HOME / "migrations"))
    return config


def make_application_role(connection: Connection, owner: str) -> None:
    """The role the application works as: it owns nothing and row policies bind it.

    Whoever names its login in DATABASE_APP_URL made the role themselves; it is left as it is. Raises Unavailable when
    the role is there and could see every shop.
    """
    bound = connection.scalar(
        text("select not (rolsuper or rolbypassrls) from pg_roles where rolname = 'regulars_app'")
    )
    if bound is False:
        raise Unavailable(
            "The role regulars_app could see every shop: make it nosuperuser nobypassrls, as a superuser."
        )
    if settings().application_database_url is None:
        # Who is no superuser may deny these rights to a new role, but not name them again later.
        denied = "nosuperuser nobypassrls nocreatedb nocreaterole"
        verb = "alter role regulars_app login" if bound else f"create role regulars_app login {denied}"
        password = psycopg.sql.Literal(server.application_password(owner))
        _execute(connection, f"{verb} password {password.as_string()}")
    connection.execute(text("grant usage on schema public to regulars_app"))
    _make_own_records_role(connection)
    connection.execute(text("grant usage on schema public to regulars_own"))


def _make_own_records_role(connection: Connection) -> None:
    """The role the application takes on for staff who see their own records only: policies of its own narrow it.

    regulars_app may become it, and has none of its rights or limits before it does. Raises Unavailable when the role is
    there and could see everything, or can't be made.
    """
    row = connection.execute(text(read_sql("roles/own_records"))).one_or_none()
    if row is not None and row.sees_all:
        raise Unavailable(
            "The role regulars_own could see every shop: make it nosuperuser nobypassrls, as a superuser."
        )
    if row is not None and row.can_be_taken_on and not row.is_inherited:
        return
    since_16 = (connection.dialect.server_version_info or ()) >= (16,)
    only_by_set_role = " with inherit false, set true" if since_16 else ""
    try:
        with connection.begin_nested():
            if row is None:
                _execute(connection, "create role regulars_own nologin nosuperuser nobypassrls nocreatedb nocreaterole")
            if not since_16:
                _execute(connection, "alter role regulars_app noinherit")
            _execute(connection, f"grant regulars_own to regulars_app{only_by_set_role}")
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            "The role of DATABASE_URL may not make the role regulars_own: a superuser has to say `create role "
            f"regulars_own` and `grant regulars_own to regulars_app{only_by_set_role}`."
        ) from error


def lay_queue(connection: Connection) -> None:
    """Make procrastinate's tables in the schema `jobs`, anew when they are another version's.

    What is in them may go: jobs are wake-ups, and what is to be done stands in the shops' own rows.
    """
    rights = hashlib.sha256(read_sql("jobs/grants").encode()).hexdigest()[:16]
    wanted = f"the queue of procrastinate {version('procrastinate')}, rights {rights}"
    if connection.scalar(text("select obj_description(to_regnamespace('jobs'), 'pg_namespace')")) != wanted:
        _execute(connection, "drop schema if exists jobs cascade")
        _execute(connection, "create schema jobs")
        _execute(connection, "set local search_path to jobs")
        _execute(connection, SchemaManager.get_schema())
        _execute(connection, "set local search_path to default")
        _execute(connection, f"comment on schema jobs is '{wanted}'")
    if not connection.scalar(text("select has_schema_privilege('regulars_own', 'jobs', 'usage')")):
        for grant in statements(read_sql("jobs/grants")):
            _execute(connection, grant)
    _let_find_jobs(connection)


def _let_find_jobs(connection: Connection) -> None:
    """Procrastinate names no schema, and a pooler takes no settings: the role itself looks into `jobs` too."""
    database = connection.scalar(text("select current_database()"))
    found = connection.scalar(text(read_sql("jobs/search_path_of_the_application")))
    if found == _SEARCH_PATH:
        return
    statement = psycopg.sql.SQL("alter role regulars_app in database {} set search_path = public, jobs").format(
        psycopg.sql.Identifier(database)
    )
    changing = connection.begin_nested()
    try:
        _execute(connection, statement.as_string())
        changing.commit()
    except psycopg.errors.InsufficientPrivilege as error:
        changing.rollback()
        raise Unavailable(
            f"The owner of this database may not set up the role regulars_app: say `{statement.as_string()}` as a "
            "superuser, then migrate again."
        ) from error


def laid_views_and_functions() -> str:
    """What alembic_version's comment says once the views and functions of this version are laid: their hash."""
    texts = "\n".join(_views_and_functions())
    return f"views and functions {hashlib.sha256(texts.encode()).hexdigest()}"


def _views_and_functions() -> list[str]:
    """The statements of sql/views and sql/functions, in order."""
    files = sorted((SQL_HOME / "views").glob("*.sql")) + sorted((SQL_HOME / "functions").glob("*.sql"))
    return [statement for file in files for statement in statements(file.read_text(encoding="utf-8"))]


def _lay_views_and_functions(connection: Connection) -> None:
    """Put this version's views and functions in place of the last one's; nothing to do, and nobody waits, if they are.

    Where columns changed, ours are dropped first. Raises Unavailable when a view of somebody else stands on one.
    """
    wanted = laid_views_and_functions()
    there = text("select obj_description(cast('alembic_version' as regclass), 'pg_class')")
    if connection.scalar(there) == wanted:
        return
    replacing = connection.begin_nested()
    try:
        _lay(connection)
        replacing.commit()
    except psycopg.errors.InvalidTableDefinition:
        replacing.rollback()
        _drop_ours(connection)
        _lay(connection)
    _execute(connection, f"comment on table alembic_version is '{wanted}'")


def _lay(connection: Connection) -> None:
    for statement in _views_and_functions():
        kind, name = _creates(statement)
        if kind == "function":
            _drop(connection, kind, name)  # one with other arguments would stay beside the new one
        _execute(connection, re.sub(r"(?m)^create (view|function)", r"create or replace \1", statement, count=1))
        if kind == "view":
            _execute(connection, f"grant select on {name} to regulars_app, regulars_own")


def _drop_ours(connection: Connection) -> None:
    for statement in reversed(_views_and_functions()):
        kind, name = _creates(statement)
        if kind:
            _drop(connection, kind, name)


def _drop(connection: Connection, kind: str, name: str) -> None:
    """Drop the view of this name, or the functions, whatever their arguments. Raises Unavailable as said above."""
    try:
        if kind == "view":
            _execute(connection, f"drop view if exists {name}")
        else:
            for function in connection.scalars(_FUNCTIONS_CALLED, {"name": name}).all():
                _execute(connection, f"drop function {function}")
    except psycopg.errors.DependentObjectsStillExist as error:
        raise Unavailable(
            f"Something of your own stands on {name}, which changes with this version: "
            f"{error.diag.message_detail} Drop it, migrate, and make it again."
        ) from error


def _creates(statement: str) -> tuple[str, str]:
    """What a statement creates, as (kind, name); two empty words when it grants or revokes."""
    found = re.search(r"(?m)^create (\w+) (\w+)", statement)
    return (found[1], found[2]) if found else ("", "")
