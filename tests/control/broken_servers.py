"""Servers that do what no server should, each on a port of its own: for those who must survive."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeAlias

Act: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await reader.read()


async def drips_its_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the body a byte at a time, for ever."""
    writer.write(_HEAD + b"content-length: 100000\r\n\r\n")
    await _drip(reader, writer)


async def drips_its_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the headers a byte at a time, for ever."""
    writer.write(_HEAD + b"x-long: ")
    await _drip(reader, writer)


async def breaks_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close in the middle of the body."""
    writer.write(_HEAD + b"content-length: 100\r\n\r\n{")
    await writer.drain()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Drop the connection without a word."""
    writer.transport.abort()


async def talks_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with something that is not JSON."""
    await _whole(writer, _HEAD, b"<html>welcome</html>")


async def talks_beside_the_point(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with JSON that is another message."""
    await _whole(writer, _HEAD, b'{"now": "yesterday"}')


async def never_ends(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send fifty megabytes."""
    writer.write(_HEAD + b"content-length: 50000000\r\n\r\n")
    for _part in range(50):
        writer.write(b" " * 1_000_000)
        await writer.drain()


async def sends_elsewhere(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Redirect to another host."""
    head = b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://192.0.2.1/\r\n"
    await _whole(writer, head, b"")


async def fails(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer 500 without the form of a problem."""
    await _whole(writer, b"HTTP/1.1 500 Internal Server Error\r\n", b"Traceback: secret")


EVERY_WAY = (
    says_nothing, drips_its_body, drips_its_head, breaks_off, resets, talks_nonsense,
    talks_beside_the_point, never_ends, sends_elsewhere, fails,
)  # fmt: skip


@contextmanager
def broken(act: Act) -> Iterator[str]:
    """The address of a server that does this with every connection."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listening(act), loop).result(10)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _listening(act: Act) -> asyncio.Server:
    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            try:
                await act(reader, writer)
            finally:
                writer.close()
                await writer.wait_closed()

    return await asyncio.start_server(met, "127.0.0.1", 0)


async def _closed(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.read()


async def _whole(writer: asyncio.StreamWriter, head: bytes, body: bytes) -> None:
    writer.write(head + f"content-length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
