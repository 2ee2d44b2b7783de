"""Codes: what a browser carries from the sign-in to the dashboard, good once and for a minute."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from dashboard.backend.identity.sessions import LONGEST, end_session, start_session
from dashboard.backend.schema import CODES

LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a code is bound to: where it was sent, the challenge of who asked, and its nonce."""

    redirect_uri: str
    challenge: str
    nonce: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in: whose, by which way, its session, when, and the nonce that it was asked with."""

    person: str
    way: str
    session: str
    at: datetime
    nonce: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """A code that came a second time: the person whose session it ended."""

    person: str


def new_code(
    connection: sa.Connection, person: str, *, way: str, bound_to: Binding, now: datetime
) -> str:
    """A code of a person who proved who they are just now."""
    code = secrets.token_urlsafe(32)
    connection.execute(sa.delete(CODES).where(CODES.c.made_at < now - LONGEST))
    connection.execute(
        sa.insert(CODES).values(
            hash=_hash(code), person=person, way=way, redirect_uri=bound_to.redirect_uri,
            challenge=bound_to.challenge, nonce=bound_to.nonce, made_at=now,
        )
    )  # fmt: skip
    return code


def redeemed(
    connection: sa.Connection, code: str, *, redirect_uri: str, verifier: str, now: datetime
) -> SignIn | Replayed | None:
    """The sign-in that a code stands for; None for one that is unknown, over or another's.

    It is spent by the first try, good or bad. A second one ends the session of the first: one of
    the two stole it, and nobody knows which.
    """
    row = connection.execute(sa.select(CODES).where(CODES.c.hash == _hash(code))).first()
    if row is None:
        return None
    this = sa.update(CODES).where(CODES.c.hash == row.hash)
    if row.used_at is not None:
        if row.session is not None:
            end_session(connection, row.session, now=now)
        return Replayed(row.person)
    is_bound = row.redirect_uri == redirect_uri and secrets.compare_digest(
        row.challenge, create_s256_code_challenge(verifier)
    )
    if not is_bound or now - row.made_at > LIFE:
        connection.execute(this.values(used_at=now))
        return None
    session = start_session(connection, row.person, signed_in_at=row.made_at, now=now)
    connection.execute(this.values(used_at=now, session=session))
    return SignIn(row.person, row.way, session, row.made_at, row.nonce)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
