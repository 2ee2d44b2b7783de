"""Landing: the staged rows of one load become files, sets and the next manifest."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from time import monotonic

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from dashboard.warehouse.contract import Kind
from dashboard.warehouse.ingest.audiences import with_active, with_publishing
from dashboard.warehouse.ingest.checks import Refusals
from dashboard.warehouse.ingest.completeness import completeness, watermark_after
from dashboard.warehouse.ingest.numbering import People, published_people
from dashboard.warehouse.ingest.person_day_files import merged_person_days
from dashboard.warehouse.ingest.person_days import day_of, has_person_days
from dashboard.warehouse.ingest.readings import Reading
from dashboard.warehouse.ingest.report import Counted, IngestReport
from dashboard.warehouse.ingest.rollups import rollups
from dashboard.warehouse.ingest.rows import RowMerge, our_connection
from dashboard.warehouse.ingest.sources import source_files
from dashboard.warehouse.ingest.statements import Statement
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, Manifest, StoredTable

SHARE_OF_READING = 0.6


@dataclass(frozen=True)
class Landed:
    """The manifest after one load, and what became of it."""

    manifest: Manifest
    report: IngestReport


_LANDED = TypeAdapter(Landed)


def land(task: Task) -> Landed:
    """Take in one load, or recall that it was taken in; raises FatalSource or HostileFile."""
    done = task.room.recall("landed")
    if done is not None:
        return _LANDED.validate_json(done)
    begun = monotonic()
    spill = task.room.folder / "spill"
    people = People(
        [task.folder / file.path for file in task.before.people.files], task.before.people, spill
    )
    files = source_files(task.load.sources)
    zone = task.before.reporting_time_zone
    reading = Reading(task.table, files, sql=task.load.sql, zone=zone, room=task.room)
    reading.read(people, lambda share, said: task.progress(share * SHARE_OF_READING, said))
    manifest, statement = task.before, None
    if reading.staged:
        numbered = replace(task.before, people=published_people(people, reading.people_files, task))
        if has_person_days(task.table):
            manifest = _with_person_days(task, numbered, reading)
        else:
            manifest, statement = _with_rows(task, numbered, reading)
    report = _report(task, reading, manifest, monotonic() - begun)
    landed = Landed(manifest, report if statement is None else _of_groups(report, statement))
    task.room.remember("landed", _LANDED.dump_json(landed).decode())
    return landed


def _with_person_days(task: Task, numbered: Manifest, reading: Reading) -> Manifest:
    merged = merged_person_days(task, reading)
    rows = tuple(sorted((*merged.kept, *(new.rows for new in merged.written)), key=_since))
    tables = {**numbered.tables, task.load.table: _stored(task, rows, None)}
    return replace(numbered, tables=tables, audiences=with_active(task, merged))


def _with_rows(
    task: Task, numbered: Manifest, reading: Reading
) -> tuple[Manifest, Statement | None]:
    with our_connection(task.room.folder / "spill") as connection:
        merge = RowMerge(task, connection)
        merge.arrive([(path, piece.days) for path, piece in reading.staged])
        files = tuple(sorted(merge.written(), key=_since))
        instant = task.table.column(task.table.event).kind is Kind.INSTANT
        # A statement of a group is whole, so that it covers the last day it speaks of.
        streams = instant and not task.table.replaces_group
        latest = merge.latest_instant() if streams else None
        stored = _stored(task, files, latest)
        sums = rollups(task, stored, connection)
        tables = {**numbered.tables, task.load.table: stored, **sums}
        audiences = with_publishing(task, merge, files)
        return replace(numbered, tables=tables, audiences=audiences), merge.statement()


def _stored(task: Task, files: tuple[DataFile, ...], latest: datetime | None) -> StoredTable:
    since = min(file.since for file in files if file.since)
    until = max(file.until for file in files if file.until)
    weight = task.stored.weight if task.stored else task.load.weight or 1
    rows = sum(file.rows for file in files)
    watermark = watermark_after(task, until, latest)
    return StoredTable(files, rows, since, until, watermark, weight)


def _of_groups(report: IngestReport, statement: Statement) -> IngestReport:
    return replace(report, groups=statement.groups, rows_replaced=statement.rows_replaced)


def _report(task: Task, reading: Reading, after: Manifest, seconds: float) -> IngestReport:
    refusals = Refusals()
    for piece in reading.pieces:
        refusals.add_all(piece.refused)
    days = [day for piece in reading.pieces for day in piece.days]
    landed = sum(sum(piece.days.values()) for piece in reading.pieces)
    return IngestReport(
        table=task.load.table,
        version=task.before.version,
        rows_read=sum(piece.rows for piece in reading.pieces),
        rows_landed=landed,
        rows_replaced=landed + _rows(task.before, task) - _rows(after, task),
        refused=refusals.listed(),
        counted=_counted(task, reading),
        ignored=tuple(dict.fromkeys(name for piece in reading.pieces for name in piece.ignored)),
        since=day_of(min(days)) if days else None,
        until=day_of(max(days) + 1) if days else None,
        complete=completeness(task.load.table, task.before, after),
        seconds=seconds,
    )


def _counted(task: Task, reading: Reading) -> tuple[Counted, ...]:
    """The traits that any row has, in the contract's order."""
    sums = Counter[str]()
    for piece in reading.pieces:
        sums.update(piece.counted)
    listed = (Counted(trait.rows, sums[trait.rows]) for trait in task.table.traits)
    return tuple(counted for counted in listed if counted.rows)


def _rows(manifest: Manifest, task: Task) -> int:
    stored = manifest.tables.get(task.load.table)
    return stored.rows if stored else 0


def _since(file: DataFile) -> str:
    return str(file.since)
