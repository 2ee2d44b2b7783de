"""The moment a band was left: by the hour, on a day of which the days alone say only that it was.

The uploads of the last day, or week, are counted anew at each hour. What was expected of them moves
from that of the midnight before to that of the midnight after as the hours of a usual day pass.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from dashboard.expectation.seasonal_filter import Floats
from dashboard.slices import Scope
from dashboard.warehouse.engine import Warehouse

USUAL_DAYS = 28
"""How many days before tell how the uploads of a day are spread over its hours."""
_HOURS = 24
_ONE_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)

Ends: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A day at whose end a band was left: uploads of ``over_days`` as each midnight had them.

    Each pair is of the midnight the day begins with and of the one it ends with; ``edge`` is that
    side of the band which was left. Counts are rows of the sample.
    """

    day: date
    over_days: int
    observed: Ends
    expected: Ends
    edge: Ends


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of the first hour from which on a day's uploads lay outside their band.

    ``at`` is an instant in the reporting zone; ``change_share`` is how far the uploads of the
    ``over_days`` that end then lie from what was expected of them.
    """

    at: datetime
    over_days: int
    change_share: float


def moment_left(warehouse: Warehouse, scope: Scope, crossing: Crossing) -> Moment | None:
    """When the band was left on that day; None where the midnights before it are unknown."""
    by_hour = _uploads_by_hour(warehouse, scope, crossing.day)
    usual = by_hour[:-1].sum(axis=0)
    ends = np.array([crossing.observed, crossing.expected, crossing.edge])
    if not (np.isfinite(ends).all() and usual.sum()):
        return None
    passed = np.cumsum(usual) / usual.sum()
    came, went = by_hour[-1], by_hour[-1 - crossing.over_days]
    observed = crossing.observed[0] + np.cumsum(came - went)
    expected, edge = (_between(ends, passed) for ends in (crossing.expected, crossing.edge))
    is_below = crossing.observed[1] < crossing.expected[1]
    inside = np.flatnonzero(observed >= edge if is_below else observed <= edge)
    hour = min(int(inside.max(initial=-1)) + 1, _HOURS - 1)
    midnight = _midnight(warehouse, crossing.day)
    share = float(observed[hour] / expected[hour] - 1)
    return Moment(midnight + (hour + 1) * _ONE_HOUR, crossing.over_days, share)


def _between(ends: Ends, passed: Floats) -> Floats:
    before, after = ends
    return before + (after - before) * passed


def _uploads_by_hour(warehouse: Warehouse, scope: Scope, day: date) -> Floats:
    """Uploads of the USUAL_DAYS before a day and of the day, days x hours.

    Where a clock was put back, the hour too many counts into the last one.
    """
    midnights = [_midnight(warehouse, day + (n - USUAL_DAYS) * _ONE_DAY)
                 for n in range(USUAL_DAYS + 2)]  # fmt: skip
    rows = warehouse.read("velocity/hour_uploads", scope, since=midnights[0], until=midnights[-1])
    began = np.array([_hours(midnights[0], midnight) for midnight in midnights])
    number = rows["hour_number"].to_numpy()
    at = np.searchsorted(began, number, side="right") - 1
    hour = np.minimum(number - began[at], _HOURS - 1)
    counted = np.zeros((USUAL_DAYS + 1, _HOURS))
    np.add.at(counted, (at, hour), rows["uploads"].to_numpy())
    return counted


def _hours(since: datetime, until: datetime) -> int:
    """Of instants in one zone, whose clock may have changed between them."""
    return int(until.timestamp() - since.timestamp()) // 3600


def _midnight(warehouse: Warehouse, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(warehouse.reporting_time_zone))
