"""Who came on which day, from where, on what, and how much they watched: the user-days."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Flags, Floats, Ints, generator, repeated
from sample_data.countries import countries
from sample_data.crowd import Crowd
from sample_data.habits import NO_SUBDIVISION, habits, trips
from sample_data.mood import keenness, watching
from sample_data.panel import WEIGHT, Panel, panel
from sample_data.timeline import DAYS, FIRST_DAY, Month, curve, day_number

_RENAMED = day_number(date(2018, 8, 2))
_LAUNCHED_IN_ASIA = day_number(date(2017, 5, 1))
_HOURS_AWAKE_SECONDS = 57_600.0


@dataclass(frozen=True, slots=True)
class UserDays:
    """Columns of equal length, one place per day, person, country and platform.

    ``person`` is a place in the panel and ``person_id`` the id borne, ``app`` is a place in
    ``apps()``; ``is_main`` is true once for each day a person came.
    """

    day: Ints
    person: Ints
    person_id: Ints
    country: Ints
    platform: Ints
    subdivision: Ints
    app: Ints
    views: Ints
    watch_seconds: Floats
    sessions: Ints
    is_main: Flags


@dataclass(frozen=True, slots=True)
class _Visits:
    """The days people came, one place each; ``other`` is a second country that day, or -1."""

    person: Ints
    day: Ints
    country: Ints
    other: Ints


def month_of_activity(month: Month, crowd: Crowd) -> UserDays:
    """Everything a crowd did in one month, in the order of days and then of people."""
    rng = generator(4, month.index, crowd.number)
    visits = _visits(rng, month, crowd)
    rows, country, platform, share = _split(rng, visits)
    target = curve("views_a_day")[month.since : month.until].sum() / WEIGHT * crowd.share
    views = _views(rng, visits, target)
    seen = np.maximum((views[rows] * share).astype(np.int64), 1)
    person, day = visits.person[rows], visits.day[rows]
    at_home = country == panel().home[person]
    seconds = _watch_seconds(rng, person, day, seen)
    return UserDays(
        day=day,
        person=person,
        person_id=crowd.ids(person),
        country=country,
        platform=platform,
        subdivision=np.where(at_home, habits().subdivision[person], NO_SUBDIVISION),
        app=_app_in_use(person, day),
        views=seen,
        watch_seconds=seconds,
        sessions=1 + np.floor(rng.random(len(rows)) * np.sqrt(seen)).astype(np.int64),
        is_main=np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else rows > 0,
    )


@cache
def apps() -> tuple[str, ...]:
    """Every version of the app: musical.ly by quarter, then TikTok by quarter."""
    versions = [f"{i // 4 + 1}.{i % 4}" for i in range(DAYS // 91 + 1)]
    return (*(f"musical.ly {v}" for v in versions), *(f"tiktok {v}" for v in versions))


def _visits(rng: np.random.Generator, month: Month, crowd: Crowd) -> _Visits:
    """Draw who came on each day, and where they were."""
    there = crowd.members[panel().at(crowd.members).present(month.since, month.until) > 0]
    people, days = panel().at(there), np.arange(month.since, month.until)
    came = rng.random((len(there), len(days)), dtype=np.float32) < _chances(rng, people, days)
    came = (came & _in_spell(people, days)) | (people.arrived[:, None] == days)
    country, other = _whereabouts(there, people.home, month)
    closed = countries().closed[:, month.since : month.until]
    came &= ~closed[country, np.arange(len(days))]
    day, row = np.nonzero(came.T)
    second = other[row, day]
    open_there = (second >= 0) & ~closed[second, day]
    return _Visits(there[row], days[day], country[row, day], np.where(open_there, second, -1))


def _chances(rng: np.random.Generator, people: Panel, days: Ints) -> Floats:
    """The probability that each person comes on each day; keenness wanders from week to week."""
    weeks = (days + FIRST_DAY.weekday()) // 7
    wander = 0.6 * rng.standard_normal((len(people), int(weeks[-1] - weeks[0]) + 1), np.float32)
    odds = np.log(people.chance / (1.0 - people.chance)).astype(np.float32)[:, None]
    odds = odds + wander[:, weeks - weeks[0]] + keenness()[days].astype(np.float32)
    chances: Floats = 1.0 / (1.0 + np.exp(-odds))
    return chances


def _in_spell(people: Panel, days: Ints) -> Flags:
    inside = np.zeros((len(people), len(days)), dtype=np.bool_)
    for spell in range(people.starts.shape[1]):
        since, until = people.starts[:, spell, None], people.ends[:, spell, None]
        inside |= (since <= days) & (days < until)
    return inside


def _whereabouts(there: Ints, home: Ints, month: Month) -> tuple[Ints, Ints]:
    """Each person's country on each day, and the second one on days of travel, else -1."""
    length = month.until - month.since
    country = np.repeat(home[:, None], length, axis=1)
    other = np.full_like(country, -1)
    journeys = trips()
    ends = journeys.start + journeys.length
    known = np.isin(journeys.person, there)
    away = np.flatnonzero((journeys.start < month.until) & (ends > month.since) & known)
    row = np.searchsorted(there, journeys.person[away])
    since = np.maximum(journeys.start[away], month.since)
    until = np.minimum(ends[away], month.until)
    rows, days = np.repeat(row, until - since), repeated(since - month.since, until - since)
    country[rows, days] = np.repeat(journeys.country[away], until - since)
    for travelled in (journeys.start[away], ends[away] - 1):
        inside = (travelled >= month.since) & (travelled < month.until)
        at, day = row[inside], travelled[inside] - month.since
        other[at, day] = np.where(country[at, day] == home[at], -1, home[at])
    return country, other


