"""Accounts of a foreign provider: whose each is, and the first administrator among them.

The key of an account is its provider and its subject, never a name or an address of electronic
mail, which can come to be somebody else's.
"""

import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.identity.foreign import Account
from dashboard.backend.identity.people import add_person, link, linked, set_grants
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import GRANTS, PEOPLE

_CONFIGURED = "configuration"


def person_of_account(plane: ControlPlane, connection: sa.Connection, account: Account) -> str:
    """Whose an account is: a newcomer without roles, when it comes for the first time.

    The account that the settings name becomes the first administrator while there is none.
    """
    found = linked(connection, issuer=account.issuer, subject=account.subject)
    person = found or _newcomer(plane, connection, account)
    is_named = account.subject == plane.sign_in.first_administrator
    if is_named and not administrators(connection):
        set_grants(connection, person, roles=[Role.ADMINISTRATOR], reach=WORLD)
        after: Json = {"roles": [Role.ADMINISTRATOR.value]}
        plane.record(connection, Entry("grants.bootstrap", _CONFIGURED, person, after=after))
    plane.record(connection, Entry("session.begun", person, person, after={"way": "provider"}))
    return person


def administrators(connection: sa.Connection) -> frozenset[str]:
    """Everybody who holds that role and was not closed."""
    query = sa.select(GRANTS.c.person).join(PEOPLE, PEOPLE.c.id == GRANTS.c.person)
    active = query.where(GRANTS.c.role == Role.ADMINISTRATOR.value, PEOPLE.c.is_active)
    return frozenset(connection.execute(active).scalars())


def _newcomer(plane: ControlPlane, connection: sa.Connection, account: Account) -> str:
    person = add_person(connection, account.name, at=plane.wall())
    link(connection, person, issuer=account.issuer, subject=account.subject)
    after = {"issuer": account.issuer, "subject": account.subject}
    plane.record(connection, Entry("people.joined", person, person, after=after))
    return person
