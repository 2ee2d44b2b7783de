"""The routes of one's own sign-in: who I am here, signing out, and whom a demo offers to be."""

import hashlib
from dataclasses import replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response
from starlette.exceptions import HTTPException

from dashboard.backend.audit.entries import Entry
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, signed_in
from dashboard.backend.identity.sessions import LONGEST_IDLE, end_session, ends_at
from dashboard.backend.once import KEYED, Call, Told, answered, called
from dashboard.backend.plane import ControlPlane
from dashboard.control.demo_people import DEMO_PEOPLE
from dashboard.control.people import Demo, Me, SignedOut
from dashboard.control.wire import Problem

SIGNED_IN: dict[int | str, dict[str, object]] = {401: GUARDED[401]}


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of sign-ins to one control plane."""
    router = APIRouter(prefix="/v1", tags=["session"])
    asking = Annotated[Actor, Depends(signed_in(plane))]
    caller = Annotated[Call, Depends(called(plane))]

    @router.get("/me", responses=SIGNED_IN)
    def me(actor: asking) -> Me:
        """Who asks, what they may do, and how long their sign-in lasts."""
        return _me(plane, actor)

    @router.delete("/session", response_model=SignedOut, responses={**SIGNED_IN, **KEYED})
    def sign_out(call: caller) -> Response:
        """End this sign-in, on every screen that shares it; sent again, it is over already: 401."""
        return _signed_out(plane, call)

    @router.get("/demo", responses={404: {"model": Problem}})
    def demo() -> Demo:
        """Everybody whom this demo offers to be; there is nobody outside one."""
        if not plane.is_demo:
            raise HTTPException(404)
        return Demo(people=DEMO_PEOPLE)

    return router


def _signed_out(plane: ControlPlane, call: Call) -> Response:
    who, now = call.actor, plane.wall()
    # A key names the end of one sign-in: it does not answer for the next one.
    this = replace(call, body_hash=hashlib.sha256(who.session.encode()).hexdigest())

    def effect(connection: sa.Connection) -> Told:
        end_session(connection, who.session, now=now)
        plane.record(connection, Entry("session.ended", who.person, who.person))
        return Told(SignedOut(at=now).model_dump_json())

    return answered(plane, this, effect)


def _me(plane: ControlPlane, actor: Actor) -> Me:
    with plane.database.reading() as connection:
        until = ends_at(connection, actor.session)
    seen = actor.reach.countries
    return Me(
        person=actor.person,
        name=actor.name,
        roles=tuple(sorted(actor.roles)),
        permissions=tuple(sorted(actor.permissions)),
        reach=None if seen is None else tuple(sorted(seen)),
        signed_in_at=actor.signed_in_at,
        ends_at=until,
        idle_seconds=int(LONGEST_IDLE.total_seconds()),
        is_demo=plane.is_demo,
    )
