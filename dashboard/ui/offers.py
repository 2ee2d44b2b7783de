"""What the filter bar offers of the data itself: what happened, and the platforms that were used.

Asked once for each version opened, instant looked from and reach, and kept as the sets are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.access.reader import Reach
from dashboard.charts.marks import Mark, marks_from
from dashboard.errors import WarehouseSilent
from dashboard.incidents.reads import marks
from dashboard.periods import MONTH_DAYS
from dashboard.slices import Slice, Span
from dashboard.ui.memory import Answer, LastGood, Memory, looked_from, spelled_set
from dashboard.warehouse.engine import AudienceKind, Warehouse

_ONE_DAY = timedelta(days=1)
_LONG_AGO = date(1970, 1, 1)
_MARKS: Memory[tuple[Mark, ...]] = Memory(32)
_PLATFORMS: Memory[frozenset[str]] = Memory(32)
_LAST_MARKS: LastGood[tuple[Mark, ...]] = LastGood(32)
_LAST_PLATFORMS: LastGood[frozenset[str]] = LastGood(32)


def happened(
    warehouse: Warehouse, folder: str, *, as_of: datetime, reach: Reach
) -> tuple[Mark, ...]:
    """Everything that happened up to then; raises DashboardError where it cannot be read.

    While the server is silent, what an earlier version knew: a span chosen by its incident stays.
    """
    ever = Slice(Span(_LONG_AGO, as_of.date() + _ONE_DAY), as_of)
    asked = _Asked(warehouse, folder, as_of, reach)
    return asked.known(
        _MARKS,
        _LAST_MARKS,
        lambda: marks_from(marks(warehouse, ever, reach), warehouse.reporting_time_zone),
    )


def seen_platforms(
    warehouse: Warehouse, folder: str, *, as_of: datetime, reach: Reach
) -> frozenset[str]:
    """The platforms anyone used in the month before then; raises DashboardError as above."""
    asked = _Asked(warehouse, folder, as_of, reach)
    return asked.known(_PLATFORMS, _LAST_PLATFORMS, lambda: _platforms(warehouse, as_of, reach))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is offered of a version, at an instant, to a reach."""

    warehouse: Warehouse
    folder: str
    as_of: datetime
    reach: Reach

    def known(
        self, memory: Memory[Answer], last: LastGood[Answer], ask: Callable[[], Answer]
    ) -> Answer:
        """What is remembered or asked; what was known last where the server is silent."""
        place, seen = self.folder, spelled_set(self.reach.countries)
        lasting = (place, looked_from(self.warehouse, self.as_of), seen)
        version = self.warehouse.version
        try:
            answer = memory.answer(
                (place, self.warehouse.fingerprint, self.as_of.isoformat(), seen), ask
            )
        except WarehouseSilent:
            kept = last.of(lasting, version=version)
            if kept is None:
                raise
            return kept
        last.keep(lasting, answer, version=version)
        return answer


def _platforms(warehouse: Warehouse, as_of: datetime, reach: Reach) -> frozenset[str]:
    last_day = warehouse.complete_until(as_of) - _ONE_DAY
    scope = reach.scope(Slice(Span(last_day, last_day + _ONE_DAY), as_of))
    audience = warehouse.audience(AudienceKind.ACTIVE, scope)
    return frozenset(audience.by_platform([last_day], MONTH_DAYS)["platform"])
