"""Person days: rows of a day, a person and a place, merged day by day and written in order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest.columns import ARROW_TYPES
from dashboard.warehouse.ingest.ordering import Keys, last_of_runs, order_of
from dashboard.warehouse.ingest.places import Places, Ranking
from dashboard.warehouse.ingest.spans import Target

UNIT_ROWS = 1_000_000
LARGEST_UNIT_ROWS = 2_500_000
_BLOCK_BITS = 12
_EPOCH = date(1970, 1, 1)


def has_person_days(table: Table) -> bool:
    """Whether a table's key is a day, a person, a country and a platform, and nothing else."""
    place = {table.country, table.platform}
    return (
        "" not in place
        and table.column(table.event).kind is Kind.DAY
        and len(table.persons) == 1
        and set(table.key) == {table.event, *table.persons, *place}
    )


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day that many days after the first of 1970."""
    return _EPOCH + timedelta(days=number)


def stage_days(table: Table, rows: pa.Table, places: Places, path: Path) -> dict[int, int]:
    """Write numbered rows as one Arrow batch for each day; gives the rows of each day."""
    day = rows.column(table.event).cast(pa.int32()).to_numpy().astype(np.int64)
    codes = places.codes(rows.column(table.country), rows.column(table.platform))
    measured = rows.drop_columns([table.event, table.country, table.platform])
    frame = pl.DataFrame(measured).with_columns(place=codes)
    if len(day) and day.min() != day.max():
        frame = frame[order_of((day - day.min()).astype(np.uint32))]
    counted = np.bincount(day - day.min())
    found = {int(day.min()) + int(i): int(counted[i]) for i in np.flatnonzero(counted)}
    whole = frame.to_arrow().combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as writer:
        at = 0
        for size in found.values():
            writer.write_table(whole.slice(at, size))
            at += size
    return found


@dataclass(frozen=True)
class Unit:
    """Rows of a few whole days, sorted by day, country, platform and person, each key once.

    ``slots`` code the day and the place of each row: days since ``first`` times the places' number
    plus the place's rank.
    """

    first: int
    slots: Keys
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Crowd:
    """A share of all people, for days on which all of them are too many to hold at once."""

    person: str
    part: int = 0
    parts: int = 1

    @property
    def filter(self) -> pc.Expression:
        """Who belongs to it: whole blocks of numbers, so that its sets stay compact."""
        block = pc.shift_right(pc.field(self.person), pa.scalar(_BLOCK_BITS, pa.uint32()))
        return pc.bit_wise_and(block, pa.scalar(self.parts - 1, pa.uint32())) == self.part

    def of(self, rows: pa.RecordBatch) -> pa.RecordBatch | pa.Table:
        """Those of the rows that are its people's."""
        return rows if self.parts == 1 else pa.Table.from_batches([rows]).filter(self.filter)


class Arrivals:
    """The staged rows of one load, by day."""

    def __init__(self, table: Table, pieces: Sequence[tuple[Path, dict[int, int]]]) -> None:
        """Index the pieces, in the order in which later rows beat earlier ones."""
        self._table = table
        self._where: dict[int, list[tuple[Path, int]]] = defaultdict(list)
        self.rows: dict[int, int] = defaultdict(int)
        for path, days in pieces:
            for batch, (day, rows) in enumerate(days.items()):
                self._where[day].append((path, batch))
                self.rows[day] += rows

    def units(self, folder: Path, target: Target, ranking: Ranking) -> Iterator[Unit]:
        """The rows of one file, those of the files it replaces beaten by those that arrive."""
        kept = [_KeptRows(self._table, folder / file.path) for file in target.replaced]
        sizes = {day_number(day): self.rows[day_number(day)] for day in target.days}
        for old in kept:
            for day, rows in old.sizes().items():
                sizes[day] = sizes.get(day, 0) + rows
        for days, crowd in _grouped(sizes, self._table.persons[0]):
            old_rows = [rows for old in kept for rows in old.read(days, crowd, ranking)]
            unit = _merged([*old_rows, *self._read(days, crowd, ranking)], days[0], ranking)
            if len(unit.slots):
                yield unit

    def _read(self, days: list[int], crowd: Crowd, ranking: Ranking) -> list[pl.DataFrame]:
        frames = []
        for day in days:
            for path, batch in self._where.get(day, ()):
                rows = pl.DataFrame(crowd.of(_opened(path).get_batch(batch)))
                rank = ranking.rank_of_code[rows["place"].to_numpy()]
                frames.append(rows.with_columns(place=rank, _day=pl.lit(day, pl.Int32)))
        return frames


