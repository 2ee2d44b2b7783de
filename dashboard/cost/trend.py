"""Trend: the slope of cost on people by robust regression, and monthly cost carried on.

The slope is Theil and Sen's, the median of the slopes between all pairs of months, with Sen's
interval from the distribution of Kendall's tau (Sen, 1968): single odd months do not bend it.
The forecast is damped exponential smoothing on the log scale (Gardner and McKenzie, 1985), with a
band from the errors that the same forecast would have made at each earlier month.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

NORMAL_95 = 1.96
LEVEL, SLOPE, DAMPING = 0.6, 0.2, 0.85
FEWEST_MONTHS = 6
FEWEST_ERRORS = 4


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, and the ends of the interval that holds it with 95 per cent certainty."""

    value: float
    low: float
    high: float


def robust_slope(x: Sequence[float], y: Sequence[float]) -> Estimate | None:
    """How much y grows with x; None with fewer than FEWEST_MONTHS points of different x."""
    pairs = combinations(zip(x, y, strict=True), 2)
    slopes = sorted((d - b) / (c - a) for (a, b), (c, d) in pairs if a != c)
    count = len(x)
    if count < FEWEST_MONTHS or not slopes:
        return None
    spread = NORMAL_95 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, round((len(slopes) - spread) / 2) - 1)
    high = min(len(slopes) - 1, round((len(slopes) + spread) / 2))
    return Estimate(median(slopes), slopes[low], slopes[high])


def carried_on(values: Sequence[float], steps: int) -> list[Estimate]:
    """The next values of a positive series, each with its band; none after too short a history."""
    if len(values) < FEWEST_MONTHS or min(values) <= 0:
        return []
    logs = [math.log(value) for value in values]
    ahead = _ahead(logs, steps)
    errors = _errors(logs, steps)
    found: list[Estimate] = []
    for step, expected in enumerate(ahead):
        # A step too far for its own errors takes those of the last that has enough, widened.
        enough = max((s for s in range(step + 1) if len(errors[s]) >= FEWEST_ERRORS), default=None)
        if enough is None:
            return found
        spread = _root_mean_square(errors[enough]) * math.sqrt((step + 1) / (enough + 1))
        band = NORMAL_95 * spread
        found.append(
            Estimate(math.exp(expected), math.exp(expected - band), math.exp(expected + band))
        )
    return found


def spread_of(errors: Sequence[float]) -> float | None:
    """How far 95 of 100 of such errors lie from zero; None where there are too few."""
    return NORMAL_95 * _root_mean_square(errors) if len(errors) >= FEWEST_ERRORS else None


def _ahead(logs: Sequence[float], steps: int) -> list[float]:
    level, slope = logs[0], 0.0
    for value in logs[1:]:
        expected = level + DAMPING * slope
        before, level = level, expected + LEVEL * (value - expected)
        slope = DAMPING * slope + SLOPE * (level - before - DAMPING * slope)
    growth, ahead = 0.0, []
    for step in range(1, steps + 1):
        growth += DAMPING**step
        ahead.append(level + growth * slope)
    return ahead


def _errors(logs: Sequence[float], steps: int) -> list[list[float]]:
    """For each step the errors of the forecasts made at each month before the last."""
    errors: list[list[float]] = [[] for _ in range(steps)]
    for origin in range(FEWEST_MONTHS, len(logs)):
        for step, expected in enumerate(_ahead(logs[:origin], min(steps, len(logs) - origin))):
            errors[step].append(logs[origin + step] - expected)
    return errors


def _root_mean_square(errors: Sequence[float]) -> float:
    return math.sqrt(sum(error * error for error in errors) / len(errors))
