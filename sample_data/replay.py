"""The replay: the sample lived through again from a day on, fed file by file as its time passes."""

import shutil
import signal
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

from dashboard.errors import IngestError
from dashboard.warehouse.ingest import IngestOptions, IngestReport
from dashboard.warehouse.ingest.follow import Following
from dashboard.warehouse.ingest.report import Progress, in_silence
from dashboard.warehouse.manifest import read_manifest
from dashboard.warehouse.tables import TABLES
from sample_data.replay_copy import copy_until, midnight
from sample_data.replay_files import Part, parts_from
from sample_data.timeline import FIRST_DAY, LAST_DAY

FOLLOWED = ("uploads", "user_days")
USUAL_SPEED = 3600.0
_LEAST_HISTORY = timedelta(days=1)
_INCOMING = ".incoming"


def replay(
    sample: Path, folder: Path, day: date, *, speed: float, progress: Progress = in_silence
) -> None:
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
    copy_until(sample, folder, day, progress)
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


class _Taken(Event):
    """Set when a file was taken in, or when all is to stop."""

    def __init__(self, stopped: Event) -> None:
        super().__init__()
        self._stopped = stopped

    def is_set(self) -> bool:
        """Whether to go on."""
        return super().is_set() or self._stopped.is_set()


def _feed(folder: Path, incoming: Path, pace: _Pace, parts: Iterable[Part], stopped: Event) -> None:
    """Write the parts as they fall due, and follow each table's folder until its part is in.

    One after the other: two followers at once would take each other's turns.
    """
    options = IngestOptions(synthetic=read_manifest(folder).synthetic)
    followings = {
        name: Following(TABLES[name], incoming / name, folder, options) for name in FOLLOWED
    }
    for name in FOLLOWED:
        (incoming / name).mkdir(parents=True, exist_ok=True)
    for part in parts:
        pace.wait_for(part.due_at, stopped)
        if stopped.is_set():
            return
        part.write(incoming)
        _take(followings[part.table], stopped)


def _take(following: Following, stopped: Event) -> None:
    """Follow until one file was taken in, or could not be."""
    taken = _Taken(stopped)

    def tell(path: Path, became: IngestReport | IngestError) -> None:
        taken.set()
        said = str(became) if isinstance(became, IngestError) else (
            f"{became.rows_landed:,} rows in {became.seconds:.1f} s"
        )  # fmt: skip
        _say(f"{path.stem} {path.parent.name}: {said}\n")

    following.until(taken, tell)


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
