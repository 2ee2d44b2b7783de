"""The command ``backend``: the control plane is brought up to date, then served."""

import argparse
import logging
import signal
import sys
import threading
from contextlib import ExitStack
from types import FrameType

import sqlalchemy as sa
import uvicorn

from dashboard.backend.application import application
from dashboard.backend.audit.checkpoints import Checkpoints
from dashboard.backend.audit.log import begin, origin
from dashboard.backend.changes import calls
from dashboard.backend.changes.calls import make_calls
from dashboard.backend.changes.clockwork import Clockwork, settle_due
from dashboard.backend.changes.outbox import EVERY_SECONDS, publish_waiting
from dashboard.backend.clock import PlatformClock
from dashboard.backend.database import Database
from dashboard.backend.identity.demo import settle_demo
from dashboard.backend.identity.first import FIRST_NAME, first_password
from dashboard.backend.identity.tokens import ISSUER, Tokens
from dashboard.backend.plane import ControlPlane
from dashboard.backend.upgrade import upgrade
from dashboard.commands.arguments import an_instant
from dashboard.control.keys import opened_key
from dashboard.control.wire import ClockMode
from dashboard.errors import WarehouseError
from dashboard.settings import Settings, read_settings
from dashboard.sign_in_settings import refuse_unsafe_sign_in
from dashboard.warehouse.opening import open_warehouse

_LOOPBACK = "127.0.0.1"
_PORT = 8601
_STOP_SECONDS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard backend``."""
    parser.add_argument("--port", type=int, default=_PORT, help=f"port to serve on; else {_PORT}")
    parser.add_argument("--clock", type=an_instant, metavar="ISO",
                        help="where a demo's clock starts that was never set")  # fmt: skip
    parser.add_argument("--while-input-open", action="store_true",
                        help="stop when standard input closes")  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Serve until told to stop; what was begun is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = read_settings()
    plane = opened(settings, settings.backend_url or f"http://{_LOOPBACK}:{arguments.port}")
    _begin(plane, arguments)
    server = _server(plane, arguments.port)
    if arguments.while_input_open:
        threading.Thread(target=_stop_at_end, args=(server,), daemon=True).start()
    with plane.database.reading() as connection:
        installation = origin(connection)
    checkpoints = Checkpoints(plane.audit_folder, installation, plane.audit_head)
    workers: tuple[Checkpoints | Clockwork, ...] = (checkpoints, *_clockworks(plane))
    with ExitStack() as stack:
        # Whatever goes wrong at the end of one, a full disk under the last checkpoint, say, the
        # others end too.
        stack.callback(plane.database.close)
        for worker in workers:
            worker.start()
            stack.callback(worker.stop)
        _stop_on_signals(server)
        server.run()


def _clockworks(plane: ControlPlane) -> tuple[Clockwork, ...]:
    """What settles what is due, what tells the warehouse of it, and what calls approvers."""
    settling = Clockwork(lambda: settle_due(plane))
    telling = Clockwork(lambda: publish_waiting(plane), every_seconds=EVERY_SECONDS)
    calling = Clockwork(lambda: make_calls(plane), every_seconds=calls.EVERY_SECONDS)
    return settling, telling, calling


def opened(settings: Settings, base_url: str) -> ControlPlane:
    """The control plane that the settings describe, found there, its tables brought up to date.

    It is a demo where the data is invented, on this machine alone and without a provider: then its
    clock can be set, and anybody may be one of its people. Raises WarehouseError, DatabaseUnready
    or SettingsError.
    """
    refuse_unsafe_sign_in(settings.sign_in, base_url)
    is_alone = not (settings.backend_url or settings.sign_in.issuer)
    is_demo = _is_invented(settings) and is_alone and not settings.sign_in.is_elsewhere
    mode = ClockMode.DEMO if is_demo else ClockMode.WALL
    database = Database(sa.make_url(settings.database_url))
    upgrade(database)
    clock = PlatformClock(mode, lambda: open_warehouse(settings.warehouse).now)
    tokens = Tokens(settings.audit_folder, ISSUER)
    opened_key(settings.sign_in.dashboard_key)
    return ControlPlane(
        database, clock, settings.warehouse, settings.audit_folder, tokens, base_url,
        settings.sign_in, edge_key_file=settings.edge_key_file,
        load_into=settings.load_into, approvers_url=settings.approvers_url,
        approvers_key_file=settings.approvers_key_file,
    )  # fmt: skip


def _begin(plane: ControlPlane, arguments: argparse.Namespace) -> None:
    with plane.database.writing() as connection:
        begin(connection)
        settle_demo(connection, is_demo=plane.is_demo, now=plane.wall())
        one_time = first_password(plane, connection)
        if arguments.clock is not None:
            plane.clock.begin(connection, arguments.clock, plane.wall())
    if one_time:
        # Once and to the terminal alone: no log, no file, no database ever holds it.
        print(f"Sign in as {FIRST_NAME} with {one_time}, and change it then.", flush=True)  # noqa: T201


def _server(plane: ControlPlane, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            application(plane),
            host=_LOOPBACK,
            port=port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Have a signal end the serving alone: what comes after it, the last checkpoint, is done too.

    The server raises the signal that ended it once more when it is through.
    """

    def stop(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)


def _stop_at_end(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


def _is_invented(settings: Settings) -> bool:
    """Whether the data says of itself that it is; without any, people sign in to be told so."""
    try:
        return bool(open_warehouse(settings.warehouse).synthetic)
    except WarehouseError:
        return False
