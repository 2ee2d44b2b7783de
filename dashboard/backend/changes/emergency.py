"""Emergencies: what one person puts in force at once, and what becomes of it.

Where nobody may demand it, it ends by itself: whoever reads what is in force goes by the instant it
holds until, and it is written down here afterwards. Where there is an order it stays, and approvers
are called until they decide.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.backend.changes import force, revisions
from dashboard.backend.changes.content import parsed
from dashboard.backend.changes.desk import Desk, Words, clock_desk, stepped
from dashboard.backend.changes.kind import unknown_impact
from dashboard.backend.changes.registry import kind_of
from dashboard.backend.changes.store import Doc, loaded
from dashboard.backend.changes.tables import CALLS
from dashboard.control.change_documents import Emergency, Preview
from dashboard.control.changes import ChangeAct, ChangeKind, State
from dashboard.errors import NotNow
from dashboard.geofence.emergency import CALLED_AFTER_MINUTES

_UNKNOWN = unknown_impact("Whom it touches was not known when it came in force.")


def refuse_opening(desk: Desk, doc: Doc) -> None:
    """Let one person put in force only what closes more than is closed now; raises NotNow."""
    _until(desk, doc)


def tighten(desk: Desk, doc: Doc, words: Words) -> Doc:
    """The change in force at once, without approval; its approvers are called from now on."""
    until = _until(desk, doc)
    emergency = Emergency(
        by=desk.actor.person, at=desk.now, reason=words.reason, reference=words.reference,
        has_order=until is None, ends_at=until,
    )  # fmt: skip
    doc = replace(doc, emergency=emergency, preview=_preview(desk, doc, words))
    _have_called(desk, doc.id)
    return force.begin(desk, doc, until=until)


def approved(desk: Desk, doc: Doc) -> Doc:
    """The change, approved after the fact: it stays, and nobody is called any more."""
    assert doc.emergency is not None, "only what was put in force at once is approved afterwards"
    stays = doc.emergency.model_copy(update={"approved_at": desk.now, "ends_at": None})
    force.stay(desk, doc)
    drop_calls(desk.connection, doc.id)
    return replace(doc, emergency=stays)


def settle_lapsed(desk: Desk, kind: ChangeKind, subject: str) -> None:
    """Write down that what is in force for a subject is over, where nobody approved it in time."""
    live = revisions.live(desk.connection, kind, subject)
    doc = loaded(desk.connection, live.change) if live is not None and live.until else None
    if doc is not None and is_over(desk, doc):
        lapse(desk, doc)


def is_over(desk: Desk, doc: Doc) -> bool:
    """Whether it is what was in force last, and held until an instant that has passed."""
    return doc.has_lapsed(desk.now) and _is_newest(desk, doc)


def lapse(desk: Desk, doc: Doc) -> Doc:
    """The change ended at the instant it held until; what was before it is in force again."""
    assert doc.emergency is not None and doc.emergency.ends_at is not None, "it was to end"
    clock = clock_desk(desk.plane, desk.connection)
    after = force.end(replace(clock, now=doc.emergency.ends_at), doc)
    drop_calls(desk.connection, doc.id)
    why = f"It ended by itself at {doc.emergency.ends_at:%Y-%m-%d %H:%M} UTC: nobody approved it."
    after = replace(after, state=State.ROLLED_BACK, trouble=why)
    return stepped(clock, doc, after, ChangeAct.OUTDATE, why)


def refuse_over(desk: Desk, doc: Doc) -> None:
    """Let it be approved while it is in force; raises NotNow."""
    if doc.has_lapsed(desk.now) or not _is_newest(desk, doc):
        raise NotNow("It is no longer in force. Propose it again.")


def drop_calls(connection: sa.Connection, id: str) -> None:
    """Make no call more for a change."""
    waiting = sa.delete(CALLS).where(CALLS.c.change == id, CALLS.c.made_at.is_(None))
    connection.execute(waiting)


def _is_newest(desk: Desk, doc: Doc) -> bool:
    live = revisions.live(desk.connection, doc.kind, doc.subject)
    return live is not None and (live.change, live.revision) == (doc.id, doc.revision)


def _until(desk: Desk, doc: Doc) -> datetime | None:
    base = parsed(revisions.live_content(desk.connection, doc.kind, doc.subject))
    return kind_of(doc.kind).emergency_until(parsed(doc.content) or {}, base, desk.now)


def _preview(desk: Desk, doc: Doc, words: Words) -> Preview:
    """The impact reckoned a moment ago, the one seen before, or else that it is not known."""
    if words.impact is not None and words.of_hash == doc.content_hash:
        impact = words.impact
    elif doc.preview is not None and doc.preview.content_hash == doc.content_hash:
        return doc.preview
    else:
        impact = _UNKNOWN
    return Preview(
        impact=impact, content_hash=doc.content_hash, base_revision=doc.base_revision, at=desk.now
    )


def _have_called(desk: Desk, id: str) -> None:
    for minute in CALLED_AFTER_MINUTES:
        due = desk.now + timedelta(minutes=minute)
        row = {"change": id, "minute": minute, "due_at": due, "tries": 0, "trouble": ""}
        desk.connection.execute(sa.insert(CALLS).values(row))
