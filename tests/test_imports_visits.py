"""Visits from a sheet: one a customer and day, visitors found or put on file, nothing a person wrote overwritten."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from real_data import real_data
from sqlalchemy import func, select, text
from truth import assert_counters_true

from crmcore import books, customers, doctor, imports, people, visits
from crmcore.database.gate import ShopSession, keeper, shop_session
from crmcore.errors import BadInput
from crmcore.imports import ImportResult
from crmcore.models import Customer, ImportRow, Visit

FILE = """Visit Date,Mobile,Visitor Name,Attended by,Type,Purpose,Interest,Outcome,Budget,Remarks
05/01/2026,98811 20456,Asha Rao,Meena,Walk-in,To buy,Hot,Quotation,"42,000",wants the grey sofa
05/01/2026,98811 20456,Asha Rao,,,,Warm,Bought,,came back after lunch
06/01/2026,,Bilal,,Appointment,Enquiry,Low,Did not buy,,
07/01/2026,98811 20457,Chitra,,,,,,,
09/01/2026,98811 20456,Asha Rao,,Revisit,,,,,
"""
DATED = "Visit Date,Mobile\n{},98811 20456\n"


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    def run(content: str, **chosen: str) -> ImportResult:
        with imports.open_sheet(content.encode(), "visits.csv") as sheet:
            recognised = imports.suggested(imports.guess(shop, "visits", sheet))
            return imports.commit(shop, imports.prepare(shop, "visits", sheet, recognised | chosen))

    return run


@pytest.fixture
def meena(shop: ShopSession) -> Any:
    login = f"meena-{shop.shop.slug}"
    return people.add_member(shop, people.NewMember(login, "Meena", "staff", "long enough 1", sells=True))


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def refused(shop: ShopSession, result: ImportResult) -> dict[int, str]:
    found = select(ImportRow.row_number, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return dict(map(tuple, shop.execute(found)))


def visit_of(shop: ShopSession, name: str, day: date) -> Any:
    found = select(Visit).join(Customer, Customer.id == Visit.customer_id)
    return shop.execute(found.where(Customer.name == name, Visit.visited_on == day)).one()


def everything(shop: ShopSession) -> dict[str, list[str]]:
    asked = {
        "visits": "customer_id, visited_on, visit_type, purpose, interest, outcome, estimated_value, notes, handled_by",
        "customers": "id, name, phone, external_ref, status, visit_count, last_visit_on",
        "customer_words": "word, customer_id",
    }
    return {
        table: sorted(map(str, shop.execute(text(f"select {columns} from {table}"))))
        for table, columns in asked.items()
    }


def test_rows_of_one_day_are_one_visit_with_all_they_say(shop, meena, put_in):
    result = put_in(FILE)
    assert counts(result) == (5, 5, 0, 0, 0)
    assert "5 rows are 4 visits" in result.remarks[-1]
    first = visit_of(shop, "Asha Rao", date(2026, 1, 5))
    assert (first.visit_type, first.purpose, first.interest, first.outcome) == (
        "walk-in", "purchase_intent", "high", "purchase",
    )  # fmt: skip
    assert (first.estimated_value, first.handled_by) == (Decimal(42_000), meena)
    assert first.notes == "wants the grey sofa\ncame back after lunch"
    asha = customers.by_phone(shop, "9881120456")
    assert (asha["status"], asha["visit_count"], asha["last_visit_on"]) == ("active", 2, date(2026, 1, 9))
    assert visit_of(shop, "Bilal", date(2026, 1, 6)).visit_type == "scheduled"
    assert_counters_true(shop)


def test_the_same_file_again_changes_nothing(shop, meena, put_in):
    put_in(FILE)
    before = everything(shop)
    assert counts(put_in(FILE)) == (5, 0, 0, 5, 0)
    assert everything(shop) == before


def test_a_file_that_says_more_brings_the_visit_up_to_date_and_can_be_undone(shop, put_in):
    put_in(DATED.format("2026-01-05"))
    before = everything(shop)
    more = put_in("Visit Date,Mobile,Interest\n2026-01-05,98811 20456,hot\n2026-01-06,98811 20456,cold\n")
    assert counts(more) == (2, 1, 1, 0, 0)
    assert imports.undo(shop, more.import_id).as_dict() == {"removed": 1, "restored": 1, "kept": []}
    assert everything(shop) == before
    assert_counters_true(shop)


def test_undoing_takes_visits_and_visitors_away_but_keeps_what_people_worked_on(shop, meena, put_in):
    lead = customers.create(shop, {"name": "Chitra", "phone": "9881120457"})
    before = everything(shop)
    result = put_in(FILE)
    undone = imports.undo(shop, result.import_id)
    assert (undone.removed, undone.kept) == (6, [])
    assert everything(shop) == before
    assert customers.get(shop, lead)["status"] == "lead"

    result = put_in(FILE)
    asha = customers.by_phone(shop, "9881120456")["id"]
    visits.record(shop, visits.NewVisit(asha))
    undone = imports.undo(shop, result.import_id)
    assert [(kept.what, kept.name) for kept in undone.kept] == [("customer", "Asha Rao")]
    assert customers.get(shop, asha)["visit_count"] == 1
    assert_counters_true(shop)


def test_a_visit_recorded_by_a_person_is_not_overwritten(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    visits.record(shop, visits.NewVisit(asha, interest="high"))
    today = shop.today.isoformat()
    result = put_in(f"Visit Date,Mobile,Interest\n{today},98811 20456,low\n")
    assert counts(result) == (1, 0, 0, 0, 1)
    assert "recorded or changed by a person" in refused(shop, result)[2]
    assert counts(put_in(DATED.format(today))) == (1, 0, 0, 1, 0)


def test_a_name_alone_finds_whoever_has_it_and_refuses_namesakes(shop, put_in):
    asha = customers.create(shop, {"name": "Asha Rao"})
    for phone in ("9881120458", "9881120459"):
        customers.create(shop, {"name": "Deepa", "phone": phone})
    result = put_in("Visit Date,Customer,Mobile\n2026-01-05,asha rao,\n2026-01-05,Deepa,\n2026-01-05,Esha,98811 20456\n"
                    "2026-01-06,Esha,\n")
    assert counts(result) == (4, 3, 0, 0, 1)
    assert "Several customers are called Deepa" in refused(shop, result)[3]
    assert customers.get(shop, asha)["visit_count"] == 1
    assert customers.by_phone(shop, "9881120456")["visit_count"] == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-11-21,98811 20456,,,", "can't lie in the future"),
        ("2019-12-31,98811 20456,,,", "before your books open, on 1 January 2020"),
        (",98811 20456,,,", "The date is missing"),
        ("2026-01-05,,,,", "The row names nobody"),
        ("2026-01-05,98811 20456,boiling,,", "boiling is no interest we know: use high, medium, low or not_interested"),
        ("2026-01-05,98811 20456,,-5,", "below zero"),
        ("2026-01-05,98811 20456,,,Nobody Known", "not one of this shop's sales reps"),
        ("2026-01-05,98811,,,", "98811"),
    ],
)
def test_a_row_that_cant_be_used_says_why_and_the_others_go_in(shop, put_in, row, reason):
    books.open_from(shop, date(2020, 1, 1))
    content = f"Visit Date,Mobile,Interest,Estimated value,Handled by\n{row}\n2026-01-07,98811 20457,,,\n"
    result = put_in(content, handled_by="Handled by")
    assert counts(result) == (2, 1, 0, 0, 1)
    assert reason in refused(shop, result)[2]


def test_a_sheet_without_a_day_or_a_person_is_refused_in_one_sentence(put_in):
    with pytest.raises(BadInput, match="the date of the visit"):
        put_in("Mobile,Remarks\n98811 20456,hello\n")
    with pytest.raises(BadInput, match="the phone number, the reference or the name"):
        put_in("Visit Date,Remarks\n2026-01-05,hello\n")


TRUE = {
    "complete_journey/transactions_sample.csv": (
        {}, {"columns": {"visited_on": "transaction_timestamp", "customer_ref": "household_id"}}, 75_000,
        (45_508, 2377, 2270),
    ),
    "cdnow_sample/CDNOW_sample.txt": (
        {}, {"header": False, "columns": {"customer_ref": "1", "visited_on": "3"}}, 6919, (6696, 2357, 1139),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_real_visits_give_their_true_figures(name, new_shop):
    fields, options, rows, expected = TRUE[name]
    file = Path(real_data(name))
    who = keeper(new_shop(currency="USD", region="US", timezone="America/New_York", **fields))
    assert counts(imports.run(who, "visits", file, **options)) == (rows, rows, 0, 0, 0)
    with shop_session(who) as shop:
        visited = select(func.count()).select_from(Customer)
        assert (
            shop.scalar(select(func.count()).select_from(Visit)),
            shop.scalar(visited.where(Customer.visit_count >= 1)),
            shop.scalar(visited.where(Customer.visit_count >= 2)),
        ) == expected
    assert doctor.examine([who.shop]) == []
