"""What the filter bar offers of the data itself: what happened, and the platforms that were used.

Asked once for each version opened, and kept with it as its sets are.
"""

from datetime import date, datetime, timedelta

from dashboard.access.reader import LOCAL_READER
from dashboard.charts.marks import Mark, marks_from
from dashboard.incidents.reads import marks
from dashboard.slices import Scope, Slice, Span
from dashboard.ui.memory import Memory
from dashboard.warehouse.engine import AudienceKind, Warehouse

_ONE_DAY = timedelta(days=1)
_MONTH_DAYS = 28
_LONG_AGO = date(1970, 1, 1)
_MARKS: Memory[tuple[Mark, ...]] = Memory(32)
_PLATFORMS: Memory[frozenset[str]] = Memory(8)


def happened(warehouse: Warehouse, folder: str, as_of: datetime) -> tuple[Mark, ...]:
    """Everything that happened up to then; raises DashboardError where it cannot be read."""
    ever = Slice(Span(_LONG_AGO, as_of.date() + _ONE_DAY), as_of)
    return _MARKS.answer(
        (folder, warehouse.fingerprint, as_of.isoformat()),
        lambda: marks_from(marks(warehouse, ever, LOCAL_READER.reach)),
    )


def seen_platforms(warehouse: Warehouse, folder: str) -> frozenset[str]:
    """The platforms anyone used in the last month; raises DashboardError as above."""
    return _PLATFORMS.answer((folder, warehouse.fingerprint), lambda: _platforms(warehouse))


def _platforms(warehouse: Warehouse) -> frozenset[str]:
    last_day = warehouse.complete_until(warehouse.now) - _ONE_DAY
    audience = warehouse.audience(AudienceKind.ACTIVE, Scope(warehouse.now))
    return frozenset(audience.by_platform([last_day], _MONTH_DAYS)["platform"])
