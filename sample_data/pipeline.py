"""The upload pipeline hour by hour: how long publishing takes, and the night it was overrun."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import numpy as np

from sample_data.arrays import Floats, Ints, generator
from sample_data.timeline import DAYS, FIRST_DAY

HOURS = DAYS * 24
_FIRST = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One place per hour since the sample's first instant.

    ``backlog_hours`` is the longest an upload of that hour waits for transcoding; the rest are
    the measures that operators watched.
    """

    median_seconds: Floats
    backlog_hours: Floats
    degraded_share: Floats
    fallback_share: Floats
    spot_instances: Floats
    oom_kills: Floats


@cache
def pipeline() -> Pipeline:
    """The history of the pipeline, with the boom of April 2020 in it."""
    rng = generator(5, 0)
    years = np.arange(HOURS) / 24 / 365.25
    # Publishing took six minutes at first and one and a half in the end.
    median = 90.0 + 270.0 * np.exp(-years / 3.2)
    daily = 1.0 + 0.14 * np.sin(2 * np.pi * (np.arange(HOURS) % 24 - 13) / 24)
    overrun = _over("2020-04-13T06", "2020-04-15T03", "2020-04-15T22", "2020-04-17T20")
    return Pipeline(
        median_seconds=median * daily * np.exp(0.06 * rng.standard_normal(HOURS)),
        backlog_hours=_backlog(),
        degraded_share=0.002 + 0.003 * rng.random(HOURS) + _degraded(rng),
        fallback_share=0.002 * rng.random(HOURS)
        + 0.62 * _over("2020-04-15T09", "2020-04-15T11", "2020-04-17T06", "2020-04-20T06"),
        spot_instances=np.rint(
            (240.0 * years + 40.0) * daily
            + 5200.0 * _over("2020-04-15T08", "2020-04-15T20", "2020-04-19T00", "2020-05-03T00")
        ),
        oom_kills=rng.poisson(0.4 + 0.25 * years + 860.0 * overrun).astype(np.float64),
    )


def hour_number(moment: str) -> int:
    """The hours from the sample's first instant to a moment such as 2020-04-15T03."""
    passed = datetime.fromisoformat(moment).replace(tzinfo=UTC) - _FIRST
    return int(passed.total_seconds()) // 3600


def waiting_seconds(rng: np.random.Generator, uploaded: Ints) -> Floats:
    """How long uploads wait to be published, for the second each was uploaded in."""
    p, hour = pipeline(), uploaded // 3600
    usual = p.median_seconds[hour] * np.exp(0.75 * rng.standard_normal(len(hour)))
    # The queue is worked off in order, but some of its shards are shorter than others.
    queued = p.backlog_hours[hour] * 3600.0 * (1.0 - 0.35 * rng.random(len(hour)) ** 2)
    waited: Floats = usual + queued
    return waited


def _backlog() -> Floats:
    """Hours of work queued, growing from 3 April to two days at midnight on 15 April 2020.

    It cannot fall faster than time passes: an upload never overtakes the one before it.
    """
    moments = ("2020-04-03T00", "2020-04-08T00", "2020-04-12T00", "2020-04-14T00")
    grown = [hour_number(moment) for moment in moments]
    peak = hour_number("2020-04-15T23")
    drained = hour_number("2020-04-18T02")
    waits = [0.0, 0.25, 2.0, 11.0, 48.0, 0.0]
    filled: Floats = np.interp(np.arange(HOURS), [*grown, peak, drained], waits)
    return filled


def _degraded(rng: np.random.Generator) -> Floats:
    """Eight hours on 15 April 2020 in which two uploads in five failed or crawled."""
    line = np.zeros(HOURS)
    since = hour_number("2020-04-15T03")
    line[since : since + 8] = 0.38 + 0.06 * rng.random(8)
    return line


def _over(*moments: str) -> Floats:
    """A line that rises from 0 to 1 between two moments and falls back between two others."""
    line: Floats = np.interp(
        np.arange(HOURS), [hour_number(moment) for moment in moments], [0.0, 1.0, 1.0, 0.0]
    )
    return line
