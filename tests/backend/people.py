"""People for tests: signed in, with the token that the control plane would have given them."""

from datetime import datetime

from dashboard.access.reader import WORLD, Reach
from dashboard.access.roles import Role
from dashboard.backend.identity.people import add_person, person_of, set_grants
from dashboard.backend.identity.sessions import start_session
from dashboard.backend.plane import ControlPlane


def joined(
    plane: ControlPlane, name: str, *roles: Role, reach: Reach = WORLD, is_service: bool = False
) -> str:
    """The id of a person of these roles, who is made unless they are there."""
    with plane.database.writing() as connection:
        if person_of(connection, name) is None:
            add_person(connection, name.title(), at=plane.wall(), id=name, is_service=is_service)
        set_grants(connection, name, roles=roles, reach=reach)
    return name


def token_of(plane: ControlPlane, person: str, *, signed_in_at: datetime | None = None) -> str:
    """A token of a new session of this person."""
    now = plane.wall()
    with plane.database.writing() as connection:
        session = start_session(connection, person, signed_in_at=signed_in_at or now, now=now)
    return plane.tokens.minted(person=person, session=session, now=now, asked_by="test")
