"""The habits of the panel's people: devices, languages, travels, appetite, and what they create."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Flags, Floats, Ints, generator, lognormal, picks
from sample_data.countries import countries
from sample_data.panel import Panel, panel
from sample_data.record import records
from sample_data.timeline import DAYS, ramp

PLATFORMS = ("android", "ios", "web")
_ANDROID, _IOS, _WEB = range(3)
NO_SUBDIVISION = -1
CREATOR_PANEL_EVERY = 5


@dataclass(frozen=True, slots=True)
class Habits:
    """Columns of equal length, one place per person of the panel.

    A person uses ``device`` until the day number ``switched``, then ``next_device``, and on some
    days ``second_device`` too. ``creates`` is how much a person uploads on a day of activity from
    ``creates_from`` on, 0 for those who never publish; ``wavers`` marks the creators a rival
    platform could win.
    """

    device: Ints
    next_device: Ints
    switched: Ints
    second_device: Ints
    second_share: Floats
    language: Ints
    subdivision: Ints
    updates_after: Ints
    appetite: Floats
    patience: Floats
    creates: Floats
    creates_from: Ints
    wavers: Flags


@dataclass(frozen=True, slots=True)
class Trips:
    """Columns of equal length, one place per trip: who, from which day number, how long, where."""

    person: Ints
    start: Ints
    length: Ints
    country: Ints


@cache
def languages() -> tuple[str, ...]:
    """Every language of the record, in the order of the alphabet."""
    return tuple(sorted({name for mix in _mixes() for name, _ in mix}))


@cache
def subdivisions() -> tuple[str, ...]:
    """Every subdivision of the record, in its order."""
    return tuple(row["subdivision"] for row in records("subdivisions.csv"))


@cache
def habits() -> Habits:
    """The habits of everyone in the panel."""
    people = panel()
    size = len(people)
    device, next_device = _devices(people, 0), _devices(people, 1)
    rng = generator(2, 0)
    second = np.where(rng.random(size) < 0.55, _WEB, 1 - np.minimum(device, 1))
    creates, creates_from = _creation(people)
    return Habits(
        device=device,
        next_device=next_device,
        switched=people.arrived + lognormal(rng, 700.0, sigma=0.6, size=size).astype(np.int64),
        second_device=second,
        second_share=np.where(rng.random(size) < 0.22, 0.5 * rng.beta(1.2, 3.0, size), 0.0),
        language=_by_home(people, _language_weights(), generator(2, 1)),
        subdivision=_subdivisions(people),
        updates_after=rng.exponential(16.0, size).astype(np.int64),
        appetite=np.minimum(lognormal(rng, 0.45 + people.chance, sigma=0.6, size=size), 6.0),
        patience=lognormal(rng, 1.0, sigma=0.22, size=size),
        creates=creates,
        creates_from=creates_from,
        wavers=generator(2, 2).random(size) < 0.2,
    )


@cache
def trips() -> Trips:
    """Journeys of days and removals of weeks or months to another country."""
    people, rng = panel(), generator(2, 3)
    known = people.ends.clip(max=DAYS).max(axis=1) - people.arrived
    keen = rng.gamma(0.7, 1.0, len(people))
    count = rng.poisson(keen * np.maximum(known, 0) / 365 * 0.5)
    person = np.repeat(np.arange(len(people)), count)
    length = np.clip(lognormal(rng, 6.0, sigma=0.9, size=len(person)), 1, 400).astype(np.int64)
    start = people.arrived[person] + (rng.random(len(person)) * known[person]).astype(np.int64)
    world = countries()
    country = picks(rng, np.sqrt(world.late_weight + 0.5), len(person))
    kept = (start >= world.launched[country]) & (country != people.home[person])
    return Trips(person[kept], start[kept], length[kept], country[kept])


def _devices(people: Panel, later: int) -> Ints:
    """Android or iOS by country, iOS more common among early people, and a few on the web."""
    rng = generator(2, 4, later)
    early = 1.0 - ramp(date(2014, 7, 1), date(2019, 1, 1))[people.arrived]
    share = countries().ios_share[people.home]
    ios = np.clip(share + 0.75 * early * (1.0 - share) - 0.02 * later, 0.02, 0.95)
    web = 0.004 + 0.05 * ramp(date(2016, 1, 1), date(2023, 1, 1))[people.arrived]
    drawn = rng.random(len(people))
    return np.where(drawn < web, _WEB, np.where(drawn < web + (1 - web) * ios, _IOS, _ANDROID))


def _creation(people: Panel) -> tuple[Floats, Ints]:
    """How much people create: nothing for nearly half of them, very much for very few."""
    rng, size = generator(2, 5), len(people)
    much = np.minimum(lognormal(rng, 0.3 + people.chance, sigma=1.0, size=size), 9.0)
    after = lognormal(rng, 6.0, sigma=1.4, size=size).astype(np.int64)
    return np.where(rng.random(size) < 0.6, much, 0.0), people.arrived + after


@cache
def _mixes() -> tuple[tuple[tuple[str, float], ...], ...]:
    return tuple(_mix(row["languages"]) for row in records("countries.csv"))


def _mix(text: str) -> tuple[tuple[str, float], ...]:
    """The languages of one country and their shares, written as ``nl:55 fr:45``."""
    parts = (part.split(":") for part in text.split())
    return tuple((name, float(share)) for name, share in parts)


def _language_weights() -> Floats:
    weights = np.zeros((len(_mixes()), len(languages())))
    for country, mix in enumerate(_mixes()):
        for name, share in mix:
            weights[country, languages().index(name)] = share
    return weights


def _by_home(people: Panel, weights: Floats, rng: np.random.Generator) -> Ints:
    """One choice for each person, by the weights of the person's country."""
    chosen = np.zeros(len(people), dtype=np.int64)
    for country in np.unique(people.home):
        there = people.home == country
        chosen[there] = picks(rng, weights[country], int(there.sum()))
    return chosen


def _subdivisions(people: Panel) -> Ints:
    """The part of the country each person lives in, for the few countries that have parts here."""
    rows, rng = records("subdivisions.csv"), generator(2, 6)
    chosen = np.full(len(people), NO_SUBDIVISION, dtype=np.int64)
    for code in sorted({row["country"] for row in rows}):
        there = people.home == countries().place(code)
        weights = np.array([float(r["weight"]) * (r["country"] == code) for r in rows])
        chosen[there] = picks(rng, weights, int(there.sum()))
    return chosen
