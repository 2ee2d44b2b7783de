"""What was put in force in an emergency, until when it holds, and the calls of its approvers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column("changes", sa.Column("emergency", sa.Text))
    op.add_column("revisions", sa.Column("until", sa.BigInteger))
    op.create_table(
        "calls",
        sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
        sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, index=True),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("next_try_at", sa.BigInteger),
        sa.Column("trouble", sa.Text, nullable=False),
    )
