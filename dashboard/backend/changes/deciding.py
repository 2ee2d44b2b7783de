"""Deciding: approving, rejecting, scheduling and applying, and what a ramp and a stop ask for."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from dashboard.backend.changes import emergency, force
from dashboard.backend.changes.desk import Desk, Words
from dashboard.backend.changes.gates import (
    FRESH,
    counted,
    needed,
    refuse_unready,
    touches_many,
)
from dashboard.backend.changes.places import place_of
from dashboard.backend.changes.store import Doc, approvals_of, void_approvals
from dashboard.backend.changes.tables import APPROVALS
from dashboard.control.changes import State
from dashboard.errors import ContentRefused


def approve(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change with one approval more, of exactly this content on this revision."""
    typed = words.typed_people if touches_many(doc) else None
    _refuse_untyped(doc, typed)
    desk.connection.execute(
        sa.insert(APPROVALS).values(
            change=doc.id, version=doc.version + 1, person=desk.actor.person,
            content_hash=doc.content_hash, base_revision=doc.base_revision, at=desk.now,
            expires_at=desk.now + FRESH, void_because="", typed_people=typed,
        )
    )  # fmt: skip
    is_enough = len(counted(desk, doc)) >= needed(desk, doc)
    if doc.state is State.LIVE:
        return emergency.approved(desk, doc) if is_enough else doc
    keeps = doc.state if doc.state is State.APPROVED else State.SUBMITTED
    return replace(doc, state=State.APPROVED if is_enough else keeps, trouble="")


def reject(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, refused."""
    void_approvals(desk.connection, doc.id, "It was rejected.")
    return replace(doc, state=State.REJECTED, scheduled_at=None)


def schedule(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, to be applied at an instant at which every gate would be open as things stand."""
    assert words.at is not None, "a schedule has an instant"
    if words.at <= desk.now:
        raise ContentRefused("at: lies in the past of the platform's clock.", field="at")
    refuse_unready(desk, doc, words.at)
    return replace(
        doc, state=State.SCHEDULED, scheduled_at=words.at, scheduled_since=desk.now,
        scheduled_by=desk.actor.person, trouble="",
    )  # fmt: skip


def unschedule(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, approved and not scheduled; its approvals age on from where they stopped."""
    if doc.scheduled_since is not None:
        age_on(desk, doc, max(desk.now - doc.scheduled_since, timedelta()))
    return replace(doc, state=State.APPROVED, scheduled_at=None, scheduled_since=None)


def apply(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change in force, or on the first step of its ramp, if every gate is open."""
    return force.begin(desk, doc)


def advance(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change one step on, once the step was watched for as long as it should be."""
    plan, place = doc.ramp_plan, place_of(desk, doc)
    assert plan is not None and place is not None, "what ramps has a plan"
    place = place.model_copy(update={"step": place.step + 1, "since": desk.now})
    doc = replace(doc, ramp_place=place)
    return force.whole(desk, doc) if place.is_whole(plan) else doc


def pause(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, held where its ramp is."""
    place = place_of(desk, doc)
    assert place is not None, "what ramps has a place"
    return replace(doc, ramp_place=place.paused(desk.now), trouble=words.reason)


def resume(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, going on with the same people."""
    place = place_of(desk, doc)
    assert place is not None, "what ramps has a place"
    return replace(doc, ramp_place=place.resumed(desk.now), trouble="")


def stop(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change ended at once, waiting for a second person to look at that."""
    void_approvals(desk.connection, doc.id, "It was stopped.")
    doc = force.end(desk, doc)
    return replace(
        doc, state=State.ROLLED_BACK, stopped_by=desk.actor.person, stopped_at=desk.now,
        stop_reason=words.reason, scheduled_at=None, trouble="",
    )  # fmt: skip


def review(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change, whose stop a second person looked at."""
    return replace(doc, reviewed_by=desk.actor.person, reviewed_at=desk.now)


def _refuse_untyped(doc: Doc, typed: int | None) -> None:
    """Have who approves type the number of people, where there are many; else ContentRefused."""
    people = doc.preview.impact.people if doc.preview else None
    if touches_many(doc) and typed != people:
        raise ContentRefused(
            f"This touches {people:,} people. Type the number to approve it.", field="typed_people"
        )


def age_on(desk: Desk, doc: Doc, rested: timedelta) -> None:
    """Have the approvals of a change count for longer, by the time in which they did not age."""
    for each in approvals_of(desk.connection, doc.id):
        theirs = sa.update(APPROVALS).where(
            APPROVALS.c.change == doc.id, APPROVALS.c.version == each.version
        )
        desk.connection.execute(theirs.values(expires_at=each.expires_at + rested))
