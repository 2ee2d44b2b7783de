"""The routes of jobs that geofence orders ask for: handing on, proving, dropping."""

from collections.abc import Callable
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Response

from dashboard.access.permissions import Permission
from dashboard.backend.changes.desk import Desk, desk_of
from dashboard.backend.changes.engine import note_refusal
from dashboard.backend.changes.job_acts import ACTING, assign, decided_on, drop, prove
from dashboard.backend.changes.jobs import Kept, kept_job
from dashboard.backend.changes.orders import Asked, job_row
from dashboard.backend.identity.gate import GUARDED
from dashboard.backend.identity.people import people
from dashboard.backend.once import KEYED, Call, Told, answered, called
from dashboard.backend.plane import ControlPlane
from dashboard.backend.strict_json import StrictRoute
from dashboard.control.changes import Because
from dashboard.control.geofence import Assigning, Evidencing, JobRow
from dashboard.control.wire import Problem
from dashboard.errors import ControlError

_ACTING: dict[int | str, dict[str, object]] = {
    **GUARDED, **KEYED,
    404: {"model": Problem, "description": "There is no such job"},
    412: {"model": Problem, "description": "Somebody did something to it in between"},
    428: {"model": Problem, "description": "If-Match is missing"},
}  # fmt: skip
Id = Annotated[str, Path(max_length=64)]


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of the jobs of one control plane."""
    router = APIRouter(
        prefix="/v1/geofence/jobs", tags=["geofence"], route_class=StrictRoute
    )  # fmt: skip
    caller = Annotated[Call, Depends(called(plane, *ACTING))]

    @router.post("/{id}/assign", response_model=JobRow, responses=_ACTING)
    def hand_on(id: Id, said: Assigning, call: caller) -> Response:
        """Hand a job to somebody who may work on it where it is."""
        return _acted(plane, call, id, lambda desk, kept: assign(desk, kept, said.owner))

    @router.post("/{id}/evidence", response_model=JobRow, responses=_ACTING)
    def give_evidence(id: Id, said: Evidencing, call: caller) -> Response:
        """Give evidence of a job; with the first of it the job is done."""
        return _acted(plane, call, id, lambda desk, kept: prove(desk, kept, said))

    @router.post("/{id}/drop", response_model=JobRow, responses=_ACTING)
    def give_up(id: Id, said: Because, call: caller) -> Response:
        """Give a job up, and say why."""
        return _acted(plane, call, id, lambda desk, kept: drop(desk, kept, said.reason))

    return router


def _acted(
    plane: ControlPlane, call: Call, id: str, effect: Callable[[Desk, Kept], Kept]
) -> Response:
    """The answer to an act that is done once; a refusal is written down before it is told."""

    def told(connection: sa.Connection) -> Told:
        desk = desk_of(plane, connection, call.actor)
        kept = effect(desk, decided_on(desk, kept_job(connection, id), call.based_on))
        names = {person.id: person.name for person in people(connection)}
        reads_names = Permission.CHANGES_READ in desk.actor.permissions
        row = job_row(kept, names, Asked(desk.now, is_now=True, reads_names=reads_names))
        return Told(row.model_dump_json(), etag=row.etag)

    try:
        return answered(plane, call, told)
    except ControlError as refused:
        act = call.route.rsplit("/", 1)[-1]
        note_refusal(plane, call.actor, id, f"geofence_job.{act}", refused)
        raise
