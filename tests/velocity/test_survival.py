"""Kaplan and Meier's estimate: as lifelines gives it, as a hand computes it, and what it is for."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.velocity.survival import Survival, survival

# Weeks in remission of leukaemia, censored ones negative: E. J. Freireich and others, "The effect
# of 6-mercaptopurine on the duration of steroid-induced remissions in acute leukemia", Blood 21
# (1963).
TREATED = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

# What KaplanMeierFitter of lifelines 0.30.3 gives for load_leukemia(), by treatment.
LIFELINES_TREATED = {
    6: 0.85714286, 7: 0.80672269, 10: 0.75294118, 13: 0.69019608, 16: 0.62745098, 22: 0.53781513,
    23: 0.44817927, 35: 0.44817927,
}  # fmt: skip
LIFELINES_PLACEBO = {
    1: 0.9047619, 2: 0.80952381, 3: 0.76190476, 4: 0.66666667, 5: 0.57142857, 8: 0.38095238,
    11: 0.28571429, 12: 0.19047619, 15: 0.14285714, 17: 0.0952381, 22: 0.04761905, 23: 0.0,
}  # fmt: skip

waits = st.lists(st.integers(1, 12).flatmap(lambda n: st.sampled_from([n, -n])), max_size=25)


def estimate(*groups: Sequence[int]) -> Survival:
    """The estimate of groups of durations, those last seen waiting negative."""
    rows = [(at, abs(n), int(n > 0), int(n < 0)) for at, ns in enumerate(groups) for n in ns]
    group, duration, reached, censored = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return survival(group, duration, reached=reached, censored=censored, groups=len(groups))


def still_waiting(found: Survival, group: int) -> dict[int, float]:
    shares = found.waiting_share[group].tolist()
    return dict(zip(found.durations.tolist(), shares, strict=True))


def test_two_groups_at_once_are_as_lifelines_estimates_each() -> None:
    found = estimate(TREATED, PLACEBO)
    for group, expected in enumerate((LIFELINES_TREATED, LIFELINES_PLACEBO)):
        shares = still_waiting(found, group)
        assert {at: shares[at] for at in expected} == pytest.approx(expected, abs=1e-8)
    assert found.quantile(0.5) == [23.0, 8.0]
    assert found.quantile(0.9) == [None, 17.0]


@given(st.lists(waits, min_size=1, max_size=3))
def test_every_group_is_the_product_of_its_definition(groups: list[list[int]]) -> None:
    found = estimate(*groups)
    for group, each in enumerate(groups):
        share = Fraction(1)
        for duration in found.durations.tolist():
            at_risk = sum(abs(n) >= duration for n in each)
            if at_risk:
                share *= 1 - Fraction(each.count(duration), at_risk)
            waiting = found.waiting_share[group][found.durations.tolist().index(duration)]
            assert waiting == pytest.approx(float(share), abs=1e-9)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_without_anyone_left_out_it_is_the_plain_share(durations: list[int]) -> None:
    found = estimate(durations)
    ordered = sorted(durations)
    # The smallest value that at least half of the values do not exceed.
    assert found.quantile(0.5) == [ordered[-(-len(ordered) // 2) - 1]]
    assert found.ended_within(7) == [pytest.approx(sum(n <= 7 for n in durations) / len(durations))]


def test_a_growing_queue_looks_slower_and_not_faster() -> None:
    before = [2] * 50 + [5] * 50
    queued = [2] * 10 + [-60] * 90
    only_the_finished = [n for n in queued if n > 0]
    assert estimate(before).quantile(0.5) == [2.0]
    assert estimate(only_the_finished).quantile(0.9) == [2.0]
    assert estimate(queued).quantile(0.5) == [None]


def test_a_share_is_not_known_before_anyone_was_watched_so_long() -> None:
    found = estimate([1, -3], [1, -10], [1, 2], [])
    assert found.ended_within(5) == [None, 0.5, 1.0, None]
    assert found.ended_within(3) == [0.5, 0.5, 1.0, None]


def test_nobody_at_all_gives_no_quantile() -> None:
    found = estimate([], [])
    assert found.quantile(0.5) == [None, None]
    assert found.ended_within(1) == [None, None]
