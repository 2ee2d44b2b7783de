"""The band says what a day should have been, from the days before it alone."""

import numpy as np
import pytest

from dashboard.expectation.bands import BAND, Band, usual_bands
from dashboard.expectation.seasonal_filter import (
    MINIMUM_DAYS,
    RELEARN_DAYS,
    RELEARN_DAYS_EXCLUDED,
    WEEK,
    Flags,
    Floats,
)

DAYS = 200
WEEKDAYS = np.array([0.94, 0.91, 0.92, 0.95, 1.01, 1.13, 1.14])


def _usual(series: int = 1, *, growth: float = 0.001) -> Floats:
    """Days with a weekly season, steady growth and noise; days x series."""
    rng = np.random.default_rng(11)
    days = np.arange(DAYS)[:, None]
    season = WEEKDAYS[days % WEEK]
    lines: Floats = (
        5000 * season * np.exp(growth * days + 0.02 * rng.standard_normal((DAYS, series)))
    )
    return lines


def _bands(values: Floats, learns: Flags | None = None) -> tuple[Band, Band]:
    every = np.ones(values.shape, dtype=np.bool_)
    return usual_bands(values, values, every if learns is None else learns)


def test_later_days_do_not_repaint_earlier_bands() -> None:
    values = _usual(3)
    values[150:, 1] *= 0.5
    whole = _bands(values)
    for length in (60, 149, 151, 170):
        for shorter, longer in zip(_bands(values[:length]), whole, strict=True):
            for name in ("expected", "low", "high", "z", "run", "is_judged"):
                earlier, later = getattr(shorter, name), getattr(longer, name)[:length]
                np.testing.assert_array_equal(earlier, later, err_msg=name)


def test_usual_days_lie_inside_and_are_expected_within_their_noise() -> None:
    day, _ = _bands(_usual(50))
    late = slice(MINIMUM_DAYS + 28, None)
    assert np.abs(day.z[late]).mean() == pytest.approx(0.8, abs=0.15)
    assert (np.abs(day.z[late]) > BAND).mean() < 0.01
    assert np.all(day.low[late] < day.expected[late])


def test_a_weekend_is_no_surprise_and_a_weekend_on_a_tuesday_is() -> None:
    values = _usual()
    tuesday = 7 * 25 + 1
    values[tuesday] *= WEEKDAYS[6] / WEEKDAYS[1]
    day, _ = _bands(values)
    assert day.z[tuesday, 0] > BAND
    assert abs(day.z[tuesday - 2, 0]) < BAND


def test_one_wild_day_hardly_moves_what_is_expected_of_the_next_week() -> None:
    values, wild = _usual(), _usual()
    wild[120] *= 10
    usual, after = _bands(values)[0], _bands(wild)[0]
    assert after.z[120, 0] > 50
    assert after.expected[121:128] == pytest.approx(usual.expected[121:128], rel=0.005)


def test_a_lasting_shift_is_a_surprise_for_two_weeks_and_then_the_usual_level() -> None:
    values = _usual()
    values[120:] *= 0.6
    day, week = _bands(values)
    assert np.all(day.run[120 : 120 + RELEARN_DAYS, 0] == np.arange(1, RELEARN_DAYS + 1))
    assert np.all(np.abs(day.z[120 + RELEARN_DAYS :, 0]) < 4)
    assert np.all(day.run[120 + RELEARN_DAYS :, 0] <= 2)
    assert np.all(week.run[120 + RELEARN_DAYS + WEEK :, 0] <= 7)


def test_days_held_back_teach_nothing_until_they_have_lasted_four_weeks() -> None:
    values = _usual()
    values[120:] *= 0.6
    learns = np.ones(values.shape, dtype=np.bool_)
    learns[120:148] = False
    day, _ = _bands(values, learns)
    before = _bands(_usual())[0]
    assert day.expected[120:148] == pytest.approx(before.expected[120:148], rel=0.05)
    assert day.run[147, 0] == RELEARN_DAYS_EXCLUDED
    assert np.all(np.abs(day.z[149:, 0]) < 4)


def test_a_slow_decline_that_no_day_shows_is_seen_by_the_week() -> None:
    values = _usual(40, growth=0.0)
    values[151:158] *= np.linspace(0.99, 0.94, 7)[:, None]
    day, week = _bands(values)
    assert np.median(day.z[157]) > -BAND
    assert np.median(week.z[157]) < -BAND


def test_nothing_is_judged_before_there_is_history_enough() -> None:
    day, week = _bands(_usual())
    assert not day.is_judged[:MINIMUM_DAYS].any()
    assert day.is_judged[MINIMUM_DAYS:].all()
    assert not week.is_judged[: MINIMUM_DAYS + WEEK - 1].any()
    assert not _bands(_usual()[:20])[0].is_judged.any()


def test_a_handful_of_rows_is_not_judged_and_a_handful_that_grows_is() -> None:
    values = np.random.default_rng(3).poisson(4.0, (DAYS, 30)).astype(np.float64)
    values[180] = 900.0
    day, _ = _bands(values)
    assert not day.is_judged[:180].any()
    assert day.is_judged[180].all()
    assert np.all(day.z[180] > BAND)


def test_the_chance_of_a_small_count_is_part_of_its_band() -> None:
    values = np.random.default_rng(5).poisson(60.0, (DAYS, 400)).astype(np.float64)
    day, _ = _bands(values)
    judged = day.is_judged[70:]
    assert (np.abs(day.z[70:][judged]) > BAND).mean() < 0.01
    width = (day.high[70:] - day.low[70:]) / (2 * BAND) / day.expected[70:]
    assert np.median(width) == pytest.approx(1 / np.sqrt(60), rel=0.25)


def test_a_series_that_vanishes_is_far_outside_and_then_at_rest() -> None:
    values = _usual()
    values[120:] = 0
    day, _ = _bands(values)
    assert day.z[120, 0] < -20
    assert np.isfinite(day.expected[MINIMUM_DAYS:]).all()
    assert day.expected[-1, 0] <= 1
    assert not day.is_judged[-1, 0]


def test_an_unknown_day_is_not_judged_and_forgets_nothing() -> None:
    values = _usual()
    values[100] = np.nan
    day, _ = _bands(values)
    assert not day.is_judged[100, 0]
    assert day.is_judged[101, 0]
    assert abs(day.z[101, 0]) < BAND


def test_days_that_never_vary_are_judged_and_the_first_that_does_is_outside() -> None:
    values = np.full((DAYS, 1), 24.0)
    values[150] = 25.0
    day, _ = usual_bands(values, np.full(values.shape, np.inf), np.ones(values.shape, np.bool_))
    assert day.is_judged[MINIMUM_DAYS:].all()
    assert day.expected[149, 0] == pytest.approx(24.0)
    assert np.flatnonzero(np.abs(day.z[:, 0]) > BAND).tolist() == [150]
