"""Talk, notes and files in a real browser: logged on a phone, kept, saved to the own device, and by nobody else."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import settle
from crmcore import attachments, customers, interactions, sign_in
from crmcore.database.gate import shop_session

PDF = b"%PDF-1.7 quote of 42,000"


@pytest.fixture
def asha(who):
    with shop_session(who, writes=True) as shop:
        return customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})


@pytest.mark.parametrize("width", [390])
def test_a_rep_logs_a_call_leaves_a_note_and_keeps_a_file(
    who, member, asha, signed_in_page, visit, screenshot, tmp_path, width
):
    ravi = member("staff", name="Ravi Kale", sells=True)
    page = signed_in_page(ravi, width=width)
    visit(page, f"/customer?id={asha}")
    page.get_by_role("button", name="Log a talk").click()
    expect(page.get_by_role("heading", name="Talk with Asha Rao")).to_be_visible()
    page.get_by_label("What was said").fill("Wants the teal sofa.")
    page.get_by_role("radio", name="Will come by").click()
    page.get_by_role("radio", name="Positive").click()
    page.get_by_text("Agree on a next step").click()
    page.get_by_label("Next step", exact=True).fill("Send the measurements")
    page.get_by_label("Next step", exact=True).press("Enter")
    expect(page.get_by_text("the next step on the day of whom you chose")).to_be_visible()
    settle(page)
    screenshot(page, f"talk-form-{width}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Call saved")).to_be_visible()
    expect(page.get_by_text("Called: Wants the teal sofa.")).to_be_visible()
    with shop_session(who) as shop:
        [call] = interactions.of_customer(shop, asha)
    assert (call["outcome"], call["handled_by"]) == ("Will come by", ravi.staff_id)

    page.get_by_role("tab", name="Notes").click()
    page.get_by_placeholder("What the team should know").fill("The lift is too small for sofas.")
    page.get_by_text("Pin to the top of the page").click()
    settle(page)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".st-key-pinned-notes")).to_contain_text("The lift is too small")
    expect(page.get_by_placeholder("What the team should know")).to_have_value("")
    settle(page)
    screenshot(page, f"talk-notes-{width}")

    page.get_by_role("tab", name="Files").click()
    expect(page).to_have_url(re.compile("show=Files"))
    page.locator("input[type=file]").set_input_files(
        {"name": "Quote für Asha.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Keep Quote für Asha.pdf").click()
    expect(page.get_by_text("File added")).to_be_visible()
    settle(page)
    screenshot(page, f"talk-files-{width}")
    with page.expect_download() as pressed:
        page.get_by_role("link", name="Save").click()
    assert pressed.value.suggested_filename == "Quote für Asha.pdf"
    assert pressed.value.path().read_bytes() == PDF


def test_a_file_is_handed_out_to_who_may_see_the_customer_and_to_nobody_else(who, member, asha, server, new_shop):
    with shop_session(who, writes=True) as shop:
        attachment_id = attachments.add(shop, asha, "Quote für Asha.pdf", PDF)
    address = f"/files/{attachment_id}"
    staff, manager, stranger = member("staff"), member("manager"), member("owner", new_shop())

    def asks(person, address=address):
        token = sign_in.open_session(person.staff_id, person.shop.id)
        with server.client(cookies={sign_in.COOKIE: token}) as client:
            return client.get(address)

    handed = asks(staff)
    assert (handed.status_code, handed.content) == (200, PDF)
    assert handed.headers["content-disposition"] == (
        "attachment; filename=\"Quote f_r Asha.pdf\"; filename*=UTF-8''Quote%20f%C3%BCr%20Asha.pdf"
    )
    assert handed.headers["content-type"] == "application/pdf"
    assert handed.headers["cache-control"] == "no-store"
    assert handed.headers["x-content-type-options"] == "nosniff"
    assert handed.headers["content-security-policy"] == "default-src 'none'; sandbox"

    with server.client() as nobody:
        refused = nobody.get(address)
        assert refused.status_code == 303
        assert refused.headers["location"].startswith("/auth/sign-in?next=%2Ffiles%2F")
        assert nobody.get(address, headers={"sec-fetch-mode": "cors"}).status_code == 401
    for answer in (asks(stranger), asks(staff, "/files/nonsense"), asks(staff, f"/files/{asha}")):
        assert answer.status_code == 404
        assert PDF not in answer.content
        assert "not" in answer.text
    with shop_session(who, alone=True) as shop:
        customers.hide(shop, asha)
    assert (asks(staff).status_code, asks(manager).status_code) == (404, 200)
    with shop_session(who, writes=True) as shop:
        attachments.remove(shop, attachment_id)
    assert asks(manager).status_code == 404
