"""Live: the definitions in force, looked up a few times a second however often they are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import anyio
import anyio.to_thread

from dashboard.geofence.answers import Definitions

KEPT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Live:
    """A revision of the rules and their definitions, as flagd reads them.

    ``texts`` are the content hashes of the rules they were compiled of.
    """

    revision: int
    definitions: bytes
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready:
    """A revision that is ready to answer, and what it was read from."""

    live: Live
    definitions: Definitions

    @property
    def revision(self) -> int:
        """Its number."""
        return self.live.revision


class Recent:
    """The live definitions, at most KEPT_SECONDS old."""

    def __init__(self, live: Callable[[], Live]) -> None:
        """Look up by ``live``, which may take its time: it is asked in a thread, once at a time."""
        self._live = live
        self._turn = anyio.Lock()
        self._ready: Ready | None = None
        self._until = 0.0

    async def now(self) -> Ready:
        """The definitions in force; raises what the look-up raises."""
        if self._ready is not None and monotonic() < self._until:
            return self._ready
        async with self._turn:
            if self._ready is None or monotonic() >= self._until:
                found = await anyio.to_thread.run_sync(self._live)
                self._ready = self._read(found)
                self._until = monotonic() + KEPT_SECONDS
            return self._ready

    def _read(self, found: Live) -> Ready:
        held = self._ready
        if held is not None and held.definitions.text == found.definitions:
            return Ready(found, held.definitions)
        return Ready(found, Definitions.read(found.definitions))
