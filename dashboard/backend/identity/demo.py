"""The people of a demo: one for each thing that somebody is here for; elsewhere they are nobody.

A demo is derived, not chosen: invented data, on this machine, without a provider or a control plane
of somebody else's.
"""

from datetime import datetime

import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.backend.identity.people import add_person, person_of, set_grants
from dashboard.backend.identity.sessions import end_sessions_of
from dashboard.backend.schema import PEOPLE
from dashboard.control.demo_people import DEMO_PEOPLE

_PREFIX = "demo-"


def is_of_demo(person: str) -> bool:
    """Whether an id is that of somebody who lives in a demo alone."""
    return person.startswith(_PREFIX)


def settle_demo(connection: sa.Connection, *, is_demo: bool, now: datetime) -> None:
    """Have the people of the demo there in a demo, and closed anywhere else.

    A demo's database may be opened over real data later, and they would still be in it.
    """
    for one in DEMO_PEOPLE if is_demo else ():
        if person_of(connection, one.id) is None:
            add_person(connection, one.name, at=now, id=one.id)
            set_grants(connection, one.id, roles=[one.role], reach=WORLD)
    theirs = PEOPLE.c.id.startswith(_PREFIX, autoescape=True)
    connection.execute(sa.update(PEOPLE).where(theirs).values(is_active=is_demo))
    if not is_demo:
        for person in connection.execute(sa.select(PEOPLE.c.id).where(theirs)).scalars().all():
            end_sessions_of(connection, person, now=now)
