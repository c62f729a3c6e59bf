"""The database is what the models say, and keeps the rules that one PostgreSQL and a cluster sharded by shop share.

The rules are asked of the catalog of a migrated database (tests/catalog/rules.sql). A new table must be named in
tests/tables.py as global or as a tenant's; a tenant's table then brings its shop, its policy and its keys.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from tables import GLOBAL_TABLES, INSERT_ONLY, SECURITY_DEFINERS, TENANT_TABLES

from crmcore.database import gate, migrate, server
from crmcore.database.sql import SQL_HOME, read_sql, statements
from crmcore.doctor import ME
from crmcore.models import Base

POLICY = "(shop_id = (NULLIF(current_setting('app.shop_id'::text, true), ''::text))::uuid)"

CATALOG = Path(__file__).parent / "catalog"


@pytest.fixture
def owner() -> Iterator[Connection]:
    """A connection of the role that owns the tables; what it did is rolled back at the end."""
    with create_engine(server.owner_url(), poolclass=NullPool).connect() as connection:
        yield connection


@pytest.mark.filterwarnings("ignore:Computed default")
def test_alembic_finds_no_difference_between_models_and_tables(owner):
    context = MigrationContext.configure(owner, opts={"compare_type": True, "compare_server_default": True})
    assert compare_metadata(context, Base.metadata) == []


def test_tables_made_from_the_models_have_the_same_types_defaults_collations_keys_and_indexes(owner):
    owner.execute(text("create schema as_modelled"))
    Base.metadata.create_all(owner.execution_options(schema_translate_map={None: "as_modelled"}), checkfirst=False)
    migrated = shape(owner, "public")
    assert shape(owner, "as_modelled") == {
        part: meaning for part, meaning in migrated.items() if "alembic_version" not in part
    }


def shape(owner: Connection, schema: str) -> dict[str, str]:
    """Columns, keys and indexes of a schema, the schema's name left out."""
    owner.execute(text(f"set local search_path to {schema}, public"))
    rows = owner.execute(text((CATALOG / "shape.sql").read_text()), {"schema": schema})
    return {part: meaning.replace(f" {schema}.", " ") for part, meaning in rows}


def test_every_table_is_named_as_global_or_as_a_tenants(owner):
    assert not GLOBAL_TABLES & TENANT_TABLES
    assert tables(owner) == GLOBAL_TABLES | TENANT_TABLES


def test_every_table_has_a_model():
    assert set(Base.metadata.tables) | {"alembic_version"} == GLOBAL_TABLES | TENANT_TABLES


def test_a_new_table_must_take_a_side(owner):
    owner.execute(text("create table loose_ends (id uuid primary key)"))
    assert tables(owner) - GLOBAL_TABLES - TENANT_TABLES == {"loose_ends"}


def tables(owner: Connection) -> set[str]:
    return set(owner.scalars(text("select tablename from pg_tables where schemaname = 'public'")))


def test_the_catalog_keeps_every_rule(owner):
    assert broken_rules(owner) == []


def test_the_application_signs_in_as_the_role_that_the_rules_bind():
    with gate.global_session() as connection:
        assert connection.scalar(text("select session_user")) == "regulars_app"


BREACHES = [
    ("alter table customers no force row level security", "row security"),
    ("alter table orders disable row level security", "row security"),
    ("drop policy of_this_shop on tags", "one policy"),
    ("alter policy of_this_shop on tags using (true)", "one policy"),
    ("create policy second_door on tags using (true)", "one policy"),
    ("alter policy of_this_shop on tags with check (true)", "one policy"),
    ("alter policy of_this_shop on tags to regulars_app", "one policy"),
    ("alter policy own_records on visits to public", "narrows"),
    ("grant regulars_own to regulars_app with inherit true", "no other role"),
    ("alter role regulars_own bypassrls", "held by row policies"),
    ("grant regulars_own to regulars_app with set false", "no other role"),
    ("grant pg_read_all_data to regulars_own", "belongs to no role"),
    ("revoke select on visits from regulars_own", "may touch what regulars_app may"),
    ("grant truncate on visits to regulars_own", "may touch what regulars_app may"),
    ("create index products_by_name on products (name)", "begins with shop_id"),
    ("alter table products add constraint products_one unique (id, shop_id)", "begins with shop_id"),
    ("alter table tags drop constraint tags_pkey cascade", "primary key"),
    ("alter table rep_days drop constraint rep_days_pkey, alter column shop_id drop not null", "never null"),
    ("alter table tags add foreign key (created_by) references staff (id) on delete set null", "sets null"),
    ("create view everybody as select * from customers", "reader's rights"),
    ("create materialized view everybody as select * from customers", "materialized"),
    ("create sequence numbers", "sequence"),
    ("create rule keep as on delete to tags do instead nothing", "no rule"),
    ("create function peek() returns int language sql security definer as 'select 1'", "caller's rights"),
    ("alter function delete_shop() reset search_path", "search path of its own"),
    ("grant execute on function delete_shop() to public", "search path of its own"),
    (
        "create trigger stamp before update on tags"
        " for each row execute function suppress_redundant_updates_trigger()",
        "trigger of our own",
    ),
    ("alter table tags owner to regulars_app", "owns nothing"),
    ("alter role regulars_app bypassrls", "beyond its grants"),
    ("grant pg_read_all_data to regulars_app", "no other role"),
    ("grant update on activities to regulars_app", "insert-only"),
    ("grant update (link) on activity_chain to regulars_app", "insert-only"),
    ("grant truncate on customers to regulars_app", "truncates"),
    ("grant update on alembic_version to regulars_app", "schema steps"),
    ("grant create on schema public to regulars_app", "makes nothing"),
]


