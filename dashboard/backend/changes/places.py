"""Places: where the ramp of a change stands at this very moment, told by instants alone.

A freeze has it rest from its first instant on until somebody resumes it, whether that was written
down or not, and even where the freeze was over before anybody could have.
"""

from datetime import datetime
from typing import NamedTuple

from dashboard.backend.changes.content import checked, parsed
from dashboard.backend.changes.desk import Desk
from dashboard.backend.changes.freeze import Freeze, sentence
from dashboard.backend.changes.gates import touched_countries
from dashboard.backend.changes.revisions import in_force
from dashboard.backend.changes.store import Doc
from dashboard.control.changes import ChangeKind
from dashboard.control.ramp import RampPlace


class Rest(NamedTuple):
    """Since when a ramp rests, and the sentence of the freeze that has it rest."""

    since: datetime
    why: str


def place_of(desk: Desk, doc: Doc) -> RampPlace | None:
    """Where its ramp stands now; None without one under way."""
    plan, place = doc.ramp_plan, doc.ramp_place
    if plan is None or place is None:
        return None
    rest = None if place.paused_at else rest_of(desk, doc, place)
    if rest is None:
        return place.at(plan, desk.now)
    return place.at(plan, rest.since).paused(rest.since)


def percent_of(desk: Desk, doc: Doc) -> int:
    """The per cent of people whom its ramp reaches now."""
    place = place_of(desk, doc)
    if place is None or doc.ramp_plan is None:
        return 0
    return doc.ramp_plan.steps[place.step].percent


def rest_of(desk: Desk, doc: Doc, place: RampPlace) -> Rest | None:
    """The first rest a freeze gave a ramp since it was last resumed, over or not; None for none."""
    countries = touched_countries(desk, doc)
    # A demo's clock may have been set back since.
    watched_from = min(desk.now, max(place.since, place.resumed_at or place.since))
    rests = []
    for each in in_force(desk.connection, ChangeKind.FREEZE):
        content = parsed(each.content)
        if content is None or each.whole_at is None:
            continue
        freeze = checked(Freeze, content)
        since = max(freeze.since, each.whole_at, watched_from)
        if since <= desk.now and freeze.holds(doc.kind, countries, since):
            rests.append(Rest(since, sentence(freeze, doc.kind)))
    return min(rests, default=None)
