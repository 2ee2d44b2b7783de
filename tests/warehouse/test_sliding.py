"""Windows that share their work give what each one gives alone."""

import random

import pytest
from pyroaring import BitMap

from dashboard.warehouse.sliding import window_people, window_sizes


def _days(count: int, seed: int = 3) -> list[BitMap]:
    """People of so many days; on some of them nobody came."""
    chance = random.Random(seed)
    return [BitMap(chance.sample(range(60), chance.choice([0, 3, 9]))) for _ in range(count)]


def _alone(sets: list[BitMap], window: int, last: int) -> BitMap:
    return BitMap.union(BitMap(), *sets[last - window + 1 : last + 1])


@pytest.mark.parametrize("windows", [[7], [28, 30], [7, 28, 29, 30], [1, 2, 3], [30, 1, 7, 28]])
@pytest.mark.parametrize("days", [30, 31, 58, 59, 60, 97])
def test_windows_of_many_lengths_have_the_sizes_of_their_unions(
    windows: list[int], days: int
) -> None:
    sets, longest = _days(days), max(windows)
    assert window_sizes(sets, windows) == {
        window: [len(_alone(sets, window, last)) for last in range(longest - 1, days)]
        for window in windows
    }


@pytest.mark.parametrize("days", [7, 8, 13, 14, 15, 40])
def test_each_window_holds_the_people_of_its_days_and_is_the_callers_own(days: int) -> None:
    sets = _days(days)
    assert list(window_people(sets, 7)) == [_alone(sets, 7, last) for last in range(6, days)]


def test_the_days_united_are_left_as_they_were() -> None:
    sets, same = _days(60), _days(60)
    window_sizes(sets, [7, 28, 30])
    list(window_people(sets, 7))
    assert sets == same
