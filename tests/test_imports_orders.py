"""Orders from a sheet: what is created, refused, found unchanged or replaced, and that every figure stays exact."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from real_data import real_data
from sqlalchemy import func, select, text
from truth import assert_counters_true

from crmcore import customers, imports, orders
from crmcore.database.gate import ShopSession, Who, keeper, shop_session
from crmcore.errors import BadInput, NotAllowed
from crmcore.imports import ImportResult
from crmcore.models import Activity, Customer, Import, ImportRow, Order, Product

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SALES = """Bill No,Bill Date,Mobile,Party Name,Item,Code,Qty,Rate
1,05/01/2026,98811 20456,Asha,Tea,T1,2,10
1,05/01/2026,98811 20456,Asha,Cup,C1,1,5.50
2,06/01/2026,,,Tea,T1,1,10
3,27/01/2026,98811 20457,Bilal,Mug,M1,3,20
"""


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    """Imports orders from text: columns as recognised, or as given."""

    def run(content: str, columns: dict[str, str] | None = None, **options: Any) -> ImportResult:
        with imports.open_sheet(content.encode(), "sales.csv", **options) as sheet:
            found = imports.suggested(imports.guess(shop, "orders", sheet), without=columns or {})
            plan = imports.prepare(shop, "orders", sheet, {**found, **(columns or {})})
            return imports.commit(shop, plan)

    return run


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def order(shop: ShopSession, number: str) -> Any:
    return shop.execute(select(Order).where(Order.shop_id == shop.id, Order.number == number)).mappings().one()


def items(shop: ShopSession, number: str) -> list[tuple[Any, ...]]:
    return [
        (row["position"], row["product_name"], row["sku"], row["quantity"], row["unit_price"], row["total"])
        for row in orders.items(shop, order(shop, number)["id"])
    ]


def refused(shop: ShopSession, result: ImportResult) -> dict[int, tuple[str | None, str | None, str]]:
    found = select(ImportRow.row_number, ImportRow.column_name, ImportRow.value, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return {number: (column, value, reason) for number, column, value, reason in shop.execute(found)}


def customer(shop: ShopSession, name: str) -> Any:
    return shop.execute(select(Customer).where(Customer.shop_id == shop.id, Customer.name == name)).mappings().one()


# What is created


def test_lines_become_orders_with_customers_items_and_products(shop, put_in):
    result = put_in(SALES)

    assert counts(result) == (4, 4, 0, 0, 0)
    first = order(shop, "1")
    assert (first["status"], first["total"], first["quantity"], first["ordered_on"].isoformat()) == (
        "completed", Decimal("25.50"), Decimal(3), "2026-01-05",
    )  # fmt: skip
    assert (first["customer_name"], first["customer_phone"]) == ("Asha", "+919881120456")
    assert items(shop, "1") == [
        (1, "Tea", "T1", Decimal(2), Decimal(10), Decimal(20)),
        (2, "Cup", "C1", Decimal(1), Decimal("5.50"), Decimal("5.50")),
    ]
    assert order(shop, "2")["customer_id"] is None
    asha = customer(shop, "Asha")
    assert (asha["status"], asha["order_count"], asha["total_spent"]) == ("active", 1, Decimal("25.50"))
    assert asha["import_id"] == first["import_id"] == result.import_id
    assert shop.scalar(select(func.count()).select_from(Product)) == 3
    assert_counters_true(shop)


def test_new_customers_are_found_by_the_words_of_their_names(shop, put_in):
    put_in(SALES.replace("Asha", "Asha d'Souza"))
    words = shop.execute(text("select word from customer_words order by word")).scalars().all()
    assert words == ["asha", "bilal", "d", "dsouza", "souza"]


def test_the_same_file_again_changes_nothing(shop, put_in):
    put_in(SALES)
    before = shop.execute(text("select * from orders order by id")).all()
    assert counts(put_in(SALES)) == (4, 0, 0, 4, 0)
    assert shop.execute(text("select * from orders order by id")).all() == before
    assert_counters_true(shop)


def test_a_longer_file_adds_only_what_is_new(shop, put_in):
    put_in(SALES)
    assert counts(put_in(SALES + "4,28/01/2026,98811 20456,Asha,Tea,T1,1,10\n")) == (5, 1, 0, 4, 0)
    assert customer(shop, "Asha")["order_count"] == 2
    assert_counters_true(shop)


def test_rows_without_order_numbers_are_orders_of_their_own_and_known_again(shop, put_in):
    sales = "Date,Customer ID,Amount\n2026-01-05,R1,10\n2026-01-05,R1,10\n2026-01-06,R2,7.5\n"
    assert counts(put_in(sales)) == (3, 3, 0, 0, 0)
    assert counts(put_in(sales)) == (3, 0, 0, 3, 0)
    assert counts(put_in(sales + "2026-01-05,R1,10\n")) == (4, 1, 0, 3, 0)
    numbers = shop.execute(text("select number from orders where total = 10 order by number")).scalars().all()
    assert numbers[1:] == [f"{numbers[0]}-2", f"{numbers[0]}-3"]
    assert_counters_true(shop)


def test_customers_are_found_by_phone_else_reference_else_email(shop, put_in):
    by_phone = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    by_ref = customers.create(shop, {"name": "Bilal", "external_ref": "R2"})
    by_email = customers.create(shop, {"name": "Chitra", "email": "c@example.org"})
    result = put_in(
        "Order,Date,Phone,Customer ID,Email,Total\n"
        "1,2026-01-05,9881120456,R2,,10\n"
        "2,2026-01-05,,R2,c@example.org,20\n"
        "3,2026-01-05,,R9,c@example.org,40\n"
        "4,2026-01-05,,,C@example.org,80\n"
    )
    assert counts(result) == (4, 4, 0, 0, 0)
    assert [order(shop, number)["customer_id"] for number in "134"] == [by_phone, by_email, by_email]
    assert order(shop, "2")["customer_id"] == by_ref
    assert shop.scalar(select(func.count()).select_from(Customer)) == 3
    assert customers.get(shop, by_email)["total_spent"] == 120
    assert_counters_true(shop)


def test_one_person_under_several_names_in_one_file_is_one_customer(shop, put_in):
    put_in(
        "Order,Date,Phone,Customer ID,Email,Total\n"
        "1,2026-01-05,,R1,,10\n"
        "2,2026-01-05,9881120456,R1,,20\n"
        "3,2026-01-05,9881120456,,a@example.org,40\n"
        "4,2026-01-05,,,a@example.org,80\n"
    )
    rows = shop.execute(select(Customer.phone, Customer.external_ref, Customer.email, Customer.total_spent)).all()
    assert rows == [("+919881120456", "R1", "a@example.org", Decimal(150))]
    assert_counters_true(shop)


def test_two_phones_under_one_reference_are_two_customers_and_the_first_keeps_the_reference(shop, put_in):
    put_in("Order,Date,Phone,Customer ID,Total\n1,2026-01-05,9881120456,H1,10\n2,2026-01-05,9881120457,H1,20\n")
    rows = shop.execute(select(Customer.phone, Customer.external_ref).order_by(Customer.phone)).all()
    assert rows == [("+919881120456", "H1"), ("+919881120457", None)]
    assert counts(
        put_in("Order,Date,Phone,Customer ID,Total\n1,2026-01-05,9881120456,H1,10\n2,2026-01-05,9881120457,H1,20\n")
    ) == (2, 0, 0, 2, 0)


def test_returns_are_below_zero_or_zero_with_pieces_below_zero(shop, put_in):
    put_in(
        "Invoice,Date,Customer ID,Item,Qty,Price\n"
        "1,2026-01-05,R1,Tea,5,10\n"
        "C1,2026-01-06,R1,Tea,-2,10\n"
        "C2,2026-01-06,R1,Tea,-1,0\n"
        "2,2026-01-07,R1,Tea,1,0\n"
    )
    assert {number: order(shop, number)["is_return"] for number in ("1", "C1", "C2", "2")} == {
        "1": False, "C1": True, "C2": True, "2": False,
    }  # fmt: skip
    spent = shop.execute(select(Customer.order_count, Customer.return_count, Customer.total_spent)).one()
    assert spent == (2, 2, Decimal(30))
    assert_counters_true(shop)


def test_the_order_s_own_total_wins_over_its_lines(shop, put_in):
    put_in("Order,Date,Item,Qty,Price,Grand total\n1,2026-01-05,Tea,2,10,18\n1,2026-01-05,Cup,1,5,18\n")
    assert order(shop, "1")["total"] == 18
    assert [item[5] for item in items(shop, "1")] == [20, 5]


def test_cells_given_once_an_order_hold_for_all_its_lines(shop, put_in):
    result = put_in("Order,Date,Phone,Item,Qty,Price,Status\n1,2026-01-05,9881120456,Tea,2,10,Paid\n1,,,Cup,1,5,\n")
    assert counts(result) == (2, 2, 0, 0, 0)
    assert (order(shop, "1")["total"], order(shop, "1")["customer_phone"]) == (25, "+919881120456")


def test_lines_of_an_order_may_stand_apart(shop, put_in):
    result = put_in("Order,Date,Item,Qty,Price\n1,2026-01-05,Tea,1,10\n2,2026-01-05,Cup,1,5\n1,2026-01-05,Mug,1,20\n")
    assert counts(result) == (3, 3, 0, 0, 0)
    assert [item[:2] for item in items(shop, "1")] == [(1, "Tea"), (2, "Mug")]


def test_statuses_payment_rep_link_and_medicine_days_are_kept(shop, put_in, rep):
    put_in(
        "Order,Date,Phone,Item,Amount,Order Status,Payment mode,Salesperson,Link,Days supply\n"
        "1,2026-01-05,9881120456,Metformin,100,Delivered,UPI,ravi kumar,insta,30\n"
        "2,2026-01-05,9881120457,Metformin,100,Pending,Cash,,,\n"
        "3,2026-01-05,9881120457,Metformin,100,Cancelled,Cash,,,\n"
    )
    first = order(shop, "1")
    assert (first["status"], first["payment_method"], first["rep_id"], first["source_slug"]) == (
        "completed", "UPI", rep, "insta",
    )  # fmt: skip
    assert orders.items(shop, first["id"])[0]["medicine_days"] == 30
    assert [order(shop, number)["status"] for number in "23"] == ["draft", "cancelled"]
    bought = shop.execute(select(Customer.status, Customer.first_source_slug).order_by(Customer.phone)).all()
    assert bought == [("active", "insta"), ("lead", None)]
    assert_counters_true(shop)


@pytest.fixture
def rep(shop: ShopSession) -> Any:
    from crmcore import people

    return people.add_member(
        shop,
        people.NewMember(
            login=f"ravi-{shop.id}", name="Ravi Kumar", role="staff", password="Correct-horse-9", sells=True
        ),
    )


def test_a_name_that_two_reps_have_is_not_guessed(shop, put_in, rep):
    from crmcore import people

    namesake = people.NewMember(f"other-{shop.id}", "RAVI  KUMAR", "staff", "Correct-horse-9", sells=True)
    people.add_member(shop, namesake)
    done = put_in("Order,Date,Amount,Sales rep\n1,2026-01-05,10,Ravi Kumar\n2,2026-01-05,10,\n")
    assert counts(done) == (2, 1, 0, 0, 1)
    assert "Several sales reps are called Ravi Kumar" in refused(shop, done)[2][2]


def test_a_lead_who_bought_becomes_active(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    assert customers.get(shop, asha)["status"] == "lead"
    put_in(SALES)
    assert customers.get(shop, asha)["status"] == "active"


def test_products_on_the_catalogue_are_used_and_not_changed(shop, put_in):
    from crmcore import products

    tea = products.create(shop, products.NewProduct(name="Green tea", sku="T1", price=Decimal(9)))
    put_in(SALES)
    assert orders.items(shop, order(shop, "2")["id"])[0]["product_id"] == tea
    assert shop.execute(select(Product.name, Product.price).where(Product.id == tea)).one() == ("Green tea", Decimal(9))
    assert counts(put_in(SALES)) == (4, 0, 0, 4, 0)


def test_a_thing_without_a_code_is_one_product_by_its_name(shop, put_in):
    put_in("Order,Date,Item,Amount\n1,2026-01-05,Tea,10\n2,2026-01-05,Tea,10\n")
    put_in("Order,Date,Item,Amount\n3,2026-01-05,Tea,10\n")
    assert shop.execute(select(Product.name, Product.sku)).all() == [("Tea", None)]


def test_a_thing_without_a_code_is_one_product_however_it_is_spelt(shop, put_in):
    file = "Order,Date,Item,Category,Amount\n1,2026-01-05,Süßholz,,10\n2,2026-01-05,SÜSSHOLZ,Herbs,10\n"
    put_in(file)
    assert shop.execute(select(Product.name, Product.category)).all() == [("Süßholz", "Herbs")]
    assert [items(shop, number)[0][1] for number in "12"] == ["Süßholz", "SÜSSHOLZ"]  # the bill says what it said
    assert counts(put_in(file)) == (2, 0, 0, 2, 0)
    put_in("Order,Date,Item,Amount\n3,2026-01-06,Su\u0308ssholz,10\n4,2026-01-06,Tea,10\n5,2026-01-06,TEA,10\n")
    sold = {orders.items(shop, order(shop, number)["id"])[0]["product_id"] for number in "123"}
    assert len(sold) == 1
    assert sorted(shop.execute(select(Product.name)).scalars()) == ["Süßholz", "Tea"]


def test_an_item_without_a_name_is_called_as_elsewhere_in_the_file_else_by_its_code(shop, put_in):
    put_in("Order,Date,Code,Item,Amount\n1,2026-01-05,T1,,10\n2,2026-01-05,T1,Tea,10\n3,2026-01-05,X9,,10\n")
    assert [items(shop, number)[0][1] for number in "123"] == ["Tea", "Tea", "X9"]


# What is on file and says something else


def test_an_order_that_says_something_else_now_is_replaced(shop, put_in):
    put_in(SALES)
    newer = put_in(
        SALES.replace("3,27/01/2026,98811 20457,Bilal,Mug,M1,3,20", "3,28/01/2026,98811 20456,Asha,Mug,M1,2,20")
    )
    assert counts(newer) == (4, 0, 1, 3, 0)
    third = order(shop, "3")
    assert (third["total"], third["ordered_on"].isoformat(), third["customer_name"]) == (40, "2026-01-28", "Asha")
    assert items(shop, "3") == [(1, "Mug", "M1", Decimal(2), Decimal(20), Decimal(40))]
    assert (customer(shop, "Asha")["order_count"], customer(shop, "Bilal")["order_count"]) == (2, 0)
    assert_counters_true(shop)


def test_an_order_with_more_lines_now_is_replaced(shop, put_in):
    put_in(SALES)
    assert counts(put_in(SALES + "2,06/01/2026,,,Cup,C1,1,0\n")) == (5, 0, 2, 3, 0)
    assert len(items(shop, "2")) == 2


def test_a_column_left_out_erases_nothing(shop, put_in):
    put_in("Order,Date,Phone,Item,Amount,Payment\n1,2026-01-05,9881120456,Tea,10,UPI\n")
    assert counts(put_in("Order,Date,Amount\n1,2026-01-05,10\n")) == (1, 0, 0, 1, 0)
    assert counts(put_in("Order,Date,Amount\n1,2026-01-05,12\n")) == (1, 0, 1, 0, 0)
    first = order(shop, "1")
    assert (first["total"], first["payment_method"], first["customer_phone"]) == (12, "UPI", "+919881120456")
    assert_counters_true(shop)


def test_an_order_a_person_touched_is_not_overwritten(shop, put_in):
    put_in(SALES)
    orders.change(shop, order(shop, "2")["id"], orders.OrderChange(amount=Decimal(11)))
    again = put_in(SALES)
    assert counts(again) == (4, 0, 0, 3, 1)
    assert refused(shop, again)[4][2] == (
        "Order 2 on file says something else and was written or changed by a person; change it there."
    )
    assert order(shop, "2")["total"] == 11
    assert_counters_true(shop)


def test_an_order_written_here_is_not_overwritten(shop, put_in):
    orders.record(shop, orders.NewOrder(number="2", amount=Decimal(99)))
    assert counts(put_in(SALES)) == (4, 3, 0, 0, 1)
    assert order(shop, "2")["total"] == 99


def test_an_order_returned_since_is_not_overwritten(shop, put_in):
    put_in(SALES)
    orders.take_back(shop, order(shop, "3")["id"])
    assert counts(put_in(SALES.replace("M1,3,20", "M1,4,20"))) == (4, 0, 0, 3, 1)
    assert_counters_true(shop)


def test_a_customer_whose_phone_was_corrected_here_keeps_the_orders(shop, put_in):
    put_in(SALES)
    customers.change(shop, customer(shop, "Asha")["id"], {"phone": "98811 20499"})
    assert counts(put_in(SALES)) == (4, 0, 0, 4, 0)
    assert shop.scalar(select(func.count()).select_from(Customer)) == 2


# What is refused


def test_a_bad_line_refuses_its_whole_order_and_nothing_else(shop, put_in):
    result = put_in(SALES.replace("1,05/01/2026,98811 20456,Asha,Cup", "1,31/02/2026,98811 20456,Asha,Cup"))
    assert counts(result) == (4, 2, 0, 0, 2)
    assert refused(shop, result) == {
        2: (None, None, "Row 3 of this order (1) is refused, and half an order would be wrong."),
        3: ("Bill Date", "31/02/2026", "31/02/2026 is not in the calendar: write a day that exists, as 2024-03-31."),
    }
    assert_counters_true(shop)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("9,2026-01-05,12345,10,,", "Phone", "has 5 digits where a phone number of India has 10"),
        ("9,2026-01-05,9.19822E+11,10,,", "Phone", "has lost its last digits"),
        ("9,2027-01-05,,10,,", "Date", "lies in the future"),
        ("9,someday,,10,,", "Date", "is no date"),
        ("9,,,10,,", "Date", "The date is missing"),
        ("9,2026-01-05,,$10,,", "Amount", "is in another currency"),
        ("9,2026-01-05,,ten,,", "Amount", "is not an amount of money"),
        ("9,2026-01-05,,100000000,,", "Amount", "is more than"),
        ("9,2026-01-05,,,,", None, "The amount is missing"),
        ("9,2026-01-05,,10,frobbed,", "Status", "is no status"),
        ("9,2026-01-05,,10,,nobody@", "Email", "is not an e-mail address"),
        ("9,2026-01-05,,10,,,too,much", None, "has more cells than there are headers"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_column_and_reason(shop, put_in, row, column, words):
    result = put_in(f"Order,Date,Phone,Amount,Status,Email\n8,2026-01-05,,10,,\n{row}\n", {"line_total": "Amount"})
    assert counts(result) == (2, 1, 0, 0, 1)
    found = refused(shop, result)[3]
    assert found[0] == column
    assert words in found[2]
    assert "\n" not in found[2]


@pytest.mark.parametrize(
    ("rows", "column", "words"),
    [
        ("1,2026-01-05,R1,10,\n1,2026-01-06,R1,10,\n", "Date", "two dates, 2026-01-05 and 2026-01-06"),
        ("1,2026-01-05,R1,10,\n1,2026-01-05,R2,10,\n", "Customer ID", "two customers, R1 and R2"),
        ("1,2026-01-05,R1,10,paid\n1,2026-01-05,R1,10,void\n", "Status", "both cancelled and completed"),
    ],
)
def test_an_order_number_used_twice_within_a_file_is_refused(shop, put_in, rows, column, words):
    result = put_in("Order,Date,Customer ID,Amount,Status\n" + rows, {"line_total": "Amount"})
    assert counts(result) == (2, 0, 0, 0, 2)
    assert {(found[0], words in found[2]) for found in refused(shop, result).values()} == {(column, True)}


def test_an_absurd_order_is_refused_and_does_not_break_the_import(shop, put_in):
    result = put_in(
        "Order,Date,Item,Qty,Price,Grand total\n"
        "1,2026-01-05,Tea,90000000,90000000,10\n"
        "2,2026-01-05,Tea,99999999,0,0\n2,2026-01-05,Tea,99999999,0,0\n"
        ",2026-01-05,Tea,90000000,2,\n"
        "3,2026-01-05,Tea,1,10,\n"
    )
    assert counts(result) == (5, 1, 0, 0, 4)
    assert {"above 99,999,999.99" in found[2] for found in refused(shop, result).values()} == {True}


def test_two_totals_of_one_order_are_refused_with_the_way_out(shop, put_in):
    result = put_in("Order,Date,Sum\n1,2026-01-05,10\n1,2026-01-05,12\n", {"total": "Sum"})
    assert counts(result) == (2, 0, 0, 0, 2)
    assert "match the column as line_total" in refused(shop, result)[2][2]


def test_refused_rows_come_back_as_a_file_that_can_be_put_right_and_imported(shop, put_in):
    result = put_in(SALES.replace("98811 20457", "98811"))
    text_of_file = imports.rejected_csv(shop, result.import_id)
    assert text_of_file.splitlines() == [
        "row,column,value,reason,Bill No,Bill Date,Mobile,Party Name,Item,Code,Qty,Rate",
        "5,Mobile,98811,98811 has 5 digits where a phone number of India has 10: check it.,"
        "3,27/01/2026,98811,Bilal,Mug,M1,3,20",
    ]
    corrected = text_of_file.replace(",98811,Bilal", ",98811 20457,Bilal")
    assert counts(put_in(corrected)) == (1, 1, 0, 0, 0)
    assert counts(put_in(SALES)) == (4, 0, 0, 4, 0)


def test_a_refused_formula_is_harmless_and_can_be_imported_all_the_same(shop, put_in):
    columns = {"ordered_at": "Date"}
    result = put_in('Order,Date,Item,Amount\n1,bad,"=HYPERLINK(""x"")",10\n2,bad,-,-5\n', columns)
    lines = imports.rejected_csv(shop, result.import_id).splitlines()
    assert '"\'=HYPERLINK(""x"")"' in lines[1]
    assert lines[2].endswith(",-5")
    put_in("\n".join(lines).replace(",bad,", ",2026-01-05,"), columns)
    assert items(shop, "1")[0][1] == '=HYPERLINK("x")'


# The plan


def prepared(shop: ShopSession, content: str, columns: dict[str, str]) -> None:
    with imports.open_sheet(content.encode(), "sales.csv") as sheet:
        imports.prepare(shop, "orders", sheet, columns)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"ordered_at": "Bill Date"}, "No column is matched to the amount (total or line_total or unit_price)"),
        ({"total": "Rate"}, "No column is matched to the date (ordered_at)"),
        ({"when": "Bill Date"}, "There is no field when for orders"),
        ({"ordered_at": "Day", "total": "Rate"}, "sales.csv has no column Day"),
        ({"ordered_at": "Rate", "total": "Rate"}, "Column Rate can't be both ordered_at and total"),
    ],
)
def test_a_plan_that_cannot_work_is_refused_before_anything_is_read(shop, columns, words):
    with pytest.raises(BadInput) as refused:
        prepared(shop, SALES, columns)
    assert refused.value.field == "column"
    assert words in str(refused.value)


def test_a_file_of_headers_only_is_refused(shop):
    with pytest.raises(BadInput, match="a header and no rows below it"):
        prepared(shop, "Date,Amount\n", {"ordered_at": "Date", "total": "Amount"})


def test_staff_may_not_import(shop):
    clerk = Who(shop.shop, None, "Clerk", "staff")
    with pytest.raises(NotAllowed), imports.open_sheet(SALES.encode(), "sales.csv") as sheet:
        imports.prepare(ShopSession(shop.connection, clerk, shop.now, writes=True, alone=True), "orders", sheet, {})


# Preview, record, all or nothing


def test_a_preview_counts_exactly_as_the_import_and_changes_nothing(shop):
    content = SALES.replace("98811 20457", "98811")
    with imports.open_sheet(content.encode(), "sales.csv") as sheet:
        plan = imports.prepare(shop, "orders", sheet, imports.suggested(imports.guess(shop, "orders", sheet)))
        seen = imports.preview(shop, plan)
        assert shop.scalar(select(func.count()).select_from(Order)) == 0
        assert shop.scalar(select(func.count()).select_from(Import)) == 0
        done = imports.commit(shop, plan)
    assert counts(seen) == counts(done) == (4, 3, 0, 0, 1)
    assert seen.import_id is None
    assert [(row.row, row.column, row.value) for row in seen.refused_rows] == [(5, "Mobile", "98811")]
    assert seen.first_rows[0] == {
        "order_number": "1",
        "ordered_at": "2026-01-04 18:30:00+00",
        "customer_phone": "+919881120456",
        "customer_name": "Asha",
        "product": "Tea",
        "sku": "T1",
        "quantity": "2",
        "unit_price": "10",
    }
    assert seen.remarks == ["Bill Date is read day first (06/01/2026), as its other dates show."]


def test_an_import_is_one_line_of_the_timeline_and_one_of_the_history(shop, put_in):
    result = put_in(SALES)
    notes = shop.execute(select(Activity.what, Activity.subject_id).where(Activity.subject == "import")).all()
    assert notes == [("orders imported", result.import_id)]
    record = imports.history(shop)[0]
    assert (record.file_name, record.noun, record.status, record.created) == ("sales.csv", "orders", "done", 4)
    assert record.columns["ordered_at"] == "Bill Date"


def test_other_sheets_of_a_workbook_are_named_and_left_alone(shop):
    book = openpyxl.Workbook()
    book.active.title = "2025"
    other = book.create_sheet("2026")
    for sheet in (book.active, other):
        sheet.append(["Order", "Date", "Amount"])
        sheet.append([sheet.title, f"{sheet.title}-01-05", 10])
    out = io.BytesIO()
    book.save(out)
    with imports.open_sheet(out.getvalue(), "sales.xlsx") as opened:
        plan = imports.prepare(shop, "orders", opened, imports.suggested(imports.guess(shop, "orders", opened)))
        result = imports.commit(shop, plan)
    assert result.remarks == ["Only the sheet 2025 is read; the workbook also has 2026."]
    assert shop.execute(select(Order.number)).scalars().all() == ["2025"]


def test_a_file_that_breaks_off_half_way_imports_nothing(who):
    good = "Order,Date,Amount\n" + "".join(f"{n},2026-01-05,{n}\n" for n in range(1, 6_000))
    broken = good + '9999,"2026-01-05,5\n' + "x" * 200_000
    with (
        pytest.raises(BadInput, match="never closed"),
        shop_session(who, alone=True, now=NOW) as shop,
        imports.open_sheet(broken.encode(), "sales.csv") as sheet,
    ):
        imports.commit(
            shop,
            imports.prepare(shop, "orders", sheet, {"order_number": "Order", "ordered_at": "Date", "total": "Amount"}),
        )
    with shop_session(who) as shop:
        assert shop.scalar(select(func.count()).select_from(Order)) == 0
        assert shop.scalar(select(func.count()).select_from(Import)) == 0


def test_run_does_it_in_one_go_from_a_path(who, tmp_path):
    file, out = tmp_path / "sales.csv", tmp_path / "refused.csv"
    file.write_text(SALES.replace("98811 20457", "98811"))
    parts: list[float] = []
    tried = imports.run(who, "orders", file, dry_run=True, rejected_to=out)
    assert (counts(tried), tried.import_id) == ((4, 3, 0, 0, 1), None)
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 2
    done = imports.run(who, "orders", file, columns={"product": "Code"}, progress=parts.append)
    assert counts(done) == (4, 3, 0, 0, 1)
    assert done.as_dict()["import_id"] == str(done.import_id)
    assert done.columns["product"] == "Code"
    assert "sku" not in done.columns
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_run_saves_nothing_when_the_refused_rows_cannot_be_written(who, tmp_path):
    file = tmp_path / "sales.csv"
    file.write_text(SALES)
    with pytest.raises(BadInput, match="can't be written") as refused:
        imports.run(who, "orders", file, rejected_to=tmp_path / "none" / "out.csv")
    assert refused.value.field == "rejected"
    with shop_session(who) as shop:
        assert shop.scalar(select(func.count()).select_from(Order)) == 0


def test_an_order_of_day_and_month_proven_late_in_the_file_holds_from_its_first_row(shop, put_in):
    lines = "".join(f"{n},05/01/2026,10\n" for n in range(3_000))
    put_in(f"Order,Date,Amount\n{lines}9999,01/31/2026,10\n")
    days = shop.execute(
        select(Order.ordered_on, func.count()).group_by(Order.ordered_on).order_by(Order.ordered_on)
    ).all()
    assert [(day.isoformat(), number) for day, number in days] == [("2026-01-31", 1), ("2026-05-01", 3000)]


def test_counters_stay_true_through_many_overlapping_files(shop, put_in):
    first = "".join(
        f"{n},2026-0{n % 9 + 1}-1{n % 10},{'R' + str(n % 40) if n % 5 else ''},Tea,{n % 7 - 1},10\n" for n in range(400)
    )
    second = "".join(
        f"{n},2026-0{n % 8 + 1}-1{n % 10},{'R' + str(n % 30) if n % 4 else ''},Tea,{n % 6 - 1},10\n"
        for n in range(200, 700)
    )
    header = "Order,Date,Customer ID,Item,Qty,Price\n"
    results = [put_in(header + rows) for rows in (first, second, first, second)]
    assert_counters_true(shop)
    assert [counts(result)[2] > 0 for result in results] == [False, True, True, True]


# Real files


def truth(who: Who) -> dict[str, Any]:
    """Our figures of a shop's orders, from its stored counters and rows."""
    with shop_session(who, now=NOW) as shop:
        shop.run("imports/expect_many")  # nobody has gathered statistics of these tables yet
        assert_counters_true(shop)
        row = shop.execute(
            text(
                "select count(*) as orders, count(*) filter (where not is_return) as purchases,"
                " count(*) filter (where is_return) as returns, sum(total) as revenue,"
                " coalesce(sum(total) filter (where customer_id is not null), 0) as known from orders"
            )
        ).one()
        people = shop.execute(
            text(
                "select count(*) filter (where order_count > 0), count(*) filter (where order_count > 1) from customers"
            )
        ).one()
        top = shop.execute(
            text("select external_ref, total_spent from customers order by total_spent desc limit 5")
        ).all()
        return {"orders": tuple(row), "people": tuple(people), "top": [tuple(one) for one in top]}


