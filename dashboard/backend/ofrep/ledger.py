"""The ledger: which revision each point of presence runs, since when, and what it served.

It is kept in memory: a point of presence tells again within seconds of a restart what it runs.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboard.backend.ofrep.course import Course
from dashboard.backend.ofrep.live import Live
from dashboard.backend.ofrep.minutes import Minutes, Recently
from dashboard.control.edge import Acknowledgement, Outcome, Served, TrafficMinute
from dashboard.control.status import EdgeState
from dashboard.geofence.flags import digest

MOST_POPS = 1_000
STRAGGLES_AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of presence: what it runs, when it first said so, and when it was last heard of."""

    pop: str
    revision: int
    sha256: str
    acknowledged_at: datetime
    heard_at: datetime
    served: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    still: Recently = field(default_factory=Recently)

    def is_straggler(self, revision: int, now: datetime) -> bool:
        """Whether it runs another revision, or has not been heard of for a while."""
        return self.revision != revision or self.is_silent(now)

    def is_silent(self, now: datetime) -> bool:
        """Whether it has not been heard of for a while."""
        return now - self.heard_at > STRAGGLES_AFTER


def _none_is_closed(_country: str) -> bool:
    return False


class Ledger:
    """What the points of presence told."""

    def __init__(self) -> None:
        """Begin without any."""
        self.course = Course()
        self._points: dict[str, Point] = {}
        self._minutes = Minutes()
        self._turn = threading.Lock()

    def note(self, told: Acknowledgement, now: datetime,
             is_closed: Callable[[str], bool] = _none_is_closed) -> bool:  # fmt: skip
        """Take one in; False where there are too many points of presence already.

        ``is_closed`` says of a country whether the rules in force let nobody in from there.
        """
        with self._turn:
            before = self._points.get(told.pop)
            if before is None and len(self._points) >= MOST_POPS:
                return False
            point = _heard(before, told, now)
            point.still.note(told.served, is_closed, now)
            self._minutes.note(told.served, now)
            self._points[told.pop] = point
            return True

    def points(self) -> list[Point]:
        """Every point of presence that was heard of, by name."""
        with self._turn:
            return [self._points[name] for name in sorted(self._points)]

    def running(self, text: str) -> int:
        """How many of them acknowledged definitions with the rule of this content hash.

        One that a later change of something else has not reached yet, or that fell silent, counts.
        """
        of_it = self.course.holding(text)
        return sum(point.sha256 in of_it for point in self.points())

    def served(self) -> Counter[tuple[str, Outcome]]:
        """Requests by country and outcome over all of them, since this program began."""
        return sum((point.served for point in self.points()), Counter())

    def traffic(self, country: str, now: datetime) -> tuple[TrafficMinute, ...]:
        """The requests of one country by minute, of the last hour at most."""
        with self._turn:
            return self._minutes.of(country, now)

    def states(self, live: Live, now: datetime) -> tuple[EdgeState, ...]:
        """How every point of presence stands to what is in force, by name."""
        self.course.note(live, now)
        return tuple(self._state(point, live, now) for point in self.points())

    def _state(self, point: Point, live: Live, now: datetime) -> EdgeState:
        # A demo's clock can be set, which gives other definitions of the same revision.
        is_other = point.sha256 != digest(live.definitions)
        is_straggler = is_other or point.is_straggler(live.revision, now)
        overtaken_at = self.course.overtaken_at(point.sha256) if is_other else None
        since = min(overtaken_at or now, point.heard_at if point.is_silent(now) else now)
        return EdgeState(
            pop=point.pop,
            revision=point.revision,
            behind=max(live.revision - point.revision, 0),
            is_straggler=is_straggler,
            acknowledged_at=point.acknowledged_at,
            heard_at=point.heard_at,
            served=_lines(point.served),
            lag_seconds=(now - (overtaken_at or now)).total_seconds(),
            straggles_since=since if is_straggler else None,
            still_served=None if point.is_silent(now) else point.still.now(now),
        )


def _heard(before: Point | None, told: Acknowledgement, now: datetime) -> Point:
    """The point of presence after what it told now."""
    if before is None:
        before = Point(told.pop, told.revision, told.sha256, now, now)
    served = Counter(before.served)
    for line in told.served:
        served[line.country, line.outcome] += line.requests
    is_same = (before.revision, before.sha256) == (told.revision, told.sha256)
    since = before.acknowledged_at if is_same else now
    return Point(told.pop, told.revision, told.sha256, since, now, served, before.still)


def _lines(served: Counter[tuple[str, Outcome]]) -> tuple[Served, ...]:
    return tuple(
        Served(country=country, outcome=outcome, requests=count)
        for (country, outcome), count in sorted(served.items())
    )
