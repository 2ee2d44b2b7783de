"""The register: every order, whether it is in force, and how it stands to its deadline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.geofence.jobs import Job, JobKind, JobState
from dashboard.geofence.rule import Rule


class Standing(StrEnum):
    """How an order stands, the most urgent first."""

    OVERDUE = "overdue"
    PENDING = "pending"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the register shows it; ``is_late`` is one that was obeyed after its deadline."""

    rule: Rule
    standing: Standing
    is_late: bool
    open_jobs: int
    overdue_jobs: int


def register(
    live: Iterable[Rule],
    drafts: Iterable[Rule],
    jobs: Sequence[Job],
    at: datetime,
    *,
    ended: Iterable[Rule] = (),
) -> list[Order]:
    """Every order at an instant, the most urgent first, then by deadline and name.

    ``live`` are rules that were put in force, whether or not their time has come; ``drafts`` are
    not. A draft of a live rule is left out: its order is obeyed already. Of ``ended`` ones, which
    were lifted or taken back, those are told that still owe or did a job with data; nobody has to
    look again at a rule that is over.
    """
    applied = {rule.id: rule for rule in live}
    waiting = {rule.id: rule for rule in drafts if rule.id not in applied}
    orders = [
        _order(rule, _standing(rule, at, is_live=rule.id in applied), jobs, at)
        for rule in (*applied.values(), *waiting.values())
    ]
    with_data = [job for job in jobs if job.kind is not JobKind.REVIEW]
    owing = {job.rule for job in with_data} - applied.keys() - waiting.keys()
    orders += [_order(rule, Standing.ENDED, with_data, at) for rule in ended if rule.id in owing]
    urgency = list(Standing)
    return sorted(
        orders,
        key=lambda each: (urgency.index(each.standing), each.rule.basis.due_at, each.rule.id),
    )


def _standing(rule: Rule, at: datetime, *, is_live: bool) -> Standing:
    if is_live and rule.is_in_force(at):
        return Standing.IN_FORCE
    if is_live and rule.begins_at <= at:
        return Standing.ENDED
    return Standing.OVERDUE if rule.basis.due_at <= at else Standing.PENDING


def _order(rule: Rule, standing: Standing, jobs: Sequence[Job], at: datetime) -> Order:
    states = [job.state(at) for job in jobs if job.rule == rule.id]
    has_begun = standing in (Standing.IN_FORCE, Standing.ENDED)
    return Order(
        rule, standing, has_begun and rule.begins_at > rule.basis.due_at,
        open_jobs=states.count(JobState.OPEN) + states.count(JobState.OVERDUE),
        overdue_jobs=states.count(JobState.OVERDUE),
    )  # fmt: skip
