"""The application: routes, limits and the form of every answer."""

from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboard import VERSION
from dashboard.backend.documented import Documented
from dashboard.backend.measures import Measured, Measures
from dashboard.backend.ofrep.in_force import definitions_in_force
from dashboard.backend.ofrep.routes import Edge, edge_routes, ofrep_routes
from dashboard.backend.plane import ControlPlane
from dashboard.backend.problems import handle_problems
from dashboard.backend.routes import (
    audit,
    changes,
    clock,
    drafts,
    geofence,
    health,
    jobs,
    live,
    oidc,
    passwords,
    people,
    session,
    status,
    stop_tokens,
)
from dashboard.control.wire import Problem

MOST_BODY_BYTES = 64 << 10
_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
_PROBLEMS: dict[int | str, dict[str, object]] = {
    400: {"model": Problem, "description": "The body cannot be read"},
    422: {"model": Problem, "description": "A field is not as it should be"},
    503: {"model": Problem, "description": "The database or the warehouse does not answer"},
}


def application(plane: ControlPlane) -> FastAPI:
    """The application of one control plane."""
    measures = Measures()
    app = Documented(
        title="Control plane of a short-video platform",
        version=VERSION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=MOST_BODY_BYTES,
        telemetry={"tracing": False},
    )
    app.include_router(health.routes(plane, measures))
    app.include_router(oidc.routes(plane))
    if not (plane.is_demo or plane.sign_in.issuer):
        app.include_router(passwords.routes(plane))
    _add_edge(app, plane)
    for subject in (audit, changes, clock, drafts, jobs, live, people, session, stop_tokens):
        app.include_router(subject.routes(plane), responses=_PROBLEMS)
    handle_problems(app)
    app.add_exception_handler(OAuth2Error, oidc.token_problem)
    app.add_middleware(Measured, measures=measures)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_hosts(plane))
    return app


def _add_edge(app: FastAPI, plane: ControlPlane) -> None:
    """The routes of the edge, and of status, which tells what the edge runs."""
    edge = Edge(lambda: definitions_in_force(plane), key=plane.edge_key, wall=plane.wall)
    app.include_router(ofrep_routes(edge))
    app.include_router(edge_routes(edge), responses=_PROBLEMS)
    app.include_router(status.routes(plane, edge), responses=_PROBLEMS)
    app.include_router(geofence.routes(plane, edge), responses=_PROBLEMS)


def _hosts(plane: ControlPlane) -> list[str]:
    return [*_HOSTS, urlsplit(plane.base_url).hostname or _HOSTS[0]]
