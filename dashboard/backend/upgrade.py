"""Upgrading: the database is brought to the tables that this program knows, when it starts."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from dashboard.backend.database import Database
from dashboard.errors import SettingsError

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Bring the tables up to date, all or nothing; raises SettingsError for a later program's."""
    config = _config()
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as unknown:
        raise SettingsError(
            "The control plane's database was made by a later version of this program. Start that "
            "version, or name another database in DATABASE_URL."
        ) from unknown


def revision_of(connection: sa.Connection) -> str:
    """The revision of the tables that are there; nothing where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The revision of the tables that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
