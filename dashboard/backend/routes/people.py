"""The routes of people: who there is, and what administrators do to the register of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from dashboard.access.permissions import Permission
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.identity.passwords import is_one_time, one_time_of
from dashboard.backend.identity.register import Register, register_rows
from dashboard.backend.once import KEYED, Call, Told, answered, as_kept, called
from dashboard.backend.plane import ControlPlane
from dashboard.backend.sealed import secret_of
from dashboard.control.people import Account, Linked, NewPerson, People, PersonNamed
from dashboard.control.wire import Problem
from dashboard.errors import SecretSpent

_ADDING: dict[int | str, dict[str, object]] = {**GUARDED, **KEYED}
_ACTS: dict[int | str, dict[str, object]] = {
    **_ADDING,
    404: {"model": Problem, "description": "There is nobody of that id"},
    409: {"model": Problem, "description": "The register does not allow it, and the detail why"},
}


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of the people of one control plane."""
    router = APIRouter(prefix="/v1/people", tags=["people"])
    _add_register(router, plane)
    _add_accounts(router, plane)
    _add_standing(router, plane)
    return router


def _add_register(router: APIRouter, plane: ControlPlane) -> None:
    reader = Depends(holding(plane, Permission.PEOPLE_READ))
    caller = Annotated[Call, Depends(called(plane, Permission.PEOPLE_MANAGE))]

    @router.get("", dependencies=[reader], responses=GUARDED)
    def everybody() -> People:
        """Everybody, with roles, reach, accounts and the last sign-in."""
        return People(rows=register_rows(plane))

    @router.post("", response_model=PersonNamed, responses=_ADDING)
    def join(new: NewPerson, call: caller) -> Response:
        """Add somebody who holds no role."""
        return _done(plane, call, lambda register: PersonNamed(person=register.add(new.name)))


def _add_accounts(router: APIRouter, plane: ControlPlane) -> None:
    caller = Annotated[Call, Depends(called(plane, Permission.PEOPLE_MANAGE))]

    @router.post("/{id}/accounts", response_model=Linked, responses=_ACTS)
    def link(id: str, account: Account, call: caller) -> Response:
        """Make an account that of a person who holds no role."""

        def unsealed(connection: sa.Connection, told: Told) -> Told:
            return _with_password(plane, call, connection, told)

        return _done(plane, call, lambda register: register.link(id, account), unsealed)

    @router.post("/{id}/accounts/remove", response_model=PersonNamed, responses=_ACTS)
    def unlink(id: str, account: Account, call: caller) -> Response:
        """Take an account away from a person, and end their sign-ins."""
        return _done(plane, call, _named(id, lambda register: register.unlink(id, account)))


def _add_standing(router: APIRouter, plane: ControlPlane) -> None:
    caller = Annotated[Call, Depends(called(plane, Permission.PEOPLE_MANAGE))]

    @router.post("/{id}/close", response_model=PersonNamed, responses=_ACTS)
    def close(id: str, call: caller) -> Response:
        """Let a person in no more, and end their sign-ins."""
        return _done(plane, call, _named(id, lambda register: register.close(id)))

    @router.post("/{id}/appoint", response_model=PersonNamed, responses=_ACTS)
    def appoint(id: str, call: caller) -> Response:
        """Make a person the second administrator, as long as there is one alone."""
        return _done(plane, call, _named(id, lambda register: register.appoint(id)))


def _named(id: str, deed: Callable[[Register], None]) -> Callable[[Register], PersonNamed]:
    """The deed, which answers whom it was done to."""

    def done(register: Register) -> PersonNamed:
        deed(register)
        return PersonNamed(person=id)

    return done


def _done(
    plane: ControlPlane,
    call: Call,
    deed: Callable[[Register], BaseModel],
    unsealed: Callable[[sa.Connection, Told], Told] = as_kept,
) -> Response:
    def effect(connection: sa.Connection) -> Told:
        return Told(deed(Register(plane, connection, call)).model_dump_json())

    return answered(plane, call, effect, unsealed=unsealed)


def _with_password(plane: ControlPlane, call: Call, connection: sa.Connection, told: Told) -> Told:
    """The answer with the one-time password; raises SecretSpent once that is no more."""
    found = Linked.model_validate_json(told.body)
    if not found.one_time_password:
        return told
    once = one_time_of(secret_of(plane, call, found.one_time_password))
    if not is_one_time(connection, found.person, once):
        raise SecretSpent(
            "The account was linked, and its first password is told no more: it was changed or "
            "taken away. Take the account away and link it again for a new one."
        )
    return replace(told, body=Linked(person=found.person, one_time_password=once).model_dump_json())
