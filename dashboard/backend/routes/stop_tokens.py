"""The routes of stop tokens: made by whoever may stop, listed and ended by them."""

from dataclasses import replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response
from starlette.exceptions import HTTPException

from dashboard.access.permissions import Permission
from dashboard.backend.audit.entries import Entry
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, refuse_stale, signed_in_holding
from dashboard.backend.identity.stop_tokens import (
    end_stop_token,
    new_stop_token,
    stop_token,
    stop_tokens,
    stopping_actor,
)
from dashboard.backend.once import KEYED, Call, Told, answered, called_by
from dashboard.backend.plane import ControlPlane
from dashboard.backend.sealed import new_seal, secret_of
from dashboard.control.people import NewStopToken, PersonNamed, StopTokenMade, StopTokens
from dashboard.control.wire import Problem
from dashboard.errors import NotSignedIn, SecretSpent

_ENDING: dict[int | str, dict[str, object]] = {
    **GUARDED,
    **KEYED,
    404: {"model": Problem},
}


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of stop tokens of one control plane."""
    router = APIRouter(prefix="/v1/stop-tokens", tags=["stop tokens"])
    either = (Permission.STOP, Permission.PEOPLE_MANAGE)
    keeping = signed_in_holding(plane, *either)
    keeper = Annotated[Actor, Depends(keeping)]
    ender = Annotated[Call, Depends(called_by(keeping))]
    maker = Annotated[Call, Depends(called_by(signed_in_holding(plane, Permission.STOP)))]

    @router.post("", response_model=StopTokenMade, responses={**GUARDED, **KEYED})
    def make(wanted: NewStopToken, call: maker) -> Response:
        """Make a token that can only stop, after a recent sign-in; whoever made it is told it."""
        refuse_stale(plane, call.actor)
        return _made(plane, call, wanted)

    @router.get("", responses=GUARDED)
    def listed(actor: keeper) -> StopTokens:
        """One's own stop tokens; everybody's, for an administrator."""
        with plane.database.reading() as connection:
            return StopTokens(rows=stop_tokens(connection, _whose(actor)))

    @router.delete("/{id}", response_model=PersonNamed, responses=_ENDING)
    def end(id: str, call: ender) -> Response:
        """End a stop token of one's own; anybody's, for an administrator."""
        return _ended(plane, call, id)

    return router


def _made(plane: ControlPlane, call: Call, wanted: NewStopToken) -> Response:
    person = call.actor.person

    def effect(connection: sa.Connection) -> Told:
        seal, now = new_seal(), plane.wall()
        secret = secret_of(plane, call, seal)
        made = new_stop_token(connection, person, wanted, secret=secret, now=now)
        entry = Entry("stop_token.made", person, made.id, after=wanted.purpose)
        plane.record(connection, entry)
        return Told(made.model_copy(update={"token": seal}).model_dump_json())

    def unsealed(connection: sa.Connection, told: Told) -> Told:
        return _with_token(plane, call, connection, told)

    return answered(plane, call, effect, unsealed=unsealed)


def _with_token(plane: ControlPlane, call: Call, connection: sa.Connection, told: Told) -> Told:
    """The answer with the token; raises SecretSpent once that stops nothing any more."""
    made = StopTokenMade.model_validate_json(told.body)
    token = stop_token(made.id, secret_of(plane, call, made.token))
    try:
        stopping_actor(connection, token, now=plane.wall())
    except NotSignedIn as over:
        raise SecretSpent(
            "The token was made and is over by now, so it is told no more. Make another one."
        ) from over
    return replace(told, body=made.model_copy(update={"token": token}).model_dump_json())


def _ended(plane: ControlPlane, call: Call, id: str) -> Response:
    def effect(connection: sa.Connection) -> Told:
        if not end_stop_token(connection, id, _whose(call.actor), now=plane.wall()):
            raise HTTPException(404)
        plane.record(connection, Entry("stop_token.ended", call.actor.person, id))
        return Told(PersonNamed(person=call.actor.person).model_dump_json())

    return answered(plane, call, effect)


def _whose(actor: Actor) -> str | None:
    return None if Permission.PEOPLE_MANAGE in actor.permissions else actor.person
