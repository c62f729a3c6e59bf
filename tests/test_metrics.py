"""What each figure comes to in cases one can work out by hand."""

import csv
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from till import Till

from crmcore import customer_list, exports, metrics, orders, pipeline
from crmcore.customer_list import Filters
from crmcore.database.gate import Who, keeper, shop_session
from crmcore.database.sql import SQL_HOME, read_sql
from crmcore.errors import BadInput, NotAllowed
from crmcore.metrics import CATALOGUE, KEYS, MEASURES, asked_period, measure_all, metric, of_shop
from crmcore.metrics.catalogue import GROUPS, WRITTEN
from crmcore.metrics.export import figures_table
from crmcore.metrics.figures import (
    active_customers,
    anonymous_share,
    average_ltv,
    average_order,
    cohorts,
    customers,
    customers_by_month,
    days_since_last_purchase,
    new_and_returning_by_month,
    new_by_month,
    new_customers,
    people_on_file,
    purchase_frequency,
    repeat_customers,
    repeat_rate,
    retention_rate,
    returns,
    revenue,
    revenue_by_day,
    top_customers,
)
from crmcore.metrics.overview import FROM_SUMS, has_sold, overview
from crmcore.periods import between, named
from crmcore.shop_settings import Counting, change_counting

OCTOBER = between(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = between(date(2026, 11, 1), date(2026, 11, 20))


@pytest.fixture
def till(shop):
    return Till(shop)


def value(measure):
    return None if measure.value is None else float(measure.value)


def test_45_customers_of_whom_12_came_back_spent_5647_50(shop, till):
    for number in range(45):
        till.sell(f"Customer {number}", 100, "2026-11-02")
    for number in range(11):
        till.sell(f"Customer {number}", 95, "2026-11-03")
    till.sell("Customer 11", "102.50", "2026-11-04")

    everything = asked_period(shop)
    rate = repeat_rate(shop, everything)
    assert (rate.part, rate.whole) == (12, 45)
    assert rate.shown(shop.shop) == "26.7\u202f%"
    assert average_ltv(shop, everything).value == Decimal("125.50")
    assert revenue(shop, everything).value == Decimal("5647.50")


def test_nothing_of_nothing_is_a_dash_and_not_zero(shop):
    for rate in (repeat_rate, average_ltv, average_order, anonymous_share, purchase_frequency, retention_rate):
        measure = rate(shop, NOVEMBER)
        assert measure.value is None
        assert measure.shown(shop.shop) == "–"
    assert days_since_last_purchase(shop, NOVEMBER).value is None
    assert (revenue(shop, NOVEMBER).value, customers(shop, NOVEMBER).value) == (0, 0)


def test_hidden_customers_leave_the_counts_but_their_money_stays(shop, till):
    till.sell("Asha", 100, "2026-11-02")
    till.sell("Bilal", 300, "2026-11-03")
    till.sell("Bilal", 300, "2026-11-04")
    till.hide("Bilal")
    assert people_on_file(shop, NOVEMBER).value == 1
    assert customers(shop, NOVEMBER).value == 1
    assert repeat_customers(shop, NOVEMBER).value == 0
    assert average_ltv(shop, NOVEMBER).value == 100
    assert active_customers(shop, NOVEMBER).value == 1
    assert [row["name"] for row in top_customers(shop, NOVEMBER).rows] == ["Asha"]
    assert revenue(shop, NOVEMBER).value == 700


def test_returns_lower_revenue_and_spend_and_are_no_purchases(shop, till):
    till.sell("Asha", 100, "2026-11-02")
    till.sell("Asha", -40, "2026-11-05")
    assert revenue(shop, NOVEMBER).value == 60
    assert metrics.figures.orders(shop, NOVEMBER).value == 1
    assert returns(shop, NOVEMBER).value == 1
    assert average_order(shop, NOVEMBER).value == 100
    assert average_ltv(shop, NOVEMBER).value == 60
    assert repeat_customers(shop, NOVEMBER).value == 0
    assert purchase_frequency(shop, NOVEMBER).value == 1


def test_returns_of_people_who_never_bought_lower_revenue_alone(shop, till):
    till.sell("Asha", 100, "2026-11-02")
    till.sell("Bilal", -30, "2026-11-03")
    assert revenue(shop, NOVEMBER).value == 70
    assert customers(shop, NOVEMBER).value == 1
    assert average_ltv(shop, NOVEMBER).value == 100


def test_sales_without_a_name_count_as_revenue_and_as_nobodys(shop, till):
    till.sell("Asha", 60, "2026-11-02")
    till.sell(None, 20, "2026-11-03")
    share = anonymous_share(shop, NOVEMBER)
    assert (share.part, share.whole, value(share)) == (20, 80, 25.0)
    assert customers(shop, NOVEMBER).value == 1
    assert average_ltv(shop, NOVEMBER).value == 60


@pytest.mark.parametrize(
    ("named", "unnamed", "part", "whole"),
    [
        ([100, -100], [50, -100], -50, -50),  # nothing was earned
        ([100, -100], [], 0, 0),
        ([100], [-40], -40, 60),  # more came back without a name than was sold
        ([100, -120], [60], 60, 40),  # more came back from customers than they bought
    ],
)
def test_a_share_that_returns_turn_into_nonsense_is_a_dash(shop, till, named, unnamed, part, whole):
    for amount in named:
        till.sell("Asha", amount, "2026-11-02")
    for amount in unnamed:
        till.sell(None, amount, "2026-11-03")
    for share in (anonymous_share(shop, NOVEMBER), overview(shop, NOVEMBER).now.measure("anonymous_share")):
        assert (share.part, share.whole, share.value) == (part, whole, None)
        assert share.shown(shop.shop) == "–"


def test_everything_sold_without_a_name_is_the_whole(shop, till):
    till.sell(None, 20, "2026-11-03")
    assert value(anonymous_share(shop, NOVEMBER)) == 100.0


def test_drafts_and_cancelled_sales_do_not_count(shop, till):
    till.sell("Asha", 60, "2026-11-02", status=orders.DRAFT)
    till.sell("Asha", 60, "2026-11-02", status=orders.CANCELLED)
    cancelled = till.sell("Bilal", 90, "2026-11-02")
    orders.cancel(shop, cancelled)
    assert revenue(shop, NOVEMBER).value == 0
    assert customers(shop, NOVEMBER).value == 0
    assert people_on_file(shop, NOVEMBER).value == 2


def test_a_past_period_is_told_as_it_stood_on_its_last_day(shop, till):
    till.sell("Asha", 100, "2026-10-05")
    till.sell("Bilal", 100, "2026-10-06")
    till.sell("Asha", 50, "2026-11-06")
    till.sell("Chitra", 10, "2026-11-07")
    assert value(repeat_rate(shop, OCTOBER)) == 0.0
    assert average_ltv(shop, OCTOBER).value == 100
    assert (customers(shop, OCTOBER).value, customers(shop, NOVEMBER).value) == (2, 3)
    assert (new_customers(shop, OCTOBER).value, new_customers(shop, NOVEMBER).value) == (2, 1)
    assert days_since_last_purchase(shop, OCTOBER).value == 25.5


def test_retention_asks_the_period_just_before(shop, till):
    november = between(date(2026, 11, 11), date(2026, 11, 20))
    for name in ("Asha", "Bilal", "Chitra"):
        till.sell(name, 10, "2026-11-01")
    till.sell("Dev", 10, "2026-10-31")
    till.sell("Asha", 10, "2026-11-20")
    till.sell("Dev", 10, "2026-11-20")
    till.sell("Bilal", -10, "2026-11-15")
    rate = retention_rate(shop, november)
    assert (rate.part, rate.whole) == (1, 3)


def test_active_customers_bought_or_came_by_within_90_days_or_as_many_as_the_shop_set(shop, till):
    till.sell("Asha", 10, "2026-11-20")
    till.sell("Bilal", 10, "2026-08-23")  # the first of the 90 days
    till.sell("Chitra", 10, "2026-08-22")
    till.sell("Dev", 10, "2026-07-01")
    till.sell("Dev", 10, "2026-11-10")
    active = active_customers(shop, NOVEMBER)
    assert (active.value, active.whole) == (3, 4)
    assert active_customers(shop, OCTOBER).value == 2  # Bilal and Chitra; Dev's July is too long ago, November to come
    till.visit("Esha", "2026-08-23")
    till.visit("Bilal", "2026-10-01")
    assert active_customers(shop, NOVEMBER).value == 4
    change_counting(shop, Counting(active_days=11))
    assert active_customers(shop, NOVEMBER).value == 2
    assert active_customers(shop, OCTOBER).value == 0
    till.sell("Chitra", 10, "2026-10-30")  # the new days count for what is sold later, too
    assert active_customers(shop, OCTOBER).value == 1


def test_days_since_last_purchase_come_with_their_distribution(shop, till):
    for name, day in (("Asha", "2026-11-20"), ("Bilal", "2026-11-10"), ("Chitra", "2025-01-01")):
        till.sell(name, 10, day)
    measure = days_since_last_purchase(shop, NOVEMBER)
    assert (measure.value, measure.whole) == (10, 3)
    assert [(row["from_days"], row["to_days"], row["customers"]) for row in measure.rows] == [
        (0, 30, 2),
        (31, 60, 0),
        (61, 90, 0),
        (91, 180, 0),
        (181, 365, 0),
        (366, None, 1),
    ]


def test_lists_tell_days_months_cohorts_and_the_best_customers(shop, till):
    till.sell("Asha", 100, "2026-10-05")
    till.sell("Bilal", 30, "2026-10-06")
    till.sell("Asha", 50, "2026-11-06")
    till.sell("Chitra", 10, "2026-11-07")
    till.sell(None, 5, "2026-11-07")
    both = between(date(2026, 10, 1), date(2026, 11, 20))
    october, november = date(2026, 10, 1), date(2026, 11, 1)

    def rows(function):
        return [tuple(row.values()) for row in function(shop, both).rows]

    assert rows(revenue_by_day) == [
        (date(2026, 10, 5), 100, 1),
        (date(2026, 10, 6), 30, 1),
        (date(2026, 11, 6), 50, 1),
        (date(2026, 11, 7), 15, 2),
    ]
    assert rows(customers_by_month) == [(october, 2, 0), (november, 3, 1)]
    assert rows(new_by_month) == [(october, 2), (november, 1)]
    assert rows(new_and_returning_by_month) == [(october, 130, 0), (november, 10, 50)]
    assert rows(cohorts) == [(october, 0, 2, 2), (october, 1, 1, 2), (november, 0, 1, 1)]
    assert [(row["name"], row["total_spent"], row["purchases"]) for row in top_customers(shop, both).rows] == [
        ("Asha", 150, 2),
        ("Bilal", 30, 1),
        ("Chitra", 10, 1),
    ]


def test_top_customers_are_five_in_the_order_of_their_spend(shop, till):
    for number, amount in enumerate(("0.50", "1.10", "1.20", "900", "905", "-3", "40")):
        till.sell(f"Customer {number}", 10, "2026-11-01")
        till.sell(f"Customer {number}", Decimal(amount) - 10, "2026-11-02")
    spent = [row["total_spent"] for row in top_customers(shop, NOVEMBER).rows]
    assert spent == [905, 900, 40, Decimal("1.20"), Decimal("1.10")]


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER, between(date(2026, 11, 1), date(2026, 11, 6))])
def test_the_customers_behind_a_figure_are_exactly_those_it_counts(shop, till, period):
    for name, days in {
        "Asha": ["2026-07-01", "2026-10-05", "2026-11-06"],
        "Bilal": ["2026-10-06"],
        "Chitra": ["2026-11-07", "2026-11-07"],
        "Dev": ["2026-07-30", "2026-08-09"],
        "Esha": ["2026-11-20"],
    }.items():
        for day in days:
            till.sell(name, 10, day)
    till.customer("Farhan")
    till.sell("Gita", 10, "2026-10-07")
    till.hide("Gita")
    till.visit("Farhan", "2026-10-20")
    for key in ("people_on_file", "customers", "repeat_customers", "new_customers", "active_customers"):
        listed = customer_list.count(shop, Filters.of_address(metric(key).behind(period)))
        assert listed == MEASURES[key](shop, period).value, key
    for known in CATALOGUE:
        query = known.behind(period)
        assert query is None or Filters.of_address(query).address() == {
            name: text for name, text in query.items() if text != "all"
        }


