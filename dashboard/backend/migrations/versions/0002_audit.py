"""The audit: rows that are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_REFUSE_ON_POSTGRES = """
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of the audit are never changed';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
    for each statement execute function audit_is_append_only();
"""
_REFUSE_ON_SQLITE = """
create trigger audit_is_not_{act}d before {act} on audit
begin
    select raise(abort, 'rows of the audit are never changed');
end;
"""


def upgrade() -> None:
    """Make the tables, and refuse what is not an addition."""
    _make_tables_beside()
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("wall_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("event", sa.Text, nullable=False, index=True),
        sa.Column("actor", sa.Text, nullable=False, index=True),
        sa.Column("target", sa.Text, nullable=False, index=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE_ON_POSTGRES)
    else:
        for act in ("update", "delete"):
            op.execute(_REFUSE_ON_SQLITE.format(act=act))


def _make_tables_beside() -> None:
    op.create_table(
        "audit_origin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("installation", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name="one_installation"),
    )
    op.create_table(
        "audit_texts",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
