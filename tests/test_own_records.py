"""Where staff see their own records only: every table that hangs on a customer x every verb x whose customer it is, as
the role the gate then works as. Then the proof of the proof, and what a person meets who works that way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from conftest import NOW
from psycopg import sql
from sqlalchemy import select, text
from tables import INSERT_ONLY, TENANT_TABLES
from test_isolation import inserting, needed_columns, undone

from crmcore import (
    customer_list,
    customer_timeline,
    customers,
    doctor,
    follow_ups,
    notes,
    notifications,
    order_list,
    orders,
    people,
    periods,
    reps,
    shop_settings,
    visits,
    wake_ups,
)
from crmcore.customer_list import Filters
from crmcore.database import gate, server
from crmcore.database.gate import MANAGER, STAFF, Who, global_session, keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import Customer

SHOP, ME, COLLEAGUE = uuid4(), uuid4(), uuid4()
CUSTOMERS = {"own": uuid4(), "nobody's": uuid4(), "colleague's": uuid4()}
REPS = {"own": ME, "nobody's": None, "colleague's": COLLEAGUE}
VERBS = ("select", "insert", "update", "delete")

# What hangs on a customer through something else, and through what.
PARTS = {
    "emails": ("contact_people", "contact_person_id"),
    "lead_scores": ("leads", "lead_id"),
    "lead_taggings": ("leads", "lead_id"),
    "lead_words": ("leads", "lead_id"),
    "opportunity_items": ("opportunities", "opportunity_id"),
    "opportunity_taggings": ("opportunities", "opportunity_id"),
    "order_items": ("orders", "order_id"),
    "phones": ("contact_people", "contact_person_id"),
    "stage_changes": ("opportunities", "opportunity_id"),
    "visit_products": ("visits", "visit_id"),
}

# What may hang on no customer -> the column that then says whose it is.
WITHOUT_CUSTOMER = {
    "activities": "staff_id",
    "digests": "staff_id",
    "follow_ups": "assigned_to",
    "interactions": "handled_by",
    "messages": "created_by",
    "notifications": "staff_id",
    "orders": "rep_id",
}
def with_customer(connection: psycopg.Connection) -> set[str]:
    """The tables whose rows hang on a customer, as the catalog knows them."""
    names = connection.execute(
        "select table_name from information_schema.columns"
        " where table_schema = 'public' and column_name = 'customer_id'"
    )
    return {name for (name,) in names} & TENANT_TABLES | set(PARTS) | {"customers"}


GUARDED = sorted(
    {
        "activities", "attachments", "companies", "consents", "contact_people", "contacts", "customer_words",
        "customers", "emails", "follow_ups", "health_scores", "interactions", "lead_scores", "lead_taggings",
        "lead_words", "leads", "medical_profiles", "message_replies", "messages", "notes", "notifications",
        "opportunities", "opportunity_items", "opportunity_taggings", "order_items", "orders", "phones",
        "refill_reminders", "refill_wishes", "reviews", "segment_members", "stage_changes", "taggings",
        "visit_products", "visitor_days", "visits",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(home: Any) -> Iterator[psycopg.Connection]:
    """The owner in a transaction never committed: each table has a row of each customer."""
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        # Rows stand without their parents here, but for those a policy asks for.
        connection.execute("set local session_replication_role = replica")
        for table in GUARDED:
            for whose in CUSTOMERS:
                connection.execute(*row_of(connection, table, whose))
        yield connection
        connection.rollback()


@pytest.fixture
def owner(rows: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with undone(rows):
        yield rows


def row_of(connection: psycopg.Connection, table: str, whose: str, **more: Any) -> tuple[sql.Composed, list[Any]]:
    """An insert of a row that belongs to the customer of whom it is named."""
    row: dict[str, Any] = {name: value for name, value in key_of(table, whose).items() if name != "shop_id"}
    if "id" in columns_of(connection, table):
        row.setdefault("id", id_of(table, whose))
    if table == "customers":
        row |= {"name": "Asha", "phone": None, "rep_id": REPS[whose]}
    if table == "contacts":
        row |= {"phone": f"+9198811204{len(whose):02}", "assigned_to": REPS[whose]}
    if table == "leads":
        row |= {"assigned_to": REPS[whose], "status": "converted", "converted_on": NOW.date()}
    one_of_its_own = {
        "orders": {"number": whose},
        "message_replies": {"provider_message_id": whose},
        "refill_reminders": {"medicine_key": whose},
    }
    row |= one_of_its_own.get(table, {})
    row |= {"staff_id": ME} if table == "notifications" else {}
    return inserting(table, needed_columns(connection, table), SHOP, **row | more)


def id_of(table: str, whose: str) -> UUID:
    """The id of a customer's row in a table, always the same."""
    return uuid5(CUSTOMERS[whose], table)


