"""Figures, dates and names as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from crmcore.database.gate import Shop
from dashboard.parts import words

PUNE = Shop(UUID(int=1), "meera", "Meera", "counter", "IN", "INR", "Asia/Kolkata")
ACCRA = Shop(UUID(int=2), "kofi", "Kofi", "counter", "GH", "GHS", "Africa/Accra")
TODAY = date(2026, 11, 20)


def test_rupees_are_grouped_as_in_india():
    assert words.money(Decimal("1248560"), PUNE) == "₹12,48,560"
    assert words.money(Decimal("760.50"), PUNE) == "₹760.50"
    assert words.money(Decimal("-84"), PUNE) == "-₹84"


def test_cedis_are_grouped_as_in_ghana():
    assert words.money(Decimal("1248560.5"), ACCRA) == "GH₵1,248,560.50"


def test_comparisons_and_axes_are_short():
    assert words.short_money(Decimal("1120000"), PUNE) == "₹11.2 L"
    assert words.short_money(50000.0, PUNE) == "₹50 k"
    assert words.short_money(Decimal("12000000"), PUNE) == "₹1.2 Cr"


def test_a_rate_has_one_decimal_and_a_narrow_space():
    assert words.rate(12, 45) == "26.7\u202f%"
    assert words.percent(Decimal("71"), 0) == "71\u202f%"


def test_what_is_not_there_is_a_dash():
    assert words.rate(0, 0) == "–"
    assert words.rate(0, 45) == "0.0\u202f%"
    assert [words.money(None, PUNE), words.count(None), words.percent(None), words.phone(None, "IN")] == ["–"] * 4
    assert [words.day(None, TODAY), words.moment(None, PUNE), words.ago(None, TODAY)] == ["–"] * 3


def test_a_count_is_grouped():
    assert words.count(1168) == "1,168"
    assert words.several(1, "customer") == "1 customer"
    assert words.several(1200, "person", "people") == "1,200 people"


def test_the_year_stands_only_when_it_is_another_one():
    assert words.day(TODAY, TODAY) == "20 Nov"
    assert words.day(date(2025, 3, 1), TODAY) == "1 Mar 2025"
    assert words.weekday(date(2026, 11, 23), TODAY) == "Mon 23 Nov"


def test_a_moment_is_told_by_the_shops_clock():
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert words.moment(noon, PUNE, TODAY) == "20 Nov, 5:30 pm"
    assert words.moment(noon, ACCRA, TODAY) == "20 Nov, 12:00 pm"
    assert words.moment(datetime(2026, 11, 20, 18, 45, tzinfo=UTC), PUNE, TODAY) == "21 Nov, 12:15 am"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (TODAY, "today"),
        (date(2026, 11, 19), "yesterday"),
        (date(2026, 11, 18), "2 days ago"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 23), "in 3 days"),
        (date(2023, 1, 1), "1,419 days ago"),
    ],
)
def test_how_long_ago(when, said):
    assert words.ago(when, TODAY) == said


def test_a_phone_number_reads_as_at_home():
    assert words.phone("+919820011111", "IN").replace(" ", "") in ("9820011111", "09820011111", "+919820011111")
    assert words.masked("+919820011111") == "••• 111"


@pytest.mark.parametrize(
    "typed",
    [
        "*bold* _it_", "[a](http://evil.example)", ":red[alarm]", ":material/home:", "$x$ and $y$",
        "# 1", "1. one", "<b>", "`x`",
    ],
)
def test_what_customers_typed_is_no_markdown(typed):
    escaped = words.escape(typed)
    assert escaped.replace("\\", "").replace("\u2060", "") == typed
    assert all(escaped[at - 1] == "\\" for at, sign in enumerate(escaped) if sign in "*_[](){}#:$<>`.!+-")


def test_an_address_in_a_name_does_not_become_a_link():
    assert "http://" not in words.escape("http://evil.example").replace("\\", "")
    assert "www." not in words.escape("www.evil.example").replace("\\", "")


def test_escaping_twice_changes_nothing_more():
    assert words.escape(words.escape("a*b")) == r"a\*b"
    assert words.escape(words.Markdown("**bold**")) == "**bold**"


def test_a_line_break_in_a_name_is_a_space():
    assert words.escape("Asha\n\n# Head") == r"Asha \# Head"
