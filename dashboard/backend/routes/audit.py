"""The audit's routes: rows by what they tell of, and all of them for an outsider to check."""

import json
from itertools import islice
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from dashboard.access.permissions import Permission
from dashboard.access.reader import WORLD
from dashboard.backend.audit.checking import ChainCheck
from dashboard.backend.audit.log import exported, text_of
from dashboard.backend.changes.audited import within_reach
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.plane import ControlPlane
from dashboard.backend.schema import AUDIT
from dashboard.control.wire import AuditPage, AuditQuestion, AuditRow, AuditState
from dashboard.errors import NotPermitted

_LINES_TYPE = "application/jsonl"
_LINES: dict[int | str, dict[str, object]] = {**GUARDED, 200: {"content": {_LINES_TYPE: {}}}}
_OF_PEOPLE = ("grants.", "people.")
_AT_ONCE = 200
_TOLD = ("seq", "wall_at", "platform_at", "event", "actor", "target", "result")

Question = Annotated[AuditQuestion, Query()]


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of the audit of one control plane."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])

    reading = Depends(holding(plane, Permission.AUDIT_READ, Permission.AUDIT_READ_GRANTS))
    check = ChainCheck(plane)

    @router.get("", responses=GUARDED)
    def rows(asked: Question, actor: Annotated[Actor, reading]) -> AuditPage:
        """Rows of the audit, the newest first, by event, actor, target and time.

        Administrators see those alone that tell of people and their roles; nobody sees those of
        changes beyond their reach.
        """
        return _page(plane, asked, actor)

    @router.get("/state", dependencies=[reading], responses=GUARDED)
    def state() -> AuditState:
        """Whether every row and every signed checkpoint holds, and how far that was checked."""
        return check.state()

    _add_export(router, plane)
    return router


def _add_export(router: APIRouter, plane: ControlPlane) -> None:
    whole = Depends(holding(plane, Permission.AUDIT_READ))

    @router.get("/export", response_class=StreamingResponse, responses=_LINES)
    def export(actor: Annotated[Actor, whole]) -> StreamingResponse:
        """The whole audit as JSON Lines, which the standalone verifier reads."""
        _refuse_part(actor)
        return StreamingResponse(exported(plane.database), media_type=_LINES_TYPE)


def _refuse_part(actor: Actor) -> None:
    if actor.reach != WORLD:
        raise NotPermitted("A chain can be checked only as a whole, and yours is a part of it.")


def _page(plane: ControlPlane, asked: AuditQuestion, actor: Actor) -> AuditPage:
    query = _query(asked).execution_options(yield_per=_AT_ONCE)
    if Permission.AUDIT_READ not in actor.permissions:
        query = query.where(sa.or_(*(AUDIT.c.event.startswith(kind) for kind in _OF_PEOPLE)))
    # Read as far as the page is full: a cursor left open would hold its place in the database.
    with plane.database.reading() as connection, connection.execute(query) as found:
        rows = islice(within_reach(connection, actor.reach, found), asked.limit)
        return AuditPage(rows=tuple(_row(connection, row.body, row.hash) for row in rows))


def _query(asked: AuditQuestion) -> sa.Select[tuple[int, str, str]]:
    query = sa.select(AUDIT.c.seq, AUDIT.c.body, AUDIT.c.hash).order_by(AUDIT.c.seq.desc())
    for name in ("event", "actor", "target"):
        if wanted := getattr(asked, name):
            query = query.where(AUDIT.c[name] == wanted)
    if asked.before_seq is not None:
        query = query.where(AUDIT.c.seq < asked.before_seq)
    if asked.since is not None:
        query = query.where(AUDIT.c.wall_at >= asked.since)
    if asked.until is not None:
        query = query.where(AUDIT.c.wall_at < asked.until)
    return query


def _row(connection: sa.Connection, body: str, digest: str) -> AuditRow:
    said = json.loads(body)
    reason = said["reason"] and (text_of(connection, said["reason"]) or "erased")
    before, after = (json.dumps(said[name], ensure_ascii=False) for name in ("before", "after"))
    told = {name: said[name] for name in _TOLD}
    return AuditRow.model_validate(
        {**told, "before": before, "after": after, "reason": reason, "hash": digest}
    )
