"""The doctor finds one planted error of every kind, and nothing in a shop that is well."""

import json
import sys
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import insert

from crmcore import chain, cli, contacts, customers, doctor, interactions, leads, orders, visits
from crmcore.database import gate, server
from crmcore.database.gate import Who, new_id, shop_session
from crmcore.models import Import, ImportRow, OrderItem
from crmcore.settings import settings

pytestmark = pytest.mark.usefixtures("home_of_its_own")


@pytest.fixture
def busy(who: Who) -> Who:
    """A shop with two customers, one of them a regular, a sale without a name, an import, all of it sealed."""
    with shop_session(who, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})
        customers.create(shop, {"name": "Bilal"})
        for amount in ("120.00", "80.50"):
            orders.record(shop, orders.NewOrder(amount=Decimal(amount), customer_id=asha))
        orders.record(shop, orders.NewOrder(amount=Decimal("15.00")))
        visits.record(shop, visits.NewVisit(asha))
        one = contacts.record(shop, contacts.NewContact("98220 12345"))
        interactions.record(shop, interactions.NewInteraction("call", contact_id=one))
        lead_id = leads.record(shop, leads.NewLead("Chitra"))
        leads.score(shop, lead_id, {"fit": 70})
        leads.convert(shop, lead_id)
        import_id = new_id()
        counts = {"rows": 3, "created": 2, "rejected": 1}
        shop.execute(
            insert(Import).values(
                shop_id=shop.id, id=import_id, noun="customers", file_name="a.csv", status="done", **counts
            )
        )
        shop.execute(
            insert(ImportRow).values(shop_id=shop.id, import_id=import_id, row_number=3, outcome="rejected", reason="-")
        )
    chain.seal(who.shop)
    return who


def as_owner(who: Who, *statements: str) -> None:
    """Plant an error as the role that owns the database."""
    with psycopg.connect(server.libpq_url(server.owner_url())) as owner:
        for statement in statements:
            assert owner.execute(f"{statement} where shop_id = %s", [who.shop.id]).rowcount


def test_a_shop_that_is_well_has_no_findings(busy):
    assert doctor.examine([busy.shop]) == []


def test_every_shop_is_examined_unless_some_are_named(busy):
    as_owner(busy, "update customers set order_count = order_count + 1")
    assert busy.shop.slug in {finding.shop for finding in doctor.examine()}


