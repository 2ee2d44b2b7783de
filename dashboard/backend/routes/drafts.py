"""The route of a draft's impact: what a rule would touch, while it is still being written."""

from typing import Annotated

from fastapi import APIRouter, Depends

from dashboard.access.permissions import Permission
from dashboard.backend.changes.content import checked
from dashboard.backend.changes.revisions import whole_contents
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.plane import ControlPlane
from dashboard.backend.strict_json import StrictRoute
from dashboard.control.change_documents import Impact
from dashboard.control.changes import ChangeKind
from dashboard.control.geofence import Draft
from dashboard.errors import NotPermitted, OutsideReach
from dashboard.geofence.conflicts import conflicts
from dashboard.geofence.fence import Fence
from dashboard.geofence.fence import holding as in_force
from dashboard.geofence.impact import impact
from dashboard.geofence.sentences import sentences


def routes(plane: ControlPlane) -> APIRouter:
    """The route of drafts of one control plane."""
    router = APIRouter(prefix="/v1/geofence", tags=["geofence"], route_class=StrictRoute)
    writer = Annotated[Actor, Depends(holding(plane, Permission.GEOFENCE_PROPOSE))]

    @router.post("/impact", responses=GUARDED)
    def reckon(draft: Draft, actor: writer) -> Impact:
        """Whom a draft would touch now, within the reach of whoever asks; nothing is kept."""
        return _reckoned(plane, actor, checked(Fence, draft.content))

    return router


def _reckoned(plane: ControlPlane, actor: Actor, fence: Fence) -> Impact:
    with plane.database.reading() as connection:
        now = plane.clock.read(connection, plane.wall()).now
        contents = whole_contents(connection, ChangeKind.GEOFENCE)
    others = [rule for rule in in_force(checked(Fence, each) for each in contents)
              if rule.id != fence.id]  # fmt: skip
    warehouse = plane.warehouse()
    try:
        found = impact(warehouse, fence, others, reach=actor.reach, as_of=now)
    except OutsideReach as outside:
        raise NotPermitted(str(outside)) from outside
    return Impact(
        people=found.people,
        is_exact=found.people is not None and warehouse.weight("user_days") == 1,
        data_version=str(found.data_version),
        share_of_world=found.share_of_world,
        revenue_usd=None if found.revenue_usd is None else float(found.revenue_usd),
        cost_usd=None if found.cost_usd is None else float(found.cost_usd),
        sentences=(*(each.sentence for each in conflicts(fence, others)), *sentences(found)),
    )
