"""Health: whether the process lives, whether it can work, and what it measured of itself."""

from fastapi import APIRouter, Response

from dashboard.backend.measures import Measures
from dashboard.backend.plane import ControlPlane
from dashboard.backend.upgrade import newest_revision, revision_of
from dashboard.control.wire import Check, Readiness
from dashboard.errors import DashboardError

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(plane: ControlPlane, measures: Measures) -> APIRouter:
    """The routes of health of one control plane."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    def health() -> dict[str, str]:
        """Whether the process lives; it asks nothing of anyone."""
        return {"status": "alive"}

    @router.get("/readyz", responses={503: {"model": Readiness}})
    def readiness(response: Response) -> Readiness:
        """Whether the database and the warehouse can be worked with."""
        checks = (_database(plane), _warehouse(plane))
        is_ready = all(check.is_ok for check in checks)
        response.status_code = 200 if is_ready else 503
        return Readiness(is_ready=is_ready, checks=checks)

    @router.get("/metrics", response_class=Response,
                responses={200: {"content": {"text/plain": {}}}})  # fmt: skip
    def metrics() -> Response:
        """Counts and times of requests, in Prometheus' text form."""
        return Response(measures.text(), media_type=_METRICS_TYPE)

    return router


def _database(plane: ControlPlane) -> Check:
    try:
        with plane.database.reading() as connection:
            revision = revision_of(connection)
    except DashboardError as failed:
        return Check(name="database", is_ok=False, detail=str(failed))
    newest = newest_revision()
    said = f"tables of revision {revision}; this program knows {newest}"
    return Check(name="database", is_ok=revision == newest, detail=said)


def _warehouse(plane: ControlPlane) -> Check:
    try:
        version = plane.warehouse().version
    except DashboardError as failed:
        return Check(name="warehouse", is_ok=False, detail=str(failed))
    return Check(name="warehouse", is_ok=True, detail=f"version {version}")
