"""Clockwork: what the platform's clock brings about, written down when it came due.

What consumers are told follows from instants alone and waits for no clockwork; a schedule is the
one thing that nothing but it carries out.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from dashboard.backend.audit.entries import Entry
from dashboard.backend.changes import emergency, force, gates
from dashboard.backend.changes.deciding import age_on
from dashboard.backend.changes.desk import Desk, clock_desk, event_of, stepped
from dashboard.backend.changes.engine import caught_up, reckoned
from dashboard.backend.changes.kind import unknown_impact
from dashboard.backend.changes.moves import OPEN
from dashboard.backend.changes.places import Rest, place_of, rest_of
from dashboard.backend.changes.revisions import settle_found
from dashboard.backend.changes.store import Doc, keep, loaded, those, void_approvals
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.plane import ControlPlane
from dashboard.backend.tried import done_apart, tried
from dashboard.control.change_documents import Preview
from dashboard.control.changes import ChangeAct, State
from dashboard.errors import WarehouseError

EVERY_SECONDS = 0.5
REVIEW_WITHIN = timedelta(hours=24)
_NOT_KNOWN = "Whom it touches was not known when it was to be applied."
_MOVING = [state.value for state in OPEN | {State.SCHEDULED, State.RAMPING}]
_UNREVIEWED = (CHANGES.c.state == State.ROLLED_BACK.value) & CHANGES.c.reviewed_at.is_(None)
_URGENT = (CHANGES.c.state == State.LIVE.value) & CHANGES.c.emergency.is_not(None)
_WATCHED = CHANGES.c.state.in_(_MOVING) | _UNREVIEWED | _URGENT


def settle_due(plane: ControlPlane) -> int:
    """Carry out everything that is due, each in a transaction of its own; how many things were.

    Raises DatabaseUnready.
    """
    with plane.database.reading() as connection:
        desk = clock_desk(plane, connection)
        waiting = {doc.id: doc for doc in those(connection, _WATCHED)}
        due = done_apart(lambda id: _is_anything_due(desk, waiting[id]), waiting)
    return len(done_apart(lambda id: _settled(plane, id), due))


def _is_anything_due(desk: Desk, doc: Doc) -> bool:
    return any(is_due(desk, doc) for is_due, _ in _DUTIES)


def _settled(plane: ControlPlane, id: str) -> bool:
    fresh = _newly_reckoned(plane, id)
    with plane.database.writing() as connection:
        desk = clock_desk(plane, connection)
        doc = loaded(connection, id)
        for is_due, settle in _DUTIES:
            if is_due(desk, doc):
                settle(desk, _with_preview(desk, doc, fresh))
                return True
    return False


def _newly_reckoned(plane: ControlPlane, id: str) -> Preview | None:
    """The impact as it is at the moment of firing, and not as it was; None where none is needed."""
    with plane.database.reading() as connection:
        desk, doc = clock_desk(plane, connection), loaded(connection, id)
        if not _is_to_fire(desk, doc):
            return None
    try:
        impact, of_hash = reckoned(plane, id)
    except WarehouseError as failed:
        impact, of_hash = unknown_impact(f"{_NOT_KNOWN} {failed}"), doc.content_hash
    return Preview(impact=impact, content_hash=of_hash, base_revision=0, at=desk.now)


def _with_preview(desk: Desk, doc: Doc, fresh: Preview | None) -> Doc:
    if fresh is None or fresh.content_hash != doc.content_hash:
        return doc
    now = fresh.model_copy(update={"base_revision": doc.base_revision})
    return replace(doc, preview=now)


def _is_to_fire(desk: Desk, doc: Doc) -> bool:
    at = doc.scheduled_at
    return doc.state is State.SCHEDULED and at is not None and at <= desk.now


def _fire(desk: Desk, doc: Doc) -> None:
    """Apply what was scheduled if every gate is open now; else say why not, and apply nothing."""
    why = gates.why_not(desk, doc, desk.now)
    if not why:
        stepped(desk, doc, force.begin(desk, doc), ChangeAct.APPLY)
        return
    if doc.expires_at is not None and doc.expires_at <= desk.now:
        _expire(desk, doc)
        return
    if doc.scheduled_since is not None:
        age_on(desk, doc, max(desk.now - doc.scheduled_since, timedelta()))
    after = replace(
        doc, state=State.APPROVED, scheduled_at=None, scheduled_since=None,
        trouble=f"It was to be applied and was not: {why}",
    )  # fmt: skip
    stepped(desk, doc, after, ChangeAct.SUSPEND, why)


def _has_gone_on(desk: Desk, doc: Doc) -> bool:
    place, written = place_of(desk, doc), doc.ramp_place
    return place is not None and written is not None and place.step != written.step


def _go_on(desk: Desk, doc: Doc) -> None:
    caught_up(desk, doc)


def _is_to_be_held(desk: Desk, doc: Doc) -> bool:
    is_on = doc.state is State.RAMPING and not doc.is_paused
    return is_on and _rest(desk, doc) is not None


def _hold(desk: Desk, doc: Doc) -> None:
    rest, place = _rest(desk, doc), place_of(desk, doc)
    assert rest is not None and place is not None, "what is to be held rests somewhere"
    after = replace(doc, ramp_place=place, trouble=rest.why)
    stepped(desk, doc, after, ChangeAct.PAUSE, rest.why)


def _rest(desk: Desk, doc: Doc) -> Rest | None:
    return None if doc.ramp_place is None else rest_of(desk, doc, doc.ramp_place)


def _is_expired(desk: Desk, doc: Doc) -> bool:
    """Whether its own time is over, or its approvals are too few by their age."""
    if doc.state not in OPEN or doc.state is State.EXPIRED:
        return False
    is_over = doc.expires_at is not None and doc.expires_at <= desk.now
    if doc.state is State.APPROVED and not is_over:
        return gates.lapsed(desk, doc)
    return is_over and doc.state is not State.SCHEDULED


def _expire(desk: Desk, doc: Doc) -> None:
    why = "Its own time is over." if doc.expires_at and doc.expires_at <= desk.now else (
        "Its approvals are older than 24 hours."
    )  # fmt: skip
    void_approvals(desk.connection, doc.id, why)
    after = replace(doc, state=State.EXPIRED, scheduled_at=None, trouble=why)
    stepped(desk, doc, after, ChangeAct.EXPIRE, why)


def _is_overdue(desk: Desk, doc: Doc) -> bool:
    is_waiting = doc.stopped_at is not None and doc.reviewed_at is None and not doc.is_overdue
    return is_waiting and doc.stopped_at is not None and doc.stopped_at + REVIEW_WITHIN <= desk.now


def _note_overdue(desk: Desk, doc: Doc) -> None:
    """Write down that nobody looked at a stop in time; the document itself stays at its version."""
    keep(desk.connection, replace(doc, is_overdue=True))
    event = f"{event_of(doc, ChangeAct.REVIEW)}_overdue"
    desk.plane.record(desk.connection, Entry(event, desk.actor.person, doc.id))


def _lapse(desk: Desk, doc: Doc) -> None:
    emergency.lapse(desk, doc)


def _was_overtaken(desk: Desk, doc: Doc) -> bool:
    """Whether something else than a change moved what it was written for."""
    return doc.state in OPEN and gates.was_overtaken(desk, doc)


def _outdate(desk: Desk, doc: Doc) -> None:
    settle_found(desk.connection, doc.kind, doc.subject, now=desk.now)
    force.outdate_others(desk, doc, itself=True)


_DUTIES: tuple[tuple[Callable[[Desk, Doc], bool], Callable[[Desk, Doc], None]], ...] = (
    (_has_gone_on, _go_on),
    (_is_to_be_held, _hold),
    (_was_overtaken, _outdate),
    (_is_to_fire, _fire),
    (_is_expired, _expire),
    (_is_overdue, _note_overdue),
    (emergency.is_over, _lapse),
)
"""What can be due of a change, and what is done then; the first that is due comes first."""


class Clockwork:
    """Settles what is due, again and again, until it is stopped."""

    def __init__(self, work: Callable[[], object], *, every_seconds: float = EVERY_SECONDS) -> None:
        """Prepare to do this work every so often."""
        self._work = work
        self._every = every_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being done is finished."""
        self._stopping.set()
        self._thread.join(timeout=8)

    def _go_on(self) -> None:
        while not self._stopping.wait(self._every):
            tried(self._work, "What is due")
