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
from dashboard.warehouse.ingest.ordering import Keys, last_of_runs, order_of, order_of_pairs
from dashboard.warehouse.ingest.places import Places, Ranking
from dashboard.warehouse.ingest.spans import Target

UNIT_ROWS = 1_000_000
LARGEST_UNIT_ROWS = 2_500_000
_BLOCK_BITS = 12
_EPOCH = date(1970, 1, 1)
_TEXT_TYPE = pa.dictionary(pa.int32(), pa.utf8())


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


def by_day(table: Table, rows: pa.Table, places: Places) -> tuple[pa.Table, dict[int, int]]:
    """Numbered rows in the order of days, their places by code, and the rows of each day."""
    day = rows.column(table.event).cast(pa.int32()).to_numpy()
    first = int(day.min())
    offset = (day - first).astype(np.uint32)
    counted = np.bincount(offset)
    codes = places.codes(rows.column(table.country), rows.column(table.platform))
    rows = rows.drop_columns([table.event, table.country, table.platform])
    rows = rows.append_column("place", pa.array(codes))
    if (offset[1:] < offset[:-1]).any():
        rows = pl.DataFrame(rows)[order_of(offset)].to_arrow()
    days = np.flatnonzero(counted)
    found = dict(zip((days + first).tolist(), counted[days].tolist(), strict=True))
    return rows.unify_dictionaries().combine_chunks(), found


def stage_days(rows: pa.Table, days: dict[int, int], path: Path) -> None:
    """Write rows in the order of days as one Arrow batch for each day."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
        at = 0
        for size in days.values():
            writer.write_table(rows.slice(at, size))
            at += size


@dataclass(frozen=True)
class Unit:
    """Rows of a few whole days, sorted by day, country, platform and person, each key once.

    ``slots`` code the day and the place of each row: days since ``first`` times the places' number
    plus the place's rank.
    """

    first: int
    slots: Keys
    rows: pl.DataFrame

    def days_and_places(self, ranking: Ranking) -> tuple[Keys, Keys]:
        """For each row the days since ``first`` and the rank of its place."""
        day = self.slots // np.uint32(ranking.size)
        return day, self.slots - day * np.uint32(ranking.size)


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of some days from one file, with the slot of each as a unit has them."""

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

    def of(self, rows: pa.RecordBatch) -> pa.Table:
        """Those of the rows that are its people's."""
        whole = pa.Table.from_batches([rows])
        return whole if self.parts == 1 else whole.filter(self.filter)


class Arrivals:
    """The staged rows of one load, by day."""

    def __init__(self, table: Table, pieces: Sequence[tuple[Path, dict[int, int]]]) -> None:
        """Index the pieces, in the order in which later rows beat earlier ones."""
        self._table = table
        self._paths = [path for path, _ in pieces]
        self._where: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.rows: dict[int, int] = defaultdict(int)
        for piece, (_, days) in enumerate(pieces):
            for batch, (day, rows) in enumerate(days.items()):
                self._where[day].append((piece, batch))
                self.rows[day] += rows

    def units(self, folder: Path, target: Target, ranking: Ranking) -> Iterator[Unit]:
        """The rows of one file, those of the files it replaces beaten by those that arrive."""
        kept = [_KeptRows(self._table, folder / file.path) for file in target.replaced]
        sizes = {day_number(day): self.rows[day_number(day)] for day in target.days}
        for old in kept:
            for day, rows in old.sizes().items():
                sizes[day] = sizes.get(day, 0) + rows
        for days, crowd in _grouped(sizes, self._table.persons[0]):
            parts = [old.read(days, crowd, ranking) for old in kept]
            parts.extend(self._read(days, crowd, ranking))
            unit = _merged(parts, days[0], self._table.persons[0])
            if len(unit.slots):
                yield unit

    def _read(self, days: list[int], crowd: Crowd, ranking: Ranking) -> Iterator[_Part]:
        held: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for day in days:
            for piece, batch in self._where.get(day, ()):
                held[piece].append((day - days[0], batch))
        for piece in sorted(held):
            opened = _opened(self._paths[piece])
            tables = [crowd.of(opened.get_batch(batch)) for _, batch in held[piece]]
            sizes = [table.num_rows for table in tables]
            offset = np.repeat(np.array([day for day, _ in held[piece]], np.uint32), sizes)
            rows = pl.DataFrame(pa.concat_tables(tables))
            place = ranking.rank_of_code[rows["place"].to_numpy()]
            yield _Part(offset * np.uint32(ranking.size) + place, rows.drop("place"))


class _KeptRows:
    """The rows of a file that is written anew."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        self._path = path

    def sizes(self) -> dict[int, int]:
        day = pq.read_table(self._path, columns=[self._table.event]).column(0).cast(pa.int32())
        return {item["values"]: item["counts"] for item in day.value_counts().to_pylist()}

    def read(self, days: list[int], crowd: Crowd, ranking: Ranking) -> _Part:
        event = self._table.event
        day = pc.field(event)
        between = (day >= day_of(days[0])) & (day <= day_of(days[-1]))
        rows = pq.read_table(self._path, filters=between & crowd.filter)
        places = Places([*zip_places(ranking)])
        rank = places.codes(rows.column(self._table.country), rows.column(self._table.platform))
        offset = (rows.column(event).cast(pa.int32()).to_numpy() - days[0]).astype(np.uint32)
        measured = rows.drop_columns([event, self._table.country, self._table.platform])
        return _Part(offset * np.uint32(ranking.size) + rank, pl.DataFrame(measured))


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
    day, place = unit.days_and_places(ranking)
    country, platform = ranking.country_of_rank[place], ranking.platform_of_rank[place]
    whole = {
        table.event: pa.array((day + np.uint32(unit.first)).view(np.int32)).cast(pa.date32()),
        table.country: pa.DictionaryArray.from_arrays(country.view(np.int32), ranking.countries),
        table.platform: pa.DictionaryArray.from_arrays(platform.view(np.int32), ranking.platforms),
    }
    for column in table.columns:
        if column.name not in whole:
            held = column.name in unit.rows.columns
            whole[column.name] = (
                _as_stored(column.kind, unit.rows[column.name].to_arrow())
                if held
                else pa.nulls(len(day), stored_type(column.kind))
            )
    return pa.table({column.name: whole[column.name] for column in table.columns})


def stored_type(kind: Kind) -> pa.DataType:
    """What a column is written from: texts by dictionary, as they are read and kept."""
    return _TEXT_TYPE if kind is Kind.TEXT else ARROW_TYPES[kind]


def _as_stored(kind: Kind, values: pa.Array) -> pa.Array:
    if kind is not Kind.TEXT:
        return values.cast(ARROW_TYPES[kind])
    if not pa.types.is_dictionary(values.type):
        values = values.cast(pa.utf8()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        values.indices.cast(pa.int32()), values.dictionary.cast(pa.utf8())
    )


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


def _merged(parts: Sequence[_Part], first: int, person: str) -> Unit:
    rows = pl.concat([part.rows for part in parts], how="diagonal_relaxed", rechunk=True)
    slots, number = np.concatenate([part.slots for part in parts]), rows[person].to_numpy()
    order = order_of_pairs(slots, number)
    order = order[last_of_runs(slots[order], number[order])]
    return Unit(first, slots[order], rows[order])
