"""Opportunities from the export of another program: words become stages, people and products, or are asked about."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import NOW
from sqlalchemy import func, select
from test_pipeline_metrics import SUMS
from truth import assert_counters_true

from crmcore import companies, customers, exports, imports, people, pipeline, products
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput
from crmcore.imports import Answers, ClosedFirstAsked, DatesAsked, StagesAsked
from crmcore.imports.answers import KEPT, REFUSED
from crmcore.metrics import MEASURES
from crmcore.models import Company, Customer, ImportRow, Lead, Membership, Opportunity, Product, StageChange
from crmcore.periods import named
from crmcore.pipeline import LOST, reasons, stages
from crmcore.sheets.dates import DAY_FIRST, MONTH_FIRST

# As a well-known teaching export has it: two spellings of one product, blank accounts, open deals without a value, and
# one that was won before it began.
FILE = """opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054
Z063OYW0,Darcel Schlecht,GTXPro,Isdom,Won,2016-10-25,2017-03-11,4514
EC4QE1BX,Darcel Schlecht,GTX Pro,Cancity,Lost,2016-10-25,2017-03-07,0
MV1LWRNH,moses frase,MG Special,,Engaging,2016-10-25,,
PE84CX4O,Zane Levy,GTX Pro,Hatfan,Prospecting,,,
XX000001,Zane Levy,GTX Pro,Hatfan,Won,2017-04-01,2017-03-01,500
"""


@pytest.fixture
def shop(new_shop):
    with shop_session(keeper(new_shop(kind="business")), alone=True, now=NOW) as opened:
        yield opened


def put_in(shop, content, answers=Answers(new_stages=True, closed_first=REFUSED), **chosen):
    with imports.open_sheet(content.encode(), "deals.csv") as sheet:
        recognised = imports.suggested(imports.guess(shop, "opportunities", sheet))
        return imports.commit(shop, imports.prepare(shop, "opportunities", sheet, recognised | chosen, answers))


def counts(result):
    assert result.rows == result.created + result.updated + result.unchanged + result.rejected
    return result.rows, result.created, result.updated, result.unchanged, result.rejected


def refused(shop, result):
    found = select(ImportRow.row_number, ImportRow.reason).where(
        ImportRow.shop_id == shop.id, ImportRow.import_id == result.import_id, ImportRow.outcome == "rejected"
    )
    return dict(map(tuple, shop.execute(found)))


def by_ref(shop):
    return {deal["ref"]: deal for deal in shop.execute(pipeline.listing.with_more(shop)).mappings()}


def sums_are_true(shop):
    for check in SUMS:
        assert shop.rows(f"doctor/{check}", most=5) == [], check


def test_unknown_stages_are_asked_about_and_nothing_is_saved(shop):
    told = r'deal_stage names stages .*: Engaging, Prospecting\. .*--stage "Engaging='
    with pytest.raises(StagesAsked, match=told) as ask, shop.connection.begin_nested():
        put_in(shop, FILE, Answers())
    assert ask.value.words == ["Engaging", "Prospecting"]
    assert shop.scalar(select(func.count()).where(Opportunity.shop_id == shop.id)) == 0
    result = put_in(shop, FILE, Answers({"engaging": "Qualified", "Prospecting": "new"}, closed_first=REFUSED))
    assert counts(result) == (6, 5, 0, 0, 1)
    deals = by_ref(shop)
    assert (deals["MV1LWRNH"]["stage_name"], deals["PE84CX4O"]["stage_name"]) == ("Qualified", "New")
    assert len(stages.listed(shop)) == 6


def test_an_export_of_another_program_comes_in_whole(shop):
    zane = people.add_without_sign_in(shop, "Zane Levy")
    gtx = products.create(shop, products.NewProduct(name="GTX Pro"))
    result = put_in(shop, FILE)
    assert counts(result) == (6, 5, 0, 0, 1)
    assert refused(shop, result) == {7: "It closed on 2017-03-01, before it began on 2017-04-01; check both days."}
    deals = by_ref(shop)
    won = deals["1C1I7A6R"]
    assert (won["status"], won["value"], won["closed_on"]) == ("won", Decimal(1054), date(2017, 3, 1))
    assert (won["created_on"], won["customer_name"], won["rep_name"]) == (date(2016, 10, 20), "Cancity", "Moses Frase")
    assert (deals["MV1LWRNH"]["customer_id"], deals["MV1LWRNH"]["value"]) == (None, None)
    assert deals["MV1LWRNH"]["stage_name"] == "Engaging"
    assert deals["PE84CX4O"]["created_on"] == shop.today  # nobody knows since when
    assert {deals[ref]["product"] for ref in ("Z063OYW0", "EC4QE1BX")} == {"GTX Pro"}
    assert any("GTXPro is taken for the product GTX Pro, in 1 row" in one for one in result.remarks)
    team = dict(shop.execute(select(Membership.name, Membership.staff_id).where(Membership.shop_id == shop.id)).all())
    assert set(team) == {"Zane Levy", "Moses Frase", "Darcel Schlecht"} and team["Zane Levy"] == zane
    assert any("2 people join your team without a sign-in" in one for one in result.remarks)
    companies = select(func.count()).select_from(Company).where(Company.shop_id == shop.id)
    assert shop.scalar(companies) == 3
    assert shop.scalar(select(Product.id).where(Product.shop_id == shop.id, Product.name == "GTX Pro")) == gtx
    assert any("1 row is open, with no day it began" in one for one in result.remarks)
    history = shop.execute(select(StageChange).where(StageChange.opportunity_id == won["id"])).all()
    assert [(one.from_stage_id, one.happened_on) for one in history] == [(None, date(2017, 3, 1))]
    sums_are_true(shop)
    assert_counters_true(shop)
    period = named("all", shop.today)
    assert (MEASURES["win_rate"](shop, period).part, MEASURES["win_rate"](shop, period).whole) == (2, 3)
    assert MEASURES["average_deal"](shop, period).value == Decimal(5568) / 2
    assert MEASURES["sales_cycle"](shop, period).value == Decimal(132 + 137) / 2


def test_the_same_file_again_changes_nothing_and_a_later_one_moves_deals_on(shop):
    put_in(shop, FILE)
    assert counts(put_in(shop, FILE)) == (6, 0, 0, 5, 1)
    later = FILE.replace("Engaging,2016-10-25,,", "Won,2016-10-25,2017-05-01,900")
    assert counts(put_in(shop, later)) == (6, 0, 1, 4, 1)
    deal = by_ref(shop)["MV1LWRNH"]
    assert (deal["status"], deal["value"]) == ("won", Decimal(900))
    moves = [(one["from_stage"], one["to_stage"], one["days"]) for one in pipeline.history(shop, deal["id"])]
    assert moves == [("Engaging", "Won", 188), (None, "Engaging", None)]
    sums_are_true(shop)


def test_a_deal_without_a_reference_is_known_again_by_what_it_says(shop):
    file = "Deal name,Company,Amount,Stage\nDesks,Sunrise,100,New\nDesks,Sunrise,100,New\n,Hotel,5,Proposal\n"
    assert counts(put_in(shop, file)) == (3, 3, 0, 0, 0)
    assert counts(put_in(shop, file)) == (3, 0, 0, 3, 0)
    assert sorted(deal["name"] for deal in by_ref(shop).values()) == ["Desks", "Desks", "Hotel"]


def test_what_a_person_touched_is_not_overwritten(shop):
    put_in(shop, FILE)
    deal = by_ref(shop)["MV1LWRNH"]
    pipeline.change(shop, deal["id"], {"value": Decimal(777)})
    result = put_in(shop, FILE.replace("Engaging,2016-10-25,,", "Engaging,2016-10-25,,800"))
    assert counts(result) == (6, 0, 0, 4, 2)
    assert "changed by a person" in refused(shop, result)[5]


def test_a_lead_on_file_whose_deal_is_won_by_a_file_is_a_lead_no_more_until_that_is_undone(shop):
    opened, won = (customers.create(shop, {"name": name}) for name in ("Sunrise", "Hotel"))
    file = "Ref,Deal name,Company,Amount,Stage,Close date\nA1,Desks,Sunrise,100,New,\nA2,Beds,Hotel,5,Won,2026-01-05\n"
    result = put_in(shop, file)
    assert [customers.get(shop, one)["status"] for one in (opened, won)] == ["lead", "active"]
    imports.undo(shop, result.import_id)
    assert [customers.get(shop, one)["status"] for one in (opened, won)] == ["lead", "lead"]


def test_undoing_takes_back_all_but_what_people_worked_on(shop):
    first = put_in(shop, FILE)
    before = by_ref(shop)["MV1LWRNH"]
    second = put_in(shop, FILE.replace("Engaging,2016-10-25,,", "Won,2016-10-25,2017-05-01,900"))
    imports.undo(shop, second.import_id)
    after = by_ref(shop)["MV1LWRNH"]
    assert {key: after[key] for key in ("status", "stage_name", "value", "closed_on", "stage_since_on")} == {
        key: before[key] for key in ("status", "stage_name", "value", "closed_on", "stage_since_on")
    }
    assert len(pipeline.history(shop, after["id"])) == 1
    sums_are_true(shop)
    kept = by_ref(shop)["1C1I7A6R"]
    pipeline.change(shop, kept["id"], {"next_step": "Ask for a reference"})
    undone = imports.undo(shop, first.import_id)
    assert {(one.what, one.name) for one in undone.kept} == {
        ("opportunity", "Cancity, GTX Plus Basic"), ("customer", "Cancity"), ("product", "GTX Plus Basic"),
    }  # fmt: skip
    assert list(by_ref(shop)) == ["1C1I7A6R"]
    assert shop.scalar(select(func.count()).where(Customer.shop_id == shop.id)) == 1
    sums_are_true(shop)
    assert_counters_true(shop)
    assert [one["name"] for one in stages.listed(shop)][:4] == ["New", "Qualified", "Proposal", "Negotiation"]
    assert [one.name for one in people.reps(shop)] == ["Moses Frase"]
    put_in(shop, FILE)
    assert [one.name for one in people.reps(shop)] == ["Darcel Schlecht", "Moses Frase", "Zane Levy"]
    sums_are_true(shop)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A1,Desks,Sunrise,-5,New,2026-01-01,,", "A value of -5 is below zero"),
        ("A1,Desks,Sunrise,5,Won,2026-01-01,,", "It is won, but the day it closed is missing"),
        ("A1,Desks,Sunrise,5,Won,2026-01-01,2027-01-01,", "can't have closed on 2027-01-01, which is still to come"),
        ("A1,Desks,Sunrise,5,New,2027-01-01,,", "can't have begun on 2027-01-01"),
        ("A1,Desks,Sunrise,5,New,2026-03-01,2026-02-01,", "expected to close on 2026-02-01, before it began"),
        ("A1,Desks,Sunrise,5,New,2026-03-01,,120", "between 0 and 100, not at 120"),
        ("A1,Desks,Sunrise,five,New,2026-03-01,,", "five"),
        ("A1,Desks,Sunrise,5,,2026-03-01,2026-04-01,", "The stage is missing"),
        (",,,5,New,2026-03-01,,", "names no opportunity"),
    ],
)
def test_a_row_that_can_not_be_used_is_refused_in_one_sentence(shop, row, says):
    head = "Opportunity ID,Opportunity Name,Account Name,Amount,Stage,Created Date,Close Date,Probability (%)\n"
    result = put_in(shop, f"{head}{row}\nB2,Beds,Hotel,7,Proposal,2026-01-05,2026-12-24,60%\n")
    assert counts(result) == (2, 1, 0, 0, 1)
    assert says in refused(shop, result)[2]
    beds = by_ref(shop)["B2"]
    assert (beds["expected_close_on"], beds["closed_on"], beds["probability"]) == (date(2026, 12, 24), None, 60)


def test_dates_that_can_be_read_two_ways_are_asked_about_unless_another_column_shows(shop):
    head = "Deal ID,Deal stage,Created Date,Close Date,Amount\n"
    unclear = head + "A1,Won,03/04/2026,05/06/2026,5\n"
    told = r"Created Date, such as 03/04/2026.*--dates day-first"
    with pytest.raises(DatesAsked, match=told) as ask, shop.connection.begin_nested():
        put_in(shop, unclear)
    assert ask.value.header == "Created Date"
    shown = head + "A1,Won,03/04/2026,05/06/2026,5\nA2,Won,03/05/2026,05/28/2026,5\n"
    put_in(shop, shown)
    assert by_ref(shop)["A1"]["created_on"] == date(2026, 3, 4)
    for order, day in ((DAY_FIRST, date(2026, 4, 3)), (MONTH_FIRST, date(2026, 3, 4))):
        put_in(shop, unclear.replace("A1", order), Answers(dates=order))
        assert by_ref(shop)[order]["created_on"] == day


def test_deals_closed_before_they_began_are_asked_about_and_no_day_is_swapped(shop):
    file = FILE.replace("500\n", "500\nXX000002,Zane Levy,GTX Pro,Hatfan,Lost,2017-05-02,2017-05-01,\n")
    told = "2 deals closed before they began: row 7 closed on 2017-03-01 and began on 2017-04-01.*--closed-first keep"
    with pytest.raises(ClosedFirstAsked, match=told), shop.connection.begin_nested():
        put_in(shop, file, Answers(new_stages=True))
    assert by_ref(shop) == {}
    result = put_in(shop, file)
    assert counts(result) == (7, 5, 0, 0, 2)
    assert refused(shop, result)[8] == "It closed on 2017-05-01, before it began on 2017-05-02; check both days."
    for kept, times in (((7, 2, 0, 5, 0), 1), ((7, 0, 0, 7, 0), 2)):
        result = put_in(shop, file, Answers(new_stages=True, closed_first=KEPT))
        assert counts(result) == kept, times
    deal = by_ref(shop)["XX000001"]
    assert (deal["status"], deal["created_on"], deal["closed_on"]) == ("won", date(2017, 3, 1), date(2017, 3, 1))
    assert MEASURES["win_rate"](shop, named("all", shop.today)).part == 3
    sums_are_true(shop)


def test_a_deal_on_file_that_a_later_file_closes_before_it_began_is_asked_about(shop):
    """The one file says when they began, the other when they closed."""
    put_in(shop, "Deal ID,Stage,Created Date\nA1,New,2026-05-01\nA2,New,2026-05-01\n")
    closed = "Deal ID,Stage,Close Date\nA1,Won,2026-04-01\nA2,Won,2026-06-01\n"
    told = "1 deal closed before it began: row 2 closed on 2026-04-01 and began on 2026-05-01"
    with pytest.raises(ClosedFirstAsked, match=told), shop.connection.begin_nested():
        put_in(shop, closed, Answers())
    result = put_in(shop, closed)
    assert (counts(result), by_ref(shop)["A1"]["status"]) == ((2, 0, 1, 0, 1), "open")
    result = put_in(shop, closed, Answers(closed_first=KEPT))
    assert counts(result) == (2, 0, 1, 1, 0)
    assert "1 row closed before beginning: taken to begin on the day of closing." in result.remarks
    assert (by_ref(shop)["A1"]["status"], by_ref(shop)["A1"]["created_on"]) == ("won", date(2026, 4, 1))
    later = put_in(shop, "Deal ID,Created Date\nA2,2026-07-01\n")
    assert "closed on 2026-06-01, before it began on 2026-07-01" in refused(shop, later)[2]
    sums_are_true(shop)


def test_namesakes_and_repeated_references_are_not_guessed(shop):
    for login in ("one", "two"):
        people.add_member(
            shop, people.NewMember(f"{login}-{shop.shop.slug}"[:60], "Ravi Kale", "staff", "long enough 1", sells=True)
        )
    file = "Deal ID,Deal owner,Stage,Amount\nA1,Ravi Kale,New,5\nA2,Sana,New,5\nA2,Sana,New,6\nA2,Sana,New,5\n"
    result = put_in(shop, file)
    assert counts(result) == (4, 1, 0, 1, 2)
    told = refused(shop, result)
    assert "Several people of the team are called Ravi Kale" in told[2]
    assert "Row 3 has the reference A2 too" in told[4]


def test_a_rep_is_one_person_however_the_name_is_written(shop):
    """Small and capital, with ß or ss, composed or not, wide or spaced: within a file, across files, beside leads."""
    written = ["Jörg Weiß", "JÖRG WEISS", "Jo\u0308rg  weiß", "Jörg\u00a0Ｗeiss", "Jörg Weiß"]
    head = "Deal ID,Deal owner,Stage\n"
    result = put_in(shop, head + "".join(f"A{nth},{name},New\n" for nth, name in enumerate(written)))
    assert "1 person joins your team without a sign-in: Jörg Weiß. Give them one under Team." in result.remarks
    put_in(shop, head + "".join(f"B{nth},{name.upper()},New\n" for nth, name in enumerate(written)))
    with imports.open_sheet(b"Lead ID,Owner\n1,J\xc3\x96RG WEISS\n", "leads.csv") as sheet:
        recognised = imports.suggested(imports.guess(shop, "leads", sheet))
        imports.commit(shop, imports.prepare(shop, "leads", sheet, recognised))
    [rep] = people.reps(shop)
    assert (rep.name, {deal["rep_id"] for deal in by_ref(shop).values()}) == ("Jörg Weiß", {rep.staff_id})
    assert list(shop.execute(select(Lead.assigned_to).where(Lead.shop_id == shop.id)).scalars()) == [rep.staff_id]


def test_reasons_of_the_file_join_the_list_and_are_counted(shop):
    file = "Deal ID,Stage,Created Date,Close Date,Lost reason\n"
    file += "A1,Lost,2026-01-01,2026-02-01,too EXPENSIVE\nA2,Lost,2026-01-01,2026-02-02,Went bust\n"
    put_in(shop, file)
    names = [one["name"] for one in reasons.listed(shop, LOST)]
    assert names.count("Too expensive") == 1 and "Went bust" in names
    assert by_ref(shop)["A1"]["reason_name"] == "Too expensive"


def test_an_export_comes_in_again_unchanged(shop, new_shop, tmp_path):
    put_in(shop, FILE)
    out = tmp_path / "deals.csv"
    with out.open("wb") as file:
        exports.write(shop, exports.opportunities_table(shop), file, "csv")
    with imports.open_sheet(out.read_bytes(), "deals.csv") as sheet:
        recognised = imports.suggested(imports.guess(shop, "opportunities", sheet))
        plan = imports.prepare(shop, "opportunities", sheet, recognised)
        assert counts(imports.commit(shop, plan)) == (5, 0, 0, 5, 0)


def test_a_status_beside_the_stage_says_what_was_won_and_lost(shop):
    result = put_in(
        shop,
        "Deal - ID,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Deal closed on,Deal - Type\n"
        + "1,Proposal,Won,2026-01-02 10:00:00,2026-02-01 10:00:00,2026-02-01 10:00:00,Renewal\n"
        + "2,Proposal,Lost,2026-01-02 10:00:00,,2026-02-03 10:00:00,\n"
        + "3,Proposal,Open,2026-01-02 10:00:00,,,\n"
        + "4,Won,Lost,2026-01-02 10:00:00,,2026-02-03 10:00:00,\n",
    )
    assert counts(result) == (4, 3, 0, 0, 1)
    assert "The stage is Won and the status lost" in refused(shop, result)[5]
    told = {ref: (deal["status"], deal["stage_name"], deal["closed_on"]) for ref, deal in by_ref(shop).items()}
    assert told == {
        "1": ("won", "Won", date(2026, 2, 1)), "2": ("lost", "Lost", date(2026, 2, 3)), "3": ("open", "Proposal", None),
    }  # fmt: skip
    assert by_ref(shop)["1"]["kind"] == "Renewal"
    assert any(one == "Not read: Deal - Won time." for one in result.remarks)
    sums_are_true(shop)


def test_a_stage_that_sounds_ended_never_becomes_an_open_one(shop):
    file = "Deal ID,Stage,Created Date,Close Date\nA1,Closed Lost to Competition,2026-01-01,2026-02-01\n"
    put_in(shop, file + "A2,Closed Won (Sales pipeline),2026-01-01,2026-02-01\n")
    assert {deal["stage_name"] for deal in by_ref(shop).values()} == {"Won", "Lost"}
    unclear = file.replace("Closed Lost to Competition", "Lost - no answer").replace("A1", "B1")
    with pytest.raises(StagesAsked, match='--stage "Lost - no answer=Lost"') as ask, shop.connection.begin_nested():
        put_in(shop, unclear + "B2,Demo,2026-01-01,\n")
    assert ask.value.words == ["Lost - no answer"]
    put_in(shop, unclear, Answers({"Lost - no answer": "Lost"}, new_stages=True))
    assert by_ref(shop)["B1"]["status"] == "lost"


def test_stages_that_sound_ended_are_asked_about_in_other_words_too(shop):
    said = {"Gewonnen": "Won", "6. Closed_Won": "Won", "Won (100%)": "Won", "Perdu": "Lost", "Dead": "Lost"}
    for name, likely in said.items():
        told = re.escape(f'--stage "{name}={likely}"')
        with pytest.raises(StagesAsked, match=told), shop.connection.begin_nested():
            put_in(shop, f"Deal ID,Stage,Created Date,Close Date\nA1,{name},2026-01-01,2026-02-01\n")


def test_lines_below_a_report_and_its_sums_are_refused_and_are_nobody(shop):
    report = (
        "Opportunity Report\nAs of 2026-11-20\n\n"
        "Opportunity Owner,Account Name,Opportunity Name,Stage,Amount,Close Date,Created Date\n"
        '"Doe, Jane",Acme Inc.,Acme 500,Closed Won,"$12,500.00",3/15/2024,1/13/2024\n'
        "Jane Doe (jane@example.org),Total,Total 1,Closed Won,$ -,3/16/2024,1/14/2024\n"
        'Total,,,,"$12,500.00",,\nCount,2\n\nCopyright (c) 2000-2026 all rights reserved.\nGenerated By: Jane Doe\n'
    ).replace("$", "₹")
    result = put_in(shop, report)
    assert counts(result) == (6, 2, 0, 0, 4)
    stray = "The row names no opportunity; it needs a reference, a name, a customer or a product."
    a_sum = "The row is a sum of other rows, and no opportunity."
    assert refused(shop, result) == {7: stray, 8: a_sum, 10: stray, 11: stray}
    assert {rep.name for rep in people.reps(shop)} == {"Doe, Jane"}
    names = select(Customer.name).where(Customer.shop_id == shop.id)
    assert set(shop.execute(names).scalars()) == {"Acme Inc.", "Total"}
    assert sum(deal["value"] or 0 for deal in by_ref(shop).values()) == Decimal(12500)


def test_a_rep_is_one_person_surname_first_or_last_or_by_what_they_sign_in_with(join, new_shop):
    asha = join("staff", shop=new_shop(kind="business"), name="Asha Rao", sells=True)
    head = "Deal ID,Deal owner,Stage\n"
    with shop_session(keeper(asha.shop), alone=True, now=NOW) as shop:
        [login] = [one.login for one in people.members(shop)]
        written = ["Asha Rao", '"Rao, Asha"', login, login.upper(), "Asha Rao <asha@example.org>"]
        result = put_in(shop, head + "".join(f"A{nth},{name},New\n" for nth, name in enumerate(written)))
        assert {deal["rep_id"] for deal in by_ref(shop).values()} == {asha.staff_id}
        assert not any("your team" in one for one in result.remarks)
        result = put_in(shop, head + 'B1,"Doe, Jane",New\nB2,Ravi,New\n')
        assert any("sign-in: Doe, Jane; Ravi. Give" in one for one in result.remarks)


def test_large_deals_come_in_and_what_other_programs_write_for_nothing_is_nothing(shop):
    result = put_in(
        shop,
        'Deal ID,Stage,Amount,Lead Source,Account Name\nA1,New,"₹ 25,00,00,000.00",-None-,[not provided]\n'
        "A2,New,(No value),,\nA3,New,1000000000000,,\n",
    )
    assert counts(result) == (3, 2, 0, 0, 1)
    deals = by_ref(shop)
    assert (deals["A1"]["value"], deals["A2"]["value"]) == (Decimal(250_000_000), None)
    assert (deals["A1"]["source"], deals["A1"]["customer_id"]) == (None, None)
    assert "check the amount" in refused(shop, result)[4]


def test_a_point_before_three_digits_is_read_as_the_country_does_or_told(new_shop):
    for region, value, told in (("DE", Decimal(1500), 0), ("IE", Decimal("1.5"), 1)):
        shop = new_shop(kind="business", currency="EUR", region=region, timezone="Europe/Berlin")
        with shop_session(keeper(shop), alone=True, now=NOW) as opened:
            result = put_in(opened, "Deal ID,Stage,Amount\nA1,New,1.500\n")
            assert by_ref(opened)["A1"]["value"] == value
            assert sum("is read with 1.500 as 1.5, and not as thousands" in one for one in result.remarks) == told


def test_a_file_of_days_won_and_no_stage_is_a_file_of_won_deals(shop):
    put_in(shop, "Deal ID,Won Date,Amount\nA1,2026-02-01,50\n")
    deal = by_ref(shop)["A1"]
    assert (deal["status"], deal["created_on"], deal["closed_on"]) == ("won", date(2026, 2, 1), date(2026, 2, 1))


def test_probabilities_are_percents_or_parts_of_one_by_the_whole_column(shop):
    head = "Deal ID,Stage,Created Date,Close Date,Amount,Probability\n"
    result = put_in(shop, head + "A1,Won,2026-01-01,2026-02-01,500,1\nA2,New,2026-01-01,,500,0.4\n")
    assert any("read as parts of one (0.4 is 40 %)" in one for one in result.remarks)
    deals = by_ref(shop)
    assert [(deals[ref]["probability"], deals[ref]["weighted"]) for ref in ("A1", "A2")] == [(100, 500), (40, 200)]
    result = put_in(shop, head + "B1,New,2026-01-01,,500,1\nB2,New,2026-01-01,,500,60\nB3,New,2026-01-01,,500,0.5\n")
    assert "0.5 can be a part of one or a percentage" in refused(shop, result)[4]
    assert [by_ref(shop)[ref]["probability"] for ref in ("B1", "B2")] == [1, 60]


def test_what_a_closed_deal_counts_for_is_its_outcome_whatever_was_thought_likely(shop):
    put_in(shop, "Deal ID,Stage,Created Date,Close Date,Amount,Probability\nA1,Lost,2026-01-01,2026-02-01,500,60\n")
    assert (by_ref(shop)["A1"]["likelihood"], by_ref(shop)["A1"]["weighted"]) == (0, 0)


def test_an_amount_in_another_currency_is_refused(shop):
    ours = shop.shop.currency
    other = "USD" if ours != "USD" else "EUR"
    file = "Deal ID,Stage,Amount,Currency\n" + f"A1,New,5,{ours.lower()}\nA2,New,5,{other}\nA3,New,,{other}\n"
    result = put_in(shop, file)
    assert f"5 is in another currency ({other})" in refused(shop, result)[3]
    assert set(by_ref(shop)) == {"A1", "A3"}


def test_spellings_of_one_account_are_one_company_and_told(shop):
    file = "Deal ID,Stage,Account Name\nA1,New,Acme Ltd\nA2,New,Acme Ltd\nA3,New,ACME LTD.\nA4,New,\nA5,New,Several\n"
    result = put_in(shop, file)
    assert {deal["customer_name"] for deal in by_ref(shop).values()} == {"Acme Ltd", None, "Several"}
    assert "ACME LTD. is taken for the customer Acme Ltd, in 1 row." in result.remarks
    result = put_in(shop, "Deal ID,Stage,Account Name\nB1,New,acme-ltd\nB2,New,Several\n")
    assert by_ref(shop)["B1"]["customer_id"] == by_ref(shop)["A1"]["customer_id"]
    assert "acme-ltd is taken for the customer Acme Ltd, in 1 row." in result.remarks
    assert counts(result)[1] == 2


def test_accounts_and_products_are_one_whatever_their_capitals_and_letters(shop):
    tea = products.create(shop, products.NewProduct("Gru\u0308ner Tee"))
    weiss, _ = companies.find_or_create(shop, "WEISS GMBH")
    file = "Deal ID,Stage,Account,Product\nA1,New,Weiß GmbH,GRÜNER TEE\nA2,New,Weiss-GmbH,Süßholz\nA3,New,,SÜSSHOLZ\n"
    file += "A4,New,,Süßholz\n"
    result = put_in(shop, file)
    assert {deal["customer_id"] for deal in by_ref(shop).values()} == {weiss, None}
    assert set(products.names(shop).values()) == {"Gru\u0308ner Tee", "Süßholz"} and tea in products.names(shop)
    assert "Weiss-GmbH is taken for the customer WEISS GMBH, in 1 row." in result.remarks
    assert not any("Weiß GmbH" in remark or "TEE" in remark for remark in result.remarks)  # that is no other spelling


def test_an_empty_stage_among_others_is_told(shop):
    result = put_in(shop, "Deal ID,Stage\nA1,Proposal\nA2,\n")
    assert "1 row names no stage: taken to be in the first one." in result.remarks


def test_the_command_line_takes_the_answers(new_shop, tmp_path):
    who = keeper(new_shop(kind="business"))
    file = Path(tmp_path / "deals.csv")
    file.write_text(FILE)
    with pytest.raises(BadInput, match="--new-stages"):
        imports.run(who, "opportunities", file)
    answers = Answers({"Engaging": "Proposal"}, new_stages=True, closed_first=REFUSED)
    result = imports.run(who, "opportunities", file, answers=answers)
    assert counts(result) == (6, 5, 0, 0, 1)
    with shop_session(who) as shop:
        assert [one["name"] for one in stages.listed(shop)][:5] == [
            "New", "Qualified", "Proposal", "Negotiation", "Prospecting",
        ]  # fmt: skip


