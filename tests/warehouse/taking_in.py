"""Small sources, taken into a warehouse in a temporary folder, and what it then holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from pyroaring import BitMap

from dashboard.warehouse.ingest import (
    IngestOptions,
    IngestReport,
    Load,
    ingest,
    ingest_in_turn,
)
from dashboard.warehouse.manifest import DataFile, Manifest, read_manifest
from dashboard.warehouse.tables import TABLES

HEADER = "day,person_id,country,platform,views,watch_seconds,sessions"
FIRST = date(2024, 1, 1)


def csv(folder: Path, name: str, *lines: str, header: str = HEADER) -> Path:
    """A CSV file of these lines."""
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def visits(*rows: tuple[int, int | str, str, str, int]) -> pl.DataFrame:
    """Rows of user_days: day of January 2024, person, country, platform, views."""
    columns = ["day", "person_id", "country", "platform", "views"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return frame.with_columns(
        day=pl.lit(FIRST) + pl.duration(days=pl.col("day") - 1),
        watch_seconds=pl.col("views") * 10.0,
        sessions=pl.lit(1, pl.Int64),
    )


@dataclass(frozen=True)
class Place:
    """A warehouse under test."""

    folder: Path

    def take(
        self, table: str, *sources: Path | pl.DataFrame, options: IngestOptions | None = None
    ) -> IngestReport:
        """Ingest files, or frames written to Parquet beside the warehouse first."""
        paths = [self._path(source) for source in sources]
        return ingest(TABLES[table], paths, self.folder, options=options or IngestOptions())

    def take_in_turn(self, table: str, *sources: pl.DataFrame) -> None:
        """Ingest frames one after the other, published together."""
        loads = [Load(table, (self._path(source),)) for source in sources]
        ingest_in_turn(loads, self.folder, options=IngestOptions())

    def _path(self, source: Path | pl.DataFrame) -> Path:
        if isinstance(source, Path):
            return source
        path = (
            self.folder.parent / f"source-{len(list(self.folder.parent.glob('source-*')))}.parquet"
        )
        source.write_parquet(path)
        return path

    @property
    def manifest(self) -> Manifest:
        """The manifest in force."""
        return read_manifest(self.folder)

    def rows(self, table: str, columns: str) -> list[tuple[object, ...]]:
        """The rows of a table, persons by their own ids, in order."""
        paths = [str(self.folder / file.path) for file in self.manifest.tables[table].files]
        people = [str(self.folder / file.path) for file in self.manifest.people.files]
        with duckdb.connect() as connection:
            held = connection.read_parquet(paths)
            for person in TABLES[table].persons:
                everyone = connection.read_parquet(people).set_alias("people")
                ids = everyone.project(f"person_id as _id, number as {person}")
                held = held.join(ids, person).project(f"* exclude ({person}), _id as {person}")
            return held.project(columns).order("all").fetchall()

    def numbers(self) -> dict[str, int]:
        """The number of each person."""
        paths = [str(self.folder / file.path) for file in self.manifest.people.files]
        with duckdb.connect() as connection:
            return dict(connection.read_parquet(paths).project("person_id, number").fetchall())

    def sets(self, kind: str = "active") -> dict[tuple[int, str, str], set[str]]:
        """Who is in each day set, by day of January 2024, country and platform."""
        return self._people_of(self.manifest.audiences[kind].days)

    def cohorts(self, kind: str = "active") -> dict[int, set[str]]:
        """Who is in each cohort, by day of January 2024."""
        held = self._people_of(self.manifest.audiences[kind].cohorts)
        return {day: people for (day, _, _), people in held.items()}

    def _people_of(self, files: Sequence[DataFile]) -> dict[tuple[int, str, str], set[str]]:
        name = {number: person for person, number in self.numbers().items()}
        found = {}
        for file in files:
            for row in pa.ipc.open_file(str(self.folder / file.path)).read_all().to_pylist():
                numbers = BitMap.deserialize(row["numbers"])
                assert len(numbers) == row["people"]
                place = ((row["day"] - FIRST).days + 1, row["country"], row["platform"])
                assert place not in found
                found[place] = {name[number] for number in numbers}
        return found


def day(number: int) -> date:
    """Day 1 is the first of January 2024."""
    return FIRST + timedelta(days=number - 1)
