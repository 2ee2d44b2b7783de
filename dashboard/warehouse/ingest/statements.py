"""Statements: groups of rows that a later ingest replaces as a whole, as bills are stated anew.

Where the table keeps what was replaced last, the earlier statement stands up to one instant and the
later one from it on, so that a look from any instant sees exactly one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from dashboard.warehouse.contract import Table

_RESTATED = "restated"
_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """How many groups came in, and how many rows in force they took the place of."""

    groups: int
    rows_replaced: int


class Restatement:
    """The groups that arrive although they are there already, and from when they are restated."""

    def __init__(
        self, table: Table, connection: duckdb.DuckDBPyConnection, now: datetime | None
    ) -> None:
        """Prepare; ``now`` is the platform's before this ingest, None when it had none."""
        self._table = table
        self._connection = connection
        self._now = now
        self._key = ", ".join(f'"{name}"' for name in table.key)
        self._columns = [column.name for column in table.columns]
        self.rows_replaced = 0

    def begin(self, arriving: duckdb.DuckDBPyRelation, stored: duckdb.DuckDBPyRelation) -> None:
        """Find the groups that are there already.

        A group is restated when its newest line was written down, but not before the platform had
        come as far as it has: a bill that does not say when it was made was made by now.
        """
        least = self._least_instant()
        latest = f'greatest(max("{self._table.recorded}"), {least})'
        stated = arriving.aggregate(f"{self._key}, {latest} as _restated_at", self._key)
        there = self._in_force(stored).project(self._key).distinct()
        joined = stated.set_alias("stated").join(
            there.set_alias("there"), self._same("stated", "there"), how="semi"
        )
        joined.create(_RESTATED)
        self.rows_replaced = int(self.put_aside(stored).count("*").fetchall()[0][0])

    def _least_instant(self) -> str:
        if self._now is None:
            return f'max("{self._table.recorded}")'
        return f"timestamptz '{(self._now - _A_MOMENT).isoformat()}'"

    def put_aside(self, stored: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        """The stored rows in force that a later statement takes the place of, marked so."""
        until = self._table.kept_until
        columns = [
            f'again._restated_at as "{name}"' if name == until else f'former."{name}"'
            for name in self._columns
        ]
        return self._joined(self._in_force(stored), "former", how="inner").project(
            ", ".join(columns)
        )

    def stated(self, arriving: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        """The arriving rows, those of a restated group not seen before the instant of that."""
        recorded = self._table.recorded
        later = f'coalesce(again._restated_at, former."{recorded}") as "{recorded}"'
        columns = [later if name == recorded else f'former."{name}"' for name in self._columns]
        return self._joined(arriving, "former", how="left").project(", ".join(columns))

    def _in_force(self, stored: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        return stored.filter(f'"{self._table.kept_until}" is null')

    def _joined(
        self, rows: duckdb.DuckDBPyRelation, alias: str, *, how: str
    ) -> duckdb.DuckDBPyRelation:
        again = self._connection.table(_RESTATED).set_alias("again")
        return rows.set_alias(alias).join(again, self._same(alias, "again"), how=how)

    def _same(self, one: str, other: str) -> str:
        return " and ".join(_equal(one, other, self._table.key))


def _equal(one: str, other: str, names: Sequence[str]) -> list[str]:
    return [f'{one}."{name}" = {other}."{name}"' for name in names]
