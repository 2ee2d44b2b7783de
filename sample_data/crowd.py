"""The crowd: which people of the panel act in a build, under which ids, standing for how many."""

from dataclasses import dataclass

import numpy as np

from sample_data.arrays import Ints, generator
from sample_data.panel import WEIGHT, panel, seen
from sample_data.timeline import DAYS


@dataclass(frozen=True, slots=True)
class Crowd:
    """Members, as places in the panel in rising order, and the ids they bear.

    ``share`` is how large a part of the panel's traffic they make. A build for a test of scale
    has several crowds: the same people under other ids, each with a history of their own.
    """

    number: int
    members: Ints
    share: float

    def ids(self, places: Ints) -> Ints:
        """The permanent ids of the people at these places; the first is 1."""
        return self.number * len(panel()) + places + 1


def crowds(people: int | None, since: int) -> list[Crowd]:
    """One crowd of the whole panel, or as many as make ``people`` seen from day ``since`` on."""
    there = np.flatnonzero(panel().present(since, DAYS))
    if people is None:
        return [Crowd(0, there, 1.0)]
    whole, rest = divmod(people / _people_seen(since), 1.0)
    chosen = np.sort(generator(12, 0).permutation(there)[: max(round(rest * len(there)), 1)])
    last = Crowd(int(whole), chosen, len(chosen) / len(there))
    return [*(Crowd(number, there, 1.0) for number in range(int(whole))), last]


def people_weight(people: int | None, since: int) -> int:
    """How many people of the platform one person of the build stands for, at least 1."""
    if people is None:
        return WEIGHT
    return max(round(WEIGHT * _people_seen(since) / people), 1)


def _people_seen(since: int) -> float:
    """How many people of the panel are expected to come on at least one day from then on."""
    return float(seen(panel(), since, DAYS).sum())
