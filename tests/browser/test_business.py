"""A lead on the way to a won deal: written down, scored, converted, moved from stage to stage, won, and counted."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import customer_list, customers, leads, pipeline
from crmcore.customer_timeline import of_customer as timeline_of
from crmcore.database.gate import shop_session
from crmcore.metrics import MEASURES
from crmcore.periods import Period


def id_in_address(page) -> UUID:
    return UUID(parse_qs(urlsplit(page.url).query)["id"][0])


def open_by_stage(who):
    """What is open in each stage: how many, what they are worth, and weighted."""
    with shop_session(who) as shop:
        rows = MEASURES["pipeline_by_stage"](shop, Period(shop.today, shop.today + timedelta(days=1))).rows
    return {row["stage"]: (row["opportunities"], row["value"], row["weighted"]) for row in rows}


@pytest.mark.parametrize("width", [1280, 390])
def test_a_lead_is_scored_converted_and_won_and_every_figure_follows(
    width, new_shop, member, signed_in_page, visit, screenshot
):
    shop = new_shop(kind="business")
    rep, boss = member("staff", shop, name="Rachel Kim", sells=True), member("owner", shop)
    page = signed_in_page(rep, width=width)

    # a lead with a source
    visit(page, "/leads")
    page.get_by_role("button", name="Add lead").click()
    for label, typed in {"Name": "Nora Hall", "Company": "Harbor Books", "Phone": "+91 98811 20456"}.items():
        page.get_by_label(label, exact=True).fill(typed)
        page.get_by_label(label, exact=True).press("Tab")
        settle(page)
    source = page.get_by_role("combobox", name="Came from")
    source.fill("Book fair")
    source.press("Enter")
    settle(page)
    screenshot(page, f"business-{width}-1-lead-form")
    page.get_by_role("button", name="Save lead").click()
    expect(page.get_by_role("heading", name="Nora Hall")).to_be_visible()
    settle(page)

    # scored
    page.get_by_role("button", name="Type score").click()
    for part, points in {"Engagement": "85", "Fit": "75", "Activity": "90"}.items():
        page.get_by_role("spinbutton", name=part).fill(points)
        page.get_by_role("spinbutton", name=part).press("Tab")
        settle(page)
    page.get_by_role("button", name="Save score").click()
    expect(page.get_by_text("250 of 300")).to_be_visible()
    expect(page.get_by_text("Grade A").first).to_be_visible()
    settle(page)
    screenshot(page, f"business-{width}-2-scored")

    # converted: one company, with its person, no twin
    page.get_by_role("button", name="Convert to customer").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    settle(page)
    screenshot(page, f"business-{width}-3-convert")
    page.get_by_role("button", name="Convert to customer").click()
    expect(page.get_by_role("heading", name="Harbor Books")).to_be_visible()
    settle(page)
    customer_id = id_in_address(page)
    with shop_session(rep) as opened:
        assert customer_list.count(opened) == 1
        (row,) = leads.page_of(opened).rows
        assert (row["status"], row["score"], row["source"]) == ("converted", 250, "Book fair")

    # an opportunity, worth 250,000 at 60 %
    page.get_by_role("tab", name="Opportunities").click()
    page.get_by_role("button", name="New opportunity").click()
    expect(page.get_by_role("heading", name="New opportunity")).to_be_visible()
    settle(page)
    about = {"What it is about": "Shelves for three branches", "Value in INR": "250000", "Probability in percent": "60"}
    for label, typed in about.items():
        page.get_by_label(label).fill(typed)
        page.get_by_label(label).press("Tab")
        settle(page)
    screenshot(page, f"business-{width}-4-deal-form")
    page.get_by_role("button", name="Save opportunity").click()
    expect(page.get_by_role("heading", name="Shelves for three branches")).to_be_visible()
    settle(page)
    deal_id = id_in_address(page)
    with shop_session(rep) as opened:
        stages = [one["name"] for one in pipeline.stages.listed(opened) if one["outcome"] is None]
    nothing = {stage: (0, Decimal(0), Decimal(0)) for stage in stages}
    deal = (1, Decimal(250_000), Decimal(150_000))
    assert open_by_stage(boss) == nothing | {stages[0]: deal}

    # through the stages, one after the other, the last one on the board
    for stage in stages[1:-1]:
        page.get_by_role("button", name=f"Move to {stage}").click()
        expect(page.get_by_text(f"→ {stage}").first).to_be_visible()
        settle(page)
        assert open_by_stage(boss) == nothing | {stage: deal}
    screenshot(page, f"business-{width}-5-deal")
    visit(page, "/pipeline")
    screenshot(page, f"business-{width}-6-board")
    page.get_by_role("button", name=f"{stages[-1]} →").locator("visible=true").click()
    expect(page.get_by_text(f"Moved to {stages[-1]}").first).to_be_visible()
    settle(page)
    assert open_by_stage(boss) == nothing | {stages[-1]: deal}

    # won, with the reason
    visit(page, f"/opportunity?id={deal_id}")
    page.get_by_role("radio", name="Won").click()
    settle(page)
    page.get_by_role("radio", name="Quality").click()
    settle(page)
    screenshot(page, f"business-{width}-7-why")
    page.get_by_role("button", name="Mark as won").click()
    expect(page.get_by_role("button", name="Open it again")).to_be_visible()
    settle(page)
    screenshot(page, f"business-{width}-8-won")

    with shop_session(rep) as opened:
        assert open_by_stage(boss) == nothing
        history = pipeline.history(opened, deal_id)
        assert [one["to_stage"] for one in reversed(history)] == [*stages, "Won"]
        assert {one["staff_name"] for one in history} == {"Rachel Kim"}
        assert history[0]["reason"] == "Quality"
        assert customers.get(opened, customer_id)["name"] == "Harbor Books"
        told = [line.title for line in reversed(timeline_of(opened, customer_id).lines)]
        named = "Opportunity “Shelves for three branches”"
        moved = [f"{named} moved to {stage}" for stage in stages[1:]]
        expected = ["Converted from a lead", f"{named} began", *moved, f"{named} won"]
        assert [line for line in told if line in expected] == expected
    with shop_session(boss) as opened:
        period = Period(opened.today, opened.today + timedelta(days=1))
        found = {key: MEASURES[key](opened, period) for key in ("win_rate", "average_deal", "sales_cycle")}
    assert (found["win_rate"].part, found["win_rate"].whole) == (1, 1)
    assert found["average_deal"].value == 250_000
    assert found["sales_cycle"].value == 0

    # what the owner sees
    page = signed_in_page(boss, width=width, dark=width == 390)
    visit(page, "/pipeline?show=figures")
    expect(page.get_by_text("1 won of 1 closed")).to_be_visible()
    screenshot(page, f"business-{width}-9-figures")
    visit(page, f"/customer?id={customer_id}")
    screenshot(page, f"business-{width}-10-customer")