def key_of(table: str, whose: str) -> dict[str, UUID]:
    """What finds a customer's row in a table."""
    if table == "customers":
        return {"shop_id": SHOP, "id": CUSTOMERS[whose]}
    if table in PARTS:
        parent, column = PARTS[table]
        return {"shop_id": SHOP, column: id_of(parent, whose)}
    return {"shop_id": SHOP, "customer_id": CUSTOMERS[whose]}


def columns_of(connection: psycopg.Connection, table: str) -> set[str]:
    found = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s", [table]
    )
    return {name for (name,) in found}


def which(table: str, whose: str) -> sql.Composed:
    """The condition that finds a customer's row."""
    parts = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in key_of(table, whose).items()]
    return sql.SQL(" and ").join(parts)


def attempt(owner: psycopg.Connection, table: str, verb: str, whose: str) -> int | str:
    """Try `verb` on the row of one customer: how many rows it saw or changed, or the SQLSTATE that refused."""
    name, wanted = sql.Identifier(table), which(table, whose)
    statement, given = {
        "select": (sql.SQL("select from {} where {}").format(name, wanted), []),
        "insert": row_of(owner, table, whose),
        "update": (sql.SQL("update {} set shop_id = shop_id where {}").format(name, wanted), []),
        "delete": (sql.SQL("delete from {} where {}").format(name, wanted), []),
    }[verb]
    with undone(owner):
        if verb == "insert":
            owner.execute(sql.SQL("delete from {} where {}").format(name, wanted))
        act_as_staff(owner)
        try:
            return owner.execute(statement, given).rowcount
        except psycopg.Error as refusal:
            return str(refusal.sqlstate)


def act_as_staff(owner: psycopg.Connection) -> None:
    owner.execute("set local role regulars_own")
    owner.execute(
        "select set_config('app.shop_id', %s, true), set_config('app.staff_id', %s, true)", [str(SHOP), str(ME)]
    )


REFUSED = "42501"


def expected(table: str, verb: str, whose: str) -> int | str:
    if table in INSERT_ONLY and verb in ("update", "delete"):
        return REFUSED
    # A contact is theirs when it was given to them: one that nobody has is not theirs yet.
    if whose == "colleague's" or (table, whose) == ("contacts", "nobody's"):
        return REFUSED if verb == "insert" else 0
    return 1


def test_every_table_that_hangs_on_a_customer_is_tried(owner):
    assert with_customer(owner) == set(GUARDED)


@pytest.mark.parametrize("table", GUARDED)
def test_a_row_is_reached_when_its_customer_is_ones_own_or_nobodys(owner, table):
    came = {(verb, whose): attempt(owner, table, verb, whose) for verb in VERBS for whose in CUSTOMERS}
    assert came == {(verb, whose): expected(table, verb, whose) for verb, whose in came}


@pytest.mark.parametrize("sabotage", ["drop policy own_records on {}", "alter policy own_records on {} using (true)"])
@pytest.mark.parametrize("table", GUARDED)
def test_the_matrix_fails_without_the_policy(owner, table, sabotage):
    owner.execute(sql.SQL(sabotage).format(sql.Identifier(table)))
    assert any(
        attempt(owner, table, verb, whose) != expected(table, verb, whose) for verb in VERBS for whose in CUSTOMERS
    )


@pytest.mark.parametrize("table", ["follow_ups", "interactions"])
def test_what_hangs_on_a_contact_is_ones_own_when_the_contact_is(owner, table):
    """Whoever wrote it, and whoever it is for."""
    columns, theirs = needed_columns(owner, table), {"id": uuid4(), WITHOUT_CUSTOMER[table]: ME, "created_by": ME}
    for whose in CUSTOMERS:
        row = theirs | {"id": uuid4(), "contact_id": id_of("contacts", whose)}
        owner.execute(*inserting(table, columns, SHOP, **row))
    act_as_staff(owner)
    seen = sql.SQL("select contact_id from {} where contact_id is not null").format(sql.Identifier(table))
    found = owner.execute(seen)
    assert {contact_id for (contact_id,) in found} == {id_of("contacts", "own")}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(*inserting(table, columns, SHOP, **theirs, contact_id=id_of("contacts", "colleague's")))


