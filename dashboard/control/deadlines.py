"""Deadlines: a request that ends in time, whatever the other side does.

httpx limits each wait for bytes and not their sum: a body that drips a byte a second held a request
with a timeout of two seconds for eleven. Here the whole exchange is one task that is cancelled, and
its connection closed, when its time is over.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import httpx

from dashboard.errors import ControlSilent

MOST_BYTES = 4 << 20
_CONNECT_SECONDS = 2.0
_GRACE_SECONDS = 1.0
_NO_REDIRECTS = range(300, 400)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers and the whole body."""

    status: int
    headers: httpx.Headers
    body: bytes


async def exchanged(client: httpx.AsyncClient, request: httpx.Request, seconds: float) -> Answer:
    """One request and its whole answer within so many seconds; raises ControlSilent."""
    try:
        async with asyncio.timeout(seconds):
            response = await client.send(request, stream=True)
            try:
                return Answer(response.status_code, response.headers, await _body(response))
            finally:
                await response.aclose()
    except TimeoutError as late:
        raise ControlSilent(f"The control plane did not answer within {seconds:.0f} s.") from late
    except httpx.HTTPError as failed:
        raise ControlSilent("The control plane cannot be reached, or broke off.") from failed


async def _body(response: httpx.Response) -> bytes:
    if response.status_code in _NO_REDIRECTS and response.status_code != httpx.codes.NOT_MODIFIED:
        raise ControlSilent("The control plane sent us elsewhere, where we do not go.")
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise ControlSilent("The control plane's answer is too long to be one.")
    return bytes(body)


def opened(base_url: str) -> httpx.AsyncClient:
    """A client of one server that follows nothing and takes nothing from the environment."""
    return httpx.AsyncClient(
        base_url=base_url,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
    )


def waited(work: Coroutine[None, None, _T], seconds: float) -> _T:
    """What an exchange gives, carried out on the loop of this process; raises ControlSilent."""
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result(seconds + _GRACE_SECONDS)
    except (TimeoutError, CancelledError) as late:
        future.cancel()
        raise ControlSilent("The control plane did not answer in time.") from late


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="control", daemon=True).start()
    return loop