def test_figures_can_be_taken_away_with_what_they_were_before(shop, till):
    till.sell("Asha", 100, "2026-10-05")
    till.sell("Asha", 50, "2026-11-06")
    till.sell("Bilal", 20, "2026-11-06")
    till.sell("Chitra", 20, "2026-11-06")
    file = BytesIO()
    exports.write(shop, figures_table(shop, named("month", shop.today)), file, "csv")
    rows = {row["Figure"]: row for row in csv.DictReader(file.getvalue().decode("utf-8-sig").splitlines())}
    assert set(rows) == {known.label for known in of_shop(shop.shop) if known.unit != "rows"}
    revenue_row, rate_row = rows["Revenue"], rows["Repeat rate"]
    assert (revenue_row["Value"], revenue_row["Unit"], revenue_row["Before"]) == ("90", "INR", "100")
    assert (rate_row["Value"], rate_row["Unit"], rate_row["Part"], rate_row["Whole"]) == ("33.3333", "%", "1", "3")
    assert (rate_row["First day"], rate_row["Before: last day"]) == ("2026-11-01", "2026-10-20")


def test_keys_functions_and_files_match():
    files = {path.stem for path in (SQL_HOME / "metrics").glob("*.sql")}
    assert files == set(KEYS) == set(MEASURES) == {known.key for known in WRITTEN}
    assert len(KEYS) == len(set(KEYS))


