"""Measures: how many requests of each kind there were and how long they took, for Prometheus."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_UNKNOWN = "unknown"


class Measures:
    """The measures of one control plane."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "control_requests", "Requests answered", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "control_request_seconds", "Seconds until a request was answered", ["method", "route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request. A path that is no route of ours is not named: anyone can make one."""
        route = getattr(scope.get("route"), "path", _UNKNOWN)
        method = scope["method"] if route != _UNKNOWN else _UNKNOWN
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All measures in Prometheus' text form."""
        return generate_latest(self._registry)


class Measured:
    """Middleware that counts and times every request."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        """Stand in front of ``app``."""
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._measures.note(scope, status, perf_counter() - begun)