REAL = {
    "online_retail_one_day/2010-12-01.csv": (
        {"currency": "GBP", "region": "GB", "timezone": "Europe/London"},
        {},
        3108,
        {
            "orders": (143, 136, 7, Decimal("58635.56"), Decimal("46051.26")),
            "people": (95, 11),
            "top": [
                ("13777", Decimal("6585.16")), ("16029", Decimal("3702.12")), ("16210", Decimal("2474.74")),
                ("12433", Decimal("1919.14")), ("17511", Decimal("1825.74")),
            ],
        },
    ),
    "cdnow_sample/CDNOW_sample.txt": (
        {"currency": "USD", "region": "US", "timezone": "America/New_York"},
        {"header": False, "columns": {"customer_ref": "1", "ordered_at": "3", "quantity": "4", "total": "5"}},
        6919,
        {
            "orders": (6919, 6919, 0, Decimal("244091.94"), Decimal("244091.94")),
            "people": (2357, 1152),
            "top": [
                ("19339", Decimal("6552.70")), ("05420", Decimal("1943.58")), ("20111", Decimal("1747.58")),
                ("11288", Decimal("1625.04")), ("15953", Decimal("1548.28")),
            ],
        },
    ),
    "complete_journey/transactions_sample.csv": (
        {"currency": "USD", "region": "US", "timezone": "America/New_York"},
        {},
        75_000,
        {
            "orders": (47_243, 47_243, 0, Decimal("233935.24"), Decimal("233935.24")),
            "people": (2377, 2270),
            "top": [
                ("1023", Decimal("1156.05")), ("400", Decimal("699.83")), ("707", Decimal("698.37")),
                ("1111", Decimal("659.23")), ("718", Decimal("641.25")),
            ],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_order_file_gives_its_true_figures_in_one_go_and_none_twice(name, new_shop):
    fields, options, rows, expected = REAL[name]
    file = real_data(name)
    who = keeper(new_shop(**fields))
    assert counts(imports.run(who, "orders", Path(file), **options)) == (rows, rows, 0, 0, 0)
    assert truth(who) == expected
    if rows < 10_000:
        assert counts(imports.run(who, "orders", Path(file), **options)) == (rows, 0, 0, rows, 0)
        assert truth(who) == expected
