"""The route of status: versions, database, clock, warehouse and edge at one glance."""

from typing import Annotated

from fastapi import APIRouter, Depends

from dashboard import VERSION
from dashboard.access.permissions import Permission
from dashboard.backend.changes.calls import calls_state
from dashboard.backend.changes.outbox import outbox_state
from dashboard.backend.identity.actor import Actor
from dashboard.backend.identity.gate import GUARDED, holding
from dashboard.backend.ofrep.routes import Edge
from dashboard.backend.plane import ControlPlane
from dashboard.backend.upgrade import revision_of
from dashboard.control.status import Status, TableState
from dashboard.errors import DashboardError
from dashboard.warehouse.engine import Warehouse

_DATABASES = {True: "SQLite", False: "PostgreSQL"}


def routes(plane: ControlPlane, edge: Edge) -> APIRouter:
    """The route of status of one control plane."""
    router = APIRouter(prefix="/v1/status", tags=["status"])
    reader = Annotated[Actor, Depends(holding(plane, Permission.STATUS_READ))]

    @router.get("", responses=GUARDED)
    def status(actor: reader) -> Status:
        """How the control plane stands."""
        with plane.database.reading() as connection:
            revision = revision_of(connection)
        warehouse, trouble = _warehouse(plane)
        return Status(
            version=VERSION,
            started_at=plane.started_at,
            database=_DATABASES[plane.database.is_sqlite],
            schema_revision=revision,
            clock=plane.now(),
            warehouse_version=None if warehouse is None else warehouse.version,
            warehouse_trouble=trouble,
            tables=() if warehouse is None else _tables(warehouse),
            outbox=outbox_state(plane),
            calls=calls_state(plane),
            edges=edge.states(actor.reach),
        )

    return router


def _warehouse(plane: ControlPlane) -> tuple[Warehouse | None, str]:
    try:
        return plane.warehouse(), ""
    except DashboardError as failed:
        return None, str(failed)


def _tables(warehouse: Warehouse) -> tuple[TableState, ...]:
    marks = sorted(warehouse.watermarks.items())
    return tuple(TableState(name=name, complete_until=until) for name, until in marks)
