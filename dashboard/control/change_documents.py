"""The messages of changes that come back: the document, its timeline, and what is in force."""

from typing import Annotated

from pydantic import Field, JsonValue

from dashboard.control.changes import ChangeAct, ChangeKind, Content, State
from dashboard.control.ramp import RampPlan
from dashboard.control.wire import Instant, Message


class Impact(Message):
    """What a change would touch, as the control plane reckons: people, and what else, in sentences.

    ``people`` is null where nobody can know, and then it is taken for many. So are their share of
    the world's (0 to 1), and the revenue and cost of a month, where a kind reckons them at all.
    """

    people: int | None
    is_exact: bool
    data_version: str
    sentences: tuple[str, ...]
    share_of_world: float | None = None
    revenue_usd: float | None = None
    cost_usd: float | None = None


class Preview(Message):
    """An impact, of which content and revision it was reckoned, and when."""

    impact: Impact
    content_hash: str
    base_revision: int
    at: Instant


class Approval(Message):
    """Who approved what, and until when that counts; ``void_because`` says why it does not."""

    person: str
    content_hash: str
    base_revision: int
    at: Instant
    expires_at: Instant
    void_because: str


class Ramp(Message):
    """How a ramp stands: its plan, whom it reaches (see dashboard.control.ramp), what is next."""

    plan: RampPlan
    salt: str
    percent: Annotated[int, Field(ge=0, le=100)]
    step: int
    next_at: Instant | None


class Stop(Message):
    """Who stopped it, when and why, and who looked at that afterwards."""

    by: str
    at: Instant
    reason: str
    review_due_at: Instant
    is_overdue: bool
    reviewed_by: str
    reviewed_at: Instant | None


class Call(Message):
    """One call of the approvers: due when, made when, and what went wrong where it was not."""

    minute: int
    due_at: Instant
    made_at: Instant | None
    tries: int
    trouble: str


class Emergency(Message):
    """That one person put it in force without approval: who, when, why and by which reference.

    ``ends_at`` is when it ends by itself unless it is approved, null where an order keeps it in
    force; ``approved_at`` is null until enough people approved it.
    """

    by: str
    at: Instant
    reason: str
    reference: str
    has_order: bool
    ends_at: Instant | None
    approved_at: Instant | None = None


class FieldChange(Message):
    """One field of the content: what it was and what it is; null for a field that is not there."""

    field: str
    before: JsonValue
    after: JsonValue


class Offer(Message):
    """An act, whether whoever asks may do it now, and a sentence why not."""

    act: ChangeAct
    is_allowed: bool
    why_not: str


class Change(Message):
    """One change, whole.

    ``edits`` is what it would make different from the revision it was written for, ``carried`` the
    values that a rebase took over from a later one, ``moved`` what is in force by now and was not.
    ``names`` says who the people are whose ids stand elsewhere.
    """

    id: str
    kind: ChangeKind
    subject: str
    title: str
    reason: str
    state: State
    is_paused: bool
    version: int
    base_revision: int
    live_revision: int
    is_in_force: bool
    content: Content
    content_hash: str
    writer: str
    editors: tuple[str, ...]
    last_editor: str
    made_at: Instant
    changed_at: Instant
    expires_at: Instant | None
    preview: Preview | None
    approvals: tuple[Approval, ...]
    approvals_needed: int
    scheduled_at: Instant | None
    ramp: Ramp | None
    stop: Stop | None
    emergency: Emergency | None
    calls: tuple[Call, ...]
    rolls_back: str
    trouble: str
    edits: tuple[FieldChange, ...]
    carried: tuple[FieldChange, ...]
    moved: tuple[FieldChange, ...]
    names: dict[str, str]
    offers: tuple[Offer, ...]

    @property
    def etag(self) -> str:
        """What If-Match takes for this version."""
        return f'"{self.version}"'


class ChangeRow(Message):
    """One change of a list; ``waits_for_me`` is what whoever asks is waited for to do.

    ``is_unapproved`` tells that one person put it in force and nobody has approved it.
    """

    id: str
    kind: ChangeKind
    subject: str
    title: str
    state: State
    is_paused: bool
    is_unapproved: bool = False
    version: int
    writer: str
    writer_name: str
    made_at: Instant
    changed_at: Instant
    scheduled_at: Instant | None
    percent: int | None
    waits_for_me: tuple[ChangeAct, ...]


class ChangePage(Message):
    """Changes, the newest first; ``next_before`` asks for the page after, nothing at the end."""

    rows: tuple[ChangeRow, ...]
    next_before: str


class Step(Message):
    """One act of a change's timeline: the version it made, who, when, and from where to where."""

    version: int
    act: ChangeAct
    person: str
    name: str
    platform_at: Instant
    wall_at: Instant
    before: State | None
    after: State
    sentence: str


class Timeline(Message):
    """Everything that was done to a change, the oldest first."""

    steps: tuple[Step, ...]


class Live(Message):
    """What is in force for one subject, and for whom.

    ``content`` is in force for everybody, null for nothing. While a change ramps, ``ramp_content``
    is in force instead for the people whom ``percent`` of the ramp of ``salt`` reaches.
    """

    kind: ChangeKind
    subject: str
    revision: int
    content: Content | None
    content_hash: str
    applied_at: Instant | None
    change: str
    percent: Annotated[int, Field(ge=0, le=100)] = 0
    salt: str = ""
    ramp_revision: int | None = None
    ramp_content: Content | None = None
    ramp_content_hash: str = ""
    ramp_change: str = ""


class LiveSet(Message):
    """What is in force of one kind, by subject."""

    subjects: tuple[Live, ...]


class Revision(Message):
    """What was put in force for a subject: from when, until when, by which change."""

    revision: int
    change: str
    content: Content | None
    content_hash: str
    applied_at: Instant
    ended_at: Instant | None
    is_whole: bool


class Revisions(Message):
    """Every revision of one subject, the newest first."""

    revisions: tuple[Revision, ...]
