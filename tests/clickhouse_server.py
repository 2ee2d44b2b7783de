"""A ClickHouse server on this machine that can be away: its answers are those of the real engine.

It speaks the part of the HTTP interface that the client uses, in front of ClickHouse in this
process, and stops answering in each of the ways that a server has.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from dashboard.settings import Server

_NETWORK_SECONDS = 1
_SOON_SECONDS = 20
_TIME_IS_UP = b"Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)"
_Value: TypeAlias = str | list[str | None] | None


class Mood(StrEnum):
    """How the server takes a request."""

    ANSWERS = "answers"
    HANGS = "takes it and says nothing"
    CLOSES = "closes the connection"
    IS_REPLACED = "is behind a proxy that says it is down"
    TAKES_TOO_LONG = "works on it until its own time is up"


class ClickHouseServer:
    """A server at one address, up or down, in some mood; counts what it was asked."""

    def __init__(self, engine: Client) -> None:
        self.engine = engine
        self.mood = Mood.ANSWERS
        self.asked: list[str] = []
        self.let_go = Event()
        self._listening = _Listening(0, self)
        self.port = self._listening.server_port
        self._serve()

    def address(self, database: str) -> str:
        """The address as a setting has it, with a network time-out that a test can wait for."""
        return f"clickhouse://reader@127.0.0.1:{self.port}/{database}?{self._network}"

    def of(self, database: str) -> Server:
        """The server as the settings name it."""
        at = f"clickhouse://reader@127.0.0.1:{self.port}"
        return Server(f"{at}?{self._network}", database, f"{at}/{database}")

    def go_down(self) -> None:
        """Stop listening: connections are refused from now on."""
        self._listening.shutdown()
        self._listening.server_close()

    def come_up(self) -> None:
        """Listen again at the same address."""
        self._listening = _Listening(self.port, self)
        self._serve()

    @property
    def _network(self) -> str:
        return f"connect_timeout=1&send_receive_timeout={_NETWORK_SECONDS}"

    def _serve(self) -> None:
        Thread(target=self._listening.serve_forever, args=(0.02,), daemon=True).start()


@contextmanager
def serving_clickhouse(engine: Client) -> Iterator[ClickHouseServer]:
    """A server until the block ends."""
    server = ClickHouseServer(engine)
    try:
        yield server
    finally:
        server.let_go.set()
        server.go_down()


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, stands_for: ClickHouseServer) -> None:
        self.stands_for = stands_for
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Listening

    def do_POST(self) -> None:  # noqa: N802
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        stands_for = self.server.stands_for
        stands_for.asked.append(text)
        match stands_for.mood:
            case Mood.HANGS:
                stands_for.let_go.wait(_SOON_SECONDS)
            case Mood.CLOSES:
                self.connection.close()
            case Mood.IS_REPLACED:
                self._say(502, b"<html>Bad Gateway</html>")
            case Mood.TAKES_TOO_LONG if is_read(text):
                self._say(500, _TIME_IS_UP, 159)
            case _:
                self._answer(text)

    def _answer(self, text: str) -> None:
        values = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        try:
            self._say(200, _answered(self.server.stands_for.engine, text, values))
        except DatabaseError as failed:
            self._say(500, str(failed).encode(), failed.code or 0)

    def _say(self, status: int, body: bytes, code: int = 0) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def is_read(text: str) -> bool:
    """Whether a statement asks for data, and not for the server or its versions."""
    return "{" in text


def _answered(engine: Client, text: str, values: dict[str, str]) -> bytes:
    parameters = {
        name.removeprefix("param_"): _bound(value)
        for name, value in values.items()
        if name.startswith("param_")
    }
    # Only how answers are written: limits are the server's own, and readers' accounts too.
    spelled = {
        name: value
        for name, value in values.items()
        if name.startswith(("output_format_", "join_", "prefer_"))
    }
    return engine.raw_query(text, parameters=parameters, settings=spelled)


def _bound(spelled: str) -> _Value:
    """A bound value as it was before the client spelled it for the address."""
    if spelled == r"\N":
        return None
    if spelled == "[NULL]":
        return [None]
    return ast.literal_eval(spelled) if spelled.startswith("[") else spelled
