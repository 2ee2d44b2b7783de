"""Jobs: what must be done to data because of a rule, by whom, until when, and what shows it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from dashboard.geofence.rule import BasisKind, Rule, RuleId


class JobKind(StrEnum):
    """What is done to the data, or to the rule itself."""

    DELETE = "delete"
    EXPORT = "export"
    ISOLATE = "isolate"
    REVIEW = "review"


class JobState(StrEnum):
    """How far a job is."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DROPPED = "dropped"


class Evidence(BaseModel):
    """What shows that a job was done: a document, the sha256 of what it holds, by whom, when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str = Field(min_length=1, max_length=200)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    by: str = Field(min_length=1, max_length=200)
    at: AwareDatetime


class Job(BaseModel):
    """One job of a rule. It is done once there is evidence of it, and not before.

    It may be overdue when it is opened: an order that is obeyed late is owed all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: RuleId
    rule: RuleId
    order_number: str = Field(min_length=1, max_length=200)
    kind: JobKind
    what: str = Field(min_length=1, max_length=500)
    owner: str = Field(min_length=1, max_length=200)
    opened_at: AwareDatetime
    due_at: AwareDatetime
    done_at: AwareDatetime | None = None
    dropped_at: AwareDatetime | None = None
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.done_at is not None and not self.evidence:
            raise ValueError("a job is done once there is evidence of it")
        if self.done_at is not None and self.dropped_at is not None:
            raise ValueError("a job is done or dropped, not both")
        ends = [at for at in (self.done_at, self.dropped_at) if at is not None]
        if ends and min(ends) < self.opened_at:
            raise ValueError("a job is done or dropped after it was opened")
        return self

    def state(self, at: datetime) -> JobState:
        """How far it is at an instant."""
        if self.done_at is not None and self.done_at <= at:
            return JobState.DONE
        if self.dropped_at is not None and self.dropped_at <= at:
            return JobState.DROPPED
        return JobState.OVERDUE if self.due_at <= at else JobState.OPEN


class Duty(NamedTuple):
    """A line of a checklist: what to do, the job it asks for, and how long after the order."""

    what: str
    kind: JobKind | None
    within: timedelta


_BLOCK = Duty("Block the domains, addresses and store listings the order names", None,
              timedelta(days=1))  # fmt: skip
_REPORT = Duty("Send the authority a report of what was done, with the edges' acknowledgements",
               JobKind.EXPORT, timedelta(days=2))  # fmt: skip
_ANSWER = Duty("Answer the authority's questions", JobKind.EXPORT, timedelta(days=23))
_APART = Duty("Keep the data of these places apart from all others", JobKind.ISOLATE,
              timedelta(days=7))  # fmt: skip
_PRESERVE = Duty("Keep a copy of what may be evidence before anything is deleted", JobKind.EXPORT,
                 timedelta(days=1))  # fmt: skip
_ERASE = Duty("Delete what may no longer be kept, and prove it", JobKind.DELETE,
              timedelta(days=30))  # fmt: skip
_REVIEW = Duty("Look again whether the rule is still needed", JobKind.REVIEW, timedelta(days=7))

CHECKLIST: dict[BasisKind, tuple[Duty, ...]] = {
    BasisKind.GOVERNMENT_ORDER: (_BLOCK, _REPORT, _ANSWER, _APART, _PRESERVE, _ERASE),
    BasisKind.COURT_ORDER: (_BLOCK, _PRESERVE, _REPORT, _ERASE),
    BasisKind.REGULATOR_REQUEST: (_ANSWER, _PRESERVE, _APART),
    BasisKind.DATA_PROTECTION: (_APART, _ERASE, _REPORT),
    BasisKind.OWN_DECISION: (_REVIEW,),
}
"""What each legal basis asks for. Periods are the house's own; an order's own date goes first."""


def due_at(duty: Duty, rule: Rule) -> datetime:
    """By when the order of a rule asks for a duty; one that blocks is due when the order is."""
    return rule.basis.due_at if duty is _BLOCK else rule.basis.received_at + duty.within


def checklist(
    rule: Rule, jobs: Iterable[Job], at: datetime, *, is_obeyed: bool
) -> list[tuple[Duty, datetime, bool]]:
    """Each duty of a rule, by when, and whether a job of its kind was done for it.

    One that blocks is done by the rule having been in force, ``is_obeyed``.
    """
    own = [job for job in jobs if _is_of(job, rule)]
    return [
        (duty, due_at(duty, rule), _is_done(duty, own, at) or (duty is _BLOCK and is_obeyed))
        for duty in CHECKLIST[rule.basis.kind]
    ]


def _is_of(job: Job, rule: Rule) -> bool:
    return (job.rule, job.order_number) == (rule.id, rule.basis.order_number)


def _is_done(duty: Duty, jobs: Iterable[Job], at: datetime) -> bool:
    return any(
        job.kind is duty.kind and job.what == duty.what and job.state(at) is JobState.DONE
        for job in jobs
    )