OWN = """-- Open opportunities worth more than {least}, as many as there are.
-- unit: count
-- module: pipeline
select count(*) as value from opportunities where shop_id = :shop_id and value > 10000
"""


ELSEWHERE = """
import sys
from pathlib import Path
from crmcore.database import sql
sql.SQL_HOME = Path(sys.argv[1])
from crmcore import metrics, people, reports
from crmcore.database.gate import keeper, shop_session
shop = people.find_shop(sys.argv[2])
with shop_session(keeper(shop)) as opened:
    for one in metrics.of_shop(shop)[-2:]:
        report = reports.checked(shop, {"take": "figure", "figure": one.key})
        print(one.key, one.means, reports.work_out(opened, report))
"""


def test_a_file_put_beside_the_others_is_a_figure_by_itself(new_shop, tmp_path):
    business = new_shop(kind="business")
    with shop_session(keeper(business), alone=True) as shop:
        for value in (9000, 11000, 12000):
            pipeline.create(shop, pipeline.NewOpportunity("Desks", value=Decimal(value)))
    shutil.copytree(SQL_HOME, tmp_path / "sql")
    (tmp_path / "sql" / "metrics" / "large_deals.sql").write_text(OWN, encoding="utf-8")
    (tmp_path / "sql" / "metrics" / "bare.sql").write_text("select 7 as seven", encoding="utf-8")
    run = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "sql"), business.slug]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    bare, large_deals = told.splitlines()
    assert bare.startswith("bare Bare Result") and "{'seven': 7}" in bare
    assert large_deals.startswith("large_deals Open opportunities worth more than {least}, as many as there are. R")
    assert "title='Large deals'" in large_deals and "value=2, unit='count'" in large_deals


@pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.key)
def test_a_file_opens_with_its_meaning(known):
    comment = " ".join(re.findall(r"^-- (.*)$", read_sql(f"metrics/{known.key}"), re.MULTILINE))
    assert comment.startswith(known.means)


@pytest.mark.parametrize("known", CATALOGUE, ids=lambda known: known.key)
def test_the_catalogue_says_all_that_a_page_needs(known):
    assert known.unit in ("money", "count", "percent", "number", "days", "rows")
    assert known.better in ("up", "down", "none")
    assert known.group in GROUPS
    assert known.means.endswith(".")
    assert known.label[0].isupper()


def test_an_unknown_figure_is_refused_with_the_list_of_those_there_are(shop):
    with pytest.raises(BadInput, match=r"“conversion” is not a figure\. Use one of: revenue, "):
        measure_all(shop, ["conversion"], NOVEMBER)


def test_staff_may_not_see_figures(who):
    helper = Who(shop=who.shop, staff_id=None, name="Ravi", role="staff")
    with shop_session(helper) as shop:
        with pytest.raises(NotAllowed):
            measure_all(shop, ["revenue"], NOVEMBER)
        with pytest.raises(NotAllowed):
            overview(shop, NOVEMBER)


def test_measures_become_plain_numbers(shop, till):
    till.sell("Asha", "100.50", "2026-11-02")
    till.sell("Bilal", "50", "2026-11-02")
    found = {measure.key: measure.as_dict() for measure in measure_all(shop, None, asked_period(shop))}
    assert list(found) == list(KEYS)
    assert found["revenue"] == {"value": 150.5, "part": None, "whole": None, "rows": []}
    assert found["average_ltv"] == {"value": 75.25, "part": 150.5, "whole": 2, "rows": []}
    assert found["revenue_by_day"]["rows"] == [{"day": "2026-11-02", "revenue": 150.5, "purchases": 2}]


