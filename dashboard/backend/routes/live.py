"""The routes of what is in force: read by whatever acts on it, unchanged answers in few bytes."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel

from dashboard.access.permissions import Permission
from dashboard.backend.changes import revisions
from dashboard.backend.changes.desk import Desk, desk_of
from dashboard.backend.changes.extent import texts_within
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.rights import may_read
from dashboard.backend.changes.views import live_of, nothing_of, revision_of
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.plane import ControlPlane
from dashboard.backend.routes.changes import READERS
from dashboard.control.change_documents import Live, LiveSet, Revisions
from dashboard.control.changes import ChangeKind
from dashboard.control.wire import Problem
from dashboard.errors import ChangeUnknown, NotPermitted

_CACHED: dict[int | str, dict[str, object]] = {
    **GUARDED,
    304: {"description": "It is what If-None-Match names"},
    404: {"model": Problem, "description": "Nothing was ever in force for this subject"},
}
_JSON = "application/json"
Subject = Annotated[str, Path(max_length=200)]
Known = Annotated[str, Header(max_length=2000)]


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of what is in force in one control plane."""
    router = APIRouter(prefix="/v1", tags=["live"])
    reader = Annotated[Actor, Depends(holding(plane, *READERS, Permission.PEOPLE_READ))]

    @router.get("/live/{kind}", response_model=LiveSet, responses=_CACHED)
    def of_kind(kind: ChangeKind, actor: reader, if_none_match: Known = "") -> Response:
        """What is in force of one kind, by subject."""
        return _cached(_all_of(plane, actor, kind), if_none_match)

    @router.get("/live/{kind}/{subject}", response_model=Live, responses=_CACHED)
    def of_subject(
        kind: ChangeKind, subject: Subject, actor: reader, if_none_match: Known = ""
    ) -> Response:
        """What is in force for one subject, and for whom."""
        return _cached(_one_of(plane, actor, kind, subject), if_none_match)

    @router.get("/revisions/{kind}/{subject}", responses=GUARDED)
    def of_all_time(kind: ChangeKind, subject: Subject, actor: reader) -> Revisions:
        """Every revision of one subject within reach, the newest first."""
        with plane.database.reading() as connection:
            _refuse_unread(desk_of(plane, connection, actor), kind)
            found = revisions.all_revisions(connection, kind, subject)
        seen = [each for each in reversed(found) if _is_seen(actor, each)]
        return Revisions(revisions=tuple(revision_of(each) for each in seen))

    return router


def _all_of(plane: ControlPlane, actor: Actor, kind: ChangeKind) -> LiveSet:
    with plane.database.reading() as connection:
        desk = desk_of(plane, connection, actor)
        _refuse_unread(desk, kind)
        found: dict[str, list[revisions.InForce]] = {}
        for each in revisions.in_force(connection, kind):
            if _is_seen(actor, each):
                found.setdefault(each.subject, []).append(each)
        return LiveSet(subjects=tuple(live_of(desk, each) for each in found.values()))


def _one_of(plane: ControlPlane, actor: Actor, kind: ChangeKind, subject: str) -> Live:
    with plane.database.reading() as connection:
        desk = desk_of(plane, connection, actor)
        _refuse_unread(desk, kind)
        if found := revisions.in_force(connection, kind, subject):
            if not all(_is_seen(actor, each) for each in found):
                raise NotPermitted("It is about countries beyond your reach.")
            return live_of(desk, found)
        # Whoever keeps what they last read has to be told that a ramp ended.
        if revisions.all_revisions(connection, kind, subject):
            return nothing_of(kind, subject)
        raise ChangeUnknown("Nothing was ever in force for this subject.")


def _refuse_unread(desk: Desk, kind: ChangeKind) -> None:
    wanted = kind_of(kind).read
    if not may_read(desk.actor.permissions, wanted):
        raise NotPermitted(f"Your roles do not hold the right {wanted.value}.")


def _is_seen(actor: Actor, one: revisions.InForce) -> bool:
    return texts_within(actor.reach, kind_of(one.kind), (one.content,))


def _cached(told: BaseModel, known: str) -> Response:
    """The answer, or nothing where whoever asks has it."""
    body = told.model_dump_json()
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(None, 304, headers)
    return Response(body, 200, headers, _JSON)
