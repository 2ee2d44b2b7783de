"""The array types that the generator's modules share, and the draws they have in common."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_SEED = 20140701


def generator(*stream: int) -> np.random.Generator:
    """The random numbers of one stream; a stream never depends on how far another was read."""
    return np.random.default_rng([_SEED, *stream])


def lognormal(
    rng: np.random.Generator, median: float | Floats, *, sigma: float, size: int
) -> Floats:
    """Lognormal draws around a median; ``sigma`` is the spread of the logarithm."""
    spread: Floats = np.exp(sigma * rng.standard_normal(size))
    return median * spread


def picks(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Indices drawn with replacement, each in proportion to its weight."""
    edges = np.cumsum(weights)
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    places: Ints = np.minimum(drawn, len(weights) - 1).astype(np.int64)
    return places


def systematic(rng: np.random.Generator, expected: Floats) -> Ints:
    """Whole counts with these expectations whose sum differs from theirs by less than one.

    Systematic sampling: one random start, then every whole step along the running sum.
    """
    ends = np.floor(np.cumsum(expected) + rng.random())
    return np.diff(ends, prepend=0.0).astype(np.int64)


def repeated(starts: Ints, lengths: Ints) -> Ints:
    """The whole numbers start, start + 1, ... of each run, one run after the other."""
    total = int(lengths.sum())
    offsets = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + offsets
