"""Minutes: requests by country and outcome as the points of presence told of them, an hour of it.

Like the rest of the ledger it is kept in memory and bounded: what is charted is the last hour, and
a restart shows as a gap rather than as an hour without requests.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from dashboard.control.edge import Outcome, Served, StillServed, TrafficMinute

KEPT = timedelta(hours=1)
RATE_OVER = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_SLICE_SECONDS = 5


class Minutes:
    """Requests by minute."""

    def __init__(self) -> None:
        """Begin without any."""
        self._counts: dict[datetime, Counter[tuple[str, Outcome]]] = {}

    def note(self, served: Iterable[Served], now: datetime) -> None:
        """Count what was told now into the minute of now."""
        minute = _minute(now)
        if minute not in self._counts:
            self._counts = {at: told for at, told in self._counts.items() if at > minute - KEPT}
        told = self._counts.setdefault(minute, Counter())
        for line in served:
            told[line.country, line.outcome] += line.requests

    def of(self, country: str, now: datetime) -> tuple[TrafficMinute, ...]:
        """What was told from one country, by minute; minutes nothing was told in are left out."""
        until = _minute(now)
        return tuple(
            TrafficMinute(
                at=at,
                allowed=told[country, Outcome.ALLOWED],
                blocked=told[country, Outcome.BLOCKED],
                redirected=told[country, Outcome.REDIRECTED],
                is_over=at < until,
            )
            for at, told in sorted(self._counts.items()) if at > until - KEPT
        )  # fmt: skip


class Recently:
    """Requests of the last minute that were let in though their country is closed."""

    def __init__(self) -> None:
        """Begin without any."""
        self._slices: deque[tuple[datetime, Counter[str]]] = deque()

    def note(self, served: Iterable[Served], is_closed: Callable[[str], bool],
             now: datetime) -> None:  # fmt: skip
        """Count those of the lines that should not have been let in."""
        told = Counter({
            line.country: line.requests for line in served
            if line.outcome is Outcome.ALLOWED and line.requests and is_closed(line.country)
        })  # fmt: skip
        if not self._slices or now - self._slices[-1][0] >= timedelta(seconds=_SLICE_SECONDS):
            self._slices.append((now, Counter()))
        self._slices[-1][1].update(told)
        while now - self._slices[0][0] >= RATE_OVER:
            self._slices.popleft()

    def now(self, now: datetime) -> tuple[StillServed, ...]:
        """Requests of the last minute by country, in the order of their codes."""
        held = [told for at, told in list(self._slices) if now - at < RATE_OVER]
        total = sum(held, Counter[str]())
        return tuple(StillServed(country=country, requests=total[country])
                     for country in sorted(total))  # fmt: skip


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
