"""What every hundredth video received on each of its first 28 days."""

from dataclasses import dataclass

import numpy as np

from sample_data.arrays import Floats, Ints, generator
from sample_data.timeline import DAYS, curve
from sample_data.uploads import WEIGHT as UPLOADS_WEIGHT
from sample_data.uploads import Uploads, views_by_age

EVERY = 100
WEIGHT = UPLOADS_WEIGHT * EVERY
FOLLOWED_DAYS = 28
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class VideoDays:
    """Columns of equal length, one place per video and day; ``number`` counts uploads from 1."""

    number: Ints
    day: Ints
    country: Ints
    views: Ints
    watch_seconds: Floats
    likes: Ints
    shares: Ints


def days_of_videos(uploads: Uploads, before: int, stream: tuple[int, int]) -> VideoDays:
    """The days on which the followed ones of these uploads were watched at all.

    ``before`` is how many uploads came earlier. Days after the sample's end are left out.
    """
    rng = generator(7, *stream)
    number = before + 1 + np.arange(len(uploads.creator_id))
    rows = np.flatnonzero((number % EVERY == 0) & uploads.is_published)
    published = uploads.published[rows]
    day = (published // _DAY_SECONDS).astype(np.int64)[:, None] + np.arange(FOLLOWED_DAYS)
    life, pace = uploads.life_views[rows, None], uploads.pace_seconds[rows, None]
    until = _seen_by(life, pace, published[:, None], day + 1)
    since = _seen_by(life, pace, published[:, None], day)
    views = np.floor(until - since + rng.random(day.shape)).astype(np.int64)
    gone = np.where(uploads.is_removed[rows], uploads.removed[rows], np.inf)[:, None]
    row, age = np.nonzero((views > 0) & (day * _DAY_SECONDS < gone) & (day < DAYS))
    where = number[rows][row], day[row, age], uploads.country[rows][row]
    return _measured(rng, where, views[row, age])


def joined(months: list[VideoDays]) -> VideoDays:
    """All of them in the order of days, then of videos."""
    number = np.concatenate([m.number for m in months])
    day = np.concatenate([m.day for m in months])
    order = np.lexsort((number, day))
    return VideoDays(
        number[order],
        day[order],
        np.concatenate([m.country for m in months])[order],
        np.concatenate([m.views for m in months])[order],
        np.concatenate([m.watch_seconds for m in months])[order],
        np.concatenate([m.likes for m in months])[order],
        np.concatenate([m.shares for m in months])[order],
    )


def _seen_by(life: Floats, pace: Floats, published: Floats, day: Ints) -> Floats:
    return views_by_age(life, pace, day * float(_DAY_SECONDS) - published)


def _measured(rng: np.random.Generator, where: tuple[Ints, Ints, Ints], views: Ints) -> VideoDays:
    number, day, country = where
    a_view = curve("watch_seconds_a_view")[day] * np.exp(0.3 * rng.standard_normal(len(day)))
    liked = rng.binomial(views, np.minimum(rng.gamma(3.0, 0.027, len(day)), 0.6))
    shared = rng.binomial(views, np.minimum(rng.gamma(1.5, 0.006, len(day)), 0.3))
    return VideoDays(number, day, country, views, np.rint(views * a_view), liked, shared)
