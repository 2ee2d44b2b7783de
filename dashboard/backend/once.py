"""Once: an act is done once however often it is sent, and whoever sends it again gets its answer.

The answer is kept in the transaction of the effect, under the key that the act carries and the
person who asks (the Idempotency-Key draft of the IETF's HTTP working group). What was refused
changed nothing and is judged anew. A secret is never kept: it is derived when it is told.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response

from dashboard.access.permissions import Permission
from dashboard.backend.changes.tables import ANSWERS
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import holding, signed_in
from dashboard.backend.plane import ControlPlane
from dashboard.control.wire import Problem
from dashboard.errors import KeyMissing, KeyUsed

KEPT = timedelta(days=7)
REPLAYED = "Idempotency-Replayed"
KEYED: dict[int | str, dict[str, object]] = {
    400: {"model": Problem, "description": "The act carries no Idempotency-Key"},
    409: {"model": Problem, "description": "It cannot be done as things stand"},
}
"""The answers of a route that needs a key."""
_SHORTEST, _LONGEST = 8, 200
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One act as it was sent: by whom, under which key, to where, with what, based on what."""

    actor: Actor
    key: str
    route: str
    body_hash: str
    based_on: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its body as JSON, its status and the version that it shows."""

    body: str
    status: int = 200
    etag: str = ""

    def response(self, *, is_replayed: bool = False) -> Response:
        """The answer as it is sent."""
        headers = {"ETag": self.etag} if self.etag else {}
        if is_replayed:
            headers[REPLAYED] = "true"
        return Response(self.body, self.status, headers, _JSON)


def as_kept(_: sa.Connection, told: Told) -> Told:
    """An answer that holds no secret, as it is."""
    return told


def called(plane: ControlPlane, *any_of: Permission) -> Callable[..., Awaitable[Call]]:
    """A dependency of routes that act: the call of somebody, of these rights if any are named.

    Raises NotSignedIn, NotPermitted or KeyMissing.
    """
    return called_by(holding(plane, *any_of) if any_of else signed_in(plane))


def called_by(who: Callable[[Request], Actor]) -> Callable[..., Awaitable[Call]]:
    """The same dependency, of whomever this one lets in."""

    async def call(
        request: Request,
        actor: Annotated[Actor, Depends(who)],
        idempotency_key: Annotated[str, Header(max_length=_LONGEST)] = "",
        if_match: Annotated[str, Header(max_length=100)] = "",
    ) -> Call:
        key = idempotency_key
        if len(key) < _SHORTEST or not key.isascii() or not key.isprintable():
            raise KeyMissing(
                f"Send an Idempotency-Key of {_SHORTEST} to {_LONGEST} signs that names this act, "
                "and the same one if you send it again."
            )
        digest = hashlib.sha256(await request.body()).hexdigest()
        return Call(actor, key, f"{request.method} {request.url.path}", digest, if_match)

    return call


def answered(
    plane: ControlPlane,
    call: Call,
    effect: Callable[[sa.Connection], Told],
    *,
    unsealed: Callable[[sa.Connection, Told], Told] = as_kept,
) -> Response:
    """What the act gives, or what it gave when it was done; raises KeyUsed for another act.

    ``unsealed`` puts a secret into what is kept without it.
    """
    with plane.database.writing() as connection:
        kept = _kept(connection, call)
        told = effect(connection) if kept is None else kept
        if kept is None:
            _keep(plane, connection, call, told)
        sent = unsealed(connection, told)
    return sent.response(is_replayed=kept is not None)


def _kept(connection: sa.Connection, call: Call) -> Told | None:
    query = sa.select(ANSWERS).where(
        ANSWERS.c.person == call.actor.person, ANSWERS.c.key == call.key
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    if (row.route, row.body_hash) != (call.route, call.body_hash):
        raise KeyUsed("This Idempotency-Key was used for another act. Take a new one.")
    return Told(row.body, row.status, row.etag)


def _keep(plane: ControlPlane, connection: sa.Connection, call: Call, told: Told) -> None:
    now = plane.wall()
    connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.at < now - KEPT))
    connection.execute(
        sa.insert(ANSWERS).values(
            person=call.actor.person, key=call.key, route=call.route, body_hash=call.body_hash,
            status=told.status, body=told.body, etag=told.etag, at=now,
        )
    )  # fmt: skip
