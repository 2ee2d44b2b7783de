"""Whatever the control plane does, the client ends in time, says so, and leaves it in peace."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic

import httpx
import pytest

from dashboard.control.breaker import REST_SECONDS, SILENCES, Breaker
from dashboard.control.client import ControlClient
from dashboard.control.connection import ACT_SECONDS, READ_SECONDS
from dashboard.control.wire import ClockSetting
from dashboard.errors import ControlSilent
from tests.control.broken_servers import EVERY_WAY, Act, broken, resets, says_nothing
from tests.servers import free_port

_LEAST_SECONDS = 10.0
BAN = ClockSetting.model_validate({"at": "2020-06-29T09:00:00Z"})


@contextmanager
def asking(act: Act) -> Iterator[ControlClient]:
    """A client of a server that does this with every connection."""
    with broken(act) as address, closing(ControlClient.at(address)) as client:
        yield client


@contextmanager
def nobody() -> Iterator[ControlClient]:
    """A client of an address where nobody listens."""
    with closing(ControlClient.at(f"http://127.0.0.1:{free_port()}")) as client:
        yield client


def counted() -> tuple[list[StreamReader], Act]:
    """The connections that came, and what drops each of them."""
    came: list[StreamReader] = []

    async def notes(reader: StreamReader, writer: StreamWriter) -> None:
        came.append(reader)
        await resets(reader, writer)

    return came, notes


@pytest.mark.wide
@pytest.mark.parametrize("way", EVERY_WAY, ids=lambda way: str(way.__name__))
def test_a_read_ends_with_a_sentence_whatever_the_server_does(way: Act) -> None:
    begun = monotonic()
    with asking(way) as client, pytest.raises(ControlSilent) as silence:
        client.clock()
    assert "control plane" in str(silence.value)
    assert "secret" not in str(silence.value)
    assert monotonic() - begun < READ_SECONDS + 2


@pytest.mark.wide
def test_an_act_ends_within_ten_seconds() -> None:
    begun = monotonic()
    with asking(says_nothing) as client, pytest.raises(ControlSilent):
        client.set_clock(BAN)
    assert ACT_SECONDS - 1 < monotonic() - begun < _LEAST_SECONDS


def test_after_several_silences_nobody_is_asked_for_a_while() -> None:
    with nobody() as client:
        for _ in range(SILENCES):
            with pytest.raises(ControlSilent):
                client.clock()
        with pytest.raises(ControlSilent, match="asked again in a moment"):
            client.clock()


def test_one_probe_passes_after_each_rest_and_an_answer_closes_the_breaker() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(SILENCES):
        assert breaker.lets_through()
        breaker.was_silent()
    assert not breaker.lets_through()
    now += REST_SECONDS
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.answered()
    assert breaker.lets_through()


def test_a_dropped_connection_is_tried_again_and_no_more_than_three_times() -> None:
    asked, notes = counted()
    with asking(notes) as client, pytest.raises(ControlSilent):
        client.clock()
    assert len(asked) == 3


def test_an_act_whose_answer_was_lost_is_sent_again_with_the_same_key() -> None:
    asked, notes = counted()
    keys: list[bytes] = []

    async def reads(reader: StreamReader, writer: StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        keys.extend(line for line in head.split(b"\r\n") if b"idempotency-key" in line.lower())
        await notes(reader, writer)

    with asking(reads) as client, pytest.raises(ControlSilent):
        client.set_clock(BAN)
    assert len(asked) == len(keys) == 3
    assert len(set(keys)) == 1


def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, notes = counted()
    with broken(notes) as proxy, nobody() as client:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(ControlSilent):
            client.clock()
        assert not asked
        # The proxy stands where a client that heeds the environment asks.
        with pytest.raises(httpx.HTTPError):
            httpx.get("http://192.0.2.1/")
    assert len(asked) == 1
