"""A large bill is sorted a few days at a time, and comes out as if it had been sorted at once."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.warehouse.ingest import rows
from dashboard.warehouse.ingest.landing import Landed, land
from dashboard.warehouse.ingest.report import Load, in_silence
from dashboard.warehouse.ingest.staging import Staging
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import Manifest
from tests.bench_bill import write_bill_csv, write_bill_parquet

LINES = 3_000


def landed(folder: Path, source: Path) -> Landed:
    """A bill landed in a new warehouse, in this process."""
    load = Load("cost_lines", (source,))
    room = Staging(folder / "staging" / "one")
    return land(Task(load, folder, Manifest(0), room, "v000001-0", in_silence))


def lines_of(folder: Path, of: Landed) -> pl.DataFrame:
    [file] = of.manifest.tables["cost_lines"].files
    return pl.read_parquet(folder / file.path)


def test_days_sorted_apart_are_one_file_of_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_bill_parquet(tmp_path / "bill.parquet", LINES)
    at_once = lines_of(tmp_path / "a", landed(tmp_path / "a", source))
    monkeypatch.setattr(rows, "_SORTED_ROWS", 250)
    apart = lines_of(tmp_path / "b", landed(tmp_path / "b", source))
    assert apart.height == LINES
    assert apart["charge_period_start"].is_sorted()
    assert apart.schema == at_once.schema
    assert_frame_equal(apart, at_once, check_row_order=False)


def test_an_export_as_csv_holds_the_same_lines_as_parquet(tmp_path: Path) -> None:
    parquet = write_bill_parquet(tmp_path / "bill.parquet", LINES)
    text = write_bill_csv(parquet, tmp_path / "bill.csv")
    one = lines_of(tmp_path / "a", landed(tmp_path / "a", parquet))
    other = lines_of(tmp_path / "b", landed(tmp_path / "b", text))
    assert_frame_equal(one, other, check_row_order=False)
