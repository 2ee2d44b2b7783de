"""Reads of a server carry limits, and its failures are told in our words."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.errors import WarehouseError, WarehouseMissing, WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Connection, connect
from dashboard.warehouse.clickhouse.engine import open_database


@pytest.fixture
def reader() -> Connection:
    return connect(Server("chdb://memory", "platform", "chdb://memory/platform"))


def test_a_read_cannot_write(connection: Connection, reader: Connection) -> None:
    connection.run("create database if not exists written")
    connection.run("create table if not exists written.it (n UInt8) engine = Memory")
    with pytest.raises(WarehouseError, match="readonly"):
        reader.read("insert into written.it values (1)", {}, what="a write")


def test_a_read_that_takes_too_long_is_ended_and_says_what_to_ask_instead(
    connection: Connection,
) -> None:
    hurried = Connection(connection._client, "a slow server", {"max_execution_time": 1})
    endless = "select count(*) as n from numbers(1000000000000) where sipHash64(number) % 3 = 1"
    with pytest.raises(WarehouseSilent, match="Ask for a shorter span"):
        hurried.read(endless, {}, what="growth/endless")


def test_an_answer_too_large_for_a_screen_is_refused(reader: Connection) -> None:
    with pytest.raises(WarehouseError, match="larger than a screen may ask for"):
        reader.read("select number from numbers(3000000)", {}, what="growth/huge")


def test_a_database_without_a_warehouse_says_how_to_load_one() -> None:
    with pytest.raises(WarehouseMissing, match="ingest --to clickhouse"):
        open_database(Server("chdb://memory", "nothing_here", "chdb://memory/nothing_here"))


def test_a_server_that_is_down_is_named_without_its_password() -> None:
    with _closed_port() as port:
        server = Server(f"clickhouse://me:secret@127.0.0.1:{port}", "db", "clickhouse://me@host/db")
        with pytest.raises(WarehouseSilent) as silent:
            connect(server)
    assert "clickhouse://me@host/db does not answer" in str(silent.value)
    assert "secret" not in f"{silent.value} {server} {server!r}"


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port that somebody holds and nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
