"""Control planes on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from dashboard.backend.audit.log import begin
from dashboard.backend.clock import PlatformClock
from dashboard.backend.database import Database
from dashboard.backend.identity.demo import settle_demo
from dashboard.backend.identity.tokens import ISSUER, Tokens
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import ClockMode
from dashboard.sign_in_settings import KEY_NAME, SignInSettings
from dashboard.warehouse.opening import open_warehouse
from tests.backend.databases import create, new_sqlite, postgres, postgres_place, with_tables
from tests.wide import first_quick


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """A PostgreSQL server of this test run."""
    # It runs as an account of its own, which may not enter pytest's folders.
    with TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with postgres(Path(folder) / "data") as address:
            yield address


@pytest.fixture(params=first_quick(["sqlite", "postgres"]))
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """The address of a database that is not there yet, of each kind."""
    if request.param == "sqlite":
        return new_sqlite(tmp_path)
    return postgres_place(request.getfixturevalue("postgres_address"))


@pytest.fixture
def empty_database_url(database_url: sa.URL) -> sa.URL:
    """The address of an empty database of each kind, which a program may fill itself."""
    if database_url.get_backend_name() != "sqlite":
        create(database_url)
    return database_url


@pytest.fixture
def database(database_url: sa.URL) -> Iterator[Database]:
    """A database of each kind, with its tables."""
    database = with_tables(database_url)
    yield database
    database.close()


@pytest.fixture
def plane(database: Database, tiny_warehouse: Path, tmp_path: Path) -> ControlPlane:
    """A control plane in production, over the tiny warehouse."""
    with database.writing() as connection:
        begin(connection)
    clock = PlatformClock(ClockMode.WALL, lambda: open_warehouse(tiny_warehouse).now)
    folder = tmp_path / "audit"
    return ControlPlane(
        database, clock, tiny_warehouse, folder, Tokens(folder, ISSUER),
        sign_in=SignInSettings(dashboard_key=folder / KEY_NAME),
    )  # fmt: skip


@pytest.fixture
def demo_plane(plane: ControlPlane) -> ControlPlane:
    """A control plane of a demo, its clock set to the end of the warehouse."""
    plane = replace(plane, clock=replace(plane.clock, mode=ClockMode.DEMO))
    with plane.database.writing() as connection:
        settle_demo(connection, is_demo=True, now=plane.wall())
        plane.clock.begin(connection, plane.warehouse().now, plane.wall())
    return plane
