"""In force: the geofence rules that were put in force, as the definitions the edge follows."""

from collections.abc import Iterator

import sqlalchemy as sa

from dashboard.backend.changes import revisions
from dashboard.backend.changes.content import checked, parsed
from dashboard.backend.changes.revisions import InForce
from dashboard.backend.changes.tables import REVISIONS
from dashboard.backend.ofrep.live import Live
from dashboard.backend.plane import ControlPlane
from dashboard.control.changes import ChangeKind
from dashboard.control.wire import ClockMode
from dashboard.geofence.emergency import Emergency, with_emergencies
from dashboard.geofence.fence import Fence, holding
from dashboard.geofence.flags import compiled, compiled_still
from dashboard.geofence.rule import Rule


def definitions_in_force(plane: ControlPlane) -> Live:
    """The definitions of every rule in force, in the edge's time; raises DatabaseUnready.

    Their revision counts what was ever put in force or ended, of all rules together, so that it
    only grows.
    """
    with plane.database.reading() as connection:
        clock = plane.clock.read(connection, plane.wall())
        found = revisions.in_force(connection, ChangeKind.GEOFENCE)
        whole = [each for each in found if each.whole_at is not None]
        rules = _rules(connection, whole)
        revision = connection.execute(_REVISION).scalar() or 0
    texts = frozenset(each.content_hash for each in whole)
    if clock.mode is ClockMode.DEMO and not clock.is_set:
        return Live(revision, compiled_still(rules, clock.now), texts)
    return Live(revision, compiled(rules, ahead=clock.wall_at - clock.now), texts)


def _rules(connection: sa.Connection, whole: list[InForce]) -> list[Rule]:
    """What holds, with what holds for a while and what holds after it."""
    lasting = holding(filter(None, (_fence(each) for each in whole if each.until is None)))
    return with_emergencies(lasting, _emergencies(connection, whole))


def _emergencies(connection: sa.Connection, whole: list[InForce]) -> Iterator[Emergency]:
    for each in whole:
        fence = _fence(each)
        if each.until is not None and fence is not None:
            before = holding(filter(None, [_fence(revisions.before(connection, each))]))
            yield Emergency(fence, before[0] if before else None, each.until)


def _fence(one: InForce | None) -> Fence | None:
    content = None if one is None else parsed(one.content)
    return None if content is None else checked(Fence, content)


_REVISION = (
    sa.select(sa.func.count())
    .select_from(REVISIONS)
    .where(REVISIONS.c.kind == ChangeKind.GEOFENCE.value)
)
