"""A contact sheet from the upload to the call: in once, taken back, shared out, and called through by staff."""

import re
from datetime import time
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from browser.test_importing import messy, try_the_rows, upload
from crmcore import contacts, interactions
from crmcore.contacts import Filters
from crmcore.contacts.reading import reminders
from crmcore.database.gate import keeper, shop_session
from crmcore.messages import rules
from crmcore.messages.rules import Rules

SHEET = messy(
    "Wedding fair",
    ["Sr. No", "Name", "Mobile No.", "Landline", "Remarks"],
    [
        [1, "Rohit Mane", "98220 41001", "020-2567 8901", "Asked for the list"],
        [2, "Sunita G", 9822041002.0, None, None],
        [3, "Amol Jadhav", "'09822041003", None, None],
        [4, "Chitra Rao", "9.82204E+09", None, None],
        [5, "Neha Bhosale", "98220 41004 / 98220 41005", None, None],
        [6, "Rohit M.", "+91 98220-41001", None, None],
        [7, "Asha Kale", None, "022 2567 8901", None],
        [8, "Yusuf Ansari", "12345", None, None],
    ],
)


@pytest.fixture
def pharmacy(new_shop):
    """A pharmacy that knows no quiet hours, so that the walk may write at any time of day."""
    shop = new_shop(kind="pharmacy")
    with shop_session(keeper(shop), writes=True) as opened:
        rules.change(opened, Rules(quiet_from=time(0), quiet_until=time(0)), [])
    return shop


def import_it(page, visit, expected):
    visit(page, "/contacts")
    page.get_by_role("button", name="Upload a sheet").click()
    expect(page.get_by_role("heading", name="Import contacts")).to_be_visible()
    settle(page)
    upload(page, SHEET)
    try_the_rows(page)
    expect(page.get_by_text(expected)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sheet_goes_in_once_is_taken_back_shared_out_and_called_through(
    width, pharmacy, member, signed_in_page, visit, screenshot
):
    manager = member("manager", pharmacy, name="Lata More")
    staff = [member("staff", pharmacy, name=name) for name in ("Imran Sayed", "Ravi Kale", "Sana Khan")]
    page = signed_in_page(manager, width=width)

    # J5: upload, and once more
    import_it(page, visit, "5 + 0 + 1 + 2 = 8")
    expect(page.get_by_text("1 row repeats a number")).to_be_visible()
    screenshot(page, f"contacts-{width}-1-check")
    page.get_by_role("button", name="Import 5 contacts").click()
    expect(page.get_by_text("5 contacts imported")).to_be_visible()
    settle(page)
    with shop_session(manager) as shop:
        assert {row["phone"] for row in contacts.page_of(shop).rows} == {
            "+919822041001", "+919822041002", "+919822041003", "+919822041004", "+912225678901",
        }  # fmt: skip
    import_it(page, visit, "0 + 0 + 6 + 2 = 8")
    page.get_by_role("button", name=re.compile("^Import")).last.click()
    settle(page)

    # J6: one was called; taking the sheet back keeps it and says so
    with shop_session(manager, writes=True) as shop:
        first = contacts.page_of(shop).rows[0]["id"]
        interactions.record(shop, interactions.NewInteraction("call", contact_id=first, outcome="Reached"))
    visit(page, "/imports")
    page.get_by_role("button", name=re.compile("^Undo")).last.click()
    settle(page)
    page.get_by_role("button", name=re.compile("^Undo the import|^Undo this import|^Take it back")).last.click()
    expect(page.get_by_text("somebody worked on it since").first).to_be_attached()
    settle(page)
    screenshot(page, f"contacts-{width}-2-undone")
    with shop_session(manager) as shop:
        assert [row["id"] for row in contacts.page_of(shop).rows] == [first]
    import_it(page, visit, "4 + 0 + 2 + 2 = 8")
    page.get_by_role("button", name="Import 4 contacts").click()
    expect(page.get_by_text("4 contacts imported")).to_be_visible()

    # J7: shared out evenly
    visit(page, "/contacts?status=pending")
    screenshot(page, f"contacts-{width}-3-list")
    for one in staff:
        page.get_by_role("button", name=one.name).last.click()
        settle(page)
    expect(page.get_by_text("Imran Sayed 2 · Ravi Kale 1 · Sana Khan 1")).to_be_visible()
    screenshot(page, f"contacts-{width}-4-share")
    page.get_by_role("button", name="Assign 4 contacts").click()
    expect(page.get_by_text("4 contacts shared out")).to_be_visible()
    with shop_session(manager) as shop:
        assert [contacts.count(shop, Filters(assigned=one.staff_id)) for one in staff] == [2, 1, 1]
        following = contacts.next_of(shop, staff[0].staff_id)
    visit(page, "/contacts?show=team")
    screenshot(page, f"contacts-{width}-5-team")

    # J8: the first of the day, written to, written down, put off to tomorrow; then the next
    page = signed_in_page(staff[0], width=width, dark=width == 390)
    visit(page, "/")
    expect(page.get_by_text("2 contacts")).to_be_visible()
    screenshot(page, f"contacts-{width}-6-my-day")
    page.get_by_role("button", name="Next contact").click()
    link = page.get_by_role("link", name="Open WhatsApp")
    expect(link).to_be_visible()
    settle(page)
    opened = urlsplit(link.get_attribute("href"))
    assert opened.netloc == "wa.me"
    assert "this is Imran Sayed from" in parse_qs(opened.query)["text"][0]
    screenshot(page, f"contacts-{width}-7-contact")
    page.get_by_role("radio", name="Call back later").click()
    settle(page)
    page.get_by_label("What they said").fill("Prefers the evening")
    page.get_by_text("Plan the next follow-up").click()
    expect(page.get_by_label("What to do", exact=True).first).to_be_visible()
    settle(page)
    screenshot(page, f"contacts-{width}-8-log")
    page.get_by_role("button", name="Save call").click()
    expect(page.get_by_text("In touch 1 time, last today")).to_be_visible()
    settle(page)
    screenshot(page, f"contacts-{width}-9-logged")
    with shop_session(staff[0]) as shop:
        seen, (plan,) = contacts.get(shop, following), reminders(shop, following)
        (talk,) = interactions.of_contact(shop, following)
        assert (seen["status"], talk["handled_by_name"], talk["notes"]) == (
            "contacted", "Imran Sayed", "Prefers the evening",
        )  # fmt: skip
        assert (plan["due_on"] - shop.today).days == 1
    page.get_by_role("button", name="Next contact · 1").click()
    expect(page.get_by_text("Nobody talked with them yet")).to_be_visible()
    visit(page, "/")
    expect(page.get_by_text("1 contact").first).to_be_visible()
    screenshot(page, f"contacts-{width}-10-my-day")
