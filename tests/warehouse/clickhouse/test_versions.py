"""The version that is read goes on while its server is silent, and the next one is seen after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.errors import WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.clickhouse import versions
from dashboard.warehouse.clickhouse.connection import Connection, silence_of
from dashboard.warehouse.clickhouse.loading import load_folder
from dashboard.warehouse.clickhouse.versions import open_database
from dashboard.warehouse.opening import trouble_at
from tests.clickhouse_server import ClickHouseServer, Mood, serving_clickhouse
from tests.conditions import comes_true
from tests.pages.opened import publish_again
from tests.warehouse.hand_made import visit, write_warehouse


@pytest.fixture
def server(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClickHouseServer]:
    monkeypatch.setattr(versions, "_SECONDS_BETWEEN_LOOKS", 0.0)
    with serving_clickhouse(connection.client()) as serving:
        yield serving


@pytest.fixture
def place(
    server: ClickHouseServer, connection: Connection, databases: Iterator[str], tmp_path: Path
) -> Server:
    write_warehouse(tmp_path, user_days=[visit(1, 1)])
    database = next(databases)
    _load(tmp_path, connection, database)
    return server.of(database)


@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.CLOSES])
def test_the_last_version_read_goes_on_while_the_server_is_silent(
    server: ClickHouseServer, place: Server, mood: Mood
) -> None:
    before = open_database(place)
    server.mood = mood
    comes_true(lambda: open_database(place) is before and trouble_at(place) is not None)
    trouble = trouble_at(place)
    assert trouble is not None
    assert place.shown in trouble.what


def test_the_next_version_is_seen_when_the_server_is_back(
    server: ClickHouseServer, place: Server, connection: Connection, tmp_path: Path
) -> None:
    before = open_database(place)
    server.go_down()
    comes_true(lambda: open_database(place) is before and trouble_at(place) is not None)
    publish_again(tmp_path)
    _load(tmp_path, connection, place.database)
    server.come_up()
    comes_true(lambda: open_database(place).version == before.version + 1)
    assert silence_of(place).trouble is None


def test_a_version_left_behind_is_still_opened_while_the_server_is_silent(
    server: ClickHouseServer, place: Server, connection: Connection, tmp_path: Path
) -> None:
    before = open_database(place)
    publish_again(tmp_path)
    _load(tmp_path, connection, place.database)
    comes_true(lambda: open_database(place).version != before.version)
    server.go_down()
    assert open_database(place, before.version) is before


def test_a_first_start_without_the_server_is_silent_until_it_answers(
    server: ClickHouseServer, place: Server
) -> None:
    server.go_down()
    for _ in range(3):
        with pytest.raises(WarehouseSilent, match="does not answer"):
            open_database(place)
    server.come_up()
    assert open_database(place).version == 1
    assert trouble_at(place) is None


def _load(folder: Path, connection: Connection, database: str) -> None:
    load_folder(folder, connection, database, lambda _share, _said: None)
