"""Work that hangs holds up nobody for longer than was said."""

import threading

import pytest

from dashboard.backend import within as room
from dashboard.backend.within import within


def _failing() -> None:
    raise ValueError("wrong")


def test_what_the_work_gives_or_raises_comes_back() -> None:
    assert within(60, lambda: 7) == 7
    with pytest.raises(ValueError, match="wrong"):
        within(60, _failing)


def test_what_hangs_is_left_behind_and_only_so_much_may(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, over = threading.BoundedSemaphore(1), threading.Event()
    monkeypatch.setattr(room, "_AT_ONCE", turns)
    with pytest.raises(TimeoutError):
        within(0.05, over.wait)
    with pytest.raises(TimeoutError, match="hangs already"):
        within(0.05, lambda: 7)
    over.set()
    assert within(60, lambda: 7) == 7
