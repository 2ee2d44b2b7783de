"""Loading: the immutable files of a warehouse's folder become parts of a database in ClickHouse.

A part that was loaded is never sent again; one that was begun is dropped and sent anew; the
manifest comes last, so readers see the version whole or not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap

from dashboard.errors import WarehouseError, WarehouseMissing
from dashboard.warehouse.clickhouse.connection import Connection
from dashboard.warehouse.clickhouse.engine import part_of
from dashboard.warehouse.clickhouse.layout import (
    COHORT_MEMBERS,
    COHORT_SETS,
    FILLED_BY,
    LOADED_PARTS,
    MANIFESTS,
    PUBLISHED_DAY,
    TRAVELS,
    statements,
)
from dashboard.warehouse.clickhouse.versions import loaded_manifest
from dashboard.warehouse.contract import Kind, Table
from dashboard.warehouse.ingest.report import Progress
from dashboard.warehouse.lock import writing
from dashboard.warehouse.manifest import (
    KEPT_VERSIONS,
    DataFile,
    Manifest,
    manifest_text,
    parse_manifest,
    read_manifest,
    verify,
)
from dashboard.warehouse.tables import TABLES

_BATCH_ROWS = 500_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: the version now in force, and its parts sent, there already and dropped."""

    version: int
    parts_sent: int
    parts_there: int
    parts_dropped: int
    rows_sent: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One file and the table it goes into, with how its rows are read."""

    table: str
    file: DataFile
    batches: Callable[[], Iterator[pl.DataFrame]]

    @property
    def name(self) -> str:
        return part_of(self.file)


def load_folder(folder: Path, connection: Connection, database: str, progress: Progress) -> Loaded:
    """Bring a database to the version of a folder, from wherever an earlier load was left.

    Raises DamagedFile where a file is not what its manifest says, WarehouseError where the database
    holds another warehouse or a later version, WarehouseSilent when the server goes away; what was
    loaded by then is not sent again.
    """
    with writing(folder):
        manifest = read_manifest(folder)
        for statement in statements(database):
            connection.run(statement)
        _refuse_another(folder, manifest, connection, database)
        parts = list(_parts(folder, manifest))
        there = _loaded(connection, database)
        missing = [part for part in parts if (part.table, part.name) not in there]
        rows = sum(_sent(part, connection, database, folder) for part in _told(missing, progress))
        _publish(manifest, connection, database)
        dropped = _drop_forgotten(connection, database)
    progress(1.0, "done")
    return Loaded(manifest.version, len(missing), len(parts) - len(missing), dropped, rows)


def _refuse_another(
    folder: Path, manifest: Manifest, connection: Connection, database: str
) -> None:
    """Refuse to load over what this folder is no later version of."""
    try:
        there = loaded_manifest(connection, database)
    except WarehouseMissing:
        return
    if there.version > manifest.version:
        raise WarehouseError(
            f"The database {database} holds version {there.version}, and the folder is at "
            f"{manifest.version}: it is another warehouse or an older copy. Name another database."
        )
    try:
        ours = read_manifest(folder, there.version)
    except WarehouseMissing:
        # So old a version is no longer kept, and then nothing tells the two apart.
        return
    if ours.fingerprint != there.fingerprint:
        raise WarehouseError(
            f"Version {there.version} in the database {database} is not this folder's: it is "
            "another warehouse. Name another database."
        )


def _told(parts: list[_Part], progress: Progress) -> Iterator[_Part]:
    whole = sum(part.file.rows for part in parts) or 1
    sent = 0
    for part in parts:
        progress(sent / whole, f"loading {part.table}, {part.file.path.rpartition('/')[2]}")
        yield part
        sent += part.file.rows


def _parts(folder: Path, manifest: Manifest) -> Iterator[_Part]:
    for name, stored in manifest.tables.items():
        for file in stored.files:
            rows = _TableRows(folder, TABLES[name], file, manifest.reporting_time_zone)
            yield _Part(name, file, rows.batches)
    for kind, audience in manifest.audiences.items():
        for file in audience.cohorts:
            members = _CohortRows(folder, kind, file)
            yield _Part(COHORT_MEMBERS, file, members.batches)
        for file in audience.travels:
            yield _Part(TRAVELS, file, _TravelRows(folder, kind, file).batches)


@dataclass(frozen=True, slots=True)
class _TableRows:
    """The rows of one Parquet file of a table, as ClickHouse holds them."""

    folder: Path
    table: Table
    file: DataFile
    zone: str

    def batches(self) -> Iterator[pl.DataFrame]:
        stored = pq.ParquetFile(self.folder / self.file.path)
        for batch in stored.iter_batches(_BATCH_ROWS):
            yield self._fitted(pl.DataFrame(pl.from_arrow(batch)))

    def _fitted(self, rows: pl.DataFrame) -> pl.DataFrame:
        lists = [column.name for column in self.table.columns if column.kind is Kind.TEXTS]
        fitted = (
            rows.select(column.name for column in self.table.columns)
            .with_columns(part=pl.lit(part_of(self.file)))
            .with_columns(pl.col(name).fill_null([]) for name in lists)
        )
        if self.table.name != "uploads":
            return fitted
        local = pl.col("published_at").dt.convert_time_zone(str(ZoneInfo(self.zone)))
        return fitted.with_columns(local.dt.date().alias(PUBLISHED_DAY))


@dataclass(frozen=True, slots=True)
class _CohortRows:
    """The people of one file of cohorts, a row each."""

    folder: Path
    kind: str
    file: DataFile

    def batches(self) -> Iterator[pl.DataFrame]:
        with pa.OSFile(str(self.folder / self.file.path)) as opened:
            table = pa.ipc.open_file(opened).read_all()
        for day, numbers in zip(table.column("day"), table.column("numbers"), strict=True):
            yield self._members(day.as_py(), BitMap.deserialize(numbers.as_py()))

    def _members(self, day: date, people: BitMap) -> pl.DataFrame:
        return pl.DataFrame(
            {"person_id": people.to_array()}, schema={"person_id": pl.UInt32}
        ).with_columns(part=pl.lit(part_of(self.file)), kind=pl.lit(self.kind), day=pl.lit(day))


@dataclass(frozen=True, slots=True)
class _TravelRows:
    """The rows of people seen in several countries on one day."""

    folder: Path
    kind: str
    file: DataFile

    def batches(self) -> Iterator[pl.DataFrame]:
        rows = pl.read_parquet(self.folder / self.file.path)
        columns = ("day", "person_id", "country", "platform", "views")
        yield rows.select(columns).with_columns(
            pl.col("person_id").cast(pl.UInt32), pl.col("views").cast(pl.Int64),
            part=pl.lit(part_of(self.file)), kind=pl.lit(self.kind),
        )  # fmt: skip


def _loaded(connection: Connection, database: str) -> set[tuple[str, str]]:
    found = connection.read(
        f"select table, part from {database}.{LOADED_PARTS}",
        {},
        what="the parts",
    )
    return set(found.select("table", "part").iter_rows())


def _sent(part: _Part, connection: Connection, database: str, folder: Path) -> int:
    """Send one part whole; what an earlier try left of it goes first."""
    verify(folder, part.file)
    _drop(part.table, part.name, connection, database)
    sent = 0
    for batch in _gathered(part.batches()):
        connection.insert(f"{database}.{part.table}", batch)
        sent += batch.height
    _check(part, connection, database, sent)
    connection.run(
        f"insert into {database}.{LOADED_PARTS} values ({{table:String}}, {{part:String}}, {sent})",
        {"table": part.table, "part": part.name},
    )
    return sent


def _gathered(batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows in batches of a size that is worth a statement each."""
    waiting: list[pl.DataFrame] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.height
        if rows >= _BATCH_ROWS:
            yield pl.concat(waiting)
            waiting, rows = [], 0
    if rows:
        yield pl.concat(waiting)


