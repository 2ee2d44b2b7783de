"""The engine: each act goes through here, whoever asks for it and by whichever route."""

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from dashboard.backend.audit.entries import Entry
from dashboard.backend.changes import deciding, emergency, writing
from dashboard.backend.changes.content import parsed
from dashboard.backend.changes.desk import Desk, Words, clock_desk, stepped
from dashboard.backend.changes.force import whole
from dashboard.backend.changes.kind import Known
from dashboard.backend.changes.places import place_of
from dashboard.backend.changes.readiness import refuse_unoffered
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.revisions import live_content, settle_found, whole_contents
from dashboard.backend.changes.rights import refuse_beyond, refuse_unread
from dashboard.backend.changes.store import Doc, loaded
from dashboard.backend.changes.tables import STEPS
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.people import person_of
from dashboard.backend.identity.refusals import record_capped
from dashboard.backend.plane import ControlPlane
from dashboard.backend.within import within
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeAct, ChangeKind, State
from dashboard.control.ramp import RampPlace
from dashboard.errors import ChangeMoved, ControlError, VersionMissing, WarehouseSilent

ANY_VERSION = "*"
"""What If-Match may say where a stop must not lose a race against other acts."""
_RECKONED_WITHIN_SECONDS = 5.0
"""Whoever acts waits nine seconds in all."""
_EFFECTS: dict[ChangeAct, Callable[[Desk, Doc, Words], Doc]] = {
    ChangeAct.EDIT: writing.edit,
    ChangeAct.PREVIEW: writing.preview,
    ChangeAct.SUBMIT: writing.submit,
    ChangeAct.APPROVE: deciding.approve,
    ChangeAct.REJECT: deciding.reject,
    ChangeAct.SCHEDULE: deciding.schedule,
    ChangeAct.UNSCHEDULE: deciding.unschedule,
    ChangeAct.APPLY: deciding.apply,
    ChangeAct.TIGHTEN: emergency.tighten,
    ChangeAct.ADVANCE: deciding.advance,
    ChangeAct.PAUSE: deciding.pause,
    ChangeAct.RESUME: deciding.resume,
    ChangeAct.STOP: deciding.stop,
    ChangeAct.REBASE: writing.rebase,
    ChangeAct.WITHDRAW: writing.withdraw,
    ChangeAct.REVIEW: deciding.review,
}


def done(desk: Desk, id: str, act: ChangeAct, words: Words, *, based_on: str) -> Doc:
    """The change after an act; for a roll back the new change.

    Raises what the act is refused for; then nothing was changed.
    """
    doc = loaded(desk.connection, id)
    settle_subject(desk, doc.kind, doc.subject)
    doc = caught_up(desk, loaded(desk.connection, id))
    refuse_unread(desk, doc)
    _refuse_other_version(desk, doc, act, based_on)
    refuse_unoffered(desk, doc, act)
    if act is ChangeAct.ROLL_BACK:
        stepped(desk, doc, doc, act, words.reason)
        return writing.roll_back(desk, doc, words)
    after = _EFFECTS[act](desk, doc, words)
    refuse_beyond(desk, after)
    return stepped(desk, doc, after, act, words.reason)


def settle_subject(desk: Desk, kind: ChangeKind, subject: str) -> None:
    """Write down what became of a subject by itself, before anything is done to it."""
    emergency.settle_lapsed(desk, kind, subject)
    settle_found(desk.connection, kind, subject, now=desk.now)


def caught_up(desk: Desk, doc: Doc) -> Doc:
    """The change after the steps of its ramp that came due, written down one by one."""
    plan, due = doc.ramp_plan, place_of(desk, doc)
    if doc.state is not State.RAMPING or plan is None or due is None:
        return doc
    clock = clock_desk(desk.plane, desk.connection)
    while doc.ramp_place is not None and doc.ramp_place.step < due.step:
        at = doc.ramp_place.next_at(plan) or desk.now
        next_one = RampPlace(step=doc.ramp_place.step + 1, since=at)
        after = replace(doc, ramp_place=next_one)
        after = whole(clock, after) if next_one.is_whole(plan) else after
        doc = stepped(clock, doc, after, ChangeAct.ADVANCE)
    return doc


def reckoned(plane: ControlPlane, id: str) -> tuple[Impact, str]:
    """The impact of a change as it is now, and the hash of the content it was reckoned of.

    It may take a while, so nobody's turn to write waits for it. Raises WarehouseError, also where
    the disk under the warehouse fails or hangs.
    """
    with plane.database.reading() as connection:
        doc = loaded(connection, id)
        base = parsed(live_content(connection, doc.kind, doc.subject))
        known = _known(plane, connection, doc)
    content = parsed(doc.content) or {}
    try:
        impact = within(
            _RECKONED_WITHIN_SECONDS, lambda: kind_of(doc.kind).impact(content, base, known)
        )
    except OSError as failed:
        raise WarehouseSilent(
            "The warehouse did not tell in time whom this touches. Try again in a moment."
        ) from failed
    return impact, doc.content_hash


def _known(plane: ControlPlane, connection: sa.Connection, doc: Doc) -> Known:
    now = plane.clock.read(connection, plane.wall()).now
    live = whole_contents(connection, doc.kind)
    return Known(plane.warehouse, now, live)


def note_refusal(
    plane: ControlPlane, actor: Actor, target: str, what: str, refused: ControlError
) -> None:
    """Write down who was refused what, and why."""
    after = {"why": str(refused)[:500], "as": type(refused).__name__}
    record_capped(plane, Entry(what, actor.person, target[:200], after=after))


def _refuse_other_version(desk: Desk, doc: Doc, act: ChangeAct, based_on: str) -> None:
    if not based_on:
        raise VersionMissing("Say in If-Match which version of the change this was decided on.")
    if based_on == ANY_VERSION and act is ChangeAct.STOP:
        return
    if based_on != f'"{doc.version}"':
        raise ChangeMoved(f"{_what_happened(desk, doc)} Look again, then decide.")


def _what_happened(desk: Desk, doc: Doc) -> str:
    query = STEPS.select().where(STEPS.c.change == doc.id, STEPS.c.version == doc.version)
    last = desk.connection.execute(query).first()
    if last is None:
        return f"The change is at version {doc.version}."
    person = person_of(desk.connection, last.person)
    who = "The control plane" if person is None else person.name
    at = f"{last.platform_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{who} made version {doc.version} at {at}: {last.act.replace('_', ' ')}."
