"""The panel: when each simulated person arrives, how keen they are, when they leave and return."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from sample_data.arrays import Flags, Floats, Ints, generator, lognormal, picks
from sample_data.countries import countries
from sample_data.timeline import DAYS, Month, curve, day_number, months, weekdays

WEIGHT = 100_000
WINDOW_DAYS = 28
_SPELLS = 4
_NEVER = 10 * DAYS
_LEAST_ARRIVALS_SHARE = 0.004
# A person's keenness wanders from week to week, which makes a month's audience a little smaller
# than their average chance says; the factor was measured on the finished sample.
_WANDERING_LOSS = 0.985


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns of equal length, one place per person in the order of arrival.

    ``chance`` is the probability of being active on an ordinary day of a spell; ``starts`` and
    ``ends`` are the day numbers of each person's spells on the platform, half-open.
    """

    arrived: Ints
    home: Ints
    chance: Floats
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        """The number of people who ever arrived."""
        return len(self.arrived)

    def at(self, rows: Ints | Flags) -> "Panel":
        """The people at these places."""
        return Panel(
            self.arrived[rows], self.home[rows], self.chance[rows], self.starts[rows],
            self.ends[rows],
        )  # fmt: skip

    def joined(self, others: "Panel") -> "Panel":
        """These people followed by others."""
        return Panel(
            np.concatenate([self.arrived, others.arrived]),
            np.concatenate([self.home, others.home]),
            np.concatenate([self.chance, others.chance]),
            np.concatenate([self.starts, others.starts]),
            np.concatenate([self.ends, others.ends]),
        )

    def present(self, since: int, until: int) -> Ints:
        """How many of these days each person is in one of their spells."""
        days = np.minimum(self.ends, until) - np.maximum(self.starts, since)
        total: Ints = np.clip(days, 0, None).sum(axis=1)
        return total


@cache
def panel() -> Panel:
    """Everyone who ever arrived, so many that the audience follows its target month by month."""
    everyone = _nobody()
    target, of_india = curve("people") / WEIGHT, curve("people_in_india") / WEIGHT
    for month in months():
        last = month.until - 1
        everyone = everyone.joined(_arrivals(everyone, month, (target[last], of_india[last])))
    return everyone.at(np.argsort(everyone.arrived, kind="stable"))


def _arrivals(everyone: Panel, month: Month, wanted: tuple[float, float]) -> Panel:
    """A month's newcomers: as many Indians as India lacks, then the others the world lacks."""
    rng, world = generator(1, 1, month.index), countries()
    there, india = _audience(everyone, month.until), world.place("IN")
    lacking = wanted[1] - float(there[everyone.home == india].sum())
    homes = (np.arange(len(world.codes)) == india) & ~world.closed[:, month.until - 1]
    indians = _intake(rng, month, homes.astype(np.float64), lacking)
    lacking = wanted[0] - float(there.sum()) - float(_audience(indians, month.until).sum())
    least = _LEAST_ARRIVALS_SHARE * float(there.sum())
    return indians.joined(_intake(rng, month, world.weights_on(month.since), max(lacking, least)))


def _intake(rng: np.random.Generator, month: Month, homes: Floats, lacking: float) -> Panel:
    """As many newcomers as bring the month's last audience up by ``lacking`` people."""
    if lacking < 0.5 or not homes.any():
        return _nobody()
    size = int(2.5 * lacking) + 8
    days = month.since + picks(rng, _pull()[month.since : month.until], size)
    pool = _newcomers(rng, days, picks(rng, homes, size))
    taken = int(np.searchsorted(np.cumsum(_audience(pool, month.until)), lacking)) + 1
    return pool.at(np.arange(min(taken, size)))


def _nobody() -> Panel:
    none = np.zeros(0, dtype=np.int64)
    return _newcomers(generator(1, 0), none, none)


def _audience(people: Panel, until: int) -> Floats:
    """The probability that each person is active in the 28 days before day number ``until``."""
    return seen(people, max(until - WINDOW_DAYS, 0), until)


def seen(people: Panel, since: int, until: int) -> Floats:
    """The probability that each person is active on at least one of these days."""
    gone = countries().closed_for_good(since)[people.home]
    days = np.where(gone, 0, people.present(since, until))
    likely = 1.0 - (1.0 - people.chance) ** (days * _WANDERING_LOSS)
    # Someone comes on the day of arrival: that is what arriving means.
    expected: Floats = np.where((people.arrived >= since) & ~gone, 1.0, likely)
    return expected


def _newcomers(rng: np.random.Generator, arrived: Ints, home: Ints) -> Panel:
    size = len(arrived)
    chance = np.clip(rng.beta(0.8, 0.95, size), 0.012, 0.985)
    stays = lognormal(rng, 500.0 * (0.25 + 1.5 * chance), sigma=1.2, size=size)
    tried = rng.random(size) < 0.26
    starts, ends = np.empty((size, _SPELLS), np.int64), np.empty((size, _SPELLS), np.int64)
    begin = arrived.astype(np.float64)
    for spell in range(_SPELLS):
        length = np.where(tried & (spell == 0), rng.exponential(12.0, size), stays)
        starts[:, spell], ends[:, spell] = begin, begin + length + 1
        away = 20.0 + lognormal(rng, 100.0, sigma=1.25, size=size)
        gone = rng.random(size) < np.where(tried, 0.6, 0.3)
        begin = np.where(gone, _NEVER, begin + length + 1 + away)
        stays = lognormal(rng, 240.0 * (0.25 + 1.5 * chance), sigma=1.2, size=size)
    return Panel(arrived, home, chance, starts, ends)


@cache
def _pull() -> Floats:
    """How strongly each day draws newcomers, an ordinary day 1."""
    pull = np.array([0.94, 0.92, 0.93, 0.95, 1.0, 1.14, 1.12])[weekdays()]
    pull[0], pull[1:6] = 110.0, 4.0
    lockdown = day_number(date(2020, 4, 1))
    pull[lockdown : lockdown + 14] *= 5.0
    pull[lockdown + 14 : lockdown + 30] *= np.linspace(2.6, 1.2, 16)
    noise: Floats = pull * np.exp(0.06 * generator(1, 2).standard_normal(DAYS))
    return noise
