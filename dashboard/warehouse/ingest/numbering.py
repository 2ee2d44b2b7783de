"""Numbering: every person's permanent number, whatever kind of id a source gives."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from dashboard.warehouse.ingest.memory import (
    Memory,
    TextIds,
    WholeIds,
    all_whole,
    is_nobody,
    texts_of,
)
from dashboard.warehouse.ingest.rows import our_connection
from dashboard.warehouse.ingest.staging import settle
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import Numbering, describe

BLOCK_NUMBERS = 256
REMEMBERED_PEOPLE = 4_000_000
FILES_OF_PEOPLE = 16


class People:
    """The numbers of people: those of the warehouse and those given out by this ingest."""

    def __init__(self, files: Sequence[Path], numbering: Numbering, spill: Path) -> None:
        """Start from the files of the people's map and the blocks taken so far."""
        self.numbering = numbering
        self._files = list(files)
        self._spill = spill
        self._memory: Memory | None = None
        self._knows_everyone = False

    def resume(self, files: Sequence[Path], numbering: Numbering) -> None:
        """Count the people of these files, as ``numbered`` wrote them, among the known."""
        self._files.extend(files)
        self.numbering = numbering
        self._memory = None

    def numbered(self, ids: pl.Series, countries: pl.Series, file: Path) -> pl.Series:
        """The number (UInt32) of each id; people not known yet get theirs and go to ``file``.

        The new are numbered in the order of the country of their first row, then of id, so that
        the people of a country lie close together and their sets stay small.
        """
        ids = ids.cast(pl.Int64 if ids.dtype.is_integer() else pl.String)
        memory = self._recalled(ids.dtype)
        if ids.dtype != memory.dtype:
            ids = ids.cast(memory.dtype)
        numbers = memory.find(ids)
        unknown = is_nobody(numbers)
        if unknown.any():
            met = pl.DataFrame(
                {"person_id": ids.filter(unknown), "country": countries.filter(unknown)}
            )
            self._acquaint(memory, met.with_columns(pl.col("country").cast(pl.String)), file)
            numbers[unknown.to_numpy()] = memory.find(met["person_id"])
        self._forget_if_too_many(memory)
        return pl.Series(numbers)

    def _recalled(self, dtype: pl.DataType) -> Memory:
        if self._memory is None:
            self._memory = self._whole_map(dtype)
        elif dtype == pl.String and self._memory.dtype != pl.String:
            self._memory = texts_of(self._memory)
        return self._memory

    def _whole_map(self, dtype: pl.DataType) -> Memory:
        people = sum(_rows(file) for file in self._files)
        self._knows_everyone = people <= REMEMBERED_PEOPLE
        if not self._knows_everyone:
            return WholeIds() if dtype == pl.Int64 else TextIds()
        empty = pl.DataFrame(schema={"person_id": pl.String, "number": pl.UInt32})
        known = pl.concat([empty, *map(pl.read_parquet, self._files)])
        memory: Memory = TextIds()
        if dtype == pl.Int64 and all_whole(known["person_id"]):
            memory = WholeIds()
        memory.learn(known.with_columns(pl.col("person_id").cast(memory.dtype)))
        return memory

    def _acquaint(self, memory: Memory, met: pl.DataFrame, file: Path) -> None:
        strangers = met.unique("person_id", keep="first", maintain_order=True)
        found = self._on_disk(strangers["person_id"])
        new = strangers.join(found, on="person_id", how="anti").sort("country", "person_id")
        new = new.select("person_id", number=self._given_out(new["country"]))
        new.select(pl.col("person_id").cast(pl.String), "number").write_parquet(file)
        self._files.append(file)
        memory.learn(found)
        memory.learn(new)

    def _on_disk(self, ids: pl.Series) -> pl.DataFrame:
        if self._knows_everyone or not self._files:
            return pl.DataFrame(schema={"person_id": ids.dtype, "number": pl.UInt32})
        with our_connection(self._spill) as connection:
            asked = connection.from_arrow(ids.cast(pl.String).to_frame().to_arrow())
            everyone = connection.read_parquet([str(file) for file in self._files])
            found = pl.DataFrame(everyone.join(asked, "person_id").to_arrow_table())
        return found.with_columns(pl.col("person_id").cast(ids.dtype))

    def _given_out(self, countries: pl.Series) -> npt.NDArray[np.uint32]:
        blocks, taken = dict(self.numbering.open_blocks), self.numbering.next_block
        given = [np.empty(0, np.uint32)]
        runs = countries.rle().struct.unnest()
        for people, country in runs.select("len", "value").iter_rows():
            free, left = blocks.get(country, 0), people
            while left:
                if free % BLOCK_NUMBERS == 0:
                    free, taken = taken * BLOCK_NUMBERS, taken + 1
                some = min(left, BLOCK_NUMBERS - free % BLOCK_NUMBERS)
                given.append(np.arange(free, free + some, dtype=np.uint32))
                free, left = free + some, left - some
            blocks[country] = free
        self.numbering = replace(self.numbering, next_block=taken, open_blocks=blocks)
        return np.concatenate(given)

    def _forget_if_too_many(self, memory: Memory) -> None:
        if len(memory) > REMEMBERED_PEOPLE:
            self._memory = WholeIds() if memory.dtype == pl.Int64 else TextIds()
            self._knows_everyone = False


def _rows(file: Path) -> int:
    return int(pq.read_metadata(file).num_rows)


def published_people(people: People, new: Sequence[Path], task: Task) -> Numbering:
    """The numbering with this load's people in one more file, small files made one when many."""
    if not new:
        return people.numbering
    kept, merged = task.before.people.files, list(new)
    if len(kept) >= FILES_OF_PEOPLE:
        largest = max(kept, key=lambda file: file.rows)
        merged = [*(task.folder / file.path for file in kept if file is not largest), *new]
        kept = (largest,)
    path = task.people_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with our_connection(task.room.folder / "spill") as connection:
        rows = connection.read_parquet([str(file) for file in merged])
        rows.order("person_id").to_parquet(str(path), compression="zstd", overwrite=True)
        count = rows.aggregate("count(*)").fetchall()[0][0]
    settle(path)
    return replace(people.numbering, files=(*kept, describe(task.folder, path, count)))
