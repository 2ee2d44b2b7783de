"""What was known to have happened: days held back from learning, and what a surprise stands beside.

A surprise is never said to be caused by an incident, only to fall into its span and its places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from dashboard.expectation.seasonal_filter import RELEARN_DAYS_EXCLUDED, Flags
from dashboard.incidents.measured import Place
from dashboard.slices import Scope, Span
from dashboard.warehouse.engine import Warehouse

_ONE_DAY = timedelta(days=1)
_CHANGE_BEFORE = 2 * _ONE_DAY
"""A change stands beside a surprise that began at most so long after it was applied."""


@dataclass(frozen=True, slots=True)
class Event:
    """An incident, or a change in force: its first and last day, and countries, none for all."""

    kind: str
    event_id: str
    title: str
    began: date
    last: date
    countries: frozenset[str]

    def touches(self, place: Place) -> bool:
        """Whether the place lies inside, or is so wide that the event lies inside it."""
        return not place[0] or not self.countries or place[0] in self.countries

    def lies_in(self, scope: Scope) -> bool:
        """Whether it touches the scope: what happens elsewhere is not told there."""
        return (
            scope.countries is None or not self.countries or bool(self.countries & scope.countries)
        )

    def reaches(self, since: date) -> bool:
        """Whether it lies beside what began on ``since``.

        An incident does by lasting until then; a change by having just begun, since most changes
        stay in force for good.
        """
        if self.kind == "incident":
            return self.last >= since
        return self.began >= since - _CHANGE_BEFORE


def learning(warehouse: Warehouse, scope: Scope, span: Span, places: Sequence[Place]) -> Flags:
    """Which days each place may learn from; days x places.

    Left out are the days of an incident that touches the place, from the day it was written down,
    at most RELEARN_DAYS_EXCLUDED from its beginning. What was written down later holds no day
    before, so that no band is painted anew.
    """
    learns = np.ones((span.length_days, len(places)), dtype=np.bool_)
    rows = warehouse.read("incidents/spans_known", scope, **_instants(warehouse, span))
    recorded = _days(warehouse, rows, "recorded_at")
    for event, known in zip(_events(warehouse, rows, span, "incident"), recorded, strict=True):
        longest = event.began + (RELEARN_DAYS_EXCLUDED - 1) * _ONE_DAY
        if not event.lies_in(scope):
            continue
        first = max((max(event.began, known or event.began) - span.since).days, 0)
        until = max((min(event.last, longest) - span.since).days + 1, 0)
        learns[first:until, np.array([event.touches(place) for place in places])] = False
    return learns


def events(warehouse: Warehouse, scope: Scope, span: Span) -> list[Event]:
    """The incidents and changes of a span of days, in the scope and as known at its as-of."""
    instants = _instants(warehouse, span)
    return [
        event
        for kind in ("incident", "change")
        for event in _events(
            warehouse, warehouse.read(_QUERIES[kind], scope, **instants), span, kind
        )
        if event.lies_in(scope)
    ]


def beside(known: Sequence[Event], since: date, last: date, place: Place) -> Event | None:
    """The incident, else the change just applied, that touches the days and the place.

    One that names countries goes before one of all, then the one that began closest to ``since``.
    """
    touching = [
        event
        for event in known
        if event.touches(place) and event.began <= last and event.reaches(since)
    ]
    return min(
        touching,
        key=lambda e: (e.kind != "incident", not e.countries, abs(e.began - since)),
        default=None,
    )


_QUERIES = {"incident": "incidents/incidents", "change": "incidents/applied_changes"}
_COLUMNS = {"incident": ("incident_id", "started_at"), "change": ("change_id", "applied_at")}


def _events(warehouse: Warehouse, rows: pl.DataFrame, span: Span, kind: str) -> list[Event]:
    key, began = _COLUMNS[kind]
    titles = rows["title"] if "title" in rows.columns else rows[key]
    return [
        Event(kind, event_id, title, first or span.since, last or span.last_day,
              frozenset(countries or ()))
        for event_id, title, first, last, countries in zip(
            rows[key], titles, _days(warehouse, rows, began), _days(warehouse, rows, "ended_at"),
            rows["countries"].to_list(), strict=True,
        )
    ]  # fmt: skip


def _days(warehouse: Warehouse, rows: pl.DataFrame, column: str) -> list[date | None]:
    """The calendar days of instants, in the reporting zone."""
    zone = warehouse.reporting_time_zone
    days: list[date | None] = rows[column].dt.convert_time_zone(zone).dt.date().to_list()
    return days


def _instants(warehouse: Warehouse, span: Span) -> dict[str, datetime]:
    zone = ZoneInfo(warehouse.reporting_time_zone)
    ends = {"since": span.since, "until": span.until}
    return {name: datetime.combine(day, time(), zone).astimezone(UTC) for name, day in ends.items()}
