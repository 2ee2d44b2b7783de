"""The moves of a change: from where, by which act, to where, and who makes it; for every kind."""

from enum import StrEnum

from dashboard.control.changes import ChangeAct as Act
from dashboard.control.changes import State


class Who(StrEnum):
    """Who makes a move, always one of those who hold the right of the change's kind."""

    PROPOSER = "whoever may propose changes of this kind"
    WRITER = "whoever wrote it"
    APPROVER = "an approver who did not write it"
    APPLIER = "somebody who may apply it and did not write it"
    TIGHTENER = "one person who may tighten in an emergency"
    STOPPER = "whoever may stop"
    SECOND = "a second person"
    CLOCK = "the control plane"


MOVES: tuple[tuple[State, Act, State, Who], ...] = (
    (State.DRAFT, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.DRAFT, Act.PREVIEW, State.PREVIEWED, Who.PROPOSER),
    (State.DRAFT, Act.TIGHTEN, State.LIVE, Who.TIGHTENER),
    (State.DRAFT, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.DRAFT, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.DRAFT, Act.EXPIRE, State.EXPIRED, Who.CLOCK),
    (State.PREVIEWED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.PREVIEWED, Act.PREVIEW, State.PREVIEWED, Who.PROPOSER),
    (State.PREVIEWED, Act.SUBMIT, State.SUBMITTED, Who.PROPOSER),
    (State.PREVIEWED, Act.TIGHTEN, State.LIVE, Who.TIGHTENER),
    (State.PREVIEWED, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.PREVIEWED, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.PREVIEWED, Act.EXPIRE, State.EXPIRED, Who.CLOCK),
    (State.SUBMITTED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.SUBMITTED, Act.PREVIEW, State.SUBMITTED, Who.PROPOSER),
    (State.SUBMITTED, Act.APPROVE, State.SUBMITTED, Who.APPROVER),
    (State.SUBMITTED, Act.APPROVE, State.APPROVED, Who.APPROVER),
    (State.SUBMITTED, Act.REJECT, State.REJECTED, Who.APPROVER),
    (State.SUBMITTED, Act.TIGHTEN, State.LIVE, Who.TIGHTENER),
    (State.SUBMITTED, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.SUBMITTED, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.SUBMITTED, Act.EXPIRE, State.EXPIRED, Who.CLOCK),
    (State.APPROVED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.APPROVED, Act.PREVIEW, State.APPROVED, Who.PROPOSER),
    (State.APPROVED, Act.APPROVE, State.APPROVED, Who.APPROVER),
    (State.APPROVED, Act.REJECT, State.REJECTED, Who.APPROVER),
    (State.APPROVED, Act.SCHEDULE, State.SCHEDULED, Who.APPLIER),
    (State.APPROVED, Act.APPLY, State.RAMPING, Who.APPLIER),
    (State.APPROVED, Act.APPLY, State.LIVE, Who.APPLIER),
    (State.APPROVED, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.APPROVED, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.APPROVED, Act.EXPIRE, State.EXPIRED, Who.CLOCK),
    (State.SCHEDULED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.SCHEDULED, Act.UNSCHEDULE, State.APPROVED, Who.APPLIER),
    (State.SCHEDULED, Act.REJECT, State.REJECTED, Who.APPROVER),
    (State.SCHEDULED, Act.STOP, State.ROLLED_BACK, Who.STOPPER),
    (State.SCHEDULED, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.SCHEDULED, Act.APPLY, State.RAMPING, Who.CLOCK),
    (State.SCHEDULED, Act.APPLY, State.LIVE, Who.CLOCK),
    (State.SCHEDULED, Act.SUSPEND, State.APPROVED, Who.CLOCK),
    (State.SCHEDULED, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.SCHEDULED, Act.EXPIRE, State.EXPIRED, Who.CLOCK),
    (State.RAMPING, Act.ADVANCE, State.RAMPING, Who.APPLIER),
    (State.RAMPING, Act.ADVANCE, State.LIVE, Who.APPLIER),
    (State.RAMPING, Act.PAUSE, State.RAMPING, Who.STOPPER),
    (State.RAMPING, Act.RESUME, State.RAMPING, Who.APPLIER),
    (State.RAMPING, Act.STOP, State.ROLLED_BACK, Who.STOPPER),
    (State.RAMPING, Act.OUTDATE, State.STALE, Who.CLOCK),
    (State.LIVE, Act.APPROVE, State.LIVE, Who.APPROVER),
    (State.LIVE, Act.STOP, State.ROLLED_BACK, Who.STOPPER),
    (State.LIVE, Act.ROLL_BACK, State.LIVE, Who.PROPOSER),
    (State.LIVE, Act.OUTDATE, State.ROLLED_BACK, Who.CLOCK),
    (State.ROLLED_BACK, Act.REVIEW, State.ROLLED_BACK, Who.SECOND),
    (State.REJECTED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.EXPIRED, Act.EDIT, State.DRAFT, Who.PROPOSER),
    (State.EXPIRED, Act.WITHDRAW, State.REJECTED, Who.WRITER),
    (State.STALE, Act.REBASE, State.DRAFT, Who.PROPOSER),
    (State.STALE, Act.WITHDRAW, State.REJECTED, Who.WRITER),
)
"""Every move there is. A change begins as a draft, written by a proposer.

The control plane makes the moves of a person's right too where a clock or a freeze brings them: a
ramp goes on or is paused, and a stop that nobody reviewed is noted.
"""

OPEN = frozenset(before for before, act, _, _ in MOVES if act is Act.EXPIRE)
"""Where a change stands that is not in force yet and still may be."""


def who_may(before: State, act: Act) -> Who | None:
    """Who may do this to a change that stands there; None where nobody can."""
    found = [who for at, by, _, who in MOVES if (at, by) == (before, act)]
    return found[0] if found else None


def leads_to(before: State, act: Act) -> frozenset[State]:
    """Where an act can lead to from there."""
    return frozenset(after for at, by, after, _ in MOVES if (at, by) == (before, act))
