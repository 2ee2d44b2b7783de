"""Calendar periods cover a span once each, and only whole ones count as complete."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.periods import cohort_grain, periods
from dashboard.slices import Comparison, Grain, Slice, Span
from tests.warehouse.hand_made import seen_after

_DAYS = st.dates(date(2014, 1, 1), date(2024, 12, 31))
_LATE = date(2030, 1, 1)


@given(since=_DAYS, length=st.integers(0, 900), grain=st.sampled_from(Grain))
def test_the_periods_of_a_span_hold_each_of_its_days_once(
    since: date, length: int, grain: Grain
) -> None:
    span = Span(since, since + timedelta(days=length))
    held = [day for period in periods(span, grain, _LATE) for day in period.span.days()]
    assert held == span.days()


def test_a_week_that_has_not_ended_is_not_complete() -> None:
    monday = date(2024, 1, 1)
    found = periods(Span(monday, date(2024, 1, 17)), Grain.WEEK, complete_until=date(2024, 1, 13))
    assert [(part.last_day, part.is_complete) for part in found] == [
        (date(2024, 1, 7), True),
        (date(2024, 1, 12), False),
    ]


def test_a_month_begun_in_the_middle_is_not_complete() -> None:
    found = periods(Span(date(2024, 1, 15), date(2024, 3, 1)), Grain.MONTH, _LATE)
    assert [part.is_complete for part in found] == [False, True]


def test_no_day_of_the_future_is_in_any_period() -> None:
    assert periods(Span(date(2024, 2, 1), date(2024, 3, 1)), Grain.DAY, date(2024, 1, 1)) == []


def test_long_spans_are_drawn_in_few_points_and_few_cohorts() -> None:
    for days in (7, 90, 365, 800, 3653):
        chosen = Slice(Span(date(2014, 7, 1), date(2014, 7, 1) + timedelta(days)), seen_after(1))
        assert len(periods(chosen.span, chosen.grain, _LATE)) <= 122
        assert len(periods(chosen.span, cohort_grain(chosen.span), _LATE)) <= 42


def test_the_year_before_falls_on_the_same_weekdays() -> None:
    span = Span(date(2020, 6, 1), date(2020, 6, 29))
    before = span.compared(Comparison.YEAR_BEFORE)
    assert before.since.weekday() == span.since.weekday()
    assert before.length_days == span.length_days
    assert span.compared(Comparison.PREVIOUS).until == span.since
