"""A pager on loopback: takes in the calls of approvers, or refuses them for a while."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from dashboard.backend.changes.calls import signature


@dataclass
class Pager:
    """What it was called with, in order; ``status`` is what it answers from now on."""

    address: str = ""
    status: int = 204
    calls: list[dict] = field(default_factory=list)
    signed: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def minutes(self) -> list[int]:
        """The minute of each call that it took."""
        return [call["minute"] for call in self.calls]

    def proves(self, key: str) -> bool:
        """Whether every call was signed with the key."""
        return all(
            headers["webhook-signature"]
            == signature(
                key, id=headers["webhook-id"], at=int(headers["webhook-timestamp"]), body=body
            )
            for headers, body in self.signed
        )


@contextmanager
def paging() -> Iterator[Pager]:
    """A pager, until the block ends."""
    pager = Pager()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if pager.status < 300:
                pager.signed.append(({k.lower(): v for k, v in self.headers.items()}, body))
                pager.calls.append(json.loads(body))
            self.send_response(pager.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pager.address = f"http://127.0.0.1:{server.server_port}/page"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield pager
    finally:
        server.shutdown()
        server.server_close()
