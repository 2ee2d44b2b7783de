"""What signing in needs: codes, spent statements of the dashboard, and foreign sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and let a session say which foreign sign-in it began with."""
    op.create_table(
        "codes",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("redirect_uri", sa.Text, nullable=False),
        sa.Column("challenge", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("session", sa.Text),
    )
    op.create_table(
        "spent_assertions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False, index=True),
    )
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("origin", sa.Text))
        sessions.alter_column("signed_in_at", existing_type=sa.BigInteger, nullable=True)
    op.create_index("ix_sessions_origin", "sessions", ["origin"], unique=True)
