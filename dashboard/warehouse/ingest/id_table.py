"""The id table: numbers of people by whole-number id, found for a million ids in an eye's blink.

An open-addressed hash table in two arrays. A join of a frame would hash all people anew for every
piece of a source; this one only grows.
"""

import numpy as np
import numpy.typing as npt

from dashboard.warehouse.ingest.ordering import Keys

NOBODY = np.uint32(0xFFFF_FFFF)
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)
_SMALLEST_BITS = 16


class IdTable:
    """From ids (int64) to numbers (uint32)."""

    def __init__(self) -> None:
        """Start empty."""
        self._people = 0
        self._room(_SMALLEST_BITS)

    def __len__(self) -> int:
        """How many people it knows."""
        return self._people

    def find(self, ids: npt.NDArray[np.int64]) -> Keys:
        """The number of each id, NOBODY where it is not known."""
        at = self._slots(ids)
        found = self._numbers[at]
        left = np.flatnonzero((self._ids[at] != ids) & (found != NOBODY))
        while len(left):
            at[left] = (at[left] + 1) & self._mask
            found[left] = self._numbers[at[left]]
            left = left[(self._ids[at[left]] != ids[left]) & (found[left] != NOBODY)]
        return found

    def learn(self, ids: npt.NDArray[np.int64], numbers: Keys) -> None:
        """Take in people not known yet, each once."""
        self._people += len(ids)
        if 2 * self._people > self._mask:
            taken = self._numbers != NOBODY
            known_ids, known_numbers = self._ids[taken], self._numbers[taken]
            self._room((2 * self._people).bit_length() + 1)
            self._put(known_ids, known_numbers)
        self._put(ids, numbers)

    def all(self) -> tuple[npt.NDArray[np.int64], Keys]:
        """The ids and numbers of everyone known, in no order."""
        taken = self._numbers != NOBODY
        return self._ids[taken], self._numbers[taken]

    def _room(self, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._ids = np.zeros(1 << bits, np.int64)
        self._numbers = np.full(1 << bits, NOBODY, np.uint32)

    def _slots(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return ((ids.view(np.uint64) * _GOLDEN) >> self._shift).astype(np.int64)

    def _put(self, ids: npt.NDArray[np.int64], numbers: Keys) -> None:
        at = self._slots(ids)
        while len(ids):
            free = np.flatnonzero(self._numbers[at] == NOBODY)
            self._ids[at[free]] = ids[free]
            self._numbers[at[free]] = numbers[free]
            left = self._ids[at] != ids
            left |= self._numbers[at] != numbers
            ids, numbers, at = ids[left], numbers[left], (at[left] + 1) & self._mask
