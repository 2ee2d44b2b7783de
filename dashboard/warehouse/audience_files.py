"""Files of sets: Arrow files whose rows are roaring bitmaps of people's numbers.

A day file holds, for each day, the world (country and platform empty), each country (platform
empty), each platform (country empty) and each country on each platform; rows are in the order of
day, country, platform. A cohort file holds one row per day. Both are read through a memory map.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from dashboard.errors import BrokenContract
from dashboard.warehouse.manifest import DataFile, verify

SET_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("country", pa.utf8()),
        ("platform", pa.utf8()),
        ("people", pa.int64()),
        ("numbers", pa.large_binary()),
    ]
)

Place: TypeAlias = tuple[str, str]
Numbers: TypeAlias = npt.NDArray[np.int64]

EVERYWHERE: Place = ("", "")


@dataclass(frozen=True)
class SetRow:
    """The people of one day in one place: a country and a platform, each empty for all."""

    day: date
    country: str
    platform: str
    numbers: BitMap


def write_sets(path: Path, rows: Iterator[SetRow]) -> int:
    """Write rows, already in the order of day, country and platform; gives back how many."""
    listed = list(rows)
    table = pa.table(
        [
            pa.array([row.day for row in listed], pa.date32()),
            pa.array([row.country for row in listed], pa.utf8()),
            pa.array([row.platform for row in listed], pa.utf8()),
            pa.array([len(row.numbers) for row in listed], pa.int64()),
            pa.array([row.numbers.serialize() for row in listed], pa.large_binary()),
        ],
        schema=SET_SCHEMA,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, SET_SCHEMA) as writer:
        writer.write_table(table)
    return len(listed)


class SetFile:
    """One file of sets, mapped into memory and checked against its manifest entry."""

    def __init__(self, folder: Path, file: DataFile) -> None:
        """Map the file; raises DamagedFile or BrokenContract when it is not what it should be."""
        verify(folder, file)
        table = pa.ipc.open_file(pa.memory_map(str(folder / file.path))).read_all()
        for column in SET_SCHEMA:
            if column not in table.schema:
                raise BrokenContract(file.path, column.name, f"is not there as {column.type}")
        whole = table.combine_chunks()
        self.countries, country_codes = _codes(whole.column("country"))
        self.platforms, platform_codes = _codes(whole.column("platform"))
        days = whole.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
        self._keys = (days << 32) | (country_codes << 16) | platform_codes
        self.counts: Numbers = whole.column("people").to_numpy()
        self._ends, self._bytes = _blobs(whole.column("numbers"))
        self._read: dict[int, BitMap] = {}
        self.read_bytes = 0

    def rows(self, days: Numbers, place: Place) -> Numbers:
        """For each day (since 1970) the row of that place's set, -1 where nobody was there."""
        country, platform = (_code(of, name) for of, name in zip(self._names, place, strict=True))
        if country < 0 or platform < 0 or not len(self._keys):
            return np.full(len(days), -1, dtype=np.int64)
        wanted = (days << 32) | (country << 16) | platform
        found = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[found] == wanted, found, -1)

    def numbers(self, row: int) -> BitMap:
        """The people of one row, kept once read. The set is shared: never change it."""
        found = self._read.get(row)
        if found is None:
            content = self._bytes[self._ends[row] : self._ends[row + 1]]
            # Its types ask for bytes; it takes any buffer, and so nothing is copied first.
            found = self._read[row] = BitMap.deserialize(content)  # type: ignore[arg-type]
            self.read_bytes += len(content)
        return found

    @property
    def _names(self) -> tuple[list[str], list[str]]:
        return self.countries, self.platforms


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Numbers]:
    """The sorted distinct names of a column, and each row's place among them."""
    if column.num_chunks == 0:
        return [], np.zeros(0, dtype=np.int64)
    encoded = column.chunk(0).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    places = np.argsort(np.argsort(np.array(names, dtype=str))).astype(np.int64)
    return sorted(names), places[encoded.indices.to_numpy()]


def _code(names: list[str], name: str) -> int:
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else -1


def _blobs(column: pa.ChunkedArray) -> tuple[Numbers, memoryview]:
    """Where each set's bytes end, and all the bytes, still on disk until they are touched."""
    if column.num_chunks == 0:
        return np.zeros(1, dtype=np.int64), memoryview(b"")
    array = column.chunk(0)
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)
    return ends[array.offset : array.offset + len(array) + 1], memoryview(data).cast("B")
