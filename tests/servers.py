"""Real servers on free ports of this machine, started in both of the product's ways."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Way(StrEnum):
    """How the server is started."""

    UP = "python -m dashboard up"
    STREAMLIT_RUN = "streamlit run streamlit_app.py"


@dataclass(frozen=True)
class Server:
    """A running server: its address without a slash at the end, its process and its log."""

    address: str
    process: subprocess.Popen[str]
    log: Path


SERVERS: dict[str, Server] = {}
"""Every server that was started, by its address."""


def control_folder(log: Path) -> Path:
    """Where a server that writes this log keeps its keys and its control plane's database."""
    return log.with_name("control")


@contextmanager
def serving(way: Way, warehouse: Path | str, log: Path, *, root: Path = ROOT) -> Iterator[Server]:
    """Serve a warehouse, a folder or a URL, until the block ends; ``log`` takes what is said."""
    port = free_port()
    url = f"duckdb:///{warehouse}" if isinstance(warehouse, Path) else warehouse
    environment = {
        **os.environ,
        "WAREHOUSE_URL": url,
        "DATABASE_URL": f"sqlite:///{control_folder(log) / 'control.db'}",
        "AUDIT_FOLDER": str(control_folder(log)),
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("w") as writing:
        process = subprocess.Popen(
            _command(way, port),
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=writing,
            text=True,
        )
    try:
        server = Server(announced(process, log), process, log)
        SERVERS[server.address] = server
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=20)


_ports_given: set[int] = set()


def free_port() -> int:
    """A port of this machine that nobody listens on now, and that no test before was given.

    What is known of a server is kept by its address: the closed connections of one test are not for
    the server of the next.
    """
    while True:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            port: int = listening.getsockname()[1]
        if port not in _ports_given:
            _ports_given.add(port)
            return port


def _command(way: Way, port: int) -> list[str]:
    if way is Way.UP:
        return [sys.executable, "-m", "dashboard", "up", "--port", str(port)]
    app = ["streamlit_app.py", f"--server.port={port}"]
    return [sys.executable, "-m", "streamlit", "run", *app]


def announced(process: subprocess.Popen[str], log: Path) -> str:
    """The address the server prints; it listens by then, and answers as soon as it is ready."""
    assert process.stdout is not None
    for line in process.stdout:
        if "URL:" in line:
            # A server whose words nobody reads would one day wait until somebody does.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return line.split("URL:")[1].strip()
    raise AssertionError(f"The server ended before it said where it listens:\n{log.read_text()}")
