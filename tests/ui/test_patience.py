"""A reader who waits sees a skeleton after three tenths of a second, and none before."""

import threading
from threading import Event, Timer
from time import monotonic

import pytest

from dashboard.ui.patience import PATIENCE_SECONDS, skeleton_when_slow

_SOON_SECONDS = 10


class _Place:
    """A place on the page that notes what is put there, and when."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown = Event()
        self.shown_at = 0.0

    def skeleton(self, *, height: int) -> None:
        self.shown_at = monotonic()
        self.said.append(f"skeleton of {height} pixels")
        self.shown.set()

    def empty(self) -> None:
        self.said.append("nothing")


def test_a_slow_answer_is_waited_for_with_a_skeleton_that_goes_when_it_comes() -> None:
    place, began = _Place(), monotonic()
    with skeleton_when_slow(place, height_px=320):
        assert place.shown.wait(_SOON_SECONDS)
    assert place.said == ["skeleton of 320 pixels", "nothing"]
    assert PATIENCE_SECONDS == 0.3
    assert place.shown_at - began >= PATIENCE_SECONDS


def test_a_quick_answer_comes_without_one() -> None:
    place = _Place()
    with skeleton_when_slow(place, height_px=320):
        pass
    for waiting in threading.enumerate():
        if isinstance(waiting, Timer):
            waiting.join(_SOON_SECONDS)
    assert place.said == []


def test_a_failure_takes_the_skeleton_away_too() -> None:
    place = _Place()
    with (
        pytest.raises(OSError, match="the disk is gone"),
        skeleton_when_slow(place, height_px=320),
    ):
        assert place.shown.wait(_SOON_SECONDS)
        raise OSError("the disk is gone")
    assert place.said == ["skeleton of 320 pixels", "nothing"]
