"""How many alarms may be false: every series is looked at, and the more there are, the more err.

Among the tests of one day the procedure of Benjamini and Hochberg (1995) keeps the expected share
of false ones below Q. It is weighted after Genovese, Roeder and Wasserman (Biometrika 93, 2006,
509-524), the weights fixed beforehand with mean one, so that the few series of the whole scope are
not drowned by the many of its places.
"""

from math import erfc, sqrt

import numpy as np

from dashboard.expectation.seasonal_filter import OUTSIDE, Flags, Floats

Q = 0.05
"""The share of false alarms among the alarms of a day, and the share of quiet days with any."""
WHOLE_SHARE = 0.8
"""The share of Q that the series of the whole scope may spend; the places spend the rest."""
FREEDOM = 24
"""Degrees of freedom: with a rate of r a running scale rests on (2 - r) / r differences."""


def alarms(z: Floats, is_judged: Flags, is_whole: Flags) -> Flags:
    """Which tests of each day are alarms; days x tests, ``is_whole`` by test.

    ``z`` are differences in running scales, compared with Student's t of FREEDOM degrees.
    """
    weighted = np.full(z.shape, np.inf)
    tests = np.maximum(is_judged.sum(axis=1, keepdims=True), 1)
    for share, group in ((WHOLE_SHARE, is_whole), (1 - WHOLE_SHARE, ~is_whole)):
        judged = is_judged & group
        weight = share * tests / np.maximum(judged.sum(axis=1, keepdims=True), 1)
        weighted = np.where(judged, p_values(np.where(judged, z, 0.0)) / weight, weighted)
    ranks = np.arange(1, z.shape[1] + 1)
    passes = np.sort(weighted, axis=1) <= Q * ranks / tests
    passed = np.where(passes, ranks, 0).max(axis=1, keepdims=True, initial=0)
    found: Flags = (weighted <= Q * passed / tests) & (passed > 0)
    return found


def p_values(z: Floats) -> Floats:
    """The two-sided chance of a z as large; 1 inside OUTSIDE, where none could be an alarm.

    Student's t by Wallace's normal approximation (Annals of Mathematical Statistics 30, 1959),
    within 1 per cent of the exact tail where it decides.
    """
    chances = np.ones(z.shape)
    outside = np.abs(z) > OUTSIDE
    shrunk = np.sqrt(FREEDOM * np.log1p(z[outside] ** 2 / FREEDOM))
    normal = shrunk * (8 * FREEDOM + 1) / (8 * FREEDOM + 3)
    chances[outside] = [erfc(each / sqrt(2)) for each in normal.tolist()]
    return chances
