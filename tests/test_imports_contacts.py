"""Contact sheets: one contact a number, whatever the sheet looks like; the same again changes nothing; undoing."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from conftest import NOW
from real_data import real_data
from sqlalchemy import func, select
from test_sheets import ODD

from crmcore import (
    companies,
    contact_people,
    contacts,
    customers,
    exports,
    follow_ups,
    imports,
    interactions,
    orders,
    phones,
)
from crmcore.contact_people import NewPerson, NewPhone
from crmcore.contacts import CONVERTED, PENDING, automatic
from crmcore.database.gate import ShopSession, keeper, shop_session
from crmcore.errors import BadInput
from crmcore.imports import ImportResult, undo
from crmcore.models import Activity, Contact, ImportRow

SHEET = """Wedding fair 2026,,,
,,,
Name,Mobile No.,Landline,Remarks
Asha Rao,98811 20456,020-2567 8901,Asked for the list
Bilal,"98220 12345 / 98220 54321",,
Chitra,,02225678901,Calls only
Deepak,9.88E+09,,
Esha,,,no number
Asha R.,+91 98811-20456,,
"""


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    """Imports text as contacts (or as `noun`), the columns as recognised."""

    def run(content: str | bytes, noun: str = "contacts", into: ShopSession = shop, name: str = "") -> ImportResult:
        raw = content.encode() if isinstance(content, str) else content
        with imports.open_sheet(raw, name or f"{noun}.csv") as sheet:
            plan = imports.prepare(into, noun, sheet, imports.suggested(imports.guess(into, noun, sheet)))
            return imports.commit(into, plan)

    return run


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def refused(shop: ShopSession, result: ImportResult) -> dict[int, str]:
    found = select(ImportRow.row_number, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return dict(map(tuple, shop.execute(found)))


def on_file(shop: ShopSession) -> dict[str, Any]:
    rows = shop.execute(select(Contact).where(Contact.shop_id == shop.id)).mappings()
    return {row["phone"]: row for row in rows}


def test_a_messy_sheet_comes_out_right_or_refused(shop, put_in):
    customers.create(shop, {"name": "Bilal Khan", "phone": "98220 12345"})
    result = put_in(SHEET)

    assert counts(result) == (6, 3, 0, 1, 2)
    assert result.columns == {"name": "Name", "phone": "Mobile No.", "other_phone": "Landline", "notes": "Remarks"}
    assert set(refused(shop, result)) == {7, 8}
    assert "lost its last digits" in refused(shop, result)[7]
    assert refused(shop, result)[8] == "There is no phone number in this row."
    found = on_file(shop)
    asha, bilal, chitra = found["+919881120456"], found["+919822012345"], found["+912225678901"]
    assert (asha["name"], asha["phone_typed"], asha["notes"]) == ("Asha Rao", "98811 20456", "Asked for the list")
    assert [one["other_phones"] for one in (asha, bilal, chitra)] == [["+912025678901"], ["+919822054321"], []]
    assert [one["phone_kind"] for one in (asha, bilal, chitra)] == ["mobile", "mobile", "landline"]
    assert [one["status"] for one in (asha, bilal, chitra)] == [PENDING] * 3
    assert bilal["customer_id"] == customers.by_phone(shop, "98220 12345")["id"]
    assert asha["customer_id"] is None
    assert set(result.remarks) >= {
        "1 row is a customer already: kept as a contact, and linked.",
        "1 row repeats a number that stands further up in the sheet.",
        "1 row gives another name than is on file or further up; that one was kept.",
        "1 row is a landline: for calls only.",
    }


def test_the_same_sheet_again_changes_nothing(shop, put_in):
    put_in(SHEET)
    before = on_file(shop)
    result = put_in(SHEET)
    assert counts(result) == (6, 0, 0, 4, 2)
    assert "3 rows are on file as a contact already." in result.remarks
    assert on_file(shop) == before


def test_a_later_sheet_adds_what_was_missing_and_overwrites_nothing(shop, put_in):
    put_in("phone,name,notes\n98811 20456,Asha,Evenings\n98220 12345,,\n")
    later = "phone,other phone,name,email,notes,tags\n98811 20456,98220 99999,Anita,asha@example.org,,fair;vip\n"
    assert counts(put_in(later + "98220 12345,,Bilal,,,\n")) == (2, 0, 2, 0, 0)
    found = on_file(shop)
    asha = found["+919881120456"]
    assert (asha["name"], asha["email"], asha["notes"]) == ("Asha", "asha@example.org", "Evenings")
    assert (asha["other_phones"], asha["tags"]) == (["+919822099999"], ["fair", "vip"])
    assert found["+919822012345"]["name"] == "Bilal"
    assert counts(put_in(later)) == (1, 0, 0, 1, 0)


def test_a_row_is_known_by_any_of_its_numbers(shop, put_in):
    put_in("phone,other phone,name\n98811 20456,98220 12345,Asha Rao\n98220 00001,,\n")
    later = "phone,other phone,name\n98220 12345,98220 77777,asha\n98220 00002,98220 00001,Bilal\n"
    result = put_in(later)
    assert counts(result) == (2, 0, 2, 0, 0)
    assert "2 rows are on file as a contact already." in result.remarks
    found = on_file(shop)
    assert {phone: row["other_phones"] for phone, row in found.items()} == {
        "+919881120456": ["+919822012345", "+919822077777"], "+919822000001": ["+919822000002"],
    }  # fmt: skip
    assert found["+919822000001"]["name"] == "Bilal"
    assert counts(put_in(later)) == (2, 0, 0, 2, 0)
    undo(shop, result.import_id)
    assert on_file(shop)["+919881120456"]["other_phones"] == ["+919822012345"]


def test_a_row_repeats_one_further_up_by_another_number_and_adds_what_it_knows(shop, put_in):
    sheet = (
        "Name,Mobile 1,Mobile 2\nAsha,98811 20456,98220 12345\n,98220 12345,98220 77777\n"
        "Asha,98811 20456,020 2567 8901\nBilal,98220 00001,\nBilal,98220 00002,98220 00001\n"
    )
    result = put_in(sheet)
    assert counts(result) == (5, 2, 0, 3, 0)
    assert "3 rows repeat a number that stands further up in the sheet." in result.remarks
    assert {phone: row["other_phones"] for phone, row in on_file(shop).items()} == {
        "+919881120456": ["+919822012345", "+919822077777", "+912025678901"], "+919822000001": ["+919822000002"],
    }  # fmt: skip
    assert counts(put_in(sheet)) == (5, 0, 0, 5, 0)


@pytest.mark.parametrize(
    "rows",
    [
        "Asha Rao,98811 20456,98220 12345\nBilal Rao,98220 12345,\n",
        "Bilal Rao,98220 12345,\nAsha Rao,98811 20456,98220 12345\n",
        ",98811 20456,98220 77777\n,98220 12345,98220 77777\n,98220 77777,\n",
        ",98220 77777,\n,98811 20456,98220 77777\n,98220 12345,98220 77777\n",
        ",98811 20456,\n,98220 12345,\n,98220 77777,98811 20456 / 98220 12345\n",
    ],
    ids=["another name", "another name further down", "two have it", "two have hers", "two of them"],
)
def test_nobody_is_taken_for_another_where_a_number_does_not_tell(shop, put_in, rows):
    result = put_in("Name,Mobile 1,Mobile 2\n" + rows)
    assert result.created == result.rows
    assert any(remark.endswith(": kept apart.") for remark in result.remarks)
    assert counts(put_in("Name,Mobile 1,Mobile 2\n" + rows))[3] == result.rows


def test_a_row_is_linked_with_the_customer_who_has_any_of_its_numbers(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "98220 12345"})
    acme, _ = companies.find_or_create(shop, "Acme Traders")
    contact_people.add(shop, acme, NewPerson("Chitra", phones=[NewPhone("98220 00001")]))
    sheet = "Name,Mobile 1,Mobile 2\nAsha,98811 20456,98220 12345\nChitra,98220 00001,\n"
    result = put_in(sheet)
    assert "2 rows are a customer already: kept as a contact, and linked." in result.remarks
    assert {row["name"]: row["customer_id"] for row in on_file(shop).values()} == {"Asha": asha, "Chitra": acme}
    put_in(sheet + "Deepak,98220 00002,98220 12345\n")
    assert on_file(shop)["+919822000002"]["customer_id"] is None, "Asha is another"
    sold = "Order no,Date,Customer phone,Customer name,Total\n1,2026-11-02,98811 20456,Asha,100\n"
    put_in(sold + "2,2026-11-02,98220 00001,Chitra,90\n3,2026-11-02,98220 00002,,80\n", "orders")
    assert [customers.get(shop, one)["total_spent"] for one in (asha, acme)] == [100, 90]
    assert {row["name"]: row["status"] for row in on_file(shop).values()} == dict.fromkeys(
        ("Asha", "Chitra", "Deepak"), CONVERTED
    )


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("9881120456.0", "+919881120456"),
        ("9.881120456E9", "+919881120456"),
        ("'9881120456", "+919881120456"),
        ("९८८११२०४५६", "+919881120456"),
        ("\u200e9881120456\u202c", "+919881120456"),
        ("tel: 98811 20456", "+919881120456"),
        ("020 2567 8901 ext 12", "+912025678901"),
        ("98811 20456, 98811 20456", "+919881120456"),
        ("9881120456 9822012345", "+919881120456"),
        ("020 2567 8901; 98811 20456", "+919881120456"),
        ("9.88E+09", None),
        ("98811 2045", None),
        ("98811 20456 / 57", None),
        ("98811 20456 or maybe not", None),
        ("9881120456.5", None),
        ("N/A", None),
    ],
)
def test_a_number_comes_out_right_or_not_at_all(shop, put_in, cell, number):
    put_in(f'Phone,Name\n"{cell}",Asha\n98220 00001,Sure\n98220 00002,Sure\n')
    assert set(on_file(shop)) - {"+919822000001", "+919822000002"} == ({number} if number else set())


def test_undoing_takes_back_what_nobody_worked_on_and_counts_are_as_before(shop, put_in):
    put_in("phone,name\n98811 20456,Asha\n")
    sheet = "phone,name,email\n98811 20456,,asha@example.org\n" + "".join(f"98220 1234{n},No {n},\n" for n in range(6))
    result = put_in(sheet)
    assert counts(result) == (7, 6, 1, 0, 0)
    found = {row["name"]: row["id"] for row in on_file(shop).values()}
    contacts.give(shop, found.values(), None)
    interactions.record(shop, interactions.NewInteraction("call", contact_id=found["No 0"]))
    contacts.did_not_buy(shop, found["No 1"])
    follow_ups.create(shop, follow_ups.NewFollowUp("Call", shop.today, contact_id=found["No 2"]))
    contacts.change(shop, found["No 3"], {"whatsapp": "active"})
    taken_back = undo(shop, result.import_id)
    assert (taken_back.removed, taken_back.restored) == (2, 1)
    assert sorted(kept.name for kept in taken_back.kept) == ["No 0", "No 1", "No 2", "No 3"]
    assert {row["name"] for row in on_file(shop).values()} == {"Asha", "No 0", "No 1", "No 2", "No 3"}
    assert on_file(shop)["+919881120456"]["email"] is None
    assert counts(put_in(sheet)) == (7, 2, 1, 4, 0)


def test_only_being_given_to_somebody_is_no_work(join, put_in):
    manager = join("manager")
    with shop_session(manager, alone=True, now=NOW) as shop:
        automatic.change(shop, [manager.staff_id])
        result = put_in(SHEET, into=shop)
        assert contacts.open_of(shop, manager.staff_id) == 3
        contacts.give(shop, [row["id"] for row in on_file(shop).values()], None)
        assert undo(shop, result.import_id).removed == 3
        assert on_file(shop) == {}


def test_orders_of_a_file_convert_and_undoing_them_takes_that_back(shop, put_in):
    put_in("phone,name\n98811 20456,Asha\n98220 12345 / 98220 12346,Bilal\n98220 54321,Chitra\n")
    one = on_file(shop)["+919822012345"]["id"]
    interactions.record(shop, interactions.NewInteraction("call", contact_id=one))
    contacts.did_not_buy(shop, on_file(shop)["+919822054321"]["id"])
    sold = "Order no,Date,Customer phone,Total\n1,2026-11-02,98811 20456,100\n2,2026-11-01,98811 20456,250\n"
    sold += "3,2026-11-03,98220 12346,50\n4,2026-11-03,98220 54321,70\n5,2026-11-03,98220 00000,70\n"
    result = put_in(sold, "orders")
    found = on_file(shop)
    assert [one["status"] for one in found.values()] == [CONVERTED] * 3
    assert contacts.get(shop, found["+919881120456"]["id"])["value"] == Decimal(250)
    assert counts(put_in(sold, "orders"))[3] == 5
    undo(shop, result.import_id)
    found = on_file(shop)
    assert {row["name"]: row["status"] for row in found.values()} == {
        "Asha": "pending", "Bilal": "contacted", "Chitra": "yellow",
    }  # fmt: skip
    assert all(row["customer_id"] is None and row["converted_order_id"] is None for row in found.values())


def test_undoing_orders_leaves_a_contact_converted_by_the_next_purchase(shop, put_in):
    put_in("phone,name\n98811 20456,Asha\n")
    result = put_in("Order no,Date,Customer phone,Total\n1,2026-11-02,98811 20456,100\n", "orders")
    sale = orders.record(shop, orders.NewOrder(amount=Decimal(30), phone="98811 20456"))
    undo(shop, result.import_id)
    one = on_file(shop)["+919881120456"]
    assert (one["status"], one["converted_order_id"]) == (CONVERTED, sale)


def test_new_customers_of_a_file_are_linked(shop, put_in):
    put_in("phone,name\n98811 20456,Asha\n")
    put_in("Name,Mobile\nAsha Rao,98811 20456\n", "customers")
    assert on_file(shop)["+919881120456"]["customer_id"] == customers.by_phone(shop, "98811 20456")["id"]


def test_new_uploads_are_shared_out_when_the_shop_says_so(join, put_in):
    manager = join("manager")
    staff = [join("staff", manager.shop, name) for name in ("Asha", "Bilal")]
    with shop_session(manager, alone=True, now=NOW) as shop:
        automatic.change(shop, [one.staff_id for one in staff])
        assert automatic.of_shop(shop).among == tuple(one.staff_id for one in staff)
        put_in("phone\n" + "".join(f"98220 1234{n}\n" for n in range(9)), into=shop)
        given = Counter(row["assigned_to"] for row in on_file(shop).values())
        assert sorted(given.values()) == [4, 5]
        assert set(given) == {one.staff_id for one in staff}
        lines = select(func.count()).select_from(Activity)
        assert shop.scalar(lines.where(Activity.shop_id == shop.id, Activity.what == "contacts given")) == 1


def test_a_list_of_nothing_but_numbers_is_one_column(shop, put_in):
    numbers = "".join(f"98220 1234{n}\n" for n in range(9))
    with imports.open_sheet(numbers.encode(), "numbers.csv", header=False) as sheet:
        result = imports.commit(shop, imports.prepare(shop, "contacts", sheet, {"phone": "1"}))
    assert counts(result) == (9, 9, 0, 0, 0)
    assert counts(put_in("phone\n" + numbers)) == (9, 0, 0, 9, 0)


def test_what_is_exported_comes_back_unchanged(join, put_in, tmp_path):
    owner = join()
    with shop_session(owner, alone=True, now=NOW) as shop:
        put_in("phone,name,notes,tags\n98811 20456 / 020 2567 8901,=Asha,Evenings,\"fair, vip\"\n", into=shop)
    for kind in ("csv", "xlsx"):
        assert exports.export(owner, "contacts", tmp_path / f"contacts.{kind}") == 1
        with shop_session(owner, alone=True, now=NOW) as shop:
            before = on_file(shop)
            back = put_in((tmp_path / f"contacts.{kind}").read_bytes(), into=shop, name=f"contacts.{kind}")
            assert counts(back) == (1, 0, 0, 1, 0)
            assert on_file(shop) == before


def test_the_file_needs_a_phone_number(shop, put_in):
    with pytest.raises(BadInput, match="the phone number"):
        put_in("Name,City\nAsha,Pune\n")


# ---- real sheets


def test_every_pharmacy_of_the_uk_comes_out_right_or_refused(new_shop, put_in):
    file = real_data("phones_uk_nhs/pharmacy_no_header.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        cells = [row[7].strip() for row in csv.reader(opened)]
    wrong = {"9533080", "013222224141", "88790868", "76073081", "0082027889", "829216", "0208501350", "012 4271083"}
    shop_of_uk = new_shop(region="GB", currency="GBP", timezone="Europe/London")
    with shop_session(keeper(shop_of_uk), alone=True) as shop, imports.open_sheet(file, header=False) as sheet:
        plan = imports.prepare(shop, "contacts", sheet, {"name": "2", "phone": "8"})
        result = imports.commit(shop, plan)
        assert counts(result) == (11_206, 11_124, 0, 38, 8 + 36)
        values = select(ImportRow.value).where(ImportRow.shop_id == shop.id, ImportRow.value.is_not(None))
        assert set(shop.execute(values).scalars()) == wrong
        right = {phones.normalise(cell, "GB").e164 for cell in cells if cell and cell not in wrong}
        assert set(on_file(shop)) == right
        kinds = Counter(row["phone_kind"] for row in on_file(shop).values())
        assert kinds["mobile"] <= 5
        again = imports.commit(shop, plan)
        assert counts(again) == (11_206, 0, 0, 11_162, 44)


def test_every_hospital_of_ghana_is_called_on_its_first_mobile(new_shop, put_in):
    hospitals = json.loads(real_data("phones_gh_hospitals/hospitals.json").read_text(encoding="utf-8"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Hospital", "Phone numbers"])
    named = [(one["name"], one["contacts"]) for one in hospitals if one.get("contacts")]
    writer.writerows([name, " / ".join(numbers)] for name, numbers in named)
    with shop_session(keeper(new_shop(region="GH", currency="GHS", timezone="Africa/Accra")), alone=True) as shop:
        result = put_in(out.getvalue(), into=shop)
        assert result.rejected == 0
        found = on_file(shop)
        kept = Counter(number for row in found.values() for number in (row["phone"], *row["other_phones"]))
        wanted = [phones.normalise(number, "GH").e164 for _, numbers in named for number in numbers]
        assert set(kept) == set(wanted)
        for _, numbers in named:
            read = [phones.normalise(number, "GH").e164 for number in numbers]
            mobiles = [number for number in read if phones.kind_of(number) == "mobile"]
            assert (mobiles or read)[0] in found


def test_example_numbers_of_every_country_come_out_as_they_must():
    with real_data("phones_libphonenumber/example_numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        try:
            read = [phone.e164 for phone in phones.all_in(row["raw"], row["region"])]
        except BadInput:
            read = []
        assert read == [row["expected_e164"]] * bool(row["expected_e164"]), row
        for number in read:
            assert phones.kind_of(number, row["region"]) == phones.kind_of(number), row


@pytest.mark.parametrize("name", ODD)
def test_odd_sheets_are_refused_in_a_sentence_and_bring_no_contact(shop, name):
    """None of them holds a phone number."""
    with pytest.raises(BadInput) as told, imports.open_sheet(real_data(f"odd_sheets/{name}")) as sheet:
        columns = imports.suggested(imports.guess(shop, "contacts", sheet))
        imports.commit(shop, imports.prepare(shop, "contacts", sheet, columns))
    assert str(told.value).endswith(".")
    assert on_file(shop) == {}
