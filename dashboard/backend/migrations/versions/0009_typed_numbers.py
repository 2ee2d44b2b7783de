"""The number of people that somebody typed who approved what touches many."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; who approved before it approves what touches many once more."""
    op.add_column("approvals", sa.Column("typed_people", sa.BigInteger))
