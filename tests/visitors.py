"""Visits over the WebSocket itself, with every message that the server sends kept to be read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.servers import Server
from tests.signing_in import header_of

_PATIENCE_SECONDS = 60
_NO_COOKIES: Mapping[str, str] = {}
_FIGURES = {"plotly_chart", "dataframe", "metric", "imgs", "table"}


@dataclass
class Visitor:
    """One open connection, and every message that came over it."""

    connection: ClientConnection
    messages: list[ForwardMsg] = field(default_factory=list)

    def run(self, page: str, query: str = "") -> "Run":
        """Ask for a page, and wait until its run has finished."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        self.connection.send(asked.SerializeToString())
        return Run(tuple(self._until_finished()))

    def _until_finished(self) -> Iterator[ForwardMsg]:
        while True:
            message = ForwardMsg()
            sent = self.connection.recv(timeout=_PATIENCE_SECONDS, decode=False)
            message.ParseFromString(bytes(sent))
            self.messages.append(message)
            yield message
            if message.WhichOneof("type") == "script_finished":
                return


@dataclass(frozen=True)
class Run:
    """What one run of the script sent."""

    messages: tuple[ForwardMsg, ...]

    @property
    def session(self) -> str:
        """The id of the session that ran."""
        ids = [each.new_session.initialize.session_id for each in self.messages]
        return next(each for each in ids if each)

    @property
    def titles(self) -> list[str]:
        """The titles of the page, as they were written."""
        elements = [each.delta.new_element for each in self.messages]
        return [each.heading.body for each in elements if each.heading.tag == "h1"]

    @property
    def figures(self) -> set[str]:
        """The kinds of elements with figures that were sent."""
        kinds = {each.delta.new_element.WhichOneof("type") for each in self.messages}
        return {kind for kind in kinds if kind in _FIGURES}

    @property
    def text(self) -> str:
        """Everything that was sent, readable."""
        return "\n".join(str(message) for message in self.messages)


@contextmanager
def visiting(
    server: Server, cookies: Mapping[str, str] = _NO_COOKIES, *, session: str = "none"
) -> Iterator[Visitor]:
    """A browser's end of the connection, with these cookies; ``session`` is one to go on with."""
    xsrf = generate_xsrf_token_string()
    asked = ("streamlit", xsrf, session)
    with connect(
        f"ws://{urlsplit(server.address).netloc}/_stcore/stream",
        origin=Origin(server.address),
        subprotocols=[Subprotocol(each) for each in asked],
        additional_headers={"Cookie": header_of({**cookies, "_streamlit_xsrf": xsrf})},
        max_size=None,
    ) as connection:
        yield Visitor(connection)