def _check(part: _Part, connection: Connection, database: str, sent: int) -> None:
    """A part must hold as many rows as its file, and a part of cohorts as many people."""
    is_cohorts = part.table == COHORT_MEMBERS
    counted = (
        f"select sum(people) as rows from (select groupBitmapMerge(people) as people from "
        f"{database}.{COHORT_SETS} where part = {{part:String}} group by day)"
        if is_cohorts
        else f"select count(*) as rows from {database}.{part.table} where part = {{part:String}}"
    )
    found = connection.read(counted, {"part": part.name}, what=f"the rows of {part.file.path}")
    rows = int(found["rows"][0])
    if rows != sent or (not is_cohorts and sent != part.file.rows):
        raise WarehouseError(
            f"{part.file.path}: {rows:,} of {part.file.rows:,} rows arrived in {part.table}. "
            "Load again: what is there already is kept."
        )


def _publish(manifest: Manifest, connection: Connection, database: str) -> None:
    connection.run(
        f"insert into {database}.{MANIFESTS} values ({{version:UInt32}}, {{manifest:String}})",
        {"version": manifest.version, "manifest": manifest_text(manifest).decode()},
    )


def _drop_forgotten(connection: Connection, database: str) -> int:
    """Drop the versions that are no longer kept, and the parts that none of the others names."""
    versions = connection.read(
        f"select manifest, version from {database}.{MANIFESTS} final order by version desc",
        {},
        what="the versions",
    ).head(KEPT_VERSIONS)
    oldest = int(versions["version"][-1])
    connection.run(f"delete from {database}.{MANIFESTS} where version < {oldest}")
    named = {
        part_of(file)
        for text in versions["manifest"]
        for file in parse_manifest(text.encode(), MANIFESTS).files()
    }
    gone = [entry for entry in _loaded(connection, database) if entry[1] not in named]
    for table, part in gone:
        _drop(table, part, connection, database)
        connection.run(
            f"delete from {database}.{LOADED_PARTS} "
            "where table = {table:String} and part = {part:String}",
            {"table": table, "part": part},
        )
    return len(gone)


def _drop(table: str, part: str, connection: Connection, database: str) -> None:
    stored = () if table == COHORT_MEMBERS else (table,)
    for each in (*stored, *FILLED_BY.get(table, ())):
        connection.run(
            f"alter table {database}.{each} drop partition {{part:String}}", {"part": part}
        )
