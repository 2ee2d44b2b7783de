"""In force: what happens to everything else when a revision begins or ends."""

import json
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from dashboard.backend.changes import revisions
from dashboard.backend.changes.content import NOTHING, hash_of, parsed
from dashboard.backend.changes.desk import Desk, stepped
from dashboard.backend.changes.moves import OPEN
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.revisions import InForce
from dashboard.backend.changes.store import Doc, loaded, those, void_approvals
from dashboard.backend.changes.tables import CHANGES, OUTBOX
from dashboard.control.changes import ChangeAct, State
from dashboard.control.ramp import RampPlace


def begin(desk: Desk, doc: Doc, *, until: datetime | None = None) -> Doc:
    """The change in force: for everybody at once, or for the first step of its ramp.

    Past ``until`` it is not in force any more, unless somebody has it stay before.
    """
    number = revisions.next_number(desk.connection, doc.kind, doc.subject)
    one = InForce(
        doc.kind,
        doc.subject,
        number,
        doc.id,
        doc.content,
        doc.content_hash,
        desk.now,
        None,
        None,
        until,
    )
    revisions.add(desk.connection, one)
    doc = replace(doc, revision=number, scheduled_at=None, scheduled_since=None, trouble="")
    if doc.ramp_plan is not None and len(doc.ramp_plan.steps) > 1:
        _send(desk, one, doc.title)
        place = RampPlace(step=0, since=desk.now)
        return replace(doc, state=State.RAMPING, ramp_place=place)
    return whole(desk, replace(doc, state=State.LIVE))


def stay(desk: Desk, doc: Doc) -> None:
    """Have what was to end by itself stay in force."""
    one = revisions.live(desk.connection, doc.kind, doc.subject)
    assert one is not None and one.change == doc.id, "what stays is in force"
    revisions.mark(desk.connection, one, until=None)
    _send(desk, replace(one, until=None), doc.title)


def whole(desk: Desk, doc: Doc) -> Doc:
    """The change in force for everybody, instead of what was before it."""
    one = revisions.ramping(desk.connection, doc.kind, doc.subject)
    assert one is not None and one.change == doc.id, "a change is whole after it began"
    _take_over(desk, one, doc.title)
    doc = replace(doc, state=State.LIVE, ramp_place=None)
    outdate_others(desk, doc)
    if doc.rolls_back:
        _mark_rolled_back(desk, doc)
    return doc


def end(desk: Desk, doc: Doc) -> Doc:
    """The change no longer in force; what was before it is again, as a revision of its own."""
    one = revisions.ramping(desk.connection, doc.kind, doc.subject)
    if one is not None and one.change == doc.id:
        _end(desk, one, doc.title)
        return replace(doc, ramp_place=None)
    last = revisions.live(desk.connection, doc.kind, doc.subject)
    if last is None or last.change != doc.id or last.revision != doc.revision:
        return doc
    before = revisions.content_behind(
        desk.connection, doc.kind, doc.subject, revision=doc.base_revision
    )
    text = NOTHING if before is None else before
    number = revisions.next_number(desk.connection, doc.kind, doc.subject)
    one = InForce(doc.kind, doc.subject, number, doc.id, text, hash_of(text), desk.now, None, None)
    revisions.add(desk.connection, one)
    _take_over(desk, one, f"Back from: {doc.title}")
    outdate_others(desk, doc)
    return doc


def outdate_others(desk: Desk, doc: Doc, *, itself: bool = False) -> None:
    """Make stale what was written for something that is no longer in force.

    The change itself is left as it is, unless it is named too.
    """
    number = revisions.live_number(desk.connection, doc.kind, doc.subject)
    why = f"Revision {number} is in force since {desk.now:%Y-%m-%d %H:%M} UTC. Rebase this change."
    states = [state.value for state in OPEN | {State.RAMPING}]
    others = those(
        desk.connection, CHANGES.c.kind == doc.kind.value, CHANGES.c.subject == doc.subject,
        sa.true() if itself else CHANGES.c.id != doc.id,
        CHANGES.c.base_revision != number, CHANGES.c.state.in_(states),
    )  # fmt: skip
    for other in others:
        void_approvals(desk.connection, other.id, "What is in force has changed.")
        if other.state is State.RAMPING:
            other = end(desk, other)
        after = replace(other, state=State.STALE, scheduled_at=None, trouble=why)
        stepped(desk.by_clock(), other, after, ChangeAct.OUTDATE, why)


def _mark_rolled_back(desk: Desk, doc: Doc) -> None:
    old = loaded(desk.connection, doc.rolls_back)
    if old.state is State.LIVE:
        why = f"Rolled back by {doc.id}."
        after = replace(old, state=State.ROLLED_BACK, trouble="")
        stepped(desk.by_clock(), old, after, ChangeAct.OUTDATE, why)


def _take_over(desk: Desk, one: InForce, title: str) -> None:
    """Have a revision in force for everybody, and the one before it no longer."""
    last = revisions.live(desk.connection, one.kind, one.subject)
    if last is not None:
        _end(desk, last, title="")
    revisions.mark(desk.connection, one, whole_at=max(desk.now, one.applied_at))
    content = parsed(one.content)
    if content is not None:
        writer = loaded(desk.connection, one.change).writer
        kind_of(one.kind).enforce(desk, content, writer=writer)
    _send(desk, one, title)


def _end(desk: Desk, one: InForce, title: str) -> None:
    # A demo's clock may have been set back since it began.
    at = max(desk.now, one.applied_at)
    revisions.mark(desk.connection, one, ended_at=at)
    _send(desk, replace(one, ended_at=at), title)


def _send(desk: Desk, one: InForce, title: str) -> None:
    """Have the warehouse told what is in force; what changes nothing for anybody is not told."""
    content = parsed(one.content)
    if content is None or not one.change:
        return
    kind = kind_of(one.kind)
    countries = kind.countries_of(content)
    row = {
        "change_id": one.change, "revision": one.revision, "kind": one.kind.value,
        "title": title or _title(desk, one), "applied_at": _text(one.applied_at),
        "ended_at": _text(one.ended_at or one.until), "action": kind.action_of(content),
        "countries": sorted(countries) if countries else None, "content_hash": one.content_hash,
    }  # fmt: skip
    last = desk.connection.execute(sa.select(sa.func.max(OUTBOX.c.number))).scalar() or 0
    values = {"number": last + 1, "row": json.dumps(row), "at": desk.plane.wall()}
    desk.connection.execute(sa.insert(OUTBOX).values(values))


def _title(desk: Desk, one: InForce) -> str:
    doc = loaded(desk.connection, one.change)
    return doc.title if doc.revision == one.revision else f"Back from: {doc.title}"


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
