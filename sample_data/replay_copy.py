"""A copy of the sample up to a day, for a replay to go on from: hard links, and a few files cut."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.errors import IngestError, WarehouseMissing
from dashboard.warehouse.contract import Kind
from dashboard.warehouse.manifest import (
    DataFile,
    StoredTable,
    describe,
    publish,
    read_manifest,
)
from dashboard.warehouse.tables import TABLES

CUT = ("user_days", "uploads", "video_days")
"""What a copy has up to its day only. The other tables are whole: what lies ahead of the platform's
now is not read."""
REPLAY = "replay of the "


def copy_until(sample: Path, folder: Path, day: date) -> None:
    """Make the warehouse ``folder`` of what the sample held at the beginning of a day.

    An earlier replay there gives way. Raises WarehouseMissing where there is no sample, IngestError
    where the folder holds anything else.
    """
    manifest = read_manifest(sample)
    _clear(folder)
    folder.mkdir(parents=True)
    cut = {
        name: _cut(sample, folder, name, stored, day) if name in CUT else stored
        for name, stored in manifest.tables.items()
    }
    copied = replace(manifest, tables=cut, synthetic=REPLAY + manifest.synthetic)
    for file in copied.files():
        if not (folder / file.path).exists():
            _link(sample / file.path, folder / file.path)
    publish(folder, copied)


def midnight(day: date) -> datetime:
    """The instant a day begins."""
    return datetime.combine(day, time(), UTC)


def rows_before(sample: Path, table: str, day: date) -> int:
    """How many rows of a table lie before a day."""
    files = read_manifest(sample).tables[table].files
    return sum(_before(sample, table, file, day).num_rows for file in files)


def _clear(folder: Path) -> None:
    try:
        held = read_manifest(folder)
    except WarehouseMissing:
        if folder.exists() and any(folder.iterdir()):
            raise IngestError(
                f"{folder} holds something else. Name another folder: --to DIR."
            ) from None
    else:
        if not held.synthetic.startswith(REPLAY):
            raise IngestError(f"{folder} holds another warehouse. Name another folder: --to DIR.")
    shutil.rmtree(folder, ignore_errors=True)


def _cut(sample: Path, folder: Path, name: str, stored: StoredTable, day: date) -> StoredTable:
    """The table's files before a day, the one that reaches over it cut there."""
    files = [
        file if _ends_before(file, day) else _rewritten(sample, folder, name, file, day)
        for file in stored.files
        if file.since is not None and file.since < day
    ]
    rows = sum(file.rows for file in files)
    return replace(stored, files=tuple(files), rows=rows, until=day, watermark=midnight(day))


def _ends_before(file: DataFile, day: date) -> bool:
    return file.until is not None and file.until <= day


def _rewritten(sample: Path, folder: Path, name: str, file: DataFile, day: date) -> DataFile:
    kept = _before(sample, name, file, day)
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(kept, path)
    return describe(folder, path, kept.num_rows, (file.since, day))


def _before(sample: Path, name: str, file: DataFile, day: date) -> pa.Table:
    """The rows of a file before a day."""
    rows = pq.read_table(sample / file.path)
    if _ends_before(file, day):
        return rows
    event = TABLES[name].column(TABLES[name].event)
    limit = day if event.kind is Kind.DAY else midnight(day)
    return rows.filter(
        pc.less(rows[event.name], pa.scalar(limit, rows.schema.field(event.name).type))
    )


def _link(source: Path, path: Path) -> None:
    """The same file under another name; a copy of it where another disk is asked for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)
