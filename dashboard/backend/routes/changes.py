"""The routes of changes: writing, deciding, applying and stopping them, one document for all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query, Response

from dashboard.access.permissions import Permission
from dashboard.backend.changes.desk import Desk, Words, desk_of
from dashboard.backend.changes.engine import done, note_refusal, reckoned
from dashboard.backend.changes.listing import page_of
from dashboard.backend.changes.rights import refuse_unread
from dashboard.backend.changes.store import Doc, loaded
from dashboard.backend.changes.views import change_of, timeline_of
from dashboard.backend.changes.writing import create
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.once import KEYED, Call, Told, answered, called
from dashboard.backend.plane import ControlPlane
from dashboard.backend.strict_json import StrictRoute
from dashboard.control.change_documents import Change, ChangePage, Timeline
from dashboard.control.changes import (
    Approving,
    Because,
    ChangeAct,
    ChangeQuestion,
    Edit,
    Proposal,
    RollingBack,
    Said,
    Scheduling,
    Tightening,
)
from dashboard.control.wire import Problem
from dashboard.errors import ControlError, DashboardError, NotPermitted

STOPPING = (Permission.STOP, Permission.STOP_OWN)
READERS = (Permission.CHANGES_READ, *STOPPING)
"""Rights that let somebody see changes; whoever stops one has to see it."""
_WITH_SENTENCE = {
    ChangeAct.SUBMIT: "Ask others to approve it.",
    ChangeAct.UNSCHEDULE: "Take the schedule back.",
    ChangeAct.APPLY: "Put it in force, or begin its ramp.",
    ChangeAct.ADVANCE: "Go to the next step of a ramp that waits for somebody.",
    ChangeAct.RESUME: "Let a ramp go on, with the same people.",
    ChangeAct.REBASE: "Carry its own edits over to what is in force by now.",
    ChangeAct.WITHDRAW: "Take one's own change back.",
}
_WITH_REASON = {
    ChangeAct.REJECT: "Say no, and why.",
    ChangeAct.PAUSE: "Hold a ramp where it is.",
    ChangeAct.STOP: "End it at once; what was in force before is again. If-Match may be *.",
    ChangeAct.REVIEW: "Say, as a second person, what one found about a stop.",
}
_MISSING: dict[int | str, dict[str, object]] = {
    404: {"model": Problem, "description": "There is no such change"}
}
_ACTING: dict[int | str, dict[str, object]] = {
    **GUARDED, **KEYED, **_MISSING,
    412: {"model": Problem, "description": "Somebody did something to it in between"},
    428: {"model": Problem, "description": "If-Match is missing"},
}  # fmt: skip
Id = Annotated[str, Path(max_length=60)]


def routes(plane: ControlPlane) -> APIRouter:
    """The routes of changes of one control plane."""
    router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=StrictRoute)
    _add_reads(router, plane)
    _add_writing(router, plane)
    _add_deciding(router, plane)
    _add_tightening(router, plane)
    for act, description in _WITH_SENTENCE.items():
        _add(router, act, _plain(plane, act), description)
    for act, description in _WITH_REASON.items():
        _add(router, act, _reasoned(plane, act), description)
    return router


def _add_reads(router: APIRouter, plane: ControlPlane) -> None:
    reader = Annotated[Actor, Depends(holding(plane, *READERS, Permission.PEOPLE_READ))]

    @router.get("", responses=GUARDED)
    def page(asked: Annotated[ChangeQuestion, Query()], actor: reader) -> ChangePage:
        """Changes, the newest first: those that wait for me, mine, or all."""
        with plane.database.reading() as connection:
            return page_of(desk_of(plane, connection, actor), asked)

    @router.get("/{id}", responses={**GUARDED, **_MISSING})
    def change(id: Id, actor: reader, response: Response) -> Change:
        """One change, with what whoever asks may do to it, and why not."""
        with plane.database.reading() as connection:
            desk, doc = _read(plane, connection, actor, id)
            shown = change_of(desk, doc)
        response.headers["ETag"] = shown.etag
        return shown

    @router.get("/{id}/timeline", responses={**GUARDED, **_MISSING})
    def timeline(id: Id, actor: reader) -> Timeline:
        """Everything that was done to a change, the oldest first."""
        with plane.database.reading() as connection:
            _read(plane, connection, actor, id)
            return timeline_of(connection, id)


def _add_writing(router: APIRouter, plane: ControlPlane) -> None:
    caller = Annotated[Call, Depends(called(plane))]

    @router.post("", status_code=201, response_model=Change, responses={**GUARDED, **KEYED})
    def propose(said: Proposal, call: caller) -> Response:
        """Write a new change: a draft."""
        words = _written(said)

        def effect(desk: Desk) -> Doc:
            return create(desk, said.kind, words)

        return _acted(plane, call, f"{said.kind.value}.create", effect)

    @router.put("/{id}", response_model=Change, responses=_ACTING)
    def edit(id: Id, said: Edit, call: caller) -> Response:
        """Write it anew; what was approved is void then."""
        return _done(plane, call, id, ChangeAct.EDIT, _written(said))

    @router.post("/{id}/preview", response_model=Change, responses=_ACTING)
    def preview(id: Id, said: Said, call: caller) -> Response:
        """Reckon whom it touches."""
        words = _weighed(plane, call, id, Words(reason=said.reason))
        return _done(plane, call, id, ChangeAct.PREVIEW, words)


def _add_deciding(router: APIRouter, plane: ControlPlane) -> None:
    caller = Annotated[Call, Depends(called(plane))]

    @router.post("/{id}/approve", response_model=Change, responses=_ACTING)
    def approve(id: Id, said: Approving, call: caller) -> Response:
        """Approve exactly this content on what is in force now."""
        words = Words(reason=said.reason, typed_people=said.typed_people)
        return _done(plane, call, id, ChangeAct.APPROVE, words)

    @router.post("/{id}/schedule", response_model=Change, responses=_ACTING)
    def schedule(id: Id, said: Scheduling, call: caller) -> Response:
        """Have it applied at an instant of the platform's clock."""
        words = Words(reason=said.reason, at=said.at)
        return _done(plane, call, id, ChangeAct.SCHEDULE, words)

    @router.post("/{id}/roll_back", status_code=201, response_model=Change, responses=_ACTING)
    def roll_back(id: Id, said: RollingBack, call: caller) -> Response:
        """Write a new change that would have an earlier revision in force again."""
        words = Words(reason=said.reason, revision=said.revision)
        return _done(plane, call, id, ChangeAct.ROLL_BACK, words)


