"""Reads of a server carry limits, and its failures are told in our words."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dashboard.errors import ReadTooLong, WarehouseError, WarehouseMissing, WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.clickhouse.connection import Connection, Purpose, connect
from dashboard.warehouse.clickhouse.versions import open_database
from tests.clickhouse_server import ClickHouseServer, Mood, serving_clickhouse


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
    hurried = Connection(connection.client, "a slow server", {"max_execution_time": 1})
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
            connect(server).read("select 1", {}, what="anything")
    assert "clickhouse://me@host/db does not answer" in str(silent.value)
    assert "secret" not in f"{silent.value} {server} {server!r}"


AWAY = [Mood.HANGS, Mood.CLOSES, Mood.IS_REPLACED]


@pytest.fixture
def server(connection: Connection) -> Iterator[ClickHouseServer]:
    with serving_clickhouse(connection.client()) as serving:
        yield serving


@pytest.mark.parametrize("mood", AWAY)
@pytest.mark.parametrize("was_open", [True, False])
def test_a_server_that_is_away_in_any_way_is_silent_and_read_again_when_it_is_back(
    server: ClickHouseServer, mood: Mood, was_open: bool
) -> None:
    look = connect(server.of("any"), Purpose.LOOK)
    if was_open:
        assert _one(look) == 1
    server.mood = mood
    for _ in range(3):
        with pytest.raises(WarehouseSilent, match=f"127.0.0.1:{server.port}/any does not answer"):
            _one(look)
    server.mood = Mood.ANSWERS
    assert _one(look) == 1


def test_a_server_that_refused_three_connections_is_read_when_it_takes_the_fourth(
    server: ClickHouseServer,
) -> None:
    server.go_down()
    look = connect(server.of("any"), Purpose.LOOK)
    for _ in range(3):
        with pytest.raises(WarehouseSilent):
            _one(look)
    server.come_up()
    assert connect(server.of("any"), Purpose.LOOK) is look
    assert _one(look) == 1


def test_after_one_silent_read_the_others_fail_at_once_without_asking(
    server: ClickHouseServer,
) -> None:
    reading = connect(server.of("any"))
    assert _one(reading) == 1
    server.mood = Mood.HANGS
    with pytest.raises(WarehouseSilent):
        _one(reading)
    asked = len(server.asked)
    for number in range(20):
        with pytest.raises(WarehouseSilent, match="does not answer"):
            reading.read(f"select {number} as n", {}, what="another panel")
    assert len(server.asked) == asked


def test_a_read_that_the_server_itself_ends_is_told_as_one_that_asked_too_much(
    server: ClickHouseServer,
) -> None:
    reading = connect(server.of("any"))
    server.mood = Mood.TAKES_TOO_LONG
    with pytest.raises(ReadTooLong, match="Ask for a shorter span"):
        reading.read("select {n:UInt8} as n", {"n": 1}, what="growth/endless")


def test_a_database_that_is_missing_on_a_server_is_told_as_on_the_engine_in_this_process(
    server: ClickHouseServer,
) -> None:
    with pytest.raises(WarehouseMissing, match="ingest --to clickhouse"):
        open_database(server.of("nothing_here"))


def test_what_a_server_says_is_told_without_what_the_client_says_around_it(
    server: ClickHouseServer,
) -> None:
    with pytest.raises(WarehouseError, match="growth/wrong: Code: 47") as told:
        connect(server.of("any")).read("select nonsense", {}, what="growth/wrong")
    assert "http://" not in str(told.value)


def test_an_address_over_tls_is_never_spoken_to_in_the_open(server: ClickHouseServer) -> None:
    address = f"clickhouses://me:secret@127.0.0.1:{server.port}?connect_timeout=1"
    with pytest.raises(WarehouseSilent):
        _one(connect(Server(address, "any", "clickhouses://me@host/any")))
    assert server.asked == []


def _one(connection: Connection) -> int:
    return int(connection.read("select 1 as n", {}, what="one")["n"][0])


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port that somebody holds and nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
