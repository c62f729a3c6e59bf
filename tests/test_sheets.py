"""Any spreadsheet: which kind, which header, which rows, which column is what; and what is refused instead."""

import io
import os
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from real_data import real_data

from crmcore.errors import BadInput
from crmcore.sheets import dates
from crmcore.sheets.cells import NULL, Habits, cleaner
from crmcore.sheets.columns import ColumnGuess, guess_columns, suggested
from crmcore.sheets.fields import field_of
from crmcore.sheets.headers import find_header, squeeze
from crmcore.sheets.kinds import Limits
from crmcore.sheets.sheet import Sheet, open_sheet

INDIA = Habits("IN", "INR", ZoneInfo("Asia/Kolkata"), date(2026, 11, 20), {"ravi kumar": "the id of Ravi"})


def table(sheet: Sheet) -> list[list[str]]:
    rows = []
    for batch in sheet.batches():
        rows += [list(row) for row in zip(*(batch.column(place) for place in range(batch.width)), strict=True)]
    return rows


def read(content: str | bytes, name: str = "orders.csv", **options) -> tuple[list[str], list[list[str]]]:
    with open_sheet(content.encode() if isinstance(content, str) else content, name, **options) as sheet:
        return sheet.headers, table(sheet)


def refusal(content: str | bytes, name: str = "orders.csv", **options) -> str:
    with (
        pytest.raises(BadInput) as refused,
        open_sheet(content.encode() if isinstance(content, str) else content, name, **options) as sheet,
    ):
        _ = sheet.rows
    return str(refused.value)


def workbook(*sheets: tuple[str, list[list[object]]], hidden: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        if name == hidden:
            page.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Text files


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "¬"])
def test_the_separator_is_found(mark):
    text = f"name{mark}phone{mark}amount\nAsha{mark}9881120456{mark}12\nBilal{mark}9881120457{mark}7\n"
    assert read(text) == (["name", "phone", "amount"], [["Asha", "9881120456", "12"], ["Bilal", "9881120457", "7"]])


def test_decimal_commas_do_not_win_over_semicolons():
    assert read("name;amount;tax\nAsha;1,50;0,20\nBilal;2,50;0,30\n")[1] == [
        ["Asha", "1,50", "0,20"],
        ["Bilal", "2,50", "0,30"],
    ]