PLANTED = {
    "touches of a contact": ("contacts", "update contacts set touches = touches + 1"),
    "when a contact was last touched": ("contacts", "update contacts set last_touched_at = null"),
    "a contact nobody was in touch with": ("contacts", "update contacts set status = 'pending'"),
    "talk with a contact lost": ("contacts", "delete from interactions"),
    "score of a lead": ("leads", "update leads set fit = 71"),
    "scores of a lead lost": ("leads", "delete from lead_scores"),
    "whom a lead became": ("leads", "update leads set customer_id = null"),
    "order count": ("customers", "update customers set order_count = order_count + 1"),
    "return count": ("customers", "update customers set return_count = 7"),
    "money spent": ("customers", "update customers set total_spent = total_spent - 0.01"),
    "first purchase": ("customers", "update customers set first_purchase_on = '2020-02-29'"),
    "second purchase": ("customers", "update customers set second_purchase_on = '2020-02-29'"),
    "last purchase": ("customers", "update customers set last_purchase_on = '2020-02-29'"),
    "visit count": ("customers", "update customers set visit_count = visit_count + 1"),
    "first visit": ("customers", "update customers set first_visit_on = '2020-02-29'"),
    "second visit": ("customers", "update customers set second_visit_on = '2020-02-29'"),
    "last visit": ("customers", "update customers set last_visit_on = '2020-02-29'"),
    "last talk": ("last_talks", "update customers set last_talk_on = '2020-02-29'"),
    "health score": ("health_scores", "update customers set health_score = 7"),
    "a visit lost": ("shop_days", "delete from visits"),
    "a day's visits": ("shop_days", "update shop_days set visits = visits + 1"),
    "a day's visitors": ("shop_days", "update shop_days set visitors = visitors + 1"),
    "a day's revisitors": ("shop_days", "update shop_days set revisitors = revisitors - 1"),
    "who became a revisitor": ("shop_days", "update shop_days set became_revisitor = became_revisitor + 1"),
    "an hour's visits": ("visit_hours", "update visit_hours set visits = visits + 1"),
    "an hour's walk-ins": ("visit_hours", "update visit_hours set walk_in = walk_in - 1"),
    "an hour lost": ("visit_hours", "delete from visit_hours"),
    "how a visit counts": ("visitor_days", "update visitor_days set interested_after = null, bought_after = null"),
    "a visitor lost": ("visitor_days", "delete from visitor_days"),
    "a cancelled order": ("shop_days", "update orders set status = 'cancelled'"),
    "a day's revenue": ("shop_days", "update shop_days set revenue = revenue + 0.01"),
    "a day's people": ("shop_days", "update shop_days set people = people - 1"),
    "a day's buyers": ("shop_days", "update shop_days set buyers = buyers - 1, repeat_buyers = repeat_buyers + 1"),
    "a day lost": ("shop_days", "delete from shop_days"),
    "a cohort": ("cohort_months", "update cohort_months set buyers = buyers + 1"),
    "a cohort lost": ("cohort_months", "delete from cohort_months"),
    "who bought last": ("recency_days", "update recency_days set last_bought = last_bought + 1"),
    "who is active": ("recency_days", "update recency_days set spells_ended = 0"),
    "recency lost": ("recency_days", "delete from recency_days"),
    "a word lost": ("words", "delete from customer_words"),
    "a word of a lead lost": ("lead_words", "delete from lead_words"),
    "a word of nobody's name": ("words", "update customer_words set word = word || 'x'"),
    "a refused row lost": ("imports", "delete from import_rows"),
    "a line of the record": ("record", "update activities set what = 'sale cancelled'"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_found(busy, planted):
    check, statement = PLANTED[planted]
    as_owner(busy, statement)
    assert check in {finding.check for finding in doctor.examine([busy.shop])}


def test_a_wrong_sum_of_a_sales_rep_is_found(busy):
    with psycopg.connect(server.libpq_url(server.owner_url())) as owner:
        rep_id = new_id()
        owner.execute("insert into staff (id, login, password_hash) values (%s, %s, '-')", [rep_id, str(rep_id)])
        owner.execute(
            "insert into memberships (shop_id, staff_id, name, role) values (%s, %s, 'Ravi', 'staff')",
            [busy.shop.id, rep_id],
        )
        owner.execute(
            "insert into rep_days (shop_id, day, rep_id, slot, purchases, visits)"
            " values (%s, '2026-11-20', %s, 0, 1, 2)",
            [busy.shop.id, rep_id],
        )
    [finding] = doctor.examine([busy.shop])
    assert finding.check == "rep_days"
    told = f"Sums of the sales rep's day 2026-11-20 of {rep_id}: purchases 1 too high, visits 2 too high."
    assert finding.message == told


def test_a_finding_says_which_shop_what_and_by_how_much(busy):
    as_owner(busy, "update shop_days set revenue = revenue - 1000.50, purchases = purchases + 2")
    [finding] = doctor.examine([busy.shop])
    assert finding.shop == busy.shop.slug
    assert finding.message == f"Sums of the day {finding.subject}: purchases 2 too high, revenue 1,000.50 too low."
    assert json.loads(json.dumps(finding.as_dict()))["differences"] == {"purchases": "2", "revenue": "-1000.50"}


def test_dates_that_differ_are_both_named(busy):
    as_owner(busy, "update customers set first_purchase_on = null")
    [finding] = doctor.examine([busy.shop])
    assert "first purchase on none, not 20" in finding.message


def test_many_findings_of_one_kind_are_told_in_few_lines(who):
    with shop_session(who, writes=True) as shop:
        for number in range(doctor.MOST + 5):
            customers.create(shop, {"name": f"Customer {number}"})
    as_owner(who, "update customers set order_count = 9", "delete from customer_words")
    found = doctor.examine([who.shop])
    assert len(found) == 2 * (doctor.MOST + 1)
    assert [finding.message for finding in found if finding.subject is None] == ["And 5 more of the same kind."] * 2


OPENED = {
    "row security off for its owner": (
        "alter table tags no force row level security",
        "alter table tags force row level security",
    ),
    "row security off": ("alter table tags disable row level security", "alter table tags enable row level security"),
    "another policy": ("create policy all_of_it on tags using (true)", "drop policy all_of_it on tags"),
    "another policy for reading": (
        "create policy all_of_it on tags for select using (true)",
        "drop policy all_of_it on tags",
    ),
    "no policy": (
        "drop policy of_this_shop on tags",
        "create policy of_this_shop on tags"
        " using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid))",
    ),
    "its policy widened": (
        "alter policy of_this_shop on tags using (true)",
        "alter policy of_this_shop on tags"
        " using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid))",
    ),
    "everything may be written": (
        "alter policy of_this_shop on tags with check (true)",
        "drop policy of_this_shop on tags; create policy of_this_shop on tags"
        " using (shop_id = cast(nullif(current_setting('app.shop_id', true), '') as uuid))",
    ),
}


@pytest.mark.parametrize("how", OPENED)
def test_a_table_open_to_other_shops_is_found(busy, how):
    opened, closed = OPENED[how]
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        owner.execute(opened)
        try:
            [finding] = doctor.examine([busy.shop])
        finally:
            owner.execute(closed)
    assert (finding.check, finding.subject) == ("policies", "tags")
    assert doctor.examine([busy.shop]) == []


@pytest.mark.parametrize(
    ("unbound", "bound"),
    [
        ("alter role regulars_app bypassrls", "alter role regulars_app nobypassrls"),
        ("alter role regulars_app superuser", "alter role regulars_app nosuperuser"),
        (
            "create table of_the_application (id uuid); alter table of_the_application owner to regulars_app",
            "drop table of_the_application",
        ),
    ],
)
def test_an_application_that_no_policy_holds_is_found(busy, unbound, bound):
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        owner.execute(unbound)
        try:
            [finding] = doctor.examine([busy.shop])
        finally:
            owner.execute(bound)
    assert (finding.check, finding.subject) == ("policies", "regulars_app")


@pytest.mark.parametrize(
    ("loosened", "mended", "subject"),
    [
        (
            "alter policy own_records on visit_products using (true)",
            "alter policy own_records on visit_products using (exists (select 1 from visits"
            " where visits.shop_id = visit_products.shop_id and visits.id = visit_products.visit_id))",
            "visit_products",
        ),
        ("alter role regulars_own bypassrls", "alter role regulars_own nobypassrls", "regulars_own"),
        (
            "grant regulars_own to regulars_app with inherit true",
            "grant regulars_own to regulars_app with inherit false",
            "regulars_own",
        ),
        (
            "revoke regulars_own from regulars_app",
            "grant regulars_own to regulars_app with inherit false",
            "regulars_own",
        ),
    ],
)
def test_what_would_show_staff_the_customers_of_others_is_found(busy, loosened, mended, subject):
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        owner.execute(loosened)
        try:
            found = doctor.examine([busy.shop])
        finally:
            owner.execute(mended)
    assert ("policies", subject) in [(finding.check, finding.subject) for finding in found]
    assert doctor.examine([busy.shop]) == []


def test_an_older_schema_is_found(busy):
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as owner:
        [newest] = owner.execute("select version_num from alembic_version").fetchone()
        owner.execute("update alembic_version set version_num = '001'")
        try:
            [finding] = doctor.examine([busy.shop])
        finally:
            owner.execute("update alembic_version set version_num = %s", [newest])
    assert finding.message == f"The database is at step 001, not {newest}: run `regulars migrate`."


def test_little_free_disk_is_a_warning(busy):
    [finding] = doctor.examine([busy.shop], least_free=10**18)
    assert "free on the disk" in finding.message
    assert not finding.is_wrong


def test_a_database_that_cant_be_reached_is_one_finding(busy, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://regulars:x@127.0.0.1:1/regulars")
    settings.cache_clear()
    gate.forget_engine()
    try:
        [finding] = doctor.examine()
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        gate.forget_engine()
    assert finding.check == "server"
    assert "can't be reached" in finding.message


def test_repair_sets_counters_rollups_and_words_from_the_truth(busy):
    as_owner(
        busy,
        "update customers set order_count = 9, total_spent = 1, first_purchase_on = null, visit_count = 7,"
        " last_talk_on = '2020-02-29', health_score = 7",
        "update shop_days set revenue = revenue - 1000.50, people = 77, visits = 5, visitors = 0",
        "update customer_words set word = word || 'x'",
        "update lead_words set word = word || 'x'",
        "delete from cohort_months",
        "update recency_days set spells_begun = 7",
    )
    doctor.repair(busy)
    assert doctor.examine([busy.shop]) == []


def test_words_of_any_number_of_customers_are_written_at_once(busy):
    """A statement takes at most 65,535 parameters."""
    with shop_session(busy, alone=True) as shop:
        customers.write_words(shop, ((new_id(), None) for _ in range(70_000)))


def test_repair_goes_on_in_slices(busy, monkeypatch):
    monkeypatch.setattr(doctor, "SLICE", 2)
    monkeypatch.setattr(customers, "SLICE", 2)
    with shop_session(busy, writes=True) as shop:
        for number in range(5):
            customers.create(shop, {"name": f"Customer {number}"})
            orders.record(shop, orders.NewOrder(amount=Decimal("5.00")))
    chain.seal(busy.shop)
    as_owner(busy, "delete from customer_words", "delete from shop_days", "delete from cohort_months")
    doctor.repair(busy)
    assert doctor.examine([busy.shop]) == []


def test_repair_is_a_command(busy, monkeypatch, capsys):
    as_owner(busy, "update customers set order_count = 9", "update shop_days set people = 77")
    monkeypatch.setattr(sys, "argv", ["regulars", "doctor", "--repair", busy.shop.slug])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    told = f"The counters and search words of {busy.shop.name} are set from the truth.\nEverything adds up.\n"
    assert capsys.readouterr().out == told
    assert doctor.examine([busy.shop]) == []


def test_what_repair_cannot_mend_is_told_after_it(busy, monkeypatch, capsys):
    as_owner(busy, "update activities set what = 'sale cancelled'")
    monkeypatch.setattr(sys, "argv", ["regulars", "doctor", "--repair", busy.shop.slug, "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert {finding["check"] for finding in json.loads(capsys.readouterr().out)} == {"record"}


def test_repair_leaves_a_broken_record_broken(busy):
    as_owner(busy, "update activities set what = 'sale cancelled'")
    doctor.repair(busy)
    assert {finding.check for finding in doctor.examine([busy.shop])} == {"record"}


def test_it_finds_items_without_their_order_or_product(who):
    with shop_session(who, alone=True) as shop:
        stray = {"shop_id": shop.id, "order_id": new_id(), "position": 1, "product_id": new_id()}
        shop.execute(insert(OrderItem).values(**stray, product_name="Lamp", quantity=1, total=5))
    [found] = doctor.examine([who.shop], least_free=0)
    assert (found.check, found.differences) == ("order_items", {"lines_without_order": 1, "lines_without_product": 1})
