"""The first administrator of an installation that signs people in by itself."""

import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.identity.demo import is_of_demo
from dashboard.backend.identity.passwords import new_one_time
from dashboard.backend.identity.people import add_person, set_grants
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import PEOPLE

FIRST_NAME = "administrator"
"""The name that the first administrator signs in with."""
_BY_START = "first start"


def first_password(plane: ControlPlane, connection: sa.Connection) -> str:
    """The one-time password of the first administrator, who is made where there is nobody.

    Nothing where somebody is there, in a demo, and where another provider knows everybody.
    """
    there = connection.execute(sa.select(PEOPLE.c.id)).scalars()
    if plane.is_demo or plane.sign_in.issuer or any(not is_of_demo(id) for id in there):
        return ""
    person = add_person(connection, "First administrator", at=plane.wall())
    set_grants(connection, person, roles=[Role.ADMINISTRATOR], reach=WORLD)
    after: Json = {"roles": [Role.ADMINISTRATOR.value]}
    plane.record(connection, Entry("grants.bootstrap", _BY_START, person, after=after))
    return new_one_time(connection, person, name=FIRST_NAME, now=plane.wall())