def test_columns_lined_up_by_blanks_are_columns():
    headers, rows = read(" 00004 0001 19970101  2   29.33\n 00021 0002 19970113  1   11.77\n", header=False)
    assert headers == ["1", "2", "3", "4", "5"]
    assert rows == [["00004", "0001", "19970101", "2", "29.33"], ["00021", "0002", "19970113", "1", "11.77"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_the_encoding_is_found(encoding):
    assert read("name,town\nJosé,Zürich\n".encode(encoding))[1] == [["José", "Zürich"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_a_quoted_one_belongs_to_its_cell(end):
    assert read(f'name,note{end}Asha,"one{end}two"{end}Bilal,x{end}')[1] == [["Asha", f"one{end}two"], ["Bilal", "x"]]


def test_excel_s_own_line_about_the_separator_is_no_data():
    assert read("sep=;\nname;town\nAsha;Pune\n") == (["name", "town"], [["Asha", "Pune"]])


def test_short_rows_are_filled_and_blank_rows_left_out_but_counted_in_row_numbers():
    with open_sheet(b"name,phone,amount\nAsha\n\n  ,,\nBilal,1,2\n", "a.csv") as sheet:
        assert table(sheet) == [["Asha", "", ""], ["Bilal", "1", "2"]]
        assert next(sheet.batches()).numbers == ["2", "5"]
        assert sheet.rows == 2


def test_a_row_with_more_cells_than_headers_keeps_the_rest_apart():
    with open_sheet(b"name,amount\nAsha,1,200\nBilal,5\n", "a.csv") as sheet:
        assert next(sheet.batches()).overflow == ["200", ""]


def test_control_characters_cannot_shift_cells():
    assert read("name,town\nAs\x1fha,Pune\n")[1] == [["As ha", "Pune"]]


def test_a_quote_that_never_closes_is_refused_and_does_not_swallow_the_rest():
    text = "name,amount\n" + 'Asha,"5\n' + "Bilal,1\n" * 50_000
    assert 'a quote (") is opened there and never closed' in refusal(text)


# Workbooks


def test_a_workbook_s_cells_read_as_a_person_would_type_them():
    headers, rows = read(
        workbook(
            (
                "S",
                [
                    ["a", "b", "c", "d", "e"],
                    [17850.0, 2.5, datetime.fromisoformat("2010-12-01T08:26"), True, None],
                    [0, 0, 0, 0, 0],
                ],
            )
        ),
        "book.xlsx",
    )
    assert headers == ["a", "b", "c", "d", "e"]
    assert rows == [["17850", "2.5", "2010-12-01 08:26:00", "yes", ""], ["0", "0", "0", "0", "0"]]


def test_a_workbook_is_one_by_its_content_whatever_it_is_called():
    assert read(workbook(("S", [["name", "town"], ["Asha", "Pune"]])), "orders.csv")[1] == [["Asha", "Pune"]]
    assert read("name,town\nAsha,Pune\n", "orders.xlsx")[1] == [["Asha", "Pune"]]


def test_the_first_sheet_in_sight_that_holds_anything_is_read_unless_one_is_named():
    book = workbook(("hidden", [["x"], ["1"]]), ("empty", []), ("data", [["name"], ["Asha"]]), hidden="hidden")
    with open_sheet(book, "b.xlsx") as sheet:
        assert (sheet.name, sheet.sheets) == ("data", ["empty", "data", "hidden"])
    with open_sheet(book, "b.xlsx", sheet="hidden") as sheet:
        assert sheet.headers == ["x"]
    assert refusal(book, "b.xlsx", sheet="Data2") == "b.xlsx has no sheet Data2: its sheets are empty, data, hidden."
    assert refusal(book, "b.xlsx", sheet="empty") == "There is nothing in sheet empty of b.xlsx."


def test_a_sheet_may_start_anywhere():
    rows = [[], [], ["", "", "Orders of May"], [], ["", "Bill No", "Date"], ["", "17", "2024-05-01"]]
    with open_sheet(workbook(("S", rows)), "b.xlsx") as sheet:
        assert sheet.header_row == 5
        assert sheet.headers[-2:] == ["Bill No", "Date"]
        assert next(sheet.batches()).numbers == ["6"]


# Headers


def test_a_header_below_titles_and_settings_is_found():
    text = (
        "Sales register\nFrom,01/04/2024\nTo,30/04/2024\n\nBill No,Bill Date,Party Name,Amount\n1,02/04/2024,Asha,500\n"
    )
    headers, rows = read(text)
    assert headers == ["Bill No", "Bill Date", "Party Name", "Amount"]
    assert rows == [["1", "02/04/2024", "Asha", "500"]]


def test_real_names_win_over_group_names_above_them():
    rows = [["Customer", "About", "Order", "Order"], ["Name", "Phone", "Order no", "Amount"], ["Asha", "1", "2", "3"]]
    assert find_header(rows, frozenset({"name", "phone", "orderno", "amount", "customer"})) == 1


def test_a_header_in_several_lines_is_shown_in_one():
    assert read('"Mobile\nNo. ",Name\n1,Asha\n')[0] == ["Mobile No.", "Name"]
    assert squeeze("Mobile\nNo. ") == squeeze("mobileNo") == "mobileno"


def test_no_header_is_said_so_and_columns_are_then_numbers():
    text = "1,2024-05-01,500\n2,2024-05-02,300\n"
    assert "--no-header" in refusal(text)
    assert read(text, header=False) == (["1", "2", "3"], [["1", "2024-05-01", "500"], ["2", "2024-05-02", "300"]])


def test_a_row_of_words_below_data_is_no_header():
    assert "No row of headers" in refusal("1,Asha,500\nTotal,Bilal,none\n2,Chitra,300\n")


# What is refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
        (b"%PDF-1.7 whatever", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "is a web page"),
        (b"\n <table><tr><td>1</td></tr></table>", "is a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "is an XML file"),
        (b'[{"name": "Asha"}]', "is a JSON file"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x7fELF\x00\x00", "is a program"),
        (b"\x00\x01\x02\x03" * 50, "some other program"),
        (b"PK\x03\x04 broken", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "is damaged"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_one_sentence(content, words):
    sentence = refusal(content, "orders.xlsx")
    assert words in sentence
    assert sentence.startswith("orders.xlsx ")
    assert sentence.count(". ") == 0


def test_a_plain_zip_archive_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orders.csv", "name\nAsha\n")
    assert "is a zip archive" in refusal(out.getvalue(), "orders.xlsx")


def test_a_damaged_workbook_is_refused():
    book = workbook(("S", [["name"], ["Asha"]]))
    assert "is damaged" in refusal(book[: len(book) // 2], "b.xlsx")
    sheet = book.index(b"xl/worksheets/sheet1.xml")
    assert "is damaged" in refusal(book[: sheet + 30] + b"\0" * 100 + book[sheet + 130 :], "b.xlsx")


def test_a_workbook_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (64 * 2**20))
    assert "unpacks to 64 MB" in refusal(out.getvalue(), "bomb.xlsx")


def test_a_workbook_with_one_cell_at_the_far_end_cannot_eat_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    book.active["XFD1048576"] = "end"
    out = io.BytesIO()
    book.save(out)
    sentence = refusal(out.getvalue(), "far.xlsx")
    assert "the limit is" in sentence or "too much memory" in sentence


def test_files_over_the_limits_are_refused():
    text = "name,phone\n" + "Asha,1\n" * 5_000
    assert "has 0 MB, the limit is 0 MB" in refusal(text, limits=Limits(size=1000))
    assert "more than 3,000 rows" in refusal(text, limits=Limits(rows=3_000))
    assert "has 2 columns, the limit is 1" in refusal(text, limits=Limits(columns=1))
    rows: list[list[object]] = [["name", "phone"]] + [["Asha", 1]] * 100
    assert "has 101 rows, the limit is 50" in refusal(workbook(("S", rows)), "b.xlsx", limits=Limits(rows=50))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        open_sheet(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="is a folder"):
        open_sheet(tmp_path)


def test_closing_early_ends_the_reading_process():
    sheet = open_sheet(("name,phone\n" + "Asha,1\n" * 400_000).encode(), "a.csv")
    pid = sheet._child.pid
    sheet.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_reader_starts_fast_because_it_imports_little():
    code = "import sys, crmcore.sheets.child; print(len(set(sys.modules) & {'sqlalchemy', 'babel', 'phonenumbers'}))"
    started = time.process_time()
    assert subprocess.run([os.sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"
    assert time.process_time() >= started


# Columns


def guesses(text: str, noun: str = "orders", **options) -> list[ColumnGuess]:
    with open_sheet(text.encode(), "a.csv", **options) as sheet:
        return guess_columns(sheet, noun, "IN", staff=["Ravi Kumar"])


def matched(text: str, noun: str = "orders", **options) -> dict[str, str]:
    return suggested(guesses(text, noun, **options))


def test_columns_are_matched_by_the_names_shops_give_them():
    headers = "Bill No.,Bill Date,Party Name,Mobile No.,Particulars,Qty,Rate,Amount\n"
    assert matched(headers + "1,01/04/2024,Asha,9881120456,Tea,2,5,10\n") == {
        "order_number": "Bill No.",
        "ordered_at": "Bill Date",
        "customer_name": "Party Name",
        "customer_phone": "Mobile No.",
        "product": "Particulars",
        "quantity": "Qty",
        "unit_price": "Rate",
        "line_total": "Amount",
    }


def test_columns_are_matched_by_what_they_hold():
    text = "x,y,z,w\n" + "".join(f"98811204{n:02},2024-04-{n:02},p{n}@example.org,{n}\n" for n in range(10, 30))
    found = {guess.header: (guess.field, guess.how) for guess in guesses(text)}
    assert found == {
        "x": ("customer_phone", "content"),
        "y": ("ordered_at", "content"),
        "z": ("customer_email", "content"),
        "w": (None, None),
    }


def test_a_name_that_its_column_contradicts_is_only_a_guess():
    text = "Date,Phone,Amount\n" + "soon,Asha,12\n" * 5
    assert {guess.header: guess.how for guess in guesses(text)} == {
        "Date": "unsure",
        "Phone": "unsure",
        "Amount": "name",
    }


def test_a_column_named_customer_that_holds_numbers_is_the_reference():
    assert (
        matched("Order,Customer,Date,Total\n1,17850,2024-01-01,5\n2,17851,2024-01-02,6\n")["customer_ref"] == "Customer"
    )


def test_a_rep_is_matched_only_where_the_shop_knows_the_names():
    assert matched("Date,Total,Salesperson\n2024-01-01,5,Ravi Kumar\n")["sales_rep"] == "Salesperson"
    assert "sales_rep" not in matched("Date,Total,Salesperson\n2024-01-01,5,Nobody\n")


def test_an_amount_that_differs_within_an_order_is_the_line_s_and_one_that_does_not_is_the_order_s():
    lines = "".join(f"{order},2024-01-01,{order * 10 + line}\n" for order in range(5) for line in range(2))
    assert matched("Invoice,Date,Total\n" + lines)["line_total"] == "Total"
    alike = "".join(f"{order},2024-01-01,{order * 10}\n" for order in range(5) for line in range(2))
    assert matched("Invoice,Date,Amount\n" + alike)["total"] == "Amount"


def test_a_web_shop_s_export_is_understood():
    lines = "".join(
        f"#{n},a@example.org,paid,{n}0,{n}2,2024-01-05 12:00:00 +0530,1,Tea,{n},Asha\n#{n},,,,,2024-01-05,2,Cup,3,\n"
        for n in range(1001, 1005)
    )
    money = "Financial Status,Subtotal,Total,Created at"
    found = matched(f"Name,Email,{money},Lineitem quantity,Lineitem name,Lineitem price,Billing Name\n{lines}")
    assert (found["order_number"], found["total"], found["customer_name"]) == ("Name", "Total", "Billing Name")
    assert "line_total" not in found


def test_two_headers_alike_are_refused_when_they_matter_and_ignored_when_not():
    with pytest.raises(BadInput, match="Columns 2 and 4 are both headed Amount") as refused:
        matched("Date,Amount,Name,Amount\n2024-01-01,1,Asha,2\n")
    assert refused.value.field == "column"
    assert matched("Date,x,x,Amount\n2024-01-01,1,2,3\n") == {"ordered_at": "Date", "line_total": "Amount"}


def test_a_column_is_named_as_it_stands_or_in_another_case():
    with open_sheet(b"Name,Town,town\nAsha,Pune,x\n", "a.csv") as sheet:
        assert (sheet.place("name"), sheet.place("Town"), sheet.place("town")) == (0, 1, 2)
        with pytest.raises(BadInput, match=r"a\.csv has no column Phone: its columns are Name, Town, town") as refused:
            sheet.place("Phone")
    assert refused.value.field == "column"


# Cells


def cleaned(key: str, *cells: str, noun: str = "orders") -> list[str]:
    column = cleaner(field_of(noun, key), key, INDIA)
    column.assume(cells)
    return column.clean(cells)


def reason(key: str, cell: str, noun: str = "orders", habits: Habits = INDIA) -> str:
    column = cleaner(field_of(noun, key), key, habits)
    assert set(column.clean([cell])[0].split("\t")) == {NULL}
    return column.refused[cell]


def test_references_lose_what_spreadsheets_add():
    assert cleaned("customer_ref", "17850.0", "'0042", " A-1 ", "", "4.0128e+10") == [
        "17850",
        "0042",
        "A-1",
        NULL,
        "40128000000",
    ]
    assert "lost its last digits" in reason("order_number", "4.53E+12")


def test_what_means_nothing_is_empty():
    assert cleaned("category", "N/A", "null", "-", "None", "#N/A") == [NULL] * 5
    assert cleaned("customer_name", "None", "Na", "n/a") == ["None", "Na", NULL]


def test_text_is_tidied_and_cannot_break_out_of_its_cell():
    assert cleaned("product", "  Tea   cup ", "a\tb", "c\\d", "e\nf") == ["Tea cup", "a b", "c\\\\d", "e f"]
    assert "has 301 characters" in reason("product", "x" * 301)


def test_moments_are_kept_with_the_shop_s_day():
    assert cleaned("ordered_at", "2024-03-31 23:30", "2024-03-31T23:30:00Z", "31/3/24") == [
        "2024-03-31T18:00:00+00:00\t2024-03-31",
        "2024-03-31T23:30:00+00:00\t2024-04-01",
        "2024-03-30T18:30:00+00:00\t2024-03-31",
    ]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("19970118", "1997-01-18"),
        ("40513.35", "2010-12-01"),
        ("1 Dec 2010", "2010-12-01"),
        ("Dec 1st, 2010", "2010-12-01"),
        ("Wed, 01-Dec-10 8:26 PM", "2010-12-01"),
        ("2010/12/1", "2010-12-01"),
        ("01.12.2010 09.30", "2010-12-01"),
        ("1 de diciembre de 2010", "2010-12-01"),
        ("25/12/99", "1999-12-25"),
    ],
)
def test_dates_are_read_as_people_write_them(cell, day):
    assert cleaned("ordered_at", cell)[0].endswith("\t" + day)


def test_each_wrong_date_is_refused_with_value_and_fix():
    assert reason("ordered_at", "31/02/2024") == (
        "31/02/2024 is not in the calendar: write a day that exists, as 2024-03-31."
    )
    assert reason("ordered_at", "soon") == "soon is no date: write it as 2024-03-31."
    assert reason("ordered_at", "0024-01-01") == "0024-01-01 lies in the year 24: check the year."
    assert reason("ordered_at", "2026-11-22") == "2026-11-22 lies in the future: check the date."
    assert cleaned("ordered_at", "2026-11-21")[0].endswith("2026-11-21")
    open_late = replace(INDIA, books_open_on=date(2026, 11, 10))
    told = "9/11/2026 is before your books open, on 10 November 2026."
    assert reason("ordered_at", "9/11/2026", habits=open_late) == told
    [first_day] = cleaner(field_of("orders", "ordered_at"), "Date", open_late).clean(["10/11/2026"])
    assert first_day.endswith("2026-11-10")


def test_the_country_decides_which_is_the_month_until_the_column_proves_it():
    indian = cleaner(field_of("orders", "ordered_at"), "Date", INDIA)
    assert indian.clean(["05/12/2010"])[0].endswith("2010-12-05")
    assert indian.remark == "Date is read day first (05/12/2010), as is usual in the shop's country."
    assert not indian.mistaken
    assert dates.habit("US") == dates.MONTH_FIRST

    indian.clean(["12/25/2010"])
    assert indian.mistaken
    indian.reconsider()
    assert [text[-10:] for text in indian.clean(["05/12/2010", "12/25/2010"])] == ["2010-05-12", "2010-12-25"]
    assert not indian.mistaken
    assert indian.remark == "Date is read month first (05/12/2010), as its other dates show."


def test_a_column_that_writes_dates_both_ways_keeps_only_the_certain_ones():
    both = cleaner(field_of("orders", "ordered_at"), "Date", INDIA)
    both.assume(["25/12/2010", "12/25/2010", "05/12/2010"])
    assert [text[-10:] for text in both.clean(["25/12/2010", "12/25/2010"])] == ["2010-12-25", "2010-12-25"]
    both.clean(["05/12/2010"])
    assert "can be read two ways" in both.refused["05/12/2010"]


def test_a_slip_in_a_column_of_one_order_is_refused_alone():
    days = [f"{day}/12/2010" for day in range(13, 32)] + [f"{day}/01/2011" for day in range(1, 32)]
    many = [*days, *(day.replace("20", "19") for day in days), *(day.replace("201", "200") for day in days)]
    column = cleaner(field_of("orders", "ordered_at"), "Date", INDIA)
    column.assume(many)
    assert column.clean(["05/01/2011"])[0].endswith("2011-01-05")
    column.clean(["12/25/2010"])
    assert column.refused["12/25/2010"] == (
        "12/25/2010 is not written day first as the rest is: write it as 2024-03-31."
    )
    column.clean(many)
    assert not column.mistaken


def test_the_decimal_mark_is_the_column_s():
    assert cleaned("line_total", "1.234", "12,50") == ["1234", "12.50"]
    assert cleaned("line_total", "1.234", "12.50") == ["1.234", "12.50"]
    late = cleaner(field_of("orders", "line_total"), "Amount", INDIA)
    late.clean(["1.234"])
    late.clean(["12,50"])
    assert late.mistaken
    late.reconsider()
    assert late.clean(["1.234"]) == ["1234"]


def test_quantities_statuses_reps_days_and_tags():
    assert cleaned("quantity", "2.0", "-1", "1,5") == ["2.0", "-1", "1.5"]
    assert "is not a quantity" in reason("quantity", "5 kg")
    assert cleaned("status", "Paid", "CANCELED", "on hold", "Refunded") == [
        "completed",
        "cancelled",
        "draft",
        "returned",
    ]
    assert "is no status" in reason("status", "frobbed")
    assert cleaned("sales_rep", "ravi  KUMAR") == ["the id of Ravi"]
    assert "add them under Team first" in reason("sales_rep", "Nobody")
    assert cleaned("medicine_days", "30", "30 days", "30.0") == ["30"] * 3
    assert "from 1 to 3650" in reason("medicine_days", "0")
    assert cleaned("tags", "vip, wholesale; vip", noun="customers") == ["vip;wholesale"]


def test_birthdays_may_leave_the_year_open():
    assert cleaned("birthday", "12/03", "12/03/1990", "1990-03-12", noun="customers") == [
        f"12\t3\t{NULL}", "12\t3\t1990", "12\t3\t1990",
    ]  # fmt: skip
    assert "future" in reason("birthday", "2027-01-01", noun="customers")


def test_a_currency_that_is_not_the_shop_s_is_refused():
    assert reason("total", "$5") == "$5 is in another currency: this shop's amounts are in INR."


# Real files


ODD = {
    "agate_excel_test_ambiguous_date.xlsx": (["s"], [["1900-01-01"]]),
    "agate_excel_test_zeros.xls": (
        ["ordinal", "binary", "all_zero"],
        [["0", "0", "0"], ["1", "1", "0"], ["2", "1", "0"]],
    ),
    "calamine_any_sheets.xlsx": "No row of headers was found",
    "calamine_covered.ods": (["a1"], [["a2"], ["a3"]]),
    "calamine_merged_range.xlsx": (
        ["A1", "B1", "C1", "column 4", "E1", "F1", "G1", "H1"],
        [["A3", "B3", "C3", "", "E3", "F3", "G3", "H3"], ["A4", "B4", "C4", "", "E4", "F4", "G4", "H4"]],
    ),
    "csvkit_blanks.csv": (["a", "b", "c", "d", "e", "f"], [["", "NA", "N/A", "NONE", "NULL", "."]]),
    "csvkit_mac_newlines.csv": (["a", "b", "c"], [["1", "2", "3"], ["Once upon\ra time", "5", "6"]]),
    "csvkit_no_header_row.csv": "No row of headers was found",
    "csvkit_sheets.xlsx": 5,
    "csvkit_test_empty_columns_long_row.csv": (["a", "b", "c"], []),
    "csvkit_test_header_newline.csv": (["start end", "b", "c"], [["d", "e", "f"]]),
    "csvkit_test_latin1.csv": (["a", "b", "c"], [["1", "2", "3"], ["4", "5", "©"]]),
    "csvkit_test_skip_lines.xlsx": 5,
    "csvkit_test_utf16_little.csv": (["a", "b", "c"], [["1", "2", "3"], ["4", "5", "ʤ"]]),
    "csvkit_test_utf8_bom.csv": (["foo", "bar", "baz"], [["1", "2", "3"], ["4", "5", "ʤ"]]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_sheets_are_read_rightly_or_refused_in_one_sentence(name):
    content = real_data(f"odd_sheets/{name}").read_bytes()
    expected = ODD[name]
    if isinstance(expected, str):
        assert expected in refusal(content, name)
    elif isinstance(expected, int):
        headers, rows = read(content, name)
        assert headers[:7] == ["text", "date", "integer", "boolean", "float", "datetime", "empty_column"]
        assert len(rows) == expected
        assert rows[1][:6] == ["Chicago Sun-Times", "1948-01-01", "63", "yes", "1.27", "1948-01-01 14:57:13"]
    else:
        assert read(content, name) == expected


def test_real_order_files_are_matched_without_help():
    with open_sheet(real_data("online_retail_one_day/2010-12-01.csv")) as sheet:
        assert set(suggested(guess_columns(sheet, "orders", "GB"))) == {
            "order_number", "sku", "product", "quantity", "ordered_at", "unit_price", "customer_ref",
        }  # fmt: skip
        assert sheet.rows == 3108
    with open_sheet(real_data("complete_journey/transactions_sample.csv")) as sheet:
        assert suggested(guess_columns(sheet, "orders", "US")) == {
            "customer_ref": "household_id",
            "order_number": "basket_id",
            "sku": "product_id",
            "quantity": "quantity",
            "line_total": "sales_value",
            "ordered_at": "transaction_timestamp",
        }
        assert sheet.rows == 75_000


def test_a_latin_1_file_parted_by_not_signs_is_read():
    with open_sheet(real_data("phones_uk_nhs/nhs_choices_raw_sample_latin1.csv")) as sheet:
        assert len(sheet.headers) == 22
        assert suggested(guess_columns(sheet, "customers", "GB"))["phone"] == "Phone"
