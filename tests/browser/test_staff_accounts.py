"""An owner gives people accounts; they sign in elsewhere and see what is theirs, until the account is switched off."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from browser.conftest import PASSWORD, settle


def enter(page, login: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("Sign-in name").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    settle(page)


def test_an_owner_adds_a_person_who_sees_only_what_is_theirs(signed_in_page, new_page, visit, screenshot):
    owner = signed_in_page("owner")
    login = f"ravi-{uuid4().hex[:8]}"
    visit(owner, "/team")
    owner.get_by_role("button", name="Add a person").click()
    owner.get_by_label("Name", exact=True).fill("Ravi Kale")
    owner.get_by_label("Sign-in name", exact=True).fill(login)
    owner.get_by_label("First password", exact=True).fill(PASSWORD)
    screenshot(owner, "add-a-person")
    owner.get_by_role("button", name="Add to the team").click()
    expect(owner.get_by_text(f"Signs in as {login}")).to_be_visible()
    expect(owner.get_by_text(f"Ravi Kale can sign in as {login}")).to_be_visible()
    screenshot(owner, "team")

    staff = new_page()
    enter(staff, login, PASSWORD)
    menu = staff.get_by_test_id("stSidebarNav")
    expect(menu.get_by_text("Sell", exact=True)).to_be_visible()
    for title in ("Overview", "Team", "Settings", "Imports", "Definitions"):
        expect(menu.get_by_text(title, exact=True)).to_have_count(0)
    for address in ("/overview", "/settings"):
        visit(staff, address)
        expect(staff.get_by_text("This page is not part of your account")).to_be_visible()
    visit(staff, "/account")
    staff.reload()
    expect(staff.get_by_role("heading", name="Your account")).to_be_visible()

    owner.get_by_role("link", name="Change").last.click()
    owner.get_by_role("button", name=re.compile("Switch off Ravi")).click()
    expect(owner.get_by_text("account switched off")).to_be_visible()
    staff.reload()
    expect(staff).to_have_url(re.compile("/auth/sign-in"))


def test_the_persons_menu_leads_to_the_account_and_out(signed_in_page, visit, screenshot):
    page = signed_in_page("staff", width=390)
    visit(page, "/account")
    screenshot(page, "account-phone")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="Meera Joshi").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/auth/sign-in"))
    page.go_back()
    expect(page).to_have_url(re.compile("/auth/sign-in"))


def test_a_press_after_signing_out_elsewhere_leads_to_the_sign_in_page(signed_in_page, visit):
    first = signed_in_page("owner")
    visit(first, "/settings")
    second = first.context.new_page()
    second.goto("/auth/sign-out")
    second.get_by_role("button", name="Sign out").click()
    first.get_by_role("button", name="Save changes").click()
    expect(first).to_have_url(re.compile(r"/auth/sign-in\?next=%2Fsettings"))


def test_pages_about_the_shop_fit_a_phone(signed_in_page, visit, screenshot):
    page = signed_in_page("owner", width=390)
    for address in ("/team", "/member", "/settings", "/settings?part=Customer+fields", "/settings?part=Delete"):
        visit(page, address)
        expect(page.locator("h1")).to_be_visible()
        screenshot(page, f"{re.sub(r'[^a-z]+', '-', address.lower()).strip('-')}-phone")


def test_the_tab_bar_shows_on_a_phone_only(signed_in_page, visit):
    for width, shown in ((390, True), (1280, False)):
        page = signed_in_page("owner", width=width)
        visit(page, "/team")
        expect(page.locator(".st-key-tab-bar")).to_be_visible(visible=shown)
