"""ClickHouse inside this process: the same client and the same SQL as on a server."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Connection, Purpose, connect
from dashboard.warehouse.clickhouse.engine import ClickHouseWarehouse
from dashboard.warehouse.clickhouse.loading import load_folder
from dashboard.warehouse.clickhouse.versions import open_database
from dashboard.warehouse.duckdb_engine import open_folder
from dashboard.warehouse.engine import Warehouse
from tests.warehouse.clickhouse.full_house import write_full_house

Loading = Callable[[Path], ClickHouseWarehouse]
Both = tuple[Warehouse, ClickHouseWarehouse]


@pytest.fixture(scope="session")
def connection() -> Connection:
    """A connection that writes into the one engine of this process, which is all in memory."""
    return connect(Server("chdb://memory", "platform", "chdb://memory/platform"), Purpose.LOAD)


@pytest.fixture(scope="session")
def databases() -> Iterator[str]:
    """Names of databases that nobody used yet."""
    return (f"test_{number}" for number in count())


@pytest.fixture(scope="session")
def loaded(connection: Connection, databases: Iterator[str]) -> Loading:
    """Loads a folder into a database of its own and opens it there."""

    def load(folder: Path) -> ClickHouseWarehouse:
        database = next(databases)
        load_folder(folder, connection, database, lambda _share, _said: None)
        return open_database(Server("chdb://memory", database, f"chdb://memory/{database}"))

    return load


@pytest.fixture(scope="session")
def both(loaded: Loading, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The same data on both engines: every table has rows, and no value is unknown."""
    folder = write_full_house(tmp_path_factory.mktemp("full") / "house")
    return open_folder(folder), loaded(folder)
