"""Jobs of geofence orders as they are kept: opened once for an order, and changed by acts."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from dashboard.backend.audit.entries import Entry, Json
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.tables import JOBS
from dashboard.errors import JobUnknown
from dashboard.geofence.jobs import CHECKLIST, Duty, Job, due_at
from dashboard.geofence.rule import Rule


@dataclass(frozen=True, slots=True)
class Kept:
    """A job with what the database keeps beside it: its version, and why it was dropped."""

    job: Job
    version: int
    drop_reason: str

    @property
    def etag(self) -> str:
        """What If-Match takes for this version."""
        return f'"{self.version}"'


def kept_jobs(connection: sa.Connection, at: datetime) -> list[Kept]:
    """Every job opened by an instant, as it stood then but for its owner, by when it is due."""
    query = sa.select(JOBS).where(JOBS.c.opened_at <= at).order_by(JOBS.c.due_at, JOBS.c.id)
    return [_as_of(_read(row), at) for row in connection.execute(query)]


def kept_job(connection: sa.Connection, id: str) -> Kept:
    """One job; raises JobUnknown."""
    row = connection.execute(sa.select(JOBS).where(JOBS.c.id == id)).first()
    if row is None:
        raise JobUnknown("There is no job of this id.")
    return _read(row)


def open_owed(desk: Desk, rule: Rule, *, owner: str) -> None:
    """Open the jobs that the order of a rule asks for, but for those it opened before."""
    for duty in CHECKLIST[rule.basis.kind]:
        if duty.kind is not None and not _is_opened(desk.connection, rule, duty):
            _open(desk, _owed(desk, rule, duty, owner))


def keep(desk: Desk, before: Kept, after: Kept, act: str) -> Kept:
    """The job one version on, kept with its row of the audit."""
    after = replace(after, version=before.version + 1)
    its = sa.update(JOBS).where(JOBS.c.id == after.job.id)
    desk.connection.execute(its.values(_row(after)))
    reason = after.drop_reason if before.drop_reason != after.drop_reason else ""
    entry = Entry(f"geofence_job.{act}", desk.actor.person, after.job.id, before=_told(before),
                  after=_told(after), reason=reason)  # fmt: skip
    desk.plane.record(desk.connection, entry)
    return after


def _is_opened(connection: sa.Connection, rule: Rule, duty: Duty) -> bool:
    query = sa.select(JOBS.c.id).where(
        JOBS.c.rule == rule.id, JOBS.c.order_number == rule.basis.order_number,
        JOBS.c.what == duty.what,
    )  # fmt: skip
    return connection.execute(query).first() is not None


def _owed(desk: Desk, rule: Rule, duty: Duty, owner: str) -> Kept:
    said = "\n".join((rule.id, rule.basis.order_number, duty.what))
    assert duty.kind is not None, "only a duty with a kind of job opens one"
    job = Job(
        id=f"job-{hashlib.sha256(said.encode()).hexdigest()[:16]}", rule=rule.id,
        order_number=rule.basis.order_number, kind=duty.kind, what=duty.what, owner=owner,
        opened_at=desk.now, due_at=due_at(duty, rule),
    )  # fmt: skip
    return Kept(job, 1, "")


def _open(desk: Desk, kept: Kept) -> None:
    desk.connection.execute(sa.insert(JOBS).values(_row(kept)))
    entry = Entry("geofence_job.open", desk.actor.person, kept.job.id, after=_told(kept))
    desk.plane.record(desk.connection, entry)


def _row(kept: Kept) -> dict[str, object]:
    evidence = json.dumps([each.model_dump(mode="json") for each in kept.job.evidence])
    return {
        **kept.job.model_dump(), "kind": kept.job.kind.value, "evidence": evidence,
        "version": kept.version, "drop_reason": kept.drop_reason,
    }  # fmt: skip


def _read(row: sa.Row[tuple[object, ...]]) -> Kept:
    said = {**row._mapping, "evidence": json.loads(row.evidence)}
    version, reason = said.pop("version"), said.pop("drop_reason")
    return Kept(Job.model_validate(said), version, reason)


def _as_of(kept: Kept, at: datetime) -> Kept:
    job = kept.job
    is_dropped = job.dropped_at is not None and job.dropped_at <= at
    past = {
        "done_at": job.done_at if job.done_at is not None and job.done_at <= at else None,
        "dropped_at": job.dropped_at if is_dropped else None,
        "evidence": tuple(each for each in job.evidence if each.at <= at),
    }
    reason = kept.drop_reason if is_dropped else ""
    return replace(kept, job=job.model_copy(update=past), drop_reason=reason)


def _told(kept: Kept) -> dict[str, Json]:
    job = kept.job
    documents: list[Json] = [f"{each.document} sha256:{each.sha256}" for each in job.evidence]
    return {
        "rule": job.rule, "order_number": job.order_number, "kind": job.kind.value,
        "what": job.what, "owner": job.owner, "due_at": job.due_at.isoformat(),
        "is_done": job.done_at is not None, "is_dropped": job.dropped_at is not None,
        "evidence": documents, "version": kept.version,
    }  # fmt: skip
