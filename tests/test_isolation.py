"""Nothing crosses shops: every tenant table x every verb x whose shop the gate named, as the application role.

Then the proof of the proof: with any one policy dropped, widened or switched off, the same check must fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from tables import INSERT_ONLY, TENANT_TABLES

from crmcore import customers, orders
from crmcore.database import server
from crmcore.database.gate import global_session, keeper, shop_session
from crmcore.errors import NotFound

MINE, THEIRS = uuid4(), uuid4()
NAMED = {"right shop": str(MINE), "other shop": str(THEIRS), "no shop": "", "malformed shop": "' or true --"}
VERBS = ("select", "insert", "update", "delete")

# Values that a check constraint asks for; every other column is filled by its type.
FITTING = {
    "consents.channel": "whatsapp",
    "consents.purpose": "reminders",
    "consents.state": "accepted",
    "contacts.phone": "+919881120456",
    "custom_fields.key": "colour",
    "custom_fields.kind": "text",
    "customers.phone": "+919881120456",
    "import_rows.outcome": "rejected",
    "imports.noun": "orders",
    "emails.address": "asha@example.com",
    "interactions.kind": "call",
    "lead_scores.how": "typed",
    "leads.name": "Asha",
    "lost_reasons.outcome": "lost",
    "memberships.role": "staff",
    "message_providers.channel": "sms",
    "message_providers.kind": "twilio",
    "message_receipts.channel": "sms",
    "message_receipts.status": "sent",
    "message_replies.channel": "sms",
    "message_templates.channel": "sms",
    "message_templates.language": "en",
    "messages.channel": "sms",
    "messages.way": "link",
    "notes.customer_id": UUID("01900000-0000-7000-8000-000000000001"),
    "phones.number": "+919881120456",
    "segments.kind": "static",
    "targets.month": date(2026, 11, 1),
    "territories.field": "city",
    "reviews.requested_at": datetime(2026, 11, 20, tzinfo=UTC),
}
BY_TYPE: dict[str, Any] = {
    "uuid": UUID("01900000-0000-7000-8000-000000000001"),
    "text": "x",
    "bytea": b"x",
    "date": date(2026, 11, 20),
    "timestamp with time zone": datetime(2026, 11, 20, tzinfo=UTC),
    "jsonb": Jsonb({}),
    "numeric": 1,
    "integer": 1,
    "smallint": 1,
    "bigint": 1,
    "boolean": True,
    "ARRAY": ["x"],
}


@pytest.fixture(scope="module")
def rows(home: Any) -> Iterator[psycopg.Connection]:
    """The owner in a transaction never committed: it has one row of each of two shops in every tenant table."""
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        # Rows stand without their parents here: it is the policies that are tried, not the foreign keys.
        connection.execute("set local session_replication_role = replica")
        for table in sorted(TENANT_TABLES):
            for shop in (MINE, THEIRS):
                connection.execute(*inserting(table, needed_columns(connection, table), shop))
        yield connection
        connection.rollback()


@pytest.fixture
def owner(rows: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with undone(rows):
        yield rows


@contextmanager
def undone(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute("savepoint before")
    try:
        yield
    finally:
        connection.execute("rollback to savepoint before")
        connection.execute("release savepoint before")


@cache
def needed_columns(connection: psycopg.Connection, table: str) -> dict[str, str]:
    """The columns that have no default, with their types."""
    return dict(
        connection.execute(
            "select column_name, data_type from information_schema.columns where table_schema = 'public'"
            " and table_name = %s and is_nullable = 'NO' and column_default is null and is_generated = 'NEVER'",
            [table],
        ).fetchall()
    )


def inserting(table: str, columns: dict[str, str], shop: UUID, **given: Any) -> tuple[sql.Composed, list[Any]]:
    """An insert of one row, the same for every shop but for its shop_id and what is given."""
    row = {name: BY_TYPE[kind] for name, kind in columns.items()}
    row |= {key.split(".")[1]: value for key, value in FITTING.items() if key.startswith(f"{table}.")}
    row |= given | {"shop_id": shop}
    return sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    ), list(row.values())


def attempt(owner: psycopg.Connection, table: str, verb: str, named: str) -> int | str:
    """Try `verb` on MINE's row with the shop `named`: how many rows it saw or changed, or the SQLSTATE that refused."""
    name, wanted = sql.Identifier(table), sql.SQL("where shop_id = {}").format(sql.Literal(MINE))
    statement, given = {
        "select": (sql.SQL("select from {} {}").format(name, wanted), []),
        "insert": inserting(table, needed_columns(owner, table), MINE),
        "update": (sql.SQL("update {} set shop_id = shop_id {}").format(name, wanted), []),
        "delete": (sql.SQL("delete from {} {}").format(name, wanted), []),
    }[verb]
    with undone(owner):
        if verb == "insert":
            owner.execute(sql.SQL("delete from {} {}").format(name, wanted))
        act_as_the_application(owner, named)
        try:
            return owner.execute(statement, given).rowcount
        except psycopg.Error as refusal:
            return str(refusal.sqlstate)


