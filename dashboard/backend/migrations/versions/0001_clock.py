"""The clock of a demo."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("platform_at", sa.BigInteger, nullable=False),
        sa.Column("wall_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="one_clock"),
    )
