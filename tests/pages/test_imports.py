"""Imports in the browser: who may, what is shown before anything is saved, and that every row is accounted for."""

import io
from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from crmcore import custom_fields, customers, imports, leads, pipeline, sign_in
from crmcore.database.gate import shop_session
from crmcore.models import Customer, Order

SALES = """Bill No.,Bill Date,Party Name,Mobile No.,Item,Qty,Rate,Remark
B1,01/10/2026,Rohit Mane,98220 41001,Steel kadai,1,850,
B1,01/10/2026,Rohit Mane,98220 41001,Floor mop,2,349,
B2,25/10/2026,Sunita G,+91 98220 41002,LED bulb,3,110,call evening
B3,26/10/2026,Amol,12345,LED bulb,1,110,
"""


def workbook(**sheets) -> bytes:
    """An xlsx file: workbook(Sales=[["Bill Date", "Total"], …], Notes=[…])."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def upload(page, content, name="sales.csv"):
    """Choose a file on the first step."""
    data = content.encode() if isinstance(content, str) else content
    page.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return page.run()


@pytest.fixture
def wizard(owner, open_page):
    """The first step of importing, for an owner."""
    return open_page("imports", owner, new="orders")


def column(page, header):
    return next(box for box in page.selectbox if box.label == f"What {header} is")


def button(page, beginning):
    return next((one for one in page.button if one.label.startswith(beginning)), None)


def orders_on_file(who) -> int:
    with shop_session(who) as shop:
        return shop.scalar(select(func.count()).where(Order.shop_id == shop.id))


def test_a_shop_without_imports_is_invited_to_make_one(owner, open_page, hands):
    page = open_page("imports", owner)
    assert not page.exception
    assert "every import can be undone" in hands.read(page)
    assert [one.label for one in page.button] == ["Import a sheet"]


def test_a_manager_may_import(join, open_page, hands):
    page = open_page("imports", join("manager"))
    assert "Bring your customers and sales along" in hands.read(page)


@pytest.mark.parametrize("query", [{}, {"new": "orders"}])
def test_staff_are_told_that_importing_is_not_for_them(join, open_page, hands, query):
    page = open_page("imports", join("staff"), **query)
    assert "not part of your account" in hands.read(page)
    assert not page.file_uploader


def test_an_address_that_names_nothing_known_starts_with_orders(owner, open_page, hands):
    page = open_page("imports", owner, new="elephants")
    assert not page.exception
    assert "Import orders" in hands.read(page)


def test_every_column_says_how_it_was_recognised(wizard, hands):
    page = upload(wizard, SALES)
    said = hands.read(page)
    assert "7 of 8 are used" in said
    assert "Mobile No." in said and "by its name" in said and "not needed" in said
    assert column(page, "Mobile No.").value == "customer_phone"
    assert column(page, "Remark").value == ""


def test_trying_the_rows_shows_what_will_happen_and_saves_nothing(wizard, owner, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    said = hands.read(page)
    assert "3 + 0 + 0 + 1 = 4. Every row is counted once." in said
    assert "12345 has 5 digits" in said and "Row 5" in said
    assert button(page, "Import 3 rows") is not None
    assert orders_on_file(owner) == 0


def test_importing_saves_what_was_shown_and_stands_in_the_history(wizard, owner, open_page, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    page = hands.press(page, "Import 3 rows")
    assert not page.exception
    assert "3 rows imported" in hands.read(page)
    assert orders_on_file(owner) == 2
    history = hands.read(open_page("imports", owner))
    assert "sales.csv" in history
    assert "4 rows = 3 new + 0 changed + 0 same + 1 refused" in history
    assert f"by {owner.name}" in history


def test_the_same_file_again_offers_nothing_to_import(wizard, owner, open_page, hands):
    hands.press(hands.press(upload(wizard, SALES), "Check the rows"), "Import 3 rows")
    page = hands.press(upload(open_page("imports", owner, new="orders"), SALES), "Check the rows")
    assert "0 + 0 + 3 + 1 = 4" in hands.read(page)
    assert "nothing to import" in page.info[-1].value
    assert button(page, "Import") is None or button(page, "Import").label == "Imports"


def test_the_rows_are_tried_once_however_often_the_page_runs(wizard, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    seen = page.session_state["import"].preview
    assert page.run().session_state["import"].preview is seen
    page = hands.press(page, "Change the columns")
    column(page, "Remark").set_value("payment_method")
    page = hands.press(page.run(), "Check the rows")
    assert page.session_state["import"].preview.columns["payment_method"] == "Remark"


def test_the_file_is_let_go_of_once_it_is_imported(wizard, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    sheet = page.session_state["import"].sheet
    page = hands.press(page, "Import 3 rows")
    draft = page.session_state["import"]
    assert (draft.content, draft.sheet, draft.refused) == (b"", None, b"")
    with pytest.raises(ValueError, match="closed"):
        list(sheet.batches())


def test_two_columns_for_one_field_are_refused_in_words(wizard, hands):
    page = upload(wizard, SALES)
    column(page, "Remark").set_value("customer_phone")
    page = page.run()
    assert "“Mobile No.” and “Remark” can't both be Customer's phone" in hands.read(page)
    assert button(page, "Check the rows").disabled


def test_a_column_that_is_still_needed_is_named(wizard, hands):
    page = upload(wizard, SALES)
    column(page, "Bill Date").set_value("")
    page = page.run()
    assert page.warning[0].value == r"Choose the column that holds the date\."
    assert button(page, "Check the rows").disabled
    column(page, "Bill Date").set_value("ordered_at")
    assert not button(page.run(), "Check the rows").disabled


def test_a_column_somebody_changed_says_so(wizard, hands):
    page = upload(wizard, SALES)
    column(page, "Remark").set_value("payment_method")
    assert "chosen by you" in hands.read(page.run())


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "empty.csv", "empty.csv is empty"),
        (b"%PDF-1.7 not a sheet", "bill.xlsx", "bill.xlsx is a PDF"),
        (b"PK\x03\x04 broken", "broken.xlsx", "broken.xlsx is damaged"),
        (b"5,6\n7,8\n9,10\n", "figures.csv", "say so with the switch above"),
    ],
)
def test_a_file_that_is_no_sheet_is_one_sentence_beside_the_field(wizard, content, name, sentence, hands):
    page = upload(wizard, content, name)
    assert not page.exception
    assert len(page.error) == 1
    assert sentence in hands.read(page)
    assert page.file_uploader, "another file can be chosen right there"
    assert upload(page, SALES).session_state["import"].step == 2


def test_two_columns_headed_alike_are_refused_when_one_is_used(wizard, hands):
    page = upload(wizard, "Bill Date,Amount,Amount\n2026-10-01,10,12\n2026-10-02,11,13\n")
    column_boxes = [box for box in page.selectbox if box.label == "What Amount is"]
    assert len(column_boxes) == 2
    column_boxes[0].set_value("total")
    page = page.run()
    assert "both headed Amount" in hands.read(page)
    assert button(page, "Check the rows").disabled


def test_a_sheet_without_a_header_row_is_imported_by_its_columns(wizard, owner, hands):
    wizard.toggle[0].set_value(True)
    page = upload(wizard, "2026-10-01,98220 41001,850\n2026-10-02,98220 41002,900\n")
    assert "no header row" in hands.read(page)
    column(page, "3").set_value("total")
    page = hands.press(page.run(), "Check the rows")
    page = hands.press(page, "Import 2 orders")
    assert "2 orders imported" in hands.read(page)
    assert orders_on_file(owner) == 2


def test_another_sheet_of_the_workbook_can_be_chosen(wizard, hands):
    book = workbook(
        Notes=[["Who", "Said"], ["Asha", "call"]],
        Sales=[["Bill Date", "Mobile", "Total"], ["2026-10-01", "9822041001", 850]],
    )
    page = upload(wizard, book, "shop.xlsx")
    assert "sheet “Notes”" in hands.read(page)
    next(box for box in page.selectbox if box.label == "Sheet of the workbook").set_value("Sales")
    page = page.run()
    assert "sheet “Sales”" in hands.read(page)
    assert column(page, "Mobile").value == "customer_phone"


def test_what_the_sheet_holds_can_be_changed_after_it_was_uploaded(wizard, hands):
    page = upload(wizard, "Name,Mobile\nAsha,98220 41001\n", "people.csv")
    next(box for box in page.selectbox if box.label == "The sheet holds").set_value("customers")
    page = page.run()
    assert "Import customers" in hands.read(page)
    assert column(page, "Mobile").value == "phone"
    assert not button(page, "Check the rows").disabled


def test_a_column_can_fill_a_field_the_shop_made_itself(owner, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        custom_fields.add(shop, "Shoe size", "number")
        custom_fields.add(shop, "Has a dog?", "yes_no")
    page = open_page("imports", owner, new="customers")
    page = upload(page, "Company,Sector,Shoe Size,Pet\nAcme Ltd,Tea,41,yes\nZenith,Silk,large,no\n", "people.csv")
    assert column(page, "Shoe Size").value == "shoe_size"
    column(page, "Pet").set_value("has_a_dog")
    page = hands.press(page.run(), "Check the rows")
    assert "Shoe size must be a number, not “large”." in hands.read(page)
    first = page.session_state["import"].preview.first_rows
    assert first == [{"company": "Acme Ltd", "industry": "Tea", "shoe_size": "41", "has_a_dog": "yes"}]
    page = hands.press(page, "Import 1 customer")
    assert not page.exception
    with shop_session(owner) as shop:
        (acme,) = shop.execute(select(Customer).where(Customer.shop_id == shop.id)).mappings()
    assert (acme["name"], acme["custom"]) == ("Acme Ltd", {"shoe_size": 41, "has_a_dog": True})


def test_what_a_sheet_says_is_shown_as_it_is(wizard, hands):
    page = upload(wizard, "Bill Date,*Total*,[x](http://evil.example)\n2026-10-01,5,**bold**\n", "*odd*.csv")
    shown = "\n".join(part.value for part in page.markdown)
    assert r"\*odd\*" in shown
    assert r"\*\*bold\*\*" in shown
    assert "](http" not in shown


def test_how_the_dates_were_read_is_said(wizard, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    assert any("day first" in info.value for info in page.info)


def test_a_person_may_only_go_on_with_a_sheet_of_their_own(wizard, join, hands):
    page = upload(wizard, SALES)
    other = join("owner")
    page.session_state["sign_in_token"] = sign_in.open_session(other.staff_id, other.shop.id)
    page = page.run()
    assert "sales.csv" not in hands.read(page)
    assert page.file_uploader


def test_another_shops_imports_are_not_seen(wizard, join, open_page, hands):
    hands.press(hands.press(upload(wizard, SALES), "Check the rows"), "Import 3 rows")
    assert "sales.csv" not in hands.read(open_page("imports", join("owner")))


def import_it(who, content, name="sales.csv", noun="orders"):
    """As the command line does; returns the id of the import."""
    with imports.open_sheet(content.encode(), name) as sheet, shop_session(who, alone=True) as shop:
        plan = imports.prepare(shop, noun, sheet, imports.suggested(imports.guess(shop, noun, sheet)))
        return imports.commit(shop, plan).import_id


def test_undoing_says_what_it_will_do_and_then_what_it_did(owner, open_page, hands):
    import_it(owner, SALES)
    page = hands.press(open_page("imports", owner), "Undo")
    said = hands.read(page)
    assert "The orders of 3 new rows go." in said
    assert "What your team has worked on since stays" in said
    assert orders_on_file(owner) == 2, "nothing happens before the second press"
    page = hands.press(page, "Undo this import")
    assert not page.exception
    assert orders_on_file(owner) == 0
    said = hands.read(page)
    assert "records removed, 0 restored, 0 kept" in said
    assert button(page, "Undo") is None


def test_one_may_think_again_and_keep_the_import(owner, open_page, hands):
    import_it(owner, SALES)
    page = hands.press(hands.press(open_page("imports", owner), "Undo"), "Keep it")
    assert button(page, "Undo this import") is None
    assert button(page, "Undo") is not None
    assert orders_on_file(owner) == 2


def test_what_somebody_worked_on_since_is_kept_and_listed_with_the_reason(owner, open_page, hands):
    import_it(owner, SALES)
    with shop_session(owner, writes=True) as shop:
        rohit = shop.scalar(select(Customer.id).where(Customer.shop_id == shop.id, Customer.phone == "+919822041001"))
        customers.change(shop, rohit, {"email": "rohit@example.org"})
    page = hands.press(hands.press(open_page("imports", owner), "Undo"), "Undo this import")
    said = hands.read(page)
    assert "0 restored, 1 kept" in said
    assert "Customer Rohit Mane:" in said


def test_an_import_undone_elsewhere_meanwhile_is_one_sentence(owner, open_page, hands):
    import_id = import_it(owner, SALES)
    page = hands.press(open_page("imports", owner), "Undo")
    with shop_session(owner, alone=True) as shop:
        imports.undo(shop, import_id)
    page = hands.press(page, "Undo this import")
    assert not page.exception


def test_customers_are_counted_as_customers(owner, open_page, hands):
    page = open_page("imports", owner, new="customers")
    page = upload(page, "Name,Mobile\nAsha,98220 41001\nBilal,12345\n", "people.csv")
    page = hands.press(page, "Check the rows")
    page = hands.press(page, "Import 1 customer")
    assert "1 customer imported" in hands.read(page)
    assert "See the customers" in [link.label for link in page.get("page_link")]


def test_refused_rows_are_not_shown_as_rows_that_will_be_saved(wizard, hands):
    page = hands.press(upload(wizard, SALES), "Check the rows")
    shown = page.dataframe[0].value
    assert list(shown["order_number"]) == ["B1", "B1", "B2"]
    assert (
        "+91 98220 41001" in shown["customer_phone"].tolist()[0] or "98220 41001" in shown["customer_phone"].tolist()[0]
    )


def test_only_the_newest_imports_are_listed_until_more_are_asked_for(owner, open_page, hands):
    for number in range(21):
        import_it(owner, f"Name,Mobile\nAsha,98220 410{number:02}\n", f"list {number}.csv", "customers")
    page = open_page("imports", owner)
    assert "list 20.csv" in hands.read(page) and "list 0.csv" not in hands.read(page)
    assert "list 0.csv" in hands.read(hands.press(page, "Show older imports"))


def test_a_running_number_is_nobodys_reference(owner, open_page, hands):
    page = upload(
        open_page("imports", owner, new="customers"), "Sr. No,Name,Mobile\n1,Asha,98220 41001\n", "people.csv"
    )
    assert column(page, "Sr. No").value == ""
    assert column(page, "Mobile").value == "phone"


DEALS = """opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value
D1,Zane Levy,Cancity,Engaging,03/04/2026,,
D2,Zane Levy,Hatfan,Won,05/04/2026,06/05/2026,900
D3,Zane Levy,Hatfan,Won,08/05/2026,07/05/2026,50
"""


def test_the_wizard_asks_what_stages_and_dates_mean_and_goes_on_with_the_answers(join, new_shop, open_page, hands):
    who = join("owner", new_shop(kind="business"))
    page = upload(open_page("imports", who, new="opportunities"), DEALS, "deals.csv")
    page = hands.press(page, "Check the rows")
    assert "Which comes first in the dates?" in hands.read(page)
    dates = next(one for one in page.get("button_group") if one.label == "In the dates of the sheet")
    page = hands.press(dates.set_value("day first").run(), "Check the rows")
    assert "What are these stages?" in hands.read(page)
    page = next(box for box in page.selectbox if box.label == "Engaging").select("Qualified").run()
    page = hands.press(page, "Check the rows")
    assert "1 deal closed before beginning" in hands.read(page)
    assert "Row 4 closed on 7 May 2026 and began on 8 May 2026" in hands.read(page)
    page = next(one for one in page.radio if one.label == "Deals that closed before they began").set_value("keep").run()
    page = hands.press(page, "Check the rows")
    assert not page.exception
    page = hands.press(page, "Import 3 opportunities")
    assert not page.exception
    with shop_session(who) as shop:
        found = {one["ref"]: one for one in shop.execute(pipeline.listing.listed(shop)).mappings()}
        assert (found["D1"]["stage_name"], found["D1"]["created_on"]) == ("Qualified", date(2026, 4, 3))
        assert found["D2"]["closed_on"] == date(2026, 5, 6)
        assert found["D3"]["created_on"] == found["D3"]["closed_on"] == date(2026, 5, 7)


def test_the_wizard_asks_what_words_of_a_status_mean_and_goes_on_with_the_answers(join, new_shop, open_page, hands):
    boss = join("owner", new_shop(kind="business"))
    sheet = "ref,status\n1,Parked\n2,New\n3,Elsewhere\n"
    page = hands.press(upload(open_page("imports", boss, new="leads"), sheet, "leads.csv"), "Check")
    assert not page.exception
    assert "What do these words mean?" in hands.read(page)
    next(box for box in page.selectbox if box.label == "Parked").select("contacted")
    page = hands.press(page, "Check")
    assert not page.exception
    page = hands.press(page, "Import 2 leads")
    assert not page.exception
    with shop_session(boss) as shop:
        assert leads.counts(shop)["contacted"] == leads.counts(shop)["new"] == 1
