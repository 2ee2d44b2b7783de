"""Files and statements that mean harm: refused, and nothing published."""

import os
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import HostileFile, IngestError, WarehouseMissing
from dashboard.warehouse.ingest import IngestOptions
from dashboard.warehouse.ingest.pieces import locked_connection, sql_stream
from dashboard.warehouse.ingest.sources import source_files
from dashboard.warehouse.tables import USER_DAYS
from tests.warehouse.taking_in import HEADER, Place, csv, visits

pytestmark = pytest.mark.usefixtures("own_process")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "warehouse")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return csv(tmp_path, "good.csv", "2024-01-01,1,IN,ios,1,1,1")


@pytest.mark.wide
def test_a_small_file_that_expands_to_gigabytes_is_refused(place: Place, tmp_path: Path) -> None:
    rows = 2_000_000
    bomb = tmp_path / "bomb.parquet"
    one = visits((1, 1, "IN", "ios", 1)).with_columns(app=pl.lit("x" * 1_000))
    one.select(pl.all().repeat_by(rows).explode()).write_parquet(bomb, row_group_size=rows)
    assert bomb.stat().st_size < 100_000

    with pytest.raises(HostileFile, match="expand to 2,000,000 rows"):
        place.take("user_days", bomb)
    assert not (place.folder / "manifest.json").exists()


def test_links_pipes_devices_and_folders_are_not_opened(
    place: Place, source: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.csv"
    folder.mkdir()

    for path in (link, pipe, folder, Path("/dev/zero")):
        with pytest.raises(HostileFile):
            place.take("user_days", path)


def test_a_pattern_may_not_lead_out_of_its_folder(
    place: Place, source: Path, tmp_path: Path
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "way").symlink_to(tmp_path)
    for pattern in (inside / "*" / "good.csv", inside / "w*" / ".." / "good.csv"):
        with pytest.raises(HostileFile):
            place.take("user_days", pattern)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/etc/*')",
        "select * from source; drop view source",
        "copy (select 1) to '{folder}/written.csv'",
        "copy source to '{folder}/good.csv'",
        "attach '{folder}/other.db'",
        "install httpfs",
        "set lock_configuration = false",
        "select * from query('copy (select 1) to ''{folder}/written.csv''')",
    ],
)
def test_a_statement_reads_nothing_but_the_source_and_writes_nothing(
    source: Path, statement: str
) -> None:
    held = source.read_bytes()
    files = source_files([source])
    with locked_connection(files, source.parent / "spill", zone="UTC") as connection:
        sql = statement.format(folder=source.parent)
        with pytest.raises(IngestError):
            list(sql_stream(USER_DAYS, files, connection, sql).pieces())

    assert source.read_bytes() == held
    assert [path.name for path in source.parent.iterdir()] == ["good.csv"]


def test_a_hostile_statement_publishes_nothing(place: Place, source: Path) -> None:
    sql = "select * from read_csv('/etc/passwd')"
    with pytest.raises(HostileFile, match="nothing but the source"):
        place.take("user_days", source, options=IngestOptions(sql=sql))
    with pytest.raises(WarehouseMissing):
        place.manifest  # noqa: B018


@pytest.mark.wide
def test_a_text_of_any_length_is_refused_and_the_rest_lands(place: Place, tmp_path: Path) -> None:
    long = csv(
        tmp_path,
        "long.csv",
        f"2024-01-01,1,IN,ios,1,1,1,{'x' * 40_000}",
        "2024-01-01,2,IN,ios,1,1,1,y",
        header=HEADER + ",app",
    )
    report = place.take("user_days", long)
    assert [(refusal.reason, refusal.rows) for refusal in report.refused] == [
        ("app is longer than 32,768 bytes", 1)
    ]
    assert len(report.refused[0].examples[0]) < 300
    assert report.rows_landed == 1
