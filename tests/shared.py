"""What takes long to build and is only read: built once for all processes of a test run."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of pytest have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Inside it is one process of this machine at a time, of those that name the same lock."""
    with lock.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def built_once(folder: Path, build: Callable[[Path], object]) -> Path:
    """The folder, built by whoever asks first while the others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = folder.with_name(f"{folder.name}.built")
    with one_at_a_time(folder.with_name(f"{folder.name}.lock")):
        if not (done.exists() and folder.exists()):
            build(folder)
            done.touch()
    return folder
