"""A showroom's floor in a real browser: a visit, the next one, and who looks after whom; wide and on a phone."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import customers, follow_ups, orders, products, reps, visits
from crmcore.customer_list import Filters, count
from crmcore.database.gate import keeper, shop_session
from crmcore.metrics.visits import visit_figures
from crmcore.periods import named
from crmcore.products import NewProduct

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


@pytest.fixture
def showroom(new_shop):
    """A showroom with a small catalogue and three people on file."""
    opened = new_shop(kind="showroom", name="Meera Sofas & Beds")
    with shop_session(keeper(opened), alone=True) as shop:
        for name, category in (
            ("3-seater sofa, teal", "Sofas"),
            ("Corner sofa, linen", "Sofas"),
            ("Coffee table, oak", "Tables"),
            ("Double bed, sheesham", "Beds"),
        ):
            products.create(shop, NewProduct(name, category=category, price=Decimal(42_000)))
        for name, phone in (("Anita Deshpande", "98811 20456"), ("Bilal Khan", "98811 33210"), ("Chitra Rao", "")):
            customers.create(shop, {"name": name, "phone": phone})
    return opened


def anita_of(shop):
    return customers.by_phone(shop, "98811 20456")


def visits_told(owner):
    """Visits of today and the revisit rate in per cent, as the Visits page tells them."""
    with shop_session(owner) as shop:
        now = visit_figures(shop, named("month", shop.today)).now
    return now["visits_today"].value, now["revisit_rate"].value


def choose(page, *names):
    for name in names:
        page.get_by_test_id("stMain").get_by_text(name, exact=True).click()
        settle(page)


@WIDTHS
def test_a_visit_from_the_list_and_the_next_day_a_revisit_that_answers_the_follow_up(
    showroom, member, signed_in_page, visit, screenshot, width
):
    ravi, owner = member("staff", showroom, name="Ravi Kale", sells=True), member("owner", showroom)
    assert visits_told(owner) == (0, None)
    page = signed_in_page(ravi, width=width)
    visit(page, "/customers?q=anita")
    expect(page.get_by_text("1 customer", exact=True)).to_be_visible()
    if width == 390:
        page.get_by_role("link", name=re.compile("Visit$")).first.click()
    else:
        table = page.get_by_test_id("stDataFrame").bounding_box()
        page.mouse.click(table["x"] + 804, table["y"] + 56)
    expect(page.get_by_role("heading", name="Record visit")).to_be_visible()
    settle(page)
    expect(page.get_by_text("makes you their sales rep")).to_be_visible()
    choose(page, "High", "Sofas", "Quote given")
    page.get_by_label("Worth about (₹)").fill("42000")
    page.get_by_label("Notes", exact=True).fill("Likes the 3-seater in teal, wants to bring her daughter")
    choose(page, "Follow up later")
    page.get_by_label("About", exact=True).fill("Has her daughter seen the colour?")
    page.get_by_label("About", exact=True).press("Tab")
    expect(page.get_by_text("puts the follow-up on your day")).to_be_visible()
    screenshot(page, f"visit-form-{width}")
    page.get_by_role("button", name="Save visit").click()
    expect(page.get_by_role("heading", name="Anita Deshpande")).to_be_visible()
    settle(page)
    expect(page.get_by_text("Visit recorded")).to_be_visible()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("looked after by Ravi Kale")
    expect(main).to_contain_text("Has her daughter seen the colour?")
    with shop_session(ravi) as shop:
        anita = anita_of(shop)
        assert (anita["status"], anita["visit_count"], anita["rep_id"]) == ("active", 1, ravi.staff_id)
        assert [todo["due_on"] for todo in follow_ups.open_of_customer(shop, anita["id"])] == [
            shop.today + timedelta(days=2)
        ]
    assert visits_told(owner) == (1, 0)

    _a_day_goes_by(ravi)
    page.get_by_role("button", name="Record visit").click()
    expect(page.get_by_role("heading", name="Record visit")).to_be_visible()
    settle(page)
    expect(page.get_by_text("Last time,")).to_be_visible()
    expect(main).to_contain_text("wants to bring her daughter")
    choose(page, "Follow-up", "Medium")
    page.get_by_label("Notes", exact=True).fill("Her daughter likes it too")
    page.get_by_text("Has her daughter seen the colour?").click()
    settle(page)
    expect(page.get_by_text("ticks off 1 follow-up")).to_be_visible()
    screenshot(page, f"revisit-form-{width}")
    page.get_by_role("button", name="Save visit").click()
    expect(page.get_by_role("heading", name="Anita Deshpande")).to_be_visible()
    settle(page)
    page.get_by_role("tab", name="Visits").click()
    expect(page.get_by_text("2 visits, 1 revisit among them")).to_be_visible()
    settle(page)
    screenshot(page, f"visits-{width}")
    with shop_session(ravi) as shop:
        assert follow_ups.open_of_customer(shop, anita["id"]) == []
        assert anita_of(shop)["visit_count"] == 2
    assert visits_told(owner) == (1, 100)

    page.get_by_role("button", name="Record visit").click()  # the same day once more
    expect(page.get_by_text("They were here today already")).to_be_visible()
    expect(page.get_by_label("Notes", exact=True)).to_have_value("Her daughter likes it too")


def _a_day_goes_by(ravi):
    """The visit of today becomes one of yesterday."""
    with shop_session(ravi, alone=True) as shop:
        today = visits.of_day(shop, anita_of(shop)["id"], shop.today)
        visits.change(shop, today["id"], visits.VisitChange(visited_at=shop.now - timedelta(days=1)))


@pytest.mark.parametrize("width", [390])
def test_somebody_new_comes_by_and_is_found_again_by_the_number(
    showroom, member, signed_in_page, visit, screenshot, width
):
    ravi = member("staff", showroom, name="Ravi Kale", sells=True)
    page = signed_in_page(ravi, width=width)
    visit(page, "/visit")
    page.get_by_label("Phone number or name").press_sequentially("9822011111")
    expect(page.get_by_text("Not on file yet")).to_be_visible()
    page.get_by_label("Name, if they tell it").fill("Dev Patil")
    page.get_by_label("Name, if they tell it").press("Tab")
    settle(page)
    choose(page, "Low")
    screenshot(page, f"visit-of-somebody-new-{width}")
    page.get_by_role("button", name="Save visit").click()
    expect(page.get_by_role("heading", name="Dev Patil")).to_be_visible()
    settle(page)
    visit(page, "/visit")
    page.get_by_label("Phone number or name").press_sequentially("+91 98220-11111")
    expect(page.get_by_text("They were here today already")).to_be_visible()


def test_a_manager_shares_customers_out_in_the_list_and_on_the_page(
    showroom, member, signed_in_page, visit, screenshot
):
    ravi, _ = (member("staff", showroom, name=name, sells=True) for name in ("Ravi Kale", "Sana Khan"))
    page = signed_in_page(member("manager", showroom))
    visit(page, "/customers?sort=name")
    table = page.get_by_test_id("stDataFrame").bounding_box()
    for line in (0, 1):
        page.mouse.click(table["x"] + 16, table["y"] + 56 + 40 * line)
        settle(page)
    page.get_by_role("button", name="Assign 2 customers").click()
    settle(page)
    page.get_by_role("combobox", name=re.compile("Sales rep")).last.click()
    page.get_by_role("option", name="Ravi Kale").click()
    settle(page)
    page.get_by_role("button", name="Assign 2 customers to Ravi Kale").click()
    expect(page.get_by_text("2 customers went to Ravi Kale")).to_be_visible()
    settle(page)
    screenshot(page, "assigned")
    with shop_session(ravi) as shop:
        assert count(shop, Filters(rep=ravi.staff_id)) == 2
        anita = anita_of(shop)["id"]
    visit(page, f"/customer?id={anita}")
    page.get_by_role("button", name="Looked after by Ravi Kale").click()
    page.get_by_role("menuitem", name="Sana Khan").or_(page.get_by_role("option", name="Sana Khan")).click()
    expect(page.get_by_role("button", name="Looked after by Sana Khan")).to_be_visible()
    page.get_by_role("button", name="Looked after by Sana Khan").click()
    nobody = reps.NOBODY_IN_PARTICULAR
    page.get_by_role("menuitem", name=nobody).or_(page.get_by_role("option", name=nobody)).click()
    expect(page.get_by_role("button", name="Nobody looks after them")).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text("Sales rep: Sana Khan → –")


@WIDTHS
def test_the_owner_sees_what_each_sales_rep_did_and_the_rows_behind_it(
    showroom, member, signed_in_page, visit, screenshot, width
):
    ravi, sana = (member("staff", showroom, name=name, sells=True) for name in ("Ravi Kale", "Sana Khan"))
    with shop_session(keeper(showroom), alone=True) as shop:
        anita = anita_of(shop)["id"]
        bilal = customers.by_phone(shop, "98811 33210")["id"]
        for customer_id, rep, days_ago in ((anita, ravi, 1), (anita, ravi, 2), (anita, ravi, 40), (bilal, sana, 3)):
            came = visits.NewVisit(
                customer_id, interest="high", handled_by=rep.staff_id, visited_at=shop.now - timedelta(days=days_ago)
            )
            visits.record(shop, came)
        for customer_id, rep in ((anita, ravi), (bilal, sana), (bilal, sana), (bilal, sana)):
            orders.record(
                shop, orders.NewOrder(amount=Decimal(42_000), customer_id=customer_id, rep_id=rep.staff_id)
            )
    page = signed_in_page("owner", showroom, width=width)
    visit(page, "/visits?show=reps&period=7 days")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("3 visits handled, 4 purchases sold")  # a sale adds no visit, a visit no sale
    page.get_by_role("combobox", name="Sorted").click()
    page.get_by_role("option", name="Most visits").click()
    expect(page).to_have_url(re.compile("sort="))
    settle(page)
    screenshot(page, f"reps-{width}")
    if width == 390:
        page.get_by_role("link", name="2 visits", exact=True).first.click()
    else:
        table = page.get_by_test_id("stDataFrame").first.bounding_box()
        page.mouse.move(table["x"] + 360, table["y"] + 57)  # the table must know first which cell is pointed at
        page.mouse.click(table["x"] + 363, table["y"] + 56, delay=50)
    expect(main).to_contain_text("2 visits of")
    settle(page)
    screenshot(page, f"reps-rows-{width}")
    page.go_back()
    expect(main).to_contain_text("3 visits handled")
    choose(page, "All time")
    expect(main).to_contain_text("4 visits handled, 4 purchases sold")
