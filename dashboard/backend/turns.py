"""Turns: a lock that is given in the order in which it was asked for.

SQLite lets writers race, and with sixteen of them the slowest got a fiftieth of what the fastest
did; in a queue of our own each gets as much as the next.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.errors import DatabaseBusy


class Turns:
    """One holder at a time, first come, first served."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._guard = threading.Lock()
        self.waiting: deque[threading.Event] = deque()
        self._is_taken = False

    @contextmanager
    def one(self, *, patience_seconds: float) -> Iterator[None]:
        """Hold the lock; raises DatabaseBusy when the turn does not come in time."""
        self._take(patience_seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, patience_seconds: float) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Event()
            self.waiting.append(turn)
        if turn.wait(patience_seconds):
            return
        with self._guard:
            # It may have been handed over since the wait ended, and then it is ours to pass on.
            is_ours = turn not in self.waiting
            if not is_ours:
                self.waiting.remove(turn)
        if is_ours:
            self._pass_on()
        raise DatabaseBusy("Too many changes are waiting to be written. Try again in a moment.")

    def _pass_on(self) -> None:
        with self._guard:
            if self.waiting:
                self.waiting.popleft().set()
            else:
                self._is_taken = False
