"""People: who there is, which roles they hold and which countries they may see."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dashboard.access.reader import WORLD, Reach
from dashboard.access.roles import Role
from dashboard.backend.schema import GRANTS, IDENTITIES, PEOPLE


@dataclass(frozen=True, slots=True)
class Person:
    """One person: their id, name, reach and roles."""

    id: str
    name: str
    reach: Reach
    roles: frozenset[Role]
    is_active: bool
    is_service: bool


def add_person(
    connection: sa.Connection, name: str, *, at: datetime, id: str = "", is_service: bool = False
) -> str:
    """Make a person without roles, who sees the world; their id."""
    key = id or f"person-{secrets.token_hex(6)}"
    connection.execute(
        sa.insert(PEOPLE).values(
            id=key, name=name, reach=None, is_active=True, is_service=is_service, made_at=at
        )
    )
    return key


def link(connection: sa.Connection, person: str, *, issuer: str, subject: str) -> None:
    """Say that an account of a provider is this person's."""
    connection.execute(sa.insert(IDENTITIES).values(issuer=issuer, subject=subject, person=person))


def linked(connection: sa.Connection, *, issuer: str, subject: str) -> str | None:
    """Whose account this is; None for nobody's."""
    query = sa.select(IDENTITIES.c.person)
    found: str | None = connection.execute(
        query.where(IDENTITIES.c.issuer == issuer, IDENTITIES.c.subject == subject)
    ).scalar()
    return found


def set_grants(
    connection: sa.Connection, person: str, *, roles: Iterable[Role], reach: Reach
) -> None:
    """Give a person exactly these roles and this reach."""
    connection.execute(sa.delete(GRANTS).where(GRANTS.c.person == person))
    rows = [{"person": person, "role": role.value} for role in sorted(set(roles))]
    if rows:
        connection.execute(sa.insert(GRANTS), rows)
    seen = None if reach.countries is None else json.dumps(sorted(reach.countries))
    connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == person).values(reach=seen))


def people(connection: sa.Connection) -> tuple[Person, ...]:
    """Everybody, by name."""
    rows = connection.execute(sa.select(PEOPLE).order_by(PEOPLE.c.name, PEOPLE.c.id)).all()
    granted: dict[str, set[Role]] = {}
    for person, role in connection.execute(sa.select(GRANTS.c.person, GRANTS.c.role)):
        granted.setdefault(person, set()).add(Role(role))
    return tuple(_person(row, granted.get(row.id, set())) for row in rows)


def person_of(connection: sa.Connection, id: str) -> Person | None:
    """One person; None where there is none of that id."""
    row = connection.execute(sa.select(PEOPLE).where(PEOPLE.c.id == id)).first()
    if row is None:
        return None
    roles = connection.execute(sa.select(GRANTS.c.role).where(GRANTS.c.person == id)).scalars()
    return _person(row, {Role(role) for role in roles})


def _person(row: sa.Row[tuple[object, ...]], roles: set[Role]) -> Person:
    reach = WORLD if row.reach is None else Reach(frozenset(json.loads(row.reach)))
    return Person(row.id, row.name, reach, frozenset(roles), row.is_active, row.is_service)
