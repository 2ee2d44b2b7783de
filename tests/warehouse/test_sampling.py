"""Intervals of sampled figures hold the truth about as often as they promise."""

import numpy as np
import pytest

from dashboard.warehouse.sampling import (
    count_interval,
    mean_interval,
    ratio_interval,
    sum_interval,
)

_DRAWS = 4_000


def _share_inside(truth: float, ends: list[tuple[float, float]]) -> float:
    return sum(low <= truth <= high for low, high in ends) / len(ends)


@pytest.mark.parametrize("people", [20_000, 2_000_000])
def test_a_count_lies_in_its_interval_95_times_in_100(people: int) -> None:
    weight = 100
    counts = np.random.default_rng(1).binomial(people, 1 / weight, _DRAWS)
    found = [count_interval(int(count), weight) for count in counts]
    ends = [(each.low, each.high) for each in found if each]
    assert _share_inside(people, ends) == pytest.approx(0.95, abs=0.015)


def test_a_mean_lies_in_its_interval_95_times_in_100() -> None:
    chance = np.random.default_rng(2)
    ends = []
    for _ in range(_DRAWS):
        days = chance.binomial(28, 0.4, 400)
        found = mean_interval(days.mean() / 28, days.var() / 28**2, 400, 1_000_000)
        assert found is not None
        ends.append((found.low, found.high))
    assert _share_inside(0.4, ends) == pytest.approx(0.95, abs=0.015)


def test_a_ratio_lies_in_its_interval_95_times_in_100() -> None:
    chance = np.random.default_rng(3)
    won, lost = chance.poisson(300, _DRAWS), chance.poisson(200, _DRAWS)
    found = [
        ratio_interval(int(above), int(below), 10**6)
        for above, below in zip(won, lost, strict=True)
    ]
    ends = [(each.low, each.high) for each in found if each]
    assert _share_inside(1.5, ends) == pytest.approx(0.95, abs=0.015)


def test_what_was_counted_whole_has_no_interval() -> None:
    assert count_interval(10, 1) is None
    assert mean_interval(0.5, 0.1, 10, 1) is None
    assert ratio_interval(3, 2, 1) is None


def test_an_interval_that_cannot_be_told_is_none() -> None:
    assert ratio_interval(3, 0, 100) is None
    assert mean_interval(0.5, 0.1, 0, 100) is None


def test_nobody_in_a_sample_may_still_be_a_few_on_the_platform() -> None:
    for none in (count_interval(0, 10**6), sum_interval(0, 0, 10**6)):
        assert none is not None
        assert none.low == 0
        assert none.high / 10**6 == pytest.approx(3.689, abs=0.001)


def test_a_small_count_has_the_exact_poisson_interval() -> None:
    # Garwood's table for ten: 4.795 to 18.39.
    ten = count_interval(10, 10**9)
    assert ten is not None
    assert ten.low / 10**9 == pytest.approx(4.795, abs=0.001)
    assert ten.high / 10**9 == pytest.approx(18.390, abs=0.001)
    views = sum_interval(30, 90, 10**9)
    assert views is not None
    assert (views.low, views.high) == pytest.approx((ten.low * 3, ten.high * 3))
