"""The store: changes, their approvals and their steps as rows of the database."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel

from dashboard.backend.changes.tables import APPROVALS, CHANGES
from dashboard.control.change_documents import Emergency, Preview
from dashboard.control.changes import ChangeKind, State
from dashboard.control.ramp import RampPlace, RampPlan
from dashboard.errors import ChangeUnknown


@dataclass(frozen=True, slots=True)
class Doc:
    """One change as it is kept; the columns of the table say what each field is."""

    id: str
    number: int
    kind: ChangeKind
    subject: str
    title: str
    reason: str
    state: State
    version: int
    base_revision: int
    content: str
    content_hash: str
    writer: str
    editors: tuple[str, ...]
    made_at: datetime
    changed_at: datetime
    salt: str
    revision: int | None = None
    carried: str = "[]"
    expires_at: datetime | None = None
    preview: Preview | None = None
    scheduled_at: datetime | None = None
    scheduled_since: datetime | None = None
    scheduled_by: str | None = None
    ramp_plan: RampPlan | None = None
    ramp_place: RampPlace | None = None
    stopped_by: str | None = None
    stopped_at: datetime | None = None
    stop_reason: str = ""
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    is_overdue: bool = False
    emergency: Emergency | None = None
    rolls_back: str = ""
    trouble: str = ""

    @property
    def is_unapproved(self) -> bool:
        """Whether one person put it in force in an emergency, and it was not approved yet."""
        one = self.emergency
        return self.state is State.LIVE and one is not None and one.approved_at is None

    def has_lapsed(self, now: datetime) -> bool:
        """Whether its time was over at an instant of the platform before anybody approved it."""
        ends_at = self.emergency.ends_at if self.emergency is not None else None
        return self.is_unapproved and ends_at is not None and ends_at <= now

    @property
    def is_paused(self) -> bool:
        """Whether it ramps and is held."""
        return self.ramp_place is not None and self.ramp_place.paused_at is not None


@dataclass(frozen=True, slots=True)
class Approved:
    """One approval as it is kept."""

    version: int
    person: str
    content_hash: str
    base_revision: int
    at: datetime
    expires_at: datetime
    void_because: str
    typed_people: int | None


def loaded(connection: sa.Connection, id: str) -> Doc:
    """The change of an id; raises ChangeUnknown."""
    row = connection.execute(sa.select(CHANGES).where(CHANGES.c.id == id)).first()
    if row is None:
        raise ChangeUnknown("There is no change of this id.")
    return doc_of(row)


def those(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Doc]:
    """The changes that all of these hold for, the oldest first."""
    query = sa.select(CHANGES).where(*conditions).order_by(CHANGES.c.number)
    return [doc_of(row) for row in connection.execute(query)]


def added(connection: sa.Connection, doc: Doc) -> Doc:
    """The change with its number, kept."""
    last = connection.execute(sa.select(sa.func.max(CHANGES.c.number))).scalar() or 0
    doc = replace(doc, number=last + 1)
    connection.execute(sa.insert(CHANGES).values(_row(doc)))
    return doc


def keep(connection: sa.Connection, doc: Doc) -> None:
    """Keep a change as it is now."""
    connection.execute(sa.update(CHANGES).where(CHANGES.c.id == doc.id).values(_row(doc)))


def approvals_of(connection: sa.Connection, id: str) -> tuple[Approved, ...]:
    """Every approval a change ever had, the oldest first."""
    query = sa.select(APPROVALS).where(APPROVALS.c.change == id).order_by(APPROVALS.c.version)
    return tuple(
        Approved(row.version, row.person, row.content_hash, row.base_revision, row.at,
                 row.expires_at, row.void_because, row.typed_people)
        for row in connection.execute(query)
    )  # fmt: skip


def void_approvals(
    connection: sa.Connection, id: str, because: str, *, person: str | None = None
) -> None:
    """Have no approval of a change count any more, or none of one person."""
    theirs = sa.update(APPROVALS).where(APPROVALS.c.change == id, APPROVALS.c.void_because == "")
    if person is not None:
        theirs = theirs.where(APPROVALS.c.person == person)
    connection.execute(theirs.values(void_because=because))


def doc_of(row: sa.Row[tuple[object, ...]]) -> Doc:
    """The change that a row keeps."""
    said = dict(row._mapping)
    for name, model in _MESSAGES:
        said[name] = None if said[name] is None else model.model_validate_json(said[name])
    editors = tuple(json.loads(said["editors"]))
    said.update(kind=ChangeKind(row.kind), state=State(row.state), editors=editors)
    return Doc(**said)


def _row(doc: Doc) -> dict[str, object]:
    kept = {name: getattr(doc, name) for name in Doc.__slots__}
    said = {name: _as_text(value) for name, value in kept.items()}
    return {**said, "editors": json.dumps(doc.editors)}


def _as_text(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    return value.value if isinstance(value, ChangeKind | State) else value


_MESSAGES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("preview", Preview), ("ramp_plan", RampPlan), ("ramp_place", RampPlace),
    ("emergency", Emergency),
)  # fmt: skip
"""What a column keeps as JSON."""
