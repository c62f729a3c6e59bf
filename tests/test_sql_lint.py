"""Every SQL file keeps the rules that one PostgreSQL and a cluster sharded by shop share, and can go through text().

`sqlfluff lint sql` (settings in .sqlfluff) looks after the layout; here stands what would leak, lock or not run.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tables import SECURITY_DEFINERS, TENANT_TABLES

from crmcore.database.sql import SQL_HOME, statements

FILES = sorted(SQL_HOME.rglob("*.sql"))
RUN_BY_MIGRATIONS = ("schema/", "views/", "functions/", "jobs/")  # as they are; all other files go through text()

FORBIDDEN = {
    r"merge into": "MERGE does not run on a cluster: use insert .. on conflict",
    r"create (or replace )?(constraint )?trigger": "no triggers: the writer calls a function",
    r"create (or replace )?rule": "no rules",
    r"on (delete|update) set (null|default)": "no foreign key sets null",
    r"create extension": "no query requires an extension",
    r"(big|small)?serial|as identity|create sequence": "ids are uuids made by the application",
    r"security definer": "functions run with their caller's rights",
    r"set (local |session )?app\.": "only the gate names the shop",
}
VOLATILE = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid|uuidv[47]"
    r"|nextval|pg_backend_pid|pg_current_xact_id)\s*\(|\b(current_timestamp|current_date|localtimestamp)\b"
)
SHOUTED = re.compile(
    r"\b(SELECT|FROM|WHERE|JOIN|LEFT|INNER|ON|AND|OR|NOT|NULL|INSERT|INTO|UPDATE|DELETE|SET|GROUP|ORDER|BY|WITH|CASE"
    r"|WHEN|THEN|ELSE|END|AS|IS|IN|CREATE|TABLE|VIEW|FUNCTION|RETURNS|CAST|UNION|ALL|LIMIT)\b"
)
NAMES_A_SHOP = re.compile(
    r"\bset_config\(\s*(?!'(?:lock_timeout|app\.slot)')|\bset (local |session )?app\.|\bopen_for_writing\b",
    re.IGNORECASE,
)
PARAMETER = re.compile(r"(?<![:\w\\]):\w+(?![:\w])")  # as text() finds them
JOIN = re.compile(
    r"\bjoin\s+(\w+)(?:\s+as\s+\w+)?\s+(?:on|using)\b(.*?)"
    r"(?=\bjoin\b|\bwhere\b|\bgroup by\b|\border by\b|\n\s*\)|;|\Z)",
    re.DOTALL,
)


def faults(path: str, script: str) -> Iterator[str]:
    """What is wrong with a file. `path` counts from sql/: its first folder says what the file is for."""
    if not re.match(r"-- \S", script):
        yield "open with a comment that says what it answers"
    code = re.sub(r"--.*", "", script)
    bare = re.sub(r"'(?:[^']|'')*'", "''", code)
    by_the_gate = path == "functions/gate.sql"
    if set(re.findall(r"set_config\s*\(\s*([^,]+),", code)) - {"'lock_timeout'", "'app.slot'"} and not by_the_gate:
        yield "only the gate names the shop"
    for pattern, why in FORBIDDEN.items():
        if pattern == "security definer" and Path(path).stem in SECURITY_DEFINERS:
            continue
        if re.search(rf"\b({pattern})\b", bare, re.IGNORECASE):
            yield why
    if NAMES_A_SHOP.search(code) and not by_the_gate:
        yield "only the gate names the shop"
    if shout := SHOUTED.search(bare):
        yield f"{shout[0]}: keywords are lower case"
    for change in changes(bare):
        if volatile := VOLATILE.search(change):
            yield f"{volatile[0]} in an update may differ on each node: put it into VALUES, then use excluded"
    if bare.count("create view") != bare.count("security_invoker = true"):
        yield "a view is created with (security_invoker = true)"
    if not path.startswith(RUN_BY_MIGRATIONS):
        yield from faults_of_a_query(script, bare)


def faults_of_a_query(script: str, bare: str) -> Iterator[str]:
    if len(statements(script)) != 1:
        yield "one statement a file: a cluster takes one per execute"
    if "::" in bare:
        yield "write cast(x as type): text() takes a colon for a parameter"
    if any(PARAMETER.search(aside) for aside in re.findall(r"--.*|'(?:[^']|'')*'", script)):
        yield "no :word in a comment or in quotes: text() takes it for a parameter"
    tables = set(re.findall(r"\b(?:from|join|into|update)\s+(\w+)", bare))
    of_a_shop = any(table in TENANT_TABLES or table.endswith(("_truth", "_parts")) for table in tables)
    if of_a_shop and ":shop_id" not in bare:
        yield "say shop_id = :shop_id: the policy is the second lock, not the first"
    for table, condition in JOIN.findall(bare):
        if table in TENANT_TABLES and "shop_id" not in condition:
            yield f"join {table} on shop_id too"


def changes(bare: str) -> Iterator[str]:
    """The parts that change rows: UPDATE statements, and what follows DO UPDATE."""
    for statement in bare.split(";"):
        for start in re.finditer(r"\bdo update\s+set\b|(?<!for )(?<!key )(?<!do )\bupdate\s+\w+", statement):
            yield statement[start.start() :]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SQL_HOME).as_posix())
def test_an_sql_file_keeps_the_rules(file: Path):
    assert list(faults(file.relative_to(SQL_HOME).as_posix(), file.read_text(encoding="utf-8"))) == []


OF_SHOP = "where shop_id = :shop_id"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (f"select count(*) from orders {OF_SHOP}", "open with a comment"),
        ("-- All orders.\nselect count(*) from orders", "say shop_id"),
        (f"-- All orders.\nselect total::int from orders {OF_SHOP}", "write cast"),
        (f"-- Orders before :day.\nselect 1 from orders {OF_SHOP}", "no :word"),
        (f"-- Orders at noon.\nselect 1 from orders {OF_SHOP} and number = 'at :noon'", "no :word"),
        (f"-- Orders.\nSELECT 1 from orders {OF_SHOP}", "lower case"),
        (f"-- Touch.\nupdate orders set updated_at = now() {OF_SHOP}", "now( in an update"),
        (
            "-- Touch.\ninsert into tags values (:shop_id, :id)\n"
            "on conflict (shop_id, id) do update set created_at = current_timestamp",
            "current_timestamp in an update",
        ),
        (f"-- Two.\nselect 1 from orders {OF_SHOP};\nselect 2 from orders {OF_SHOP}", "one statement"),
        (
            "-- Lines.\nselect 1 from orders inner join order_items on orders.id = order_items.order_id"
            "\nwhere orders.shop_id = :shop_id",
            "join order_items on shop_id",
        ),
        ("-- Merge.\nmerge into tags using orders on true when matched then do nothing -- :shop_id", "MERGE"),
        ("-- Stamp.\ncreate trigger stamp before update on tags execute function stamp()", "no triggers"),
        ("-- All.\ncreate view everybody as select * from customers", "security_invoker"),
        ("-- Peek.\ncreate function peek() returns int language sql security definer as ''", "caller's rights"),
        ("-- Door.\nselect set_config('app.shop_id', :other, true)", "only the gate"),
        ("-- Door.\nselect set_config(:name, :other, true)", "only the gate"),
        ("-- Door.\nselect open_for_writing(:other, false, 1)", "only the gate"),
        ("-- Door.\nset local app.shop_id = ''", "only the gate"),
        ("-- Numbers.\ncreate table numbers (id bigserial)", "ids are uuids"),
    ],
)
def test_a_fault_is_noticed(script, why):
    assert any(why in fault for fault in faults("metrics/planted.sql", script + "\n"))


def test_a_locking_clause_is_no_update():
    assert not list(changes("select now() from customers for update"))
    assert not list(changes("select now() from customers for no key update"))
