"""The log: rows are appended in the transaction of what they tell of, and read page by page."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dashboard.backend.audit.entries import Entry, body, first_link, link
from dashboard.backend.database import Database
from dashboard.backend.schema import AUDIT, AUDIT_ORIGIN, AUDIT_TEXTS

_SALT_BYTES = 16
_THE_ONE = 1
_EXPORTED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is stored: its number, its canonical body and its hash in hexadecimal."""

    seq: int
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many rows there are, and the hash of the last."""

    size: int
    hash: str


def begin(connection: sa.Connection) -> None:
    """Give the installation its id, which the chain begins with, unless it has one."""
    if connection.execute(sa.select(AUDIT_ORIGIN)).first() is None:
        one = sa.insert(AUDIT_ORIGIN).values(id=_THE_ONE, installation=secrets.token_hex(16))
        connection.execute(one)


def append(
    connection: sa.Connection, entry: Entry, *, wall_at: datetime, platform_at: datetime
) -> Row:
    """Add a row to the end of the chain, in the writing transaction of what it tells of."""
    last = head(connection)
    seq = last.size + 1
    said = _kept_text(connection, entry.reason)
    text = body(_with_reason(entry, said), seq, wall_at=wall_at, platform_at=platform_at)
    digest = link(bytes.fromhex(last.hash), text).hex()
    connection.execute(
        sa.insert(AUDIT).values(
            seq=seq, wall_at=wall_at, event=entry.event, actor=entry.actor, target=entry.target,
            body=text, hash=digest,
        )
    )  # fmt: skip
    return Row(seq, text, digest)


def head(connection: sa.Connection) -> Head:
    """The end of the chain as it is now."""
    last = connection.execute(
        sa.select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)
    ).first()
    if last is not None:
        return Head(last.seq, last.hash)
    return Head(0, first_link(origin(connection)).hex())


def origin(connection: sa.Connection) -> str:
    """The id of the installation."""
    found: str = connection.execute(sa.select(AUDIT_ORIGIN.c.installation)).scalar_one()
    return found


def exported(database: Database) -> Iterator[str]:
    """The whole audit as lines of JSON: the installation, then each row, for an outsider to check.

    Texts that personal hashes stand for are not in it. Rows that come meanwhile are left out.
    """
    with database.reading() as connection:
        installation, size = origin(connection), head(connection).size
    yield f'{{"installation":"{installation}"}}\n'
    # Whoever takes the lines may be slow, and must not hold a place in the database meanwhile.
    for after in range(0, size, _EXPORTED_AT_ONCE):
        for row in _rows(database, after, min(after + _EXPORTED_AT_ONCE, size)):
            yield f'{{"body":{row.body},"hash":"{row.hash}"}}\n'


def _rows(database: Database, after: int, last: int) -> list[Row]:
    query = sa.select(AUDIT.c.seq, AUDIT.c.body, AUDIT.c.hash).order_by(AUDIT.c.seq)
    query = query.where(AUDIT.c.seq > after, AUDIT.c.seq <= last)
    with database.reading() as connection:
        return [Row(*row) for row in connection.execute(query)]


def text_of(connection: sa.Connection, digest: str) -> str | None:
    """The sentence behind a hash; None where it was erased."""
    query = sa.select(AUDIT_TEXTS.c.text).where(AUDIT_TEXTS.c.hash == digest)
    found: str | None = connection.execute(query).scalar()
    return found


def _kept_text(connection: sa.Connection, text: str) -> str:
    """The salted hash of a sentence, which itself is kept apart, where it can be erased."""
    if not text:
        return ""
    salt = secrets.token_hex(_SALT_BYTES)
    digest = hashlib.sha256(f"{salt}{text}".encode()).hexdigest()
    connection.execute(sa.insert(AUDIT_TEXTS).values(hash=digest, salt=salt, text=text))
    return digest


def _with_reason(entry: Entry, digest: str) -> Entry:
    return Entry(
        entry.event, entry.actor, entry.target, entry.result, entry.before, entry.after, digest,
        entry.request,
    )  # fmt: skip
