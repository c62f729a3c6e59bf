"""Bringing a database to the newest schema: Alembic runs the numbered steps, then views and functions are laid anew."""

import re
import sys
from contextlib import closing
from pathlib import Path

import psycopg.sql
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from crmcore.database import server
from crmcore.database.gate import global_session
from crmcore.database.sql import SQL_HOME, read_sql, statements
from crmcore.errors import Unavailable
from crmcore.settings import settings

# Two processes may start at once: the second waits, then finds nothing left to do.
_MIGRATION_LOCK = 7_301_226


def migrate(url: str | None = None) -> str:
    """Bring the database at `url` (default: the configured one, as its owner) to the newest step; return its number.

    Everything happens in one transaction: wholly or not at all.
    """
    owner = url or server.owner_url()
    engine = create_engine(owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        make_application_role(connection, owner)
        command.upgrade(_alembic_config(connection), "head")
        connection.execute(text("grant select on alembic_version to regulars_app"))
        for script in sorted((SQL_HOME / "views").glob("*.sql")) + sorted((SQL_HOME / "functions").glob("*.sql")):
            _lay_anew(connection, script)
        return newest_step()


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


def _lay_anew(connection: Connection, script: Path) -> None:
    """Run a file of views or functions; each is dropped first, so its columns may change between versions."""
    made = statements(script.read_text(encoding="utf-8"))
    for statement in made:
        kind, name = _creates(statement)
        if kind == "view":
            _execute(connection, f"drop view if exists {name} cascade")
    for statement in made:
        kind, name = _creates(statement)
        if kind == "view":
            _execute(connection, statement)
            _execute(connection, f"grant select on {name} to regulars_app")
        else:
            _execute(connection, statement.replace("create function", "create or replace function", 1))


def _creates(statement: str) -> tuple[str, str]:
    """What a statement creates, as (kind, name); two empty words when it grants or revokes."""
    found = re.search(r"(?m)^create (\w+) (\w+)", statement)
    return (found[1], found[2]) if found else ("", "")
