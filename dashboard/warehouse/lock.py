"""The lock that makes writers of a warehouse take turns; a dead writer leaves it free."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.errors import SettingsError, WarehouseBusy

LOCK_NAME = "lock"
_PAUSE_SECONDS = 0.05


@contextmanager
def writing(folder: Path, *, wait_seconds: float = 2.0) -> Iterator[int]:
    """Hold the warehouse alone; gives the lock's descriptor, for a child to hold it as well.

    Raises WarehouseBusy, naming the holder, when another writer keeps it for ``wait_seconds``, and
    SettingsError when the folder cannot be written to.
    """
    held = _opened(folder)
    try:
        _take(held, folder, time.monotonic() + wait_seconds)
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield held
    finally:
        os.close(held)


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as refused:
        raise SettingsError(
            f"{folder} cannot be written to ({refused.strerror}). Name a folder that this program "
            "may write to: WAREHOUSE_URL=duckdb:///DIR."
        ) from refused


def _take(held: int, folder: Path, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            if time.monotonic() >= deadline:
                holder = os.pread(held, 32, 0).decode().strip() or "unknown"
                raise WarehouseBusy(
                    f"Process {holder} is writing to {folder}. Wait for it, then try again."
                ) from taken
        # A lock of the kernel can be waited for without end or not at all; a deadline needs turns.
        time.sleep(_PAUSE_SECONDS)
