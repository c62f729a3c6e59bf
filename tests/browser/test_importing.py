"""A manager uploads a messy sheet, sees what will happen, imports it, uploads it again, and takes it back."""

import csv
import io
import re

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from real_data import real_data
from sqlalchemy import func, select

from browser.conftest import settle
from crmcore.database.gate import ShopSession, shop_session
from crmcore.models import Customer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def messy(title: str, headers: list[str | None], rows: list[list[object]]) -> dict[str, object]:
    """A workbook as shops keep them: a title on top, an empty row, then the header; a second sheet beside it."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Book"
    for row in ([title], [], headers, *rows):
        sheet.append(row)
    book.create_sheet("Notes").append(["call the supplier"])
    book.save(out)
    return {"name": f"{title.lower()}.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}


ORDERS = messy(
    "Sales",
    ["Sr. No", "Bill No.", "Bill Date", "Party Name", "Mobile No.", "Item", "Qty", "Rate", None],
    [
        [1, "B1", "25/10/2026", "Rohit Mane", "98220 41001", "Steel kadai", 1, 850],
        [2, "B1", "25/10/2026", "Rohit Mane", "98220 41001", "Floor mop", 2, 349],
        [3, "B2", "05/11/2026", "SUNITA G", 9822041002.0, "LED bulb", 3, "₹110"],
        [4, "B3", "06/11/2026", "Amol Jadhav", "'09822041003", "LED bulb", 1, 110],
        [5, "B4", "07/11/2026", "Rohit Mane", "+91 98220-41001", "Steel kadai", 1, 850],
        [6, "B5", "08/11/2026", "Chitra Rao", "9.82204E+09", "Floor mop", 1, 349],
        [7, "B6", "09/11/2026", "Asha Kale", "12345", "Floor mop", 1, 349],
    ],
)
CUSTOMERS = messy(
    "Diwali list",
    ["Sr. No", "Mobile No.", "Party Name", "Mail", "Town", None],
    [
        [1, "98220 41001", "Rohit Mane", "rohit@example.org", "Pune"],
        [2, 9822041002.0, "SUNITA G", None, "Satara"],
        [3, "'09822041003", "Amol Jadhav", None, None],
        [4, "9.82204E+09", "Chitra Rao", None, "Pune"],
        [5, "12345", "Asha Kale", None, "Pune"],
    ],
)


def people_on_file(shop: ShopSession) -> int:
    return int(shop.scalar(select(func.count()).where(Customer.shop_id == shop.id)))


def begin(page: Page, noun: str) -> None:
    """From the list of imports to the first step."""
    page.get_by_role("button", name="Import a sheet").click()
    settle(page)
    page.get_by_role("radio", name=noun.capitalize()).click()
    expect(page.get_by_role("heading", name=f"Import {noun}")).to_be_visible()


def upload(page: Page, file: object) -> None:
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", name="Columns")).to_be_visible()
    settle(page)


def try_the_rows(page: Page) -> None:
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    settle(page)


@pytest.mark.parametrize(
    ("noun", "file", "rows", "button", "total", "people_new", "width"),
    [
        ("orders", ORDERS, 7, "Import 5 rows", "5 + 0 + 0 + 2 = 7", 3, 1280),
        ("customers", CUSTOMERS, 5, "Import 3 customers", "3 + 0 + 0 + 2 = 5", 3, 390),
    ],
)
def test_a_messy_sheet_goes_in_once_and_comes_out_again(
    noun, file, rows, button, total, people_new, width, who, member, signed_in_page, visit, screenshot
):
    page = signed_in_page(member("manager"), width=width)
    picture = f"import-{noun}-{width}"
    visit(page, "/imports")
    begin(page, noun)
    screenshot(page, f"{picture}-1-sheet")
    upload(page, file)
    expect(page.get_by_text("header in row 3")).to_be_visible()
    screenshot(page, f"{picture}-2-columns")

    try_the_rows(page)
    expect(page.get_by_text(total)).to_be_visible()
    screenshot(page, f"{picture}-3-check")
    with page.expect_download() as refused:
        page.get_by_role("button", name="Download all 2").click()
    shown = list(csv.reader(refused.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert shown[0][:4] == ["row", "column", "value", "reason"]
    assert [line[2] for line in shown[1:]] == ["9.82204E+09", "12345"]
    with shop_session(who) as shop:
        assert people_on_file(shop) == 0, "nothing is saved yet"

    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(re.compile(r"\d (rows|customers) imported"))).to_be_visible()
    settle(page)
    screenshot(page, f"{picture}-4-done")
    with shop_session(who) as shop:
        assert people_on_file(shop) == people_new

    page.get_by_role("button", name="Import another sheet").click()
    expect(page.get_by_text("The sheet holds")).to_be_visible()
    upload(page, file)
    try_the_rows(page)
    expect(page.get_by_text("There is nothing to import")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^Import \d"))).to_have_count(0)
    screenshot(page, f"{picture}-5-again")

    page.get_by_role("button", name="Imports", exact=True).click()
    expect(page.get_by_text(f"{rows} rows = ")).to_be_visible()
    with page.expect_download() as refused:
        page.get_by_role("button", name="2 refused rows").click()
    assert "12345" in refused.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("The figures follow at once")).to_be_visible()
    screenshot(page, f"{picture}-6-before-undoing")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text(re.compile(r"records removed, 0 restored, 0 kept"))).to_be_visible()
    settle(page)
    screenshot(page, f"{picture}-7-undone")
    with shop_session(who) as shop:
        assert people_on_file(shop) == 0, "counts are back to before"


def test_the_sample_sheet_can_be_imported_as_it_is(who, member, signed_in_page, visit, screenshot):
    page = signed_in_page(member("manager"), width=390)
    visit(page, "/imports")
    begin(page, "customers")
    with page.expect_download() as sample:
        page.get_by_role("button", name="Sample sheet of customers").click()
    assert sample.value.suggested_filename == "sample of customers.xlsx"
    upload(page, {"name": "mine.xlsx", "mimeType": XLSX, "buffer": sample.value.path().read_bytes()})
    try_the_rows(page)
    screenshot(page, "import-sample-390-check")
    page.get_by_role("button", name="Import 3 customers").click()
    expect(page.get_by_text("3 customers imported")).to_be_visible()
    with shop_session(who) as shop:
        assert people_on_file(shop) == 3


def test_a_file_of_another_program_is_refused_beside_the_field(signed_in_page, visit, screenshot):
    page = signed_in_page("manager", width=390)
    visit(page, "/imports?new=customers")
    page.locator("input[type=file]").set_input_files(
        {"name": "list.xlsx", "mimeType": XLSX, "buffer": b"%PDF-1.7 no sheet"}
    )
    expect(page.get_by_text("list.xlsx is a PDF, not a spreadsheet")).to_be_visible()
    screenshot(page, "import-not-a-sheet-390")


def test_an_uploaded_sheet_can_not_be_fetched_by_anybody(signed_in_page, visit, server):
    page = signed_in_page("manager")
    uploads = []
    page.on("request", lambda request: uploads.append(request.url) if request.method == "PUT" else None)
    visit(page, "/imports?new=orders")
    upload(page, ORDERS)
    assert uploads
    with server.client() as stranger:
        for address in uploads:
            assert stranger.get(address).status_code in (303, 401, 403)
    for address in uploads:  # a page of ours, for those who are signed in
        assert page.request.get(address).body()[:2] != ORDERS["buffer"][:2]


def test_a_day_of_a_real_shop_gives_the_true_figures_on_the_overview(
    new_shop, member, signed_in_page, visit, screenshot
):
    file = real_data("online_retail_one_day") / "2010-12-01.csv"
    shop = new_shop(name="Online Retail", currency="GBP", region="GB", timezone="Europe/London")
    page = signed_in_page(member("owner", shop))
    visit(page, "/imports?new=orders")
    upload(page, file)
    try_the_rows(page)
    screenshot(page, "import-real-check")
    page.locator(".st-key-import-rows button").click()
    expect(page.get_by_text(re.compile(r"rows imported"))).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_role("link", name="Go to the Overview").click()
    books = page.locator(".st-key-customer-lines")
    for figure in ("95", "11 (11.6\u202f%)", "£487.82", "£58,635.56"):
        expect(books.get_by_text(figure, exact=True)).to_be_visible()
    settle(page)
    screenshot(page, "import-real-overview")
