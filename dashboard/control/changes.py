"""The messages of changes that are sent: what is proposed, and what is done to it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue

from dashboard.control.ramp import RampPlan
from dashboard.control.wire import Instant, Message


class ChangeKind(StrEnum):
    """What a change is about."""

    GRANTS = "grants"
    FREEZE = "freeze"
    GEOFENCE = "geofence"
    RANKING = "ranking"


class State(StrEnum):
    """Where a change stands."""

    DRAFT = "draft"
    PREVIEWED = "previewed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RAMPING = "ramping"
    LIVE = "live"
    REJECTED = "rejected"
    EXPIRED = "expired"
    STALE = "stale"
    ROLLED_BACK = "rolled_back"


class ChangeAct(StrEnum):
    """What is done to a change; the last three are the control plane's own."""

    CREATE = "create"
    EDIT = "edit"
    PREVIEW = "preview"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    APPLY = "apply"
    TIGHTEN = "tighten"
    ADVANCE = "advance"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    ROLL_BACK = "roll_back"
    REBASE = "rebase"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    EXPIRE = "expire"
    OUTDATE = "outdate"
    SUSPEND = "suspend"


class View(StrEnum):
    """Which changes are listed: those that wait for me, mine, or all."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"


Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Reason = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]
Content = dict[str, JsonValue]
"""What a change would put in force, in the fields of its kind."""


class Proposal(Message):
    """A change as somebody writes it: what it is, why, its content, and how it goes in force.

    ``ramp`` is for kinds that reach people step by step. Past ``expires_at`` it is not applied.
    """

    kind: ChangeKind
    title: Title
    reason: Reason
    content: Content
    ramp: RampPlan | None = None
    expires_at: Instant | None = None


class Edit(Message):
    """The change as it should be from now on; its approvals are void then."""

    title: Title
    reason: Reason
    content: Content
    ramp: RampPlan | None = None
    expires_at: Instant | None = None


class Said(Message):
    """An act that needs nothing but a sentence, which may be left out."""

    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class Because(Message):
    """An act that needs a reason: rejecting, pausing, stopping, reviewing."""

    reason: Reason


class Tightening(Message):
    """One person's act in an emergency: why, and a reference to what it rests on."""

    reason: Reason
    reference: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Approving(Message):
    """An approval; ``typed_people`` is the number of people touched, where it must be typed."""

    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    typed_people: Annotated[int, Field(ge=0, le=2**53)] | None = None


class Scheduling(Message):
    """When the change is to be applied, by the platform's clock."""

    at: Instant
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class RollingBack(Message):
    """Which earlier revision is to be in force again, and why."""

    revision: Annotated[int, Field(ge=0, le=2**31 - 1)]
    reason: Reason


class ChangeQuestion(Message):
    """Which changes are listed; ``before`` is the id of the last one of the page before."""

    view: View = View.ALL
    kind: ChangeKind | None = None
    state: State | None = None
    subject: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[str, Field(max_length=60)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
