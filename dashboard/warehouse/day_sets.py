"""The sets of one kind of audience at one version: who was there on each day, and who was new."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
from pyroaring import BitMap

from dashboard.errors import DamagedFile
from dashboard.warehouse.audience_files import EVERYWHERE, Numbers, Place, SetFile
from dashboard.warehouse.homes import Homes
from dashboard.warehouse.manifest import DataFile, StoredAudience, verify

_EPOCH = date(1970, 1, 1)
_KEPT_BYTES = 384 << 20
_KEPT_HOMES = 12

HomesKey: TypeAlias = tuple[date, frozenset[str] | None, tuple[str, ...]]
"""A month, the platforms looked at, and the checksums of the files its days are in."""


class FileShelf:
    """Opened files of sets of a folder; the least used are closed when their sets fill memory."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet."""
        self.folder = folder
        self._open: OrderedDict[str, SetFile] = OrderedDict()
        self._homes: OrderedDict[HomesKey, Homes] = OrderedDict()
        self._lock = threading.Lock()

    def file(self, entry: DataFile) -> SetFile:
        """The opened file, checked against its entry the first time."""
        with self._lock:
            found = self._open.get(entry.sha256)
            if found is not None:
                self._open.move_to_end(entry.sha256)
                return found
        opened = SetFile(self.folder, entry)
        with self._lock:
            self._open[entry.sha256] = opened
            while len(self._open) > 1 and self._read_bytes() > _KEPT_BYTES:
                self._open.popitem(last=False)
        return opened

    def homes(self, key: HomesKey, make: Callable[[], Homes]) -> Homes:
        """The homes of a month, made the first time; those used least make room for others."""
        with self._lock:
            found = self._homes.get(key)
        made = found or make()
        with self._lock:
            self._homes[key] = made
            self._homes.move_to_end(key)
            if len(self._homes) > _KEPT_HOMES:
                self._homes.popitem(last=False)
        return made

    def _read_bytes(self) -> int:
        return sum(file.read_bytes for file in self._open.values())


class DaySets:
    """Sets of people by day and place. A set given away is shared: never change it."""

    def __init__(self, shelf: FileShelf, stored: StoredAudience) -> None:
        """Read nothing yet."""
        self._shelf = shelf
        self._stored = stored
        self._days = sorted(stored.days, key=_first_day)
        self._cohorts = sorted(stored.cohorts, key=_first_day)

    @property
    def first_day(self) -> date | None:
        """The first day anyone was there; None where nobody ever was."""
        return self._days[0].since if self._days else None

    def sets(self, days: Sequence[date], places: Sequence[Place]) -> list[list[BitMap]]:
        """For each place the people of each day, in the order of the days."""
        return self._read(self._days, days, places)

    def cohorts(self, days: Sequence[date]) -> list[BitMap]:
        """The people for whom each day was the first of all."""
        return self._read(self._cohorts, days, [EVERYWHERE])[0]

    def sizes(self, days: Sequence[date], place: Place) -> Numbers:
        """How many people each day had in one place, without reading the sets."""
        sizes = np.zeros(len(days), dtype=np.int64)
        for entry, at, numbers in _by_file(self._days, days):
            file = self._shelf.file(entry)
            rows = file.rows(numbers, place)
            sizes[at] = np.where(rows >= 0, file.counts[rows], 0)
        return sizes

    def countries(self, days: Sequence[date]) -> list[str]:
        """Every country that may have had people on one of these days."""
        return sorted({name for file in self._files(days) for name in file.countries if name})

    def homes(self, month: date, platforms: frozenset[str] | None) -> Homes:
        """Where the people of a month, given by its first day, were on these platforms."""
        days = [day for n in range(31) if (day := month + timedelta(days=n)).month == month.month]
        held = [entry for entry, _, _ in _by_file(self._days, days)]
        # The same people may have watched otherwise, which decides where a traveller counts.
        held += [entry for entry in self._stored.travels if _touches(entry, days)]
        files = tuple(entry.sha256 for entry in held)
        return self._shelf.homes((month, platforms, files), lambda: self._homes(days, platforms))

    def platforms(self, days: Sequence[date]) -> list[str]:
        """Every platform that may have had people on one of these days."""
        return sorted({name for file in self._files(days) for name in file.platforms if name})

    @cached_property
    def travels(self) -> pl.DataFrame:
        """Rows (day, person_id, country, platform, views) of people in several countries a day."""
        for entry in self._stored.travels:
            verify(self._shelf.folder, entry)
        paths = [self._shelf.folder / entry.path for entry in self._stored.travels]
        if not paths:
            return pl.DataFrame(schema=_TRAVELS)
        return pl.read_parquet(paths).select(pl.col(name).cast(kind) for name, kind in _TRAVELS)

    def _travels_on(self, days: Sequence[date], platforms: frozenset[str] | None) -> pl.DataFrame:
        """The travels of consecutive days on these platforms, each day as its place among them."""
        here = pl.col("day").is_between(days[0], days[-1])
        if platforms is not None:
            here &= pl.col("platform").is_in(sorted(platforms))
        place = (pl.col("day") - days[0]).dt.total_days()
        return self.travels.lazy().filter(here).with_columns(day=place).collect()

    def _homes(self, days: Sequence[date], platforms: frozenset[str] | None) -> Homes:
        names = [""] if platforms is None else sorted(platforms)
        by_day: dict[str, list[BitMap]] = {}
        for country in self.countries(days):
            places = self.sets(days, [(country, name) for name in names])
            by_day[country] = [BitMap.union(_NOBODY, *there) for there in zip(*places, strict=True)]
        return Homes(by_day, self._travels_on(days, platforms))

    def _files(self, days: Sequence[date]) -> list[SetFile]:
        return [self._shelf.file(entry) for entry, _, _ in _by_file(self._days, days)]

    def _read(
        self, files: list[DataFile], days: Sequence[date], places: Sequence[Place]
    ) -> list[list[BitMap]]:
        found = [[_NOBODY] * len(days) for _ in places]
        for entry, at, numbers in _by_file(files, days):
            file = self._shelf.file(entry)
            positions = at.tolist()
            for place, sets in zip(places, found, strict=True):
                rows = file.rows(numbers, place).tolist()
                for position, row in zip(positions, rows, strict=True):
                    if row >= 0:
                        sets[position] = file.numbers(row)
        return found


_NOBODY = BitMap()
_TRAVELS = [
    ("day", pl.Date()),
    ("person_id", pl.UInt32()),
    ("country", pl.String()),
    ("platform", pl.String()),
    ("views", pl.Int64()),
]


def _first_day(entry: DataFile) -> date:
    if entry.since is None:
        raise DamagedFile(entry.path, "the manifest names no span of days for it")
    return entry.since


def _touches(entry: DataFile, days: Sequence[date]) -> bool:
    return _first_day(entry) <= days[-1] and (entry.until is None or entry.until > days[0])


def _by_file(
    files: list[DataFile], days: Sequence[date]
) -> list[tuple[DataFile, Numbers, Numbers]]:
    """The files that hold any of the days, each with the positions and numbers of its days."""
    numbers = np.array([(day - _EPOCH).days for day in days], dtype=np.int64)
    starts = [(_first_day(entry) - _EPOCH).days for entry in files]
    owner = np.searchsorted(np.array(starts, dtype=np.int64), numbers, side="right") - 1
    return [
        (files[file], at, numbers[at])
        for file in np.unique(owner[owner >= 0]).tolist()
        for at in [np.flatnonzero(owner == file)]
    ]
