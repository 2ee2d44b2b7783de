"""What the creators among every fifth person uploaded, and what became of each video."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.activity import UserDays
from sample_data.arrays import Flags, Floats, Ints, generator, lognormal, picks, systematic
from sample_data.countries import countries
from sample_data.crowd import Crowd
from sample_data.habits import CREATOR_PANEL_EVERY, habits
from sample_data.mood import creating
from sample_data.panel import WEIGHT as PEOPLE_WEIGHT
from sample_data.panel import panel
from sample_data.pipeline import pipeline, waiting_seconds
from sample_data.record import records
from sample_data.timeline import DAYS, Month, curve, day_number, ramp

WEIGHT = PEOPLE_WEIGHT * CREATOR_PANEL_EVERY
_DAY_SECONDS = 86_400
_LOST_TO_A_RIVAL = 0.15
_DECAY = 0.62


@dataclass(frozen=True, slots=True)
class Uploads:
    """Columns of equal length, one place per video; seconds count from the first instant.

    ``life_views`` is what a video is watched in all its life; ``pace_seconds`` how slowly.
    """

    creator_id: Ints
    country: Ints
    language: Ints
    category: Ints
    duration_seconds: Floats
    uploaded: Ints
    published: Floats
    is_published: Flags
    life_views: Floats
    pace_seconds: Floats
    removed: Floats
    is_removed: Flags
    tags: Ints
    tag_counts: Ints

    @property
    def hundredth_view(self) -> Floats:
        """The second of each video's hundredth view; infinite where it never comes."""
        share = np.minimum(100.0 / self.life_views, 1.0)
        with np.errstate(divide="ignore"):
            waited: Floats = self.pace_seconds * (-np.log1p(-share)) ** (1.0 / _DECAY)
        return self.published + np.maximum(waited, 30.0)


def views_by_age(life_views: Floats, pace_seconds: Floats, age_seconds: Floats) -> Floats:
    """The views a video has had at an age: a stretched exponential, fast first and slow later."""
    return life_views * -np.expm1(-((np.maximum(age_seconds, 0.0) / pace_seconds) ** _DECAY))


def month_of_uploads(activity: UserDays, month: Month, crowd: Crowd) -> Uploads:
    """Everything a crowd's creator panel uploaded in a month, in the order of time."""
    rng = generator(6, month.index, crowd.number)
    days = np.flatnonzero(_creating(activity))
    expected = _expected(rng, activity, days) / WEIGHT * crowd.share
    rows = np.repeat(days, systematic(rng, expected))
    second = _second_of_day(rng, activity.country[rows])
    uploaded = activity.day[rows] * _DAY_SECONDS + second
    order = np.argsort(uploaded, kind="stable")
    return _videos(rng, activity, rows[order], uploaded[order])


@cache
def hashtags() -> tuple[str, ...]:
    """Every hashtag of the record."""
    return tuple(row["hashtag"] for row in records("hashtags.csv"))


@cache
def categories() -> tuple[str, ...]:
    """Every category of the record."""
    return tuple(row["category"] for row in records("categories.csv"))


def _creating(activity: UserDays) -> Flags:
    """The user-days on which a member of the creator panel may upload."""
    h, person = habits(), activity.person
    chosen = activity.person_id % CREATOR_PANEL_EVERY == 0
    creator: Flags = (h.creates[person] > 0) & (h.creates_from[person] <= activity.day)
    may: Flags = chosen & activity.is_main & creator
    return may


def _expected(rng: np.random.Generator, activity: UserDays, days: Ints) -> Floats:
    """How many of the platform's videos each user-day stands for; a day's make up its target."""
    h, person, day = habits(), activity.person[days], activity.day[days]
    # Creators have good months and bad ones, good days and bad ones.
    season = np.exp(0.5 * rng.standard_normal(len(panel())))[person]
    wish = h.creates[person] * season * rng.gamma(1.2, 1.0, len(days))
    expected = wish / _by_day(day, wish)[day] * (curve("uploads_a_day") * creating())[day]
    won_over = _by_day(day, np.where(h.wavers[person], wish, 0.0)) / _by_day(day, wish)
    lost = _exodus() * _LOST_TO_A_RIVAL / np.maximum(won_over, _LOST_TO_A_RIVAL)
    return np.where(h.wavers[person], expected * (1.0 - lost[day]), expected)


def _by_day(day: Ints, amounts: Floats) -> Floats:
    """The sum of amounts on each day of the sample; never quite zero."""
    sums: Floats = np.bincount(day, amounts, minlength=DAYS).astype(np.float64) + 1e-12
    return sums


@cache
def _exodus() -> Floats:
    """How much of the loss to a rival is felt: all of it two weeks after 10 August 2021."""
    gone = ramp(date(2021, 8, 9), date(2021, 8, 23))
    return gone - ramp(date(2021, 9, 12), date(2021, 10, 25))


