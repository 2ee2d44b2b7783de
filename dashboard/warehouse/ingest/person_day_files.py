"""Person-day files: for each span of days the rows, the day sets and the travels, side by side."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest.ahead import ahead
from dashboard.warehouse.ingest.columns import ARROW_TYPES
from dashboard.warehouse.ingest.day_sets import (
    Presence,
    day_sets,
    travels,
    write_day_sets,
    write_travels,
)
from dashboard.warehouse.ingest.person_days import Arrivals, Unit, day_of, known_places, stored
from dashboard.warehouse.ingest.places import Ranking, ranking
from dashboard.warehouse.ingest.readings import Reading
from dashboard.warehouse.ingest.spans import ROWS_IN_A_FILE, targets
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
    written: list[SpanFiles] = []
    for index, target in enumerate(planned):
        task.progress(
            0.6 + 0.35 * index / len(planned), f"{task.load.table}: {target.first_day:%B %Y}"
        )
        written.extend(
            _written(task, f"file-{index:06d}", arrivals.units(task.folder, target, ranks), ranks)
        )
    kept = tuple(file for file in files if file not in gone)
    return MergedDays(kept, gone, tuple(written), tuple(map(day_of, sorted(arrivals.rows))))


def _written(task: Task, step: str, units: Iterator[Unit], ranks: Ranking) -> tuple[SpanFiles, ...]:
    done = task.room.recall(step)
    if done is not None:
        return _SPAN_FILES.validate_json(done)
    files: list[SpanFiles] = []
    for unit in units:
        files.append(_span_files(task, _up_to(ROWS_IN_A_FILE, chain([unit], units)), ranks))
    task.room.remember(step, _SPAN_FILES.dump_json(tuple(files)).decode())
    return tuple(files)


def _up_to(rows: int, units: Iterator[Unit]) -> Iterator[Unit]:
    """Units until they hold so many rows; the rest stay where they are."""
    taken = 0
    while taken < rows and (unit := next(units, None)) is not None:
        taken += len(unit.slots)
        yield unit


def _span_files(task: Task, units: Iterator[Unit], ranks: Ranking) -> SpanFiles:
    table, unfinished = task.table, task.room.folder / "unfinished.parquet"
    sets, journeys, slots = [], [], []
    with _writer(table, unfinished) as writer:
        for unit, present, unit_sets in ahead(_with_sets(table, unit, ranks) for unit in units):
            writer.write_table(stored(table, unit, ranks), _ROW_GROUP_ROWS)
            sets.append(unit_sets)
            journeys.append(travels(present, ranks))
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


def _with_sets(table: Table, unit: Unit, ranks: Ranking) -> tuple[Unit, Presence, pa.Table]:
    views = unit.rows["views"]
    active = np.flatnonzero(views.to_numpy() >= 1)
    day, place = np.divmod(unit.slots[active], np.uint32(ranks.size))
    person = unit.rows[table.persons[0]].to_numpy()[active]
    present = Presence(unit.first, day, place, person, views[active])
    return unit, present, day_sets(present, ranks, by_platform=True)


def _writer(table: Table, path: Path) -> pq.ParquetWriter:
    schema = pa.schema(
        [
            (
                column.name,
                pa.dictionary(pa.int32(), pa.utf8())
                if column.name in (table.country, table.platform)
                else ARROW_TYPES[column.kind],
            )
            for column in table.columns
        ]
    )
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
