"""A connection to ClickHouse: every read limited, every failure told in our words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial
from threading import Lock
from typing import TypeAlias

import clickhouse_connect
import polars as pl
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from dashboard.errors import ReadTooLong, WarehouseError, WarehouseMissing, WarehouseSilent
from dashboard.settings import Server
from dashboard.warehouse.silence import Silence

Value: TypeAlias = str | int | float | Sequence[str | None] | None

Watch: TypeAlias = Callable[[int], AbstractContextManager[None]]
"""Notes how a read goes, by a number that tells it from others; may refuse it at once."""

# Nobody keeps watching a page for longer than this, and the slowest read in use takes a fifth of a
# second: one that needs more is asking for too much, or of a server that has too much to do.
MOST_SECONDS = 10
MOST_ROWS = 2_000_000

# ClickHouse's own numbers. What it says of itself when it is too busy to answer at all: too many
# queries at once, a socket that timed out, a network that failed, no replica left, overloaded.
_TOO_BUSY = frozenset({202, 209, 210, 279, 745})
_TIME_IS_UP = frozenset({159, 160})
_NO_WAREHOUSE = frozenset({60, 81})
_TOO_LARGE = frozenset({241, 396})

_SPELLING: dict[str, int] = {
    "join_use_nulls": 1,
    "prefer_column_name_to_alias": 1,
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
    "output_format_arrow_date_as_uint16": 0,
}
_MOST_TIME = "max_execution_time"
_READS_ONLY: dict[str, int] = {"readonly": 2, "max_result_rows": MOST_ROWS}


@dataclass(frozen=True, slots=True)
class _Limits:
    """How long is waited for the server to take a connection, and for each of its answers."""

    connect_seconds: int
    network_seconds: int
    settings: Mapping[str, int] = field(default_factory=dict)


class Purpose(Enum):
    """What a connection is for, and with that how long is waited.

    The address may say otherwise of the network: ``?connect_timeout=5&send_receive_timeout=30``.
    """

    # Asked every few seconds whatever the trouble, so it must be over before the next one.
    LOOK = _Limits(2, 3, _READS_ONLY)
    # The server ends a long read itself, and says so; silence is told from that just afterwards.
    READ = _Limits(3, MOST_SECONDS + 2, {**_READS_ONLY, _MOST_TIME: MOST_SECONDS})
    # A part of a large table takes its time to arrive, and no reader waits for it.
    LOAD = _Limits(3, 300)


class Connection:
    """One server; safe to share between threads, because no session is kept on it."""

    def __init__(
        self,
        opened: Callable[[], Client],
        shown: str,
        limits: Mapping[str, int],
        watch: Watch = lambda _question: nullcontext(),
    ) -> None:
        """Speak through the client of ``opened``, which is called when first needed.

        It is called again where it failed, so a server that was away at first is spoken to later.
        ``shown`` is how the server is named in messages.
        """
        self._opened = opened
        self._opening = Lock()
        self._kept: Client | None = None
        self._shown = shown
        self._settings = {**_SPELLING, **limits}
        self._watch = watch

    def read(self, text: str, values: Mapping[str, Value], *, what: str) -> pl.DataFrame:
        """The frame of a query; ``what`` names it in messages.

        Raises WarehouseSilent when the server is away or too slow, WarehouseError otherwise.
        """
        with self._watch(hash((text, repr(values)))), self._told(what):
            table = self.client().query_arrow(
                text, parameters=dict(values), settings=self._settings
            )
        frame = pl.from_arrow(table)
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def run(self, text: str, values: Mapping[str, Value] | None = None) -> None:
        """Carry out a statement that writes; raises as ``read`` does."""
        with self._told(text.split("\n", 1)[0][:80]):
            self.client().command(text, parameters=dict(values or {}))

    def insert(self, table: str, rows: pl.DataFrame) -> None:
        """Append rows to a table, named with its database; raises as ``read`` does."""
        database, _, name = table.rpartition(".")
        with self._told(f"loading {table}"):
            self.client().insert_arrow(name, rows.to_arrow(), database=database)

    def client(self) -> Client:
        """The open client."""
        with self._opening:
            if self._kept is None:
                self._kept = self._opened()
            return self._kept

    def close(self) -> None:
        """Let go of the server; the connection is of no use afterwards."""
        self.client().close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (OperationalError, OSError) as away:
            raise self._silent() from away
        except DatabaseError as failed:
            raise self._failure(what, failed) from failed
        except ClickHouseError as failed:
            raise WarehouseError(f"{what}: {_first_line(failed)}") from failed

    def _silent(self) -> WarehouseSilent:
        return WarehouseSilent(
            f"The warehouse at {self._shown} does not answer. Try again, or ask its operator."
        )

    def _failure(self, what: str, failed: DatabaseError) -> WarehouseError:
        # An error without a number is not the server's: something before it answered in its place.
        if failed.code is None or failed.code in _TOO_BUSY:
            return self._silent()
        if failed.code in _TIME_IS_UP:
            return ReadTooLong(
                f"The warehouse at {self._shown} took longer than "
                f"{self._settings.get(_MOST_TIME, MOST_SECONDS)} seconds. "
                "Ask for a shorter span or fewer countries."
            )
        if failed.code in _NO_WAREHOUSE:
            return WarehouseMissing(
                f"There is no warehouse at {self._shown}. Load one into it with "
                "'python -m dashboard ingest --to clickhouse'."
            )
        if failed.code in _TOO_LARGE:
            return WarehouseError(
                f"{what}: the answer is larger than a screen may ask for ({MOST_ROWS:,} rows). "
                "Ask for a shorter span or fewer countries."
            )
        return WarehouseError(f"{what}: {_first_line(failed)}")


@lru_cache(maxsize=24)
def connect(server: Server, purpose: Purpose = Purpose.READ) -> Connection:
    """The connection to a server for a purpose; the server is first spoken to when it is used."""
    return Connection(
        partial(_client, server.connect_to, purpose.value),
        server.shown,
        purpose.value.settings,
        *([silence_of(server).reading] if purpose is Purpose.READ else []),
    )


@lru_cache(maxsize=8)
def silence_of(server: Server) -> Silence:
    """What is known of the server's silence, in this process."""
    return Silence()


def _client(address: str, limits: _Limits) -> Client:
    if address.startswith("chdb:"):
        return clickhouse_connect.get_client(dsn=address)
    return clickhouse_connect.get_client(
        dsn=address,
        # The client itself takes no notice of how the address begins.
        secure=address.startswith("clickhouses:"),
        connect_timeout=limits.connect_seconds,
        send_receive_timeout=limits.network_seconds,
        autogenerate_session_id=False,
    )


def _first_line(failure: Exception) -> str:
    """The server's own words, without what the client says around them."""
    line = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
    _, _, words = line.partition(", server response: ")
    return (words or line).partition(" (for url ")[0][:300]