def _second_of_day(rng: np.random.Generator, country: Ints) -> Ints:
    """A second of the UTC day, most often in the evening of the creator's country."""
    local = np.arange(24) + 0.5
    evening = np.exp(-(((local - 19.5 + 12) % 24 - 12) ** 2) / 18.0)
    noon = np.exp(-((local - 13.0) ** 2) / 12.0)
    hour = picks(rng, 0.1 + evening + 0.45 * noon, len(country))
    seconds = hour * 3600 + rng.integers(0, 3600, len(country))
    shifted: Ints = (seconds - countries().utc_hours[country] * 3600) % _DAY_SECONDS
    return shifted


def _videos(rng: np.random.Generator, activity: UserDays, rows: Ints, uploaded: Ints) -> Uploads:
    size = len(rows)
    category = _category(rng, uploaded)
    published = uploaded.astype(np.float64) + np.rint(waiting_seconds(rng, uploaded))
    tags, tag_counts = _tags(rng, uploaded)
    is_published = rng.random(size) >= _lost_share(uploaded)
    after = lognormal(rng, 6.0 * 3600, sigma=2.0, size=size)
    return Uploads(
        creator_id=activity.person_id[rows],
        country=activity.country[rows],
        language=habits().language[activity.person[rows]],
        category=category,
        duration_seconds=_durations(rng, category, uploaded),
        uploaded=uploaded,
        published=published,
        is_published=is_published,
        life_views=lognormal(rng, _median_life_views(uploaded), sigma=2.1, size=size) + 1.0,
        pace_seconds=lognormal(rng, 1.4 * _DAY_SECONDS, sigma=0.55, size=size),
        removed=np.rint(published + after),
        is_removed=is_published & (rng.random(size) < 0.009) & (after < 120 * _DAY_SECONDS),
        tags=tags,
        tag_counts=tag_counts,
    )


def _durations(rng: np.random.Generator, category: Ints, uploaded: Ints) -> Floats:
    """Lengths by subject, at most 15 seconds at first, a minute later and three in the end."""
    medians = np.array([float(row["median_seconds"]) for row in records("categories.csv")])
    longest = np.where(uploaded < day_number(date(2017, 5, 1)) * _DAY_SECONDS, 15.0, 60.0)
    longest = np.where(uploaded < day_number(date(2021, 7, 1)) * _DAY_SECONDS, longest, 180.0)
    drawn = lognormal(rng, medians[category], sigma=0.5, size=len(uploaded))
    seconds: Floats = np.rint(np.clip(drawn, 3.0, longest))
    return seconds


def _median_life_views(uploaded: Ints) -> Floats:
    """The median of what a video is watched in its life, such that the means make up all views."""
    day = uploaded // _DAY_SECONDS
    mean = curve("views_a_day")[day] / curve("uploads_a_day")[day]
    return mean / float(np.exp(2.1**2 / 2))


def _lost_share(uploaded: Ints) -> Floats:
    """The share of uploads that fail or are held back for good."""
    degraded = pipeline().degraded_share[uploaded // 3600]
    return 0.012 + 0.25 * np.maximum(degraded - 0.01, 0.0)


def _category(rng: np.random.Generator, uploaded: Ints) -> Ints:
    rows = records("categories.csv")
    years = [[float(row[f"weight_{year}"]) for row in rows] for year in (2014, 2019, 2024)]
    if not len(uploaded):
        return np.zeros(0, dtype=np.int64)
    day = uploaded[0] // _DAY_SECONDS
    then = [day_number(date(year, 6, 30)) for year in (2014, 2019, 2024)]
    weights = [np.interp(day, then, column) for column in zip(*years, strict=True)]
    return picks(rng, np.array(weights), len(uploaded))


def _tags(rng: np.random.Generator, uploaded: Ints) -> tuple[Ints, Ints]:
    """The hashtags of each video, one video after the other, and how many each has."""
    counts = np.minimum(rng.poisson(1.7, len(uploaded)), 5)
    day = np.repeat(uploaded // _DAY_SECONDS, counts)
    tags = np.zeros(len(day), dtype=np.int64)
    edges = np.searchsorted(day, np.arange(day[0], day[-1] + 2)) if len(day) else np.zeros(0, int)
    for since, until in zip(edges, edges[1:], strict=False):
        if until > since:
            tags[since:until] = picks(rng, _interest()[:, day[since]], int(until - since))
    return tags, counts


@cache
def _interest() -> Floats:
    """How much each hashtag is used on each day: it rises fast, then fades."""
    lines = []
    for row in records("hashtags.csv"):
        age = np.arange(DAYS) - day_number(date.fromisoformat(row["since"]))
        rise, fade = float(row["rise_days"]), float(row["fade_days"])
        felt = (1 - np.exp(-np.maximum(age, 0) / rise)) * np.exp(-np.maximum(age, 0) / fade)
        lines.append(float(row["weight"]) * felt)
    return np.array(lines) + 1e-6
