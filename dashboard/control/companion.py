"""The companion: the control plane that a dashboard without a BACKEND_URL runs beside itself."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from dashboard.control.beside import Beside

URL_NAME = "control-plane.url"
"""The file of the audit's folder in which a companion says where it answers."""
_LOOPBACK = "127.0.0.1"


class Companion(Beside):
    """One control plane beside this process, on loopback."""

    def __init__(
        self, folder: Path, is_due: Callable[[], bool], *, told_in: Path | None = None
    ) -> None:
        """Prepare to run it from the product's folder, once ``is_due`` says so.

        While it is run, a file in the folder ``told_in`` says where it answers.
        """
        self._told_in = told_in
        self._port = _free_port()
        super().__init__(folder, ["backend", "--port", str(self._port)], is_due)

    @property
    def url(self) -> str:
        """Where it answers; the same however often it is started again."""
        return f"http://{_LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Begin to keep it running."""
        if self._told_in is not None:
            _tell(self._told_in, self.url)
        super().start()

    def stop(self) -> None:
        """End it, and wait until it has finished what it was doing."""
        if self._told_in is not None and told_url(self._told_in) == self.url:
            (self._told_in / URL_NAME).unlink(missing_ok=True)
        super().stop()


def told_url(folder: Path) -> str:
    """Where a companion says that it answers; empty where none does, or it is no address here."""
    with suppress(OSError, UnicodeDecodeError):
        url = (folder / URL_NAME).read_text(encoding="ascii").strip()
        if url.removeprefix(f"http://{_LOOPBACK}:").isdecimal():
            return url
    return ""


def _tell(folder: Path, url: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Whoever reads it meanwhile finds the whole address, the one before or this one.
    unfinished = folder / f"{URL_NAME}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{url}\n")
    unfinished.replace(folder / URL_NAME)


def _free_port() -> int:
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
