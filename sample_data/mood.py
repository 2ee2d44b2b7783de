"""The mood of each day: how much more or less than usual people watch and create on it."""

from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Floats, generator
from sample_data.timeline import DAYS, day_number, ramp, weekdays

_YEARS = range(2014, 2025)
_KEEN_BY_WEEKDAY = np.array([-0.05, -0.08, -0.07, -0.05, 0.02, 0.13, 0.12])
_WATCHING_BY_WEEKDAY = np.array([0.97, 0.95, 0.96, 0.97, 1.00, 1.07, 1.09])
_CREATING_BY_WEEKDAY = np.array([0.94, 0.91, 0.92, 0.95, 1.01, 1.13, 1.14])


@cache
def keenness() -> Floats:
    """What each day adds to the log-odds that someone comes."""
    noise = 0.025 * generator(3, 0).standard_normal(DAYS)
    kept_in = ramp(date(2020, 3, 14), date(2020, 4, 8))
    let_out = ramp(date(2020, 5, 10), date(2020, 7, 20))
    drift = -0.06 + 0.20 * np.arange(DAYS) / DAYS
    week = _KEEN_BY_WEEKDAY[weekdays()]
    sent: Floats = week + _holidays() + 0.28 * (kept_in - let_out) + drift + noise
    return sent


@cache
def watching() -> Floats:
    """How much each day multiplies what a person who came watches."""
    noise = np.exp(0.015 * generator(3, 1).standard_normal(DAYS))
    watched: Floats = _WATCHING_BY_WEEKDAY[weekdays()] * (1 + 0.35 * _holidays()) * noise
    return watched


@cache
def creating() -> Floats:
    """How much each day multiplies what a creator who came uploads."""
    noise = np.exp(0.025 * generator(3, 2).standard_normal(DAYS))
    made: Floats = _CREATING_BY_WEEKDAY[weekdays()] * (1 + 0.3 * _holidays()) * noise
    return made


@cache
def _holidays() -> Floats:
    """Summer, the turn of the year and the days around the biggest feasts."""
    felt = np.zeros(DAYS)
    for year in _YEARS:
        _lift(felt, date(year, 6, 20), date(year, 8, 24), 0.06)
        _lift(felt, date(year, 12, 21), date(year + 1, 1, 3), 0.12)
        _lift(felt, date(year, 12, 31), date(year + 1, 1, 2), 0.12)
        _lift(felt, date(year, 12, 24), date(year, 12, 25), -0.14)
        _lift(felt, date(year, 2, 13), date(year, 2, 16), 0.05)
        _lift(felt, date(year, 10, 30), date(year, 11, 2), 0.05)
    return felt


def _lift(line: Floats, since: date, until: date, by: float) -> None:
    line[max(day_number(since), 0) : max(day_number(until), 0)] += by
