"""Kept: the last good definitions of a point of presence, on its own disk."""

import os
from pathlib import Path

from pydantic import ValidationError

from dashboard.control.edge import Snapshot
from dashboard.geofence.flags import digest


class Kept:
    """One file, replaced whole or not at all."""

    def __init__(self, folder: Path, pop: str) -> None:
        """Keep in the folder, under the name of the point of presence."""
        self._path = folder / f"{pop}.json"

    def write(self, snapshot: Snapshot) -> None:
        """Replace what is kept; a kill in between leaves what was there."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(snapshot.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)

    def read(self) -> Snapshot | None:
        """What is kept; None where there is nothing, or it was altered since."""
        try:
            held = Snapshot.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        return held if is_whole(held) else None


def is_whole(snapshot: Snapshot) -> bool:
    """Whether the definitions are those that their sha256 names."""
    return digest(snapshot.definitions.encode()) == snapshot.sha256
