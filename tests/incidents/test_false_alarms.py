"""Among many series looked at, few of the alarms are false, and few days have any."""

import numpy as np
import pytest

from dashboard.expectation.seasonal_filter import Flags
from dashboard.incidents.false_alarms import FREEDOM, Q, alarms, p_values

WHOLE, PLACES = 20, 400


def _groups() -> Flags:
    return np.arange(WHOLE + PLACES) < WHOLE


def test_on_most_quiet_days_of_many_series_there_is_no_alarm() -> None:
    z = np.random.default_rng(8).standard_t(FREEDOM, (2000, WHOLE + PLACES))
    raised = alarms(z, np.ones(z.shape, dtype=np.bool_), _groups())
    assert raised.any(axis=1).mean() < 1.3 * Q


def test_the_same_difference_counts_for_the_whole_and_not_for_one_place_among_hundreds() -> None:
    z = np.zeros((2, WHOLE + PLACES))
    z[0, 0], z[1, WHOLE] = 4.0, 4.0
    raised = alarms(z, np.ones(z.shape, dtype=np.bool_), _groups())
    assert raised[0, 0]
    assert not raised[1].any()


def test_a_place_that_vanishes_is_an_alarm_of_its_own() -> None:
    z = np.zeros((1, WHOLE + PLACES))
    z[0, -1] = -12.0
    raised = alarms(z, np.ones(z.shape, dtype=np.bool_), _groups())
    assert np.flatnonzero(raised[0]).tolist() == [WHOLE + PLACES - 1]


def test_what_is_not_judged_raises_nothing_and_makes_no_other_test_harder() -> None:
    z = np.zeros((1, WHOLE + PLACES))
    z[0, 0], z[0, -1] = 3.3, 50.0
    judged = np.zeros(z.shape, dtype=np.bool_)
    judged[0, :5] = True
    raised = alarms(z, judged, _groups())
    assert np.flatnonzero(raised[0]).tolist() == [0]
    assert not alarms(z, np.zeros(z.shape, dtype=np.bool_), _groups()).any()


def test_chances_are_those_of_students_t() -> None:
    # Two-sided tails of t with 24 degrees of freedom, as printed in tables.
    tails = p_values(np.array([2.064, -2.797, 3.467, 3.745]))
    assert tails == pytest.approx([0.05, 0.01, 0.002, 0.001], rel=0.03)
