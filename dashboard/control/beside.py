"""Beside: a program of ours that a dashboard runs beside itself.

It is started once it is due, started again when it dies, and ends with the dashboard, however that
ends: its standard input closes then, and it takes that as the order to stop.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

_LOG = logging.getLogger(__name__)
_REST_SECONDS = 0.2
_LONGEST_REST_SECONDS = 10.0
_STOP_SECONDS = 8.0


class Beside:
    """One program beside this process: a command of ``python -m dashboard``."""

    def __init__(self, folder: Path, command: Sequence[str], is_due: Callable[[], bool]) -> None:
        """Prepare to run the command from the product's folder, whenever ``is_due`` says so."""
        self._folder = folder
        self._command = [sys.executable, "-m", "dashboard", *command, "--while-input-open"]
        self._is_due = is_due
        self._name = command[0]
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, name=self._name, daemon=True)

    @property
    def process_id(self) -> int | None:
        """The process that runs now, or ran last; None before the first."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Begin to keep it running."""
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait until it has finished what it was doing."""
        self._stopping.set()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def _keep_running(self) -> None:
        rest = _REST_SECONDS
        while not self._stopping.wait(rest):
            if not self._is_due():
                continue
            begun = monotonic()
            code = self._run_once()
            if not self._stopping.is_set():
                _LOG.warning("%s ended with %s; it is started again.", self._name, code)
            # One that dies as soon as it starts is left in peace for longer each time.
            is_short = monotonic() - begun < _LONGEST_REST_SECONDS
            rest = min(2 * rest, _LONGEST_REST_SECONDS) if is_short else _REST_SECONDS

    def _run_once(self) -> int:
        with subprocess.Popen(self._command, cwd=self._folder, stdin=subprocess.PIPE) as process:
            self._process = process
            return process.wait()
