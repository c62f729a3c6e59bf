"""A rep's day on a phone: sign in, see what is late and what comes today, do one thing, put the next one off."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from browser.conftest import PASSWORD, settle
from crmcore import customers, follow_ups, interactions, my_day
from crmcore.database.gate import global_session, shop_session
from crmcore.follow_ups import NewFollowUp
from crmcore.models import Staff


def planned(who, ravi):
    """A day of Ravi's: something late, something for today, and something for later this week."""
    with shop_session(who, writes=True, now=datetime.now(who.shop.zone) - timedelta(days=9)) as shop:
        asha = customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})
        farhan = customers.create(shop, {"name": "Farhan Shaikh", "phone": "98811 20457"})
        for about, in_days, customer_id in (
            ("Quote for dining set, ₹42,000: asked us to call back", -2, farhan),
            ("Coming in to see the 3-seater again", 0, asha),
            ("Ask for a review of the recliner", 4, asha),
        ):
            new = NewFollowUp(about, shop.today + timedelta(days=9 + in_days), customer_id, ravi.staff_id)
            follow_ups.create(shop, new)
    return farhan


def login_of(who):
    with global_session() as connection:
        return connection.scalar(select(Staff.login).where(Staff.id == who.staff_id))


@pytest.mark.parametrize("width", [390, 1280])
def test_staff_sign_in_see_their_day_and_do_it(width, who, member, new_page, screenshot):
    ravi = member("staff", who.shop, name="Ravi Kale")
    farhan = planned(who, ravi)
    page = new_page(width=width, dark=width == 1280)
    page.goto("/")
    page.get_by_label("Sign-in name").fill(login_of(ravi))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settle(page)
    expect(page.get_by_role("heading", name="Ravi")).to_be_visible()
    expect(page.get_by_text("2 days late")).to_be_visible()
    screenshot(page, f"my-day-{width}")

    call = page.get_by_role("link", name="Call").first
    assert call.get_attribute("href") == "tel:+919881120457"
    page.get_by_role("button", name="Done", exact=True).first.click()
    expect(page.get_by_text("1 of 2 done today")).to_be_visible()
    page.get_by_label("What did they say?").fill("Takes the dining set on Sunday")
    page.get_by_label("What did they say?").press("Enter")
    expect(page.get_by_text("Written down")).to_be_visible()
    expect(page.get_by_text("My day · 1").locator("visible=true").first).to_be_visible()
    screenshot(page, f"my-day-one-done-{width}")

    settle(page)
    page.get_by_role("button", name="More").first.click()
    page.get_by_text("Tomorrow,").click()
    expect(page.get_by_text("All done: 1 thing today")).to_be_visible()
    screenshot(page, f"my-day-all-done-{width}")
    with shop_session(ravi) as shop:
        day = my_day.of(shop, ravi.staff_id)
        (said,) = interactions.of_customer(shop, farhan)
    assert (day.late.total, day.today.total, day.coming.total, day.done.total) == (0, 0, 2, 1)
    assert said["notes"] == "Takes the dining set on Sunday"


def test_the_bell_is_there_on_a_phone_and_leads_to_what_colleagues_said(who, member, signed_in_page, visit, screenshot):
    ravi = member("staff", who.shop, name="Ravi Kale")
    planned(member("manager", who.shop), ravi)
    page = signed_in_page(ravi, width=390)
    visit(page, "/sell")
    page.locator(".st-key-phone-bell").get_by_text("Notifications · 3").click()
    expect(page.get_by_text("gave you something to do")).to_have_count(3)
    screenshot(page, "notifications-phone")
    page.get_by_role("button", name="Open Farhan Shaikh").click()
    expect(page.get_by_role("heading", name="Farhan Shaikh")).to_be_visible()
    expect(page.get_by_text("Quote for dining set").first).to_be_visible()
    screenshot(page, "customer-with-follow-up-phone")
