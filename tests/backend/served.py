"""A control plane served on loopback, inside the process of the test."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from uuid import uuid4

import uvicorn

from dashboard.access.roles import Role
from dashboard.backend.application import application
from dashboard.backend.plane import ControlPlane
from dashboard.control.client import ControlClient
from tests.backend.people import joined, token_of
from tests.conditions import comes_true
from tests.servers import free_port


@contextmanager
def served(plane: ControlPlane) -> Iterator[str]:
    """The address of the control plane, until the block ends."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    found_there = application(replace(plane, base_url=address))
    config = uvicorn.Config(found_there, port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    comes_true(lambda: server.started)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def asked(plane: ControlPlane, *roles: Role) -> Iterator[ControlClient]:
    """A client of the control plane, served until the block ends.

    It asks for somebody of these roles, for nobody where there are none.
    """
    with served(plane) as address, closing(ControlClient.at(address)) as client:
        if not roles:
            yield client
            return
        token = token_of(plane, joined(plane, "somebody", *roles))
        yield client.of(lambda: token)


def header_of(plane: ControlPlane, *roles: Role) -> dict[str, str]:
    """The headers of an act of somebody of these roles."""
    token = token_of(plane, joined(plane, "somebody", *roles))
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
