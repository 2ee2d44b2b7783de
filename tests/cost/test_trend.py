"""Slopes that single odd months do not bend, and forecasts with a band from their own errors."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cost.trend import FEWEST_MONTHS, carried_on, robust_slope, spread_of


def test_a_month_gone_wild_does_not_bend_the_slope() -> None:
    people = [float(n) for n in range(1, 13)]
    costs = [100 + 3 * n for n in people]
    costs[6] = 9_000.0
    slope = robust_slope(people, costs)
    assert slope is not None
    assert slope.value == pytest.approx(3)
    assert slope.low <= 3 <= slope.high


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(1, 9)), min_size=FEWEST_MONTHS, max_size=20))
def test_the_slope_lies_in_its_interval(points: list[tuple[float, float]]) -> None:
    slope = robust_slope([x for x, _ in points], [y for _, y in points])
    assert slope is None or slope.low <= slope.value <= slope.high


def test_too_few_months_or_equal_people_have_no_slope() -> None:
    assert robust_slope([1.0, 2.0], [1.0, 2.0]) is None
    assert robust_slope([5.0] * 12, [float(n) for n in range(12)]) is None


def test_a_cost_that_stands_still_goes_on_standing_still() -> None:
    ahead = carried_on([7.0] * 24, 6)
    assert [each.value for each in ahead] == pytest.approx([7.0] * 6)
    assert ahead[-1].low == pytest.approx(ahead[-1].high)


def test_growth_goes_on_and_dies_down() -> None:
    ahead = [each.value for each in carried_on([1.05**n for n in range(30)], 6)]
    steps = [math.log(b / a) for a, b in zip(ahead, ahead[1:], strict=False)]
    assert all(0 < later < earlier for earlier, later in zip(steps, steps[1:], strict=False))


def test_the_band_widens_with_how_often_the_forecast_missed() -> None:
    calm = carried_on([100 + n % 2 for n in range(36)], 3)[-1]
    wild = carried_on([100 + 40 * (n % 2) for n in range(36)], 3)[-1]
    assert wild.high - wild.low > calm.high - calm.low > 0


@pytest.mark.parametrize("values", [[], [1.0] * (FEWEST_MONTHS - 1), [1.0] * 12 + [0.0]])
def test_nothing_is_forecast_from_too_little(values: list[float]) -> None:
    assert carried_on(values, 6) == []


def test_a_few_misses_tell_no_band() -> None:
    assert spread_of([0.1, -0.1]) is None
    assert spread_of([0.1, -0.1] * 3) == pytest.approx(0.196)
