"""The database: SQLite in one file, or PostgreSQL; one writer at a time, in the order they come."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from dashboard.backend.turns import Turns
from dashboard.errors import DatabaseBusy, DatabaseUnready

_PATIENCE_SECONDS = 8.0
_ONE_WRITER = 4_017_209_911
"""The key of PostgreSQL's advisory lock that writers hold; any number that is ours alone."""
_WRITES = "writes"
_MOST_READERS, _KEPT_OPEN = 15, 5


class Database:
    """Where the control plane keeps what it decided."""

    def __init__(self, url: sa.URL, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """Prepare; nothing is opened before it is used."""
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._patience = patience_seconds
        self.engine = self._engine(url, connections=_MOST_READERS)
        # Of its own: readers who take their time must not keep anybody from stopping a change.
        self._writer = self._engine(url, connections=1)
        self._turns = Turns()
        if self.is_sqlite:
            _folder_of(url).mkdir(parents=True, exist_ok=True, mode=0o700)

    def _engine(self, url: sa.URL, *, connections: int) -> sa.Engine:
        engine = sa.create_engine(
            url if self.is_sqlite else url.set(drivername="postgresql+psycopg"),
            poolclass=sa.QueuePool, pool_size=min(connections, _KEPT_OPEN),
            max_overflow=max(connections - _KEPT_OPEN, 0), pool_timeout=self._patience,
            pool_pre_ping=not self.is_sqlite,
        )  # fmt: skip
        if self.is_sqlite:
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one moment of the database.

        Raises DatabaseBusy when too many are open, DatabaseUnready when it cannot be reached.
        """
        with _told(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """The one transaction that writes now; what is inside is kept whole or not at all.

        Raises DatabaseBusy when the turn does not come, DatabaseUnready when it cannot be reached.
        """
        with _told(), self._turns.one(patience_seconds=self._patience):
            options = {_WRITES: True}
            with self._writer.execution_options(**options).begin() as connection:
                if not self.is_sqlite:
                    lock = sa.select(sa.func.pg_advisory_xact_lock(_ONE_WRITER))
                    connection.execute(lock)
                yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
        self._writer.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Tell a database that cannot be reached or written from a mistake of ours."""
    try:
        yield
    except sa.exc.TimeoutError as full:
        raise DatabaseBusy("Too much is being read at once. Try again in a moment.") from full
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as failed:
        raise DatabaseUnready(
            "The control plane's database does not answer or cannot be written. Nothing was "
            "changed; try again once Status shows it ready."
        ) from failed


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver would begin transactions by itself, and later than they are asked for.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on",
                   "busy_timeout = 8000", "trusted_schema = off"):  # fmt: skip
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that turns writer half-way can be refused; a writer says so from the beginning.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _folder_of(url: sa.URL) -> Path:
    return Path(url.database or "").parent
