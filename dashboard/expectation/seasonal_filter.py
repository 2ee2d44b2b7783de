"""A robust Holt-Winters filter over many daily series at once.

After S. Gelper, R. Fried and C. Croux, "Robust forecasting with exponential and Holt-Winters
smoothing", Journal of Forecasting 29 (2010), 285-300, on the log scale with a weekly season:

    log mu = level + DAMPING * trend + season[weekday]
    w      = 2 (sqrt(x / mu) - 1)                       what the day differs by
    level += DAMPING * trend + LEVEL_RATE * clip(w, +-CLIP * scale)
    scale^2 = (1 - r) scale^2 + r rho(w / scale) scale^2, rho the bounded biweight of the paper

For small differences w is the log ratio of observed to expected; on a count of n rows drawn by
chance its standard deviation is 1 / sqrt(n) down to a count of nothing, where a log has no answer.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]

WEEK = 7
MINIMUM_DAYS = 35
"""A series is not judged before it has this many days."""
RELEARN_DAYS = 14
"""Outside the band on the same side for so long, the new level is the usual one."""
RELEARN_DAYS_EXCLUDED = 28
"""The same while the days are excluded from learning."""
OUTSIDE = 2.0
"""How many scales from the expected an excursion begins and ends."""

LEVEL_RATE, TREND_RATE, SEASON_RATE = 0.05, 0.002, 0.03
DAMPING = 0.98
CLIP = 2.0
DAY_SCALE_RATE = 0.08
MOST_SEASON = 2.0
"""No weekday differs from the others by more than this log ratio."""
RETURNING = 0.5
"""The part of a count's chance that is new each day: most of its people are those of the day
before, so that it moves less than a count drawn anew."""
_RHO_CONSTANT = 2.52  # Makes the mean of rho one for normal noise when clipped at two (Gelper).
_LEAST_VARIANCE, _MOST_VARIANCE = 1e-8, 1.0
_NOTHING = 0.5  # The log of no rows is taken as that of half a row.


class Filter:
    """The state of every series, carried through the days."""

    def __init__(self, values: Floats, before: Floats, learns: Flags) -> None:
        """Take days x series, the mean rows of the week before each, and which days teach."""
        self.values = values
        self.learns: Flags = learns
        self.expected, self.variance, self.levels, self.trends, self.seasons = (
            np.full(values.shape, np.nan) for _ in range(5)
        )
        self._least_variance: Floats = chance(before)
        self._least_level = np.where(np.isfinite(before).all(axis=0), np.log(_NOTHING), -np.inf)
        self._level, self._trend, self._variance = (np.full(values.shape[1], np.nan) for _ in "ltv")
        self._season = np.full((WEEK, values.shape[1]), np.nan)
        self._above, self._below = (np.zeros(values.shape[1], dtype=np.int64) for _ in "ab")
        self._is_whole: Flags = np.logical_and.reduce(learns, axis=1)
        self.is_relearned = np.zeros(values.shape, dtype=np.bool_)
        self._starts = _starts(values)

    def run_through(self) -> None:
        """Fill expected and variance, level and trend after each day, and the season it met."""
        begins = self._starts + MINIMUM_DAYS
        usual = _beginnings(self.values, np.minimum(self._starts, len(self.values) - MINIMUM_DAYS))
        due = set(begins.tolist())
        for day in range(len(self.values)):
            if day in due:
                self._begin(day, usual, np.flatnonzero(begins == day))
            self._step(day)

    def _begin(self, day: int, usual: "_Beginnings", which: Whole) -> None:
        self._level[which] = usual.level[which]
        self._trend[which] = usual.trend[which]
        self._variance[which] = usual.variance[which]
        for place in range(WEEK):
            self._season[(day + place) % WEEK, which] = usual.season[place, which]

    def _step(self, day: int) -> None:
        """Forecast one day, then learn from it."""
        season = self._season[day % WEEK]
        drift = DAMPING * self._trend
        forecast = self._level + drift
        expected = self.expected[day] = np.exp(np.maximum(forecast + season, self._least_level))
        variance = self.variance[day] = np.maximum(self._variance, self._least_variance[day])
        scale = np.sqrt(variance)
        self.seasons[day] = season
        z = difference(self.values[day], expected) / scale
        clipped = bounded(z, CLIP)
        grown = next_variance(self._variance, variance, clipped, DAY_SCALE_RATE)
        if not self._is_whole[day]:
            clipped = np.where(self.learns[day], clipped, 0.0)
            grown = np.where(self.learns[day], grown, self._variance)
        self._variance = grown
        step = scale * clipped
        self._season[day % WEEK] = bounded(season + SEASON_RATE * step, MOST_SEASON)
        self._level = np.maximum(forecast + LEVEL_RATE * step, self._least_level)
        self._trend = drift + TREND_RATE * step
        self._relearn(day, z)
        self.levels[day], self.trends[day] = self._level, self._trend

    def _relearn(self, day: int, z: Floats) -> None:
        """Take a lasting shift for the usual level."""
        self._above = (self._above + 1) * (z > OUTSIDE)
        self._below = (self._below + 1) * (z < -OUTSIDE)
        lasting = np.maximum(self._above, self._below)
        if lasting.max() < RELEARN_DAYS:
            return
        limit = np.where(self.learns[day], RELEARN_DAYS, RELEARN_DAYS_EXCLUDED)
        shifted = np.flatnonzero(lasting >= limit)
        recent = slice(day - WEEK + 1, day + 1)
        usual = _log(self.values[recent, shifted]) - self.seasons[recent, shifted]
        self.is_relearned[day, shifted] = True
        self._level[shifted] = np.median(usual, axis=0)
        self._trend[shifted] = 0.0
        self._above[shifted] = self._below[shifted] = 0


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """What the first MINIMUM_DAYS of each series leave to start from; season is 7 x series."""

    level: Floats
    trend: Floats
    season: Floats
    variance: Floats


def _beginnings(values: Floats, starts: Whole) -> _Beginnings:
    """Level, trend, season and variance of the first days of each series: medians throughout."""
    first = values[starts + np.arange(MINIMUM_DAYS)[:, None], np.arange(len(starts))]
    if np.isnan(first).any():
        first = np.where(np.isnan(first), _known_medians(first), first)
    weeks = _log(first).reshape(-1, WEEK, len(starts))
    trend = np.median(np.diff(np.median(weeks, axis=1), axis=0), axis=0) / WEEK
    straight = np.arange(1 - MINIMUM_DAYS, 1).reshape(-1, WEEK, 1) * trend
    level = np.median((weeks - straight).reshape(MINIMUM_DAYS, -1), axis=0)
    season = np.median(weeks - straight - level, axis=0)
    rest = np.abs(weeks - straight - level - season).reshape(MINIMUM_DAYS, -1)
    # Nine numbers were fitted to these days, so what they leave is less than the noise.
    variance = (1.4826 * np.median(rest, axis=0)) ** 2 * MINIMUM_DAYS / (MINIMUM_DAYS - 9)
    return _Beginnings(level, trend, season, np.maximum(variance, _LEAST_VARIANCE))


def bounded(values: Floats, most: float) -> Floats:
    """The values, none farther than ``most`` from nothing."""
    inside: Floats = np.minimum(np.maximum(values, -most), most)
    return inside


def next_variance(own: Floats, used: Floats, clipped: Floats, rate: float) -> Floats:
    """The variance after one more difference, given in scales and clipped, that moves it little."""
    outlying = 1.0 - clipped * clipped / CLIP**2
    rho = _RHO_CONSTANT * (1.0 - outlying * outlying * outlying)
    grown: Floats = own + rate * (rho * used - own)
    return np.minimum(np.maximum(grown, _LEAST_VARIANCE), _MOST_VARIANCE)


def difference(observed: Floats, expected: Floats) -> Floats:
    """What the observed differs by: the w of the formula, at least -2."""
    off: Floats = 2.0 * (np.sqrt(observed / expected) - 1.0)
    return off


def chance(rows: Floats) -> Floats:
    """The least variance of a count of so many rows."""
    least: Floats = RETURNING**2 / np.maximum(rows, 1.0)
    return least


def _starts(values: Floats) -> Whole:
    """The first day each series has anything; far beyond the last where it never has."""
    there = np.nan_to_num(values) > 0
    never = len(values) + MINIMUM_DAYS
    starts: Whole = np.where(there.any(axis=0), there.argmax(axis=0), never).astype(np.int64)
    return starts


def _known_medians(values: Floats) -> Floats:
    """The median of what is known of each series; 0 where nothing is."""
    is_unknown = np.isnan(values).all(axis=0)
    medians: Floats = np.nanmedian(np.where(is_unknown, 0.0, values), axis=0)
    return medians


def _log(values: Floats) -> Floats:
    logged: Floats = np.log(np.where(values == 0, _NOTHING, values))
    return logged
