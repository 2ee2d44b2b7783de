"""A connection to ClickHouse: every read limited, every failure told in our words."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeAlias

import clickhouse_connect
import polars as pl
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from dashboard.errors import WarehouseError, WarehouseMissing, WarehouseSilent
from dashboard.settings import Server

Value: TypeAlias = str | int | float | Sequence[str | None] | None

MOST_SECONDS = 20
MOST_ROWS = 2_000_000
_CONNECT_SECONDS = 3
_NETWORK_SECONDS = MOST_SECONDS + 5

# ClickHouse's own numbers for: no such database or table, time is up, too many rows, no memory.
_NO_TABLE, _NO_DATABASE, _TIME_IS_UP, _TOO_MANY_ROWS, _NO_MEMORY = "60", "81", "159", "396", "241"

_SPELLING: dict[str, int] = {
    "join_use_nulls": 1,
    "prefer_column_name_to_alias": 1,
    "output_format_arrow_string_as_string": 1,
    "output_format_arrow_low_cardinality_as_dictionary": 0,
    "output_format_arrow_date_as_uint16": 0,
}
READ_LIMITS: dict[str, int] = {
    "readonly": 2,
    "max_execution_time": MOST_SECONDS,
    "max_result_rows": MOST_ROWS,
}


class Connection:
    """One server; safe to share between threads, because no session is kept on it."""

    def __init__(self, client: Client, shown: str, limits: Mapping[str, int]) -> None:
        """Speak through this client; ``shown`` is how the server is named in messages."""
        self._client = client
        self._shown = shown
        self._settings = {**_SPELLING, **limits}

    def read(self, text: str, values: Mapping[str, Value], *, what: str) -> pl.DataFrame:
        """The frame of a query; ``what`` names it in messages.

        Raises WarehouseSilent when the server is away or too slow, WarehouseError otherwise.
        """
        with self._told(what):
            table = self._client.query_arrow(text, parameters=dict(values), settings=self._settings)
        frame = pl.from_arrow(table)
        return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()

    def run(self, text: str, values: Mapping[str, Value] | None = None) -> None:
        """Carry out a statement that writes; raises as ``read`` does."""
        with self._told(text.split("\n", 1)[0][:80]):
            self._client.command(text, parameters=dict(values or {}))

    def insert(self, table: str, rows: pl.DataFrame) -> None:
        """Append rows to a table, named with its database; raises as ``read`` does."""
        database, _, name = table.rpartition(".")
        with self._told(f"loading {table}"):
            self._client.insert_arrow(name, rows.to_arrow(), database=database)

    def close(self) -> None:
        """Let go of the server; the connection is of no use afterwards."""
        self._client.close()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (OperationalError, OSError) as away:
            raise WarehouseSilent(
                f"The warehouse at {self._shown} does not answer. Try again, or ask its operator."
            ) from away
        except DatabaseError as failed:
            raise self._failure(what, failed) from failed
        except ClickHouseError as failed:
            raise WarehouseError(f"{what}: {_first_line(failed)}") from failed

    def _failure(self, what: str, failed: DatabaseError) -> WarehouseError:
        code = _first_line(failed).removeprefix("Code: ").split(".", 1)[0]
        if code == _TIME_IS_UP:
            return WarehouseSilent(
                f"{what}: the warehouse at {self._shown} took longer than {MOST_SECONDS} seconds. "
                "Ask for a shorter span or fewer countries."
            )
        if code in {_NO_TABLE, _NO_DATABASE}:
            return WarehouseMissing(
                f"There is no warehouse at {self._shown}. Load one into it with "
                "'python -m dashboard ingest --to clickhouse'."
            )
        if code in {_TOO_MANY_ROWS, _NO_MEMORY}:
            return WarehouseError(
                f"{what}: the answer is larger than a screen may ask for ({MOST_ROWS:,} rows). "
                "Ask for a shorter span or fewer countries."
            )
        return WarehouseError(f"{what}: {_first_line(failed)}")


@lru_cache(maxsize=8)
def connect(server: Server, *, writes: bool = False) -> Connection:
    """The connection to a server, opened once: for reads within limits, or to load a warehouse.

    Raises WarehouseSilent when nobody answers.
    """
    try:
        client = _client(server.connect_to)
    except (ClickHouseError, OSError) as away:
        raise WarehouseSilent(
            f"The warehouse at {server.shown} does not answer. Try again, or ask its operator."
        ) from away
    return Connection(client, server.shown, {} if writes else READ_LIMITS)


def _client(address: str) -> Client:
    if address.startswith("chdb:"):
        return clickhouse_connect.get_client(dsn=address)
    return clickhouse_connect.get_client(
        dsn=address,
        connect_timeout=_CONNECT_SECONDS,
        send_receive_timeout=_NETWORK_SECONDS,
        autogenerate_session_id=False,
    )


def _first_line(failure: Exception) -> str:
    return (str(failure).strip().splitlines() or [type(failure).__name__])[0][:300]
