"""Sweeping: what a dead writer left in a warehouse is removed by the next one, under the lock."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from dashboard.errors import WarehouseError
from dashboard.warehouse.ingest.staging import STAGING_FOLDER
from dashboard.warehouse.manifest import HISTORY_FOLDER, MANIFEST_NAME, read_manifest

_FOLDERS = ("tables", "audiences", "people")
_MADE_BY_INGEST = re.compile(r"(^|\.)v\d{6,}-\d+\.(travels\.)?(parquet|arrow)$")


def sweep_before(folder: Path, staging: Path) -> None:
    """Remove what no writer goes on with: other work's staging, and unnamed files.

    Work that was begun in ``staging`` counts on the files it has finished, so they stay.
    """
    for room in (folder / STAGING_FOLDER).iterdir():
        if room != staging:
            shutil.rmtree(room, ignore_errors=True)
    if not any(staging.iterdir()):
        sweep_unnamed(folder)


def sweep_unnamed(folder: Path) -> None:
    """Remove the files of an ingest that no kept version names.

    A version that cannot be read might name any of them: then all stay.
    """
    try:
        named = {file for version in _kept(folder) for file in version}
    except WarehouseError:
        return
    for place in _FOLDERS:
        for path in (folder / place).rglob("*"):
            ours = _MADE_BY_INGEST.search(path.name)
            if ours and path.is_file() and path.relative_to(folder).as_posix() not in named:
                path.unlink()


def _kept(folder: Path) -> Iterator[set[str]]:
    """The files of each version that a reader may open."""
    if (folder / MANIFEST_NAME).exists():
        yield {file.path for file in read_manifest(folder).files()}
    for kept in (folder / HISTORY_FOLDER).glob("*.json"):
        yield {file.path for file in read_manifest(folder, int(kept.stem)).files()}
