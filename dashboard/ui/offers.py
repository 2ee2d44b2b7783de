"""What the filter bar offers of the data itself: what happened, and the platforms that were used.

Asked once for each version opened, instant looked from and reach, and kept as the sets are.
"""

from datetime import date, datetime, timedelta

from dashboard.access.reader import Reach
from dashboard.charts.marks import Mark, marks_from
from dashboard.incidents.reads import marks
from dashboard.slices import Slice, Span
from dashboard.ui.memory import Memory, Question, spelled_set
from dashboard.warehouse.engine import AudienceKind, Warehouse

_ONE_DAY = timedelta(days=1)
_MONTH_DAYS = 28
_LONG_AGO = date(1970, 1, 1)
_MARKS: Memory[tuple[Mark, ...]] = Memory(32)
_PLATFORMS: Memory[frozenset[str]] = Memory(32)


def happened(
    warehouse: Warehouse, folder: str, *, as_of: datetime, reach: Reach
) -> tuple[Mark, ...]:
    """Everything that happened up to then; raises DashboardError where it cannot be read."""
    ever = Slice(Span(_LONG_AGO, as_of.date() + _ONE_DAY), as_of)
    return _MARKS.answer(
        _question(warehouse, folder, as_of, reach),
        lambda: marks_from(marks(warehouse, ever, reach)),
    )


def seen_platforms(
    warehouse: Warehouse, folder: str, *, as_of: datetime, reach: Reach
) -> frozenset[str]:
    """The platforms anyone used in the month before then; raises DashboardError as above."""
    return _PLATFORMS.answer(
        _question(warehouse, folder, as_of, reach), lambda: _platforms(warehouse, as_of, reach)
    )


def _platforms(warehouse: Warehouse, as_of: datetime, reach: Reach) -> frozenset[str]:
    last_day = warehouse.complete_until(as_of) - _ONE_DAY
    scope = reach.scope(Slice(Span(last_day, last_day + _ONE_DAY), as_of))
    audience = warehouse.audience(AudienceKind.ACTIVE, scope)
    return frozenset(audience.by_platform([last_day], _MONTH_DAYS)["platform"])


def _question(warehouse: Warehouse, folder: str, as_of: datetime, reach: Reach) -> Question:
    return folder, warehouse.fingerprint, as_of.isoformat(), spelled_set(reach.countries)
