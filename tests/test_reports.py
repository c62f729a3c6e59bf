"""Reports: every count, sum and average equals what is in the books; a report that can't be says so."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from conftest import NOW
from sqlalchemy import make_url, text
from till import Till

from crmcore import (
    customer_list,
    customers,
    exports,
    leads,
    metrics,
    modules,
    orders,
    people,
    pipeline,
    reports,
    segments,
)
from crmcore.database import server
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.pipeline import stages
from crmcore.reports import NewReport
from crmcore.reports.sources import SOURCES


@pytest.fixture
def sold(shop):
    """Asha of Pune buys twice and brings something back, Bilal of Nashik buys once, a stranger once; a draft waits."""
    till = Till(shop)
    for name, city in (("Asha", "Pune"), ("Bilal", "Nashik")):
        customers.change(shop, till.customer(name), {"city": city})
    till.sell("Asha", "120.50", "2026-09-30")
    till.sell("Asha", "80", "2026-11-11")
    till.sell("Asha", "-20", "2026-11-12")
    till.sell("Bilal", "35", "2026-11-12")
    till.sell(None, "10", "2026-11-13")
    orders.record(shop, orders.NewOrder(amount=Decimal(999), status=orders.DRAFT))
    return shop


def run(shop, **given):
    return reports.work_out(shop, reports.checked(shop.shop, given))


def pairs(result):
    return [(row["by"], row["value"]) for row in result.rows]


def test_revenue_by_city_is_what_was_sold_there_and_nothing_of_a_draft(sold):
    result = run(sold, take="sum", of="orders", column="revenue", by="city", period="all")
    assert pairs(result) == [("Pune", Decimal("180.50")), ("Nashik", 35), ("Not given", 10)]
    assert result.value == Decimal("225.50") == metrics.MEASURES["revenue"](sold, result.period).value
    assert (result.title, result.unit) == ("Revenue by city", "money")


def test_months_without_anything_stand_between_those_with(sold):
    result = run(sold, take="count", of="orders", by="month", period="last-90-days", where={"kind": ["purchase"]})
    assert pairs(result) == [
        (date(2026, 8, 23), 0), (date(2026, 9, 1), 1), (date(2026, 10, 1), 0), (date(2026, 11, 1), 3)
    ]  # fmt: skip


def test_weeks_begin_on_monday_and_quarters_where_they_should(sold):
    weeks = run(sold, take="count", of="orders", by="week", period=["2026-11-10", "2026-11-20"])
    assert pairs(weeks) == [(date(2026, 11, 10), 4), (date(2026, 11, 16), 1)]
    quarters = run(sold, take="sum", of="orders", column="revenue", by="quarter", period="year")
    assert [value for _, value in pairs(quarters)] == [0, 0, Decimal("120.50"), 105]
    ever = run(sold, take="count", of="orders", by="month", period="all")
    assert ever.rows[0]["by"] == date(2026, 9, 30), "all time begins with the first row"


def test_filters_leave_rows_out_and_know_those_that_say_nothing(sold):
    nowhere = run(sold, take="count", of="orders", period="all", where={"city": [None], "kind": ["purchase"]})
    assert nowhere.value == 1
    either = run(sold, take="average", of="orders", column="revenue", period="all", where={"city": ["Pune", None]})
    assert either.value == Decimal("38.10")  # four of Pune and of nobody's, the draft included
    assert reports.choices(sold, "orders", "city") == ["Pune", None, "Nashik"]


def test_what_is_to_come_counts_in_all_time_where_a_day_to_come_is_meant(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as opened:
        for value, expected in ((100, date(2026, 10, 5)), (20, date(2027, 1, 31)), (3, None)):
            pipeline.create(
                opened,
                pipeline.NewOpportunity(
                    "Desks", value=Decimal(value), expected_close_on=expected, created_on=date(2026, 10, 1)
                ),
            )
        ever = {"take": "sum", "of": "opportunities", "column": "value", "by": "month", "period": "all"}
        result = run(opened, **ever, day="expected_close_on")
        months = [(date(2026, 11, 1), 0), (date(2026, 12, 1), 0), (date(2027, 1, 1), 20)]
        assert (pairs(result), result.value) == ([(date(2026, 10, 5), 100), *months], 120)
        assert run(opened, **ever, day="created_on").value == 123
        assert run(opened, **{**ever, "period": "year"}, day="expected_close_on").value == 100


def test_one_word_in_several_spellings_is_one_row(shop):
    for name, city in (("Asha", "Pune"), ("Bilal", "PUNE"), ("Chitra", "pune"), ("Divya", None), ("Esha", "Nashik")):
        customers.create(shop, {"name": name, "city": city})
    result = run(shop, take="count", of="customers", by="city", period="all")
    assert sorted(value for _, value in pairs(result)) == [1, 1, 3]
    assert [by.lower() for by, _ in pairs(result)] == ["pune", "nashik", "not given"]


def test_only_rows_of_a_segments_customers_count_and_a_segment_that_is_gone_is_told(sold):
    rule = {"all": [{"field": "city", "operator": "one_of", "value": ["Pune"]}]}
    pune = segments.create(sold, segments.NewSegment("From Pune", rule))
    by_month = {"take": "sum", "of": "orders", "column": "revenue", "by": "city", "period": "all", "segment": str(pune)}
    result = run(sold, **by_month)
    assert (pairs(result), result.among) == ([("Pune", Decimal("180.50"))], "From Pune")
    for name in ("Asha", "Bilal"):
        (found,) = customer_list.search(sold, name, 1)
        items = [orders.Item("Soap", Decimal(2), Decimal(10))]
        orders.record(sold, orders.NewOrder(customer_id=found["id"], items=items))
    for of in ("order_lines", "customers"):
        assert run(sold, take="count", of=of, period="all", segment=str(pune)).value == 1, of
    kept = reports.keep(sold, NewReport("Pune", by_month))
    definition = reports.get(sold, kept)["definition"]
    assert reports.checked(sold.shop, definition).as_json() == definition
    assert reports.report_table(sold, reports.checked(sold.shop, definition)).about["segment"] == "From Pune"
    segments.remove(sold, pune)
    with pytest.raises(BadInput, match="not there any more") as refused:
        run(sold, **definition)
    assert refused.value.field == "segment"
    with pytest.raises(BadInput, match="not there any more"):
        reports.keep(sold, NewReport("Pune again", definition))


def test_a_figure_of_the_catalogue_whole_by_month_and_as_a_list(sold):
    whole = run(sold, take="figure", figure="revenue", period="all")
    assert whole.value == Decimal("225.50")
    months = run(sold, take="figure", figure="revenue", by="month", period=["2026-09-01", "2026-11-30"])
    assert pairs(months) == [(date(2026, 9, 1), Decimal("120.50")), (date(2026, 10, 1), 0), (date(2026, 11, 1), 105)]
    rows = run(sold, take="figure", figure="top_customers", period="all")
    assert rows.rows[0]["name"] == "Asha" and "customer_id" not in rows.columns


def test_every_figure_of_the_catalogue_can_be_reported(new_shop):
    shop = new_shop(kind="pharmacy")
    with shop_session(keeper(shop), writes=True, now=NOW) as opened:
        modules.switch(opened, list(modules.MODULES))
    who = keeper(people.find_shop(shop.slug))
    with shop_session(who, now=NOW) as opened:
        shown = {one.key for one in metrics.of_shop(opened.shop)}
        assert shown == set(metrics.KEYS)
        for key in metrics.KEYS:
            assert run(opened, take="figure", figure=key, period="month").title


def test_every_column_of_every_view_can_be_counted_added_and_broken_down(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as opened:
        stages.begin(opened)
        asha = customers.create(opened, {"name": "Asha", "city": "Pune"})
        first = stages.first_open(opened)["id"]
        pipeline.create(opened, pipeline.NewOpportunity("Desks", asha, first, value=Decimal(1000), source="fair"))
        leads.record(opened, leads.NewLead("Bilal", source="fair", created_on=opened.today - timedelta(days=3)))
        for source in SOURCES.values():
            if source.module == "visits":
                continue
            for key, column in ((one.key, one) for one in source.columns):
                if column.kind == "text":
                    run(opened, take="count", of=source.key, by=key, period="all", where={key: ["x", None]})
                elif column.kind == "day":
                    run(opened, take="count", of=source.key, by="month", day=key, period="year")
                else:
                    for take in ("sum", "average"):
                        run(opened, take=take, of=source.key, column=key, by="month", period="year")
        value = run(opened, take="sum", of="opportunities", column="weighted", by="stage", period="all")
        assert [row["rows"] for row in value.rows] == [1]
        assert pairs(run(opened, take="count", of="leads", by="source", period="all")) == [("Fair", 1)]


def test_the_views_have_the_columns_that_are_said_of_them(shop):
    found = "select column_name from information_schema.columns where table_name = :view"
    for source in SOURCES.values():
        there = set(shop.execute(text(found), {"view": f"report_{source.key}"}).scalars())
        assert {"shop_id", *(one.key for one in source.columns)} <= there, source.key


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"take": "figure", "figure": "luck"}, "figure", "no figure “luck”"),
        ({"take": "figure", "figure": "win_rate"}, "figure", "no figure “win_rate” in this shop"),
        ({"take": "figure", "figure": "top_customers", "by": "month"}, "by", "can't be broken down"),
        ({"take": "figure", "figure": "revenue", "where": {"city": ["x"]}}, "where", "all it is defined by"),
        ({"take": "median"}, "take", "Choose what to show"),
        ({"take": "count", "of": "pg_shadow"}, "of", "Choose what to count"),
        ({"take": "count", "of": "leads"}, "of", "switched off"),
        ({"take": "sum", "of": "orders", "column": "shop_id"}, "column", "have no “shop_id”"),
        ({"take": "sum", "of": "orders", "column": "city"}, "column", "have no “city”"),
        ({"take": "count", "of": "orders", "by": "1; drop table orders"}, "by", "any more"),
        ({"take": "count", "of": "orders", "day": "city"}, "day", "have no “city”"),
        ({"take": "count", "of": "orders", "where": {"luck": ["x"]}}, "where", "have no “luck”"),
        ({"take": "count", "of": "orders", "where": {"city": [7]}}, "where", "can't be read"),
        ({"take": "count", "of": "orders", "where": {"city": ["\x00"]}}, "where", "can't be read"),
        ({"take": "count", "of": "orders", "where": {"city": ["\ud800"]}}, "where", "can't be read"),
        ({"take": "count", "of": "orders", "segment": "best"}, "segment", "can't be read"),
        ({"take": "figure", "figure": "revenue", "segment": "best"}, "where", "all it is defined by"),
        ({"take": "count", "of": "orders", "period": "soon"}, "period", "Choose the days"),
        ({"take": "count", "of": "orders", "period": ["2026-02-01", "2026-01-01"]}, "period", "Swap"),
    ],
)
def test_a_report_that_cannot_be_says_which_part_and_why(shop, given, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        reports.checked(shop.shop, given)
    assert refused.value.field == field


def test_too_many_steps_are_refused(sold):
    with pytest.raises(BadInput, match="more than 120 steps"):
        run(sold, take="count", of="orders", by="day", period=["2026-01-01", "2026-11-20"])
    with pytest.raises(BadInput, match="needs a first day"):
        run(sold, take="figure", figure="revenue", by="month", period="all")


REVENUE = {"take": "sum", "of": "orders", "column": "revenue", "by": "city", "day": "ordered_on", "period": "all"}


def test_a_report_is_kept_for_oneself_or_shared_and_changed_by_who_made_it(join):
    owner = join("owner")
    manager, staff = join("manager", owner.shop, name="Lata"), join("staff", owner.shop)
    with shop_session(manager, writes=True, now=NOW) as opened:
        mine = reports.keep(opened, NewReport("  Cities ", REVENUE))
        assert reports.get(opened, mine)["definition"] == REVENUE
    with shop_session(owner, writes=True, now=NOW) as opened:
        assert reports.all_of(opened) == []
        with pytest.raises(NotFound):
            reports.get(opened, mine)
    with shop_session(manager, writes=True, now=NOW) as opened:
        reports.change(opened, mine, NewReport("Cities", {**REVENUE, "period": "year"}, is_shared=True))
    with shop_session(owner, writes=True, now=NOW) as opened:
        (seen,) = reports.all_of(opened)
        assert (seen["name"], seen["made_by"], seen["definition"]["period"]) == ("Cities", "Lata", "year")
        theirs = reports.keep(opened, NewReport("Mine", REVENUE, is_shared=True))
        reports.remove(opened, mine)
    with shop_session(manager, writes=True, now=NOW) as opened:
        assert [row["name"] for row in reports.all_of(opened)] == ["Mine"]
        with pytest.raises(BadInput, match="Give the report a name"):
            reports.change(opened, theirs, NewReport(" ", REVENUE))
    with shop_session(staff, writes=True, now=NOW) as opened, pytest.raises(NotAllowed):
        reports.keep(opened, NewReport("Staff", REVENUE))


def test_two_who_change_one_report_the_second_is_told(join):
    owner = join("owner")
    with shop_session(owner, writes=True, now=NOW) as opened:
        report_id = reports.keep(opened, NewReport("Cities", REVENUE, is_shared=True))
        seen = reports.get(opened, report_id)["updated_at"]
    with shop_session(owner, writes=True, now=NOW + timedelta(minutes=1)) as opened:
        reports.change(opened, report_id, NewReport("Towns", REVENUE, is_shared=True), seen_at=seen)
        with pytest.raises(Conflict, match="meanwhile"):
            reports.change(opened, report_id, NewReport("Places", REVENUE, is_shared=True), seen_at=seen)
        assert reports.get(opened, report_id)["name"] == "Towns"


def test_a_report_is_taken_away_with_its_rows_and_the_record_says_so(sold):
    definition = reports.checked(sold.shop, REVENUE)
    file = BytesIO()
    assert exports.write(sold, reports.report_table(sold, definition, "Cities"), file, "csv") == 3
    header, first, *_ = file.getvalue().decode("utf-8-sig").splitlines()
    assert header.startswith("City,") and first.startswith("Pune,180.5")


def test_another_tool_set_up_as_the_document_says_sees_one_shop_and_no_sign_ins(new_shop):
    mine, other = new_shop(), new_shop()
    for one, name in ((mine, "Asha"), (other, "Bilal")):
        with shop_session(keeper(one), alone=True, now=NOW) as opened:
            Till(opened).sell(name, "10", "2026-11-12")
    document = (Path(__file__).resolve().parents[1] / "docs" / "views.md").read_text("utf-8")
    setting_up = re.search(r"(?ms)^    create role analyst.*?(?=^alter|^It then)", document)[0]
    setting_up = re.sub("'<.*>'", f"'{mine.id}'", setting_up).replace("analyst", f"analyst_{mine.id.hex}")
    url = server.owner_url()
    with psycopg.connect(server.libpq_url(url), autocommit=True) as owner:
        owner.execute(setting_up)
    role = make_url(url).set(username=f"analyst_{mine.id.hex}", password="...")
    with psycopg.connect(server.libpq_url(server.written(role))) as tool:
        assert tool.execute("select customer, revenue from report_orders").fetchall() == [("Asha", 10)]
        assert tool.execute("select count(*) from report_opportunities").fetchone() == (0,)
        for refused in ("select * from staff", "insert into customers default values"):
            with pytest.raises(psycopg.Error), tool.transaction():
                tool.execute(refused)
    with psycopg.connect(server.libpq_url(url), autocommit=True) as owner:
        owner.execute(f"drop owned by analyst_{mine.id.hex}; drop role analyst_{mine.id.hex}")