def act_as_the_application(owner: psycopg.Connection, named: str) -> None:
    owner.execute("set local role regulars_app")
    owner.execute("select set_config('app.shop_id', %s, true)", [named])


REFUSED_BY_POLICY = REFUSED_BY_GRANT = "42501"
NOT_A_UUID = "22P02"


def expected(table: str, verb: str, whose: str) -> int | str:
    """What must come of it."""
    if table in INSERT_ONLY and verb in ("update", "delete"):
        return REFUSED_BY_GRANT
    if whose == "malformed shop":
        return NOT_A_UUID
    if whose == "right shop":
        return 1
    return REFUSED_BY_POLICY if verb == "insert" else 0


def wrong_cells(owner: psycopg.Connection, table: str) -> Iterator[str]:
    """The cells of a table's matrix that come out otherwise than they must."""
    for whose, named in NAMED.items():
        for verb in VERBS:
            came = attempt(owner, table, verb, named)
            if came != expected(table, verb, whose):
                yield f"{verb} with {whose}: {came}"


@pytest.mark.parametrize("whose", NAMED)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", sorted(TENANT_TABLES))
def test_a_row_is_reached_from_its_own_shop_alone(owner, table, verb, whose):
    assert attempt(owner, table, verb, NAMED[whose]) == expected(table, verb, whose)


@pytest.mark.parametrize("table", sorted(TENANT_TABLES - INSERT_ONLY))
def test_a_row_is_not_handed_to_another_shop(owner, table):
    owner.execute(sql.SQL("delete from {} where shop_id = {}").format(sql.Identifier(table), sql.Literal(THEIRS)))
    act_as_the_application(owner, str(MINE))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owner.execute(sql.SQL("update {} set shop_id = {}").format(sql.Identifier(table), sql.Literal(THEIRS)))


SABOTAGE = {
    "policy dropped": "drop policy of_this_shop on {}",
    "policy widened": "alter policy of_this_shop on {} using (true)",
    "policy off": "alter table {} disable row level security",
    "policy open to writes": "alter policy of_this_shop on {} with check (true)",
    "second policy": "create policy second_door on {} for select using (true)",
}


@pytest.mark.parametrize("sabotage", SABOTAGE)
@pytest.mark.parametrize("table", sorted(TENANT_TABLES))
def test_the_matrix_fails_without_the_policy(owner, table, sabotage):
    owner.execute(sql.SQL(SABOTAGE[sabotage]).format(sql.Identifier(table)))
    assert any(wrong_cells(owner, table))


def test_a_sale_cant_name_another_shops_customer(new_shop):
    mine, theirs = keeper(new_shop()), keeper(new_shop())
    with shop_session(theirs, writes=True) as shop:
        customer_id = customers.create(shop, {"name": "Asha"})
    with pytest.raises(NotFound), shop_session(mine, writes=True) as shop:
        orders.record(shop, orders.NewOrder(amount=Decimal(10), customer_id=customer_id))


def test_the_next_transaction_on_a_pooled_connection_has_no_shop(who):
    with shop_session(who) as shop:
        shop.connection.exec_driver_sql("select 1")
    with global_session() as connection:
        assert connection.exec_driver_sql("select nullif(current_setting('app.shop_id', true), '')").scalar() is None
