"""What the platform's services measured of themselves, hour by hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Floats, Ints, generator
from sample_data.pipeline import HOURS, hour_number, pipeline
from sample_data.timeline import DAYS, curve, day_number, ramp

_REGIONS = (("americas", 0.27, -6), ("europe", 0.29, 1), ("asia", 0.44, 7))
_PROVIDERS = (("aws", 0.62), ("cloudflare", 0.38))
_BYTES_A_VIEW = 500_000.0
# Fewer machines, fewer samples: every third hour until 2019.
_HOURLY_FROM = hour_number("2019-01-01T00")


@dataclass(frozen=True, slots=True)
class Series:
    """One measure of one service somewhere: hour numbers and a value for each."""

    service: str
    measure: str
    region: str
    provider: str
    hours: Ints
    values: Floats


def all_series() -> Iterator[Series]:
    """Every series of the sample; before 2019 only those of the whole platform."""
    yield from _whole_platform()
    for number, (region, share, utc_hours) in enumerate(_REGIONS):
        yield from _of_region(number, region, share=share, utc_hours=utc_hours)


@cache
def recommendation_quality() -> Floats:
    """The share of recommended videos watched to the end, by day.

    It creeps up with each release of ranking, drifts down in the six months without one, is made
    good by the reviewed release, and sags while creators are away.
    """
    frozen = (date(2020, 9, 14), date(2021, 3, 15))
    days = np.arange(DAYS)
    creeps = 0.00009 * np.exp(-days / 2600.0)
    still = (days >= day_number(frozen[0])) & (days < day_number(frozen[1]))
    steps = np.where(still, -0.00006, creeps)
    caught_up = 0.016 * ramp(frozen[1], date(2021, 6, 15))
    sagged = ramp(date(2021, 8, 14), date(2021, 9, 4)) - ramp(date(2021, 9, 20), date(2021, 11, 10))
    noise = 0.0012 * generator(8, 0).standard_normal(DAYS)
    quality: Floats = 0.29 + np.cumsum(steps) + caught_up - 0.017 * sagged + noise
    return quality


def _whole_platform() -> Iterator[Series]:
    p, rng = pipeline(), generator(8, 1)
    days = np.arange(HOURS) // 24
    uploads = curve("uploads_a_day")[days] / 24
    queue = uploads * (p.median_seconds / 3600 + p.backlog_hours)
    backlog = p.backlog_hours * 3600
    yield _series("upload", "upload_to_publish_p50_seconds", p.median_seconds + 0.88 * backlog)
    yield _series("upload", "upload_to_publish_p95_seconds", 3.4 * p.median_seconds + backlog)
    yield _series("upload", "queue_depth_videos", queue)
    yield _series("upload", "degraded_upload_share", p.degraded_share)
    yield _series("transcoding", "oom_kills", p.oom_kills)
    yield _series("transcoding", "spot_instances", p.spot_instances)
    yield _series("transcoding", "fallback_quality_share", p.fallback_share)
    wobble = 0.002 * rng.standard_normal(HOURS)
    quality = recommendation_quality()[days] + wobble
    yield _series("recommendation", "long_watch_share", quality)
    yield _series("recommendation", "ndcg_at_10", 0.14 + 1.05 * quality + wobble)
    yield _series("recommendation", "training_examples", _training_examples(rng))
    latency = 82.0 + 260.0 * np.exp(-np.arange(HOURS) / 24 / 620.0)
    yield _series("recommendation", "latency_p95_ms", latency * _noise(rng, 0.05))


def _training_examples(rng: np.random.Generator) -> Floats:
    """Views that a model could learn from: fewer while creators are away, as feeds grow stale."""
    away = ramp(date(2021, 8, 11), date(2021, 8, 27)) - ramp(date(2021, 9, 14), date(2021, 10, 28))
    daily = curve("views_a_day") * 0.62 * (1.0 - 0.12 * away)
    return daily[np.arange(HOURS) // 24] / 24 * _evening(rng, 1)


def _of_region(number: int, region: str, *, share: float, utc_hours: int) -> Iterator[Series]:
    p, rng = pipeline(), generator(8, 2, number)
    far = 0.9 + 0.12 * number
    p50 = far * (p.median_seconds + 0.88 * 3600 * p.backlog_hours) * _noise(rng, 0.05)
    p95 = 3.4 * far * p.median_seconds * _noise(rng, 0.07) + 3600 * p.backlog_hours
    yield _series("upload", "upload_to_publish_p50_seconds", p50, place=(region, "all"))
    yield _series("upload", "upload_to_publish_p95_seconds", p95, place=(region, "all"))
    views = curve("views_a_day")[np.arange(HOURS) // 24] / 24 * share
    for provider, part in _PROVIDERS:
        sent = views * part * _BYTES_A_VIEW * _evening(rng, utc_hours)
        yield _series("delivery", "egress_bytes", sent, place=(region, provider))


def _series(
    service: str, measure: str, values: Floats, *, place: tuple[str, str] | None = None
) -> Series:
    """A measure of the whole platform, or from 2019 on of a region and a provider."""
    region, provider = place or ("all", "all")
    hourly = np.arange(_HOURLY_FROM, HOURS)
    sparse = np.arange(0, _HOURLY_FROM, 3)
    sampled = hourly if place else np.concatenate([sparse, hourly])
    return Series(service, measure, region, provider, sampled, _rounded(values[sampled]))


def _rounded(values: Floats) -> Floats:
    """Four significant digits: what a dashboard of the time would have kept."""
    digits = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(values), 1e-12))) - 3)
    return np.rint(values / digits) * digits


def _noise(rng: np.random.Generator, sigma: float) -> Floats:
    drawn: Floats = np.exp(sigma * rng.standard_normal(HOURS))
    return drawn


def _evening(rng: np.random.Generator, utc_hours: int) -> Floats:
    """The day's rhythm, its mean 1 and its peak in the evening."""
    local = (np.arange(HOURS) + utc_hours) % 24
    rhythm = 1.0 + 0.45 * np.cos(2 * np.pi * (local - 20.0) / 24)
    return rhythm * _noise(rng, 0.03)
