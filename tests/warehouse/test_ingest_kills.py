"""An ingest that is killed changes nothing, and asked again it goes on where it was."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

import dashboard
from dashboard.errors import FatalSource, WarehouseBusy, WarehouseMissing
from dashboard.warehouse.ingest import IngestOptions, ingest
from dashboard.warehouse.lock import writing
from dashboard.warehouse.manifest import read_manifest, verify
from dashboard.warehouse.tables import USER_DAYS
from tests.bench_data import write_user_days
from tests.warehouse.taking_in import Place, visits

pytestmark = pytest.mark.usefixtures("own_process")

_ROOT = Path(dashboard.__file__).parent.parent


class _Killed(Exception):
    """Raised in the supervisor in place of going on."""


@pytest.mark.wide
def test_a_rerun_does_not_read_again_what_a_killed_run_had_finished(tmp_path: Path) -> None:
    sources = write_user_days(tmp_path / "days", 2_000, 12)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    ingest(USER_DAYS, sources, whole, options=IngestOptions())

    def die(share: float, _sentence: str) -> None:
        if share > 0:
            raise _Killed

    with pytest.raises(_Killed):
        ingest(USER_DAYS, sources, cut, options=IngestOptions(progress=die))
    with pytest.raises(WarehouseMissing):
        read_manifest(cut)
    remembered = cut.glob("staging/*/*/piece-*.json")
    finished = {_rows_of(piece): _rows_of(piece).stat().st_mtime_ns for piece in remembered}
    seen: dict[Path, int] = {}

    def look(_share: float, _sentence: str) -> None:
        seen.update({path: path.stat().st_mtime_ns for path in finished})

    ingest(USER_DAYS, sources, cut, options=IngestOptions(progress=look))

    assert finished
    assert seen == finished
    assert _content(cut) == _content(whole)
    assert not (cut / "staging").exists()


@pytest.mark.wide
def test_what_a_dead_writer_left_is_swept_by_the_next_one_and_nothing_else(tmp_path: Path) -> None:
    place = Place(tmp_path / "warehouse")
    place.take("user_days", visits((1, 1, "IN", "ios", 1)))
    place.take("user_days", visits((1, 2, "IN", "ios", 1)))
    left = [
        place.folder / "staging" / "0a" / "load-0000" / "rows-000000",
        place.folder / "tables" / "user_days" / "2024-02-01_2024-02-29.v000003-0.parquet",
        place.folder / "audiences" / "active" / "2024-02-01_2024-02-29.v000003-0.arrow",
        place.folder / "people" / "v000003-0.parquet",
    ]
    mine = place.folder / "tables" / "user_days" / "notes.parquet"
    for path in (*left, mine):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")

    with pytest.raises(FatalSource):
        place.take("user_days", visits((1, 3, "IN", "ios", 1)).drop("views"))

    assert not any(path.exists() for path in left)
    assert mine.exists()
    for version in (1, 2):
        for file in read_manifest(place.folder, version).files():
            verify(place.folder, file)


@pytest.mark.wide
def test_writers_take_turns_and_the_one_who_waits_learns_who_writes(tmp_path: Path) -> None:
    place = Place(tmp_path / "warehouse")
    with writing(place.folder), pytest.raises(WarehouseBusy, match=f"Process {os.getpid()} "):
        place.take(
            "user_days", visits((1, 1, "IN", "ios", 1)), options=IngestOptions(wait_seconds=0)
        )
    place.take("user_days", visits((1, 1, "IN", "ios", 1)))


@pytest.mark.wide
def test_the_worker_dies_with_its_supervisor_and_leaves_the_lock_free(tmp_path: Path) -> None:
    sources = write_user_days(tmp_path / "days", 20_000, 10)
    running = _started(sources, tmp_path / "warehouse")
    assert running.stderr is not None
    running.stderr.readline()
    running.kill()
    running.wait()
    running.stderr.close()

    with writing(tmp_path / "warehouse", wait_seconds=10):
        assert not (tmp_path / "warehouse" / "manifest.json").exists()


@pytest.mark.drill
@pytest.mark.timeout(1_200)
def test_killed_at_any_instant_the_old_version_stands_and_reruns_end_in_the_same(
    tmp_path: Path,
) -> None:
    first, second = (
        write_user_days(tmp_path / name, 20_000, 20, seed=seed)
        for name, seed in (("first", 1), ("second", 2))
    )
    base, whole = tmp_path / "base", tmp_path / "whole"
    ingest(USER_DAYS, first[:10], base, options=IngestOptions())
    shutil.copytree(base, whole)
    ingest(USER_DAYS, second, whole, options=IngestOptions())
    chance = random.Random(7)

    kills = 0
    for attempt in range(8):
        cut = tmp_path / f"cut-{attempt}"
        shutil.copytree(base, cut)
        while _killed(_started(second, cut), after_seconds=chance.uniform(0.1, 3.0)):
            kills += 1
            manifest = read_manifest(cut)
            assert manifest.version == 1 or _content(cut) == _content(whole)
            for file in manifest.files():
                verify(cut, file)
        assert _content(cut) == _content(whole)
    assert kills


def _killed(running: "subprocess.Popen[bytes]", *, after_seconds: float) -> bool:
    timer = threading.Timer(after_seconds, running.kill)
    timer.start()
    running.communicate()
    timer.cancel()
    return running.returncode != 0


def _rows_of(piece: Path) -> Path:
    return piece.with_name(piece.stem.replace("piece", "rows"))


def _started(sources: list[Path], folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", "ingest", "user_days", *map(str, sources)],
        env={**os.environ, "WAREHOUSE_URL": f"duckdb:///{folder}"},
        cwd=_ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )


def _content(folder: Path) -> dict[str, object]:
    """What a warehouse says, however its files are called."""
    manifest = read_manifest(folder)
    with duckdb.connect() as connection:
        rows = connection.read_parquet(
            [str(folder / file.path) for file in manifest.tables["user_days"].files]
        )
        people = connection.read_parquet(
            [str(folder / file.path) for file in manifest.people.files]
        )
        told = (
            rows.aggregate("count(*), sum(hash(columns(*)))").fetchall(),
            people.aggregate("count(*), sum(hash(person_id, number))").fetchall(),
        )
    sets = manifest.audiences["active"]
    sums = [
        hashlib.sha256((folder / file.path).read_bytes()).hexdigest()
        for file in (*sets.days, *sets.cohorts)
    ]
    return {"rows": told, "sets": sums, "watermark": manifest.tables["user_days"].watermark}
