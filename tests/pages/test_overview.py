"""The Overview: true figures and what stands behind them, for owners and managers; a guide before the first sale."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from till import Till

from crmcore import customers, leads, pipeline
from crmcore.database.gate import keeper, shop_session
from crmcore.money import format_money
from crmcore.pipeline import stages


def sell(who, *sales):
    """sell(who, ("Asha", 100, 0), ("Asha", 50, 40)): name, amount, days ago."""
    today = datetime.now(who.shop.zone).date()
    with shop_session(keeper(who.shop), alone=True) as shop:
        till = Till(shop)
        for name, amount, ago in sales:
            till.sell(name, amount, today - timedelta(days=ago), "00:00")


def metrics_of(page):
    return {metric.label: metric.value.replace("\\", "") for metric in page.metric}


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_it_shows_the_four_figures_that_matter(join, open_page, role):
    who = join(role)
    sell(who, ("Asha", 100, 0), ("Asha", 50, 1), ("Bilal", "250.50", 0), (None, 10, 0))
    page = open_page("overview", who, period="All time")
    assert not page.exception
    assert metrics_of(page) == {
        "Revenue": "₹410.50",
        "Customers": "2",
        "Repeat rate": "50.0\u202f%",
        "Average lifetime value": "₹200.25",
    }


def test_it_sums_the_shop_up_in_five_lines(owner, open_page, hands):
    first = [(f"Customer {number}", 100, 0) for number in range(45)]
    again = [(f"Customer {number}", 95, 0) for number in range(11)]
    sell(owner, *first, *again, ("Customer 11", "102.50", 0))
    page = open_page("overview", owner)
    (lines,) = [part.value for part in page.get("html") if "<dl" in part.value]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", lines) == [
        ("Total customers", "45"),
        ("Repeat customers", "12 (26.7\u202f%)"),
        ("New this month", "45"),
        ("Average lifetime value", "₹125.50"),
        ("Total revenue", "₹5,647.50"),
    ]
    assert "12 repeat customers / 45 customers, up to today" in hands.read(page)


def test_every_figure_opens_its_meaning_and_its_sql(owner, open_page, hands):
    sell(owner, ("Asha", 100, 0), ("Asha", 50, 0))
    page = open_page("overview", owner)
    said = hands.read(page)
    assert "Of all customers, the share who bought two times or more." in said
    assert "1 repeat customers / 1 customers, up to today" in said
    assert any("sum(became_repeat)" in code.value for code in page.code)
    assert len(page.code) == 15


def test_a_write_is_there_on_the_next_view(owner, open_page):
    sell(owner, ("Asha", 100, 0))
    page = open_page("overview", owner)
    assert metrics_of(page)["Revenue"] == "₹100"
    sell(owner, ("Bilal", 23, 0))
    assert metrics_of(page.run())["Revenue"] == "₹123"


def test_the_period_comes_from_the_address_and_is_said_in_words(owner, open_page, hands):
    sell(owner, ("Asha", 100, 0), ("Asha", 50, 400))
    page = open_page("overview", owner, period="All time")
    assert metrics_of(page)["Revenue"] == "₹150"
    began = datetime.now(owner.shop.zone).date() - timedelta(days=400)
    assert f"all time, since {began:%-d %B %Y}" in hands.read(page)
    page = open_page("overview", owner, period="7 days")
    assert metrics_of(page)["Revenue"] == "₹100"
    assert " compared with " in hands.read(page)


@pytest.mark.parametrize("period", ["7 days", "This month", "Last month", "This year", "All time", "Nonsense"])
def test_no_period_breaks_it(owner, open_page, period):
    sell(owner, ("Asha", 100, 3), ("Asha", -100, 2), ("Bilal", 5, 800))
    page = open_page("overview", owner, period=period)
    assert not page.exception
    assert not page.error


def test_after_a_file_of_old_sales_it_leads_to_them(owner, open_page, hands):
    sell(owner, ("Asha", 100, 5 * 365), ("Bilal", 50, 5 * 365))
    day = datetime.now(owner.shop.zone).date() - timedelta(days=5 * 365)
    page = open_page("overview", owner)
    assert f"The last sale was on {day:%-d %B %Y}." in hands.read(page)
    page = hands.press(page, f"Show {day:%B %Y}")
    assert metrics_of(page)["Revenue"] == "₹150"
    assert "Nothing was sold" not in hands.read(page)
    assert "Nothing was sold in the last twelve months" in hands.read(open_page("overview", owner, period="All time"))


def test_quiet_days_lead_to_the_month_so_far(owner, open_page, hands):
    first = datetime.now(owner.shop.zone).date().replace(day=1)
    sell(owner, ("Asha", 100, (datetime.now(owner.shop.zone).date() - first).days))
    page = open_page("overview", owner, period="Last month")
    page = hands.press(page, f"Show {first:%B %Y}")
    assert not page.exception
    assert metrics_of(page)["Revenue"] == "₹100"


def test_the_best_customers_lead_to_their_pages(owner, open_page, hands):
    sell(owner, ("Asha [x](y) *Rao*", 100, 0), ("Bilal", 250, 0))
    page = open_page("overview", owner)
    links = [link.proto.label.replace("\\", "") for link in page.get("page_link")]
    assert links.index("Bilal") < links.index("Asha [x](y) *Rao*")


def test_a_shop_that_took_back_everything_has_no_error(owner, open_page):
    sell(owner, ("Asha", -100, 0), (None, 0, 0))
    page = open_page("overview", owner)
    assert not page.exception
    assert metrics_of(page)["Revenue"] == format_money(-100, "INR")


def test_before_the_first_sale_it_guides_through_three_steps(owner, open_page, hands):
    page = open_page("overview", owner)
    assert not page.exception
    assert page.title[0].value == "Welcome\\, Meera"
    assert set(metrics_of(page).values()) == {"–"}
    assert [button.label for button in page.button] == ["Add a person", "Choose a sheet", "Record a sale"]
    assert "No sales yet" in {popover.label for popover in _popovers(page)}


def test_a_step_that_is_done_says_so(owner, join, open_page, hands):
    join("staff", shop=owner.shop, name="Ravi")
    with shop_session(keeper(owner.shop), alone=True) as shop:
        Till(shop).customer("Asha")
    page = open_page("overview", owner)
    assert [button.label for button in page.button] == ["Record a sale"]
    links = [link.proto.label for link in page.get("page_link")]
    assert "2 people can sign in" in links
    assert "1 person on file" in links


def test_staff_are_refused(join, open_page, hands):
    who = join("staff")
    sell(who, ("Asha", 100, 0))
    page = open_page("overview", who)
    assert not page.exception
    assert not page.metric
    assert "₹100" not in hands.read(page)
    assert "not part of your account" in hands.read(page)


def _popovers(page):
    return [block.proto.popover for block in page.get("popover")]


def test_a_shop_with_a_pipeline_sees_leads_and_deals_first(join, new_shop, open_page, hands):
    who = join("owner", new_shop(kind="business"))
    assert "Three steps" in hands.read(open_page("overview", who)), "nothing to show yet"
    with shop_session(keeper(who.shop), alone=True) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        first = stages.first_open(shop)["id"]
        pipeline.create(shop, pipeline.NewOpportunity("Desks", asha, first, value=Decimal(5000)))
        leads.record(shop, leads.NewLead("Chitra", source="fair"))
    page = open_page("overview", who)
    assert not page.exception
    assert metrics_of(page)["Pipeline value"] == "₹5,000"
    said = hands.read(page)
    assert "1 open" in said and "Leads by source" in said and "What happened lately" in said
    links = [link.label for link in page.get("page_link")]
    assert "**Asha**" in links and any("Added to Regulars" in label for label in links)
    buttons = {button.label for button in page.button}
    assert {"New customer", "New lead", "New opportunity"} <= buttons
    sell(who, ("Asha", 100, 0))
    page = open_page("overview", who)
    assert {"Pipeline value", "Revenue"} <= set(metrics_of(page))
