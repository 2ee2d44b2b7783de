"""Stop tokens: what somebody on call holds for the day the screen is down; they can only stop."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.access.permissions import Permission
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.people import person_of
from dashboard.backend.schema import STOP_TOKENS
from dashboard.control.people import NewStopToken, StopTokenMade, StopTokenRow
from dashboard.errors import NotSignedIn

PREFIX = "stp_"
_USED_EVERY = timedelta(minutes=1)
_REFUSED = "This stop token is unknown, over or revoked. Stop with another one, or sign in."


def new_stop_token(
    connection: sa.Connection, person: str, wanted: NewStopToken, *, secret: str, now: datetime
) -> StopTokenMade:
    """A token of a person; its secret is kept as a hash alone."""
    id = secrets.token_hex(8)
    until = now + timedelta(days=wanted.days)
    connection.execute(
        sa.insert(STOP_TOKENS).values(
            id=id, person=person, hash=_hash(secret), purpose=wanted.purpose, made_at=now,
            until=until,
        )
    )  # fmt: skip
    return StopTokenMade(id=id, token=stop_token(id, secret), until=until)


def stop_token(id: str, secret: str) -> str:
    """A token as its holder sends it."""
    return f"{PREFIX}{id}_{secret}"


def stopping_actor(connection: sa.Connection, token: str, *, now: datetime) -> Actor:
    """Who holds a stop token, with nothing but the right to stop; raises NotSignedIn."""
    id, _, secret = token.removeprefix(PREFIX).partition("_")
    row = connection.execute(sa.select(STOP_TOKENS).where(STOP_TOKENS.c.id == id)).first()
    if row is None or not secrets.compare_digest(row.hash, _hash(secret)):
        raise NotSignedIn(_REFUSED)
    person = person_of(connection, row.person)
    if row.ended_at is not None or now >= row.until or person is None or not person.is_active:
        raise NotSignedIn(_REFUSED)
    return Actor(
        person.id, person.name, person.roles, person.reach, f"{PREFIX}{id}", None,
        person.is_service, frozenset({Permission.STOP}),
    )  # fmt: skip


def is_use_due(connection: sa.Connection, session: str, *, now: datetime) -> bool:
    """Whether it is time to write down that a token was used: once a minute, not oftener."""
    query = sa.select(STOP_TOKENS.c.used_at)
    id = session.removeprefix(PREFIX)
    used: datetime | None = connection.execute(query.where(STOP_TOKENS.c.id == id)).scalar()
    return used is None or now - used >= _USED_EVERY


def mark_used(connection: sa.Connection, session: str, *, now: datetime) -> None:
    """Write down that a stop token was used."""
    this = sa.update(STOP_TOKENS).where(STOP_TOKENS.c.id == session.removeprefix(PREFIX))
    connection.execute(this.values(used_at=now))


def stop_tokens(connection: sa.Connection, person: str | None) -> tuple[StopTokenRow, ...]:
    """The tokens of a person, of everybody for None, the newest first."""
    query = sa.select(STOP_TOKENS).order_by(STOP_TOKENS.c.made_at.desc(), STOP_TOKENS.c.id)
    if person is not None:
        query = query.where(STOP_TOKENS.c.person == person)
    return tuple(
        StopTokenRow(
            id=row.id, person=row.person, purpose=row.purpose, made_at=row.made_at,
            until=row.until, used_at=row.used_at, ended_at=row.ended_at,
        )
        for row in connection.execute(query)
    )  # fmt: skip


def end_stop_token(
    connection: sa.Connection, id: str, person: str | None, *, now: datetime
) -> bool:
    """End a token of a person, of anybody for None; whether there is such a one."""
    these = STOP_TOKENS.c.id == id
    if person is not None:
        these = sa.and_(these, STOP_TOKENS.c.person == person)
    if connection.execute(sa.select(STOP_TOKENS.c.id).where(these)).first() is None:
        return False
    open_one = sa.update(STOP_TOKENS).where(these, STOP_TOKENS.c.ended_at.is_(None))
    connection.execute(open_one.values(ended_at=now))
    return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
