"""A copy of the sample up to a day, for a replay to go on from."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.errors import IngestError, WarehouseMissing
from dashboard.warehouse.contract import Kind
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.ingest.report import Progress, in_silence
from dashboard.warehouse.manifest import DataFile, StoredTable, read_manifest
from dashboard.warehouse.tables import TABLES, TAKEN_IN

CUT = ("user_days", "uploads", "video_days")
"""What a copy has up to its day only. The other tables are whole: what lies ahead of the platform's
now is not read."""
_REPLAY = "replay of the "


def copy_until(sample: Path, folder: Path, day: date, progress: Progress = in_silence) -> None:
    """Make the warehouse ``folder`` of what the sample held at the beginning of a day.

    Its people are known by the numbers they have in the sample. An earlier replay there gives way.
    Raises WarehouseMissing where there is no sample, IngestError where the folder holds anything
    else.
    """
    manifest = read_manifest(sample)
    _refuse_others(folder)
    # Made beside and moved into place when it is whole: killed, it leaves what was there before.
    apart = folder.with_name(f".building-{folder.name}")
    shutil.rmtree(apart, ignore_errors=True)
    apart.mkdir(parents=True)
    try:
        loads = [
            _load(sample, apart, name, stored, day)
            for name, stored in manifest.tables.items()
            if name in TAKEN_IN
        ]
        options = IngestOptions(
            synthetic=_REPLAY + manifest.synthetic,
            progress=lambda share, said: progress(share, said.replace(f"{sample}/", "")),
        )
        made = apart / "warehouse"
        ingest_in_turn([load for load in loads if load.sources], made, options=options)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    finally:
        shutil.rmtree(apart)


def midnight(day: date) -> datetime:
    """The instant a day begins."""
    return datetime.combine(day, time(), UTC)


def rows_from(sample: Path, table: str, day: date) -> Iterator[pa.Table]:
    """The rows of a table from a day on, file by file in the order of time."""
    for file in read_manifest(sample).tables[table].files:
        if not _ends_before(file, day):
            rows = pq.read_table(sample / file.path)
            yield rows.filter(pc.invert(_is_before(rows, table, day)))


def _refuse_others(folder: Path) -> None:
    try:
        held = read_manifest(folder).synthetic
    except WarehouseMissing as missing:
        if folder.exists() and any(folder.iterdir()):
            raise IngestError(
                f"{folder} holds something else. Name another folder: --to DIR."
            ) from missing
    else:
        if not held.startswith(_REPLAY):
            raise IngestError(f"{folder} holds another warehouse. Name another folder: --to DIR.")


def _load(sample: Path, apart: Path, name: str, stored: StoredTable, day: date) -> Load:
    """The table's files, those of CUT as far as they lie before the day."""
    if name not in CUT:
        paths = tuple(sample / file.path for file in stored.files)
        return Load(name, paths, weight=stored.weight, watermark=stored.watermark)
    paths = tuple(
        sample / file.path if _ends_before(file, day) else _cut(sample, apart, name, file, day)
        for file in stored.files
        if file.since is not None and file.since < day
    )
    return Load(name, paths, weight=stored.weight, watermark=midnight(day))


def _ends_before(file: DataFile, day: date) -> bool:
    return file.until is not None and file.until <= day


def _cut(sample: Path, apart: Path, name: str, file: DataFile, day: date) -> Path:
    rows = pq.read_table(sample / file.path)
    path = apart / Path(file.path).name
    pq.write_table(rows.filter(_is_before(rows, name, day)), path)
    return path


def _is_before(rows: pa.Table, name: str, day: date) -> pa.ChunkedArray:
    event = TABLES[name].column(TABLES[name].event)
    limit = day if event.kind is Kind.DAY else midnight(day)
    return pc.less(rows[event.name], pa.scalar(limit, rows.schema.field(event.name).type))
