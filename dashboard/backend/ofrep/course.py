"""The course: what was in force for the edge, and since when this program knows of it.

It is kept in memory. After a restart a lag counts from then, so it is never told as longer than it
is.
"""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from dashboard.backend.ofrep.live import Live
from dashboard.geofence.flags import digest

_MOST_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """Definitions that came into force, known by their sha256, and since when they hold.

    ``texts`` are the content hashes of the rules in them.
    """

    revision: int
    sha256: str
    since: datetime
    texts: frozenset[str]


class Course:
    """Every set of definitions in force, as far back as a straggler is told apart."""

    def __init__(self) -> None:
        """Begin without any."""
        self._steps: deque[Step] = deque(maxlen=_MOST_STEPS)
        self._turn = threading.Lock()

    def note(self, live: Live, now: datetime) -> None:
        """Take down what is in force now."""
        sha256 = digest(live.definitions)
        with self._turn:
            last = self._steps[-1] if self._steps else None
            if last is None or (last.revision, last.sha256) != (live.revision, sha256):
                self._steps.append(Step(live.revision, sha256, now, live.texts))

    def holding(self, text: str) -> frozenset[str]:
        """The sha256 of all definitions, in force or before, that have the rule of this text."""
        with self._turn:
            return frozenset(step.sha256 for step in self._steps if text in step.texts)

    def overtaken_at(self, sha256: str) -> datetime | None:
        """Since when something else is in force than these definitions; None while they are.

        For definitions that were never seen in force it is since the oldest that were.
        """
        with self._turn:
            steps = list(self._steps)
        if not steps or steps[-1].sha256 == sha256:
            return None
        after = steps
        for number, step in enumerate(steps):
            if step.sha256 == sha256:
                after = steps[number + 1 :]
        return after[0].since
