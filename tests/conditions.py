"""Waiting for what happens elsewhere, without guessing how long it takes."""

from collections.abc import Callable
from threading import Event
from time import monotonic

_BETWEEN_SECONDS = 0.02


def comes_true(condition: Callable[[], bool], *, within_seconds: float = 20.0) -> None:
    """Ask again and again until it holds; fails when it takes too long."""
    pause, until = Event(), monotonic() + within_seconds
    while not condition():
        assert monotonic() < until, "It did not happen in time."
        pause.wait(_BETWEEN_SECONDS)
