"""Rollups: beside each file of a table that another one sums, the file of its sums."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from dashboard.errors import IngestError
from dashboard.warehouse.contract import Table
from dashboard.warehouse.ingest.staging import settle
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import DataFile, StoredTable, describe
from dashboard.warehouse.rollup import summed
from dashboard.warehouse.tables import TABLES


def refuse_rollup(name: str) -> None:
    """Raise IngestError for a table that ingest makes itself of another."""
    base = TABLES[name].sum_of
    if base:
        raise IngestError(
            f"{name} holds sums of {base} and takes no source. Ingest the source into {base}: "
            f"{name} is made with it."
        )


def rollups(
    task: Task, stored: StoredTable, connection: duckdb.DuckDBPyConnection
) -> dict[str, StoredTable]:
    """The tables that sum the loaded one, whose files are now those of ``stored``.

    A file that was kept keeps its sums; where it has none, being older than sums, they are made.
    """
    return {
        table.name: _summed(table, task, stored, connection)
        for table in TABLES.values()
        if table.sum_of == task.load.table
    }


def _summed(
    table: Table, task: Task, stored: StoredTable, connection: duckdb.DuckDBPyConnection
) -> StoredTable:
    before = task.before.tables.get(table.name)
    kept = {Path(file.path).name: file for file in before.files} if before else {}
    files = tuple(
        kept.get(Path(file.path).name) or _written(table, task, file, connection)
        for file in stored.files
    )
    return replace(stored, files=files, rows=sum(file.rows for file in files))


def _written(
    table: Table, task: Task, file: DataFile, connection: duckdb.DuckDBPyConnection
) -> DataFile:
    """The sums of one file, under the name that the file has in its own table."""
    path = task.folder / "tables" / table.name / Path(file.path).name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = connection.read_parquet(str(task.folder / file.path))
    rows.create_view("rows_of_file", replace=True)
    made = connection.sql(summed(table, "rows_of_file"))
    order = dict.fromkeys((table.event, *table.key, *table.alike))
    made.order(", ".join(order)).to_parquet(str(path), compression="zstd", overwrite=True)
    settle(path)
    count = pq.read_metadata(path).num_rows
    return replace(describe(task.folder, path, count), since=file.since, until=file.until)
