"""Phone numbers as shops and spreadsheets write them."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_data import real_data

from crmcore import phones
from crmcore.errors import BadInput

HERE = Path(__file__).parent


def e164(raw: object, region: str = "IN") -> str:
    return phones.normalise(raw, region).e164


def refusal(raw: object, region: str = "IN") -> str:
    with pytest.raises(BadInput) as refused:
        phones.normalise(raw, region)
    assert refused.value.field == "phone"
    return str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        "98811 20456",
        "098811-20456",
        "0091 98811 20456",
        "+91 98811 20456",
        "91 98811 20456",
        "tel:+91-98811-20456",
        "Mob. No: 98811 20456",
        9881120456,
        9881120456.0,
        "9881120456.0",
        "919881120456.00",
        "9.19881120456E+11",
        "9,881,120,456",
        "'9881120456",
        '="9881120456"',
        "٩٨٨١١٢٠٤٥٦",
        "९८८११२०४५६",
        "\u202a+91 98811\u00a020456\u202c",
        "98811\u200b20456",
        "98811 20456 (ext. 12)",
    ],
)
def test_one_number_in_twenty_costumes_is_one_number(raw):
    assert e164(raw) == "+919881120456"


def test_what_was_typed_is_kept_beside_it():
    assert phones.normalise(" 098811-20456\u200b", "IN") == ("+919881120456", "098811-20456")


@pytest.mark.parametrize("raw", ["9.19822E+11", "9,19822E+11", "9.88112E+09", "9.1982201234E+11"])
def test_a_number_that_lost_digits_in_a_spreadsheet_is_refused_and_never_guessed(raw):
    assert "has lost its last digits" in refusal(raw)


def test_each_way_to_be_wrong_has_its_own_sentence():
    assert "has 9 digits where a phone number of India has 10" in refusal("988112045")
    assert "holds two phone numbers" in refusal("98811 20456 / 98811 20457")
    assert "holds two phone numbers" in refusal("98811 20456, 98811 20457")
    assert "has letters in it" in refusal("98811 2O456")
    assert "has a decimal point" in refusal("9881120456.5")
    assert "does not begin with a country code in use" in refusal("+999 12345678")
    assert "write it with + and the country code" in refusal("1112345678")
    assert refusal("") == refusal(None) == refusal("\u200b") == "The phone number is missing."


def test_the_country_is_the_shop_s_and_not_the_program_s():
    assert e164("050 446 6550", "GH") == "+233504466550"
    assert e164("01638 428022", "GB") == "+441638428022"
    assert e164("+44 1638 428022", "IN") == "+441638428022"
    assert e164("06 1234 5678", "IT") == "+390612345678"


def test_an_unknown_country_is_said_so():
    with pytest.raises(BadInput) as refused:
        phones.normalise("98811 20456", "XX")
    assert refused.value.field == "region"


def test_it_is_shown_readably():
    assert phones.display("+919881120456") == "+91 98811 20456"
    assert phones.display("not known", "IN") == "not known"


def test_a_search_for_digits_forgives_the_way_they_are_typed():
    assert phones.search_digits("098811-204") == "98811204"
    assert phones.search_digits("+91 98811") == "9198811"
    assert phones.search_digits("٩٨٨") == "988"
    assert phones.search_digits("asha") == ""


def library(number: str, region: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(parsed, 0) if phonenumbers.is_valid_number(parsed) else None


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.from_regex(r"\+?[0-9]{4,14}", fullmatch=True)
)
def test_the_quick_way_never_disagrees_with_the_library(region, number):
    quick = phones._plain(number, region)
    assert quick is None or quick == library(number, region)


def sample_numbers() -> Iterator[dict[str, str]]:
    with (HERE / "data" / "phones.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_the_sample_of_made_up_numbers_is_read_as_expected():
    for row in sample_numbers():
        try:
            found = e164(row["raw"], row["region"])
        except BadInput:
            found = ""
        assert found == row["expected_e164"], row


def test_every_example_of_the_library_s_own_metadata_is_read_as_expected():
    with real_data("phones_libphonenumber/example_numbers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                found = e164(row["raw"], row["region"])
            except BadInput:
                found = ""
            assert found == row["expected_e164"], row


def test_eleven_thousand_british_pharmacies_have_eight_wrong_numbers():
    with real_data("phones_uk_nhs/pharmacy_no_header.csv").open(encoding="utf-8", newline="") as file:
        cells = [row[7] for row in csv.reader(file) if row[7].strip()]
    good, bad = [], []
    for cell in cells:
        try:
            good.append(e164(cell, "GB"))
        except BadInput:
            bad.append(cell)
    assert (len(cells), len(good), len(set(good))) == (11_170, 11_162, 11_124)
    assert set(bad) == {
        "9533080", "013222224141", "88790868", "76073081",
        "0082027889", "829216", "0208501350", "012 4271083",
    }  # fmt: skip


def test_every_number_of_the_ghanaian_hospitals_is_valid():
    hospitals = json.loads(real_data("phones_gh_hospitals/hospitals.json").read_text(encoding="utf-8"))
    numbers = [e164(number, "GH") for hospital in hospitals for number in hospital.get("contacts", [])]
    assert len(numbers) == 14
    assert all(number.startswith("+233") for number in numbers)
