"""Packing: many roaring bitmaps made at once, in the portable form that every roaring reads.

One Python object per set would cost more than the sets of a small country hold; here a whole
column of them is laid out with a few passes over arrays.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.uint32]
Indices: TypeAlias = npt.NDArray[np.int64]

_COOKIE = 12_346
_LARGEST_ARRAY = 4_096
_BITMAP_WORDS = 4_096
_WORDS_OF_HEAD = 4
_WORDS_PER_CONTAINER = 4


@dataclass(frozen=True, slots=True)
class PackedSets:
    """Sets one after the other: the slot each belongs to, its people, and its bytes.

    ``ends`` has one entry more than there are sets: set i is bytes ``ends[i]:ends[i + 1]``.
    """

    slots: Numbers
    people: Indices
    ends: Indices
    data: npt.NDArray[np.uint8]


def packed_sets(slots: Numbers, numbers: Numbers) -> PackedSets:
    """The set of numbers of each slot; the pairs are sorted by slot, then number, each once."""
    high = numbers >> np.uint32(16)
    starts = _starts_of_runs(slots, high)
    sizes = np.diff(np.append(starts, len(numbers)))
    set_starts = _starts_of_runs(slots[starts])
    containers = np.diff(np.append(set_starts, len(starts)))
    words = np.where(sizes > _LARGEST_ARRAY, _BITMAP_WORDS, sizes)
    layout = _Layout.of(set_starts, containers, words)
    blob = np.zeros(layout.ends[-1], np.uint16)
    _write_heads(blob, layout, containers, (high[starts], sizes))
    _write_arrays(blob, layout, numbers, (starts, sizes))
    _write_bitmaps(blob, layout, numbers, (starts, sizes))
    people = np.add.reduceat(sizes, set_starts) if len(set_starts) else sizes
    return PackedSets(slots[starts][set_starts], people, layout.ends * 2, blob.view(np.uint8))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things go, in words of two bytes: each set's end, each container's place and data."""

    ends: Indices
    ordinal: Indices
    set_of: Indices
    data: Indices

    @staticmethod
    def of(set_starts: Indices, containers: Indices, words: Indices) -> "_Layout":
        heads = _WORDS_OF_HEAD + _WORDS_PER_CONTAINER * containers
        bodies = np.add.reduceat(words, set_starts) if len(set_starts) else words
        ends = np.concatenate([[0], np.cumsum(heads + bodies)])
        set_of = np.repeat(np.arange(len(containers)), containers)
        ordinal = np.arange(len(words)) - set_starts[set_of]
        before = np.cumsum(words) - words
        data = ends[set_of] + heads[set_of] + before - before[set_starts][set_of]
        return _Layout(ends, ordinal, set_of, data)


def _write_heads(
    blob: npt.NDArray[np.uint16],
    layout: _Layout,
    containers: Indices,
    described: tuple[Numbers, Indices],
) -> None:
    keys, sizes = described
    first = layout.ends[:-1]
    blob[first] = _COOKIE
    blob[first + 2] = containers & 0xFFFF
    blob[first + 3] = containers >> 16
    start = first[layout.set_of]
    about = start + _WORDS_OF_HEAD + 2 * layout.ordinal
    blob[about] = keys
    blob[about + 1] = sizes - 1
    where = start + _WORDS_OF_HEAD + 2 * (containers[layout.set_of] + layout.ordinal)
    offset_bytes = (layout.data - start) * 2
    blob[where] = offset_bytes & 0xFFFF
    blob[where + 1] = offset_bytes >> 16


def _write_arrays(
    blob: npt.NDArray[np.uint16],
    layout: _Layout,
    numbers: Numbers,
    runs: tuple[Indices, Indices],
) -> None:
    starts, sizes = runs
    low = numbers.astype(np.uint16)
    small = sizes <= _LARGEST_ARRAY
    if not small.all():
        low = low[np.repeat(small, sizes)]
    lengths = sizes[small]
    begins = np.cumsum(lengths) - lengths
    blob[np.arange(len(low)) + np.repeat(layout.data[small] - begins, lengths)] = low


def _write_bitmaps(
    blob: npt.NDArray[np.uint16],
    layout: _Layout,
    numbers: Numbers,
    runs: tuple[Indices, Indices],
) -> None:
    starts, sizes = runs
    for container in np.flatnonzero(sizes > _LARGEST_ARRAY):
        bits = np.zeros(1 << 16, np.bool_)
        begin, size = starts[container], sizes[container]
        bits[numbers[begin : begin + size] & np.uint32(0xFFFF)] = True
        at = layout.data[container]
        blob[at : at + _BITMAP_WORDS] = np.packbits(bits, bitorder="little").view(np.uint16)


def _starts_of_runs(*keys: Numbers) -> Indices:
    if not len(keys[0]):
        return np.empty(0, np.int64)
    changes = np.zeros(len(keys[0]), np.bool_)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)
