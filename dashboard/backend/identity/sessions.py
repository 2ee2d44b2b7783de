"""Sessions: one sign-in each, ended by leaving, by idleness, by age, or by whoever revokes it."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.people import person_of
from dashboard.backend.schema import SESSIONS
from dashboard.errors import NotSignedIn

LONGEST = timedelta(hours=8)
LONGEST_IDLE = timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)


def start_session(
    connection: sa.Connection,
    person: str,
    *,
    signed_in_at: datetime | None,
    now: datetime,
    origin: str | None = None,
) -> str:
    """Begin a session of a person who proved who they are at that instant; its id.

    None for an instant that the provider did not tell. ``origin`` names the sign-in elsewhere.
    """
    key = secrets.token_urlsafe(24)
    connection.execute(
        sa.insert(SESSIONS).values(
            id=key, person=person, signed_in_at=signed_in_at, started_at=now, seen_at=now,
            ended_at=None, origin=origin,
        )
    )  # fmt: skip
    return key


def session_from(connection: sa.Connection, origin: str) -> str | None:
    """The session that began with a sign-in elsewhere, over or not; None where there is none."""
    found: str | None = connection.execute(
        sa.select(SESSIONS.c.id).where(SESSIONS.c.origin == origin)
    ).scalar()
    return found


def ends_at(connection: sa.Connection, session: str) -> datetime:
    """When a session is over by its age."""
    query = sa.select(SESSIONS.c.started_at).where(SESSIONS.c.id == session)
    begun: datetime = connection.execute(query).scalar_one()
    return begun + LONGEST


def end_session(connection: sa.Connection, session: str, *, now: datetime) -> None:
    """End a session for good."""
    open_one = sa.update(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.ended_at.is_(None))
    connection.execute(open_one.values(ended_at=now))


def end_sessions_of(connection: sa.Connection, person: str, *, now: datetime) -> None:
    """End every session of a person for good."""
    theirs = sa.update(SESSIONS).where(SESSIONS.c.person == person, SESSIONS.c.ended_at.is_(None))
    connection.execute(theirs.values(ended_at=now))


def actor_of(connection: sa.Connection, session: str, *, now: datetime) -> Actor:
    """Who acts in a session, with the roles of this moment; raises NotSignedIn once it is over."""
    row = connection.execute(sa.select(SESSIONS).where(SESSIONS.c.id == session)).first()
    if row is None or row.ended_at is not None:
        raise NotSignedIn("You signed out. Sign in again.")
    if now - row.started_at >= LONGEST:
        raise NotSignedIn("You signed in more than 8 hours ago. Sign in again.")
    if now - row.seen_at >= LONGEST_IDLE:
        raise NotSignedIn("You were away for more than 30 minutes. Sign in again.")
    person = person_of(connection, row.person)
    if person is None or not person.is_active:
        raise NotSignedIn("This account was closed. Ask an administrator.")
    return Actor(
        person.id, person.name, person.roles, person.reach, session, row.signed_in_at,
        person.is_service,
    )  # fmt: skip


def is_seen_due(connection: sa.Connection, session: str, *, now: datetime) -> bool:
    """Whether it is time to write down that somebody is still there: once a minute, not oftener."""
    seen = connection.execute(sa.select(SESSIONS.c.seen_at).where(SESSIONS.c.id == session))
    at: datetime | None = seen.scalar()
    return at is not None and now - at >= _SEEN_EVERY


def mark_seen(connection: sa.Connection, session: str, *, now: datetime) -> None:
    """Write down that somebody is still there."""
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.id == session).values(seen_at=now))