def test_without_days_the_period_is_all_the_books_up_to_today(shop, till):
    till.sell("Asha", 5, "1998-01-31")
    assert value(revenue(shop, asked_period(shop))) == 5
    assert value(revenue(shop, asked_period(shop, last=date(1998, 1, 30)))) == 0
    assert asked_period(shop, date(2026, 11, 1)) == between(date(2026, 11, 1), shop.today)
    with pytest.raises(BadInput, match="before it begins"):
        asked_period(shop, date(2026, 12, 1))


@pytest.mark.parametrize("name", ["week", "month", "last-month", "year", "all"])
def test_the_overview_shows_what_each_figure_says_itself(shop, till, name):
    till.sell("Asha", 100, "2024-02-29")
    till.sell("Bilal", 30, "2025-11-06")
    till.sell("Asha", 50, "2026-10-06")
    till.sell("Chitra", 10, "2026-11-07")
    till.sell("Chitra", -4, "2026-11-16")
    till.sell(None, 5, "2026-11-17")
    till.customer("Dev")
    asked = named(name, shop.today)
    shown = overview(shop, asked)
    assert (shown.earlier and shown.earlier.period) == asked.compared()
    for key in FROM_SUMS:
        for span in filter(None, [shown.now, shown.earlier, *shown.line, *shown.earlier_line, *shown.months]):
            itself = MEASURES[key](shop, span.period)
            told = span.measure(key)
            assert (told.value, told.part, told.whole) == (itself.value, itself.part, itself.whole), (key, span.period)
    assert sum(span.within.revenue for span in shown.line) == shown.now.within.revenue
    assert shown.now.given_back == (4 if asked.since <= date(2026, 11, 16) < asked.until else 0)
    assert shown.top == top_customers(shop, asked).rows


def test_the_overview_shows_the_cohorts_of_the_last_seven_months(shop, till):
    for day in ("2026-04-30", "2026-05-01", "2026-10-06", "2026-11-07"):
        till.sell("Asha", 100, day)
    for day in ("2026-05-02", "2026-09-06"):
        till.sell("Bilal", 100, day)
    may, september = date(2026, 5, 1), date(2026, 9, 1)
    assert overview(shop, named("month", shop.today)).cohorts == {may: {may: 1, september: 1}}
    april = between(date(2026, 4, 1), date(2026, 10, 31))
    rows = [(row["cohort"], row["months_later"], row["part"]) for row in cohorts(shop, april).rows]
    asha = date(2026, 4, 1)
    assert rows == [(asha, 0, 1), (asha, 1, 1), (asha, 6, 1), (may, 0, 1), (may, 4, 1)]
    assert list(overview(shop, april).cohorts) == [asha, may]


def test_a_shop_has_sold_once_a_sale_is_completed(shop, till):
    till.sell("Asha", 60, "2026-11-02", status=orders.DRAFT)
    assert not has_sold(shop)
    till.sell("Asha", 60, "2026-11-02")
    assert has_sold(shop)


def test_the_overview_of_an_empty_shop_has_nothing_to_show(shop):
    shown = overview(shop, named("all", shop.today))
    assert not has_sold(shop)
    assert shown.now.period.days == 1
    assert (shown.top, shown.cohorts) == ([], {})


def test_the_line_has_steps_one_can_read(shop, till):
    till.sell("Asha", 1, "1998-01-31")
    lengths = {}
    for name in ("week", "month", "year", "all"):
        shown = overview(shop, named(name, shop.today))
        lengths[name] = (shown.step_days, len(shown.line))
        assert len(shown.earlier_line) in (0, len(shown.line))
    assert lengths == {"week": (1, 7), "month": (1, 20), "year": (7, 47), "all": (28, 376)}
    year = overview(shop, named("year", shop.today)).line
    assert (year[0].period.days, {span.period.days for span in year[1:]}) == (2, {7})
    assert [span.is_open for span in overview(shop, named("week", shop.today)).line] == [False] * 6 + [True]
