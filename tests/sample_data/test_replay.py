"""The replay: a copy of the sample up to a day, and what then comes in as time passes."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access.reader import WORLD
from dashboard.errors import IngestError, WarehouseMissing
from dashboard.growth.reads import active_people
from dashboard.settings import ROOT_FOLDER
from dashboard.slices import Slice, Span
from dashboard.velocity.reads import pace, time_to_publish
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.manifest import MANIFEST_NAME, read_manifest
from sample_data.replay import replay
from sample_data.replay_copy import copy_until, rows_from
from sample_data.replay_files import parts_from

pytestmark = [pytest.mark.sample, pytest.mark.usefixtures("own_process")]
DAY = date(2021, 8, 10)
BEFORE = Span(date(2021, 7, 20), DAY)
_PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def copy(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay") / "copy"
    copy_until(sample_warehouse, folder, DAY)
    return folder


def test_a_copy_knows_nothing_of_the_day_it_ends_before(copy: Path) -> None:
    house = open_folder(copy)
    assert house.now == datetime(2021, 8, 10, tzinfo=UTC)
    for name, column in (("uploads", "uploaded_at"), ("user_days", "day"), ("video_days", "day")):
        files = [copy / file.path for file in read_manifest(copy).tables[name].files]
        last = pl.scan_parquet(files).select(pl.col(column).max().cast(pl.Date)).collect().item()
        assert last == DAY - timedelta(days=1)


def test_what_came_before_reads_as_in_the_sample(sample_warehouse: Path, copy: Path) -> None:
    whole, cut = open_folder(sample_warehouse), open_folder(copy)
    for read in (pace, active_people, time_to_publish):
        then = Slice(BEFORE, cut.now)
        assert read(cut, then, WORLD).equals(read(whole, then, WORLD))


def test_a_copy_says_that_it_is_a_replay(copy: Path) -> None:
    said = read_manifest(copy).synthetic
    assert said.startswith("replay of the invented sample platform")


def test_the_parts_of_a_day_are_its_rows_in_the_order_of_time(sample_warehouse: Path) -> None:
    after = datetime(2021, 8, 12, tzinfo=UTC)
    parts = list(takewhile(lambda part: part.due_at <= after, parts_from(sample_warehouse, DAY)))
    assert [part.due_at for part in parts] == sorted(part.due_at for part in parts)
    for name, column in (("uploads", "uploaded_at"), ("user_days", "day")):
        stored = pl.concat(pl.DataFrame(rows) for rows in rows_from(sample_warehouse, name, DAY))
        expected = stored.filter(pl.col(column).cast(pl.Date) < date(2021, 8, 12))
        fed = pl.concat(pl.DataFrame(part.rows) for part in parts if part.table == name)
        assert_frame_equal(fed, expected, check_row_order=False)


def test_parts_go_on_from_one_file_of_the_sample_to_the_next(sample_warehouse: Path) -> None:
    """The sample's files end with months, and the parts of every day hold its rows."""
    eve = date(2021, 8, 31)
    parts = islice(parts_from(sample_warehouse, eve), 16)
    counts = Counter(
        (part.table, (part.due_at - timedelta(hours=1)).date()) for part in parts
        for _ in range(part.rows.num_rows)
    )  # fmt: skip
    for day in (eve, date(2021, 9, 1)):
        assert counts["uploads", day] > 1000
        assert counts["user_days", day] > 4000


@pytest.mark.drill
@pytest.mark.timeout(600)
def test_a_replay_takes_in_what_the_sample_had_and_ends_cleanly_when_interrupted(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "replay"
    program = (
        "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from sample_data.replay import replay\n"
        f"replay(Path(sys.argv[1]), Path(sys.argv[2]), date({DAY.year}, {DAY.month}, {DAY.day}), "
        "speed=20_000.0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(sample_warehouse), str(folder)], cwd=ROOT_FOLDER,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT_FOLDER)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            # The first people of the second day complete the first.
            if line.startswith("2021-08-11T06 user_days"):
                break
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == 0, complaints
    assert "The replay has ended" in rest
    assert not folder.with_name("replay.incoming").exists()
    replayed, whole = open_folder(folder), open_folder(sample_warehouse)
    assert replayed.now == datetime(2021, 8, 11, tzinfo=UTC)
    day = Slice(Span(DAY, DAY + timedelta(days=1)), replayed.now)
    for read in (pace, active_people):
        assert read(replayed, day, WORLD).equals(read(whole, day, WORLD))


def test_a_replay_gives_way_to_the_next_and_to_nothing_else(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "replay"
    copy_until(sample_warehouse, folder, date(2015, 1, 1))
    copy_until(sample_warehouse, folder, date(2015, 2, 1))
    assert open_folder(folder).now == datetime(2015, 2, 1, tzinfo=UTC)
    with pytest.raises(IngestError, match="holds another warehouse"):
        copy_until(folder, sample_warehouse, DAY)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me")
    with pytest.raises(IngestError, match="something else"):
        copy_until(sample_warehouse, tmp_path / "letters", DAY)
    assert (tmp_path / "letters" / "dear.txt").exists()


def test_without_a_sample_or_a_day_of_it_there_is_nothing_to_replay(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing):
        copy_until(tmp_path, tmp_path / "replay", DAY)
    with pytest.raises(IngestError, match="choose a day"):
        replay(tmp_path, tmp_path / "replay", date(1999, 1, 1), speed=1.0)
    assert not (tmp_path / "replay" / MANIFEST_NAME).exists()
