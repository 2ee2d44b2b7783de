"""A folder is loaded whole or not at all, once, and again from where it was left."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import WarehouseError, WarehouseMissing, WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Connection
from dashboard.warehouse.clickhouse.layout import grants
from dashboard.warehouse.clickhouse.loading import Loaded, load_folder
from dashboard.warehouse.clickhouse.versions import loaded_manifest, open_database
from dashboard.warehouse.engine import AudienceKind
from dashboard.warehouse.ingest import IngestOptions, Load, ingest_in_turn
from dashboard.warehouse.manifest import KEPT_VERSIONS, publish, read_manifest
from tests.warehouse.brute_force import history
from tests.warehouse.hand_made import day, everything, frame_of, noon, visit, write_warehouse
from tests.warehouse.hand_made_sets import write_people
from tests.warehouse.histories import lives
from tests.wide import first_quick


class _Broken(Connection):
    """A connection that goes away after some inserts."""

    def __init__(self, whole: Connection, inserts: int) -> None:
        super().__init__(whole.client, "a server that went away", {})
        self._left = inserts

    def insert(self, table: str, rows: pl.DataFrame) -> None:
        self._left -= 1
        # The rows arrive, and the answer that says so does not: the worst moment.
        super().insert(table, rows)
        if self._left <= 0:
            raise WarehouseSilent("gone")


def _load(folder: Path, connection: Connection, database: str) -> Loaded:
    return load_folder(folder, connection, database, lambda _share, _said: None)


def _rows(connection: Connection, database: str, table: str) -> int:
    counted = connection.read("select count(*) as n from " + f"{database}.{table}", {}, what="rows")
    return int(counted["n"][0])


def _server(database: str) -> Server:
    return Server("chdb://memory", database, f"chdb://memory/{database}")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    write_people(tmp_path / "people", history(*lives(seed=3, people=30)))
    return tmp_path / "people"


def test_a_second_load_sends_nothing(
    people: Path, connection: Connection, databases: Iterator[str]
) -> None:
    database = next(databases)
    first, second = (_load(people, connection, database) for _ in range(2))
    assert first.parts_sent == second.parts_there > 1
    assert (second.parts_sent, second.rows_sent) == (0, 0)


@pytest.mark.parametrize("inserts", first_quick(range(1, 7)))
def test_a_load_cut_off_shows_nothing_and_a_rerun_ends_as_one_that_was_not(
    people: Path, connection: Connection, databases: Iterator[str], inserts: int
) -> None:
    database = next(databases)
    with pytest.raises(WarehouseSilent):
        _load(people, _Broken(connection, inserts), database)
    with pytest.raises(WarehouseMissing):
        open_database(_server(database))
    _load(people, connection, database)
    unbroken = next(databases)
    _load(people, connection, unbroken)
    for table in ("user_days", "audience_days", "audience_cohorts", "audience_travels"):
        assert _rows(connection, database, table) == _rows(connection, unbroken, table)
    here, there = (
        open_database(_server(name)).audience(AudienceKind.ACTIVE, everything())
        for name in (database, unbroken)
    )
    days = [day(number) for number in range(30, 60)]
    assert here.people(days, [28]).equals(there.people(days, [28]))


def test_a_version_still_pinned_is_read_beside_a_newer_one(
    tmp_path: Path, connection: Connection, databases: Iterator[str]
) -> None:
    database = next(databases)
    for version, views in enumerate((3, 5), start=1):
        _write(tmp_path, version, views=views)
        _load(tmp_path, connection, database)
    asked = {"since": day(1), "until": day(2)}
    seen = [
        open_database(_server(database), version)
        .read("growth/daily_activity", everything(), **asked)["views"]
        .to_list()
        for version in (1, 2)
    ]
    assert seen == [[3], [5]]


@pytest.mark.wide
def test_parts_that_no_kept_version_names_are_dropped(
    tmp_path: Path, connection: Connection, databases: Iterator[str]
) -> None:
    database = next(databases)
    for version in range(1, KEPT_VERSIONS + 3):
        _write(tmp_path, version, views=version)
        last = _load(tmp_path, connection, database)
    assert last.parts_dropped == 1
    assert _rows(connection, database, "user_days") == KEPT_VERSIONS
    with pytest.raises(WarehouseMissing):
        open_database(_server(database), version=1)
    assert loaded_manifest(connection, database).version == KEPT_VERSIONS + 2


def test_equal_cohorts_of_two_kinds_are_both_there(
    tmp_path: Path, connection: Connection, databases: Iterator[str]
) -> None:
    """Whoever publishes on their first active day is in two cohort files of equal content."""
    rows = {
        "user_days": [visit(1, 1), visit(1, 2)],
        "uploads": [
            {"video_id": f"v{person}", "creator_id": person, "uploaded_at": noon(1),
             "published_at": noon(1), "country": "IN", "duration_seconds": 9.0}
            for person in (1, 2)
        ],
    }  # fmt: skip
    loads = []
    for table, listed in rows.items():
        frame_of(table, listed).write_parquet(tmp_path / f"{table}.parquet")
        loads.append(Load(table, (tmp_path / f"{table}.parquet",)))
    ingest_in_turn(loads, tmp_path / "house", options=IngestOptions())
    database = next(databases)
    _load(tmp_path / "house", connection, database)
    house = open_database(_server(database))
    for kind in AudienceKind:
        cells = house.audience(kind, everything(1)).retention([day(1), day(2)])
        assert cells.select("size", "people").rows() == [(2, 2)]


def test_another_warehouse_is_never_loaded_over_one(
    tmp_path: Path, connection: Connection, databases: Iterator[str]
) -> None:
    database = next(databases)
    write_warehouse(tmp_path / "one", user_days=[visit(1, 1)])
    write_warehouse(tmp_path / "other", user_days=[visit(1, 2)])
    _load(tmp_path / "one", connection, database)
    with pytest.raises(WarehouseError, match="is not this folder's"):
        _load(tmp_path / "other", connection, database)
    _write(tmp_path / "one", 3, views=1)
    _load(tmp_path / "one", connection, database)
    with pytest.raises(WarehouseError, match="holds version 3, and the folder is at 1"):
        _load(tmp_path / "other", connection, database)
    assert _rows(connection, database, "user_days") == 1


def test_the_grants_are_understood_by_clickhouse(connection: Connection) -> None:
    # The engine inside this process has no accounts to grant to: it may refuse, but must parse.
    for statement in grants("platform", "reader"):
        with pytest.raises(Exception, match=r"ACCESS_DENIED|UNKNOWN_ROLE|UNKNOWN_USER"):
            connection.run(statement)


def _write(folder: Path, version: int, *, views: int) -> None:
    """One person's day as a version of the folder, the versions before it kept."""
    earlier = {path: path.read_bytes() for path in (folder / "versions").glob("*.json")}
    write_warehouse(folder, user_days=[visit(1, 1, views=views)])
    manifest = replace(read_manifest(folder), version=version)
    (folder / "versions" / f"{1:08d}.json").unlink(missing_ok=True)
    for path, text in earlier.items():
        path.write_bytes(text)
    publish(folder, manifest)
