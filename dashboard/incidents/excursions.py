"""Which series are outside their band on the last day of a history, and have been raised as alarms.

Each series is tested by the day and by the week that ends on it; an excursion goes on while it
stays outside on the same side.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

import numpy as np

from dashboard.expectation.bands import BAND, Band, usual_bands
from dashboard.expectation.seasonal_filter import WEEK, Flags
from dashboard.incidents.false_alarms import alarms
from dashboard.incidents.measured import WHOLE, History, Place
from dashboard.incidents.metrics import Metric

_TAIL_DAYS = 28
"""Alarms raised longer ago are not followed up: by then a lasting shift is the usual level."""
_HORIZONS = (1, WEEK)
_LEAST_LEFT = 1e-3


@dataclass(frozen=True, slots=True)
class Excursion:
    """A metric in one place outside its band on ``day``, by that day or the week that ends on it.

    ``observed`` and ``expected`` are of the sample; ``impact`` is the size of the log ratio by
    which the whole scope is off through this change alone.
    """

    metric: Metric
    place: Place
    over_days: int
    since: date
    day: date
    observed: float
    expected: float
    z: float
    impact: float


@dataclass(frozen=True, slots=True)
class Part:
    """A place's part of the change of the whole, and of what was expected of the whole."""

    place: Place
    contribution: float
    expected_share: float


def kind(place: Place) -> str:
    """What kind a place is: whole, country or platform."""
    return "whole" if place == WHOLE else "country" if place[0] else "platform"


def name(place: Place) -> str:
    """A country's code or a platform's name; nothing for the whole."""
    return place[0] or place[1]


def excursions(past: History, learns: Flags) -> "Excursions":
    """The excursions of a history; ``learns`` is days x series, as for the bands."""
    values = np.stack([each.values for each in past.series], axis=1)
    rows = np.stack([each.rows for each in past.series], axis=1)
    return Excursions(past, usual_bands(values, rows, learns))


class Excursions:
    """The bands of every series of a history, and the excursions that last to its end."""

    def __init__(self, past: History, bands: tuple[Band, Band]) -> None:
        """Judge the last day."""
        self._past, self._bands = past, bands
        self._at = {(each.metric, each.place): i for i, each in enumerate(past.series)}
        judged = bands[0].is_judged[-1] | bands[1].is_judged[-1]
        self.series_count = int(judged.sum())
        self.by_metric = self._by_metric()

    def parts(self, lead: Excursion) -> list[Part]:
        """What each place adds to an excursion of the whole, over the same days."""
        band = self._bands[_HORIZONS.index(lead.over_days)]
        off = lead.observed - lead.expected
        return [
            Part(
                place,
                float(band.observed[-1, at] - band.expected[-1, at]) / off,
                float(band.expected[-1, at]) / lead.expected,
            )
            for (metric, place), at in self._at.items()
            if metric is lead.metric and place != WHOLE and np.isfinite(band.z[-1, at])
        ]

    def _by_metric(self) -> dict[Metric, list[Excursion]]:
        """The excursions of each metric that has any, the largest first."""
        found: dict[Metric, list[Excursion]] = {}
        for excursion in sorted(self._all(), key=lambda each: -each.impact):
            found.setdefault(excursion.metric, []).append(excursion)
        return found

    def _all(self) -> Iterator[Excursion]:
        is_whole = np.array([each.place == WHOLE for each in self._past.series])
        goes_on = _going_on(self._bands, is_whole)
        for band, over_days, going in zip(self._bands, _HORIZONS, goes_on, strict=True):
            for at in np.flatnonzero(going).tolist():
                yield self._excursion(band, over_days, at)

    def _excursion(self, band: Band, over_days: int, at: int) -> Excursion:
        series, last = self._past.series[at], self._past.span.last_day
        observed, expected = float(band.observed[-1, at]), float(band.expected[-1, at])
        whole = float(band.expected[-1, self._at[series.metric, WHOLE]])
        left = max(1 + (observed - expected) / whole, _LEAST_LEFT)
        began = last - timedelta(days=int(band.run[-1, at]) + over_days - 2)
        return Excursion(
            series.metric, series.place, over_days, began, last, observed, expected,
            float(band.z[-1, at]), abs(log(left)),
        )  # fmt: skip


def _going_on(bands: tuple[Band, Band], is_whole: Flags) -> Flags:
    """By day and by week, which series are in an excursion that was an alarm on one of its days."""
    tail = slice(-_TAIL_DAYS, None)
    z = np.concatenate([band.z[tail] for band in bands], axis=1)
    judged = np.concatenate([band.is_judged[tail] for band in bands], axis=1)
    raised = alarms(z, judged, np.tile(is_whole, 2)) & (np.abs(z) > BAND)
    runs = np.concatenate([band.run[-1] for band in bands])
    age = np.arange(len(z))[::-1, None]
    going: Flags = (raised & (age < runs)).any(axis=0).reshape(2, -1)
    return going
