"""Revisions: what was put in force for each subject, one after the other, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from dashboard.backend.changes.content import NOTHING, canonical_content, checked, hash_of, parsed
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.tables import REVISIONS
from dashboard.control.changes import ChangeKind, Content

FOUND = 0
"""The revision of what was in force before the first change."""
_OF = (REVISIONS.c.kind, REVISIONS.c.subject)


@dataclass(frozen=True, slots=True)
class InForce:
    """One revision as it is kept; the columns of the table say what each field is."""

    kind: ChangeKind
    subject: str
    revision: int
    change: str
    content: str
    content_hash: str
    applied_at: datetime
    whole_at: datetime | None
    ended_at: datetime | None
    until: datetime | None = None


def all_revisions(connection: sa.Connection, kind: ChangeKind, subject: str) -> list[InForce]:
    """Every revision of a subject, the oldest first."""
    query = sa.select(REVISIONS).where(*_are(kind, subject)).order_by(REVISIONS.c.revision)
    return [_read(row) for row in connection.execute(query)]


def every_revision(connection: sa.Connection, kind: ChangeKind) -> list[InForce]:
    """Every revision of a kind, in the order they were put in force."""
    query = sa.select(REVISIONS).where(REVISIONS.c.kind == kind.value)
    order = (REVISIONS.c.applied_at, REVISIONS.c.subject, REVISIONS.c.revision)
    return [_read(row) for row in connection.execute(query.order_by(*order))]


def in_force(connection: sa.Connection, kind: ChangeKind, subject: str = "") -> list[InForce]:
    """Revisions that have not ended, of one subject or of all, ramping ones among them."""
    query = sa.select(REVISIONS).where(
        REVISIONS.c.kind == kind.value, REVISIONS.c.ended_at.is_(None)
    )
    if subject:
        query = query.where(REVISIONS.c.subject == subject)
    found = connection.execute(query.order_by(REVISIONS.c.subject, REVISIONS.c.revision))
    return [_read(row) for row in found]


def whole_contents(connection: sa.Connection, kind: ChangeKind) -> tuple[Content, ...]:
    """Every content of a kind in force for everybody, by subject."""
    whole = (each for each in in_force(connection, kind) if each.whole_at is not None)
    return tuple(content for each in whole if (content := parsed(each.content)) is not None)


def live(connection: sa.Connection, kind: ChangeKind, subject: str) -> InForce | None:
    """What is in force for everybody; None where nothing ever was."""
    found = [each for each in in_force(connection, kind, subject) if each.whole_at is not None]
    return found[-1] if found else None


def before(connection: sa.Connection, one: InForce) -> InForce | None:
    """What was in force to stay until a revision was; None where nothing ever was.

    What was to end by itself, and nobody approved, does not come back behind what overtook it.
    """
    earlier = (each for each in all_revisions(connection, one.kind, one.subject)
               if each.revision < one.revision and each.whole_at is not None
               and each.until is None)  # fmt: skip
    return max(earlier, key=lambda each: each.revision, default=None)


def standing(connection: sa.Connection, one: InForce, now: datetime) -> InForce:
    """What is in force instead of a revision whose time is over, or else the revision itself."""
    if one.until is None or now < one.until:
        return one
    nothing = replace(one, revision=FOUND, change="", content=NOTHING, content_hash="")
    return before(connection, one) or nothing


def ramping(connection: sa.Connection, kind: ChangeKind, subject: str) -> InForce | None:
    """What is in force for some alone; None for nothing."""
    found = [each for each in in_force(connection, kind, subject) if each.whole_at is None]
    return found[-1] if found else None


def live_number(connection: sa.Connection, kind: ChangeKind, subject: str) -> int:
    """The number of what is in force for everybody; 0 before the first change."""
    found = live(connection, kind, subject)
    return FOUND if found is None else found.revision


def content_at(
    connection: sa.Connection, kind: ChangeKind, subject: str, *, revision: int
) -> str | None:
    """The canonical content of a revision; None where there is no such revision."""
    query = sa.select(REVISIONS.c.content).where(
        *_are(kind, subject), REVISIONS.c.revision == revision
    )
    found: str | None = connection.execute(query).scalar()
    return found


def content_behind(
    connection: sa.Connection, kind: ChangeKind, subject: str, *, revision: int
) -> str | None:
    """The canonical content that holds again once what was written on a revision ends."""
    those = all_revisions(connection, kind, subject)
    found = next((each for each in those if each.revision == revision), None)
    if found is not None and found.until is not None:
        found = before(connection, found)
    return None if found is None else found.content


def live_content(connection: sa.Connection, kind: ChangeKind, subject: str) -> str:
    """The canonical content in force for everybody."""
    found = live(connection, kind, subject)
    return NOTHING if found is None else found.content


def add(connection: sa.Connection, one: InForce) -> None:
    """Keep a new revision."""
    connection.execute(
        sa.insert(REVISIONS).values(
            kind=one.kind.value, subject=one.subject, revision=one.revision, change=one.change,
            content=one.content, content_hash=one.content_hash, applied_at=one.applied_at,
            whole_at=one.whole_at, ended_at=one.ended_at, until=one.until,
        )
    )  # fmt: skip


def next_number(connection: sa.Connection, kind: ChangeKind, subject: str) -> int:
    """The number of the next revision of a subject, 1 for the first."""
    query = sa.select(sa.func.max(REVISIONS.c.revision)).where(*_are(kind, subject))
    return (connection.execute(query).scalar() or FOUND) + 1


def mark(connection: sa.Connection, one: InForce, **instants: datetime | None) -> None:
    """Write down when a revision reached everybody, ended, or ends by itself, None for never."""
    its = sa.update(REVISIONS).where(
        *_are(one.kind, one.subject), REVISIONS.c.revision == one.revision
    )
    connection.execute(its.values(**instants))


def settle_found(
    connection: sa.Connection, kind: ChangeKind, subject: str, *, now: datetime
) -> bool:
    """Take down what is in force although no change put it there, as a revision of its own.

    Whether there was anything to take down.
    """
    found = kind_of(kind).found(connection, subject)
    if found is None:
        return False
    text = canonical_content(checked(kind_of(kind).model, found))
    last = live(connection, kind, subject)
    if last is not None and last.content == text:
        return False
    number = FOUND if last is None else next_number(connection, kind, subject)
    if last is not None:
        mark(connection, last, ended_at=max(now, last.applied_at))
    add(connection, InForce(kind, subject, number, "", text, hash_of(text), now, now, None))
    return True


def _are(kind: ChangeKind, subject: str) -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(column == value for column, value in zip(_OF, (kind.value, subject), strict=True))


def _read(row: sa.Row[tuple[object, ...]]) -> InForce:
    return InForce(
        ChangeKind(row.kind), row.subject, row.revision, row.change, row.content, row.content_hash,
        row.applied_at, row.whole_at, row.ended_at, row.until,
    )  # fmt: skip
