"""The watch: asks the control plane for its clock every moment, so that no page waits for it.

Pages read what was last heard: what the clock shows now, and since when there was no answer.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.control.wire import ClockReading
from dashboard.errors import ControlError

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What was last heard: the clock, if ever, and since when nothing was."""

    clock: ClockReading | None = None
    silent_since: datetime | None = None

    def now(self, wall: datetime) -> datetime | None:
        """What the clock shows at an instant of wall time; None when it was never heard."""
        return None if self.clock is None else self.clock.now + (wall - self.clock.wall_at)


class Watch:
    """Looks after one control plane."""

    def __init__(self, ask: Callable[[], ClockReading]) -> None:
        """Prepare to ``ask`` for the clock; raises nothing and hears nothing yet."""
        self._ask = ask
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="watch", daemon=True)
        self.heard = Heard()

    def start(self) -> None:
        """Begin to look every moment."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def look(self) -> None:
        """Ask once."""
        try:
            self.heard = Heard(self._ask())
        except ControlError:
            since = self.heard.silent_since or datetime.now(UTC)
            self.heard = Heard(self.heard.clock, since)

    def _keep_looking(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(LOOK_SECONDS)
