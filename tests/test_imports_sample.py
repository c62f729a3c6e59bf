"""The sample sheets: every column, and rows that can be imported as they stand, whatever the shop is and wherever."""

import csv
from uuid import uuid4

import pytest

from crmcore import custom_fields, imports, people, phones
from crmcore.countries import countries, currencies, usual_currency, usual_zone
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput
from crmcore.imports import FIELDS
from crmcore.imports.sample import phone_numbers
from crmcore.money import parse_amount

SHOPS = {"showroom": "IN", "counter": "US", "storefront": "JP", "pharmacy": "KW", "business": "DE"}  # kind -> country


@pytest.fixture
def open_in(new_shop):
    """A shop of this kind in this country, where Ravi sells."""

    def opened(kind, region):
        where = {"region": region, "currency": usual_currency(region), "timezone": usual_zone(region)}
        who = keeper(new_shop(kind=kind, **where))
        with shop_session(who, writes=True) as shop:
            ravi = people.NewMember(f"ravi-{uuid4().hex}", "Ravi", "staff", "long enough", sells=True)
            people.add_member(shop, ravi)
            for own, kind_of_it in enumerate(custom_fields.KINDS, 1):
                custom_fields.add(shop, f"Field {own}", kind_of_it, ["Teal", "Sand"])
        return who

    return opened


def test_every_kind_of_shop_is_tried():
    assert set(SHOPS) == set(people.KINDS)


@pytest.mark.parametrize("noun", FIELDS)
@pytest.mark.parametrize("kind", SHOPS)
def test_a_sample_goes_in_as_it_stands_and_the_second_time_changes_nothing(open_in, tmp_path, kind, noun):
    who = open_in(kind, SHOPS[kind])
    file = tmp_path / f"sample.{'csv' if kind == 'counter' else 'xlsx'}"
    imports.save_sample(who, noun, file)
    first = imports.run(who, noun, file)
    with shop_session(who) as shop:
        offered = {field.key: field.label for field in imports.fields_of(shop, noun)}
    assert first.columns == offered, "every column is recognised"
    assert (first.rejected, first.created) == (0, first.rows) and first.rows >= 2
    if kind == "counter":
        again = imports.run(who, noun, file)
        assert (again.rejected, again.unchanged) == (0, again.rows)


@pytest.mark.parametrize("noun", FIELDS)
def test_a_sample_of_a_shop_where_nobody_sells_goes_in_too(who, tmp_path, noun):
    imports.save_sample(who, noun, tmp_path / "sample.xlsx")
    assert imports.run(who, noun, tmp_path / "sample.xlsx").rejected == 0


def test_sample_numbers_and_amounts_fit_every_country():
    for region in countries():
        numbers = phone_numbers(region)
        assert len({phones.normalise(number, region).e164 for number in numbers}) == 3, region
    for currency in currencies():
        assert parse_amount("330", currency) == 330


def test_a_sample_never_takes_the_place_of_a_file(who, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("Name\nAsha\n")
    with pytest.raises(BadInput, match="is there already"):
        imports.save_sample(who, "customers", mine)
    with pytest.raises(BadInput, match=r"must end in \.csv or \.xlsx"):
        imports.save_sample(who, "customers", tmp_path / "mine.txt")
    with pytest.raises(BadInput, match="can't be imported"):
        imports.save_sample(who, "hopes", tmp_path / "mine.xlsx")
    assert mine.read_text() == "Name\nAsha\n"


def test_a_csv_sample_has_every_label_as_its_header(who, tmp_path):
    imports.save_sample(who, "orders", tmp_path / "orders.csv")
    with (tmp_path / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == [field.label for field in FIELDS["orders"]]