class _KeptRows:
    """The rows of a file that is written anew."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        self._path = path

    def sizes(self) -> dict[int, int]:
        day = pq.read_table(self._path, columns=[self._table.event]).column(0).cast(pa.int32())
        return {item["values"]: item["counts"] for item in day.value_counts().to_pylist()}

    def read(self, days: list[int], crowd: Crowd, ranking: Ranking) -> list[pl.DataFrame]:
        event = self._table.event
        day = pc.field(event)
        between = (day >= day_of(days[0])) & (day <= day_of(days[-1]))
        rows = pq.read_table(self._path, filters=between & crowd.filter)
        places = Places([*zip_places(ranking)])
        rank = places.codes(rows.column(self._table.country), rows.column(self._table.platform))
        days_of_rows = rows.column(event).cast(pa.int32()).to_numpy()
        measured = rows.drop_columns([event, self._table.country, self._table.platform])
        return [pl.DataFrame(measured).with_columns(place=rank, _day=days_of_rows)]


def zip_places(ranking: Ranking) -> Iterator[tuple[str, str]]:
    """The ranked pairs of country and platform, in order."""
    pairs = zip(ranking.country_of_rank, ranking.platform_of_rank, strict=True)
    return ((ranking.countries[country], ranking.platforms[at]) for country, at in pairs)


def known_places(table: Table, paths: Sequence[Path], places: Places) -> None:
    """Meet the places of files that will be written anew."""
    for path in paths:
        rows = pl.scan_parquet(path).select(table.country, table.platform).unique().collect()
        for country, platform in rows.sort(pl.all()).iter_rows():
            places.code(country, platform)


def stored(table: Table, unit: Unit, ranking: Ranking) -> pa.Table:
    """The rows of a unit as the table's columns."""
    slot = unit.slots.astype(np.int64)
    place = slot % ranking.size
    whole = {
        table.event: pa.array((slot // ranking.size + unit.first).astype(np.int32)).cast(
            pa.date32()
        ),
        table.country: pa.DictionaryArray.from_arrays(
            ranking.country_of_rank[place].astype(np.int32), ranking.countries
        ),
        table.platform: pa.DictionaryArray.from_arrays(
            ranking.platform_of_rank[place].astype(np.int32), ranking.platforms
        ),
    }
    for column in table.columns:
        if column.name not in whole:
            kind = ARROW_TYPES[column.kind]
            held = column.name in unit.rows.columns
            whole[column.name] = (
                unit.rows[column.name].to_arrow().cast(kind) if held else pa.nulls(len(slot), kind)
            )
    return pa.table({column.name: whole[column.name] for column in table.columns})


@lru_cache(maxsize=128)
def _opened(path: Path) -> pa.ipc.RecordBatchFileReader:
    return pa.ipc.open_file(pa.OSFile(str(path)))


def _grouped(sizes: dict[int, int], person: str) -> Iterator[tuple[list[int], Crowd]]:
    group: list[int] = []
    rows = 0
    for day in sorted(sizes):
        if group and rows + sizes[day] > UNIT_ROWS:
            yield from _in_crowds(group, rows, person)
            group, rows = [], 0
        group.append(day)
        rows += sizes[day]
    if group:
        yield from _in_crowds(group, rows, person)


def _in_crowds(days: list[int], rows: int, person: str) -> Iterator[tuple[list[int], Crowd]]:
    parts = 1 if rows <= LARGEST_UNIT_ROWS else 1 << (rows // UNIT_ROWS).bit_length()
    for part in range(parts):
        yield days, Crowd(person, part, parts)


def _merged(frames: list[pl.DataFrame], first: int, ranking: Ranking) -> Unit:
    rows = pl.concat(frames, how="diagonal_relaxed", rechunk=True)
    person = rows["person_id"].to_numpy()
    days = rows["_day"].to_numpy().astype(np.int64) - first
    slots = (days * ranking.size + rows["place"].to_numpy()).astype(np.uint32)
    order = order_of(slots, order_of(person))
    order = order[last_of_runs(slots[order], person[order])]
    return Unit(first, slots[order], rows.drop("_day", "place")[order])
