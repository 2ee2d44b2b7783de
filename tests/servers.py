"""Real servers on free ports of this machine, started in both of the product's ways."""

import os
import socket
import subprocess
import sys
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


@contextmanager
def serving(way: Way, warehouse: Path | str, log: Path, *, root: Path = ROOT) -> Iterator[Server]:
    """Serve a warehouse, a folder or a URL, until the block ends; ``log`` takes what is said."""
    port = free_port()
    url = f"duckdb:///{warehouse}" if isinstance(warehouse, Path) else warehouse
    environment = {**os.environ, "WAREHOUSE_URL": url, "PYTHONUNBUFFERED": "1"}
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
        yield Server(announced(process, log), process, log)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
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
            return line.split("URL:")[1].strip()
    raise AssertionError(f"The server ended before it said where it listens:\n{log.read_text()}")
