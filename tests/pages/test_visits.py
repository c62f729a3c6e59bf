"""The Visits page: its figures, the sales reps, all visits, what is narrowed by the address, and who may see it."""

from datetime import timedelta

import pytest
from till import Till

from crmcore import products, segments
from crmcore.database.gate import keeper, shop_session


@pytest.fixture
def boss(join, new_shop):
    return join("owner", new_shop(kind="showroom"))


@pytest.fixture
def came(boss):
    """Three people who came in the last days, two of them handled by Ravi; today, and what they talked about."""
    with shop_session(keeper(boss.shop), alone=True) as shop:
        till = Till(shop)
        sofa = products.create(shop, products.NewProduct(name="Oak *sofa*"))
        today = shop.today
        yesterday, month_ago = today - timedelta(days=1), today - timedelta(days=40)
        till.visit("Asha *D*", month_ago, by="Ravi")
        till.visit("Asha *D*", today, "00:01", by="Ravi", interest="high", product_ids=[sofa], outcome="quote_given")
        till.visit("Bilal", today, "00:02", by="Sana", visit_type="delivery", follow_up_on=today, notes="call him")
        till.visit("Chitra", yesterday, by="Ravi", follow_up_on=today, follow_up_about="Say that the sofa is here")
        till.visit("Dev", today, "00:03")
        till.sell("Asha *D*", 100, today, "00:04", by="Ravi")
        till.hide("Dev")
        return till, today, sofa


def week(noun="visits", **query):
    return {"period": "7 days", **query}


def links(page):
    """Where the links of a page lead, as page?query."""
    return {f"{link.proto.page}?{link.proto.query_string}" for link in page.get("page_link")}


def metrics(page):
    return {metric.label.replace("\\", ""): metric.value.replace("\\", "") for metric in page.metric}


def widget(kind, label):
    return next(one for one in kind if one.label.startswith(label))


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_the_figures_of_a_period(came, boss, join, open_page, hands, role):
    page = open_page("visits", join(role, boss.shop), **week())
    assert not page.exception
    assert metrics(page) == {
        "Visits today": "3",
        "Visits, last 7 days": "4",
        "Revisit rate": "33.3\u202f%",
        "Returning visitors": "33.3\u202f%",
        "Visit-to-purchase": "33.3\u202f%",
        "Reviews": "–",
    }
    assert "Visits by day" in hands.read(page)
    basis = {block.proto.popover.label.replace("\\", "") for block in page.get("popover")}
    assert {"1 of 3 visitors", "0 of 0 asked · 0 given, ★ –", "33.3\u202f% of 3 visitors purchased"} <= basis
    assert any(told.startswith("4 visits so far, 4 more than in") for told in basis)
    assert any(told.startswith("Most come on") for told in basis)


def test_what_stands_behind_a_figure_is_a_press_away(came, boss, open_page):
    _, today, _ = came
    since = today - timedelta(days=6)
    found = links(open_page("visits", boss, **week()))
    days = f"period=Other+days&days={today}&days={today}"
    assert f"visits?show=list&{days}" in found
    assert f"customers?revisit_to={today}" in found
    for kind in ("returned", "bought", "interested", "quoted", "purchased"):
        assert any(
            link.startswith("customers?") and f"visited_from={since}" in link and f"visit={kind}" in link
            for link in found
        ), kind
    assert "visits?show=list&period=7+days&type=delivery" in found


def test_rep_and_product_narrow_the_whole_page(came, boss, open_page, hands):
    till, _, sofa = came
    page = open_page("visits", boss, **week(rep=till.reps["Ravi"]))
    assert metrics(page)["Visits, last 7 days"] == "2"
    assert "only visits Ravi handled" in hands.read(page)
    assert any("handled_by=" in link and "visit=bought" in link for link in links(page))
    page = open_page("visits", boss, **week(product=sofa))
    assert metrics(page)["Visits, last 7 days"] == "1"
    assert "only visits about Oak *sofa*" in hands.read(page)
    page = widget(page.selectbox, "About").set_value("").run()
    assert "product" not in page.query_params
    assert metrics(page)["Visits, last 7 days"] == "4"


