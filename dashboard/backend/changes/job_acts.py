"""Acts on jobs: handing one on, proving that it was done, giving it up."""

from dataclasses import replace

import sqlalchemy as sa

from dashboard.access.permissions import Permission
from dashboard.access.roles import permissions_of
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.fences import texts_of
from dashboard.backend.changes.jobs import Kept, keep
from dashboard.backend.identity.people import Person, person_of
from dashboard.control.geofence import Evidencing
from dashboard.errors import ChangeMoved, ContentRefused, NotNow, NotPermitted, VersionMissing
from dashboard.geofence.jobs import Evidence, Job

ACTING = (Permission.GEOFENCE_PROPOSE, Permission.GEOFENCE_APPLY)
"""Rights of which one lets somebody work on a job."""
_MOST_EVIDENCE = 20


def decided_on(desk: Desk, kept: Kept, based_on: str) -> Kept:
    """The job, for whoever may work on it, if this is the version they decided on.

    Raises NotPermitted, VersionMissing or ChangeMoved.
    """
    if not _may_work(desk.connection, person_of(desk.connection, desk.actor.person), kept.job):
        raise NotPermitted("The places of this job are beyond your reach.")
    if not based_on:
        raise VersionMissing("Say in If-Match which version of the job this was decided on.")
    if based_on != kept.etag:
        raise ChangeMoved(f"The job is at version {kept.version}. Look again, then decide.")
    if kept.job.dropped_at is not None:
        raise NotNow("The job was dropped; nothing more is done about it.")
    return kept


def assign(desk: Desk, kept: Kept, owner: str) -> Kept:
    """The job handed to somebody; raises ContentRefused for whoever could not work on it."""
    person = person_of(desk.connection, owner)
    if not _may_work(desk.connection, person, kept.job):
        raise ContentRefused("Nobody of this id may work on a job there.", field="owner")
    return keep(desk, kept, _changed(kept, owner=owner), "assign")


def prove(desk: Desk, kept: Kept, said: Evidencing) -> Kept:
    """The job with this evidence, and so done; raises NotNow where it has too much of it."""
    job = kept.job
    if len(job.evidence) >= _MOST_EVIDENCE:
        raise NotNow(f"A job takes {_MOST_EVIDENCE} documents; name the others in one of them.")
    # A demo's clock may have been set back since the job was opened.
    at = max(desk.now, job.opened_at)
    one = Evidence(document=said.document, sha256=said.sha256, by=desk.actor.person, at=at)
    after = _changed(kept, evidence=(*job.evidence, one), done_at=job.done_at or at)
    return keep(desk, kept, after, "evidence")


def drop(desk: Desk, kept: Kept, reason: str) -> Kept:
    """The job given up, and why; raises NotNow for one that is done."""
    if kept.job.done_at is not None:
        raise NotNow("It is done; there is nothing to drop.")
    after = _changed(kept, dropped_at=max(desk.now, kept.job.opened_at))
    return keep(desk, kept, replace(after, drop_reason=reason), "drop")


def _changed(kept: Kept, **changed: object) -> Kept:
    return replace(kept, job=Job.model_validate({**kept.job.model_dump(), **changed}))


def _may_work(connection: sa.Connection, person: Person | None, job: Job) -> bool:
    """Whether somebody holds a right to it now, and may see every place its rule is about."""
    if person is None or not person.is_active or person.is_service:
        return False
    seen = person.reach.countries
    places = [fence.touched_countries for _, fence in texts_of(connection, job.rule) if fence]
    within = seen is None or (bool(places) and places[-1] <= seen)
    return within and bool(permissions_of(person.roles) & set(ACTING))
