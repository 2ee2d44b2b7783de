"""The gate: each request is let in as somebody who may do what it asks, or refused and audited."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from fastapi import Request

from dashboard.access.permissions import Permission
from dashboard.backend.audit.entries import Entry
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.demo import is_of_demo
from dashboard.backend.identity.refusals import record_capped
from dashboard.backend.identity.sessions import actor_of, is_seen_due, mark_seen
from dashboard.backend.identity.stop_tokens import PREFIX, is_use_due, mark_used, stopping_actor
from dashboard.backend.plane import ControlPlane
from dashboard.control.connection import PURPOSE, UNATTENDED
from dashboard.control.wire import Problem
from dashboard.errors import NotPermitted, NotSignedIn, SignInTooOld

FRESH = timedelta(minutes=10)
GUARDED: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "Nobody is signed in"},
    403: {"model": Problem, "description": "The right is not theirs"},
}
"""The answers of a route that not everybody may ask."""
_SCHEME = "bearer "


def signed_in(plane: ControlPlane) -> Callable[[Request], Actor]:
    """A dependency of routes: who asks, having signed in; raises NotSignedIn or NotPermitted."""

    def actor(request: Request) -> Actor:
        return _with_session(_actor(plane, request.headers))

    return actor


def holding(plane: ControlPlane, *any_of: Permission) -> Callable[[Request], Actor]:
    """A dependency of routes: who asks, who holds one of these rights; raises NotPermitted."""

    def actor(request: Request) -> Actor:
        found = _actor(plane, request.headers)
        if not found.permissions & frozenset(any_of):
            what = f"{request.method} {request.url.path}"[:200]
            record_capped(plane, Entry("request.refused", found.person, what))
            raise NotPermitted(f"Your roles do not hold the right {any_of[0].value}.")
        return found

    return actor


def signed_in_holding(plane: ControlPlane, *any_of: Permission) -> Callable[[Request], Actor]:
    """A dependency of routes: the same, of somebody who signed in, not of a stop token."""
    held = holding(plane, *any_of)

    def actor(request: Request) -> Actor:
        return _with_session(held(request))

    return actor


def _with_session(actor: Actor) -> Actor:
    if actor.only is not None:
        raise NotPermitted("This token can only stop changes. Sign in.")
    return actor


def refuse_stale(plane: ControlPlane, actor: Actor) -> None:
    """Let only those approve and apply who proved who they are a moment ago; else SignInTooOld."""
    at = actor.signed_in_at
    if at is None or plane.wall() - at > FRESH:
        raise SignInTooOld("Approving and applying need a sign-in of the last 10 minutes.")


def _actor(plane: ControlPlane, headers: Mapping[str, str]) -> Actor:
    said = headers.get("authorization", "")
    if not said.lower().startswith(_SCHEME):
        raise NotSignedIn("Sign in first.")
    token, now = said[len(_SCHEME) :].strip(), plane.wall()
    found = _stopping(plane, token) if token.startswith(PREFIX) else _in_session(plane, token)
    if is_of_demo(found.person) and not plane.is_demo:
        raise NotSignedIn("This person lives in a demo alone.")
    if headers.get(PURPOSE) != UNATTENDED and _is_seen_due(plane, found, now):
        with plane.database.writing() as connection:
            mark = mark_seen if found.only is None else mark_used
            mark(connection, found.session, now=now)
    return found


def _stopping(plane: ControlPlane, token: str) -> Actor:
    with plane.database.reading() as connection:
        return stopping_actor(connection, token, now=plane.wall())


def _in_session(plane: ControlPlane, token: str) -> Actor:
    session = plane.tokens.session_of(token, now=plane.wall())
    with plane.database.reading() as connection:
        return actor_of(connection, session, now=plane.wall())


def _is_seen_due(plane: ControlPlane, found: Actor, now: datetime) -> bool:
    is_due = is_use_due if found.only is not None else is_seen_due
    with plane.database.reading() as connection:
        return is_due(connection, found.session, now=now)
