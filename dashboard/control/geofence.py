"""The register of geofence orders as the control plane tells it: what stands where, and why."""

from typing import Annotated

from pydantic import Field

from dashboard.control.changes import Content
from dashboard.control.status import EdgeState
from dashboard.control.wire import Instant, Message

_LINE = r"^[^\x00-\x1f\x7f]+$"


class Draft(Message):
    """A rule that is being written, whose impact is asked for."""

    content: Content


class Fenced(Message):
    """One rule as it reads: what it does where and when, on whose order. Words are the rule's."""

    id: str
    title: str
    action: str
    places: tuple[str, ...]
    countries: tuple[str, ...]
    surfaces: tuple[str, ...]
    begins_at: Instant
    ends_at: Instant | None
    authority: str
    order_number: str
    received_at: Instant
    due_at: Instant


class EvidenceRow(Message):
    """What shows that a job was done; ``by`` is empty for whoever reads no names."""

    document: str
    sha256: str
    by: str
    at: Instant


class JobRow(Message):
    """One job of an order, and how far it is.

    ``owner``, ``owner_name`` and ``drop_reason`` are empty for whoever reads no names.
    """

    id: str
    kind: str
    what: str
    state: str
    version: int
    owner: str
    owner_name: str
    opened_at: Instant
    due_at: Instant
    done_at: Instant | None
    dropped_at: Instant | None
    drop_reason: str
    evidence: tuple[EvidenceRow, ...]

    @property
    def etag(self) -> str:
        """What If-Match takes for this version."""
        return f'"{self.version}"'


class DutyRow(Message):
    """One line of an order's checklist; ``kind`` is the job it asks for, empty for none."""

    what: str
    kind: str
    due_at: Instant
    is_done: bool


class Assigning(Message):
    """Who a job is handed to: the id of a person."""

    owner: Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]


class Evidencing(Message):
    """What shows that a job was done: a document, and the SHA-256 of what it holds."""

    document: Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OrderRow(Message):
    """One order of the register: how it stands, and what is at stake where that was reckoned.

    ``applied_at`` is when its text was put in force, null for a draft; ``change`` is what did it,
    or what would. What nobody reckoned or can know is null: people, their share of the world's
    (0 to 1), revenue and cost of a month, and the version of the data they were counted in.
    ``edges_current`` of ``edges`` points of presence acknowledged its text, both null where it is
    not in force now. One that ``is_unapproved`` was put in force by one person, until ``lapses_at``
    if that is not null.
    """

    rule: Fenced
    standing: str
    is_late: bool
    applied_at: Instant | None
    change: str
    people: int | None
    share_of_world: float | None
    revenue_usd: float | None
    cost_usd: float | None
    data_version: str
    edges: int | None
    edges_current: int | None
    is_unapproved: bool
    lapses_at: Instant | None
    open_jobs: int
    overdue_jobs: int
    jobs: tuple[JobRow, ...]
    checklist: tuple[DutyRow, ...]


class PastText(Message):
    """One text of a rule that was put in force, and until when; ``is_lifted`` held nowhere."""

    rule: Fenced
    is_lifted: bool
    applied_at: Instant
    ended_at: Instant | None
    change: str


class GeofenceRegister(Message):
    """Orders at an instant of the platform, the most urgent first, all texts, and the edge now.

    Of very many texts the newest are told, and how many older ones are ``left_off``.
    """

    at: Instant
    revision: int
    orders: tuple[OrderRow, ...]
    history: tuple[PastText, ...]
    left_off: int
    edges: tuple[EdgeState, ...]
