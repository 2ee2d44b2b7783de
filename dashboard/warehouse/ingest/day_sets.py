"""Day sets: who was active on each day, in the world, in each country, on each platform."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap

from dashboard.warehouse.audience_files import SET_SCHEMA, SetRow, write_sets
from dashboard.warehouse.ingest.ordering import (
    Keys,
    Order,
    last_of_runs,
    order_of_pairs,
    pairs_of,
)
from dashboard.warehouse.ingest.packing import packed_sets
from dashboard.warehouse.ingest.places import Ranking
from dashboard.warehouse.ingest.staging import settle

TRAVEL_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("person_id", pa.uint32()),
        ("country", pa.utf8()),
        ("platform", pa.utf8()),
        ("views", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Presence:
    """Who was where on which day: parallel arrays in the order of day, place and person.

    ``day`` counts from ``first``, days after 1970; ``place`` is a rank; ``views`` weigh a place
    against another.
    """

    first: int
    day: Keys
    place: Keys
    person: Keys
    views: pl.Series


def day_sets(present: Presence, ranking: Ranking, *, by_platform: bool) -> pa.Table:
    """The sets of each day, in the order of day, country and platform."""
    country = ranking.country_of_rank[present.place]
    levels = [_Level(present.day, None, None), _Level(present.day, country, None)]
    if by_platform:
        platform = ranking.platform_of_rank[present.place]
        levels.append(_Level(present.day, None, platform))
        levels.append(_Level(present.day, country, platform))
    tables = [_level_sets(level, present, ranking) for level in levels]
    whole = pa.concat_tables(tables)
    ordered = whole.sort_by(
        [("day", "ascending"), ("country", "ascending"), ("platform", "ascending")]
    )
    return ordered.combine_chunks()


def travels(present: Presence, ranking: Ranking) -> pa.Table:
    """The rows of people present in more than one country on one day, in order."""
    rows = _travelling(present, ranking.country_of_rank)
    place = present.place[rows]
    return pa.table(
        [
            _dates(present.day[rows] + np.uint32(present.first)),
            pa.array(present.person[rows]),
            pa.array(ranking.countries).take(pa.array(ranking.country_of_rank[place])),
            pa.array(ranking.platforms).take(pa.array(ranking.platform_of_rank[place])),
            present.views[rows].to_arrow().cast(pa.int64()),
        ],
        schema=TRAVEL_SCHEMA,
    )


def _travelling(present: Presence, country_of_rank: Keys) -> Order:
    """The positions, in order, of the rows of people in more than one country on one day."""
    order = order_of_pairs(present.day, present.person)
    last = last_of_runs(present.day[order], present.person[order])
    # Nearly everyone has one row a day: only those with more are looked at.
    several = ~last
    several[1:] |= ~last[:-1]
    order, last = order[several], last[several]
    country = country_of_rank[present.place[order]]
    run: Order = np.cumsum(last) - last
    moved = np.flatnonzero((country[1:] != country[:-1]) & (run[1:] == run[:-1]))
    return np.sort(order[np.isin(run, run[moved])])


def write_day_sets(path: Path, tables: Sequence[pa.Table]) -> int:
    """Write the sets of consecutive days as one file; gives back how many there are.

    A day that came in several tables, each with other people, gets the unions of its sets.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    edges = [table.column("day") for table in tables if table.num_rows]
    if any(a[-1] == b[0] for a, b in pairwise(edges)):
        count = write_sets(path, _united(tables))
    else:
        whole = pa.concat_tables([SET_SCHEMA.empty_table(), *tables]).combine_chunks()
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, SET_SCHEMA) as writer:
            writer.write_table(whole)
        count = int(whole.num_rows)
    settle(path)
    return count


def _united(tables: Sequence[pa.Table]) -> Iterator[SetRow]:
    united: dict[tuple[date, str, str], BitMap] = {}
    for table in tables:
        for row in table.to_pylist():
            place = (row["day"], row["country"], row["platform"])
            united.setdefault(place, BitMap()).update(BitMap.deserialize(row["numbers"]))
    for place in sorted(united):
        yield SetRow(*place, united[place])


def write_travels(path: Path, rows: pa.Table) -> None:
    """Write the rows of travellers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, path, compression="zstd", store_schema=False)
    settle(path)


@dataclass(frozen=True, slots=True)
class _Level:
    """What the people of a day are told apart by: nothing, country, platform or both."""

    day: Keys
    country: Keys | None
    platform: Keys | None

    def slots(self, ranking: Ranking) -> Keys:
        slot = self.day.astype(np.uint32)
        if self.country is not None:
            slot = slot * np.uint32(len(ranking.countries)) + self.country
        if self.platform is not None:
            slot = slot * np.uint32(len(ranking.platforms)) + self.platform
        return slot

    def named(self, slots: Keys, first: int, ranking: Ranking) -> Iterator[pa.Array]:
        platform: pa.Array = pa.array([""]).take(pa.array(np.zeros(len(slots), np.int8)))
        country = platform
        if self.platform is not None:
            slots, index = np.divmod(slots, np.uint32(len(ranking.platforms)))
            platform = pa.array(ranking.platforms).take(pa.array(index))
        if self.country is not None:
            slots, index = np.divmod(slots, np.uint32(len(ranking.countries)))
            country = pa.array(ranking.countries).take(pa.array(index))
        yield from (_dates(slots + np.uint32(first)), country, platform)


def _level_sets(level: _Level, present: Presence, ranking: Ranking) -> pa.Table:
    pairs = pairs_of(level.slots(ranking), present.person)
    if level.platform is None or level.country is None:
        pairs.sort()
    pairs = pairs[last_of_runs(pairs)]
    packed = packed_sets((pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32))
    blobs = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(packed.slots),
        [None, pa.py_buffer(packed.ends), pa.py_buffer(packed.data)],
    )
    named = level.named(packed.slots, present.first, ranking)
    return pa.table([*named, pa.array(packed.people), blobs], schema=SET_SCHEMA)


def _dates(days: Keys) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())