def test_the_sales_reps_by_what_they_sold_with_the_rows_behind_each_number(came, boss, open_page, hands):
    till, today, _ = came
    page = open_page("visits", boss, **week(show="reps"))
    assert not page.exception
    table = page.dataframe[0].value
    assert table[["name", "customers", "visits", "purchases", "converted"]].to_numpy().tolist() == [
        ["Ravi", 2, 2, 1, 1],
        ["Sana", 1, 1, 0, 0],
    ]
    ravi = till.reps["Ravi"]
    found = links(page)
    assert f"visits?show=list&period=7+days&rep={ravi}" in found
    assert f"orders?period=7+days&rep={ravi}&purchases=yes" in found
    assert f"orders?period=7+days&rep={ravi}&status=completed" in found
    seen = f"customers?visited_from={today - timedelta(days=6)}&visited_to={today}&handled_by={ravi}"
    assert {seen, f"{seen}&visit=bought"} <= found
    page = widget(page.selectbox, "Sorted").set_value("name").run()
    assert page.query_params["sort"] == "name"
    assert list(page.dataframe[0].value["name"]) == ["Ravi", "Sana"]
    page = widget(page.selectbox, "Handled by").set_value(str(till.reps["Sana"])).run()
    assert list(page.dataframe[0].value["name"]) == ["Sana"]


def test_what_is_still_to_do_stands_below_the_reps(came, boss, open_page, hands):
    page = open_page("visits", boss, **week(show="reps"))
    assert "2 open follow-ups" in hands.read(page)
    assert "Say that the sofa is here" in set(page.dataframe[1].value["about"])
    assert set(page.dataframe[1].value["who"]) == {"Bilal", "Chitra"}
    page = open_page("visits", boss, **week(show="reps", rep=came[0].reps["Ravi"]))
    assert list(page.dataframe[1].value["who"]) == ["Chitra"]


def test_all_visits_filtered_by_the_address(came, boss, open_page, hands):
    page = open_page("visits", boss, **week(show="list"))
    assert list(page.dataframe[0].value["who"]) == ["Somebody hidden", "Bilal", "Asha *D*", "Chitra"]
    assert "**4** visits" in hands.read(page)
    page = widget(page.selectbox, "Type").set_value("delivery").run()
    assert page.query_params["type"] == "delivery"
    assert list(page.dataframe[0].value["who"]) == ["Bilal"]
    quoted = open_page("visits", boss, **week(show="list", outcome="quote_given", type="unheard-of"))
    (row,) = quoted.dataframe[0].value.to_dict("records")
    assert (row["who"], row["interest_said"], row["about"], row["outcome_said"], row["rep_name"]) == (
        "Asha *D*", "High", "Oak *sofa*", "Quote given", "Ravi",
    )  # fmt: skip
    rule = {"all": [{"field": "name", "operator": "starts_with", "value": "asha"}]}
    with shop_session(boss, writes=True) as shop:
        ashas = segments.create(shop, segments.NewSegment("Ashas", rule))
    page = open_page("visits", boss, **week(show="list", segment=ashas))
    assert list(page.dataframe[0].value["who"]) == ["Asha *D*"] and widget(page.selectbox, "Customers in").value
    nothing = open_page("visits", boss, **week(show="list", outcome="future_interest"))
    assert "No visit fits" in hands.read(nothing)
    assert list(hands.press(nothing, "Clear filters").dataframe[0].value["who"])


def test_days_without_visits_lead_to_those_that_have_some(came, boss, open_page, hands):
    _, today, _ = came
    long_ago = today - timedelta(days=400)
    page = open_page("visits", boss, period="Other days")
    page.session_state["days"] = (long_ago, long_ago)
    page = page.run()
    assert "Nobody came in these days." in hands.read(page)
    page = hands.press(page, "Show ")
    assert metrics(page)["Visits today"] == "3"
    assert "Nobody came" not in hands.read(page)


def test_a_shop_nobody_visited_is_led_to_its_first_visit(boss, open_page, hands):
    page = open_page("visits", boss)
    assert not page.exception
    assert "No visits yet" in hands.read(page)
    assert [button.label for button in page.button][-1] == "Record a visit"


def test_staff_are_refused(came, boss, join, open_page, hands):
    page = open_page("visits", join("staff", boss.shop))
    assert not page.metric
    assert "not part of your account" in hands.read(page)


def test_a_shop_without_the_module_has_no_such_page(owner, open_page, hands):
    page = open_page("visits", owner)
    assert not page.exception
    assert not page.metric
    assert "switched" in hands.read(page)
