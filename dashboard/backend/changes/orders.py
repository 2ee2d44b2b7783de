"""Orders: the register of geofence orders, as it is told to one reader at one instant."""

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from dashboard.backend.changes.fences import Texts, fence_of
from dashboard.backend.changes.jobs import Kept, kept_jobs
from dashboard.backend.changes.moves import OPEN
from dashboard.backend.changes.revisions import InForce, standing
from dashboard.backend.changes.store import Doc, those
from dashboard.backend.changes.tables import CHANGES
from dashboard.backend.schema import PEOPLE
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind
from dashboard.control.geofence import DutyRow, EvidenceRow, Fenced, JobRow, OrderRow
from dashboard.geofence.fence import Fence
from dashboard.geofence.jobs import Duty, checklist
from dashboard.geofence.register import Order, Standing, register
from dashboard.geofence.rule import Rule

_UNRECKONED = Impact(people=None, is_exact=False, data_version="", sentences=())


@dataclass(frozen=True, slots=True)
class Asked:
    """An instant, whether it is now, when drafts are told too, and whether names may be read."""

    at: datetime
    is_now: bool
    reads_names: bool


class Acknowledged(Protocol):
    """What the points of presence acknowledged."""

    def points(self) -> Sized:
        """Every one of them that was heard of."""

    def running(self, text: str) -> int:
        """How many acknowledged the rule of this content hash."""


@dataclass(frozen=True, slots=True)
class _Known:
    asked: Asked
    live: dict[str, tuple[Fence, InForce]]
    obeyed_at: dict[tuple[str, str], datetime]
    drafts: dict[str, tuple[Fence, Doc]]
    docs: dict[str, Doc]
    jobs: Sequence[Kept]
    names: dict[str, str]
    acknowledged: Acknowledged


def orders(
    connection: sa.Connection, texts: Texts, acknowledged: Acknowledged, asked: Asked
) -> list[OrderRow]:
    """Every order, the most urgent first, with its jobs, its checklist and what is at stake."""
    docs = those(connection, CHANGES.c.kind == ChangeKind.GEOFENCE.value)
    open_ones = [doc for doc in docs if asked.is_now and doc.state in OPEN]
    known = _Known(
        asked,
        _live(connection, texts, asked.at),
        _obeyed_at(texts),
        {fence.id: (fence, doc) for doc in open_ones if (fence := fence_of(doc.content))},
        {doc.id: doc for doc in docs},
        kept_jobs(connection, asked.at),
        {id: name for id, name in connection.execute(sa.select(PEOPLE.c.id, PEOPLE.c.name))},
        acknowledged,
    )
    return [_row(known, order) for order in _registered(known, texts)]


def told(rule: Rule) -> Fenced:
    """A rule as it reads, without whom its order names as contact."""
    basis = rule.basis
    return Fenced(
        id=rule.id, title=rule.title, action=rule.action.value, begins_at=rule.begins_at,
        ends_at=rule.ends_at, places=tuple(sorted(rule.places)),
        countries=tuple(sorted(rule.touched_countries)), surfaces=tuple(sorted(rule.surfaces)),
        authority=basis.authority, order_number=basis.order_number,
        received_at=basis.received_at, due_at=basis.due_at,
    )  # fmt: skip


def job_row(kept: Kept, names: dict[str, str], asked: Asked) -> JobRow:
    """A job as it is told: whoever reads no names sees that it is done, and not by whom."""
    job, name = kept.job, _namer(names, asked)
    evidence = tuple(
        EvidenceRow(document=each.document, sha256=each.sha256, by=name(each.by), at=each.at)
        for each in job.evidence
    )
    return JobRow(
        id=job.id, kind=job.kind.value, what=job.what, state=job.state(asked.at).value,
        version=kept.version, owner=job.owner if asked.reads_names else "",
        owner_name=name(job.owner), opened_at=job.opened_at, due_at=job.due_at,
        done_at=job.done_at, dropped_at=job.dropped_at,
        drop_reason=kept.drop_reason if asked.reads_names else "", evidence=evidence,
    )  # fmt: skip


def _namer(names: dict[str, str], asked: Asked) -> Callable[[str], str]:
    return lambda id: names.get(id, id) if asked.reads_names else ""


