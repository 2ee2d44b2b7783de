"""Small warehouses written by hand: Parquet files and a manifest, without ingest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import polars as pl

from dashboard.slices import Scope
from dashboard.warehouse.contract import Kind
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.manifest import DataFile, Manifest, StoredTable, describe, publish
from dashboard.warehouse.tables import TABLES

Row: TypeAlias = Mapping[str, object]

FIRST = date(2024, 1, 1)
DTYPES: dict[Kind, pl.DataType] = {
    Kind.DAY: pl.Date(),
    Kind.INSTANT: pl.Datetime("us", "UTC"),
    Kind.TEXT: pl.String(),
    Kind.TEXTS: pl.List(pl.String()),
    Kind.WHOLE: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.MONEY: pl.Decimal(38, 12),
    Kind.PERSON: pl.UInt32(),
}


def day(number: int) -> date:
    """Day 1 is the first of January 2024."""
    return FIRST + timedelta(days=number - 1)


def noon(number: int) -> datetime:
    """Noon of that day."""
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=12)


def seen_after(number: int) -> datetime:
    """The first instant at which that day is complete."""
    return datetime.combine(day(number + 1), datetime.min.time(), UTC)


def everything(number: int = 365) -> Scope:
    """The whole platform once that day is complete."""
    return Scope(seen_after(number))


def visit(number: int, person: int, place: str = "IN ios", *, views: int = 1) -> Row:
    """A row of user_days: person on a day in 'COUNTRY platform', or 'COUNTRY-PART platform'."""
    where, platform = place.split()
    return {
        "day": day(number),
        "person_id": person,
        "country": where[:2],
        "platform": platform,
        "views": views,
        "watch_seconds": 10.0 * views,
        "sessions": 1,
        "subdivision": where if "-" in where else None,
    }


def applied(change: str, country: str, title: str, number: int = 1, *, ended: int = 0) -> Row:
    """A country closed from the beginning of a day on, until the noon of another if that is given.

    Days are numbered as ``day`` has them.
    """
    return {
        "change_id": change, "revision": 1, "kind": "geofence", "title": title,
        "applied_at": datetime.combine(day(number), datetime.min.time(), UTC),
        "ended_at": noon(ended) if ended else None, "countries": [country],
        "action": "block all", "content_hash": "0",
    }  # fmt: skip


def write_warehouse(folder: Path, **tables: Sequence[Row]) -> Warehouse:
    """A warehouse whose tables hold these rows, complete up to the end of 2024."""
    held = {name: stored(folder, name, rows) for name, rows in tables.items()}
    publish(folder, Manifest(version=1, tables=held))
    return open_folder(folder)


def frame_of(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows of a table with every column of the contract; those left out are null."""
    schema = {column.name: DTYPES[column.kind] for column in TABLES[name].columns}
    return pl.DataFrame(rows, schema=schema)


def write_parquet(folder: Path, name: str, frame: pl.DataFrame) -> DataFile:
    """Write the frame as a Parquet file of that name; gives back its entry for the manifest."""
    path = folder / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
    return describe(folder, path, frame.height, (FIRST, day(367)))


def stored(folder: Path, name: str, rows: Sequence[Row]) -> StoredTable:
    """A table of these rows in one file, complete up to the end of 2024."""
    file = write_parquet(folder, name, frame_of(name, rows))
    return StoredTable((file,), len(rows), FIRST, day(367), seen_after(366))