@pytest.mark.parametrize("table", WITHOUT_CUSTOMER)
def test_what_hangs_on_no_customer_is_ones_own_when_it_is_for_one(owner, table):
    column = WITHOUT_CUSTOMER[table]
    columns = needed_columns(owner, table)
    for whose in (ME, COLLEAGUE):
        row: dict[str, Any] = {column: whose} | ({"id": uuid4()} if "id" in columns else {})
        row |= {"number": str(whose)} if table == "orders" else {}
        owner.execute(*inserting(table, columns, SHOP, **row))
    if "customer_id" in columns_of(owner, table):
        owner.execute(sql.SQL("delete from {} where customer_id is not null").format(sql.Identifier(table)))
    act_as_staff(owner)
    seen = owner.execute(sql.SQL("select {} from {}").format(*map(sql.Identifier, (column, table)))).fetchall()
    assert seen == [(ME,)]


def test_what_is_for_whoever_comes_first_is_everybodys(owner):
    row = {"id": uuid4(), "assigned_to": None, "created_by": COLLEAGUE}
    owner.execute(*inserting("follow_ups", needed_columns(owner, "follow_ups"), SHOP, **row))
    act_as_staff(owner)
    assert owner.execute("select from follow_ups where id = %s", [row["id"]]).rowcount == 1


def test_somebody_else_may_be_told_about_ones_own_customer_but_it_is_theirs_to_read(owner):
    told = uuid4()
    insert = row_of(owner, "notifications", "own", staff_id=COLLEAGUE, id=told)
    act_as_staff(owner)
    owner.execute(*insert)
    assert owner.execute("select from notifications where id = %s", [told]).rowcount == 0


def test_a_customer_is_not_handed_to_somebody_else(owner):
    act_as_staff(owner)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owner.execute(sql.SQL("update customers set rep_id = {} where {}").format(COLLEAGUE, which("customers", "own")))


@pytest.mark.parametrize("table", ["import_rows", "activity_chain"])
def test_rows_of_imports_and_seals_are_nobodys_own(owner, table):
    owner.execute(*inserting(table, needed_columns(owner, table), SHOP))
    act_as_staff(owner)
    assert owner.execute(sql.SQL("select from {}").format(sql.Identifier(table))).rowcount == 0


# What a person meets


@pytest.fixture
def team(new_shop) -> dict[str, Who]:
    """Meera manages, Asha and Ravi sell; staff see their own records only."""
    shop = new_shop(kind="showroom")
    with shop_session(keeper(shop), writes=True) as opened:
        shop_settings.show_staff_own_records_only(opened, True)
        for name, role in (("Meera", MANAGER), ("Asha", STAFF), ("Ravi", STAFF)):
            login = f"{name.lower()}-{shop.slug}"
            people.add_member(opened, people.NewMember(login, name, role, "correct horse", sells=True))
    shop = people.find_shop(shop.slug)
    with shop_session(keeper(shop)) as opened:
        ids = {one.name: one.staff_id for one in people.colleagues(opened)}
    return {name: people.who_is(shop, staff_id) for name, staff_id in ids.items()}


@pytest.fixture
def on_file(team) -> dict[str, UUID]:
    """Anita is Asha's, Bilal is Ravi's, Chitra nobody's; each bought and came by once."""
    found = {}
    with shop_session(team["Meera"], alone=True, now=NOW) as shop:
        people_on_file = (("Anita", "Asha", "98811 20456"), ("Bilal", "Ravi", "98811 20457"), ("Chitra", "", ""))
        for name, rep, phone in people_on_file:
            fields = {"name": name, "phone": phone, "rep_id": team[rep].staff_id if rep else None}
            found[name] = customers.create(shop, fields)
            orders.record(shop, orders.NewOrder(amount=Decimal(100), customer_id=found[name]))
        orders.record(shop, orders.NewOrder(amount=Decimal(7), rep_id=team["Ravi"].staff_id))
    for name, rep in (("Anita", "Asha"), ("Bilal", "Ravi")):
        with shop_session(team[rep], writes=True, now=NOW) as shop:
            visits.record(shop, visits.NewVisit(found[name], notes=f"What {name} said"))
    return found


