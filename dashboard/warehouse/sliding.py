"""Windows that slide from day to day: unions of consecutive days that share their work.

A window ending on a day is what of it lies before an edge, and what lies after. Both grow by one
day at a time, from the edge backwards and forwards, and serve every window that is as long as the
edges lie apart: a day costs two unions for all of them, however long they are.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from pyroaring import BitMap

Halves: TypeAlias = tuple[BitMap, BitMap | None]
"""A window as two sets whose union it is. The second goes on growing: use it at once."""


def window_sizes(sets: Sequence[BitMap], windows: Sequence[int]) -> dict[int, list[int]]:
    """For each window how many people each window that ends on a later day has.

    ``sets`` are the people of consecutive days; the first day asked for is the one on which the
    longest window first lies inside them.
    """
    sizes: dict[int, list[int]] = {window: [] for window in windows}
    longest = max(windows, default=1)
    for family in _families(windows):
        for halves in _sliding(sets[longest - family[-1] :], family):
            for window, pair in zip(family, halves, strict=True):
                sizes[window].append(_size(pair))
    return sizes


def window_people(sets: Sequence[BitMap], window: int) -> Iterator[BitMap]:
    """The people of each window that ends on a day from the ``window``-th on, in order."""
    for [(one, two)] in _sliding(sets, [window]):
        yield one if two is None else one | two


def _families(windows: Sequence[int]) -> list[list[int]]:
    """The windows, shortest first; those not much longer than another one share its edges."""
    families: list[list[int]] = []
    for window in sorted(windows):
        if families and window <= 2 * families[-1][0]:
            families[-1].append(window)
        else:
            families.append([window])
    return families


def _sliding(sets: Sequence[BitMap], windows: Sequence[int]) -> Iterator[list[Halves]]:
    """For each day the windows that end on it; they come shortest first."""
    shortest, longest = windows[0], windows[-1]
    for edge in range(longest, len(sets) + 1, shortest):
        before = list(accumulate(reversed(sets[edge - longest : edge]), _either))
        yield [(before[window - 1], None) for window in windows]
        after = BitMap()
        for passed, people in enumerate(sets[edge : edge + shortest - 1], start=1):
            after |= people
            yield [(before[window - passed - 1], after) for window in windows]


def _size(halves: Halves) -> int:
    one, two = halves
    return len(one) if two is None else one.union_cardinality(two)


def _either(one: BitMap, other: BitMap) -> BitMap:
    return one | other
