"""Person-day files: for each span of days the rows, the day sets and the travels, side by side."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest.ahead import ahead
from dashboard.warehouse.ingest.day_sets import (
    Presence,
    day_sets,
    travels,
    write_day_sets,
    write_travels,
)
from dashboard.warehouse.ingest.person_days import (
    Arrivals,
    Unit,
    day_of,
    known_places,
    stored,
    stored_type,
)
from dashboard.warehouse.ingest.places import Ranking, ranking
from dashboard.warehouse.ingest.readings import Reading
from dashboard.warehouse.ingest.spans import ROWS_IN_A_FILE, Target, targets
from dashboard.warehouse.ingest.staging import settle
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, describe

_ROW_GROUP_ROWS = 262_144


@dataclass(frozen=True)
class SpanFiles:
    """What one span of days is kept in; no travels where nobody travelled."""

    rows: DataFile
    sets: DataFile
    travels: DataFile | None


_SPAN_FILES = TypeAdapter(tuple[SpanFiles, ...])


@dataclass(frozen=True)
class MergedDays:
    """What a load made of a table of person days: files kept, gone and written, days arrived."""

    kept: tuple[DataFile, ...]
    gone: tuple[DataFile, ...]
    written: tuple[SpanFiles, ...]
    arriving: tuple[date, ...]


def merged_person_days(task: Task, reading: Reading) -> MergedDays:
    """Merge what was staged with the files that hold the same days, one file after the other."""
    files = task.stored.files if task.stored else ()
    arrivals = Arrivals(task.table, [(path, piece.days) for path, piece in reading.staged])
    planned = targets(files, {day_of(day): rows for day, rows in arrivals.rows.items()})
    gone = tuple(file for target in planned for file in target.replaced)
    known_places(task.table, [task.folder / file.path for file in gone], reading.places)
    ranks = ranking(reading.places)
    written = list(chain.from_iterable(_in_turn(task, planned, arrivals, ranks)))
    kept = tuple(file for file in files if file not in gone)
    return MergedDays(kept, gone, tuple(written), tuple(map(day_of, sorted(arrivals.rows))))


@dataclasses.dataclass(frozen=True, slots=True)
class _Merged:
    """A unit of one target with its sets, ready to be written."""

    target: int
    unit: Unit
    present: Presence
    sets: pa.Table


def _in_turn(
    task: Task, planned: Sequence[Target], arrivals: Arrivals, ranks: Ranking
) -> Iterator[tuple[SpanFiles, ...]]:
    """The files of each target, those of an earlier run recalled, the others written now.

    While one unit is written the next is merged, be it of the same target or of the next.
    """
    recalled = [task.room.recall(_step(index)) for index in range(len(planned))]
    left = [index for index, done in enumerate(recalled) if done is None]
    yield from (_SPAN_FILES.validate_json(done) for done in recalled if done is not None)
    units = (
        _with_sets(task.table, index, unit, ranks)
        for index in left
        for unit in arrivals.units(task.folder, planned[index], ranks)
    )
    for index, of_target in groupby(ahead(units), attrgetter("target")):
        share = 0.6 + 0.35 * index / len(planned)
        task.progress(share, f"{task.load.table}: {planned[index].first_day:%B %Y}")
        yield _written(task, index, of_target, ranks)


def _step(target: int) -> str:
    return f"file-{target:06d}"


def _written(
    task: Task, target: int, units: Iterator[_Merged], ranks: Ranking
) -> tuple[SpanFiles, ...]:
    files = tuple(
        _span_files(task, _up_to(ROWS_IN_A_FILE, chain([unit], units)), ranks) for unit in units
    )
    task.room.remember(_step(target), _SPAN_FILES.dump_json(files).decode())
    return files


def _up_to(rows: int, units: Iterator[_Merged]) -> Iterator[_Merged]:
    """Units until they hold so many rows; the rest stay where they are."""
    taken = 0
    while taken < rows and (unit := next(units, None)) is not None:
        taken += len(unit.unit.slots)
        yield unit


def _span_files(task: Task, units: Iterator[_Merged], ranks: Ranking) -> SpanFiles:
    table, unfinished = task.table, task.room.folder / "unfinished.parquet"
    sets, journeys, slots = [], [], []
    with _writer(table, unfinished) as writer:
        for merged in units:
            unit = merged.unit
            writer.write_table(stored(table, unit, ranks), _ROW_GROUP_ROWS)
            sets.append(merged.sets)
            journeys.append(travels(merged.present, ranks))
            slots.append((unit.first, int(unit.slots[0]), int(unit.slots[-1]), len(unit.slots)))
    first, last = slots[0][0] + slots[0][1] // ranks.size, slots[-1][0] + slots[-1][2] // ranks.size
    span = (day_of(first), day_of(last + 1))
    name = f"{span[0]}_{day_of(last)}"
    path = task.rows_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    settle(unfinished)
    unfinished.replace(path)
    rows_file = describe(task.folder, path, sum(slot[3] for slot in slots), span)
    return SpanFiles(rows_file, *_set_files(task, name, span, sets=sets, journeys=journeys))


def _set_files(
    task: Task,
    name: str,
    span: tuple[date, date],
    *,
    sets: list[pa.Table],
    journeys: list[pa.Table],
) -> tuple[DataFile, DataFile | None]:
    path = task.sets_path("active", name)
    held = describe(task.folder, path, write_day_sets(path, sets), span)
    rows = pa.concat_tables(journeys)
    if not rows.num_rows:
        return held, None
    path = task.travels_path("active", name)
    write_travels(path, rows)
    return held, describe(task.folder, path, rows.num_rows, span)


def _with_sets(table: Table, target: int, unit: Unit, ranks: Ranking) -> _Merged:
    day, place = unit.days_and_places(ranks)
    person, views = unit.rows[table.persons[0]].to_numpy(), unit.rows["views"]
    active = views.to_numpy() >= 1
    if not active.all():
        day, place, person, views = day[active], place[active], person[active], views.filter(active)
    present = Presence(unit.first, day, place, person, views)
    return _Merged(target, unit, present, day_sets(present, ranks, by_platform=True))


def _writer(table: Table, path: Path) -> pq.ParquetWriter:
    schema = pa.schema([(column.name, stored_type(column.kind)) for column in table.columns])
    packed = {c.name: "DELTA_BINARY_PACKED" for c in table.columns if c.kind is Kind.PERSON}
    plain = [
        c.name for c in table.columns if c.kind is not Kind.PERSON and c.kind is not Kind.NUMBER
    ]
    return pq.ParquetWriter(
        path,
        schema,
        compression="snappy",
        use_dictionary=plain,
        column_encoding=packed,
        store_schema=False,
    )