def test_lists_searches_and_counts_show_ones_own_and_nobodys(team, on_file):
    everybody = {"Anita", "Bilal", "Chitra"}
    for who, seen in (("Asha", {"Anita", "Chitra"}), ("Ravi", {"Bilal", "Chitra"}), ("Meera", everybody)):
        with shop_session(team[who], now=NOW) as shop:
            page = customer_list.page_of(shop)
            assert {row["name"] for row in page.rows} == seen
            assert page.total == customer_list.counts(shop)["all"] == len(seen)
            assert {row["name"] for row in customer_list.recent(shop)} == seen
            assert {row["name"] for name in everybody for row in customer_list.search(shop, name)} == seen
            sold = order_list.page_of(shop, periods.named("all", shop.today))
            named = {row["customer_name"] for row in sold.rows}
            assert (named - {None}, sold.orders) == (seen, len(sold.rows))
            assert (None in named) == (who != "Asha")  # the sale without a customer was Ravi's
            assert bool(customers.by_phone(shop, "98811 20457")) == ("Bilal" in seen)


def test_what_hangs_on_a_colleagues_customer_is_not_on_file(team, on_file):
    bilal = on_file["Bilal"]
    with shop_session(team["Asha"], now=NOW) as shop:
        for look in (customers.get, visits.of_customer, orders.of_customer, notes.of_customer):
            try:
                assert not look(shop, bilal)
            except NotFound:
                continue
        assert customer_timeline.of_customer(shop, bilal).lines == []
        assert visits.of_customer(shop, on_file["Anita"])[0]["notes"] == "What Anita said"


@pytest.mark.parametrize("phone", ["98811 20457", "+91 98811 20457", "098811-20457"])
def test_a_colleagues_number_is_refused_in_one_sentence_that_tells_nothing_of_them(team, on_file, phone):
    sale = orders.NewOrder(amount=Decimal(50), phone=phone, name="Somebody")
    for attempted in (
        lambda shop: customers.create(shop, {"name": "Somebody", "phone": phone}),
        lambda shop: customers.find_or_create(shop, {"name": "Somebody", "phone": phone}),
        lambda shop: customers.change(shop, on_file["Chitra"], {"phone": phone}),
        lambda shop: orders.record(shop, sale),
    ):
        with pytest.raises(BadInput) as refused, shop_session(team["Asha"], writes=True, now=NOW) as shop:
            attempted(shop)
        assert refused.value.field == "phone"
        assert str(refused.value) == "This number belongs to a customer somebody else looks after. Ask your manager."
    with shop_session(team["Meera"], now=NOW) as shop:
        assert customers.get(shop, on_file["Bilal"])["name"] == "Bilal"
        assert customer_list.count(shop) == 3


def test_counters_stay_true_whatever_they_record(team, on_file):
    anita, chitra = on_file["Anita"], on_file["Chitra"]
    asha = team["Asha"]
    for customer_id, days in ((anita, 0), (anita, 40), (chitra, 3), (None, 1)):
        with shop_session(asha, writes=True, now=NOW) as shop:
            at = NOW - timedelta(days=days)
            orders.record(shop, orders.NewOrder(amount=Decimal(20), customer_id=customer_id, ordered_at=at))
    with shop_session(asha, writes=True, now=NOW) as shop:
        orders.record(shop, orders.NewOrder(amount=Decimal(5), phone="98811 20999", name="Dev"))
    for days in (9, 5):
        with shop_session(asha, writes=True, now=NOW) as shop:
            visits.record(shop, visits.NewVisit(chitra, visited_at=NOW - timedelta(days=days)))
    with shop_session(asha, alone=True, now=NOW) as shop:
        latest = visits.of_customer(shop, chitra)[0]
        assert customers.get(shop, chitra)["rep_id"] == asha.staff_id  # nobody's so far
        visits.change(shop, latest["id"], visits.VisitChange(visited_at=NOW - timedelta(days=2)))
    with shop_session(asha, now=NOW) as shop:
        mine = customers.get(shop, chitra)
    assert (mine["order_count"], mine["total_spent"], mine["visit_count"]) == (2, 120, 2)
    assert doctor.examine([asha.shop]) == []


def test_whom_nobody_looks_after_can_be_taken_and_is_then_seen_by_no_colleague(team, on_file):
    with shop_session(team["Asha"], writes=True, now=NOW) as shop:
        reps.take(shop, on_file["Chitra"])
    with pytest.raises(NotFound), shop_session(team["Ravi"], writes=True, now=NOW) as shop:
        customers.change(shop, on_file["Chitra"], {"city": "Pune"})
    with pytest.raises(NotFound), shop_session(team["Ravi"], writes=True, now=NOW) as shop:
        visits.record(shop, visits.NewVisit(on_file["Chitra"]))


