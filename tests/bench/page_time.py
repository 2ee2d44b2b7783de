"""Server time of a page: from a visitor's request to the last message of the run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.bench.figures import Times
from tests.servers import Server, Way, serving
from tests.signing_in import cookies_of_anyone, header_of

_RUNS = 40
_WARM_UP = 4


class Visitor:
    """One open connection to the dashboard."""

    def __init__(self, connection: ClientConnection) -> None:
        """Take over a connection that has just been opened."""
        self._connection = connection

    def run(self, page: str, query: str) -> float:
        """Ask for a page with these filters; seconds until the run has finished."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        began = perf_counter()
        self._connection.send(asked.SerializeToString())
        self._read_until_finished()
        return perf_counter() - began

    def forget_results(self) -> None:
        """Empty the result caches of the whole server."""
        forget = BackMsg()
        forget.clear_cache = True
        self._connection.send(forget.SerializeToString())

    def _read_until_finished(self) -> None:
        while True:
            message = ForwardMsg()
            message.ParseFromString(bytes(self._connection.recv(timeout=60, decode=False)))
            if message.WhichOneof("type") == "script_finished":
                return


@contextmanager
def visiting(server: Server) -> Iterator[Visitor]:
    """A visitor of a running server, who has signed in."""
    address = server.address.replace("http", "ws") + "/_stcore/stream"
    xsrf = generate_xsrf_token_string()
    cookies = {**cookies_of_anyone(server), "_streamlit_xsrf": xsrf}
    with connect(
        address,
        origin=Origin(server.address),
        subprotocols=[Subprotocol(each) for each in ("streamlit", xsrf)],
        additional_headers={"Cookie": header_of(cookies)},
        max_size=None,
        compression=None,
    ) as connection:
        yield Visitor(connection)


def page_times(
    warehouse: Path | str, address: str, log: Path, *, remembers: bool = False, runs: int = _RUNS
) -> Times:
    """Server time of a page at an address such as ``growth?span=All+time``, the process warm.

    The result caches are empty at each run unless it ``remembers``.
    """
    page, _, query = address.partition("?")
    with serving(Way.STREAMLIT_RUN, warehouse, log) as server, visiting(server) as visitor:
        for _ in range(_WARM_UP):
            visitor.run(page, query)
        seconds = []
        for _ in range(runs):
            if not remembers:
                visitor.forget_results()
            seconds.append(visitor.run(page, query))
    return Times(seconds)