@pytest.mark.parametrize(("breach", "rule"), BREACHES, ids=lambda given: given[:60])
def test_a_breach_is_noticed(owner, breach, rule):
    owner.execute(text(breach))
    assert any(rule in broken for broken in broken_rules(owner)), broken_rules(owner)


OWN_RECORDS_BREACHES = {
    "drop policy own_records on visits": "visits",
    "alter policy own_records on customers using (true)": "customers",
    "alter policy own_records on notes with check (true)": "notes",
    "alter policy own_records on activities with check (true)": "activities",
    "alter policy own_records on notifications with check (true)": "notifications",
    "alter policy own_records on orders to public": "orders",
    "drop policy own_records on order_items; create policy own_records on order_items as restrictive for select"
    " to regulars_own using (false)": "order_items",
    "create table calls (shop_id uuid, customer_id uuid)": "calls",
}


@pytest.mark.parametrize("breach", OWN_RECORDS_BREACHES)
def test_whatever_hangs_on_a_customer_is_guarded_for_who_sees_their_own_only(owner, breach):
    guards, me = text(read_sql("doctor/own_records")), {"me": ME}
    assert owner.scalars(guards, me).all() == []
    owner.exec_driver_sql(breach, execution_options={"no_parameters": True})
    assert owner.scalars(guards, me).all() == [OWN_RECORDS_BREACHES[breach]]


def test_a_key_to_another_shops_rows_is_noticed(owner):
    owner.execute(text("alter table tags add constraint tags_id_alone unique (id)"))
    owner.execute(text("alter table taggings add constraint astray foreign key (tag_id) references tags (id)"))
    assert any("astray" in broken for broken in broken_rules(owner))


def broken_rules(owner: Connection) -> list[str]:
    """Every breach of a rule as "what: rule"; empty when all are kept."""
    bound = {
        "tenant": sorted(TENANT_TABLES),
        "insert_only": sorted(INSERT_ONLY),
        "definers": sorted(SECURITY_DEFINERS),
        "policy": POLICY,
    }
    _, *parts = (CATALOG / "rules.sql").read_text().split("-- rule: ")
    broken = []
    for part in parts:
        rule, query = part.split("\n", 1)
        broken += [f"{name}: {rule}" for name in owner.scalars(text(query), bound)]
    return broken


def test_migrating_again_leaves_views_alone_and_with_them_what_stands_on_them(home):
    """A view somebody built on ours outlives every start, and nobody waits for a view that does not change."""
    owner = create_engine(server.owner_url(), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("create or replace view of_somebody_else as select shop_id from buyer_truth"))
        before = connection.scalar(text("select xmin from pg_class where relname = 'buyer_truth'"))
        try:
            migrate.migrate()
            assert connection.scalar(text("select xmin from pg_class where relname = 'buyer_truth'")) == before
            assert connection.scalar(text("select to_regclass('of_somebody_else') is not null"))
        finally:
            connection.execute(text("drop view of_somebody_else"))
    owner.dispose()


def test_what_later_steps_keep_is_filled_for_shops_that_were_there_before_them(home):
    """In a database of its own, of an earlier step."""
    name = f"before_{uuid4().hex}"
    url = re.sub(r"/[^/?]+(?=\?|$)", f"/{name}", server.owner_url(), count=1)
    machine = create_engine(server.owner_url(), isolation_level="AUTOCOMMIT")
    older = create_engine(url, poolclass=NullPool)
    with machine.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
        try:
            with older.begin() as before:
                config = Config(attributes={"connection": before})
                config.set_main_option("script_location", str(SQL_HOME / "migrations"))
                command.upgrade(config, "051")
                for statement in statements((CATALOG / "shop_of_step_051.sql").read_text()):
                    before.execute(text(statement))
            assert migrate.migrate(url) == migrate.newest_step()
            with older.connect() as after:
                told = after.execute(text("select facet, sum(deals), sum(value) from open_deals group by 1 order by 1"))
                assert [tuple(row) for row in told] == [("", 2, 1000), ("source Fair", 2, 1000)]  # anybody's, nobody's
                assert after.scalar(text("select health_score from customers")) == 41
                found_by = after.scalars(text("select word from lead_words order by word")).all()
                assert found_by == ["asha", "gmbh", "rao", "weiss"]
                assert after.scalar(text("select company_key from leads")) == "weiss gmbh"
        finally:
            connection.execute(text(f'drop database "{name}" with (force)'))
    machine.dispose()


def test_a_function_of_an_older_version_with_other_arguments_goes(home):
    """It would stay beside the new one, and a call that fits both would fail."""
    owner = create_engine(server.owner_url(), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("create function count_order(of_shop uuid) returns void language sql as 'select null'"))
        connection.execute(text("comment on table alembic_version is 'of an older version'"))
        migrate.migrate()
        assert connection.scalar(text("select count(*) from pg_proc where proname = 'count_order'")) == 1
    owner.dispose()
