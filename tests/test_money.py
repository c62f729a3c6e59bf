"""Amounts as shops write them, and as their country shows them."""

from decimal import Decimal

import pytest

from crmcore.errors import BadInput
from crmcore.money import decimal_mark_of, format_money, parse_amount


@pytest.mark.parametrize(
    ("raw", "currency", "amount"),
    [
        ("1,23,456.50", "INR", "123456.50"),
        ("₹ 1,200", "INR", "1200"),
        ("Rs.500", "INR", "500"),
        ("Rs. 1,500/-", "INR", "1500"),
        ("1200 INR", "INR", "1200"),
        ("GHS 20", "GHS", "20"),
        ("GH₵20.50", "GHS", "20.50"),
        ("$5", "AUD", "5"),
        ("1.234,56", "EUR", "1234.56"),
        ("1 234,56", "EUR", "1234.56"),
        ("1'234.50", "CHF", "1234.50"),
        ("1.234.567", "EUR", "1234567"),
        ("R$ 10.000", "BRL", "10000"),
        ("(120.00)", "INR", "-120.00"),
        ("(₹ 120.00)", "INR", "-120.00"),
        ("-5", "INR", "-5"),
        ("−5", "INR", "-5"),
        ("5-", "INR", "-5"),
        ("-₹5", "INR", "-5"),
        (".50", "INR", "0.50"),
        ("0.001", "INR", "0.001"),
        ("1e-05", "INR", "0.00001"),
        ("١٢٣", "INR", "123"),
        (2.55, "INR", "2.55"),
        (Decimal("7.10"), "INR", "7.10"),
        ("99,999,999.99", "USD", "99999999.99"),
    ],
)
def test_an_amount_is_read_as_people_write_it(raw, currency, amount):
    assert parse_amount(raw, currency) == Decimal(amount)


@pytest.mark.parametrize("raw", ["$5", "USD 5", "€ 5", "5 GBP"])
def test_an_amount_in_another_currency_is_refused(raw):
    with pytest.raises(BadInput, match="another currency: this shop's amounts are in INR") as refused:
        parse_amount(raw, "INR")
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    "raw", ["", None, "abc", "₹", "5 kg", "12%", "1,2,3", "12 34", "10-12-2024", "nan", "inf"]
)
def test_what_is_no_amount_is_refused(raw):
    with pytest.raises(BadInput, match="is not an amount of money"):
        parse_amount(raw, "INR")


def test_an_absurd_amount_is_refused():
    with pytest.raises(BadInput, match=r"more than ₹9,99,99,999\.99"):
        parse_amount("100000000", "INR")
    with pytest.raises(BadInput, match="more than"):
        parse_amount("-1e999".replace("e999", "0" * 20), "INR")


def test_an_amount_that_lost_digits_in_a_spreadsheet_is_refused():
    with pytest.raises(BadInput, match="lost its last digits"):
        parse_amount("1.23457E+08", "INR")


def test_the_rest_of_its_column_decides_what_a_point_means():
    assert decimal_mark_of(["1.234", "12,50"]) == ","
    assert decimal_mark_of(["1,234", "12.50"]) == "."
    assert decimal_mark_of(["1.234,50 kr"]) == ","
    assert decimal_mark_of(["1,234", "5"]) is None
    assert decimal_mark_of(["1,5", "1.5"]) is None
    assert parse_amount("1.234", "USD", decimal_mark=",") == 1234
    assert parse_amount("1.234", "USD") == Decimal("1.234")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1248560", "INR", "₹12,48,560"),
        ("1248560.5", "INR", "₹12,48,560.50"),
        ("-500", "INR", "-₹500"),
        ("1234567.891", "USD", "$1,234,567.89"),
        ("20", "GHS", "GH₵20"),
        ("20", "CHF", "CHF\u00a020"),
        ("0", "INR", "₹0"),
    ],
)
def test_money_is_shown_as_the_country_does(amount, currency, shown):
    assert format_money(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("950", "INR", "₹950"),
        ("999.60", "INR", "₹1 k"),
        ("50000", "INR", "₹50 k"),
        ("95000", "INR", "₹95 k"),
        ("99950", "INR", "₹1 L"),
        ("1120000", "INR", "₹11.2 L"),
        ("12000000", "INR", "₹1.2 Cr"),
        ("-12000000", "INR", "-₹1.2 Cr"),
        ("99950", "USD", "$100 k"),
        ("1300000", "USD", "$1.3 M"),
    ],
)
def test_money_is_short_where_there_is_little_room(amount, currency, shown):
    assert format_money(Decimal(amount), currency, short=True) == shown
