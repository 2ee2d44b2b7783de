"""The replay: the sample lived through again from a day on, fed file by file as its time passes."""

import shutil
import signal
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from dashboard.errors import IngestError
from dashboard.warehouse.ingest import IngestOptions, IngestReport
from dashboard.warehouse.ingest.follow import Following
from dashboard.warehouse.manifest import read_manifest
from dashboard.warehouse.tables import TABLES
from sample_data.replay_copy import copy_until, midnight
from sample_data.replay_files import Part, parts_from
from sample_data.timeline import FIRST_DAY, LAST_DAY

FOLLOWED = ("uploads", "user_days")
USUAL_SPEED = 3600.0
_LEAST_HISTORY = timedelta(days=1)
_INCOMING = ".incoming"
_PATIENCE_SECONDS = 60.0


def replay(sample: Path, folder: Path, day: date, *, speed: float) -> None:
    """Feed a copy of the sample in ``folder`` from a day on, ``speed`` times as fast as life.

    Goes on to the sample's end, or until SIGINT or SIGTERM; what was taken in then stays. Raises
    IngestError for a day outside the sample, and where the folder holds anything else.
    """
    if not FIRST_DAY + _LEAST_HISTORY <= day <= LAST_DAY:
        raise IngestError(
            f"The sample has no {day} to begin on: choose a day from {FIRST_DAY + _LEAST_HISTORY} "
            f"to {LAST_DAY}."
        )
    stopped = Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stopped.set())
    copy_until(sample, folder, day)
    _say(
        f"Replaying from {day}, {speed:,.0f} times as fast as life; end with Ctrl-C. To watch:\n"
        f"  WAREHOUSE_URL=duckdb:///{folder} python -m dashboard up\n"
    )
    incoming = folder.with_name(folder.name + _INCOMING)
    try:
        _feed(folder, incoming, _Pace(midnight(day), speed), parts_from(sample, day), stopped)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    _say(f"The replay has ended; {folder} stays as it is.\n")


class _Pace:
    """When an instant of the platform comes on this machine's clock."""

    def __init__(self, begins: datetime, speed: float) -> None:
        self._begins, self._speed = begins, speed
        self._started: float | None = None

    def wait_for(self, instant: datetime, stopped: Event) -> None:
        """Come back when the instant has come, or at once when stopped.

        Time begins to pass when it is first waited for: what comes before takes a while.
        """
        self._started = self._started or monotonic()
        due = self._started + (instant - self._begins).total_seconds() / self._speed
        stopped.wait(max(due - monotonic(), 0.0))


def _feed(folder: Path, incoming: Path, pace: _Pace, parts: Iterable[Part], stopped: Event) -> None:
    """Write the parts as they fall due, while their folders are followed."""
    followers = [
        Thread(target=_follow, args=(name, folder, incoming, stopped)) for name in FOLLOWED
    ]
    for name in FOLLOWED:
        (incoming / name).mkdir(parents=True, exist_ok=True)
    for follower in followers:
        follower.start()
    try:
        for part in parts:
            pace.wait_for(part.due_at, stopped)
            if stopped.is_set():
                return
            part.write(incoming)
    finally:
        stopped.set()
        for follower in followers:
            follower.join()


def _follow(name: str, folder: Path, incoming: Path, stopped: Event) -> None:
    # The tables wait for each other, so that no file is passed over for a later one.
    options = IngestOptions(
        synthetic=read_manifest(folder).synthetic, wait_seconds=_PATIENCE_SECONDS
    )
    Following(TABLES[name], incoming / name, folder, options).until(stopped, _tell)


def _tell(path: Path, became: IngestReport | IngestError) -> None:
    if isinstance(became, IngestError):
        _say(f"{path.stem} {path.parent.name}: {became}\n")
    else:
        _say(f"{path.stem} {became.table}: {became.rows_landed:,} rows in {became.seconds:.1f} s\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
