"""The tables of changes, the same on SQLite and PostgreSQL."""

import sqlalchemy as sa

from dashboard.backend.schema import METADATA, Instant

CHANGES = sa.Table(
    "changes",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("base_revision", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.BigInteger),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("carried", sa.Text, nullable=False),
    sa.Column("writer", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("editors", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("preview", sa.Text),
    sa.Column("scheduled_at", Instant),
    sa.Column("scheduled_since", Instant),
    sa.Column("scheduled_by", sa.Text),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("ramp_plan", sa.Text),
    sa.Column("ramp_place", sa.Text),
    sa.Column("stopped_by", sa.Text),
    sa.Column("stopped_at", Instant),
    sa.Column("stop_reason", sa.Text, nullable=False),
    sa.Column("reviewed_by", sa.Text),
    sa.Column("reviewed_at", Instant),
    sa.Column("is_overdue", sa.Boolean, nullable=False),
    sa.Column("emergency", sa.Text),
    sa.Column("rolls_back", sa.Text, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False),
    sa.Index("ix_changes_subject", "kind", "subject"),
)
"""Changes: ``number`` counts them, ``version`` each one's acts; ``revision`` is the one it became.

What a column keeps as JSON is a message of dashboard.control. Instants are the platform's.
"""

APPROVALS = sa.Table(
    "approvals",
    METADATA,
    sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("base_revision", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("void_because", sa.Text, nullable=False),
    sa.Column("typed_people", sa.BigInteger),
)
"""Approvals, each of one content on one revision; ``version`` is the one the approving made.

``typed_people`` is the number of people that had to be typed, null where none had to.
"""

STEPS = sa.Table(
    "change_steps",
    METADATA,
    sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("platform_at", Instant, nullable=False),
    sa.Column("wall_at", Instant, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
)
"""What was done to each change, one row for each version."""

REVISIONS = sa.Table(
    "revisions",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("change", sa.Text, nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("applied_at", Instant, nullable=False),
    sa.Column("whole_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("until", Instant),
)
"""What was put in force: for everybody since ``whole_at``, until ``ended_at``; platform's instants.

``until`` is when it ends by itself, unless somebody decides otherwise before.

``content`` is the canonical JSON, "null" where nothing is in force; ``change`` is empty for what
was found there before there were changes.
"""

CALLS = sa.Table(
    "calls",
    METADATA,
    sa.Column("change", sa.Text, sa.ForeignKey("changes.id"), primary_key=True),
    sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("made_at", Instant, index=True),
    sa.Column("tries", sa.BigInteger, nullable=False),
    sa.Column("next_try_at", Instant),
    sa.Column("trouble", sa.Text, nullable=False),
)
"""Calls of approvers: due by the platform's clock, made and tried again by wall time."""

JOBS = sa.Table(
    "geofence_jobs",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("order_number", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("dropped_at", Instant),
    sa.Column("drop_reason", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.UniqueConstraint("rule", "order_number", "what", name="one_job_of_a_duty"),
)
"""What is to be done to data by order, once for each duty of an order; the platform's instants.

``evidence`` is a JSON list of dashboard.geofence.jobs.Evidence, ``version`` counts the acts.
"""

ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("route", sa.Text, nullable=False),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
"""What acts were answered, by who asked and the key they sent, kept for a while. Wall time."""

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("published_at", Instant, index=True),
)
"""Rows of applied_changes on their way into the warehouse, in the order they were made. Wall time.
"""
