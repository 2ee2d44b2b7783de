"""A warehouse that a folder is followed into, as an operator runs it, and the files that land."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.tables import USER_DAYS
from tests.places import LAST_DAY, build_tiny_warehouse
from tests.servers import ROOT

_AHEAD = timedelta(days=60)
_ENDS_SECONDS = 20
_ONE_DAY = timedelta(days=1)


def build_followed_warehouse(folder: Path) -> None:
    """The tiny warehouse, whose people are known for two months more than its uploads."""
    build_tiny_warehouse(folder)
    until = LAST_DAY + _AHEAD
    seen = pl.DataFrame({"day": [until - _ONE_DAY], "person_id": [1], "country": ["IN"],
                         "platform": ["ios"], "views": [1], "watch_seconds": [1.0],
                         "sessions": [1]})  # fmt: skip
    source = folder.with_name("later.parquet")
    seen.write_parquet(source)
    whole = IngestOptions(watermark=datetime.combine(until, time(), UTC))
    ingest(USER_DAYS, [source], folder, options=whole)


@contextmanager
def following(table: str, inbox: Path, warehouse: Path) -> Iterator[None]:
    """Follow ``inbox`` into the warehouse, in a process of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "ingest", table, "--follow", str(inbox)],
        cwd=ROOT, env={**os.environ, "WAREHOUSE_URL": f"duckdb:///{warehouse}"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=_ENDS_SECONDS)


def land(inbox: Path, number: int) -> tuple[date, int]:
    """Put the uploads of a day into the folder; gives back the day and how many they are.

    Each number is the day after that of the one before, from 1 on. An upload early on the day that
    follows says that the day is over, and is the first of that day.
    """
    day, count = LAST_DAY + number * _ONE_DAY, 100 + number
    from_before = 1 if number > 1 else 0
    hours = [9.0] * count + [24.5]
    began = [datetime.combine(day, time(), UTC) + timedelta(hours=each) for each in hours]
    rows = pl.DataFrame({"creator_id": range(len(began)), "uploaded_at": began}).with_columns(
        video_id=pl.format("{} of {}", "creator_id", pl.lit(str(day))), country=pl.lit("IN"),
        published_at=pl.col("uploaded_at") + timedelta(minutes=2), duration_seconds=pl.lit(9.0),
    )  # fmt: skip
    path = inbox / f"{day}.parquet"
    beside = path.with_name(f"{path.name}.tmp")
    rows.write_parquet(beside)
    beside.replace(path)
    return day, count + from_before