def _split(rng: np.random.Generator, visits: _Visits) -> tuple[Ints, Ints, Ints, Floats]:
    """A visit's rows: one, or two on days of travel or with a second device.

    Gives back the visit, country, platform and share of the views of each row.
    """
    h, person = habits(), visits.person
    device = np.where(visits.day < h.switched[person], h.device[person], h.next_device[person])
    second = h.second_device[person]
    two = (rng.random(len(person)) < h.second_share[person]) & (second != device)
    both = two | (visits.other >= 0)
    share = np.where(both, 0.55 + 0.4 * rng.random(len(person)), 1.0)
    rows = np.repeat(np.arange(len(person)), 1 + both)
    again = np.concatenate([[False], rows[1:] == rows[:-1]]) if len(rows) else rows > 0
    country, platform = visits.country[rows], device[rows]
    elsewhere = again & (visits.other[rows] >= 0)
    country = np.where(elsewhere, visits.other[rows], country)
    platform = np.where(again & two[rows], second[rows], platform)
    return rows, country, platform, np.where(again, 1.0 - share[rows], share[rows])


def _views(rng: np.random.Generator, visits: _Visits, target: float) -> Floats:
    """How many videos each visit watches: by appetite, day and chance, ``target`` in all."""
    noise = np.exp(0.55 * rng.standard_normal(len(visits.day), np.float32))
    wanted = habits().appetite[visits.person] * watching()[visits.day] * noise
    expected = wanted * (target / max(float(wanted.sum()), 1e-9))
    views: Floats = np.maximum(expected + rng.random(len(expected)), 1.0)
    return views


def _watch_seconds(rng: np.random.Generator, person: Ints, day: Ints, views: Ints) -> Floats:
    a_view = curve("watch_seconds_a_view")[day] * habits().patience[person]
    noise = np.exp(0.18 * rng.standard_normal(len(day), np.float32))
    seconds: Floats = np.minimum(np.rint(views * a_view * noise), _HOURS_AWAKE_SECONDS)
    return seconds


def _app_in_use(person: Ints, day: Ints) -> Ints:
    """The version each person runs: updates come late, and newcomers install the newest."""
    installed = np.maximum(day - habits().updates_after[person], panel().arrived[person])
    asian = countries().launched[panel().home[person]] >= _LAUNCHED_IN_ASIA
    is_tiktok = (installed >= _RENAMED) | (asian & (installed >= _LAUNCHED_IN_ASIA))
    version: Ints = installed // 91 + np.where(is_tiktok, len(apps()) // 2, 0)
    return version
