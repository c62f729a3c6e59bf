"""Customers and products from a sheet: recognised, brought up to date, never erased, never mixed up."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from truth import assert_counters_true

from crmcore import companies, custom_fields, customers, imports, pipeline, products, tags
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.imports import Answers, ImportResult
from crmcore.models import Company, Customer, CustomerWord, ImportRow, Opportunity, Product

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
            columns = imports.suggested(imports.guess(shop, noun, sheet))
            return imports.commit(shop, imports.prepare(shop, noun, sheet, columns, Answers(new_stages=True)))

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
    told = "The row names nobody; it needs a phone number, a reference, a name or a company."
    assert refused(shop, result) == {2: told, 3: told}


def test_a_bad_cell_refuses_its_row_only(shop, put_in):
    result = put_in(
        "customers", "Name,Mobile,DOB\nAsha,9.19822E+11,\nBilal,9881120457,31/02/1990\nChitra,9881120458,\n"
    )
    assert counts(result) == (3, 1, 0, 0, 2)
    assert "lost its last digits" in refused(shop, result)[2]
    assert "not in the calendar" in refused(shop, result)[3]


def test_a_file_that_tells_no_one_apart_is_refused(shop, put_in):
    with pytest.raises(BadInput, match="the phone number, the reference, the name or the company"):
        put_in("customers", "City,Pincode\nPune,411001\n")


def test_tags_are_one_whatever_their_case(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    tags.add(shop, asha, "VIP")
    assert counts(put_in("customers", "Mobile,Tags\n9881120456,vip\n9881120457,Vip;new\n")) == (2, 1, 0, 1, 0)
    assert sorted(tag["name"] for tag in tags.all_tags(shop)) == ["VIP", "new"]


# The columns of other programs

# As programs for customers head their exports; what has no place here is left out and told.
EXPORT = """First Name,Last Name,Phone,Company Name,Sector,Job,Sex,Preferred Language,Street,Floor,State/Region,Zip,\
Lat,Lng,Contact Status,Customer Segment,Lifecycle Stage,Engagement Level,Social Network,Generics
Asha,Rao,98811 20456,Acme Ltd,Textiles,Buyer,Female,Marathi,4 Lake Road,2,MH,411001,18.5204,73.8567,Customer,VIP,\
Customer,High,Instagram,generic
Bilal Khan,Khan,98811 20457,,,,,,,,,560001.0,,,Lost,,,,,
"""


def test_everything_a_person_can_write_of_a_customer_can_be_a_column(shop, put_in):
    result = put_in("customers", EXPORT)

    assert counts(result) == (2, 2, 0, 0, 0)
    assert result.remarks == ["Not read: Job."]
    found = {row["phone"]: row for row in shop.execute(select(Customer)).mappings()}
    asha, bilal = found["+919881120456"], found["+919881120457"]
    told = {
        "name": "Asha Rao", "company_name": "Acme Ltd", "industry": "Textiles", "gender": "Female", "floor": "2",
        "language": "Marathi", "address": "4 Lake Road", "state": "MH", "postcode": "411001", "status": "active",
        "latitude": Decimal("18.5204"), "longitude": Decimal("73.8567"), "segment": "VIP", "engagement_level": "High",
        "lifecycle_stage": "Customer", "preferred_network": "Instagram", "generic_preference": "generic",
    }  # fmt: skip
    assert {key: asha[key] for key in told} == told
    assert (bilal["name"], bilal["postcode"], bilal["status"]) == ("Bilal Khan", "560001", "inactive")
    assert how_many(shop, Company) == 0
    assert counts(put_in("customers", EXPORT)) == (2, 0, 0, 2, 0)

    newer = put_in("customers", "Phone,Segment,Industry,Status\n98811 20456,,Silk,Inactive\n")
    asha = customers.get(shop, asha["id"])
    assert (asha["segment"], asha["industry"], asha["status"]) == ("VIP", "Silk", "inactive")
    imports.undo(shop, newer.import_id)
    asha = customers.get(shop, asha["id"])
    assert (asha["industry"], asha["status"], asha["floor"]) == ("Textiles", "active", "2")
    assert_counters_true(shop)


def test_what_its_form_refuses_a_sheet_refuses_too(shop, put_in):
    result = put_in(
        "customers",
        "Phone,Status,Latitude,Longitude,Employees,Annual revenue,Birthday\n"
        "9881120451,Active,18.5,73.9,1200,5000,1968\n"
        "9881120452,Sleeping,,,,,\n"
        "9881120453,,95,73.9,,,\n"
        "9881120454,,18.5,,,,\n"
        "9881120455,Lead,,,99999999,,\n"
        "9881120456,Active,,,12,-4,\n"
        "9881120457,Active,,,,,2031\n",
    )
    assert counts(result) == (7, 1, 0, 0, 6)
    assert refused(shop, result) == {
        3: "Sleeping is no status we know: use lead, active or inactive.",
        4: "Latitude goes from -90 to 90 degrees. Check “95”.",
        5: "A place on the map needs both latitude and longitude. Fill in both or neither.",
        6: "Employees must be a whole number from 0 to 10,000,000, not “99999999”.",
        7: "Revenue a year must be an amount from 0 to 999,999,999,999, not “-4”.",
        8: "2031 can't be the year of a birth: check it.",
    }
    (kept,) = shop.execute(select(Customer)).mappings()
    assert (kept["birth_day"], kept["birth_year"]) == (None, 1968)
    company = companies.of(shop, kept["id"])
    assert (company["employees"], company["annual_revenue"]) == (1200, Decimal(5000))


def test_words_of_a_status_that_mean_something_else_are_left_out(shop, put_in):
    result = put_in("customers", "Name,Status\nAsha,Married\nBilal,Single\n")
    assert (result.created, result.remarks) == (2, ["Not read: Status."])


# The shop's own fields


@pytest.fixture
def own(shop):
    """One field of each kind; one of them is called as a field that all customers have."""
    custom_fields.add(shop, "Shoe size", "number")
    custom_fields.add(shop, "Blood group", "choice", ["A positive", "B positive"])
    custom_fields.add(shop, "Member since", "date")
    custom_fields.add(shop, "Has a dog?", "yes_no")
    custom_fields.add(shop, "City", "text")


def test_a_shops_own_fields_are_columns_by_their_label_or_key(shop, put_in, own):
    sheet = (
        "Phone,Shoe Size,blood_group,MEMBER SINCE,Has a dog,City,City (own field)\n"
        '98811 20456,"41,5",b POSITIVE,25/03/2019,TRUE,Pune,"a ""great"" one \\ really"\n'
        "98811 20457,,,,,Goa,\n"
    )
    assert counts(put_in("customers", sheet)) == (2, 2, 0, 0, 0)
    asha, bilal = shop.execute(select(Customer).order_by(Customer.phone)).mappings()
    assert asha["custom"] == {
        "shoe_size": 41.5, "blood_group": "B positive", "member_since": "2019-03-25", "has_a_dog": True,
        "city": 'a "great" one \\ really',
    }  # fmt: skip
    assert (asha["city"], bilal["city"], bilal["custom"]) == ("Pune", "Goa", {})
    assert counts(put_in("customers", sheet)) == (2, 0, 0, 2, 0)

    newer = put_in("customers", "Phone,Shoe size,Has a dog?\n98811 20456,42,\n98811 20457,38,no\n")
    assert counts(newer) == (2, 0, 2, 0, 0)
    assert customers.get(shop, asha["id"])["custom"] == {**asha["custom"], "shoe_size": 42}
    assert customers.get(shop, bilal["id"])["custom"] == {"shoe_size": 38, "has_a_dog": False}
    imports.undo(shop, newer.import_id)
    assert customers.get(shop, asha["id"])["custom"] == asha["custom"]
    assert customers.get(shop, bilal["id"])["custom"] == {}


def test_what_does_not_fit_into_an_own_field_refuses_its_row_with_column_value_and_reason(shop, put_in, own):
    result = put_in(
        "customers",
        "Phone,Shoe size,Blood group,Member since,Has a dog?,City (own field)\n"
        "98811 20451,large,,,,\n"
        "98811 20452,,0,,,\n"
        "98811 20453,,,31/02/2019,,\n"
        "98811 20454,,,,perhaps,\n"
        f"98811 20455,,,,,{'x' * 1001}\n"
        "98811 20456,40,A positive,05/03/2019,yes,\n",
    )
    assert counts(result) == (6, 1, 0, 0, 5)
    query = select(ImportRow.row_number, ImportRow.column_name, ImportRow.value, ImportRow.reason)
    told = shop.execute(query.where(ImportRow.outcome == "rejected").order_by(ImportRow.row_number)).all()
    assert told[0] == (2, "Shoe size", "large", "Shoe size must be a number, not “large”.")
    assert told[1] == (3, "Blood group", "0", "Blood group must be one of: A positive, B positive.")
    assert told[2][1:3] == ("Member since", "31/02/2019") and "not in the calendar" in told[2][3]
    assert told[3] == (5, "Has a dog?", "perhaps", "Has a dog? must be yes or no, not “perhaps”.")
    assert told[4][1] == "City (own field)" and "at most 1,000 characters" in told[4][3]


def test_an_own_field_is_chosen_by_its_key_and_one_that_is_gone_is_refused_in_words(shop, own):
    with imports.open_sheet(b"Phone,Size\n98811 20456,40\n", "shoes.csv") as sheet:
        chosen = {"phone": "Phone", "shoe_size": "Size"}
        seen = imports.preview(shop, imports.prepare(shop, "customers", sheet, chosen))
        assert seen.first_rows == [{"phone": "+919881120456", "shoe_size": "40"}]
        custom_fields.remove(shop, "shoe_size")
        with pytest.raises(BadInput, match=r"There is no field shoe_size for customers: its fields are .*own\.city"):
            imports.prepare(shop, "customers", sheet, chosen)


# Companies

DEALS = """Deal ID,Account,Product,Stage,Amount
D1,Acme Corporation,GTXPro,New,5
D2,Hotel Sai-Krupa,MG Special,New,7
"""
ACCOUNTS = """account,sector,revenue,employees,office_location
ACME corporation,technology,1100.04,2822,Kenya
Hotel Sai Krupa,hospitality,"1,251.41",495,
Zenith,media,,,
Zenith.,media,,,
"""


@pytest.mark.parametrize("deals_first", [True, False])
def test_an_accounts_file_and_a_deals_file_name_the_same_companies_in_either_order(shop, put_in, deals_first):
    files = [("opportunities", DEALS), ("customers", ACCOUNTS)]
    results = {noun: put_in(noun, content) for noun, content in (files if deals_first else files[::-1])}

    accounts = results["customers"]
    assert counts(accounts) == ((4, 1, 2, 1, 0) if deals_first else (4, 3, 0, 1, 0))
    assert accounts.columns["annual_revenue"] == "revenue"
    assert "Not read: office_location." in accounts.remarks
    assert ("Zenith. is taken for the company Zenith, in 1 row." in accounts.remarks) is True
    told = "Hotel Sai Krupa is taken for the company Hotel Sai-Krupa, in 1 row."
    assert (told in accounts.remarks) is deals_first
    rows = select(Customer.name, Customer.industry, Company.employees, Company.annual_revenue).join(
        Company, Company.customer_id == Customer.id
    )
    names = ["Acme Corporation", "Hotel Sai-Krupa"] if deals_first else ["ACME corporation", "Hotel Sai Krupa"]
    assert shop.execute(rows.order_by(func.lower(Customer.name))).all() == [
        (names[0], "technology", 2822, Decimal("1100.04")),
        (names[1], "hospitality", 495, Decimal("1251.41")),
        ("Zenith", "media", None, None),
    ]
    assert how_many(shop, Customer) == 3
    deals = shop.execute(pipeline.listing.with_more(shop)).mappings()
    assert {deal["customer_name"] for deal in deals} == set(names)
    assert counts(put_in("customers", ACCOUNTS)) == (4, 0, 0, 4, 0)
    if deals_first:
        imports.undo(shop, accounts.import_id)
        assert shop.execute(rows.order_by(Customer.name)).all() == [(name, None, None, None) for name in names]
    assert_counters_true(shop)


def test_undoing_unmakes_companies_of_customers_who_were_on_file(shop, put_in):
    acme = customers.create(shop, {"name": "Acme", "phone": "98811 20456"})
    result = put_in("customers", "Company,Website\nACME!,acme.example\n")
    assert companies.of(shop, acme)["website"] == "acme.example"
    second = put_in("customers", "Company,Website,Tax no\nAcme,acme.test,T1\n")
    assert (companies.of(shop, acme)["website"], companies.of(shop, acme)["tax_number"]) == ("acme.test", "T1")
    imports.undo(shop, second.import_id)
    assert (companies.of(shop, acme)["website"], companies.of(shop, acme)["tax_number"]) == ("acme.example", None)
    imports.undo(shop, result.import_id)
    assert companies.of(shop, acme) is None
    assert customers.get(shop, acme)["name"] == "Acme"


def test_a_company_that_could_be_several_is_refused_and_nothing_is_guessed(shop, put_in):
    one = customers.create(shop, {"name": "Acme", "phone": "98811 20456", "external_ref": "A1"})
    customers.create(shop, {"name": "ACME", "phone": "98811 20457"})
    result = put_in("customers", "Company,Ref,City\nAcme,,Pune\nAcme,A1,Goa\n")
    assert counts(result) == (2, 0, 1, 0, 1)
    told = "Several customers are called Acme; say in the row which by phone or reference, or give them different"
    assert refused(shop, result)[2].startswith(told)
    assert customers.get(shop, one)["city"] == "Goa"
    companies.change(shop, one, {})  # of several, the one that is a company is meant
    assert counts(put_in("customers", "Company,City\nacme.,Pune\n")) == (1, 0, 1, 0, 0)
    assert customers.get(shop, one)["city"] == "Pune"


def test_branches_with_phones_of_their_own_are_companies_of_their_own(shop, put_in):
    branches = "Company,Phone,City\nCafe One,98811 20451,Pune\nCafe One,98811 20452,Goa\n"
    assert counts(put_in("customers", branches)) == (2, 2, 0, 0, 0)
    assert counts(put_in("customers", branches)) == (2, 0, 0, 2, 0)
    bare = put_in("customers", "Company,Phone,City\nTea Two,,Pune\nTea two,98811 20453,Goa\n")
    assert refused(shop, bare) == {3: "Row 2 is about the same customer and says something else; keep one of them."}


def test_a_person_of_a_company_is_a_person(shop, put_in):
    sheet = "Name,Phone,Company,Is a company\nAsha,98811 20456,Acme,No\n,98811 20457,Acme,no\nBilal & Sons,,,yes\n"
    assert counts(put_in("customers", sheet)) == (3, 3, 0, 0, 0)
    assert counts(put_in("customers", sheet)) == (3, 0, 0, 3, 0)
    assert counts(put_in("customers", "Customer,Is a company\nBilal and Sons,yes\nbilal&sons,yes\n")) == (2, 1, 0, 1, 0)
    rows = select(Customer.name, Customer.company_name, Company.customer_id.is_not(None)).outerjoin(
        Company, Company.customer_id == Customer.id
    )
    assert set(shop.execute(rows).all()) == {
        ("Asha", "Acme", False), (None, "Acme", False), ("Bilal & Sons", None, True), ("Bilal and Sons", None, True),
    }  # fmt: skip


def test_a_column_of_account_numbers_is_the_reference(shop, put_in):
    assert put_in("customers", "Account,Name\n1001,Asha\n1002,Bilal\n").columns == {"ref": "Account", "name": "Name"}


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


def test_a_product_spelt_in_other_signs_is_that_one_where_only_one_can_be_meant(shop, put_in):
    put_in("opportunities", DEALS)
    listed = "Product,Series,Price\nGTX Pro,GTX,4821\nMG Special,MG,55\nScrew 5.5,,1\nScrew 55,,2\n"
    result = put_in("products", listed)
    assert counts(result) == (4, 2, 2, 0, 0)
    assert result.remarks == ["GTX Pro is taken for the product GTXPro, in 1 row."]
    rows = shop.execute(select(Product.name, Product.category, Product.price).order_by(Product.name)).all()
    assert rows == [
        ("GTXPro", "GTX", Decimal(4821)), ("MG Special", "MG", Decimal(55)), ("Screw 5.5", None, Decimal(1)),
        ("Screw 55", None, Decimal(2)),
    ]  # fmt: skip
    assert counts(put_in("products", listed)) == (4, 0, 0, 4, 0)
    assert counts(put_in("products", "Product,Price\nscrew 5-5,3\n")) == (1, 1, 0, 0, 0)  # could be either
    sold = shop.execute(select(Opportunity.name).order_by(Opportunity.ref)).scalars()
    assert list(sold) == ["Acme Corporation, GTXPro", "Hotel Sai-Krupa, MG Special"]


def test_a_code_goes_to_the_product_of_its_name_that_has_none_where_only_one_can_be_meant(shop, put_in):
    put_in("products", "Item,MRP\nTea,5\nCup,2\nJar,1\n")
    products.create(shop, products.NewProduct("cup"))
    listed = "SKU,Item,MRP\nT1,TEA,6\nC1,Cup,2\nJ1,Jar,1\nJ2,Jar,3\n"
    result = put_in("products", listed)
    assert counts(result) == (4, 3, 1, 0, 0)
    assert counts(put_in("products", listed)) == (4, 0, 0, 4, 0)
    rows = shop.execute(select(Product.sku, Product.name, Product.price).order_by(Product.sku, Product.id)).all()
    assert rows == [
        ("C1", "Cup", 2), ("J1", "Jar", 1), ("J2", "Jar", 3), ("T1", "TEA", 6),
        (None, "Cup", 2), (None, "Jar", 1), (None, "cup", None),
    ]  # fmt: skip
    imports.undo(shop, result.import_id)
    rows = shop.execute(select(Product.sku, Product.name, Product.price).order_by(Product.id)).all()
    assert rows == [(None, "Tea", 5), (None, "Cup", 2), (None, "Jar", 1), (None, "cup", None)]


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
