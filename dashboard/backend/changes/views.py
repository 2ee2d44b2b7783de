"""Views: a change as it is told to whoever asks, and what is in force as consumers read it."""

import json

import sqlalchemy as sa

from dashboard.backend.changes import gates, revisions
from dashboard.backend.changes.clockwork import REVIEW_WITHIN
from dashboard.backend.changes.content import NOTHING, difference, parsed
from dashboard.backend.changes.desk import CONTROL_PLANE, Desk
from dashboard.backend.changes.moves import who_may
from dashboard.backend.changes.places import percent_of, place_of
from dashboard.backend.changes.readiness import OFFERED, is_in_force, why_not
from dashboard.backend.changes.revisions import InForce
from dashboard.backend.changes.rights import is_known
from dashboard.backend.changes.store import Approved, Doc, approvals_of, loaded
from dashboard.backend.changes.tables import CALLS, STEPS
from dashboard.backend.schema import PEOPLE
from dashboard.control.change_documents import (
    Approval,
    Call,
    Change,
    ChangeRow,
    FieldChange,
    Live,
    Offer,
    Ramp,
    Revision,
    Step,
    Stop,
    Timeline,
)
from dashboard.control.changes import ChangeAct, ChangeKind, State

_WAITED_FOR = (ChangeAct.APPROVE, ChangeAct.APPLY, ChangeAct.REVIEW)


def change_of(desk: Desk, doc: Doc) -> Change:
    """The whole document, with what whoever asks may do to it now."""
    connection = desk.connection
    live = revisions.live_content(connection, doc.kind, doc.subject)
    base = revisions.content_at(connection, doc.kind, doc.subject, revision=doc.base_revision)
    given = approvals_of(connection, doc.id)
    people = _people(doc) | {each.person for each in given}
    carried = tuple(FieldChange.model_validate(each) for each in json.loads(doc.carried))
    own = {name: getattr(doc, name) for name in _AS_KEPT}
    return Change(
        **own,
        live_revision=revisions.live_number(connection, doc.kind, doc.subject),
        is_in_force=is_in_force(desk, doc),
        content=parsed(doc.content) or {},
        last_editor=doc.editors[-1],
        approvals=_approvals(desk, doc, given),
        approvals_needed=gates.needed(desk, doc),
        ramp=_ramp(desk, doc),
        stop=_stop(desk, doc),
        calls=_calls(connection, doc),
        edits=difference(base or NOTHING, doc.content),
        carried=carried,
        moved=difference(base or NOTHING, live) if doc.state is State.STALE else (),
        names=_names(connection, people),
        offers=_offers(desk, doc),
    )


def row_of(desk: Desk, doc: Doc) -> ChangeRow:
    """The change as a line of a list."""
    return ChangeRow(
        **{name: getattr(doc, name) for name in _IN_ROWS},
        writer_name=_names(desk.connection, {doc.writer}).get(doc.writer, doc.writer),
        percent=percent_of(desk, doc) if doc.ramp_place else None,
        waits_for_me=tuple(act for act in _WAITED_FOR if not why_not(desk, doc, act)),
    )


def timeline_of(connection: sa.Connection, id: str) -> Timeline:
    """Everything that was done to a change, the oldest first."""
    rows = connection.execute(
        sa.select(STEPS).where(STEPS.c.change == id).order_by(STEPS.c.version)
    ).all()
    names = _names(connection, {row.person for row in rows})
    return Timeline(
        steps=tuple(
            Step(
                version=row.version, act=row.act, person=row.person,
                name=names.get(row.person, row.person), platform_at=row.platform_at,
                wall_at=row.wall_at, before=row.before, after=row.after, sentence=row.sentence,
            )
            for row in rows
        )
    )  # fmt: skip


def live_of(desk: Desk, found: list[InForce]) -> Live:
    """What is in force for a subject, of its revisions that have not ended."""
    whole = next((each for each in reversed(found) if each.whole_at is not None), None)
    whole = None if whole is None else revisions.standing(desk.connection, whole, desk.now)
    some = next((each for each in reversed(found) if each.whole_at is None), None)
    any_of_them = found[-1]
    ramp = loaded(desk.connection, some.change) if some else None
    return Live(
        kind=any_of_them.kind,
        subject=any_of_them.subject,
        revision=whole.revision if whole else revisions.FOUND,
        content=parsed(whole.content) if whole else None,
        content_hash=whole.content_hash if whole else "",
        applied_at=whole.applied_at if whole else None,
        change=whole.change if whole else "",
        percent=percent_of(desk, ramp) if ramp else 0,
        salt=ramp.salt if ramp else "",
        ramp_revision=some.revision if some else None,
        ramp_content=parsed(some.content) if some else None,
        ramp_content_hash=some.content_hash if some else "",
        ramp_change=some.change if some else "",
    )


