"""The route of the register of geofence orders, which everybody who needs no act may read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dashboard.access.permissions import Permission
from dashboard.backend.changes.fences import Texts, every_text
from dashboard.backend.changes.orders import Asked, told
from dashboard.backend.changes.orders import orders as orders_of
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.ofrep.routes import Edge
from dashboard.backend.plane import ControlPlane
from dashboard.control.edge import Origin, Traffic
from dashboard.control.geofence import GeofenceRegister, PastText
from dashboard.control.wire import Instant
from dashboard.errors import NotPermitted
from dashboard.geofence.fence import Fence

_MOST_TEXTS = 500


def routes(plane: ControlPlane, edge: Edge) -> APIRouter:
    """The route of the register of one control plane."""
    router = APIRouter(prefix="/v1/geofence", tags=["geofence"])
    reader = Annotated[Actor, Depends(holding(plane, Permission.GEOFENCE_READ))]

    @router.get("", responses=GUARDED)
    def orders(actor: reader, at: Annotated[Instant | None, Query()] = None) -> GeofenceRegister:
        """Every order now, or what was in force at an instant, and how the edge stands now."""
        edges = edge.states(actor.reach)
        with plane.database.reading() as connection:
            now = plane.clock.read(connection, plane.wall()).now
            everything = every_text(connection)
            texts = [(one, fence) for one, fence in everything if _is_seen(fence, actor)]
            asked = Asked(at or now, at is None, Permission.CHANGES_READ in actor.permissions)
            found = orders_of(connection, texts, edge.ledger, asked)
        return GeofenceRegister(
            at=asked.at,
            revision=len(everything),
            orders=tuple(row for row in found if _is_within(row.rule.countries, actor)),
            history=_history(texts[-_MOST_TEXTS:], now),
            left_off=max(len(texts) - _MOST_TEXTS, 0),
            edges=edges,
        )

    _add_traffic(router, plane, edge)
    return router


def _add_traffic(router: APIRouter, plane: ControlPlane, edge: Edge) -> None:
    reader = Annotated[Actor, Depends(holding(plane, Permission.GEOFENCE_READ))]

    @router.get("/traffic", responses=GUARDED)
    def traffic(actor: reader, country: Origin) -> Traffic:
        """What became of the requests from one country at the edge, by minute of the last hour."""
        if not _is_within([country], actor):
            raise NotPermitted("This country is beyond your reach.")
        return edge.traffic(country)


def _history(texts: Texts, now: datetime) -> tuple[PastText, ...]:
    return tuple(
        PastText(
            rule=told(fence), is_lifted=fence.is_lifted, applied_at=one.applied_at,
            ended_at=one.ended_at or (one.until if one.until and one.until <= now else None),
            change=one.change,
        )
        for one, fence in texts if fence is not None
    )  # fmt: skip


def _is_seen(fence: Fence | None, actor: Actor) -> bool:
    return fence is not None and _is_within(fence.touched_countries, actor)


def _is_within(countries: Iterable[str], actor: Actor) -> bool:
    """Whether all of them are within reach: a part of a number would be taken for the whole."""
    seen = actor.reach.countries
    return seen is None or set(countries) <= seen
