"""Warehouses with sets of people, written by hand from a history, without ingest."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby, product
from pathlib import Path
from typing import TypeAlias

from pyroaring import BitMap

from dashboard.warehouse.audience_files import SetRow, write_sets
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.manifest import DataFile, Manifest, StoredAudience, describe, publish
from tests.warehouse.brute_force import DAY, History, Visit
from tests.warehouse.hand_made import Row, frame_of, stored, write_parquet

Numbered: TypeAlias = Mapping[str, int]


def write_people(folder: Path, rows: History) -> Warehouse:
    """A warehouse of these user-days and their sets, complete up to the end of 2024."""
    numbers = {person: number for number, person in enumerate(sorted({key.person for key in rows}))}
    active = sorted(row for row in rows.values() if row.views >= 1)
    sets = StoredAudience(
        days=_files(folder, "days", _day_sets(active, numbers)),
        cohorts=_files(folder, "cohorts", _cohorts(active, numbers)),
        travels=_travels(folder, active, numbers),
    )
    table = stored(folder, "user_days", [_row(visit, numbers) for visit in rows.values()])
    publish(folder, Manifest(version=1, tables={"user_days": table}, audiences={"active": sets}))
    return open_folder(folder)


def _row(visit: Visit, numbers: Numbered) -> Row:
    return {
        **visit.key._asdict(),
        "person_id": numbers[visit.key.person],
        "views": visit.views,
        "watch_seconds": 10.0 * visit.views,
        "sessions": 1,
        "subdivision": visit.subdivision,
    }


def _day_sets(active: Sequence[Visit], numbers: Numbered) -> list[SetRow]:
    people: dict[tuple[date, str, str], BitMap] = defaultdict(BitMap)
    for key, *_ in active:
        for country, platform in product(("", key.country), ("", key.platform)):
            people[key.day, country, platform].add(numbers[key.person])
    return [SetRow(*place, there) for place, there in sorted(people.items(), key=_place)]


def _place(entry: tuple[tuple[date, str, str], BitMap]) -> tuple[date, str, str]:
    return entry[0]


def _cohorts(active: Sequence[Visit], numbers: Numbered) -> list[SetRow]:
    people: dict[date, BitMap] = defaultdict(BitMap)
    seen: set[str] = set()
    for key, *_ in active:
        if key.person not in seen:
            people[key.day].add(numbers[key.person])
            seen.add(key.person)
    return [SetRow(day, "", "", there) for day, there in people.items()]


def _files(folder: Path, name: str, rows: Sequence[SetRow]) -> tuple[DataFile, ...]:
    """One file a month, as an ingest would leave them."""
    months = groupby(rows, key=lambda row: row.day.replace(day=1))
    return tuple(_file(folder, f"{name}-{month}", list(inside)) for month, inside in months)


def _file(folder: Path, name: str, rows: Sequence[SetRow]) -> DataFile:
    path = folder / f"{name}.arrow"
    write_sets(path, iter(rows))
    return describe(folder, path, len(rows), (rows[0].day, rows[-1].day + DAY))


def _travels(folder: Path, active: Sequence[Visit], numbers: Numbered) -> tuple[DataFile, ...]:
    countries: dict[tuple[date, str], set[str]] = defaultdict(set)
    for key, *_ in active:
        countries[key.day, key.person].add(key.country)
    rows = [
        _row(visit, numbers)
        for visit in active
        if len(countries[visit.key.day, visit.key.person]) > 1
    ]
    columns = ("day", "person_id", "country", "platform", "views")
    frame = frame_of("user_days", rows).select(columns)
    return (write_parquet(folder, "travels", frame),) if rows else ()
