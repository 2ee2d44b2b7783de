"""What Alembic runs to carry out migrations: on the connection that it is given."""

from alembic import context

from dashboard.backend.changes import tables as _tables  # noqa: F401
from dashboard.backend.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
