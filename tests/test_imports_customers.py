"""Customers and products from a sheet: recognised, brought up to date, never erased, never mixed up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from truth import assert_counters_true

from crmcore import customers, imports, products, tags
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.imports import ImportResult
from crmcore.models import Customer, CustomerWord, ImportRow, Product

PEOPLE = """Name,Mobile No,Customer ID,E-mail,DOB,Address,City,Tags,Remarks
Asha Rao,98811 20456,R1,Asha@Example.org,12/03/1990,"4 Lake Road
Flat 2",Pune,"VIP; gold",likes tea
Bilal,98811-20457,R2,,,,,,
Chitra,,R3,,25/12,,Mumbai,,
"""


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    """Imports text as customers or products, the columns as recognised."""

    def run(noun: str, content: str) -> ImportResult:
        with imports.open_sheet(content.encode(), f"{noun}.csv") as sheet:
            plan = imports.prepare(shop, noun, sheet, imports.suggested(imports.guess(shop, noun, sheet)))
            return imports.commit(shop, plan)

    return run


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def refused(shop: ShopSession, result: ImportResult) -> dict[int, str]:
    found = select(ImportRow.row_number, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return dict(map(tuple, shop.execute(found)))


def customer(shop: ShopSession, ref: str) -> Any:
    return shop.execute(select(Customer).where(Customer.external_ref == ref)).mappings().one()


def how_many(shop: ShopSession, table: Any) -> int:
    return shop.scalar(select(func.count()).select_from(table))


# Customers


def test_customers_come_on_file_with_all_that_the_sheet_says(shop, put_in):
    result = put_in("customers", PEOPLE)

    assert counts(result) == (3, 3, 0, 0, 0)
    asha = customer(shop, "R1")
    assert (asha["name"], asha["phone"], asha["phone_typed"], asha["email"]) == (
        "Asha Rao", "+919881120456", "98811 20456", "asha@example.org",
    )  # fmt: skip
    assert (asha["birth_day"], asha["birth_month"], asha["birth_year"]) == (12, 3, 1990)
    assert (asha["address"], asha["city"], asha["notes"], asha["status"]) == (
        "4 Lake Road\nFlat 2", "Pune", "likes tea", "lead",
    )  # fmt: skip
    assert [tag["name"] for tag in tags.of_customer(shop, asha["id"])] == ["gold", "VIP"]
    chitra = customer(shop, "R3")
    assert (chitra["birth_day"], chitra["birth_month"], chitra["birth_year"]) == (25, 12, None)
    assert set(shop.execute(select(CustomerWord.word)).scalars()) == {"asha", "rao", "bilal", "chitra"}
    assert_counters_true(shop)


def test_the_same_customers_again_change_nothing(shop, put_in):
    put_in("customers", PEOPLE)
    assert counts(put_in("customers", PEOPLE)) == (3, 0, 0, 3, 0)
    assert how_many(shop, Customer) == 3


def test_what_is_new_about_somebody_is_added_and_an_empty_cell_erases_nothing(shop, put_in):
    put_in("customers", PEOPLE)
    newer = "Name,Mobile,Customer ID,City,Tags\nAsha Kumar,,R1,,silver\n,98811 20457,,Goa,\nChitra,,R3,Mumbai,\n"
    assert counts(put_in("customers", newer)) == (3, 0, 2, 1, 0)
    asha, bilal = customer(shop, "R1"), customer(shop, "R2")
    assert (asha["name"], asha["phone"], asha["city"]) == ("Asha Kumar", "+919881120456", "Pune")
    assert [tag["name"] for tag in tags.of_customer(shop, asha["id"])] == ["gold", "silver", "VIP"]
    assert (bilal["name"], bilal["city"]) == ("Bilal", "Goa")
    words = select(CustomerWord.word).where(CustomerWord.customer_id == asha["id"])
    assert set(shop.execute(words).scalars()) == {"asha", "kumar"}
    assert_counters_true(shop)


def test_a_new_phone_for_a_known_reference_is_taken_over(shop, put_in):
    put_in("customers", PEOPLE)
    assert counts(put_in("customers", "Mobile,Customer ID\n98811 20499,R2\n")) == (1, 0, 1, 0, 0)
    assert customer(shop, "R2")["phone"] == "+919881120499"


def test_one_phone_in_any_format_is_one_customer(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "098811 20456"})
    assert counts(put_in("customers", "Name,Mobile,City\nAsha,+91-98811-20456,Pune\n")) == (1, 0, 1, 0, 0)
    assert customers.get(shop, asha)["city"] == "Pune"


def test_a_row_that_would_mix_two_people_up_is_refused_and_names_both(shop, put_in):
    put_in("customers", PEOPLE)
    result = put_in("customers", "Name,Mobile,Customer ID\nX,98811 20457,R1\nY,98811 20457,R9\n")
    assert refused(shop, result) == {
        2: "The phone +919881120457 belongs to Bilal, but the reference R1 to Asha Rao.",
        3: "The phone +919881120457 belongs to Bilal, whose reference is R2 and not R9.",
    }
    assert customer(shop, "R2")["name"] == "Bilal"


def test_somebody_listed_twice_is_unchanged_the_second_time_or_refused(shop, put_in):
    result = put_in("customers", "Name,Mobile,Customer ID\nAsha,9881120456,\nAsha,98811 20456,\nAsha R,9881120456,R1\n")
    assert counts(result) == (3, 1, 0, 1, 1)
    assert refused(shop, result) == {4: "Row 2 is about the same customer and says something else; keep one of them."}
    assert counts(put_in("customers", "Name,Mobile\nAsha,9881120456\nAsha,9881120456\n")) == (2, 0, 0, 2, 0)


def test_people_without_phone_and_reference_are_known_by_their_names(shop, put_in):
    people = "Name,Email\nAsha,a@example.org\nBilal,a@example.org\nChitra,\n"
    assert counts(put_in("customers", people)) == (3, 3, 0, 0, 0)
    assert counts(put_in("customers", people)) == (3, 0, 0, 3, 0)


def test_a_row_that_names_nobody_is_refused(shop, put_in):
    result = put_in("customers", "Name,Email,City\n,a@example.org,\n,,Pune\nAsha,,\n")
    assert counts(result) == (3, 1, 0, 0, 2)
    assert refused(shop, result)[2] == "The row names nobody; it needs a phone number, a reference or a name."


def test_a_bad_cell_refuses_its_row_only(shop, put_in):
    result = put_in(
        "customers", "Name,Mobile,DOB\nAsha,9.19822E+11,\nBilal,9881120457,31/02/1990\nChitra,9881120458,\n"
    )
    assert counts(result) == (3, 1, 0, 0, 2)
    assert "lost its last digits" in refused(shop, result)[2]
    assert "not in the calendar" in refused(shop, result)[3]


def test_a_file_that_tells_no_one_apart_is_refused(shop, put_in):
    with pytest.raises(BadInput, match="the phone number, the reference or the name"):
        put_in("customers", "City,Pincode\nPune,411001\n")


def test_tags_are_one_whatever_their_case(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    tags.add(shop, asha, "VIP")
    assert counts(put_in("customers", "Mobile,Tags\n9881120456,vip\n9881120457,Vip;new\n")) == (2, 1, 0, 1, 0)
    assert sorted(tag["name"] for tag in tags.all_tags(shop)) == ["VIP", "new"]


# Products


def test_products_come_on_the_catalogue_and_are_brought_up_to_date(shop, put_in):
    assert counts(put_in("products", "SKU,Item,Category,MRP\nT1,Tea,Drinks,₹ 10\nC1,Cup,,5.50\n,Plain,,1\n")) == (
        3,
        3,
        0,
        0,
        0,
    )
    assert counts(put_in("products", "SKU,Item,Category,MRP\nT1,Tea,Drinks,10.00\nC1,Cup,,\n,plain,,1\n")) == (
        3,
        0,
        1,
        2,
        0,
    )
    assert counts(put_in("products", "SKU,Item,MRP\nT1,Green tea,12\nX9,,3\n")) == (2, 1, 1, 0, 0)
    rows = shop.execute(select(Product.sku, Product.name, Product.category, Product.price).order_by(Product.sku)).all()
    assert rows == [
        ("C1", "Cup", None, Decimal("5.50")),
        ("T1", "Green tea", "Drinks", Decimal(12)),
        ("X9", "X9", None, Decimal(3)),
        (None, "plain", None, Decimal(1)),
    ]


def test_a_product_without_a_code_is_the_one_of_its_name_however_it_is_spelt(shop, put_in):
    assert counts(put_in("products", "Item,MRP\nSüßholz,5\nSÜSSHOLZ,5\nCafe\u0301,2\n")) == (3, 2, 0, 1, 0)
    assert counts(put_in("products", "Item,MRP\nSu\u0308ßholz,6\nCAFÉ,2\n")) == (2, 0, 2, 0, 0)


def test_people_told_by_their_names_alone_are_one_however_these_are_spelt(shop, put_in):
    assert counts(put_in("customers", "Name,City\nWeiß GmbH,Köln\nWEISS GMBH,Köln\n")) == (2, 1, 0, 1, 0)
    assert counts(put_in("customers", "Name,City\nZoe\u0308,Bonn\n")) == (1, 1, 0, 0, 0)
    assert counts(put_in("customers", "Name,City\nZOË,Bonn\nAnna,Bonn\n"))[1] == 1


def test_a_product_that_cannot_be_is_refused(shop, put_in):
    result = put_in("products", "SKU,Item,Price\nT1,Tea,-4\nT2,Cup,1\nT2,Mug,1\n,,5\nT3,Jar,$3\n")
    assert counts(result) == (5, 1, 0, 0, 4)
    assert refused(shop, result) == {
        2: "A price of -4 is below zero; check it.",
        4: "Row 3 is about the same product and says something else; keep one of them.",
        5: "The row names no product; it needs a name or a code.",
        6: "$3 is in another currency: this shop's amounts are in INR.",
    }


def test_a_product_written_here_is_recognised_by_its_code(shop, put_in):
    tea = products.create(shop, products.NewProduct(name="Tea", sku="T1", price=Decimal(9)))
    assert counts(put_in("products", "SKU,Item,Price\nT1,Tea,10\n")) == (1, 0, 1, 0, 0)
    assert products.get(shop, tea)["price"] == 10


# The planner


def test_what_a_large_file_brought_is_known_to_the_planner_at_once(shop, put_in):
    """Else a figure asked for in the minute before autovacuum comes may compare every row with every other."""

    def expected() -> float:
        return shop.scalar(text("select reltuples from pg_class where oid = to_regclass('customers')"))

    before = max(expected(), 0)
    put_in("customers", "Name,Mobile No\n" + "".join(f"Asha {n},98811 2{n:04}\n" for n in range(3_000)))
    assert expected() - before >= 2_500
