"""Tries: how often something may be tried in a while, counted in the database.

A count outlives a restart. It begins anew a fixed time after its first try, whatever is tried in
between, so that nobody can keep somebody else out for longer than that.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.backend.schema import TRIES

_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one purpose in so much time."""

    purpose: str
    most: int
    within: timedelta


def seen(connection: sa.Connection, limit: Limit, who: str, *, now: datetime) -> int:
    """How often it was tried in this while."""
    row = connection.execute(sa.select(TRIES).where(TRIES.c.what == _key(limit, who))).first()
    is_same_while = row is not None and now - row.since < limit.within
    return row.number if row is not None and is_same_while else 0


def count(connection: sa.Connection, limit: Limit, who: str, *, now: datetime) -> int:
    """Count one try of somebody, who is known by a hash alone; which one it was in this while."""
    what, before = _key(limit, who), seen(connection, limit, who, now=now)
    if before:
        more = sa.update(TRIES).where(TRIES.c.what == what).values(number=before + 1)
        connection.execute(more)
        return before + 1
    old = sa.or_(TRIES.c.what == what, TRIES.c.since < now - _KEPT)
    connection.execute(sa.delete(TRIES).where(old))
    connection.execute(sa.insert(TRIES).values(what=what, since=now, number=1))
    return 1


def forget(connection: sa.Connection, limit: Limit, who: str) -> None:
    """Count from nothing again for somebody."""
    connection.execute(sa.delete(TRIES).where(TRIES.c.what == _key(limit, who)))


def _key(limit: Limit, who: str) -> str:
    return f"{limit.purpose}:{hashlib.sha256(who.encode()).hexdigest()}"
