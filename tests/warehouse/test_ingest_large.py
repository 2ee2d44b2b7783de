"""What is too large to hold at once ends as if it had been small."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.warehouse.ingest import Load, numbering, person_days
from dashboard.warehouse.ingest.landing import land
from dashboard.warehouse.ingest.numbering import People
from dashboard.warehouse.ingest.report import in_silence
from dashboard.warehouse.ingest.staging import Staging
from dashboard.warehouse.ingest.task import Task
from dashboard.warehouse.manifest import Manifest, Numbering, publish, read_manifest
from tests.bench_data import write_user_days
from tests.servers import ROOT
from tests.warehouse.taking_in import Place

pytestmark = pytest.mark.usefixtures("own_process")

_INGEST_AND_TELL_THE_PEAK = """
import resource, sys
from dashboard.__main__ import main
code = main(sys.argv[1:])
print(max(resource.getrusage(who).ru_maxrss for who in (0, resource.RUSAGE_CHILDREN)))
sys.exit(code)
"""


def test_a_day_of_too_many_people_is_merged_in_parts_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = write_user_days(tmp_path / "days", 9_000, 2, countries=4)
    whole, parted = Place(tmp_path / "whole"), Place(tmp_path / "parted")
    _landed(whole, sources)
    monkeypatch.setattr(person_days, "UNIT_ROWS", 500)
    monkeypatch.setattr(person_days, "LARGEST_UNIT_ROWS", 1_000)
    _landed(parted, sources[:1])
    _landed(parted, sources)

    columns = "day, person_id, country, platform, views"
    assert parted.rows("user_days", columns) == whole.rows("user_days", columns)
    assert parted.sets() == whole.sets()
    assert parted.cohorts() == whole.cohorts()
    assert _travels(parted) == _travels(whole)


def test_people_too_many_to_remember_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "REMEMBERED_PEOPLE", 5)
    people = People([], Numbering(), tmp_path / "spill")
    given = dict[object, int]()
    for batch, ids in enumerate(
        ([4, 2, 9, 9, 11], [4, 100, 7], [1, 3, 5, 6, 8], ["4", "b", "100"], [9, 12, 3])
    ):
        asked = pl.Series("person_id", ids)
        countries = pl.Series(["IN"] * len(ids))
        numbers = people.numbered(asked, countries, tmp_path / f"people-{batch}").to_list()
        for person, number in zip(ids, numbers, strict=True):
            assert given.setdefault(str(person), number) == number
    assert len(set(given.values())) == len(given)


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_source_of_millions_of_rows_takes_less_than_a_gigabyte_of_memory(
    tmp_path: Path, form: str
) -> None:
    sources = write_user_days(tmp_path / "days", 500_000, 45)
    if form == "csv":
        whole = tmp_path / "days.csv"
        with duckdb.connect() as connection:
            connection.read_parquet([str(path) for path in sources]).write_csv(str(whole))
        sources = [whole]
    words = ["ingest", "user_days", *map(str, sources)]
    told = subprocess.run(
        [sys.executable, "-c", _INGEST_AND_TELL_THE_PEAK, *words],
        cwd=ROOT,
        env={**os.environ, "WAREHOUSE_URL": f"duckdb:///{tmp_path}/warehouse"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    rows = read_manifest(tmp_path / "warehouse").tables["user_days"].rows
    peak_bytes = int(told.splitlines()[-1]) * 1024
    sys.stdout.write(f"{form}: {rows:,} rows, peak {peak_bytes / 2**20:,.0f} MiB\n")
    assert rows > 5_000_000
    assert peak_bytes < 1 << 30


def _landed(place: Place, sources: list[Path]) -> None:
    before = Manifest(version=0)
    if (place.folder / "manifest.json").exists():
        before = place.manifest
    version = before.version + 1
    task = Task(
        load=Load("user_days", tuple(sources)),
        folder=place.folder,
        before=before,
        room=Staging(place.folder / "staging" / str(version)),
        tag=f"v{version}",
        progress=in_silence,
    )
    manifest = land(task).manifest
    publish(
        place.folder,
        Manifest(version, "UTC", "", manifest.tables, manifest.audiences, manifest.people),
    )


def _travels(place: Place) -> list[tuple[object, ...]]:
    files = place.manifest.audiences["active"].travels
    found = pl.concat([pl.read_parquet(place.folder / file.path) for file in files])
    return sorted(found.select("day", "person_id", "country", "platform", "views").rows())
