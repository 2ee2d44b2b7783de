"""The silence of a server: since when it does not answer, and when it is asked again.

One read that was not answered in time is enough: those after it fail at once for some seconds, so
that a page of many panels waits for one of them and not for each.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from dashboard.errors import ReadTooLong, WarehouseSilent

_FIRST_PAUSE_SECONDS = 4.0
_LONGEST_PAUSE_SECONDS = 60.0
_MOST_LONG_READS = 256


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a server, in a sentence that names it, and since when (aware UTC)."""

    what: str
    since: datetime


def _machine_time() -> datetime:
    return datetime.now(UTC)


class Silence:
    """What is known of one server's silence; shared by all who ask it, and safe between threads."""

    def __init__(
        self,
        *,
        seconds: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _machine_time,
    ) -> None:
        """Begin without trouble; ``seconds`` measures pauses, ``now`` dates a trouble."""
        self._seconds = seconds
        self._now = now
        self._lock = Lock()
        self._trouble: Trouble | None = None
        self._failed_reads = 0
        self._paused_until = 0.0
        self._long_reads: OrderedDict[int, float] = OrderedDict()

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong now; None while the server answers."""
        return self._trouble

    @contextmanager
    def reading(self, question: int) -> Iterator[None]:
        """Note how a read goes; raises WarehouseSilent at once while there is a pause.

        A question that took too long is not asked again for a minute, so that the others of its
        page, which may be short, have their turn.
        """
        self._refuse(question)
        try:
            yield
        except WarehouseSilent as silent:
            self._note(silent, question)
            raise
        with self._lock:
            self._trouble, self._failed_reads = None, 0

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Note how a look goes: a short question that is asked whatever the trouble."""
        try:
            yield
        except WarehouseSilent as silent:
            with self._lock:
                self._begin(str(silent))
                # Whoever does not answer a look is down: the first answer after it ends the pause.
                self._failed_reads = 0
                self._paused_until = self._seconds() + _FIRST_PAUSE_SECONDS
            raise
        with self._lock:
            # A server that answers looks and no reads is asked less and less often.
            if self._failed_reads == 0 or self._seconds() >= self._paused_until:
                self._trouble = None

    def _refuse(self, question: int) -> None:
        with self._lock:
            trouble, now = self._trouble, self._seconds()
            if self._long_reads.get(question, now) > now:
                raise ReadTooLong(
                    "This took the warehouse too long a moment ago. Ask for a shorter span or "
                    "fewer countries, or come back in a minute."
                )
            if trouble is not None and now < self._paused_until:
                raise WarehouseSilent(trouble.what)

    def _note(self, silent: WarehouseSilent, question: int) -> None:
        with self._lock:
            now = self._seconds()
            if isinstance(silent, ReadTooLong):
                self._long_reads[question] = now + _LONGEST_PAUSE_SECONDS
                if len(self._long_reads) > _MOST_LONG_READS:
                    self._long_reads.popitem(last=False)
            self._begin(str(silent))
            # Reads that were under way together fail together, and count as one.
            if now >= self._paused_until:
                pause = _FIRST_PAUSE_SECONDS * 2.0 ** min(self._failed_reads, 8)
                self._failed_reads += 1
                self._paused_until = now + min(pause, _LONGEST_PAUSE_SECONDS)

    def _begin(self, what: str) -> None:
        self._trouble = Trouble(what, self._trouble.since if self._trouble else self._now())
