"""Staging: a folder that remembers finished steps of an ingest, so that a killed one resumes."""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

STAGING_FOLDER = "staging"


class Staging:
    """The finished steps of one ingest, each a small JSON file that appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, making it where there is none."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def room(self, name: str) -> "Staging":
        """A part of it with names of its own."""
        return Staging(self.folder / name)

    def recall(self, step: str) -> str | None:
        """What a finished step left behind; None when it has not finished."""
        try:
            return (self.folder / f"{step}.json").read_text()
        except FileNotFoundError:
            return None

    def remember(self, step: str, text: str) -> None:
        """Declare a step finished. Whatever files it made must be complete by now."""
        beside = self.folder / f"{step}.new"
        beside.write_text(text)
        beside.replace(self.folder / f"{step}.json")


def staging_key(parts: Sequence[object]) -> str:
    """A short name that is the same for the same work on the same files, and for nothing else."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:24]


def staging_for(folder: Path, key: str) -> Staging:
    """The staging of this work inside a warehouse, as an earlier attempt may have left it."""
    return Staging(folder / STAGING_FOLDER / key)


def drop_staging(folder: Path) -> None:
    """Drop all that is staged; once a version is published it builds on one that is gone."""
    shutil.rmtree(folder / STAGING_FOLDER, ignore_errors=True)


def settle(path: Path) -> None:
    """Have the disk hold the file, so that a manifest never names what a power cut took."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
