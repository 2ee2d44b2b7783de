"""Completeness: up to which instant a table can be taken for complete, and which days that means.

A day that rows can still come for would be drawn as a fall, so it must not count too early; nor may
what an operator has stated be moved by rows that merely happened to come.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.warehouse.ingest.report import Completeness
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import Manifest

_A_DAY = timedelta(days=1)


def watermark_after(task: Task, until: date, latest: datetime | None) -> datetime:
    """The watermark of a table whose rows lie before ``until``.

    ``latest`` is its latest event where events are instants. Stated, it holds as stated, and may
    lie before where it stood. Of a load that grows, the newest day is left open, and a statement
    is where the watermark begins: later days move it on. By itself it never moves back.
    """
    if task.load.watermark is not None and not task.load.is_growing:
        return task.load.watermark
    last_day_ends = until - _A_DAY if task.load.is_growing else until
    marks = [latest or _midnight(last_day_ends, task.before.reporting_time_zone)]
    marks += [task.load.watermark] if task.load.watermark else []
    marks += [task.stored.watermark] if task.stored else []
    return max(marks)


def completeness(table: str, before: Manifest, after: Manifest) -> Completeness | None:
    """How far a table is complete after a load; None while it has no rows."""
    now = after.tables.get(table)
    if now is None:
        return None
    earlier = before.tables.get(table)
    moved_back = earlier is not None and now.watermark < earlier.watermark
    reached = now.watermark.astimezone(ZoneInfo(after.reporting_time_zone)).date()
    return Completeness(
        since=now.since,
        until=max(now.since, reached),
        newest_day=now.until - _A_DAY,
        watermark=now.watermark,
        moved_back_from=earlier.watermark if earlier and moved_back else None,
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
