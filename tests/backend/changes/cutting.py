"""A proxy that cuts off some answers after the server gave them, as a bad network does."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 65_536


class Proxy:
    """Carries requests to a server, and a share of the answers nowhere."""

    def __init__(self, server: str, *, share: float) -> None:
        """Listen on a port of this machine."""
        self._port = urlsplit(server).port or 80
        self._share = share
        self._chance = random.Random(7)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cut = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                is_cut = self._chance.random() < self._share
                threading.Thread(target=self._carry, args=(client, is_cut), daemon=True).start()

    def _carry(self, client: socket.socket, is_cut: bool) -> None:
        server = socket.create_connection(("127.0.0.1", self._port))
        with client, server, suppress(OSError):
            # The head of a request and its body may come one after the other.
            threading.Thread(target=_pump, args=(client, server), daemon=True).start()
            if is_cut:
                server.recv(_PIECE)
                self.cut += 1
                client.shutdown(socket.SHUT_RDWR)
            else:
                _pump(server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)


@contextmanager
def cutting(server: str, *, share: float) -> Iterator[Proxy]:
    """A proxy in front of a server, until the block ends."""
    proxy = Proxy(server, share=share)
    try:
        yield proxy
    finally:
        proxy.close()
