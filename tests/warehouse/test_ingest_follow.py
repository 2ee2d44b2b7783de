"""A followed folder: new files come in by themselves while the warehouse is read."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from time import monotonic

import dashboard
from dashboard.errors import FatalSource, IngestError
from dashboard.slices import Scope
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import AudienceKind
from dashboard.warehouse.ingest import IngestOptions, IngestReport
from dashboard.warehouse.ingest.follow import Following
from dashboard.warehouse.tables import USER_DAYS
from tests.warehouse.taking_in import Place, csv, day, visits

_Told = Queue[tuple[Path, IngestReport | IngestError]]


def test_new_files_come_in_and_a_fatal_one_is_set_aside_until_it_is_mended(tmp_path: Path) -> None:
    place = Place(tmp_path / "warehouse")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    csv(inbox, "a.csv", "2024-01-01,1,IN,ios,1,1,1")
    csv(inbox, ".hidden.csv", "2024-01-01,2,IN,ios,1,1,1")
    csv(inbox, "b.csv.part", "2024-01-01,3,IN,ios,1,1,1")
    stopped, told = Event(), _Told()
    following = Following(USER_DAYS, inbox, place.folder, IngestOptions())
    thread = Thread(target=following.until, args=(stopped, lambda *said: told.put(said)))
    thread.start()
    try:
        assert told.get(timeout=60)[0].name == "a.csv"
        csv(inbox, "broken.csv", "no day,1,IN,ios,1,1,1")
        path, became = told.get(timeout=60)
        assert (path.name, type(became)) == ("broken.csv", FatalSource)
        csv(inbox, "c.csv", "2024-01-02,4,IN,ios,1,1,1")
        assert told.get(timeout=60)[0].name == "c.csv"
        csv(inbox, "broken.csv", "2024-01-03,1,IN,ios,1,1,1")
        assert told.get(timeout=60)[0].name == "broken.csv"
    finally:
        stopped.set()
        thread.join()

    assert [person for (person,) in place.rows("user_days", "person_id")] == ["1", "1", "4"]
    assert told.empty()


def test_the_newest_day_is_open_until_a_later_one_comes_or_a_watermark_says_it_is_whole(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path / "warehouse")
    growing = IngestOptions(is_growing=True)

    def complete(number: int, options: IngestOptions) -> tuple[date, date, date]:
        rows = visits((number, 1, "IN", "ios", 1))
        told = place.take("user_days", rows, options=options).complete
        assert told is not None
        return told.since, told.until, told.newest_day

    assert complete(1, growing) == (day(1), day(1), day(1))
    assert complete(2, growing) == (day(1), day(2), day(2))
    assert complete(1, growing) == (day(1), day(2), day(2))
    stated = replace(growing, watermark=datetime(2024, 1, 3, tzinfo=UTC))
    assert complete(2, stated) == (day(1), day(3), day(2))
    assert complete(5, stated) == (day(1), day(5), day(5))
    assert complete(5, IngestOptions()) == (day(1), day(6), day(5))


def test_a_reader_sees_a_new_file_within_five_seconds(tmp_path: Path) -> None:
    place = Place(tmp_path / "warehouse")
    (inbox := tmp_path / "inbox").mkdir()
    csv(inbox, "a.csv", "2024-01-01,1,IN,ios,1,1,1")
    stopped, told = Event(), _Told()
    following = Following(USER_DAYS, inbox, place.folder, IngestOptions())
    thread = Thread(target=following.until, args=(stopped, lambda *said: told.put(said)))
    thread.start()
    try:
        began = monotonic()
        told.get(timeout=60)
        # A busy machine is slow, not wrong: a reader may not make it much slower than it is.
        patience_seconds = max(5.0, 2 * (monotonic() - began))
        later = Scope(datetime(2025, 1, 1, tzinfo=UTC))
        two = [f"2024-01-02,{person},IN,ios,1,1,1" for person in (1, 2)]
        csv(inbox, "b.csv", *two, "2024-01-03,1,IN,ios,1,1,1")
        began = monotonic()
        people = 0
        while people != 2 and monotonic() < began + patience_seconds:
            stopped.wait(0.05)
            asked = open_folder(place.folder).audience(AudienceKind.ACTIVE, later)
            people = asked.people([day(2)], [1])["people_1"][0]
        assert people == 2
    finally:
        stopped.set()
        thread.join()


def test_what_was_taken_in_is_not_taken_in_again_after_a_restart(tmp_path: Path) -> None:
    place = Place(tmp_path / "warehouse")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    csv(inbox, "a.csv", "2024-01-01,1,IN,ios,1,1,1")
    for _ in range(2):
        stopped, names = Event(), list[str]()

        def tell(path: Path, _became: object, names: list[str] = names) -> None:
            names.append(path.name)

        following = Following(USER_DAYS, inbox, place.folder, IngestOptions())
        thread = Thread(target=following.until, args=(stopped, tell))
        thread.start()
        until = monotonic() + 3
        while monotonic() < until and not names:
            stopped.wait(0.05)
        stopped.set()
        thread.join()

    assert place.manifest.version == 1


def test_following_ends_when_told_to(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "ingest", "user_days", "--follow", str(tmp_path)],
        env={**os.environ, "WAREHOUSE_URL": f"duckdb:///{tmp_path}/warehouse"},
        cwd=Path(dashboard.__file__).parent.parent,
        stdout=subprocess.PIPE,
    )
    assert running.stdout is not None
    with running.stdout:
        running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) == 0
