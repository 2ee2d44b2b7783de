"""The desk: one writing transaction with who acts in it, at what instant of the platform."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from dashboard.access.reader import WORLD
from dashboard.access.roles import permissions_of
from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.changes.content import as_json
from dashboard.backend.changes.moves import leads_to
from dashboard.backend.changes.store import Doc, keep
from dashboard.backend.changes.tables import STEPS
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.people import person_of
from dashboard.backend.plane import ControlPlane
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeAct, Content
from dashboard.control.ramp import RampPlan
from dashboard.errors import NotSignedIn

CONTROL_PLANE = "control-plane"
"""Who acts where a clock brings it about."""
_TELL_CONTENT = {ChangeAct.CREATE, ChangeAct.EDIT, ChangeAct.REBASE, ChangeAct.APPLY,
                 ChangeAct.TIGHTEN}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """What was said with an act; each act reads what it needs."""

    reason: str = ""
    title: str = ""
    content: Content = field(default_factory=dict)
    ramp: RampPlan | None = None
    expires_at: datetime | None = None
    typed_people: int | None = None
    at: datetime | None = None
    revision: int = 0
    reference: str = ""
    impact: Impact | None = None
    of_hash: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, in which transaction, when; ``now`` is the platform's."""

    plane: ControlPlane
    connection: sa.Connection
    actor: Actor
    now: datetime

    def by_clock(self) -> "Desk":
        """The same transaction with the control plane acting."""
        return clock_desk(self.plane, self.connection)

    @property
    def is_clock(self) -> bool:
        """Whether the control plane acts, and nobody else."""
        return self.actor.person == CONTROL_PLANE


def desk_of(plane: ControlPlane, connection: sa.Connection, actor: Actor) -> Desk:
    """A desk of this person with the roles and the reach of this very moment; raises NotSignedIn.

    Whoever waited for their turn to write may have lost them meanwhile.
    """
    person = person_of(connection, actor.person)
    if person is None or not person.is_active:
        raise NotSignedIn("This account was closed. Ask an administrator.")
    now = plane.clock.read(connection, plane.wall()).now
    return Desk(plane, connection, replace(actor, roles=person.roles, reach=person.reach), now)


def clock_desk(plane: ControlPlane, connection: sa.Connection) -> Desk:
    """A desk at which the control plane itself acts."""
    nobody = Actor(CONTROL_PLANE, "the control plane", frozenset(), WORLD, "", None, True)
    return Desk(plane, connection, nobody, plane.clock.read(connection, plane.wall()).now)


def stepped(desk: Desk, before: Doc, after: Doc, act: ChangeAct, sentence: str = "") -> Doc:
    """The change one version on, kept with its step and its row of the audit."""
    assert after.state is before.state or after.state in leads_to(before.state, act), act
    doc = replace(after, version=before.version + 1, changed_at=desk.now)
    keep(desk.connection, doc)
    tell(desk, doc, act, sentence, before=before)
    return doc


def tell(
    desk: Desk, doc: Doc, act: ChangeAct, sentence: str = "", *, before: Doc | None = None
) -> None:
    """Write the step and the audit's row of an act that made this version."""
    old = None if before is None else before.state.value
    desk.connection.execute(
        sa.insert(STEPS).values(
            change=doc.id, version=doc.version, act=act.value, person=desk.actor.person,
            platform_at=desk.now, wall_at=desk.plane.wall(), before=old, after=doc.state.value,
            sentence=sentence,
        )
    )  # fmt: skip
    after = _told(doc, act)
    entry = Entry(event_of(doc, act), desk.actor.person, doc.id, after=after, reason=sentence,
                  before=None if before is None else _told(before, act))  # fmt: skip
    desk.plane.record(desk.connection, entry)


def event_of(doc: Doc, act: ChangeAct) -> str:
    """What the audit calls an act on a change."""
    return f"{doc.kind.value}.{act.value}"


def holds_now(connection: sa.Connection, person: str) -> frozenset[str]:
    """The rights of a person at this moment, by name; none for somebody whose account is closed."""
    found = person_of(connection, person)
    if found is None or not found.is_active or found.is_service:
        return frozenset()
    return frozenset(right.value for right in permissions_of(found.roles))


def _told(doc: Doc, act: ChangeAct) -> Json:
    said: dict[str, Json] = {
        "state": doc.state.value, "version": doc.version, "subject": doc.subject,
        "base_revision": doc.base_revision, "content_hash": doc.content_hash,
    }  # fmt: skip
    if doc.revision is not None:
        said["revision"] = doc.revision
    if doc.ramp_place is not None:
        said["step"] = doc.ramp_place.step
    if doc.emergency is not None:
        said["reference"] = doc.emergency.reference
    if act in _TELL_CONTENT:
        said["content"] = as_json(doc.content)
    return said
