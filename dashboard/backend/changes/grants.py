"""Grants: the roles and the reach of one person, which two administrators decide together."""

from typing import Annotated

import sqlalchemy as sa
from pydantic import AfterValidator, Field

from dashboard.access.permissions import Permission
from dashboard.access.reader import Reach
from dashboard.access.roles import Role
from dashboard.backend.changes.content import checked
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.kind import Kind, Known
from dashboard.backend.identity.people import people, person_of, set_grants
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind, Content
from dashboard.control.wire import Message
from dashboard.countries import countries
from dashboard.errors import ContentRefused


def _sorted_once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _known(codes: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(codes) - countries().keys())
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no country of ISO 3166-1")
    return _sorted_once(codes)


def _roles_once(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(sorted(set(roles)))


Countries = Annotated[tuple[str, ...], Field(max_length=300), AfterValidator(_known)]
"""Countries by their ISO 3166-1 alpha-2 codes, each once, sorted."""


class Grants(Message):
    """What one person may do, and the countries they may see: null is the world."""

    person: Annotated[str, Field(min_length=1, max_length=200)]
    roles: Annotated[tuple[Role, ...], Field(max_length=20), AfterValidator(_roles_once)]
    reach: Countries | None = None


class GrantsKind(Kind):
    """Changes of grants. One person alone never gives back what was taken, so none is stopped."""

    name = ChangeKind.GRANTS
    model = Grants
    propose = Permission.GRANTS_PROPOSE
    approve = Permission.GRANTS_APPROVE
    apply = Permission.GRANTS_APPLY
    read = Permission.PEOPLE_READ
    is_stoppable = False
    # Roles are of a person, and a person is of no country.
    is_of_places = False

    def subject_of(self, content: Content) -> str:
        """The person."""
        return checked(Grants, content).person

    def barred(self, content: Content) -> frozenset[str]:
        """The person it is about."""
        return frozenset({checked(Grants, content).person})

    def impact(self, content: Content, base: Content | None, known: Known) -> Impact:
        """One person, and what they gain and lose."""
        new = checked(Grants, content)
        before = frozenset(checked(Grants, base).roles) if base else frozenset()
        gained, lost = sorted(set(new.roles) - before), sorted(before - set(new.roles))
        where = "the world" if new.reach is None else ", ".join(new.reach) or "no country"
        return Impact(
            people=1,
            is_exact=True,
            data_version="",
            sentences=(
                f"Gains {', '.join(gained) or 'no role'}, loses {', '.join(lost) or 'none'}.",
                f"Sees {where}.",
            ),
        )

    def action_of(self, content: Content) -> str:
        """The roles."""
        return ", ".join(checked(Grants, content).roles) or "no role"

    def check(self, connection: sa.Connection, content: Content, live: Content | None) -> None:
        """The person is there, and an administrator is left; raises ContentRefused."""
        new = checked(Grants, content)
        if person_of(connection, new.person) is None:
            raise ContentRefused("There is nobody of this id.", field="content.person")
        others = any(
            one.is_active and Role.ADMINISTRATOR in one.roles and one.id != new.person
            for one in people(connection)
        )
        if Role.ADMINISTRATOR not in new.roles and not others:
            raise ContentRefused(
                "Nobody would be left to give roles: appoint another administrator first.",
                field="content.roles",
            )

    def found(self, connection: sa.Connection, subject: str) -> Content | None:
        """What the person holds now."""
        person = person_of(connection, subject)
        if person is None:
            return None
        seen = person.reach.countries
        reach = None if seen is None else tuple(sorted(seen))
        return Grants(
            person=subject, roles=tuple(sorted(person.roles)), reach=reach
        ).model_dump(mode="json")  # fmt: skip

    def enforce(self, desk: Desk, content: Content, *, writer: str) -> None:
        """Give the person exactly this, at once."""
        new = checked(Grants, content)
        reach = Reach(None if new.reach is None else frozenset(new.reach))
        set_grants(desk.connection, new.person, roles=new.roles, reach=reach)
