"""Leads from files: of other programs too, in once, recognised, told what is odd; undoing; as a file again."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import NOW
from sqlalchemy import select

from crmcore import customers, doctor, exports, imports, interactions, leads, people
from crmcore.database.gate import ShopSession, shop_session
from crmcore.errors import BadInput, Conflict
from crmcore.imports import Answers, DatesAsked, ImportResult, StatusesAsked, undo
from crmcore.imports.answers import REFUSED
from crmcore.leads import Rules, rules, territories
from crmcore.models import ImportRow, Lead
from crmcore.sheets.dates import MONTH_FIRST

SHEET = """Lead ID,First Name,Last Name,Company,Phone,Email,Lead Source,Lead Status,Create Date,Owner
101,Asha,Rao,Rao Textiles,98811 20456,Asha@Example.org,Fair,Open - Not Contacted,2026-10-03,Ravi Kale
102,Bilal,Khan,Khan & Sons,98220 12345,,Web,Working - Contacted,2026-10-04,ravi  kale
103,Chitra,,,,chitra@example.org,,Closed - Converted,2026-10-05,Sana Khan
104,Deepak,,,9.88E+09,,Web,New,2026-10-06,
105,Esha,,,,,Web,Shelved,2026-10-06,
101,Asha,R.,,98811 20456,,,,,
,Farid,,,98220 77777,,,Junk Lead,2026-10-07,SANA KHAN
,Gita,,,,,Web,New,2026-10-07,
"""
LEFT_OUT = Answers(statuses={"Shelved": REFUSED})


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    """Imports text as leads, the columns as recognised."""

    def run(content: str, into: ShopSession = shop, answers: Answers = LEFT_OUT) -> ImportResult:
        with imports.open_sheet(content.encode(), "leads.csv") as sheet:
            found = imports.suggested(imports.guess(into, "leads", sheet))
            return imports.commit(into, imports.prepare(into, "leads", sheet, found, answers))

    return run


@pytest.mark.parametrize("head", ["Name,Phone,Mobile", "Name,Mobile Phone Number,Phone Number"])
def test_a_column_that_holds_nothing_gives_way_to_one_that_does(put_in, head):
    numbers = "Asha,,98811 20456\nBilal,,98811 20457\n"
    _, empty, filled = head.split(",")
    assert put_in(f"{head}\n{numbers}").columns == {"name": "Name", "phone": filled, "second_phone": empty}


def test_a_second_number_is_taken_where_the_first_is_missing(shop, put_in):
    """As programs keep “Mobile” beside “Phone”, of which people fill in either."""
    file = (
        "Name,Phone,Mobile\nAsha,022 2345 6789,\nBilal,,98811 20457\nChitra,022 2345 6780,98811 20458\n"
        "Dev,98811 20459,98811-20459\nEsha,,12345\n"
    )
    result = put_in(file)
    assert counts(result) == (5, 4, 0, 0, 1)
    kept = select(Lead.name, Lead.phone).where(Lead.shop_id == shop.id)
    assert dict(shop.execute(kept).all()) == {
        "Asha": "+912223456789", "Bilal": "+919881120457", "Chitra": "+912223456780", "Dev": "+919881120459",
    }  # fmt: skip
    assert "1 row has another number under Mobile than under Phone: that of Phone is taken." in result.remarks
    assert "12345" in refused(shop, result)[6]
    assert counts(put_in(file)) == (5, 0, 0, 4, 1)
    alone = put_in("Name,Home phone\nFarhan,98811 20461\n")
    assert (alone.created, alone.columns["phone"]) == (1, "Home phone")


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def refused(shop: ShopSession, result: ImportResult) -> dict[int, str]:
    found = select(ImportRow.row_number, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return dict(map(tuple, shop.execute(found)))


def on_file(shop: ShopSession) -> dict[str, Any]:
    rows = shop.execute(select(Lead).where(Lead.shop_id == shop.id)).mappings()
    return {row["name"] or row["ref"]: row for row in rows}


def test_the_export_of_another_program_comes_out_right_or_refused(shop, put_in):
    result = put_in(SHEET)

    assert counts(result) == (8, 4, 0, 1, 3)
    assert result.columns == {
        "ref": "Lead ID", "name": "First Name", "last_name": "Last Name", "company": "Company", "phone": "Phone",
        "email": "Email", "source": "Lead Source", "status": "Lead Status", "created_on": "Create Date",
        "assigned_to": "Owner",
    }  # fmt: skip
    assert "lost its last digits" in refused(shop, result)[5] or "digits" in refused(shop, result)[5]
    assert "Shelved is no status we know: use new, contacted, qualified" in refused(shop, result)[6]
    assert "nothing to recognise this lead by" in refused(shop, result)[9]
    found = on_file(shop)
    asha, bilal, chitra, farid = found["Asha Rao"], found["Bilal Khan"], found["Chitra"], found["Farid"]
    assert [row["status"] for row in (asha, bilal, chitra, farid)] == ["new", "contacted", "converted", "unqualified"]
    assert (asha["phone"], asha["email"], asha["created_on"]) == (
        "+919881120456", "asha@example.org", date(2026, 10, 3),
    )  # fmt: skip
    assert chitra["converted_on"] == shop.today
    team = {one.name: one for one in people.colleagues(shop)}
    assert set(team) == {"Ravi Kale", "Sana Khan"}
    assert asha["assigned_to"] == bilal["assigned_to"] == team["Ravi Kale"].staff_id
    assert chitra["assigned_to"] == farid["assigned_to"] == team["Sana Khan"].staff_id
    assert set(result.remarks) >= {
        "2 people join your team without a sign-in: Ravi Kale, Sana Khan. Give them one under Team.",
        "1 row repeats a lead that stands further up in the file.",
        "2 rows say no source: counted as unknown.",
        "1 row is converted without a day: today's is taken.",
    }


def test_the_same_file_again_changes_nothing(shop, put_in):
    put_in(SHEET)
    before = on_file(shop)
    result = put_in(SHEET)
    assert counts(result) == (8, 0, 0, 5, 3)
    assert on_file(shop) == before
    assert len(people.colleagues(shop)) == 2


def test_a_later_file_updates_what_it_knows_and_erases_nothing(shop, put_in):
    put_in(SHEET)
    asha = on_file(shop)["Asha Rao"]["id"]
    later = "Lead ID,Lead Status,City,Company,Owner\n101,Qualified,Pune,,Imran Sayed\n103,New,,,\n"
    assert counts(put_in(later)) == (2, 0, 1, 1, 0)
    row = leads.get(shop, asha)
    assert (row["status"], row["city"], row["company"]) == ("qualified", "Pune", "Rao Textiles")
    assert row["assignee"] == "Ravi Kale"  # who has a lead keeps it
    assert on_file(shop)["Chitra"]["status"] == "converted"  # nothing leads back


def test_a_lead_is_recognised_by_reference_else_phone_else_mail_and_never_guessed(shop, put_in):
    by_phone = leads.record(shop, leads.NewLead(name="Asha", phone="98811 20456"))
    by_mail = leads.record(shop, leads.NewLead(name="Bilal", email="bilal@example.org", phone="98220 54321"))
    result = put_in(
        "ref,name,phone,email,company\n"
        "7,Asha,98811 20456,,\n"  # gets the reference
        "8,Anita,98811 20456,,\n"  # another reference: another lead
        ",Bilal,,BILAL@example.org,\n"
        ",Chitra,98220 12345,bilal@example.org,\n"  # a number of their own; the family shares the address
        ",,,,Rao Textiles\n,Dev,,,Rao Textiles\n,Dev,,,rao textiles\n"
    )
    assert counts(result) == (7, 4, 1, 2, 0)
    assert leads.get(shop, by_phone)["ref"] == "7"
    assert leads.get(shop, by_mail)["name"] == "Bilal"
    assert {row["ref"] for row in on_file(shop).values()} == {"7", "8", None}
    assert counts(put_in("company,name\nRao Textiles,\nRao Textiles,Dev\n")) == (2, 0, 0, 2, 0)


def test_eight_thousand_leads_of_ids_dates_page_and_origin_come_in(shop, put_in):
    """A marketing list without one name: each goes by its id."""
    origins = ["organic_search", "paid_search", "", "unknown", "social"]
    rows = "".join(
        f"{nth:032x},{date(2017, 6, 14) + timedelta(days=nth % 350)},page{nth % 90:03x},{origins[nth % 5]}\n"
        for nth in range(8_000)
    )
    result = put_in("mql_id,first_contact_date,landing_page_id,origin\n" + rows)
    assert counts(result) == (8_000, 8_000, 0, 0, 0)
    assert result.columns == {"ref": "mql_id", "created_on": "first_contact_date", "source": "origin"}
    assert "1,600 rows say no source: counted as unknown." in result.remarks
    first = leads.page_of(shop, sort="created").rows[0]
    assert leads.name_of(shop, first) == first["ref"] == f"{0:032x}"
    assert counts(put_in("mql_id,first_contact_date,landing_page_id,origin\n" + rows))[3] == 8_000


def test_converted_before_they_came_up_is_kept_and_told(shop, put_in):
    customer = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    result = put_in(
        "ref,phone,created on,converted on\n1,98811 20456,2026-05-02,2026-04-30\n2,,2026-05-02,2026-06-30\n3,,,\n"
    )
    assert counts(result) == (3, 3, 0, 0, 0)
    odd = "1 lead was converted before coming up, the first in row 2: kept as written. Check the dates."
    assert odd in result.remarks
    one, two, three = (on_file(shop)[ref] for ref in "123")
    assert (one["status"], one["converted_on"], one["customer_id"]) == ("converted", date(2026, 4, 30), customer)
    assert (two["status"], two["customer_id"]) == ("converted", None)
    assert (three["status"], three["created_on"]) == ("new", shop.today)
    result = put_in("ref,status,converted on\n9,Open,2026-05-02\n")
    assert "new and has a day of conversion" in refused(shop, result)[2]


def test_a_qualified_lead_with_a_day_of_conversion_was_converted(shop, put_in):
    """As programs write it that keep what a lead was when it was converted."""
    result = put_in("Lead ID,Name,Lead Status,Converted Date Time\nZ1,Asha Rao,Qualified,2026-03-02 11:20:00\n")
    assert result.created == 1
    (lead,) = shop.execute(select(Lead.status, Lead.converted_on).where(Lead.ref == "Z1")).all()
    assert tuple(lead) == ("converted", date(2026, 3, 2))


def test_days_that_can_be_read_two_ways_are_told_or_asked_about(shop, put_in):
    told = put_in("ref,created on\n1,05/06/2026\n2,25/06/2026\n")
    assert "created on is read day first (05/06/2026), as its other dates show." in told.remarks
    assert on_file(shop)["1"]["created_on"] == date(2026, 6, 5)
    months = put_in("ref,created on\n3,05/06/2026\n4,06/25/2026\n")
    assert on_file(shop)["3"]["created_on"] == date(2026, 5, 6)
    assert any("month first" in remark for remark in months.remarks)
    both = put_in("ref,created on\n5,05/06/2026\n6,06/25/2026\n7,25/06/2026\n")
    assert "can be read two ways" in refused(shop, both)[2]
    unclear = "ref,created on\n8,05/06/2026\n9,07/08/2026\n"
    with pytest.raises(DatesAsked, match="day first or month first"), shop.connection.begin_nested():
        put_in(unclear)
    put_in(unclear, answers=Answers(dates=MONTH_FIRST))
    assert on_file(shop)["8"]["created_on"] == date(2026, 5, 6)


def test_a_word_that_could_be_any_status_is_asked_about(shop, put_in):
    sheet = "ref,status\n1,Parked\n2,New\n3,PARKED\n4,Elsewhere\n"
    with (
        pytest.raises(StatusesAsked, match="Parked, PARKED, Elsewhere, which could") as asked,
        shop.connection.begin_nested(),
    ):
        put_in(sheet)
    assert asked.value.known == list(leads.STATUSES)
    assert on_file(shop) == {}
    told = Answers(statuses={"Parked": "contacted", "Elsewhere": REFUSED})
    result = put_in(sheet, answers=told)
    assert counts(result) == (4, 3, 0, 0, 1)
    assert [on_file(shop)[ref]["status"] for ref in "123"] == ["contacted", "new", "contacted"]


@pytest.mark.parametrize(
    ("header", "cell", "status"),
    [
        ("Lead Status", "Attempted to Contact", "contacted"),
        ("Lead Status", "Pre-Qualified", "qualified"),
        ("Lead Status", "NOT CONTACTED", "new"),
        ("Lead Status", "IN_PROGRESS", "contacted"),
        ("Status", "Do Not Contact", "unqualified"),
        ("Status", "Closed - Not Converted", "unqualified"),
        ("Converted", "1", "converted"),
        ("Converted", "0", "new"),
        ("Is Converted", "TRUE", "converted"),
    ],
)
def test_words_of_other_programs_are_understood(shop, put_in, header, cell, status):
    assert put_in(f"ref,{header}\n1,{cell}\n").created == 1
    assert on_file(shop)["1"]["status"] == status


def test_a_column_of_other_words_is_left_out_and_not_guessed(shop, put_in):
    result = put_in("Prospect ID,Lead Quality,Rating\n1,Might be,5\n2,Not Sure,4\n3,Worst,3\n")
    assert counts(result) == (3, 3, 0, 0, 0)
    assert set(result.columns) == {"ref"}


def test_new_leads_go_to_the_territories_and_in_turn_as_the_shop_set_it(join, new_shop, put_in):
    boss = join("owner", new_shop(kind="business"), "Meera")
    team = [join("staff", boss.shop, name) for name in ("Ravi", "Sana")]
    with shop_session(boss, alone=True, now=NOW) as shop:
        territories.add(shop, territories.NewTerritory("Pune", "city", ["pune"], boss.staff_id))
        rules.change(shop, Rules(sharing=rules.BY_TERRITORY, among=tuple(one.staff_id for one in team)))
        rows = "".join(f"{nth},{'Pune' if nth < 3 else 'Goa'},{'Ravi' if nth == 9 else ''}\n" for nth in range(10))
        result = put_in("ref,city,owner\n" + rows, shop)
        assert counts(result)[1] == 10
        given = [leads.count(shop, leads.Filters(assigned=one.staff_id)) for one in (boss, *team)]
        assert given == [3, 4, 3]
        assert undo(shop, result.import_id).removed == 10


def test_a_column_that_names_a_crowd_is_asked_about(shop, put_in):
    rows = "".join(f"{nth},Person {nth}\n" for nth in range(101))
    with pytest.raises(BadInput, match="names 101 people who are not in your team"):
        put_in("ref,owner\n" + rows)


def test_namesakes_are_not_guessed_but_for_the_one_who_sells(shop, put_in):
    team = (("Ravi Kale", True), ("RAVI KALE", True), ("Sana Khan", True), ("Sana KHAN", False))
    one, two, sana, _ = [
        people.add_member(
            shop, people.NewMember(f"{nth}-{shop.shop.slug}", name, "staff", "correct horse", sells=sells)
        )
        for nth, (name, sells) in enumerate(team)
    ]
    result = put_in("ref,owner\n1,ravi kale\n2,sana khan\n3,RAVI KALE\n4,Ravi Kale\n")
    assert counts(result) == (4, 3, 0, 0, 1)
    assert "Several people of the team are called ravi kale" in refused(shop, result)[2]
    assert [on_file(shop)[ref]["assigned_to"] for ref in "234"] == [sana, two, one]


def test_who_came_with_a_file_that_was_undone_is_back_with_the_next(shop, put_in):
    undo(shop, put_in("ref,owner\n1,Sana Khan\n").import_id)
    assert people.reps(shop) == []
    put_in("ref,owner\n1,Sana Khan\n")
    assert [one.name for one in people.reps(shop)] == ["Sana Khan"]
    assert len(people.colleagues(shop)) == 1


def test_undoing_takes_back_what_nobody_worked_on(shop, put_in):
    put_in("ref,name,city\n1,Asha,Pune\n")
    result = put_in("ref,name,city,source\n1,Anita,,Fair\n2,Bilal,,\n3,Chitra,,\n4,Dev,,\n5,Esha,,\n")
    found = {row["ref"]: row["id"] for row in on_file(shop).values()}
    leads.give(shop, [found["2"]], None)
    interactions.record(shop, interactions.NewInteraction("call", lead_id=found["3"]))
    leads.mark(shop, found["4"], "qualified")
    made = leads.convert(shop, found["5"])
    taken_back = undo(shop, result.import_id)
    assert (taken_back.removed, taken_back.restored) == (1, 1)
    assert sorted(str(kept) for kept in taken_back.kept) == [
        "Lead Chitra: somebody changed it since",
        "Lead Dev: somebody changed it since",
        "Lead Esha: somebody changed it since",
    ]
    one = leads.get(shop, found["1"])
    assert (one["name"], one["source"], one["city"]) == ("Asha", None, "Pune")
    assert [leads.count(shop, leads.Filters(q=name)) for name in ("Asha", "Anita", "Bilal", "Chitra")] == [1, 0, 0, 1]
    assert customers.get(shop, made.customer_id)["name"] == "Esha"


def test_what_goes_out_comes_in_again(shop, put_in):
    put_in(SHEET)
    leads.score(shop, on_file(shop)["Asha Rao"]["id"], {"fit": 80})
    file = io.BytesIO()
    assert exports.write(shop, exports.leads_table(shop), file, "csv") == 4
    text = file.getvalue().decode("utf-8-sig")
    assert re.search(r"101,Asha Rao,Rao Textiles.*80,D", text)
    assert counts(put_in(text)) == (4, 0, 0, 4, 0)


def test_the_doctor_finds_all_well_after_an_import(new_shop, join):
    boss = join("owner", new_shop(kind="business"))
    with shop_session(boss, alone=True) as shop, imports.open_sheet(SHEET.encode(), "leads.csv") as sheet:
        found = imports.suggested(imports.guess(shop, "leads", sheet))
        plan = imports.prepare(shop, "leads", sheet, found, LEFT_OUT)
        imports.commit(shop, plan)
    assert doctor.examine([boss.shop]) == []


def test_what_a_person_said_of_a_lead_stays_and_the_file_fills_in_what_is_empty(
    shop: ShopSession, put_in: Callable[..., ImportResult]
) -> None:
    file = "Lead ID,Name,Lead Status,City\n101,Asha Rao,New,\n102,Bilal,New,Pune\n"
    put_in(file)
    asha = shop.scalar(select(Lead.id).where(Lead.shop_id == shop.id, Lead.ref == "101"))
    leads.mark(shop, asha, "qualified")
    leads.change(shop, asha, {"name": "Asha R. Rao"})
    again = put_in(file)
    assert counts(again) == (2, 0, 0, 2, 0)
    assert "1 row says something else than what was written or changed here: kept as it is here." in again.remarks
    assert counts(put_in(file.replace("New,\n", "Junk,Lakeside\n"))) == (2, 0, 1, 1, 0)
    found = leads.get(shop, asha)
    assert (found["status"], found["name"], found["city"]) == ("qualified", "Asha R. Rao", "Lakeside")


def test_days_of_first_contact_in_one_file_and_of_the_sale_in_another(put_in: Callable[..., ImportResult]) -> None:
    put_in("mql_id,first_contact_date,origin\na1,2026-03-05,social\na2,2026-03-05,email\n")
    closed = put_in("mql_id,won_date\na1,2026-03-01\na2,2026-04-01\na3,2026-04-02\n")
    assert {
        "1 lead was converted before coming up, the first in row 2: kept as written. Check the dates.",
        "1 row says no day the lead came up on: taken to be the day it converted.",
    } <= set(closed.remarks)


def test_who_came_in_as_converted_can_be_put_on_file_as_a_customer(
    shop: ShopSession, put_in: Callable[..., ImportResult]
) -> None:
    put_in("Lead ID,Name,Company,Converted Date,Create Date\n7,Asha Rao,Rao Textiles,2026-03-05,2026-02-01\n")
    lead_id = shop.scalar(select(Lead.id).where(Lead.shop_id == shop.id))
    made = leads.convert(shop, lead_id)
    found = leads.get(shop, lead_id)
    assert (found["customer_id"], found["converted_on"]) == (made.customer_id, date(2026, 3, 5))
    with pytest.raises(Conflict, match="converted already"):
        leads.convert(shop, lead_id)
