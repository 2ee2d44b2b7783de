"""The tables of the control plane's database, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

METADATA = sa.MetaData()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant in UTC, kept as whole microseconds since 1970, exact on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Microseconds of an instant; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """The instant of so many microseconds."""
        return None if value is None else _EPOCH + value * _MICROSECOND


CLOCK = sa.Table(
    "clock",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform_at", Instant, nullable=False),
    sa.Column("wall_at", Instant, nullable=False),
    sa.CheckConstraint("id = 1", name="one_clock"),
)
"""In demo: what the platform's clock was set to, and the wall time it was set at. One row."""

AUDIT_ORIGIN = sa.Table(
    "audit_origin",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("installation", sa.Text, nullable=False),
    sa.CheckConstraint("id = 1", name="one_installation"),
)
"""The id that this installation's chain begins with. One row."""

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("wall_at", Instant, nullable=False, index=True),
    sa.Column("event", sa.Text, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False, index=True),
    sa.Column("target", sa.Text, nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""The audit: ``body`` is the row in canonical form; what stands beside it repeats it, to search."""

AUDIT_TEXTS = sa.Table(
    "audit_texts",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
"""Sentences that rows of the audit name by their salted hash, so that they can be erased."""

PEOPLE = sa.Table(
    "people",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("reach", sa.Text),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("is_service", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)
"""Who may sign in, and services; ``reach`` is a JSON list of countries, null the world."""

IDENTITIES = sa.Table(
    "identities",
    METADATA,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
)
"""Which person an account of a provider belongs to; one person may have several."""

GRANTS = sa.Table(
    "grants",
    METADATA,
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
)
"""The roles that people hold now."""

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("signed_in_at", Instant),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("origin", sa.Text, unique=True, index=True),
)
"""Sign-ins: when the person proved who they are, was last seen, and when it ended. Wall time.

A provider need not say when somebody proved who they are. ``origin`` is the SHA-256 of the foreign
token that a session began with.
"""

CODES = sa.Table(
    "codes",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("challenge", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False, index=True),
    sa.Column("used_at", Instant),
    sa.Column("session", sa.Text),
)
"""Codes that a browser carries from the sign-in to the dashboard, by their SHA-256, and the session
that each became."""

SPENT_ASSERTIONS = sa.Table(
    "spent_assertions",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("until", Instant, nullable=False, index=True),
)
"""Statements of the dashboard that were used, by their SHA-256, until they would be over anyway."""

PASSWORDS = sa.Table(
    "passwords",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("set_at", Instant, nullable=False),
)
"""Passwords of the embedded provider, hashed with argon2id, by the name that is typed with them."""

TRIES = sa.Table(
    "tries",
    METADATA,
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
)
"""How often something was tried since an instant: one row for each name, address and purpose."""

STOP_TOKENS = sa.Table(
    "stop_tokens",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("ended_at", Instant),
)
"""Tokens that can only stop changes, by the SHA-256 of their secret."""
