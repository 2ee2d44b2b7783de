"""The register of people: who there is, whose each account is, and who was closed.

Whoever links an account to a person can come to act as that person, so accounts are linked to
people without roles alone. Roles are then given by a change that takes two.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import Role
from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.identity.accounts import administrators
from dashboard.backend.identity.demo import is_of_demo
from dashboard.backend.identity.passwords import new_one_time, plain_name
from dashboard.backend.identity.people import (
    Person,
    add_person,
    link,
    linked,
    people,
    person_of,
    set_grants,
)
from dashboard.backend.identity.sessions import end_sessions_of
from dashboard.backend.once import Call
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import IDENTITIES, PASSWORDS, PEOPLE, SESSIONS
from dashboard.backend.sealed import new_seal, secret_of
from dashboard.control.changes import ChangeKind, State
from dashboard.control.people import Account, AccountRow, Linked, PersonRow
from dashboard.errors import NoSuchPerson, PeopleConflict

_ENOUGH = 2
"""How many administrators it takes to give a role."""
_DECIDED_ON = (State.SUBMITTED, State.APPROVED, State.SCHEDULED)
"""Where a change of roles is approved, or may be."""


def register_rows(plane: ControlPlane) -> tuple[PersonRow, ...]:
    """Everybody, with accounts and the last sign-in."""
    with plane.database.reading() as connection:
        accounts = _accounts(connection, plane.issuer)
        seen = _last_signed_in(connection)
        return tuple(
            PersonRow(
                id=one.id, name=one.name, roles=tuple(sorted(one.roles)),
                reach=None if one.reach == WORLD else tuple(sorted(one.reach.countries or ())),
                is_active=one.is_active, is_service=one.is_service,
                accounts=tuple(accounts.get(one.id, ())), last_signed_in_at=seen.get(one.id),
            )
            for one in people(connection)
        )  # fmt: skip


@dataclass(frozen=True)
class Register:
    """The people of one control plane, in the transaction of one act of an administrator."""

    plane: ControlPlane
    connection: sa.Connection
    call: Call

    def add(self, name: str) -> str:
        """The id of somebody new, who holds no role."""
        id = add_person(self.connection, name, at=self.plane.wall())
        self._tell("people.added", id, name)
        return id

    def link(self, id: str, account: Account) -> Linked:
        """Make an account a person's; raises NoSuchPerson or PeopleConflict.

        A password for their first sign-in is given as a seal.
        """
        issuer = self._issuer(account)
        _refuse_of_roles(self._other(id))
        self._refuse_of_coming_roles(id)
        if linked(self.connection, issuer=issuer, subject=account.subject) == id:
            return Linked(person=id)
        seal = ""
        if issuer == self.plane.issuer:
            seal = new_seal()
            self._set_password(id, account.subject, secret_of(self.plane, self.call, seal))
        else:
            self._take_over(id, issuer, account.subject)
        self._end_sessions(id)
        self._tell("people.linked", id, _said(issuer, account.subject))
        return Linked(person=id, one_time_password=seal)

    def unlink(self, id: str, account: Account) -> None:
        """Take an account away from a person; raises NoSuchPerson or PeopleConflict."""
        issuer = self._issuer(account)
        self._other(id)
        mine = sa.delete(IDENTITIES).where(
            IDENTITIES.c.issuer == issuer, IDENTITIES.c.subject == account.subject
        )
        self.connection.execute(mine.where(IDENTITIES.c.person == id))
        if issuer == self.plane.issuer:
            self.connection.execute(sa.delete(PASSWORDS).where(PASSWORDS.c.person == id))
        self._end_sessions(id)
        self._tell("people.unlinked", id, _said(issuer, account.subject))

    def close(self, id: str) -> None:
        """Let a person in no more; raises NoSuchPerson or PeopleConflict."""
        self._other(id)
        left = administrators(self.connection)
        if id in left and len(left) <= _ENOUGH:
            # Whoever is left alone could appoint anybody.
            raise PeopleConflict("Two administrators have to stay. Appoint another one first.")
        theirs = sa.update(PEOPLE).where(PEOPLE.c.id == id)
        self.connection.execute(theirs.values(is_active=False))
        self._end_sessions(id)
        self._tell("people.closed", id, None)

    def appoint(self, id: str) -> None:
        """Make a person the second administrator, which the first may do alone.

        Raises PeopleConflict once there are two: then it is a change that takes both.
        """
        person = self._other(id)
        if len(administrators(self.connection)) >= _ENOUGH:
            raise PeopleConflict("There are two administrators. Propose a change of roles.")
        if not person.is_active or person.is_service:
            raise PeopleConflict("An administrator is a person who can sign in.")
        roles = {*person.roles, Role.ADMINISTRATOR}
        set_grants(self.connection, id, roles=roles, reach=person.reach)
        self._tell("grants.bootstrap", id, [*sorted(roles)])

    def _other(self, id: str) -> Person:
        """Somebody else than who acts; raises NoSuchPerson or PeopleConflict."""
        person = person_of(self.connection, id)
        if person is None or is_of_demo(id) and not person.is_active:
            raise NoSuchPerson("There is nobody of that id.")
        if id == self.call.actor.person:
            raise PeopleConflict("Nobody changes their own place in the register.")
        return person

    def _refuse_of_coming_roles(self, id: str) -> None:
        # Whoever approves roles has looked at whose accounts would have them.
        coming = sa.select(CHANGES.c.id).where(
            CHANGES.c.kind == ChangeKind.GRANTS.value, CHANGES.c.subject == id,
            CHANGES.c.state.in_([state.value for state in _DECIDED_ON]),
        )  # fmt: skip
        if self.connection.execute(coming).first() is not None:
            raise PeopleConflict(
                "Roles of this person wait for a decision, and whoever has the account would hold "
                "them too. Link it before they are submitted, or withdraw them."
            )

    def _issuer(self, account: Account) -> str:
        """The provider of an account; raises PeopleConflict for one that nobody signs in with."""
        signs_in = self.plane.sign_in.issuer or self.plane.issuer
        if (account.issuer or signs_in) != signs_in or self.plane.is_demo:
            raise PeopleConflict("Nobody signs in here with accounts of that provider.")
        return signs_in

    def _set_password(self, id: str, name: str, secret: str) -> None:
        taken = sa.select(PASSWORDS.c.name)
        own = self.connection.execute(taken.where(PASSWORDS.c.person == id)).scalar()
        same = self.connection.execute(taken.where(PASSWORDS.c.name == plain_name(name))).scalar()
        if own is not None or same is not None:
            raise PeopleConflict("That name is taken, or the person has one.")
        new_one_time(self.connection, id, name=name, now=self.plane.wall(), secret=secret)

    def _take_over(self, id: str, issuer: str, subject: str) -> None:
        """Link an account, also one that came here as somebody new before it was linked."""
        holder = linked(self.connection, issuer=issuer, subject=subject)
        if holder is None:
            link(self.connection, id, issuer=issuer, subject=subject)
            return
        former = person_of(self.connection, holder)
        if former is not None:
            _refuse_of_roles(former)
        this = sa.update(IDENTITIES).where(
            IDENTITIES.c.issuer == issuer, IDENTITIES.c.subject == subject
        )
        self.connection.execute(this.values(person=id))
        self._end_sessions(holder)

    def _end_sessions(self, id: str) -> None:
        end_sessions_of(self.connection, id, now=self.plane.wall())

    def _tell(self, event: str, id: str, after: Json) -> None:
        entry = Entry(event, self.call.actor.person, id, after=after)
        self.plane.record(self.connection, entry)


def _refuse_of_roles(person: Person) -> None:
    if person.roles:
        raise PeopleConflict(
            f"{person.name} holds roles, and whoever has the account would too. Take the roles "
            "first, which takes two."
        )


def _accounts(connection: sa.Connection, issuer: str) -> dict[str, list[AccountRow]]:
    found: dict[str, list[AccountRow]] = {}
    for row in connection.execute(sa.select(IDENTITIES)):
        found.setdefault(row.person, []).append(AccountRow(issuer=row.issuer, subject=row.subject))
    for row in connection.execute(sa.select(PASSWORDS.c.person, PASSWORDS.c.name)):
        found.setdefault(row.person, []).append(AccountRow(issuer=issuer, subject=row.name))
    return found


def _last_signed_in(connection: sa.Connection) -> dict[str, datetime]:
    last = sa.func.max(SESSIONS.c.started_at).label("at")
    rows = connection.execute(sa.select(SESSIONS.c.person, last).group_by(SESSIONS.c.person))
    return {row.person: row.at for row in rows}


def _said(issuer: str, subject: str) -> Json:
    return {"issuer": issuer, "subject": subject}
