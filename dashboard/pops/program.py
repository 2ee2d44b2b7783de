"""The command ``pops``: a dozen points of presence of a demo, on this machine."""

import argparse
import asyncio
import logging
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import httpx

from dashboard.control.keys import opened_secret
from dashboard.pops.kept import Kept
from dashboard.pops.lookout import Lookout
from dashboard.pops.point import Point
from dashboard.pops.traffic import requests
from dashboard.settings import ROOT_FOLDER, read_settings

POPS = ("ams", "bom", "del", "fra", "gru", "hkg", "iad", "lhr", "nrt", "sin", "sjc", "syd")
EVERY_SECONDS = 3.0
"""Between polls of each, which is within the time after which one counts as a straggler."""
LOOKS_EVERY_SECONDS = 0.8
"""Between looks of the one lookout they share: a kill reaches them in less than two seconds."""
_LOG = logging.getLogger(__name__)
_BACKEND = "http://127.0.0.1:8601"
_FOLDER = ROOT_FOLDER / "control" / "pops"
_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """How a fleet of points of presence runs; ``key`` is what the control plane lets them in by."""

    backend: str
    folder: Path
    names: tuple[str, ...] = POPS
    every_seconds: float = EVERY_SECONDS
    requests_each: int = 150
    seed: str = "demo"
    key: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``python -m dashboard pops``."""
    parser.add_argument("--backend", default=_BACKEND, help=f"the control plane; else {_BACKEND}")
    parser.add_argument("--folder", type=Path, default=_FOLDER,
                        help="where each keeps the last good rules; else control/pops")  # fmt: skip
    parser.add_argument("--every", type=float, default=EVERY_SECONDS, metavar="SECONDS",
                        help=f"seconds between polls; else {EVERY_SECONDS:g}")  # fmt: skip
    parser.add_argument("--requests", type=int, default=150, help="requests served between polls")
    parser.add_argument("--seed", default="demo", help="what the invented requests come from")
    parser.add_argument("--while-input-open", action="store_true",
                        help="stop when standard input closes")  # fmt: skip


def run(arguments: argparse.Namespace) -> None:
    """Run until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    fleet = Fleet(arguments.backend, arguments.folder, every_seconds=arguments.every,
                  requests_each=arguments.requests, seed=arguments.seed,
                  key=opened_secret(read_settings().edge_key_file))  # fmt: skip
    asyncio.run(_while_input_open(fleet) if arguments.while_input_open else running(fleet))


async def running(fleet: Fleet) -> None:
    """Every point of presence of a fleet, until cancelled."""
    headers = {"X-API-Key": fleet.key} if fleet.key else {}
    client = httpx.AsyncClient(
        base_url=fleet.backend, timeout=_TIMEOUT_SECONDS, trust_env=False, headers=headers
    )
    lookout = Lookout(client)
    async with client, asyncio.TaskGroup() as group:
        group.create_task(lookout.looking(min(LOOKS_EVERY_SECONDS, fleet.every_seconds)))
        for name in fleet.names:
            point = Point(name, client, Kept(fleet.folder, name))
            group.create_task(_running(point, fleet, lookout))


async def _while_input_open(fleet: Fleet) -> None:
    is_over, loop = asyncio.Event(), asyncio.get_running_loop()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(is_over.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    fleet_running = asyncio.create_task(running(fleet))
    ending = asyncio.create_task(is_over.wait())
    await asyncio.wait({fleet_running, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not fleet_running.done():
        fleet_running.cancel()
        return
    await fleet_running


async def _running(point: Point, fleet: Fleet, lookout: Lookout) -> None:
    was_heard, was_at = True, -1
    for batch in requests(f"{fleet.seed} {point.pop}", fleet.requests_each):
        is_heard = await point.poll()
        if is_heard != was_heard or point.revision != was_at:
            state = "heard" if is_heard else "out of reach, keeps what it has"
            _LOG.info("%s runs revision %s (%s)", point.pop, point.revision, state)
        was_heard, was_at = is_heard, point.revision
        point.serve(batch)
        await lookout.change(within_seconds=fleet.every_seconds)
