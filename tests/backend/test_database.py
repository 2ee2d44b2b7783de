"""What the control plane writes is kept whole or not at all, on both databases."""

import threading
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from dashboard.backend.database import Database
from dashboard.backend.schema import CLOCK, METADATA
from dashboard.backend.upgrade import newest_revision, revision_of, upgrade
from dashboard.errors import DatabaseBusy, DatabaseUnready, SettingsError

NOON = datetime(2020, 6, 29, 12, tzinfo=UTC)
_MOST_READERS = 15


def _set(connection: sa.Connection, at: datetime) -> None:
    connection.execute(sa.delete(CLOCK))
    connection.execute(sa.insert(CLOCK).values(id=1, platform_at=at, wall_at=NOON))


def _shown(database: Database) -> datetime | None:
    with database.reading() as connection:
        return connection.execute(sa.select(CLOCK.c.platform_at)).scalar()


def test_the_migrations_make_the_tables_that_the_program_knows(database: Database) -> None:
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert revision_of(connection) == newest_revision()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        _set(connection, NOON)
    upgrade(database)
    assert _shown(database) == NOON


def test_a_database_of_a_later_program_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(SettingsError, match="later version"):
        upgrade(database)


def test_a_failure_half_way_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        _set(connection, NOON)
        raise ZeroDivisionError
    assert _shown(database) is None


def test_an_instant_comes_back_to_the_microsecond_whatever_zone_it_came_in(
    database: Database,
) -> None:
    at = datetime(2020, 6, 29, 17, 30, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with database.writing() as connection:
        _set(connection, at)
    assert _shown(database) == at


def test_sixteen_writers_lose_no_update(database: Database) -> None:
    with database.writing() as connection:
        _set(connection, NOON)

    def tick() -> None:
        for _ in range(10):
            with database.writing() as connection:
                now = connection.execute(sa.select(CLOCK.c.platform_at)).scalar_one()
                connection.execute(sa.update(CLOCK).values(platform_at=now + timedelta(seconds=1)))

    writers = [threading.Thread(target=tick) for _ in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert _shown(database) == NOON + timedelta(seconds=160)


def test_readers_who_take_their_time_hold_up_no_writer(database: Database) -> None:
    database = Database(database.engine.url, patience_seconds=0.05)
    with closing(database), ExitStack() as readers:
        for _ in range(_MOST_READERS):
            readers.enter_context(database.reading())
        with pytest.raises(DatabaseBusy), database.reading():
            pass
        with database.writing() as connection:
            _set(connection, NOON)
        readers.close()
        assert _shown(database) == NOON


def test_sqlite_survives_power_loss(tmp_path: Path) -> None:
    database = Database(sa.make_url(f"sqlite:///{tmp_path / 'new' / 'control.db'}"))
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    full = 2
    assert pragmas == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    database.close()


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    nowhere = sa.make_url("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    reached = Database(nowhere).writing()
    with pytest.raises(DatabaseUnready, match="Nothing was changed"), reached:
        pytest.fail("it was reached")
