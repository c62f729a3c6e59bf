from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore import periods
from crmcore.errors import BadInput
from crmcore.periods import Period, between, calendar_month, named

TODAY = date(2026, 11, 20)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def test_this_month_goes_to_today_and_is_compared_with_the_same_days_of_the_month_before():
    month = named("month", TODAY)
    assert month.in_words(TODAY) == "1–20 November"
    assert month.compared().in_words(TODAY) == "1–20 October"


def test_the_31st_of_march_is_compared_with_the_31_days_just_before():
    march = named("month", date(2026, 3, 31))
    assert march.compared() == between(date(2026, 1, 29), date(2026, 2, 28)) == march.previous()


def test_seven_days_include_today_and_are_compared_with_the_seven_before():
    week = named("week", TODAY)
    assert (week.since, week.last, week.days) == (date(2026, 11, 14), TODAY, 7)
    assert week.compared() == between(date(2026, 11, 7), date(2026, 11, 13))


def test_last_month_is_the_whole_month_and_is_compared_with_as_many_days():
    october = named("last-month", TODAY)
    assert october.in_words(TODAY) == "1–31 October"
    assert october.compared().in_words(TODAY) == "31 August – 30 September"
    assert named("last-month", date(2026, 1, 5)).in_words(TODAY) == "1–31 December 2025"


def test_this_year_is_compared_with_the_same_days_of_last_year():
    year = named("year", TODAY)
    assert year.in_words(TODAY) == "1 January – 20 November"
    assert year.compared().in_words(TODAY) == "1 January – 20 November 2025"
    assert named("year", date(2028, 12, 31)).compared() == between(date(2026, 12, 31), date(2027, 12, 31))


def test_all_time_is_compared_with_nothing():
    assert named("all", TODAY).compared() is None
    assert named("all", TODAY).in_words(TODAY) == "all time"


@given(today=days, name=st.sampled_from([name for name in periods.NAMES if name != "all"]))
def test_compared_windows_have_equal_length_and_do_not_overlap(today, name):
    period = named(name, today)
    assert period.until <= today + timedelta(days=1)
    assert period.compared().days == period.previous().days == period.days
    assert period.previous().until == period.since
    assert period.compared().until <= period.since


@given(first=days, length=st.integers(0, 4000))
def test_chosen_days_are_compared_with_as_many_days_just_before(first, length):
    period = between(first, first + timedelta(days=length))
    assert period.days == length + 1
    assert period.compared() == period.previous() == Period(first - timedelta(days=length + 1), first)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: between(date(2026, 11, 20), date(2026, 11, 1)), "before it begins on 2026-11-20"),
        (lambda: Period(TODAY, TODAY), "ends before it begins"),
        (lambda: named("yesterday", TODAY), "“yesterday” is not a period. Use one of: week, month"),
    ],
)
def test_it_refuses_what_is_no_period(ask, said):
    with pytest.raises(BadInput, match=said) as refused:
        ask()
    assert refused.value.field == "period"


def test_a_calendar_month_is_whole():
    assert calendar_month(date(2028, 2, 29)) == between(date(2028, 2, 1), date(2028, 2, 29))
    assert calendar_month(date(2026, 12, 1)) == between(date(2026, 12, 1), date(2026, 12, 31))


def test_words_name_the_year_only_when_it_is_another():
    assert between(TODAY, TODAY).in_words(TODAY) == "20 November"
    assert between(date(2025, 12, 3), date(2026, 1, 9)).in_words(TODAY) == "3 December 2025 – 9 January"
    assert between(date(2026, 11, 1), TODAY).in_words(TODAY, short=True) == "1–20 Nov"
    assert between(date(2025, 2, 1), date(2025, 3, 1)).in_words(TODAY) == "1 February – 1 March 2025"
