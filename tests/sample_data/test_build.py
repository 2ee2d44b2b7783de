"""The sample is the same each time, appears whole or not at all, and can be of another size."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.warehouse.manifest import checksum, read_manifest
from dashboard.warehouse.tables import TAKEN_IN
from sample_data.build import build_sample
from sample_data.generate import Size, write_sample
from sample_data.record import FOLDER
from tests.sample_data.history import History

SMALL = Size(people=2_000, days=45)


@pytest.mark.wide
def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sample(tmp_path / name, SMALL)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(f"{table}.parquet" for table in TAKEN_IN)
    for name in files:
        assert checksum(tmp_path / "one" / name) == checksum(tmp_path / "two" / name)


def test_a_build_names_itself_invented_and_says_what_each_row_stands_for(tmp_path: Path) -> None:
    build_sample(tmp_path / "warehouse", SMALL)
    manifest = read_manifest(tmp_path / "warehouse")
    assert "invented" in manifest.synthetic
    assert {name: table.weight for name, table in manifest.tables.items()} == {
        **SMALL.weights(), "charges": 1,
    }  # fmt: skip
    assert manifest.tables["user_days"].since == date(2024, 5, 17)
    end = datetime(2024, 7, 1, tzinfo=UTC)
    assert {table.watermark for table in manifest.tables.values()} == {end}
    assert [path.name for path in tmp_path.iterdir()] == ["warehouse"]


def test_a_build_that_ends_early_leaves_what_was_there(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    (warehouse / "old").touch()

    def stop(share: float, sentence: str) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_sample(warehouse, SMALL, stop)
    assert [path.name for path in warehouse.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["warehouse"]


@pytest.mark.wide
@pytest.mark.parametrize("people", [500, 30_000])
def test_another_size_has_so_many_people_and_the_platform_stays_as_large(
    tmp_path: Path, people: int
) -> None:
    size = Size(people=people, days=60)
    write_sample(tmp_path, size)
    history = History(tmp_path)
    seen = history.value("select count(distinct person_id) from user_days")
    assert seen == pytest.approx(people, rel=0.06)
    views = history.value("select sum(views) / count(distinct day) from user_days")
    assert views * size.weights()["user_days"] == pytest.approx(100.8e9, rel=0.02)


def test_what_is_committed_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.parent.glob("*.py")) < 200_000
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000