def test_what_the_database_refuses_is_one_sentence_and_nothing_is_saved(team, on_file):
    """A visit that a colleague handled would make them the rep of a customer nobody looks after."""
    with pytest.raises(NotAllowed, match="somebody else looks after"), shop_session(
        team["Asha"], writes=True, now=NOW
    ) as shop:
        visits.record(shop, visits.NewVisit(on_file["Chitra"], handled_by=team["Ravi"].staff_id))
    with shop_session(team["Meera"], now=NOW) as shop:
        assert visits.of_customer(shop, on_file["Chitra"]) == []


def test_a_colleague_can_be_given_something_to_do_and_is_told(team, on_file):
    ravi = team["Ravi"].staff_id
    with shop_session(team["Asha"], writes=True, now=NOW) as shop:
        todo = follow_ups.NewFollowUp("Measure the hall", NOW.date(), assigned_to=ravi)
        follow_ups.create(shop, todo)
        follow_ups.create(shop, replace(todo, about="Ring Chitra", customer_id=on_file["Chitra"]))
    with shop_session(team["Ravi"], now=NOW) as shop:
        assert len(notifications.newest(shop)) == 2


def test_nobody_is_given_what_they_would_not_see(team, on_file):
    """A follow-up about a colleague's customer would be on nobody's list."""
    todo = follow_ups.NewFollowUp("Ring Bilal", NOW.date(), on_file["Bilal"], assigned_to=team["Asha"].staff_id)
    with (
        pytest.raises(BadInput, match="sees their own customers only") as refused,
        shop_session(team["Meera"], writes=True, now=NOW) as shop,
    ):
        follow_ups.create(shop, todo)
    assert refused.value.field == "assigned_to"
    with shop_session(team["Meera"], writes=True, now=NOW) as shop:
        mine = follow_ups.create(shop, replace(todo, assigned_to=team["Ravi"].staff_id))
        reps.assign(shop, [on_file["Bilal"]], team["Asha"].staff_id)
    with shop_session(team["Asha"], now=NOW) as shop:
        assert follow_ups.get(shop, mine)["assigned_to"] == team["Asha"].staff_id


def test_they_put_jobs_into_the_queue_like_everybody(team):
    with shop_session(team["Asha"], writes=True) as shop:
        wake_ups.send_messages(shop, 1)
    waiting = text("select count(*) from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id")
    with global_session() as connection:
        assert connection.scalar(waiting, {"shop_id": str(team["Asha"].shop.id)}) == 1


def test_a_sale_sent_twice_around_a_change_of_rep_ends(team, on_file):
    sale = orders.NewOrder(amount=Decimal(50), idempotency_key="17")
    with shop_session(team["Asha"], writes=True, now=NOW) as shop:
        orders.record(shop, replace(sale, customer_id=on_file["Anita"]))
    with shop_session(team["Meera"], writes=True, now=NOW) as shop:
        reps.assign(shop, [on_file["Anita"]], team["Ravi"].staff_id)
    with pytest.raises(Conflict, match="somebody else looks after"), shop_session(
        team["Asha"], writes=True, now=NOW
    ) as shop:
        orders.record(shop, replace(sale, customer_id=on_file["Chitra"]))


def test_one_connection_serves_both_kinds_of_people_in_turn(team, on_file):
    """Settings and role end with the transaction, and no plan made for the one shows its rows to the other."""
    gate.forget_engine()
    for _ in range(8):  # often enough for a statement to be prepared on the server
        seen = []
        for who in ("Meera", "Asha", "Ravi"):
            with shop_session(team[who]) as shop:
                seen.append(len(shop.execute(select(Customer.id).where(Customer.shop_id == shop.id)).all()))
        assert seen == [3, 2, 2]
    with global_session() as connection:
        assert connection.scalar(text("select current_user")) == "regulars_app"
        assert connection.scalar(text("select nullif(current_setting('app.staff_id', true), '')")) is None


def test_switched_off_again_everybody_sees_everything_at_the_next_press(team, on_file):
    with shop_session(keeper(team["Asha"].shop), writes=True) as shop:
        shop_settings.show_staff_own_records_only(shop, False)
    asha = people.who_is(people.find_shop(team["Asha"].shop.slug), team["Asha"].staff_id)
    with shop_session(asha) as shop:
        assert customer_list.count(shop, Filters()) == 3


def test_only_who_manages_settings_decides_it(team):
    with pytest.raises(NotAllowed, match="manage settings"), shop_session(team["Meera"], writes=True) as shop:
        shop_settings.show_staff_own_records_only(shop, False)