def _add_tightening(router: APIRouter, plane: ControlPlane) -> None:
    caller = Annotated[Call, Depends(called(plane))]

    @router.post("/{id}/tighten", response_model=Change, responses=_ACTING)
    def tighten(id: Id, said: Tightening, call: caller) -> Response:
        """Put it in force at once, as one person, where it only closes more."""
        words = Words(reason=said.reason, reference=said.reference)
        # An emergency waits for no warehouse.
        with suppress(DashboardError):
            words = _weighed(plane, call, id, words)
        return _done(plane, call, id, ChangeAct.TIGHTEN, words)


def _plain(plane: ControlPlane, act: ChangeAct) -> Callable[..., Response]:
    caller = Annotated[Call, Depends(called(plane))]

    def handler(id: Id, said: Said, call: caller) -> Response:
        return _done(plane, call, id, act, Words(reason=said.reason))

    return handler


def _reasoned(plane: ControlPlane, act: ChangeAct) -> Callable[..., Response]:
    # A token that can only stop is let in by the right, and nowhere else.
    rights = STOPPING if act in {ChangeAct.STOP, ChangeAct.PAUSE} else ()
    caller = Annotated[Call, Depends(called(plane, *rights))]

    def handler(id: Id, said: Because, call: caller) -> Response:
        return _done(plane, call, id, act, Words(reason=said.reason))

    return handler


def _add(
    router: APIRouter, act: ChangeAct, handler: Callable[..., Response], description: str
) -> None:
    router.add_api_route(
        f"/{{id}}/{act.value}", handler, methods=["POST"], name=act.value, response_model=Change,
        responses=_ACTING, description=description,
    )  # fmt: skip


def _written(said: Proposal | Edit) -> Words:
    return Words(
        reason=said.reason, title=said.title, content=said.content, ramp=said.ramp,
        expires_at=said.expires_at,
    )  # fmt: skip


def _weighed(plane: ControlPlane, call: Call, id: str, words: Words) -> Words:
    """The words with whom the change touches now, for whoever may read it; raises WarehouseError.

    The act refuses the others, and nothing is reckoned for them.
    """
    try:
        with plane.database.reading() as connection:
            _read(plane, connection, call.actor, id)
    except NotPermitted:
        return words
    impact, of_hash = reckoned(plane, id)
    return replace(words, impact=impact, of_hash=of_hash)


def _done(plane: ControlPlane, call: Call, id: str, act: ChangeAct, words: Words) -> Response:
    def effect(desk: Desk) -> Doc:
        return done(desk, id, act, words, based_on=call.based_on)

    return _acted(plane, call, f"change.{act.value}", effect, target=id)


def _acted(
    plane: ControlPlane,
    call: Call,
    event: str,
    effect: Callable[[Desk], Doc],
    *,
    target: str = "changes",
) -> Response:
    """The answer to an act that is done once; a refusal is written down before it is told."""

    def told(connection: sa.Connection) -> Told:
        desk = desk_of(plane, connection, call.actor)
        doc = effect(desk)
        is_new = doc.version == 1
        body = change_of(desk, doc)
        return Told(body.model_dump_json(), 201 if is_new else 200, body.etag)

    try:
        return answered(plane, call, told)
    except ControlError as refused:
        note_refusal(plane, call.actor, target, event, refused)
        raise


def _read(
    plane: ControlPlane, connection: sa.Connection, actor: Actor, id: str
) -> tuple[Desk, Doc]:
    desk = desk_of(plane, connection, actor)
    doc = loaded(connection, id)
    refuse_unread(desk, doc)
    return desk, doc
