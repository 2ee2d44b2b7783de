"""What a sampled count stands for: the platform's figure and the interval it lies in.

Each row of a sample stands for ``weight`` rows, drawn by chance. A count of n then has a standard
error of sqrt(n (1 - 1/weight)) sample rows (a binomial draw with probability 1/weight), and 95
times in 100 the platform's figure lies within 1.96 of them.
"""

from dataclasses import dataclass
from math import exp, sqrt

import polars as pl

NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 per cent interval of an estimate."""

    low: float
    high: float


def count_interval(count: float, weight: int) -> Interval | None:
    """The interval of ``count * weight`` platform rows; None when nothing was left out."""
    if weight == 1:
        return None
    error = NORMAL_95 * sqrt(count * (1 - 1 / weight))
    return Interval(max(count - error, 0) * weight, (count + error) * weight)


def mean_interval(mean: float, variance: float, count: int, weight: int) -> Interval | None:
    """The interval of a mean over ``count`` sampled people; None when it cannot be told."""
    if weight == 1 or count == 0:
        return None
    error = NORMAL_95 * sqrt(variance / count * (1 - 1 / weight))
    return Interval(max(mean - error, 0), mean + error)


def ratio_interval(above: int, below: int, weight: int) -> Interval | None:
    """The interval of a ratio of two disjoint sampled counts, on the log scale.

    The log of the ratio has variance 1/above + 1/below (the delta method for two Poisson counts).
    """
    if weight == 1 or not above or not below:
        return None
    error = NORMAL_95 * sqrt((1 / above + 1 / below) * (1 - 1 / weight))
    return Interval(above / below * exp(-error), above / below * exp(error))


def sum_interval(total: float, squares: float, weight: int) -> Interval | None:
    """The interval of a sum over sampled units, each kept or left out with all it holds.

    ``squares`` is the sum of the squared amounts of the units: Horvitz and Thompson's estimator of
    a total under Bernoulli sampling has variance weight^2 (1 - 1/weight) times that sum.
    """
    if weight == 1:
        return None
    error = NORMAL_95 * weight * sqrt(squares * (1 - 1 / weight))
    return Interval(max(total * weight - error, 0), total * weight + error)


def mean_of_days(days: int, total: float, interval: Interval | None) -> pl.DataFrame:
    """A sum over some days as one row with the mean day: ``value``, ``low`` and ``high``.

    All Float64, null where there is no day, the ends also where nothing was left out.
    """
    ends = (interval.low, interval.high) if interval else (None, None)
    row = [None if each is None or not days else each / days for each in (total, *ends)]
    schema = dict.fromkeys(("value", "low", "high"), pl.Float64)
    return pl.DataFrame([row], schema=schema, orient="row")
