"""The Reports page: a report is made, looked at, kept, opened again, shared and removed."""

import pytest
from sqlalchemy import update
from till import Till

from crmcore import customers, reports
from crmcore.database.gate import keeper, shop_session
from crmcore.models import Report
from crmcore.reports import NewReport


@pytest.fixture
def sold(owner):
    with shop_session(keeper(owner.shop), alone=True) as shop:
        till = Till(shop)
        for name, city in (("Asha", "Pune"), ("Bilal", "Nashik")):
            customers.change(shop, till.customer(name), {"city": city})
            till.sell(name, "120", shop.today)
    return owner


def test_a_report_is_begun_narrowed_kept_opened_and_removed(sold, open_page, hands):
    page = open_page("reports", sold)
    assert "No reports yet" in hands.read(page)
    page = hands.press(page, "Revenue by month")
    assert "₹240" in hands.read(page)
    page = next(box for box in page.selectbox if box.label == "Broken down by").select("city").run()
    assert {"Pune", "Nashik"} <= set(page.dataframe[0].value["by"])
    page = next(box for box in page.multiselect if box.label == "Where").select("city").run()
    page = next(box for box in page.multiselect if box.label == "City").select("Pune").run()
    assert list(page.dataframe[0].value["by"]) == ["Pune"]
    next(field for field in page.text_input if field.label == "Name").input("Only Pune")
    page = hands.press(page, "Keep report")
    assert not page.exception
    assert "Only Pune" in hands.read(page) and "₹120" in hands.read(page)
    with shop_session(sold) as shop:
        (kept,) = reports.all_of(shop)
        assert kept["definition"]["where"] == {"city": ["Pune"]}
    page = hands.press(open_page("reports", sold, id=kept["id"]), "Remove Only Pune")
    with shop_session(sold) as shop:
        assert reports.all_of(shop) == []


def test_a_report_that_cannot_be_any_more_says_so_and_can_be_mended(sold, open_page, hands):
    with shop_session(sold, writes=True) as shop:
        report_id = reports.keep(shop, NewReport("Visits", {"take": "count", "of": "orders", "by": "rep"}, True))
    with shop_session(keeper(sold.shop), alone=True) as shop:
        gone = {"take": "count", "of": "orders", "by": "shoe_size"}
        shop.execute(update(Report).where(Report.shop_id == shop.id, Report.id == report_id).values(definition=gone))
    page = open_page("reports", sold, id=report_id)
    assert "can't be worked out any more" in hands.read(page) and "shoe" in hands.read(page)
    page = open_page("reports", sold, edit=report_id)
    assert not page.exception and "Change the report" in hands.read(page)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("manager", True), ("staff", False)])
def test_reports_are_for_those_who_see_figures(join, open_page, hands, role, may):
    page = open_page("reports", join(role))
    assert ("Reports" in hands.read(page)) is may
    assert ("not part of your account" in hands.read(page)) is not may


def test_a_shared_report_is_for_all_who_see_figures_and_ones_own_for_nobody_else(sold, join, open_page, hands):
    with shop_session(sold, writes=True) as shop:
        shared = reports.keep(shop, NewReport("Cities", {"take": "count", "of": "customers", "by": "city"}, True))
        reports.keep(shop, NewReport("Mine", {"take": "count", "of": "orders"}))
    manager = join("manager", sold.shop)
    page = open_page("reports", manager)
    listed = "\n".join(button.label for button in page.button)
    assert "**Cities**" in listed and "Shared by Meera Joshi" in listed and "Mine" not in listed
    page = open_page("reports", manager, id=shared)
    assert "Pune" in list(page.dataframe[0].value["by"])


def test_what_somebody_saved_while_it_was_changed_is_not_overwritten(sold, open_page, hands):
    with shop_session(sold, writes=True) as shop:
        first = NewReport("Mine", {"take": "count", "of": "orders", "by": "rep"}, True)
        report_id = reports.keep(shop, first)
    page = open_page("reports", sold, edit=report_id)
    with shop_session(sold, writes=True) as shop:
        reports.change(shop, report_id, NewReport("Theirs", first.definition, True))
    page = hands.press(page, "Keep report")
    assert not page.exception and "meanwhile" in hands.read(page)
    with shop_session(sold) as shop:
        assert reports.get(shop, report_id)["name"] == "Theirs"
    page = hands.press(open_page("reports", sold, edit=report_id), "Keep report")
    assert not page.exception and "meanwhile" not in hands.read(page)
