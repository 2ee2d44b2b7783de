"""The usual band of many daily series at once: what a day should have been, known the day before.

Every day is forecast from the days before it alone, so that a day once banded is never banded anew.
The filter and the source of its formula are in ``seasonal_filter``.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.expectation.seasonal_filter import (
    CLIP,
    DAMPING,
    MINIMUM_DAYS,
    OUTSIDE,
    WEEK,
    Filter,
    Flags,
    Floats,
    Whole,
    bounded,
    chance,
    difference,
    next_variance,
)

MINIMUM_ROWS = 50
"""Nor on a day when neither it nor, on the mean, the week before it had so many sample rows."""
MINIMUM_WEEK_ROWS = 100
"""The same of seven days together."""
BAND = 3.0
"""How many scales wide the band is on either side."""
WEEK_SCALE_RATE = 0.03


@dataclass(frozen=True, slots=True)
class Band:
    """One band over days x series; places are NaN before there is history enough.

    ``observed`` and ``expected`` are in the unit of the values; ``z`` is their difference in
    scales, ``scale`` being one of them; ``low`` and ``high`` lie BAND scales from the expected;
    ``run`` counts the days, this one included, that have been more than OUTSIDE scales off on the
    same side; ``is_judged`` is where history and rows suffice.
    """

    observed: Floats
    expected: Floats
    scale: Floats
    low: Floats
    high: Floats
    z: Floats
    run: Whole
    is_judged: Flags


def usual_bands(values: Floats, rows: Floats, learns: Flags) -> tuple[Band, Band]:
    """The band of each day, and that of the seven days ending on it as they looked a week before.

    ``values`` are days x series, not negative, NaN where unknown. ``rows`` are the rows of the
    sample each value counts, infinite where nothing was left out; their chance is part of the
    band. Where ``learns`` is false (days x series) the band is held, not learned. A lasting shift
    is learned after RELEARN_DAYS outside, RELEARN_DAYS_EXCLUDED where days are held, and leaves
    the band of the week seven days later.
    """
    if len(values) <= MINIMUM_DAYS:
        return _no_band(values), _no_band(values)
    before = _mean_of_week_before(rows)
    filtered = Filter(values, before, learns & np.isfinite(values))
    with np.errstate(invalid="ignore"):
        filtered.run_through()
        most = np.fmax(before, rows)
        day = _day_band(filtered, most >= MINIMUM_ROWS)
        week = _week_band(filtered, before, most * WEEK >= MINIMUM_WEEK_ROWS)
    return day, week


def edges(expected: Floats, scale: Floats, scales: float) -> tuple[Floats, Floats]:
    """What lies so many scales below and above the expected, in its unit."""
    half = scales * scale / 2
    low: Floats = expected * np.maximum(1 - half, 0) ** 2
    return low, expected * (1 + half) ** 2


def _no_band(values: Floats) -> Band:
    """Nothing is known of a history this short."""
    unknown = np.full(values.shape, np.nan)
    none = np.zeros(values.shape, dtype=np.int64)
    return Band(values, *(unknown,) * 5, none, none > 0)


def _day_band(filtered: Filter, is_enough: Flags) -> Band:
    bounds = (filtered.expected, filtered.variance)
    return _band(filtered.values, *bounds, filtered.is_relearned, is_enough)


def _week_band(filtered: Filter, before: Floats, is_enough: Flags) -> Band:
    """The band of seven days together, forecast on the day before the first of them."""
    observed, expected = (np.full(filtered.values.shape, np.nan) for _ in "oe")
    # A trend is small, so that its mean over the week may stand for it on each of the days.
    ahead = float(np.mean(np.cumsum(DAMPING ** np.arange(1, WEEK + 1))))
    straight = np.exp(filtered.levels[:-WEEK] + ahead * filtered.trends[:-WEEK])
    expected[WEEK:] = straight * _week_sums(np.exp(filtered.seasons))[1:]
    observed[WEEK:] = _week_sums(filtered.values)[1:]
    off = difference(observed, expected)
    variance = _week_variances(off, filtered, chance(WEEK * before))
    relearned = np.zeros(off.shape, dtype=np.bool_)
    relearned[WEEK - 1 :] = filtered.is_relearned[: 1 - WEEK]
    return _band(observed, expected, variance, relearned, is_enough)


def _week_variances(off: Floats, filtered: Filter, least: Floats) -> Floats:
    """The running variance of the weeks' differences, begun from that of the days."""
    variances = np.full(off.shape, np.nan)
    own = np.full(off.shape[1], np.nan)
    learns = filtered.learns & np.isfinite(off)
    for day in range(WEEK, len(off)):
        if np.isnan(own).any():
            own = np.where(np.isnan(own), filtered.variance[day - WEEK] * 0.4, own)
        variance = variances[day] = np.maximum(own, least[day])
        z = off[day] / np.sqrt(variance)
        clipped = bounded(z, CLIP)
        grown = next_variance(own, variance, clipped, WEEK_SCALE_RATE)
        own = np.where(learns[day], grown, own)
    return variances


def _band(
    observed: Floats, expected: Floats, variance: Floats, relearned: Flags, is_enough: Flags
) -> Band:
    scale = np.sqrt(variance)
    z = difference(observed, expected) / scale
    low, high = edges(expected, scale, BAND)
    run = _runs(z, relearned)
    return Band(observed, expected, scale, low, high, z, run, np.isfinite(z) & is_enough)


def _runs(z: Floats, relearned: Flags) -> Whole:
    """How many days, up to and with each, lie outside on the same side and the same level."""
    side = (z > OUTSIDE).astype(np.int64) - (z < -OUTSIDE)
    begins = np.ones(z.shape, dtype=np.bool_)
    begins[1:] = (side[1:] != side[:-1]) | relearned[:-1]
    days = np.arange(len(z))[:, None]
    began = np.maximum.accumulate(np.where(begins, days, 0), axis=0)
    runs: Whole = np.where(side == 0, 0, days - began + 1)
    return runs


def _mean_of_week_before(rows: Floats) -> Floats:
    """The mean rows of the seven days before each day; nothing before the first."""
    padded = np.concatenate([np.zeros((WEEK, rows.shape[1])), np.nan_to_num(rows, posinf=np.inf)])
    mean: Floats = _week_sums(padded)[:-1] / WEEK
    return mean


def _week_sums(values: Floats) -> Floats:
    """The sums of every seven days in a row, the first of them those of the first seven."""
    total = values[: len(values) - WEEK + 1].copy()
    for step in range(1, WEEK):
        total += values[step : len(values) - WEEK + 1 + step]
    return total
