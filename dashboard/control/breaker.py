"""The circuit breaker: after several silences in a row, asking again waits for a while.

A control plane that is down is not asked by every rerun of every page, and comes back unharried.
"""

import threading
from collections.abc import Callable
from time import monotonic

SILENCES = 5
REST_SECONDS = 2.0


class Breaker:
    """Counts silences in a row; open, it lets one request through after each rest."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin closed; ``clock`` gives seconds that only go on."""
        self._clock = clock
        self._lock = threading.Lock()
        self._silences = 0
        self._asked_at = 0.0

    def lets_through(self) -> bool:
        """Whether a request may be sent now; the first after a rest is the probe."""
        with self._lock:
            if self._silences < SILENCES or self._clock() - self._asked_at >= REST_SECONDS:
                self._asked_at = self._clock()
                return True
            return False

    def answered(self) -> None:
        """Note that an answer came, whatever it said."""
        with self._lock:
            self._silences = 0

    def was_silent(self) -> None:
        """Note that none came."""
        with self._lock:
            self._silences += 1