def nothing_of(kind: ChangeKind, subject: str) -> Live:
    """Nothing in force any more, for a subject whose every revision has ended."""
    return Live(
        kind=kind, subject=subject, revision=revisions.FOUND, content=None, content_hash="",
        applied_at=None, change="",
    )  # fmt: skip


def revision_of(one: InForce) -> Revision:
    """One revision of a subject."""
    return Revision(
        revision=one.revision, change=one.change, content=parsed(one.content),
        content_hash=one.content_hash, applied_at=one.applied_at, ended_at=one.ended_at,
        is_whole=one.whole_at is not None,
    )  # fmt: skip


def _approvals(desk: Desk, doc: Doc, given: tuple[Approved, ...]) -> tuple[Approval, ...]:
    counting = {each.version for each in gates.counted(desk, doc)}
    return tuple(
        Approval(
            person=each.person, content_hash=each.content_hash, base_revision=each.base_revision,
            at=each.at, expires_at=each.expires_at, void_because=_void(each, counting),
        )
        for each in given
    )  # fmt: skip


def _void(each: Approved, counting: set[int]) -> str:
    if each.void_because or each.version in counting:
        return each.void_because
    return (
        "It is too old, was given before this touched so many people, or whoever gave it may not "
        "approve this any more."
    )


def _people(doc: Doc) -> set[str]:
    """Everybody whom the document names but for its approvers."""
    stepped_in = (doc.stopped_by, doc.reviewed_by, doc.scheduled_by)
    tightened_by = () if doc.emergency is None else (doc.emergency.by,)
    return {doc.writer, *doc.editors, *tightened_by, *filter(None, stepped_in)}


def _ramp(desk: Desk, doc: Doc) -> Ramp | None:
    if doc.ramp_plan is None:
        return None
    place = place_of(desk, doc)
    return Ramp(
        plan=doc.ramp_plan,
        salt=doc.salt,
        percent=percent_of(desk, doc),
        step=place.step if place else 0,
        next_at=place.next_at(doc.ramp_plan) if place else None,
    )


def _stop(desk: Desk, doc: Doc) -> Stop | None:
    if doc.stopped_at is None:
        return None
    due = doc.stopped_at + REVIEW_WITHIN
    return Stop(
        by=doc.stopped_by or "", at=doc.stopped_at, reason=doc.stop_reason, review_due_at=due,
        is_overdue=doc.reviewed_at is None and desk.now >= due, reviewed_by=doc.reviewed_by or "",
        reviewed_at=doc.reviewed_at,
    )  # fmt: skip


def _calls(connection: sa.Connection, doc: Doc) -> tuple[Call, ...]:
    query = sa.select(CALLS).where(CALLS.c.change == doc.id).order_by(CALLS.c.minute)
    return tuple(
        Call(minute=row.minute, due_at=row.due_at, made_at=row.made_at, tries=row.tries,
             trouble=row.trouble)
        for row in connection.execute(query)
    )  # fmt: skip


def _offers(desk: Desk, doc: Doc) -> tuple[Offer, ...]:
    known = (act for act in OFFERED if who_may(doc.state, act) and is_known(doc, act))
    whys = ((act, why_not(desk, doc, act)) for act in known)
    return tuple(Offer(act=act, is_allowed=not why, why_not=why) for act, why in whys)


def _names(connection: sa.Connection, people: set[str]) -> dict[str, str]:
    query = sa.select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.id.in_(people))
    names = {person: name for person, name in connection.execute(query)}
    return {CONTROL_PLANE: "the control plane", **names} if CONTROL_PLANE in people else names


_AS_KEPT = (
    "id", "kind", "subject", "title", "reason", "state", "is_paused", "version", "base_revision",
    "content_hash", "writer", "editors", "made_at", "changed_at", "expires_at", "preview",
    "scheduled_at", "emergency", "rolls_back", "trouble",
)  # fmt: skip
_IN_ROWS = (
    "id", "kind", "subject", "title", "state", "is_paused", "is_unapproved", "version", "writer",
    "made_at", "changed_at", "scheduled_at",
)  # fmt: skip
