"""Cohorts: for each day the people who were present for the first time."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import pyarrow as pa
from pyroaring import BitMap

from dashboard.warehouse.audience_files import SetRow, write_sets
from dashboard.warehouse.ingest.staging import settle
from dashboard.warehouse.manifest import DataFile, describe


def cohort_files(
    folder: Path, days: Sequence[DataFile], kept: Sequence[DataFile], *, changed: date, name: str
) -> tuple[DataFile, ...]:
    """The cohorts, one file a year, right again from the year of the first changed day on.

    ``days`` are all files of day sets, ``kept`` the cohorts as they were. A year none of whose
    people are new has no file. ``name`` is the path of the new files with the year left open.
    """
    first = changed.replace(month=1, day=1)
    before = [file for file in kept if file.until is not None and file.until <= first]
    seen = BitMap()
    for file in before:
        seen.update(*(numbers for _, numbers in _worlds(folder, file)))
    after = sorted((f for f in days if f.until is not None and f.until > first), key=_since)
    new = _newcomers(
        ((day, people) for f in after for day, people in _worlds(folder, f)), first, seen
    )
    written = [
        _written(folder, folder / name.format(year=year), list(rows))
        for year, rows in groupby(new, key=lambda row: row.day.year)
    ]
    return (*before, *written)


def _newcomers(
    worlds: Iterator[tuple[date, BitMap]], first: date, seen: BitMap
) -> Iterator[SetRow]:
    for day, people in worlds:
        if day < first:
            continue
        new = people - seen
        if new:
            seen |= new
            yield SetRow(day, "", "", new)


def _worlds(folder: Path, file: DataFile) -> Iterator[tuple[date, BitMap]]:
    with pa.OSFile(str(folder / file.path)) as opened:
        table = pa.ipc.open_file(opened).read_all()
    world = table.filter((pa.compute.field("country") == "") & (pa.compute.field("platform") == ""))
    for day, numbers in zip(world.column("day"), world.column("numbers"), strict=True):
        yield day.as_py(), BitMap.deserialize(numbers.as_py())


def _written(folder: Path, path: Path, rows: list[SetRow]) -> DataFile:
    write_sets(path, iter(rows))
    settle(path)
    return describe(folder, path, len(rows), (rows[0].day, rows[-1].day + timedelta(days=1)))


def _since(file: DataFile) -> date:
    return file.since or date.min
