import csv
import tracemalloc
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import openpyxl
import pytest
from conftest import NOW
from sqlalchemy import insert, select, text

from crmcore import (
    companies,
    custom_fields,
    customer_fields,
    customer_list,
    customers,
    exports,
    imports,
    orders,
    people,
    tags,
    visits,
)
from crmcore.customer_list import Filters
from crmcore.database.gate import STAFF, Who, keeper, new_id, shop_session
from crmcore.errors import BadInput, NotAllowed
from crmcore.models import Activity, Customer, Order, OrderItem
from crmcore.periods import Period

FORMULAS = ("=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "=cmd|' /C calc'!A0", "＝1")


def as_csv(shop, table, **how):
    file = BytesIO()
    exports.write(shop, table, file, "csv", **how)
    return list(csv.DictReader(file.getvalue().decode("utf-8-sig").splitlines()))


def as_sheet(shop, table, **how):
    """The cells of the xlsx, header row first."""
    file = BytesIO()
    exports.write(shop, table, file, "xlsx", **how)
    return list(openpyxl.load_workbook(file).active.iter_rows())


def written(shop, noun, path, **how):
    """All of the shop as a file, from within its open gate; the number of rows."""
    with path.open("wb") as file:
        return exports.write(shop, exports.TABLES[noun](shop), file, path.suffix[1:], **how)


@pytest.fixture
def asha(shop):
    member = people.NewMember(f"ravi-{new_id().hex[-12:]}", "Ravi Kale", STAFF, "a long password 9", sells=True)
    custom_fields.add(shop, "Shoe size", "number")
    fields = {
        "name": "Asha Rao",
        "phone": "98811 20456",
        "external_ref": "007",
        "email": "asha@example.org",
        "birth_day": 6,
        "birth_month": 2,
        "birth_year": 1968,
        "city": "Pune",
        "notes": "likes tea,\nno sugar",
        "rep_id": people.add_member(shop, member),
        "custom": {"shoe_size": 42},
    }
    asha = customers.create(shop, fields)
    tags.add(shop, asha, "VIP")
    tags.add(shop, asha, "diabetes care")
    return asha


# What stands in a file


def test_everything_on_file_about_a_customer_is_exported(shop, asha):
    orders.record(shop, orders.NewOrder(amount=Decimal("1250.50"), customer_id=asha))
    (row,) = as_csv(shop, exports.customers_table(shop))
    expected = {
        "Phone": "'+919881120456",
        "Reference": "007",
        "Name": "Asha Rao",
        "E-mail": "asha@example.org",
        "Birthday": "1968-02-06",
        "City": "Pune",
        "Tags": "VIP, diabetes care",
        "Sales rep": "Ravi Kale",
        "Status": "Active",
        "Purchases": "1",
        "Spent (INR)": "1250.50",
        "First purchase": "2026-11-20",
        "Shoe size": "42",
        "Address": "",
    }
    assert {header: row[header] for header in expected} == expected


def test_a_workbook_keeps_numbers_and_dates_and_phones_as_what_they_are(shop, asha):
    orders.record(shop, orders.NewOrder(amount=Decimal("1250.50"), customer_id=asha))
    header, row = as_sheet(shop, exports.customers_table(shop))
    cells = {head.value: cell for head, cell in zip(header, row, strict=True)}
    assert (cells["Phone"].value, cells["Phone"].data_type) == ("+919881120456", "s")
    assert cells["Reference"].value == "007"
    assert (cells["Spent (INR)"].value, cells["Spent (INR)"].data_type) == (1250.5, "n")
    assert cells["First purchase"].value.date() == date(2026, 11, 20)
    assert cells["Notes"].value == "likes tea,\nno sugar"


def test_an_order_is_a_row_for_each_of_its_lines(shop, asha):
    items = [
        orders.Item("Dettol", Decimal(2), Decimal("95.125"), sku="D-1"),
        orders.Item("Metformin", Decimal("1.5"), Decimal(10), medicine_days=30),
    ]
    orders.record(shop, orders.NewOrder(items=items, customer_id=asha, number="A-1", payment_method="UPI"))
    orders.record(shop, orders.NewOrder(amount=Decimal(500), number="A-2"))
    first, second, third = as_csv(shop, exports.orders_table(shop))
    assert (first["Order number"], first["Product"], first["Quantity"]) == ("A-1", "Dettol", "2")
    assert (first["Price per piece"], first["Total of the line"]) == ("95.1250", "190.25")
    assert (second["Quantity"], second["Days the medicine lasts"]) == ("1.50", "30")
    assert first["Total of the order"] == second["Total of the order"] == "205.25"
    assert (first["Date"], first["Payment method"], first["Customer's name"]) == (
        "2026-11-20 15:00:00",
        "UPI",
        "Asha Rao",
    )
    assert (third["Order number"], third["Product"], third["Total of the order"]) == ("A-2", "", "500")
    assert third["Customer's phone"] == ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(shop, formula):
    shop.execute(
        insert(Customer).values(shop_id=shop.id, id=new_id(), name=formula, notes=formula, created_on=shop.today)
    )
    table = exports.customers_table(shop)
    (row,) = as_csv(shop, table)
    assert row["Name"] == row["Notes"] == "'" + formula
    for raw in (False, True):
        _, cells = as_sheet(shop, table, raw=raw)
        assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
        assert formula in {cell.value for cell in cells}
    (row,) = as_csv(shop, table, raw=True)
    assert row["Name"] == formula


def test_an_own_field_named_like_a_formula_is_no_formula_either(shop):
    custom_fields.add(shop, "=1+1", "text")
    customers.create(shop, {"name": "Asha"})
    (row,) = as_csv(shop, exports.customers_table(shop))
    assert "'=1+1" in row


def test_signs_a_workbook_can_not_hold_are_left_out(shop):
    shop.execute(insert(Customer).values(shop_id=shop.id, id=new_id(), name="As\x0bha", created_on=shop.today))
    _, cells = as_sheet(shop, exports.customers_table(shop))
    assert cells[2].value == "Asha"


# Which rows


def test_the_file_has_the_customers_of_the_screen_in_its_order(shop):
    for number, city in enumerate(("Pune", "Pune", "Nashik", "Pune")):
        customers.create(shop, {"name": f"Customer {number}", "city": city})
    filters = Filters(city="Pune")
    page = customer_list.page_of(shop, filters, "-name")
    rows = as_csv(shop, exports.customers_table(shop, filters, "-name"))
    assert [row["Name"] for row in rows] == [row["name"] for row in page.rows]
    assert len(rows) == page.total == 3


def test_hidden_customers_and_other_shops_are_not_in_the_file(shop, asha, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        customers.create(other, {"name": "Theirs"})
    customers.hide(shop, customers.create(shop, {"name": "Hidden"}))
    assert [row["Name"] for row in as_csv(shop, exports.customers_table(shop))] == ["Asha Rao"]


def test_orders_of_a_period_can_be_exported_alone(shop):
    for day in (1, 10, 20):
        orders.record(
            shop,
            orders.NewOrder(
                amount=Decimal(day), ordered_at=datetime(2026, 11, day, 9, tzinfo=NOW.tzinfo), number=f"A-{day}"
            ),
        )
    table = exports.orders_table(shop, Period(date(2026, 11, 5), date(2026, 11, 15)))
    assert [row["Order number"] for row in as_csv(shop, table)] == ["A-10"]


# Round trip


def matched(shop, noun, path):
    with imports.open_sheet(path) as sheet:
        return imports.suggested(imports.guess(shop, noun, sheet))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("noun", ["customers", "orders"])
def test_the_importer_knows_every_column_again(shop, asha, tmp_path, noun, ending):
    item = orders.Item("Dettol", Decimal(2), Decimal(95), sku="D-1", category="Care", medicine_days=5)
    ravi = customers.get(shop, asha)["rep_id"]
    for number in range(4):
        new = orders.NewOrder(
            items=[item, item], customer_id=asha, number=f"A-{number}", payment_method="UPI", rep_id=ravi
        )
        orders.record(shop, new)
    path = tmp_path / f"out.{ending}"
    written(shop, noun, path)
    columns = matched(shop, noun, path)
    known = {field.key: field.label for field in imports.fields_of(shop, noun)}
    if noun == "customers":
        del known["last_name"], known["second_phone"]  # which stand in the name and the phone
    assert columns == known


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_exported_orders_come_back_as_they_were(shop, new_shop, tmp_path, ending, raw):
    for number in range(3):
        items = [
            orders.Item(f"Product {number}", Decimal(number + 1), Decimal("95.50"), sku=f"S-{number}"),
            orders.Item("-10 % off", Decimal("0.125"), Decimal("8"), sku="+7"),
        ]
        phone = f"98811 2045{number}"
        orders.record(shop, orders.NewOrder(items=items, phone=phone, name=f"=Asha {number}", number=f"A-{number}"))
    path = tmp_path / f"out.{ending}"
    assert written(shop, "orders", path, raw=raw) == 6
    other = keeper(new_shop())
    for expected in ((6, 0), (0, 6)):
        with imports.open_sheet(path) as sheet, shop_session(other, alone=True) as there:
            plan = imports.prepare(there, "orders", sheet, imports.suggested(imports.guess(there, "orders", sheet)))
            result = imports.commit(there, plan)
        assert (result.created, result.unchanged, result.rejected) == (*expected, 0)
    with shop_session(other) as there:
        assert sold(there) == sold(shop)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_exported_visits_come_back_as_they_were(shop, new_shop, tmp_path, ending, raw):
    asha = customers.create(shop, {"name": "=Asha", "phone": "98811 20456"})
    choices = zip(visits.VISIT_TYPES, visits.PURPOSES, visits.INTERESTS, visits.OUTCOMES, strict=True)
    for ago, (visit_type, purpose, interest, outcome) in enumerate(choices):
        kinds = {"visit_type": visit_type, "purpose": purpose, "interest": interest, "outcome": outcome}
        moment = visits.moment_on(shop, shop.today - timedelta(days=ago), time(9, 30))
        new = visits.NewVisit(asha, **kinds, estimated_value=Decimal("1250.50"), notes="-likes", visited_at=moment)
        visits.record(shop, new)
    visits.record(shop, visits.NewVisit(customers.create(shop, {"name": "Bilal", "external_ref": "007"})))
    path = tmp_path / f"out.{ending}"
    assert written(shop, "visits", path, raw=raw) == 5
    assert matched(shop, "visits", path).items() >= {one.key: one.label for one in imports.FIELDS["visits"]}.items() - {
        ("handled_by", "Handled by")  # nobody did, so there is nothing to know it by
    }
    other = keeper(new_shop())
    for expected in ((5, 0), (0, 5)):
        with imports.open_sheet(path) as sheet, shop_session(other, alone=True, now=NOW) as there:
            plan = imports.prepare(there, "visits", sheet, imports.suggested(imports.guess(there, "visits", sheet)))
            result = imports.commit(there, plan)
        assert (result.created, result.unchanged, result.rejected) == (*expected, 0)
    with shop_session(other, now=NOW) as there:
        assert came(there) == came(shop)


def came(shop):
    """What a visit is made of, whoever it was."""
    columns = "visited_on, visit_type, purpose, interest, outcome, estimated_value, notes"
    return shop.execute(text(f"select {columns} from visits order by 1, 2, 3")).all()


# Own fields of each kind; two are called as something else is in the file.
OWN = (
    ("Shoe size", "number", ()),
    ("Likes", "text", ()),
    ("Colour", "choice", ("+1", "Sand")),
    ("Since", "date", ()),
    ("Has a dog?", "yes_no", ()),
    ("Segment", "text", ()),
    ("Purchases", "number", ()),
)


def add_own_fields(shop):
    for label, kind, choices in OWN:
        custom_fields.add(shop, label, kind, choices)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_exported_customers_come_back_as_they_were(shop, new_shop, tmp_path, ending, raw):
    add_own_fields(shop)
    whole = {
        "name": "Tanvi", "phone": "98220 33333", "external_ref": "T-1", "email": "tanvi@example.org",
        "status": "inactive", "source": "Website", "category": "Silver", "generic_preference": "either",
        "gender": "Woman", "birth_year": 1971, "language": "Marathi",
        "address": "1 Lake Road", "floor": "3", "city": "Pune", "state": "MH",
        "postcode": "04110", "latitude": "18.52", "longitude": "-73.8567", "formatted_address": "1 Lake Road, Pune",
        "company_name": "-Sai & Co", "industry": "=Textiles", "segment": "VIP", "lifecycle_stage": "Customer",
        "engagement_level": "high", "preferred_network": "Instagram", "notes": "calls\nback",
        "custom": {
            "shoe_size": 41.5, "likes": '=tea, "black"', "colour": "+1", "since": "2019-03-25", "has_a_dog": False,
            "segment": "their own", "purchases": -3,
        },
    }  # fmt: skip
    strange = (
        {"name": "=Asha", "phone": "98811 20456", "notes": "- likes tea\n- no sugar", "birth_day": 6, "birth_month": 2},
        {"name": "José Álvarez", "phone": "+34 612 345 678", "email": "+jose@example.org", "city": "Pune, Kothrud"},
        {"phone": "98220 11111", "birth_day": 29, "birth_month": 2, "birth_year": 1968, "source": "@work"},
        {"name": "मीरा", "external_ref": "007", "address": '14 "Paud" Road', "category": "+5"},
        {"phone": "98220 22222", "company_name": "Acme"},
        whole,
    )
    for fields in strange:
        tags.add(shop, customers.create(shop, fields), "VIP")
    facts = {"website": "zenith.example", "employees": 1250, "annual_revenue": "1234567.5", "tax_number": "=07"}
    companies.change(shop, customers.create(shop, {"name": "Zenith"}), facts)
    path = tmp_path / f"out.{ending}"
    assert written(shop, "customers", path, raw=raw) == 7
    other = keeper(new_shop())
    with shop_session(other, alone=True) as there:
        add_own_fields(there)
    for created, unchanged in ((7, 0), (0, 7)):
        with shop_session(other, alone=True) as there:
            result, columns = put_back(there, path)
        assert (result.created, result.unchanged, result.rejected) == (created, unchanged, 0)
    with shop_session(other) as there:
        assert columns == {one.key for one in imports.fields_of(there, "customers")} - {"last_name", "second_phone"}
        assert known(there) == known(shop)
    companies.change(shop, customers.create(shop, {"phone": "98220 44444", "company_name": "Tea & Co"}), {})
    written(shop, "customers", path, raw=raw)
    assert put_back(shop, path)[0].unchanged == 8


def put_back(shop, path):
    """Import customers with the columns as recognised: the result, and which these are."""
    with imports.open_sheet(path) as sheet:
        columns = imports.suggested(imports.guess(shop, "customers", sheet))
        return imports.commit(shop, imports.prepare(shop, "customers", sheet, columns)), columns.keys()


def known(shop):
    """What a sheet can say of each customer."""
    rows = list(shop.execute(select(Customer).where(Customer.shop_id == shop.id)).mappings())
    kept = sorted(customer_fields.FIELDS.keys() - {"rep_id"})
    tagged = {row["id"]: [tag["name"] for tag in tags.of_customer(shop, row["id"])] for row in rows}
    firms = {row["id"]: companies.of(shop, row["id"]) for row in rows}
    facts = {key: firm and {name: firm[name] for name in companies.FIELDS} for key, firm in firms.items()}
    return sorted(
        [*(f"{key}: {row[key]}" for key in kept), *tagged[row["id"]], f"company: {facts[row['id']]}"] for row in rows
    )


def sold(shop):
    orders_of = select(Order.number, Order.ordered_on, Order.total, Order.customer_name, Order.customer_phone).where(
        Order.shop_id == shop.id
    )
    items_of = select(OrderItem.product_name, OrderItem.sku, OrderItem.quantity, OrderItem.total).where(
        OrderItem.shop_id == shop.id
    )
    return [sorted(map(str, shop.execute(query))) for query in (orders_of, items_of)]


# Who, where, and the record of it


def test_only_owner_and_manager_export(who, tmp_path):
    staff = Who(shop=who.shop, staff_id=None, name="Ravi", role=STAFF)
    with pytest.raises(NotAllowed):
        exports.export(staff, "customers", tmp_path / "out.csv")
    with pytest.raises(NotAllowed):
        exports.hand_out(staff, exports.customers_table, BytesIO(), "csv")
    assert list(tmp_path.iterdir()) == []


def put_on_file(who, *names):
    with shop_session(who, writes=True, now=NOW) as shop:
        for name in names:
            customers.create(shop, {"name": name, "city": "Pune"})


def test_who_exported_how_many_is_on_the_record(who):
    put_on_file(who, "Asha")
    exports.hand_out(who, lambda shop: exports.customers_table(shop, Filters(city="Pune")), BytesIO(), "xlsx")
    with shop_session(who) as shop:
        line = shop.execute(select(Activity).where(Activity.shop_id == shop.id, Activity.subject == "export")).one()
    assert (line.what, line.is_important) == ("customers exported", True)
    assert line.detail == {"noun": "customers", "rows": 1, "file": "xlsx", "city": "Pune"}


def test_nobody_waits_while_a_file_is_written(who):
    put_on_file(who, "Asha")

    class Watched(BytesIO):
        """Asks at every write whether the shop could be had alone now, as a cancelling needs it."""

        could_be_alone: ClassVar[list[bool]] = []

        def write(self, data):
            with shop_session(who) as shop:
                lock = text("select pg_try_advisory_xact_lock(hashtextextended(:shop, 0))")
                self.could_be_alone.append(shop.scalar(lock, {"shop": str(shop.id)}))
            return super().write(data)

    assert exports.hand_out(who, exports.customers_table, Watched(), "csv") == 1
    assert Watched.could_be_alone
    assert all(Watched.could_be_alone)


@pytest.mark.parametrize(
    ("noun", "name", "field"),
    [("weather", "out.csv", "noun"), ("customers", "out.pdf", "file"), ("customers", "missing/out.csv", "file")],
)
def test_what_can_not_be_written_is_refused_and_leaves_nothing_behind(who, tmp_path, noun, name, field):
    with pytest.raises(BadInput) as refused:
        exports.export(who, noun, tmp_path / name)
    assert refused.value.field == field
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_with_too_many_rows_is_refused_and_leaves_nothing_behind(who, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 3)
    put_on_file(who, "Asha", "Bilal", "Chitra")
    with pytest.raises(BadInput, match="Choose csv"):
        exports.export(who, "customers", tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []
    assert exports.export(who, "customers", tmp_path / "out.csv") == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(shop, tmp_path, kind):
    def peak(rows):
        row = {"shop_id": shop.id, "created_on": shop.today, "notes": "x" * 1000}
        shop.execute(insert(Customer), [{**row, "id": new_id(), "name": f"Customer {n}"} for n in range(rows)])
        table = exports.customers_table(shop)
        with Path(tmp_path / "out").open("wb") as file:
            tracemalloc.start()
            exports.write(shop, table, file, kind)
            _, highest = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return highest

    few, many = peak(1500), peak(2500)  # the second writes both; each holds at least a thousand characters
    assert many < few + 1_500_000, (few, many)
