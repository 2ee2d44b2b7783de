"""Spans: which files of a table are written anew when days arrive, and which are added."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.warehouse.manifest import DataFile

FILES_IN_A_MONTH = 8
ROWS_IN_A_FILE = 32_000_000
ROWS_TOGETHER = 250_000


@dataclass(frozen=True, slots=True)
class Target:
    """One file to write: the files it takes the place of, and the days that arrive in it."""

    replaced: tuple[DataFile, ...]
    days: tuple[date, ...]

    @property
    def first_day(self) -> date:
        """The first day the file may hold."""
        return min([*self.days, *(_since(file) for file in self.replaced)])


def targets(files: Sequence[DataFile], arriving: Mapping[date, int]) -> list[Target]:
    """The files to write, in the order of days, so that all files keep disjoint spans.

    ``arriving`` are the days with how many rows arrive for each. A day inside a file's span
    rewrites that file. Other days make new files, one for each run of days inside a month that no
    file interrupts, runs of up to ROWS_TOGETHER rows sharing one. A month of more than
    FILES_IN_A_MONTH files becomes one, unless that would hold more than ROWS_IN_A_FILE rows.
    """
    inside: dict[int, list[date]] = defaultdict(list)
    outside: dict[tuple[date, int], list[date]] = defaultdict(list)
    ordered = sorted(files, key=_since)
    for day in sorted(arriving):
        before = sum(_since(file) <= day for file in ordered)
        if before and day < _until(ordered[before - 1]):
            inside[before - 1].append(day)
        else:
            outside[(day.replace(day=1), before)].append(day)
    new = [Target((), days) for days in _together(outside, arriving)]
    rewritten = [Target((ordered[index],), tuple(days)) for index, days in inside.items()]
    untouched = [file for index, file in enumerate(ordered) if index not in inside]
    return _compacted(sorted([*new, *rewritten], key=lambda target: target.first_day), untouched)


def _together(
    runs: Mapping[tuple[date, int], list[date]], arriving: Mapping[date, int]
) -> list[tuple[date, ...]]:
    """Runs of days joined while no file stands between them and their rows are few."""
    joined: list[tuple[date, ...]] = []
    held, place = 0, -1
    for (_, before), days in runs.items():
        rows = sum(arriving[day] for day in days)
        if before == place and held + rows <= ROWS_TOGETHER:
            joined[-1] += tuple(days)
            held += rows
        else:
            joined.append(tuple(days))
            held, place = rows, before
    return joined


def _compacted(asked: list[Target], untouched: list[DataFile]) -> list[Target]:
    months: dict[date, list[Target]] = defaultdict(list)
    for target in asked:
        months[target.first_day.replace(day=1)].append(target)
    return [
        target
        for month, of_month in months.items()
        for target in _of_month(
            of_month, [f for f in untouched if _since(f).replace(day=1) == month]
        )
    ]


def _of_month(asked: list[Target], untouched: list[DataFile]) -> list[Target]:
    files = (*(file for target in asked for file in target.replaced), *untouched)
    too_many = len(asked) + len(untouched) > FILES_IN_A_MONTH
    if not too_many or sum(file.rows for file in files) > ROWS_IN_A_FILE:
        return asked
    days = (day for target in asked for day in target.days)
    return [Target(tuple(sorted(files, key=_since)), tuple(sorted(days)))]


def _since(file: DataFile) -> date:
    assert file.since is not None
    return file.since


def _until(file: DataFile) -> date:
    assert file.until is not None
    return file.until
