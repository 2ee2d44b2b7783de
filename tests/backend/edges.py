"""The edge of a control plane, served on loopback alone, and rules that can be changed."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from dashboard.backend.ofrep.live import Live
from dashboard.backend.ofrep.routes import Edge, edge_routes, ofrep_routes
from dashboard.geofence.flags import compiled
from dashboard.geofence.rule import Rule
from tests.conditions import comes_true
from tests.servers import free_port


@dataclass
class Rules:
    """The rules in force, as a change engine would give them."""

    revision: int = 1
    rules: Sequence[Rule] = ()

    def live(self) -> Live:
        return Live(self.revision, compiled(self.rules))

    def change(self, *rules: Rule) -> None:
        self.rules = rules
        self.revision += 1


@contextmanager
def serving(edge: Edge, port: int = 0) -> Iterator[str]:
    """The address of these routes alone, until the block ends."""
    app = FastAPI()
    app.include_router(ofrep_routes(edge))
    app.include_router(edge_routes(edge))
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    comes_true(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
