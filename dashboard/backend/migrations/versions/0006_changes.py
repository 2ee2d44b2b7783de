"""Changes with their approvals, steps and revisions; kept answers; what the warehouse is due."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    _make_changes()
    _make_what_hangs_on_changes()
    _make_what_is_kept_beside_them()


def _make_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
        *(_text(name) for name in ("kind", "subject", "title", "reason")),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("base_revision", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger),
        *(_text(name) for name in ("content", "content_hash", "carried")),
        sa.Column("writer", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
        _text("editors"),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("expires_at", "scheduled_at")),
        *(sa.Column(name, sa.BigInteger) for name in ("scheduled_since", "stopped_at")),
        sa.Column("reviewed_at", sa.BigInteger),
        *(sa.Column(name, sa.Text) for name in ("preview", "ramp_plan", "ramp_place")),
        *(sa.Column(name, sa.Text) for name in ("scheduled_by", "stopped_by", "reviewed_by")),
        *(_text(name) for name in ("salt", "stop_reason", "rolls_back", "trouble")),
        sa.Column("is_overdue", sa.Boolean, nullable=False),
    )
    op.create_index("ix_changes_subject", "changes", ["kind", "subject"])


def _make_what_hangs_on_changes() -> None:
    op.create_table(
        "approvals",
        sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
        _text("content_hash"),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("base_revision", "at")),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        _text("void_because"),
    )
    op.create_table(
        "change_steps",
        sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        *(_text(name) for name in ("act", "person", "after", "sentence")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("platform_at", "wall_at")),
        sa.Column("before", sa.Text),
    )


def _make_what_is_kept_beside_them() -> None:
    op.create_table(
        "revisions",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("kind", "subject")),
        sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("change", sa.Text, nullable=False, index=True),
        *(_text(name) for name in ("content", "content_hash")),
        sa.Column("applied_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("whole_at", "ended_at")),
    )
    op.create_table(
        "answers",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("person", "key")),
        *(_text(name) for name in ("route", "body_hash", "body", "etag")),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        _text("row"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("published_at", sa.BigInteger, index=True),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