def _registered(known: _Known, texts: Texts) -> list[Order]:
    drafts = [fence for fence, _ in known.drafts.values() if not fence.is_lifted]
    past = {
        fence.id: fence for one, fence in texts
        if fence is not None and one.applied_at <= known.asked.at
    }  # fmt: skip
    return register(
        [fence for fence, _ in known.live.values()], drafts,
        [kept.job for kept in known.jobs], known.asked.at, ended=past.values(),
    )  # fmt: skip


def _live(
    connection: sa.Connection, texts: Texts, at: datetime
) -> dict[str, tuple[Fence, InForce]]:
    """What held for each rule; where a text's time was over, the one before it."""
    found = {}
    for one, _ in texts:
        if one.applied_at <= at and (one.ended_at is None or at < one.ended_at):
            stands = standing(connection, one, at)
            fence = fence_of(stands.content)
            if fence is not None and not fence.is_lifted:
                found[fence.id] = (fence, stands)
    return found


def _obeyed_at(texts: Texts) -> dict[tuple[str, str], datetime]:
    """When the first text of each order, by rule and number, was put in force."""
    found: dict[tuple[str, str], datetime] = {}
    for one, fence in texts:
        if fence is not None:
            found.setdefault((fence.id, fence.basis.order_number), one.applied_at)
    return found


def _is_late(known: _Known, order: Order) -> bool:
    """Whether it held nowhere by its deadline; texts edited since make it no later."""
    rule = order.rule
    at = known.obeyed_at.get((rule.id, rule.basis.order_number))
    is_applied_late = at is not None and at > rule.basis.due_at
    return order.is_late or (rule.id in known.live and is_applied_late)


def _row(known: _Known, order: Order) -> OrderRow:
    rule, at = order.rule, known.asked.at
    one = known.live[rule.id][1] if rule.id in known.live else None
    doc = _doc(known, rule, one)
    reckoned = _UNRECKONED if doc is None or doc.preview is None else doc.preview.impact
    jobs = [kept for kept in known.jobs if kept.job.rule == rule.id]
    is_run = known.asked.is_now and order.standing is Standing.IN_FORCE
    is_obeyed = order.standing in (Standing.IN_FORCE, Standing.ENDED)
    duties = checklist(rule, [kept.job for kept in jobs], at, is_obeyed=is_obeyed)
    is_unapproved = one is not None and doc is not None and _is_unapproved(one, doc, at)
    return OrderRow(
        rule=told(rule), standing=order.standing.value, is_late=_is_late(known, order),
        applied_at=None if one is None else one.applied_at, change="" if doc is None else doc.id,
        **{name: getattr(reckoned, name) for name in _AT_STAKE},
        edges=len(known.acknowledged.points()) if is_run else None,
        edges_current=known.acknowledged.running(one.content_hash) if is_run and one else None,
        is_unapproved=is_unapproved, lapses_at=one.until if one and is_unapproved else None,
        open_jobs=order.open_jobs, overdue_jobs=order.overdue_jobs,
        jobs=tuple(job_row(kept, known.names, known.asked) for kept in jobs),
        checklist=_duties(duties),
    )  # fmt: skip


_AT_STAKE = ("people", "share_of_world", "revenue_usd", "cost_usd", "data_version")


def _duties(found: Iterable[tuple[Duty, datetime, bool]]) -> tuple[DutyRow, ...]:
    return tuple(
        DutyRow(what=duty.what, kind="" if duty.kind is None else duty.kind.value, due_at=due_at,
                is_done=is_done)
        for duty, due_at, is_done in found
    )  # fmt: skip


def _doc(known: _Known, rule: Rule, one: InForce | None) -> Doc | None:
    """The change that put the rule in force, or that would."""
    if one is not None:
        return known.docs.get(one.change)
    return known.drafts[rule.id][1] if rule.id in known.drafts else None


def _is_unapproved(one: InForce, doc: Doc, at: datetime) -> bool:
    """Whether one person put this very text in force, and nobody had approved it by then."""
    if doc.emergency is None or one.revision != doc.revision:
        return False
    return doc.emergency.approved_at is None or at < doc.emergency.approved_at
