"""Audiences: the sets a load changes, and those it leaves as they are."""

from collections.abc import Sequence
from datetime import date

from dashboard.warehouse.ingest.cohorts import cohort_files
from dashboard.warehouse.ingest.person_day_files import MergedDays
from dashboard.warehouse.ingest.publishing import PublishingSets, published_months
from dashboard.warehouse.ingest.rows import RowMerge
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, StoredAudience

ACTIVE = "active"
PUBLISHING = "publishing"
_UPLOADS = "uploads"


def with_active(task: Task, merged: MergedDays) -> dict[str, StoredAudience]:
    """The audiences once the day sets of the merged spans are in place of the old ones."""
    before = task.audience(ACTIVE)
    days = (*_outside(before.days, merged.gone), *(new.sets for new in merged.written))
    new_travels = (new.travels for new in merged.written if new.travels)
    travels = (*_outside(before.travels, merged.gone), *new_travels)
    cohorts = _cohorts(task, ACTIVE, days, min(merged.arriving))
    return {
        **task.before.audiences,
        ACTIVE: StoredAudience(_sorted(days), cohorts, _sorted(travels)),
    }


def with_publishing(
    task: Task, merge: RowMerge, files: Sequence[DataFile]
) -> dict[str, StoredAudience]:
    """The audiences once the months in which videos were published are made anew."""
    if task.load.table != _UPLOADS:
        return task.before.audiences
    zone = task.before.reporting_time_zone
    months = published_months(merge.arrived, zone)
    if task.stored is not None:
        months |= published_months(merge.beaten(task.stored.files), zone)
    if not months:
        return task.before.audiences
    fresh = PublishingSets(merge.stored(files), zone, task).refreshed(
        task.audience(PUBLISHING), months
    )
    cohorts = _cohorts(task, PUBLISHING, fresh.days, min(months))
    return {
        **task.before.audiences,
        PUBLISHING: StoredAudience(_sorted(fresh.days), cohorts, _sorted(fresh.travels)),
    }


def _cohorts(
    task: Task, kind: str, days: Sequence[DataFile], changed: date
) -> tuple[DataFile, ...]:
    name = task.sets_path(kind, "cohorts-{year}").relative_to(task.folder).as_posix()
    kept = task.audience(kind).cohorts
    return cohort_files(task.folder, days, kept, changed=changed, name=name)


def _outside(files: Sequence[DataFile], gone: Sequence[DataFile]) -> tuple[DataFile, ...]:
    spans = {(file.since, file.until) for file in gone}
    return tuple(file for file in files if (file.since, file.until) not in spans)


def _sorted(files: Sequence[DataFile]) -> tuple[DataFile, ...]:
    return tuple(sorted(files, key=lambda file: str(file.since)))
