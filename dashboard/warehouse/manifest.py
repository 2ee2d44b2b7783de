"""The manifest: which immutable files make up one version of a warehouse, and what they must be.

A warehouse is a folder. Its files are never changed once named; publishing a version writes the
whole manifest beside the old one and renames it over it, so a reader sees one version or the next.
"""

import hashlib
import os
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from dashboard.errors import DamagedFile, WarehouseMissing

MANIFEST_NAME = "manifest.json"
HISTORY_FOLDER = "versions"
KEPT_VERSIONS = 8


@dataclass(frozen=True)
class DataFile:
    """One immutable file: path inside the warehouse, rows, half-open span of days, checksum."""

    path: str
    rows: int
    sha256: str
    size_bytes: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class StoredTable:
    """A table's files, span, watermark and sampling weight.

    ``watermark`` is the instant up to which the table is complete. ``weight`` is how many rows of
    the platform one row stands for; 1 means nothing was left out.
    """

    files: tuple[DataFile, ...]
    rows: int
    since: date
    until: date
    watermark: datetime
    weight: int = 1


@dataclass(frozen=True)
class StoredAudience:
    """The sets of people of one kind: ``days`` by day and place, ``cohorts`` by first day.

    ``travels`` are the rows of people seen in several countries on one day, which settle where
    such a person was last seen.
    """

    days: tuple[DataFile, ...]
    cohorts: tuple[DataFile, ...]
    travels: tuple[DataFile, ...] = ()

    def files(self) -> tuple[DataFile, ...]:
        """Every file of the audience."""
        return (*self.days, *self.cohorts, *self.travels)


@dataclass(frozen=True)
class Numbering:
    """Which numbers are taken, so that a person's number never changes.

    Numbers are handed out in blocks, one open block per country, so that the people of a country
    lie close together; ``open_blocks`` maps a country to the next free number of its block.
    """

    files: tuple[DataFile, ...] = ()
    next_block: int = 0
    open_blocks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """One version of a warehouse."""

    version: int
    reporting_time_zone: str = "UTC"
    synthetic: str = ""
    tables: dict[str, StoredTable] = field(default_factory=dict)
    audiences: dict[str, StoredAudience] = field(default_factory=dict)
    people: Numbering = field(default_factory=Numbering)

    @property
    def fingerprint(self) -> str:
        """What tells this data from any other, even under an equal version."""
        sums = "".join(sorted(file.sha256 for file in self.files()))
        return hashlib.sha256(f"{self.version} {sums}".encode()).hexdigest()[:16]

    def files(self) -> list[DataFile]:
        """Every file of this version."""
        tables = [file for table in self.tables.values() for file in table.files]
        sets = [file for audience in self.audiences.values() for file in audience.files()]
        return [*tables, *sets, *self.people.files]


class _Adapter:
    """The manifest's JSON form; built at first use, because building it takes a while."""

    @cached_property
    def json(self) -> TypeAdapter[Manifest]:
        """The adapter between a Manifest and its JSON."""
        return TypeAdapter(Manifest)


_ADAPTER = _Adapter()


def read_manifest(folder: Path, version: int | None = None) -> Manifest:
    """The manifest in force, or an earlier version that is still kept.

    Raises WarehouseMissing when there is none, DamagedFile when it cannot be understood.
    """
    name = MANIFEST_NAME if version is None else f"{HISTORY_FOLDER}/{version:08d}.json"
    try:
        text = (folder / name).read_bytes()
    except FileNotFoundError as missing:
        raise WarehouseMissing(
            f"There is no {name} in {folder}. Build the sample with 'python -m dashboard sample', "
            "or ingest a source."
        ) from missing
    return parse_manifest(text, name)


def parse_manifest(text: bytes, name: str) -> Manifest:
    """The manifest a JSON text says; raises DamagedFile with that name where it says none."""
    try:
        return _ADAPTER.json.validate_json(text)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise DamagedFile(name, f"{where}: {first['msg']}") from wrong


def manifest_text(manifest: Manifest) -> bytes:
    """The JSON text of a manifest."""
    return _ADAPTER.json.dump_json(manifest, indent=1)


def publish(folder: Path, manifest: Manifest) -> None:
    """Make this version the one in force, whole or not at all, and drop what no kept one names."""
    text = manifest_text(manifest)
    history = folder / HISTORY_FOLDER
    history.mkdir(parents=True, exist_ok=True)
    _write_durably(history / f"{manifest.version:08d}.json", text)
    _write_durably(folder / MANIFEST_NAME, text)
    _forget_old_versions(folder)


def checksum(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(
    folder: Path, path: Path, rows: int, span: tuple[date | None, date | None] = (None, None)
) -> DataFile:
    """The manifest's entry for a finished file of ``rows`` rows over a half-open span of days."""
    return DataFile(
        path=path.relative_to(folder).as_posix(),
        rows=rows,
        sha256=checksum(path),
        size_bytes=path.stat().st_size,
        since=span[0],
        until=span[1],
    )


def verify(folder: Path, file: DataFile) -> None:
    """Hold a file against its entry; raises DamagedFile when it is not the file that was named."""
    path = folder / file.path
    try:
        size = path.stat().st_size
    except FileNotFoundError as missing:
        raise DamagedFile(file.path, "the file is missing") from missing
    if size != file.size_bytes:
        raise DamagedFile(file.path, f"the file has {size} bytes instead of {file.size_bytes}")
    if checksum(path) != file.sha256:
        raise DamagedFile(file.path, "the file's content was altered (its sha256 differs)")


def _write_durably(path: Path, text: bytes) -> None:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _forget_old_versions(folder: Path) -> None:
    kept = sorted((folder / HISTORY_FOLDER).glob("*.json"))
    gone, kept = kept[:-KEPT_VERSIONS], kept[-KEPT_VERSIONS:]
    if not gone:
        return
    named = {file for path in kept for file in _paths(path)}
    for path in gone:
        for file in _paths(path) - named:
            (folder / file).unlink(missing_ok=True)
        path.unlink()


def _paths(manifest: Path) -> set[str]:
    return {file.path for file in _ADAPTER.json.validate_json(manifest.read_bytes()).files()}
