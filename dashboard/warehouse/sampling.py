"""What a sampled count stands for: the platform's figure and the interval it lies in.

Each row of a sample stands for ``weight`` rows, drawn by chance. A count of n then has a standard
error of sqrt(n (1 - 1/weight)) sample rows (a binomial draw with probability 1/weight), and 95
times in 100 the platform's figure lies within 1.96 of them. A count under 30 is too small for that:
its ends are those of the exact Poisson interval (Garwood 1936), so that a zero is no certainty.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt

import polars as pl

NORMAL_95 = 1.96
_SMALL = 30
_TAIL = 0.025
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 per cent interval of an estimate."""

    low: float
    high: float


def count_interval(count: float, weight: int) -> Interval | None:
    """The interval of ``count * weight`` platform rows; None when nothing was left out."""
    if weight == 1:
        return None
    if count < _SMALL:
        return _scaled(_small_interval(count, weight), weight)
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
    a total under Bernoulli sampling has variance weight^2 (1 - 1/weight) times that sum. Few units
    count as so many equal ones as have this total and these squares; none, as units of one.
    """
    if weight == 1:
        return None
    each = squares / total if total else 1.0
    if total / each < _SMALL:
        return _scaled(_small_interval(total / each, weight), each * weight)
    error = NORMAL_95 * weight * sqrt(squares * (1 - 1 / weight))
    return Interval(max(total * weight - error, 0), total * weight + error)


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(interval.low * factor, interval.high * factor)


@lru_cache(1024)
def _small_interval(count: float, weight: int) -> Interval:
    """The exact interval of a small count, in sample rows, narrower where little was left out."""
    left_out = sqrt(1 - 1 / weight)
    low = _gamma_quantile(count, _TAIL) if count else 0.0
    high = _gamma_quantile(count + 1, 1 - _TAIL)
    return Interval(count - (count - low) * left_out, count + (high - count) * left_out)


def _gamma_quantile(shape: float, share: float) -> float:
    """Below which value that share of a gamma distribution of scale 1 lies, by bisection."""
    low, high = 0.0, 3.0 * _SMALL
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _gamma_share(shape, middle) < share else (low, middle)
    return high


def _gamma_share(shape: float, value: float) -> float:
    """The share of a gamma distribution of scale 1 below a value, by its power series."""
    term = exp(shape * log(value) - value - lgamma(shape + 1))
    total, step = term, shape
    while term > total * 1e-12:
        step += 1
        term *= value / step
        total += term
    return total


def mean_of_days(days: int, total: float, interval: Interval | None) -> pl.DataFrame:
    """A sum over some days as one row with the mean day: ``value``, ``low`` and ``high``.

    All Float64, null where there is no day, the ends also where nothing was left out.
    """
    ends = (interval.low, interval.high) if interval else (None, None)
    row = [None if each is None or not days else each / days for each in (total, *ends)]
    schema = dict.fromkeys(("value", "low", "high"), pl.Float64)
    return pl.DataFrame([row], schema=schema, orient="row")
